from agenda.models.background import Action, Factor, FocusArea, Insight
from agenda.models.backlog import Backlog, FocusFull, HorizonFull, StalePlace
from agenda.models.item import (
    DependencyCircle,
    Horizon,
    Item,
    ItemClosed,
    ItemNotReady,
    Status,
    place_in_words,
)

__all__ = [
    "Action",
    "Backlog",
    "DependencyCircle",
    "Factor",
    "FocusArea",
    "FocusFull",
    "Horizon",
    "HorizonFull",
    "Insight",
    "Item",
    "ItemClosed",
    "ItemNotReady",
    "StalePlace",
    "Status",
    "place_in_words",
]
