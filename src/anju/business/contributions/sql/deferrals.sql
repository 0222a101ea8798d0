-- What was approved of a deferral stays; it begins, is cut short or passes, and ends once.

CREATE FUNCTION contributions_deferral_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{state,last_month,resumed_by,ended_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state <> 'ended'
       AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
       AND (NEW.last_month IS NULL OR NEW.last_month <= OLD.last_month)
       AND OLD.state || '>' || NEW.state IN (
           'approved>approved', 'approved>running', 'approved>ended', 'running>running',
           'running>ended')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.deferral_moves: %', OLD.number USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON contributions_deferral
    FOR EACH ROW EXECUTE FUNCTION contributions_deferral_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON contributions_deferral
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
