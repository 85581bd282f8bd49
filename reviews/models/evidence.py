import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .filing import Filing
from .qualification import Qualification
from .real_name import RealName
from .signature import Signature


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def for_customer(self, customer: Customer) -> "EvidenceQuerySet":
        return self.filter(customer=customer)


class Evidence(models.Model):
    """An uploaded paper: checked by its content, encrypted at rest, every view logged."""

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("Certificate of the enterprise")
        ID_FRONT = "id_front", _("Administrator's ID card, front")
        ID_BACK = "id_back", _("Administrator's ID card, back")
        ID_IN_HAND = "id_in_hand", _("Photo of the administrator holding the ID")
        AUTHORIZATION = "authorization", _("Letter of authorization")
        ICP_SCREENSHOT = "icp_screenshot", _("Screenshot of the ICP filing")
        TRADEMARK = "trademark", _("Trademark certificate")
        OTHER = "other", _("Other paper")

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    qualification = models.ForeignKey(
        Qualification, models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    signature = models.ForeignKey(
        Signature, models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    filing = models.ForeignKey(
        Filing, models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    realname = models.ForeignKey(
        RealName, models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    kind = models.CharField(_("kind of paper"), max_length=16, choices=Kind)
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/", editable=False)
    """Ciphertext; `reviews.services.evidence.open_evidence` gives the content."""
    file_name = models.CharField(_("file name"), max_length=64)
    content_type = models.CharField(_("content type"), max_length=32)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(
                        qualification__isnull=False, signature=None, filing=None, realname=None
                    )
                    | models.Q(
                        qualification=None, signature__isnull=False, filing=None, realname=None
                    )
                    | models.Q(
                        qualification=None, signature=None, filing__isnull=False, realname=None
                    )
                    | models.Q(
                        qualification=None, signature=None, filing=None, realname__isnull=False
                    )
                ),
                name="evidence_of_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def owner(self) -> Qualification | Signature | Filing | RealName:
        """What the paper belongs to; the constraint says that there is exactly one."""
        owner = self.qualification or self.signature or self.filing or self.realname
        if owner is None:
            raise Evidence.DoesNotExist("This paper belongs to nothing.")
        return owner
