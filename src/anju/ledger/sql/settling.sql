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
    FOR s IN SELECT x.* FROM _ledger_last_settlements(p_account) x
             WHERE x.year > extract(year FROM a.restate_from)
               -- A year that an order settled before its end, and whose money came back, is not
               -- over or waits for its own settlement.
               AND make_date(x.year, 7, 1) + (a.n_prev IS NOT NULL)::int <= a.interest_from
             ORDER BY x.year LOOP
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
        INSERT INTO ledger_interest_single (account_id, year, revision, n, rate, day_base,
                                            interest, voucher_id, terms)
        VALUES (p_account, year, revision, n, s.rate, s.day_base, interest, voucher_id, s.terms);
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

-- An account's settled years, each by its last revision.
CREATE FUNCTION _ledger_last_settlements(p_account bigint)
RETURNS SETOF ledger_interest_settlement
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (x.year) x.* FROM (
        SELECT s.account_id, s.year, s.revision, s.n, s.rate, s.day_base, s.interest, s.rolled,
               'posted', s.voucher_id, NULL::bigint, s.balance, s.terms
        FROM ledger_interest_single s WHERE s.account_id = p_account
        UNION ALL
        SELECT s.* FROM ledger_interest_year y
        CROSS JOIN LATERAL _ledger_in_sheet(p_account, y.year) s WHERE s.state = 'posted'
    ) x
    ORDER BY x.year, x.revision DESC
$$;

-- Propose the settlement of the next accounts after p_after whose year has turned, as one sheet;
-- what was proposed of them before goes. The sheet spans so many account numbers; last is where it
-- ends, NULL when there are no more. By one rate, or by terms from each account's lines. Who
-- settled by himself is left out.
CREATE FUNCTION ledger_propose_interest(
    p_after bigint, p_span integer, p_rate_num bigint, p_rate_den bigint, p_base integer,
    p_terms jsonb DEFAULT NULL, OUT last bigint, OUT proposed integer
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
-- Along the key, whatever the statistics say of accounts that wait: a bitmap is all of the rest.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    l_july date := ledger_interest_year_start(_ledger_enter_day());
    l_year integer := extract(year FROM l_july);
BEGIN
    -- A range of account numbers, not a list: each table is read along its key, and once.
    SELECT id + p_span - 1 INTO last FROM ledger_account
    WHERE id > p_after AND n_prev >= 0 AND interest_from = l_july AND state < 'closing'
    ORDER BY id LIMIT 1;
    DELETE FROM ledger_interest_sheet
    WHERE year = l_year AND state = 'proposed' AND last_account > p_after
      AND (first_account <= last OR last IS NULL);
    INSERT INTO ledger_interest_sheet (
        year, no, state, first_account, last_account, rate, day_base, terms, accounts, employers,
        n, interest, balance)
    SELECT l_year, (SELECT coalesce(max(no), 0) + 1 FROM ledger_interest_sheet WHERE year = l_year),
           'proposed', min(id), max(id),
           CASE WHEN p_terms IS NULL THEN p_rate_num || '/' || p_rate_den END, p_base, p_terms,
           array_agg(id), array_agg(employer_id), array_agg(n_prev), array_agg(interest),
           array_agg(balance)
    FROM (
        SELECT a.id, a.employer_id, a.n_prev, a.balance - coalesce(m.amount, 0) AS balance,
               CASE WHEN p_terms IS NULL
                    THEN ledger_interest_of(a.n_prev, p_rate_num, p_rate_den, p_base)
                    ELSE (SELECT y.interest
                          FROM _ledger_year_by_terms(a.id, l_year, p_terms, p_base) y) END AS interest
        FROM ledger_account a
        LEFT JOIN (SELECT l.account_id, sum(l.amount)::bigint AS amount FROM ledger_member_line l
                   WHERE l.account_id > p_after AND l.account_id <= last
                     AND l.accounting_date >= l_july AND l.value_date >= l_july
                   GROUP BY l.account_id) m ON m.account_id = a.id
        WHERE a.id > p_after AND a.id <= last AND a.n_prev >= 0 AND a.interest_from = l_july
          AND a.state < 'closing'
          AND a.id NOT IN (SELECT s.account_id FROM ledger_interest_single s
                           WHERE s.account_id > p_after AND s.account_id <= last
                             AND s.year = l_year)
        ORDER BY a.id
    ) a
    HAVING count(*) > 0
    RETURNING cardinality(accounts) INTO proposed;
    proposed := coalesce(proposed, 0);
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

-- V3 for the next sheet: one voucher, each account as it was proposed; where a line came since,
-- the difference is a restatement. Returns how many were posted, 0 when no sheet waits.
CREATE FUNCTION ledger_release_interest(
    p_year integer, p_maker text, p_checker text, p_occurred_at timestamptz
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
-- Each table is read along its key, in the order of the accounts.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    l_day date := _ledger_enter_day();
    l_accrued bigint;
    l_posted integer := 0;
    s ledger_interest_sheet;
BEGIN
    SELECT accrued_left INTO l_accrued FROM ledger_interest_year
    WHERE year = p_year FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.day_open', format('%s is not open for its interest', p_year));
    END IF;
    WHILE l_posted = 0 LOOP
        SELECT * INTO s FROM ledger_interest_sheet
        WHERE year = p_year AND state = 'proposed' ORDER BY last_account LIMIT 1 FOR UPDATE;
        EXIT WHEN NOT FOUND;
        -- Counted, so that nobody carries the rows away.
        PERFORM count(*) FROM (
            SELECT FROM ledger_account WHERE id BETWEEN s.first_account AND s.last_account
            ORDER BY id FOR NO KEY UPDATE) locked;
        l_posted := _ledger_post_sheet(s, l_accrued, p_maker, p_checker, p_occurred_at);
    END LOOP;
    RETURN l_posted;
END $$;

-- The sheet itself, in one statement whose triggers see voucher, lines and all, under the locks:
-- accounts are moved once, and what they became is what the lines say. Who settled by himself
-- meanwhile is not moved. Returns how many were.
CREATE FUNCTION _ledger_post_sheet(
    s ledger_interest_sheet, p_accrued bigint, p_maker text, p_checker text,
    p_occurred_at timestamptz
) RETURNS integer
-- A nested loop between two lists of the sheet, planned without statistics, is their product.
LANGUAGE plpgsql SET enable_nestloop = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    l_posted integer;
    l_voucher bigint := nextval('ledger_voucher_id_seq');
    l_eve date := make_date(s.year, 6, 30);
    l_july date := make_date(s.year, 7, 1);
    l_last_july date := make_date(s.year - 1, 7, 1);
BEGIN
    WITH fresh AS MATERIALIZED (
        -- What came to current money since 1 July stays there.
        SELECT l.account_id, greatest(sum(l.amount - l.carried_delta), 0)::bigint AS amount
        FROM ledger_member_line l
        WHERE l.account_id BETWEEN s.first_account AND s.last_account
          AND l.accounting_date >= l_july AND l.value_date >= l_july
          AND (l.amount > 0 OR (SELECT h.reverses IS NOT NULL FROM ledger_voucher h
                                WHERE h.id = l.voucher_id))
        GROUP BY l.account_id
    ), moved AS (
        UPDATE ledger_account a
        SET balance = a.balance + e.interest, n_prev = NULL, n_prev_carried = NULL,
            carried = a.balance + e.interest
                      - least(a.balance - a.carried, coalesce(f.amount, 0)),
            last_voucher = CASE WHEN e.interest <> 0 THEN l_voucher ELSE a.last_voucher END,
            restate_from = CASE WHEN e.n = a.n_prev THEN a.restate_from
                                ELSE least(a.restate_from, l_last_july) END
        FROM unnest(s.accounts, s.employers, s.n, s.interest) WITH ORDINALITY
             AS e(account_id, employer_id, n, interest, place)
        LEFT JOIN fresh f ON f.account_id = e.account_id
        WHERE a.id = e.account_id AND a.id BETWEEN s.first_account AND s.last_account
          AND a.n_prev IS NOT NULL AND a.interest_from = l_july
        RETURNING a.id AS account_id, a.employer_id, e.interest, e.place, new.balance,
                  new.carried - old.carried - e.interest AS rolled,
                  a.employer_id IS DISTINCT FROM e.employer_id AS elsewhere
    ), paid AS MATERIALIZED (
        SELECT employer_id, sum(interest)::bigint AS interest, count(*) AS accounts,
               count(*) FILTER (WHERE interest <> 0) AS lines, bool_or(elsewhere) AS elsewhere
        FROM moved GROUP BY employer_id
    ), whole AS MATERIALIZED (
        SELECT sum(interest)::bigint AS interest, sum(accounts)::integer AS accounts,
               sum(lines)::integer AS lines, bool_or(elsewhere) AS elsewhere
        FROM paid
    ), general AS MATERIALIZED (
        SELECT g.*, row_number() OVER (ORDER BY g.place, g.employer_id) AS line_no
        FROM (
            SELECT x.place, x.subject, NULL::bigint AS employer_id, x.amount
            FROM whole w CROSS JOIN LATERAL (VALUES
                (1, '211', least(w.interest, p_accrued)),
                (2, '41101', greatest(w.interest - p_accrued, 0))) AS x(place, subject, amount)
            UNION ALL
            SELECT 3, '201', employer_id, -interest FROM paid
        ) g WHERE g.amount <> 0
    ), lines AS (
        INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                                    amount)
        SELECT l_eve, l_voucher, line_no, subject, employer_id, amount FROM general
    ), head AS (
        INSERT INTO ledger_voucher (
            id, kind, accounting_date, segment, source_type, source_id, gl_lines, member_lines,
            debit_total, credit_total, member_total, summary, maker, checker, occurred_at)
        SELECT l_voucher, 'interest.year', l_eve, 'adjustment', 'interest', s.year || '/' || s.no,
               (SELECT count(*) FROM general), w.lines, w.interest, w.interest, w.interest,
               format('%s年结息', s.year), p_maker, p_checker, p_occurred_at
        FROM whole w WHERE w.lines > 0
        RETURNING debit_total
    ), members AS (
        INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind,
                                        amount, carried_delta, value_date, balance_after)
        -- Numbered by their places in the sheet.
        SELECT account_id, l_eve, l_voucher, place, 'interest', interest, interest, l_july, balance
        FROM moved WHERE interest <> 0
    ), used AS (
        UPDATE ledger_interest_year y
        SET accrued_left = y.accrued_left - least(h.debit_total, y.accrued_left)
        FROM head h WHERE y.year = s.year
    ), sheet AS (
        UPDATE ledger_interest_sheet x
        SET state = 'posted', voucher_id = (SELECT l_voucher FROM head),
            -- Whoever has gone to another employer since was paid there.
            employers = CASE WHEN (SELECT elsewhere FROM whole)
                THEN ARRAY(SELECT CASE WHEN m.place IS NULL THEN e.employer_id ELSE m.employer_id END
                           FROM unnest(s.employers) WITH ORDINALITY AS e(employer_id, place)
                           LEFT JOIN moved m ON m.place = e.place ORDER BY e.place)
                ELSE x.employers END,
            rolled = CASE (SELECT accounts FROM whole)
                WHEN cardinality(s.accounts)
                THEN ARRAY(SELECT m.rolled FROM moved m ORDER BY m.place)
                ELSE ARRAY(SELECT m.rolled FROM generate_series(1, cardinality(s.accounts)) e
                           LEFT JOIN moved m ON m.place = e ORDER BY e) END
        WHERE x.year = s.year AND x.no = s.no
    )
    SELECT coalesce(accounts, 0) INTO l_posted FROM whole;
    RETURN l_posted;
END $$;

-- Nothing waits any more: the adjustment segment closes, and the day's end may seal it.
CREATE FUNCTION ledger_close_interest(p_year integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
BEGIN
    PERFORM 1 FROM ledger_interest_sheet WHERE year = p_year AND state = 'proposed' LIMIT 1;
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.year_unsettled', format('%s is not released', p_year));
    END IF;
    UPDATE ledger_business_day SET state = 'closing'
    WHERE day = make_date(p_year, 6, 30) AND segment = 'adjustment' AND state = 'open';
    RETURN FOUND;
END $$;

-- Accounts above p_after whose year was settled in stages and is posted, ascending; a sheet at most.
CREATE FUNCTION ledger_interest_settled(p_year integer, p_after bigint, p_limit integer)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    s ledger_interest_sheet;
BEGIN
    SELECT * INTO s FROM ledger_interest_sheet
    WHERE year = p_year AND state = 'posted' AND last_account > p_after
    ORDER BY last_account LIMIT 1;
    -- Who was proposed in a sheet and is not of it settled by himself before.
    RETURN QUERY
    SELECT x.account_id FROM (
        SELECT e AS account_id FROM unnest(s.accounts) e
        UNION
        SELECT i.account_id FROM ledger_interest_single i
        WHERE i.year = p_year AND i.balance IS NOT NULL
          AND (s.last_account IS NULL OR i.account_id <= s.last_account)
    ) x
    WHERE x.account_id > p_after ORDER BY x.account_id LIMIT p_limit;
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
