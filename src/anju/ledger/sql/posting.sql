-- Posting: one call, one answer. Lock order: day gate (shared), posting key, loans, suspense,
-- accounts, each ascending in one statement; reading and arithmetic in later statements, because
-- a lock that waited re-reads only the locked row.
--
-- Line by line with look-ups by key, not set-based: for the few lines of a hall's voucher the
-- start-up of one large statement costs more than the work, three times as much in all.

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

CREATE FUNCTION _ledger_book_one(
    p_day date, p_head jsonb, p_accounts bigint[], p_own bigint
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    l_voucher bigint;
    l_in jsonb := p_head -> 'gl';
    l_line jsonb;
    l_account bigint;
    l_employer bigint;
    l_amount bigint;
    l_subjects text[] := '{}';
    l_employers bigint[] := '{}';
    l_banks bigint[] := '{}';
    l_amounts bigint[] := '{}';
    l_at_201 integer;
    l_one_employer boolean;
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
    l_plain ledger_taken_back;
    l_is_checked boolean;
BEGIN
    FOR i IN 0 .. jsonb_array_length(l_in) - 1 LOOP
        l_line := l_in -> i;
        l_amount := (l_line -> 'amount')::bigint;
        l_subjects[i + 1] := l_line ->> 'subject';
        l_employers[i + 1] := (l_line ->> 'employer_id')::bigint;
        l_banks[i + 1] := (l_line ->> 'bank_account_id')::bigint;
        l_amounts[i + 1] := l_amount;
        IF starts_with(l_subjects[i + 1], '201') THEN
            l_one_employer := l_at_201 IS NULL;
            l_at_201 := i + 1;
        END IF;
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
    IF l_reverses.id IS NOT NULL AND l_in IS NOT NULL AND p_own IS NULL THEN
        l_plain := _ledger_take_back(p_day, p_accounts, l_in, l_reverses);
        l_in := l_plain.rest;
        l_voucher := l_plain.voucher;
        l_moves := l_plain.moves;
        l_member_total := l_plain.total;
        l_one_employer := l_one_employer
            AND l_plain.employers <@ ARRAY[l_employers[l_at_201]];
    END IF;
    l_is_checked := l_plain.voucher IS NOT NULL;
    FOR i IN 0 .. coalesce(jsonb_array_length(l_in), 0) - 1 LOOP
        l_line := l_in -> i;
        l_account := (l_line -> 'account_id')::bigint;
        IF NOT l_is_checked AND l_account <> ALL (p_accounts) THEN
            PERFORM _ledger_refuse('ledger.totals', format('account %s is not locked', l_account));
        END IF;
        l_taken := _ledger_take(
            p_day, l_voucher, l_account, (l_line -> 'amount')::bigint, l_line ->> 'kind',
            (l_line ->> 'value_date')::date, (l_line ->> 'carried')::bigint, l_reverses,
            CASE WHEN l_reverses.id IS NULL
                      OR l_is_checked AND l_account = ANY (l_plain.repeated) IS NOT TRUE THEN 0
                 ELSE (SELECT count(*)::integer FROM unnest(l_moves) m
                       WHERE m.account_id = l_account) END,
            p_own);
        l_one_employer := l_one_employer
            AND l_taken.employer_id IS NOT DISTINCT FROM l_employers[l_at_201];
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
    IF NOT l_one_employer AND jsonb_array_length(p_head -> 'members') > 0 THEN
        -- A member's money stands on 201 of his employer, whoever paid it or had it before.
        FOR l_employer, l_amount IN
            SELECT g.employer_id, sum(g.amount) FROM (
                SELECT employer_id, amount
                FROM unnest(l_subjects, l_employers, l_amounts) AS x(subject, employer_id, amount)
                WHERE starts_with(subject, '201')
                UNION ALL
                SELECT a.employer_id, m.amount
                FROM unnest(l_moves) m JOIN ledger_account a ON a.id = m.account_id) g
            GROUP BY g.employer_id HAVING sum(g.amount) <> 0 ORDER BY g.employer_id
        LOOP
            l_subjects := l_subjects || '201'::text;
            l_employers := l_employers || l_employer;
            l_banks := l_banks || NULL::bigint;
            l_amounts := l_amounts || -l_amount;
            l_debit := l_debit - least(l_amount, 0);
            l_credit := l_credit + greatest(l_amount, 0);
        END LOOP;
    END IF;
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
