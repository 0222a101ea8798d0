-- What one slice of a batch writes, under the locks of its accounts: vouchers with their general
-- lines, then members' lines with the accounts. A slice is plain where everybody in it is known,
-- stands in it once, takes money and brings this year's; nearly every slice is.

-- Lock what waits for the employers whose vouchers are paid from it, before any account; whether
-- there are such vouchers.
CREATE FUNCTION _ledger_lock_payers(p_batch bigint, p_from integer, p_to integer) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    l_waits ledger_suspense_in[] := ARRAY(
        SELECT ROW('21901', 'employer', employer_id::text, 0, '', NULL)::ledger_suspense_in
        FROM ledger_staged_voucher
        WHERE batch_id = p_batch AND n BETWEEN p_from AND p_to AND bank_account_id IS NULL);
BEGIN
    IF cardinality(l_waits) > 0 THEN
        PERFORM _ledger_lock_suspense(l_waits);
    END IF;
    RETURN cardinality(l_waits) > 0;
END $$;

-- Lock the accounts of a slice in their order; the year turns for those where it is due.
CREATE FUNCTION _ledger_lock_slice(p_day date, p_batch bigint, p_from integer, p_to integer)
RETURNS ledger_locked_slice
LANGUAGE plpgsql SET enable_nestloop = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    k ledger_locked_slice;
    l_employers bigint[];
    l_least date;
    l_last date;
    l_turns boolean;
    l_year_start date := ledger_interest_year_start(p_day);
BEGIN
    SELECT array_agg(l.account_id ORDER BY l.account_id),
           array_agg(v.employer_id ORDER BY l.account_id), min(l.value_date), max(l.value_date)
    INTO k.accounts, l_employers, l_least, l_last
    FROM ledger_staged_line l JOIN ledger_staged_voucher v ON v.n = l.n
    WHERE l.batch_id = p_batch AND l.n BETWEEN p_from AND p_to
      AND v.batch_id = p_batch AND v.n BETWEEN p_from AND p_to;
    IF k.accounts IS NULL THEN
        PERFORM _ledger_refuse('ledger.totals', format('batch %s is not staged', p_batch));
    END IF;
    -- What a lock that waited re-reads is each row, and each row by itself is all that is read here.
    SELECT bool_or(a.state < 'closing' AND a.interest_from < l_year_start),
           array_agg(a.employer_id) = l_employers AND l_last <= p_day AND bool_and(
               a.state < 'closing' AND greatest(a.opened_on, a.interest_from) <= l_least)
    INTO l_turns, k.plain
    FROM (SELECT state, interest_from, opened_on, employer_id FROM ledger_account
          WHERE id = ANY (k.accounts) ORDER BY id FOR NO KEY UPDATE) a;
    IF l_turns THEN
        PERFORM _ledger_turn_year(k.accounts, l_year_start);
    END IF;
    k.plain := coalesce(k.plain, false) AND (NOT l_turns OR l_year_start <= l_least);
    RETURN k;
END $$;

-- Lines that no account takes: one for an account that closes waits by itself; a voucher with a
-- line that could never be right waits whole, so that one bad list does not stop a city. And what
-- the rest brings to accounts of other employers.
CREATE FUNCTION _ledger_exceptions(
    p_day date, p_batch bigint, p_from integer, p_to integer, p_accounts bigint[]
) RETURNS ledger_exceptions
LANGUAGE plpgsql SET enable_nestloop = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    x ledger_exceptions;
BEGIN
    WITH line AS MATERIALIZED (
        SELECT s.n, s.account_id, s.amount, s.value_date, a.id IS NOT NULL AS is_known,
               a.employer_id, a.employer_id IS DISTINCT FROM v.employer_id AS is_elsewhere,
               a.state >= 'closing' AS closing,
               -- There is no such account, or it counts from a day that cannot be.
               a.id IS NULL OR s.value_date > p_day OR s.value_date < a.opened_on AS bad,
               _ledger_is_old(s.value_date, a.interest_from, a.n_prev) AS old
        FROM ledger_staged_line s
        JOIN ledger_staged_voucher v ON v.n = s.n
        LEFT JOIN (SELECT * FROM ledger_account WHERE id = ANY (p_accounts)) a
             ON a.id = s.account_id
        WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
          AND v.batch_id = p_batch AND v.n BETWEEN p_from AND p_to
    ), whole AS MATERIALIZED (
        SELECT DISTINCT n FROM line
        WHERE bad OR (old AND NOT closing AND NOT _ledger_year_settled(account_id, value_date))
    ), judged AS MATERIALIZED (
        SELECT *, closing OR n IN (SELECT n FROM whole) AS waits FROM line
    )
    SELECT ARRAY(SELECT ROW(n, account_id, amount, is_known)::ledger_aside FROM judged
                 WHERE waits ORDER BY n, account_id),
           ARRAY(SELECT ROW(n, employer_id, sum(amount))::ledger_elsewhere FROM judged
                 WHERE is_elsewhere AND waits IS NOT TRUE GROUP BY n, employer_id
                 ORDER BY n, employer_id)
    INTO x.aside, x.elsewhere;
    RETURN x;
END $$;

-- Vouchers as they were announced, less what was set aside, in one statement with their general
-- lines, whose triggers see both.
CREATE FUNCTION _ledger_write_heads(
    p_day date, p_batch bigint, p_from integer, p_to integer, p_ids bigint[],
    p_exceptions ledger_exceptions, OUT vouchers integer, OUT lines integer, OUT total bigint,
    OUT waiting bigint, OUT right_ boolean
)
LANGUAGE plpgsql SET enable_nestloop = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    WITH head AS MATERIALIZED (
        SELECT s.*, p_ids[s.n - p_from + 1] AS id, s.total - coalesce(x.total, 0) AS taken,
               s.lines - coalesce(x.lines, 0) AS taken_lines, coalesce(x.total, 0) AS away,
               coalesce(x.lines, 0) AS away_lines, coalesce(y.total, 0) AS elsewhere,
               coalesce(y.employers, 0) AS other_employers
        FROM ledger_staged_voucher s
        LEFT JOIN (SELECT n, count(*)::integer AS lines, sum(amount)::bigint AS total
                   FROM unnest((p_exceptions).aside) GROUP BY n) x ON x.n = s.n
        LEFT JOIN (SELECT n, count(*)::integer AS employers, sum(amount)::bigint AS total
                   FROM unnest((p_exceptions).elsewhere) GROUP BY n) y ON y.n = s.n
        WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
    ), vouchers AS (
        INSERT INTO ledger_voucher (
            id, kind, accounting_date, source_type, source_id, gl_lines, member_lines,
            suspense_lines, debit_total, credit_total, member_total, suspense_total, summary,
            maker, checker, occurred_at)
        SELECT id, kind, p_day, source_type, source_id,
               1 + (taken > elsewhere)::int + other_employers + (away > 0)::int,
               greatest(taken_lines, 0), away_lines + (bank_account_id IS NULL)::int, total, total,
               greatest(taken, 0), away - CASE WHEN bank_account_id IS NULL THEN total ELSE 0 END,
               summary, maker, checker, occurred_at
        FROM head
    ), general AS (
        INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                                    bank_account_id, amount)
        -- A subject that is not in the chart becomes NULL, and the line is refused.
        SELECT p_day, h.id, row_number() OVER (PARTITION BY h.id ORDER BY g.place), c.code,
               g.employer_id, g.bank_account_id, g.amount
        FROM head h
        CROSS JOIN LATERAL (
            VALUES (1, h.subject, CASE WHEN h.bank_account_id IS NULL THEN h.employer_id END,
                    h.bank_account_id, h.total),
                   (2, '201', h.employer_id, NULL, h.elsewhere - h.taken),
                   (4, '21901', h.employer_id, NULL, -h.away)
            UNION ALL
            SELECT 3, '201', e.employer_id, NULL, -e.amount
            FROM unnest((p_exceptions).elsewhere) e WHERE e.n = h.n
        ) AS g(place, subject, employer_id, bank_account_id, amount)
        LEFT JOIN ledger_subject c ON c.code = g.subject
        WHERE g.amount <> 0
    )
    SELECT count(*), sum(lines), sum(total), sum(away),
           -- A voucher whose lines all wait, or have none, leaves nothing on 201.
           bool_and(taken_lines >= 0 AND (taken_lines = 0) = (taken = 0))
    INTO vouchers, lines, total, waiting, right_ FROM head;
END $$;

-- Members' lines of a plain slice with their accounts, each of which is found once; how many.
CREATE FUNCTION _ledger_write_plain_lines(
    p_day date, p_batch bigint, p_from integer, p_to integer, p_accounts bigint[], p_ids bigint[]
) RETURNS integer
-- As for a sheet of interest: every table is reached by keys, two lists are never multiplied.
LANGUAGE plpgsql SET enable_nestloop = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    l_written integer;
BEGIN
    WITH line AS (
        SELECT n, account_id, amount, value_date,
               row_number() OVER (PARTITION BY n ORDER BY account_id) AS line_no
        FROM ledger_staged_line WHERE batch_id = p_batch AND n BETWEEN p_from AND p_to
    ), moved AS (
        UPDATE ledger_account a
        SET balance = a.balance + l.amount, v = a.v + l.amount * (l.value_date - a.interest_from),
            last_voucher = p_ids[l.n - p_from + 1]
        FROM line l
        WHERE a.id = l.account_id AND a.id = ANY (p_accounts)
        RETURNING a.id, a.last_voucher, a.balance, l.n, l.line_no, l.amount, l.value_date
    )
    INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind, amount,
                                    carried_delta, value_date, balance_after)
    SELECT m.id, p_day, m.last_voucher, m.line_no, s.kind, m.amount, 0, m.value_date, m.balance
    FROM moved m JOIN ledger_staged_voucher s ON s.n = m.n
    WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
    ORDER BY m.id;
    GET DIAGNOSTICS l_written = ROW_COUNT;
    RETURN l_written;
END $$;

-- Members' lines of any slice with their accounts: who stands in it more than once, money of years
-- that are over, and nothing of what was set aside; how many lines.
CREATE FUNCTION _ledger_write_careful_lines(
    p_day date, p_batch bigint, p_from integer, p_to integer, p_accounts bigint[], p_ids bigint[],
    p_aside ledger_aside[]
) RETURNS integer
LANGUAGE plpgsql SET enable_nestloop = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    l_written integer;
BEGIN
    WITH line AS (
        SELECT s.n, s.account_id, s.amount, s.value_date,
               row_number() OVER (PARTITION BY s.n ORDER BY s.account_id) AS line_no
        FROM ledger_staged_line s
        WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
    ), taken AS MATERIALIZED (
        SELECT l.*, p_ids[l.n - p_from + 1] AS voucher_id, a.balance,
               sum(l.amount) OVER (PARTITION BY l.account_id ORDER BY l.n)::bigint AS so_far,
               o.old, CASE WHEN o.old THEN l.amount ELSE 0 END AS carried,
               greatest(l.value_date - a.interest_from, 0) AS days_in,
               CASE WHEN l.value_date >= a.interest_from THEN 0
                    ELSE least(a.interest_from - l.value_date, a.interest_from
                               - (a.interest_from - interval '1 year')::date)
               END AS days_before
        FROM line l
        JOIN (SELECT * FROM ledger_account WHERE id = ANY (p_accounts)) a ON a.id = l.account_id
        CROSS JOIN LATERAL (
            SELECT _ledger_is_old(l.value_date, a.interest_from, a.n_prev) AS old) o
        WHERE (l.n, l.account_id) NOT IN (SELECT x.n, x.account_id FROM unnest(p_aside) x)
    ), accounts AS (
        UPDATE ledger_account a
        SET balance = a.balance + t.amount, carried = a.carried + t.carried, v = a.v + t.v,
            v_carried = a.v_carried + t.v_carried, n_prev = a.n_prev + t.n_prev,
            n_prev_carried = a.n_prev_carried + t.n_prev_carried,
            restate_from = least(a.restate_from, t.restate_from), last_voucher = t.last_voucher
        FROM (
            -- One row for each account, or money is lost.
            SELECT account_id, sum(amount)::bigint AS amount, sum(carried)::bigint AS carried,
                   sum(amount * days_in)::bigint AS v, sum(carried * days_in)::bigint AS v_carried,
                   sum(amount * days_before)::bigint AS n_prev,
                   sum(carried * days_before)::bigint AS n_prev_carried,
                   min(ledger_interest_year_start(value_date)) FILTER (WHERE old) AS restate_from,
                   max(voucher_id) AS last_voucher
            FROM taken GROUP BY account_id
        ) t
        WHERE a.id = t.account_id AND a.id = ANY (p_accounts)
    )
    INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind, amount,
                                    carried_delta, value_date, balance_after)
    SELECT t.account_id, p_day, t.voucher_id, t.line_no, s.kind, t.amount, t.carried, t.value_date,
           t.balance + t.so_far
    FROM taken t JOIN ledger_staged_voucher s ON s.n = t.n
    WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
    ORDER BY t.account_id, t.voucher_id;
    GET DIAGNOSTICS l_written = ROW_COUNT;
    RETURN l_written;
END $$;

-- What a voucher takes from its employer's suspense, and what of it was set aside and waits there.
CREATE FUNCTION _ledger_write_waiting(
    p_day date, p_batch bigint, p_from integer, p_to integer, p_ids bigint[],
    p_aside ledger_aside[]
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM _ledger_write_suspense(p_ids[w.n - p_from + 1], p_day, w.lines)
    FROM (SELECT s.n, array_agg(ROW('21901', 'employer', s.employer_id::text, x.amount, s.kind,
                                    x.account_id)::ledger_suspense_in
                                ORDER BY x.place, x.account_id) AS lines
          FROM ledger_staged_voucher s
          CROSS JOIN LATERAL (
              SELECT 1 AS place, -s.total AS amount, NULL::bigint AS account_id
              WHERE s.bank_account_id IS NULL
              UNION ALL
              SELECT 2, e.amount, CASE WHEN e.is_known THEN e.account_id END
              FROM unnest(p_aside) e WHERE e.n = s.n) x
          WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
          GROUP BY s.n ORDER BY s.n) w;
END $$;
