"""House rules that no linter knows. Each ban names what to use instead, and carries a sample that
breaks it and one that keeps it; a test runs both, so a rule that sleeps is found out.

    python tools/house_rules.py            check the whole checkout
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from house_finders import (
    FILE_LINES_MAX,
    FUNCTION_LINES_MAX,
    LOOKED_AT,
    SOURCE,
    Find,
    binary_fractions,
    cities,
    in_source,
    is_built_sql,
    is_long_function,
    is_rounded_by_the_way,
    is_telling_log,
    long_files,
    masks_by_hand,
    names_that_say_nothing,
    pattern,
    tree,
    under,
)

CHECKOUT = Path(__file__).resolve().parents[1]
MONEY_ROOMS = tuple(f"{SOURCE}{room}/" for room in ("domain", "ledger", "business", "cases"))
ABOVE_THE_LEDGER = tuple(f"{SOURCE}{room}/" for room in ("business", "cases", "channels", "jobs"))


@dataclass(frozen=True)
class Rule:
    """One ban.

    `applies` takes a path inside the checkout; `find` takes the path and the text and yields the
    numbers of the lines that break it. The samples are (path, text).
    """

    code: str
    says: str
    instead: str
    applies: Callable[[str], bool]
    find: Find
    bad: tuple[str, str]
    good: tuple[str, str]


RULES = (
    Rule(
        "clock",
        "nothing but config reads the machine's clock",
        "take `on` or `at` as an argument; jobs and channels ask ports.clock()",
        in_source(".py", but=("config/",)),
        pattern(
            r"\b(datetime|dt)\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(|timezone\.now\b"
            r"|auto_now|\btime\.time_ns\("
        ),
        bad=(f"{SOURCE}cases/a.py", "at = datetime.now(tz)\n"),
        good=(f"{SOURCE}cases/a.py", "def submit(case, *, at):\n    case.at = at\n"),
    ),
    Rule(
        "float",
        "money and rates are never binary fractions",
        "whole fen as int; rates as fractions.Fraction from text",
        under(*MONEY_ROOMS),
        binary_fractions,
        bad=(f"{SOURCE}ledger/a.py", "rate = 0.015\n"),
        good=(f"{SOURCE}ledger/a.py", 'rate = Fraction("0.015")\n'),
    ),
    Rule(
        "rounding",
        "money is rounded once, by a function that says how",
        "`//` on whole fen, Fraction, and domain.money.round_half_away",
        under(*MONEY_ROOMS),
        tree(is_rounded_by_the_way),
        bad=(f"{SOURCE}business/loans/a.py", "fen = round(base * 3 / 7)\n"),
        good=(f"{SOURCE}business/loans/a.py", "fen = round_half_away(base * 3, 7)\n"),
    ),
    Rule(
        "fen-by-hand",
        "fen become yuan in one place",
        "domain.money.yuan and parse_yuan",
        in_source(".py", ".html", ".js", but=("domain/money.py",)),
        pattern(r"(?<![/:])[/%]{1,2}\s*100\b(?!%|vh)"),
        bad=(f"{SOURCE}channels/citizen/a.py", 'text = f"{fen // 100}.{fen % 100:02}"\n'),
        good=(f"{SOURCE}channels/citizen/a.py", "text = yuan(fen)\n"),
    ),
    Rule(
        "clock-in-words",
        "templates, SQL and the ORM do not read the clock either",
        "the instant as a value; posted_at alone has a default, for the books of the books",
        in_source(".html", ".sql", ".py"),
        pattern(
            r"{%\s*now\b|(?<!DEFAULT )\b(now|clock_timestamp|statement_timestamp)\(\)(?<!\.now\(\))"
            r"|\bCURRENT_(DATE|TIMESTAMP)\b|functions import .*\bNow\b|\blocal(date|time)\(\)"
        ),
        bad=(f"{SOURCE}ledger/sql/a.sql", "UPDATE a SET on_day = CURRENT_DATE;\n"),
        good=(f"{SOURCE}ledger/sql/a.sql", "UPDATE a SET on_day = p_day;\n"),
    ),
    Rule(
        "channels-draw",
        "channels draw, they neither query nor write",
        "one call to an area's facts or actions",
        under(f"{SOURCE}channels/"),
        pattern(r"\.objects\b|\.save\(|\.delete\(\)|transaction\.|connection\.cursor"),
        bad=(f"{SOURCE}channels/citizen/a.py", "case = Case.objects.get(pk=1)\n"),
        good=(
            f"{SOURCE}channels/citizen/a.py",
            "view = facts.case_view(ref, person_id=1, at=at)\n",
        ),
    ),
    Rule(
        "signals",
        "no signals: nobody finds what they do",
        "call the function; what must follow a commit goes through store.outbox",
        in_source(".py"),
        pattern(r"@receiver\b|db\.models\.signals|\b(pre|post)_(save|delete)\b"),
        bad=(f"{SOURCE}parties/a.py", "@receiver(changed)\ndef tell(): ...\n"),
        good=(f"{SOURCE}parties/a.py", 'outbox.defer("messages.send_sms", message_id=1)\n'),
    ),
    Rule(
        "csrf",
        "every form is checked to be ours",
        "leave the check on; only a signed notice from outside (channels/inbound) goes without",
        in_source(".py", but=("channels/inbound/",)),
        pattern(r"csrf_exempt"),
        bad=(f"{SOURCE}channels/citizen/a.py", "@csrf_exempt\ndef post(request): ...\n"),
        good=(f"{SOURCE}channels/inbound/views.py", "@csrf_exempt\ndef notice(request): ...\n"),
    ),
    Rule(
        "built-sql",
        "SQL is a constant; values travel beside it",
        "parameters (%s), or psycopg.sql for names",
        in_source(".py", but=("simulators/",)),
        tree(is_built_sql),
        bad=(f"{SOURCE}ledger/a.py", 'cursor.execute(f"SELECT {name}")\n'),
        good=(
            f"{SOURCE}ledger/a.py",
            'cursor.execute("SELECT a "\n  "FROM b WHERE c = %s", [1])\n',
        ),
    ),
    Rule(
        "sql-above",
        "business, cases, halls and jobs ask by the ORM; SQL stands where its table is guarded",
        "a query set, or a function of ledger, store or parties",
        under(*ABOVE_THE_LEDGER),
        pattern(r"connection\.cursor|\.raw\(|\.extra\(|\bRawSQL\b"),
        bad=(f"{SOURCE}business/loans/a.py", "with connection.cursor() as cursor: ...\n"),
        good=(f"{SOURCE}business/loans/a.py", "rows = Payment.objects.filter(status=status)\n"),
    ),
    Rule(
        "mask-by-hand",
        "what is hidden of a value is decided in one place",
        "store.secrets' masked types, or domain.masks",
        in_source(
            ".py",
            ".html",
            ".js",
            but=(
                "domain/masks.py",
                "config/logs.py",
                "channels/pages/gallery.py",
                "channels/pages/templates/pages/gallery.html",
            ),
        ),
        masks_by_hand,
        bad=(f"{SOURCE}channels/citizen/a.py", 'text = phone[:3] + "****" + phone[-4:]\n'),
        good=(f"{SOURCE}channels/citizen/a.py", "text = MaskedPhone.of(phone)\n"),
    ),
    Rule(
        "plain-values",
        "a plain personal value is opened below the halls, on its way to the bank, in a roster, "
        "or in what was entered",
        "a masked type from parties.facts, or an audited reveal",
        lambda path: (
            under(*ABOVE_THE_LEDGER)(path)
            and not any(
                place in path
                for place in ("/treasury/", "/payers.py", "/rosters/rows.py", "/entry_fields.py")
            )
        ),
        pattern(r"\.expose\(|(?<!ledger\.)\bunseal\("),
        bad=(f"{SOURCE}cases/a.py", 'phone = unseal(person, "phone").expose()\n'),
        good=(f"{SOURCE}cases/a.py", "phone = facts.person(person_id).phone\n"),
    ),
    Rule(
        "telling-log",
        "a line of the log tells which row, never what is in it",
        "ids and references",
        in_source(".py"),
        tree(is_telling_log),
        bad=(f"{SOURCE}parties/a.py", 'log.info("signed in", phone=phone)\n'),
        good=(f"{SOURCE}parties/a.py", 'log.info("signed in", user_id=user.pk)\n'),
    ),
    Rule(
        "unescaped",
        "what goes into a page is escaped by the template",
        "a template; format_html where a tag must come from Python (a literal may be marked safe)",
        in_source(".py", ".html", but=("simulators/",)),
        pattern(r"""\bmark_safe\((?!["'])|\|safe\b|autoescape off|SafeString\("""),
        bad=(f"{SOURCE}channels/pages/a.html", "{{ name|safe }}\n"),
        good=(f"{SOURCE}channels/pages/a.html", "{{ name }}\n"),
    ),
    Rule(
        "inline",
        "the content policy forbids inline style and script",
        "a class in a stylesheet; a listener in a script file",
        in_source(".html"),
        pattern(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\b(src=|type=\"application/json\"))"),
        bad=(f"{SOURCE}channels/pages/a.html", '<p style="color:red">\n'),
        good=(f"{SOURCE}channels/pages/a.html", '<p class="danger"><script src="a.js"></script>\n'),
    ),
    Rule(
        "city-in-code",
        "code knows no city",
        "a value in centers/<city>/, read through policy",
        in_source(".py", ".sql", ".html", ".js", ".css"),
        cities,
        bad=(f"{SOURCE}business/a.py", 'if center == "yuncheng": ...\n'),
        good=(f"{SOURCE}business/a.py", "days = policy.params.card_age_hours_min.on(day)\n"),
    ),
    Rule(
        "schema",
        "nothing names a schema or sets a search path: both belong to the roles",
        "unqualified names; a definer function fixes its path FROM CURRENT or by format()",
        in_source(".py", ".sql", but=("config/provision.py",)),
        pattern(r"\bpublic\.[a-z_]+|\bSET\s+(LOCAL\s+)?search_path\s*(=|TO)\s*['\"a-z]", re.I),
        bad=(f"{SOURCE}ledger/sql/a.sql", "SELECT 1 FROM public.account;\n"),
        good=(f"{SOURCE}ledger/sql/a.sql", "SELECT 1 FROM account;\n"),
    ),
    Rule(
        "network",
        "only adapters speak to the outside",
        "a port, and an adapter behind it",
        in_source(".py", but=("adapters/", "simulators/", "config/")),
        pattern(r"^\s*(import|from)\s+(httpx|requests|urllib\.request|http\.client|socket)\b"),
        bad=(f"{SOURCE}business/a.py", "import httpx\n"),
        good=(f"{SOURCE}adapters/bank_http/a.py", "import httpx\n"),
    ),
    Rule(
        "chance",
        "what must not be guessed is drawn by the operating system",
        "the module secrets",
        in_source(".py", but=("simulation/", "simulators/")),
        pattern(r"^\s*(import|from) random\b|random\.(random|randint|choice)\("),
        bad=(f"{SOURCE}parties/a.py", "import random\n"),
        good=(f"{SOURCE}parties/a.py", "from secrets import randbelow\n"),
    ),
    Rule(
        "text-as-code",
        "no text is run: not as Python, not as a shell's line, not as a pickled object",
        "a mapping of names to functions; a list of arguments; JSON",
        in_source(".py", ".js"),
        pattern(
            r"(?<![.\w])(eval|exec)\(|shell=True|os\.(system|popen)\("
            r"|^\s*(import|from) (pickle|marshal)\b"
            r"|yaml\.(load|unsafe_load|full_load)\(|new Function\("
        ),
        bad=(f"{SOURCE}config/a.py", 'subprocess.run(f"rm {name}", shell=True)\n'),
        good=(f"{SOURCE}config/a.py", 'subprocess.run(["rm", name])\n'),
    ),
    Rule(
        "text-as-markup",
        "a script puts text into a page as text",
        "textContent, and nodes that are made",
        in_source(".js", but=("simulators/",)),
        pattern(r"\.(innerHTML|outerHTML)\b|insertAdjacentHTML|document\.write|srcdoc"),
        bad=(f"{SOURCE}channels/pages/a.js", "box.innerHTML = said;\n"),
        good=(f"{SOURCE}channels/pages/a.js", "box.textContent = said;\n"),
    ),
    Rule(
        "left-in-the-browser",
        "a browser keeps nothing of a person: the hour of the last key, and whether keys are off",
        "the page itself, which nobody stores",
        in_source(".js"),
        pattern(
            r"(local|session)Storage\.setItem\((?!OFF,|SEEN,)|indexedDB|document\.cookie|caches\.open"
        ),
        bad=(f"{SOURCE}channels/pages/a.js", "localStorage.setItem('phone', phone);\n"),
        good=(f"{SOURCE}channels/pages/a.js", "localStorage.setItem(SEEN, String(own));\n"),
    ),
    Rule(
        "all-fields",
        "a form names its fields",
        "a tuple of field names",
        in_source(".py"),
        pattern(r"""fields\s*=\s*['"]__all__['"]"""),
        bad=(f"{SOURCE}channels/counter/a.py", 'fields = "__all__"\n'),
        good=(f"{SOURCE}channels/counter/a.py", 'fields = ("name",)\n'),
    ),
    Rule(
        "left-undone",
        "what is merged is done",
        "an entry in the tracker, and code that stands without it",
        lambda path: path.startswith((SOURCE, "tests/", "tools/")) and "house_rules" not in path,
        pattern(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pragma: no cover"),
        bad=(f"{SOURCE}loans/a.py", "raise NotImplementedError\n"),
        good=(f"{SOURCE}loans/a.py", 'raise LookupError("no such loan")\n'),
    ),
    Rule(
        "name-says-nothing",
        "a file is named after what is in it",
        "rules, postings, actions, facts, models, or the thing itself",
        lambda path: path.startswith(SOURCE),
        names_that_say_nothing,
        bad=(f"{SOURCE}cases/utils.py", "\n"),
        good=(f"{SOURCE}cases/deadlines.py", "\n"),
    ),
    Rule(
        "long-file",
        f"a file has at most {FILE_LINES_MAX} lines",
        "two files, each with a name of its own",
        lambda path: path.endswith(LOOKED_AT) and "/migrations/" not in path,
        long_files,
        bad=(f"{SOURCE}cases/a.py", "\n" * (FILE_LINES_MAX + 1)),
        good=(f"{SOURCE}cases/a.py", "\n" * FILE_LINES_MAX),
    ),
    Rule(
        "long-function",
        f"a function has at most {FUNCTION_LINES_MAX} lines",
        "a second function whose name says what the part does",
        lambda path: path.endswith(".py") and "/migrations/" not in path,
        tree(is_long_function),
        bad=(f"{SOURCE}cases/a.py", "def f():\n" + "    x = 1\n" * FUNCTION_LINES_MAX),
        good=(f"{SOURCE}cases/a.py", "def f():\n" + "    x = 1\n" * (FUNCTION_LINES_MAX - 1)),
    ),
)


def broken(path: str, text: str) -> Iterator[tuple[int, Rule]]:
    """Every rule that this text at this path breaks, with the line."""
    for rule in RULES:
        if rule.applies(path):
            for line in rule.find(path, text):
                yield line, rule


def files() -> Iterator[Path]:
    """Every file that rules look at."""
    for folder in ("src", "tests", "tools", "bench"):
        for path in sorted((CHECKOUT / folder).rglob("*")):
            if path.suffix in LOOKED_AT and "__pycache__" not in path.parts:
                yield path


def main() -> int:
    """Print every breach; 1 when there is one."""
    breaches = 0
    for path in files():
        name = path.relative_to(CHECKOUT).as_posix()
        for line, rule in broken(name, path.read_text(encoding="utf-8")):
            print(f"{name}:{line}: [{rule.code}] {rule.says}; use {rule.instead}")
            breaches += 1
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
