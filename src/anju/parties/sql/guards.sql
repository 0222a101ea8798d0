-- Whom an employer has appointed: held here as well as in Python.

-- Whoever acts for an employer signs in as an agent, and the appointment stays what it was.
CREATE FUNCTION parties_appointment_is_an_agents() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'parties.appointment_stays: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        OLD.ended_at IS NOT NULL
        OR NEW.employer_id <> OLD.employer_id
        OR NEW.invited_at <> OLD.invited_at
        OR NEW.invited_by_id IS DISTINCT FROM OLD.invited_by_id
        OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id)
    ) AND ROW(NEW.employer_id, NEW.user_id, NEW.role, NEW.invited_by_id, NEW.invited_at,
              NEW.begun_at, NEW.ended_by_id, NEW.ended_at, NEW.ended_why)
       IS DISTINCT FROM
          ROW(OLD.employer_id, OLD.user_id, OLD.role, OLD.invited_by_id, OLD.invited_at,
              OLD.begun_at, OLD.ended_by_id, OLD.ended_at, OLD.ended_why) THEN
        RAISE EXCEPTION 'parties.appointment_stays: appointment % cannot become that', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.user_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM parties_user u WHERE u.id = NEW.user_id AND u.kind = 'agent'
    ) THEN
        RAISE EXCEPTION 'parties.appointment_is_an_agents: user % is no agent', NEW.user_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER is_an_agents BEFORE INSERT OR UPDATE OR DELETE ON parties_appointment
    FOR EACH ROW EXECUTE FUNCTION parties_appointment_is_an_agents();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON parties_appointment
    FOR EACH STATEMENT EXECUTE FUNCTION parties_appointment_is_an_agents();

-- At the end of a transaction somebody administers every employer for whom anybody acts. The
-- employer's row is the meeting point: two administrators who leave at once queue on it.
CREATE FUNCTION parties_somebody_administers() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM 1 FROM parties_employer WHERE id = NEW.employer_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM parties_appointment a
        WHERE a.employer_id = NEW.employer_id AND a.user_id IS NOT NULL AND a.ended_at IS NULL
    ) AND NOT EXISTS (
        SELECT 1 FROM parties_appointment a
        WHERE a.employer_id = NEW.employer_id AND a.user_id IS NOT NULL AND a.ended_at IS NULL
          AND a.role = 'admin'
    ) THEN
        RAISE EXCEPTION 'parties.nobody_administers: employer %', NEW.employer_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER somebody_administers AFTER INSERT OR UPDATE ON parties_appointment
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION parties_somebody_administers();
