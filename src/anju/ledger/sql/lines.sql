-- Lines: locking what they touch, refusing what cannot be, moving the balances.

CREATE TYPE ledger_loan_in AS (loan_id bigint, amount bigint, kind text, value_date date);
CREATE TYPE ledger_suspense_in AS (
    subject text, source_type text, source_id text, amount bigint, kind text, account_id bigint
);

-- What freezes keep of an account on a day: all of it, or so much.
CREATE FUNCTION _ledger_frozen(p_account bigint, p_day date, OUT whole boolean, OUT amount bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT coalesce(bool_or(f.amount IS NULL), false), coalesce(sum(f.amount), 0)::bigint
    INTO whole, amount
    FROM ledger_freeze f
    WHERE f.account_id = p_account AND f.state = 'active' AND f.from_day <= p_day
      AND (f.until_day IS NULL OR p_day < f.until_day);
END $$;

-- Find or make the suspense accounts of these lines and lock them, ascending.
CREATE FUNCTION _ledger_lock_suspense(p_lines ledger_suspense_in[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_suspense (subject, source_type, source_id)
    SELECT DISTINCT subject, source_type, source_id FROM unnest(p_lines)
    ORDER BY subject, source_type, source_id
    ON CONFLICT DO NOTHING;
    PERFORM 1 FROM ledger_suspense
    WHERE (subject, source_type, source_id)
          IN (SELECT subject, source_type, source_id FROM unnest(p_lines))
    ORDER BY id FOR NO KEY UPDATE;
END $$;

-- Where a member's money waits when the account cannot take it: with the employer it came from.
CREATE FUNCTION _ledger_waiting(p_account ledger_account, p_amount bigint, p_kind text)
RETURNS ledger_suspense_in
LANGUAGE sql IMMUTABLE
RETURN ROW('21901', CASE WHEN (p_account).employer_id IS NULL THEN 'account' ELSE 'employer' END,
           coalesce((p_account).employer_id, (p_account).id)::text, p_amount, p_kind,
           (p_account).id)::ledger_suspense_in;

-- Locks 3 to 5 for a whole call; a line on an account that is not in p_accounts is refused. One
-- account alone is locked where it is read. Suspense that turns out to be needed, because money
-- comes for an account that is closing, is locked after it: the one exception to the order; a
-- ring with somebody who allocates that suspense is broken by PostgreSQL and tried again.
CREATE FUNCTION _ledger_lock(p_accounts bigint[], p_payload jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF p_payload @? '$.vouchers[*].loans' THEN
        PERFORM 1 FROM ledger_loan WHERE id IN (
            SELECT (x ->> 'loan_id')::bigint
            FROM jsonb_path_query(p_payload, '$.vouchers[*].loans[*]') x)
        ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF p_payload @? '$.vouchers[*].suspense' THEN
        PERFORM _ledger_lock_suspense(ARRAY(
            SELECT jsonb_populate_record(NULL::ledger_suspense_in, x)
            FROM jsonb_path_query(p_payload, '$.vouchers[*].suspense[*]') x));
    END IF;
    IF cardinality(p_accounts) > 1 THEN
        PERFORM 1 FROM ledger_account WHERE id = ANY (p_accounts)
        ORDER BY id FOR NO KEY UPDATE;
    END IF;
    RETURN true;
END $$;

-- How much of a reversing line is carried money: the original's split mirrored, as far as the
-- account's balance of today allows. The nth line on an account answers the original's nth.
CREATE FUNCTION _ledger_mirrored(
    p_account ledger_account, p_amount bigint, p_reverses ledger_voucher, p_nth integer
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    l_original bigint;
BEGIN
    SELECT carried_delta INTO l_original FROM ledger_member_line
    WHERE account_id = p_account.id AND accounting_date = p_reverses.accounting_date
      AND voucher_id = p_reverses.id
    ORDER BY line_no OFFSET p_nth LIMIT 1;
    IF l_original IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN least(greatest(-l_original, -p_account.carried, least(p_amount, 0)),
                 p_account.balance + p_amount - p_account.carried);
END $$;

-- Whether the interest year in which a day lies was settled for an account.
CREATE FUNCTION _ledger_year_settled(p_account bigint, p_day date) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    l_year integer := extract(year FROM ledger_interest_year_start(p_day))::int + 1;
BEGIN
    PERFORM 1 FROM ledger_interest_single WHERE account_id = p_account AND year = l_year;
    IF NOT FOUND THEN
        PERFORM 1 FROM _ledger_in_sheet(p_account, l_year) s WHERE s.state = 'posted';
    END IF;
    RETURN FOUND;
END $$;

-- An account's settlement of a year as a sheet has it, found by the sheet's range: none when the
-- account is in no sheet, or was not posted with the sheet it was proposed in.
CREATE FUNCTION _ledger_in_sheet(p_account bigint, p_year integer)
RETURNS SETOF ledger_interest_settlement
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT p_account, s.year, 0, s.n[s.place], s.rate, s.day_base, s.interest[s.place],
           coalesce(s.rolled[s.place], 0), s.state,
           CASE WHEN s.interest[s.place] <> 0 THEN s.voucher_id END, s.employers[s.place],
           s.balance[s.place], s.terms
    FROM (SELECT x.*, array_position(x.accounts, p_account) AS place FROM ledger_interest_sheet x
          WHERE x.year = p_year AND x.last_account >= p_account AND x.first_account <= p_account) s
    WHERE s.place IS NOT NULL AND (s.state = 'proposed' OR s.rolled[s.place] IS NOT NULL);
END $$;

-- What became of a member line: so much moved the account, so much waits elsewhere.
CREATE TYPE ledger_taken AS (
    voucher bigint, amount bigint, carried bigint, balance_after bigint,
    elsewhere ledger_suspense_in, employer_id bigint
);

-- Whether a line counts from a year that is settled: it is a restatement (V4).
CREATE FUNCTION _ledger_is_old(p_value_date date, p_interest_from date, p_n_prev bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT p_value_date < p_interest_from
           AND (p_n_prev IS NULL OR p_value_date < (p_interest_from - interval '1 year')::date)
$$;

-- One member line: refuse, redirect, or move the account. The voucher's number is drawn under
-- the first account's lock, so that an account's lines follow each other by number.
CREATE FUNCTION _ledger_take(
    p_day date, p_voucher bigint, p_account bigint, p_amount bigint, p_kind text,
    p_value_date date, p_carried bigint, p_reverses ledger_voucher, p_nth integer, p_own bigint
) RETURNS ledger_taken
LANGUAGE plpgsql AS $$
DECLARE
    a ledger_account;
    t ledger_taken;
    l_whole boolean := false;
    l_frozen bigint := 0;
    l_free bigint;
    l_days integer;
    l_year integer;
    l_is_own boolean := p_account IS NOT DISTINCT FROM p_own;
    l_restates boolean := false;
    l_year_start date := ledger_interest_year_start(p_day);
BEGIN
    -- What a lock that waited re-reads is this row, and this row is all that is read here.
    SELECT * INTO a FROM ledger_account WHERE id = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.no_account', format('account %s', p_account));
    END IF;
    t.employer_id := a.employer_id;
    IF l_is_own THEN
        NULL;
    ELSIF a.state >= 'closing' THEN
        IF p_amount > 0 THEN
            t.elsewhere := _ledger_waiting(a, p_amount, p_kind);
            RETURN t;
        ELSIF p_reverses.id IS NULL THEN
            PERFORM _ledger_refuse('ledger.' || a.state, format('account %s', a.id));
        END IF;
        l_free := 0;
    ELSIF a.interest_from < l_year_start THEN
        PERFORM _ledger_turn_year(ARRAY[a.id], l_year_start);
        SELECT * INTO a FROM ledger_account WHERE id = p_account;
    END IF;
    IF p_amount < 0 AND NOT l_is_own THEN
        IF l_free IS NULL THEN
            IF a.freezes > 0 THEN
                SELECT whole, amount INTO l_whole, l_frozen
                FROM _ledger_frozen(p_account, p_day);
            END IF;
            l_free := CASE WHEN l_whole THEN 0
                           ELSE greatest(0, a.balance - a.held - l_frozen) END;
        END IF;
        IF l_free < -p_amount THEN
            IF p_reverses.id IS NULL AND p_kind <> 'interest' THEN
                PERFORM _ledger_refuse(
                    CASE WHEN a.balance - a.held >= -p_amount THEN 'ledger.frozen'
                         ELSE 'ledger.insufficient' END,
                    format('account %s: %s of %s', a.id, p_amount, l_free));
            END IF;
            -- The reversal of money already spent, or interest that was too much: what there is,
            -- and a claim for the rest.
            t.elsewhere := ROW('11901', 'account', a.id::text, p_amount + l_free, p_kind,
                               a.id)::ledger_suspense_in;
            p_amount := -l_free;
            IF l_free = 0 THEN
                RETURN t;
            END IF;
        END IF;
    END IF;
    IF p_value_date > p_day OR p_value_date < a.opened_on THEN
        PERFORM _ledger_refuse('ledger.value_date', format('account %s: %s', a.id, p_value_date));
    ELSIF _ledger_is_old(p_value_date, a.interest_from, a.n_prev) THEN
        -- V4: a settled year may be touched and is then restated; a year that these books never
        -- settled may not.
        l_restates := _ledger_year_settled(a.id, p_value_date);
        IF NOT l_restates THEN
            PERFORM _ledger_refuse(
                'ledger.restatement', format('account %s: %s', a.id, p_value_date));
        END IF;
    END IF;
    t.voucher := coalesce(p_voucher, nextval('ledger_voucher_id_seq'));
    t.amount := p_amount;
    t.carried := p_carried;
    IF t.carried IS NULL AND p_reverses.id IS NOT NULL THEN
        t.carried := _ledger_mirrored(a, p_amount, p_reverses, p_nth);
    END IF;
    IF t.carried IS NULL AND l_restates AND p_amount > 0 THEN
        -- It was there before a 1 July that has rolled.
        t.carried := p_amount;
    END IF;
    IF t.carried IS NULL THEN
        -- A withdrawal takes carried money first; what comes in is current.
        t.carried := greatest(least(p_amount, 0), -a.carried);
    END IF;
    l_days := p_value_date - a.interest_from;
    l_year := a.interest_from - (a.interest_from - interval '1 year')::date;
    IF l_is_own AND l_days >= 0 THEN
        -- What is held goes with what it was held for: 0 <= held <= balance at every statement.
        UPDATE ledger_account
        SET balance = balance + p_amount, held = held + p_amount, carried = carried + t.carried,
            v = v + p_amount * l_days, v_carried = v_carried + t.carried * l_days,
            last_voucher = t.voucher
        WHERE id = p_account RETURNING balance INTO t.balance_after;
    ELSIF l_days >= 0 THEN
        UPDATE ledger_account
        SET balance = balance + p_amount, carried = carried + t.carried,
            v = v + p_amount * l_days, v_carried = v_carried + t.carried * l_days,
            last_voucher = t.voucher
        WHERE id = p_account RETURNING balance INTO t.balance_after;
    ELSE
        UPDATE ledger_account
        SET balance = balance + p_amount, carried = carried + t.carried,
            held = held + CASE WHEN l_is_own THEN p_amount ELSE 0 END,
            n_prev = n_prev + p_amount * least(-l_days, l_year),
            n_prev_carried = n_prev_carried + t.carried * least(-l_days, l_year),
            restate_from = CASE
                WHEN l_restates THEN least(restate_from, ledger_interest_year_start(p_value_date))
                ELSE restate_from END,
            last_voucher = t.voucher
        WHERE id = p_account RETURNING balance INTO t.balance_after;
    END IF;
    RETURN t;
END $$;

-- What of a reversal was taken back at once, whose money it was, the lines that are left, and the
-- accounts that are named more than once.
CREATE TYPE ledger_taken_back AS (
    voucher bigint, moves ledger_member_line[], total bigint, employers bigint[], rest jsonb,
    repeated bigint[]
);

-- Lines that reverse what a voucher brought, all at once where nothing has to be asked: the account
-- is named once, is open, free and has all of it, and the money counts in the year that runs. What
-- is left goes line by line, which for a list of thousands would take a hundred times as long.
CREATE FUNCTION _ledger_take_back(
    p_day date, p_accounts bigint[], p_lines jsonb, p_reverses ledger_voucher
) RETURNS ledger_taken_back
-- As for a slice of a batch: every table is reached by keys, two lists are never multiplied.
LANGUAGE plpgsql SET enable_nestloop = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    t ledger_taken_back;
    l_stranger bigint;
BEGIN
    PERFORM 1 FROM ledger_account WHERE id = ANY (p_accounts) ORDER BY id FOR NO KEY UPDATE;
    SELECT array_agg(g.id) FILTER (WHERE g.n > 1), min(g.id) FILTER (WHERE p.id IS NULL)
    INTO t.repeated, l_stranger
    FROM (SELECT (x ->> 'account_id')::bigint AS id, count(*) AS n
          FROM jsonb_array_elements(p_lines) x GROUP BY 1) g
    LEFT JOIN (SELECT DISTINCT unnest(p_accounts) AS id) p USING (id);
    IF l_stranger IS NOT NULL THEN
        PERFORM _ledger_refuse('ledger.totals', format('account %s is not locked', l_stranger));
    END IF;
    t.voucher := nextval('ledger_voucher_id_seq');
    WITH line AS MATERIALIZED (
        SELECT n, (x ->> 'account_id')::bigint AS account_id, (x ->> 'amount')::bigint AS amount,
               x ->> 'kind' AS kind, (x ->> 'value_date')::date AS value_date,
               x ->> 'carried' IS NULL AND count(*) OVER (PARTITION BY x -> 'account_id') = 1
                   AS mirrors_alone
        FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS x(x, n)
    ), original AS (
        SELECT DISTINCT ON (account_id) account_id, carried_delta FROM ledger_member_line
        WHERE account_id = ANY (p_accounts) AND accounting_date = p_reverses.accounting_date
          AND voucher_id = p_reverses.id
        ORDER BY account_id, line_no
    ), plain AS MATERIALIZED (
        SELECT l.*, row_number() OVER (ORDER BY l.n) AS line_no,
               least(greatest(-o.carried_delta, -a.carried, l.amount),
                     a.balance + l.amount - a.carried) AS carried
        FROM line l
        JOIN (SELECT * FROM ledger_account WHERE id = ANY (p_accounts)) a ON a.id = l.account_id
        JOIN original o ON o.account_id = l.account_id
        WHERE l.mirrors_alone AND l.amount < 0 AND a.state < 'closing' AND a.freezes = 0
          AND a.balance - a.held >= -l.amount
          AND a.interest_from >= ledger_interest_year_start(p_day)
          AND l.value_date BETWEEN greatest(a.opened_on, a.interest_from) AND p_day
    ), moved AS (
        UPDATE ledger_account a
        SET balance = a.balance + p.amount, carried = a.carried + p.carried,
            v = a.v + p.amount * (p.value_date - a.interest_from),
            v_carried = a.v_carried + p.carried * (p.value_date - a.interest_from),
            last_voucher = t.voucher
        FROM plain p WHERE a.id = p.account_id AND a.id = ANY (p_accounts)
        RETURNING a.id, a.employer_id, a.balance, p.*
    )
    SELECT coalesce(array_agg(ROW(m.id, p_day, t.voucher, m.line_no, m.kind, m.amount, m.carried,
                                  m.value_date, m.balance)::ledger_member_line
                              ORDER BY m.line_no), '{}'),
           coalesce(sum(m.amount), 0), coalesce(array_agg(DISTINCT m.employer_id), '{}'),
           (SELECT jsonb_agg(x ORDER BY n)
            FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS x(x, n)
            WHERE n NOT IN (SELECT p.n FROM plain p))
    INTO t.moves, t.total, t.employers, t.rest FROM moved m;
    RETURN t;
END $$;

CREATE FUNCTION _ledger_write_loans(p_voucher bigint, p_day date, p_lines jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_in ledger_loan_in;
    l_lines ledger_loan_line[] := '{}';
    l_after bigint;
BEGIN
    FOR l_in IN SELECT (jsonb_populate_record(NULL::ledger_loan_in, x)).*
                FROM jsonb_array_elements(p_lines) x LOOP
        UPDATE ledger_loan SET balance = balance + l_in.amount, last_voucher = p_voucher
        WHERE id = l_in.loan_id RETURNING balance INTO l_after;
        IF NOT FOUND THEN
            PERFORM _ledger_refuse('ledger.no_account', format('loan %s', l_in.loan_id));
        END IF;
        l_lines := l_lines
            || ROW(l_in.loan_id, p_day, p_voucher, cardinality(l_lines) + 1, l_in.kind,
                   l_in.amount, l_in.value_date, l_after)::ledger_loan_line;
    END LOOP;
    INSERT INTO ledger_loan_line SELECT l.* FROM unnest(l_lines) l;
END $$;

CREATE FUNCTION _ledger_write_suspense(p_voucher bigint, p_day date, p_lines ledger_suspense_in[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_in ledger_suspense_in;
    l_lines ledger_suspense_line[] := '{}';
    l_suspense ledger_suspense;
BEGIN
    -- Locked already, but for what was redirected on the way.
    PERFORM _ledger_lock_suspense(p_lines);
    FOREACH l_in IN ARRAY p_lines LOOP
        UPDATE ledger_suspense SET balance = balance + l_in.amount
        WHERE subject = l_in.subject AND source_type = l_in.source_type
          AND source_id = l_in.source_id
        RETURNING * INTO l_suspense;
        l_lines := l_lines
            || ROW(l_suspense.id, p_day, p_voucher, cardinality(l_lines) + 1, l_in.kind,
                   l_in.amount, l_in.account_id, l_suspense.balance)::ledger_suspense_line;
    END LOOP;
    INSERT INTO ledger_suspense_line SELECT l.* FROM unnest(l_lines) l;
END $$;
