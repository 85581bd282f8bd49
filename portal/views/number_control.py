"""Number control: whom the customer never, or always, sends to (spec console §13.6)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.peers import address_of
from messaging.models import NumberRule, RuleHit
from messaging.services import number_control
from messaging.services.lines import WrongLines
from messaging.services.number_control import MOST_NUMBERS, MOST_SEGMENTS
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.number_control import NumberRulesForm
from portal.forms.text_files import in_places
from portal.hits import drawing_of
from portal.refusals import refused_into

PAGE_SIZE = 50


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = NumberRule.objects.for_customer(request.customer).order_by("kind", "pattern")
    segments = own.exclude(pattern__startswith="+").count()
    context = {
        "is_enabled": number_control.is_enabled(request.customer),
        "page": Paginator(own, PAGE_SIZE).get_page(request.GET.get("page")),
        "numbers": own.count() - segments,
        "segments": segments,
        "most_numbers": MOST_NUMBERS,
        "most_segments": MOST_SEGMENTS,
        "drawing": drawing_of(request.customer, [RuleHit.Kind.NUMBER_CONTROL]),
    }
    return render(request, "portal/number_control/list.html", context)


@for_managers
def add(request: MemberRequest) -> HttpResponse:
    form = NumberRulesForm(
        request.POST or None, request.FILES or None, initial={"kind": NumberRule.Kind.DENY}
    )
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        with refused_into(form):
            try:
                count = number_control.add_rules(
                    customer=request.customer,
                    kind=form.cleaned_data["kind"],
                    lines=form.all_lines,
                    actor=request.user,
                    ip_address=address_of(request),
                )
            except WrongLines as refusal:
                context["wrong"] = in_places(refusal.lines, form.cleaned_data["lines"])
                raise
            done = ngettext("%(count)d rule was added.", "%(count)d rules were added.", count)
            messages.success(request, done % {"count": count})
            return redirect("portal:rule-list")
    status = 422 if form.errors else 200
    return render(request, "portal/number_control/form.html", context, status=status)


@require_POST
@for_managers
def switch(request: MemberRequest) -> HttpResponse:
    is_enabled = request.POST.get("enabled") == "yes"
    number_control.switch(
        customer=request.customer,
        is_enabled=is_enabled,
        actor=request.user,
        ip_address=address_of(request),
    )
    done = _("The rules are in force now.") if is_enabled else _("The rules are switched off.")
    messages.success(request, done)
    return redirect("portal:rule-list")


@require_POST
@for_managers
def remove(request: MemberRequest) -> HttpResponse:
    ids = [int(one) for one in request.POST.getlist("rule") if one.isdecimal() and len(one) < 19]
    count = number_control.remove_rules(
        customer=request.customer, ids=ids, actor=request.user, ip_address=address_of(request)
    )
    done = ngettext("%(count)d rule was removed.", "%(count)d rules were removed.", count)
    messages.success(request, done % {"count": count})
    return redirect("portal:rule-list")
