"use strict";
// Charts that tell: what a mark stands for, under a pointer, a finger or the keyboard. Without this script the same texts are the
// browser's own tooltips, and the chart is as it is in print.
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);

  let shown = null;

  function show(mark) {
    if (shown === mark) return;
    hide();
    shown = mark;
    mark.classList.add("shown");
    const [heading, ...lines] = mark.dataset.told.split("\n");
    const strong = document.createElement("strong");
    strong.textContent = heading;
    tip.replaceChildren(strong, ...lines.map((line) => {
      const row = document.createElement("span");
      row.textContent = line;
      return row;
    }));
    tip.hidden = false;
    const at = mark.getBoundingClientRect(), own = tip.getBoundingClientRect(), margin = 8;
    const left = Math.min(Math.max(at.left + at.width / 2 - own.width / 2, margin), innerWidth - own.width - margin);
    const above = at.top - own.height - margin;
    tip.style.left = `${Math.max(left, margin)}px`;
    tip.style.top = `${above >= margin ? above : Math.min(at.bottom + margin, innerHeight - own.height - margin)}px`;
  }

  function hide() {
    if (shown) shown.classList.remove("shown");
    shown = null;
    tip.hidden = true;
  }

  for (const chart of document.querySelectorAll(".chart svg")) {
    const marks = [...chart.querySelectorAll(".told")];
    if (!marks.length) continue;
    chart.setAttribute("role", "group");
    marks.forEach((mark, place) => {
      const title = mark.querySelector("title");
      mark.dataset.told = title.textContent;
      title.remove();
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", mark.dataset.told.replaceAll("\n", ", "));
      // one stop for the keyboard in each chart; arrows move inside, the next tab leaves
      mark.setAttribute("tabindex", place ? "-1" : "0");
      mark.addEventListener("pointerenter", () => show(mark));
      mark.addEventListener("pointerleave", (event) => event.pointerType === "touch" || hide());  // a finger lifted has read nothing yet
      mark.addEventListener("focus", () => show(mark));
      mark.addEventListener("blur", hide);
      mark.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape") hide();
        if (!step) return;
        event.preventDefault();
        const next = marks[(place + step + marks.length) % marks.length];
        mark.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      });
    });
  }
  addEventListener("pointerdown", (event) => event.target.closest(".told") || hide());
  addEventListener("scroll", hide, { passive: true });
})();
