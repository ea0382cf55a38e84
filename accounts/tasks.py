from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Submission

# A form sent again after this time counts as a new one.
SUBMISSIONS_KEPT = timedelta(days=30)


@shared_task
def forget_what_has_ended():
    """Delete sessions that have ended, with what they held, and the keys of forms long sent."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    Submission.objects.filter(created_at__lt=now - SUBMISSIONS_KEPT).delete()
