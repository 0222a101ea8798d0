-- Members' and loan accounts: opening, sealing, freezing, locking, and how one reads them.

-- Accounts as of the open business day: between the flip over 1 July and an account's own turn,
-- its N and v are already told as turned.
CREATE VIEW ledger_account_today AS
SELECT a.id, a.person_id, a.employer_id, a.state, a.opened_on, a.balance, a.carried, a.held,
       CASE WHEN t.turns THEN 0 ELSE a.v END AS v,
       CASE WHEN t.turns THEN 0 ELSE a.v_carried END AS v_carried,
       CASE WHEN t.turns THEN t.year_start ELSE a.interest_from END AS interest_from,
       CASE WHEN t.turns THEN a.balance * (t.year_start - a.interest_from) - a.v
            ELSE a.n_prev END AS n_prev,
       CASE WHEN t.turns THEN a.carried * (t.year_start - a.interest_from) - a.v_carried
            ELSE a.n_prev_carried END AS n_prev_carried,
       a.last_voucher, f.whole AS frozen_whole, f.amount AS frozen,
       CASE WHEN f.whole OR a.state NOT IN ('open', 'sealed') THEN 0
            ELSE greatest(0, a.balance - a.held - f.amount) END AS available,
       a.restate_from
FROM ledger_account a
CROSS JOIN (SELECT max(day) AS today FROM ledger_business_day
            WHERE state = 'open' AND segment = 'day') d
CROSS JOIN LATERAL (
    SELECT ledger_interest_year_start(d.today) AS year_start,
           a.state IN ('open', 'sealed')
           AND a.interest_from < ledger_interest_year_start(d.today)
           AND a.n_prev IS NULL AS turns
) t
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(z.amount IS NULL), false) AS whole,
           coalesce(sum(z.amount), 0)::bigint AS amount
    FROM ledger_freeze z
    WHERE z.account_id = a.id AND z.state = 'active' AND z.from_day <= d.today
      AND (z.until_day IS NULL OR d.today < z.until_day)
) f;

-- In PL/pgSQL, which keeps its plan for the session: an SQL function would be planned every time.
CREATE FUNCTION ledger_accounts(p_ids bigint[])
RETURNS SETOF ledger_account_today
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT * FROM ledger_account_today t WHERE t.id = ANY (p_ids) ORDER BY t.id;
END $$;

-- All accounts of an action in one ascending statement; FOR NO KEY UPDATE lets rows that refer
-- to them be written meanwhile. Read afterwards: a lock that waited re-reads only its own row.
CREATE FUNCTION ledger_lock_accounts(p_ids bigint[])
RETURNS SETOF ledger_account_today
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    a ledger_account;
    l_day date;
    l_whole boolean := false;
    l_frozen bigint := 0;
BEGIN
    IF cardinality(p_ids) = 1 THEN
        -- One account is told from the row that was locked: a hall's case has no other.
        l_day := _ledger_enter_day();
        a := _ledger_lock_account(p_ids[1], l_day);
        IF a.freezes > 0 THEN
            SELECT whole, amount INTO l_whole, l_frozen FROM _ledger_frozen(a.id, l_day);
        END IF;
        RETURN NEXT ROW(
            a.id, a.person_id, a.employer_id, a.state, a.opened_on, a.balance, a.carried, a.held,
            a.v, a.v_carried, a.interest_from, a.n_prev, a.n_prev_carried, a.last_voucher, l_whole,
            l_frozen, CASE WHEN l_whole OR a.state >= 'closing' THEN 0
                           ELSE greatest(0, a.balance - a.held - l_frozen) END,
            a.restate_from
        )::ledger_account_today;
        RETURN;
    END IF;
    PERFORM _ledger_lock_accounts(p_ids);
    RETURN QUERY SELECT * FROM ledger_account_today t WHERE t.id = ANY (p_ids) ORDER BY t.id;
END $$;

-- One account under the gate of this day: locked, its year turned where that is due.
CREATE FUNCTION _ledger_lock_account(p_account bigint, p_day date) RETURNS ledger_account
LANGUAGE plpgsql AS $$
DECLARE
    a ledger_account;
    l_year_start date := ledger_interest_year_start(p_day);
BEGIN
    -- What a lock that waited re-reads is this row, and this row is all that is read here.
    SELECT * INTO a FROM ledger_account WHERE id = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.no_account', format('account %s', p_account));
    END IF;
    IF a.interest_from < l_year_start AND a.state IN ('open', 'sealed') THEN
        PERFORM _ledger_turn_year(ARRAY[a.id], l_year_start);
        SELECT * INTO a FROM ledger_account WHERE id = p_account;
    END IF;
    RETURN a;
END $$;

-- Gate, lock, turn the year where it is due; returns the business day.
CREATE FUNCTION _ledger_lock_accounts(p_ids bigint[]) RETURNS date
LANGUAGE plpgsql AS $$
DECLARE
    l_day date := _ledger_enter_day();
    l_known bigint;
    l_late bigint;
BEGIN
    IF cardinality(p_ids) = 1 THEN
        PERFORM _ledger_lock_account(p_ids[1], l_day);
        RETURN l_day;
    END IF;
    PERFORM 1 FROM ledger_account WHERE id = ANY (p_ids) ORDER BY id FOR NO KEY UPDATE;
    SELECT count(*), count(*) FILTER (WHERE interest_from < ledger_interest_year_start(l_day)
                                        AND state IN ('open', 'sealed'))
    INTO l_known, l_late FROM ledger_account WHERE id = ANY (p_ids);
    IF l_known <> (SELECT count(DISTINCT id) FROM unnest(p_ids) AS id) THEN
        PERFORM _ledger_refuse('ledger.no_account', 'an account is not there');
    END IF;
    IF l_late > 0 THEN
        PERFORM _ledger_turn_year(p_ids, ledger_interest_year_start(l_day));
    END IF;
    RETURN l_day;
END $$;

CREATE FUNCTION ledger_lock_loans(p_ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_locked bigint;
BEGIN
    PERFORM _ledger_enter_day();
    SELECT count(*) INTO l_locked FROM (
        SELECT 1 FROM ledger_loan WHERE id = ANY (p_ids) ORDER BY id FOR NO KEY UPDATE) locked;
    RETURN l_locked;
END $$;

CREATE FUNCTION ledger_open_account(
    p_scope text, p_key text, p_hash bytea, p_person bigint, p_employer bigint, p_on date
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    l_day date := l_begun.p_day;
    l_id bigint;
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN (l_begun.p_first ->> 'account')::bigint;
    END IF;
    IF p_on > l_day THEN
        PERFORM _ledger_refuse('ledger.value_date', format('%s is not yet', p_on));
    END IF;
    INSERT INTO ledger_account (person_id, employer_id, opened_on, interest_from)
    VALUES (p_person, p_employer, p_on, ledger_interest_year_start(l_day))
    ON CONFLICT DO NOTHING RETURNING id INTO l_id;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.account_exists', format('person %s', p_person));
    END IF;
    INSERT INTO ledger_posting_key (scope, key, payload_hash, result)
    VALUES (p_scope, p_key, p_hash, jsonb_build_object('account', l_id));
    RETURN l_id;
END $$;

-- 封存 and 启封. Returns whether the state changed; asked again it says no.
CREATE FUNCTION ledger_set_sealed(p_account bigint, p_sealed boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_state ledger_account_state;
    l_wanted ledger_account_state;
BEGIN
    PERFORM _ledger_lock_accounts(ARRAY[p_account]);
    SELECT state INTO l_state FROM ledger_account WHERE id = p_account;
    IF l_state IN ('closing', 'closed') THEN
        PERFORM _ledger_refuse('ledger.' || l_state, format('account %s', p_account));
    END IF;
    l_wanted := CASE WHEN p_sealed THEN 'sealed' ELSE 'open' END;
    UPDATE ledger_account SET state = l_wanted WHERE id = p_account AND state <> l_wanted;
    RETURN FOUND;
END $$;

-- A freeze always takes effect on the row: it may exceed the balance, and one that finds an
-- order already with the bank waits behind it. NULL amount freezes the whole account.
CREATE FUNCTION ledger_freeze(
    p_account bigint, p_authority text, p_doc_no text, p_amount bigint, p_from date, p_until date
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_id bigint;
BEGIN
    PERFORM _ledger_lock_accounts(ARRAY[p_account]);
    SELECT id INTO l_id FROM ledger_freeze
    WHERE account_id = p_account AND authority = p_authority AND doc_no = p_doc_no;
    IF FOUND THEN
        RETURN l_id;
    END IF;
    INSERT INTO ledger_freeze (account_id, authority, doc_no, rank, amount, from_day, until_day)
    VALUES (p_account, p_authority, p_doc_no,
            (SELECT 1 + coalesce(max(rank), 0) FROM ledger_freeze
             WHERE account_id = p_account AND state = 'active'),
            p_amount, p_from, p_until)
    RETURNING id INTO l_id;
    UPDATE ledger_account SET freezes = freezes + 1 WHERE id = p_account;
    RETURN l_id;
END $$;

CREATE FUNCTION ledger_lift_freeze(p_freeze bigint, p_doc_no text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_account bigint;
BEGIN
    PERFORM _ledger_lock_accounts(ARRAY(SELECT account_id FROM ledger_freeze WHERE id = p_freeze));
    UPDATE ledger_freeze SET state = 'lifted', lifted_doc_no = p_doc_no
    WHERE id = p_freeze AND state = 'active' RETURNING account_id INTO l_account;
    UPDATE ledger_account SET freezes = freezes - 1 WHERE id = l_account;
    RETURN l_account IS NOT NULL;
END $$;

CREATE FUNCTION ledger_open_loan(
    p_scope text, p_key text, p_hash bytea, p_person bigint, p_contract_no text, p_on date
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    l_day date := l_begun.p_day;
    l_id bigint;
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN (l_begun.p_first ->> 'loan')::bigint;
    END IF;
    IF p_on > l_day THEN
        PERFORM _ledger_refuse('ledger.value_date', format('%s is not yet', p_on));
    END IF;
    INSERT INTO ledger_loan (person_id, contract_no, opened_on)
    VALUES (p_person, p_contract_no, p_on) ON CONFLICT DO NOTHING RETURNING id INTO l_id;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.account_exists', format('contract %s', p_contract_no));
    END IF;
    INSERT INTO ledger_posting_key (scope, key, payload_hash, result)
    VALUES (p_scope, p_key, p_hash, jsonb_build_object('loan', l_id));
    RETURN l_id;
END $$;
