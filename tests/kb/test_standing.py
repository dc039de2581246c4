"""How a section stands on a day, in words, and which day shows which version."""

from datetime import date

import pytest
import yaml

from kb.law import Held
from kb.official import full_name, official_url
from kb.phrases import phrases
from kb.standing import day_of, not_today, note_words, read_when, standing
from kb.types import Provision, ProvisionStatus, Source
from tests.corpora import CORPUS, ROOT

TODAY = date(2026, 6, 1)
OLD, NEW = date(2020, 1, 1), date(2024, 1, 1)


def provision(since: date | None = None, until: date | None = None, status: ProvisionStatus = "in_force") -> Provision:
    return Provision("HSC 1", (0, 9), status=status, effective_from=since, effective_to=until)


def held(key: str, since: date | None = None, until: date | None = None) -> Held:
    return Held(key, Source(key, "", "", key, "law"), provision(since, until))


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (provision(), "No dates are known for this text."),
        (provision(NEW), "In force since 1 January 2024."),
        (provision(OLD, date(2027, 1, 1)), "In force since 1 January 2020, until 1 January 2027."),
        (provision(None, date(2027, 1, 1)), "In force until 1 January 2027 (since when is not known)."),
        (provision(OLD, NEW), "Was in force from 1 January 2020 to 1 January 2024."),
        (provision(None, NEW), "Was in force until 1 January 2024 (since when is not known)."),
        (provision(date(2027, 7, 1)), "Operative from 1 July 2027, not before."),
        (provision(status="repealed"), "Repealed."),
        (provision(OLD, NEW, "repealed"), "Repealed; in force until 1 January 2024."),
        (provision(status="reserved"), "Reserved: no text stands under this number."),
        (provision(status="omitted"), "Omitted from the code."),
        (provision(status="transferred"), "Transferred to another place in the code."),
        (provision(status="conditional"), "In force only on a condition, of which no date tells whether it is met."),
    ],
)
def test_a_section_is_said_to_stand_as_it_does(section: Provision, words: str) -> None:
    assert standing(section, TODAY) == words


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (provision(OLD, NEW), "Estuvo en vigor desde el 1 de enero de 2020 hasta el 1 de enero de 2024."),
        (provision(None, date(2027, 1, 1)), "En vigor hasta el 1 de enero de 2027 (no se sabe desde cuándo)."),
        (provision(date(2027, 7, 1)), "Vale desde el 1 de julio de 2027, no antes."),
        (provision(OLD, NEW, "repealed"), "Derogado; estuvo en vigor hasta el 1 de enero de 2024."),
    ],
)
def test_it_is_said_in_spanish_too(section: Provision, words: str) -> None:
    assert standing(section, TODAY, "es") == words


def test_every_note_of_the_corpus_is_known_in_spanish() -> None:
    rows = yaml.safe_load((CORPUS / "manifest.yaml").read_text(encoding="utf-8"))["documents"]
    notes = {row["note"] for row in rows if row.get("note")}
    assert notes and all(note_words(note) == note != note_words(note, "es") for note in notes)
    assert note_words("Somebody's own note.", "es") == "Somebody's own note."


@pytest.mark.parametrize(("name", "module"), [("archive", "upload"), ("official", "fetch/shelf"), ("file", "read")])
def test_what_an_importer_notes_is_a_note_with_spanish_words(name: str, module: str) -> None:
    assert phrases("notes", "en")[name] in (ROOT / "ingest" / f"{module}.py").read_text(encoding="utf-8")


def test_the_day_it_begins_and_its_last_day_are_in_force() -> None:
    section = provision(OLD, NEW)
    assert standing(section, OLD) == standing(section, NEW) == "In force since 1 January 2020, until 1 January 2024."


def test_only_what_is_law_today_goes_without_a_word() -> None:
    past, now, future = held("a", OLD, date(2023, 12, 31)), held("b", NEW), held("c", date(2030, 1, 1))
    assert not_today([past, now, future], now, TODAY) == ""
    assert "Another one is" in not_today([past, now, future], past, TODAY)
    assert not_today([past, future], future, TODAY) == "This text is not in force yet."
    assert "No version of this section" in not_today([past, future], past, TODAY)


def test_a_day_is_known_for_a_version_unless_no_date_leads_to_it() -> None:
    past, now = held("a", None, date(2023, 12, 31)), held("b", NEW)
    assert (day_of([past, now], past), day_of([past, now], now)) == (date(2023, 12, 31), NEW)
    first, second = held("a"), held("b")
    assert day_of([first, second], first) is None


def test_an_old_text_and_one_of_unknown_age_say_so() -> None:
    def source(read: date | None, note: str = "") -> Source:
        return Source("a", "", "", "A", "law", retrieved=read, note=note)

    assert read_when(source(date(2026, 5, 1), "Note."), TODAY) == "Text read on 1 May 2026. Note."
    assert "more than a year ago" in read_when(source(date(2025, 5, 1)), TODAY)
    assert "Nobody noted when" in read_when(source(None), TODAY)
    assert read_when(source(None, "Unknown."), TODAY) == "Unknown."


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("HSC 1368.02(b)", "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=HSC&sectionNum=1368.02."),
        ("42 CFR 438.406(b)(1)", "https://www.ecfr.gov/current/title-42/section-438.406"),
        ("29 USC 1133", "https://uscode.house.gov/view.xhtml?req=granuleid%3AUSC-prelim-title29-section1133&edition=prelim"),
        ("28 CCR 1300.68", ""),
        ("CONS I 1", ""),
        ("no citation", ""),
    ],
)  # fmt: skip
def test_an_official_page_is_named_where_a_label_makes_one(label: str, url: str) -> None:
    assert official_url(label) == url


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("HSC", "Health and Safety Code (HSC)"),
        ("42 CFR", "Code of Federal Regulations, title 42 (42 CFR)"),
        ("28 CCR", "California Code of Regulations, title 28 (28 CCR)"),
        ("29 USC", "United States Code, title 29 (29 USC)"),
        ("CONS", "California Constitution"),
        ("XYZ", "XYZ"),
    ],
)
def test_a_body_of_law_is_named_in_full(authority: str, name: str) -> None:
    assert full_name(authority) == name
