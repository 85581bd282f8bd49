"""`kill -9` of workers at random points of a group task: each number is sent once, none is lost."""

import random
from pathlib import Path

import pytest

from bench import group_tasks
from bench.stack import own_stack

from .test_kill import count, folder, kill, parts_taken, wait_until

__all__ = ["folder"]  # a fixture

NUMBERS = 100_000
RATE = 3_000
"""Numbers a second: slow enough to die in the middle."""
KILLS = 3
DEADLINE_S = 480.0
STARTS_WITHIN_S = 2.0


def write_numbers(file: Path) -> set[str]:
    numbers = [str(13_600_000_000 + n) for n in range(NUMBERS)]
    file.write_text("".join(f"{number},A{number[-4:]}\n" for number in numbers))
    file.chmod(0o644)
    return {f"+86{number}" for number in numbers}


@pytest.mark.faults
def test_every_number_is_sent_once_whoever_dies(folder: Path) -> None:
    wanted = write_numbers(folder / "numbers.csv")
    kills = sorted(random.sample(range(1000, NUMBERS - 5000), KILLS))

    with own_stack(folder / "stack") as stack:
        task = group_tasks.create(stack, folder / "numbers.csv", rate=RATE)
        kill(stack, "groups")
        group_tasks.wait(stack, task, "checked", timeout_s=DEADLINE_S)
        assert group_tasks.column(stack, task, "valid_rows") == NUMBERS

        group_tasks.confirm(stack, task, after_s=3)
        for number, accepted in enumerate(kills):

            def is_reached(accepted: int = accepted) -> bool:
                return group_tasks.column(stack, task, "accepted_rows") >= accepted

            wait_until(is_reached)
            kill(stack, "groups")
            if number == 1:
                kill(stack, "carrier")
        group_tasks.wait(stack, task, "succeeded", timeout_s=DEADLINE_S)

        with stack.connect() as connection:
            rows = connection.execute("SELECT recipient FROM messaging_message").fetchall()
            row = connection.execute(
                "SELECT extract(epoch FROM started_at - scheduled_at), accepted_rows,"
                " sent_rows, delivered_rows + failed_rows FROM messaging_grouptask"
            ).fetchone()
        assert len(rows) == NUMBERS, f"killed at {kills}"
        assert {recipient for (recipient,) in rows} == wanted
        assert count(stack, "finished_at IS NULL") == 0
        late_s, *counters = row
        assert 0 <= late_s < STARTS_WITHIN_S
        assert counters == [NUMBERS, 0, NUMBERS]
        assert parts_taken(folder / "stack" / "carrier") == (NUMBERS, 0)
