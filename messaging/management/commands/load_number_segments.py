from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from messaging.statistics.segments import load_segments


class Command(BaseCommand):
    help = "Takes over carriers and provinces of numbers from phonenumbers, after its update."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            count = load_segments(connection)
        self.stdout.write(f"{count} segments of numbers were loaded.")
