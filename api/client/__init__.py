"""`sms-console`, the command-line client (docs/cli.md).

It stands in `api` beside the interfaces it calls, and imports nothing but the standard library and
itself: neither Django nor its settings are needed where it runs.
"""
