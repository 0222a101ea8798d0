-- What was found stays as it was found; what is closed is closed.

CREATE FUNCTION treasury_break_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
       OR (NEW.kind, NEW.order_no, NEW.amount_fen, NEW.note, NEW.found_at) IS DISTINCT FROM
          (OLD.kind, OLD.order_no, OLD.amount_fen, OLD.note, OLD.found_at) THEN
        RAISE EXCEPTION 'treasury.break_stays: %', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON treasury_break
    FOR EACH ROW EXECUTE FUNCTION treasury_break_stays();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_break
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
