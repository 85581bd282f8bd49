"""Deleting signatures and templates, and what goes with them (spec console §7.4, §8.4).

Rows stay, out of every list, because messages, decisions and statistics name them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.errors import Refusal
from customers.models import User
from reviews.models import Signature, Template
from reviews.services import evidence, submissions

if TYPE_CHECKING:
    from common.errors import Sentence

MOST_AT_ONCE = 50
"""Templates that one request may delete (spec console §3)."""

Describe = Callable[[Signature], "Iterable[Sentence]"]
_DESCRIBERS: list[Describe] = []


def register(describe: Describe) -> None:
    """Have another app say, in sentences, what deleting a signature means for its objects."""
    _DESCRIBERS.append(describe)


def consequences_of_deleting(signature: Signature) -> "list[Sentence]":
    """What will go with a signature, in sentences to be read before it is deleted."""
    sentences: list[Sentence] = []
    if signature.channel_number:
        sentences.append(
            _("Its channel number %(number)s is given up and cannot be had back.")
            % {"number": signature.channel_number}
        )
    if count := signature.templates.count():
        sentences.append(
            ngettext(
                "%(count)d template is deleted with it; sending with it fails from then on.",
                "%(count)d templates are deleted with it; sending with them fails from then on.",
                count,
            )
            % {"count": count}
        )
    for describe in _DESCRIBERS:
        sentences.extend(describe(signature))
    return sentences


@transaction.atomic
def delete_signature(
    *, signature: Signature, actor: User | None, ip_address: str | None = None
) -> None:
    """Delete a signature in any status, with its templates and papers; its open cases close."""
    # Cases before objects, as a decision takes them: so neither waits for the other.
    submissions.withdraw_case(signature)
    for template in signature.templates.order_by("id"):
        submissions.withdraw_case(template)
    signature = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("customer")
        .get(pk=signature.pk)
    )
    for template in signature.templates.select_for_update(of=("self",)).order_by("id"):
        _remove(template, actor, ip_address)
    evidence.forget_all(signature)
    for filing in signature.filings.all():
        evidence.forget_all(filing)
    _remove(signature, actor, ip_address)


@transaction.atomic
def delete_template(
    *, template: Template, actor: User | None, ip_address: str | None = None
) -> None:
    """Delete a template; refuses a pending one, which has to be withdrawn first."""
    template = (
        Template.objects.select_for_update(of=("self",))
        .select_related("customer")
        .get(pk=template.pk)
    )
    if not template.can_delete:
        raise Refusal(
            "template_pending",
            _("“%(name)s” is “%(status)s”. Withdraw it before you delete it."),
            params={"name": template.name, "status": template.get_status_display()},
        )
    _remove(template, actor, ip_address)


@transaction.atomic
def delete_templates(
    *, templates: Sequence[Template], actor: User | None, ip_address: str | None = None
) -> None:
    """Delete up to 50 templates, all or none; refuses more, and whatever `delete_template` does."""
    if len(templates) > MOST_AT_ONCE:
        raise Refusal(
            "templates_at_once",
            _("%(count)s templates were chosen; at most %(most)s can be deleted at once."),
            params={"count": len(templates), "most": MOST_AT_ONCE},
        )
    for template in sorted(templates, key=lambda each: each.pk):
        delete_template(template=template, actor=actor, ip_address=ip_address)


def _remove(subject: Signature | Template, actor: User | None, ip_address: str | None) -> None:
    subject.deleted_at = timezone.now()
    subject.save(update_fields=["deleted_at"])
    submissions.record(
        "delete",
        subject,
        actor=actor,
        ip_address=ip_address,
        before={"status": subject.status},
    )
