"""The product, imported once: test processes are forked from where this module has been imported.

Starting a process of the product is mostly importing it. What an operator decides from outside is read again
in each process after the fork, so that it sees its own environment as if it had begun from nothing.
"""

import importlib
import os
import sys

import django

os.environ |= {"HEADWATER_TEST_PARENT": str(os.getpid()), "DJANGO_SETTINGS_MODULE": "tests.settings"}
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@nowhere/nothing")  # nobody connects before a fork
django.setup()

from django.conf import settings  # noqa: E402 - settings are read at the set-up above
from django.db import connections  # noqa: E402
from django.template import engines  # noqa: E402
from django.utils.log import configure_logging  # noqa: E402

from headwater.config import env as environment  # noqa: E402
from headwater.entry.web import load_addresses  # noqa: E402
from headwater.platform.imports import running  # noqa: E402

load_addresses()
for name in (pages := engines["jinja2"].env).list_templates(extensions=["html"]):
    pages.get_template(name)  # compiled once, not in each process


def read_environment_anew() -> None:
    """Bring `env` and the settings to what the environment of this process says."""
    vars(environment.env).clear()
    vars(environment.env).update(vars(environment.read()))
    for name in [name for name in sys.modules if name.startswith("headwater.config.")]:
        if name != environment.__name__:
            importlib.reload(sys.modules[name])
    fresh = importlib.reload(sys.modules["tests.settings"])
    for name in filter(str.isupper, vars(fresh)):
        setattr(settings, name, getattr(fresh, name))
    for alias in settings.DATABASES:
        if hasattr(connections._connections, alias):
            del connections[alias]
    vars(connections).pop("settings", None)
    connections._settings = None
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    if chunk := os.environ.get("HEADWATER_TEST_IMPORT_CHUNK"):
        running.CHUNK = int(chunk)  # short files have several chunks too, for a kill between them
