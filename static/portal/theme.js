// Runs in the head, before anything is drawn, so that a dark page does not flash white.
(() => {
  const stored = localStorage.getItem("theme");
  const preferred = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.bsTheme = stored || preferred;
})();
