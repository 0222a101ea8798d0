-- 恢复账户: the money of a closing order came back, and the account it was taken from is to have it
-- again. Closed goes to sealed; the payout's voucher is mirrored from where the money waits (21902).

-- What the interest of a closed year becomes depends on the value date. While the year in which the
-- account closed still has the money in it, that year is reckoned as a whole: the interest paid is
-- taken back (Cr 41101) and earned again at the year's end, or at once when that end has passed.
-- Money that counts from a later year brings the interest with it: its year was settled by the order.
--
-- p_years are the terms of every interest year that has ended since the closing: at each 1 July
-- passed there is a settlement of nothing, and V4 makes it what the value date makes of it.
CREATE FUNCTION ledger_reinstate(
    p_scope text, p_key text, p_hash bytea, p_hold bigint, p_waits_under text, p_value_date date,
    p_years jsonb, p_maker text, p_checker text, p_occurred_at timestamptz
) RETURNS ledger_posted
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    l_locked record;
    h ledger_hold;
    a ledger_account;
    l_this_year date := ledger_interest_year_start(l_begun.p_day);
    l_july date;
    l_again boolean;
    l_ids bigint[];
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN _ledger_first_answer(l_begun.p_first);
    END IF;
    PERFORM _ledger_lock_suspense(ARRAY[
        ROW('21902', 'order', p_waits_under, 0, '', NULL)::ledger_suspense_in]);
    l_locked := _ledger_lock_hold(p_hold, l_begun.p_day);
    h := l_locked.hold;
    a := l_locked.account;
    PERFORM _ledger_check_reinstating(h, a, p_value_date, l_begun.p_day);
    l_july := (ledger_interest_year_start(h.interest_until) + interval '1 year')::date;
    l_again := p_value_date < l_july;
    PERFORM _ledger_open_again(a.id, l_this_year,
        CASE WHEN l_again AND l_july <= l_this_year
             THEN ledger_interest_year_start(h.interest_until) END);
    PERFORM _ledger_write_empty_years(a.id, p_years, l_july, l_this_year);
    l_ids := _ledger_book(l_begun.p_day, ARRAY[a.id], _ledger_reinstating_voucher(
        h, a, p_waits_under, p_value_date, l_again,
        CASE WHEN l_july <= l_this_year THEN h.amount ELSE _ledger_carried_of(h) END,
        p_maker, p_checker, p_occurred_at), NULL);
    IF l_again THEN
        -- The order's settlement of its year is taken back; the year is still to be settled.
        INSERT INTO ledger_interest_single (account_id, year, revision, n, rate, day_base,
                                            interest, voucher_id, terms)
        SELECT a.id, y.year, (SELECT max(s.revision) + 1 FROM ledger_interest_single s
                              WHERE s.account_id = a.id AND s.year = y.year),
               0, x.rate, x.day_base, 0, l_ids[1], x.terms
        FROM (SELECT extract(year FROM l_july)::int AS year) y
        LEFT JOIN jsonb_to_recordset(p_years) AS x(year int, rate text, day_base int, terms jsonb)
             ON x.year = y.year;
    END IF;
    l_ids := l_ids || ARRAY(
        SELECT r.voucher_id FROM ledger_restate(a.id, p_occurred_at) r
        WHERE r.voucher_id IS NOT NULL ORDER BY r.voucher_id);
    RETURN _ledger_answer(p_scope, p_key, p_hash, l_ids, l_begun.p_day);
END $$;

-- Only what the account's last closing took, only once, and never from before it left.
CREATE FUNCTION _ledger_check_reinstating(
    p_hold ledger_hold, p_account ledger_account, p_value_date date, p_day date
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_voucher WHERE reverses = p_hold.voucher_id;
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.reversed_already', format('hold %s', p_hold.id));
    END IF;
    PERFORM 1 FROM ledger_hold
    WHERE account_id = p_account.id AND purpose = 'closing' AND state = 'settled'
      AND id > p_hold.id;
    IF FOUND OR p_hold.purpose <> 'closing' OR p_hold.state <> 'settled'
       OR p_hold.voucher_id IS NULL OR p_account.state <> 'closed' THEN
        PERFORM _ledger_refuse('ledger.no_hold', format(
            '%s hold %s is %s, its account %s', p_hold.purpose, p_hold.id, p_hold.state,
            p_account.state));
    END IF;
    IF p_value_date < p_hold.interest_until OR p_value_date > p_day THEN
        PERFORM _ledger_refuse('ledger.value_date', format('%s', p_value_date));
    END IF;
    PERFORM 1 FROM ledger_account
    WHERE person_id = p_account.person_id AND state <> 'closed';
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.account_exists', format('person %s', p_account.person_id));
    END IF;
END $$;

-- Closed becomes sealed, in this interest year; v is what the lines say it would be by now.
CREATE FUNCTION _ledger_open_again(p_account bigint, p_this_year date, p_restate_from date)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_v bigint;
    l_v_carried bigint;
BEGIN
    SELECT coalesce(sum(l.amount * (l.value_date - p_this_year)), 0),
           coalesce(sum(l.carried_delta * (l.value_date - p_this_year)), 0)
    INTO l_v, l_v_carried
    FROM ledger_member_line l WHERE l.account_id = p_account AND l.value_date > p_this_year;
    UPDATE ledger_account
    SET state = 'sealed', interest_from = p_this_year, v = l_v, v_carried = l_v_carried,
        restate_from = p_restate_from
    WHERE id = p_account;
END $$;

-- At every 1 July after the closing's own year that has passed, the account had nothing.
CREATE FUNCTION _ledger_write_empty_years(
    p_account bigint, p_years jsonb, p_july date, p_this_year date
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_first integer := extract(year FROM p_july);
    l_last integer := extract(year FROM p_this_year);
BEGIN
    IF (SELECT count(DISTINCT x.year) FROM jsonb_to_recordset(p_years) AS x(year int)
        WHERE x.year BETWEEN l_first AND l_last) <> greatest(l_last - l_first + 1, 0) THEN
        PERFORM _ledger_refuse('ledger.year_unsettled', format(
            'the terms of %s to %s are wanted', l_first, l_last));
    END IF;
    INSERT INTO ledger_interest_single (account_id, year, n, rate, day_base, interest, terms)
    SELECT p_account, x.year, 0, x.rate, x.day_base, 0, x.terms
    FROM jsonb_to_recordset(p_years) AS x(year int, rate text, day_base int, terms jsonb)
    WHERE x.year > l_first AND x.year <= l_last;
END $$;

-- How much of what an order took was carried money (上年结转).
CREATE FUNCTION _ledger_carried_of(p_hold ledger_hold) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(-sum(l.carried_delta), 0) FROM ledger_member_line l
            WHERE l.account_id = p_hold.account_id AND l.voucher_id = p_hold.voucher_id
              AND l.accounting_date = (SELECT v.accounting_date FROM ledger_voucher v
                                       WHERE v.id = p_hold.voucher_id));
END $$;

-- The payout mirrored. p_carried is of the principal; interest that comes back as money is carried.
CREATE FUNCTION _ledger_reinstating_voucher(
    p_hold ledger_hold, p_account ledger_account, p_waits_under text, p_value_date date,
    p_again boolean, p_carried bigint, p_maker text, p_checker text, p_occurred_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    l_total bigint := p_hold.amount + p_hold.interest;
    l_interest bigint := CASE WHEN p_again THEN 0 ELSE p_hold.interest END;
    l_member bigint := p_hold.amount + l_interest;
    l_gl jsonb := jsonb_build_array(jsonb_build_object('subject', '21902', 'amount', l_total));
    l_lines jsonb := '[]';
BEGIN
    IF l_member > 0 THEN
        l_gl := l_gl || jsonb_build_object('subject', '201', 'amount', -l_member,
                                           'employer_id', p_account.employer_id);
        l_lines := jsonb_build_array(jsonb_build_object(
            'account_id', p_hold.account_id, 'amount', l_member, 'kind', 'reinstated',
            'value_date', p_value_date, 'carried', p_carried + l_interest));
    END IF;
    IF l_total > l_member THEN
        l_gl := l_gl || jsonb_build_object('subject', '41101', 'amount', l_member - l_total);
    END IF;
    RETURN jsonb_build_object('vouchers', jsonb_build_array(jsonb_build_object(
        'kind', 'payout.reinstated', 'source_type', 'order', 'source_id', p_hold.order_no,
        'summary', '退票恢复账户', 'reverses', p_hold.voucher_id, 'maker', p_maker,
        'checker', p_checker, 'occurred_at', p_occurred_at, 'gl', l_gl, 'members', l_lines,
        'suspense', jsonb_build_array(jsonb_build_object(
            'subject', '21902', 'source_type', 'order', 'source_id', p_waits_under,
            'amount', -l_total, 'kind', 'reinstated', 'account_id', p_hold.account_id)))));
END $$;
