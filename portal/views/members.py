"""Members of the customer account, and invitations to it (spec console §14)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.peers import address_of
from customers.models import Invitation, Membership
from customers.services import invitations, members
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.members import InvitationForm, RoleForm
from portal.refusals import refused_into, told


@for_members
def index(request: MemberRequest) -> HttpResponse:
    context = {
        "members": Membership.objects.for_customer(request.customer)
        .select_related("user")
        .order_by("id"),
        "invitations": Invitation.objects.for_customer(request.customer)
        .waiting()
        .select_related("invited_by"),
    }
    return render(request, "portal/members/list.html", context)


@for_managers
def invite(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(
        request.POST or None,
        giver=request.membership,
        initial={"role": Membership.Role.OPERATOR},
    )
    if form.is_valid():
        with refused_into(form):
            invitations.invite(
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(
                request,
                _("The invitation to %(email)s is on its way.") % form.cleaned_data,
            )
            return redirect("portal:member-list")
    status = 422 if form.errors else 200
    return render(request, "portal/members/invite.html", {"form": form}, status=status)


@require_POST
@for_managers
def revoke(request: MemberRequest, public_id: UUID) -> HttpResponse:
    own = Invitation.objects.for_customer(request.customer)
    invitation = get_object_or_404(own, public_id=public_id)
    with told(request, _("The invitation was taken back; its link is refused now.")):
        invitations.revoke(
            invitation=invitation, actor=request.user, ip_address=address_of(request)
        )
    return redirect("portal:member-list")


@for_managers
def edit(request: MemberRequest, member_id: int) -> HttpResponse:
    """Change a member's role, or take the member out."""
    member = _find(request, member_id)
    form = RoleForm(request.POST or None, giver=request.membership, initial={"role": member.role})
    if form.is_valid():
        with refused_into(form):
            members.change_role(
                membership=member,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The role was changed."))
            return redirect("portal:member-list")
    context = {"form": form, "member": member}
    status = 422 if form.errors else 200
    return render(request, "portal/members/edit.html", context, status=status)


@require_POST
@for_managers
def remove(request: MemberRequest, member_id: int) -> HttpResponse:
    with told(request, _("The member was removed. Their access keys are gone.")):
        members.remove_member(
            membership=_find(request, member_id),
            actor=request.user,
            ip_address=address_of(request),
        )
    return redirect("portal:member-list")


def _find(request: MemberRequest, member_id: int) -> Membership:
    own = Membership.objects.for_customer(request.customer).select_related("user", "customer")
    return get_object_or_404(own, pk=member_id)
