-- What the database itself holds, whoever writes: balanced vouchers, no line without its header
-- in the same transaction, nothing changed, nothing taken away.

CREATE FUNCTION _ledger_refuse(p_code text, p_detail text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'AJ001', MESSAGE = p_code, DETAIL = p_detail;
END $$;

-- One look-up by key per voucher: as a join the planner may read the month (3.5 times the cost),
-- and with the day as a parameter only that day's partition is opened.
CREATE FUNCTION _ledger_check_vouchers() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    h ledger_voucher;
    g record;
BEGIN
    FOR h IN SELECT * FROM written LOOP
        SELECT count(*) AS lines, sum(amount) AS balance,
               sum(amount) FILTER (WHERE amount > 0) AS debit,
               coalesce(sum(amount) FILTER (WHERE subject LIKE '201%'), 0) AS member,
               coalesce(sum(amount) FILTER (WHERE subject LIKE '121%' OR subject LIKE '122%'), 0)
                   AS loan,
               coalesce(sum(amount) FILTER (WHERE subject LIKE '119%' OR subject LIKE '219%'), 0)
                   AS suspense
        INTO g FROM ledger_gl_line
        WHERE accounting_date = h.accounting_date AND voucher_id = h.id;
        IF g.lines <> h.gl_lines OR g.balance <> 0 OR g.debit IS DISTINCT FROM h.debit_total
           OR -g.member <> h.member_total OR g.loan <> h.loan_total
           OR -g.suspense <> h.suspense_total
           OR (h.member_lines < 1 AND (h.member_lines, h.member_total) <> (0, 0))
           OR (h.loan_lines < 1 AND (h.loan_lines, h.loan_total) <> (0, 0))
           OR (h.suspense_lines < 1 AND (h.suspense_lines, h.suspense_total) <> (0, 0)) THEN
            PERFORM _ledger_refuse('ledger.totals', format('voucher %s does not balance', h.id));
        END IF;
        -- A header bearing another transaction's number could be given lines later.
        IF h.tx <> pg_current_xact_id() THEN
            PERFORM _ledger_refuse('ledger.totals', format('voucher %s is not of now', h.id));
        END IF;
        PERFORM 1 FROM ledger_business_day
        WHERE day = h.accounting_date AND segment = h.segment AND state = 'open';
        IF NOT FOUND THEN
            PERFORM _ledger_refuse('ledger.day_sealed', format('voucher %s: day not open', h.id));
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- Lines are numbered from 1 and all come at once, so the key refuses any that come later.
CREATE FUNCTION _ledger_check_gl_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    w record;
BEGIN
    FOR w IN SELECT voucher_id, accounting_date, count(*) AS lines, min(line_no) AS first,
                    max(line_no) AS last
             FROM written GROUP BY voucher_id, accounting_date LOOP
        PERFORM 1 FROM ledger_voucher
        WHERE id = w.voucher_id AND tx = pg_current_xact_id()
          AND accounting_date = w.accounting_date
          AND gl_lines = w.lines AND w.first = 1 AND w.last = w.lines;
        IF NOT FOUND THEN
            PERFORM _ledger_refuse(
                'ledger.totals', format('voucher %s: stray general line', w.voucher_id));
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- The three sub-ledgers: TG_ARGV names the header's promise of count and of sum.
CREATE FUNCTION _ledger_check_sub_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    w record;
BEGIN
    FOR w IN SELECT voucher_id, accounting_date, count(*) AS lines, sum(amount) AS total
             FROM written GROUP BY voucher_id, accounting_date LOOP
        PERFORM 1 FROM ledger_voucher
        WHERE id = w.voucher_id AND tx = pg_current_xact_id()
          AND accounting_date = w.accounting_date
          AND w.lines = CASE TG_ARGV[0] WHEN 'member' THEN member_lines
                                        WHEN 'loan' THEN loan_lines ELSE suspense_lines END
          AND w.total = CASE TG_ARGV[0] WHEN 'member' THEN member_total
                                        WHEN 'loan' THEN loan_total ELSE suspense_total END;
        IF NOT FOUND THEN
            PERFORM _ledger_refuse(
                'ledger.totals', format('voucher %s: stray %s line', w.voucher_id, TG_ARGV[0]));
        END IF;
    END LOOP;
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

CREATE TRIGGER check_vouchers AFTER INSERT ON ledger_voucher REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION _ledger_check_vouchers();
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
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger_interest_settlement
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
            ('closed', 'sealed')) THEN
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

CREATE FUNCTION _ledger_check_settlement_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF OLD.state = 'posted' OR NEW.state <> 'posted'
       OR (OLD.account_id, OLD.year, OLD.revision, OLD.n, OLD.rate, OLD.day_base, OLD.interest,
           OLD.rolled) IS DISTINCT FROM
          (NEW.account_id, NEW.year, NEW.revision, NEW.n, NEW.rate, NEW.day_base, NEW.interest,
           NEW.rolled) THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.append_only',
            DETAIL = format('settlement of account %s, year %s', OLD.account_id, OLD.year);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER path BEFORE UPDATE ON ledger_interest_settlement
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_settlement_change();

CREATE FUNCTION _ledger_check_day_change() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (OLD.day, OLD.segment) IS DISTINCT FROM (NEW.day, NEW.segment)
       OR (OLD.state, NEW.state) NOT IN (
            ('open', 'closing'), ('closing', 'closing'), ('closing', 'sealed')) THEN
        RAISE EXCEPTION USING ERRCODE = 'AJ002', MESSAGE = 'ledger.day_sealed',
            DETAIL = format('%s %s from %s to %s', OLD.day, OLD.segment, OLD.state, NEW.state);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER path BEFORE UPDATE ON ledger_business_day
    FOR EACH ROW EXECUTE FUNCTION _ledger_check_day_change();
