"""Hourly figures of what became of messages: counted from state changes, read by pages."""
