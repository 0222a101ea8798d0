-- The halls read and call; nobody but the owner writes, and even the owner only adds.
-- The roles are the schema's own; a test database may have fewer of them.
DO $$
DECLARE
    l_function record;
    l_role text;
    l_table text;
BEGIN
    FOR l_table IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema()))
          AND c.relkind IN ('r', 'p') AND c.relname LIKE 'ledger\_%'
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', l_table);
        FOR l_role IN SELECT rolname FROM pg_roles
                      WHERE rolname IN (current_schema() || '_app', current_schema() || '_read')
        LOOP
            EXECUTE format('REVOKE ALL ON %I FROM %I', l_table, l_role);
            EXECUTE format('GRANT SELECT ON %I TO %I', l_table, l_role);
            -- A stage is no book: what lies there is posted by a function, or not at all.
            IF l_table LIKE 'ledger\_staged\_%' AND l_role = current_schema() || '_app' THEN
                EXECUTE format('GRANT INSERT ON %I TO %I', l_table, l_role);
            END IF;
        END LOOP;
    END LOOP;
    FOR l_function IN
        SELECT p.oid::regprocedure AS signature, p.proname AS name FROM pg_proc p
        WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema()))
          AND (p.proname LIKE 'ledger\_%' OR p.proname LIKE '\_ledger\_%')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', l_function.signature);
        FOR l_role IN SELECT rolname FROM pg_roles WHERE rolname = current_schema() || '_app'
        LOOP
            IF l_function.name LIKE 'ledger\_%' THEN
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', l_function.signature, l_role);
            END IF;
        END LOOP;
    END LOOP;
END $$;
