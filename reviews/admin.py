"""Operations pages about reviews: the queue, its cases, and what was decided."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.admin_base import OperationsAdmin, ReadOnlyAdmin, staff_member
from reviews.desk.actions import CaseForms, act
from reviews.desk.case import page_of
from reviews.models import Decision, Signature, Submission, Template, Transition
from reviews.services.submissions import cases_of


def _shown(instant: datetime) -> str:
    return localtime(instant).strftime("%Y-%m-%d %H:%M")


class StateFilter(admin.SimpleListFilter):
    """The state of cases; without a choice, those that wait."""

    title = _("state")
    parameter_name = "state"
    EVERY = "all"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Submission.State.choices, (self.EVERY, _("All"))]

    def value(self) -> str:
        return super().value() or Submission.State.WAITING

    def choices(self, changelist: Any) -> Any:
        """Leave out the admin's own "All", which here would mean "waiting"."""
        choices = iter(super().choices(changelist))
        next(choices)
        return choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == self.EVERY else queryset.filter(state=self.value())


@admin.register(Submission)
class SubmissionAdmin(OperationsAdmin):
    """The review queue, and the page on which a case is decided."""

    list_display = ("case", "due", "kind", "message_type", "customer", "attempt", "submitted")
    list_filter = (StateFilter, "kind")
    list_select_related = ("customer",)
    list_per_page = 50
    search_fields = ("title", "customer__name")
    ordering = (F("urged_at").asc(nulls_last=True), "due_at", "id")
    sortable_by = ()
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("object"))
    def case(self, case: Submission) -> SafeString | str:
        if case.urged_at is None:
            return case.title
        return format_html('{} <span class="pill pill-waiting">{}</span>', case.title, _("Urged"))

    @admin.display(description=_("type"))
    def message_type(self, case: Submission) -> str:
        return case.type_label

    @admin.display(description=_("submitted"))
    def submitted(self, case: Submission) -> str:
        return _shown(case.submitted_at)

    @admin.display(description=_("due"))
    def due(self, case: Submission) -> SafeString | str:
        if not case.is_waiting:
            return case.get_state_display()
        when = _shown(case.due_at)
        if not case.is_overdue:
            return when
        return format_html('{} <span class="pill pill-bad">{}</span>', when, _("Overdue"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": gettext("Review queue")}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a case; a POST decides it, or assigns the channel number of its signature."""
        case = self.get_object(request, unquote(object_id))
        if case is None:
            raise Http404
        if not self.has_view_permission(request, case):
            raise PermissionDenied
        if request.method != "POST":
            return self._case_page(request, case, CaseForms(case), status=200)
        if not self.has_change_permission(request, case):
            raise PermissionDenied
        forms = CaseForms(case, request.POST)
        if done := act(request, case, forms):
            messages.success(request, done)
            return redirect("admin:reviews_submission_changelist")
        case.refresh_from_db()
        return self._case_page(request, case, forms, status=422)

    def _case_page(
        self, request: HttpRequest, case: Submission, forms: CaseForms, *, status: int
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{case.get_kind_display()}: {case.title}",
            "opts": self.opts,
            "page": page_of(case, staff_member(request)),
            "forms": forms,
            "has_change_permission": self.has_change_permission(request, case),
        }
        return TemplateResponse(request, "operations/case.html", context, status=status)


class ReviewedAdmin(ReadOnlyAdmin):
    """A reviewed object with links to its review cases."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("review_cases",)

    @admin.display(description=_("review cases"))
    def review_cases(self, subject: Any) -> SafeString | str:
        lines = (
            (
                reverse("admin:reviews_submission_change", args=[case.pk]),
                _shown(case.submitted_at),
                case.get_state_display(),
            )
            for case in cases_of(subject).order_by("-id")
        )
        return format_html_join("", '<p><a href="{}">{}</a> {}</p>', lines) or "–"


@admin.register(Signature)
class SignatureAdmin(ReviewedAdmin):
    list_display = ("name", "type", "customer", "status", "channel_number", "created_at")
    list_filter = ("status", "type")
    list_select_related = ("customer",)
    search_fields = ("name", "channel_number", "customer__name")
    fields = (
        "review_cases",
        "public_id",
        "customer",
        "application",
        "name",
        "type",
        "source",
        "is_third_party",
        "description",
        "channel_number",
        "status",
        "created_at",
        "updated_at",
    )


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
    )


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("submission", "outcome", "reviewer", "decided_at")
    list_filter = ("outcome",)
    list_select_related = ("submission", "reviewer")
    search_fields = ("submission__title", "reviewer__email")


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "object_id", "from_status", "to_status", "actor")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    ordering = ("-id",)
    show_full_result_count = False
