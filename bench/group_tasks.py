"""Group tasks of the demo customer, made and followed from outside."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import BenchError
from .stack import Stack

POLL_S = 0.05

_CREATE = """
from pathlib import Path
from django.core.files.uploadedfile import SimpleUploadedFile
from customers.models import User
from messaging.groups import uploads
from messaging.groups.sources import Uploaded
from reviews.models import Signature, Template

template = Template.objects.get(template_id={template!r})
file = Path({path!r})
task = uploads.create(
    customer=template.customer,
    application=template.application,
    signature=Signature.objects.get(application=template.application, type=template.type),
    template=template,
    name="Measurement",
    recipients=Uploaded(SimpleUploadedFile(file.name, file.read_bytes())),
    actor=User.objects.get(email={email!r}),
    rate={rate!r},
)
print(task.pk)
"""
_CONFIRM = """
from datetime import timedelta
from common.clock import now
from messaging.groups import planning
from messaging.models import GroupTask

task = GroupTask.objects.get(pk={task})
after_s = {after_s!r}
at = None if after_s is None else now() + timedelta(seconds=after_s)
planning.confirm(task=task, scheduled_at=at, actor=task.created_by, accept_problems=True)
"""


def create(stack: Stack, file: Path, *, rate: int | None = None) -> int:
    """Upload a list of numbers with one value each; return the id of the task.

    `rate` is how many messages a second are sent at most.
    """
    template = stack.demo["templates"]["notice"]["id"]
    email = stack.demo["customer"]["email"]
    script = _CREATE.format(template=template, path=str(file), email=email, rate=rate)
    return int(stack.django(script).split()[-1])


def confirm(stack: Stack, task: int, *, after_s: float | None = None) -> None:
    """Let a checked task start, so many seconds from now, or at once for None."""
    stack.django(_CONFIRM.format(task=task, after_s=after_s))


def wait(
    stack: Stack,
    task: int,
    state: str,
    *,
    timeout_s: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Return when a task is in a state; `BenchError` when it fails or takes too long."""
    deadline = time.monotonic() + timeout_s
    while (found := column(stack, task, "state")) != state:
        if found == "failed" or time.monotonic() > deadline:
            raise BenchError(f"group task {task} is {found}: {column(stack, task, 'failure')}")
        meanwhile()
        time.sleep(POLL_S)


def column(stack: Stack, task: int, name: str) -> Any:
    """A column of a task."""
    with stack.connect() as connection:
        row = connection.execute(
            f"SELECT {name} FROM messaging_grouptask WHERE id = %s", [task]
        ).fetchone()
    return row and row[0]
