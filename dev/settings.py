"""Settings for `make run DEBUG=1`: changed templates and static files show without a restart."""

from nacka_portal.settings import *  # noqa: F403
from nacka_portal.settings import STORAGES, TEMPLATES

DEBUG = True
TEMPLATES[0]["OPTIONS"]["loaders"] = [
    (
        "template_partials.loader.Loader",
        [
            "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        ],
    )
]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
