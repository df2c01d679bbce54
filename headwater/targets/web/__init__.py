"""Screens of the room: progress, the sheet of targets, results, the forecast call."""
