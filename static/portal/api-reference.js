// Shows the OpenAPI document with Swagger UI, light or dark as the rest of the page.
(() => {
  const place = document.getElementById("api-reference");
  const root = document.documentElement;
  const follow = () => root.classList.toggle("dark-mode", root.dataset.bsTheme === "dark");
  follow();
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-bs-theme"] });
  window.SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    validatorUrl: null,
    defaultModelsExpandDepth: -1,
  });
})();
