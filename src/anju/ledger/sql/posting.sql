-- Posting: one call, one answer. Lock order: day gate (shared), posting key, loans, suspense,
-- accounts, each ascending in one statement; reading and arithmetic in later statements, because
-- a lock that waited re-reads only the locked row.
--
-- Line by line with look-ups by key, not set-based: for the few lines of a hall's voucher the
-- start-up of one large statement costs more than the work (0.2 times TPC-B; this is over 0.9).

CREATE TYPE ledger_loan_in AS (loan_id bigint, amount bigint, kind text, value_date date);
CREATE TYPE ledger_suspense_in AS (
    subject text, source_type text, source_id text, amount bigint, kind text, account_id bigint
);

-- Gate, then key, then anything else: testing the balance before the key would answer the retry
-- of a full withdrawal with "insufficient". Whoever else brings this key waits here until we are
-- done. p_first is NULL when the key is new, else its first answer.
CREATE FUNCTION _ledger_begin(
    p_scope text, p_key text, p_hash bytea, OUT p_day date, OUT p_first jsonb
)
LANGUAGE plpgsql AS $$
DECLARE
    l_entered text := _ledger_enter_gate();
    l_locked text;
    l_hash bytea;
BEGIN
    l_locked := pg_advisory_xact_lock(
        hashtextextended(current_schema() || '/' || p_scope || '/' || p_key, 0));
    SELECT d.day, k.payload_hash, k.result INTO p_day, l_hash, p_first
    FROM ledger_business_day d
    LEFT JOIN ledger_posting_key k ON k.scope = p_scope AND k.key = p_key
    WHERE d.state = 'open' AND d.segment = 'day';
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.day_sealed', 'no business day is open');
    ELSIF l_hash <> p_hash THEN
        PERFORM _ledger_refuse('ledger.key_reused', format('%s/%s', p_scope, p_key));
    END IF;
END $$;

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

-- What became of a member line: so much moved the account, so much waits elsewhere.
CREATE TYPE ledger_taken AS (
    voucher bigint, amount bigint, carried bigint, balance_after bigint,
    elsewhere ledger_suspense_in, employer_id bigint
);

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
    l_is_own boolean := p_account IS NOT DISTINCT FROM p_own;
    l_year_start date := ledger_interest_year_start(p_day);
BEGIN
    -- What a lock that waited re-reads is this row, and this row is all that is read here.
    SELECT * INTO a FROM ledger_account WHERE id = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.no_account', format('account %s', p_account));
    END IF;
    IF l_is_own THEN
        NULL;
    ELSIF a.state >= 'closing' THEN
        IF p_amount > 0 THEN
            t.elsewhere := _ledger_waiting(a, p_amount, p_kind);
            t.employer_id := a.employer_id;
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
            IF p_reverses.id IS NULL THEN
                PERFORM _ledger_refuse(
                    CASE WHEN a.balance - a.held >= -p_amount THEN 'ledger.frozen'
                         ELSE 'ledger.insufficient' END,
                    format('account %s: %s of %s', a.id, p_amount, l_free));
            END IF;
            -- The reversal of money already spent: what there is, and a claim for the rest.
            t.elsewhere := ROW('11901', 'account', a.id::text, p_amount + l_free, p_kind,
                               a.id)::ledger_suspense_in;
            t.employer_id := a.employer_id;
            p_amount := -l_free;
            IF l_free = 0 THEN
                RETURN t;
            END IF;
        END IF;
    END IF;
    IF p_value_date > p_day OR p_value_date < a.opened_on THEN
        PERFORM _ledger_refuse('ledger.value_date', format('account %s: %s', a.id, p_value_date));
    ELSIF p_value_date < a.interest_from
          AND (a.n_prev IS NULL
               OR p_value_date < (a.interest_from - interval '1 year')::date) THEN
        PERFORM _ledger_refuse('ledger.restatement', format('account %s: %s', a.id, p_value_date));
    END IF;
    t.voucher := coalesce(p_voucher, nextval('ledger_voucher_id_seq'));
    t.amount := p_amount;
    t.carried := p_carried;
    IF t.carried IS NULL AND p_reverses.id IS NOT NULL THEN
        t.carried := _ledger_mirrored(a, p_amount, p_reverses, p_nth);
    END IF;
    IF t.carried IS NULL THEN
        -- A withdrawal takes carried money first; what comes in is current.
        t.carried := greatest(least(p_amount, 0), -a.carried);
    END IF;
    l_days := p_value_date - a.interest_from;
    IF l_days >= 0 THEN
        UPDATE ledger_account
        SET balance = balance + p_amount, carried = carried + t.carried,
            v = v + p_amount * l_days, v_carried = v_carried + t.carried * l_days,
            last_voucher = t.voucher
        WHERE id = p_account RETURNING balance INTO t.balance_after;
    ELSE
        UPDATE ledger_account
        SET balance = balance + p_amount, carried = carried + t.carried,
            n_prev = n_prev - p_amount * l_days,
            n_prev_carried = n_prev_carried - t.carried * l_days,
            last_voucher = t.voucher
        WHERE id = p_account RETURNING balance INTO t.balance_after;
    END IF;
    RETURN t;
END $$;

CREATE FUNCTION _ledger_book_one(
    p_day date, p_head jsonb, p_accounts bigint[], p_own bigint
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    l_voucher bigint;
    l_in jsonb := p_head -> 'gl';
    l_line jsonb;
    l_account bigint;
    l_amount bigint;
    l_subjects text[] := '{}';
    l_employers bigint[] := '{}';
    l_banks bigint[] := '{}';
    l_amounts bigint[] := '{}';
    l_debit bigint := 0;
    l_credit bigint := 0;
    l_reverses ledger_voucher;
    l_taken ledger_taken;
    l_moves ledger_member_line[] := '{}';
    l_member_total bigint := 0;
    l_suspense ledger_suspense_in[] := '{}';
    l_suspense_total bigint := 0;
    l_loan_lines integer := 0;
    l_loan_total bigint := 0;
BEGIN
    FOR i IN 0 .. jsonb_array_length(l_in) - 1 LOOP
        l_line := l_in -> i;
        l_amount := (l_line -> 'amount')::bigint;
        l_subjects[i + 1] := l_line ->> 'subject';
        l_employers[i + 1] := (l_line ->> 'employer_id')::bigint;
        l_banks[i + 1] := (l_line ->> 'bank_account_id')::bigint;
        l_amounts[i + 1] := l_amount;
        l_debit := l_debit + greatest(l_amount, 0);
        l_credit := l_credit - least(l_amount, 0);
    END LOOP;
    IF p_head ->> 'reverses' IS NOT NULL THEN
        SELECT * INTO l_reverses FROM ledger_voucher WHERE id = (p_head ->> 'reverses')::bigint;
        IF NOT FOUND THEN
            PERFORM _ledger_refuse('ledger.totals', 'it reverses a voucher that is not there');
        END IF;
    END IF;
    IF p_head ? 'suspense' THEN
        l_suspense := ARRAY(SELECT jsonb_populate_record(NULL::ledger_suspense_in, x)
                            FROM jsonb_array_elements(p_head -> 'suspense') x);
    END IF;
    IF p_head ? 'loans' THEN
        SELECT count(*), sum((x ->> 'amount')::bigint) INTO l_loan_lines, l_loan_total
        FROM jsonb_array_elements(p_head -> 'loans') x;
    END IF;
    l_in := p_head -> 'members';
    FOR i IN 0 .. coalesce(jsonb_array_length(l_in), 0) - 1 LOOP
        l_line := l_in -> i;
        l_account := (l_line -> 'account_id')::bigint;
        IF l_account <> ALL (p_accounts) THEN
            PERFORM _ledger_refuse('ledger.totals', format('account %s is not locked', l_account));
        END IF;
        l_taken := _ledger_take(
            p_day, l_voucher, l_account, (l_line -> 'amount')::bigint, l_line ->> 'kind',
            (l_line ->> 'value_date')::date, (l_line ->> 'carried')::bigint, l_reverses,
            CASE WHEN l_reverses.id IS NULL THEN 0 ELSE (
                SELECT count(*)::integer FROM unnest(l_moves) m WHERE m.account_id = l_account) END,
            p_own);
        IF l_taken.amount IS NOT NULL THEN
            l_voucher := l_taken.voucher;
            l_member_total := l_member_total + l_taken.amount;
            l_moves := l_moves || ROW(
                l_account, p_day, l_voucher, cardinality(l_moves) + 1, l_line ->> 'kind',
                l_taken.amount, l_taken.carried, (l_line ->> 'value_date')::date,
                l_taken.balance_after)::ledger_member_line;
        END IF;
        IF (l_taken.elsewhere).amount <> 0 THEN
            -- The voucher takes it back from 201 and books it where it waits or is owed.
            l_amount := (l_taken.elsewhere).amount;
            l_subjects := l_subjects || ARRAY['201', (l_taken.elsewhere).subject];
            l_employers := l_employers || ARRAY[l_taken.employer_id, l_taken.employer_id];
            l_banks := l_banks || ARRAY[NULL, NULL]::bigint[];
            l_amounts := l_amounts || ARRAY[l_amount, -l_amount];
            l_debit := l_debit + abs(l_amount);
            l_credit := l_credit + abs(l_amount);
            l_suspense := l_suspense || l_taken.elsewhere;
        END IF;
    END LOOP;
    IF cardinality(l_suspense) > 0 THEN
        SELECT sum(s.amount) INTO l_suspense_total FROM unnest(l_suspense) s;
    END IF;
    l_voucher := coalesce(l_voucher, nextval('ledger_voucher_id_seq'));
    -- Header, general and member lines in one statement: its triggers see them all. A subject
    -- that is not in the chart becomes NULL, and the line is refused.
    WITH head AS (
        INSERT INTO ledger_voucher (
            id, kind, accounting_date, source_type, source_id, seq, gl_lines, member_lines,
            loan_lines, suspense_lines, debit_total, credit_total, member_total, loan_total,
            suspense_total, reverses, summary, maker, checker, occurred_at)
        VALUES (
            l_voucher, p_head ->> 'kind', p_day, p_head ->> 'source_type', p_head ->> 'source_id',
            coalesce((p_head ->> 'seq')::integer, 0), cardinality(l_amounts),
            cardinality(l_moves), l_loan_lines, cardinality(l_suspense), l_debit, l_credit,
            l_member_total, l_loan_total, l_suspense_total, l_reverses.id,
            coalesce(p_head ->> 'summary', ''), p_head ->> 'maker', p_head ->> 'checker',
            (p_head ->> 'occurred_at')::timestamptz)
    ), general AS (
        INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                                    bank_account_id, amount)
        SELECT p_day, l_voucher, g.line_no,
               (SELECT s.code FROM ledger_subject s WHERE s.code = g.subject),
               g.employer_id, g.bank_account_id, g.amount
        FROM unnest(l_subjects, l_employers, l_banks, l_amounts)
             WITH ORDINALITY AS g(subject, employer_id, bank_account_id, amount, line_no)
    )
    INSERT INTO ledger_member_line SELECT m.* FROM unnest(l_moves) m;
    IF l_loan_lines > 0 THEN
        PERFORM _ledger_write_loans(l_voucher, p_day, p_head -> 'loans');
    END IF;
    IF cardinality(l_suspense) > 0 THEN
        PERFORM _ledger_write_suspense(l_voucher, p_day, l_suspense);
    END IF;
    RETURN l_voucher;
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

-- One call's vouchers, all or nothing; returns their numbers. p_own is the account whose own hold
-- is being settled: only it may be debited while closing, and only within that hold.
CREATE FUNCTION _ledger_book(p_day date, p_accounts bigint[], p_payload jsonb, p_own bigint)
RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    l_vouchers jsonb := p_payload -> 'vouchers';
    l_ids bigint[] := '{}';
    l_locked boolean := _ledger_lock(p_accounts, p_payload);
BEGIN
    FOR i IN 1 .. jsonb_array_length(l_vouchers) LOOP
        l_ids[i] := _ledger_book_one(p_day, l_vouchers -> (i - 1), p_accounts, p_own);
    END LOOP;
    RETURN l_ids;
END $$;

-- A posting's answer, kept for ever under its key and read back from it.
CREATE TYPE ledger_posted AS (voucher_ids bigint[], accounting_date date, repeated boolean);

CREATE FUNCTION _ledger_answer(
    p_scope text, p_key text, p_hash bytea, p_ids bigint[], p_day date
) RETURNS ledger_posted
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_posting_key (scope, key, payload_hash, result)
    VALUES (p_scope, p_key, p_hash, jsonb_build_object('vouchers', p_ids, 'on', p_day));
    RETURN ROW(p_ids, p_day, false)::ledger_posted;
END $$;

CREATE FUNCTION _ledger_first_answer(p_result jsonb) RETURNS ledger_posted
LANGUAGE plpgsql AS $$
BEGIN
    RETURN ROW(
        ARRAY(SELECT e::bigint FROM jsonb_array_elements_text(p_result -> 'vouchers') e),
        (p_result ->> 'on')::date, true)::ledger_posted;
END $$;

-- What the caller announced (a file's count and total) against what is being posted.
CREATE FUNCTION _ledger_expect(p_payload jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_said jsonb := p_payload -> 'expect';
    l_is jsonb;
BEGIN
    SELECT jsonb_build_object(
        'vouchers', jsonb_array_length(p_payload -> 'vouchers'),
        'member_lines', (SELECT count(*)
                         FROM jsonb_path_query(p_payload, '$.vouchers[*].members[*]')),
        'member_total', (SELECT coalesce(sum((m ->> 'amount')::bigint), 0)
                         FROM jsonb_path_query(p_payload, '$.vouchers[*].members[*]') m),
        'debit_total', (SELECT coalesce(sum((g ->> 'amount')::bigint), 0)
                        FROM jsonb_path_query(p_payload, '$.vouchers[*].gl[*]') g
                        WHERE (g ->> 'amount')::bigint > 0)
    ) INTO l_is;
    IF NOT l_is @> l_said THEN
        PERFORM _ledger_refuse('ledger.totals', format('expected %s, got %s', l_said, l_is));
    END IF;
END $$;

CREATE FUNCTION ledger_post(
    p_scope text, p_key text, p_hash bytea, p_accounts bigint[], p_payload jsonb
) RETURNS ledger_posted
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN _ledger_first_answer(l_begun.p_first);
    END IF;
    IF jsonb_array_length(p_payload -> 'vouchers') = 0 THEN
        PERFORM _ledger_refuse('ledger.totals', 'a posting of nothing');
    END IF;
    IF p_payload ? 'expect' THEN
        PERFORM _ledger_expect(p_payload);
    END IF;
    RETURN _ledger_answer(p_scope, p_key, p_hash,
                          _ledger_book(l_begun.p_day, p_accounts, p_payload, NULL),
                          l_begun.p_day);
END $$;
