-- What was approved of lower ratios stays; it ends once.

CREATE FUNCTION contributions_lowering_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{state,is_restored,ended_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'running' AND NEW.state = 'ended'
       AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.lowering_moves: %', OLD.number USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON contributions_lowering
    FOR EACH ROW EXECUTE FUNCTION contributions_lowering_moves();
