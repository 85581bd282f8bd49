from pathlib import Path

from django.conf import settings


def carrier_folder() -> Path:
    """Where connectors keep files of their own."""
    return Path(settings.SMS_LOCAL_DIR) / "carrier"
