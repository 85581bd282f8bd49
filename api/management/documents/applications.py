"""Applications in answers (spec management-api §2)."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from api.management.serializers.fields import MAINLAND
from customers.models import Application

from .common import local_stamp, tenant


def created(application: Application) -> dict[str, Any]:
    return {
        "id": str(application.public_id),
        "app_key": application.app_key,
        "app_name": application.name,
    }


def application(row: Application) -> dict[str, Any]:
    """All documented fields; null where the platform has nothing of the kind."""
    customer = row.customer
    return created(row) | {
        "create_time": local_stamp(row.created_at),
        "update_time": None,
        "customer_id": customer.public_id.hex,
        "resource_id": str(row.public_id),
        "developer_account": customer.name[:64],
        "omp_app_name": row.public_id.hex,
        "up_link_addr": row.uplink_url,
        "status": row.status,
        "industry": None,
        "region": MAINLAND,
        "intl_channel_num": None,
        "enterprise_project_id": "0",
        "enterprise_project_name": "default",
        "ip_white_list": ",".join(row.ip_allowlist),
        "app_access_addr": settings.SMS_BASE_URL,
        "protocol": urlsplit(settings.SMS_BASE_URL).scheme,
        "platform": "NFV",
        "is_support_multiomp": False,
        "tenant": tenant(customer),
    }
