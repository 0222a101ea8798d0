-- What must hold of one closed day before it is sealed: every row returned is a break. Reads the
-- day's lines, and of the rest only balances and what was booked since; no hall waits for it.
CREATE FUNCTION ledger_day_breaks(p_day date)
RETURNS TABLE (kind text, what text, detail text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_custom_plan SET enable_nestloop = off AS $$
    WITH head AS MATERIALIZED (
        SELECT id, gl_lines, member_lines, loan_lines, suspense_lines, debit_total, credit_total,
               member_total, loan_total, suspense_total
        FROM ledger_voucher WHERE accounting_date = p_day
    ), gl AS MATERIALIZED (
        SELECT voucher_id, count(*) AS lines, sum(amount) AS balance,
               coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS debit,
               coalesce(-sum(amount) FILTER (WHERE subject LIKE '201%'), 0) AS member,
               coalesce(sum(amount) FILTER (WHERE left(subject, 3) IN ('121', '122')), 0) AS loan,
               coalesce(-sum(amount) FILTER (WHERE left(subject, 3) IN ('119', '219')), 0)
                   AS suspense
        FROM ledger_gl_line WHERE accounting_date = p_day GROUP BY voucher_id
    ), member AS MATERIALIZED (
        SELECT voucher_id, count(*) AS lines, sum(amount) AS total
        FROM ledger_member_line WHERE accounting_date = p_day GROUP BY voucher_id
    ), loan AS MATERIALIZED (
        SELECT voucher_id, count(*) AS lines, sum(amount) AS total
        FROM ledger_loan_line WHERE accounting_date = p_day GROUP BY voucher_id
    ), suspense AS MATERIALIZED (
        SELECT voucher_id, count(*) AS lines, sum(amount) AS total
        FROM ledger_suspense_line WHERE accounting_date = p_day GROUP BY voucher_id
    ), adjusted AS MATERIALIZED (
        SELECT coalesce(sum(member_total), 0) AS member, coalesce(sum(loan_total), 0) AS loan,
               coalesce(sum(suspense_total), 0) AS suspense
        FROM ledger_voucher WHERE segment = 'adjustment' AND accounting_date <= p_day
    ), whole AS MATERIALIZED (
        SELECT subject, sum(debit - credit) AS balance FROM _ledger_turnover_to(p_day)
        GROUP BY subject
    )
    SELECT 'voucher', format('voucher %s', coalesce(h.id, g.voucher_id)),
           CASE WHEN h.id IS NULL THEN 'has lines and no header'
                ELSE format('promises %s lines of %s, has %s of %s, off by %s', h.gl_lines,
                            h.debit_total, coalesce(g.lines, 0), coalesce(g.debit, 0),
                            coalesce(g.balance, 0)) END
    FROM head h FULL JOIN gl g ON g.voucher_id = h.id
    WHERE h.id IS NULL OR g.voucher_id IS NULL OR g.lines <> h.gl_lines OR g.balance <> 0
       OR g.debit <> h.debit_total OR h.debit_total <> h.credit_total
    UNION ALL
    SELECT 'sub-ledgers of a voucher', format('voucher %s', h.id),
           format('201 %s, loans %s, suspense %s; its header says %s, %s, %s', g.member, g.loan,
                  g.suspense, h.member_total, h.loan_total, h.suspense_total)
    FROM head h JOIN gl g ON g.voucher_id = h.id
    WHERE (g.member, g.loan, g.suspense) <> (h.member_total, h.loan_total, h.suspense_total)
    UNION ALL
    SELECT s.ledger || ' lines of a voucher', format('voucher %s', s.voucher_id),
           format('has %s of %s, its header promises %s of %s', s.lines, s.total, s.promised,
                  s.promised_total)
    FROM (
        SELECT 'member' AS ledger, coalesce(h.id, l.voucher_id) AS voucher_id,
               coalesce(l.lines, 0) AS lines, coalesce(l.total, 0) AS total,
               coalesce(h.member_lines, 0) AS promised,
               coalesce(h.member_total, 0) AS promised_total
        FROM head h FULL JOIN member l ON l.voucher_id = h.id
        UNION ALL
        SELECT 'loan', coalesce(h.id, l.voucher_id), coalesce(l.lines, 0), coalesce(l.total, 0),
               coalesce(h.loan_lines, 0), coalesce(h.loan_total, 0)
        FROM head h FULL JOIN loan l ON l.voucher_id = h.id
        UNION ALL
        SELECT 'suspense', coalesce(h.id, l.voucher_id), coalesce(l.lines, 0),
               coalesce(l.total, 0), coalesce(h.suspense_lines, 0), coalesce(h.suspense_total, 0)
        FROM head h FULL JOIN suspense l ON l.voucher_id = h.id
    ) s
    WHERE (s.lines, s.total) <> (s.promised, s.promised_total)
    UNION ALL
    SELECT 'trial balance', 'all subjects', format('off by %s', sum(balance))
    FROM whole HAVING sum(balance) <> 0
    UNION ALL
    -- Of the sub-ledgers there is only today's balance: what came after the day is taken off.
    -- So are adjustments of days up to it, which control balances leave out.
    SELECT 'control total', 'subject ' || t.subject,
           format('%s, sub-ledger says %s', t.general, t.detail)
    FROM (
        SELECT '201' AS subject,
               (SELECT coalesce(-sum(balance), 0) FROM whole WHERE subject LIKE '201%') AS general,
               (SELECT coalesce(sum(balance), 0) FROM ledger_account)
               - (SELECT coalesce(sum(amount), 0) FROM ledger_member_line
                  WHERE accounting_date > p_day) - (SELECT member FROM adjusted) AS detail
        UNION ALL
        SELECT '121 and 122',
               (SELECT coalesce(sum(balance), 0) FROM whole
                WHERE left(subject, 3) IN ('121', '122')),
               (SELECT coalesce(sum(balance), 0) FROM ledger_loan)
               - (SELECT coalesce(sum(amount), 0) FROM ledger_loan_line
                  WHERE accounting_date > p_day) - (SELECT loan FROM adjusted)
        UNION ALL
        SELECT '119 and 219',
               (SELECT coalesce(-sum(balance), 0) FROM whole
                WHERE left(subject, 3) IN ('119', '219')),
               (SELECT coalesce(sum(balance), 0) FROM ledger_suspense)
               - (SELECT coalesce(sum(amount), 0) FROM ledger_suspense_line
                  WHERE accounting_date > p_day) - (SELECT suspense FROM adjusted)
    ) t
    WHERE t.general <> t.detail
    UNION ALL
    SELECT * FROM _ledger_count_breaks(p_day)
$$;
