"""Our own words are easy to read: English at most grade 8 (Flesch-Kincaid), Spanish at least 55 (Fernández-Huerta).

A library counts syllables and sentences. Places to fill get a short word; so do the names of laws, agencies and papers,
which nobody can make shorter. Very short phrases are read together, since the formulas mean nothing for a few words.
"""

import re
from collections import defaultdict

import pytest
import textstat

from kb.phrases import Language, _phrases

NAMES = re.compile(
    r"Evidence of Coverage|Explanation of Benefits|Department of Managed Health Care|Medicare Advantage|Medi-Cal"
    r"|Medicaid|Medicare|California|Suicide and Crisis Lifeline|Recourse|--llm-consent"
    r"|línea de prevención del suicidio y crisis"
)
_FEWEST = 12  # words
_FORMULAS = {"en": ("flesch_kincaid_grade", 8.0), "es": ("fernandez_huerta", 55.0)}


def readable(text: str) -> str:
    """A phrase without the names that are not ours, its places filled with a short word, ending in a full stop."""
    filled = re.sub(r"\{\w+\}", "it", NAMES.sub("it", text))
    return filled if filled.endswith((".", "?", "!")) else f"{filled.rstrip(':')}."


def texts(language: Language) -> dict[str, str]:
    """What is measured: each phrase of enough words, and for each file its shorter ones together."""
    found: dict[str, str] = {}
    short: dict[str, list[str]] = defaultdict(list)
    for key, text in _phrases(language).items():
        if key == "dates.months_of_year":  # a list of names
            continue
        if len(text.split()) >= _FEWEST:
            found[key] = readable(text)
        else:
            short[key.partition(".")[0]].append(readable(text))
    return found | {f"{file} (short ones)": " ".join(parts) for file, parts in short.items()}


def level(text: str, language: Language) -> float:
    """The grade of an English text, or the ease of a Spanish one."""
    textstat.set_lang(language)
    return float(getattr(textstat, _FORMULAS[language][0])(text))


def test_every_english_phrase_is_at_most_grade_8() -> None:
    grades = {key: round(level(text, "en"), 1) for key, text in texts("en").items()}
    assert {key: grade for key, grade in grades.items() if grade > _FORMULAS["en"][1]} == {}


def test_every_spanish_phrase_is_easy_enough() -> None:
    ease = {key: round(level(text, "es"), 1) for key, text in texts("es").items()}
    assert {key: value for key, value in ease.items() if value < _FORMULAS["es"][1]} == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_hard_words_are_noticed(language: Language) -> None:
    hard = {
        "en": "Notwithstanding the aforementioned adjudication, utilization determinations necessitate documentation.",
        "es": "Independientemente de la adjudicación susodicha, las determinaciones necesitan documentación.",
    }[language]
    limit = _FORMULAS[language][1]
    assert level(hard, language) > limit if language == "en" else level(hard, language) < limit
