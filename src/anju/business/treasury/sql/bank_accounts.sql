-- Under its number in the books an account is for ever the one it was.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON treasury_bankaccount
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
