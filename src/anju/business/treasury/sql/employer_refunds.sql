-- What is given back to an employer stays as it was approved; only what the bank said is added.

CREATE FUNCTION treasury_employer_refund_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{state,note}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
       AND OLD.state || '>' || NEW.state IN ('paying>done', 'paying>failed', 'done>returned')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'treasury.employer_refund_moves: %', OLD.reference
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON treasury_employerrefund
    FOR EACH ROW EXECUTE FUNCTION treasury_employer_refund_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_employerrefund
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
