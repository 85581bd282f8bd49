"""Send test: make one call of the send API with an application, and follow its report."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from common.numbers import country_of, mask
from common.peers import address_of
from customers.models import Application
from customers.services import audit
from messaging.services.route import find_route
from messaging.services.timeline import find_message
from portal import codebook
from portal.access import MemberRequest, for_senders
from portal.codebook import Entry
from portal.forms.send_test import SendTestForm
from portal.sendtest.call import Answer, Call, send
from portal.sendtest.programs import programs
from reviews.models import Template

OUTSIDE_THE_MAINLAND = "E200024"


@for_senders
def page(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The form with the call as programs; once sent, the answer and the report, too."""
    application = _find(request, public_id)
    context: dict[str, Any] = {"application": application}
    if (template := _template(request, application)) is None:
        return render(request, "portal/send_test/page.html", context)
    form = SendTestForm(request.POST or None, template=template)
    if form.is_valid():
        context |= _outcome(_sent(request, application, form))
        # What is sent from this page next is another message.
        form.data = dict(form.data.items()) | {"attempt": str(uuid4())}
    context |= _call_of(application, form) | {"templates": _templates(application)}
    status = 422 if form.errors else 200
    return render(request, "portal/send_test/page.html", context, status=status)


@require_POST
@for_senders
def preview(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The call as it is typed now, with what is wrong with its sender."""
    application = _find(request, public_id)
    if (template := _template(request, application)) is None:
        raise Http404
    form = SendTestForm(request.POST, template=template)
    return render(request, "portal/send_test/request.html", _call_of(application, form))


@for_senders
def report(request: MemberRequest, sms_msg_id: str) -> HttpResponse:
    """What became of a message so far; the page asks again until that is final."""
    message = find_message(sms_msg_id, customer=request.customer)
    if message is None:
        raise Http404
    context: dict[str, Any] = {"message": message}
    if message.code:
        context["entry"] = codebook.of_report(message.code)
    return render(request, "portal/send_test/report.html", context)


@sensitive_variables("application")
def _sent(request: MemberRequest, application: Application, form: SendTestForm) -> Answer:
    call = Call(application.app_key, form.parameters)
    answer = send(
        call,
        secret=application.app_secret,
        attempt=str(form.cleaned_data["attempt"]),
        visitor=request,
    )
    audit.record(
        verb="send_test",
        object_type="application",
        object_id=application.pk,
        object_name=application.name,
        actor=request.user,
        customer=request.customer,
        ip_address=address_of(request),
        after={
            "template": form.template.template_id,
            "recipient": mask(form.cleaned_data["to"]),
            "code": answer.number_code or answer.code,
        },
    )
    return answer


def _outcome(answer: Answer) -> dict[str, Any]:
    is_number = bool(answer.number_code)
    code = answer.number_code or answer.code
    return {
        "answer": answer,
        "answer_entry": codebook.of_answer(code, is_number=is_number),
        "sms_msg_id": answer.sms_msg_id,
    }


def _call_of(application: Application, form: SendTestForm) -> dict[str, Any]:
    return {
        "application": application,
        "form": form,
        "template": form.template,
        "programs": list(programs(Call(application.app_key, form.parameters))),
        "warnings": list(_warnings(application, form)),
    }


def _warnings(application: Application, form: SendTestForm) -> Iterator[Entry]:
    """Mistakes that the API would tell in the answer or, later, in the report (ruling 6)."""
    route = find_route(
        application_id=application.pk,
        template=form.approved,
        channel_number=form.typed("sender"),
        signature=form.typed("signature"),
    )
    if route.refused:
        yield codebook.of_answer(route.refused, is_number=True)
    if route.blocked:
        yield codebook.of_report(route.blocked)
    if form.recipient and country_of(form.recipient) not in ("CN", None):
        yield codebook.of_report(OUTSIDE_THE_MAINLAND)


def _find(request: MemberRequest, public_id: UUID) -> Application:
    return get_object_or_404(
        Application.objects.for_customer(request.customer), public_id=public_id
    )


def _templates(application: Application) -> list[Template]:
    usable = Template.objects.usable().filter(application=application, version__isnull=False)
    return list(usable.select_related("version", "signature").order_by("name"))


def _template(request: MemberRequest, application: Application) -> Template | None:
    """The template that was chosen, or the first one there is."""
    templates = _templates(application)
    chosen = request.POST.get("template") or request.GET.get("template")
    return next((one for one in templates if str(one.public_id) == chosen), None) or (
        templates[0] if templates else None
    )
