from itertools import groupby
from operator import attrgetter

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prioritisation.models import Criterion


@require_safe
def criteria(request):
    """What items are judged by: in general, and in each focus area that has criteria of its own."""
    general = list(Criterion.objects.general())
    groups = [(_("For all items"), general)] if general else []
    of_areas = Criterion.objects.of_areas().order_by("focus_area__number", "pk")
    groups += [(area, list(rows)) for area, rows in groupby(of_areas, attrgetter("focus_area"))]
    return render(request, "prioritisation/criteria.html", {"groups": groups})
