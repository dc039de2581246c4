"""Addresses to bytes, politely: one request at a time, a pause between them, bounded in time, size and patience.

Home of httpx2. The name of each request's site is the official one even where a mirror answers in its place.
"""

import asyncio
import email.utils
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

from kb.errors import SourceError

AGENT = "Recourse/0.1 (open-source reader of health-plan law; python -m ingest fetch)"
OFFICIAL_HOSTS = ("leginfo.legislature.ca.gov", "www.ecfr.gov", "ecfr.gov")
_AGAIN = (429, 500, 502, 503, 504)
_MOVED = (301, 302, 303, 307, 308)
_HOPS = 5
_PORTS = {"http": 80, "https": 443}
_DEAD = 2  # addresses in a row that a host failed to answer, after which it is left alone


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a download, in seconds and bytes.

    silence: the longest wait for the next piece of an answer. connect: for a connection. whole: for one answer, from
    the look-up of the host's name to the last byte. patience: the longest wait before another attempt. delay: the
    least pause between two requests to one host.
    """

    silence: float = 30.0
    connect: float = 10.0
    whole: float = 120.0
    patience: float = 120.0
    delay: float = 2.0
    attempts: int = 4
    size: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer's status, 200 or 404, and its bytes as they came."""

    status: int
    body: bytes


class _Again(Exception):
    """An attempt failed in a way that may pass; `wait` is what the site asked for, in seconds."""

    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    location: str
    retry_after: str
    body: bytes


class Download:
    """A session with cookies; use it as a context manager. `base` is a mirror's address in place of the sites'."""

    def __init__(
        self,
        limits: Limits | None = None,
        base: str = "",
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._limits = limits or Limits()
        self._base = _mirror(base) if base else None
        self._sleep, self._clock, self._chance = sleep, clock, chance
        self._last: dict[str, float] = {}
        self._failures: dict[str, int] = {}

    def __enter__(self) -> Self:
        limits = self._limits
        self._runner = asyncio.Runner()
        self._client = httpx2.AsyncClient(
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
            timeout=httpx2.Timeout(limits.silence, connect=limits.connect),
            follow_redirects=False,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    @property
    def mirror(self) -> str:
        """The host that answers in place of the official ones, "" where they answer themselves."""
        return self._base.netloc if self._base else ""

    def forget_session(self) -> None:
        """Drop all cookies."""
        self._client.cookies.clear()

    def get(self, url: str) -> Reply:
        """What the site answers at `url`: 200 or 404.

        Raises SourceError, naming the address that was asked, for every other status, for a redirect to a host that
        is neither the same nor official, for an answer over the size limit, and after the last attempt.
        """
        place = urlsplit(url)
        if self._base:
            place = place._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        if self._failures.get(place.netloc, 0) >= _DEAD:
            raise SourceError(f"{place.netloc} did not answer before and was not asked again; run this again later")
        failure = ""
        for attempt in range(1, self._limits.attempts + 1):
            try:
                reply = self._follow(place)
                self._failures[place.netloc] = 0
                return reply
            except _Again as exc:
                failure = str(exc)
                if attempt < self._limits.attempts:
                    self._wait(place, attempt, exc)
        self._failures[place.netloc] = self._failures.get(place.netloc, 0) + 1
        raise SourceError(
            f"{place.geturl()}: {failure} ({self._limits.attempts} attempts); check the network or run this again later"
        )

    def _wait(self, place: SplitResult, attempt: int, failed: _Again) -> None:
        """Sleep as long as the site asks for, else 2, 4, 8... seconds less a random part up to a half."""
        backing_off = 2.0**attempt * (1 - self._chance() / 2)
        wait = max(failed.wait or 0.0, min(backing_off, self._limits.patience))
        if wait > self._limits.patience:
            self._failures[place.netloc] = _DEAD
            raise SourceError(
                f"{place.geturl()}: {failed}, and the site asks to wait {wait:.0f} seconds: run this again after that"
            )
        self._sleep(wait)

    def _follow(self, place: SplitResult) -> Reply:
        """One attempt: the answer after at most five allowed redirects."""
        for _ in range(_HOPS + 1):
            answer = self._ask(place)
            if answer.status in _MOVED:
                place = _redirected(place, answer.location)
            elif answer.status in _AGAIN:
                raise _Again(f"the site answered {answer.status}", _seconds(answer.retry_after))
            elif answer.status in (200, 404):
                return Reply(answer.status, answer.body)
            else:
                raise SourceError(
                    f"{place.geturl()}: the site answered {answer.status}; open it in a browser to see why"
                )
        raise SourceError(f"{place.geturl()}: more than {_HOPS} redirects")

    def _ask(self, place: SplitResult) -> _Answer:
        since = self._clock() - self._last.get(place.netloc, float("-inf"))
        if since < self._limits.delay:
            self._sleep(self._limits.delay - since)
        url = place.geturl()
        try:
            return self._runner.run(self._stream(url))
        except httpx2.TimeoutException as exc:
            raise _Again(f"no answer within {self._limits.silence:g} seconds") from exc
        except TimeoutError as exc:
            raise _Again(f"the answer was not whole within {self._limits.whole:g} seconds") from exc
        except httpx2.TransportError as exc:
            raise _Again(f"the connection failed ({exc or type(exc).__name__})") from exc
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as exc:
            raise SourceError(f"{url}: cannot be asked for ({exc}); check the address") from exc
        finally:
            self._last[place.netloc] = self._clock()

    async def _stream(self, url: str) -> _Answer:
        """Read an answer piece by piece; an asyncio deadline, since pieces that keep dripping reset every other one."""
        async with asyncio.timeout(self._limits.whole), self._client.stream("GET", url) as response:
            head = response.headers
            body = bytearray()
            if response.status_code in (200, 404):
                if head.get("Content-Encoding", "identity") != "identity":
                    raise SourceError(f"{url}: the answer is compressed, which was not asked for; try again later")
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > self._limits.size:
                        raise SourceError(f"{url}: the answer is larger than {self._limits.size:,} bytes: not read")
            return _Answer(response.status_code, head.get("Location", ""), head.get("Retry-After", ""), bytes(body))


def _mirror(base: str) -> SplitResult:
    """A mirror's scheme and host. Raises SourceError for anything but http(s)://host[:port]."""
    try:
        place = urlsplit(base)
        fits = place.scheme in _PORTS and place.hostname and place.port != 0 and "@" not in place.netloc
    except ValueError:
        fits = False
    if not fits or place.path.strip("/") or place.query or place.fragment:
        raise SourceError(f"--base-url {base!r}: expected http(s)://host or http(s)://host:port")
    return place


def _redirected(place: SplitResult, location: str) -> SplitResult:
    """Where a redirect leads. Raises SourceError where that is another host, another scheme, or less safe."""
    try:
        target = urlsplit(urljoin(place.geturl(), location))
        port = target.port or _PORTS.get(target.scheme)
    except ValueError:
        target, port = urlsplit(""), None
    here = (place.hostname, place.port or _PORTS[place.scheme])
    same = (target.hostname, port) == here or (target.hostname == place.hostname and (here[1], port) == (80, 443))
    plain = target.scheme == "http" and place.scheme == "https"
    official = target.hostname in OFFICIAL_HOSTS and port == _PORTS.get(target.scheme)
    if not location or port is None or plain or "@" in target.netloc or not (same or official):
        raise SourceError(
            f"{place.geturl()}: the site redirects to {location[:200]!r}, which is no official address: not followed"
        )
    return target


def _seconds(retry_after: str) -> float | None:
    """What a Retry-After header asks for, in seconds from now; None where it says nothing readable."""
    if retry_after.isascii() and retry_after.strip().isdigit():
        return float(retry_after)
    try:
        when = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
