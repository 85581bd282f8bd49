"""Templates in answers (spec management-api §4)."""

from collections.abc import Sequence
from typing import Any

from api.management.serializers.fields import MAINLAND
from common.variables import is_attribute, longest_value
from reviews.models import Template

from .common import SITE, ReviewState, local_stamp, review_states, tenant, yes_no

_NO_REVIEW = ReviewState()
_VARIABLES_PER_TEMPLATE = 100


def created(template: Template) -> dict[str, Any]:
    return {"id": str(template.public_id), "template_name": template.name}


def templates(rows: Sequence[Template]) -> list[dict[str, Any]]:
    """All documented fields of each; `rows` come with application, customer and signature."""
    states = review_states(rows)
    return [_template(row, states.get(row.pk, _NO_REVIEW)) for row in rows]


def variables(template: Template) -> list[dict[str, Any]]:
    """The variables in order of appearance; their ids are made of the template's and the place."""
    return [
        {
            "id": template.pk * _VARIABLES_PER_TEMPLATE + index,
            "user_name": None,
            "temp_name": template.name,
            "variable_index": index,
            "variable_type": one["attribute"],
            "variable_length": longest_value(one["attribute"])
            if is_attribute(one["attribute"])
            else None,
            "variable_desc": one.get("description", ""),
        }
        for index, one in enumerate(template.variable_attributes, start=1)
    ]


def _template(row: Template, state: ReviewState) -> dict[str, Any]:
    return (
        created(row)
        | state.document()
        | {
            "create_time": local_stamp(row.created_at),
            "update_time": local_stamp(row.updated_at),
            "customer_id": row.customer.public_id.hex,
            "tenant": tenant(row.customer),
            "template_id": row.template_id or "",
            "template_type": row.type,
            "app_name": row.application.name,
            "app_key": row.application.app_key,
            "sign_id": str(row.signature.public_id) if row.signature else "",
            "template_content": row.content,
            "has_variable": yes_no(bool(row.variable_attributes)),
            "template_desc": row.description,
            "review_order": "",
            "flow_status": row.status,
            "universal_template": int(row.is_universal),
            "status": "Test" if row.test_until else "Normal",
            "region": MAINLAND,
            "brackets": "CN",
            "site": SITE,
            "send_country1": None,
            "send_country2": None,
            "send_country3": None,
            "is_support_multiomp": False,
            "country_name": None,
        }
    )
