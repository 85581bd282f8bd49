"""The operations page for the words that the automatic checks look for."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.admin_base import AuditedAdmin, staff_member
from reviews.models import ListedWord


@admin.register(ListedWord)
class ListedWordAdmin(AuditedAdmin):
    """Words are put out of use, never deleted, so that the trail stays whole."""

    list_display = (
        "text",
        "kind",
        "in_verification",
        "in_notification",
        "in_promotion",
        "is_blocking",
        "is_active",
        "explanation_en",
    )
    list_filter = ("kind", "is_blocking", "is_active", "in_notification", "in_promotion")
    list_per_page = 100
    search_fields = ("text", "explanation_en", "explanation_zh")
    fields = (
        "kind",
        "text",
        ("in_verification", "in_notification", "in_promotion"),
        "is_blocking",
        "explanation_en",
        "explanation_zh",
        "is_active",
        "added_by",
        "created_at",
        "updated_at",
    )
    readonly_fields = ("added_by", "created_at", "updated_at")
    list_select_related = ("added_by",)
    actions = ("put_in_use", "put_out_of_use")

    def save_model(
        self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: bool
    ) -> None:
        if not change and isinstance(obj, ListedWord):
            obj.added_by = staff_member(request)
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Put in use"), permissions=["change"])
    def put_in_use(self, request: HttpRequest, words: "QuerySet[ListedWord]") -> None:
        self._set_active(request, words, is_active=True)

    @admin.action(description=_("Put out of use"), permissions=["change"])
    def put_out_of_use(self, request: HttpRequest, words: "QuerySet[ListedWord]") -> None:
        self._set_active(request, words, is_active=False)

    def _set_active(
        self, request: HttpRequest, words: "QuerySet[ListedWord]", *, is_active: bool
    ) -> None:
        changed = list(words.exclude(is_active=is_active))
        with transaction.atomic():
            for word in changed:
                word.is_active = is_active
                word.save(update_fields=["is_active", "updated_at"])
                self.record(
                    request,
                    "update",
                    word,
                    before={"is_active": not is_active},
                    after={"is_active": is_active},
                )
        sentence = ngettext(
            "%(count)d word was changed.", "%(count)d words were changed.", len(changed)
        )
        messages.success(request, sentence % {"count": len(changed)})
