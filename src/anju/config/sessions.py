"""Sessions in the centre's database, ageing by Anju's clock, so that a demo's day ends them too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from anju import ports


class SessionStore(DatabaseSessionStore):
    """Django's database session with the port's clock in place of the machine's."""

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """When this session's row may be swept."""
        return ports.clock().now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Seconds until then."""
        return int(settings.SESSION_COOKIE_AGE)

    def _get_session_from_db(self) -> Any:
        try:
            return self.model.objects.get(
                session_key=self.session_key, expire_date__gt=ports.clock().now()
            )
        except self.model.DoesNotExist:
            self._session_key = None
            return None

    @classmethod
    def clear_expired(cls) -> None:
        """Sweep rows whose time has passed."""
        cls.get_model_class().objects.filter(expire_date__lt=ports.clock().now()).delete()
