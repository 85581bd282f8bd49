"""Several people at once, each with a database connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from common.errors import Refusal


def raced(*actions):
    """Start all actions at one instant, each in a thread; return results or refusal codes."""
    together = Barrier(len(actions))

    def run(action):
        together.wait()
        try:
            return action()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))
