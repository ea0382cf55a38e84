"""When a decision is made in a meeting. Meetings lie above, so the project lets them meet."""

_lock_meeting = None


class MeetingOver(Exception):
    """There is no such meeting, or it is not open: its minutes could no longer tell."""


def register_meetings(lock):
    """Let `lock`, given a meeting's number, lock it and return whether it is open."""
    global _lock_meeting
    _lock_meeting = lock


def require_open(meeting):
    """Keep the meeting of this number open until the transaction ends, else `MeetingOver`."""
    if _lock_meeting is None or not _lock_meeting(meeting):
        raise MeetingOver
