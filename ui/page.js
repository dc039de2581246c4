/* What the page does by itself. It reads nothing but its own buttons and sends nothing. */
(() => {
  if (window.recoursePage) return;
  window.recoursePage = true;

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (refused) {
      const area = document.createElement("textarea");
      area.value = text;
      area.setAttribute("aria-hidden", "true");
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-copy], button[data-print]");
    if (!button) return;
    if (button.hasAttribute("data-print")) {
      window.print();
      return;
    }
    const words = button.textContent;
    if (!(await copied(button.dataset.copy)) || button.dataset.busy) return;
    button.focus();
    button.dataset.busy = "yes";
    button.textContent = button.dataset.done;
    const told = document.getElementById("announced");
    if (told) told.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = words;
      delete button.dataset.busy;
    }, 2000);
  });

  /* A mark such as [2] in the answer leads to its quote, and the keyboard goes on from there. */
  document.addEventListener("click", (event) => {
    const mark = event.target instanceof Element && event.target.closest("a.mark-of-quote, a.skip");
    const there = mark && document.getElementById(mark.getAttribute("href").slice(1));
    if (!there) return;
    event.preventDefault();
    there.scrollIntoView({ block: "start" });
    there.focus({ preventScroll: true });
  });
})();
