"""`check --deploy` refuses what must never be configured away."""

import pytest
from django.conf import settings as configured
from django.core.checks import run_checks

LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"


def faults():
    found = run_checks(tags=["security"], include_deployment_checks=True)
    return {fault.id for fault in found if fault.id.startswith("nacka_portal")}


def test_the_settings_as_they_are_pass():
    assert faults() == set()


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("EMAIL_TIMEOUT", None, "nacka_portal.E001"),
        ("CONTENT_SECURITY_POLICY", None, "nacka_portal.E002"),
        (
            "CONTENT_SECURITY_POLICY",
            {"DIRECTIVES": {"default-src": ["'none'"], "script-src": ["'unsafe-inline'"]}},
            "nacka_portal.E002",
        ),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.cache", "nacka_portal.E003"),
        (
            "MIDDLEWARE",
            [name for name in configured.MIDDLEWARE if name != LOGIN_REQUIRED],
            "nacka_portal.E004",
        ),
    ],
)
def test_a_protection_that_is_taken_away_is_told(settings, name, value, fault):
    setattr(settings, name, value)

    assert fault in faults()


def test_the_demo_is_not_served_to_the_world(settings):
    settings.DEMO, settings.IS_HTTPS = True, True

    assert faults() == {"nacka_portal.E005"}
