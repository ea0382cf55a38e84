"""What must never be configured away; `check --deploy` fails on it."""

from django.conf import settings
from django.core.checks import Error, Tags, register

LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
KEEPS_TEXT = "accounts.middleware.KeepTypedText"


@register(Tags.security, deploy=True)
def mail_has_a_time_limit(app_configs, **kwargs):
    if not settings.EMAIL_TIMEOUT:
        yield Error(
            "EMAIL_TIMEOUT is not set: a silent mail server would block a worker for good.",
            id="nacka_portal.E001",
        )


@register(Tags.security, deploy=True)
def content_security_policy_is_strict(app_configs, **kwargs):
    policy = getattr(settings, "CONTENT_SECURITY_POLICY", None) or {}
    directives = policy.get("DIRECTIVES", {})
    is_sent = "csp.middleware.CSPMiddleware" in settings.MIDDLEWARE
    has_default = directives.get("default-src") == ["'none'"]
    is_open = any(
        "unsafe" in source for sources in directives.values() for source in map(str, sources)
    )
    if not is_sent or not has_default or is_open:
        yield Error(
            "The content security policy is missing or lets inline script or style through.",
            id="nacka_portal.E002",
        )


@register(Tags.security, deploy=True)
def sessions_are_in_the_database(app_configs, **kwargs):
    if settings.SESSION_ENGINE != "django.contrib.sessions.backends.db":
        yield Error(
            "Sessions must be kept in the database: Redis may be emptied at any time.",
            id="nacka_portal.E003",
        )


@register(Tags.security, deploy=True)
def pages_are_private_by_default(app_configs, **kwargs):
    order = [name for name in settings.MIDDLEWARE if name in (KEEPS_TEXT, LOGIN_REQUIRED)]
    if order != [KEEPS_TEXT, LOGIN_REQUIRED]:
        yield Error(
            f"{KEEPS_TEXT} and then {LOGIN_REQUIRED} must be in MIDDLEWARE, or pages are open.",
            id="nacka_portal.E004",
        )


@register(Tags.security, deploy=True)
def demo_sign_in_is_off(app_configs, **kwargs):
    if settings.DEMO and settings.IS_HTTPS:
        yield Error(
            "DEMO=1 lets anybody sign in as any invented person. Turn it off, or serve the demo "
            "on a plain local address.",
            id="nacka_portal.E005",
        )
