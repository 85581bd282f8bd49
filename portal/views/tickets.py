"""Service tickets: ask operations, read the answers, write on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.peers import address_of
from customers.attachments import checked_files
from customers.models import Ticket, TicketFile
from customers.services import tickets
from portal.access import MemberRequest, for_members, for_senders
from portal.forms.tickets import MessageForm, TicketForm
from portal.paging import page_of
from portal.refusals import refused_into


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = Ticket.objects.for_customer(request.customer)
    page = page_of(own, request)
    return render(request, "portal/tickets/list.html", {"page": page})


@for_senders
def create(request: MemberRequest) -> HttpResponse:
    form = TicketForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refused_into(form):
            files = checked_files(form.cleaned_data.pop("attachments"))
            ticket = tickets.open_ticket(
                customer=request.customer,
                **form.cleaned_data,
                files=files,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The ticket was sent. You are told of the answer."))
            return redirect("portal:ticket-detail", ticket.public_id)
    status = 422 if form.errors else 200
    return render(request, "portal/tickets/form.html", {"form": form}, status=status)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _detail_page(request, _find(request, public_id), MessageForm())


@require_POST
@for_senders
def write(request: MemberRequest, public_id: UUID) -> HttpResponse:
    ticket = _find(request, public_id)
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        with refused_into(form):
            tickets.write(
                ticket=ticket,
                text=form.cleaned_data["text"],
                files=checked_files(form.cleaned_data["attachments"]),
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The message was sent."))
            return redirect("portal:ticket-detail", public_id)
    return _detail_page(request, ticket, form, status=422)


@require_POST
@for_senders
def close(request: MemberRequest, public_id: UUID) -> HttpResponse:
    tickets.close(
        ticket=_find(request, public_id), actor=request.user, ip_address=address_of(request)
    )
    messages.success(request, _("The ticket was closed. A new message opens it again."))
    return redirect("portal:ticket-detail", public_id)


@require_GET
@for_members
def file(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Hand out a file: stored nowhere, run as nothing, logged."""
    own = TicketFile.objects.for_customer(request.customer)
    found = get_object_or_404(own.select_related("message__ticket__customer"), public_id=public_id)
    content = tickets.open_file(file=found, viewer=request.user, ip_address=address_of(request))
    return HttpResponse(
        content,
        content_type=found.content_type,
        headers={
            "Content-Disposition": content_disposition_header(not found.is_image, found.file_name),
            "Content-Security-Policy": "default-src 'none'; img-src 'self'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _find(request: MemberRequest, public_id: UUID) -> Ticket:
    return get_object_or_404(Ticket.objects.for_customer(request.customer), public_id=public_id)


def _detail_page(
    request: MemberRequest, ticket: Ticket, form: MessageForm, status: int = 200
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "form": form,
        "conversation": ticket.messages.select_related("author").prefetch_related("files"),
    }
    return render(request, "portal/tickets/detail.html", context, status=status)
