"""Signatures in answers (spec management-api §3)."""

from collections.abc import Sequence
from typing import Any

from api.management.papers import FileIds
from reviews.models import Evidence, Signature

from .common import SITE, ReviewState, local_stamp, review_states, tenant, yes_no

_NO_REVIEW = ReviewState()
_RELATED = (Evidence.Kind.ICP_SCREENSHOT, Evidence.Kind.TRADEMARK, Evidence.Kind.OTHER)


def created(signature: Signature) -> dict[str, Any]:
    return {
        "id": str(signature.public_id),
        "signature_id": signature.public_id.hex,
        "signature_name": signature.name,
    }


def signatures(rows: Sequence[Signature]) -> list[dict[str, Any]]:
    """All documented fields of each; `rows` come with application, customer and qualification."""
    states, files = review_states(rows), FileIds(rows)
    return [_signature(row, states.get(row.pk, _NO_REVIEW), files) for row in rows]


def _signature(row: Signature, state: ReviewState, files: FileIds) -> dict[str, Any]:
    detail, source = row.source_detail, row.source
    qualification = row.qualification
    return (
        created(row)
        | state.document()
        | {
            "create_time": local_stamp(row.created_at),
            "update_time": local_stamp(row.updated_at),
            "customer_id": row.customer.public_id.hex,
            "tenant": tenant(row.customer),
            "signature_type": row.type,
            "app_name": row.application.name,
            "app_key": row.application.app_key,
            "apply_desc": row.description,
            "channel_num": row.channel_number,
            "status": row.status,
            "site": SITE,
            "signature_source": source,
            "is_involved_third": yes_no(row.is_third_party),
            "file_id": files.of(row, Evidence.Kind.CERTIFICATE),
            "power_attorney_file_id": files.of(row, Evidence.Kind.AUTHORIZATION),
            "signature_related_file_id": files.of(row, *_RELATED),
            "source_title_content": detail,
            "registration_number": detail if source == Signature.Source.TRADEMARK else "",
            "license_number": detail if source == Signature.Source.APP else "",
            "signature_usage": "TEST" if row.test_until else "COMMERCIAL",
            "qualification_id": str(qualification.public_id) if qualification else "",
            "qualification_name": qualification.name if qualification else "",
        }
    )
