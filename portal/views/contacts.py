"""Contacts: who is told of results and alarms (spec console §13.1)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from common.errors import Refusal
from common.peers import address_of
from customers.models.contact import Contact
from customers.services import contacts
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.contacts import CodeForm, ContactForm
from portal.refusals import refused_into
from portal.tables.contacts import ContactTable


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = list(Contact.objects.for_customer(request.customer))
    table = ContactTable(own)
    RequestConfig(request, paginate=False).configure(table)
    context = {
        "contacts": own,
        "table": table,
        "most": contacts.MOST,
        "has_room": len(own) < contacts.MOST,
    }
    return render(request, "portal/contacts/list.html", context)


@for_managers
def create(request: MemberRequest) -> HttpResponse:
    form = ContactForm(request.POST or None)
    if form.is_valid():
        with refused_into(form):
            contact = contacts.add_contact(
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The contact was added. Enter the codes it was sent."))
            return redirect("portal:contact-detail", contact.public_id)
    return _form_page(request, form, None)


@for_managers
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _detail_page(request, _find(request, public_id), CodeForm(), CodeForm())


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    contact = _find(request, public_id)
    initial = {name: getattr(contact, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refused_into(form):
            contacts.change_contact(
                contact=contact,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The contact was changed."))
            return redirect("portal:contact-detail", public_id)
    return _form_page(request, form, contact)


@require_POST
@for_managers
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    contact = _find(request, public_id)
    contacts.delete_contact(contact=contact, actor=request.user, ip_address=address_of(request))
    messages.success(request, _("The contact was deleted."))
    return redirect("portal:contact-list")


@require_POST
@for_managers
def send_codes(request: MemberRequest, public_id: UUID) -> HttpResponse:
    try:
        contacts.send_codes(contact=_find(request, public_id))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("New codes are on their way."))
    return redirect("portal:contact-detail", public_id)


@require_POST
@for_managers
def verify_mobile(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _verify(request, public_id, contacts.prove_mobile, is_mobile=True)


@require_POST
@for_managers
def verify_email(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _verify(request, public_id, contacts.prove_email, is_mobile=False)


def _verify(
    request: MemberRequest, public_id: UUID, prove: Callable[..., None], *, is_mobile: bool
) -> HttpResponse:
    contact = _find(request, public_id)
    form = CodeForm(request.POST)
    if form.is_valid():
        with refused_into(form):
            prove(contact=contact, code=form.cleaned_data["code"])
            messages.success(request, _("Verified. Notices go there from now on."))
            return redirect("portal:contact-detail", public_id)
    mobile_form, email_form = (form, CodeForm()) if is_mobile else (CodeForm(), form)
    return _detail_page(request, contact, mobile_form, email_form, status=422)


def _find(request: MemberRequest, public_id: UUID) -> Contact:
    return get_object_or_404(Contact.objects.for_customer(request.customer), public_id=public_id)


def _detail_page(
    request: MemberRequest,
    contact: Contact,
    mobile_form: CodeForm,
    email_form: CodeForm,
    status: int = 200,
) -> HttpResponse:
    context = {"contact": contact, "mobile_form": mobile_form, "email_form": email_form}
    return render(request, "portal/contacts/detail.html", context, status=status)


def _form_page(request: MemberRequest, form: ContactForm, contact: Contact | None) -> HttpResponse:
    context = {"form": form, "contact": contact}
    status = 422 if form.errors else 200
    return render(request, "portal/contacts/form.html", context, status=status)
