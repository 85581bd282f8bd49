"""The web server: granian, whose workers are forked from a process that has loaded the product.

``python -m sms_console.web [granian's options]``. They share the memory of what was loaded, which
is most of what each of them would hold.
"""

import gc
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sms_console.settings")
os.environ.setdefault("DATABASE_POOL", "true")

import django
from django.conf import settings
from django.urls import get_resolver
from django.utils.translation import trans_real
from granian.cli import cli

YOUNG_OBJECTS = 10_000
"""The collector looks at new objects when there are so many: dozens of calls that are under way
together hold more than Python's 700 by right, and to look at them again and again is a fifth of the
time of a small call (docs/performance.md)."""

TARGET = "sms_console.asgi:application"


def main() -> None:
    load()
    cli([TARGET, "--interface", "asginl", "--no-ws", *sys.argv[1:]], auto_envvar_prefix="GRANIAN")


def load() -> None:
    """Load what workers need and no connection or thread, which would not survive a fork."""
    django.setup()
    _ = get_resolver().url_patterns
    for language, _name in settings.LANGUAGES:
        trans_real.translation(language)
    gc.collect()
    gc.freeze()  # the collector would write to what is shared
    gc.set_threshold(YOUNG_OBJECTS)


if __name__ == "__main__":
    main()
