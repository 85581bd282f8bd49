"""What the operations pages of every app share: read-only pages, and a record of each change."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from common.peers import address_of
from customers.models import Customer, User
from customers.services import audit

if TYPE_CHECKING:
    OperationsAdmin = admin.ModelAdmin[Any]
else:  # Django's admin classes take type arguments in their stubs only.
    OperationsAdmin = admin.ModelAdmin


def staff_member(request: HttpRequest) -> User:
    """The member of the operations team who sent a request to the console."""
    if not isinstance(request.user, User):
        raise TypeError("The operations console is open to logged-in users only.")
    return request.user


class ReadOnlyAdmin(OperationsAdmin):
    """Rows that the platform writes and nobody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AuditedAdmin(OperationsAdmin):
    """Rows that operations managers edit, each change with an audit event."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if not change or form.changed_data:
            fields = form.changed_data
            self.record(
                request,
                "update" if change else "create",
                obj,
                before={name: _json(form.initial.get(name)) for name in fields} if change else {},
                after={name: _json(form.cleaned_data.get(name)) for name in fields},
            )

    def record(
        self,
        request: HttpRequest,
        verb: str,
        obj: Model,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Write an audit event; passwords are named, never shown."""
        audit.record(
            verb=verb,
            object_type=str(obj._meta.model_name),
            object_id=obj.pk,
            object_name=str(obj),
            actor=staff_member(request),
            customer=obj if isinstance(obj, Customer) else getattr(obj, "customer", None),
            ip_address=address_of(request),
            before=_without_secrets(before or {}),
            after=_without_secrets(after or {}),
        )


def _without_secrets(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "****" if "password" in name else value for name, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, (QuerySet, list, tuple)):
        return [_json(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str, dict)):
        return value
    return str(value)
