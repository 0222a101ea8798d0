-- The sealed day: a leaf per voucher, a root over the leaves chained to the day before, numbers
-- for the vouchers, control balances. All of it set-based, after the last writer of the day is gone.
-- The form of a leaf is in docs/decisions/0013-sealed-days.md: whoever changes it there breaks
-- every seal there is.

CREATE TABLE ledger_voucher_leaf (
    day date NOT NULL,
    segment varchar(10) NOT NULL,
    voucher_id bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (day, segment, voucher_id)
);

CREATE TABLE ledger_voucher_number (
    period integer NOT NULL,
    no integer NOT NULL CHECK (no >= 1),
    voucher_id bigint NOT NULL UNIQUE,
    PRIMARY KEY (period, no)
);
COMMENT ON TABLE ledger_voucher_number IS '凭证号: gapless in a month of the books, 202611 from 1.';

CREATE TABLE ledger_control_balance (
    day date NOT NULL,
    subject text NOT NULL,
    bank_account_id bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    PRIMARY KEY (day, subject, bank_account_id)
);
COMMENT ON TABLE ledger_control_balance IS
    'All that was booked up to and on a sealed day; bank account 0 is none. Adjustments, booked '
    'after their day was sealed, are not in it.';

-- What is sealed stays: these rows come while their day is closing and has no root yet.
CREATE FUNCTION _ledger_check_sealing() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    l_open boolean;
BEGIN
    IF TG_ARGV[0] = 'number' THEN
        SELECT bool_and(d.day IS NOT NULL) INTO l_open
        FROM written w JOIN ledger_voucher h ON h.id = w.voucher_id
        LEFT JOIN ledger_business_day d ON d.day = h.accounting_date AND d.segment = h.segment
                                       AND d.state = 'closing' AND d.root IS NULL;
    ELSIF TG_ARGV[0] = 'leaf' THEN
        SELECT bool_and(d.day IS NOT NULL) INTO l_open
        FROM (SELECT DISTINCT day, segment FROM written) w
        LEFT JOIN ledger_business_day d ON d.day = w.day AND d.segment = w.segment
                                       AND d.state = 'closing' AND d.root IS NULL;
    ELSE
        SELECT bool_and(d.day IS NOT NULL) INTO l_open
        FROM (SELECT DISTINCT day FROM written) w
        LEFT JOIN ledger_business_day d ON d.day = w.day AND d.segment = 'day'
                                       AND d.state = 'closing' AND d.root IS NULL;
    END IF;
    IF l_open IS FALSE THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.day_sealed',
            DETAIL = format('INSERT on %s', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_sealing AFTER INSERT ON ledger_voucher_leaf REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_check_sealing('leaf');
CREATE TRIGGER check_sealing AFTER INSERT ON ledger_voucher_number REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_check_sealing('number');
CREATE TRIGGER check_sealing AFTER INSERT ON ledger_control_balance REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_check_sealing('balance');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_voucher_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_voucher_number
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_control_balance
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();

-- Leaves of a day's vouchers after a voucher, in the order of their ids: the header and its lines
-- in key order, each a JSON array on a line of its own, and SHA-256 over that text.
CREATE FUNCTION _ledger_leaves(p_day date, p_segment text, p_after bigint, p_limit bigint)
RETURNS TABLE (voucher_id bigint, hash bytea)
-- Of a young day there are no statistics: its lists would be multiplied with each other.
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_nestloop = off AS $$
    WITH head AS MATERIALIZED (
        SELECT * FROM (
            SELECT * FROM ledger_voucher
            WHERE accounting_date = p_day AND segment = p_segment AND id > p_after OFFSET 0) v
        ORDER BY id LIMIT p_limit
    ), span AS MATERIALIZED (
        SELECT min(id) AS low, max(id) AS high FROM head
    ), gl AS (
        SELECT l.voucher_id, string_agg(E'\n' || json_build_array(
                   'gl', l.line_no, l.subject, l.employer_id, l.bank_account_id, l.amount)::text,
                   '' ORDER BY l.line_no) AS told
        FROM ledger_gl_line l
        WHERE l.accounting_date = p_day
          AND l.voucher_id BETWEEN (SELECT low FROM span) AND (SELECT high FROM span)
        GROUP BY l.voucher_id
    ), member AS (
        SELECT l.voucher_id, string_agg(E'\n' || json_build_array(
                   'member', l.line_no, l.account_id, l.kind, l.amount, l.carried_delta,
                   l.value_date, l.balance_after)::text,
                   '' ORDER BY l.line_no, l.account_id) AS told
        FROM ledger_member_line l
        WHERE l.accounting_date = p_day
          AND l.voucher_id BETWEEN (SELECT low FROM span) AND (SELECT high FROM span)
        GROUP BY l.voucher_id
    ), loan AS (
        SELECT l.voucher_id, string_agg(E'\n' || json_build_array(
                   'loan', l.line_no, l.loan_id, l.kind, l.amount, l.value_date,
                   l.balance_after)::text,
                   '' ORDER BY l.line_no, l.loan_id) AS told
        FROM ledger_loan_line l
        WHERE l.accounting_date = p_day
          AND l.voucher_id BETWEEN (SELECT low FROM span) AND (SELECT high FROM span)
        GROUP BY l.voucher_id
    ), suspense AS (
        SELECT l.voucher_id, string_agg(E'\n' || json_build_array(
                   'suspense', l.line_no, l.suspense_id, l.kind, l.amount, l.account_id,
                   l.balance_after)::text,
                   '' ORDER BY l.line_no, l.suspense_id) AS told
        FROM ledger_suspense_line l
        WHERE l.accounting_date = p_day
          AND l.voucher_id BETWEEN (SELECT low FROM span) AND (SELECT high FROM span)
        GROUP BY l.voucher_id
    )
    SELECT h.id, sha256(convert_to(
        json_build_array(
            'voucher', h.id, h.kind, h.accounting_date, h.segment, h.source_type, h.source_id,
            h.seq, h.gl_lines, h.member_lines, h.loan_lines, h.suspense_lines, h.debit_total,
            h.credit_total, h.member_total, h.loan_total, h.suspense_total, h.reverses, h.summary,
            h.maker, h.checker, (extract(epoch FROM h.occurred_at) * 1000000)::bigint)::text
        || coalesce(gl.told, '') || coalesce(member.told, '') || coalesce(loan.told, '')
        || coalesce(suspense.told, ''), 'UTF8'))
    FROM head h
    LEFT JOIN gl ON gl.voucher_id = h.id
    LEFT JOIN member ON member.voucher_id = h.id
    LEFT JOIN loan ON loan.voucher_id = h.id
    LEFT JOIN suspense ON suspense.voucher_id = h.id
$$;

CREATE FUNCTION _ledger_closing_day(p_day date, p_segment text) RETURNS ledger_business_day
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    d ledger_business_day;
BEGIN
    -- 3 is the sealing: one at a time, and no hall ever waits for it.
    PERFORM pg_advisory_xact_lock(hashtext(current_schema()), 3);
    SELECT * INTO d FROM ledger_business_day WHERE day = p_day AND segment = p_segment;
    IF NOT FOUND OR d.state = 'open' THEN
        PERFORM _ledger_refuse('ledger.day_open', format('%s is not closing', p_day));
    END IF;
    RETURN d;
END $$;

-- Leaves for the next vouchers of a closing day: how many have one now, and how many there are.
CREATE FUNCTION ledger_leaf_day(
    p_day date, p_segment text, p_limit bigint, OUT hashed bigint, OUT vouchers bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '30s'
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    d ledger_business_day := _ledger_closing_day(p_day, p_segment);
BEGIN
    IF d.root IS NULL THEN
        INSERT INTO ledger_voucher_leaf (day, segment, voucher_id, hash)
        SELECT p_day, p_segment, l.voucher_id, l.hash
        FROM _ledger_leaves(p_day, p_segment, (
            SELECT coalesce(max(f.voucher_id), 0) FROM ledger_voucher_leaf f
            WHERE f.day = p_day AND f.segment = p_segment), p_limit) l;
    END IF;
    SELECT count(*) INTO hashed FROM ledger_voucher_leaf
    WHERE day = p_day AND segment = p_segment;
    SELECT count(*) INTO vouchers FROM ledger_voucher
    WHERE accounting_date = p_day AND segment = p_segment;
END $$;

CREATE FUNCTION _ledger_root(p_day date, p_segment text, p_prev bytea) RETURNS bytea
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT sha256(
        convert_to(json_build_array('day', p_day, p_segment, count(*))::text || E'\n', 'UTF8')
        || p_prev || coalesce(string_agg(hash, ''::bytea ORDER BY voucher_id), ''::bytea))
    FROM ledger_voucher_leaf WHERE day = p_day AND segment = p_segment
$$;

-- Everything booked up to a day: what the last sealed day knew, and the lines since.
CREATE FUNCTION _ledger_turnover_to(p_day date)
RETURNS TABLE (subject text, bank_account_id bigint, debit bigint, credit bigint)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH base AS (
        SELECT max(day) AS day FROM ledger_business_day
        WHERE state = 'sealed' AND segment = 'day' AND day < p_day
    )
    SELECT t.subject, t.bank_account_id, sum(t.debit)::bigint, sum(t.credit)::bigint
    FROM (
        SELECT c.subject, c.bank_account_id, c.debit, c.credit
        FROM ledger_control_balance c WHERE c.day = (SELECT day FROM base)
        UNION ALL
        SELECT l.subject, coalesce(l.bank_account_id, 0), sum(greatest(l.amount, 0)),
               -sum(least(l.amount, 0))
        FROM ledger_gl_line l
        WHERE l.accounting_date > coalesce((SELECT day FROM base), '-infinity')
          AND l.accounting_date <= p_day
          AND l.voucher_id NOT IN (
                SELECT h.id FROM ledger_voucher h WHERE h.segment = 'adjustment')
        GROUP BY l.subject, coalesce(l.bank_account_id, 0)
    ) t
    GROUP BY t.subject, t.bank_account_id
$$;
CREATE INDEX ledger_voucher_adjustments ON ledger_voucher (id) WHERE segment = 'adjustment';

-- A closed day gets its numbers, its control balances and its root; asked again, it says the root.
CREATE FUNCTION ledger_root_day(p_day date, p_segment text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '30s'
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    d ledger_business_day := _ledger_closing_day(p_day, p_segment);
    l_last ledger_business_day;
    l_break record;
    l_period integer := (extract(year FROM p_day) * 100 + extract(month FROM p_day))::integer;
BEGIN
    IF d.root IS NOT NULL THEN
        RETURN d.root;
    END IF;
    SELECT * INTO l_last FROM ledger_business_day WHERE chain_no IS NOT NULL
    ORDER BY chain_no DESC LIMIT 1;
    PERFORM 1 FROM ledger_business_day b
    WHERE b.state <> 'sealed' AND b.segment = 'day'
      AND (b.day < p_day OR (b.day = p_day AND p_segment = 'adjustment'));
    IF FOUND OR l_last.state <> 'sealed' THEN
        PERFORM _ledger_refuse('ledger.day_order', format('a day before %s is not sealed', p_day));
    END IF;
    SELECT * INTO l_break FROM ledger_day_breaks(p_day) LIMIT 1;
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.day_unproven',
                               format('%s: %s: %s', l_break.kind, l_break.what, l_break.detail));
    END IF;
    PERFORM 1 FROM ledger_voucher h
    FULL JOIN (SELECT voucher_id FROM ledger_voucher_leaf
               WHERE day = p_day AND segment = p_segment) f ON f.voucher_id = h.id
    WHERE (h.id IS NULL OR (h.accounting_date = p_day AND h.segment = p_segment))
      AND (h.id IS NULL OR f.voucher_id IS NULL);
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.day_unproven', format('%s has not all its leaves', p_day));
    END IF;
    INSERT INTO ledger_voucher_number (period, no, voucher_id)
    SELECT l_period, (row_number() OVER (ORDER BY f.voucher_id) + (
               SELECT coalesce(max(n.no), 0) FROM ledger_voucher_number n
               WHERE n.period = l_period))::integer, f.voucher_id
    FROM ledger_voucher_leaf f WHERE f.day = p_day AND f.segment = p_segment;
    IF p_segment = 'day' THEN
        INSERT INTO ledger_control_balance (day, subject, bank_account_id, debit, credit)
        SELECT p_day, t.subject, t.bank_account_id, t.debit, t.credit
        FROM _ledger_turnover_to(p_day) t;
    END IF;
    UPDATE ledger_business_day b
    SET chain_no = coalesce(l_last.chain_no, 0) + 1,
        prev_root = coalesce(l_last.root, decode(repeat('00', 32), 'hex')),
        root = _ledger_root(p_day, p_segment,
                            coalesce(l_last.root, decode(repeat('00', 32), 'hex')))
    WHERE b.day = p_day AND b.segment = p_segment
    RETURNING b.root INTO d.root;
    RETURN d.root;
END $$;

-- The first signature, under the root that the signer saw.
CREATE FUNCTION ledger_sign_day(p_day date, p_segment text, p_signer text, p_root bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '30s' AS $$
DECLARE
    d ledger_business_day := _ledger_closing_day(p_day, p_segment);
BEGIN
    IF d.root IS DISTINCT FROM p_root THEN
        PERFORM _ledger_refuse('ledger.root_changed', format('%s', p_day));
    ELSIF d.signer1 <> p_signer OR d.state = 'sealed' THEN
        PERFORM _ledger_refuse('ledger.signed_already', format('%s by %s', p_day, d.signer1));
    END IF;
    UPDATE ledger_business_day SET signer1 = p_signer WHERE day = p_day AND segment = p_segment;
END $$;

-- The second signature seals the day, once everything has been worked out again and is the same.
CREATE FUNCTION ledger_seal_day(
    p_day date, p_segment text, p_signer text, p_root bytea, p_signature text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '30s'
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    d ledger_business_day := _ledger_closing_day(p_day, p_segment);
    l_break record;
BEGIN
    IF d.root IS DISTINCT FROM p_root THEN
        PERFORM _ledger_refuse('ledger.root_changed', format('%s', p_day));
    ELSIF d.state = 'sealed' AND d.signer2 = p_signer THEN
        RETURN;
    ELSIF d.state = 'sealed' OR d.signer1 IS NULL THEN
        PERFORM _ledger_refuse('ledger.signed_already', format('%s is %s', p_day, d.state));
    ELSIF d.signer1 = p_signer THEN
        PERFORM _ledger_refuse('ledger.maker_is_checker', p_signer);
    END IF;
    SELECT * INTO l_break FROM ledger_day_breaks(p_day) LIMIT 1;
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.day_unproven',
                               format('%s: %s: %s', l_break.kind, l_break.what, l_break.detail));
    END IF;
    SELECT coalesce(n.voucher_id, f.voucher_id) AS voucher_id INTO l_break
    FROM _ledger_leaves(p_day, p_segment, 0, 9223372036854775807) n
    FULL JOIN (SELECT voucher_id, hash FROM ledger_voucher_leaf
               WHERE day = p_day AND segment = p_segment) f ON f.voucher_id = n.voucher_id
    WHERE f.hash IS DISTINCT FROM n.hash LIMIT 1;
    IF FOUND OR _ledger_root(p_day, p_segment, d.prev_root) IS DISTINCT FROM d.root THEN
        PERFORM _ledger_refuse('ledger.day_unproven',
                               format('voucher %s is not as it was', l_break.voucher_id));
    END IF;
    UPDATE ledger_business_day SET state = 'sealed', signer2 = p_signer, signature = p_signature
    WHERE day = p_day AND segment = p_segment;
END $$;
