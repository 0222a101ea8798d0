-- A life of the database begins unchecked, above all before it, and is opened once; what the bank
-- paid in a lost time is answered or let go once, and never forgotten.

CREATE FUNCTION treasury_epoch_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'checking' AND NEW.number > (SELECT max(number) FROM treasury_epoch) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE'
        AND (NEW.number, NEW.system_identifier, NEW.timeline, NEW.began_at) IS NOT DISTINCT FROM
            (OLD.number, OLD.system_identifier, OLD.timeline, OLD.began_at)
        AND OLD.state = 'checking' AND NEW.state = 'open' AND NEW.opened_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'treasury.epoch_is_fixed: %', coalesce(NEW.number, OLD.number)
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE INSERT OR UPDATE OR DELETE ON treasury_epoch
    FOR EACH ROW EXECUTE FUNCTION treasury_epoch_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_epoch
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();

CREATE FUNCTION treasury_lost_payment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.order_no, NEW.serial, NEW.booked_on, NEW.amount_fen, NEW.payee_mac, NEW.found_at)
           IS NOT DISTINCT FROM
           (OLD.order_no, OLD.serial, OLD.booked_on, OLD.amount_fen, OLD.payee_mac, OLD.found_at)
       AND OLD.answers_id IS NULL AND OLD.let_go_at IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'treasury.lost_payment_is_answered: %', OLD.order_no
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON treasury_lostpayment
    FOR EACH ROW EXECUTE FUNCTION treasury_lost_payment_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_lostpayment
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
