"""All jobs: importing this module imports every module of the jobs room, so its tasks exist."""

from importlib import import_module
from pkgutil import walk_packages

from procrastinate.contrib.django import app

from anju import jobs
from anju.config.sessions import SessionStore

for _found in walk_packages(jobs.__path__, f"{jobs.__name__}."):
    if "tests" not in _found.name.split("."):
        import_module(_found.name)


@app.periodic(cron="23 * * * *")
@app.task(name="sessions.sweep", queueing_lock="sessions.sweep")
def sweep_sessions(timestamp: int) -> None:
    """Forget sessions whose time has passed; nobody can use them any more."""
    SessionStore.clear_expired()
