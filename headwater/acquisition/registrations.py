"""What the room adds to the house."""

from headwater.acquisition import navigation, permissions, picklists, records


def register() -> None:
    """Called once when Django is ready."""
    permissions.register()
    picklists.register()
    records.register()
    navigation.register()
