"""Official texts over HTTP, against a double of the two sites on this machine."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

import ingest.fetch.shelf
import ingest.fetch.sites
from ingest.__main__ import main
from ingest.build import build
from ingest.fetch.download import AGENT, Download, Limits, _mirror, _redirected, _seconds
from ingest.fetch.official import Name, parse_name, read_list
from ingest.fetch.run import Outcome, fetch
from ingest.manifest import read_manifest, read_official, seal, write_official
from kb.errors import SourceError
from kb.types import Source
from tests.corpora import CORPUS, ROOT, Corpus
from tests.fakes import HashEmbedder
from tests.official_sites import (
    CHECKS,
    DAY,
    Fault,
    State,
    body,
    cut_off,
    drip,
    page,
    section_page,
    serving,
    silence,
    status,
)

TODAY = date(2026, 11, 22)
LATER = date(2026, 12, 24)
PAGE = "official/ca/HSC/1368.html"
FORMER = f"official/ca/HSC/1368.until-{LATER}.html"


@dataclass
class Time:
    """A clock that only sleep moves."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """The double; proxies of the machine that runs the test are left out."""
    monkeypatch.setenv("NO_PROXY", "*")
    with serving() as state:
        yield state


@pytest.fixture
def time_() -> Time:
    return Time()


def bring(
    site: State,
    corpus: Corpus,
    *names: str,
    time_: Time | None = None,
    today: date = TODAY,
    limits: Limits | None = None,
    everything: bool = False,
    if_older: int = 0,
    base: str = "",
) -> dict[str, Outcome]:
    """Fetch from the double; the outcome of each name."""
    clock = time_ or Time()
    with Download(
        limits or Limits(), base or site.url, sleep=clock.sleep, clock=lambda: clock.now, chance=lambda: 0.0
    ) as download:
        told: list[Outcome] = []
        outcomes = fetch(
            names,
            corpus.folder,
            download,
            CHECKS,
            today,
            everything=everything,
            if_older=if_older,
            tell=lambda number, of, outcome: told.append(outcome),
        )
    assert tuple(told) == outcomes
    return {outcome.name: outcome for outcome in outcomes}


def rows(corpus: Corpus) -> dict[str, Source]:
    return {row.path: row for row in read_official(corpus.folder)}


def files(corpus: Corpus) -> set[str]:
    """The texts below corpus/official, without the lock and the manifest."""
    found = (path.relative_to(corpus.folder).as_posix() for path in (corpus.folder / "official").rglob("*.*ml"))
    return {path for path in found if not path.endswith("manifest.yaml")}


def held(corpus: Corpus, path: str) -> str:
    return (corpus.folder / path).read_text(encoding="utf-8")


def true_to_files(corpus: Corpus) -> None:
    """Every row's hash is that of its file, and no file lacks a row."""
    assert set(rows(corpus)) == files(corpus)
    for path, row in rows(corpus).items():
        assert row.sha256 == hashlib.sha256((corpus.folder / path).read_bytes()).hexdigest()
    assert not list((corpus.folder / "official").rglob("*.part"))


# Names


@pytest.mark.parametrize(
    ("text", "written", "stem"),
    [
        ("ca:HSC/1368", "ca:HSC/1368", "official/ca/HSC/1368"),
        ("ca:hsc/1374.30.", "ca:HSC/1374.30", "official/ca/HSC/1374.30"),
        ("ca:CIV/2924b", "ca:CIV/2924b", "official/ca/CIV/2924b"),
        ("cfr:45/147.136", "cfr:45/147.136", "official/cfr/45/147.136"),
        ("cfr:29/2560.503-1", "cfr:29/2560.503-1", "official/cfr/29/2560.503-1"),
        ("cfr:42/438", "cfr:42/438", "official/cfr/42/438"),
    ],
)
def test_a_name_is_understood(text: str, written: str, stem: str) -> None:
    name = parse_name(text)
    assert (name.written, name.stem) == (written, stem)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ca:HSC/../../x", "is no name of a text: expected ca:CODE/SECTION"),
        ("ca:../1368", "is no name"),
        ("ca:HSC/1368/../../../x", "is no name"),
        ("cfr:45/..", "is no name"),
        ("cfr:45/147.136.xml", "is no name"),
        ("cfr:45/147..136", "is no name"),
        ("cfr:0/1", "is no name"),
        ("cfr:51/1", "is no name"),
        ("ca:HSC/\uff11\uff13\uff16\uff18", "is no name"),
        ("ca:HSC/1368\n", "is no name"),
        ("ca:HSC/1368\0", "is no name"),
        ("ca:HSC\\1368", "is no name"),
        ("ca:XYZ/1", "no California code is called XYZ; one of BPC"),
        ("28 CCR 1300.68", "is no name"),
        ("", "is no name"),
    ],
)
def test_what_is_no_name_is_refused(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parse_name(text)


@given(st.text(alphabet="ca:fr/.-HSC123\\% \n", max_size=30))
def test_no_name_leaves_its_folder(text: str) -> None:
    try:
        name = parse_name(text)
    except SourceError:
        return
    assert parse_name(name.written) == name
    inside = Path("official", name.kind, name.book)
    assert Path(name.stem).parent == inside
    assert (Path("/c") / name.stem).resolve().parent == Path("/c") / inside


# What is written


def test_a_section_is_kept_as_it_came(site: State, small: Corpus) -> None:
    assert bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].status == "new"
    assert (small.folder / PAGE).read_bytes() == section_page(
        "1368", *site.sections["HSC 1368"], nonce=str(next(site.nonce) - 1)
    )
    (row,) = read_official(small.folder)
    assert (row.doc_id, row.path, row.authority) == ("official-hsc-1368", PAGE, "law")
    assert (row.jurisdiction, row.citation, row.retrieved) == ("California", "HSC 1368", TODAY)
    assert row.title == "California Health and Safety Code section 1368"
    assert row.url.endswith("/faces/codes_displaySection.xhtml?lawCode=HSC&sectionNum=1368.")
    assert row.provenance.startswith(f"Fetched by Recourse from a mirror ({urlsplit(site.url).netloc}) of leginfo.")
    true_to_files(small)
    assert read_manifest(small.folder)[-1] == row


def test_the_site_is_asked_with_a_cookie_a_name_and_a_final_period(site: State, small: Corpus) -> None:
    bring(site, small, "ca:HSC/1368", "ca:HSC/1383.15")
    assert site.asked == [
        "/faces/codes.xhtml",
        "/faces/codes_displaySection.xhtml?lawCode=HSC&sectionNum=1368.",
        "/faces/codes_displaySection.xhtml?lawCode=HSC&sectionNum=1383.15.",
    ]
    assert site.agents == {AGENT} and "Recourse" in AGENT


def test_requests_come_one_by_one_with_a_pause(site: State, small: Corpus, time_: Time) -> None:
    bring(site, small, "ca:HSC/1368", "ca:WIC/10951", "cfr:45/147.136", time_=time_)
    assert len(site.asked) == 5
    assert time_.slept == [2.0] * 4
    assert site.most_busy == 1


def test_federal_texts_are_of_the_latest_day(site: State, small: Corpus) -> None:
    done = bring(site, small, "cfr:45/147.136", "cfr:42/438")
    assert [outcome.status for outcome in done.values()] == ["new", "new"]
    assert site.asked == [
        "/api/versioner/v1/titles.json",
        f"/api/versioner/v1/full/{DAY}/title-45.xml?part=147&section=147.136",
        f"/api/versioner/v1/full/{DAY}/title-42.xml?part=438",
    ]
    section, whole = rows(small).values()
    assert (section.path, section.citation) == ("official/cfr/45/147.136.xml", "45 CFR 147.136")
    assert (section.title, section.jurisdiction) == ("45 CFR section 147.136 (Of things)", "United States")
    assert section.url == "https://www.ecfr.gov/current/title-45/section-147.136"
    assert DAY in section.provenance
    assert (whole.path, whole.title) == ("official/cfr/42/438.xml", "42 CFR part 438")
    true_to_files(small)


def test_one_text_is_fetched_once(site: State, small: Corpus) -> None:
    assert list(bring(site, small, "ca:hsc/1368.", "ca:HSC/1368")) == ["ca:HSC/1368"]
    assert len(site.asked) == 2


def test_a_build_takes_what_was_fetched(site: State, small: Corpus, folder: Path) -> None:
    bring(site, small, "cfr:45/147.136")
    report = build(small.folder, folder, HashEmbedder())
    assert not report.failed and not report.warnings
    assert "official-45-cfr-147.136" in report.added


def test_seal_knows_both_manifests(site: State, small: Corpus) -> None:
    bring(site, small, "ca:HSC/1368")
    assert seal(small.folder) == []
    (small.folder / PAGE).write_bytes(section_page("1368", "Other words."))
    assert seal(small.folder) == ["official-hsc-1368"]
    true_to_files(small)


def test_a_doc_id_of_both_manifests_is_refused(small: Corpus) -> None:
    write_official(small.folder, [Source("guide", "guide.md", "0", "G", "law")])
    with pytest.raises(SourceError, match=r"official/manifest\.yaml: doc_id given in .*manifest\.yaml too: guide"):
        read_manifest(small.folder)


# What is refused

STRANGE = [
    (body(section_page("")), "the site has no section HSC 1368; check the number at https://leginfo"),
    (body(page("<h1>Sorry</h1>")), "another page came instead of the section; see https://leginfo"),
    (body(page('<div class="g-recaptcha"></div>')), r"a page that asks for a person \(captcha\) came instead"),
    (body(b"\x00\xff\xfe not a page"), "another page came instead"),
    (body(section_page("1369", "(a) Words.")), "the site sent HSC 1369 instead of HSC 1368"),
    (body(section_page("1368", "(a) Words.", code="WIC")), "the site sent WIC 1368 instead of HSC 1368"),
    (body(section_page("1368")), "what came holds no words of law"),
    (body(page('<div id="single_law_section"><BODY>words</BODY></div>')), "what came cannot be read as law"),
    (status(404), "the site has no such page"),
    (status(403), "the site answered 403; open it in a browser"),
    (status(200, Content_Encoding="gzip"), "the answer is compressed"),
    (status(302, Location="http://example.org/"), "redirects to 'http://example.org/', which is no official address"),
    (status(302, Location="file:///etc/passwd"), "which is no official address: not followed"),
    (status(302), "which is no official address"),
]


@pytest.mark.parametrize(("fault", "message"), STRANGE)
def test_what_is_no_law_is_not_written(site: State, small: Corpus, fault: Fault, message: str) -> None:
    site.fail("sectionNum=1368.", fault)
    done = bring(site, small, "ca:HSC/1368", "ca:WIC/10951")
    assert (done["ca:HSC/1368"].status, done["ca:WIC/10951"].status) == ("failed", "new")
    with pytest.raises(SourceError, match=message):
        raise SourceError(done["ca:HSC/1368"].words)
    assert files(small) == {"official/ca/WIC/10951.html"}
    true_to_files(small)


@pytest.mark.parametrize(
    ("path", "fault", "message"),
    [
        ("/full/", body(b"<!DOCTYPE html><html>g-recaptcha</html>"), "a page that asks for a person"),
        ("/full/", body(b""), "the eCFR sent nothing"),
        ("/full/", body(b"<DIV8 N='147.136'><P>words"), "cannot be read as law"),
        ("/full/", body(b"<DIV5 N='147'><HEAD>PART 147</HEAD></DIV5>"), "what came holds 0 sections"),
        ("/full/", body(b"<DIV8 N='147.137'><P>words</P></DIV8>"), "sent 45 CFR 147.137 instead of 45 CFR 147.136"),
        ("/full/", status(404), f"the eCFR of {DAY} has no 45 CFR section 147.136"),
        ("titles.json", body(b"<html>"), "this is not the list of titles"),
        ("titles.json", body(b"[1]"), "this is not the list of titles"),
        ("titles.json", body(b'{"titles": [{"number": 45, "up_to_date_as_of": "soon"}]}'), "not the list of titles"),
        ("titles.json", body(b'{"titles": [{"number": 44, "up_to_date_as_of": "2026-01-01"}]}'), "no text of title 45"),
    ],
)
def test_what_is_no_regulation_is_not_written(
    site: State, small: Corpus, path: str, fault: Fault, message: str
) -> None:
    site.fail(path, fault)
    outcome = bring(site, small, "cfr:45/147.136")["cfr:45/147.136"]
    assert outcome.status == "failed"
    with pytest.raises(SourceError, match=message):
        raise SourceError(outcome.words)
    assert files(small) == set()


def test_a_bad_name_spoils_no_other(site: State, small: Corpus) -> None:
    done = bring(site, small, "ca:HSC/../../x", "ca:HSC/1368")
    assert [outcome.status for outcome in done.values()] == ["failed", "new"]
    assert not any("x" in asked.rpartition("/")[2].partition("?")[2] for asked in site.asked)
    assert files(small) == {PAGE}


def test_a_lost_session_is_renewed_once(site: State, small: Corpus) -> None:
    site.fail("sectionNum=1368.", body(b""))
    assert bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].status == "new"
    assert [path.partition("?")[0].rpartition("/")[2] for path in site.asked] == [
        "codes.xhtml",
        "codes_displaySection.xhtml",
        "codes.xhtml",
        "codes_displaySection.xhtml",
    ]


def test_a_page_that_stays_empty_is_told(site: State, small: Corpus) -> None:
    site.fail("sectionNum=1368.", body(b" "), body(b""))
    assert "the site sent an empty page twice" in bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].words


# Trouble on the way


def test_a_busy_site_is_waited_for(site: State, small: Corpus, time_: Time) -> None:
    site.fail("sectionNum=1368.", status(503, Retry_After="17"), status(502))
    assert bring(site, small, "ca:HSC/1368", time_=time_)["ca:HSC/1368"].status == "new"
    assert time_.slept == [2.0, 17.0, 4.0]


def test_a_site_that_stays_busy_is_left_alone(site: State, small: Corpus, time_: Time) -> None:
    site.fail("sectionNum", *[status(503)] * 20)
    done = bring(site, small, "ca:HSC/1368", "ca:HSC/1383.15", "ca:WIC/10951", time_=time_)
    assert {outcome.status for outcome in done.values()} == {"failed"}
    assert "the site answered 503 (4 attempts); check the network or run this again" in done["ca:HSC/1368"].words
    assert "did not answer before and was not asked again" in done["ca:WIC/10951"].words
    assert len(site.asked) == 9
    assert time_.slept == [2.0, 2.0, 4.0, 8.0, 2.0, 2.0, 4.0, 8.0]


def test_a_long_wait_is_left_to_the_person(site: State, small: Corpus, time_: Time) -> None:
    site.fail("sectionNum", status(503, Retry_After="86400"))
    words = bring(site, small, "ca:HSC/1368", time_=time_)["ca:HSC/1368"].words
    assert "the site asks to wait 86400 seconds: run this again after that" in words
    assert max(time_.slept) <= 2.0


def test_retry_after_is_seconds_or_a_date() -> None:
    assert (_seconds("5"), _seconds(""), _seconds("soon"), _seconds("٣")) == (5.0, None, None, None)
    assert _seconds(format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)) == 0.0
    wait = _seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    assert wait is not None and 60 < wait <= 90


@pytest.mark.parametrize(
    ("fault", "limits", "message"),
    [
        (silence(0.6), Limits(silence=0.3), r"no answer within 0\.3 seconds \(4 attempts\)"),
        (drip(40, 0.03), Limits(whole=0.5), r"the answer was not whole within 0\.5 seconds \(4 attempts\)"),
        (cut_off, Limits(), r"the connection failed \(.+\) \(4 attempts\)"),
    ],
)
def test_a_broken_answer_is_asked_for_again(
    site: State, small: Corpus, fault: Fault, limits: Limits, message: str
) -> None:
    site.fail("sectionNum=1368.", fault)
    assert bring(site, small, "ca:HSC/1368", limits=limits)["ca:HSC/1368"].status == "new"
    site.fail("sectionNum=1383.15.", *[fault] * 4)
    outcome = bring(site, small, "ca:HSC/1383.15", limits=limits)["ca:HSC/1383.15"]
    with pytest.raises(SourceError, match=message):
        raise SourceError(outcome.words)
    assert files(small) == {PAGE}


@pytest.mark.parametrize("fault", [body(b"x" * 50_001), drip(60, 0.0, b"x" * 1000)])
def test_an_answer_that_is_too_large_is_not_read(site: State, small: Corpus, fault: Fault) -> None:
    site.fail("sectionNum=1368.", fault)
    outcome = bring(site, small, "ca:HSC/1368", limits=Limits(size=50_000))["ca:HSC/1368"]
    assert "the answer is larger than 50,000 bytes: not read" in outcome.words
    assert len(site.asked) == 2


def test_a_site_that_is_not_there_is_told(site: State, small: Corpus) -> None:
    outcome = bring(site, small, "ca:HSC/1368", base="http://127.0.0.1:1")["ca:HSC/1368"]
    assert "http://127.0.0.1:1/faces/codes.xhtml: the connection failed" in outcome.words


def test_a_redirect_on_the_same_host_is_followed(site: State, small: Corpus) -> None:
    site.fail("sectionNum=1368.", status(302, Location="/faces/codes_displaySection.xhtml?lawCode=HSC&sectionNum=1368"))
    assert bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].status == "new"


def test_a_circle_of_redirects_ends(site: State, small: Corpus) -> None:
    site.fail("sectionNum", *[status(302, Location="?sectionNum=1")] * 20)
    assert "more than 5 redirects" in bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].words
    assert len(site.asked) == 7


def test_a_redirect_to_another_host_is_not_followed(site: State, small: Corpus) -> None:
    with serving() as other:
        site.fail("sectionNum", status(302, Location=f"{other.url}/faces/codes.xhtml"))
        assert "no official address: not followed" in bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].words
        assert other.asked == []


@pytest.mark.parametrize(
    ("place", "location", "followed"),
    [
        ("https://leginfo.legislature.ca.gov/faces/a", "b?c=1", "https://leginfo.legislature.ca.gov/faces/b?c=1"),
        ("http://mirror.example/a", "https://mirror.example/a", "https://mirror.example/a"),
        ("https://mirror.example/a", "https://www.ecfr.gov/a", "https://www.ecfr.gov/a"),
        ("https://www.ecfr.gov/a", "http://www.ecfr.gov/a", ""),
        ("https://www.ecfr.gov/a", "https://www.ecfr.gov:8443/a", ""),
        ("https://www.ecfr.gov/a", "https://unblock.federalregister.gov/", ""),
        ("https://www.ecfr.gov/a", "https://www.ecfr.gov.example.org/", ""),
        ("https://www.ecfr.gov/a", "https://user@www.ecfr.gov/", ""),
        ("https://www.ecfr.gov/a", "//[::1", ""),
        ("https://www.ecfr.gov/a", "ftp://www.ecfr.gov/a", ""),
        ("https://www.ecfr.gov/a", "https://www.ecfr.gov:99999/a", ""),
    ],
)
def test_where_a_redirect_may_lead(place: str, location: str, followed: str) -> None:
    if followed:
        assert _redirected(urlsplit(place), location).geturl() == followed
    else:
        with pytest.raises(SourceError, match="no official address: not followed"):
            _redirected(urlsplit(place), location)


@pytest.mark.parametrize(
    "base",
    [
        "ftp://a",
        "file:///etc",
        "example.org",
        "http://",
        "http://u:p@a",
        "http://a/b",
        "http://a?b",
        "http://a:x",
        "http://[a",
    ],
)
def test_a_mirror_is_a_scheme_and_a_host(base: str) -> None:
    assert _mirror("http://127.0.0.1:80/").netloc == "127.0.0.1:80"
    with pytest.raises(SourceError, match=r"--base-url '.*': expected http\(s\)://host"):
        Download(base=base)


# Several versions


def test_every_version_is_kept_by_itself(site: State, small: Corpus) -> None:
    outcome = bring(site, small, "ca:GOV/100501")["ca:GOV/100501"]
    assert outcome.status == "new" and outcome.words.endswith(", 2 versions")
    assert files(small) == {"official/ca/GOV/100501.a.html", "official/ca/GOV/100501.b.html"}
    assert "If it happens." in held(small, "official/ca/GOV/100501.a.html")
    first, second = rows(small).values()
    assert (first.doc_id, second.doc_id) == ("official-gov-100501.a", "official-gov-100501.b")
    assert first.url.endswith(
        "/printCodeSectionWindow.xhtml?lawCode=GOV&sectionNum=100501.&op_statues=2013&op_chapter=5&op_section=2"
    )
    assert first.title == "California Government Code section 100501, version a"
    assert first.citation == second.citation == "GOV 100501"
    true_to_files(small)


def test_a_version_keeps_its_letter(site: State, small: Corpus) -> None:
    bring(site, small, "ca:GOV/100501")
    versions = site.versions["GOV 100501"]
    site.versions["GOV 100501"] = {("2001", "1", ""): ["(a) Anew."], **dict(reversed(versions.items()))}
    assert bring(site, small, "ca:GOV/100501", today=LATER)["ca:GOV/100501"].status == "changed"
    assert "If it happens." in held(small, "official/ca/GOV/100501.a.html")
    assert "If it does not" in held(small, "official/ca/GOV/100501.b.html")
    assert "Anew." in held(small, "official/ca/GOV/100501.c.html")
    true_to_files(small)


def test_versions_that_end_become_former_texts(site: State, small: Corpus) -> None:
    bring(site, small, "ca:GOV/100501")
    del site.versions["GOV 100501"]
    site.sections["GOV 100501"] = ["(a) It happened."]
    assert bring(site, small, "ca:GOV/100501", today=LATER)["ca:GOV/100501"].status == "changed"
    assert files(small) == {
        "official/ca/GOV/100501.html",
        f"official/ca/GOV/100501.a.until-{LATER}.html",
        f"official/ca/GOV/100501.b.until-{LATER}.html",
    }
    ends = {row.doc_id: row.effective_to for row in read_official(small.folder)}
    last = LATER - timedelta(days=1)
    assert ends == {
        "official-gov-100501": None,
        f"official-gov-100501.a-until-{LATER}": last,
        f"official-gov-100501.b-until-{LATER}": last,
    }
    true_to_files(small)


def test_a_version_that_fails_fails_the_section(site: State, small: Corpus) -> None:
    site.fail("op_section=3", body(section_page("")))
    assert bring(site, small, "ca:GOV/100501")["ca:GOV/100501"].status == "failed"
    assert files(small) == set()


def test_a_version_that_cannot_be_asked_for_is_told(site: State, small: Corpus) -> None:
    site.versions["GOV 100501"][("2013&x", "5", "2")] = []
    assert "offers a version that cannot be asked for" in bring(site, small, "ca:GOV/100501")["ca:GOV/100501"].words


# Again


def test_the_same_law_on_another_page_is_the_same(site: State, small: Corpus) -> None:
    bring(site, small, "ca:HSC/1368", "cfr:45/147.136", "ca:GOV/100501")
    before, first = {path: (small.folder / path).read_bytes() for path in files(small)}, rows(small)
    done = bring(site, small, "ca:HSC/1368", "cfr:45/147.136", "ca:GOV/100501", today=LATER)
    assert {outcome.status for outcome in done.values()} == {"same"}
    assert held(small, "official/manifest.yaml").count(f"retrieved: {LATER}\n") == 4
    assert {path: (small.folder / path).read_bytes() for path in files(small)} == before
    changed = {path: (row.retrieved, first[path].retrieved) for path, row in rows(small).items()}
    assert set(changed.values()) == {(LATER, TODAY)}
    true_to_files(small)


def test_a_changed_law_leaves_the_former_one_reachable(site: State, small: Corpus) -> None:
    bring(site, small, "ca:HSC/1368", "cfr:45/147.136")
    old, old_xml = held(small, PAGE), held(small, "official/cfr/45/147.136.xml")
    site.sections["HSC 1368"][0] = "(a) A plan has another system."
    site.regulations["45/147.136"] = site.regulations["45/147.136"].replace("Scope", "Reach")
    done = bring(site, small, "ca:HSC/1368", "cfr:45/147.136", today=LATER)
    assert {outcome.status for outcome in done.values()} == {"changed"}
    assert held(small, FORMER) == old and "another system" in held(small, PAGE)
    assert held(small, f"official/cfr/45/147.136.until-{LATER}.xml") == old_xml
    former, present = rows(small)[FORMER], rows(small)[PAGE]
    assert former.doc_id == f"official-hsc-1368-until-{LATER}"
    assert (former.effective_to, former.retrieved) == (LATER - timedelta(days=1), TODAY)
    assert (present.effective_to, present.retrieved) == (None, LATER)
    assert "former text" in former.title
    true_to_files(small)


def test_two_changes_of_one_day_keep_all_three_texts(site: State, small: Corpus) -> None:
    texts = ["(a) One.", "(a) Two.", "(a) Three."]
    for text in texts:
        site.sections["HSC 1368"] = [text]
        bring(site, small, "ca:HSC/1368")
    assert files(small) == {
        PAGE,
        f"official/ca/HSC/1368.until-{TODAY}.html",
        f"official/ca/HSC/1368.until-{TODAY}-2.html",
    }
    assert sorted(text for text in texts for path in files(small) if text in held(small, path)) == sorted(texts)
    true_to_files(small)


class Died(Exception):
    """The process ended here."""


@pytest.mark.parametrize("next_day", [LATER, LATER + timedelta(days=1)])
@pytest.mark.parametrize("step", range(1, 6))
def test_a_process_that_dies_loses_nothing(
    site: State, small: Corpus, monkeypatch: pytest.MonkeyPatch, step: int, next_day: date
) -> None:
    """Stopped before each write of a file or a manifest: both texts stay, and the next run completes the rows."""
    bring(site, small, "ca:HSC/1368")
    site.sections["HSC 1368"] = ["(a) Anew."]
    writes = 0

    def dying(name: str) -> None:
        plain = getattr(ingest.fetch.shelf, name)

        def write(*arguments: object) -> None:
            nonlocal writes
            writes += 1
            if writes == step:
                raise Died
            plain(*arguments)

        patch.setattr(ingest.fetch.shelf, name, write)

    with monkeypatch.context() as patch:
        dying("write_whole")
        dying("write_official")
        try:
            bring(site, small, "ca:HSC/1368", today=LATER)
        except Died:
            assert step <= 4
        else:
            assert step == 5, "a change is four writes: the former text, its row, the new text, its row"
    assert any("médico" in held(small, path) for path in files(small))
    assert len(read_manifest(small.folder)) >= 5
    bring(site, small, "ca:HSC/1368", today=next_day)
    assert "Anew." in held(small, PAGE)
    (former,) = (row for row in rows(small).values() if row.path != PAGE)
    assert "médico" in held(small, former.path) and former.effective_to is not None
    true_to_files(small)


def test_a_first_fetch_that_dies_before_its_row_is_completed(
    site: State, small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*arguments: object) -> None:
        raise Died

    with monkeypatch.context() as patch, pytest.raises(Died, match=r"^$"):
        patch.setattr(ingest.fetch.shelf, "write_official", die)
        bring(site, small, "ca:HSC/1368")
    assert files(small) == {PAGE} and rows(small) == {}
    assert bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].status == "new"
    true_to_files(small)


def test_a_file_that_is_gone_is_fetched_again(site: State, small: Corpus) -> None:
    bring(site, small, "ca:HSC/1368")
    (small.folder / PAGE).unlink()
    assert bring(site, small, "ca:HSC/1368", if_older=9)["ca:HSC/1368"].status == "new"
    true_to_files(small)


def test_a_disc_that_refuses_is_told(site: State, small: Corpus) -> None:
    (small.folder / "official").mkdir()
    (small.folder / "official" / "ca").write_text("in the way", encoding="utf-8")
    assert "1368.html: cannot be written" in bring(site, small, "ca:HSC/1368")["ca:HSC/1368"].words
    assert rows(small) == {}


# Which names


LIST = {
    "sections": [
        {"name": "ca:HSC/1368", "title": "Grievances — “quejas”", "why": "deadlines"},
        {"name": "cfr:45/147.136", "title": "Appeals", "why": "deadlines"},
    ],
    "links": [{"name": "28 CCR 1300.68", "url": "https://govt.westlaw.com/calregs/"}],
}


def write_list(corpus: Corpus, content: object) -> None:
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    (corpus.folder / "official.yaml").write_text(text, encoding="utf-8")


def test_all_is_what_the_list_says(site: State, small: Corpus) -> None:
    write_list(small, LIST)
    done = bring(site, small, "ca:WIC/10951", "28 CCR 1300.68", everything=True)
    assert {name: outcome.status for name, outcome in done.items()} == {
        "ca:WIC/10951": "new",
        "28 CCR 1300.68": "failed",
        "ca:HSC/1368": "new",
        "cfr:45/147.136": "new",
    }
    link = "no site gives this text to programs; read it at https://govt.westlaw.com/calregs/"
    assert done["28 CCR 1300.68"].words == link
    titles = {path: row.title for path, row in rows(small).items()}
    assert titles[PAGE] == "California Health and Safety Code section 1368 (Grievances — “quejas”)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"official\.yaml: expected a list under 'sections:'"),
        ("sections: [", "is not valid YAML"),
        ({"sections": []}, "expected a list under 'sections:'"),
        ({"sections": LIST["sections"], "more": 1}, "expected a list under 'sections:'"),
        ({"sections": {"a": 1}}, "section: expected a list"),
        ({"sections": [{"name": "ca:HSC/1"}]}, "section 1: expected name, title, why"),
        ({"sections": [{"name": "ca:HSC/1", "title": "", "why": "b"}]}, "section 1: name, title, why must be words"),
        ({"sections": [{"name": "ca:HSC/..", "title": "a", "why": "b"}]}, "section 1: 'ca:HSC/..' is no name"),
        ({"sections": LIST["sections"] * 2}, "section 3: ca:HSC/1368 is given twice"),
        ({"sections": LIST["sections"], "links": [{"name": "28 CCR 1"}]}, "link 1: expected name, url"),
    ],
)
def test_a_list_that_is_wrong_is_named(small: Corpus, content: object, message: str) -> None:
    write_list(small, content)
    with pytest.raises(SourceError, match=message):
        read_list(small.folder)


def test_all_without_a_list_is_told(site: State, small: Corpus) -> None:
    with pytest.raises(SourceError, match=r"no list at .*official\.yaml: give the corpus folder with --corpus"):
        bring(site, small, everything=True)
    assert site.asked == []


def test_what_is_young_is_skipped(site: State, small: Corpus) -> None:
    bring(site, small, "ca:HSC/1368", "ca:GOV/100501")
    asked = len(site.asked)
    week = TODAY + timedelta(days=7)
    for name in ("ca:HSC/1368", "ca:GOV/100501"):
        outcome = bring(site, small, name, today=week, if_older=8)[name]
        assert (outcome.status, outcome.words) == ("skipped", "retrieved 7 days ago")
    assert len(site.asked) == asked
    assert bring(site, small, "ca:HSC/1368", today=week, if_older=7)["ca:HSC/1368"].status == "same"


def test_one_run_writes_at_a_time(site: State, small: Corpus) -> None:
    (small.folder / "official").mkdir()
    with (
        FileLock(small.folder / "official" / ".lock"),
        pytest.raises(SourceError, match="official: another fetch is writing there"),
    ):
        bring(site, small, "ca:HSC/1368")
    assert site.asked == []


@pytest.mark.parametrize("name", ["manifest.yaml", "official/manifest.yaml"])
def test_a_broken_manifest_is_not_written_over(site: State, small: Corpus, name: str) -> None:
    (small.folder / "official").mkdir()
    (small.folder / name).write_text("documents: [", encoding="utf-8")
    with pytest.raises(SourceError, match=r"manifest\.yaml is not valid YAML"):
        bring(site, small, "ca:HSC/1368")
    assert (small.folder / name).read_text(encoding="utf-8") == "documents: ["
    assert site.asked == []


def test_a_corpus_that_is_not_there_is_not_made(site: State, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="give the corpus folder with --corpus"):
        bring(site, Corpus(tmp_path / "none"), "ca:HSC/1368")
    assert not (tmp_path / "none").exists()


def test_the_bundled_list_names_what_can_be_fetched() -> None:
    listed = read_list(CORPUS)
    assert len(listed.sections) >= 40
    assert Name("ca", "HSC", "1368.01") in {row.name for row in listed.sections}
    assert all(citation.startswith("28 CCR ") and url.startswith("https://") for citation, url in listed.links)


# The command


@pytest.fixture
def doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command with the doubles of the importers."""
    monkeypatch.setattr(ingest.fetch.sites, "importers", lambda: CHECKS)


@pytest.mark.usefixtures("doubles")
def test_the_command_tells_each_name(site: State, small: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--corpus", str(small.folder), "--base-url", site.url, "--delay", "0"]
    assert main(["fetch", "ca:HSC/1368", *options]) == 0
    assert main(["fetch", "ca:HSC/1368", "ca:HSC/9", "cfr:45/147.136", *options]) == 2
    out, err = capsys.readouterr()
    size = (small.folder / PAGE).stat().st_size
    assert err.splitlines()[:3] == [
        f"ingest: 1/1 ca:HSC/1368: new: {size:,} bytes",
        "ingest: take them in with: python -m ingest build",
        f"ingest: 1/3 ca:HSC/1368: same: {size:,} bytes",
    ]
    assert err.splitlines()[3].startswith("ingest: 2/3 ca:HSC/9: failed: the site has no section HSC 9; check")
    assert [line.split() for line in out.splitlines()[5:]] == [
        ["new", "1"],
        ["changed", "0"],
        ["same", "1"],
        ["skipped", "0"],
        ["failed", "1"],
    ]


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name what to fetch (ca:HSC/1368, cfr:45/147.136, cfr:42/438), or give --all"),
        (["ca:HSC/1368", "--base-url", "ftp://a"], "--base-url 'ftp://a': expected http(s)://host"),
        (["ca:HSC/1368", "--corpus", "/none"], "give the corpus folder with --corpus"),
    ],
)
def test_the_command_refuses_in_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and message in err


def test_with_the_real_importers(site: State, small: Corpus) -> None:
    pytest.importorskip("ingest.law.california_page", reason="this checkout has no importer of section pages")
    pytest.importorskip("ingest.law.ecfr", reason="this checkout has no importer of the eCFR")
    names = ("ca:HSC/1368", "ca:GOV/100501", "cfr:45/147.136", "cfr:42/438")
    with Download(Limits(delay=0.0), site.url) as download:
        outcomes = fetch(
            names, small.folder, download, ingest.fetch.sites.importers(), TODAY, tell=lambda number, of, outcome: None
        )
    assert [(outcome.status, outcome.words.partition(" ")[2]) for outcome in outcomes] == [
        ("new", "bytes"),
        ("new", "bytes, 2 versions"),
        ("new", "bytes"),
        ("new", "bytes"),
    ]


@pytest.mark.parametrize(
    ("name", "address", "sample"),
    [
        ("ca:WIC/18901.3", "sectionNum=18901.3.", "leginfo/WIC-18901.3_real_excerpt.html"),
        ("cfr:42/406", "title-42.xml?part=406", "ecfr/title-42-part-406_versioner_excerpt.xml"),
    ],
)
def test_a_real_answer_of_the_site_is_taken_once(
    site: State, small: Corpus, name: str, address: str, sample: str
) -> None:
    """A page as the site sent it, and again with other form states: one text, one file."""
    file = ROOT.parent / "shared" / "samples" / sample
    if not file.is_file():
        pytest.skip(f"the sample {sample} is not here")
    data = file.read_bytes()
    site.fail(address, body(data), body(data.replace(b'value="TRIMMED', b'value="OTHER')))
    assert bring(site, small, name)[name].status == "new"
    assert bring(site, small, name, today=LATER)[name].status == "same"
    (path,) = files(small)
    assert (small.folder / path).read_bytes() == data
    true_to_files(small)


def test_importing_asks_nothing() -> None:
    """Neither import opens a socket; only the command does."""
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import ingest.__main__, ingest.fetch.run, ingest.fetch.official, ingest.fetch.shelf, ingest.fetch.sites\n"
        "import ingest.fetch.download\n"
        "ingest.fetch.download.Download()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
