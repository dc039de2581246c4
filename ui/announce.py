"""What a screen reader is told when something on the page has changed: one live region, and words put into it."""

import json

import streamlit as st

_REGION = '<div id="announced" class="unseen" role="status" aria-live="polite"></div>'
_TELL = """<script>
(() => {{
  let tries = 20;
  const tell = () => {{
    const region = document.getElementById("announced");
    if (region) region.textContent = {words};
    else if (tries--) setTimeout(tell, 100);
  }};
  tell();
}})();
</script>"""


def live_region() -> None:
    """The region, which is drawn once on every page, before what it speaks of."""
    st.html(_REGION)


def announce(words: str) -> None:
    """Have these words read aloud, once, when the reader pauses."""
    st.html(_TELL.format(words=script_json(words)), unsafe_allow_javascript=True)


def script_json(value: object) -> str:
    """`value` as JSON that can stand in a script: no sign of it ends the script or begins markup."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
