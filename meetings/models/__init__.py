from meetings.models.entry import AlreadyOnList, Entry, EntryHasOutcome
from meetings.models.forum import Forum
from meetings.models.meeting import (
    AnotherIsOpen,
    Meeting,
    MeetingNotOpen,
    MeetingNotPlanned,
    last_closed_at,
)

__all__ = [
    "AlreadyOnList",
    "AnotherIsOpen",
    "Entry",
    "EntryHasOutcome",
    "Forum",
    "Meeting",
    "MeetingNotOpen",
    "MeetingNotPlanned",
    "last_closed_at",
]
