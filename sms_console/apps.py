"""What Django loads first: our admin site, and the Celery application that tasks belong to."""

from django.contrib.admin.apps import SimpleAdminConfig

from .celery import app as celery_app

__all__ = ["OperationsAdminConfig", "celery_app"]


class OperationsAdminConfig(SimpleAdminConfig):
    """Django's admin with our own site: the operations console.

    Its pages are found where addresses are (`sms_console.urls`): workers never load them.
    """

    default_site = "sms_console.operations.OperationsSite"
