// The console's few lines of behaviour. Every element says what it wants in a data attribute,
// so parts that htmx swaps in work without being wired up again.

const root = document.documentElement;

const actions = {
  "toggle-theme"() {
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    localStorage.setItem("theme", theme);
  },

  "toggle-navigation"(button) {
    const isOpen = document.body.classList.toggle("navigation-open");
    button.setAttribute("aria-expanded", String(isOpen));
  },

  async copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("is-done");
    document.getElementById("announcements").textContent = button.dataset.done;
    setTimeout(() => button.classList.remove("is-done"), 2000);
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) actions[button.dataset.action](button);
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// A form is sent once: a second click while the first answer is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "true";
});
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A planned time is asked for only when the task is not to start at once.
const showDependents = () =>
  document.querySelectorAll("[data-shown-when]").forEach((part) => {
    const [name, value] = part.dataset.shownWhen.split("=");
    const chosen = document.querySelector(`[name="${name}"]:checked`);
    part.hidden = chosen?.value !== value;
  });
document.addEventListener("change", showDependents);
document.addEventListener("DOMContentLoaded", showDependents);
document.addEventListener("htmx:afterSettle", showDependents);

// Answers with 422 carry the form with its errors: show them as any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What renews itself waits while somebody types into it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const fields = [...event.target.querySelectorAll("textarea, select")];
  const isTyping = fields.some(
    (field) => field === document.activeElement || (field.matches("textarea") && field.value),
  );
  if (isTyping && event.target.hasAttribute("data-renews")) event.preventDefault();
});

// Conversations open at their newest message, as on a phone.
const scrollConversations = () =>
  document.querySelectorAll("[data-scroll-end]").forEach((part) => {
    part.scrollTop = part.scrollHeight;
  });
document.addEventListener("DOMContentLoaded", scrollConversations);
document.addEventListener("htmx:afterSettle", scrollConversations);

// What was opened stays open when its part of the page renews itself.
let opened = [];
document.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("details[id][open]")].map((part) => part.id);
});
document.addEventListener("htmx:afterSwap", () =>
  opened.forEach((id) => document.getElementById(id)?.setAttribute("open", "")),
);
