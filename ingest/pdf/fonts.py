"""The fonts of a PDF with pypdf: bytes of a page's content to letters and their widths."""

from typing import Any

_BOLD = ("bold", "black", "heavy", "semibold", "demi")
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    | {"\xad": "-", "\x7f": "\u2022", "\x00": "", "\n": "", "\r": "", "\u200b": "", "\ufeff": ""}
)


class Font:
    """A font's bytes to (text, width in ems, is a blank) of each glyph."""

    def __init__(self, resource: Any) -> None:
        from pypdf.generic._font import Font as PdfFont

        font = PdfFont.from_font_resource(resource)
        self.bold = any(mark in str(resource.get("/BaseFont", "")).lower() for mark in _BOLD)
        self._font: Any = font
        self._unit = 0.001
        if resource.get("/Subtype") == "/Type3":
            self._unit = abs(float(resource.get("/FontMatrix", [0.001])[0])) or 0.001
        self._known: dict[str, tuple[str, float, bool]] = {}

    def glyphs(self, data: bytes) -> list[tuple[str, float, bool]]:
        """The glyphs of a shown string; none where the file does not say which letters its shapes are."""
        if not self._font.interpretable:
            return []
        encoding = self._font.encoding
        if isinstance(encoding, str):
            codes = data.decode(encoding, "surrogatepass" if len(data) % 2 == 0 else "replace")
        else:
            codes = data.decode("latin-1")
        known = self._known
        return [known.get(code) or self._look_up(code) for code in codes]

    def _look_up(self, code: str) -> tuple[str, float, bool]:
        font = self._font
        encoding = font.encoding
        name = code if isinstance(encoding, str) else encoding.get(ord(code), code)
        text = str(font.character_map.get(name, name)).translate(_LIGATURES)
        width = font.space_width if code == font.space_char else font.get_text_width(code)
        glyph = (text.encode("utf-8", "replace").decode("utf-8"), float(width) * self._unit, text.isspace())
        self._known[code] = glyph
        return glyph


class Fonts:
    """The fonts of a document, each read once."""

    def __init__(self) -> None:
        self._read: dict[object, Font | None] = {}

    def of(self, resources: Any, name: str) -> Font | None:
        """The font that `name` stands for; None where the file has none or it is broken."""
        try:
            raw = resources["/Font"].get_object().raw_get(name)
            key = (raw.idnum, raw.generation) if hasattr(raw, "idnum") else id(raw)
            if key not in self._read:
                self._read[key] = Font(raw.get_object())
            return self._read[key]
        except Exception:  # a broken font loses its own words, not the page
            return None
