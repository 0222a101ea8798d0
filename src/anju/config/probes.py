"""`/healthz`: this process answers. `/readyz`: it can do its work."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

_migrated = False


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process can answer at all; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and no migration is missing; else 503 saying which is not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema() IS NOT NULL")
            schema = cursor.fetchone()[0]
        ready = {"database": True, "schema": bool(schema), "migrations": _all_migrated()}
    except DatabaseError:
        ready = {"database": False, "schema": False, "migrations": False}
    return JsonResponse(ready, status=200 if all(ready.values()) else 503)


def _all_migrated() -> bool:
    """True once every migration is applied; asked of the database until it is so."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
