-- Counts of a day that is not sealed yet, kept each hour: a voucher that vanishes or changes before
-- its day has leaves is missed by the count it was in. The halls' role may have a count taken, and
-- has no way to write, change or remove one.

CREATE TABLE ledger_open_count (
    day date NOT NULL,
    segment varchar(10) NOT NULL,
    no integer NOT NULL CHECK (no >= 1),
    tx_from xid8 NOT NULL,
    tx_until xid8 NOT NULL,
    last_voucher bigint NOT NULL,
    vouchers bigint NOT NULL,
    debit numeric NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    counted_at timestamptz NOT NULL,
    PRIMARY KEY (day, segment, no)
);
COMMENT ON TABLE ledger_open_count IS
    'The vouchers of a day whose transactions lie in [tx_from, tx_until), up to last_voucher.';
COMMENT ON COLUMN ledger_open_count.digest IS
    'SHA-256 over their headers, each a JSON array on a line of its own, by id.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_open_count
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();

-- What stands of a day's vouchers between two transactions: their number, debit and digest.
CREATE FUNCTION _ledger_counted(
    p_day date, p_segment text, p_from xid8, p_until xid8, p_last bigint,
    OUT last_voucher bigint, OUT vouchers bigint, OUT debit numeric, OUT digest bytea
)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(max(id), 0), count(*), coalesce(sum(debit_total), 0),
           sha256(convert_to(coalesce(string_agg(json_build_array(
               id, kind, source_type, source_id, seq, debit_total, member_total, loan_total,
               suspense_total)::text, E'\n' ORDER BY id), ''), 'UTF8'))
    FROM ledger_voucher
    WHERE accounting_date = p_day AND segment = p_segment AND tx >= p_from AND tx < p_until
      AND id <= p_last
$$;

-- Count what is new since the last count on every day without a root. Whatever ran before the
-- oldest transaction still running is over and counted once; what still runs is of the next count.
CREATE FUNCTION ledger_count_open(p_at timestamptz)
RETURNS TABLE (day date, segment text, no integer, vouchers bigint, debit numeric, digest bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s'
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    l_until xid8 := pg_snapshot_xmin(pg_current_snapshot());
    l_from xid8;
    l_last integer;
    l_open record;
    l_now record;
BEGIN
    FOR l_open IN SELECT d.day, d.segment FROM ledger_business_day d
                  WHERE d.state IN ('open', 'closing') AND d.root IS NULL
                  ORDER BY d.day, d.segment LOOP
        SELECT c.no, c.tx_until INTO l_last, l_from FROM ledger_open_count c
        WHERE c.day = l_open.day AND c.segment = l_open.segment ORDER BY c.no DESC LIMIT 1;
        l_from := coalesce(l_from, '0'::xid8);
        CONTINUE WHEN l_until <= l_from;
        SELECT * INTO l_now FROM _ledger_counted(
            l_open.day, l_open.segment, l_from, l_until, 9223372036854775807);
        INSERT INTO ledger_open_count AS c (day, segment, no, tx_from, tx_until, last_voucher,
                                            vouchers, debit, digest, counted_at)
        VALUES (l_open.day, l_open.segment, coalesce(l_last, 0) + 1, l_from, l_until,
                l_now.last_voucher, l_now.vouchers, l_now.debit, l_now.digest, p_at)
        ON CONFLICT DO NOTHING
        RETURNING c.day, c.segment, c.no, c.vouchers, c.debit, c.digest
        INTO day, segment, no, vouchers, debit, digest;
        IF FOUND THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;

-- Counts of a day that its vouchers no longer bear out.
CREATE FUNCTION _ledger_count_breaks(p_day date)
RETURNS TABLE (kind text, what text, detail text)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT 'open count', format('%s %s, count %s', c.day, c.segment, c.no),
           format('%s vouchers of %s, there are %s of %s', c.vouchers, c.debit, n.vouchers, n.debit)
    FROM ledger_open_count c
    CROSS JOIN LATERAL _ledger_counted(c.day, c.segment, c.tx_from, c.tx_until, c.last_voucher) n
    WHERE c.day = p_day AND (c.vouchers, c.debit, c.digest) <> (n.vouchers, n.debit, n.digest)
$$;
