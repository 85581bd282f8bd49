"""What the product does, with its documented defaults (spec rulings; each one a setting)."""

from .environment import DEMO, LOCAL_DIR, env

SMS_DEMO = DEMO
SMS_LOCAL_DIR = LOCAL_DIR
SMS_BASE_URL = env.str("SMS_BASE_URL", default="http://127.0.0.1:8000")
"""Where customers reach this platform: shown as the application access address."""

SMS_REGISTRATION = env.bool("SMS_REGISTRATION", default=True)
"""Whether anybody may register; else operations open accounts, and members are invited."""
SMS_REQUIRE_REAL_NAME = env.bool("SMS_REQUIRE_REAL_NAME", default=True)
"""Whether an enterprise proves who it is before it enables the service (spec console §2.1)."""
SMS_AGREEMENT_VERSION = env.str("SMS_AGREEMENT_VERSION", default="2026-01")
"""The version of the service agreement that customers accept; recorded with each acceptance."""
SMS_AGREEMENT_URL = env.str("SMS_AGREEMENT_URL", default="")
"""Where the agreement of this platform stands; empty for the text the product brings along."""
SMS_PAYMENT_PROVIDERS = env.list(
    "SMS_PAYMENT_PROVIDERS", default=["contract", "test"] if DEMO else ["contract"]
)
"""Payment methods that are offered at registration (`customers/payments`)."""

SMS_TIME_ZONE = env.str("SMS_TIME_ZONE", default="Asia/Shanghai")
"""Where days, months and working hours begin; Django's `TIME_ZONE` follows it."""
SMS_NUMBERS_PER_REQUEST = env.int("SMS_NUMBERS_PER_REQUEST", default=500)
SMS_NUMBERS_PER_DIFF_REQUEST = env.int("SMS_NUMBERS_PER_DIFF_REQUEST", default=1000)
SMS_WSSE_WINDOW_S = env.int("SMS_WSSE_WINDOW_S", default=24 * 3600)
SMS_CREDENTIAL_CACHE_S = env.float("SMS_CREDENTIAL_CACHE_S", default=3.0)

SMS_KEY_FAILURES = env.int("SMS_KEY_FAILURES", default=5)
SMS_KEY_LOCK_S = env.int("SMS_KEY_LOCK_S", default=300)
"""So many failures in a row lock an access key, or a name that asks for a token, for so long."""

SMS_APPLICATION_QUOTA = env.int("SMS_APPLICATION_QUOTA", default=2)
SMS_SIGNATURE_QUOTA = env.int("SMS_SIGNATURE_QUOTA", default=200)
SMS_TEMPLATE_QUOTA = env.int("SMS_TEMPLATE_QUOTA", default=2000)
SMS_SIGNATURE_LENGTH = (2, 16)
SMS_CODE_LENGTH = env.int("SMS_CODE_LENGTH", default=6)
"""Characters of a verification code, at most; 8 in the cloud's Chinese console (ruling 20)."""
SMS_REVIEW_HOURS = env.int("SMS_REVIEW_HOURS", default=2)
SMS_REVIEW_STRICT = env.bool("SMS_REVIEW_STRICT", default=False)
SMS_QUALIFICATION_WORKDAYS = env.int("SMS_QUALIFICATION_WORKDAYS", default=2)
SMS_ENABLEMENT_WORKDAYS = env.int("SMS_ENABLEMENT_WORKDAYS", default=3)
"""Review times by ruling 22; rows of `reviews.SlaRule` override them."""
SMS_CLAIM_MINUTES = env.int("SMS_CLAIM_MINUTES", default=30)
"""How long a reviewer who took a case keeps it from colleagues."""
SMS_REQUIRE_QUALIFICATION = env.bool("SMS_REQUIRE_QUALIFICATION", default=not DEMO)
"""Whether a signature needs a qualification (spec console §6); the demo applies without."""
SMS_REQUIRE_FILING = env.bool("SMS_REQUIRE_FILING", default=False)
"""Whether a signature waits for its registration with the carriers (ruling 23)."""
SMS_FILING_ANY_CARRIER = env.bool("SMS_FILING_ANY_CARRIER", default=False)
"""Whether one carrier's registration is enough then, or all of them are wanted."""
SMS_EVIDENCE_MAX_BYTES = env.int("SMS_EVIDENCE_MAX_BYTES", default=2 * 1024 * 1024)

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
SMS_CALLBACK_LEASE_S = env.float("SMS_CALLBACK_LEASE_S", default=60.0)
"""After so long the callbacks that a worker took and did not finish are due again: it died."""

SMS_UPLINK_WAIT_S = env.float("SMS_UPLINK_WAIT_S", default=300.0)
"""How long the parts of a long uplink wait for the missing ones; then it is stored without them."""
SMS_UPLINK_MATCH_DAYS = env.int("SMS_UPLINK_MATCH_DAYS", default=90)
"""How many days back the message is looked for that an uplink answers."""

SMS_LEASE_S = env.float("SMS_LEASE_S", default=10.0)
"""How long a carrier process may hold a slice without renewing before others take it over."""

SMS_FAILOVER_AFTER_S = env.float("SMS_FAILOVER_AFTER_S", default=30.0)
"""How long a channel must be down before what waits for it goes over its backup; a channel may
have a time of its own."""

SMS_TRAFFIC_DEFAULTS = env.list("SMS_TRAFFIC_DEFAULTS", cast=int, default=[400, 500, 8_000, 10_000])
"""Daily alarm and limit, monthly alarm and limit of customers who set none (ruling 14); empty
leaves them without thresholds."""
SMS_TRAFFIC_CEILINGS = env.list("SMS_TRAFFIC_CEILINGS", cast=int, default=[50_000, 1_000_000])
"""The highest daily and monthly limit customers may choose; operations raise it for one of them."""

SMS_FREQUENCY_LIMITS = env.list(
    "SMS_FREQUENCY_LIMITS",
    default=[]
    if DEMO
    else [
        "verification=2/60",
        "verification=50/86400",
        "notification=10/60",
        "notification=50/86400",
        "promotion=4/3600",
        "promotion=10/86400",
        "content=2/59",
        "content=5/3540",
    ],
)
"""Messages in so many seconds that a number may get of an application, by type and with the same
content (ruling 15). Off in the demo, where people try things out with one number."""

SMS_CONVERSION_LEAST = env.int("SMS_CONVERSION_LEAST", default=100)
"""Fewer codes than so many in an hour raise no alarm, however few of them are used."""

SMS_GROUP_MAX_ROWS = env.int("SMS_GROUP_MAX_ROWS", default=1_000_000)
SMS_GROUP_MAX_BYTES = env.int("SMS_GROUP_MAX_BYTES", default=64 * 1024 * 1024)
SMS_GROUP_MAX_WORKBOOK_BYTES = env.int("SMS_GROUP_MAX_WORKBOOK_BYTES", default=12 * 1024 * 1024)
SMS_GROUP_MAX_AHEAD_DAYS = env.int("SMS_GROUP_MAX_AHEAD_DAYS", default=31)
SMS_GROUP_CANCEL_LEAD_S = env.int("SMS_GROUP_CANCEL_LEAD_S", default=300)
SMS_PROMOTION_WINDOW = env.list(
    "SMS_PROMOTION_WINDOW", default=["00:00", "24:00"] if DEMO else ["08:00", "22:00"]
)
"""When promotions may be sent (ruling 16), in the platform's zone; all day in the demo."""

SMS_DETAILS_DAYS = env.int("SMS_DETAILS_DAYS", default=90)
"""Requests, messages, parts, reports, callbacks and replies are dropped after so many days
(ruling 29), and the recipients of group tasks with them."""
SMS_VALUES_KEPT_S = env.int("SMS_VALUES_KEPT_S", default=24 * 3600)
"""The values of a message's variables are erased so long after its final status (ruling 29)."""
SMS_EXPORT_DAYS = env.int("SMS_EXPORT_DAYS", default=7)
"""How long the file of an export can be downloaded."""
SMS_EXPORT_MAX_ROWS = env.int("SMS_EXPORT_MAX_ROWS", default=5_000_000)
SMS_EXPORTS_AT_ONCE = env.int("SMS_EXPORTS_AT_ONCE", default=3)
"""Exports of a customer that wait or are written at the same time."""
SMS_RESEND_MAX = env.int("SMS_RESEND_MAX", default=5_000)
"""Failed messages that can be sent again at once."""

SMS_CURRENCY = env.str("SMS_CURRENCY", default="CNY")
"""What balances and prices are in; kept in millionths of it."""
SMS_BILLING_PORTIONS = env.int("SMS_BILLING_PORTIONS", default=16)
"""Portions a balance or package is kept in: so many slices of a customer are charged at the same
time without waiting for each other."""
SMS_ARREARS_GRACE_DAYS = env.int("SMS_ARREARS_GRACE_DAYS", default=15)
SMS_ARREARS_RETENTION_DAYS = env.int("SMS_ARREARS_RETENTION_DAYS", default=15)
"""After both, the signatures of a customer in arrears go out of use (spec console §2.5)."""

SMS_STATISTICS_DAYS = env.int("SMS_STATISTICS_DAYS", default=400)
"""How long statistics are kept (ruling 29)."""
SMS_DROP_MESSAGES = env.int("SMS_DROP_MESSAGES", default=50)
SMS_DROP_RATE = env.float("SMS_DROP_RATE", default=0.1)
SMS_DROP_LATENCY = env.float("SMS_DROP_LATENCY", default=3.0)
"""A channel alarm begins when, over so many messages, the share that arrived is so much lower than
in the period before, or the median time to the report so many times as long."""
SMS_ALARM_DOWN_S = env.float("SMS_ALARM_DOWN_S", default=120.0)
SMS_ALARM_WAITING_S = env.float("SMS_ALARM_WAITING_S", default=600.0)
"""Nor may a channel be down, or a message wait for it, for so long."""
SMS_ALARM_CALM_S = env.float("SMS_ALARM_CALM_S", default=300.0)
"""An alarm ends when its cause is gone for so long."""
SMS_ALARM_ADDRESSES = env.list("SMS_ALARM_ADDRESSES", default=[])
"""Who is told of channel alarms by e-mail, separated by commas; else the staff who may change
channels."""
