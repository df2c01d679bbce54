"""Screens of the room: campaigns, and sources and channels in the settings."""
