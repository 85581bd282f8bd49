"""Daily figures made of the hourly ones: for days that were counted before there were any."""

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .counting import ALIKE
from .folding import LOCK
from .latency import sums_of

_LOCK = f"SELECT pg_advisory_xact_lock(hashtext('{LOCK}'))"
_FILL = """
INSERT INTO messaging_dailyfigure (day, {alike}, messages, parts, latency, transit)
SELECT date_trunc('day', hour, %(zone)s), {alike}, sum(messages)::bigint, sum(parts)::bigint,
       {latency}, {transit}
FROM messaging_hourlyfigure GROUP BY 1, {alike}
""".format(alike=ALIKE, latency=sums_of("latency"), transit=sums_of("transit"))


def make_days(connection: BaseDatabaseWrapper) -> None:
    """Replace all daily figures by the sums of the hourly ones; folding waits meanwhile."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute("DELETE FROM messaging_dailyfigure")
        cursor.execute(_FILL, {"zone": settings.SMS_TIME_ZONE})
