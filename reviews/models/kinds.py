from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageType(models.TextChoices):
    """What a message is for; signature and template must agree (spec console §7.2)."""

    VERIFICATION = "VERIFY_CODE_TYPE", _("Verification code")
    NOTIFICATION = "NOTIFY_TYPE", _("Notification")
    PROMOTION = "PROMOTION_TYPE", _("Promotion")
