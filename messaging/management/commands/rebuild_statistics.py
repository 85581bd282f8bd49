from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Refusal
from messaging.statistics import rebuilding


class Command(BaseCommand):
    help = "Counts the statistics of some days again, from the messages that are still kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, words in (("from", "first"), ("to", "last")):
            parser.add_argument(
                f"--{name}",
                dest=words,
                type=date.fromisoformat,
                required=True,
                help=f"the {words} day, such as 2026-05-01",
            )

    def handle(self, *args: Any, first: date, last: date, **options: Any) -> None:
        if last < first:
            raise CommandError("--to lies before --from.")
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            try:
                rebuilding.rebuild(day)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from None
            self.stdout.write(f"{day}: counted again")
