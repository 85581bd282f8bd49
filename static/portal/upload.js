// Uploads that show how far they are, and files dropped onto their field. Without this script the
// form is sent like any other.

const fileOf = (form) => form.querySelector('input[type="file"]:enabled')?.files[0];

const tellChosen = (zone) => {
  const file = zone.querySelector('input[type="file"]').files[0];
  const line = zone.querySelector("[data-chosen]");
  line.hidden = !file;
  if (file) line.textContent = `${file.name} · ${(file.size / 1048576).toFixed(1)} MB`;
};

const zoneOf = (event) => event.target.closest?.("[data-drop]");

["dragenter", "dragover"].forEach((type) =>
  document.addEventListener(type, (event) => {
    const zone = zoneOf(event);
    if (!zone || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("is-over");
  }),
);
document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone || !event.dataTransfer.files.length) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  const chosen = new DataTransfer();
  chosen.items.add(event.dataTransfer.files[0]);
  zone.querySelector('input[type="file"]').files = chosen.files;
  tellChosen(zone);
});
document.addEventListener("change", (event) => {
  const zone = zoneOf(event);
  if (zone) tellChosen(zone);
});

// An answer with errors replaces the page's content; the chosen file goes over into its field.
const showAnswer = (form, html) => {
  const answer = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  const before = form.querySelector('input[type="file"]');
  document.querySelector("main").replaceWith(answer);
  const after = answer.querySelector('input[type="file"]');
  if (after) {
    after.files = before.files;
    tellChosen(after.closest("[data-drop]"));
  }
  htmx.process(answer);
  document.dispatchEvent(new Event("change"));
  answer.querySelector('[role="alert"]')?.focus();
  scrollTo(0, 0);
};

const sendWithProgress = (form) => {
  const panel = form.querySelector("[data-progress]");
  const bar = panel.querySelector("progress");
  const buttons = form.querySelectorAll('button[type="submit"]');
  const request = new XMLHttpRequest();

  const begin = () => {
    panel.hidden = false;
    panel.querySelector("[data-broken]").hidden = true;
    buttons.forEach((button) => (button.disabled = true));
  };
  const stop = ({ isBroken }) => {
    panel.hidden = !isBroken;
    panel.querySelector("[data-broken]").hidden = !isBroken;
    buttons.forEach((button) => (button.disabled = false));
    delete form.dataset.sent;
  };

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((100 * event.loaded) / event.total);
    bar.value = percent;
    panel.querySelector("[data-percent]").textContent = `${percent} %`;
  });
  request.addEventListener("load", () => {
    if (request.status === 422) showAnswer(form, request.responseText);
    else if (request.status < 400) location.assign(request.responseURL);
    else stop({ isBroken: true });
  });
  request.addEventListener("error", () => stop({ isBroken: true }));
  request.addEventListener("abort", () => stop({ isBroken: false }));
  panel.querySelector("[data-abort]").addEventListener("click", () => request.abort(), { once: true });

  begin();
  request.open("POST", form.action);
  request.send(new FormData(form));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-upload]") || !fileOf(form)) return;
  event.preventDefault();
  sendWithProgress(form);
});

// Pasted text outlives a walk to another step and back.
const remembered = () => document.querySelectorAll("textarea[data-remember]");
document.addEventListener("input", (event) => {
  const key = event.target.dataset?.remember;
  if (key) sessionStorage.setItem(key, event.target.value);
});
remembered().forEach((field) => {
  if (!field.value) field.value = sessionStorage.getItem(field.dataset.remember) ?? "";
});
