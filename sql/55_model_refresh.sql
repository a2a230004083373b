-- refresh(), fold(), rebuild(), pause(), resume(), replicate()

-- What keeps a model in order besides scores.
CREATE FUNCTION @extschema@.tend(m @extschema@.model, everything boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    refused text := @extschema@.companion(m.name, '_refused');
    crowded boolean;
    t regclass;
BEGIN
    PERFORM @extschema@.sync_columns(m.name);
    PERFORM @extschema@.sync_visibility(m.name);
    PERFORM @extschema@.follow_tables(m.name);
    FOR t IN SELECT DISTINCT u.relation FROM @extschema@.unwatched_tables(m.name) u LOOP
        RAISE NOTICE 'model "%" did not watch % and does now; rebuild() counts what was written to it before', m.name, t;
    END LOOP;
    IF FOUND THEN
        PERFORM @extschema@.make_triggers(m.name, false);
    END IF;
    PERFORM @extschema@.note_disabled(m.name);
    -- Partitions that were detached kept their triggers.
    FOR t IN SELECT s.relation FROM @extschema@.stray_tables(m.name, everything) s(relation) LOOP
        IF @extschema@.owns_table(t) THEN
            PERFORM @extschema@.drop_upkeep_triggers(m.name, t);
            RAISE NOTICE 'model "%" no longer watches %; rebuild() forgets its rows', m.name, t;
        END IF;
    END LOOP;
    -- Tables come first: rebuild() has them locked when it comes to these rows.
    PERFORM @extschema@.lock_own_tables(m);
    SELECT INTO crowded q.crowded FROM @extschema@.query_as_owner(m.leads, format(
        'SELECT count(*) > count(DISTINCT (r.source, r.reason)) OR bool_or(r.events = 0) FROM %s r', refused)) q(crowded boolean);
    IF crowded THEN
        PERFORM @extschema@.run_as_owner(m.leads, format('WITH gone AS (DELETE FROM %1$s r RETURNING r.source, r.reason, r.events, r.at) INSERT INTO %1$s (source, reason, events, at) '
                       'SELECT g.source, g.reason, sum(g.events), max(g.at) FROM gone g GROUP BY g.source, g.reason HAVING sum(g.events) <> 0', refused));
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tend(@extschema@.model, boolean) IS
    'Follows renamed columns, watches partitions that were attached and no longer those that were detached, and sums up the events that were refused. everything: looks for tables that are watched without being bound among all of the database.';

CREATE FUNCTION @extschema@.refresh(model text, as_of timestamptz DEFAULT now(), batch integer DEFAULT 20000) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(refresh.model);
    why text;
    quiet boolean := false;
    handled bigint;
BEGIN
    PERFORM @extschema@.refuse_paused(m);
    PERFORM @extschema@.refuse_null(CASE WHEN as_of IS NULL THEN 'as_of' END, CASE WHEN batch IS NULL THEN 'batch' END);
    IF NOT isfinite(as_of) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'as_of must be a finite moment';
    END IF;
    IF m.settled < m.version THEN
        quiet := @extschema@.quiet_writers(m);
    END IF;
    PERFORM @extschema@.lock_own_tables(m); -- not sooner: who holds something does not wait
    PERFORM @extschema@.refuse_trouble(m);
    PERFORM @extschema@.tend(m);
    m := @extschema@.need_model(refresh.model);
    why := @extschema@.why_due(m);
    handled := @extschema@.run_batches(m, @extschema@.late_keys_sql(m, as_of), batch, why, as_of, false, @extschema@.announces(m, why));
    IF quiet THEN
        PERFORM @extschema@.settle(m);
    END IF;
    RETURN handled;
END $$;
COMMENT ON FUNCTION @extschema@.refresh(text, timestamptz, integer) IS
    'Brings a model up to date where time alone, or new rules not yet in every row, changed scores; folds the queue, sums up refused events, and watches '
    'new partitions. Touches only leads that are due; all in one transaction (catch_up() commits in between). model: its name; as_of: the moment '
    'to score at; batch: keys in one go. Returns how many keys were brought up to date: leads, and what events name as their lead and is none. To be called just after midnight in the time zone of the rules, hourly '
    'if they count hours. Errors: 42704, 42501, 22004, 22023, 55000 paused, or nothing is kept current.';

CREATE FUNCTION @extschema@.fold_queue(model text, as_of timestamptz, announce boolean) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(fold_queue.model);
BEGIN
    -- Without queued upkeep there is nothing in it, and nobody waits.
    IF m.upkeep = 'queued' THEN
        PERFORM @extschema@.lock_own_tables(m);
    END IF;
    RETURN @extschema@.run_batches(m, @extschema@.queued_keys_sql(m), 20000, 'fold', as_of, false, announce);
END $$;
COMMENT ON FUNCTION @extschema@.fold_queue(text, timestamptz, boolean) IS 'Moves what waits in the queue of a model into scores; tells how many keys it was about.';

CREATE FUNCTION @extschema@.fold(model text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.refuse_paused(@extschema@.need_model(fold.model));
    RETURN @extschema@.fold_queue(fold.model, now(), true);
END $$;
COMMENT ON FUNCTION @extschema@.fold(text) IS
    'Moves what waits in the queue of a model with queued upkeep into scores, lead columns, history and notifications. model: its name. Returns how many '
    'keys it was about. Errors: 42704, 42501, 55000 paused.';

CREATE FUNCTION @extschema@.rebuild(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
BEGIN
    PERFORM @extschema@.need_read_committed();
    PERFORM @extschema@.mend_tables(rebuild.model);
    m := @extschema@.open_model(rebuild.model);
    PERFORM @extschema@.refuse_paused(m);
    PERFORM @extschema@.rebuild_locked(m);
END $$;
COMMENT ON FUNCTION @extschema@.rebuild(text) IS
    'Counts all events of a model anew and scores all leads, as if it were created now; previous stages are kept for stages that keep or stick, and changes of '
    'stage are recorded with the cause rebuild. Needed only after what no trigger can see, such as an attached or detached partition. Also follows a key of leads that got another type, '
    'and makes a primary key of the score table that somebody dropped anew. model: its name. '
    'Writers of all its tables wait until the transaction ends. Errors: 42704, 42501, 25001 unless READ COMMITTED, 55000 paused.';

CREATE FUNCTION @extschema@.rebuild_locked(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.lock_model_tables(m);
    PERFORM @extschema@.tend(m, true);
    PERFORM @extschema@.restate(m, 'replace', @extschema@.tally_sql(m.name, '$7'), 'rebuild', true);
    PERFORM @extschema@.recount_refused(m);
END $$;
COMMENT ON FUNCTION @extschema@.rebuild_locked(@extschema@.model) IS 'What rebuild() and resume() do.';

CREATE FUNCTION @extschema@.pause(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.open_model(pause.model);
BEGIN
    PERFORM @extschema@.check_lockable(m); -- else resume() could not
    UPDATE @extschema@.model o SET paused = true WHERE o.name = m.name AND NOT o.paused;
    PERFORM @extschema@.invalidate_model(m.name);
END $$;
COMMENT ON FUNCTION @extschema@.pause(text) IS
    'From the end of the transaction on writers no longer keep a model current: for bulk loads. resume() goes on. model: its name. Errors: 42704, 42501.';

CREATE FUNCTION @extschema@.resume(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
BEGIN
    PERFORM @extschema@.need_read_committed();
    m := @extschema@.open_model(resume.model);
    IF NOT m.paused THEN
        RETURN;
    END IF;
    -- Locked first: whoever wrote while it was paused has to be through.
    PERFORM @extschema@.lock_model_tables(m);
    UPDATE @extschema@.model o SET paused = false WHERE o.name = m.name RETURNING o.* INTO m;
    PERFORM @extschema@.invalidate_model(m.name);
    PERFORM @extschema@.rebuild_locked(m);
END $$;
COMMENT ON FUNCTION @extschema@.resume(text) IS
    'Ends pause(): counts and scores everything anew and keeps the model current again. model: its name. Does nothing if it is not paused. Writers of all its '
    'tables wait until the transaction ends. Errors: 42704, 42501, 25001 unless READ COMMITTED.';

CREATE FUNCTION @extschema@.replicate(model text, enable boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.open_model(replicate.model);
    t record;
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN enable IS NULL THEN 'enable' END);
    -- Triggers are dropped, or fire otherwise; made on tables that are only locked against writers.
    PERFORM @extschema@.lock_model_tables(m, CASE WHEN enable THEN '{}' ELSE @extschema@.tables_with_triggers(m.name) END);
    UPDATE @extschema@.model o SET replica = enable WHERE o.name = m.name;
    PERFORM @extschema@.invalidate_model(m.name);
    IF enable THEN
        PERFORM @extschema@.make_triggers(m.name);
        RETURN;
    END IF;
    FOR t IN SELECT u.* FROM @extschema@.upkeep_triggers() u WHERE u.model = m.name AND (u.for_each_row OR u.event = 'truncate') ORDER BY u.relation, u.name LOOP
        EXECUTE format(CASE WHEN t.for_each_row THEN 'DROP TRIGGER %2$I ON %1$s' ELSE 'ALTER TABLE %1$s ENABLE TRIGGER %2$I' END, t.relation, t.name);
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.replicate(text, boolean) IS
    'On a subscriber of logical replication: whether rows that replication applies count. model: its name; enable: true adds row triggers that fire '
    'for them and only for them, false removes these. Not together with a score table that is itself replicated. Errors: 42704, 42501, 22004.';
