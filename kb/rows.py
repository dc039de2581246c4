"""Rows of the catalog as the objects that they store."""

import json
from datetime import date
from typing import Any

from kb.types import Passage, Provision

PASSAGE_COLUMNS = "key, start, end, text, label, first_page, last_page, printed, lead_start, lead_end, url, kind"


def passage_of(row: tuple[Any, ...]) -> Passage:
    """The passage that a row of PASSAGE_COLUMNS stores."""
    key, start, end, text, label, first, last, printed, lead_start, lead_end, url, kind = row
    doc_id, _, version = key.rpartition("@")
    pages = None if first is None else (first, last)
    lead = None if lead_start is None else (lead_start, lead_end)
    return Passage(doc_id, version, (start, end), text, label, pages, printed, lead, url, kind)


def provision_of(row: tuple[Any, ...]) -> Provision:
    """The section of law that a row stores: label, start, end, heading, above, status, dates, history, url."""
    label, start, end, heading, above, status, first, last, history, url = row
    return Provision(
        label,
        (start, end),
        heading,
        tuple(json.loads(above)),
        status,
        None if first is None else date.fromisoformat(first),
        None if last is None else date.fromisoformat(last),
        history,
        url,
    )
