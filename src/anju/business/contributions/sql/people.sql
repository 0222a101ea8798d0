-- What happened to somebody's enrolment stays as it was written down.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_enrolmentevent
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
