"""Recipient lists that customers keep: made from a file or a task, used by any number of tasks."""

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.numbers import MAINLAND_MOBILE
from customers.models import Customer, User
from customers.services import audit
from messaging.models import RecipientList

from . import doorbell, readers
from .check_progress import Meter
from .sources import Recipients
from .uploads import NAME_LENGTH

log = structlog.get_logger(__name__)

State = RecipientList.State

_GONE = _("The file is no longer there. Upload it again.")


def create(*, customer: Customer, name: str, recipients: Recipients, actor: User) -> RecipientList:
    """Keep recipients under a name; their numbers are counted after the commit.

    Raises `Refusal` when the name is missing, too long or taken, or the file cannot be read.
    """
    name = _usable_name(customer, name)
    incoming = recipients.incoming(None)
    with transaction.atomic():
        kept = RecipientList(
            customer=customer, name=name, file_name=incoming.name, created_by=actor
        )
        kept.save()
        # Last, because a file does not roll back.
        kept.file.save(f"{kept.public_id}.{incoming.file_format}", incoming.content)
        _record(kept, "create", actor)
        transaction.on_commit(lambda: doorbell.ring_list(kept.pk))
    return kept


def rename(*, recipient_list: RecipientList, name: str, actor: User) -> RecipientList:
    """Give a list another name; `Refusal` as `create`."""
    name = _usable_name(recipient_list.customer, name, apart_from=recipient_list)
    with transaction.atomic():
        recipient_list.name = name
        recipient_list.save(update_fields=["name"])
        _record(recipient_list, "update", actor)
    return recipient_list


def delete(*, recipient_list: RecipientList, actor: User) -> None:
    """Forget a list; tasks made from it keep their own copy of the recipients."""
    with transaction.atomic():
        _record(recipient_list, "delete", actor)
        storage, name = recipient_list.file.storage, recipient_list.file.name or ""
        recipient_list.delete()
        transaction.on_commit(lambda: storage.delete(name))


def check(list_id: int) -> None:
    """Count the numbers of a list: CHECKING → READY, or FAILED when the file cannot be read."""
    with transaction.atomic():
        kept = (
            RecipientList.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=list_id, state=State.CHECKING)
            .first()
        )
        if kept is None:
            return
        try:
            _count(kept)
            kept.state = State.READY
        except Refusal as refusal:
            kept.state, kept.failure = State.FAILED, refusal
        except FileNotFoundError:
            kept.state, kept.failure = State.FAILED, _GONE
        kept.save(update_fields=["state", "failure", "numbers", "invalid_rows", "columns"])
    log.info("recipient list checked", recipient_list=kept.pk, numbers=kept.numbers)


def _count(kept: RecipientList) -> None:
    meter = Meter(kept.pk, "list")
    numbers: set[int] = set()
    invalid = columns = 0
    with kept.file.open("rb") as file:
        reading = readers.read(file, tell=meter.tell)
        for line, row in enumerate(reading.rows, 1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            found = MAINLAND_MOBILE.fullmatch(cells[0])
            if found is None or line in reading.spoiled:
                invalid += line > 1  # the first line may be a header
                continue
            numbers.add(int(found[1]))
            columns = max(columns, sum(1 for cell in cells[1:] if cell))
            meter.tell(reading.share(), rows=line)
    if not numbers:
        raise Refusal(
            "group_file_empty",
            _("The file holds no numbers. Write them into column A, one in each row."),
            field="file",
        )
    kept.numbers, kept.invalid_rows, kept.columns = len(numbers), invalid, columns


def _usable_name(customer: Customer, name: str, apart_from: RecipientList | None = None) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise Refusal(
            "group_list_name",
            _("Give the list a name of 1 to %(limit)d characters."),
            field="name",
            params={"limit": NAME_LENGTH},
        )
    others = RecipientList.objects.for_customer(customer).filter(name=name)
    if apart_from is not None:
        others = others.exclude(pk=apart_from.pk)
    if others.exists():
        raise Refusal(
            "group_list_name_taken",
            _("You have a list of this name already. Choose another name."),
            field="name",
        )
    return name


def _record(kept: RecipientList, verb: str, actor: User) -> None:
    audit.record(
        verb=verb,
        object_type="recipientlist",
        object_id=kept.pk,
        object_name=kept.name,
        actor=actor,
        customer=kept.customer,
        after={"name": kept.name} if verb != "delete" else None,
    )
