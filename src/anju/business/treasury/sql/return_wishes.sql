-- What one asked for is what another decides on, once; whatever is to be done with the money.

DROP TRIGGER decided_once ON treasury_returnwish;
DROP FUNCTION treasury_pay_again_is_decided_once();
CREATE FUNCTION treasury_return_wish_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'submitted'
       OR (NEW.last_id, NEW.deed, NEW.card_id, NEW.reason, NEW.maker_id, NEW.made_at)
          IS DISTINCT FROM
          (OLD.last_id, OLD.deed, OLD.card_id, OLD.reason, OLD.maker_id, OLD.made_at) THEN
        RAISE EXCEPTION 'treasury.return_is_decided: %', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE OR DELETE ON treasury_returnwish
    FOR EACH ROW EXECUTE FUNCTION treasury_return_wish_is_decided_once();
