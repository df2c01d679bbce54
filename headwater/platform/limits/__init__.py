"""How often somebody may do something, counted for all processes together.

    answer = allow(f"hooks:{hook_id}", limit=600, seconds=60)
    if not answer:
        raise RateLimited(limit=600, retry_after=answer.retry_after, used=600, until=None)

The API's `limit_rate` does the same with a setting and raises by itself.
"""

from headwater.platform.limits.counting import Answer, allow, remove_rested

__all__ = ["Answer", "allow", "remove_rested"]
