-- What one employer offered another stays as it was, and ends once.

CREATE FUNCTION contributions_move_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'offered' AND NEW.state <> 'offered'
       AND (NEW.id, NEW.number, NEW.account_id, NEW.person_id, NEW.source_id, NEW.target_id,
            NEW.offered_by, NEW.offered_at)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.number, OLD.account_id, OLD.person_id, OLD.source_id, OLD.target_id,
            OLD.offered_by, OLD.offered_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.move_moves: %', OLD.number USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON contributions_move
    FOR EACH ROW EXECUTE FUNCTION contributions_move_moves();
