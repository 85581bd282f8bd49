"""Second factors of people: an administrator removes one that was lost, and sees no secret."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpRequest

from customers.admin_base import AuditedAdmin, ReadOnlyAdmin, staff_member

admin.site.unregister(Authenticator)  # the library's page shows the stored secrets


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin, AuditedAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff_member(request).is_superuser

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One at a time, each with its audit event."""
        return {}

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        self.record(request, "delete", obj)
        super().delete_model(request, obj)
