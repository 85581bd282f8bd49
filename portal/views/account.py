"""The account page: details after enabling (spec console §2.3), and the service agreement."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.peers import address_of
from customers import payments
from customers.services import registration
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.registration import DetailsForm
from portal.refusals import refused_into


@for_managers
def details(request: MemberRequest) -> HttpResponse:
    customer = request.customer
    profile = registration.profile_of(customer)
    initial = {
        "contact_name": profile.contact_name or request.user.full_name,
        "contact_email": profile.contact_email or request.user.email,
        "industry": profile.industry,
    }
    form = DetailsForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refused_into(form):
            registration.save_details(
                customer=customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The account details were saved."))
            return redirect("portal:account")
    context = {
        "form": form,
        "profile": profile,
        "payment": payments.provider_named(profile.payment_provider),
        "accepted": customer.agreements.select_related("user").first(),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/registration/account.html", context, status=status)


@for_members
def agreement(request: MemberRequest) -> HttpResponse:
    """The text of the service agreement as it is now."""
    context = {
        "version": settings.SMS_AGREEMENT_VERSION,
        "address": settings.SMS_AGREEMENT_URL,
    }
    return render(request, "portal/registration/agreement.html", context)
