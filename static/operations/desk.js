// The review desk: single keys, finding a reason, inserting texts. Without it every control works.
(() => {
  const STORED = "desk-keys";
  const help = document.getElementById("keys");
  const choice = document.getElementById("keys-on");

  const areOn = () => localStorage.getItem(STORED) !== "off";
  const isTyping = (target) =>
    target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");

  const toggleHelp = () => (help.open ? help.close() : help.showModal());

  const use = (control) => {
    const target = control.dataset.focus && document.querySelector(control.dataset.focus);
    if (target) {
      target.closest("section").scrollIntoView({ block: "start" });
      target.focus({ preventScroll: true });
    } else if (control.matches("input, select, textarea")) {
      control.focus();
      control.select?.();
    } else {
      control.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.isComposing || !(target instanceof Element)) return;
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      target.closest("form[method=post]")?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Escape" && isTyping(target)) {
      target.blur();
      return;
    }
    if (isTyping(target)) return;
    if (key === "?") {
      event.preventDefault();
      toggleHelp();
      return;
    }
    if (!areOn() || help.open) return;
    const control = document.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`);
    if (control) {
      event.preventDefault();
      use(control);
    }
  });

  choice.checked = areOn();
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));
  document.querySelectorAll("[data-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", toggleHelp);
  });
  document.querySelectorAll("[data-focus]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      use(link);
    }),
  );

  const search = document.querySelector("[data-find-reason]");
  search?.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    document.querySelectorAll("[data-group]").forEach((group) => {
      const level = group.querySelector(".reason-level").textContent.toLowerCase();
      let shown = 0;
      group.querySelectorAll("[data-reason]").forEach((reason) => {
        const text = level + reason.textContent.toLowerCase();
        const fits = words.every((word) => text.includes(word)) || reason.querySelector(":checked");
        reason.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      group.hidden = !shown;
      found += shown;
    });
    document.querySelector("[data-no-reason]").hidden = found > 0;
  });
  search?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    document.querySelector("[data-reason]:not([hidden]) input")?.focus();
  });

  document.querySelectorAll("[data-insert]").forEach((button) =>
    button.addEventListener("click", () => {
      const comment = button.closest("form").querySelector("textarea[name$=comment]");
      const before = comment.value.trimEnd();
      comment.value = before ? `${before}\n${button.dataset.insert}` : button.dataset.insert;
      comment.focus();
    }),
  );
})();
