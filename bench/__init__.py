"""`make bench`: load the running stack and measure it beside the limit of the same work.

The load generator shares the machine with what it loads, so it is kept cheap: requests are built
before the clock starts, answers are checked after it has stopped.
"""
