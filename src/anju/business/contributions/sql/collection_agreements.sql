-- An agreement stays as it was approved, and ends once.

CREATE FUNCTION contributions_agreement_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{ended_on}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
       AND OLD.ended_on IS NULL AND NEW.ended_on IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.agreement_moves: %', OLD.number
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON contributions_collectionagreement
    FOR EACH ROW EXECUTE FUNCTION contributions_agreement_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON contributions_collectionagreement
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
