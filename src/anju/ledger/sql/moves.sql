-- Many accounts at once: opened for the people of an employer, moved from employer to employer.

-- Accounts of many people at once; their numbers in the order in which the people were named.
CREATE FUNCTION ledger_open_accounts(
    p_scope text, p_key text, p_hash bytea, p_persons bigint[], p_employers bigint[], p_on date[]
) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    l_ids bigint[];
    l_made bigint;
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN ARRAY(SELECT e::bigint
                     FROM jsonb_array_elements_text(l_begun.p_first -> 'accounts') e);
    ELSIF (SELECT max(d) FROM unnest(p_on) d) > l_begun.p_day THEN
        PERFORM _ledger_refuse('ledger.value_date', format('after %s', l_begun.p_day));
    END IF;
    l_ids := ARRAY(SELECT nextval('ledger_account_id_seq') FROM unnest(p_persons));
    WITH made AS (
        INSERT INTO ledger_account (id, person_id, employer_id, opened_on, interest_from)
        SELECT id, person, employer, day, ledger_interest_year_start(l_begun.p_day)
        FROM unnest(l_ids, p_persons, p_employers, p_on) AS x(id, person, employer, day)
        ORDER BY id ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT count(*) INTO l_made FROM made;
    IF l_made <> cardinality(p_persons) THEN
        PERFORM _ledger_refuse('ledger.account_exists', 'one of these people has an account');
    END IF;
    INSERT INTO ledger_posting_key (scope, key, payload_hash, result)
    VALUES (p_scope, p_key, p_hash, jsonb_build_object('accounts', l_ids));
    RETURN l_ids;
END $$;

-- 转移: accounts go from their employers to others. One voucher moves the sums between the
-- employers' sub-subjects of 201; members' balances stay as they are, so it has no member line.
CREATE FUNCTION ledger_transfer_accounts(
    p_scope text, p_key text, p_hash bytea, p_accounts bigint[], p_employers bigint[],
    p_occurred_at timestamptz
) RETURNS ledger_posted
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    l_gl jsonb;
    l_ids bigint[] := '{}';
    l_twice bigint;
    l_stays bigint;
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN _ledger_first_answer(l_begun.p_first);
    END IF;
    PERFORM _ledger_lock_accounts(p_accounts);
    SELECT min(id) INTO l_twice FROM (
        SELECT id FROM unnest(p_accounts) AS id GROUP BY id HAVING count(*) > 1) twice;
    IF l_twice IS NOT NULL THEN
        -- It can go to one employer only, and its money would be moved to both.
        PERFORM _ledger_refuse('ledger.totals', format('account %s is named twice', l_twice));
    END IF;
    SELECT min(id) INTO l_stays FROM ledger_account
    WHERE id = ANY (p_accounts) AND state NOT IN ('open', 'sealed');
    IF l_stays IS NOT NULL THEN
        PERFORM _ledger_refuse('ledger.closing', format('account %s', l_stays));
    END IF;
    WITH moved AS (
        SELECT a.employer_id AS source, t.employer AS target, a.balance
        FROM unnest(p_accounts, p_employers) AS t(account, employer)
        JOIN ledger_account a ON a.id = t.account
    ), line AS (
        SELECT 1 AS side, source AS employer, sum(balance)::bigint AS amount
        FROM moved GROUP BY source
        UNION ALL
        SELECT 2, target, -sum(balance)::bigint FROM moved GROUP BY target
    )
    SELECT jsonb_agg(jsonb_build_object('subject', '201', 'amount', amount, 'employer_id', employer)
                     ORDER BY side, employer)
    INTO l_gl FROM line WHERE amount <> 0;
    UPDATE ledger_account a SET employer_id = t.employer
    FROM unnest(p_accounts, p_employers) AS t(account, employer) WHERE a.id = t.account;
    IF l_gl IS NOT NULL THEN
        l_ids := _ledger_book(l_begun.p_day, '{}', jsonb_build_object(
            'vouchers', jsonb_build_array(jsonb_build_object(
                'kind', 'transfer', 'source_type', 'transfer', 'source_id', p_key,
                'summary', '单位间转移', 'occurred_at', p_occurred_at, 'gl', l_gl))), NULL);
    END IF;
    RETURN _ledger_answer(p_scope, p_key, p_hash, l_ids, l_begun.p_day);
END $$;
