-- forget_lead()

CREATE FUNCTION @extschema@.forget_lead(model text, key text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(forget_lead.model);
    keys text;
    adjusted bigint;
    told bigint;
BEGIN
    PERFORM @extschema@.refuse_paused(m);
    keys := 'SELECT ' || array_to_string(@extschema@.key_literals(m.name, key), ', ');
    -- Locks the lead, and takes what waits for it out of the queue.
    PERFORM @extschema@.rescore(m.name, keys, 'adjustment', now(), false, false, true);
    adjusted := @extschema@.run_as_owner(m.leads, format('DELETE FROM %s a WHERE %s',
                    @extschema@.companion(m.name, '_adjustment'), @extschema@.key_condition(m.name, 'a', 'scores', key)));
    PERFORM @extschema@.run_as_owner(m.leads, format('UPDATE %s s SET adjustments = NULL WHERE %s AND s.adjustments IS NOT NULL',
                    @extschema@.companion(m.name, ''), @extschema@.key_condition(m.name, 's', 'scores', key)));
    -- Without them its row goes, if there is neither lead nor event; else it is scored anew.
    PERFORM @extschema@.rescore(m.name, keys, 'adjustment', now(), false, false, true);
    told := @extschema@.run_as_owner(m.leads, format('DELETE FROM %s h WHERE %s',
                    @extschema@.companion(m.name, '_stage_change'), @extschema@.key_condition(m.name, 'h', 'scores', key)));
    RETURN adjusted + told;
END $$;
COMMENT ON FUNCTION @extschema@.forget_lead(text, text) IS
    'Removes what a model keeps of one lead beside its score: its history and its adjustments, with their reasons. To be called when the lead and its events are deleted, then nothing of it stays; a lead that '
    'is there is scored anew, without the adjustments. model: its name; key: the key of the lead as text, of several columns a JSON object. Returns how many rows of history and adjustments were removed. '
    'Errors: 42704, 42501, 22023, 55000 paused.';

CREATE FUNCTION @extschema@.forget_lead(model text, key anyelement) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN @extschema@.forget_lead(model, @extschema@.key_text(key));
END $$;
COMMENT ON FUNCTION @extschema@.forget_lead(text, anyelement) IS 'forget_lead() with the key as a value of its type; of several columns jsonb, or a row whose columns are called as those of the key.';
