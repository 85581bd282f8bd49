"""Django, Celery and library settings."""

from pathlib import Path

import drf_spectacular_sidecar
from django.utils.translation import gettext_lazy as _

from .environment import BASE_DIR, DEBUG, LOCAL_DIR, env
from .product import SMS_REPORT_TIMEOUT_S, SMS_VIRTUAL_SPEED

ROOT_URLCONF = "sms_console.urls"
WSGI_APPLICATION = "sms_console.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail addresses are unique by a case-blind constraint

INSTALLED_APPS = [
    "sms_console.apps.OperationsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "rest_framework",
    "template_partials",
    "customers",
    "reviews",
    "messaging",
    "api",
    "portal",
]

MIDDLEWARE = [
    "api.short_way.ShortWay",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.CurrentCustomerMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
# Any number allows prepared statements at all; common.sql says which are prepared.
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 5
WEB_THREADS = env.int("WEB_THREADS", default=16)
"""How many requests a web process works on at a time, aside from those of the send API that are
carried out in rounds."""

if env.bool("DATABASE_POOL", default=False):
    # Web processes share connections between their threads, of which eight carry out rounds
    # (api/clerks.py); a pool wants CONN_MAX_AGE = 0.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 2,
        "max_size": env.int("DATABASE_POOL_SIZE", default=WEB_THREADS + 8),
        "timeout": 5,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Who asks a Valkey that hangs goes without it, instead of hanging, too.
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "messaging.deliver_callbacks": {"queue": "callbacks"},
    "customers.deliver_webhooks": {"queue": "callbacks"},
    "messaging.send_group_slices": {"queue": "groups"},
    "messaging.start_due_groups": {"queue": "groups"},
    "messaging.check_group_file": {"queue": "files"},
    "messaging.check_recipient_list": {"queue": "files"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "sms_console.beat.AskingScheduler"
BEAT_QUESTIONS = {
    "messaging.sweep_callbacks": "messaging.services.push.has_due",
    "messaging.start_due_groups": "messaging.groups.unfinished.has_any",
    "messaging.book_charges": "messaging.services.charging.has_unbooked",
    "messaging.fold_statistics": "messaging.statistics.folding.has_tallies",
    "messaging.write_exports": "messaging.exports.writing.has_unfinished",
    "messaging.send_alarm_emails": "messaging.services.alarm_emails.has_due",
    "messaging.send_notices": "customers.services.deliveries.has_due",
    "customers.send_emails": "customers.services.deliveries.has_due",
    "customers.deliver_webhooks": "customers.services.webhook_delivery.has_due",
    "messaging.sweep_policy_replays": "messaging.rehearsals.plan.has_unfinished",
    "messaging.join_uplinks": "messaging.services.uplink_parts.has_any",
}
"""What beat asks before it rings for a task (`sms_console.beat`)."""
CELERY_BEAT_SCHEDULE = {
    "sweep callbacks": {
        "task": "messaging.sweep_callbacks",
        "schedule": 2.0,
        "options": {"expires": 2},
    },
    "start due group tasks": {
        "task": "messaging.start_due_groups",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "expire messages that wait for a carrier": {
        "task": "messaging.expire_waiting",
        "schedule": max(1.0, 60.0 / SMS_VIRTUAL_SPEED),
        "options": {"expires": 60},
    },
    "expire messages without a report": {
        # It reads whole days: a hundredth of the time it waits is exact enough.
        "task": "messaging.expire_messages",
        "schedule": max(1.0, min(600.0, max(60.0, SMS_REPORT_TIMEOUT_S / 100)) / SMS_VIRTUAL_SPEED),
        "options": {"expires": 60},
    },
    "fill frequency counters": {
        "task": "messaging.fill_frequency_counters",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "watch conversions": {
        "task": "messaging.watch_conversions",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "join uplinks whose parts did not all come": {
        "task": "messaging.join_uplinks",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "book charges": {
        "task": "messaging.book_charges",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "review balances and packages": {
        "task": "messaging.review_accounts",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "send e-mails of notices": {
        "task": "customers.send_emails",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "deliver webhooks": {
        "task": "customers.deliver_webhooks",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "send SMS of notices": {
        "task": "messaging.send_notices",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "forget tokens and failed sign-ins": {
        "task": "api.forget_sign_ins",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "delete uploads that no signature uses": {
        "task": "api.forget_uploads",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "forget answers kept for repeated API calls": {
        "task": "api.forget_answers",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "delete expired test objects": {
        "task": "reviews.delete_expired_test_objects",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "go on with policy replays": {
        "task": "messaging.sweep_policy_replays",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "fold statistics": {
        "task": "messaging.fold_statistics",
        "schedule": 1.0,
        "options": {"expires": 1},
    },
    "watch channels for alarms": {
        "task": "messaging.watch_channels",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "send e-mails of channel alarms": {
        "task": "messaging.send_alarm_emails",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "drop statistics that are no longer kept": {
        "task": "messaging.drop_statistics",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "write exports": {
        "task": "messaging.write_exports",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "remove expired exports": {
        "task": "messaging.expire_exports",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "drop expired partitions": {
        "task": "messaging.drop_partitions",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "erase values of variables": {
        "task": "messaging.erase_values",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "remove stray files": {
        "task": "messaging.remove_stray_files",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "make partitions ahead": {
        "task": "messaging.prepare_partitions",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.iam.authentication.MemberAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "api.openapi.operations.OperationSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SMS Console",
    "VERSION": "v2",
    "OAS_VERSION": "3.1.1",
    "SERVERS": [{"url": "/"}],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "PREPROCESSING_HOOKS": ["api.openapi.document.without_unknown"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.openapi.document.with_parts",
    ],
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("SMS_TIME_ZONE", default="Asia/Shanghai")

SWAGGER_UI = "drf_spectacular_sidecar/swagger-ui-dist"

STATIC_URL = "static/"
STATIC_ROOT = LOCAL_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("swagger-ui", Path(drf_spectacular_sidecar.__file__).with_name("static") / SWAGGER_UI),
]
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_MANIFEST", default=not DEBUG)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not env.bool("STATIC_MANIFEST", default=not DEBUG)
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)

LOGGING_CONFIG = "sms_console.logs.configure"
LOGGING = {
    "json": env.bool("LOG_JSON", default=not DEBUG),
    "level": env.str("LOG_LEVEL", default="INFO"),
}
