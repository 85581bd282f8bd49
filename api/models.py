"""What the API has to remember between calls."""

import uuid
from datetime import datetime, timedelta

from django.db import models

from customers.models import Application, Customer, User
from reviews.models import Evidence

REMEMBERED_FOR = timedelta(hours=24)


class RememberedAnswerQuerySet(models.QuerySet["RememberedAnswer"]):
    def valid(self, moment: datetime) -> "RememberedAnswerQuerySet":
        return self.filter(created_at__gt=moment - REMEMBERED_FOR)

    def outdated(self, moment: datetime) -> "RememberedAnswerQuerySet":
        return self.filter(created_at__lte=moment - REMEMBERED_FOR)


class RememberedAnswer(models.Model):
    """The answer to a call with an `Idempotency-Key`, given again when the call is repeated."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    digest = models.BinaryField(max_length=32)
    """SHA-256 of address and body."""
    answer = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    objects = RememberedAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "application", "key"], name="remembered_answer_once_per_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.key}"


def new_file_path(file: "UploadedFile", name: str) -> str:
    return f"uploads/{file.uploaded_at:%Y/%m}/{file.public_id}.bin"


class TokenQuerySet(models.QuerySet["Token"]):
    def valid(self, moment: datetime) -> "TokenQuerySet":
        return self.filter(expires_at__gt=moment)

    def outdated(self, moment: datetime) -> "TokenQuerySet":
        return self.filter(expires_at__lte=moment)


class Token(models.Model):
    """What `X-Auth-Token` carries: a member's proof of a password, for a day."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the token, which is stored nowhere."""
    password_mark = models.CharField(max_length=128)
    """What the password was when the token was issued: a new password ends the token."""
    is_project_scoped = models.BooleanField(default=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user} · {self.customer}"


class FailedSignInsQuerySet(models.QuerySet["FailedSignIns"]):
    def outdated(self, moment: datetime) -> "FailedSignInsQuerySet":
        return self.filter(failed_at__lte=moment - REMEMBERED_FOR)


class FailedSignIns(models.Model):
    """The failures in a row of one access key or one name; a few of them lock it for a while."""

    principal = models.CharField(max_length=80, unique=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)

    objects = FailedSignInsQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.principal}: {self.failures}"


class UploadedFileQuerySet(models.QuerySet["UploadedFile"]):
    def for_customer(self, customer: Customer) -> "UploadedFileQuerySet":
        return self.filter(customer=customer)

    def unused(self, moment: datetime) -> "UploadedFileQuerySet":
        """Those older than a day whose content is no paper of a signature."""
        papers = Evidence.objects.filter(
            customer=models.OuterRef("customer"),
            sha256=models.OuterRef("sha256"),
            signature__isnull=False,
        )
        return self.filter(uploaded_at__lte=moment - REMEMBERED_FOR).exclude(models.Exists(papers))


class UploadedFile(models.Model):
    """A paper uploaded before the signature it is for; encrypted, checked like any evidence."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    file = models.FileField(upload_to=new_file_path, editable=False)
    file_name = models.CharField(max_length=64)
    description = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_index=True)

    objects = UploadedFileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer", "sha256"], name="uploaded_file_content")]

    def __str__(self) -> str:
        return self.file_name
