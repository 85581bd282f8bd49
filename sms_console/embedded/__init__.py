"""Everything a laptop, the tests and CI need besides Python: a PostgreSQL, a Valkey, a supervisor.

Both servers are the real ones, taken from PyPI wheels and run in ``.local/`` (decision 0002).
Nothing in this package imports Django, so that it can run before settings are read.
"""
