-- An order is what was approved: nobody edits it, and what the bank said stays said.

CREATE FUNCTION treasury_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'treasury.append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON treasury_paymentorder
    FOR EACH ROW EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON treasury_paymentevent
    FOR EACH ROW EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_paymentorder
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_paymentevent
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();

-- A payment that is paid, failed or returned goes only where the machine lets it go.
CREATE FUNCTION treasury_payment_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.status IN ('failed', 'returned') AND NEW.status <> OLD.status)
       OR (OLD.status = 'paid' AND NEW.status NOT IN ('paid', 'returned')) THEN
        RAISE EXCEPTION 'treasury.payment_is_settled: order %', OLD.order_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER moves_forward BEFORE UPDATE OR DELETE ON treasury_payment
    FOR EACH ROW EXECUTE FUNCTION treasury_payment_moves_forward();
