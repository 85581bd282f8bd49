"""Send a sample: push a made-up report or reply to an address and look at the answer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from common.peers import address_of
from customers.models import Application
from customers.services import audit
from messaging.models import CallbackTarget
from messaging.services.answers import meaning_of
from messaging.services.catalogue import senders
from messaging.services.sample import Sample, send_sample_report, send_sample_uplink
from portal.access import MemberRequest, for_senders
from portal.forms.callbacks import SampleForm
from portal.pushes import push_of_sample
from portal.refusals import refused_into

ANY_CHANNEL_NUMBER = "csms100000001"
"""What a sample reply answers when the application has no channel number yet."""


@for_senders
def page(request: MemberRequest) -> HttpResponse:
    initial = {"application": request.GET.get("application")}
    form = SampleForm(request.POST or None, customer=request.customer, initial=initial)
    context: dict[str, object] = {
        "form": form,
        "has_applications": Application.objects.for_customer(request.customer).exists(),
    }
    if form.is_valid():
        with refused_into(form):
            sample = _sent(request, form)
            answer = sample.answer
            context |= {
                "push": push_of_sample(sample),
                "answer": answer,
                "meaning": meaning_of(answer.status, answer.error or ""),
                "answer_text": answer.body_start.decode(errors="replace"),
            }
    status = 422 if form.errors else 200
    return render(request, "portal/callbacks/sample.html", context, status=status)


@sensitive_variables("application")
def _sent(request: MemberRequest, form: SampleForm) -> Sample:
    """Push what the form says and record who did; raises Refusal for an address that is none."""
    application: Application = form.cleaned_data["application"]
    what, url = form.cleaned_data["what"], form.cleaned_data["url"]
    if what == SampleForm.What.UPLINK:
        numbers = [sender.channel_number for sender in senders(application.pk)]
        channel_number = numbers[0] if numbers else ANY_CHANNEL_NUMBER
        sample = send_sample_uplink(application=application, url=url, channel_number=channel_number)
    else:
        kinds = CallbackTarget.Kind
        kind = kinds.BATCH if what == SampleForm.What.BATCH else kinds.SINGLE
        sample = send_sample_report(application=application, url=url, kind=kind)
    audit.record(
        verb="send_sample",
        object_type="application",
        object_id=application.pk,
        object_name=application.name,
        actor=request.user,
        customer=request.customer,
        ip_address=address_of(request),
        after={"what": what, "url": url, "status": sample.answer.status},
    )
    return sample
