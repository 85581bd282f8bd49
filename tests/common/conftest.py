import asyncio
import gc
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Run a coroutine on each kind of loop; nothing may be left open or complain to nobody."""

    def runner(main: Coroutine[Any, Any, Any]) -> Any:
        complaints: list[dict[str, Any]] = []

        async def watched() -> Any:
            asyncio.get_running_loop().set_exception_handler(
                lambda _loop, context: complaints.append(context)
            )
            return await main

        with (
            warnings.catch_warnings(record=True) as warned,
            asyncio.Runner(loop_factory=request.param) as loop,
        ):
            warnings.simplefilter("always", ResourceWarning)
            gc.freeze()  # so that only what comes from here on is looked through
            result = loop.run(watched())
            gc.collect()
            gc.unfreeze()
        assert complaints == []
        assert [str(warning.message) for warning in warned] == []
        return result

    return runner
