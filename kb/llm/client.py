"""The words of a language model as they arrive, through LlamaIndex's class for servers that speak OpenAI's interface.

The connection goes to the profile's host and nowhere else: no redirect is followed, no proxy, header or key is taken
from the environment, and a reply is bounded in time and size.
"""

import queue
import threading
import time
from collections.abc import Iterator
from typing import Protocol

from kb.errors import LanguageModelError
from kb.llm.prompt import Prompt
from kb.llm.settings import Limits, Profile


class LanguageModel(Protocol):
    """Whatever restates quotes: a server, or a stand-in for one."""

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Pieces of the reply in order. Raises LanguageModelError where it fails, stalls or is too long."""
        ...


class Server:
    """The model of a profile. Opens a connection for each reply; a key goes to the profile's host only."""

    def __init__(self, profile: Profile, limits: Limits | None = None) -> None:
        self._profile = profile
        self._limits = limits or Limits()

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Pieces of the reply in order; LanguageModelError names the host and what went wrong."""
        pieces: queue.Queue[str | Exception | None] = queue.Queue()
        stopped = threading.Event()
        threading.Thread(target=self._read, args=(prompt, pieces, stopped), daemon=True).start()
        end = time.monotonic() + self._limits.total
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(end - time.monotonic(), 0.001))
                except queue.Empty:
                    raise self._failed(f"no whole reply within {self._limits.total:g} seconds") from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise self._failed(_why(piece)) from piece
                yield piece
        finally:
            stopped.set()

    def _read(self, prompt: Prompt, pieces: "queue.Queue[str | Exception | None]", stopped: threading.Event) -> None:
        """Puts the pieces, and at the end None or the failure, into the queue."""
        from llama_index.core.base.llms.types import ChatMessage, MessageRole
        from llama_index.llms.openai_like import OpenAILike

        from kb.llm.transport import bounded_client

        try:
            with bounded_client(self._profile, self._limits) as http:
                model = OpenAILike(
                    model=self._profile.model,
                    api_base=self._profile.url,
                    api_key="none",  # the real one is put in by kb/llm/transport.py, for the profile's host alone
                    is_chat_model=True,
                    temperature=0.0,
                    max_tokens=800,
                    max_retries=0,
                    timeout=self._limits.pause,
                    http_client=http,
                )
                messages = [
                    ChatMessage(role=MessageRole.SYSTEM, content=prompt.rules),
                    ChatMessage(role=MessageRole.USER, content=prompt.material),
                ]
                size = 0
                for response in model.stream_chat(messages):
                    piece = response.delta or ""
                    size += len(piece)
                    if stopped.is_set():
                        return
                    if size > self._limits.characters:
                        raise LanguageModelError("the reply is too long")
                    pieces.put(piece)
            pieces.put(None)
        except Exception as exc:  # whatever a library raises on a hostile reply ends here, and is told in one line
            pieces.put(exc)

    def _failed(self, why: str) -> LanguageModelError:
        return LanguageModelError(f"the language model at {self._profile.host} gave no usable reply: {why}")


def _why(exc: Exception) -> str:
    """A failure in one line, without what a server may have put into it."""
    status = getattr(exc, "status_code", None)
    if isinstance(status, int):
        return f"its answer was an error (status {status})"
    cause = exc.__cause__ or exc
    return (
        str(cause)[:160] if isinstance(cause, LanguageModelError) else f"the connection failed ({type(cause).__name__})"
    )
