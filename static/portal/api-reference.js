// Shows the OpenAPI document with Swagger UI, light or dark as the rest of the page. Its examples
// are about the account's own objects; a token that is asked for lives in this page's memory only.
(() => {
  const place = document.getElementById("api-reference");
  const form = document.querySelector("form[data-own-token]");
  const root = document.documentElement;
  const follow = () => root.classList.toggle("dark-mode", root.dataset.bsTheme === "dark");
  follow();
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-bs-theme"] });

  const own = (spec) => {
    for (const operation of Object.values(spec.paths).flatMap(Object.values)) {
      for (const parameter of operation.parameters || []) {
        if (parameter.name === "project_id") parameter.example = place.dataset.project;
      }
      for (const media of Object.values(operation.requestBody?.content || {})) {
        for (const { value } of Object.values(media.examples || {})) {
          if (value.app_id && place.dataset.application) value.app_id = place.dataset.application;
        }
      }
    }
    return spec;
  };

  const draw = async () =>
    window.SwaggerUIBundle({
      spec: own(await (await fetch(place.dataset.document)).json()),
      domNode: place,
      validatorUrl: null,
      defaultModelsExpandDepth: -1,
      persistAuthorization: false,
    });
  const drawn = draw();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const status = form.querySelector("[role=status]");
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok) {
      status.textContent = status.dataset.failed;
      return;
    }
    const { token, until } = await answer.json();
    (await drawn).preauthorizeApiKey("token", token);
    status.textContent = `${status.dataset.done} ${until}`;
  });
})();
