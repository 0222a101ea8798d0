-- 合户: two accounts turn out to be one person's. All that lies on the one goes onto the other, each
-- fen from its own day, so that N, and what of it is carried, is what it would have been on one
-- account from the beginning; the emptied account is closed. No money moves but between employers.

-- Which account went into which. A closing order ends an account with a hold, this one without.
CREATE TABLE ledger_account_merge (
    source bigint PRIMARY KEY REFERENCES ledger_account,
    target bigint NOT NULL REFERENCES ledger_account,
    merged_on date NOT NULL,
    voucher_id bigint UNIQUE REFERENCES ledger_voucher,
    CONSTRAINT ledger_account_merge_two CHECK (source <> target)
);
COMMENT ON COLUMN ledger_account_merge.voucher_id IS 'NULL when nothing was ever on it in this interest year.';
CREATE INDEX ledger_account_merge_target ON ledger_account_merge (target);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account_merge
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();

CREATE FUNCTION ledger_merge_accounts(
    p_scope text, p_key text, p_hash bytea, p_source bigint, p_target bigint, p_maker text,
    p_checker text, p_occurred_at timestamptz
) RETURNS ledger_posted
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    s ledger_account;
    t ledger_account;
    l_voucher bigint;
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN _ledger_first_answer(l_begun.p_first);
    END IF;
    PERFORM _ledger_lock_accounts(ARRAY[p_source, p_target]);
    SELECT * INTO s FROM ledger_account WHERE id = p_source;
    SELECT * INTO t FROM ledger_account WHERE id = p_target;
    PERFORM _ledger_check_merging(s, t);
    PERFORM 1 FROM ledger_member_line
    WHERE account_id = s.id AND value_date > s.interest_from LIMIT 1;
    IF FOUND OR s.balance > 0 THEN
        -- What has come and gone since 1 July has earned: its days go along without its money.
        -- Drawn under the locks: an account's lines follow each other by number.
        l_voucher := nextval('ledger_voucher_id_seq');
        PERFORM _ledger_write_merging(s, t, l_voucher, l_begun.p_day, p_maker, p_checker,
                                      p_occurred_at);
    END IF;
    INSERT INTO ledger_account_merge (source, target, merged_on, voucher_id)
    VALUES (s.id, t.id, l_begun.p_day, l_voucher);
    UPDATE ledger_account
    SET balance = balance + s.balance, carried = carried + s.carried, v = v + s.v,
        v_carried = v_carried + s.v_carried, last_voucher = coalesce(l_voucher, last_voucher)
    WHERE id = t.id;
    UPDATE ledger_account
    SET state = 'closed', balance = 0, carried = 0, v = 0, v_carried = 0,
        last_voucher = coalesce(l_voucher, last_voucher)
    WHERE id = s.id;
    RETURN _ledger_answer(p_scope, p_key, p_hash, array_remove(ARRAY[l_voucher], NULL),
                          l_begun.p_day);
END $$;

-- Both are living and have no year that is still to be settled or reckoned again; of the one that
-- goes nobody pays into any more, and all is free: nothing set aside, nothing frozen, not even from
-- a later day.
CREATE FUNCTION _ledger_check_merging(p_source ledger_account, p_target ledger_account)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    a ledger_account;
BEGIN
    IF p_source.id = p_target.id THEN
        PERFORM _ledger_refuse('ledger.totals', format('account %s into itself', p_source.id));
    END IF;
    FOREACH a IN ARRAY ARRAY[p_source, p_target] LOOP
        IF a.state >= 'closing' THEN
            PERFORM _ledger_refuse('ledger.' || a.state, format('account %s', a.id));
        ELSIF a.restate_from IS NOT NULL THEN
            PERFORM _ledger_refuse('ledger.restatement', format(
                'account %s: restate it from %s first', a.id, a.restate_from));
        ELSIF a.n_prev IS NOT NULL THEN
            PERFORM _ledger_refuse(
                'ledger.year_unsettled', format('account %s: settle its year first', a.id));
        END IF;
    END LOOP;
    IF p_source.state = 'open' THEN
        PERFORM _ledger_refuse('ledger.open', format('account %s is paid into', p_source.id));
    ELSIF p_source.freezes > 0 THEN
        PERFORM _ledger_refuse('ledger.frozen', format('account %s', p_source.id));
    ELSIF p_source.held > 0 THEN
        PERFORM _ledger_refuse('ledger.insufficient', format(
            'account %s: %s of %s is held', p_source.id, p_source.held, p_source.balance));
    END IF;
END $$;

-- One voucher: the source's money day by day, taken off from the last day back and put on from the
-- first day on. What was there on 1 July is one sum of that day. What adds to an account stands before
-- what takes from it: by value dates money may be spent before it came, and no line leaves less than
-- nothing.
CREATE FUNCTION _ledger_write_merging(
    s ledger_account, t ledger_account, p_voucher bigint, p_day date, p_maker text,
    p_checker text, p_occurred_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    l_stray bigint;
BEGIN
    WITH later AS (
        -- What came and what went apart: neither can be nothing.
        SELECT value_date AS day, sum(amount)::bigint AS amount,
               sum(carried_delta)::bigint AS carried
        FROM ledger_member_line WHERE account_id = s.id AND value_date > s.interest_from
        GROUP BY value_date, amount > 0
    ), entry AS (
        SELECT day, amount, carried FROM later
        UNION ALL
        SELECT s.interest_from, s.balance - coalesce(sum(amount), 0)::bigint,
               s.carried - coalesce(sum(carried), 0)::bigint
        FROM later HAVING s.balance <> coalesce(sum(amount), 0)
    ), side AS (
        SELECT s.id AS account, day, -amount AS amount, -carried AS carried,
               row_number() OVER (ORDER BY amount > 0, day DESC) AS place, count(*) OVER () AS many,
               0 AS side
        FROM entry
        UNION ALL
        SELECT t.id, day, amount, carried, row_number() OVER (ORDER BY amount < 0, day),
               count(*) OVER (), 1
        FROM entry
    ), line AS (
        SELECT account, day, amount, carried, side * many + place AS line_no,
               CASE side WHEN 0 THEN s.balance ELSE t.balance END
               + sum(amount) OVER (PARTITION BY side ORDER BY place) AS balance_after
        FROM side
    ), gl AS (
        -- The balance from employer to employer; where there is none, what came and what went.
        SELECT row_number() OVER (ORDER BY account <> s.id, sum(amount)) AS line_no,
               CASE account WHEN s.id THEN s.employer_id ELSE t.employer_id END AS employer_id,
               -sum(amount)::bigint AS amount
        FROM line GROUP BY account, CASE WHEN s.balance = 0 THEN amount > 0 END
    ), head AS (
        INSERT INTO ledger_voucher (
            id, kind, accounting_date, source_type, source_id, gl_lines, member_lines,
            debit_total, credit_total, summary, maker, checker, occurred_at)
        SELECT p_voucher, 'account.merged', p_day, 'account', s.id::text, count(*),
               (SELECT count(*) FROM line), sum(greatest(amount, 0)), -sum(least(amount, 0)),
               '合并个人账户', p_maker, p_checker, p_occurred_at
        FROM gl
    ), general AS (
        INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                                    amount)
        SELECT p_day, p_voucher, line_no, '201', employer_id, amount FROM gl
    ), written AS (
        INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind,
                                        amount, carried_delta, value_date, balance_after)
        SELECT account, p_day, p_voucher, line_no, 'merged', amount, carried, day, balance_after
        FROM line
    )
    SELECT sum(carried) - s.carried INTO l_stray FROM entry;
    IF l_stray <> 0 THEN
        PERFORM _ledger_refuse('ledger.totals', format(
            'account %s: %s fen are carried that lie on no day', s.id, l_stray));
    END IF;
END $$;
