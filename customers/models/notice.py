import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField

from .contact import Contact
from .customer import Customer
from .invitation import Invitation


class NoticeQuerySet(models.QuerySet["Notice"]):
    def for_customer(self, customer: Customer) -> "NoticeQuerySet":
        return self.filter(customer=customer)


class Notice(models.Model):
    """Something a customer is told; worded when it is read (services/wording.py)."""

    class Event(models.TextChoices):
        QUALIFICATION_APPROVED = "qualification_approved", _("Qualification approved")
        QUALIFICATION_REJECTED = "qualification_rejected", _("Qualification rejected")
        SIGNATURE_APPROVED = "signature_approved", _("Signature approved")
        SIGNATURE_REJECTED = "signature_rejected", _("Signature rejected")
        SIGNATURE_ACTIVATED = "signature_activated", _("Signature activated")
        SIGNATURE_NOT_ACTIVATED = "signature_not_activated", _("Activation rejected")
        SUPPLEMENT_APPROVED = "supplement_approved", _("Supplemented qualification approved")
        SUPPLEMENT_REJECTED = "supplement_rejected", _("Supplemented qualification rejected")
        TEMPLATE_APPROVED = "template_approved", _("Template approved")
        TEMPLATE_REJECTED = "template_rejected", _("Template rejected")
        TEMPLATE_DEACTIVATED = "template_deactivated", _("Template deactivated")
        QUOTA_GRANTED = "quota_granted", _("Quota raised")
        QUOTA_REFUSED = "quota_refused", _("Quota request rejected")
        REAL_NAME_APPROVED = "real_name_approved", _("Real-name authentication approved")
        REAL_NAME_REJECTED = "real_name_rejected", _("Real-name authentication rejected")
        DETAILS_WANTED = "details_wanted", _("Account details wanted")
        APPLICATION_SUSPENDED = "application_suspended", _("Application suspended")
        APPLICATION_RESTORED = "application_restored", _("Application restored")
        ACCOUNT_FROZEN = "account_frozen", _("Account frozen")
        ACCOUNT_RELEASED = "account_released", _("Account released")
        PENALTY_REMINDER = "penalty_reminder", _("Reminder to rectify")
        TICKET_ANSWERED = "ticket_answered", _("Ticket answered")
        NUMBER_RESTORED = "number_restored", _("Number restored")
        NUMBER_NOT_RESTORED = "number_not_restored", _("Number not restored")
        PACKAGE_LOW = "package_low", _("Package nearly used up")
        BALANCE_LOW = "balance_low", _("Balance nearly used up")
        ARREARS_BEGAN = "arrears_began", _("Account in arrears")
        RETENTION_BEGAN = "retention_began", _("Retention period began")
        RETENTION_ENDED = "retention_ended", _("Retention period over")
        ARREARS_ENDED = "arrears_ended", _("Arrears settled")
        PURCHASE_PAID = "purchase_paid", _("Order paid")
        PURCHASE_REFUSED = "purchase_refused", _("Order refused")
        DAILY_ALARM = "daily_alarm", _("Daily alarm value reached")
        DAILY_LIMIT = "daily_limit", _("Daily limit reached")
        MONTHLY_ALARM = "monthly_alarm", _("Monthly alarm value reached")
        MONTHLY_LIMIT = "monthly_limit", _("Monthly limit reached")
        GUARD_ALARM = "guard_alarm", _("Traffic that looks like an attack")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notices")
    event = models.CharField(_("event"), max_length=32, choices=Event)
    object_type = models.CharField(max_length=32)
    object_id = models.UUIDField()
    """The public id of the object it is about."""
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [models.Index(fields=["customer", "-id"], name="notice_of_customer")]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.params.get('name', '')}"


class NoticeReading(models.Model):
    """That a member has opened a notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once")]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.user_id}"


class Delivery(models.Model):
    """An e-mail or SMS of the platform itself, owed to one address: the outbox of notices.

    Without a `notice` or an `invitation` it carries a security code, which is erased once it is
    on its way.
    `next_attempt_at` is also the lease: a worker that takes a row moves it forward.
    """

    class Medium(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="deliveries")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="+")
    medium = models.CharField(_("medium"), max_length=5, choices=Medium)
    address = models.CharField(_("address"), max_length=254)
    language = models.CharField(max_length=16, blank=True)
    code = EncryptedTextField(blank=True, default="")
    state = models.CharField(_("status"), max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    error = models.CharField(_("error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    message_id = models.BigIntegerField(null=True)
    """The message that an SMS became."""

    class Meta:
        verbose_name = _("notice delivery")
        verbose_name_plural = _("notice deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["medium", "next_attempt_at"],
                condition=models.Q(state="waiting"),
                name="delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_medium_display()} {self.pk}"
