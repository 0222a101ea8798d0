-- A list that was given out may be taken back, once; how stays as it was.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_reversal
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();

CREATE OR REPLACE FUNCTION contributions_remittance_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{state,batch_id,allocated_on,ended_at,voided_by_id}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
       AND (OLD.batch_id IS NULL OR NEW.batch_id = OLD.batch_id)
       AND OLD.state || '>' || NEW.state IN (
           'confirmed>allocating', 'confirmed>void', 'allocating>confirmed', 'allocating>done',
           'done>reversed')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.remittance_moves: %', OLD.number
        USING ERRCODE = 'check_violation';
END $$;
