from django.db import models
from django.utils.translation import gettext_lazy as _


class SecurityCode(models.Model):
    """A code sent to an address to prove that it belongs to whoever names it.

    Only a keyed hash is kept. `subject` says what the proof is for, such as `contact:17`.
    """

    subject = models.CharField(max_length=64)
    address = models.CharField(max_length=254)
    code_hash = models.CharField(max_length=64)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("security code")
        verbose_name_plural = _("security codes")
        indexes = [models.Index(fields=["address", "-created_at"], name="security_code_of_address")]

    def __str__(self) -> str:
        return f"{self.subject} {self.created_at:%Y-%m-%d %H:%M}"
