"""Bulk archives of California law made up by the tests, of any size, in the form that the Legislature publishes."""

import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

SECTION_COLUMNS = 18
_WORDS = (
    "A health care service plan shall provide an enrollee with notice of the grievance procedure and shall resolve the "
    "grievance within thirty days of its receipt by the plan, unless the department finds that a longer period serves "
    "the enrollee."
).split()


@dataclass(frozen=True)
class Made:
    """A section that goes into an archive. lines: the paragraphs; places: division, title, part, chapter, article."""

    code: str
    written: str
    lines: tuple[str, ...]
    places: tuple[str | None, ...]
    path: str | None
    history: str = "Added by Stats. 2014, Ch. 26, Sec. 50.   (AB 1468)   Effective June 20, 2014."
    effective: str | None = "2014-06-20 00:00:00"
    active: str = "Y"
    rank: int = 1
    version: str = ""

    @property
    def name(self) -> str:
        return self.version or f"id_{self.code}-{self.written}".replace(" ", "-")


@dataclass
class Tables:
    """The rows of an archive's tables as they are written, and its lobs; a test may damage any of them."""

    sections: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    lobs: dict[str, bytes] = field(default_factory=dict)

    def members(self) -> dict[str, bytes]:
        tables = {"SECTION": self.sections, "TOC": self.nodes, "TOC_SECTIONS": self.places}
        return {f"LAW_{name}_TBL.dat": "".join(rows).encode() for name, rows in tables.items()} | self.lobs

    def folder(self, path: Path) -> Path:
        path.mkdir(parents=True, exist_ok=True)
        for name, data in self.members().items():
            (path / name).write_bytes(data)
        return path

    def zip(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.members().items():
                archive.writestr(name, data)
        return path


def text(value: str | None) -> str:
    """A field as MySQL writes it: in backticks, backslashes and line ends escaped; NULL bare."""
    if value is None:
        return "NULL"
    return "`" + value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t") + "`"


def row(*fields: str) -> str:
    return "\t".join(fields) + "\n"


def lob(lines: tuple[str, ...]) -> bytes:
    """CAML with a paragraph for each line; the blank after a leading label is the empty span that stands there."""
    spaced = (escape(line).replace(") ", ')<span class="EnSpace"/>', 1) for line in lines)
    paragraphs = "".join(f"<p>{line}</p>" for line in spaced)
    return (
        '<caml:Content xmlns:caml="http://lc.ca.gov/legalservices/schemas/caml.1#">' + paragraphs + "</caml:Content>"
    ).encode()


def section_row(made: Made, lob_name: str) -> str:
    bare = (made.effective or "NULL",)
    head = map(text, (f"{made.code}{made.written}20142650", made.code, made.written, "2014", "26", "50"))
    tail = (text(made.name), *map(text, made.places), text(made.history), lob_name)
    return row(*head, *bare, *tail, text(made.active), text("LEG"), "2026-01-01 01:00:00")


def place_row(made: Made) -> str:
    words = map(text, (made.code + made.written, made.code, made.path, made.written))
    rest = (*map(text, (made.written, "2014", "26", "50", "LEG")), "2026-01-01 01:00:00", text(made.name), "1")
    return row(*words, str(made.rank), *rest)


def node_row(code: str, path: str, places: tuple[str | None, ...], heading: str, holds: bool = True) -> str:
    level = path.count(".") + 1
    middle = (
        text("Y"),
        text("LEG"),
        "2026-01-01 01:00:00",
        "1",
        str(level),
        "1",
        text(path),
        text("Y" if holds else "N"),
    )
    return row(
        text(code),
        *map(text, places),
        text(heading),
        *middle,
        text(" Added by Stats. 2014. "),
        *map(text, ("2014", "26", "50")),
    )


def tables(sections: list[Made], nodes: list[str]) -> Tables:
    """The tables and lobs of an archive that holds `sections`."""
    made = Tables(nodes=nodes)
    for number, section in enumerate(sections):
        name = f"LAW_SECTION_TBL_{number}.lob"
        made.sections.append(section_row(section, name))
        made.lobs[name] = lob(section.lines)
        if section.path:
            made.places.append(place_row(section))
    return made


def many(count: int, characters: int) -> Iterator[Made]:
    """`count` sections of about `characters` each in six codes, five hundred a chapter, ten chapters a division."""
    for number in range(count):
        code = ("HSC", "INS", "WIC", "GOV", "EDC", "BPC")[number * 6 // count]
        division, chapter = number // 5000 + 1, number // 500 % 10 + 1
        lines, size = [f"(a) This is section {number}, and these apply:"], 0
        while size < characters:
            words = " ".join(_WORDS[(number + len(lines) + i) % len(_WORDS)] for i in range(60))
            lines.append(f"({len(lines)}) {words}.")
            size += len(lines[-1])
        places = (f"{division}.", None, None, f"{chapter}.", None)
        yield Made(code, f"{number + 1}.", tuple(lines), places, f"{division}.{chapter}", rank=number % 500 + 1)


def write_many(path: Path, count: int, characters: int) -> None:
    """An archive of `count` sections at `path`, written without holding its texts."""
    rows, places = list[str](), list[str]()
    nodes: dict[tuple[str, str], str] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, made in enumerate(many(count, characters)):
            name = f"LAW_SECTION_TBL_{number}.lob"
            archive.writestr(name, lob(made.lines))
            rows.append(section_row(made, name))
            places.append(place_row(made))
            top, chapter = (made.path or "").split(".")
            above = (made.places[0], None, None, None, None)
            nodes[made.code, top] = node_row(made.code, top, above, f"DIVISION {top}. PLANS [1. - 9.]", False)
            nodes[made.code, f"{top}.{chapter}"] = node_row(
                made.code, f"{top}.{chapter}", made.places, f"CHAPTER {chapter}. Notices [1. - 9.]"
            )
        archive.writestr("LAW_SECTION_TBL.dat", "".join(rows))
        archive.writestr("LAW_TOC_SECTIONS_TBL.dat", "".join(places))
        archive.writestr("LAW_TOC_TBL.dat", "".join(nodes.values()))


if __name__ == "__main__":
    write_many(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
