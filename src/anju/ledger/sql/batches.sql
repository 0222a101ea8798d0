-- Batches: remittances of a whole city, staged by COPY and posted in slices, set-based.
--
-- A batch brings members money; whatever takes money out passes the halls' door with its holds and
-- freezes. What was announced stands in a logged table: an immediate stop empties the stage, and a
-- slice of nothing is refused, not posted.

CREATE TABLE ledger_batch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vouchers integer NOT NULL CHECK (vouchers > 0),
    lines bigint NOT NULL,
    total bigint NOT NULL CHECK (total > 0),
    slices integer NOT NULL DEFAULT 0,
    done_vouchers integer NOT NULL DEFAULT 0,
    done_lines bigint NOT NULL DEFAULT 0,
    done_total bigint NOT NULL DEFAULT 0,
    CONSTRAINT ledger_batch_lines CHECK (lines >= vouchers),
    CONSTRAINT ledger_batch_done CHECK (
        done_vouchers BETWEEN slices AND vouchers AND done_lines <= lines AND done_total <= total
        AND (done_vouchers < vouchers OR (done_lines, done_total) = (lines, total))
    )
);
COMMENT ON TABLE ledger_batch IS 'What was announced, and how much of it stands in the books.';

CREATE TABLE ledger_batch_slice (
    batch_id bigint NOT NULL REFERENCES ledger_batch,
    slice integer NOT NULL CHECK (slice > 0),
    accounting_date date NOT NULL,
    vouchers integer NOT NULL,
    lines integer NOT NULL,
    total bigint NOT NULL,
    waiting bigint NOT NULL,
    voucher_ids bigint[] NOT NULL,
    PRIMARY KEY (batch_id, slice)
);
COMMENT ON COLUMN ledger_batch_slice.waiting IS
    'Fen of the total that went to suspense: accounts that close, vouchers that were not right.';

-- The stage. The halls may add to it, and to nothing else of the ledger.
CREATE UNLOGGED TABLE ledger_staged_voucher (
    batch_id bigint NOT NULL,
    n integer NOT NULL,
    kind varchar(60) NOT NULL,
    source_type varchar(40) NOT NULL,
    source_id varchar(80) NOT NULL,
    subject text NOT NULL CHECK (subject ~ '^10[12]'),
    bank_account_id bigint NOT NULL,
    employer_id bigint NOT NULL,
    lines integer NOT NULL CHECK (lines > 0),
    total bigint NOT NULL,
    summary varchar(200) NOT NULL,
    maker varchar(60),
    checker varchar(60),
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (batch_id, n)
);
COMMENT ON COLUMN ledger_staged_voucher.n IS '1, 2, 3 … in the order in which they are posted.';
CREATE UNLOGGED TABLE ledger_staged_line (
    batch_id bigint NOT NULL,
    n integer NOT NULL,
    account_id bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    value_date date NOT NULL,
    PRIMARY KEY (batch_id, n, account_id)
);

CREATE FUNCTION _ledger_check_batch_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (OLD.id, OLD.vouchers, OLD.lines, OLD.total) <> (NEW.id, NEW.vouchers, NEW.lines, NEW.total)
       OR NEW.slices < OLD.slices OR NEW.done_vouchers < OLD.done_vouchers THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.append_only',
            DETAIL = format('batch %s', OLD.id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER path BEFORE UPDATE ON ledger_batch
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_batch_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_batch
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_batch_slice
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();

-- Announce a batch; again with the same key and content it is the same batch.
CREATE FUNCTION ledger_open_batch(
    p_scope text, p_key text, p_hash bytea, p_vouchers integer, p_lines bigint, p_total bigint
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    l_begun record := _ledger_begin(p_scope, p_key, p_hash);
    l_id bigint;
BEGIN
    IF l_begun.p_first IS NOT NULL THEN
        RETURN (l_begun.p_first ->> 'batch')::bigint;
    END IF;
    INSERT INTO ledger_batch (vouchers, lines, total) VALUES (p_vouchers, p_lines, p_total)
    RETURNING id INTO l_id;
    INSERT INTO ledger_posting_key (scope, key, payload_hash, result)
    VALUES (p_scope, p_key, p_hash, jsonb_build_object('batch', l_id));
    RETURN l_id;
END $$;

-- What one slice has become of: the sums that its row keeps, whether it is as it was announced,
-- and the lines that wait in suspense.
CREATE TYPE ledger_waiting AS (voucher_id bigint, line ledger_suspense_in);
CREATE TYPE ledger_sliced AS (
    vouchers integer, lines integer, total bigint, waiting bigint, voucher_ids bigint[],
    right_ boolean, away ledger_waiting[]
);

-- The next slice: vouchers of at most p_lines lines together, but one at least. Gives the slice's
-- row, the first answer when it was posted before, NULL when the batch is done.
CREATE FUNCTION ledger_post_batch(p_batch bigint, p_slice integer, p_lines integer)
RETURNS ledger_batch_slice
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
-- One plan for the session: a list of thousands of keys would cost more to plan than to look up.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    l_day date := _ledger_enter_day();
    b ledger_batch;
    s ledger_batch_slice;
    d ledger_sliced;
    l_to integer;
    l_next record;
    l_lines bigint := 0;
    l_accounts bigint[];
    l_turns boolean;
    l_year_start date := ledger_interest_year_start(l_day);
BEGIN
    SELECT * INTO b FROM ledger_batch WHERE id = p_batch FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.no_batch', format('batch %s', p_batch));
    END IF;
    SELECT * INTO s FROM ledger_batch_slice WHERE batch_id = p_batch AND slice = p_slice;
    IF FOUND OR b.done_vouchers = b.vouchers THEN
        RETURN s;
    ELSIF p_slice <> b.slices + 1 THEN
        PERFORM _ledger_refuse('ledger.no_batch', format('slice %s after %s', p_slice, b.slices));
    END IF;
    IF b.slices = 0 THEN
        PERFORM _ledger_look_at_stage(b);
    END IF;
    FOR l_next IN SELECT n, lines FROM ledger_staged_voucher
                  WHERE batch_id = p_batch AND n > b.done_vouchers ORDER BY n LOOP
        l_lines := l_lines + l_next.lines;
        EXIT WHEN l_lines > p_lines AND l_to IS NOT NULL;
        l_to := l_next.n;
    END LOOP;
    SELECT array_agg(DISTINCT account_id), count(*) INTO l_accounts, l_lines FROM ledger_staged_line
    WHERE batch_id = p_batch AND n BETWEEN b.done_vouchers + 1 AND l_to;
    IF l_accounts IS NULL THEN
        PERFORM _ledger_refuse('ledger.totals', format('batch %s is not staged', p_batch));
    END IF;
    -- What a lock that waited re-reads is each row, and each row by itself is all that is read here.
    SELECT bool_or(a.state < 'closing' AND a.interest_from < l_year_start) INTO l_turns
    FROM (SELECT state, interest_from FROM ledger_account WHERE id = ANY (l_accounts)
          ORDER BY id FOR NO KEY UPDATE) a;
    IF l_turns THEN
        PERFORM _ledger_turn_year(l_accounts, l_year_start);
    END IF;
    d := _ledger_write_slice(l_day, p_batch, b.done_vouchers + 1, l_to, l_accounts,
                             cardinality(l_accounts) < l_lines);
    IF d.right_ IS NOT TRUE OR d.vouchers <> l_to - b.done_vouchers THEN
        PERFORM _ledger_refuse('ledger.totals', format(
            'batch %s, vouchers %s to %s are not as announced', p_batch, b.done_vouchers + 1, l_to));
    END IF;
    IF cardinality(d.away) > 0 THEN
        PERFORM _ledger_write_suspense(w.voucher_id, l_day, w.lines)
        FROM (SELECT voucher_id, array_agg(line) AS lines FROM unnest(d.away)
              GROUP BY voucher_id ORDER BY voucher_id) w;
    END IF;
    UPDATE ledger_batch SET slices = slices + 1, done_vouchers = l_to,
                            done_lines = done_lines + d.lines, done_total = done_total + d.total
    WHERE id = p_batch;
    INSERT INTO ledger_batch_slice (batch_id, slice, accounting_date, vouchers, lines, total,
                                    waiting, voucher_ids)
    VALUES (p_batch, p_slice, l_day, d.vouchers, d.lines, d.total, d.waiting, d.voucher_ids)
    RETURNING * INTO s;
    RETURN s;
END $$;

-- Before the first slice: the stage holds what was announced, numbered from 1.
CREATE FUNCTION _ledger_look_at_stage(p_batch ledger_batch) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_staged_voucher WHERE batch_id = p_batch.id
    HAVING count(*) = p_batch.vouchers AND max(n) = p_batch.vouchers AND min(n) = 1
       AND sum(lines) = p_batch.lines AND sum(total) = p_batch.total;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.totals',
                               format('batch %s is not staged as announced', p_batch.id));
    END IF;
END $$;

-- The slice itself, in one statement whose triggers see vouchers, lines and all. A line for an
-- account that closes waits in its employer's suspense; a voucher with a line that no account can
-- take waits whole, so that one bad list does not stop a city.
CREATE FUNCTION _ledger_write_slice(
    p_day date, p_batch bigint, p_from integer, p_to integer, p_accounts bigint[], p_again boolean
) RETURNS ledger_sliced
-- As for a slice of interest: every table is reached by keys, two lists are never multiplied.
LANGUAGE plpgsql SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    d ledger_sliced;
    l_ids bigint[] := ARRAY(SELECT nextval('ledger_voucher_id_seq')
                            FROM generate_series(p_from, p_to));
BEGIN
    WITH line AS MATERIALIZED (
        SELECT s.n, s.account_id, s.amount, s.value_date, a.balance, a.interest_from,
               row_number() OVER (PARTITION BY s.n ORDER BY s.account_id) AS line_no,
               a.state >= 'closing' AS closing,
               -- What no account can take: there is none, or it counts from a day that cannot be.
               a.id IS NULL OR s.value_date > p_day OR s.value_date < a.opened_on AS bad,
               a.id IS NOT NULL AND s.value_date < a.interest_from
               AND (a.n_prev IS NULL
                    OR s.value_date < (a.interest_from - interval '1 year')::date) AS old
        FROM ledger_staged_line s
        LEFT JOIN (SELECT * FROM ledger_account WHERE id = ANY (p_accounts)) a
             ON a.id = s.account_id
        WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
    ), whole AS MATERIALIZED (
        SELECT DISTINCT n FROM line
        WHERE bad OR (old AND NOT closing AND NOT _ledger_year_settled(account_id, value_date))
    ), waits AS MATERIALIZED (
        SELECT n, account_id, amount, balance IS NOT NULL AS is_known FROM line
        WHERE closing OR n IN (SELECT n FROM whole)
    ), head AS MATERIALIZED (
        SELECT s.*, l_ids[s.n - p_from + 1] AS id, w.total - coalesce(x.total, 0) AS taken,
               w.lines - coalesce(x.lines, 0) AS taken_lines, coalesce(x.total, 0) AS away,
               coalesce(x.lines, 0) AS away_lines, (w.lines, w.total) = (s.lines, s.total) AS right_
        FROM ledger_staged_voucher s
        JOIN (SELECT n, count(*)::integer AS lines, sum(amount)::bigint AS total
              FROM line GROUP BY n) w ON w.n = s.n
        LEFT JOIN (SELECT n, count(*)::integer AS lines, sum(amount)::bigint AS total
                   FROM waits GROUP BY n) x ON x.n = s.n
        WHERE s.batch_id = p_batch AND s.n BETWEEN p_from AND p_to
    ), taken AS NOT MATERIALIZED (
        SELECT l.*, l_ids[l.n - p_from + 1] AS voucher_id,
               CASE WHEN l.old THEN l.amount ELSE 0 END AS carried,
               greatest(l.value_date - l.interest_from, 0) AS days_in,
               CASE WHEN l.value_date >= l.interest_from THEN 0
                    ELSE least(l.interest_from - l.value_date, l.interest_from
                               - (l.interest_from - interval '1 year')::date)
               END AS days_before
        FROM line l WHERE NOT (l.closing OR l.n IN (SELECT n FROM whole))
    ), again AS MATERIALIZED (
        -- Who stands in the slice more than once: nearly always nobody, and sums of one line are dear.
        SELECT n, account_id,
               sum(amount) OVER (PARTITION BY account_id ORDER BY n)::bigint AS so_far
        FROM taken
        WHERE p_again AND account_id IN (
            SELECT account_id FROM taken GROUP BY account_id HAVING count(*) > 1)
    ), vouchers AS (
        INSERT INTO ledger_voucher (
            id, kind, accounting_date, source_type, source_id, gl_lines, member_lines,
            suspense_lines, debit_total, credit_total, member_total, suspense_total, summary,
            maker, checker, occurred_at)
        SELECT id, kind, p_day, source_type, source_id, 1 + (taken > 0)::int + (away > 0)::int,
               taken_lines, away_lines, total, total, taken, away, summary, maker, checker,
               occurred_at
        FROM head
    ), general AS (
        INSERT INTO ledger_gl_line (accounting_date, voucher_id, line_no, subject, employer_id,
                                    bank_account_id, amount)
        -- A subject that is not in the chart becomes NULL, and the line is refused.
        SELECT p_day, h.id, row_number() OVER (PARTITION BY h.id ORDER BY g.place),
               (SELECT c.code FROM ledger_subject c WHERE c.code = g.subject),
               g.employer_id, g.bank_account_id, g.amount
        FROM head h
        CROSS JOIN LATERAL (VALUES
            (1, h.subject, NULL::bigint, h.bank_account_id, h.total),
            (2, '201', h.employer_id, NULL, -h.taken),
            (3, '21901', h.employer_id, NULL, -h.away)
        ) AS g(place, subject, employer_id, bank_account_id, amount)
        WHERE g.amount <> 0
    ), members AS (
        INSERT INTO ledger_member_line (account_id, accounting_date, voucher_id, line_no, kind,
                                        amount, carried_delta, value_date, balance_after)
        SELECT t.account_id, p_day, t.voucher_id, t.line_no, h.kind, t.amount, t.carried,
               t.value_date, t.balance + coalesce(m.so_far, t.amount)
        FROM taken t JOIN head h ON h.n = t.n
        LEFT JOIN again m ON m.n = t.n AND m.account_id = t.account_id
        ORDER BY t.account_id, t.voucher_id
    ), accounts AS (
        UPDATE ledger_account a
        SET balance = a.balance + t.amount, carried = a.carried + t.carried, v = a.v + t.v,
            v_carried = a.v_carried + t.v_carried, n_prev = a.n_prev + t.n_prev,
            n_prev_carried = a.n_prev_carried + t.n_prev_carried,
            restate_from = least(a.restate_from, t.restate_from), last_voucher = t.last_voucher
        FROM (
            -- One row for each account, or money is lost.
            SELECT account_id, amount, carried, amount * days_in AS v, carried * days_in AS v_carried,
                   amount * days_before AS n_prev, carried * days_before AS n_prev_carried,
                   CASE WHEN old THEN ledger_interest_year_start(value_date) END AS restate_from,
                   voucher_id AS last_voucher
            FROM taken WHERE NOT p_again OR account_id NOT IN (SELECT account_id FROM again)
            UNION ALL
            SELECT account_id, sum(amount)::bigint, sum(carried)::bigint,
                   sum(amount * days_in)::bigint, sum(carried * days_in)::bigint,
                   sum(amount * days_before)::bigint, sum(carried * days_before)::bigint,
                   min(ledger_interest_year_start(value_date)) FILTER (WHERE old), max(voucher_id)
            FROM taken WHERE p_again AND account_id IN (SELECT account_id FROM again)
            GROUP BY account_id
        ) t
        WHERE a.id = t.account_id AND a.id = ANY (p_accounts)
    )
    SELECT count(*), sum(lines), sum(total), sum(away), array_agg(id ORDER BY id), bool_and(right_),
           (SELECT array_agg(ROW(h.id, ROW('21901', 'employer', h.employer_id::text, w.amount,
                                           h.kind, CASE WHEN w.is_known
                                                   THEN w.account_id END)::ledger_suspense_in
                                )::ledger_waiting ORDER BY w.n, w.account_id)
            FROM waits w JOIN head h ON h.n = w.n)
    INTO d.vouchers, d.lines, d.total, d.waiting, d.voucher_ids, d.right_, d.away FROM head;
    RETURN d;
END $$;

-- A finished batch leaves the stage. A large one empties it at once when no batch is under way; the
-- lock comes first, so that whoever staged meanwhile is seen.
CREATE FUNCTION ledger_clear_stage(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    b ledger_batch;
BEGIN
    SELECT * INTO b FROM ledger_batch WHERE id = p_batch AND done_vouchers = vouchers;
    IF NOT FOUND THEN
        PERFORM _ledger_refuse('ledger.no_batch', format('batch %s is not done', p_batch));
    END IF;
    IF b.lines > 20000 THEN
        LOCK TABLE ledger_staged_voucher, ledger_staged_line IN ACCESS EXCLUSIVE MODE;
        PERFORM 1 FROM ledger_batch WHERE done_vouchers < vouchers LIMIT 1;
        IF NOT FOUND THEN
            TRUNCATE ledger_staged_line, ledger_staged_voucher;
            RETURN;
        END IF;
    END IF;
    DELETE FROM ledger_staged_line WHERE batch_id = p_batch;
    DELETE FROM ledger_staged_voucher WHERE batch_id = p_batch;
END $$;
