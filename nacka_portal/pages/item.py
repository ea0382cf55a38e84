"""The page of one agenda item: its story, its facts, its dialogue and what to do now."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agenda.models import Item


@require_safe
def item(request, pk):
    item = get_object_or_404(Item.objects.visible_to(request.user).for_page(), pk=pk)
    return render(request, "agenda/item.html", {"item": item})
