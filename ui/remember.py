"""Plan and edition, kept by the browser's tab: a page loaded again has a new session, which knows neither."""

import streamlit as st

from ui.announce import script_json
from ui.asked import Asked

_KEEP = """<script>
try {{ sessionStorage.setItem("recourse-plan", JSON.stringify({chosen})); }} catch (error) {{ }}
</script>"""
_BRING_BACK = """<script>
try {
  const kept = JSON.parse(sessionStorage.getItem("recourse-plan") || "{}");
  const address = new URL(window.location.href);
  if (kept.plan && !address.searchParams.has("plan")) {
    for (const [name, value] of Object.entries(kept)) if (value) address.searchParams.set(name, value);
    window.location.replace(address);
  }
} catch (error) { }
</script>"""
"""Both do nothing in a browser that keeps nothing; the question is never kept."""


def remember_plan(asked: Asked) -> None:
    """Keep the chosen plan and edition; in a session in which nothing was chosen yet, bring back those kept."""
    if asked.plan or st.session_state.get("plan-was-chosen"):
        st.session_state["plan-was-chosen"] = True
        st.html(
            _KEEP.format(chosen=script_json({"plan": asked.plan, "edition": asked.edition})),
            unsafe_allow_javascript=True,
        )
    else:
        st.html(_BRING_BACK, unsafe_allow_javascript=True)
