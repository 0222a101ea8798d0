-- Terms stay as they were approved; where an agreement stands moves on, and it ends once.

CREATE FUNCTION contributions_flexible_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{state,paid_through,next_on,ended_on}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
       AND OLD.state <> 'ended'
       AND (OLD.paid_through IS NULL OR NEW.paid_through >= OLD.paid_through) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.flexible_moves: %', OLD.number
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON contributions_flexibleagreement
    FOR EACH ROW EXECUTE FUNCTION contributions_flexible_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON contributions_flexibleagreement
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
