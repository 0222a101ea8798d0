-- Batches: remittances of a whole city, staged by COPY and posted in slices, set-based. A voucher's
-- money lies at a bank, or it waits as its employer's suspense (21901) and is allocated now.
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
    subject text NOT NULL,
    bank_account_id bigint,
    employer_id bigint NOT NULL,
    lines integer NOT NULL CHECK (lines > 0),
    total bigint NOT NULL,
    summary varchar(200) NOT NULL,
    maker varchar(60),
    checker varchar(60),
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (batch_id, n),
    CHECK (CASE WHEN bank_account_id IS NULL THEN subject = '21901' ELSE subject ~ '^10[12]' END)
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

-- A slice under its locks: whose lines these are, and whether it is plain.
CREATE TYPE ledger_locked_slice AS (accounts bigint[], plain boolean);
-- What is not plain. A line that no account takes waits in its employer's suspense; what goes to
-- accounts of other employers stands on 201 with those.
CREATE TYPE ledger_aside AS (n integer, account_id bigint, amount bigint, is_known boolean);
CREATE TYPE ledger_elsewhere AS (n integer, employer_id bigint, amount bigint);
CREATE TYPE ledger_exceptions AS (aside ledger_aside[], elsewhere ledger_elsewhere[]);

-- The next slice: vouchers of at most p_lines lines together, but one at least. Gives the slice's
-- row, the first answer when it was posted before, NULL when the batch is done.
CREATE FUNCTION ledger_post_batch(p_batch bigint, p_slice integer, p_lines integer)
RETURNS ledger_batch_slice
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
-- One plan for the session: a list of thousands of keys would cost more to plan than to look up.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    l_day date := _ledger_enter_day();
    b ledger_batch;
    s ledger_batch_slice;
    k ledger_locked_slice;
    x ledger_exceptions;
    d record;
    l_ids bigint[];
    l_written integer;
    l_waited boolean;
    l_from integer;
    l_to integer;
    l_next record;
    l_lines bigint := 0;
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
    l_from := b.done_vouchers + 1;
    FOR l_next IN SELECT n, lines FROM ledger_staged_voucher
                  WHERE batch_id = p_batch AND n >= l_from ORDER BY n LOOP
        l_lines := l_lines + l_next.lines;
        EXIT WHEN l_lines > p_lines AND l_to IS NOT NULL;
        l_to := l_next.n;
    END LOOP;
    l_waited := _ledger_lock_payers(p_batch, l_from, l_to);
    k := _ledger_lock_slice(l_day, p_batch, l_from, l_to);
    l_ids := ARRAY(SELECT nextval('ledger_voucher_id_seq')
                   FROM generate_series(l_from, l_to));
    IF NOT k.plain THEN
        x := _ledger_exceptions(l_day, p_batch, l_from, l_to, k.accounts);
    END IF;
    d := _ledger_write_heads(l_day, p_batch, l_from, l_to, l_ids, x);
    IF k.plain THEN
        l_written := _ledger_write_plain_lines(
            l_day, p_batch, l_from, l_to, k.accounts, l_ids);
    ELSE
        l_written := _ledger_write_careful_lines(
            l_day, p_batch, l_from, l_to, k.accounts, l_ids, x.aside);
    END IF;
    IF l_waited OR NOT k.plain THEN
        PERFORM _ledger_write_waiting(l_day, p_batch, l_from, l_to, l_ids, x.aside);
    END IF;
    -- What each voucher's lines add up to was looked at as they were written.
    IF d.right_ IS NOT TRUE OR d.vouchers <> cardinality(l_ids)
       OR l_written + coalesce(cardinality(x.aside), 0) <> d.lines THEN
        PERFORM _ledger_refuse('ledger.totals', format(
            'batch %s, vouchers %s to %s are not as announced', p_batch, l_from, l_to));
    END IF;
    UPDATE ledger_batch SET slices = slices + 1, done_vouchers = l_to,
                            done_lines = done_lines + d.lines, done_total = done_total + d.total
    WHERE id = p_batch;
    INSERT INTO ledger_batch_slice (batch_id, slice, accounting_date, vouchers, lines, total,
                                    waiting, voucher_ids)
    VALUES (p_batch, p_slice, l_day, d.vouchers, d.lines, d.total, d.waiting, l_ids)
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
