"""Pages on which operations do something with a reason: one form, one service, one message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from common.errors import Refusal
from common.peers import address_of
from customers.admin_base import OperationsAdmin, staff_member

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something operations do to an object.

    `carry_out` is called with the object, the form's values as keywords, `actor` and
    `ip_address`; it refuses by raising `Refusal`. `fits` says for which objects it is offered.
    """

    name: str
    title: "Sentence"
    note: "Sentence"
    done: "Sentence"
    form: type[forms.Form]
    permission: str
    carry_out: Callable[..., object]
    fits: Callable[[Any], bool] = lambda _subject: True


class ActingAdmin(OperationsAdmin):
    """An admin whose objects have acts; their buttons stand above the object's page."""

    acts: Sequence[Act] = ()
    change_form_template = "operations/acting.html"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.act_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        return [path("<path:object_id>/act/<slug:act>/", page, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        subject = context.get("original")
        extra = {"acts": self._offered(request, subject) if subject else []}
        return super().render_change_form(request, context | extra, *args, **kwargs)

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        """Show the form of an act; carry it out when it is sent."""
        subject = self.get_object(request, unquote(object_id))
        chosen = next((each for each in self.acts if each.name == act), None)
        if subject is None or chosen is None:
            raise Http404
        if not self.has_view_permission(request, subject) or not request.user.has_perm(
            chosen.permission
        ):
            raise PermissionDenied
        page = reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[subject.pk]
        )
        form = chosen.form(
            request.POST or None, request.FILES or None, **self.act_form_options(chosen, subject)
        )
        if form.is_valid():
            try:
                chosen.carry_out(
                    subject,
                    **form.cleaned_data,
                    actor=staff_member(request),
                    ip_address=address_of(request),
                )
            except Refusal as refusal:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, str(refusal)
                )
            else:
                messages.success(request, str(chosen.done))
                return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": chosen.title,
            "opts": self.opts,
            "form": form,
            "act": chosen,
            "subject": subject,
            "page": page,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "operations/act.html", context, status=status)

    def act_form_options(self, act: Act, subject: Any) -> dict[str, Any]:
        """What the form of an act is told about its object; nothing by default."""
        return {}

    def _offered(self, request: HttpRequest, subject: Any) -> list[tuple[Act, str]]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"
        return [
            (act, reverse(name, args=[subject.pk, act.name]))
            for act in self.acts
            if act.fits(subject) and request.user.has_perm(act.permission)
        ]
