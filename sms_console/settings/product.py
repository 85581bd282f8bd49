"""What the product does, with its documented defaults (spec rulings; each one a setting)."""

from .environment import DEMO, LOCAL_DIR, env

SMS_DEMO = DEMO
SMS_LOCAL_DIR = LOCAL_DIR
SMS_BASE_URL = env.str("SMS_BASE_URL", default="http://127.0.0.1:8000")
"""Where customers reach this platform: shown as the application access address."""

SMS_TIME_ZONE = env.str("SMS_TIME_ZONE", default="Asia/Shanghai")
"""Where days, months and working hours begin; Django's `TIME_ZONE` follows it."""
SMS_NUMBERS_PER_REQUEST = env.int("SMS_NUMBERS_PER_REQUEST", default=500)
SMS_NUMBERS_PER_DIFF_REQUEST = env.int("SMS_NUMBERS_PER_DIFF_REQUEST", default=1000)
SMS_WSSE_WINDOW_S = env.int("SMS_WSSE_WINDOW_S", default=24 * 3600)
SMS_CREDENTIAL_CACHE_S = env.float("SMS_CREDENTIAL_CACHE_S", default=3.0)

SMS_APPLICATION_QUOTA = env.int("SMS_APPLICATION_QUOTA", default=2)
SMS_SIGNATURE_QUOTA = env.int("SMS_SIGNATURE_QUOTA", default=200)
SMS_TEMPLATE_QUOTA = env.int("SMS_TEMPLATE_QUOTA", default=2000)
SMS_SIGNATURE_LENGTH = (2, 16)
SMS_REVIEW_HOURS = env.int("SMS_REVIEW_HOURS", default=2)
SMS_REVIEW_STRICT = env.bool("SMS_REVIEW_STRICT", default=False)

SMS_REPORT_TIMEOUT_S = env.int("SMS_REPORT_TIMEOUT_S", default=72 * 3600)
"""A message without a carrier report after this time becomes EXPIRED (ruling 12)."""

SMS_LIFETIME_VERIFICATION_S = env.int("SMS_LIFETIME_VERIFICATION_S", default=300)
SMS_LIFETIME_NOTIFICATION_S = env.int("SMS_LIFETIME_NOTIFICATION_S", default=72 * 3600)
SMS_LIFETIME_PROMOTION_S = env.int("SMS_LIFETIME_PROMOTION_S", default=72 * 3600)
"""A message that waited longer for its carrier is not submitted but becomes EXPIRED."""

SMS_VIRTUAL_SPEED = env.float("SMS_VIRTUAL_SPEED", default=1.0)
"""How often faster than the clock the time-out of reports and the simulated carrier's delays pass.
For tests: with 86400 three days take three seconds."""

SMS_CALLBACK_LADDER_S = env.list(
    "SMS_CALLBACK_LADDER_S",
    cast=int,
    default=[5, 30, 60, 300, 1200, 3600, 14400, 21600, 43200, 86400],
)
"""Waiting times between attempts of one callback (ruling 10); empty means a single attempt."""
SMS_CALLBACK_SPREAD = env.float("SMS_CALLBACK_SPREAD", default=0.2)

SMS_LEASE_S = env.float("SMS_LEASE_S", default=10.0)
"""How long a carrier process may hold a slice without renewing before others take it over."""

SMS_GROUP_MAX_ROWS = env.int("SMS_GROUP_MAX_ROWS", default=1_000_000)
SMS_GROUP_MAX_BYTES = env.int("SMS_GROUP_MAX_BYTES", default=64 * 1024 * 1024)
SMS_GROUP_MAX_AHEAD_DAYS = env.int("SMS_GROUP_MAX_AHEAD_DAYS", default=31)
SMS_GROUP_CANCEL_LEAD_S = env.int("SMS_GROUP_CANCEL_LEAD_S", default=300)
SMS_PROMOTION_WINDOW = ("08:00", "22:00")
