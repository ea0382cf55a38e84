"""One settings file, read from the environment; a bad value stops the start with a sentence.

The configuration table in README.md lists every variable. `tests/settings.py` imports this file.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def database(url):
    """Return Django's DATABASES entry for `url`; say in words what is wrong with a bad one."""
    try:
        config = environ.Env.db_url_config(url)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL is not a database address ({error}). "
            "Write it as postgresql://user:password@host:5432/name"
        ) from error
    if "postgresql" not in config.get("ENGINE", "") or not config.get("NAME"):
        raise ImproperlyConfigured(
            "DATABASE_URL must name a PostgreSQL database: postgresql://user:password@host:5432/name"
        )
    return config


# Who and where

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY must be at least 32 random characters.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's own host names, not *.")
# Links in mails are built from this address, never from a request's Host header.
BASE_URL = env("BASE_URL", default="http://127.0.0.1:" + env("PORT", default="8000")).rstrip("/")
IS_HTTPS = BASE_URL.startswith("https://")
if DEBUG and IS_HTTPS:
    raise ImproperlyConfigured(
        "DEBUG=1 shows the inside of the portal to whoever meets a fault, so it does not start "
        "with an https BASE_URL. Leave DEBUG out."
    )
CSRF_TRUSTED_ORIGINS = [BASE_URL] if IS_HTTPS else []

# Applications

INSTALLED_APPS = [
    "nacka_portal",
    "reminders",
    "reports",
    "meetings",
    "decisions",
    "dialogue",
    "followup",
    "prioritisation",
    "agenda",
    "platform_areas",
    "principles",
    "activity",
    "outbox",
    "accounts",
    "axes",
    "csp",
    "django_htmx",
    "pgtrigger",
    "rules.apps.AutodiscoverRulesConfig",
    "template_partials.apps.SimpleAppConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "nacka_portal.middleware.HealthBeforeEverything",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "nacka_portal.middleware.RefuseBrokenText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AbsoluteSessionLimit",
    "accounts.middleware.PersonLanguage",
    "django_htmx.middleware.HtmxMiddleware",
    "nacka_portal.middleware.VaryOnHtmx",
    "nacka_portal.middleware.WordsForMethodNotAllowed",
    "accounts.middleware.KeepTypedText",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "nacka_portal.urls"
WSGI_APPLICATION = "nacka_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nacka_portal.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "rules.templatetags.rules",
                "nacka_portal.templatetags.portal",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database

DATABASES = {"default": database(env("DATABASE_URL"))}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
_options = DATABASES["default"].setdefault("OPTIONS", {})
_options["connect_timeout"] = 5
_options["options"] = (
    "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
)
if env.bool("DB_POOL", default=False):
    # The web server only: a pool must not be shared with a forked worker. Giving up soon matters
    # more than trying long: each request tries anew, so the first one after an outage gets in.
    _options["pool"] = {"min_size": 1, "max_size": 2, "timeout": 4, "reconnect_timeout": 2}

# Redis and Celery: the database is the truth, Celery is the clock and the hands.

REDIS_URL = env("REDIS_URL")


def celery_broker(url):
    """Translate a redis-py address to Celery's form; only unix sockets differ."""
    if url.startswith("unix://"):
        return "redis+socket://" + url.removeprefix("unix://").replace("?db=", "?virtual_host=")
    return url


CELERY_BROKER_URL = celery_broker(REDIS_URL)
CELERY_TIMEZONE = "UTC"  # crontab in local time is wrong at clock changes (celery #10107)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A page whose mail cannot wake a worker must not wait for Redis; six seconds by default.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULE = {
    "queue-due-digests": {
        "task": "reminders.tasks.queue_due_digests",
        "schedule": timedelta(seconds=60),
    },
    "send-due-emails": {"task": "outbox.tasks.send_due_emails", "schedule": timedelta(seconds=60)},
    "note-heartbeat": {"task": "outbox.tasks.note_heartbeat", "schedule": timedelta(seconds=60)},
    "forget-what-has-ended": {
        "task": "accounts.tasks.forget_what_has_ended",
        "schedule": timedelta(minutes=10),
    },
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
    }
}

# E-mail

# Unset, mails stay in the outbox, where they can be read on /uppfoljning/utskick/.
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default="Utvecklingsagendan <utvecklingsagendan@localhost>"
)
# Outside production, name the addresses that may get mail; empty means all.
EMAIL_ALLOWED_RECIPIENTS = env.list("EMAIL_ALLOWED_RECIPIENTS", default=[])
# How long one worker has an e-mail to itself; longer than a task may run.
EMAIL_LEASE = timedelta(seconds=env.int("EMAIL_LEASE_SECONDS", default=120))

# Sign-in and sessions

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_USERNAME_CALLABLE = "accounts.attempts.account"
AXES_CLIENT_IP_CALLABLE = "accounts.attempts.place"
AXES_RESET_ON_SUCCESS = True

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60
SESSION_SAVED_EVERY = timedelta(minutes=5)
SESSION_ABSOLUTE_LIMIT = timedelta(hours=10)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "nacka_portal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What a browser is told

SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^halsa/$", r"^redo/$"]
SECURE_HSTS_SECONDS = 31536000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],  # the design system draws its icons as data addresses
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300

# Language and time

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["nacka_portal.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Stockholm"

# Static files: our own and, by lock file, those of npm packages

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
    ("vendor/ds", BASE_DIR / "node_modules" / "@digdir" / "designsystemet-css" / "dist" / "src"),
    (
        "vendor/ds-web",
        BASE_DIR / "node_modules" / "@digdir" / "designsystemet-web" / "dist" / "umd",
    ),
    ("vendor/inter", BASE_DIR / "node_modules" / "@fontsource-variable" / "inter"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Log: one line an event, to standard output

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refusals": {"()": "nacka_portal.log.RefusalsWithoutTraceback"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.request": {"filters": ["refusals"]},
        "psycopg.pool": {"level": "WARNING"},
    },
}
