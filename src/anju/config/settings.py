"""Django's settings, all of them derived from the environment."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF

from anju.config import environment, logs

ENVIRONMENT = environment.read()
PRODUCTION = ENVIRONMENT.production
TESTING = ENVIRONMENT.profile == "test"

SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.secret_key_fallbacks)
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)

ROOMS = (
    "anju.store",
    "anju.ledger",
    "anju.parties",
    "anju.cases",
    "anju.business.contributions",
    "anju.business.withdrawals",
    "anju.business.loans",
    "anju.business.treasury",
    "anju.channels.pages",
    "anju.channels.citizen",
    "anju.channels.desk",
    "anju.channels.employer",
    "anju.channels.counter",
)


def _is_app(name: str) -> bool:
    """A room is an app once it has something for Django to find."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return False
    folder = Path(next(iter(spec.submodule_search_locations)))
    return any((folder / part).exists() for part in ("apps.py", "models.py", "models", "templates"))


INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    *(room for room in ROOMS if _is_app(room)),
    "anju.config",
]
AUTH_USER_MODEL = "parties.User" if "anju.parties" in INSTALLED_APPS else "auth.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "anju.config.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "anju.config.middleware.HallSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "anju.config.well_formed.WellFormedMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "anju.config.middleware.LiveSessionMiddleware",
    "anju.config.middleware.BusinessDayMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "anju.config.urls"
WSGI_APPLICATION = "anju.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "anju.config.context.hall",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# A centre is a schema: which one is the role's own setting in the database, never ours.
_ADDRESS = ENVIRONMENT.database
_OPTIONS: dict[str, object] = {**dict(_ADDRESS.options), "connect_timeout": 5}
if ENVIRONMENT.pool_size:
    _OPTIONS["pool"] = {"min_size": 1, "max_size": ENVIRONMENT.pool_size, "timeout": 5}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _ADDRESS.name,
        "USER": _ADDRESS.user,
        "PASSWORD": _ADDRESS.password,
        "HOST": _ADDRESS.host,
        "PORT": _ADDRESS.port,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _OPTIONS,
    }
}
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# Tests hash fast; everywhere else the hasher is sized for bursts of sign-ins.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
    if TESTING
    else "anju.config.passwords.Argon2Hasher"
]

STATIC_URL = "/static/"
# `anju assets` collects them for production; elsewhere they are served from where they lie.
STATIC_ROOT = ENVIRONMENT.state / "static" if PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}

# Sessions: one cookie per hall (ports do not separate cookies), kept in the centre's database.
SESSION_ENGINE = "anju.config.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_USE_SESSIONS = True
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "anju.config.errors.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 86400 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
if ENVIRONMENT.proxy_tls:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# Photographs stay in memory until they are encrypted: nothing readable touches a disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["anju.config.jobs"]

LOGGING_CONFIG = None
logs.configure(profile=ENVIRONMENT.profile)
