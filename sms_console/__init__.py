"""Composition root: settings, URLs, ASGI, WSGI, Celery, operations site, health, embedded stack."""
