from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from messaging.statistics.days import make_days


class Command(BaseCommand):
    help = (
        "Makes the daily figures of the statistics again from the hourly ones: after a change of "
        "SMS_TIME_ZONE, or when programs of an older release ran after an upgrade."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        make_days(connection)
        self.stdout.write("The daily figures were made again.")
