"""What Django loads first: our admin site, and the Celery application that tasks belong to."""

from django.contrib.admin.apps import AdminConfig

from .celery import app as celery_app

__all__ = ["OperationsAdminConfig", "celery_app"]


class OperationsAdminConfig(AdminConfig):
    """Django's admin with our own site: the operations console."""

    default_site = "sms_console.operations.OperationsSite"
