"""Django's settings, made from the folder in which everything is stored and a few variables of the environment."""

import importlib.util
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from customer_segments.base.errors import StudyError
from customer_segments.web.names import (
    BACKUPS_VARIABLE,
    DATABASE_VARIABLE,
    HOME_VARIABLE,
    METRICS_VARIABLE,
    ORIGIN_VARIABLE,
)

PACKAGE = Path(__file__).parent
if not (named := os.environ.get(HOME_VARIABLE)):
    raise StudyError(f"{HOME_VARIABLE} does not say where everything is stored: start with `segments serve`.")
HOME = Path(named).resolve()
ORIGIN = os.environ.get(ORIGIN_VARIABLE, "")
SECURE = ORIGIN.startswith("https://")


def _database(address: str) -> dict[str, object]:
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "explorer.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON; PRAGMA cache_size=-500;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise StudyError(
            f"{DATABASE_VARIABLE} names no PostgreSQL database: write `postgresql://user:password@host/name`."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _plotly() -> Path:
    return Path(importlib.util.find_spec("plotly").origin).parent / "package_data"


READ_BELOW = [HOME / "studies"]  # where DuckDB may read
SECRET_KEY = (HOME / "secret").read_text(encoding="ascii") if (HOME / "secret").exists() else ""
DEBUG = False
ALLOWED_HOSTS = [urlsplit(ORIGIN).hostname] if ORIGIN else ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
DATABASES = {"default": _database(os.environ.get(DATABASE_VARIABLE, ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # in pages of allauth
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "customer_segments.web.apps.Web",
]
MIDDLEWARE = [
    "customer_segments.web.shield.headers",
    "customer_segments.web.api.entrance.without_cookies",
    "django.middleware.security.SecurityMiddleware",
    "customer_segments.web.shield.static_files",
    "customer_segments.web.shield.sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "customer_segments.web.shield.people",
    "customer_segments.web.shield.messages",
    "allauth.account.middleware.AccountMiddleware",
    "customer_segments.web.shield.sessions_seen",
    "customer_segments.web.shield.sessions_end",
    "customer_segments.web.shield.parts_of_pages",
    "customer_segments.web.shield.refusals",
    "customer_segments.web.access.Gate",
]
if os.environ.get(METRICS_VARIABLE):
    MIDDLEWARE.insert(0, "customer_segments.web.metrics.Counted")
ROOT_URLCONF = "customer_segments.web.urls"
WSGI_APPLICATION = "customer_segments.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "templates", PACKAGE.parent / "pages/report/templates/shared"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "customer_segments.web.pages.environment"},
    },
    {  # allauth's own pages, inside a frame that looks like ours
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates" / "accounts"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# People
AUTH_USER_MODEL = "web.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["customer_segments.web.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "home"
ACCOUNT_ADAPTER = "customer_segments.web.people.Accounts"
ACCOUNT_FORMS = {"signup": "customer_segments.web.registration.RegistrationForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator approves, or has invited
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "signup": "10/m/ip", "reset_password": "10/m/ip,5/m/key"}
MFA_ADAPTER = "customer_segments.web.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # as ACCOUNT_EMAIL_VERIFICATION says, nobody has to prove theirs
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "Customer segments"
USERSESSIONS_TRACK_ACTIVITY = True
EMAIL_BACKEND = "customer_segments.web.people.Outbox"
DEFAULT_FROM_EMAIL = "segments@localhost"

# Sessions: 30 minutes without a request, 8 hours in all
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False  # but once a minute, when it is noted that someone was there: see `shield`
SESSION_LONGEST = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-csrf") if SECURE else ("session", "csrf")
CSRF_FAILURE_VIEW = "customer_segments.web.pages.refused"
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # but for chapters: see `shield`

# Files
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # else each is compressed twice
STATICFILES_DIRS = [PACKAGE / "static", PACKAGE.parent / "pages/report/templates", ("plotly", _plotly())]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = HOME / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
LARGEST_JSON = 2 << 20  # bytes of what a program sends
CALLS_A_MINUTE = 3000  # by one key
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
LARGEST_UPLOAD = 500 << 20  # bytes of one upload, all its files together
ROOM_OF_A_PERSON = 2 << 30  # bytes of all uploads of one person
UPLOADS_KEPT_DAYS = 30
BACKUPS_KEPT_DAYS = int(os.environ.get(BACKUPS_VARIABLE, "0"))  # 0: nobody has said

# What one piece of work may take
RUN_MEMORY = 12 << 30  # bytes, of all its processes together
RUN_ROOM = 8 << 30  # bytes of a study's folder
LEAST_FREE = 500 << 20  # bytes that stay free on the disk
RUN_SECONDS = {"check": 120, "run": 6 * 3600, "forget": 3600}
RUN_NICE = 10

USE_TZ, TIME_ZONE, LANGUAGE_CODE, USE_I18N = True, "UTC", "en", False
SHORT_DATE_FORMAT = "j M Y"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"unnamed": {"()": "customer_segments.web.logs.Unnamed"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["unnamed"]}},
    "root": {"handlers": ["err"], "level": "WARNING"},
    "loggers": {"customer_segments.web": {"level": "INFO"}},
}
