"""Plan and edition, kept by the browser's tab: a page loaded again has a new session, which knows neither."""

import json

import streamlit as st

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
        st.html(_KEEP.format(chosen=script_json(asked)), unsafe_allow_javascript=True)
    else:
        st.html(_BRING_BACK, unsafe_allow_javascript=True)


def script_json(asked: Asked) -> str:
    """Plan and edition as JSON that can stand in a script: no sign of it ends the script or begins markup."""
    text = json.dumps({"plan": asked.plan, "edition": asked.edition})
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
