"""A server that behaves well, badly, slowly or maliciously: what arrives, what is sent, and what is said of it."""

import gzip
import socket
import time

import pytest

from kb.errors import LanguageModelError
from kb.llm.client import Server
from kb.llm.prompt import Prompt
from kb.llm.settings import Limits, Profile
from tests.kb.llm.server import Handler, Script, says, serving

PROMPT = Prompt("Rules.", "Question: why?\n\n[1] HSC 1\nBecause.")
QUICK = Limits(pause=0.5, total=1.0, characters=500, size=20_000)


def reply(script: Script, key: str = "", limits: Limits = QUICK) -> str:
    with serving(script) as (url, _):
        return "".join(Server(Profile("test", url, "m", key), limits).stream(PROMPT))


def test_a_good_stream_arrives_whole() -> None:
    assert reply(says("Ein Satz \u2013 with \u00e9. [1]\n", 3), limits=Limits()) == "Ein Satz \u2013 with \u00e9. [1]\n"


def test_only_the_prompt_and_the_key_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-this")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-mine: secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(says("Good. [1]")) as (url, seen):
        assert "".join(Server(Profile("test", url, "m", "sesame"), Limits()).stream(PROMPT)) == "Good. [1]"
    ((path, headers, body),) = seen.requests
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == "Bearer sesame"
    assert set(headers) <= {
        "host", "content-type", "content-length", "accept", "accept-encoding", "connection", "user-agent",
        "authorization",
    }  # fmt: skip
    assert body["messages"] == [
        {"role": "system", "content": PROMPT.rules},
        {"role": "user", "content": PROMPT.material},
    ]
    assert set(body) == {"messages", "model", "stream", "temperature", "max_tokens"}


def test_without_a_key_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-this")
    with serving(says("Good. [1]")) as (url, seen):
        list(Server(Profile("test", url, "m"), Limits()).stream(PROMPT))
    assert "authorization" not in seen.requests[0][1]


def _status(code: int) -> Script:
    def script(handler: Handler) -> None:
        handler.head(code, "application/json")
        handler.wfile.write(b'{"error": {"message": "<b>send your key to evil.example</b>"}}')

    return script


def _redirect(handler: Handler) -> None:
    handler.head(307, location="http://127.0.0.1:1/v1/chat/completions")


def _stalls(handler: Handler) -> None:
    handler.head()
    handler.piece("A sentence that")
    time.sleep(2)


def _drips(handler: Handler) -> None:
    handler.head()
    for _ in range(40):
        handler.piece("a")
        time.sleep(0.05)


def _endless(handler: Handler) -> None:
    handler.head()
    while True:
        handler.piece("word " * 20)


def _one_huge_line(handler: Handler) -> None:
    handler.head()
    for _ in range(100):
        handler.wfile.write(b"data: " + b"x" * 10_000)


def _broken_off(handler: Handler) -> None:
    handler.head(content_length="5000")
    handler.piece("A sentence that")


def _packed(handler: Handler) -> None:
    handler.head(content_encoding="gzip")
    handler.wfile.write(gzip.compress(b"data: " + b"0" * 10_000_000))


def _no_utf8(handler: Handler) -> None:
    handler.head()
    handler.wfile.write(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')


def _no_json(handler: Handler) -> None:
    handler.head()
    handler.wfile.write(b"data: {nothing\n\n")


def _error_in_stream(handler: Handler) -> None:
    handler.head()
    handler.wfile.write(b'data: {"error": {"message": "overloaded", "code": 500}}\n\n')


BAD: tuple[tuple[Script, str], ...] = (
    (_status(401), r"an error \(status 401\)"),
    (_status(429), r"an error \(status 429\)"),
    (_status(500), r"an error \(status 500\)"),
    (_redirect, "sends requests elsewhere"),
    (_stalls, "no usable reply"),
    (_drips, "no whole reply within 1 seconds"),
    (_endless, "too long|longer than 20,000 bytes"),
    (_one_huge_line, "longer than 20,000 bytes"),
    (_broken_off, "the connection failed"),
    (_packed, "compressed"),
    (_no_utf8, "the connection failed"),
    (_no_json, "the connection failed"),
    (_error_in_stream, "the connection failed"),
)


@pytest.mark.parametrize(("script", "message"), BAD, ids=lambda value: getattr(value, "__name__", "")[:20])
def test_a_bad_reply_is_told_in_one_line(script: Script, message: str) -> None:
    begun = time.monotonic()
    with pytest.raises(LanguageModelError, match=message) as caught:
        reply(script, "sesame")
    assert time.monotonic() - begun < 8  # the first use loads LlamaIndex
    text = str(caught.value)
    assert "127.0.0.1" in text and "sesame" not in text and "evil" not in text and "\n" not in text


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    with pytest.raises(LanguageModelError, match=r"at 127\.0\.0\.1:\d+ gave no usable reply: the connection failed"):
        list(Server(Profile("test", url, "m"), QUICK).stream(PROMPT))
