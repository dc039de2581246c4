"""A double of the two official sites on 127.0.0.1: cookies, pickers, empty answers, and faults on demand."""

import html
import itertools
import json
import re
import threading
import time
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from ingest.fetch.official import Kind
from ingest.law.sections import LawFile, LawSection
from kb.errors import ParseError

DAY = "2026-11-19"
Version = tuple[str, str, str]
Fault = Callable[["Handler"], None]


def section_page(number: str, *paragraphs: str, nonce: str = "0", code: str = "HSC") -> bytes:
    """A page of the Legislature's site that shows a section: another document nested in it, `nonce` in its state."""
    law = "".join(f'<p style="margin:0 0 0.5em 0;">{html.escape(p, quote=False)}</p>' for p in paragraphs)
    inner = (
        '<HTML xmlns:caml="http://lc.ca.gov/legalservices/schemas/caml.1#"><head/><BODY>'
        f'<div id="codeLawSectionNoHead"><div><h4><b>Health and Safety Code - {code}</b></h4></div>'
        '<div style="margin:0;clear:both;"/><h5><b>ARTICLE 5. Standards [1367 - 1374.195]</b></h5>'
        f'<div><font face="Times New Roman"><h6 style="float:left;"><b>{number}.  </b></h6>{law}'
        "<i>(Amended by Stats. 2020, Ch. 1, Sec. 2.   (AB 3)   Effective January 1, 2021.)</i></font></div></div>"
        "</BODY></HTML>"
    )
    return page(f'<div id="single_law_section" class="displaycodeleftmargin">{inner if number else ""}</div>', nonce)


def page(content: str, nonce: str = "0") -> bytes:
    """A page of the Legislature's site around `content`."""
    state = f'<input type="hidden" name="javax.faces.ViewState" value="state-{nonce}" autocomplete="off" />'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"><head>'
        "<title>California Code</title></head><body>"
        f'<form id="displayCodeSection" action="/faces/codes_displaySection.xhtml;jsessionid={nonce}">'
        "<a onclick=\"mojarra.jsfcljs({'op_statues':'2014','op_chapter':'26','op_section':'50'},'')\">Up</a>"
        f"{state}</form><form>\n\t{content}\n{state}</form></body></html>"
    ).encode()


def picker_page(number: str, versions: list[Version]) -> bytes:
    """The page that lets a reader choose one of several versions."""
    links = "".join(
        f"""<a href="#" onclick="mojarra.jsfcljs(document.getElementById(&#39;select&#39;),{{'sectionNum':"""
        f"""'{number}.','op_statues':'{year}','op_chapter':'{chapter}','op_section':'{section}','nodeTreePath':'1'}},'')"""
        f'">Version {n}</a>'
        for n, (year, chapter, section) in enumerate(versions, 1)
    )
    return page(f'<form id="selectFromMultiples" name="selectFromMultiples" method="post">{links}</form>')


def _metadata(path: str, citation: str, times: int) -> str:
    """The eCFR's JSON about a division, escaped once on a section and twice on what holds sections."""
    words = json.dumps({"path": f"/on/_SUBSTITUTE_DATE_/{path}", "citation": citation})
    for _ in range(times):
        words = html.escape(words)
    return f'hierarchy_metadata="{words}"'


def regulation(title: int, number: str, *paragraphs: str) -> str:
    """A federal section as the eCFR gives it."""
    text = "".join(f"<P>{html.escape(p, quote=False)}</P>\n" for p in paragraphs)
    about = _metadata(f"title-{title}/section-{number}", f"{title} CFR {number}", 1)
    return f'<DIV8 N="{number}" TYPE="SECTION" {about}>\n<HEAD>§ {number} Of things.</HEAD>\n{text}</DIV8>\n'


def part(title: int, number: str, *sections: str) -> str:
    """A federal part as the eCFR gives it."""
    about = _metadata(f"title-{title}/part-{number}", f"{title} CFR Part {number}", 2)
    return f'<DIV5 N="{number}" TYPE="PART" {about}>\n<HEAD>PART {number}—THINGS</HEAD>\n{"".join(sections)}</DIV5>\n'


@dataclass
class State:
    """What the double holds, what it has been asked, and the faults that wait (part of path -> faults)."""

    sections: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, dict[Version, list[str]]] = field(default_factory=dict)
    regulations: dict[str, str] = field(default_factory=dict)
    titles: bytes = b""
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    busy: int = 0
    most_busy: int = 0
    url: str = ""
    nonce: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def fail(self, path: str, *faults: Fault) -> None:
        """Answer the next requests whose address holds `path` with these faults, one each."""
        self.faults.setdefault(path, deque()).extend(faults)


class Handler(BaseHTTPRequestHandler):
    """Answers as the real sites do."""

    protocol_version = "HTTP/1.1"
    state: State

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """Answer one request, or act out the fault that waits for it."""
        state = self.state
        state.busy += 1
        state.most_busy = max(state.most_busy, state.busy)
        state.asked.append(self.path)
        state.agents.add(self.headers.get("User-Agent", ""))
        try:
            fault = next((f for path, f in state.faults.items() if path in self.path and f), None)
            with suppress(ConnectionError):
                if fault:
                    fault.popleft()(self)
                else:
                    self._answer()
        finally:
            state.busy -= 1

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer; an underscore in a header's name stands for a hyphen."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> None:
        place = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        if place.path.startswith("/faces/"):
            self._legislature(place.path, query)
        elif place.path == "/api/versioner/v1/titles.json":
            self.send(200, self.state.titles)
        elif found := re.fullmatch(rf"/api/versioner/v1/full/{DAY}/title-(\d+)\.xml", place.path):
            xml = self.state.regulations.get(f"{found[1]}/{query.get('section') or query['part']}")
            body = f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}'.encode() if xml else b'{"error": "not found"}'
            self.send(200 if xml else 404, body)
        else:
            self.send(404, b"no such page")

    def _legislature(self, path: str, query: dict[str, str]) -> None:
        state, nonce = self.state, str(next(self.state.nonce))
        cookie = re.search(r"JSESSIONID=(\w+)", self.headers.get("Cookie", ""))
        if path == "/faces/codes.xhtml":
            state.sessions.add(nonce)
            self.send(200, page("codes"), Set_Cookie=f"JSESSIONID={nonce}; Path=/; HttpOnly")
            return
        if cookie is None or cookie[1] not in state.sessions:
            self.send(200, b"")
            return
        number = query["sectionNum"].removesuffix(".")
        name, code = f"{query['lawCode']} {number}", query["lawCode"]
        version = (query.get("op_statues", ""), query.get("op_chapter", ""), query.get("op_section", ""))
        if version[0]:
            self.send(200, section_page(number, *state.versions[name][version], nonce=nonce, code=code))
        elif name in state.versions:
            self.send(200, picker_page(number, list(state.versions[name])))
        elif name in state.sections:
            self.send(200, section_page(number, *state.sections[name], nonce=nonce, code=code))
        else:
            self.send(200, section_page("", nonce=nonce))


@contextmanager
def serving() -> Iterator[State]:
    """The double at `state.url`, holding a few texts, until the block ends."""
    state = State(
        sections={
            "HSC 1368": ["(a) A plan has a grievance system — “médico”.", "(1) It answers in time."],
            "HSC 1383.15": ["(a) A second opinion is given."],
            "WIC 10951": ["(a) A hearing is asked for in time."],
        },
        versions={
            "GOV 100501": {
                ("2013", "5", "2"): ["(a) If it happens."],
                ("2013", "5", "3"): ["(a) If it does not happen."],
            }
        },
        regulations={
            "45/147.136": regulation(45, "147.136", "(a) Scope — § ñ."),
            "42/438": part(
                42, "438", regulation(42, "438.400", "(a) Basis."), regulation(42, "438.402", "(a) A system.")
            ),
        },
        titles=json.dumps(
            {"titles": [{"number": n, "up_to_date_as_of": None if n == 35 else DAY} for n in (29, 35, 42, 45)]}
        ).encode(),
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"state": state}))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, **headers: str) -> Fault:
    """A fault: an answer of another status."""
    return lambda handler: handler.send(code, b"busy", **headers)


def body(content: bytes) -> Fault:
    """A fault: other content."""
    return lambda handler: handler.send(200, content)


def cut_off(handler: Handler) -> None:
    """A fault: the connection ends in mid-answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<html>")
    handler.close_connection = True


def silence(seconds: float) -> Fault:
    """A fault: nothing for a while."""
    return lambda handler: time.sleep(seconds)


def drip(pieces: int, pause: float, piece: bytes = b"x") -> Fault:
    """A fault: an answer without a length, in `pieces`, each after a pause in seconds."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(pieces):
            time.sleep(pause)
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    return answer


def read_page(data: bytes, name: str) -> LawFile:
    """A double of the importer of section pages."""
    text = data.decode("utf-8")
    code = re.search(r"Code - (\w+)<", text)
    number = re.search(r"<h6[^>]*><b>([^<]*?)\.\s*</b></h6>", text)
    if code is None or number is None:
        raise ParseError(f"{name}: no section in this page")
    paragraphs = "\n".join(html.unescape(p) for p in re.findall(r"<p [^>]*>(.*?)</p>", text))
    return LawFile(name, "California", (LawSection(code[1], number[1], paragraphs),))


def read_xml(data: bytes, name: str) -> LawFile:
    """A double of the importer of eCFR files."""
    try:
        root = ET.fromstring(data)
    except ET.ParseError as exc:
        raise ParseError(f"{name}: no XML ({exc})") from exc
    title = name.split("/")[2]
    sections = tuple(
        LawSection(
            f"{title} CFR", div.get("N", ""), "\n".join(p.text or "" for p in div.iter("P")), heading="Of things."
        )
        for div in root.iter("DIV8")
    )
    return LawFile(root.findtext("HEAD") or "", "United States", sections)


CHECKS: dict[Kind, Callable[[bytes, str], LawFile]] = {"ca": read_page, "cfr": read_xml}
