-- Whoever entered a case is its maker even where nobody wrote that down, and stays who he is.

CREATE FUNCTION cases_applicant_never_decides() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.applicant_id = NEW.staff_id
    ) THEN
        RAISE EXCEPTION 'cases.maker_is_checker: case %, staff %', NEW.case_id, NEW.staff_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER applicant_never_decides BEFORE INSERT ON cases_casedecision
    FOR EACH ROW EXECUTE FUNCTION cases_applicant_never_decides();

CREATE FUNCTION cases_applicant_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cases.applicant_stays: case %', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- The applicant of a member's own application is written when it is begun, as are all others.
CREATE TRIGGER applicant_stays BEFORE UPDATE ON cases_case
    FOR EACH ROW WHEN (
        OLD.applicant_kind IS DISTINCT FROM NEW.applicant_kind
        OR OLD.applicant_id IS DISTINCT FROM NEW.applicant_id
        OR OLD.person_id IS DISTINCT FROM NEW.person_id
        OR OLD.employer_id IS DISTINCT FROM NEW.employer_id
    )
    EXECUTE FUNCTION cases_applicant_stays();
