"""What can be done in the room."""

from headwater.forecasting.services.refreshing import is_stale, refresh

__all__ = ["is_stale", "refresh"]
