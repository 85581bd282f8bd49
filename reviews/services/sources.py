"""What a signature's name comes from, and what has to be said about it (spec console §7.2)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from reviews.models import Evidence, Signature
from reviews.services.fields import check_storable

if TYPE_CHECKING:
    from common.errors import Sentence

OFFERED_SOURCES = (
    Signature.Source.ENTERPRISE,
    Signature.Source.APP,
    Signature.Source.TRADEMARK,
)
"""Signature sources a customer may choose (ruling 19); the others are only read."""

_LONGEST_DETAIL = 255


@dataclass(frozen=True, slots=True)
class SourceRule:
    """What a source needs: a detail, named for the customer, and the paper that proves it."""

    detail: "Sentence | None" = None
    paper: Evidence.Kind | None = None


SOURCE_RULES: dict[int, SourceRule] = {
    Signature.Source.ENTERPRISE: SourceRule(),
    Signature.Source.WEBSITE: SourceRule(_("the domain of the site"), Evidence.Kind.ICP_SCREENSHOT),
    Signature.Source.APP: SourceRule(
        _("the download address of the app, or its ICP licence number"),
        Evidence.Kind.ICP_SCREENSHOT,
    ),
    Signature.Source.OFFICIAL_ACCOUNT: SourceRule(_("the full name of the official account")),
    Signature.Source.STORE: SourceRule(_("the address of the store")),
    Signature.Source.TRADEMARK: SourceRule(
        _("the registration or application number of the trademark"), Evidence.Kind.TRADEMARK
    ),
}


def check_offered(source: int) -> None:
    """Refuse a source that is not offered (ruling 19)."""
    if source not in OFFERED_SOURCES:
        raise Refusal(
            "signature_source",
            _("The signature source “%(source)s” is not offered. Use one of %(offered)s."),
            field="source",
            params={
                "source": source,
                "offered": ", ".join(
                    f"{choice.value} ({choice.label})" for choice in OFFERED_SOURCES
                ),
            },
        )


def checked_detail(source: int, detail: str) -> str:
    """Return what the source is in detail; refuse a missing one where the source needs it."""
    detail = detail.strip()
    wanted = SOURCE_RULES[source].detail
    if wanted is not None and not detail:
        raise Refusal(
            "source_detail_missing",
            _("For this source the reviewer needs %(detail)s. Write it down."),
            field="source_detail",
            params={"detail": wanted},
        )
    if len(detail) > _LONGEST_DETAIL:
        raise Refusal(
            "source_detail_length",
            _("The source has %(length)s characters; at most %(longest)s are possible."),
            field="source_detail",
            params={"length": len(detail), "longest": _LONGEST_DETAIL},
        )
    check_storable((detail,), field="source_detail")
    return detail
