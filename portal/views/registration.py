"""Registration step by step (spec console §2.1); each step explains itself and its refusals."""

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.peers import address_of
from customers.services import registration
from portal.access import MemberRequest, for_owners
from portal.forms.contacts import CodeForm
from portal.forms.papers import uploads_of
from portal.forms.registration import (
    EnableForm,
    InformationForm,
    MobileForm,
    PaymentForm,
    RealNameForm,
)
from portal.middleware import SESSION_KEY
from portal.refusals import refused_into
from portal.registration import for_newcomers, steps_of
from reviews.models import RealName
from reviews.services import enabling
from reviews.services import real_name as real_names
from reviews.services.submissions import cases_of


@for_newcomers
def progress(request: MemberRequest) -> HttpResponse:
    """How far the customer is, and what comes next."""
    if request.customer and request.customer.is_enabled:
        return redirect("portal:account" if request.membership.can_manage else "portal:overview")
    steps = steps_of(request.customer)
    page = (
        "portal/registration/progress.html"
        if request.customer
        else ("portal/registration/start.html")
    )
    context = {"steps": steps, "next_step": next((one for one in steps if one.is_open), None)}
    return render(request, page, context)


@require_POST
@for_newcomers
def start(request: MemberRequest) -> HttpResponse:
    """Open the account of somebody who has none; members go on where they are."""
    if request.membership is None:
        customer = registration.open_account(user=request.user, ip_address=address_of(request))
        request.session[SESSION_KEY] = customer.pk
        return redirect("portal:registration-mobile")
    return redirect("portal:registration")


@for_owners
def mobile(request: MemberRequest) -> HttpResponse:
    """Name a number; the code it gets is asked for on the same page."""
    profile = registration.profile_of(request.customer)
    form = MobileForm(
        request.POST or None, initial={"mobile": profile.wanted_mobile or profile.mobile}
    )
    if form.is_valid():
        with refused_into(form):
            registration.send_mobile_code(customer=request.customer, **form.cleaned_data)
            messages.success(request, _("A security code is on its way."))
            return redirect("portal:registration-mobile")
    return _page(request, "mobile", form, profile=profile, code_form=CodeForm())


@require_POST
@for_owners
def mobile_code(request: MemberRequest) -> HttpResponse:
    profile = registration.profile_of(request.customer)
    form = CodeForm(request.POST)
    if form.is_valid():
        with refused_into(form):
            registration.bind_mobile(
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The mobile number is bound."))
            return _onward(request)
    number = MobileForm(initial={"mobile": profile.wanted_mobile})
    return _page(request, "mobile", number, profile=profile, code_form=form, status=422)


@for_owners
def information(request: MemberRequest) -> HttpResponse:
    profile = registration.profile_of(request.customer)
    initial = {
        "name": request.customer.name if profile.information_at else "",
        "country": request.customer.country or "CN",
        "industry": profile.industry,
    }
    form = InformationForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refused_into(form):
            registration.save_information(
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The account information was saved."))
            return _onward(request)
    return _page(request, "information", form)


@for_owners
def payment(request: MemberRequest) -> HttpResponse:
    profile = registration.profile_of(request.customer)
    initial = {"provider": profile.payment_provider, "reference": profile.payment_reference}
    form = PaymentForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refused_into(form):
            registration.choose_payment(
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The payment method was saved."))
            return _onward(request)
    return _page(request, "payment", form)


@for_owners
def real_name(request: MemberRequest) -> HttpResponse:
    """Submit the enterprise's certificate; while it is reviewed the page only tells."""
    found = RealName.objects.for_customer(request.customer).first()
    names = ("certificate_type", "credit_code", "legal_person")
    initial = {name: getattr(found, name) for name in names} if found else {}
    form = RealNameForm(
        request.POST or None, request.FILES or None, initial=initial, has_paper=found is not None
    )
    if form.is_valid():
        with refused_into(form):
            real_names.submit(
                customer=request.customer,
                identity=real_names.Identity(**{name: form.cleaned_data[name] for name in names}),
                uploads=uploads_of(form),
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("Submitted. You get an e-mail when it is decided."))
            return redirect("portal:registration")
    case = cases_of(found).order_by("-id").first() if found else None
    decision = case.decisions.first() if case else None
    return _page(request, "real_name", form, found=found, case=case, decision=decision)


@for_owners
def enable(request: MemberRequest) -> HttpResponse:
    """Accept the agreement and enable the service (ruling 39: owners only)."""
    form = EnableForm(request.POST or None)
    if form.is_valid():
        with refused_into(form):
            enabling.enable_service(
                customer=request.customer,
                agreement=form.cleaned_data["version"],
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("Message & SMS is enabled. Add the account details now."))
            return redirect("portal:account")
    gate = enabling.gate_of(request.customer)
    return _page(
        request, "enable", form, gate=gate, agreement_version=settings.SMS_AGREEMENT_VERSION
    )


def _onward(request: MemberRequest) -> HttpResponse:
    """To the account page for those who are through, else to the step that comes next."""
    if request.customer.is_enabled:
        return redirect("portal:account")
    request.customer.refresh_from_db()
    following = next((one for one in steps_of(request.customer) if one.is_open), None)
    return redirect(following.url if following else "portal:registration")


def _page(
    request: MemberRequest, name: str, form: Form, status: int = 200, **context: object
) -> HttpResponse:
    status = 422 if form.errors else status
    page = {"form": form, "steps": steps_of(request.customer)} | context
    return render(request, f"portal/registration/{name}.html", page, status=status)
