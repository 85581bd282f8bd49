"""Public registers and addresses in which a reviewer looks things up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from reviews.models import Signature, Submission

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Check:
    """A page outside, and what to look for there."""

    label: "Sentence"
    address: str
    look_for: str = ""


_FILINGS = _("ICP filings of the ministry (MIIT)"), "https://beian.miit.gov.cn/"
_TRADEMARKS = _("China trademark register"), "https://sbj.cnipa.gov.cn/sbj/sbcx/"
_ENTERPRISES = _("Enterprise credit register"), "https://www.gsxt.gov.cn/"

_REGISTERS = {
    Signature.Source.ENTERPRISE: (_ENTERPRISES,),
    Signature.Source.WEBSITE: (_FILINGS,),
    Signature.Source.APP: (_FILINGS,),
    Signature.Source.OFFICIAL_ACCOUNT: (_ENTERPRISES,),
    Signature.Source.STORE: (_ENTERPRISES,),
    Signature.Source.TRADEMARK: (_TRADEMARKS,),
}
"""Where the source of a signature's name is found (spec console §7.2)."""

_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_LONGEST_LABEL = 60


def checks_of(case: Submission) -> list[Check]:
    """The registers that fit a case, and the addresses the customer wrote into it."""
    return [*_registers(case), *_addresses(case)]


def _registers(case: Submission) -> Iterator[Check]:
    fields = case.snapshot
    if "source" in fields:
        wanted = fields.get("source_detail") or fields["name"]
        for label, address in _REGISTERS.get(fields["source"], ()):
            yield Check(label, address, wanted)
    if "credit_code" in fields:
        label, address = _ENTERPRISES
        yield Check(label, address, fields["credit_code"])


def _addresses(case: Submission) -> Iterator[Check]:
    written = " ".join(
        str(case.snapshot.get(name, ""))
        for name in ("content", "source_detail", "description", "remarks")
    )
    for address in dict.fromkeys(_ADDRESS.findall(written)):
        if _is_web_address(address):
            shown = address if len(address) <= _LONGEST_LABEL else f"{address[:_LONGEST_LABEL]}…"
            yield Check(shown, address)


def _is_web_address(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
