"""Choices that are kept for a visitor: the language and, for members of several, the customer."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from portal.access import MemberRequest, for_members
from portal.middleware import SESSION_KEY


@login_not_required
@require_POST
def language(request: HttpRequest) -> Any:
    """Show pages in another language from now on; a user's e-mails follow."""
    code = request.POST.get("language", "")
    user = request.user
    if user.is_authenticated and code in dict(settings.LANGUAGES) and check_for_language(code):
        user.language = code
        user.save(update_fields=["language"])
    return set_language(request)


@require_POST
@for_members
def choose_customer(request: MemberRequest) -> HttpResponse:
    """Go on with another customer account in which the user is a member."""
    wanted = request.POST.get("customer", "")
    chosen = [one for one in request.memberships if str(one.customer.public_id) == wanted]
    if chosen:
        request.session[SESSION_KEY] = chosen[0].customer_id
    return redirect("portal:overview")
