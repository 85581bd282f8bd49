"""Composition root: settings, URLs, WSGI, Celery, operations site, health, embedded services."""
