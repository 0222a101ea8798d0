-- What was certified stays as it was said.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
