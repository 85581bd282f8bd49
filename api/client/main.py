"""The entry point of `sms-console`."""

import json
import os
import sys
from collections.abc import Sequence

from .arguments import parser
from .configuration import load
from .errors import ClientError, Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry a command out; return the exit code. Errors go to the error stream, in two lines."""
    given = parser().parse_args(arguments)
    try:
        return int(given.run(given, load(os.environ, profile=given.profile)))
    except ClientError as error:
        _tell(error, as_json=given.json)
        return error.exit_code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def _tell(error: ClientError, *, as_json: bool) -> None:
    if as_json:
        text = json.dumps({"error": error.message, "hint": error.hint}, ensure_ascii=False)
    else:
        text = f"sms-console: {error.message}" + (f"\n{error.hint}" if error.hint else "")
    sys.stderr.write(text + "\n")
