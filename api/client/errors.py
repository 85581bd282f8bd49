"""What may go wrong, and the exit code that says so to scripts."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `sms-console`."""

    DONE = 0
    REFUSED = 1
    """The platform refused, or some of what was asked for failed."""
    USAGE = 2
    """The command or the configuration is wrong; nothing was called."""
    UNREACHABLE = 3
    """No usable answer: the same command may pass later."""
    STILL_RUNNING = 4
    """What was followed had not ended when the time was over."""
    INTERRUPTED = 130


class ClientError(Exception):
    """A command that ends here: what happened, and what to do about it."""

    def __init__(self, message: str, *, hint: str = "", exit_code: Exit = Exit.REFUSED) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def misconfigured(message: str, *, hint: str = "") -> ClientError:
    return ClientError(message, hint=hint, exit_code=Exit.USAGE)
