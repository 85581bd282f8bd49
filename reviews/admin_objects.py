"""Operations pages to look at what is reviewed and what was decided."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from customers.admin_base import ReadOnlyAdmin
from customers.models import QuotaRequest
from reviews.models import Decision, Qualification, Signature, Template, Transition
from reviews.services.submissions import cases_of


class ReviewedAdmin(ReadOnlyAdmin):
    """A reviewed object with links to its review cases."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("review_cases",)

    @admin.display(description=_("review cases"))
    def review_cases(self, subject: Any) -> SafeString | str:
        lines = (
            (
                reverse("admin:reviews_submission_change", args=[case.pk]),
                localtime(case.submitted_at).strftime("%Y-%m-%d %H:%M"),
                case.get_kind_display(),
                case.get_state_display(),
            )
            for case in cases_of(subject).order_by("-id")
        )
        return format_html_join("", '<p><a href="{}">{}</a> {} · {}</p>', lines) or "–"


@admin.register(Qualification)
class QualificationAdmin(ReviewedAdmin):
    """Qualifications; personal numbers stand in the papers and on no list."""

    list_display = ("name", "enterprise_name", "purpose", "customer", "status", "created_at")
    list_filter = ("status", "purpose", "enterprise_type")
    list_select_related = ("customer",)
    search_fields = ("name", "enterprise_name", "credit_code", "customer__name")
    fields = (
        "review_cases",
        "public_id",
        "customer",
        "name",
        "purpose",
        "enterprise_name",
        "enterprise_type",
        "certificate_type",
        "credit_code",
        "legal_person",
        "administrator_role",
        "administrator",
        "authorization_until",
        "remarks",
        "status",
        "created_at",
        "updated_at",
        "deleted_at",
    )


@admin.register(Signature)
class SignatureAdmin(ReviewedAdmin):
    list_display = ("name", "type", "customer", "status", "channel_number", "created_at")
    list_filter = ("status", "type", "source")
    list_select_related = ("customer",)
    search_fields = ("name", "channel_number", "customer__name")
    fields = (
        "review_cases",
        "filings_with_carriers",
        "public_id",
        "customer",
        "application",
        "name",
        "type",
        "source",
        "source_detail",
        "is_third_party",
        "qualification",
        "description",
        "channel_number",
        "status",
        "created_at",
        "updated_at",
        "deleted_at",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("review_cases", "filings_with_carriers")

    @admin.display(description=_("filings with carriers"))
    def filings_with_carriers(self, signature: Signature) -> SafeString:
        address = reverse("admin:reviews_filing_ledger", args=[signature.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open the ledger"))


@admin.register(Template)
class TemplateAdmin(ReviewedAdmin):
    list_display = ("name", "type", "customer", "signature", "status", "template_id", "created_at")
    list_filter = ("status", "type")
    list_select_related = ("customer", "signature")
    search_fields = ("name", "template_id", "customer__name")
    fields = (
        "review_cases",
        "public_id",
        "customer",
        "application",
        "signature",
        "name",
        "type",
        "content",
        "variable_attributes",
        "description",
        "template_id",
        "version",
        "status",
        "created_at",
        "updated_at",
        "deleted_at",
    )


@admin.register(QuotaRequest)
class QuotaRequestAdmin(ReviewedAdmin):
    list_display = ("customer", "resource", "application", "current", "wanted", "status")
    list_filter = ("status", "resource")
    list_select_related = ("customer", "application")
    search_fields = ("customer__name", "application__name")
    fields = (
        "review_cases",
        "public_id",
        "customer",
        "application",
        "resource",
        "current",
        "wanted",
        "reason",
        "status",
        "created_by",
        "created_at",
        "updated_at",
    )


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("submission", "outcome", "reviewer", "decided_at")
    list_filter = ("outcome", "submission__kind")
    list_select_related = ("submission", "reviewer")
    search_fields = ("submission__title", "reviewer__email")
    show_full_result_count = False


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "object_id", "from_status", "to_status", "actor")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    ordering = ("-id",)
    show_full_result_count = False
