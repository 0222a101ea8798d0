-- What the bank is asked to fetch stays as it was written; what is learnt of it is added, and what
-- has become of it stays.

CREATE FUNCTION treasury_collection_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{status,sent_at,not_found,next_look_at,bank_serial,reason,settled_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
       AND (OLD.settled_at IS NULL OR (NEW.status, NEW.settled_at) = (OLD.status, OLD.settled_at))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'treasury.collection_moves: %', OLD.order_no
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON treasury_collectionorder
    FOR EACH ROW EXECUTE FUNCTION treasury_collection_moves();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_collectionorder
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON treasury_collectionevent
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
