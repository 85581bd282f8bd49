"""Operations page of messages: one is looked up by its smsMsgId or number, with its timeline."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.clock import local_day, now
from common.numbers import mask, parse_recipients
from customers.admin_base import ReadOnlyAdmin
from messaging.models import Message
from messaging.models.ids import first_id
from messaging.services.timeline import find_message, timeline_of

MOST_FOUND = 50
REACH = timedelta(days=7)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """No list of all messages: they are many, and somebody's. Numbers are masked here."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the message of an smsMsgId with its timeline, or the last ones to a number."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = request.GET.get("q", "").strip()
        message = find_message(typed)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Look up a message"),
            "opts": self.opts,
            "typed": typed,
            "message": message,
            "recipient": mask(message.recipient) if message else "",
            "timeline": timeline_of(message) if message else None,
            "found": [] if message else _sent_to(typed),
            "days": REACH.days,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "operations/messages.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the timeline; the row itself, with its variables, is shown to nobody."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        messages = Message.objects.select_related("request")
        message = get_object_or_404(messages, pk=object_id)
        address = reverse("admin:messaging_message_changelist")
        return redirect(f"{address}?{urlencode({'q': message.sms_msg_id})}")


def _sent_to(typed: str) -> list[Message]:
    """The newest messages of the last days to a number, of all customers."""
    (number,) = parse_recipients(["".join(typed.split())]).e164
    if number is None:
        return []
    messages = Message.objects.filter(
        recipient=number, id__gte=first_id(local_day(now() - REACH))
    ).select_related("request", "customer")
    return list(messages.order_by("-id")[:MOST_FOUND])
