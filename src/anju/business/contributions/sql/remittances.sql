-- A list stays as it was confirmed, and is paid or void once.

CREATE FUNCTION contributions_remittance_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.id, NEW.number, NEW.account_id, NEW.month, NEW.due_on, NEW.headcount,
            NEW.member_fen, NEW.employer_fen, NEW.total_fen, NEW.receiving_account,
            NEW.policy_version, NEW.request_key, NEW.confirmed_by_id, NEW.confirmed_at)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.number, OLD.account_id, OLD.month, OLD.due_on, OLD.headcount,
            OLD.member_fen, OLD.employer_fen, OLD.total_fen, OLD.receiving_account,
            OLD.policy_version, OLD.request_key, OLD.confirmed_by_id, OLD.confirmed_at)
       AND (OLD.batch_id IS NULL OR NEW.batch_id = OLD.batch_id)
       AND (OLD.state, NEW.state) IN (
           ('confirmed', 'allocating'), ('confirmed', 'void'),
           ('allocating', 'confirmed'), ('allocating', 'done')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.remittance_moves: %', OLD.number
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON contributions_remittance
    FOR EACH ROW EXECUTE FUNCTION contributions_remittance_moves();

CREATE FUNCTION contributions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'contributions.append_only: %', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_remittanceline
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON contributions_remittance
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();

-- At the commit the lines are what the list says.
CREATE FUNCTION contributions_remittance_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_is record;
BEGIN
    SELECT count(*) AS headcount, coalesce(sum(member_fen), 0) AS member,
           coalesce(sum(employer_fen), 0) AS employer
    INTO l_is FROM contributions_remittanceline WHERE remittance_id = NEW.id;
    IF (l_is.headcount, l_is.member, l_is.employer)
       <> (NEW.headcount, NEW.member_fen, NEW.employer_fen) THEN
        RAISE EXCEPTION 'contributions.remittance_adds_up: %', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON contributions_remittance
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION contributions_remittance_adds_up();
