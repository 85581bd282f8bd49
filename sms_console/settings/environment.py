"""The one `Env` of the project and the folders settings refer to."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

LOCAL_DIR = Path(env.str("SMS_LOCAL_DIR", default=str(BASE_DIR / ".local")))

DEBUG = env.bool("DEBUG", default=False)

DEMO = env.bool("SMS_DEMO", default=False)
"""True under `make run` and in tests: demo log-ins, the local inbox and plain-HTTP cookies."""
