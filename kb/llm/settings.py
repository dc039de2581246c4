"""Where a language model is: a profile by name from the environment, which a door hands in. None is on by itself.

For ``--llm openai``: RECOURSE_LLM_OPENAI_MODEL (needed), RECOURSE_LLM_OPENAI_URL and RECOURSE_LLM_OPENAI_KEY.
Every server must speak OpenAI's chat interface; Ollama and Anthropic do so under the addresses below.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from kb.errors import QueryError

OFF = "off"
_KNOWN = {
    "openai": "https://api.openai.com/v1",
    "ollama": "http://127.0.0.1:11434/v1",
    "anthropic": "https://api.anthropic.com/v1",
}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_PREFIX = "RECOURSE_LLM_"


@dataclass(frozen=True, slots=True)
class Profile:
    """A model and its server. `url` ends before ``/chat/completions``; `key` may be "" and is never shown or kept."""

    name: str
    url: str
    model: str
    key: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """``api.example.org`` or ``127.0.0.1:11434``: where the text goes."""
        return urlsplit(self.url).netloc

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine."""
        return _is_loopback(urlsplit(self.url).hostname or "")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reply: seconds to connect and between two pieces, seconds in all, characters, and bytes sent."""

    pause: float = 30.0
    total: float = 90.0
    characters: int = 20_000
    size: int = 2_000_000


def profile(name: str, environment: Mapping[str, str]) -> Profile | None:
    """The profile `name`; None for "off". Raises QueryError for one that is not set up, or whose address is unsafe."""
    name = name.strip().lower() or OFF
    if name == OFF:
        return None
    if not _NAME.fullmatch(name):
        raise QueryError(f"--llm {name[:40]!r}: a name has small letters, digits and hyphens, such as ollama")
    prefix = f"{_PREFIX}{name.upper().replace('-', '_')}_"
    url, model = environment.get(f"{prefix}URL") or _KNOWN.get(name, ""), environment.get(f"{prefix}MODEL", "")
    if not model or not url:
        needed = " and ".join(f"{prefix}{what}" for what, value in (("MODEL", model), ("URL", url)) if not value)
        raise QueryError(f"--llm {name}: set {needed} in the environment, or leave --llm off")
    _check_url(url, prefix)
    return Profile(name, url.rstrip("/"), model, environment.get(f"{prefix}KEY", ""))


def names(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The profiles that the environment sets up, by their MODEL, in order of the alphabet."""
    found = (re.fullmatch(rf"{_PREFIX}([A-Z][A-Z0-9_]*)_MODEL", name) for name in environment)
    return tuple(sorted(match[1].lower().replace("_", "-") for match in found if match and environment[match.string]))


def _check_url(url: str, prefix: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as exc:
        raise QueryError(f"{prefix}URL is no web address: {exc}") from exc
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise QueryError(f"{prefix}URL must be like https://host/v1, without a query")
    if parts.username or parts.password:
        raise QueryError(f"{prefix}URL holds a name or password: put a key into {prefix}KEY")
    if parts.scheme == "http" and not _is_loopback(host):
        raise QueryError(
            f"{prefix}URL sends questions to {host} unencrypted: use https, or a tunnel to 127.0.0.1 on this machine"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
