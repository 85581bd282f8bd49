"""Composition root: settings, URLs, ASGI and WSGI, Celery, operations site, health, embedded services."""
