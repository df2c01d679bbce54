"""The product's settings; logs would be measured too."""

from headwater.config.settings import *  # noqa: F403

LOGGING = {"version": 1, "disable_existing_loggers": True}

DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = 80  # noqa: F405 - 64 claimers hold a connection each
