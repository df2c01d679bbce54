"""The web application as WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from headwater.tracking.collecting.door import with_door  # noqa: E402 - needs the settings

# What visitors of the company's website do is taken in before Django: thousands of them must not slow it.
application = with_door(django_application)
