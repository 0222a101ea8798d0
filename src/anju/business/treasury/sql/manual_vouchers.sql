-- What an accountant submitted is what another one sees and what is posted.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON treasury_manualline
    FOR EACH ROW EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_manualline
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON treasury_manualvoucher
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();

CREATE FUNCTION treasury_manual_voucher_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'submitted'
       OR (NEW.reference, NEW.request_key, NEW.summary, NEW.attachments, NEW.maker_id, NEW.made_at)
          IS DISTINCT FROM
          (OLD.reference, OLD.request_key, OLD.summary, OLD.attachments, OLD.maker_id, OLD.made_at)
    THEN
        RAISE EXCEPTION 'treasury.manual_voucher_is_decided: %', OLD.reference
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decided_once BEFORE UPDATE OR DELETE ON treasury_manualvoucher
    FOR EACH ROW EXECUTE FUNCTION treasury_manual_voucher_is_decided_once();
