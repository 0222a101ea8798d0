-- What was put right for one person stays as it was put right, month by month.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_correction
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_correctionline
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refuse_change();
