-- A list may pay several months: its lines carry theirs, and at the commit they are what it says.

ALTER TABLE contributions_remittanceline
    DROP CONSTRAINT contributions_remittanceline_pkey,
    ADD PRIMARY KEY (remittance_id, account_id, month);

-- Whatever a list says stays; only where it stands moves on.
CREATE OR REPLACE FUNCTION contributions_remittance_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_moves text[] := '{state,batch_id,allocated_on,ended_at,voided_by_id}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - l_moves = to_jsonb(OLD) - l_moves
       AND (OLD.batch_id IS NULL OR NEW.batch_id = OLD.batch_id)
       AND OLD.state || '>' || NEW.state IN (
           'confirmed>allocating', 'confirmed>void', 'allocating>confirmed', 'allocating>done')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'contributions.remittance_moves: %', OLD.number
        USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE FUNCTION contributions_remittance_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    l_is record;
BEGIN
    SELECT count(DISTINCT account_id) AS headcount, coalesce(sum(member_fen), 0) AS member,
           coalesce(sum(employer_fen), 0) AS employer, min(month) AS first, max(month) AS last
    INTO l_is FROM contributions_remittanceline WHERE remittance_id = NEW.id;
    IF (l_is.headcount, l_is.member, l_is.employer, l_is.first, l_is.last)
       IS DISTINCT FROM
       (NEW.headcount, NEW.member_fen, NEW.employer_fen, NEW.from_month, NEW.month) THEN
        RAISE EXCEPTION 'contributions.remittance_adds_up: %', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
