-- What one asked for is what another decides on, once.

CREATE FUNCTION treasury_pay_again_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'submitted'
       OR (NEW.last_id, NEW.card_id, NEW.reason, NEW.maker_id, NEW.made_at) IS DISTINCT FROM
          (OLD.last_id, OLD.card_id, OLD.reason, OLD.maker_id, OLD.made_at) THEN
        RAISE EXCEPTION 'treasury.pay_again_is_decided: %', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE OR DELETE ON treasury_payagain
    FOR EACH ROW EXECUTE FUNCTION treasury_pay_again_is_decided_once();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_payagain
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
