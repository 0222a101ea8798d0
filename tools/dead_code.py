"""Code that nobody calls, found by vulture: nothing is kept "for later", and no leftovers stay.

    python tools/dead_code.py            look at the whole checkout

What runs is looked at without its tests, so that a function which only tests call is dead as well.
Names that a template, an SQL file or a dotted path in a text mentions are in use, and columns that
a query or an insert names. What is left is
called by a framework, or waits for somebody; both stand below with the reason, and an entry that
matches nothing any more is a finding itself.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from django.conf import global_settings
from vulture import Vulture
from vulture.core import Item

CHECKOUT = Path(__file__).resolve().parents[1]
RUNS = ("src", "tools", "bench", "dev", "conftest.py")
# Registered by their decorator and called by name or address afterwards.
CALLED_BY_DECORATOR = [
    *("@app.task", "@app.periodic", "@procrastinate.*", "@*.task", "@*.periodic"),
    *("@*.get", "@*.post", "@*.errorhandler", "@*.after_request", "@*.before_request"),
    *("@rule", "@invariant", "@initialize", "@precondition"),  # hypothesis' machines
    *("@pytest.fixture", "@pytest.hookimpl", "@model_validator", "@field_validator"),
]
TEMPLATE_CODE = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
DOTTED_PATH = re.compile(r"[\"'](anju(?:\.\w+)+)[\"']")
LIBRARY_SETTINGS = re.compile(r"WHITENOISE_|PROCRASTINATE_|CONTENT_SECURITY_POLICY$")


@dataclass(frozen=True)
class Kept:
    """Names in files that stay although nothing of ours says them."""

    places: str
    names: tuple[str, ...]
    reason: str


def kept(places: str, names: str, reason: str) -> Kept:
    """An entry; `names` are parted by blanks."""
    return Kept(places, tuple(names.split()), reason)


KEPT = (
    # -- called by a framework
    kept("src/anju/*/apps.py", "default_auto_field verbose_name", "read by Django's app registry"),
    kept(
        "src/anju/*/apps.py",
        "CasesConfig CitizenConfig ConfigApp ContributionsConfig CounterConfig"
        " DeskConfig EmployerConfig LedgerConfig LoansConfig PagesConfig PartiesConfig StoreConfig"
        " TreasuryConfig WithdrawalsConfig",
        "found by Django's app registry",
    ),
    kept("src/anju/*/models.py", "abstract managed", "Meta, read by Django"),
    kept("src/anju/*/models/*.py", "abstract", "Meta, read by Django"),
    kept("src/anju/*/urls.py", "app_name", "the namespace, read by Django's resolver"),
    kept("src/anju/config/urls.py", "handler400 handler403 handler404 handler500", "Django's"),
    kept("src/anju/config/settings.py", "ROOT_URLCONF", "Django's, without a default"),
    kept("src/anju/config/well_formed.py", "process_view", "middleware, called by Django"),
    kept("src/anju/config/passwords.py", "time_cost memory_cost parallelism", "read by the hasher"),
    kept(
        "src/anju/config/sessions.py",
        "get_expiry_date get_expiry_age _get_session_from_db _session_key",
        "overrides Django's session store",
    ),
    kept(
        "src/anju/store/fields.py",
        "from_db_value get_prep_value value_to_string",
        "called by Django's model fields",
    ),
    kept(
        "src/anju/parties/models.py",
        "USERNAME_FIELD REQUIRED_FIELDS last_login get_by_natural_key",
        "asked for by Django's authentication",
    ),
    kept(
        "src/anju/channels/employer/opening_forms.py",
        "clean_uscc clean_agent_phone clean_headcount clean_wages",
        "called by Django's forms",
    ),
    kept("src/anju/channels/desk/details_form.py", "clean_payday", "called by Django's forms"),
    kept(
        "src/anju/channels/*/forms.py",
        "clean_phone clean_id_number clean_uscc field_order",
        "called or read by Django's forms",
    ),
    kept("src/anju/policy/shapes.py", "model_config", "read by pydantic"),
    kept("src/anju/store/outbox.py", "job_manager", "read by procrastinate"),
    kept("*.py", "pytest_plugins pytestmark", "read by pytest"),
    kept(
        "*.py",
        "do_POST do_HEAD log_message log_request daemon_threads server_version sys_version"
        " close_connection request_queue_size",
        "called or read by http.server and socketserver",
    ),
    kept("*.py", "handle_starttag handle_endtag handle_data", "called by html.parser"),
    kept(
        "src/anju/adapters/bank_bdc/documents.py",
        "StartElementHandler EndElementHandler CharacterDataHandler StartDoctypeDeclHandler"
        " EntityDeclHandler ExternalEntityRefHandler ProcessingInstructionHandler",
        "called by expat",
    ),
    kept("src/anju/simulators/*.py", "row_factory ensure_ascii", "read by sqlite3 and by Flask"),
    kept("src/anju/*/tests/*.py", "teardown", "called by hypothesis after a machine's run"),
    kept("src/anju/ledger/tests/*.py", "isolation_level", "read by psycopg"),
    kept("tests/*.py", "_from_testcase raise_request_exception", "read by Django's test tools"),
    # -- reached by a name that is put together
    kept("src/anju/domain/masks.py", "mask_id_number mask_phone",
         "each kind of secret names its mask (store.secrets)"),
    kept("src/anju/channels/pages/palette.py", "fill_press on_fill on_hero on_hero_quiet",
         "printed by walking the slots"),
    kept("src/anju/ledger/__init__.py", "__getattr__", "PEP 562: called by the import"),
    # -- written and read by SQL, or by people who look at the tables
    kept("src/anju/ledger/models.py", "PostingKey BusinessDay"
         " VoucherLeaf VoucherNumber ControlBalance",
         "tables that the ledger's functions write and `anju verify` reads"),
    kept("src/anju/store/models.py", "ReferenceDay LimitCounter", "tables that one upsert writes"),
    kept("src/anju/parties/models.py", "name_a name_b", "blind index, named by store.index"),
    kept(
        "src/anju/cases/*.py",
        "decided_reason decided_note",
        "part of what was decided: kept for whoever looks into a case later",
    ),
    # -- waits for its page; tested, and part of what a centre must be able to do
    kept("src/anju/parties/actions.py", "set_login_password totp_uri",
         "the pages for a member's own data and for staff logins"),
    kept("src/anju/domain/employer_account.py", "STANDARD_CODES",
         "the data standard's table"),
    kept("src/anju/ports/bank_accounts.py", "available_fen", "the treasurer's page"),
    kept("src/anju/*/bank_*.py", "pay_batch batch_state batch_lines",
         "the port's batches, for areas that pay many at once"),
    kept("src/anju/*/bank_*.py", "collection_lines debit_loans debit_lines"
         " split_debits split_state",
         "the port's collections and loan debits, for areas that fetch money"),
    kept("src/anju/domain/masks.py", "mask_account", "a row of the table of masks"),
    kept("src/anju/parties/captcha.py", "solve", "a browser's work, done by tests of every hall"),
)  # fmt: skip


# -- what is in use ---------------------------------------------------------------------------


def said(folder: Path) -> set[str]:
    """Names said in templates, in SQL and as dotted paths in texts of code."""
    names: set[str] = set()
    for path in folder.rglob("*"):
        if path.suffix == ".html":
            for code in TEMPLATE_CODE.findall(path.read_text(encoding="utf-8")):
                names.update(re.findall(r"\w+", code))
        elif path.suffix == ".sql":
            names.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        elif path.suffix == ".py" and "tests" not in path.parts:
            for dotted in DOTTED_PATH.findall(path.read_text(encoding="utf-8")):
                names.add(dotted.rpartition(".")[2])
    return names


def columns_asked_for(folder: Path) -> set[str]:
    """Names by which code speaks of columns: keywords (`filter(person__name_a=…)`) and texts."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg:
                names.update(node.arg.split("__"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.update(re.findall(r"\w+", node.value) if len(node.value) < 2000 else ())
    return names


def columns_in(folder: Path) -> set[str]:
    """Names of the columns of all models."""
    return {
        target.id
        for path in (*folder.rglob("models.py"), *folder.rglob("models/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in ast.walk(node.targets[0] if isinstance(node, ast.Assign) else node.target)
        if isinstance(target, ast.Name)
    }


def unused(places: Iterable[Path], *, names: set[str], without: Iterable[str] = ()) -> list[Item]:
    """What vulture finds nobody to call in these files and folders."""
    vulture = Vulture(ignore_decorators=CALLED_BY_DECORATOR)
    vulture.scavenge([str(place) for place in places], exclude=["*/migrations/*", *without])
    vulture.used_names.update(names)
    return list(vulture.get_unused_code(min_confidence=60))


def is_setting(item: Item, path: str) -> bool:
    """A name of settings.py that Django or a library knows; a misspelt one is dead."""
    known = hasattr(global_settings, item.name) or LIBRARY_SETTINGS.match(item.name)
    return path.endswith("config/settings.py") and bool(known)


def is_fixture(item: Item, path: str) -> bool:
    """A test names a fixture for what it does."""
    return "tests/" in path and item.confidence == 100 and item.typ == "variable"


def is_asked_for(item: Item, path: str, columns: set[str]) -> bool:
    """A column that is written or asked for by its name, or an attribute that sets it."""
    declared = item.typ == "variable" and re.search(r"/models(\.py|/\w+\.py)$", path)
    return item.name in columns and (bool(declared) or item.typ == "attribute")


# -- the answer -------------------------------------------------------------------------------


def findings(checkout: Path, entries: tuple[Kept, ...]) -> Iterator[str]:
    """A line for everything dead in a checkout, and for every entry that nothing needs."""
    names = said(checkout / "src")
    running = [checkout / place for place in RUNS if (checkout / place).exists()]
    everything = [*running, *(path for path in [checkout / "tests"] if path.exists())]
    columns = columns_asked_for(checkout / "src")
    columns &= columns_in(checkout / "src")
    found = [
        *unused(running, names=names, without=["*/tests/*"]),
        *(item for item in unused(everything, names=names) if "/tests/" in str(item.filename)),
    ]
    needed = set()
    for item in found:
        path = Path(item.filename).relative_to(checkout).as_posix()
        if is_setting(item, path) or is_fixture(item, path):
            continue
        if is_asked_for(item, path, columns):
            continue
        for entry in entries:
            if item.name in entry.names and fnmatch(path, entry.places):
                needed.add((entry, item.name))
                break
        else:
            yield f"{path}:{item.first_lineno}: nothing uses the {item.typ} {item.name}"
    for entry in entries:
        for name in entry.names:
            if (entry, name) not in needed:
                yield f"tools/dead_code.py: {name} in {entry.places} need not be kept any more"


def main() -> int:
    """Print every finding; 1 when there is one."""
    lines = list(findings(CHECKOUT, KEPT))
    print(*lines, sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
