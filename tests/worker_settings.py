"""The settings of real workers and a real scheduler in tests: production with a faster clock."""

import os
from datetime import timedelta

from nacka_portal.settings import *  # noqa: F403
from nacka_portal.settings import CELERY_BEAT_SCHEDULE

if seconds := os.environ.get("BEAT_SECONDS"):
    for entry in CELERY_BEAT_SCHEDULE.values():
        entry["schedule"] = timedelta(seconds=float(seconds))
