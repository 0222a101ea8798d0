"""What must follow from sealed days, worked out again by SQL that calls none of our functions."""

SEAL_PROOFS = {
    "leaf": """
        SELECT format('voucher %s', coalesce(n.id, f.voucher_id)),
               CASE WHEN n.id IS NULL THEN 'has a leaf and is not there'
                    WHEN f.voucher_id IS NULL THEN 'has no leaf'
                    ELSE 'is not as it was sealed' END
        FROM (
            SELECT h.id, h.accounting_date AS day, h.segment, sha256(convert_to(
                json_build_array(
                    'voucher', h.id, h.kind, h.accounting_date, h.segment, h.source_type,
                    h.source_id, h.seq, h.gl_lines, h.member_lines, h.loan_lines,
                    h.suspense_lines, h.debit_total, h.credit_total, h.member_total, h.loan_total,
                    h.suspense_total, h.reverses, h.summary, h.maker, h.checker,
                    (extract(epoch FROM h.occurred_at) * 1000000)::bigint)::text
                || coalesce((SELECT string_agg(E'\\n' || json_build_array('gl', line_no, subject,
                        employer_id, bank_account_id, amount)::text, '' ORDER BY line_no)
                    FROM ledger_gl_line l
                    WHERE l.accounting_date = h.accounting_date AND l.voucher_id = h.id), '')
                || coalesce(m.told, '')
                || coalesce(o.told, '')
                || coalesce(s.told, ''), 'UTF8')) AS hash
            FROM ledger_voucher h
            JOIN ledger_business_day d
                 ON d.day = h.accounting_date AND d.segment = h.segment AND d.state = 'sealed'
            LEFT JOIN (
                SELECT accounting_date, voucher_id, string_agg(E'\\n' || json_build_array('member',
                    line_no, account_id, kind, amount, carried_delta, value_date,
                    balance_after)::text, '' ORDER BY line_no, account_id) AS told
                FROM ledger_member_line GROUP BY accounting_date, voucher_id
            ) m ON m.accounting_date = h.accounting_date AND m.voucher_id = h.id
            LEFT JOIN (
                SELECT accounting_date, voucher_id, string_agg(E'\\n' || json_build_array('loan',
                    line_no, loan_id, kind, amount, value_date, balance_after)::text,
                    '' ORDER BY line_no, loan_id) AS told
                FROM ledger_loan_line GROUP BY accounting_date, voucher_id
            ) o ON o.accounting_date = h.accounting_date AND o.voucher_id = h.id
            LEFT JOIN (
                SELECT accounting_date, voucher_id, string_agg(E'\\n' || json_build_array(
                    'suspense', line_no, suspense_id, kind, amount, account_id,
                    balance_after)::text, '' ORDER BY line_no, suspense_id) AS told
                FROM ledger_suspense_line GROUP BY accounting_date, voucher_id
            ) s ON s.accounting_date = h.accounting_date AND s.voucher_id = h.id
        ) n
        FULL JOIN (
            SELECT f.* FROM ledger_voucher_leaf f
            JOIN ledger_business_day d
                 ON d.day = f.day AND d.segment = f.segment AND d.state = 'sealed'
        ) f ON f.voucher_id = n.id AND f.day = n.day AND f.segment = n.segment
        WHERE n.hash IS DISTINCT FROM f.hash
    """,
    "root": """
        SELECT format('%s %s', d.day, d.segment),
               CASE WHEN d.root <> n.root THEN 'is not over its leaves'
                    ELSE 'is not chained to the day before' END
        FROM ledger_business_day d
        LEFT JOIN ledger_business_day p ON p.chain_no = d.chain_no - 1
        CROSS JOIN LATERAL (
            SELECT sha256(
                convert_to(json_build_array('day', d.day, d.segment, count(*))::text || E'\\n',
                           'UTF8')
                || d.prev_root
                || coalesce(string_agg(f.hash, ''::bytea ORDER BY f.voucher_id), ''::bytea)) AS root
            FROM ledger_voucher_leaf f WHERE f.day = d.day AND f.segment = d.segment
        ) n
        WHERE d.root IS NOT NULL
          AND (d.root <> n.root OR d.prev_root IS DISTINCT FROM
               CASE WHEN d.chain_no = 1 THEN decode(repeat('00', 32), 'hex') ELSE p.root END)
    """,
    "day order": """
        SELECT format('%s %s', d.day, d.segment), 'is sealed before its time'
        FROM ledger_business_day d
        WHERE d.state = 'sealed' AND EXISTS (
            SELECT FROM ledger_business_day e
            WHERE e.segment = 'day'
              AND (e.day < d.day OR (e.day = d.day AND d.segment = 'adjustment'))
              AND (e.state <> 'sealed' OR e.chain_no >= d.chain_no))
        UNION ALL
        SELECT format('%s %s', day, segment), format('signed by %s and %s', signer1, signer2)
        FROM ledger_business_day
        WHERE signer1 = signer2
           OR (state = 'sealed') <> (root IS NOT NULL AND signature IS NOT NULL
                                     AND signer1 IS NOT NULL AND signer2 IS NOT NULL)
    """,
    "voucher number": """
        SELECT format('voucher %s', coalesce(w.voucher_id, n.voucher_id)),
               format('has number %s of %s, not %s of %s', n.no, n.period, w.no, w.period)
        FROM (
            SELECT x.voucher_id, x.period,
                   row_number() OVER (PARTITION BY x.period ORDER BY x.chain_no, x.voucher_id) AS no
            FROM (
                SELECT h.id AS voucher_id, d.chain_no,
                       to_char(h.accounting_date, 'YYYYMM')::integer AS period
                FROM ledger_voucher h
                JOIN ledger_business_day d ON d.day = h.accounting_date AND d.segment = h.segment
                WHERE d.root IS NOT NULL
            ) x
        ) w
        FULL JOIN ledger_voucher_number n ON n.voucher_id = w.voucher_id
        WHERE (n.period, n.no) IS DISTINCT FROM (w.period, w.no::integer)
    """,
    "control balance": """
        SELECT format('%s, subject %s, bank account %s', coalesce(w.day, c.day),
                      coalesce(w.subject, c.subject),
                      coalesce(w.bank_account_id, c.bank_account_id)),
               format('%s and %s, lines say %s and %s', c.debit, c.credit, w.debit, w.credit)
        FROM (
            SELECT d.day, k.subject, k.bank_account_id,
                   sum(k.debit) AS debit, sum(k.credit) AS credit
            FROM (
                SELECT l.accounting_date, l.subject,
                       coalesce(l.bank_account_id, 0) AS bank_account_id,
                       sum(greatest(l.amount, 0)) AS debit, -sum(least(l.amount, 0)) AS credit
                FROM ledger_gl_line l
                WHERE l.voucher_id NOT IN (
                    SELECT h.id FROM ledger_voucher h WHERE h.segment = 'adjustment')
                GROUP BY 1, 2, 3
            ) k
            JOIN ledger_business_day d ON d.root IS NOT NULL AND d.segment = 'day'
                                      AND d.day >= k.accounting_date
            GROUP BY d.day, k.subject, k.bank_account_id
        ) w
        FULL JOIN ledger_control_balance c ON c.day = w.day AND c.subject = w.subject
                                          AND c.bank_account_id = w.bank_account_id
        WHERE (c.debit, c.credit) IS DISTINCT FROM (w.debit::bigint, w.credit::bigint)
    """,
    "open count": """
        SELECT format('%s %s, count %s of %s', c.day, c.segment, c.no, c.counted_at),
               format('%s vouchers of %s, there are %s of %s', c.vouchers, c.debit, n.vouchers,
                      n.debit)
        FROM ledger_open_count c
        -- A sealed day has been proven by its counts and is held by its leaves; the replay takes
        -- every day's counts again.
        JOIN ledger_business_day d
             ON d.day = c.day AND d.segment = c.segment AND d.state <> 'sealed'
        CROSS JOIN LATERAL (
            SELECT count(*) AS vouchers, coalesce(sum(h.debit_total), 0) AS debit,
                   coalesce(string_agg(json_build_array(
                       h.id, h.kind, h.source_type, h.source_id, h.seq, h.debit_total,
                       h.member_total, h.loan_total, h.suspense_total)::text, E'\\n'
                       ORDER BY h.id), '') AS told
            FROM ledger_voucher h
            WHERE h.accounting_date = c.day AND h.segment = c.segment
              AND h.tx >= c.tx_from AND h.tx < c.tx_until AND h.id <= c.last_voucher
        ) n
        WHERE (c.vouchers, c.debit, c.digest)
              <> (n.vouchers, n.debit, sha256(convert_to(n.told, 'UTF8')))
        UNION ALL
        SELECT format('%s %s, count %s', c.day, c.segment, c.no), 'does not follow the one before'
        FROM (
            SELECT day, segment, no, tx_from,
                   lag(tx_until, 1, '0'::xid8) OVER w AS reached, row_number() OVER w AS place
            FROM ledger_open_count WINDOW w AS (PARTITION BY day, segment ORDER BY no)
        ) c
        WHERE c.tx_from <> c.reached OR c.no <> c.place
    """,
}
