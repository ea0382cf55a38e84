from agenda.models.background import Action, Factor, FocusArea, Insight
from agenda.models.backlog import Backlog, FocusFull, HorizonFull, StalePlace
from agenda.models.item import Horizon, Item, ItemClosed, ItemNotReady, Status

__all__ = [
    "Action",
    "Backlog",
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
]
