"""Files made to do harm, each small or made in a second: by name, the file's name and its bytes."""

import io
import zipfile
import zlib
from collections.abc import Callable

_CAML = 'xmlns:caml="http://lc.ca.gov/legalservices/schemas/caml.1#"'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream object, packed."""
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %b >>\nstream\n%b\nendstream" % (len(packed), more, packed)


def page(content: bytes, font: bytes = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>") -> bytes:
    """A PDF of one page with this content stream object."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
            content,
            font,
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length 10 >>\n"
            b"stream\n/X Do /X Do\nendstream",
        ]
    )


def nested_pdf(depth: int = 20_000) -> bytes:
    """Arrays in arrays where a page's box should be."""
    return page(stream(b"BT /F1 12 Tf 72 720 Td (Words) Tj ET")).replace(b"[0 0 612 792]", b"[" * depth + b"]" * depth)


def looped_pdf() -> bytes:
    """A page tree that is its own child."""
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])


def counted_pdf() -> bytes:
    """A page tree that says it has two thousand million pages."""
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 2000000000 >>"])


def deflated_pdf(size: int = 300_000_000) -> bytes:
    """A content stream that unpacks to `size` bytes, packed twice, so that it is small."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)) + packer.flush()
    twice = zlib.compress(once, 9)
    head = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>" % len(twice)
    return page(head + b"\nstream\n" + twice + b"\nendstream")


def drawing_pdf(words: int = 400_000) -> bytes:
    """A page that draws the same word again and again."""
    return page(stream(b"BT /F1 12 Tf 72 720 Td " + b"(Word) Tj 1 0 Td " * words + b"ET"))


def formed_pdf() -> bytes:
    """A form that draws itself twice."""
    return page(stream(b"BT /F1 12 Tf 72 720 Td (Words) Tj ET /X Do"))


def word_file(document: bytes, *others: tuple[str, bytes]) -> bytes:
    """A DOCX with this main part."""
    target = io.BytesIO()
    types = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Override PartName="/word/document.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    rels = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r" Target="word/document.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in (
            ("[Content_Types].xml", types),
            ("_rels/.rels", rels),
            ("word/document.xml", document),
            *others,
        ):
            archive.writestr(name, data)
    return target.getvalue()


def words_of(body: str) -> bytes:
    """The main part of a Word file with this body."""
    return f"<w:document {_WORD}><w:body>{body}</w:body></w:document>".encode()


def zip_bomb() -> bytes:
    """A Word file whose main part is 150 MB of blanks."""
    return word_file(words_of(" " * 150_000_000))


def lying_zip() -> bytes:
    """A Word file that says of its main part that it is small, and it is not."""
    plain = word_file(words_of(" " * 90_000_000))
    return plain.replace((90_000_000 + len(words_of(""))).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def nested_word(depth: int = 250) -> bytes:
    """Tables in tables."""
    return word_file(words_of("<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth))


def paragraphs_word(count: int = 200_000) -> bytes:
    """Very many paragraphs, of which no two are alike, so that they do not pack well."""
    return word_file(
        words_of("".join(f"<w:p><w:r><w:t>{n * 7919 % 1000003:x}</w:t></w:r></w:p>" for n in range(count)))
    )


def laughs(body: bytes) -> bytes:
    """A document type with entities that swell, before `body`, which uses them."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "lol">{levels}]>'.encode() + body


def quadratic(body: bytes) -> bytes:
    """A document type with one long entity, before `body`, which uses it often."""
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a9 "' + b"lol " * 25_000 + b'">]>' + body


USES = b"&a9;" * 2000
ECFR = (
    b'<DIV5 N="1" TYPE="PART"><HEAD>PART 1</HEAD><DIV8 N="1.1" TYPE="SECTION"><HEAD>\xc2\xa7 1.1 Words.</HEAD><P>'
    + USES
    + b"</P></DIV8></DIV5>"
)
HTML = b"<!DOCTYPE html><html><body>%b</body></html>"

FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf: nested objects": ("a.pdf", nested_pdf),
    "pdf: page tree loop": ("a.pdf", looped_pdf),
    "pdf: two thousand million pages": ("a.pdf", counted_pdf),
    "pdf: deflate bomb": ("a.pdf", deflated_pdf),
    "pdf: one page drawn for ever": ("a.pdf", drawing_pdf),
    "pdf: a form that draws itself": ("a.pdf", formed_pdf),
    "docx: zip bomb": ("a.docx", zip_bomb),
    "docx: zip bomb that lies": ("a.docx", lying_zip),
    "docx: nested tables": ("a.docx", nested_word),
    "docx: 200,000 paragraphs": ("a.docx", paragraphs_word),
    "docx: entities": ("a.docx", lambda: word_file(laughs(words_of("&a9;")))),
    "xml: billion laughs": ("a.xml", lambda: laughs(ECFR)),
    "xml: quadratic blowup": ("a.xml", lambda: quadratic(ECFR)),
    "xml: 100,000 levels": ("a.xml", lambda: ECFR.replace(USES, b"<I>" * 100_000)),
    "markdown: a million headings": ("a.md", lambda: b"# a\n" * 1_000_000),
    "markdown: brackets": ("a.md", lambda: b"# a\n\n" + b"[" * 100_000),
    "markdown: quotes in quotes": ("a.md", lambda: b"# a\n\n" + b">" * 20_000 + b" a"),
    "markdown: lists in lists": ("a.md", lambda: b"# a\n\n" + b"".join(b" " * n + b"- a\n" for n in range(1500))),
    "markdown: emphasis": ("a.md", lambda: b"# a\n\n" + b"*a **a " * 20_000),
    "markdown: wide table": (
        "a.md",
        lambda: b"# a\n\n" + b"|a" * 5000 + b"|\n" + b"|-" * 5000 + b"|\n" + b"|b|\n" * 2000,
    ),
    "html: a million nested div": ("a.html", lambda: HTML % (b"<div>" * 1_000_000 + b"words")),
    "html: nested inline": ("a.html", lambda: HTML % (b"<p>" + b"<b><i>" * 200_000 + b"words")),
    "html: nested lists": ("a.html", lambda: HTML % (b"<ul><li>a" * 100_000)),
    "html: nested tables": ("a.html", lambda: HTML % (b"<table><tr><td>a" * 20_000)),
    "html: open tags of a section page": ("a.html", lambda: b"<html>" + b"<div " * 600_000),
    "html: one section page in another": (
        "a.html",
        lambda: b"<html><div id=manylawsections>" + b"<h6>1.</h6><p>a" * 100_000,
    ),
    "text: one line of 20 MB": ("a.txt", lambda: b"a" * 20_000_000),
    "text: one line of 100 MB": ("a.txt", lambda: b"a" * 100_000_000),
    "html: a million headings": ("a.html", lambda: HTML % (b"<h1>a</h1>" * 1_000_000)),
    "html: one line of 100 MB": ("a.html", lambda: HTML % (b"<p>" + b"a" * 100_000_000)),
    "markdown: one line of 100 MB": ("a.md", lambda: b"# a\n\n" + b"a" * 100_000_000),
    "text: one line of words": ("a.txt", lambda: b"word " * 4_000_000),
    "text: stops": ("a.txt", lambda: b". " * 1_000_000),
    "text: blank lines": ("a.txt", lambda: b"a\n" + b"\n \t" * 1_000_000 + b"a"),
    "text: a million items": ("a.txt", lambda: b"- a\n" * 1_000_000),
    "text: a million paragraphs": ("a.txt", lambda: b"a\n\n" * 1_000_000),
    "law: labels one in the other": ("law.txt", lambda: b"(a)(1)" * 100_000),
    "law: labels on lines": (
        "law.txt",
        lambda: b"(a) words:\n(1) words:\n(A) words:\n(i) words:\nflush words\n" * 20_000,
    ),
}
