-- Work on single leads in batches, each in key order and one behind the other, so that a transaction that does several never waits for a
-- writer that waits for it.

CREATE FUNCTION @extschema@.due_keys_sql(m @extschema@.model, as_of timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %1$s FROM %2$s s WHERE s.due <= %3$L::timestamptz%4$s',
                  @extschema@.key_list(($1).name, 's', 'scores'), @extschema@.companion(($1).name, ''), $2,
                  CASE WHEN ($1).settled < ($1).version THEN format(' OR s.version < %s', ($1).version) ELSE '' END)
$$;
COMMENT ON FUNCTION @extschema@.due_keys_sql(@extschema@.model, timestamptz) IS
    'The query of the leads of a model that are due: scored by older rules, or changed by time alone up to a moment.';

CREATE FUNCTION @extschema@.queued_keys_sql(m @extschema@.model) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT DISTINCT %s FROM %s q', @extschema@.key_list(($1).name, 'q', 'scores'), @extschema@.companion(($1).name, '_queue'))
$$;
COMMENT ON FUNCTION @extschema@.queued_keys_sql(@extschema@.model) IS 'The query of the leads of a model that something in the queue is about.';

CREATE FUNCTION @extschema@.late_keys_sql(m @extschema@.model, as_of timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    queued boolean;
BEGIN
    -- UNION puts all keys together before the first is done: not for a queue that is empty.
    SELECT INTO queued q.there FROM @extschema@.query_as_owner(m.leads, format('SELECT EXISTS (SELECT FROM %s)', @extschema@.companion(m.name, '_queue'))) q(there boolean);
    RETURN @extschema@.due_keys_sql(m, as_of) || CASE WHEN queued THEN ' UNION ' || @extschema@.queued_keys_sql(m) ELSE '' END;
END $$;
COMMENT ON FUNCTION @extschema@.late_keys_sql(@extschema@.model, timestamptz) IS 'The query of the leads of a model that are due or that something in the queue is about.';

-- Events of leads that are not there and had nothing to count so far have no score row.
CREATE FUNCTION @extschema@.rowless_keys_sql(m @extschema@.model) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(format('SELECT k.* FROM (SELECT DISTINCT %s FROM %s leadscore_e%s) k WHERE NOT EXISTS (SELECT FROM %s s WHERE %s)',
                             c.columns, e.events, @extschema@.source_join(e), @extschema@.companion(($1).name, ''),
                             @extschema@.key_join(($1).name, 's', 'scores', 'k', 'scores')), ' UNION ' ORDER BY e.source)
      FROM @extschema@.usable_events(($1).name) e
      CROSS JOIN LATERAL (SELECT string_agg(format('%s AS %I', k.typed, k.stored_name), ', ' ORDER BY k.position)
                            FROM @extschema@.source_keys(e.model, e.source) k) c(columns)
$$;
COMMENT ON FUNCTION @extschema@.rowless_keys_sql(@extschema@.model) IS 'The query of the keys of events that have no score row; NULL without event sources.';

CREATE FUNCTION @extschema@.all_keys_sql(m @extschema@.model) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %s FROM %s s', @extschema@.key_list(($1).name, 's', 'scores'), @extschema@.companion(($1).name, ''))
           || coalesce(' UNION ' || @extschema@.rowless_keys_sql($1), '')
$$;
COMMENT ON FUNCTION @extschema@.all_keys_sql(@extschema@.model) IS 'The query of all keys of a model: leads, and events without lead.';

-- Conditions on alias k that cut the keys of a query into ranges.
CREATE FUNCTION @extschema@.batch_ranges(model text, keys_sql text, batch integer) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ends text[];
    total bigint;
    need @extschema@.model := @extschema@.need_model(batch_ranges.model);
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN batch IS NULL THEN 'batch' END);
    IF batch < 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'batch must be positive';
    END IF;
    SELECT INTO total, ends t.total, t.ends FROM @extschema@.query_as_owner(need.leads, format(
        'SELECT count(*), array_agg(%s ORDER BY k."leadscore n") FILTER (WHERE k."leadscore n" %% $1 = 0) '
        'FROM (SELECT r.*, row_number() OVER (ORDER BY %s) AS "leadscore n" FROM (%s) r) k',
        @extschema@.key_text_sql(model, 'k', 'scores'), @extschema@.key_list(model, 'r', 'scores'), keys_sql), batch) AS t(total bigint, ends text[]);
    IF total = 0 THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT @extschema@.key_range(model, 'k', ends[i], ends[i + 1]) FROM generate_series(0, coalesce(cardinality(ends), 0)) i ORDER BY i);
END $$;
COMMENT ON FUNCTION @extschema@.batch_ranges(text, text, integer) IS
    'Cuts the keys that a query gives (names of the score table) into ranges of at most so many, in their order: conditions on the alias k. Together they '
    'hold of all keys, also of those that come later; empty if there are none now.';

CREATE FUNCTION @extschema@.batch_keys(keys_sql text, range text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT k.* FROM (%s) k WHERE %s', $1, $2)
$$;
COMMENT ON FUNCTION @extschema@.batch_keys(text, text) IS 'The query of the keys in one range.';

CREATE FUNCTION @extschema@.run_batches(
    m @extschema@.model, keys_sql text, batch integer, why text, as_of timestamptz, recount boolean, announce boolean
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    something boolean;
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN batch IS NULL THEN 'batch' END);
    IF batch < 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'batch must be positive';
    END IF;
    -- Where there is nothing to do, nobody is waited for.
    SELECT INTO something t.there FROM @extschema@.query_as_owner(m.leads, format('SELECT EXISTS (%s)', keys_sql)) AS t(there boolean);
    IF NOT something THEN
        RETURN 0;
    END IF;
    RETURN @extschema@.rescore(m.name, format('SELECT k.* FROM (%s) k ORDER BY %s', keys_sql, @extschema@.key_list(m.name, 'k', 'scores')), why, as_of, recount, announce,
                               true, batch);
END $$;
COMMENT ON FUNCTION @extschema@.run_batches(@extschema@.model, text, integer, text, timestamptz, boolean, boolean) IS
    'Runs rescore() over the keys that a query gives, in batches in their order; tells how many keys there were.';
