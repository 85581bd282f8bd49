"""WSGI entry point of the web process."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sms_console.settings")
os.environ.setdefault("DATABASE_POOL", "true")

import django

from sms_console.chunked import read_chunked_bodies

django.setup(set_prefix=False)

from api.short_way import ShortHandler  # noqa: E402  (needs the apps that are ready now)
from sms_console.changes import ChangeListener  # noqa: E402
from sms_console.uploads import UploadRequest  # noqa: E402

handler = ShortHandler()
handler.request_class = UploadRequest
application = read_chunked_bodies(handler)

ChangeListener().start()
