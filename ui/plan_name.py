"""How a plan is named on the pages."""

from collections.abc import Iterable

from kb.types import Source
from ui.language import say


def plan_name(plan: str, sources: Iterable[Source]) -> str:
    """A plan's name as it is shown: a sample says that it is an example."""
    contracts = [s for s in sources if s.plan == plan and s.authority == "contract"]
    if not all(source.sample for source in contracts):
        return plan
    return say("quote.plan-example", plan=plan.removesuffix("(sample)").strip())
