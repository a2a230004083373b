-- set_upkeep()

CREATE FUNCTION @extschema@.set_upkeep(model text, upkeep text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
BEGIN
    PERFORM @extschema@.need_read_committed();
    PERFORM @extschema@.check_upkeep(upkeep);
    m := @extschema@.open_model(model);
    IF m.upkeep = upkeep THEN
        RETURN;
    END IF;
    PERFORM @extschema@.refuse_pending_version(m);
    -- Nobody notes anything any more in the one way, nor writes scores in the other, before it is told which.
    PERFORM @extschema@.lock_model_tables(m, CASE WHEN m.views THEN ARRAY(SELECT v FROM @extschema@.model_views(m) v) ELSE '{}' END);
    IF NOT m.paused THEN
        PERFORM @extschema@.fold_queue(m.name, now(), true);
    END IF;
    UPDATE @extschema@.model o SET upkeep = set_upkeep.upkeep WHERE o.name = m.name;
    PERFORM @extschema@.invalidate_model(o.name) FROM @extschema@.model o WHERE o.leads = m.leads; -- they lock its tables, too
    IF m.views THEN
        PERFORM @extschema@.create_views(m.name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.set_upkeep(text, text) IS
    'Whether writers bring scores up to date themselves or only note what changed, from the end of the transaction on. What waits in the queue is folded first; writers of all tables of the '
    'model wait until the transaction ends. model: its name; upkeep: immediate or queued. Errors: 42704, 42501, 22004, 22023, 25001 unless READ COMMITTED, 55000 new rules still being counted for.';
