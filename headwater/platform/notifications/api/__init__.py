"""What people are told, and what goes out to groups, over the API."""

from headwater.platform.notifications.api import inbox, outside

ROUTERS = [("/notifications", inbox.router), ("/notification-groups", outside.router)]
