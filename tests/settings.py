"""The portal's settings as the tests use them: English, and quick where nothing is lost by it."""

from nacka_portal.settings import *  # noqa: F403
from nacka_portal.settings import DATABASES, STORAGES

DEMO = True
LANGUAGE_CODE = "en"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A task runs where it is called. The tests of delivery start real workers instead, which read
# tests/worker_settings.py.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

# A failing test must say so at once, not after the pool's patience.
DATABASES["default"]["OPTIONS"].pop("pool", None)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
