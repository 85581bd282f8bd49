"""The review queue, the page on which a case is decided, and the figures of the desk."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext

from common.peers import address_of
from customers.admin_base import OperationsAdmin, staff_member
from reviews.desk import queue
from reviews.desk.actions import ACTIONS, CaseForms, Doer, act
from reviews.desk.case import CasePage
from reviews.desk.figures import figures_of
from reviews.desk.filters import QueueFilter, number_in
from reviews.desk.span import Span, form_of
from reviews.models import Submission

_QUEUE = "admin:reviews_submission_changelist"
_CASE = "admin:reviews_submission_change"
_CASE_FILES = csp_update({"frame-src": [SELF]})
"""The page of a case shows PDF papers in a frame."""


@admin.register(Submission)
class SubmissionAdmin(OperationsAdmin):
    """The review desk: every page about cases lives under this address."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("next/", wrap(self.next_view), name="reviews_submission_next"),
            path("figures/", wrap(self.figures_view), name="reviews_submission_figures"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one page of the queue."""
        self._require_view(request)
        page = queue.page_of(
            QueueFilter.read(request.GET),
            staff_member(request),
            number=number_in(request.GET.get("page")) or 1,
        )
        return self._render(request, "operations/queue.html", gettext("Review queue"), page=page)

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Go on to the case that comes after the one named `after`."""
        self._require_view(request)
        after = number_in(request.GET.get("after")) or 0
        left = Submission.objects.filter(pk=after).first()
        return self._to_next(request, QueueFilter.read(request.GET), left)

    @method_decorator(_CASE_FILES)
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a case; a POST does what its `action` says."""
        self._require_view(request)
        case = self._case(object_id)
        if request.method != "POST":
            return self._case_page(request, case, CaseForms(case), status=200)
        if not self.has_change_permission(request, case):
            raise PermissionDenied
        shown = CaseForms(case, request.POST)
        if shown.bound is None:
            raise BadRequest("The case has no such action.")
        doer = Doer(
            staff_member(request),
            address_of(request),
            number_in(request.POST.get("version")),
        )
        if done := act(case, shown, doer):
            messages.success(request, done)
            if ACTIONS[shown.posted].is_decision:
                return self._to_next(request, QueueFilter.read(request.GET), case)
            return redirect(request.get_full_path())
        return self._case_page(request, self._case(object_id), shown, status=422)

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """Show how the desk is doing."""
        self._require_view(request)
        form = form_of(request.GET)
        span = Span.of(form)
        return self._render(
            request,
            "operations/figures.html",
            gettext("Desk figures"),
            figures=figures_of(span),
            form=form,
            span=span,
        )

    def _case(self, object_id: str) -> Submission:
        cases = Submission.objects.select_related("customer", "assignee", "submitted_by")
        return get_object_or_404(cases, pk=number_in(unquote(object_id)) or 0)

    def _case_page(
        self, request: HttpRequest, case: Submission, shown: CaseForms, *, status: int
    ) -> HttpResponse:
        page = CasePage(case, staff_member(request))
        if "numbers" in request.GET:
            page.reveal_numbers(address_of(request))
        return self._render(
            request,
            "operations/case.html",
            f"{case.get_kind_display()}: {case.title}",
            status=status,
            page=page,
            forms=shown,
            chosen=QueueFilter.read(request.GET),
        )

    def _to_next(
        self, request: HttpRequest, chosen: QueueFilter, after: Submission | None
    ) -> HttpResponseRedirect:
        following = queue.next_case(chosen, staff_member(request), after=after)
        if following is None:
            messages.info(request, gettext("Nothing else in this list is free to be decided."))
            return redirect(reverse(_QUEUE) + chosen.query)
        return redirect(reverse(_CASE, args=[following.pk]) + chosen.query)

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _render(
        self, request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        page = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "may_change": self.has_change_permission(request),
            **context,
        }
        return TemplateResponse(request, template, page, status=status)
