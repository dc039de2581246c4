"""What a plan document says it is: kind, plan, edition and days, from covers as they are really worded."""

from datetime import date
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.build import build
from ingest.cover import CoverLine, cover_lines
from ingest.identity import Identity, Reading, identify
from ingest.upload import items_of, proposal
from kb.catalog import Catalog
from kb.scope import plans
from tests.corpora import CORPUS, ROOT, Corpus
from tests.fakes import HashEmbedder

PLANS = ROOT.parent / "shared" / "samples" / "plans"


def value(reading: Reading | None) -> str:
    return reading.value if reading else ""


def read(text: str, name: str = "file.md", known: tuple[str, ...] = ()) -> Identity:
    return proposal(name, text.encode(), known)


def facts(identity: Identity) -> tuple[str, str, str, str]:
    """Authority, kind, plan and edition."""
    return identity.authority, value(identity.kind), value(identity.plan), value(identity.edition)


MEDICARE = """January 1 \u2013 December 31, 2025

# Evidence of Coverage

## Your Medicare Health Benefits and Services and Drug Coverage as a Member of Harbor Medicare Premier (HMO)

This document gives you the details about your Medicare health care from January 1 \u2013 December 31, 2025.

You can join from October 15 to December 7, 2024.
"""


def test_a_medicare_cover_tells_plan_and_days() -> None:
    identity = read(MEDICARE)
    assert facts(identity) == ("contract", "Evidence of Coverage", "Harbor Medicare Premier (HMO)", "2025")
    assert (value(identity.effective_from), value(identity.effective_to)) == ("2025-01-01", "2025-12-31")
    assert identity.plan is not None and "as a Member of Harbor Medicare Premier (HMO)" in identity.plan.words
    assert identity.title == "Harbor Medicare Premier (HMO): Evidence of Coverage 2025"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# 2025 Evidence of Coverage for Elm Grove HMO\n\nWords.",
            ("contract", "Evidence of Coverage", "Elm Grove HMO", "2025"),
        ),
        (
            "# Elm Grove Health Plan\n\n# Combined Disclosure Form and Evidence of Coverage\n\nEffective 01/01/2025\n",
            ("contract", "Evidence of Coverage", "Elm Grove Health Plan", "2025"),
        ),
        (
            "# Summary of Benefits and Coverage: What this Plan Covers\n\nCoverage Period: 01/01/2026 - 12/31/2026\n\n"
            "# Elm Grove Silver 70 HMO\n\nWords.",
            ("contract", "Summary of Benefits and Coverage", "Elm Grove Silver 70 HMO", "2026"),
        ),
        (
            "# Certificate of Insurance\n\n## Elm Grove Life and Health Insurance\n\nPlan year 2024\n",
            ("contract", "Certificate of Insurance", "Elm Grove Life and Health Insurance", "2024"),
        ),
        (
            "# Benefits Details\n\n# Elm Grove Gold\n\n# Elm Grove Platinum\n\nElm Grove Gold pays.",
            ("contract", "Benefit Details", "Elm Grove Gold", ""),
        ),
        (
            "# Elm Grove HMO\n\n# Member Handbook 2025-2026\n\nWords.",
            ("contract", "Member Handbook", "Elm Grove HMO", "2025-2026"),
        ),
        (
            "# Welcome to Elm Grove Plus!\n\nThis Evidence of Coverage describes your plan.",
            ("contract", "Evidence of Coverage", "Elm Grove Plus", ""),
        ),
        ("# How to read your Evidence of Coverage\n\nLook at page 3.", ("guide", "Guide", "", "")),
        ("# Patient rights\n\nRead the Evidence of Coverage for Elm Grove HMO of 2025.", ("guide", "", "", "")),
        ("# Tips for 2025\n\nCall early.", ("guide", "Guide", "", "")),
        (
            "# Evidence of Coverage\n\n# Notice under the Appropriations Act of 2021\n\nWords.",
            ("contract", "Evidence of Coverage", "", ""),
        ),
    ],
)
def test_covers_are_read_as_they_are_worded(text: str, expected: tuple[str, str, str, str]) -> None:
    assert facts(read(text)) == expected


@pytest.mark.parametrize(
    ("line", "since", "until"),
    [
        ("Effective January 1, 2025 through December 31, 2025", "2025-01-01", "2025-12-31"),
        ("January 1, 2025 \u2013 December 31, 2025", "2025-01-01", "2025-12-31"),
        ("October 1, 2025 to September 30, 2026", "2025-10-01", "2026-09-30"),
        ("Coverage Period: 01/01/2025 \u2013 12/31/2025", "2025-01-01", "2025-12-31"),
        ("2025-07-01 through 2026-06-30", "2025-07-01", "2026-06-30"),
        ("Effective 01/01/2025", "2025-01-01", ""),
        ("Effective Date: July 1, 2025", "2025-07-01", ""),
        ("for coverage beginning on or after 1/1/2026", "2026-01-01", ""),
        ("Open enrollment: October 15 to December 7, 2025", "", ""),
        ("Effective February 31, 2025", "", ""),
        ("printed 02/01/2025", "", ""),
    ],
)
def test_days_in_force_are_read(line: str, since: str, until: str) -> None:
    identity = read(f"# Evidence of Coverage\n\n{line}\n")
    assert (value(identity.effective_from), value(identity.effective_to)) == (since, until)
    for reading in (identity.effective_from, identity.effective_to):
        assert reading is None or reading.words == line


def test_the_running_head_and_the_file_name_tell_what_no_page_says() -> None:
    lines = (
        CoverLine("Evidence of Coverage", 1, is_title=True),
        CoverLine("Elm Grove HMO", 1, is_title=True),
        CoverLine("2026 Evidence of Coverage for Elm Grove HMO", where="running head"),
    )
    identity = identify(lines)
    assert identity.edition is not None
    assert identity.edition.source() == "running head: \u201c2026 Evidence of Coverage for Elm Grove HMO\u201d"
    named = read("Words.", "2024_Elm_Grove_HMO_Evidence_of_Coverage.txt")
    assert (value(named.kind), value(named.edition)) == ("Evidence of Coverage", "2024")
    assert named.edition is not None and named.edition.source().startswith("file name: ")


def test_a_known_plan_keeps_its_spelling() -> None:
    text = "# ELM GROVE HEALTH PLAN\n\n# Elm Grove Group HMO\n\n# Evidence of Coverage 2027\n"
    assert value(read(text, known=("Elm Grove Health Plan (sample)",)).plan) == "Elm Grove Health Plan (sample)"
    assert value(read(text, known=("Elm Grove Group HMO",)).plan) == "Elm Grove Group HMO"
    assert value(read(text, known=("Elm Grove",)).plan) == "ELM GROVE HEALTH PLAN"


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_the_bundled_contracts_are_read_as_the_manifest_says(year: str) -> None:
    file = CORPUS / "contracts" / f"cedar-coast-{year}.pdf"
    identity = proposal(file.name, file.read_bytes())
    assert facts(identity) == ("contract", "Evidence of Coverage", "Cedar Coast Health Plan (sample)", year)
    assert (value(identity.effective_from), value(identity.effective_to)) == (f"{year}-01-01", f"{year}-12-31")
    assert identity.plan is not None and (identity.plan.words, identity.plan.page) == (identity.plan.value, 1)


@pytest.mark.parametrize(
    ("file", "kind", "plan"),
    [
        ("aws_anyhealth/AnyHealth_Standard_EOC.pdf", "Evidence of Coverage", "AnyHealth Standard"),
        ("aws_anyhealth/AnyHealth_Plus_EOC.pdf", "Evidence of Coverage", "AnyHealth Plus"),
        ("aws_anyhealth/AnyHealth_Premium_EOC.pdf", "Evidence of Coverage", "AnyHealth Premium"),
        ("northwind/Northwind_Standard_Benefits_Details.pdf", "Summary of Benefits", "Northwind Standard"),
        ("northwind/Northwind_Health_Plus_Benefits_Details.pdf", "Summary of Benefits", "Northwind Health Plus"),
        ("northwind/Benefit_Options.pdf", "Guide", ""),
    ],
)
def test_sample_plans_are_told_apart(file: str, kind: str, plan: str) -> None:
    if not (PLANS / file).is_file():
        pytest.skip(f"the sample {file} is not here")
    identity = proposal(Path(file).name, (PLANS / file).read_bytes())
    assert facts(identity) == ("contract" if plan else "guide", kind, plan, "")


@pytest.fixture
def medicare(tmp_path: Path) -> Path:
    file = tmp_path / "eoc.md"
    file.write_text(MEDICARE, encoding="utf-8")
    return file


def test_an_added_contract_takes_the_proposal_and_says_so(medicare: Path) -> None:
    said: list[str] = []
    (item,) = items_of([medicare], say=said.append)
    source = item.source
    assert (source.plan, source.edition, source.authority) == ("Harbor Medicare Premier (HMO)", "2025", "contract")
    assert (source.effective_from, source.effective_to) == (date(2025, 1, 1), date(2025, 12, 31))
    assert source.doc_id == "added-eoc-harbor-medicare-premier-hmo-2025"
    assert any("plan Harbor Medicare Premier (HMO), read on" in line and "as a Member of" in line for line in said)
    assert any(line.startswith("eoc.md: edition 2025, read on") for line in said)


def test_what_the_user_says_goes_before_what_was_read(medicare: Path) -> None:
    said: list[str] = []
    (item,) = items_of([medicare], plan="Mine", edition="2027", title="My book", say=said.append)
    source = item.source
    assert (source.plan, source.edition, source.title) == ("Mine", "2027", "My book")
    assert (source.effective_from, source.effective_to) == (None, None)
    assert [line for line in said if "plan" in line or "edition" in line or "in force" in line] == []
    (same,) = items_of([medicare], edition="2025", effective_to=date(2025, 6, 30))
    assert (same.source.effective_from, same.source.effective_to) == (None, date(2025, 6, 30))
    (guide,) = items_of([medicare], authority="guide")
    assert (guide.source.authority, guide.source.plan, guide.source.edition) == ("guide", "", "")


def test_a_contract_of_an_unread_plan_is_not_everybody_s(tmp_path: Path) -> None:
    file = tmp_path / "my_booklet.txt"
    file.write_text("This Evidence of Coverage says little.", encoding="utf-8")
    said: list[str] = []
    (item,) = items_of([file], say=said.append)
    assert item.source.plan == "my booklet"
    assert said[-1] == "my_booklet.txt: no plan's name was read; 'my booklet' is taken for it, name another with --plan"


def test_an_unreadable_file_is_left_to_be_reported_when_it_is_added(tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7 and then nothing")
    (item,) = items_of([file])
    assert (item.source.authority, item.source.plan) == ("guide", "")


def test_running_heads_are_lines_of_their_own() -> None:
    file = CORPUS / "contracts" / "cedar-coast-2026.pdf"
    lines = cover_lines(file.name, file.read_bytes())
    assert any(line.where == "running head" for line in lines)
    assert lines[-1] == CoverLine("cedar coast 2026", where="file name")
    assert lines[0] == CoverLine("Cedar Coast Health Plan (sample)", 1, is_title=True)


def test_the_command_says_what_it_read_and_joins_the_plan_that_is_here(
    small: Corpus, folder: Path, medicare: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.model.ready_model", HashEmbedder)
    build(small.folder, folder, HashEmbedder())
    medicare.write_text("# BLUE HARBOR HEALTH PLAN\n\n# Evidence of Coverage 2027\n\nWe pay for telescopes.\n")
    assert main(["add", str(medicare), "--kb", str(folder)]) == 0
    said = capsys.readouterr().err
    assert "ingest: eoc.md: edition 2027, read on the text: \u201cEvidence of Coverage 2027\u201d" in said
    found = plans(Catalog(folder).generation().sources.values())
    assert found == {"Blue Harbor Health Plan": ("2025", "2026", "2027")}
