-- Posting: one call, one answer. Lock order: day gate (shared), posting key, loans, suspense,
-- accounts, each ascending in one statement; reading and arithmetic in later statements, because
-- a lock that waited re-reads only the locked row.

CREATE TYPE ledger_voucher_in AS (
    kind text, source_type text, source_id text, seq integer, summary text,
    maker text, checker text, occurred_at timestamptz, reverses bigint
);
-- v counts the vouchers of the call from 1.
CREATE TYPE ledger_gl_in AS (
    v integer, subject text, amount bigint, employer_id bigint, bank_account_id bigint
);
CREATE TYPE ledger_member_in AS (
    v integer, account_id bigint, amount bigint, kind text, value_date date, carried bigint
);
CREATE TYPE ledger_loan_in AS (
    v integer, loan_id bigint, amount bigint, kind text, value_date date
);
CREATE TYPE ledger_suspense_in AS (
    v integer, subject text, source_type text, source_id text, amount bigint, kind text,
    account_id bigint
);

-- Key first, then anything else: testing the balance before the key would answer the retry of
-- a full withdrawal with "insufficient". NULL: the key is ours now; else the first answer.
CREATE FUNCTION _ledger_claim(p_scope text, p_key text, p_hash bytea, p_result jsonb)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    l_first ledger_posting_key;
BEGIN
    INSERT INTO ledger_posting_key (scope, key, payload_hash, result)
    VALUES (p_scope, p_key, p_hash, p_result) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT l_first FROM ledger_posting_key WHERE scope = p_scope AND key = p_key;
    IF l_first.payload_hash <> p_hash THEN
        PERFORM _ledger_refuse('ledger.key_reused', format('%s/%s', p_scope, p_key));
    END IF;
    RETURN l_first.result;
END $$;

CREATE FUNCTION _ledger_next_vouchers(p_count integer) RETURNS bigint[]
LANGUAGE sql
AS $$ SELECT coalesce(array_agg(nextval('ledger_voucher_id_seq')), '{}')
      FROM generate_series(1, p_count) $$;

-- What freezes keep of an account on a day: all of it, or so much.
CREATE FUNCTION _ledger_frozen(p_account bigint, p_day date, OUT whole boolean, OUT amount bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(bool_or(f.amount IS NULL), false), coalesce(sum(f.amount), 0)::bigint
    FROM ledger_freeze f
    WHERE f.account_id = p_account AND f.state = 'active' AND f.from_day <= p_day
      AND (f.until_day IS NULL OR p_day < f.until_day);
END;

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

-- Money that arrives for an account in closing or closed waits in its employer's suspense: the
-- line is lifted out, and Dr 201 Cr 219 is added to the same voucher.
CREATE FUNCTION _ledger_suspense_of(p_lines ledger_member_in[], p_own bigint)
RETURNS ledger_suspense_in[]
LANGUAGE sql
AS $$
    SELECT array_agg(ROW(m.v, '21901',
                         CASE WHEN a.employer_id IS NULL THEN 'account' ELSE 'employer' END,
                         coalesce(a.employer_id, a.id)::text, m.amount, m.kind, a.id
                     )::ledger_suspense_in ORDER BY m.v, m.ordinality)
    FROM unnest(p_lines) WITH ORDINALITY m
    JOIN ledger_account a ON a.id = m.account_id
    WHERE a.state IN ('closing', 'closed') AND a.id IS DISTINCT FROM p_own
$$;

-- Why a lock on these accounts cannot be followed by these lines; says nothing if it can.
CREATE FUNCTION _ledger_examine(p_lines ledger_member_in[], p_day date, p_own bigint)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_last_year date := (ledger_interest_year_start(p_day) - interval '1 year')::date;
    l_found record;
BEGIN
    SELECT a.id, m.value_date,
           m.value_date > p_day OR m.value_date < a.opened_on AS impossible INTO l_found
    FROM unnest(p_lines) m JOIN ledger_account a ON a.id = m.account_id
    WHERE m.value_date > p_day OR m.value_date < a.opened_on
       OR (m.value_date < a.interest_from
           AND (a.n_prev IS NULL OR m.value_date < l_last_year))
    LIMIT 1;
    IF FOUND THEN
        PERFORM _ledger_refuse(
            CASE WHEN l_found.impossible THEN 'ledger.value_date' ELSE 'ledger.restatement' END,
            format('account %s: value date %s', l_found.id, l_found.value_date));
    END IF;
    SELECT a.id, d.amount, a.balance - a.held >= -d.amount AS would_do INTO l_found
    FROM (SELECT account_id, sum(amount) AS amount FROM unnest(p_lines) GROUP BY account_id) d
    JOIN ledger_account a ON a.id = d.account_id
    CROSS JOIN LATERAL _ledger_frozen(a.id, p_day) f
    WHERE d.amount < 0 AND a.id IS DISTINCT FROM p_own
      AND (f.whole OR a.balance - a.held - f.amount < -d.amount)
    ORDER BY a.id LIMIT 1;
    IF FOUND THEN
        PERFORM _ledger_refuse(
            CASE WHEN l_found.would_do THEN 'ledger.frozen' ELSE 'ledger.insufficient' END,
            format('account %s: %s', l_found.id, l_found.amount));
    END IF;
END $$;

-- A reversal mirrors how the original was split into carried and current, as far as what the
-- account holds today allows.
CREATE FUNCTION _ledger_mirror(p_lines ledger_member_in[], p_vouchers ledger_voucher_in[])
RETURNS ledger_member_in[]
LANGUAGE sql
AS $$
    SELECT array_agg(ROW(m.v, m.account_id, m.amount, m.kind, m.value_date,
                         CASE WHEN m.carried IS NOT NULL OR o.carried_delta IS NULL THEN m.carried
                              ELSE least(greatest(-o.carried_delta, -a.carried),
                                         a.balance + m.amount - a.carried) END
                     )::ledger_member_in ORDER BY m.no)
    FROM (SELECT l.*, row_number() OVER (PARTITION BY v, account_id, amount ORDER BY no) AS nth
          FROM unnest(p_lines) WITH ORDINALITY
               AS l(v, account_id, amount, kind, value_date, carried, no)) m
    JOIN ledger_account a ON a.id = m.account_id
    LEFT JOIN ledger_voucher h ON h.id = (p_vouchers[m.v]).reverses
    LEFT JOIN LATERAL (
        SELECT ml.carried_delta, row_number() OVER (ORDER BY ml.line_no) AS nth
        FROM ledger_member_line ml
        WHERE ml.account_id = m.account_id AND ml.accounting_date = h.accounting_date
          AND ml.voucher_id = h.id AND ml.amount = -m.amount
    ) o ON o.nth = m.nth
$$;

CREATE FUNCTION _ledger_write_loans(p_ids bigint[], p_day date, p_lines ledger_loan_in[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_rows bigint;
BEGIN
    WITH line AS MATERIALIZED (
        SELECT l.*, b.balance + sum(l.amount) OVER (PARTITION BY l.loan_id ORDER BY l.no) AS after,
               row_number() OVER (PARTITION BY l.v ORDER BY l.no) AS line_no
        FROM unnest(p_lines) WITH ORDINALITY AS l(v, loan_id, amount, kind, value_date, no)
        JOIN ledger_loan b ON b.id = l.loan_id
    ), moved AS (
        UPDATE ledger_loan b SET balance = b.balance + d.amount, last_voucher = d.voucher
        FROM (SELECT loan_id, sum(amount) AS amount, max(p_ids[v]) AS voucher
              FROM line GROUP BY loan_id) d
        WHERE b.id = d.loan_id
    )
    INSERT INTO ledger_loan_line (loan_id, accounting_date, voucher_id, line_no, kind, amount,
                                  value_date, balance_after)
    SELECT loan_id, p_day, p_ids[v], line_no, kind, amount, value_date, after
    FROM line ORDER BY loan_id, no;
    GET DIAGNOSTICS l_rows = ROW_COUNT;
    IF l_rows <> cardinality(p_lines) THEN
        PERFORM _ledger_refuse('ledger.no_account', 'a loan is not there');
    END IF;
END $$;

CREATE FUNCTION _ledger_write_suspense(p_ids bigint[], p_day date, p_lines ledger_suspense_in[])
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH line AS MATERIALIZED (
        SELECT s.id AS suspense_id, l.*, s.balance
               + sum(l.amount) OVER (PARTITION BY s.id ORDER BY l.no) AS after,
               row_number() OVER (PARTITION BY l.v ORDER BY l.no) AS line_no
        FROM unnest(p_lines) WITH ORDINALITY
             AS l(v, subject, source_type, source_id, amount, kind, account_id, no)
        JOIN ledger_suspense s USING (subject, source_type, source_id)
    ), moved AS (
        UPDATE ledger_suspense s SET balance = s.balance + d.amount
        FROM (SELECT suspense_id, sum(amount) AS amount FROM line GROUP BY suspense_id) d
        WHERE s.id = d.suspense_id
    )
    INSERT INTO ledger_suspense_line (suspense_id, accounting_date, voucher_id, line_no, kind,
                                      amount, account_id, balance_after)
    SELECT suspense_id, p_day, p_ids[v], line_no, kind, amount, account_id, after
    FROM line ORDER BY suspense_id, no;
END $$;

-- Headers, general lines, member lines and accounts in one statement: its triggers see it whole.
-- Withdrawals draw on what is carried first, then on the current year's money.
CREATE FUNCTION _ledger_write(
    p_ids bigint[], p_day date, p_vouchers ledger_voucher_in[], p_gl ledger_gl_in[],
    p_members ledger_member_in[], p_loans ledger_loan_in[], p_suspense ledger_suspense_in[]
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH line AS MATERIALIZED (
        SELECT m.*, a.balance + sum(m.amount) OVER account_so_far AS after, a.interest_from,
               a.carried + sum(coalesce(m.carried, 0)) OVER (PARTITION BY m.account_id) AS purse,
               sum(CASE WHEN m.carried IS NULL THEN greatest(0, -m.amount) ELSE 0 END)
                   OVER account_so_far AS drawn,
               row_number() OVER (PARTITION BY m.v ORDER BY m.no) AS line_no
        FROM unnest(p_members) WITH ORDINALITY
             AS m(v, account_id, amount, kind, value_date, carried, no)
        JOIN ledger_account a ON a.id = m.account_id
        WINDOW account_so_far AS (PARTITION BY m.account_id ORDER BY m.no)
    ), split AS MATERIALIZED (
        SELECT v, account_id, amount, kind, value_date, no, after, line_no, interest_from,
               coalesce(carried, CASE WHEN amount > 0 THEN 0 ELSE
                   least(purse, drawn + amount) - least(purse, drawn) END) AS carried_delta
        FROM line
    ), moved AS (
        UPDATE ledger_account a
        SET balance = a.balance + d.amount, carried = a.carried + d.carried,
            v = a.v + d.v, v_carried = a.v_carried + d.v_carried,
            n_prev = a.n_prev + d.n_prev, n_prev_carried = a.n_prev_carried + d.n_prev_carried,
            last_voucher = d.voucher
        FROM (
            SELECT account_id, sum(amount) AS amount, sum(carried_delta) AS carried,
                   sum(amount * greatest(0, value_date - interest_from)) AS v,
                   sum(carried_delta * greatest(0, value_date - interest_from)) AS v_carried,
                   sum(amount * greatest(0, interest_from - value_date)) AS n_prev,
                   sum(carried_delta * greatest(0, interest_from - value_date)) AS n_prev_carried,
                   max(p_ids[v]) AS voucher
            FROM split GROUP BY account_id
        ) d
        WHERE a.id = d.account_id
    ), heads AS (
        INSERT INTO ledger_voucher (
            id, kind, accounting_date, source_type, source_id, seq, gl_lines, member_lines,
            loan_lines, suspense_lines, debit_total, credit_total, member_total, loan_total,
            suspense_total, reverses, summary, maker, checker, occurred_at)
        SELECT p_ids[h.no], h.kind, p_day, h.source_type, h.source_id, coalesce(h.seq, 0),
               g.lines, coalesce(m.lines, 0), coalesce(l.lines, 0), coalesce(s.lines, 0),
               g.debit, g.credit, coalesce(m.total, 0), coalesce(l.total, 0),
               coalesce(s.total, 0), h.reverses, coalesce(h.summary, ''), h.maker, h.checker,
               h.occurred_at
        FROM unnest(p_vouchers) WITH ORDINALITY AS h(
            kind, source_type, source_id, seq, summary, maker, checker, occurred_at, reverses, no)
        LEFT JOIN (SELECT v, count(*) AS lines,
                          coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS debit,
                          coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS credit
                   FROM unnest(p_gl) GROUP BY v) g ON g.v = h.no
        LEFT JOIN (SELECT v, count(*) AS lines, sum(amount) AS total
                   FROM unnest(p_members) GROUP BY v) m ON m.v = h.no
        LEFT JOIN (SELECT v, count(*) AS lines, sum(amount) AS total
                   FROM unnest(p_loans) GROUP BY v) l ON l.v = h.no
        LEFT JOIN (SELECT v, count(*) AS lines, sum(amount) AS total
                   FROM unnest(p_suspense) GROUP BY v) s ON s.v = h.no
    ), general AS (
        -- A subject that is not in the chart drops its line, and the header's check refuses.
        INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                                    bank_account_id, amount)
        SELECT p_day, p_ids[g.v], row_number() OVER (PARTITION BY g.v ORDER BY g.no), s.code,
               g.employer_id, g.bank_account_id, g.amount
        FROM unnest(p_gl) WITH ORDINALITY
             AS g(v, subject, amount, employer_id, bank_account_id, no)
        JOIN ledger_subject s ON s.code = g.subject
    )
    INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind,
                                    amount, carried_delta, value_date, balance_after)
    SELECT account_id, p_day, p_ids[v], line_no, kind, amount, carried_delta, value_date, after
    FROM split ORDER BY account_id, no;
END $$;

-- One call's vouchers, all or nothing. p_own is the account whose own hold is being settled:
-- only it may be debited while closing, and only within that hold (its caller looks to that).
CREATE FUNCTION _ledger_book(p_ids bigint[], p_day date, p_payload jsonb, p_own bigint)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_vouchers ledger_voucher_in[];
    l_gl ledger_gl_in[];
    l_members ledger_member_in[];
    l_loans ledger_loan_in[];
    l_suspense ledger_suspense_in[];
    l_waiting ledger_suspense_in[];
    l_accounts bigint[];
    l_known bigint;
    l_turned boolean;
    l_year_start date := ledger_interest_year_start(p_day);
BEGIN
    SELECT array_agg(x) INTO l_vouchers
    FROM jsonb_populate_recordset(NULL::ledger_voucher_in, p_payload -> 'vouchers') x;
    SELECT array_agg(x) INTO l_gl
    FROM jsonb_populate_recordset(NULL::ledger_gl_in, p_payload -> 'gl') x;
    IF p_payload ? 'loans' THEN
        SELECT array_agg(x) INTO l_loans
        FROM jsonb_populate_recordset(NULL::ledger_loan_in, p_payload -> 'loans') x;
        PERFORM 1 FROM ledger_loan WHERE id IN (SELECT loan_id FROM unnest(l_loans))
        ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF p_payload ? 'suspense' THEN
        SELECT array_agg(x) INTO l_suspense
        FROM jsonb_populate_recordset(NULL::ledger_suspense_in, p_payload -> 'suspense') x;
    END IF;
    IF p_payload ? 'members' THEN
        SELECT array_agg(x) INTO l_members
        FROM jsonb_populate_recordset(NULL::ledger_member_in, p_payload -> 'members') x;
        SELECT array_agg(DISTINCT account_id) INTO l_accounts FROM unnest(l_members);
        -- A look without a lock, so that suspense is locked before accounts whenever it can be.
        l_waiting := _ledger_suspense_of(l_members, p_own);
    END IF;
    IF l_suspense IS NOT NULL OR l_waiting IS NOT NULL THEN
        PERFORM _ledger_lock_suspense(coalesce(l_suspense, '{}') || coalesce(l_waiting, '{}'));
    END IF;
    IF l_accounts IS NOT NULL THEN
        PERFORM 1 FROM ledger_account WHERE id = ANY (l_accounts)
        ORDER BY id FOR NO KEY UPDATE;
        SELECT count(*), bool_and(interest_from >= l_year_start OR state IN ('closing', 'closed'))
        INTO l_known, l_turned FROM ledger_account WHERE id = ANY (l_accounts);
        IF l_known <> cardinality(l_accounts) THEN
            PERFORM _ledger_refuse('ledger.no_account', 'an account is not there');
        END IF;
        IF NOT l_turned THEN
            PERFORM _ledger_turn_year(l_accounts, l_year_start);
        END IF;
        l_waiting := _ledger_suspense_of(l_members, p_own);
        IF l_waiting IS NOT NULL THEN
            PERFORM _ledger_refuse('ledger.' || a.state, format('account %s', a.id))
            FROM unnest(l_waiting) w JOIN ledger_account a ON a.id = w.account_id
            WHERE w.amount < 0;
            PERFORM _ledger_lock_suspense(l_waiting);
            SELECT array_agg(m ORDER BY no) INTO l_members
            FROM unnest(l_members) WITH ORDINALITY
                 AS u(v, account_id, amount, kind, value_date, carried, no)
            CROSS JOIN LATERAL (SELECT ROW(u.v, u.account_id, u.amount, u.kind, u.value_date,
                                           u.carried)::ledger_member_in AS m) line
            WHERE u.account_id NOT IN (SELECT w.account_id FROM unnest(l_waiting) w);
            SELECT l_gl || array_agg(g) INTO l_gl FROM (
                SELECT ROW(w.v, '201', w.amount, a.employer_id, NULL)::ledger_gl_in AS g
                FROM unnest(l_waiting) w JOIN ledger_account a ON a.id = w.account_id
                UNION ALL
                SELECT ROW(w.v, w.subject, -w.amount, a.employer_id, NULL)::ledger_gl_in
                FROM unnest(l_waiting) w JOIN ledger_account a ON a.id = w.account_id
            ) added;
            l_suspense := coalesce(l_suspense, '{}') || l_waiting;
        END IF;
        PERFORM _ledger_examine(l_members, p_day, p_own);
        IF EXISTS (SELECT FROM unnest(l_vouchers) WHERE reverses IS NOT NULL) THEN
            l_members := _ledger_mirror(l_members, l_vouchers);
        END IF;
    END IF;
    PERFORM _ledger_write(p_ids, p_day, l_vouchers, l_gl, l_members, l_loans, l_suspense);
    IF l_loans IS NOT NULL THEN
        PERFORM _ledger_write_loans(p_ids, p_day, l_loans);
    END IF;
    IF l_suspense IS NOT NULL THEN
        PERFORM _ledger_write_suspense(p_ids, p_day, l_suspense);
    END IF;
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
        'member_lines', coalesce(jsonb_array_length(p_payload -> 'members'), 0),
        'member_total', (SELECT coalesce(sum((m ->> 'amount')::bigint), 0)
                         FROM jsonb_array_elements(p_payload -> 'members') m),
        'debit_total', (SELECT coalesce(sum((g ->> 'amount')::bigint), 0)
                        FROM jsonb_array_elements(p_payload -> 'gl') g
                        WHERE (g ->> 'amount')::bigint > 0)
    ) INTO l_is;
    IF NOT l_is @> l_said THEN
        PERFORM _ledger_refuse('ledger.totals', format('expected %s, got %s', l_said, l_is));
    END IF;
END $$;

CREATE FUNCTION ledger_post(p_scope text, p_key text, p_hash bytea, p_payload jsonb)
RETURNS TABLE (voucher_ids bigint[], accounting_date date, repeated boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    l_first jsonb;
BEGIN
    accounting_date := _ledger_enter_day();
    voucher_ids := _ledger_next_vouchers(jsonb_array_length(p_payload -> 'vouchers'));
    -- Numbers are drawn before the key is taken, so the key's row is written once and for ever.
    l_first := _ledger_claim(p_scope, p_key, p_hash,
        jsonb_build_object('vouchers', voucher_ids, 'on', accounting_date));
    repeated := l_first IS NOT NULL;
    IF repeated THEN
        accounting_date := (l_first ->> 'on')::date;
        voucher_ids := ARRAY(SELECT e::bigint FROM jsonb_array_elements_text(l_first -> 'vouchers') e);
        RETURN NEXT;
        RETURN;
    END IF;
    IF cardinality(voucher_ids) = 0 THEN
        PERFORM _ledger_refuse('ledger.totals', 'a posting of nothing');
    END IF;
    IF p_payload ? 'expect' THEN
        PERFORM _ledger_expect(p_payload);
    END IF;
    PERFORM _ledger_book(voucher_ids, accounting_date, p_payload, NULL);
    RETURN NEXT;
END $$;
