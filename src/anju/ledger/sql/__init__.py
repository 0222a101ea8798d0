"""The ledger's SQL: files that migrations run, one per matter."""

from pathlib import Path

from django.db.migrations.operations import RunSQL

# Functions keep the search path they are made with (SET search_path FROM CURRENT), and a caller's
# temporary tables must never come before the centre's own. No schema's name stands anywhere.
_PATH = "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);\n"


def run(*names: str) -> RunSQL:
    """A migration operation that runs these files, in this order, in the centre's own schema."""
    folder = Path(__file__).parent
    texts = [(folder / f"{name}.sql").read_text(encoding="utf-8") for name in names]
    return RunSQL(_PATH + "\n".join(texts))
