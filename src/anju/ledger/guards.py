"""What must still stand guard over the tables: triggers, constraints, rights, partitions."""

_LINES = ("ledger_gl_line", "ledger_member_line", "ledger_loan_line", "ledger_suspense_line")

# table.trigger: without these the tables would take whatever is written.
TRIGGERS = [
    *(f"{table}.{trigger}" for table in _LINES for trigger in ("check_lines", "append_only")),
    "ledger_voucher.check_voucher",
    "ledger_voucher.append_only",
    "ledger_posting_key.append_only",
    "ledger_account.stays",
    "ledger_account.path",
    "ledger_loan.stays",
    "ledger_suspense.stays",
    "ledger_hold.stays",
    "ledger_hold.path",
    "ledger_freeze.stays",
    "ledger_freeze.path",
    "ledger_interest_single.append_only",
    "ledger_interest_sheet.stays",
    "ledger_interest_sheet.path",
    "ledger_interest_year.stays",
    "ledger_batch.stays",
    "ledger_batch.path",
    "ledger_batch_slice.append_only",
    "ledger_business_day.stays",
    "ledger_business_day.path",
    "ledger_voucher_leaf.check_sealing",
    "ledger_voucher_leaf.append_only",
    "ledger_voucher_number.check_sealing",
    "ledger_voucher_number.append_only",
    "ledger_control_balance.check_sealing",
    "ledger_control_balance.append_only",
    "ledger_open_count.append_only",
]
CONSTRAINTS = [
    "ledger_account_amounts",
    "ledger_account_closed",
    "ledger_voucher_source",
    "ledger_voucher_totals",
    "ledger_voucher_two_people",
    "ledger_posting_key_pkey",
    "ledger_batch_done",
    "ledger_batch_slice_pkey",
    "ledger_loan_balance",
    "ledger_suspense_side",
    "ledger_business_day_two_signers",
    "ledger_business_day_chained",
    "ledger_business_day_sealed",
    "ledger_voucher_leaf_pkey",
    "ledger_voucher_number_pkey",
    "ledger_voucher_number_voucher_id_key",
    "ledger_control_balance_pkey",
    "ledger_open_count_pkey",
    "ledger_interest_single_pkey",
    "ledger_interest_sheet_pkey",
    "ledger_interest_sheet_lists",
    "ledger_interest_sheet_posted",
    "ledger_gl_line_amount_check",
    "ledger_member_line_amount_check",
    "ledger_hold_amount",
    "ledger_hold_ordered",
    "ledger_purpose_word",
    "ledger_sum_not_negative",
]
INDEXES = [
    "ledger_account_one_per_person",
    "ledger_voucher_reversed_once",
    "ledger_hold_one_closing",
    "ledger_business_day_one_open",
    "ledger_business_day_chain",
]

# Each guard: its SQL, and the names it is asked about.
GUARDS: dict[str, tuple[str, list[str] | None]] = {
    # A trigger of a lines table must stand on every partition too: an INSERT that names one
    # passes by the parent's.
    "guard trigger": (
        """
        SELECT c.relname || '.' || w.trigger, 'is missing or switched off'
        FROM (SELECT split_part(name, '.', 1) AS tab, split_part(name, '.', 2) AS trigger
              FROM unnest(%s::text[]) AS name) w
        JOIN pg_class c
             ON c.relnamespace = to_regnamespace(quote_ident(current_schema()))
            AND c.relkind IN ('r', 'p')
            AND (c.relname = w.tab OR c.relname ~ ('^' || w.tab || '_[0-9]{6}$'))
        LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = w.trigger AND t.tgenabled = 'O'
        WHERE t.oid IS NULL
        """,
        TRIGGERS,
    ),
    "guard constraint": (
        """
        SELECT name, 'is missing or not validated'
        FROM unnest(%s::text[]) AS name
        WHERE NOT EXISTS (
            SELECT FROM pg_constraint k
            WHERE k.conname = name AND k.convalidated AND k.conenforced
              AND k.connamespace = to_regnamespace(quote_ident(current_schema())))
        """,
        CONSTRAINTS,
    ),
    "guard index": (
        """
        SELECT name, 'is missing or not valid'
        FROM unnest(%s::text[]) AS name
        WHERE NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE c.relname = name AND i.indisunique AND i.indisvalid
              AND c.relnamespace = to_regnamespace(quote_ident(current_schema())))
        """,
        INDEXES,
    ),
    "partition": (
        """
        SELECT relname, CASE WHEN relispartition THEN 'takes what no month claims'
                             ELSE 'is not part of the ledger' END
        FROM pg_class c
        WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind = 'r'
          AND relname ~ '^ledger_(gl|member|loan|suspense)_line_'
          AND (NOT relispartition OR pg_get_expr(relpartbound, oid) = 'DEFAULT')
        """,
        None,
    ),
    # Only the owner may write the tables, and even his writes go through the guards above.
    "right": (
        """
        SELECT c.relname, format('%s may %s', coalesce(r.rolname, 'everybody'), a.privilege_type)
        FROM pg_class c
        CROSS JOIN LATERAL aclexplode(c.relacl) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema()))
          AND c.relkind IN ('r', 'p') AND starts_with(c.relname, 'ledger_')
          AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'
          AND NOT (starts_with(c.relname, 'ledger_staged_') AND a.privilege_type = 'INSERT')
        """,
        None,
    ),
    "function": (
        """
        SELECT p.proname, CASE WHEN p.prosecdef THEN 'has no search path of its own'
                               ELSE 'is open to others than the owner' END
        FROM pg_proc p
        WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema()))
          AND ((p.prosecdef AND starts_with(p.proname, 'ledger_')
                AND coalesce(p.proconfig::text, '') !~ 'search_path=[^"]*pg_temp"')
               OR (starts_with(p.proname, '_ledger_') AND EXISTS (
                    SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                    WHERE a.grantee <> p.proowner)))
        """,
        None,
    ),
}
