"""A run to take away: its measures or its questions as CSV, its record as JSON, its tables and charts as one page."""

import csv
import io
from pathlib import Path

from evals.curves import as_it_is, by_depth, by_threshold
from evals.failures import failures_of
from evals.record import report_json
from ui.evaluation.charts import depth_chart, refusing_chart
from ui.evaluation.curves import depth_table, refusing_table
from ui.evaluation.measures import bars_html, measures_html, origin_html
from ui.evaluation.runs import Stored
from ui.language import language, say
from ui.markup import text_html

_STYLE = Path(__file__).with_name("report.css")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run by a spreadsheet


def measures_csv(run: Stored) -> str:
    """A line for each group and measure: group, measure, value, low, high, n; empty where nothing was counted."""
    lines: list[tuple[str, ...]] = [("group", "measure", "value", "low", "high", "n")]
    lines += [
        (score.group, score.measure, *(_number(part) for part in (score.value, score.low, score.high)), str(score.n))
        for score in run.report.scores
    ]
    return _csv(lines)


def questions_csv(run: Stored) -> str:
    """A line for each question: what was asked, what came of it, and each measure as its share."""
    measures = list(dict.fromkeys(name for row in run.run.rows for name in row.scores))
    lines = [("id", "question", "kind", "split", "answerable", "status", "reason", "failures", "ms", *measures)]
    for row in run.run.rows:
        ratios = [row.scores.get(name) for name in measures]
        facts = (row.id, row.question, row.kind, row.split, str(row.answerable).lower(), row.status, row.reason or "")
        shares = (_number(ratio.value) if ratio else "" for ratio in ratios)
        lines.append((*facts, " ".join(failures_of(row)), f"{row.elapsed_ms:.1f}", *shares))
    return _csv(lines)


def record_json(run: Stored) -> str:
    """What run.json holds."""
    return report_json(run.report)


def report_page(run: Stored) -> str:
    """One HTML file with style, tables and drawings in it: it opens without Recourse and fetches nothing."""
    origin = run.report.origin
    settings = "".join(f"<li>{text_html(name)}: {text_html(value)}</li>" for name, value in origin.settings.items())
    facts = origin_html(run)
    parts = [measures_html(run, run.halves)]
    if depths := by_depth(run.run.rows):
        parts.append(depth_chart(depths) + depth_table(depths))
    if here := as_it_is(run.run.rows):
        curve = by_threshold(run.run.rows)
        parts.append(refusing_chart(curve, [(say("evaluate.this-run"), here)]) + refusing_table(curve, here))
    kinds = dict.fromkeys(s.measure for s in run.report.scores if s.group.startswith("kind ") and s.n)
    parts += [bars_html(run, measure) for measure in kinds]
    title = text_html(say("evaluate.report-title", name=run.name))
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
        f"<h1>{title}</h1><p>{facts}</p><ul>{settings}</ul>{''.join(parts)}</main></body></html>\n"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _csv(lines: list[tuple[str, ...]]) -> str:
    """RFC 4180; a cell that a spreadsheet would run as a formula is led by an apostrophe, as OWASP advises."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell for cell in line])
    return out.getvalue()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
