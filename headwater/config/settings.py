"""Django settings of the product. Values that an operator changes come from `env`."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from headwater.config.auth import *  # noqa: F403
from headwater.config.database import databases
from headwater.config.env import env
from headwater.config.logs import logging_settings
from headwater.config.mail import mail

PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = env.secret_key
DEBUG = env.debug
ALLOWED_HOSTS = env.allowed_hosts
ROOT_URLCONF = "headwater.entry.urls"
WSGI_APPLICATION = "headwater.entry.wsgi.application"

ROOMS = [
    "headwater.handover",
    "headwater.dashboards",
    "headwater.funnels",
    "headwater.insight",
    "headwater.rollups",
    "headwater.routing",
    "headwater.lines",
    "headwater.duplicates",
    "headwater.forms",
    "headwater.hooks",
    "headwater.mailbox",
    "headwater.tracking",
    "headwater.forecasting",
    "headwater.targets",
    "headwater.orders",
    "headwater.quotes",
    "headwater.extraction",
    "headwater.memberships",
    "headwater.leads",
    "headwater.sales",
    "headwater.products",
    "headwater.pools",
    "headwater.acquisition",
    "headwater.currencies",
    "headwater.engagement",
    "headwater.exports",
    "headwater.customization",
    "headwater.organization",
    "headwater.ui",
    "headwater.platform.imports",
    "headwater.platform.search",
    "headwater.platform.notifications",
    "headwater.platform.files",
    "headwater.platform.tokens",
    "headwater.platform.settings",
    "headwater.platform.versions",
    "headwater.platform.limits",
    "headwater.platform.idempotency",
    "headwater.platform.jobs",
    "headwater.platform.audit",
    "headwater.platform.events",
]
# A room takes part once its app module exists; the list above stays the order of the house.
ROOMS = [room for room in ROOMS if (PACKAGE / Path(*room.split(".")[1:]) / "apps.py").exists()]

INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "headwater.platform.observability.middleware.observe_requests",
    "django.middleware.security.SecurityMiddleware",
    "headwater.ui.middleware.StaticMiddleware",
    "headwater.ui.middleware.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "headwater.organization.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "headwater.ui.middleware.RefusalMiddleware",
]

DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [PACKAGE / Path(*room.split(".")[1:]) / "templates" for room in ROOMS],
        "OPTIONS": {"environment": "headwater.ui.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "kernel" / "locale", PACKAGE / "platform" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.home / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/dist/.+-\w{8,10}\.\w+$"  # named by their content

# How long a process may go on with fields and picklists that another one has changed.
CUSTOMIZATION_REFRESH_SECONDS = 1.0

FILES_ROOT = env.home / "files"
PUBLIC_URL = env.public_url
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a quote of two hundred lines has nine fields a line
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- security: everything that is not told otherwise stays closed
SECURE = env.public_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_TRUSTED_ORIGINS = [env.public_url]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = logging_settings(env.log_format)
METRICS_TOKEN = env.metrics_token

EMAIL_URL = env.email_url
globals().update(mail(env.email_url))
DEFAULT_FROM_EMAIL = env.email_from
