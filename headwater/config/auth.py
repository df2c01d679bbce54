"""Signing in: passwords, second factors, passkeys, sessions, throttling (django-allauth)."""

from headwater.config.env import env

_behind_https = env.public_url.startswith("https://")

AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = ["headwater.organization.backends.RememberingBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email", "mobile")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL

ACCOUNT_ADAPTER = "headwater.organization.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are entered by administrators
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers on request of strangers
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None  # the person chooses
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the present session stays; all others end
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
# Attempts are counted in the database: all web processes count together. Nothing else uses Django's cache.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "organization_attempt",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
PASSWORD_RESET_TIMEOUT = 24 * 3600
# Behind a proxy that ends TLS the caller's address is the last one the proxy named.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _behind_https else 0

MFA_ADAPTER = "headwater.organization.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Headwater"
MFA_TOTP_TOLERANCE = 1
MFA_TRUST_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _behind_https  # browsers allow it for localhost alone

USERSESSIONS_TRACK_ACTIVITY = False  # the organization's middleware notes it, every five minutes
