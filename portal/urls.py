"""Addresses of the customers' web console."""

from django.urls import path

from .views import (
    applications,
    error_codes,
    groups,
    inbox,
    messages,
    overview,
    preferences,
    send_test,
    signatures,
    templates,
)

app_name = "portal"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("language", preferences.language, name="language"),
    path("customer", preferences.choose_customer, name="customer-choose"),
    path("applications", applications.index, name="application-list"),
    path("applications/create", applications.create, name="application-create"),
    path("applications/<uuid:public_id>", applications.detail, name="application-detail"),
    path("applications/<uuid:public_id>/edit", applications.edit, name="application-edit"),
    path("applications/<uuid:public_id>/secret", applications.secret, name="application-secret"),
    path(
        "applications/<uuid:public_id>/secret/reset",
        applications.reset,
        name="application-secret-reset",
    ),
    path("applications/<uuid:public_id>/test", send_test.page, name="application-test"),
    path(
        "applications/<uuid:public_id>/test/preview",
        send_test.preview,
        name="application-test-preview",
    ),
    path("test-reports/<str:sms_msg_id>", send_test.report, name="test-report"),
    path("signatures", signatures.index, name="signature-list"),
    path("signatures/create", signatures.create, name="signature-create"),
    path("signatures/preview", signatures.preview, name="signature-preview"),
    path("signatures/<uuid:public_id>", signatures.detail, name="signature-detail"),
    path("signatures/<uuid:public_id>/edit", signatures.edit, name="signature-edit"),
    path("templates", templates.index, name="template-list"),
    path("templates/create", templates.create, name="template-create"),
    path("templates/signatures", templates.signature_choices, name="template-signatures"),
    path("templates/variables", templates.variables, name="template-variables"),
    path("templates/preview", templates.preview, name="template-preview"),
    path("templates/<uuid:public_id>", templates.detail, name="template-detail"),
    path("templates/<uuid:public_id>/edit", templates.edit, name="template-edit"),
    path("templates/<uuid:public_id>/withdraw", templates.withdraw, name="template-withdraw"),
    path("templates/<uuid:public_id>/disable", templates.disable, name="template-disable"),
    path("group-tasks", groups.index, name="group-list"),
    path("group-tasks/create", groups.create, name="group-create"),
    path("group-tasks/choices", groups.choices, name="group-choices"),
    path("group-tasks/sample/<uuid:template_id>", groups.sample, name="group-sample"),
    path("group-tasks/<uuid:public_id>", groups.detail, name="group-detail"),
    path("group-tasks/<uuid:public_id>/state", groups.state, name="group-state"),
    path("group-tasks/<uuid:public_id>/confirm", groups.confirm, name="group-confirm"),
    path("group-tasks/<uuid:public_id>/cancel", groups.cancel, name="group-cancel"),
    path("group-tasks/<uuid:public_id>/problems.csv", groups.problems, name="group-problems"),
    path("messages", messages.index, name="message-list"),
    path("error-codes", error_codes.index, name="error-code-list"),
    path("inbox", inbox.inbox, name="inbox"),
]
