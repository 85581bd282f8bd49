"""The Group SMS Assistant: one message to a list of numbers, at once or at a planned time."""
