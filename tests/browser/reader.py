"""A reader at a browser: opens pages, presses what bears a name, waits until the page stands still, and looks at it."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
DRIVER = shutil.which("chromedriver") or ""
PATIENCE = 60  # seconds until a test gives up waiting; a page on two busy cores takes some

_STATE = """
const app = document.querySelector('[data-testid="stApp"]');
const waiting = '[data-stale="true"], [data-testid="stSkeleton"]';
return app ? [app.getAttribute("data-test-script-state"), document.querySelectorAll(waiting).length,
              document.querySelectorAll("h1").length] : ["", 0, 0];
"""
_NAMED = """
const [words, selector] = arguments;
const name = (one) => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll('[data-testid="stIconMaterial"], svg').forEach((part) => part.remove());
  return copy.textContent.replace(/\\s+/g, " ").trim();
};
const shown = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
return shown.find((one) => name(one) === words || one.getAttribute("aria-label") === words) || null;
"""
_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then((found) => done(found.violations.map((one) =>
  ({id: one.id, nodes: one.nodes.map((node) => [node.target.join(" "), node.html.slice(0, 160)])}))));
"""
_SMALL = """
const small = [];
const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const text = walk.currentNode.data.trim(), box = walk.currentNode.parentElement;
  if (!text || !box.checkVisibility() || box.closest("svg, script, style, .unseen")) continue;
  const size = parseFloat(getComputedStyle(box).fontSize);
  if (size < 16) small.push([size, text.slice(0, 60), box.className]);
}
return small;
"""
_WIDE = """
const page = document.documentElement, main = document.querySelector('[data-testid="stMain"]');
return [page.scrollWidth - page.clientWidth, main.scrollWidth - main.clientWidth];
"""


def chromium(profile: Path) -> Chrome:
    """A headless Chromium that needs no display, keeps its files in `profile`, and records its requests."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--force-prefers-reduced-motion",
        "--no-first-run",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = Chrome(options=options, service=Service(DRIVER))
    driver.set_script_timeout(PATIENCE)
    return driver


class Reader:
    """One reader of the app at `site`."""

    def __init__(self, driver: Chrome, site: str, axe: str) -> None:
        self.driver, self.site, self._axe = driver, site, axe

    def at(self, width: int = 1280, height: int = 900, *, dark: bool = False) -> "Reader":
        """The same with a window of this size, in light or dark."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [theme]})
        return self

    def open(self, path: str = "", **params: str) -> "Reader":
        """Load a page and wait until it stands still."""
        self.driver.get(f"{self.site}/{path}{'?' if params else ''}{urlencode(params)}")
        return self.rest()

    def rest(self) -> "Reader":
        """Wait until the script has run and nothing stale is left; twice in a row, since a click takes a moment."""
        time.sleep(0.25)
        calm = 0

        def is_calm() -> bool:
            nonlocal calm
            state, stale, titles = self.driver.execute_script(_STATE)
            calm = calm + 1 if state == "notRunning" and not stale and titles else 0
            return calm >= 3

        return self.until(is_calm, "the page did not come to rest")

    def until(self, holds: Callable[[], object], what: str, patience: float = PATIENCE) -> "Reader":
        """Wait until `holds`; what it raises in between does not count."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                if holds():
                    return self
            except Exception:  # the page was being redrawn under our hands
                pass
            time.sleep(0.1)
        raise AssertionError(f"{what} within {patience} seconds; the page says: {self.text()[:400]!r}")

    def sees(self, words: str, patience: float = PATIENCE) -> "Reader":
        """Wait for these words on the page, at most `patience` seconds."""
        return self.until(lambda: words in self.text(), f"{words!r} did not appear", patience)

    def text(self) -> str:
        """What stands on the page, as it is shown."""
        return str(self.driver.execute_script("return document.body.innerText"))

    def all(self, selector: str) -> list[WebElement]:
        """The elements of a CSS selector that are shown."""
        return [one for one in self.driver.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()]

    def named(self, words: str, selector: str = "button, a, summary, label") -> WebElement:
        """The first thing that bears just this name."""
        found: WebElement | None = self.driver.execute_script(_NAMED, words, selector)
        if found is None:
            raise AssertionError(f"nothing bears the name {words!r}; the page says: {self.text()[:400]!r}")
        return found

    def press(self, words: str) -> "Reader":
        """Press what bears this name, and wait."""
        self.until(lambda: self.named(words), f"{words!r} did not appear")
        one = self.named(words)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", one)
        one.click()
        return self.rest()

    def ask(self, question: str) -> "Reader":
        """Type a question and press Enter."""
        box = self.all("[class*='st-key-question'] input")[0]
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(question, Keys.ENTER)
        return self.rest()

    def choose(self, label: str, option: str) -> "Reader":
        """Choose an option of the select box that bears `label`."""
        box = self.driver.find_element(By.XPATH, f"//div[@data-testid='stSelectbox'][.//p[.={_quoted(label)}]]//input")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()
        self.until(lambda: self.named(option, "[role='option']"), f"no option {option!r}")
        self.named(option, "[role='option']").click()
        return self.rest()

    def keys(self, *keys: str) -> "Reader":
        """Press keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)
        return self

    def tab_to(self, words: str, most: int = 60) -> "Reader":
        """Press Tab until the focus is on what bears this name."""
        for _ in range(most):
            if self.focused().startswith(words):
                return self
            self.keys(Keys.TAB)
        raise AssertionError(f"{words!r} is not reached with {most} presses of Tab; now at {self.focused()!r}")

    def focused(self) -> str:
        """The name of what has the focus."""
        one = self.driver.switch_to.active_element
        return str(one.get_attribute("aria-label") or one.text or one.get_attribute("placeholder") or one.tag_name)

    def violations(self) -> dict[str, list[list[str]]]:
        """What axe-core finds: rule -> [selector, markup] of each element."""
        self.driver.execute_script(self._axe)
        return {one["id"]: one["nodes"] for one in self.driver.execute_async_script(_AXE)}

    def small_text(self) -> list[list[Any]]:
        """Text on the page below 16 pixels: size, words, class."""
        return list(self.driver.execute_script(_SMALL))

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(max(self.driver.execute_script(_WIDE)))

    def strangers(self) -> list[str]:
        """Requests since the last call that were meant for another machine."""
        urls = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
            elif message["method"] == "Network.webSocketCreated":
                urls.append(message["params"]["url"])
        local = {"127.0.0.1", "localhost", None}
        schemes = {"data", "blob", "about", "chrome", "chrome-extension", "devtools"}
        return [u for u in urls if urlsplit(u).scheme not in schemes and urlsplit(u).hostname not in local]


def _quoted(words: str) -> str:
    """A string of XPath, which has no escapes."""
    return f'"{words}"' if '"' not in words else f"'{words}'"
