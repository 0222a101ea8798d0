-- V4: settled years that a later line has touched, reckoned again from their lines.

-- Every settled year from restate_from on, oldest first: N from its lines, interest at the rate
-- and day base it was settled by. A year that differs gets revision + 1 and only the difference is
-- posted, valued the 1 July after it; so it is among the lines of the next year when that one's
-- turn comes. Settlement rows are never edited. Asked again there is nothing to do.
CREATE FUNCTION ledger_restate(p_account bigint, p_occurred_at timestamptz)
RETURNS TABLE (year integer, revision integer, n bigint, interest bigint, difference bigint,
               voucher_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    l_day date := _ledger_lock_accounts(ARRAY[p_account]);
    a ledger_account;
    s ledger_interest_settlement;
    l_until date;
BEGIN
    SELECT * INTO a FROM ledger_account WHERE id = p_account;
    IF a.restate_from IS NULL THEN
        RETURN;
    ELSIF a.state NOT IN ('open', 'sealed') THEN
        PERFORM _ledger_refuse('ledger.' || a.state, format('account %s', p_account));
    END IF;
    FOR s IN SELECT DISTINCT ON (x.year) x.* FROM ledger_interest_settlement x
             WHERE x.account_id = p_account AND x.state = 'posted'
               AND x.year > extract(year FROM a.restate_from)
             ORDER BY x.year, x.revision DESC LOOP
        l_until := make_date(s.year, 7, 1);
        SELECT coalesce(sum(l.amount * (l_until - greatest(l.value_date, make_date(s.year - 1, 7, 1)))),
                        0)::bigint
        INTO n FROM ledger_member_line l
        WHERE l.account_id = p_account AND l.value_date < l_until;
        CONTINUE WHEN n = s.n;
        year := s.year;
        revision := s.revision + 1;
        IF s.terms IS NULL THEN
            interest := ledger_interest_of(
                n, split_part(s.rate, '/', 1)::bigint,
                coalesce(nullif(split_part(s.rate, '/', 2), ''), '1')::bigint, s.day_base);
        ELSE
            SELECT t.interest INTO interest
            FROM _ledger_year_by_terms(p_account, year, s.terms, s.day_base) t;
        END IF;
        difference := interest - s.interest;
        voucher_id := NULL;
        IF difference <> 0 THEN
            voucher_id := (_ledger_book(l_day, ARRAY[p_account], _ledger_interest_voucher(
                a, 'interest.revision', year, revision, difference, l_until, p_occurred_at), NULL))[1];
        END IF;
        INSERT INTO ledger_interest_settlement (account_id, year, revision, n, rate, day_base,
                                                interest, state, voucher_id, terms)
        VALUES (p_account, year, revision, n, s.rate, s.day_base, interest, 'posted', voucher_id,
                s.terms);
        RETURN NEXT;
    END LOOP;
    UPDATE ledger_account SET restate_from = NULL WHERE id = p_account;
END $$;

-- 30 June in stages: proposed, signed elsewhere, released. One row per year says what of the
-- interest was accrued before (211) and is not used up yet; its lock lets one slice run at a time.
CREATE TABLE ledger_interest_year (
    year integer PRIMARY KEY,
    accrued_left bigint NOT NULL CHECK (accrued_left >= 0)
);
COMMENT ON COLUMN ledger_interest_year.accrued_left IS
    'Fen of 211 that the release may still take before it takes expense (41101).';
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_interest_year
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();

-- Propose the settlement of the next accounts after p_after whose year has turned; what was
-- proposed before is reckoned again. Looks at so many accounts; last is NULL when there are no more.
-- By one rate, or by terms from each account's lines.
CREATE FUNCTION ledger_propose_interest(
    p_after bigint, p_limit integer, p_rate_num bigint, p_rate_den bigint, p_base integer,
    p_terms jsonb DEFAULT NULL, OUT last bigint, OUT looked integer
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
BEGIN
    WITH slice AS MATERIALIZED (
        SELECT id, employer_id, balance, interest_from, n_prev FROM ledger_account
        WHERE id > p_after AND n_prev >= 0 AND state IN ('open', 'sealed')
        ORDER BY id LIMIT p_limit
    ), since AS MATERIALIZED (
        SELECT l.account_id, sum(l.amount)::bigint AS amount
        FROM slice a JOIN ledger_member_line l ON l.account_id = a.id
        WHERE l.value_date >= a.interest_from
          AND l.accounting_date >= (SELECT min(interest_from) FROM slice)
        GROUP BY l.account_id
    ), written AS (
        INSERT INTO ledger_interest_settlement AS s (
            account_id, year, revision, n, rate, day_base, interest, state, employer_id, balance,
            terms)
        SELECT a.id, extract(year FROM a.interest_from), 0, a.n_prev,
               CASE WHEN p_terms IS NULL THEN p_rate_num || '/' || p_rate_den END, p_base,
               CASE WHEN p_terms IS NULL
                    THEN ledger_interest_of(a.n_prev, p_rate_num, p_rate_den, p_base)
                    ELSE (SELECT y.interest FROM _ledger_year_by_terms(
                              a.id, extract(year FROM a.interest_from)::int, p_terms, p_base) y)
               END,
               'proposed', a.employer_id, a.balance - coalesce(m.amount, 0), p_terms
        FROM slice a LEFT JOIN since m ON m.account_id = a.id
        ON CONFLICT (account_id, year, revision) DO UPDATE
        SET n = EXCLUDED.n, rate = EXCLUDED.rate, day_base = EXCLUDED.day_base,
            interest = EXCLUDED.interest, employer_id = EXCLUDED.employer_id,
            balance = EXCLUDED.balance, terms = EXCLUDED.terms
        WHERE s.state = 'proposed'
    )
    SELECT max(id), count(*)::integer INTO last, looked FROM slice;
END $$;

-- The four control totals over a year's first settlements, with how many of them are posted.
CREATE FUNCTION ledger_interest_totals(
    p_year integer, OUT accounts bigint, OUT n numeric, OUT interest numeric, OUT balance numeric,
    OUT posted bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    SELECT count(*), coalesce(sum(s.n), 0), coalesce(sum(s.interest), 0),
           coalesce(sum(s.balance), 0), count(*) FILTER (WHERE s.state = 'posted')
    INTO accounts, n, interest, balance, posted
    FROM ledger_interest_settlement s
    WHERE s.year = p_year AND s.revision = 0 AND s.balance IS NOT NULL;
END $$;

-- The adjustment segment of 30 June opens once that day has passed; what was accrued is counted.
CREATE FUNCTION ledger_open_interest(p_year integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    l_eve date := make_date(p_year, 6, 30);
BEGIN
    IF _ledger_enter_day() <= l_eve THEN
        PERFORM _ledger_refuse('ledger.day_open', format('%s has not passed', l_eve));
    END IF;
    INSERT INTO ledger_interest_year (year, accrued_left)
    SELECT p_year, greatest(0, coalesce(-sum(l.amount), 0))
    FROM ledger_gl_line l JOIN ledger_voucher h ON h.id = l.voucher_id
    WHERE l.subject LIKE '211%'
      AND NOT (h.kind = 'interest.accrual' AND h.source_id > p_year || '-06')
    ON CONFLICT DO NOTHING;
    INSERT INTO ledger_business_day (day, segment, state) VALUES (l_eve, 'adjustment', 'open')
    ON CONFLICT DO NOTHING;
END $$;

-- V3 for the next accounts, an employer's together, a voucher per employer: each is posted as it
-- was proposed; where a line came since, the difference is a restatement. Returns how many.
CREATE FUNCTION ledger_release_interest(
    p_year integer, p_limit integer, p_maker text, p_checker text, p_occurred_at timestamptz
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    l_day date := _ledger_enter_day();
    l_year ledger_interest_year;
    l_accounts bigint[];
    l_used bigint;
BEGIN
    SELECT * INTO l_year FROM ledger_interest_year WHERE year = p_year FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.day_open', format('%s is not open for its interest', p_year));
    END IF;
    SELECT array_agg(account_id) INTO l_accounts FROM (
        SELECT account_id FROM ledger_interest_settlement
        WHERE year = p_year AND state = 'proposed'
        ORDER BY employer_id, account_id LIMIT p_limit) slice;
    IF l_accounts IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM 1 FROM ledger_account WHERE id = ANY (l_accounts) ORDER BY id FOR NO KEY UPDATE;
    l_used := _ledger_write_interest(
        l_accounts, p_year, l_year.accrued_left, p_maker, p_checker, p_occurred_at);
    UPDATE ledger_interest_year SET accrued_left = accrued_left - l_used WHERE year = p_year;
    RETURN cardinality(l_accounts);
END $$;

-- The slice itself, in one statement whose triggers see vouchers, lines and all. Under the locks;
-- an account that settled by itself meanwhile has no proposal left. Returns the fen taken of 211.
CREATE FUNCTION _ledger_write_interest(
    p_accounts bigint[], p_year integer, p_accrued bigint, p_maker text, p_checker text,
    p_occurred_at timestamptz
) RETURNS bigint
-- Every table is reached by the slice's keys; a nested loop between two lists of the slice, planned
-- where statistics are young, would be their product.
-- One plan for the session: a list of thousands of keys would cost more to plan than to look up.
LANGUAGE plpgsql SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    l_used bigint;
    l_eve date := make_date(p_year, 6, 30);
    l_july date := make_date(p_year, 7, 1);
BEGIN
    WITH fresh AS MATERIALIZED (
        SELECT l.account_id, greatest(sum(l.amount - l.carried_delta), 0)::bigint AS amount
        FROM ledger_member_line l
        WHERE l.account_id = ANY (p_accounts) AND l.accounting_date >= l_july
          AND l.value_date >= l_july
          AND (l.amount > 0 OR (SELECT h.reverses IS NOT NULL FROM ledger_voucher h
                                WHERE h.id = l.voucher_id))
        GROUP BY l.account_id
    ), work AS MATERIALIZED (
        SELECT s.account_id, a.employer_id, s.interest, a.balance, a.carried, s.n <> a.n_prev AS stale,
               a.balance - a.carried
               - least(a.balance - a.carried, coalesce(f.amount, 0)) AS rolled
        FROM ledger_interest_settlement s JOIN ledger_account a ON a.id = s.account_id
        LEFT JOIN fresh f ON f.account_id = s.account_id
        WHERE s.account_id = ANY (p_accounts) AND s.year = p_year AND s.state = 'proposed'
          AND a.id = ANY (p_accounts) AND a.n_prev IS NOT NULL AND a.interest_from = l_july
    ), head AS MATERIALIZED (
        SELECT w.employer_id, nextval('ledger_voucher_id_seq') AS voucher_id, w.lines, w.total,
               least(w.total, greatest(0, p_accrued - (
                   sum(w.total) OVER (ORDER BY w.employer_id) - w.total)))::bigint AS accrued
        FROM (SELECT employer_id, count(*)::integer AS lines, sum(interest)::bigint AS total
              FROM work WHERE interest > 0 GROUP BY employer_id) w
    ), line AS MATERIALIZED (
        SELECT w.*, h.voucher_id,
               row_number() OVER (PARTITION BY h.voucher_id ORDER BY w.account_id) AS line_no
        FROM work w LEFT JOIN head h
             -- Not IS NOT DISTINCT FROM: only an equality can be hashed. No employer is 0.
             ON coalesce(h.employer_id, 0) = coalesce(w.employer_id, 0) AND w.interest > 0
    ), vouchers AS (
        INSERT INTO ledger_voucher (
            id, kind, accounting_date, segment, source_type, source_id, seq, gl_lines,
            member_lines, debit_total, credit_total, member_total, summary, maker, checker,
            occurred_at)
        SELECT h.voucher_id, 'interest.year', l_eve, 'adjustment', 'interest',
               p_year || '/' || coalesce(h.employer_id, 0),
               (SELECT coalesce(max(v.seq) + 1, 0) FROM ledger_voucher v
                WHERE v.source_id = p_year || '/' || coalesce(h.employer_id, 0)
                  AND v.source_type = 'interest' AND v.kind = 'interest.year'),
               CASE WHEN h.accrued BETWEEN 1 AND h.total - 1 THEN 3 ELSE 2 END, h.lines, h.total,
               h.total, h.total, format('%s年结息', p_year), p_maker, p_checker, p_occurred_at
        FROM head h
    ), general AS (
        INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                                    amount)
        SELECT l_eve, h.voucher_id,
               row_number() OVER (PARTITION BY h.voucher_id ORDER BY g.subject DESC), g.subject,
               h.employer_id, g.amount
        FROM head h
        CROSS JOIN LATERAL (VALUES ('211', h.accrued), ('41101', h.total - h.accrued),
                                   ('201', -h.total)) AS g(subject, amount)
        WHERE g.amount <> 0
    ), members AS (
        INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind,
                                        amount, carried_delta, value_date, balance_after)
        SELECT account_id, l_eve, voucher_id, line_no, 'interest', interest, interest, l_july,
               balance + interest
        FROM line WHERE voucher_id IS NOT NULL
    ), accounts AS (
        UPDATE ledger_account a
        SET balance = a.balance + w.interest, n_prev = NULL, n_prev_carried = NULL,
            carried = a.carried + w.interest + w.rolled,
            last_voucher = coalesce(w.voucher_id, a.last_voucher),
            restate_from = CASE WHEN w.stale
                THEN least(a.restate_from, (l_july - interval '1 year')::date)
                ELSE a.restate_from END
        FROM line w WHERE a.id = w.account_id AND a.id = ANY (p_accounts)
    ), settled AS (
        UPDATE ledger_interest_settlement s
        SET state = 'posted', voucher_id = w.voucher_id, rolled = w.rolled
        FROM line w
        WHERE s.account_id = w.account_id AND s.account_id = ANY (p_accounts)
          AND s.year = p_year AND s.state = 'proposed'
    )
    SELECT coalesce(sum(accrued), 0)::bigint INTO l_used FROM head;
    RETURN l_used;
END $$;

-- Nothing waits any more: the adjustment segment closes, and the day's end may seal it.
CREATE FUNCTION ledger_close_interest(p_year integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
BEGIN
    PERFORM 1 FROM ledger_interest_settlement WHERE year = p_year AND state = 'proposed' LIMIT 1;
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.year_unsettled', format('%s is not released', p_year));
    END IF;
    UPDATE ledger_business_day SET state = 'closing'
    WHERE day = make_date(p_year, 6, 30) AND segment = 'adjustment' AND state = 'open';
    RETURN FOUND;
END $$;

-- What the living accounts have earned up to a day and were not given yet, in fen: this year's N,
-- the last year's where it is not released, lines taken off that count from later days.
CREATE FUNCTION ledger_interest_earned(
    p_until date, p_rate_num bigint, p_rate_den bigint, p_base integer
) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    l_n numeric;
BEGIN
    SELECT coalesce(sum(balance::numeric * (p_until - interest_from) - v + coalesce(n_prev, 0)), 0)
    INTO l_n FROM ledger_account WHERE state <> 'closed';
    SELECT l_n + coalesce(sum(l.amount::numeric * (l.value_date - p_until)), 0) INTO l_n
    FROM ledger_member_line l JOIN ledger_account a ON a.id = l.account_id
    WHERE l.accounting_date > p_until AND l.value_date > p_until AND a.state <> 'closed';
    RETURN sign(l_n) * div(abs(l_n) * p_rate_num * 2 + p_rate_den::numeric * p_base,
                           p_rate_den::numeric * p_base * 2);
END $$;
