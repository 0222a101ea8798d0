-- An account under which nobody was ever paid for may be closed as well: it was opened by mistake.

CREATE OR REPLACE FUNCTION contributions_account_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND OLD.state <> 'closed'
       AND (NEW.id, NEW.number, NEW.employer_id, NEW.opened_on, NEW.opened_at, NEW.opening_key)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.number, OLD.employer_id, OLD.opened_on, OLD.opened_at, OLD.opening_key)
       AND (NEW.state = OLD.state OR (OLD.state, NEW.state) IN (
           ('opened', 'normal'), ('opened', 'sealed'), ('opened', 'closed'),
           ('normal', 'deferred'), ('normal', 'sealed'), ('normal', 'closed'),
           ('deferred', 'normal'), ('deferred', 'sealed'),
           ('sealed', 'normal'), ('sealed', 'closed'))) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.account_moves: %', OLD.number USING ERRCODE = 'check_violation';
END $$;
