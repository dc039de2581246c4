"""How long a reader waits: from Enter to the first quote painted, in a warm Chromium on a warm app.

``python -m tests.browser.first_quote http://127.0.0.1:8501`` prints milliseconds and how far the page jumped meanwhile.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from selenium.webdriver.common.keys import Keys

from tests.browser.reader import Reader, chromium

QUESTIONS = (
    "How long can the plan make me wait to see a specialist?",
    "Can I get a second opinion about my diagnosis?",
    "Who may deny care as not medically necessary?",
    "How many days do I have to file a grievance?",
    "What does HSC 1383.15(c) say?",
)

_WATCH = """
window.firstQuote = {begun: 0, painted: 0, jumped: 0};
const before = [...document.querySelectorAll("blockquote")].map((one) => one.textContent).join("|");
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.firstQuote.jumped += one.value;
}).observe({type: "layout-shift"});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.firstQuote.begun = performance.now();
}, {capture: true, once: true});
const watch = new MutationObserver(() => {
  const now = [...document.querySelectorAll("blockquote")].map((one) => one.textContent).join("|");
  if (!window.firstQuote.begun || !now || now === before) return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.firstQuote.painted = performance.now(); }));
});
watch.observe(document.body, {childList: true, subtree: true, characterData: true});
"""


def main() -> None:
    """Ask each question three times in turn, after one that warms everything, and print what it took."""
    parser = argparse.ArgumentParser(description="From Enter to the first quote painted.")
    parser.add_argument("site")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as profile:
        driver = chromium(Path(profile))
        try:
            reader = Reader(driver, options.site, "").at().open().ask("second opinion")
            took = [measured(reader, question) for _ in range(options.rounds) for question in QUESTIONS]
        finally:
            driver.quit()
    waits, jumps = [wait for wait, _ in took], [jump for _, jump in took]
    print(f"{len(waits)} questions: median {statistics.median(waits):.0f} ms, longest {max(waits):.0f} ms")
    print(f"layout shift: median {statistics.median(jumps):.3f}, most {max(jumps):.3f} (0.1 is the limit of good)")


def measured(reader: Reader, question: str) -> tuple[float, float]:
    """Milliseconds from Enter to the frame after the first new quote, and the layout shift until the page rests."""
    box = reader.all("[class*='st-key-question'] input")[0]
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(question)
    reader.driver.execute_script(_WATCH)
    box.send_keys(Keys.ENTER)
    reader.until(lambda: reader.driver.execute_script("return window.firstQuote.painted"), "no quote was painted")
    reader.rest()
    seen = reader.driver.execute_script("return window.firstQuote")
    return float(seen["painted"] - seen["begun"]), float(seen["jumped"])


if __name__ == "__main__":
    main()
