"""Files that were uploaded by `upload-files`, and how signatures name them."""

import hashlib
import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadedfile import UploadedFile as Incoming
from django.db import transaction

from api import models
from common.clock import now
from common.crypto import decrypt_bytes, encrypt_bytes
from customers.models import Customer, User
from customers.services import audit
from reviews.models import Evidence, Signature
from reviews.services import evidence
from reviews.services.evidence import Upload

from .errors import NO_FILE, ManagementError

_ID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


def parsed_id(text: str) -> uuid.UUID | None:
    """The UUID that a text is, with or without hyphens; None for any other text."""
    return uuid.UUID(text) if _ID.fullmatch(text) else None


@transaction.atomic
def keep(
    *,
    customer: Customer,
    file: "Incoming[Any]",
    description: str,
    actor: User,
    ip_address: str | None,
) -> models.UploadedFile:
    """Store a file, encrypted, until a signature names it.

    Refuses what no paper may be (`reviews.services.evidence`); what a paper of one kind may not
    be is refused when a signature names it.
    """
    paper = evidence.checked(Upload(Evidence.Kind.OTHER, file, "file"))
    kept = models.UploadedFile(
        customer=customer,
        file_name=paper.name,
        description=description,
        size=len(paper.content),
        sha256=hashlib.sha256(paper.content).hexdigest(),
        uploaded_by=actor,
        uploaded_at=now(),
    )
    kept.file.save(paper.name, ContentFile(encrypt_bytes(paper.content)))
    audit.record(
        verb="upload",
        object_type="uploaded_file",
        object_id=str(kept.public_id),
        object_name=kept.file_name,
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        after={"sha256": kept.sha256},
    )
    return kept


def find(customer: Customer, file_id: str) -> models.UploadedFile:
    """The customer's file of that id; raises `MSGSMS.0011` when there is none."""
    key = parsed_id(file_id)
    files = models.UploadedFile.objects.for_customer(customer).select_related("uploaded_by")
    found = files.filter(public_id=key).first() if key else None
    if found is None:
        raise ManagementError(NO_FILE, f"file_id={file_id}")
    return found


def as_upload(customer: Customer, file_id: str, *, kind: str, field: str) -> Upload:
    """An uploaded file as the paper of a signature; raises `MSGSMS.0011` as `find` does."""
    kept = find(customer, file_id)
    with kept.file.open("rb") as stored:
        content = decrypt_bytes(stored.read())
    return Upload(kind, SimpleUploadedFile(kept.file_name, content), field)


def uses(kept: models.UploadedFile) -> int:
    """How many papers of signatures have the content of a file."""
    return (
        Evidence.objects.for_customer(kept.customer)
        .filter(sha256=kept.sha256, signature__isnull=False)
        .count()
    )


class FileIds:
    """The ids under which the papers of some signatures were uploaded, found by their content."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        papers = list(Evidence.objects.filter(signature__in=signatures).order_by("id"))
        self._hashes = {(paper.signature_id, paper.kind): paper.sha256 for paper in papers}
        uploads = models.UploadedFile.objects.filter(
            customer__in={paper.customer_id for paper in papers},
            sha256__in={paper.sha256 for paper in papers},
        ).order_by("id")
        self._ids = {(kept.customer_id, kept.sha256): str(kept.public_id) for kept in uploads}

    def of(self, signature: Signature, *kinds: str) -> str:
        """The id of the signature's paper of one of these kinds; empty when there is none, or
        when it was uploaded in the console."""
        hashes = [self._hashes.get((signature.pk, kind), "") for kind in kinds]
        known = [self._ids.get((signature.customer_id, sha256), "") for sha256 in hashes]
        return next(filter(None, known), "")
