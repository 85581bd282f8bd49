"""What goes wrong with local services, said in sentences for the person at the keyboard."""


class EmbeddedError(Exception):
    """A local service or the supervisor cannot go on; the text says why and what to do."""


class AlreadyRunningError(EmbeddedError):
    """Another process is at work in the same checkout."""
