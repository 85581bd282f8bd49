"""Evidence: papers that customers and operations upload, and who looked at them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.crypto import decrypt_bytes, encrypt_bytes
from common.errors import Refusal
from common.papers import BadPaperError, content_type_of
from common.papers.names import checked_name
from customers.models import Customer, User
from customers.services import audit
from reviews.models import Evidence, Filing, Qualification, RealName, Signature

Owner = Qualification | Signature | Filing | RealName

_PDF_ALLOWED = frozenset(
    {Evidence.Kind.AUTHORIZATION, Evidence.Kind.TRADEMARK, Evidence.Kind.OTHER}
)
"""The papers that may be a PDF; certificates and ID photos are pictures (spec console §6.1)."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in, what it is meant to be, and the form's field it stood in."""

    kind: str
    file: "UploadedFile[Any]"
    field: str = "evidence"


@dataclass(frozen=True, slots=True)
class Paper:
    """An upload that passed every check."""

    kind: str
    name: str
    content: bytes
    content_type: str


@transaction.atomic
def attach(
    *, owner: Owner, upload: Upload, actor: User | None, ip_address: str | None = None
) -> Evidence:
    """Store a paper, encrypted, with a qualification, a signature or a filing.

    Refuses a file name against the rule of console.md §6.1, more than 2 MB, and content that is
    no permitted picture or PDF, or could do more than be looked at.
    """
    return _store(owner, checked(upload), actor, ip_address)


@transaction.atomic
def attach_all(
    *, owner: Owner, uploads: Sequence[Upload], actor: User | None, ip_address: str | None = None
) -> None:
    """Store several papers; each replaces those of its kind that the owner has already.

    All are checked before the first is written, because files do not roll back.
    """
    papers = [checked(upload) for upload in uploads]
    for kind in {paper.kind for paper in papers}:
        _forget(owner.evidence.filter(kind=kind))
    for paper in papers:
        _store(owner, paper, actor, ip_address)


def open_evidence(*, evidence: Evidence, viewer: User, ip_address: str | None = None) -> bytes:
    """Return a paper's content in clear and log who looked at it.

    Whether the viewer may is for the page to say: a member of the customer, or operations.
    """
    with evidence.file.open("rb") as stored:
        content = decrypt_bytes(stored.read())
    _record("view", evidence, viewer, ip_address)
    return content


def forget_all(owner: Owner) -> None:
    """Delete an owner's papers, rows now and files once the transaction is committed."""
    _forget(owner.evidence.all())


def described(owner: Owner) -> list[dict[str, str]]:
    """An owner's papers as a case keeps them: which, and by what content."""
    return [
        {
            "id": str(each.public_id),
            "kind": each.kind,
            "name": each.file_name,
            "sha256": each.sha256,
        }
        for each in owner.evidence.all()
    ]


def checked(upload: Upload) -> Paper:
    """Return an upload that breaks no rule of `attach`; refuse any other."""
    _check_kind(upload)
    name = checked_name(upload.file.name, field=upload.field)
    content = _checked_content(upload, name)
    return Paper(upload.kind, name, content, _checked_type(upload, name, content))


def _store(owner: Owner, paper: Paper, actor: User | None, ip_address: str | None) -> Evidence:
    evidence = Evidence(
        customer=_customer_of(owner),
        kind=paper.kind,
        file_name=paper.name,
        content_type=paper.content_type,
        size=len(paper.content),
        sha256=hashlib.sha256(paper.content).hexdigest(),
        uploaded_by=actor,
        **{str(owner._meta.model_name): owner},
    )
    encrypted = ContentFile(encrypt_bytes(paper.content))
    evidence.file.save(f"{evidence.public_id}.bin", encrypted)
    _record("upload", evidence, actor, ip_address)
    return evidence


def _check_kind(upload: Upload) -> None:
    if upload.kind not in Evidence.Kind:
        raise Refusal(
            "evidence_kind",
            _("“%(kind)s” is no kind of paper. Use one of %(kinds)s."),
            field=upload.field,
            params={"kind": upload.kind, "kinds": ", ".join(Evidence.Kind.values)},
        )


def _checked_content(upload: Upload, name: str) -> bytes:
    most = settings.SMS_EVIDENCE_MAX_BYTES
    upload.file.seek(0)
    content = bytes(upload.file.read(most + 1))
    if not content:
        raise Refusal(
            "evidence_empty",
            _("The file “%(name)s” is empty. Choose the file again."),
            field=upload.field,
            params={"name": name},
        )
    if len(content) > most:
        raise Refusal(
            "evidence_size",
            _("The file “%(name)s” is larger than %(limit)s MB. Save it smaller and upload it."),
            field=upload.field,
            params={"name": name, "limit": f"{most / (1024 * 1024):g}"},
        )
    return content


def _checked_type(upload: Upload, name: str, content: bytes) -> str:
    try:
        content_type = content_type_of(content)
    except BadPaperError as error:
        raise Refusal(
            "evidence_content",
            _("The file “%(name)s” cannot be taken. %(why)s"),
            field=upload.field,
            params={"name": name, "why": error.sentence},
        ) from error
    if content_type == "application/pdf" and upload.kind not in _PDF_ALLOWED:
        raise Refusal(
            "evidence_type",
            _("“%(kind)s” must be a picture; “%(name)s” is a PDF. Upload a JPG, PNG or GIF."),
            field=upload.field,
            params={"kind": Evidence.Kind(upload.kind).label, "name": name},
        )
    return content_type


def _customer_of(owner: Owner) -> Customer:
    return owner.signature.customer if isinstance(owner, Filing) else owner.customer


def _forget(papers: Any) -> None:
    for evidence in list(papers):
        stored = evidence.file
        evidence.delete()
        transaction.on_commit(partial(stored.storage.delete, stored.name))


def _record(verb: str, evidence: Evidence, actor: User | None, ip_address: str | None) -> None:
    audit.record(
        verb=verb,
        object_type="evidence",
        object_id=str(evidence.public_id),
        object_name=evidence.file_name,
        actor=actor,
        customer=evidence.customer,
        ip_address=ip_address,
        after={"kind": evidence.kind, "sha256": evidence.sha256},
    )
