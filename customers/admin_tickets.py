"""Tickets as operations answer them."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.peers import address_of
from customers.admin_acts import Act, ActingAdmin
from customers.admin_base import ReadOnlyAdmin, staff_member
from customers.attachments import ManyFiles, checked_files
from customers.models import Ticket, TicketFile, TicketMessage
from customers.services import tickets


class AnswerForm(forms.Form):
    """What operations answer, and whether that ends the conversation."""

    text = forms.CharField(
        label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    attachments = ManyFiles()
    closes = forms.BooleanField(label=_("Close the ticket"), required=False)


@admin.register(Ticket)
class TicketAdmin(ActingAdmin, ReadOnlyAdmin):
    """All customers' tickets, those that wait longest first among the open ones."""

    list_display = ("subject", "customer", "kind", "state", "created_at", "updated_at")
    list_filter = ("state", "kind")
    list_select_related = ("customer",)
    search_fields = ("subject", "customer__name", "messages__text")
    ordering = ("-state", "updated_at")
    fields = ("customer", "kind", "subject", "state", "created_by", "created_at", "conversation")
    readonly_fields = ("conversation",)
    acts = (
        Act(
            name="answer",
            title=_("Answer the ticket"),
            note=_("The customer's owners are told by e-mail; the answer stands in the console."),
            done=_("The answer was sent."),
            form=AnswerForm,
            permission="customers.answer_ticket",
            carry_out=lambda ticket, attachments, **values: tickets.answer(
                ticket=ticket, files=checked_files(attachments), **values
            ),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.file_view)
        return [path("files/<uuid:public_id>/", page, name="ticket_file"), *super().get_urls()]

    @admin.display(description=_("conversation"))
    def conversation(self, ticket: Ticket) -> SafeString:
        messages = ticket.messages.select_related("author").prefetch_related("files")
        return format_html_join("", "{}", ((_shown(message),) for message in messages))

    def file_view(self, request: HttpRequest, public_id: object) -> HttpResponse:
        """Hand out a file of a ticket; who looked is logged."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = (
            TicketFile.objects.select_related("message__ticket__customer")
            .filter(public_id=unquote(str(public_id)))
            .first()
        )
        if found is None:
            raise Http404
        content = tickets.open_file(
            file=found, viewer=staff_member(request), ip_address=address_of(request)
        )
        return HttpResponse(
            content,
            content_type=found.content_type,
            headers={
                "Content-Disposition": content_disposition_header(
                    not found.is_image, found.file_name
                ),
                "Content-Security-Policy": "default-src 'none'; img-src 'self'; sandbox",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            },
        )


def _shown(message: TicketMessage) -> SafeString:
    who = gettext("Operations team") if message.is_from_operations else message.author.email
    files = format_html_join(
        "",
        '<p><a href="{}">{}</a></p>',
        (
            (reverse("admin:ticket_file", args=[file.public_id]), file.file_name)
            for file in message.files.all()
        ),
    )
    return format_html(
        '<div class="ticket-message"><p><strong>{}</strong> <span class="quiet">{}</span></p>'
        '<p class="prose">{}</p>{}</div>',
        who,
        f"{localtime(message.created_at):%Y-%m-%d %H:%M}",
        message.text,
        files,
    )
