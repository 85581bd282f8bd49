"""What an uploaded file may be called (spec console §6.1)."""

import re

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

LONGEST_NAME = 64
_FORBIDDEN = re.compile(r"""[\s"#'$%&*/\\|<>{}\[\];?!\x00-\x1f\x7f\ud800-\udfff]""")


def checked_name(name: str | None, *, field: str) -> str:
    """Return a file's name; refuse one that breaks the rule, or that no database stores."""
    name = name or ""
    if name and len(name) <= LONGEST_NAME and not _FORBIDDEN.search(name) and ".." not in name:
        return name
    raise Refusal(
        "evidence_name",
        _(
            "The file name “%(name)s” does not fit. Use at most %(longest)s characters, no path, "
            "no blanks and none of \" # ' $ %% & * / | < > { } [ ] ; ? ! "
            "Rename the file and upload it again."
        ),
        field=field,
        params={"name": name[:80].encode(errors="replace").decode(), "longest": LONGEST_NAME},
    )
