"""Qualifications in answers: without the personal numbers, which are for reviewers alone."""

from collections.abc import Sequence
from typing import Any

from api.management.documents.common import ReviewState, local_stamp, review_states
from reviews.models import Qualification

_NO_REVIEW = ReviewState()


def qualifications(rows: Sequence[Qualification]) -> list[dict[str, Any]]:
    """All fields of each, in two queries."""
    states = review_states(rows)
    return [_qualification(row, states.get(row.pk, _NO_REVIEW)) for row in rows]


def qualification(row: Qualification) -> dict[str, Any]:
    return qualifications([row])[0]


def _qualification(row: Qualification, state: ReviewState) -> dict[str, Any]:
    until = row.authorization_until
    return {
        "id": str(row.public_id),
        "name": row.name,
        "status": row.status,
        "review_desc": state.comment,
        "purpose": row.purpose,
        "enterprise_name": row.enterprise_name,
        "enterprise_type": row.enterprise_type,
        "certificate_type": row.certificate_type,
        "credit_code": row.credit_code,
        "legal_person": row.legal_person,
        "legal_person_id_type": row.legal_person_id_type,
        "administrator_role": row.administrator_role,
        "administrator": row.administrator,
        "authorization_until": until.isoformat() if until else None,
        "remarks": row.remarks,
        "create_time": local_stamp(row.created_at),
        "update_time": local_stamp(row.updated_at),
    }
