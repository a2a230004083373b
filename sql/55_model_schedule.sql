-- schedule(), unschedule(): by pg_cron, if it is in this database.

CREATE FUNCTION @extschema@.need_cron() RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron') THEN
        RETURN;
    ELSIF NOT EXISTS (SELECT FROM pg_available_extensions a WHERE a.name = 'pg_cron') THEN
        RAISE feature_not_supported USING MESSAGE = 'pg_cron is not installed on this server',
            DETAIL = 'Debian and Ubuntu have it as postgresql-' || current_setting('server_version_num')::integer / 10000 || '-cron.',
            HINT = 'Or let any scheduler run psql -c "CALL leadscore.catch_up(''model'')" just after midnight in the time zone of the rules.';
    END IF;
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('pg_cron is not in database "%s"', current_database()),
        HINT = format(E'In postgresql.conf: shared_preload_libraries = ''pg_cron'' and cron.database_name = ''%s''. Restart the server. Then: CREATE EXTENSION pg_cron; '
                      'GRANT USAGE ON SCHEMA cron TO %I;', current_database(), current_user);
END $$;
COMMENT ON FUNCTION @extschema@.need_cron() IS 'Error with what is to be done unless pg_cron is in this database: 0A000 not on the server, 55000 not in the database.';

CREATE FUNCTION @extschema@.schedule(model text, schedule text DEFAULT '*/15 * * * *') RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(schedule.model);
    job bigint;
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN schedule IS NULL THEN 'schedule' END);
    PERFORM @extschema@.need_cron();
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job
        USING 'leadscore ' || m.name, schedule.schedule, format('CALL @extschema@.catch_up(%L)', m.name);
    RETURN job;
END $$;
COMMENT ON FUNCTION @extschema@.schedule(text, text) IS
    'Lets pg_cron keep a model up to date by the clock, as the current role, with CALL catch_up(). model: its name; schedule: as cron writes it, in the time zone '
    'of the server (GMT unless cron.timezone says other); by default each quarter of an hour: a run with nothing due takes milliseconds, and midnight in any '
    'time zone is a full quarter of an hour. A second call changes the schedule. Returns the number of the job. Errors: 42704, 42501, 22004, 0A000 no pg_cron, 55000.';

CREATE FUNCTION @extschema@.unschedule(model text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    job bigint;
BEGIN
    PERFORM @extschema@.need_model(unschedule.model);
    PERFORM @extschema@.need_cron();
    EXECUTE 'SELECT min(j.jobid) FROM cron.job j WHERE j.jobname = $1 AND j.username = current_user' INTO job USING 'leadscore ' || model;
    IF job IS NOT NULL THEN
        EXECUTE 'SELECT cron.unschedule($1)' USING job;
    END IF;
    RETURN job IS NOT NULL;
END $$;
COMMENT ON FUNCTION @extschema@.unschedule(text) IS 'Ends schedule() of the current role; tells whether there was one. model: its name. Errors: 42704, 42501, 0A000 or 55000 no pg_cron.';

CREATE FUNCTION @extschema@.unschedule_quietly(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    job bigint;
BEGIN
    IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron') AND has_schema_privilege('cron', 'USAGE') THEN
        FOR job IN EXECUTE 'SELECT j.jobid FROM cron.job j WHERE j.jobname = $1 AND j.username = current_user' USING 'leadscore ' || model LOOP
            EXECUTE 'SELECT cron.unschedule($1)' USING job;
        END LOOP;
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.unschedule_quietly(text) IS 'unschedule() for a model that goes; nothing without pg_cron.';
