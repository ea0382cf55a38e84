"""The content of the report, as `content/*.yaml` has it, and how it gets into the database."""

from nacka_portal.content.loading import load
from nacka_portal.content.reading import ContentFault, read

__all__ = ["ContentFault", "load", "read"]
