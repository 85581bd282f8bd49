"""WSGI entry point: everything the product serves, one request a thread.

The shipped web server comes in by `sms_console.asgi`, which serves the send API itself.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sms_console.settings")
os.environ.setdefault("DATABASE_POOL", "true")

from django.core.wsgi import get_wsgi_application

from sms_console.chunked import read_chunked_bodies

handler = get_wsgi_application()

from sms_console.changes import ChangeListener  # noqa: E402  (needs the apps that are ready now)
from sms_console.uploads import UploadRequest  # noqa: E402

handler.request_class = UploadRequest
application = read_chunked_bodies(handler)

ChangeListener().start()
