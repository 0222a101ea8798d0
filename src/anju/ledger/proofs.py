"""What must follow from the lines: each proof lists (what, detail) of whatever does not."""

from anju.ledger.proofs_of_merges import MERGE_PROOFS
from anju.ledger.proofs_of_returns import RETURN_PROOFS

PROOFS = {
    "balance": """
        SELECT format('account %s', coalesce(a.id, l.account_id)),
               format('%s, lines say %s', coalesce(a.balance, 0), coalesce(l.total, 0))
        FROM ledger_account a
        FULL JOIN (SELECT account_id, sum(amount) AS total FROM ledger_member_line
                   GROUP BY account_id) l ON l.account_id = a.id
        WHERE a.id IS NULL OR a.balance <> coalesce(l.total, 0)
    """,
    "employer": """
        SELECT format('employer %s', coalesce(a.employer_id, g.employer_id)),
               format('201 has %s, its accounts %s', coalesce(g.total, 0), coalesce(a.total, 0))
        FROM (SELECT employer_id, sum(balance) AS total FROM ledger_account GROUP BY employer_id) a
        FULL JOIN (SELECT employer_id, -sum(amount) AS total FROM ledger_gl_line
                   WHERE subject LIKE '201%' GROUP BY employer_id) g
             ON coalesce(g.employer_id, 0) = coalesce(a.employer_id, 0)
        WHERE coalesce(a.total, 0) <> coalesce(g.total, 0)
    """,
    "carried": """
        SELECT format('account %s', a.id),
               format('%s, lines say %s', a.carried, coalesce(l.total, 0) + coalesce(s.rolled, 0))
        FROM ledger_account a
        LEFT JOIN (SELECT account_id, sum(carried_delta) AS total FROM ledger_member_line
                   GROUP BY account_id) l ON l.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(rolled) AS rolled FROM ledger_interest_settlement
                   WHERE state = 'posted' GROUP BY account_id) s ON s.account_id = a.id
        WHERE a.carried <> coalesce(l.total, 0) + coalesce(s.rolled, 0)
    """,
    "running balance": """
        SELECT format('account %s, voucher %s', account_id, voucher_id),
               format('%s, lines before say %s', balance_after, running)
        FROM (SELECT account_id, voucher_id, balance_after,
                     sum(amount) OVER (PARTITION BY account_id
                                       ORDER BY voucher_id, line_no) AS running
              FROM ledger_member_line) l
        WHERE balance_after <> running
    """,
    "v": """
        SELECT format('account %s', a.id),
               format('%s and %s, lines say %s and %s', a.v, a.v_carried,
                      coalesce(l.v, 0), coalesce(l.v_carried, 0))
        FROM ledger_account a
        LEFT JOIN LATERAL (
            SELECT sum(l.amount * (l.value_date - a.interest_from)) AS v,
                   sum(l.carried_delta * (l.value_date - a.interest_from)) AS v_carried
            FROM ledger_member_line l
            WHERE l.account_id = a.id AND l.value_date > a.interest_from
        ) l ON true
        WHERE a.state <> 'closed'
          AND (a.v <> coalesce(l.v, 0) OR a.v_carried <> coalesce(l.v_carried, 0))
    """,
    "N of the last year": """
        SELECT format('account %s', a.id),
               format('%s and %s, lines say %s and %s', a.n_prev, a.n_prev_carried, l.n,
                      l.carried + coalesce(r.rolled, 0) * (a.interest_from - y.year_start))
        FROM ledger_account a
        CROSS JOIN LATERAL (
            SELECT (a.interest_from - interval '1 year')::date AS year_start) y
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(l.amount * d.days), 0) AS n,
                   coalesce(sum(l.carried_delta * d.days), 0) AS carried
            FROM ledger_member_line l
            CROSS JOIN LATERAL (
                SELECT a.interest_from - greatest(l.value_date, y.year_start) AS days) d
            WHERE l.account_id = a.id AND l.value_date < a.interest_from
        ) l
        LEFT JOIN (
            SELECT s.account_id, sum(s.rolled) AS rolled
            FROM ledger_interest_settlement s JOIN ledger_account b ON b.id = s.account_id
            WHERE s.state = 'posted' AND b.n_prev IS NOT NULL
              AND s.year < extract(year FROM b.interest_from)
            GROUP BY s.account_id
        ) r ON r.account_id = a.id
        WHERE a.n_prev IS NOT NULL
          AND (a.n_prev, a.n_prev_carried)
              <> (l.n, l.carried + coalesce(r.rolled, 0) * (a.interest_from - y.year_start))
    """,
    "interest year": """
        SELECT format('account %s', id), format('starts %s', interest_from)
        FROM ledger_account
        WHERE to_char(interest_from, 'MMDD') <> '0701'
           OR (n_prev IS NULL) <> (n_prev_carried IS NULL)
    """,
    "N as settled": """
        SELECT format('account %s, %s', s.account_id, s.year), format('%s, lines say %s', s.n, l.n)
        FROM ledger_interest_settlement s
        LEFT JOIN ledger_hold h
               ON h.account_id = s.account_id AND h.purpose = 'closing' AND h.state = 'settled'
              AND h.voucher_id IS NOT DISTINCT FROM s.voucher_id AND h.n = s.n
        CROSS JOIN LATERAL (
            SELECT coalesce(h.interest_until, make_date(s.year, 7, 1)) AS until,
                   make_date(s.year - 1, 7, 1) AS since) y
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(
                l.amount * (y.until - greatest(l.value_date, y.since))), 0) AS n
            FROM ledger_member_line l
            WHERE l.account_id = s.account_id AND l.value_date < y.until
        ) l
        LEFT JOIN ledger_account a ON a.id = s.account_id
        -- Years that wait to be restated are known to differ.
        WHERE s.state = 'posted' AND s.n <> l.n
          AND (a.restate_from IS NULL OR y.since < a.restate_from)
          AND NOT EXISTS (SELECT FROM ledger_interest_single x
                          WHERE x.account_id = s.account_id AND x.year = s.year
                            AND x.revision > s.revision)
          -- What an order settled is taken back when its money comes back: the year goes on.
          AND NOT (
              (s.n, s.interest) = (0, 0)
              AND make_date(s.year, 7, 1) + (a.n_prev IS NOT NULL)::int > a.interest_from
              AND EXISTS (SELECT FROM ledger_voucher b
                          WHERE b.id = s.voucher_id AND b.kind = 'payout.reinstated'))
    """,
    "interest sheet": """
        SELECT format('account %s, %s', account_id, year), format('is settled %s times', count(*))
        FROM ledger_interest_settlement GROUP BY account_id, year, revision HAVING count(*) > 1
        UNION ALL
        SELECT format('sheet %s of %s', s.no, s.year),
               CASE WHEN s.accounts <> o.accounts THEN 'is not in order'
                    ELSE format('its voucher %s is not of it', s.voucher_id) END
        FROM ledger_interest_sheet s
        CROSS JOIN LATERAL (SELECT array_agg(DISTINCT e ORDER BY e) AS accounts
                            FROM unnest(s.accounts) e) o
        LEFT JOIN ledger_voucher h ON h.id = s.voucher_id
        WHERE s.accounts <> o.accounts
           OR (s.first_account, s.last_account)
              <> (s.accounts[1], s.accounts[cardinality(s.accounts)])
           OR (s.voucher_id IS NOT NULL
               AND (h.kind, h.source_id) IS DISTINCT FROM ('interest.year', s.year || '/' || s.no))
        UNION ALL
        SELECT format('account %s, %s', p.account_id, s.year), 'was proposed and never settled'
        FROM ledger_interest_sheet s
        CROSS JOIN LATERAL unnest(s.accounts, s.rolled) AS p(account_id, rolled)
        LEFT JOIN ledger_interest_single x
               ON x.account_id = p.account_id AND x.year = s.year AND x.revision = 0
        WHERE s.state = 'posted' AND p.rolled IS NULL AND x.account_id IS NULL
    """,
    "interest as posted": """
        WITH given AS (
            SELECT s.account_id, s.year, s.revision, s.voucher_id, s.balance,
                   s.interest - coalesce(p.interest, 0) AS interest
            FROM ledger_interest_settlement s
            LEFT JOIN ledger_interest_settlement p
                   ON p.account_id = s.account_id AND p.year = s.year
                  AND p.revision = s.revision - 1
            WHERE s.state = 'posted'
        )
        SELECT format('voucher %s', s.voucher_id),
               format('settlements say %s, it says %s', s.interest, coalesce(g.total, 0))
        FROM (SELECT voucher_id, sum(interest) AS interest FROM given
              WHERE voucher_id IS NOT NULL GROUP BY voucher_id) s
        LEFT JOIN (SELECT voucher_id, sum(amount) AS total FROM ledger_gl_line
                   WHERE subject LIKE '411%' OR subject LIKE '211%' GROUP BY voucher_id) g
               ON g.voucher_id = s.voucher_id
        WHERE s.interest <> coalesce(g.total, 0)
        UNION ALL
        SELECT format('account %s, %s', s.account_id, s.year),
               format('%s, its line says %s', s.interest, coalesce(l.amount, 0))
        FROM given s
        LEFT JOIN ledger_member_line l
               ON l.account_id = s.account_id AND l.voucher_id = s.voucher_id
              AND l.kind = 'interest'
        WHERE (s.voucher_id IS NULL OR s.balance IS NOT NULL)
          AND s.interest <> coalesce(l.amount, 0)
    """,
    "held": """
        SELECT format('account %s', a.id),
               format('%s, holds say %s', a.held, coalesce(h.total, 0))
        FROM ledger_account a
        LEFT JOIN (SELECT account_id, sum(amount) AS total FROM ledger_hold
                   WHERE state IN ('placed', 'ordered') GROUP BY account_id) h
               ON h.account_id = a.id
        WHERE a.held <> coalesce(h.total, 0)
    """,
    "freezes": """
        SELECT format('account %s', a.id), format('%s, rows say %s', a.freezes, count(f.id))
        FROM ledger_account a
        LEFT JOIN ledger_freeze f ON f.account_id = a.id AND f.state = 'active'
        GROUP BY a.id HAVING a.freezes <> count(f.id)
    """,
    "closing": """
        SELECT format('account %s', a.id), format('is %s with %s closing orders', a.state, h.live)
        FROM ledger_account a
        CROSS JOIN LATERAL (
            SELECT count(*) AS live FROM ledger_hold h
            WHERE h.account_id = a.id AND h.purpose = 'closing' AND h.state = 'ordered') h
        WHERE (a.state = 'closing') <> (h.live = 1)
    """,
    "settled order": """
        SELECT format('order %s', h.order_no),
               format('%s and %s, voucher %s says %s and %s', h.amount, h.interest, h.voucher_id,
                      coalesce(m.total, 0), coalesce(g.total, 0))
        FROM ledger_hold h
        LEFT JOIN (SELECT voucher_id, account_id, -sum(amount) AS total FROM ledger_member_line
                   WHERE amount < 0 GROUP BY voucher_id, account_id) m
               ON m.voucher_id = h.voucher_id AND m.account_id = h.account_id
        LEFT JOIN (SELECT voucher_id, -sum(amount) AS total FROM ledger_gl_line
                   WHERE subject LIKE '101%' GROUP BY voucher_id) g
               ON g.voucher_id = h.voucher_id
        WHERE h.state = 'settled'
          AND (h.amount <> coalesce(m.total, 0) OR h.amount + h.interest <> coalesce(g.total, 0))
    """,
    "voucher": """
        SELECT format('voucher %s', h.id),
               format('promises %s lines of %s, has %s of %s, off by %s', h.gl_lines,
                      h.debit_total, coalesce(g.lines, 0), g.debit, g.balance)
        FROM ledger_voucher h
        LEFT JOIN (SELECT voucher_id, accounting_date, count(*) AS lines, sum(amount) AS balance,
                          sum(amount) FILTER (WHERE amount > 0) AS debit
                   FROM ledger_gl_line GROUP BY voucher_id, accounting_date) g
               ON g.voucher_id = h.id AND g.accounting_date = h.accounting_date
        WHERE g.lines IS DISTINCT FROM h.gl_lines OR g.balance <> 0
           OR g.debit <> h.debit_total OR h.debit_total <> h.credit_total
    """,
    "voucher's member lines": """
        SELECT format('voucher %s', h.id),
               format('promises %s of %s, has %s of %s', h.member_lines, h.member_total,
                      coalesce(l.lines, 0), coalesce(l.total, 0))
        FROM ledger_voucher h
        LEFT JOIN (SELECT voucher_id, accounting_date, count(*) AS lines, sum(amount) AS total
                   FROM ledger_member_line GROUP BY voucher_id, accounting_date) l
               ON l.voucher_id = h.id AND l.accounting_date = h.accounting_date
        WHERE (h.member_lines, h.member_total)
              IS DISTINCT FROM (coalesce(l.lines, 0), coalesce(l.total, 0))
    """,
    "voucher's loan lines": """
        SELECT format('voucher %s', h.id),
               format('promises %s of %s, has %s of %s', h.loan_lines, h.loan_total,
                      coalesce(l.lines, 0), coalesce(l.total, 0))
        FROM ledger_voucher h
        LEFT JOIN (SELECT voucher_id, accounting_date, count(*) AS lines, sum(amount) AS total
                   FROM ledger_loan_line GROUP BY voucher_id, accounting_date) l
               ON l.voucher_id = h.id AND l.accounting_date = h.accounting_date
        WHERE (h.loan_lines, h.loan_total)
              IS DISTINCT FROM (coalesce(l.lines, 0), coalesce(l.total, 0))
    """,
    "voucher's suspense lines": """
        SELECT format('voucher %s', h.id),
               format('promises %s of %s, has %s of %s', h.suspense_lines, h.suspense_total,
                      coalesce(l.lines, 0), coalesce(l.total, 0))
        FROM ledger_voucher h
        LEFT JOIN (SELECT voucher_id, accounting_date, count(*) AS lines, sum(amount) AS total
                   FROM ledger_suspense_line GROUP BY voucher_id, accounting_date) l
               ON l.voucher_id = h.id AND l.accounting_date = h.accounting_date
        WHERE (h.suspense_lines, h.suspense_total)
              IS DISTINCT FROM (coalesce(l.lines, 0), coalesce(l.total, 0))
    """,
    "voucher's sub-ledgers": """
        SELECT format('voucher %s', h.id),
               format('201 %s, loans %s, suspense %s; its header says %s, %s, %s', g.member, g.loan,
                      g.suspense, h.member_total, h.loan_total, h.suspense_total)
        FROM ledger_voucher h
        JOIN (SELECT voucher_id,
                     coalesce(-sum(amount) FILTER (WHERE subject LIKE '201%'), 0) AS member,
                     coalesce(sum(amount) FILTER (WHERE left(subject, 3) IN ('121', '122')), 0)
                         AS loan,
                     coalesce(-sum(amount) FILTER (WHERE left(subject, 3) IN ('119', '219')), 0)
                         AS suspense
              FROM ledger_gl_line GROUP BY voucher_id) g ON g.voucher_id = h.id
        WHERE (g.member, g.loan, g.suspense)
              <> (h.member_total, h.loan_total, h.suspense_total)
    """,
    "line without voucher": """
        SELECT format('%s, voucher %s', l.ledger, l.voucher_id), format('on %s', l.accounting_date)
        FROM (SELECT 'general' AS ledger, voucher_id, accounting_date FROM ledger_gl_line
              UNION ALL SELECT 'member', voucher_id, accounting_date FROM ledger_member_line
              UNION ALL SELECT 'loan', voucher_id, accounting_date FROM ledger_loan_line
              UNION ALL SELECT 'suspense', voucher_id, accounting_date FROM ledger_suspense_line) l
        LEFT JOIN ledger_voucher h
               ON h.id = l.voucher_id AND h.accounting_date = l.accounting_date
        WHERE h.id IS NULL
    """,
    "control total": """
        SELECT 'subject ' || t.subject, format('%s, sub-ledger says %s', t.general, t.detail)
        FROM (
            SELECT '201' AS subject,
                   (SELECT coalesce(-sum(amount), 0) FROM ledger_gl_line
                    WHERE subject LIKE '201%') AS general,
                   (SELECT coalesce(sum(balance), 0) FROM ledger_account) AS detail
            UNION ALL
            SELECT '121 and 122',
                   (SELECT coalesce(sum(amount), 0) FROM ledger_gl_line
                    WHERE subject LIKE '121%' OR subject LIKE '122%'),
                   (SELECT coalesce(sum(balance), 0) FROM ledger_loan)
            UNION ALL
            SELECT coalesce(g.subject, s.subject), coalesce(g.total, 0), coalesce(s.total, 0)
            FROM (SELECT subject, -sum(amount) AS total FROM ledger_gl_line
                  WHERE subject LIKE '119%' OR subject LIKE '219%' GROUP BY subject) g
            FULL JOIN (SELECT subject, sum(balance) AS total FROM ledger_suspense
                       GROUP BY subject) s ON s.subject = g.subject
        ) t
        WHERE t.general <> t.detail
    """,
    "loan": """
        SELECT format('loan %s', coalesce(b.id, l.loan_id)),
               format('%s, lines say %s', coalesce(b.balance, 0), coalesce(l.total, 0))
        FROM ledger_loan b
        FULL JOIN (SELECT loan_id, sum(amount) AS total FROM ledger_loan_line GROUP BY loan_id) l
               ON l.loan_id = b.id
        WHERE b.id IS NULL OR b.balance <> coalesce(l.total, 0)
    """,
    "suspense": """
        SELECT format('%s of %s %s', s.subject, s.source_type, s.source_id),
               format('%s, lines say %s', coalesce(s.balance, 0), coalesce(l.total, 0))
        FROM ledger_suspense s
        FULL JOIN (SELECT suspense_id, sum(amount) AS total FROM ledger_suspense_line
                   GROUP BY suspense_id) l ON l.suspense_id = s.id
        WHERE s.id IS NULL OR s.balance <> coalesce(l.total, 0)
    """,
    "subject": """
        SELECT format('voucher %s', l.voucher_id), format('books on %s', l.subject)
        FROM ledger_gl_line l LEFT JOIN ledger_subject s ON s.code = l.subject
        WHERE s.code IS NULL
    """,
    "bank account": """
        SELECT format('voucher %s, line %s', voucher_id, line_no),
               format('on %s, bank account %s', subject, coalesce(bank_account_id::text, 'none'))
        FROM ledger_gl_line
        WHERE coalesce(left(bank_account_id::text, -2), '') <> CASE
            WHEN left(subject, 3) IN ('101', '102') THEN left(subject, 3) ELSE '' END
    """,
    "key": """
        SELECT format('%s/%s', k.scope, k.key), 'answers with vouchers that are not there'
        FROM ledger_posting_key k
        WHERE k.result ? 'vouchers' AND EXISTS (
            SELECT FROM jsonb_array_elements_text(k.result -> 'vouchers') e
            LEFT JOIN ledger_voucher h
                   ON h.id = e::bigint AND h.accounting_date = (k.result ->> 'on')::date
            WHERE h.id IS NULL)
    """,
    "batch": """
        SELECT format('batch %s', b.id),
               format('says %s of %s in %s slices, they say %s of %s in %s', b.done_vouchers,
                      b.done_total, b.slices, coalesce(s.vouchers, 0), coalesce(s.total, 0),
                      coalesce(s.slices, 0))
        FROM ledger_batch b
        LEFT JOIN (SELECT batch_id, count(*) AS slices, sum(vouchers) AS vouchers,
                          sum(lines) AS lines, sum(total) AS total
                   FROM ledger_batch_slice GROUP BY batch_id) s ON s.batch_id = b.id
        WHERE (b.slices, b.done_vouchers, b.done_lines, b.done_total)
              <> (coalesce(s.slices, 0), coalesce(s.vouchers, 0), coalesce(s.lines, 0),
                  coalesce(s.total, 0))
        UNION ALL
        SELECT format('batch %s, slice %s', s.batch_id, s.slice),
               format('says %s vouchers of %s with %s lines, the books say %s of %s with %s',
                      s.vouchers, s.total, s.lines, h.vouchers, h.total, h.lines)
        FROM ledger_batch_slice s
        CROSS JOIN LATERAL (
            -- What was paid from suspense has a line there that no member was meant by.
            SELECT count(*) AS vouchers, coalesce(sum(debit_total), 0) AS total,
                   coalesce(sum(member_lines + suspense_lines
                                - (suspense_total = -member_total)::int), 0) AS lines,
                   coalesce(sum(debit_total - member_total), 0) AS waiting
            FROM ledger_voucher
            WHERE id = ANY (s.voucher_ids) AND accounting_date = s.accounting_date) h
        WHERE (s.vouchers, s.total, s.lines, s.waiting)
              <> (h.vouchers, h.total, h.lines, h.waiting)
    """,
    "reversal": """
        SELECT format('voucher %s', h.id), format('reverses %s', h.reverses)
        FROM ledger_voucher h LEFT JOIN ledger_voucher o ON o.id = h.reverses
        WHERE h.reverses IS NOT NULL AND (o.id IS NULL OR o.id >= h.id)
    """,
    "two people": """
        SELECT format('voucher %s', id), format('made and checked by %s', maker)
        FROM ledger_voucher WHERE maker = checker
    """,
    "one account per person": """
        SELECT format('person %s', person_id), format('has %s live accounts', count(*))
        FROM ledger_account WHERE state <> 'closed' GROUP BY person_id HAVING count(*) > 1
    """,
    "bounds": """
        SELECT format('account %s', id),
               format('balance %s, carried %s, held %s, %s', balance, carried, held, state)
        FROM ledger_account
        WHERE NOT (carried BETWEEN 0 AND balance) OR NOT (held BETWEEN 0 AND balance)
           OR (state = 'closed' AND (balance, v, v_carried, held) <> (0, 0, 0, 0))
    """,
    "business day": """
        SELECT format('voucher %s', h.id), format('on %s, a day the books never had',
                                                  h.accounting_date)
        FROM ledger_voucher h
        LEFT JOIN ledger_business_day d ON d.day = h.accounting_date AND d.segment = h.segment
        WHERE d.day IS NULL
        UNION ALL
        SELECT 'business day', format('%s are open', count(*)) FROM ledger_business_day
        WHERE state = 'open' AND segment = 'day' HAVING count(*) > 1
    """,
    **MERGE_PROOFS,
    **RETURN_PROOFS,
}
