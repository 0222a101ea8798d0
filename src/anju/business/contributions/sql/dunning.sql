-- That an employer was reminded stays as it was.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_dunning
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
