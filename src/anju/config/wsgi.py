"""The door gunicorn knocks at."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
