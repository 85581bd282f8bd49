"""The failed numbers of a group task as rows, to be called or sent to again (spec console §9.3)."""

from django.utils.translation import gettext as _

from common import codes
from messaging.models import Export
from messaging.services.verdict import meaning_of_code

from .details import number, read_messages
from .slices import Slice, moment


class FailedNumbers:
    """A row for each failed message of the task; the filters are those of sending details."""

    def header(self, export: Export) -> list[str]:
        return [
            _("Recipient"),
            _("Status code"),
            _("Meaning"),
            _("What to do"),
            _("Worth sending again"),
            _("Reported"),
            "smsMsgId",
        ]

    def read(self, export: Export, *, limit: int) -> Slice:
        found, position, share = read_messages(export, limit=limit)
        meanings = {code: meaning_of_code(code) for code in {one.code for one in found}}
        worth = {True: _("yes"), False: _("no")}
        rows = [
            [
                number(one.recipient),
                one.code,
                meanings[one.code].text,
                meanings[one.code].remedy,
                worth[codes.status_code(one.code).is_worth_resending],
                moment(one.finished_at),
                f"{one.request_uuid}_{one.id}",
            ]
            for one in found
        ]
        return Slice(rows, position, share)
