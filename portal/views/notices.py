"""The message centre: what the platform told this customer."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from customers.models.notice import Notice, NoticeReading
from customers.services import notices
from customers.services.wording import advice_of, subject_of
from portal.access import MemberRequest, for_members
from portal.paging import page_of

_PAGES = {
    "account": "account",
    "billing": "billing",
    "enablement": "registration",
    "number_removal": "hit-removals",
    "threshold": "threshold-page",
}
"""Where notices lead whose object has no page of its own."""


@for_members
def index(request: MemberRequest) -> HttpResponse:
    read = NoticeReading.objects.filter(notice=OuterRef("pk"), user=request.user)
    own = Notice.objects.for_customer(request.customer).annotate(is_read=Exists(read))
    page = page_of(own, request)
    lines = [(notice, subject_of(notice), advice_of(notice)) for notice in page]
    return render(request, "portal/notices/list.html", {"page": page, "lines": lines})


@for_members
def open_notice(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Mark a notice read and lead to what it is about."""
    own = Notice.objects.for_customer(request.customer)
    notice = get_object_or_404(own, public_id=public_id)
    notices.mark_read(notice=notice, user=request.user)
    return redirect(_page_of(notice))


@require_POST
@for_members
def read_all(request: MemberRequest) -> HttpResponse:
    notices.mark_all_read(customer=request.customer, user=request.user)
    return redirect("portal:notice-list")


def _page_of(notice: Notice) -> str:
    if page := _PAGES.get(notice.object_type):
        return reverse(f"portal:{page}")
    return reverse(f"portal:{notice.object_type}-detail", args=[notice.object_id])
