"""The Differences page on a small knowledge base: both quotes, what governs, the safe date, the plan, and nothing."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.corpora import Corpus
from tests.fakes import HashEmbedder

SUMMARY = """# Reviews in California

## How long a member has to apply (on HSC 1374.30)

A member of a California plan must apply for an IMR within six months of the decision.
"""
CONTRACT = """# Blue Harbor of California

## Reviews

You must apply for an Independent Medical Review within {days} after our decision <b>at once</b>.
"""


def script(folder: "Path", corpus: "Path", make_embedder: "Any") -> None:
    """What `app.py` does, with another embedder. AppTest copies this body, so it imports for itself."""
    from ui.frame import run

    run(folder, corpus, make_embedder)


@pytest.fixture
def page(folder: Path, small: Corpus) -> AppTest:
    """The Differences page; open it with `.run()` once the corpus is as the test wants it."""
    small.put("summary", SUMMARY, authority="digest", written=date(2026, 11, 22))
    tested = AppTest.from_function(
        script,
        kwargs={"folder": folder, "corpus": small.folder, "make_embedder": HashEmbedder},
        default_timeout=60,
    )
    tested._page_hash = calc_hash("differences")
    return tested


def shown(page: AppTest) -> str:
    page.run()
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def test_without_differences_the_page_says_what_one_is(page: AppTest) -> None:
    text = shown(page)
    assert "No differences found here" in text and "Evidence of Coverage in the Library" in text


def test_a_guide_and_our_summary_stand_side_by_side(page: AppTest, small: Corpus) -> None:
    small.put("advice", "# Advice\n\nYou have 180 days to ask for an Independent Medical Review.\n")
    text = shown(page)
    assert len(re.findall(r'class="difference"', text)) == 1
    assert re.search(r'side quote digest.*<span class="governs">Governs</span>.*side quote guide', text, re.S)
    assert "within six months of the decision." in text and "You have 180 days" in text
    assert "our summary of HSC 1374.30 gives it" in text
    assert "Safe: act within 180 days" in text
    assert 'href="look-up?doc=advice"' in text
    assert "Written 22 November 2026" in text and "date unknown" in text


def test_a_contract_is_compared_once_its_plan_is_chosen_and_its_words_stay_words(page: AppTest, small: Corpus) -> None:
    for year, days in (("2025", "180 days"), ("2026", "six months")):
        small.put(
            f"harbor-{year}", CONTRACT.format(days=days), authority="contract", plan="Harbor", edition=year, sample=True
        )
    assert "side quote contract" not in shown(page)
    page.selectbox(key="differences-of").select("Harbor")
    assert "side quote contract" not in shown(page)
    page.selectbox(key="differences-edition-Harbor").select("2025")
    text = shown(page)
    assert "side quote contract" in text and '<span class="sample">Sample</span>' in text
    assert "<b>at once" not in text


def test_one_topic_can_be_read_alone(page: AppTest, small: Corpus) -> None:
    advice = "You have 180 days to ask for an Independent Medical Review.\n\nThe Independent Medical Review is binding."
    small.put("advice", f"# Advice\n\n{advice}\n\nEvery grievance is acknowledged within 5 business days.\n")
    small.put("more", "# More\n\nA grievance is acknowledged within 5 calendar days.\n")
    assert len(re.findall(r'class="difference"', shown(page))) == 2
    page.selectbox(key="differences-topic").select("Independent medical review (IMR)")
    assert len(re.findall(r'class="difference"', shown(page))) == 1
