"""Inbound mail: new leads, and replies on the timelines of known ones."""
