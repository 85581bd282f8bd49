"""Requests that keep the path in the name of an uploaded file, so that forms can refuse it.

Django cuts it off before any code sees the name: a paper called `../../licence.png` would be taken
as `licence.png`, where it has to be refused (spec console §6.1). It stays in backslashes here,
which are no path to this system and which no name of a paper may hold.
"""

import html
import re
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import ImmutableList


class NameKeepingParser(MultiPartParser):
    """Django's parser of uploads, except for names with a path."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """The name without control characters, its folders in front; None when it is no name."""
        name = super().sanitize_file_name(file_name)
        *folders, _last = re.split(r"[/\\]", html.unescape(file_name))
        if not name or not folders:
            return name
        printable = ("".join(filter(str.isprintable, folder)) for folder in folders)
        return "\\".join([*printable, name])


class UploadRequest(WSGIRequest):
    """Django's request with that parser."""

    def parse_file_upload(self, META: Any, post_data: Any) -> Any:  # noqa: N803  (Django's name)
        """Parse a body of uploads, as Django does."""
        self.upload_handlers = ImmutableList(
            self.upload_handlers, warning="Upload handlers cannot be changed any more."
        )
        return NameKeepingParser(META, post_data, self.upload_handlers, self.encoding).parse()
