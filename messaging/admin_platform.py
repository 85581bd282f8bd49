from django.contrib import admin

from customers.admin_base import AuditedAdmin
from messaging.models import PlatformTemplate


@admin.register(PlatformTemplate)
class PlatformTemplateAdmin(AuditedAdmin):
    """Which templates the platform's own SMS go out under."""

    list_display = ("purpose", "template", "signature")
    list_select_related = ("template", "signature")
    autocomplete_fields = ("template", "signature")
    fields = ("purpose", "template", "signature")
