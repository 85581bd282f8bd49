// Gives the admin's widgets the names that screen readers need and Django leaves out.
(() => {
  const text = (element) => element?.textContent.replace(/:\s*$/, "").trim() ?? "";

  // In a table of inline rows the column says what a field is.
  const column = (control) => {
    const cell = control.closest(".tabular td[class*='field-']");
    const name = cell?.className.match(/field-([\w-]+)/)?.[1];
    return text(name && cell.closest("table").querySelector(`th.column-${name}`));
  };

  const name = (root) => {
    for (const control of root.querySelectorAll(".tabular td :is(input, select, textarea)")) {
      if (control.type !== "hidden" && !control.labels.length && column(control)) {
        control.setAttribute("aria-label", column(control));
      }
    }
    for (const box of root.querySelectorAll(".select2-selection[role='combobox']")) {
      const select = box.closest(".select2").previousElementSibling;
      const label = text(select.labels[0]) || column(select);
      const value = box.querySelector(".select2-selection__rendered");
      box.removeAttribute("aria-labelledby");
      for (const part of [box, value]) part?.setAttribute("aria-label", label);
      if (value) box.setAttribute("aria-describedby", value.id);
    }
    for (const tip of root.querySelectorAll(".help-tooltip[aria-label]")) {
      tip.setAttribute("role", "img");
    }
  };

  addEventListener("load", () => name(document));
  // Lists that are searched come after that when the machine is busy.
  const came = new MutationObserver((changes) => {
    if (changes.some(({addedNodes}) => [...addedNodes].some((node) => node.matches?.(".select2")))) {
      name(document);
    }
  });
  came.observe(document.documentElement, {childList: true, subtree: true});
  document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
})();
