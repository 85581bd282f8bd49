from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.placeholders import CompiledText
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType


class PlatformTemplate(models.Model):
    """Which approved template the platform sends its own SMS with."""

    class Purpose(models.TextChoices):
        NOTICE = "notice", _("Notices: what, name, outcome")
        CODE = "code", _("Security codes")

    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose, unique=True)
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    signature = models.ForeignKey(Signature, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("template of the platform")
        verbose_name_plural = _("templates of the platform")

    def __str__(self) -> str:
        return str(self.get_purpose_display())

    def clean(self) -> None:
        """Refuse a template that is not approved or whose variables do not fit the purpose."""
        super().clean()
        if self.template_id and self.signature_id:
            _check(self)


_VARIABLES: dict[str, tuple[str, int]] = {
    PlatformTemplate.Purpose.NOTICE: (MessageType.NOTIFICATION, 3),
    PlatformTemplate.Purpose.CODE: (MessageType.VERIFICATION, 1),
}


def _check(row: PlatformTemplate) -> None:
    errors: dict[str, Any] = {}
    template, signature = row.template, row.signature
    type, count = _VARIABLES[row.purpose]
    if not template.is_usable or template.type != type:
        errors["template"] = _("Choose an approved template of the type “%(type)s”.") % {
            "type": MessageType(type).label
        }
    elif CompiledText.parse(template.content).variable_count != count:
        errors["template"] = _("The template needs exactly %(count)s variables.") % {"count": count}
    if not signature.is_usable or signature.application_id != template.application_id:
        errors["signature"] = _("Choose a usable signature of the template's application.")
    if errors:
        raise ValidationError(errors)
