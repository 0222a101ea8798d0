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
        interest := ledger_interest_of(n, split_part(s.rate, '/', 1)::bigint,
                                       coalesce(nullif(split_part(s.rate, '/', 2), ''), '1')::bigint,
                                       s.day_base);
        difference := interest - s.interest;
        voucher_id := NULL;
        IF difference <> 0 THEN
            voucher_id := (_ledger_book(l_day, ARRAY[p_account], _ledger_interest_voucher(
                a, 'interest.revision', year, revision, difference, l_until, p_occurred_at), NULL))[1];
        END IF;
        INSERT INTO ledger_interest_settlement (account_id, year, revision, n, rate, day_base,
                                                interest, state, voucher_id)
        VALUES (p_account, year, revision, n, s.rate, s.day_base, interest, 'posted', voucher_id);
        RETURN NEXT;
    END LOOP;
    UPDATE ledger_account SET restate_from = NULL WHERE id = p_account;
END $$;
