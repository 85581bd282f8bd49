"""Model fields that belong to no single app."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query_utils import DeferredAttribute

from common.crypto import decrypt, encrypt

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:  # Django's fields are generic for type checkers only
    _TextField = models.TextField


class SecretText(str):
    """A text whose repr, in tracebacks and debuggers, does not give it away."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show that there is a secret, not which."""
        return "SecretText(****)"


class _SecretAttribute(DeferredAttribute):
    """Turns every text put on an instance into a SecretText."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        is_plain = isinstance(value, str) and not isinstance(value, SecretText)
        instance.__dict__[self.field.attname] = SecretText(value) if is_plain else value


class EncryptedTextField(_TextField):
    """A text that is ciphertext in the database and clear text on the instance.

    Two encryptions of one text differ, so rows cannot be looked up by the value.
    """

    descriptor_class = _SecretAttribute

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> SecretText | None:
        """Decrypt what the database holds."""
        return None if value is None else SecretText(decrypt(value))

    def get_prep_value(self, value: Any) -> str | None:
        """Encrypt what goes to the database."""
        text = super().get_prep_value(value)
        return None if text is None else encrypt(text)

    def get_lookup(self, lookup_name: str) -> "type[models.Lookup[Any]] | None":
        """Allow `isnull` and nothing else."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted; the lookup {lookup_name!r} cannot match")
        return super().get_lookup(lookup_name)
