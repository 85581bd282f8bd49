from django.urls import path

from .views import applications, countries, files, signatures, templates

app_name = "management"
urlpatterns = [
    path("apps", applications.ApplicationsView.as_view(), name="apps"),
    path("apps/<str:id>", applications.ApplicationView.as_view(), name="app"),
    path("apps-count", applications.ApplicationCountView.as_view(), name="apps-count"),
    path("signatures", signatures.SignaturesView.as_view(), name="signatures"),
    path("signatures/<str:id>", signatures.SignatureView.as_view(), name="signature"),
    path(
        "signatures/<str:id>/active",
        signatures.SignatureActivationView.as_view(),
        name="signature-activation",
    ),
    path("upload-files", files.FilesView.as_view(), name="files"),
    path("templates", templates.TemplatesView.as_view(), name="templates"),
    path("templates/batch-delete", templates.TemplateBatchView.as_view(), name="batch-delete"),
    path("templates/<str:id>", templates.TemplateView.as_view(), name="template"),
    # The misspelling is the documented address.
    path(
        "templates/<str:id>/varilable",
        templates.TemplateVariablesView.as_view(),
        name="template-variables",
    ),
    path("country", countries.CountriesView.as_view(), name="countries"),
]
