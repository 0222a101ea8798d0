-- The day gate, the flip of the business date, monthly partitions, and V2: the interest year's
-- turn. Advisory locks are one space per database: every lock is on (centre, n).

CREATE FUNCTION ledger_interest_year_start(p_day date) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN make_date(extract(year FROM p_day)::int
                 - CASE WHEN extract(month FROM p_day) < 7 THEN 1 ELSE 0 END, 7, 1);

-- The gate: 1 is the day gate, 2 the making of partitions.
CREATE FUNCTION _ledger_enter_gate() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    -- With an older snapshot the date read under the gate could be yesterday's.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.isolation',
            DETAIL = 'posting needs READ COMMITTED';
    END IF;
    -- An expression, not a statement of its own: it costs a tenth.
    RETURN pg_advisory_xact_lock_shared(hashtext(current_schema()), 1);
END $$;

-- Every hall's function plans this once for its session, and does so with sequential scans switched
-- off: the days of years are many rows, the open one stands in an index of its own.
CREATE FUNCTION _ledger_enter_day() RETURNS date
LANGUAGE plpgsql AS $$
DECLARE
    l_entered text := _ledger_enter_gate();
    l_day date;
BEGIN
    SELECT day INTO l_day FROM ledger_business_day WHERE state = 'open' AND segment = 'day';
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.day_sealed', 'no business day is open');
    END IF;
    RETURN l_day;
END $$;

CREATE FUNCTION ledger_enter_day() RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    RETURN _ledger_enter_day();
END $$;

-- LIKE and ATTACH instead of PARTITION OF: the parent stays open to the halls meanwhile.
CREATE FUNCTION ledger_ensure_partitions(p_from date, p_to date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    l_month date := date_trunc('month', p_from)::date;
    l_parent text;
    l_name text;
    l_role text;
    l_made integer := 0;
BEGIN
    IF p_to < p_from OR p_to > p_from + 40 * 366 THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.partitions',
            DETAIL = format('%s to %s', p_from, p_to);
    END IF;
    WHILE l_month <= p_to LOOP
        FOREACH l_parent IN ARRAY ARRAY['ledger_gl_line', 'ledger_member_line',
                                        'ledger_loan_line', 'ledger_suspense_line'] LOOP
            l_name := l_parent || to_char(l_month, '_YYYYMM');
            CONTINUE WHEN to_regclass(format('%I.%I', current_schema(), l_name)) IS NOT NULL;
            IF l_made = 0 THEN
                PERFORM pg_advisory_xact_lock(hashtext(current_schema()), 2);
                CONTINUE WHEN to_regclass(format('%I.%I', current_schema(), l_name)) IS NOT NULL;
            END IF;
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', l_name, l_parent);
            PERFORM _ledger_guard_lines(l_name, l_parent);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           l_parent, l_name, l_month, (l_month + interval '1 month')::date);
            FOR l_role IN SELECT rolname FROM pg_roles
                          WHERE rolname IN (current_schema() || '_app', current_schema() || '_read')
            LOOP
                EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, %I', l_name, l_role);
                EXECUTE format('GRANT SELECT ON %I TO %I', l_name, l_role);
            END LOOP;
            l_made := l_made + 1;
        END LOOP;
        l_month := (l_month + interval '1 month')::date;
    END LOOP;
    RETURN l_made;
END $$;

-- The centre's first day; later days come by the flip. Asked again for that day it says nothing.
CREATE FUNCTION ledger_open_day(p_day date) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(current_schema()), 1);
    PERFORM 1 FROM ledger_business_day WHERE day = p_day AND segment = 'day' AND state = 'open';
    IF FOUND THEN
        RETURN p_day;
    END IF;
    PERFORM 1 FROM ledger_business_day;
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.day_sealed', 'the books are open; flip the day instead');
    END IF;
    INSERT INTO ledger_business_day (day, segment, state) VALUES (p_day, 'day', 'open');
    RETURN p_day;
END $$;

-- D becomes closing and the next day opens, under the exclusive gate: whoever read D has
-- committed, whoever comes later reads the new day. A hall waits for this at most 200 ms.
CREATE FUNCTION ledger_flip_day(p_to date) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '200ms' AS $$
DECLARE
    l_from date;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(current_schema()), 1);
    SELECT day INTO l_from FROM ledger_business_day WHERE state = 'open' AND segment = 'day';
    IF l_from = p_to THEN
        RETURN p_to;
    END IF;
    IF l_from IS NULL OR p_to < l_from THEN
        PERFORM _ledger_refuse('ledger.day_sealed', format('%s is not after %s', p_to, l_from));
    END IF;
    IF ledger_interest_year_start(p_to) > ledger_interest_year_start(l_from) THEN
        -- A second turn would overwrite the first year's N.
        PERFORM 1 FROM ledger_account
        WHERE state IN ('open', 'sealed') AND n_prev IS NOT NULL LIMIT 1;
        IF FOUND OR p_to >= ledger_interest_year_start(l_from) + interval '2 years' THEN
            PERFORM _ledger_refuse('ledger.year_unsettled', 'the last interest year is not released');
        END IF;
    END IF;
    UPDATE ledger_business_day SET state = 'closing' WHERE day = l_from AND segment = 'day';
    INSERT INTO ledger_business_day (day, segment, state) VALUES (p_to, 'day', 'open');
    RETURN p_to;
END $$;

-- V2 for one locked account or a locked list: the old year's N is put aside, v starts again.
-- No money moves. An account in closing keeps its order's year until it closes or is released.
CREATE FUNCTION _ledger_turn_year(p_accounts bigint[], p_year_start date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_account
    WHERE id = ANY (p_accounts) AND interest_from < p_year_start AND state IN ('open', 'sealed')
      AND (n_prev IS NOT NULL OR interest_from + interval '1 year' < p_year_start);
    IF FOUND THEN
        PERFORM _ledger_refuse('ledger.year_unsettled', 'an earlier interest year is not released');
    END IF;
    UPDATE ledger_account
    SET n_prev = balance * (p_year_start - interest_from) - v,
        n_prev_carried = carried * (p_year_start - interest_from) - v_carried,
        v = 0, v_carried = 0, interest_from = p_year_start
    WHERE id = ANY (p_accounts) AND interest_from < p_year_start AND state IN ('open', 'sealed');
END $$;

-- V2 set-based after the flip across 1 July, in slices under row locks; halls may turn an
-- account first. Of the accounts after p_after, so that no slice reads what others have turned.
-- Returns the last that was turned; NULL when there are no more.
CREATE FUNCTION ledger_turn_year(p_after bigint, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    l_year_start date := ledger_interest_year_start(_ledger_enter_day());
    l_accounts bigint[];
BEGIN
    SELECT array_agg(id ORDER BY id) INTO l_accounts FROM (
        SELECT id FROM ledger_account
        WHERE id > p_after AND interest_from < l_year_start AND state IN ('open', 'sealed')
        ORDER BY id LIMIT p_limit FOR NO KEY UPDATE
    ) slice;
    IF l_accounts IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM _ledger_turn_year(l_accounts, l_year_start);
    RETURN l_accounts[cardinality(l_accounts)];
END $$;
