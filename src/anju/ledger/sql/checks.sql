-- What the database itself holds, whoever writes: balanced vouchers, no line without its header
-- in the same transaction, nothing changed, nothing taken away.

CREATE FUNCTION _ledger_refuse(p_code text, p_detail text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'AJ001', MESSAGE = p_code, DETAIL = p_detail;
END $$;

-- A header is followed by its general lines in the same statement, on an open day, and bears
-- this transaction's number: with another's it could be given lines later. What the lines must
-- add up to is checked with the lines; here it is enough that the last one is there. By row: at
-- the end of the statement all the same, and without a transition table to read.
CREATE FUNCTION _ledger_check_voucher() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- The day as a parameter opens that day's partition alone.
    PERFORM 1 FROM ledger_gl_line g, ledger_business_day d
    WHERE g.accounting_date = NEW.accounting_date AND g.voucher_id = NEW.id
      AND g.line_no = NEW.gl_lines
      AND d.day = NEW.accounting_date AND d.segment = NEW.segment AND d.state = 'open';
    IF FOUND AND NEW.tx = pg_current_xact_id() THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM ledger_business_day
    WHERE day = NEW.accounting_date AND segment = NEW.segment AND state = 'open';
    PERFORM _ledger_refuse(
        CASE WHEN FOUND THEN 'ledger.totals' ELSE 'ledger.day_sealed' END,
        format('voucher %s of %s', NEW.id, NEW.accounting_date));
    RETURN NULL;
END $$;

-- General lines: all of a voucher's come at once, numbered from 1, so that the key refuses any
-- that come later; they sum to zero and say on 201, 12x, 119 and 219 what the header promises of
-- the sub-ledgers. A line on 101 and 102 names the centre's bank account, which is numbered below
-- its subject (10101 is one of 101), and no other line names any.
CREATE FUNCTION _ledger_check_gl_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    l_bad bigint;
    l_stray boolean;
BEGIN
    -- One statement, and an aggregate over all that was written instead of a loop: its start-up
    -- is what a hall's voucher of three lines pays for.
    SELECT w.voucher_id, w.stray INTO l_bad, l_stray
    FROM (
        SELECT voucher_id, accounting_date, count(*) AS lines, max(line_no) AS last,
               bool_or(coalesce(bank_account_id / 100, 0)
                       <> CASE top WHEN '101' THEN 101 WHEN '102' THEN 102 ELSE 0 END) AS stray,
               sum(amount) AS balance, sum(greatest(amount, 0)) AS debit,
               -sum(amount) FILTER (WHERE top = '201') AS member,
               sum(amount) FILTER (WHERE top IN ('121', '122')) AS loan,
               -sum(amount) FILTER (WHERE top IN ('119', '219')) AS suspense
        FROM (SELECT *, left(subject, 3) AS top FROM written OFFSET 0) w
        GROUP BY voucher_id, accounting_date
    ) w
    -- A scalar subquery is always a look-up by key; a join may be planned over all vouchers.
    WHERE w.stray OR w.balance <> 0 OR w.last <> w.lines OR (
        SELECT h.accounting_date = w.accounting_date AND h.gl_lines = w.lines
               AND h.debit_total = w.debit AND h.member_total = coalesce(w.member, 0)
               AND h.loan_total = coalesce(w.loan, 0)
               AND h.suspense_total = coalesce(w.suspense, 0)
        FROM ledger_voucher h WHERE h.id = w.voucher_id AND h.tx = pg_current_xact_id()
    ) IS NOT TRUE;
    IF l_stray THEN
        PERFORM _ledger_refuse('ledger.bank_account', format(
            'voucher %s: a line on 101 or 102 names its bank account, and no other does', l_bad));
    ELSIF l_bad IS NOT NULL THEN
        PERFORM _ledger_refuse('ledger.totals', format('voucher %s does not balance', l_bad));
    END IF;
    RETURN NULL;
END $$;

-- The three sub-ledgers: TG_ARGV names the header's promise of count and of sum.
CREATE FUNCTION _ledger_check_sub_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    l_bad bigint;
BEGIN
    SELECT w.voucher_id INTO l_bad
    FROM (SELECT voucher_id, accounting_date, count(*) AS lines, sum(amount) AS total
          FROM written GROUP BY voucher_id, accounting_date) w
    WHERE (
        SELECT h.accounting_date = w.accounting_date
               AND w.lines = CASE TG_ARGV[0] WHEN 'member' THEN h.member_lines
                                             WHEN 'loan' THEN h.loan_lines
                                             ELSE h.suspense_lines END
               AND w.total = CASE TG_ARGV[0] WHEN 'member' THEN h.member_total
                                             WHEN 'loan' THEN h.loan_total
                                             ELSE h.suspense_total END
        FROM ledger_voucher h WHERE h.id = w.voucher_id AND h.tx = pg_current_xact_id()
    ) IS NOT TRUE;
    IF FOUND THEN
        PERFORM _ledger_refuse(
            'ledger.totals', format('voucher %s: stray %s line', l_bad, TG_ARGV[0]));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION _ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.append_only',
        DETAIL = format('%s on %s', TG_OP, TG_TABLE_NAME);
END $$;

-- The guards of one lines table. An INSERT that names a partition passes by the parent's
-- statement triggers, so every partition gets its own (called again by ensure_partitions).
CREATE FUNCTION _ledger_guard_lines(p_table text, p_parent text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER check_lines AFTER INSERT ON %I REFERENCING NEW TABLE AS written '
        'FOR EACH STATEMENT EXECUTE FUNCTION %s', p_table,
        CASE p_parent WHEN 'ledger_gl_line' THEN '_ledger_check_gl_lines()'
                      WHEN 'ledger_member_line' THEN '_ledger_check_sub_lines(''member'')'
                      WHEN 'ledger_loan_line' THEN '_ledger_check_sub_lines(''loan'')'
                      ELSE '_ledger_check_sub_lines(''suspense'')' END);
    EXECUTE format(
        'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change()', p_table);
END $$;

SELECT _ledger_guard_lines(name, name)
FROM unnest(ARRAY['ledger_gl_line', 'ledger_member_line', 'ledger_loan_line',
                  'ledger_suspense_line']) AS name;

CREATE TRIGGER check_voucher AFTER INSERT ON ledger_voucher
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_voucher();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_voucher
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting_key
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();

-- Rows that change by rule may still not vanish.
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_loan
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_suspense
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_freeze
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER stays BEFORE TRUNCATE ON ledger_interest_sheet
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_interest_single
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_business_day
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_refuse_change();

CREATE FUNCTION _ledger_check_account_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (OLD.id, OLD.person_id, OLD.opened_on) IS DISTINCT FROM (NEW.id, NEW.person_id, NEW.opened_on)
       OR (OLD.state, NEW.state) NOT IN (
            ('open', 'open'), ('sealed', 'sealed'), ('closing', 'closing'), ('closed', 'closed'),
            ('open', 'sealed'), ('sealed', 'open'), ('open', 'closing'), ('sealed', 'closing'),
            ('closing', 'open'), ('closing', 'sealed'), ('closing', 'closed'),
            ('closed', 'sealed'))
          -- An account that went into another needs no order.
          AND NOT (NEW.state = 'closed' AND EXISTS (
              SELECT FROM ledger_account_merge m WHERE m.source = NEW.id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.account_path',
            DETAIL = format('account %s from %s to %s', OLD.id, OLD.state, NEW.state);
    END IF;
    RETURN NEW;
END $$;
-- Only on these columns: a posting names none of them and pays nothing for this.
CREATE TRIGGER path BEFORE UPDATE OF id, person_id, opened_on, state ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_account_change();

CREATE FUNCTION _ledger_check_hold_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (OLD.id, OLD.account_id, OLD.case_id, OLD.purpose)
            IS DISTINCT FROM (NEW.id, NEW.account_id, NEW.case_id, NEW.purpose)
       OR (OLD.state <> 'placed' AND
           (OLD.amount, OLD.interest, OLD.interest_until, OLD.n, OLD.rate, OLD.day_base, OLD.order_no,
            OLD.account_state)
            IS DISTINCT FROM
           (NEW.amount, NEW.interest, NEW.interest_until, NEW.n, NEW.rate, NEW.day_base, NEW.order_no,
            NEW.account_state))
       OR OLD.state IN ('settled', 'released')
       OR (OLD.state, NEW.state) NOT IN (
            ('placed', 'placed'), ('placed', 'ordered'), ('placed', 'released'),
            ('ordered', 'settled'), ('ordered', 'released')) THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.hold_fixed',
            DETAIL = format('hold %s is %s', OLD.id, OLD.state);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER path BEFORE UPDATE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_hold_change();

CREATE FUNCTION _ledger_check_freeze_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (OLD.id, OLD.account_id, OLD.authority, OLD.doc_no, OLD.rank, OLD.amount, OLD.from_day)
            IS DISTINCT FROM
       (NEW.id, NEW.account_id, NEW.authority, NEW.doc_no, NEW.rank, NEW.amount, NEW.from_day)
       OR OLD.state = 'lifted' THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.freeze_fixed',
            DETAIL = format('freeze %s is %s', OLD.id, OLD.state);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER path BEFORE UPDATE ON ledger_freeze
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_freeze_change();

-- Proposals are no books: they may be made anew until they are posted, and then as they stand;
-- their accounts may have other employers by then.
CREATE FUNCTION _ledger_check_sheet_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF OLD.state = 'proposed' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        ELSIF NEW.state = 'posted'
              AND (OLD.year, OLD.no, OLD.first_account, OLD.last_account, OLD.day_base,
                   OLD.accounts, OLD.n, OLD.interest, OLD.balance)
                  = (NEW.year, NEW.no, NEW.first_account, NEW.last_account, NEW.day_base,
                     NEW.accounts, NEW.n, NEW.interest, NEW.balance)
              AND (OLD.rate, OLD.terms) IS NOT DISTINCT FROM (NEW.rate, NEW.terms) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.append_only',
        DETAIL = format('interest sheet %s of %s', OLD.no, OLD.year);
END $$;
CREATE TRIGGER path BEFORE UPDATE OR DELETE ON ledger_interest_sheet
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_sheet_change();

-- A day goes open, closing, sealed. Its root is fixed with the first signature's hour, not later;
-- days are sealed in their order, each with the root of the one before.
CREATE FUNCTION _ledger_check_day_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'open' AND NEW.root IS NULL AND NEW.signer1 IS NULL THEN
            RETURN NEW;
        END IF;
    ELSIF (OLD.day, OLD.segment) IS NOT DISTINCT FROM (NEW.day, NEW.segment)
       AND (OLD.state, NEW.state) IN (
            ('open', 'closing'), ('closing', 'closing'), ('closing', 'sealed'))
       AND (OLD.root IS NULL OR (OLD.root, OLD.prev_root, OLD.chain_no)
                                = (NEW.root, NEW.prev_root, NEW.chain_no))
       AND (OLD.signer1 IS NULL OR OLD.signer1 = NEW.signer1)
       AND (NEW.state = 'closing' OR NEW.root IS NULL OR OLD.root IS NOT NULL)
       AND (NEW.state <> 'sealed' OR NOT EXISTS (
            SELECT FROM ledger_business_day d
            WHERE d.state <> 'sealed' AND d.segment = 'day'
              AND (d.day < NEW.day OR (d.day = NEW.day AND NEW.segment = 'adjustment')))) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.day_sealed',
        DETAIL = format('%s %s to %s', NEW.day, NEW.segment, NEW.state);
END $$;
CREATE TRIGGER path BEFORE INSERT OR UPDATE ON ledger_business_day
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_day_change();
