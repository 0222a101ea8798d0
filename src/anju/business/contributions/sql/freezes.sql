-- What an authority ordered stays as it was taken in; it is lifted or lapses, once.

CREATE FUNCTION contributions_freeze_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{state,lifted_by,lifted_doc_no,ended_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'live' AND NEW.state <> 'live'
       AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.freeze_moves: %', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON contributions_freeze
    FOR EACH ROW EXECUTE FUNCTION contributions_freeze_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON contributions_freeze
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
