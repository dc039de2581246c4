"""PDF to placed lines of text with pypdf: what stands on each page, where, in which size and weight."""

import io
import logging
from dataclasses import dataclass
from typing import Any

from kb.errors import ParseError

_MAX_PAGES = 5000


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of text as the page draws it. `x`, `y` in points from the lower left corner, `size` in points."""

    x: float
    y: float
    size: float
    bold: bool
    text: str


@dataclass(frozen=True, slots=True)
class PdfText:
    """Fragments of each page in drawing order, and the numbers (from 1) of pages that could not be read."""

    pages: tuple[tuple[Fragment, ...], ...]
    failed: tuple[int, ...]


def read_pdf(data: bytes, name: str, most: int = _MAX_PAGES) -> PdfText:
    """The text fragments of a PDF's first `most` pages.

    Raises ParseError, saying what to do, where none of them gives text.
    """
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ParseError(f"{name}: the PDF needs a password; save a copy without one and add that")
        count = len(reader.pages)
    except ParseError:
        raise
    except Exception as exc:  # pypdf raises many types on damaged files
        raise ParseError(f"{name}: not a readable PDF ({type(exc).__name__}: {exc}); open and save it again") from exc
    if count == 0:
        raise ParseError(f"{name}: the PDF has no pages")
    if count > _MAX_PAGES:
        raise ParseError(f"{name}: the PDF has {count} pages, the limit is {_MAX_PAGES}; split it")
    pages: list[tuple[Fragment, ...]] = []
    failed: list[int] = []
    for number in range(min(count, most)):
        try:
            pages.append(_fragments(reader.pages[number]))
        except Exception:  # one broken page must not lose the others
            pages.append(())
            failed.append(number + 1)
    if not any(pages):
        why = "no page could be read" if len(failed) == len(pages) else "it has no text layer (a scan?)"
        raise ParseError(f"{name}: {why}; make one with an OCR program such as ocrmypdf and add that file")
    return PdfText(tuple(pages), tuple(failed))


def _fragments(page: Any) -> tuple[Fragment, ...]:
    found: list[Fragment] = []

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        if not text.strip():
            if found and text and "\n" not in text and not found[-1].text.endswith(" "):
                last = found[-1]
                found[-1] = Fragment(last.x, last.y, last.size, last.bold, last.text + " ")
            return
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[3] or tm[0]) * abs(cm[3] or cm[0])
        base = str((font or {}).get("/BaseFont", ""))
        bold = any(mark in base.lower() for mark in ("bold", "black", "heavy", "semibold"))
        clean = text.replace("\n", "").replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
        found.append(Fragment(round(x, 1), round(y, 1), round(size * scale, 1), bold, clean))

    page.extract_text(visitor_text=visit)
    return tuple(found)
