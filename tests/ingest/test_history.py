"""From a note on the history of a section to the days on which it is in force."""

import random
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.law.history import InForce, dates_of
from kb.types import ProvisionStatus


def day(written: str) -> date | None:
    return date.fromisoformat(written) if written != "-" else None


ACT = "Amended by Stats. 2013, Ch. 5, Sec. 2.   (SB 3)   "
TABLE: list[tuple[str, str, str, ProvisionStatus]] = [
    # What the samples have.
    ("Added by Stats. 1953, Ch. 1588.", "-", "-", "in_force"),
    (
        "Amended by Stats. 2021, Ch. 394, Sec. 6.   (AB 27)   Effective September 29, 2021.",
        "2021-09-29",
        "-",
        "in_force",
    ),
    (
        "(Repealed (in Sec. 49) and added by Stats. 2014, Ch. 26, Sec. 50.   (AB 1468)   Effective June 20, 2014.   "
        "Section operative April 1, 2015, by its own provisions.)",
        "2015-04-01",
        "-",
        "in_force",
    ),
    (
        "Repealed (by Sec. 25) and added by Stats. 1982, Ch. 251, Sec. 28.   Effective June 11, 1982.   "
        "Operative July 1, 1982, by Sec. 47 of Ch. 251.",
        "1982-07-01",
        "-",
        "in_force",
    ),
    (
        "Added by Stats. 2009, Ch. 310, Sec. 7.   (AB 48)   Effective January 1, 2010.   Operative January 1, 2016, "
        "pursuant to Section 95010.",
        "2016-01-01",
        "-",
        "in_force",
    ),
    (
        "Amended by Stats. 2022, Ch. 544, Sec. 18.   (SB 1433)   Effective January 1, 2023.   Repealed as of "
        "January 1, 2027, pursuant to Section 94950.",
        "2023-01-01",
        "2026-12-31",
        "in_force",
    ),
    (
        "Amended by Stats. 2026, Ch. 28, Sec. 98.   (SB 170)   Effective June 29, 2026.   Inoperative July 1, 2026, by "
        "its own provisions.\n   Repealed as of January 1, 2027, by its own provisions.   See later operative version "
        "added by Sec. 99 of Stats. 2026, Ch. 28.",
        "2026-06-29",
        "2026-06-30",
        "in_force",
    ),
    (
        "Amended by Stats. 2013, 1st Ex. Sess., Ch. 5, Sec. 2.   (SB 3 1x)   Effective September 30, 2013.   "
        "Conditionally inoperative, on date prescribed by its own provisions.   Repealed, by its own provisions, on "
        "second January 1 after inoperative date.   See later operative version added by Sec. 3 of Ch. 5.",
        "2013-09-30",
        "-",
        "conditional",
    ),
    (
        "Repealed (in Sec. 2) and added by Stats. 2013, 1st Ex. Sess., Ch. 5, Sec. 3.   (SB 3 1x)   Effective "
        "September 30, 2013.   Section conditionally operative by its own provisions.",
        "2013-09-30",
        "-",
        "conditional",
    ),
    (
        "Amended by Stats. 2022, Ch. 56, Sec. 19.   (AB 195)   Effective June 30, 2022.   Inoperative April 1, 2023, "
        "by its own provisions.  Conditionally inoperative as prescribed by Stats. 2022, Ch. 56, Sec. 41.  \n\n   "
        "Repealed conditionally as prescribed by Stats. 2022, Ch. 56, Sec. 41.     See later operative version as "
        "amended by Stats. 2021, Ch. 70.   Note: This section was added on Nov. 8, 2016, by initiative Prop. 64.",
        "2022-06-30",
        "2023-03-31",
        "conditional",
    ),
    (
        "Added by Stats. 2024, Ch. 81, Sec. 28.   (AB 247)   Approved in Proposition 2 at the November 5, 2024, "
        "election. Effective November 6, 2024.",
        "2024-11-06",
        "-",
        "in_force",
    ),
    ("Added November 8, 2016, by initiative Proposition 51, Sec. 3.", "-", "-", "in_force"),
    ("Sec. 2 amended June 3, 1980, by Prop. 5. Res.Ch. 77, 1978.", "-", "-", "in_force"),
    (
        "Subdivision (a) amended Nov. 6, 1979, by Prop. 1. Res.Ch. 18, 1979.   Other Source:  Entire Sec. 7 was added "
        "Nov. 5, 1974, by Prop. 7; Res.Ch. 90, 1974. Operative January 1, 1975.",
        "-",
        "-",
        "in_force",
    ),
    # Other forms that the notes have.
    (ACT + "Effective Jan. 1, 2014. Operative Sept. 30, 2014, by its own provisions.", "2014-09-30", "-", "in_force"),
    (ACT + "Repealed, by its own provisions, on January 1, 2020.", "-", "2019-12-31", "in_force"),
    (ACT + "Repealed by its own provisions as of January 1, 2020.", "-", "2019-12-31", "in_force"),
    (ACT + "Repealed on January 1, 2018, by its own provisions.", "-", "2017-12-31", "in_force"),
    (ACT + "Repealed as of July 1, 2015, by Sec. 3 of Stats. 2014, Ch. 22.", "-", "2015-06-30", "in_force"),
    (ACT + "Repealed, pursuant to Section 100.5 of Ch. 22, on July 1, 2015.", "-", "2015-06-30", "in_force"),
    (
        ACT + "Inoperative on July 1, 2018, and repealed January 1, 2019, by its own provisions.",
        "-",
        "2018-06-30",
        "in_force",
    ),
    (ACT + "Section inoperative on and after July 1, 2018.", "-", "2018-06-30", "in_force"),
    (ACT + "Superseded on January 1, 2024; see amendment by Stats. 2023, Ch. 478.", "-", "2023-12-31", "in_force"),
    (ACT + "Superseded on operative date of amendment by Stats. 2022, Ch. 957.", "-", "-", "conditional"),
    (ACT + "Operative until January 1, 2018.", "-", "2017-12-31", "in_force"),
    (
        ACT + "Operative January 1, 2015, until January 1, 2018, by its own provisions.",
        "2015-01-01",
        "2017-12-31",
        "in_force",
    ),
    (ACT + "Effective January 1, 2014, operative July 1, 2014.", "2014-07-01", "-", "in_force"),
    (ACT + "Operative July 1, 2013. Effective January 1, 2014.", "2014-01-01", "-", "in_force"),
    (ACT + "Effective January 1, 2014. Subdivision (b) operative July 1, 2015.", "2014-01-01", "-", "in_force"),
    (
        "Amended (as amended by Stats. 2013, Ch. 35, Sec. 2, effective June 27, 2013 (see (a))) by Stats. 2014, Ch. "
        "71, Sec. 75. Effective January 1, 2015.",
        "2015-01-01",
        "-",
        "in_force",
    ),
    (ACT + "Operative on date prescribed by Section 12.", "-", "-", "conditional"),
    (ACT + "Conditionally operative on or after January 1, 2020, by its own provisions.", "-", "-", "conditional"),
    (ACT + "Operative on or after January 1, 2020.", "-", "-", "conditional"),
    (ACT + "Operative contingently, as prescribed by Sec. 9.", "-", "-", "conditional"),
    (ACT + "Inoperative July 1, 2026, or on the date that funds end, whichever is first.", "-", "-", "conditional"),
    (ACT + "Operative January 1, 2020, if Proposition 9 is approved.", "-", "-", "conditional"),
    (ACT + "Repealed conditionally by its own provisions.", "-", "-", "conditional"),
    (
        ACT + "Inoperative July 1, 2026. Repealed on second January 1 after inoperative date.",
        "-",
        "2026-06-30",
        "in_force",
    ),
    ("Repealed by Stats. 2024, Ch. 40, Sec. 5. (SB 159) Effective June 29, 2024.", "-", "2024-06-28", "repealed"),
    ("Repealed by Stats. 2024, Ch. 40, Sec. 5, effective January 1, 2025.", "-", "2024-12-31", "repealed"),
    ("Repealed by Stats. 2024, Ch. 40, Sec. 5.", "-", "-", "repealed"),
    ("Repealed and added by Stats. 1996, Ch. 277, Sec. 2. Effective January 1, 1997.", "1997-01-01", "-", "in_force"),
    ("Amended, repealed, and added by Stats. 1996, Ch. 277, Sec. 2.", "-", "-", "in_force"),
    ("Repealed by Stats. 1990, Ch. 1, and new section added by Stats. 1990, Ch. 2.", "-", "-", "in_force"),
    ("Renumbered from Section 12 by Stats. 1996, Ch. 1. Effective January 1, 1997.", "1997-01-01", "-", "in_force"),
    ("Amended and renumbered as Section 12 by Stats. 1996, Ch. 1.", "-", "-", "transferred"),
    # What is not understood gives no date.
    ("", "-", "-", "in_force"),
    ("Enacted 1872.", "-", "-", "in_force"),
    (ACT + "Effective February 30, 2014.", "-", "-", "in_force"),
    (ACT + "Effective January 1, 20145.", "-", "-", "in_force"),
    (ACT + "Note: Effective January 1, 2014, a fee is due.", "-", "-", "in_force"),
    (ACT + "See later version, operative January 1, 2016.", "-", "-", "in_force"),
    (
        ACT + "See this section as modified on July 17, 2005, in Governor's Reorganization Plan No. 1.",
        "-",
        "-",
        "in_force",
    ),
    ("Effective", "-", "-", "in_force"),
    ("((((", "-", "-", "in_force"),
    ("))))", "-", "-", "in_force"),
]


@pytest.mark.parametrize(("history", "first", "last", "status"), TABLE)
def test_a_note_says_from_when_to_when(history: str, first: str, last: str, status: ProvisionStatus) -> None:
    assert dates_of(history) == InForce(day(first), day(last), status)


def test_the_date_beside_a_note_counts_where_the_note_has_none() -> None:
    beside = date(1984, 1, 1)
    assert dates_of("Amended by Stats. 1983, Ch. 1.", beside) == InForce(beside)
    assert dates_of("Amended by Stats. 1983, Ch. 1. Effective June 1, 1983.", beside) == InForce(date(1983, 6, 1))
    assert dates_of("Enacted by Stats. 1983, Ch. 1. Operative July 1, 1985.", beside) == InForce(date(1985, 7, 1))
    assert dates_of("Repealed by Stats. 1983, Ch. 1.", beside) == InForce(None, date(1983, 12, 31), "repealed")


WORDS = (
    "Effective operative Inoperative Repealed conditionally January 1, 2020, June 31, and until or by its own "
    "provisions. ( ) on as of Section Note: See ; Added Stats. Ch. 5"
).split(" ")


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_words_give_dates_that_stand_in_them_or_none(history: str) -> None:
    found = dates_of(history)
    assert found.effective_from in (None, date(2020, 1, 1))
    assert found.effective_to in (None, date(2019, 12, 31))


@pytest.mark.parametrize(
    "part", ["Repealed by ", "( ", "Operative on January 1, ", "Repealed by its own provisions, ", "and by Sec. 3 of "]
)
def test_a_hostile_note_is_read_in_time(part: str) -> None:
    started = time.process_time()
    dates_of(part * 5000)
    words = [*WORDS, part]
    dates_of(" ".join(random.Random(3).choices(words, k=20000)))
    assert time.process_time() - started < 5
