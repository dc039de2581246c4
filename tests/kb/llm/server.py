"""A server on this machine that speaks OpenAI's streaming chat interface as a script tells it to, well or badly."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Script = Callable[["Handler"], None]


@dataclass
class Seen:
    """What the server was asked: path, headers in small letters, and body of each request."""

    requests: list[tuple[str, dict[str, str], dict[str, object]]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """One request; the script writes the reply."""

    script: Script
    seen: Seen

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.seen.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        with suppress(OSError):  # the client has hung up, as it should
            type(self).script(self)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output stays clean."""

    def head(self, status: int = 200, kind: str = "text/event-stream", **more: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def piece(self, text: str) -> None:
        delta = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        row = {**delta, "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
        self.wfile.write(f"data: {json.dumps(row)}\n\n".encode())
        self.wfile.flush()

    def done(self) -> None:
        self.wfile.write(b"data: [DONE]\n\n")


def says(text: str, size: int = 7, pause: float = 0.0) -> Script:
    """Streams `text` in pieces of so many characters, and ends well."""

    def script(handler: Handler) -> None:
        handler.head()
        for start in range(0, len(text), size):
            handler.piece(text[start : start + size])
            time.sleep(pause)
        handler.done()

    return script


@contextmanager
def serving(script: Script) -> Iterator[tuple[str, Seen]]:
    """The address of a running server and what it has seen."""
    seen = Seen()

    class Scripted(Handler):
        pass

    Scripted.script = staticmethod(script)
    Scripted.seen = seen
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
