-- Money set aside for a case, ordered at the bank, then settled or released; and V3 for one
-- account: closing before the release posts that account's own interest settlement first.

CREATE FUNCTION ledger_place_hold(p_account bigint, p_case bigint, p_purpose text, p_amount bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_day date := _ledger_enter_day();
    l_account ledger_account := _ledger_lock_account(p_account, l_day);
    l_hold ledger_hold;
BEGIN
    SELECT * INTO l_hold FROM ledger_hold WHERE case_id = p_case;
    IF FOUND THEN
        IF l_hold.account_id <> p_account OR l_hold.purpose <> p_purpose
           OR l_hold.amount <> p_amount THEN
            PERFORM _ledger_refuse('ledger.key_reused', format('hold of case %s', p_case));
        END IF;
        RETURN l_hold.id;
    END IF;
    PERFORM _ledger_check_free(l_account, 0, p_amount, l_day);
    INSERT INTO ledger_hold (account_id, case_id, purpose, amount)
    VALUES (p_account, p_case, p_purpose, p_amount) RETURNING id INTO l_hold.id;
    UPDATE ledger_account SET held = held + p_amount WHERE id = p_account;
    RETURN l_hold.id;
END $$;

-- Refuse to take p_amount from a locked account that is not open for it or has not so much free;
-- p_own of what is held is for this very purpose.
CREATE FUNCTION _ledger_check_free(
    p_account ledger_account, p_own bigint, p_amount bigint, p_day date
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_free bigint := p_account.balance - p_account.held + p_own;
    l_whole boolean := false;
    l_frozen bigint := 0;
BEGIN
    IF p_account.state >= 'closing' THEN
        PERFORM _ledger_refuse('ledger.' || p_account.state, format('account %s', p_account.id));
    END IF;
    IF p_account.freezes > 0 THEN
        SELECT whole, amount INTO l_whole, l_frozen FROM _ledger_frozen(p_account.id, p_day);
    END IF;
    IF l_whole OR l_free - l_frozen < p_amount THEN
        PERFORM _ledger_refuse(
            CASE WHEN l_free >= p_amount THEN 'ledger.frozen' ELSE 'ledger.insufficient' END,
            format('account %s', p_account.id));
    END IF;
END $$;

-- Lock a hold's account, then the hold; both as they then stand. A hold's account never changes.
CREATE FUNCTION _ledger_lock_hold(
    p_hold bigint, p_day date, OUT hold ledger_hold, OUT account ledger_account
)
LANGUAGE plpgsql AS $$
DECLARE
    l_account bigint;
BEGIN
    SELECT account_id INTO l_account FROM ledger_hold WHERE id = p_hold;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.no_hold', format('hold %s', p_hold));
    END IF;
    account := _ledger_lock_account(l_account, p_day);
    SELECT * INTO hold FROM ledger_hold WHERE id = p_hold FOR NO KEY UPDATE;
END $$;

-- The order fixes principal, interest and the day interest ends (exclusive), before the bank is
-- called. A closing order takes all there is, money that came during the review included.
CREATE FUNCTION ledger_order_hold(
    p_hold bigint, p_order_no text, p_principal bigint, p_interest bigint, p_until date,
    p_rate text, p_day_base integer
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_day date := _ledger_enter_day();
    l_locked record := _ledger_lock_hold(p_hold, l_day);
    l_hold ledger_hold := l_locked.hold;
    l_account ledger_account := l_locked.account;
    l_closes boolean := l_hold.purpose = 'closing';
    l_n bigint;
BEGIN
    IF l_hold.state IN ('ordered', 'settled') THEN
        IF (l_hold.order_no, l_hold.amount, l_hold.interest, l_hold.interest_until)
           IS DISTINCT FROM (p_order_no, p_principal, p_interest, p_until) THEN
            PERFORM _ledger_refuse('ledger.key_reused', format('hold %s is ordered', p_hold));
        END IF;
        RETURN l_hold.n;
    END IF;
    IF l_hold.state = 'released' THEN
        PERFORM _ledger_refuse('ledger.no_hold', format('hold %s is released', p_hold));
    END IF;
    PERFORM _ledger_check_free(l_account, l_hold.amount, p_principal, l_day);
    IF p_until > l_day OR p_until < greatest(l_account.interest_from, l_account.opened_on) THEN
        PERFORM _ledger_refuse('ledger.value_date', format('interest until %s', p_until));
    END IF;
    -- V5: nothing may count from a later day than the money leaves. A line's value date never
    -- lies after the day it was booked on: older months need not be looked at.
    PERFORM 1 FROM ledger_member_line
    WHERE account_id = l_account.id AND accounting_date > p_until AND value_date > p_until LIMIT 1;
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.value_date', format(
            'account %s has money that counts from after %s', l_account.id, p_until));
    END IF;
    IF l_closes AND l_account.restate_from IS NOT NULL THEN
        PERFORM _ledger_refuse('ledger.restatement', format(
            'account %s: restate it from %s first', l_account.id, l_account.restate_from));
    END IF;
    IF l_closes THEN
        IF l_account.n_prev IS NOT NULL THEN
            PERFORM _ledger_refuse(
                'ledger.year_unsettled', format('account %s: settle its year first', l_account.id));
        END IF;
        IF p_principal <> l_account.balance OR l_account.held <> l_hold.amount THEN
            PERFORM _ledger_refuse('ledger.totals', format(
                'account %s: balance %s, held %s', l_account.id, l_account.balance, l_account.held));
        END IF;
        l_n := l_account.balance * (p_until - l_account.interest_from) - l_account.v;
    ELSIF p_principal <> l_hold.amount OR p_interest <> 0 THEN
        PERFORM _ledger_refuse('ledger.totals', format('hold %s is of %s', p_hold, l_hold.amount));
    END IF;
    UPDATE ledger_hold
    SET state = 'ordered', amount = p_principal, interest = p_interest, interest_until = p_until,
        n = l_n, rate = p_rate, day_base = p_day_base, order_no = p_order_no, account_state = l_account.state
    WHERE id = p_hold;
    IF l_closes THEN
        UPDATE ledger_account
        SET held = held + p_principal - l_hold.amount, state = 'closing' WHERE id = l_account.id;
    END IF;
    RETURN l_n;
END $$;

-- The money is the account's again: back to the state before the order, and what it missed
-- meanwhile (the turn of the interest year) is made up. Asked again it says no.
CREATE FUNCTION ledger_release_hold(p_hold bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_day date := _ledger_enter_day();
    l_locked record := _ledger_lock_hold(p_hold, l_day);
    l_hold ledger_hold := l_locked.hold;
BEGIN
    IF l_hold.state = 'released' THEN
        RETURN false;
    END IF;
    IF l_hold.state = 'settled' THEN
        PERFORM _ledger_refuse('ledger.no_hold', format('hold %s is settled', p_hold));
    END IF;
    UPDATE ledger_hold SET state = 'released' WHERE id = p_hold;
    UPDATE ledger_account SET held = held - l_hold.amount WHERE id = l_hold.account_id;
    IF l_hold.state = 'ordered' AND l_hold.purpose = 'closing' THEN
        UPDATE ledger_account SET state = l_hold.account_state WHERE id = l_hold.account_id;
        PERFORM _ledger_turn_year(
            ARRAY[l_hold.account_id], ledger_interest_year_start(l_day));
    END IF;
    RETURN true;
END $$;

-- The bank has paid: post, and give the hold up for it. The lines must be the order's, to the
-- fen and the day; a closing account is then closed for good.
CREATE FUNCTION ledger_settle_hold(
    p_hold bigint, p_closes boolean, p_scope text, p_key text, p_hash bytea, p_payload jsonb
) RETURNS ledger_posted
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    l_hold ledger_hold;
    l_ids bigint[] := '{}';
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN _ledger_first_answer(l_begun.p_first);
    END IF;
    l_hold := (_ledger_lock_hold(p_hold, l_begun.p_day)).hold;
    IF l_hold.state <> 'ordered' OR (l_hold.purpose = 'closing') <> p_closes THEN
        PERFORM _ledger_refuse('ledger.no_hold', format(
            '%s hold %s is %s', l_hold.purpose, p_hold, l_hold.state));
    END IF;
    PERFORM _ledger_check_settlement(l_hold, p_payload);
    IF jsonb_array_length(p_payload -> 'vouchers') > 0 THEN
        l_ids := _ledger_book(
            l_begun.p_day, ARRAY[l_hold.account_id], p_payload, l_hold.account_id);
    END IF;
    UPDATE ledger_hold SET state = 'settled', voucher_id = l_ids[1] WHERE id = p_hold;
    IF p_closes THEN
        PERFORM _ledger_close(l_hold, l_ids[1]);
    END IF;
    RETURN _ledger_answer(p_scope, p_key, p_hash, l_ids, l_begun.p_day);
END $$;

CREATE FUNCTION _ledger_check_settlement(p_hold ledger_hold, p_payload jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_others boolean := false;
    l_principal bigint := 0;
    l_paid bigint := 0;
    l_vouchers jsonb := p_payload -> 'vouchers';
    l_lines jsonb;
    l_line jsonb;
BEGIN
    -- Expressions in loops: for a hall's few lines a query costs ten times as much.
    FOR i IN 0 .. jsonb_array_length(l_vouchers) - 1 LOOP
        l_lines := coalesce(l_vouchers -> i -> 'members', '[]');
        FOR j IN 0 .. jsonb_array_length(l_lines) - 1 LOOP
            l_line := l_lines -> j;
            l_principal := l_principal - (l_line ->> 'amount')::bigint;
            l_others := l_others OR (
                (l_line ->> 'account_id')::bigint = p_hold.account_id
                AND (l_line ->> 'value_date')::date = p_hold.interest_until) IS NOT TRUE;
        END LOOP;
        l_lines := l_vouchers -> i -> 'gl';
        FOR j IN 0 .. jsonb_array_length(l_lines) - 1 LOOP
            l_line := l_lines -> j;
            IF l_line ->> 'subject' LIKE '101%' THEN
                l_paid := l_paid - (l_line ->> 'amount')::bigint;
            END IF;
        END LOOP;
    END LOOP;
    IF l_others OR l_principal <> p_hold.amount OR l_paid <> p_hold.amount + p_hold.interest THEN
        PERFORM _ledger_refuse('ledger.totals', format(
            'order %s: %s and %s until %s; lines say %s of %s', p_hold.order_no, p_hold.amount,
            p_hold.interest, p_hold.interest_until, l_principal, l_paid));
    END IF;
END $$;

CREATE FUNCTION _ledger_close(p_hold ledger_hold, p_voucher bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_year integer := extract(year FROM ledger_interest_year_start(p_hold.interest_until))::int + 1;
BEGIN
    -- Money cannot have come since the order, but what the account holds is asked, not assumed.
    UPDATE ledger_account SET state = 'closed', v = 0, v_carried = 0
    WHERE id = p_hold.account_id AND balance = 0 AND held = 0;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.totals', format('account %s is not empty', p_hold.account_id));
    END IF;
    INSERT INTO ledger_interest_single (account_id, year, revision, n, rate, day_base, interest,
                                        voucher_id)
    VALUES (p_hold.account_id, l_year,
            (SELECT coalesce(max(revision) + 1, 0) FROM ledger_interest_single
             WHERE account_id = p_hold.account_id AND year = l_year),
            p_hold.n, p_hold.rate, p_hold.day_base, p_hold.interest, p_voucher);
END $$;

-- round(n × rate / day_base), half away from zero, once; in whole numbers of eight bytes as long
-- as they hold it, which is a sixth of the time. Not STRICT: such a function could not be inlined.
CREATE FUNCTION ledger_interest_of(p_n bigint, p_rate_num bigint, p_rate_den bigint, p_base integer)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(p_n) <= 2000000000000000000 / greatest(p_rate_num, 1)
            THEN sign(p_n)::bigint * ((abs(p_n) * p_rate_num * 2 + p_rate_den * p_base)
                                      / (p_rate_den * p_base * 2))
            ELSE (sign(p_n::numeric)
                  * div(abs(p_n)::numeric * p_rate_num * 2 + p_rate_den::numeric * p_base,
                        p_rate_den::numeric * p_base * 2))::bigint END;

-- The voucher of one account's interest of a year: money of the 1 July after it, and carried.
CREATE FUNCTION _ledger_interest_voucher(
    p_account ledger_account, p_kind text, p_year integer, p_seq integer, p_amount bigint,
    p_value_date date, p_occurred_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object('vouchers', jsonb_build_array(jsonb_build_object(
    'kind', p_kind, 'source_type', 'account', 'source_id', (p_account).id || '/' || p_year,
    'seq', p_seq, 'occurred_at', p_occurred_at,
    'summary', format(CASE p_seq WHEN 0 THEN '%s年结息' ELSE '%s年结息更正' END, p_year),
    'gl', jsonb_build_array(
        jsonb_build_object('subject', '41101', 'amount', p_amount),
        jsonb_build_object('subject', '201', 'amount', -p_amount,
                           'employer_id', (p_account).employer_id)),
    'members', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
        'account_id', (p_account).id, 'amount', p_amount, 'kind', 'interest',
        'value_date', p_value_date,
        'carried', CASE WHEN p_amount > 0 THEN p_amount END))))));

-- V3 for one account: the year that has turned but is not released. Interest is money of 1 July
-- and all of it carried; what the old year left in current rolls to carried, of which the rest
-- after 1 July's own money is current still. Zero interest gets its row and its roll as well.
CREATE FUNCTION ledger_settle_year(
    p_account bigint, p_rate_num bigint, p_rate_den bigint, p_base integer,
    p_occurred_at timestamptz, p_terms jsonb DEFAULT NULL
) RETURNS TABLE (year integer, n bigint, interest bigint, rolled bigint, voucher_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    l_day date := _ledger_lock_accounts(ARRAY[p_account]);
    l_account ledger_account;
    l_rate text := CASE WHEN p_terms IS NULL THEN p_rate_num || '/' || p_rate_den END;
    l_proposed ledger_interest_settlement;
    l_is_proposed boolean;
    l_new_money bigint;
    l_rolled bigint;
    l_ids bigint[];
BEGIN
    SELECT * INTO l_account FROM ledger_account WHERE id = p_account;
    IF l_account.state NOT IN ('open', 'sealed') THEN
        PERFORM _ledger_refuse('ledger.' || l_account.state, format('account %s', p_account));
    END IF;
    IF l_account.n_prev IS NULL THEN
        RETURN;
    END IF;
    year := extract(year FROM l_account.interest_from);
    SELECT * INTO l_proposed FROM _ledger_in_sheet(p_account, year) p WHERE p.state = 'proposed';
    l_is_proposed := FOUND;
    -- What was proposed is what was signed: it is posted, and a line that came since is a
    -- restatement.
    n := coalesce(l_proposed.n, l_account.n_prev);
    IF l_is_proposed THEN
        interest := l_proposed.interest;
    ELSIF p_terms IS NULL THEN
        interest := ledger_interest_of(n, p_rate_num, p_rate_den, p_base);
    ELSE
        SELECT t.interest INTO interest
        FROM _ledger_year_by_terms(p_account, year, p_terms, p_base) t;
    END IF;
    SELECT coalesce(sum(ml.amount - ml.carried_delta), 0) INTO l_new_money
    FROM ledger_member_line ml
    LEFT JOIN ledger_voucher h ON h.id = ml.voucher_id AND ml.amount < 0
    WHERE ml.account_id = p_account AND ml.accounting_date >= l_account.interest_from
      AND ml.value_date >= l_account.interest_from
      AND (ml.amount > 0 OR h.reverses IS NOT NULL);
    l_rolled := l_account.balance - l_account.carried
                - least(l_account.balance - l_account.carried, greatest(l_new_money, 0));
    rolled := l_rolled;
    UPDATE ledger_account
    SET carried = carried + rolled, n_prev = NULL, n_prev_carried = NULL,
        restate_from = CASE WHEN n = l_account.n_prev THEN restate_from
            ELSE least(restate_from, (l_account.interest_from - interval '1 year')::date) END
    WHERE id = p_account;
    IF interest <> 0 THEN
        l_ids := _ledger_book(l_day, ARRAY[p_account], _ledger_interest_voucher(
            l_account, 'interest.year', year, 0, interest, l_account.interest_from,
            p_occurred_at), NULL);
        voucher_id := l_ids[1];
    END IF;
    INSERT INTO ledger_interest_single (account_id, year, revision, n, rate, day_base, interest,
                                        rolled, voucher_id, balance, terms)
    VALUES (p_account, year,
            (SELECT coalesce(max(s.revision) + 1, 0) FROM ledger_interest_single s
             WHERE s.account_id = p_account
               AND s.year = extract(year FROM l_account.interest_from)),
            n, CASE WHEN l_is_proposed THEN l_proposed.rate ELSE l_rate END,
            CASE WHEN l_is_proposed THEN l_proposed.day_base ELSE p_base END, interest, rolled,
            voucher_id, l_proposed.balance,
            CASE WHEN l_is_proposed THEN l_proposed.terms ELSE p_terms END);
    RETURN NEXT;
END $$;
