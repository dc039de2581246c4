"""Answers, hits and citations as the JSON and the plain text that others rely on."""

from datetime import date
from typing import Any

from kb.by_plan import PlanPeriod
from kb.cite import Cited, Lookup
from kb.contacts import Contact
from kb.glossary import glosses
from kb.law import Held
from kb.phrases import phrase
from kb.shown import answer_text
from kb.standing import not_today, read_when, standing
from kb.steps import Step
from kb.types import Answer, Disagreement, Hit, Quote

Json = dict[str, Any]


def answer_json(answer: Answer, question_id: str = "") -> Json:
    """One answer as a JSON object, with every member that the interface names."""
    return {
        "id": question_id,
        "question": answer.question,
        "status": answer.status,
        "reason": answer.reason,
        "text": answer_text(answer),
        "lead": answer.lead,
        "quotes": [_quote_json(quote) for quote in answer.quotes],
        "conflicts": [_disagreement_json(found) for found in answer.disagreements],
        "notices": [{"kind": notice.kind, "text": notice.text} for notice in answer.notices],
        "next_steps": [step_json(step) for step in answer.steps],
        "step_quotes": _step_quotes(answer),
        "by_plan": [_period_json(period) for period in answer.by_plan],
        "contacts": [_contact_json(contact) for contact in answer.contacts],
        "language": answer.language,
        "read_as": answer.read_as or None,
        "hits": [hit_json(hit) for hit in answer.hits],
        "elapsed_ms": answer.elapsed_ms,
    }


def _step_quotes(answer: Answer) -> list[Json]:
    """The quotes that only steps rest on, in the order of their marks, which count on from the answer's own."""
    shown = {quote.n for quote in answer.quotes}
    beside = {q.n: q for step in answer.steps for q in (step.quote, step.safe_quote) if q and q.n not in shown}
    return [_quote_json(beside[n]) for n in sorted(beside)]


def step_json(step: Step) -> Json:
    """One step: its words, the mark of its quote and its day, with how the day was counted."""
    return {
        "id": step.id,
        "text": step.text,
        "quote": step.quote.n,
        "due": _iso(step.due),
        "when": step.when or None,
        "rule": step.rule or None,
        "safe_due": _iso(step.safe_due),
        "safe_quote": step.safe_quote.n if step.safe_quote else None,
    }


def _period_json(period: PlanPeriod) -> Json:
    return {"plan_type": period.plan_type, "value": period.value, "actor": period.actor, **_source(period.quote)}


def _source(quote: Quote) -> Json:
    """A quote that bears no mark."""
    return {"source": {name: value for name, value in _quote_json(quote).items() if name != "n"}}


def _contact_json(contact: Contact) -> Json:
    return {
        "id": contact.id,
        "name": contact.name,
        "phones": list(contact.phones),
        "tty": contact.tty or None,
        "site": contact.site or None,
        "region": contact.region or None,
        **_source(contact.quote),
    }


def _disagreement_json(found: Disagreement) -> Json:
    return {
        "about": found.about,
        "quotes": list(found.quotes),
        "values": list(found.values),
        "verdict": found.verdict,
        "why": found.why,
        "safe": found.safe or None,
    }


def _quote_json(quote: Quote) -> Json:
    row: Json = {
        "n": quote.n,
        "doc_id": quote.doc_id,
        "title": quote.title,
        "authority": quote.authority,
        "label": quote.label,
        "pages": list(quote.pages) if quote.pages else None,
        "printed_page": quote.printed_page or None,
        "span": list(quote.span),
        "core": [list(span) for span in quote.core],
        "text": quote.text,
        "url": quote.url or None,
        "edition": quote.edition or None,
        "plan": quote.plan or None,
        "sample": quote.sample,
    }
    if quote.lead_in is not None:
        row["lead_in"] = {"span": list(quote.lead_in), "text": quote.lead_in_text}
    return row


def hit_json(hit: Hit) -> Json:
    """One hit as a JSON object."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "doc_id": passage.doc_id,
        "label": passage.label,
        "pages": list(passage.pages) if passage.pages else None,
        "printed_page": passage.printed_page or None,
        "score": round(hit.score, 4),
        "retriever": hit.retriever,
        "span": list(passage.span),
        "text": passage.text,
    }


def glossary_json(answer: Answer) -> list[Json]:
    """The words of the quotes that have an explanation of ours, in the order of the quotes."""
    return [
        {"term": g.term, "quote": g.n, "span": list(g.span), "words": g.words, "text": g.text}
        for g in glosses(answer.quotes, answer.language)
    ]


def glossary_text(answer: Answer) -> str:
    """The same as plain text; "" where there are none."""
    lines = [f"  {gloss.words}: {gloss.text}" for gloss in glosses(answer.quotes, answer.language)]
    head = f"{phrase('glossary.heading', answer.language)} ({phrase('glossary.ours', answer.language)})"
    return "\n".join(["", head, *lines]) if lines else ""


def lookup_json(lookup: Lookup, text: str) -> Json:
    """A citation look-up as a JSON object."""
    return {
        "citation": text,
        "status": lookup.status,
        "reason": lookup.reason or None,
        "candidates": list(lookup.candidates),
        "found": [_cited_json(cited) for cited in lookup.found],
    }


def _cited_json(cited: Cited) -> Json:
    return {
        "label": cited.label,
        "doc_id": cited.source.doc_id,
        "title": cited.source.title,
        "authority": cited.source.authority,
        "span": list(cited.span),
        "text": cited.text,
        "lead_in": [{"label": label, "span": list(span), "text": text} for label, span, text in cited.lead_ins],
        "subdivisions": list(cited.children),
        "previous": cited.previous or None,
        "next": cited.following or None,
        "references": [
            {"text": r.text, "span": list(r.span), "label": r.label, "here": r.is_here} for r in cited.references
        ],
        "url": cited.url or None,
        "note": cited.source.note or None,
        "parent": cited.parent if cited.parent != cited.label else None,
        **_section_json(cited),
        "versions": [_version_json(held) for held in cited.versions],
    }


def _section_json(cited: Cited) -> Json:
    """What is known of the section that the text stands in; members are null where nothing is."""
    section = cited.section
    return {
        "section": section.label if section else None,
        "heading": (section.heading if section else "") or None,
        "above": list(section.above) if section else [],
        "status": section.status if section else None,
        "effective_from": _iso(section.effective_from) if section else None,
        "effective_to": _iso(section.effective_to) if section else None,
        "history": (section.history if section else "") or None,
        "retrieved": _iso(cited.source.retrieved),
    }


def _version_json(held: Held) -> Json:
    return {
        "doc_id": held.source.doc_id,
        "title": held.source.title,
        "status": held.provision.status,
        "effective_from": _iso(held.provision.effective_from),
        "effective_to": _iso(held.provision.effective_to),
        "retrieved": _iso(held.source.retrieved),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def lookup_text(lookup: Lookup, day: date | None = None) -> str:
    """A citation look-up as of `day` (today) as plain text."""
    if not lookup.found:
        near = f"\nNear it: {', '.join(lookup.candidates)}" if lookup.candidates else ""
        return f"{lookup.reason}{near}"
    parts = [lookup.reason] if lookup.reason else []
    for cited in lookup.found:
        lines = [cited.label]
        lines += [f"  ({label}) {text}" for label, _, text in cited.lead_ins]
        lines += [cited.text, ""]
        around = (("part of", cited.parent), ("before", cited.previous), ("after", cited.following))
        lines += [f"{name}: {label}" for name, label in around if label and label != cited.label]
        lines += [f"cites: {r.label}{'' if r.is_here else ' (not in this knowledge base)'}" for r in cited.references]
        lines += [f"official text: {cited.url}"] if cited.url else []
        lines += _section_lines(cited, day or date.today())
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _section_lines(cited: Cited, day: date) -> list[str]:
    """Where the section stands, whether it is in force, what other versions are held, and its history."""
    section = cited.section
    if section is None:
        return [cited.source.note] if cited.source.note else []
    here = next((held for held in cited.versions if (held.key, held.provision) == (cited.key, section)), None)
    lines = [f"section: {section.label} {section.heading}"] if section.heading else []
    lines += [f"in: {' > '.join(section.above)}"] if section.above else []
    lines += [standing(section, day)]
    lines += [note for note in [not_today(cited.versions, here, date.today()) if here else ""] if note]
    lines += [f"other version: {standing(h.provision, day)} ({h.source.title})" for h in cited.versions if h != here]
    lines += [f"history: {section.history}"] if section.history else []
    return [*lines, read_when(cited.source, date.today())]
