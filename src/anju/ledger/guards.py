"""What must still stand guard over the tables: triggers, constraints, rights, partitions."""

_LINES = ("ledger_gl_line", "ledger_member_line", "ledger_loan_line", "ledger_suspense_line")

# (table, trigger): without these the tables would take whatever is written.
_TRIGGERS = (
    *((table, trigger) for table in _LINES for trigger in ("check_lines", "append_only")),
    ("ledger_voucher", "check_vouchers"),
    ("ledger_voucher", "append_only"),
    ("ledger_posting_key", "append_only"),
    ("ledger_account", "stays"),
    ("ledger_account", "path"),
    ("ledger_loan", "stays"),
    ("ledger_suspense", "stays"),
    ("ledger_hold", "stays"),
    ("ledger_hold", "path"),
    ("ledger_freeze", "stays"),
    ("ledger_freeze", "path"),
    ("ledger_interest_settlement", "stays"),
    ("ledger_interest_settlement", "path"),
    ("ledger_business_day", "stays"),
    ("ledger_business_day", "path"),
)
_CONSTRAINTS = (
    "ledger_account_amounts",
    "ledger_account_closed",
    "ledger_voucher_source",
    "ledger_voucher_totals",
    "ledger_voucher_two_people",
    "ledger_posting_key_pkey",
    "ledger_loan_balance",
    "ledger_suspense_side",
    "ledger_business_day_two_signers",
    "ledger_gl_line_amount_check",
    "ledger_member_line_amount_check",
)
_INDEXES = (
    "ledger_account_one_per_person",
    "ledger_voucher_reversed_once",
    "ledger_hold_one_closing",
    "ledger_business_day_one_open",
)

_HERE = "to_regnamespace(quote_ident(current_schema()))"


def _values(rows: tuple[tuple[str, ...], ...]) -> str:
    return ", ".join("(" + ", ".join(f"'{text}'" for text in row) + ")" for row in rows)


GUARDS = {
    # A trigger of each lines table must stand on every partition too: an INSERT that names one
    # passes by the parent's.
    "guard trigger": f"""
        SELECT c.relname || '.' || w.trigger, 'is missing or switched off'
        FROM (VALUES {_values(_TRIGGERS)}) AS w(tab, trigger)
        JOIN pg_class c ON c.relnamespace = {_HERE} AND c.relkind IN ('r', 'p')
             AND (c.relname = w.tab OR c.relname ~ ('^' || w.tab || '_[0-9]{{6}}$'))
        LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = w.trigger AND t.tgenabled = 'O'
        WHERE t.oid IS NULL
    """,
    "guard constraint": f"""
        SELECT w.name, 'is missing or not validated'
        FROM (VALUES {_values(tuple((name,) for name in _CONSTRAINTS))}) AS w(name)
        LEFT JOIN pg_constraint k
               ON k.conname = w.name AND k.connamespace = {_HERE} AND k.convalidated
              AND k.conenforced
        WHERE k.oid IS NULL
        UNION ALL
        SELECT w.name, 'is missing or not valid'
        FROM (VALUES {_values(tuple((name,) for name in _INDEXES))}) AS w(name)
        LEFT JOIN pg_class c ON c.relname = w.name AND c.relnamespace = {_HERE}
        LEFT JOIN pg_index i ON i.indexrelid = c.oid AND i.indisunique AND i.indisvalid
        WHERE i.indexrelid IS NULL
    """,
    "partition": f"""
        SELECT c.relname, 'is not part of the ledger'
        FROM pg_class c
        WHERE c.relnamespace = {_HERE} AND c.relkind = 'r'
          AND c.relname ~ '^ledger_(gl|member|loan|suspense)_line_' AND NOT c.relispartition
        UNION ALL
        SELECT c.relname, 'takes what no month claims'
        FROM pg_class c
        WHERE c.relnamespace = {_HERE} AND c.relispartition AND c.relkind = 'r'
          AND pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'
    """,
    # Only the owner may write the tables, and even his writes go through the guards above.
    "right": f"""
        SELECT c.relname, format('%s may %s', coalesce(r.rolname, 'everybody'), a.privilege_type)
        FROM pg_class c
        CROSS JOIN LATERAL aclexplode(c.relacl) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = {_HERE} AND c.relname LIKE 'ledger\\_%'
          AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner
          AND a.privilege_type NOT IN ('SELECT')
    """,
    "function": f"""
        SELECT p.proname,
               CASE WHEN p.proconfig::text !~ 'search_path=[^"]*pg_temp' OR p.proconfig IS NULL
                    THEN 'has no search path of its own' ELSE 'is open to others' END
        FROM pg_proc p
        WHERE p.pronamespace = {_HERE} AND p.proname LIKE '%ledger\\_%'
          AND ((p.prosecdef AND (p.proconfig IS NULL
                                 OR p.proconfig::text !~ 'search_path=[^"]*pg_temp'))
               OR (p.proname LIKE '\\_ledger\\_%' AND EXISTS (
                       SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                       WHERE a.grantee <> p.proowner)))
    """,
}
