"""Reads of the room."""

from headwater.quotes.queries.versions import accepted_version

__all__ = ["accepted_version"]
