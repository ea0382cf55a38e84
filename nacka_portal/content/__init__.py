"""The content of the report, written for this product in `content/*.yaml`, and how it gets into the database."""

from nacka_portal.content.loading import load
from nacka_portal.content.reading import ContentFault, read

__all__ = ["ContentFault", "load", "read"]
