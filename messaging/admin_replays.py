"""Operations pages of policy replays: a changed rule is tried before it is switched on."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refusal
from common.peers import address_of
from customers.admin_base import ReadOnlyAdmin, staff_member
from messaging.models import PolicyReplay
from messaging.queries.hit_figures import figures_of, rules_that_stopped
from messaging.rehearsals.picture import picture_of
from messaging.rehearsals.plan import request_replay
from messaging.replay_forms import FORMS, ReplayForm, StoppedForm
from messaging.services.lines import WrongLines
from reviews.desk.charts import Share, stacked_bars

ASK_AGAIN_S = 2
"""The page of a replay that runs is loaded again after so long."""


@admin.register(PolicyReplay)
class PolicyReplayAdmin(ReadOnlyAdmin):
    """The replays so far; a new one begins with the choice of a rule."""

    list_display = (
        "created_at",
        "rule",
        "day",
        "customer",
        "state",
        "more",
        "less",
        "created_by",
    )
    list_display_links = ("created_at", "rule")
    list_filter = ("rule", "state")
    list_select_related = ("customer", "created_by")
    show_full_result_count = False
    change_list_template = "operations/replays.html"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.stopped_view)
        return [
            path("stopped/", page, name="messaging_policyreplay_stopped"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("messaging.add_policyreplay")

    @admin.display(description=gettext_lazy("stopped more"))
    def more(self, replay: PolicyReplay) -> str:
        return self._figure(replay, "more")

    @admin.display(description=gettext_lazy("let through more"))
    def less(self, replay: PolicyReplay) -> str:
        return self._figure(replay, "less")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask which rule, then for its draft; lead to the page of the replay."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        rule = request.GET.get("rule", "")
        if rule not in FORMS:
            return self._page(request, "replay_rules", _("Try a rule"), rules=_rules())
        form = self._form(request, rule)
        wrong: object = ()
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                replay = request_replay(
                    rule=rule,
                    draft=form.draft,
                    day=cleaned["day"],
                    customer=cleaned["customer"],
                    actor=staff_member(request),
                    ip_address=address_of(request),
                )
            except Refusal as refusal:
                wrong = refusal.lines if isinstance(refusal, WrongLines) else ()
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, str(refusal))
            else:
                return redirect("admin:messaging_policyreplay_change", replay.pk)
        title = str(PolicyReplay.Rule(rule).label)
        return self._page(
            request,
            "replay_draft",
            title,
            form=form,
            wrong=wrong,
            status=422 if form.errors else 200,
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what the draft would have changed; while it runs, the figures so far."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = PolicyReplay.objects.select_related("customer", "created_by")
        replay = get_object_or_404(rows, pk=object_id)
        response = self._page(
            request,
            "replay",
            str(replay),
            replay=replay,
            draft=FORMS[replay.rule].in_words(replay.draft),
            picture=picture_of(replay),
            can_try=self.has_add_permission(request),
        )
        if not replay.is_finished:
            response["Refresh"] = str(ASK_AGAIN_S)
        return response

    def stopped_view(self, request: HttpRequest) -> HttpResponse:
        """Show how many messages of all customers each rule stopped in some days."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = StoppedForm(request.GET if "first" in request.GET else StoppedForm.usual())
        context: dict[str, Any] = {"form": form}
        if form.is_valid():
            figures = figures_of(form.span)
            labels = [f"{day:%m-%d}" for day, _count in figures.days]
            bars = [(Share("bad", count),) for _day, count in figures.days]
            context |= {
                "figures": figures,
                "chart": stacked_bars(labels, bars),
                "rules": rules_that_stopped(form.span),
            }
        status = 422 if form.errors else 200
        return self._page(request, "stopped", _("Stopped by rules"), status=status, **context)

    def _form(self, request: HttpRequest, rule: str) -> ReplayForm:
        """The form of a rule, filled in as the replay named `like` was."""
        like = request.GET.get("like", "")
        initial: dict[str, Any] = {}
        if like.isdecimal() and len(like) < 19:
            for replay in PolicyReplay.objects.filter(pk=int(like), rule=rule):
                initial = replay.draft | {"day": replay.day, "customer": replay.customer_id}
        return FORMS[rule](request.POST or None, initial=initial)

    def _page(
        self, request: HttpRequest, name: str, title: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"operations/{name}.html", common | context, status=status)

    def _figure(self, replay: PolicyReplay, name: str) -> str:
        return f"{replay.figures.get(name, 0):,}" if replay.is_finished else "…"


def _rules() -> list[tuple[str, str]]:
    return [(rule, str(PolicyReplay.Rule(rule).label)) for rule in FORMS]
