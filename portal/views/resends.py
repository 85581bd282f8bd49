"""Send the failed messages of a search again, after looking at why they failed."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext

from common.peers import address_of
from messaging.models import Resend
from messaging.queries import Result
from messaging.resending.candidates import Survey, survey
from messaging.resending.sending import resend
from messaging.services.verdict import meaning_of_code
from portal.access import MemberRequest, for_senders
from portal.forms.messages import MessageSearchForm
from portal.forms.resends import ResendForm
from portal.refusals import refused_into


@for_senders
def page(request: MemberRequest) -> HttpResponse:
    """The failed messages of the filters in the address, by reason; those chosen are sent."""
    filters = MessageSearchForm(request.GET, customer=request.customer)
    back = f"{reverse('portal:message-list')}?{request.GET.urlencode()}"
    if not filters.is_valid():
        return redirect(back)
    search = replace(filters.search(), result=Result.FAILED)
    form = _form(request)
    if form.is_bound and form.is_valid():
        with refused_into(form):
            done = resend(
                key=form.cleaned_data["key"],
                search=search,
                codes=form.cleaned_data["codes"],
                newest=form.cleaned_data["newest"],
                actor=request.user,
                ip_address=address_of(request),
            )
            return _told(request, done)
    found = survey(search)
    if not form.is_bound:
        form = _fresh_form(found)
    context = {
        "form": form,
        "found": found,
        "reasons": [(one, meaning_of_code(one.code)) for one in found.reasons()],
        "chosen": form["codes"].value() or [],
        "filters": filters.in_words(),
        "back": back,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/messages/resend.html", context, status=status)


def _form(request: MemberRequest) -> ResendForm:
    """The form as it came; any code may be in it, as the sender looks again itself."""
    if request.method != "POST":
        return ResendForm(codes=[])
    return ResendForm(request.POST, codes=request.POST.getlist("codes"))


def _fresh_form(found: Survey) -> ResendForm:
    """Reasons that may be gone by now are ticked; those to be mended first are not."""
    reasons = found.reasons()
    initial = {
        "codes": [one.code for one in reasons if one.is_worth_it],
        "newest": max((one.id for one in found.candidates), default=0),
    }
    return ResendForm(initial=initial, codes=[one.code for one in reasons])


def _told(request: MemberRequest, done: Resend) -> HttpResponse:
    sentence = ngettext(
        "%(count)d message was sent again.", "%(count)d messages were sent again.", done.messages
    )
    messages.success(request, sentence % {"count": done.messages})
    return redirect(f"{reverse('portal:message-list')}?last=1h")
