"""The product's settings for tests: a throw-away home folder and a database of the shared test server."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.server import TEST_SERVER

if "HEADWATER_TEST_PARENT" not in os.environ:  # a process that a test starts keeps what the test gives it
    _home = tempfile.mkdtemp(prefix="headwater-test-home-")
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    (Path(_home) / "static").mkdir()  # WhiteNoise warns without it, and warnings are errors here
    os.environ["HEADWATER_HOME"] = _home
    os.environ["HEADWATER_DEMO"] = "0"
    os.environ["DATABASE_URL"] = TEST_SERVER.url(f"test_{os.getpid()}")

# A browser driven in the same process keeps an event loop there; our own code is never asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from headwater.config.settings import *  # noqa: F403

if "HEADWATER_TEST_PARENT" not in os.environ:  # pytest shows what is logged by itself
    LOGGING["handlers"]["stderr"] = {"class": "logging.NullHandler"}  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose

# The house stands without its upper rooms: HEADWATER_TEST_WITHOUT=leads,sales tests the rest alone.
_without = {f"headwater.{room}" for room in os.environ.get("HEADWATER_TEST_WITHOUT", "").split(",") if room}
INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in _without]  # noqa: F405
ROOMS = [room for room in ROOMS if room not in _without]  # noqa: F405
# One process: a look at the clock must not change a count of queries.
CUSTOMIZATION_REFRESH_SECONDS = SETTINGS_REFRESH_SECONDS = 3600.0
