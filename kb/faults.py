"""What went wrong with the knowledge base's files, as one line that says what to do: the same for all three stores."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import IndexNotReady, KbError

_LEAST_FREE = 100_000  # bytes; with less the trouble is the disk, whatever a library calls it
_FULL = ("disk is full", "no space left", "file too large", "os error 28", "os error 27", "code: 13)", "disk i/o error")
_BUSY = ("database is locked", "code: 5)", "lockbusy")
_CLOSED = ("readonly database", "read-only", "permission denied", "unable to open database", "code: 14)", "code: 8)")


@contextmanager
def reported(
    what: str,
    folder: Path,
    remedy: str,
    kinds: tuple[type[BaseException], ...] = (BaseException,),
    but: tuple[type[BaseException], ...] = (),
) -> Iterator[None]:
    """Errors of `kinds` `but` some come out as IndexNotReady; `remedy` is for files that are damaged.

    A panic of a library in Rust is no Exception, hence BaseException.
    """
    try:
        yield
    except (KbError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except but:
        raise
    except kinds as exc:
        raise IndexNotReady(f"{what} in {folder} {_trouble(folder, exc, remedy)}") from exc


def _trouble(folder: Path, exc: BaseException, remedy: str) -> str:
    said = " ".join(str(exc).split())[:300]
    words, number = said.lower(), getattr(exc, "errno", None)
    if number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) or any(sign in words for sign in _FULL) or _is_full(folder):
        return f"cannot be used, the disk is full or fails ({said}): free some space and try again"
    if any(sign in words for sign in _BUSY):
        return f"is in use by another program ({said}): wait until it ends and try again"
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or any(sign in words for sign in _CLOSED):
        return f"cannot be opened or written ({said}): make the folder readable and writable for you, and try again"
    return f"cannot be used ({type(exc).__name__}: {said}): {remedy}"


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST_FREE
    except OSError:
        return False
