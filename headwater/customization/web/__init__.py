"""Screens of the room: fields and picklists in the settings, views of lists."""
