"""Saved recipient lists: made from a file once, chosen for any task."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from messaging.groups import lists
from messaging.groups.sources import Uploaded
from messaging.models import RecipientList
from portal.access import MemberRequest, for_members, for_senders
from portal.forms.groups import ListForm, ListNameForm
from portal.group_pages import find_list
from portal.refusals import refused_into, told
from portal.tables.groups import RecipientListTable

State = RecipientList.State


@for_members
def index(request: MemberRequest) -> HttpResponse:
    """All lists; the page asks again while one of them is being read."""
    own = RecipientList.objects.for_customer(request.customer).select_related("created_by")
    table = RecipientListTable(own.order_by("-id"), may_send=request.membership.can_send)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    is_changing = any(row.record.state == State.CHECKING for row in table.paginated_rows)
    context = {"table": table, "is_changing": is_changing}
    return render(request, "portal/groups/lists/list.html", context)


@for_senders
def create(request: MemberRequest) -> HttpResponse:
    form = ListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refused_into(form):
            lists.create(
                customer=request.customer,
                name=form.cleaned_data["name"],
                recipients=Uploaded(form.cleaned_data["file"]),
                actor=request.user,
            )
            messages.success(request, _("The list is being read. It can be chosen in a moment."))
            return redirect("portal:group-lists")
    status = 422 if form.errors else 200
    return render(request, "portal/groups/lists/form.html", {"form": form}, status=status)


@for_senders
def rename(request: MemberRequest, public_id: UUID) -> HttpResponse:
    recipient_list = find_list(request.customer, public_id)
    form = ListNameForm(request.POST or None, initial={"name": recipient_list.name})
    if form.is_valid():
        with refused_into(form):
            name = form.cleaned_data["name"]
            lists.rename(recipient_list=recipient_list, name=name, actor=request.user)
            messages.success(request, _("The list was renamed."))
            return redirect("portal:group-lists")
    context = {"form": form, "recipient_list": recipient_list}
    status = 422 if form.errors else 200
    return render(request, "portal/groups/lists/rename.html", context, status=status)


@for_senders
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask, then delete: tasks that were made from the list keep their recipients."""
    recipient_list = find_list(request.customer, public_id)
    if request.method == "POST":
        with told(request, _("The list was deleted.")):
            lists.delete(recipient_list=recipient_list, actor=request.user)
        return redirect("portal:group-lists")
    context = {"recipient_list": recipient_list}
    return render(request, "portal/groups/lists/delete.html", context)
