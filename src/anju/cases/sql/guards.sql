-- Maker is never checker, and what was decided or recorded stays: held here as well as in Python.

CREATE FUNCTION cases_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cases.append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_casedecision
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_casemaker
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_caseproof
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_casedecision
    FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_casemaker
    FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse_change();

CREATE FUNCTION cases_maker_is_not_checker() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT AS $$
BEGIN
    -- The case row is the meeting point: a maker's edit and a checker's decision queue on it.
    PERFORM 1 FROM cases_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    IF TG_TABLE_NAME = 'cases_casedecision' AND EXISTS (
        SELECT 1 FROM cases_casemaker m
        WHERE m.case_id = NEW.case_id AND m.staff_id = NEW.staff_id
    ) THEN
        RAISE EXCEPTION 'cases.maker_is_checker: case %, staff %', NEW.case_id, NEW.staff_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_TABLE_NAME = 'cases_casemaker' AND EXISTS (
        SELECT 1 FROM cases_casedecision d
        WHERE d.case_id = NEW.case_id AND d.staff_id = NEW.staff_id
          AND d.decision = 'approve'
    ) THEN
        RAISE EXCEPTION 'cases.maker_is_checker: case %, staff %', NEW.case_id, NEW.staff_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER maker_is_not_checker BEFORE INSERT ON cases_casedecision
    FOR EACH ROW EXECUTE FUNCTION cases_maker_is_not_checker();
CREATE TRIGGER maker_is_not_checker BEFORE INSERT ON cases_casemaker
    FOR EACH ROW EXECUTE FUNCTION cases_maker_is_not_checker();
