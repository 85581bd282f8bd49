class BenchError(Exception):
    """The measurement cannot go on; the text says why."""
