"""Markdown, HTML and plain text to documents; and whatever the bytes are, a Document or an error of ours."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.blocks import Block, assemble
from ingest.html import read_html
from ingest.markdown import read_markdown
from ingest.plain import decode, read_plain
from ingest.read import read, version_of
from ingest.split import split
from kb.errors import KbError, ParseError
from kb.types import Authority, Document, Source
from tests.corpora import CORPUS


def source(path: str = "a.txt", authority: Authority = "guide", **fields: str) -> Source:
    return Source("doc", path, "", "Title", authority, **fields)  # type: ignore[arg-type]


def text_of(data: bytes, path: str = "a.txt", authority: Authority = "guide") -> str:
    return read(source(path, authority), data)[0].text


def kinds(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks]


MARKDOWN = """# Title of *all*

Intro with `code`, [a link](https://example.org/x "t") and **bold**
over two lines.

## Deadlines

The notice must have:

- a date
- a **reason**
  going on

| Kind | Days |
| --- | --- |
| urgent | 3 |
| other | 30 |

1. First
2. Second

> quoted words

```
code block
```

Source: HSC 1368(a). Official text: <https://example.org/1368>. Sure: yes.
"""


def test_markdown_is_read_as_it_looks() -> None:
    assert kinds(read_markdown(MARKDOWN)) == [
        ("heading", "Title of all"),
        ("paragraph", "Intro with code, a link and bold over two lines."),
        ("heading", "Deadlines"),
        ("paragraph", "The notice must have:"),
        ("item", "a date"),
        ("item", "a reason going on"),
        ("row", "Kind | Days"),
        ("row", "urgent | 3"),
        ("row", "other | 30"),
        ("item", "First"),
        ("item", "Second"),
        ("paragraph", "quoted words"),
        ("paragraph", "code block"),
        ("reference", "Source: HSC 1368(a). Official text: https://example.org/1368. Sure: yes."),
    ]


def test_a_markdown_document_has_labels_lead_ins_and_links() -> None:
    document = read(source("a.md", "digest"), MARKDOWN.encode())[0]
    passages = split(document)
    labels = {passage.label for passage in passages}
    assert labels == {"Title", "Deadlines (on HSC 1368(a))"}
    item = next(passage for passage in passages if "a reason" in passage.text)
    assert item.url == "https://example.org/1368"
    lead = next(
        entry for entry in document.outline if entry.lead_in and "- a date" in document.text[slice(*entry.span)]
    )
    assert lead.lead_in is not None
    assert document.text[slice(*lead.lead_in)] == "The notice must have:"
    row = next(e for e in document.outline if e.lead_in and "urgent" in document.text[slice(*e.span)])
    assert row.lead_in is not None
    assert document.text[slice(*row.lead_in)] == "Kind | Days"
    assert [p.kind for p in passages if p.text.startswith("Source:")] == ["reference"]


def test_markdown_does_not_run_html() -> None:
    text = text_of(b"# A\n\n<script>alert(1)</script> words <b>here</b>\n\n<div>\nblock\n</div>\n", "a.md")
    assert "words <b>here</b>" in text


HTML = b"""<!DOCTYPE html><html><head><title>T</title><style>p{color:red}</style><script>secret()</script></head>
<body><nav>menu</nav><h1>Deadlines &amp; fees</h1>
<p>Answer within&nbsp;72 hours&mdash;not <b>30</b> days&#8217; &lt;time&gt;.</p>
<script>alert("hidden")</script><style>hidden{}</style><noscript>hidden</noscript><template>hidden</template>
<!-- hidden comment --><input value="hidden">
loose words<br>on a new line
<ul><li>one</li><li>two <i>words</i></li></ul>
<table><tr><th>Kind</th><th>Days</th></tr><tr><td>urgent</td><td>3</td></tr></table>
<div>outer <div>inner</div> after</div>
<p>A<sup>2</sup>B</p></body></html>"""


def test_html_is_read_as_it_looks() -> None:
    assert kinds(read_html(HTML)) == [
        ("heading", "Deadlines & fees"),
        ("paragraph", "Answer within 72 hours\u2014not 30 days\u2019 <time>."),
        ("paragraph", "loose words on a new line"),
        ("item", "one"),
        ("item", "two words"),
        ("row", "Kind | Days"),
        ("row", "urgent | 3"),
        ("paragraph", "outer"),
        ("paragraph", "inner"),
        ("paragraph", "after"),
        ("paragraph", "A2B"),
    ]


def test_scripts_styles_and_comments_are_not_text() -> None:
    text = text_of(HTML, "a.html")
    assert "hidden" not in text
    assert "secret" not in text
    assert "color" not in text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<html><meta charset=iso-8859-1><p>caf\xe9</p>", "caf\u00e9"),
        ("<html><p>caf\u00e9 \u20ac</p>".encode(), "caf\u00e9 \u20ac"),
        (b"<html><head><meta charset='windows-1252'></head><p>\x93q\x94</p>", "\u201cq\u201d"),
        (b"<p>unclosed <b>bold <i>both</p><p>next", "unclosed bold both\n\nnext"),
        (b"<!-- c --><html><p>after a comment</p>", "after a comment"),
    ],
)
def test_html_encodings_and_slips(data: bytes, expected: str) -> None:
    assert text_of(data, "a.html") == expected


@pytest.mark.parametrize(
    "data",
    [
        "<html><p>caf\u00e9</p>".encode("utf-8-sig"),
        "<html><p>caf\u00e9</p>".encode("utf-16"),
        b"\xfe\xff" + "<html><p>caf\u00e9</p>".encode("utf-16-be"),
        "<html><meta charset=utf-16><p>caf\u00e9</p>".encode("utf-16-le"),
        '<?xml version="1.0"?>\n<!DOCTYPE html><html><body><p>caf\u00e9</p></body></html>'.encode(),
        "<meta charset=utf-8><title>T</title><p>caf\u00e9</p>".encode(),
        "<main><p>caf\u00e9</p></main>".encode(),
    ],
)
def test_a_web_page_is_recognised_however_it_begins(data: bytes) -> None:
    assert text_of(data, "a.html") == "caf\u00e9"


def test_a_line_break_parts_words() -> None:
    data = b"<html><p>Answer in 72<br>hours</p><ul><li>Call 911<br/>now</li></ul>"
    assert kinds(read_html(data)) == [("paragraph", "Answer in 72 hours"), ("item", "Call 911 now")]


def test_a_page_wrapped_in_a_form_is_read() -> None:
    """As ASP.NET and JSF pages are, those of the Legislature among them."""
    assert (
        text_of(b"<html><body><form id=f><h1>Section 1</h1><p>words</p></form></body></html>") == "Section 1\n\nwords"
    )


def test_a_form_of_fields_is_no_text() -> None:
    page = b"<html><body><form>Find: <input><select><option>HSC</select><button>Go</button></form><p>words</p></body>"
    assert text_of(page) == "words"


def test_preformatted_text_has_its_paragraphs() -> None:
    page = b"<html><pre>   BILL  ANALYSIS\n\nOne sentence\nover two lines.\n\n- item\n</pre></html>"
    assert kinds(read_html(page)) == [
        ("paragraph", "BILL ANALYSIS"),
        ("paragraph", "One sentence over two lines."),
        ("item", "item"),
    ]


def test_words_after_the_end_of_the_page_are_read() -> None:
    assert text_of(b"<html><body><p>a</body></html><p>b</p>") == "a\n\nb"


@pytest.mark.parametrize("tag", ["div", "b", "ul", "blockquote", "span", "table"])
def test_deep_nesting_is_read_in_time(tag: str) -> None:
    data = b"<html><body>" + f"<{tag}>".encode() * 3000 + b"deep words" + f"</{tag}>".encode() * 3000
    try:
        text = text_of(data, "a.html")
    except KbError:
        return
    assert "deep words" in text


def test_plain_text_has_paragraphs_and_items() -> None:
    text = "First line\nsecond line.\n\n\n- one\n  goes on\n* two\n\u2022 three\n\nLast.\n"
    assert kinds(read_plain(text)) == [
        ("paragraph", "First line second line."),
        ("item", "one goes on"),
        ("item", "two"),
        ("item", "three"),
        ("paragraph", "Last."),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"plain", "plain"),
        ("caf\u00e9".encode(), "caf\u00e9"),
        ("caf\u00e9".encode("utf-8-sig"), "caf\u00e9"),
        ("caf\u00e9".encode("utf-16"), "caf\u00e9"),
        (b"\xfe\xff" + "caf\u00e9".encode("utf-16-be"), "caf\u00e9"),
        (b"caf\xe9 \x93q\x94", "caf\u00e9 \u201cq\u201d"),
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("twenty letters and more".encode("utf-16-le"), "twenty letters and more"),
        ("twenty letters and more".encode("utf-16-be"), "twenty letters and more"),
        (b"ends here\n\x9a    goes on, caf\xe9 \x9ako", "ends here\n    goes on, caf\u00e9 \u0161ko"),
        (b"page one\x0cpage two" + b" and more" * 20, "page one\npage two" + " and more" * 20),
        (b"form\x0cfeed " * 50, "formfeed " * 50),
        (b"", ""),
    ],
)
def test_bytes_to_text(data: bytes, expected: str) -> None:
    if data.count(b"\x0c") > 1:
        with pytest.raises(ParseError, match=r"a\.txt: this is not a text file"):
            decode(data, "a.txt")
    else:
        assert decode(data, "a.txt") == expected


@given(st.text(max_size=300))
def test_text_survives_its_encodings(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(c for c in plain.replace("\x0c", "\n") if c in "\t\n" or not (c < " " or c == "\x7f"))
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        if encoding == "utf-8" and text.startswith("\ufeff"):
            continue
        try:
            assert decode(text.encode(encoding), "a.txt") == clean
        except ParseError:
            assert clean != plain


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04rest", r"a\.txt: not a readable Word file .*; open and save it again"),
        (
            b"\xd0\xcf\x11\xe0rest",
            r"a\.txt: an old Word or office file \(binary\); save it as DOCX or PDF and add that",
        ),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            r"a\.txt: an office file with a password; save it as DOCX without one or PDF and add that",
        ),
        (b"\x7fELF\x00\x00\x01\x02", r"a\.txt: this is not a text file"),
        (b"   \n\n  ", r"a\.txt: there is no text in this file"),
        (b"<html><body><script>x</script></body></html>", r"a\.txt: there is no text in this file"),
        (b"<html></html>", r"a\.txt: there is no text in this file"),
        (b"%PDF-1.4 broken", r"a\.txt: not a readable PDF"),
        (b"\xff\xfe", r"a\.txt: there is no text in this file"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read(source(), data)


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.md", "a"])
def test_the_format_is_told_from_the_bytes(name: str) -> None:
    assert text_of(b"<html><p>web page</p></html>", name) == "web page"
    assert text_of(b"just words", name) == "just words"


def test_a_heading_is_markdown_whatever_the_name() -> None:
    document = read(source("a.txt"), b"# Title\n\n## Fees\n\nNo fee.\n")[0]
    assert split(document)[-1].label == "Fees"


def check(document: Document) -> None:
    """A document hangs together: spans in range and order, one entry over all of it."""
    length = len(document.text)
    assert document.text.strip()
    assert document.outline[0].span == (0, length)
    for entry in document.outline:
        assert 0 <= entry.span[0] <= entry.span[1] <= length
        assert entry.label
        assert entry.lead_in is None or 0 <= entry.lead_in[0] < entry.lead_in[1] <= length
    starts = [page.start for page in document.pages]
    assert starts == sorted(starts)
    assert [page.number for page in document.pages] == list(range(1, len(starts) + 1))
    for passage in split(document):
        assert document.text[slice(*passage.span)] == passage.text
    document.text.encode("utf-8")


def survives(data: bytes, name: str, authority: Authority = "guide", citation: str = "") -> None:
    """Reading gives a sound Document or an error of ours that names the file."""
    try:
        document, _ = read(source(name, authority, citation=citation), data)
    except KbError as exc:
        assert name in str(exc)
        return
    check(document)


heads = st.sampled_from([b"", b"%PDF-1.4\n", b"<html>", b"# A\n\n", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"- "])


@given(heads, st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf"]))
@example(b"", b"&#xD800; <p>&#0;&#x110000;</p>", "a.html")
@example(b"<html>", b"&#xD800;&#xDFFF;", "a.html")
@example(b"", b"|a|\n|-|\n", "a.md")
@example(b"", b"# \n## \n- \n", "a.md")
@example(b"", b"\xff\xfe\x00\xd8a\x00", "a.txt")
def test_any_bytes_give_a_document_or_our_error(head: bytes, data: bytes, name: str) -> None:
    survives(head + data, name)


@given(st.text(max_size=200))
@example("(a) x\n(1) y\n\n(ii) z")
@example("()\n(a)(a)(a)")
def test_any_text_can_be_read_as_law(text: str) -> None:
    survives(text.encode(), "law.txt", "law", "HSC 1")


marks = st.sampled_from(
    "# |## |### |- |* |1. |> |    |```|---|\\||a|words and more.|ends:|:|\\n|\\n\\n|  |**|[x](y)|<b>|</b>|![i](j)|"
    "Source: X. Official text: https://e.org. Sure: s|&amp;|\\\\|\\t|| --- |".replace("\\n", "\n")
    .replace("\\t", "\t")
    .split("|")
)


@given(st.lists(marks, max_size=40).map("".join))
def test_any_markdown_gives_a_sound_document(text: str) -> None:
    survives(text.encode(), "a.md", "digest")


tags = st.sampled_from(
    "<p> </p> <div> </div> <li> <ul> </ul> <table> <tr> <td> <th> </td> </tr> </table> <h1> </h1> <h3> <br> <b> </b> "
    "<a> </a> <span> <!-- --> <![CDATA[x]]> &amp; &lt; &nosuch; words more. ends: <script> </script> <style> </style> "
    "<svg> <math> <frameset> <plaintext> <html> <body> </body> <title> <pre> | <?php ?> <dl> <dt> <dd>".split()
)


@given(st.lists(tags, max_size=40).map(" ".join))
def test_any_tags_give_a_sound_document(text: str) -> None:
    survives(b"<html>" + text.encode(), "a.html")


SMALL_FILES = [CORPUS / "statutes/hsc-1383.15.txt", CORPUS / "guides/second-opinion-guide.md"]


@settings(max_examples=40)
@given(st.sampled_from(SMALL_FILES), st.data())
def test_a_mutated_file_gives_a_document_or_our_error(path: Path, data: st.DataObject) -> None:
    content = bytearray(path.read_bytes()[:1500])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    law = path.suffix == ".txt"
    survives(bytes(content), path.name, "law" if law else "guide", "HSC 1" if law else "")


def test_a_version_depends_on_bytes_and_description_alone() -> None:
    one = version_of(source(), b"x")
    assert one == version_of(source(), b"x")
    others = {version_of(source(), b"y"), version_of(source("b.txt"), b"x"), version_of(source(note="n"), b"x")}
    assert one not in others
    assert len(others) == 3
    assert len(one) == 12


blocks = st.lists(
    st.builds(
        Block,
        st.sampled_from(["heading", "paragraph", "item", "row", "contents"]),
        st.text(st.sampled_from("ab :.\u00e9|-"), max_size=8),
        st.integers(1, 6),
        header=st.booleans(),
    ),
    max_size=12,
)


@given(blocks)
def test_any_blocks_make_a_sound_document_that_holds_them_in_order(made: list[Block]) -> None:
    document = assemble("doc", "v", "Title", made)
    end = 0
    for block in made:
        if block.text.strip():
            end = document.text.index(block.text, end) + len(block.text)
    if document.text.strip():
        check(document)
