"""The operations console: Django's admin for the operations team, with the queue in front."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from sms_console.areas import areas_of


class OperationsSite(AdminSite):
    """Open to the operations team only; everyone logs in on the one log-in page."""

    site_header = _("SMS Console operations")
    site_title = _("SMS Console operations")
    index_title = _("Overview")
    index_template = "operations/index.html"
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let active members of the team in, with a second factor where it is asked for.

        Who has one is asked for it at the log-in, so having one is enough to know here.
        """
        return super().has_permission(request) and not _lacks_second_factor(request)

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send the visitor to the common log-in page, or to set up a second factor first.

        Refuses people outside the team.
        """
        if self.has_permission(request):
            return redirect("admin:index")
        if super().has_permission(request):
            messages.warning(
                request,
                _("The operations console asks for a second factor. Set one up to go on."),
            )
            return redirect("mfa_activate_totp")
        if request.user.is_authenticated:
            raise PermissionDenied(_("The operations console is for the operations team."))
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def logout(  # type: ignore[override]  # the stub knows the log-out page only
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Log out and go to the common log-in page."""
        return LogoutView.as_view(next_page=settings.LOGIN_URL)(request)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show outages and what waits for a decision, and below it the lists by duty."""
        # The admin loads this module before any app has its models.
        from customers.admin_base import staff_member
        from customers.models import Purchase
        from customers.services.billing.accounts import CHARGE
        from messaging.admin_scorecards import open_alarms
        from messaging.services import health
        from messaging.services.alarm_words import change_of
        from reviews.desk.queue import summary

        extra: dict[str, Any] = {"areas": areas_of(self.get_app_list(request))}
        if request.user.has_perm("reviews.view_submission"):
            extra["queue"] = summary(staff_member(request))
        if request.user.has_perm("messaging.view_channel"):
            extra["outages"] = health.channel_outages()
            extra["alarms"] = [(alarm, change_of(alarm)) for alarm in open_alarms()]
        if request.user.has_perm(CHARGE):
            extra["orders_waiting"] = Purchase.objects.unpaid().count()
        return super().index(request, extra | (extra_context or {}))


def _lacks_second_factor(request: HttpRequest) -> bool:
    return settings.SMS_OPERATIONS_MFA and not is_mfa_enabled(request.user)
