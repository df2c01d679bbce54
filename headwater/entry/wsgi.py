"""The web application as WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
