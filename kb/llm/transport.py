"""An HTTP client that reaches one host, bears one key, follows no redirect and reads no more than it should."""

import time
from collections.abc import Iterator

import httpx

from kb.errors import LanguageModelError
from kb.llm.settings import Limits, Profile

_HEADERS = frozenset({"host", "content-type", "content-length", "accept", "connection"})
"""What a request bears besides its key: nothing of the reader's system, nothing from the environment."""


def bounded_client(profile: Profile, limits: Limits) -> httpx.Client:
    """A client for the server of `profile`; LanguageModelError out of its transport for what it refuses."""
    return httpx.Client(
        transport=_Bounded(profile, limits), follow_redirects=False, trust_env=False, timeout=limits.pause
    )


class _Bounded(httpx.BaseTransport):
    def __init__(self, profile: Profile, limits: Limits) -> None:
        self._plain = httpx.HTTPTransport(trust_env=False)
        self._home = httpx.URL(profile.url)
        self._key = profile.key
        self._limits = limits

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to `request`, if both keep to the rules."""
        there = (request.url.scheme, request.url.host, request.url.port)
        if there != (self._home.scheme, self._home.host, self._home.port):
            raise LanguageModelError("the request was for another host")
        headers = [(name, value) for name, value in request.headers.items() if name.lower() in _HEADERS]
        headers += [("accept-encoding", "identity"), ("user-agent", "recourse")]
        headers += [("authorization", f"Bearer {self._key}")] if self._key else []
        request.headers = httpx.Headers(headers)
        response = self._plain.handle_request(request)
        if response.is_redirect or 300 <= response.status_code < 400:
            response.close()
            raise LanguageModelError("the server sends requests elsewhere (a redirect), which is not followed")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()  # packed bytes could be a small reply that grows without end
            raise LanguageModelError("the reply is compressed, which was not asked for")
        stream = _Counted(response.stream, self._limits)
        return httpx.Response(response.status_code, headers=response.headers, stream=stream, request=request)

    def close(self) -> None:
        """Closes the connections."""
        self._plain.close()


class _Counted(httpx.SyncByteStream):
    """The bytes of a reply, up to a size and a time."""

    def __init__(self, plain: httpx.SyncByteStream | httpx.AsyncByteStream, limits: Limits) -> None:
        self._plain = plain
        self._limits = limits

    def __iter__(self) -> Iterator[bytes]:
        end, size = time.monotonic() + self._limits.total, 0
        if not isinstance(self._plain, httpx.SyncByteStream):
            raise LanguageModelError("the connection cannot be read")
        for part in self._plain:
            size += len(part)
            if size > self._limits.size:
                raise LanguageModelError(f"the reply is longer than {self._limits.size:,} bytes")
            if time.monotonic() > end:
                raise LanguageModelError(f"no whole reply within {self._limits.total:g} seconds")
            yield part

    def close(self) -> None:
        """Closes the reply."""
        if isinstance(self._plain, httpx.SyncByteStream):
            self._plain.close()
