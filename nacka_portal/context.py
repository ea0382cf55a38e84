"""What every page needs: where we are, where one can go, and whether this is the demo."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """A part of the portal: its address, its name, the paths it covers, the pages under it."""

    url: str
    name: str
    paths: tuple = ()
    pages: tuple = ()
    perm: str = ""

    def covers(self, path):
        return path.startswith(self.paths)


@dataclass(frozen=True)
class Page:
    url: str
    name: str
    path: str
    perm: str = ""


SECTIONS = [
    Section("start", _("To do"), ("/att-gora/",)),
    Section(
        "agenda",
        _("Agenda"),
        ("/agenda/", "/atgarder/", "/prioriteringsgrunder/", "/rapporter/", "/fardplan/"),
        (
            Page("agenda", _("The agenda"), "/agenda/"),
            Page("actions", _("Proposed actions"), "/atgarder/"),
            Page("criteria", _("Criteria for prioritising"), "/prioriteringsgrunder/"),
            Page("reports", _("Progress reports"), "/rapporter/"),
        ),
    ),
    Section("meetings", _("Meetings"), ("/moten/",)),
    Section("decisions", _("Decisions"), ("/beslut/", "/samrad/")),
    Section(
        "platform-areas",
        _("Platform"),
        ("/plattform/", "/principer/", "/malbild/", "/sa-har-gor-vi/", "/system/"),
        (
            Page("platform-areas", _("Platform areas"), "/plattform/"),
            Page("principles", _("Organising principles"), "/principer/"),
            Page("target-picture", _("Target picture"), "/malbild/"),
            Page("how-we-work", _("How we work"), "/sa-har-gor-vi/"),
        ),
    ),
    Section(
        "follow-up",
        _("Follow-up"),
        ("/uppfoljning/",),
        (
            Page("follow-up", _("The desk"), "/uppfoljning/"),
            Page("outbox", _("Mails sent"), "/uppfoljning/utskick/", "outbox.view"),
        ),
        "followup.view_desk",
    ),
]


@dataclass
class Navigation:
    """The sections that `user` has, and the one that `path` is in."""

    user: object
    path: str
    sections: list = field(init=False)

    def __post_init__(self):
        self.sections = [section for section in SECTIONS if self._has(section)]

    def _has(self, entry):
        return not entry.perm or self.user.has_perm(entry.perm)

    @property
    def current(self):
        if self.path == "/":
            return self.sections[0]
        return next((section for section in self.sections if section.covers(self.path)), None)

    @property
    def pages(self):
        """The pages beside this one; none where a section has only one."""
        pages = [page for page in self.current.pages if self._has(page)] if self.current else []
        return pages if len(pages) > 1 else []

    @property
    def current_page(self):
        """The page whose path is the longest that this one's begins with."""
        covering = [page for page in self.pages if self.path.startswith(page.path)]
        return max(covering, key=lambda page: len(page.path), default=None)


def portal(request):
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "demo": settings.DEMO,
        "navigation": Navigation(user, request.path) if signed_in else None,
        "color_scheme": getattr(user, "color_scheme", "auto"),
    }
