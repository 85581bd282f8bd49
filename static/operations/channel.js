// The form of a channel shows the settings of the chosen connector. Without it all of them show.
(() => {
  const choice = document.getElementById("id_connector");
  if (!choice) return;

  const show = () =>
    document.querySelectorAll("fieldset.connector").forEach((settings) => {
      settings.hidden = !settings.classList.contains(`connector-${choice.value}`);
    });

  choice.addEventListener("change", show);
  show();
})();
