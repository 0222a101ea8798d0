-- Every arrival is booked: at the commit it has its receipt, and what the bank told of it stays.

CREATE FUNCTION treasury_arrival_has_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM treasury_receipt WHERE arrival_id = NEW.id) THEN
        RAISE EXCEPTION 'treasury.arrival_without_receipt: %', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER has_receipt AFTER INSERT ON treasury_arrival
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION treasury_arrival_has_receipt();

-- Sealed columns are sealed anew when keys change; nothing else is ever written again.
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF
    notice_id, account, serial, amount_fen, reversal, booked_on, occurred_at, received_at
    ON treasury_arrival FOR EACH ROW EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_arrival
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();

-- Matched money waits again only when its refund came back; what the bank took back stays so.
CREATE FUNCTION treasury_receipt_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.reference, NEW.arrival_id) IS DISTINCT FROM (OLD.reference, OLD.arrival_id)
       OR (OLD.voucher_id IS NOT NULL AND NEW.voucher_id IS DISTINCT FROM OLD.voucher_id)
       OR (OLD.reverses_id IS NOT NULL AND NEW.reverses_id IS DISTINCT FROM OLD.reverses_id)
       OR (OLD.state = 'reversed' AND NEW.state <> 'reversed')
       OR (OLD.state = 'matched' AND NEW.state = 'suspense' AND OLD.kind <> 'refund')
       OR (OLD.state = 'matched' AND NEW.state = 'matched'
           AND (NEW.kind, NEW.number) IS DISTINCT FROM (OLD.kind, OLD.number)) THEN
        RAISE EXCEPTION 'treasury.receipt_is_settled: %', OLD.reference
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON treasury_receipt
    FOR EACH ROW EXECUTE FUNCTION treasury_receipt_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();

-- What one asked for is what another decides on; a decision is taken once.
CREATE FUNCTION treasury_receipt_proposal_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.receipt_id, NEW.request_key, NEW.deed, NEW.kind, NEW.number, NEW.title,
           NEW.bank_code, NEW.reason, NEW.maker_id, NEW.made_at) IS DISTINCT FROM
          (OLD.receipt_id, OLD.request_key, OLD.deed, OLD.kind, OLD.number, OLD.title,
           OLD.bank_code, OLD.reason, OLD.maker_id, OLD.made_at)
       OR (OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id)
       OR NOT (OLD.state || '>' || NEW.state IN (
           'submitted>paying', 'submitted>done', 'submitted>rejected', 'submitted>withdrawn',
           'paying>done', 'paying>failed', 'done>returned')) THEN
        RAISE EXCEPTION 'treasury.receipt_proposal_is_decided: %', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON treasury_receiptproposal
    FOR EACH ROW EXECUTE FUNCTION treasury_receipt_proposal_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_receiptproposal
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
