import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from messaging.runner.process import CarrierProcess


class Command(BaseCommand):
    help = "Carry messages: hold the sessions of all enabled channels until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            import uvloop
        except ImportError:  # no wheel for this platform
            run = asyncio.run
        else:
            run = uvloop.run
        run(self._carry())

    async def _carry(self) -> None:
        await CarrierProcess().run()
