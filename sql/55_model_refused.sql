-- Events that cannot count. Upkeep notes those that come and go; here those that are there already are counted, for the same reasons in
-- the same words. What is malformed for a rule only upkeep tells.

CREATE FUNCTION @extschema@.refused_sql(model text, source integer) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
DECLARE
    s @extschema@.event_source;
    at text;
    moment text;
    named text;
BEGIN
    SELECT INTO STRICT s e.* FROM @extschema@.event_sources(refused_sql.model) e WHERE e.source = refused_sql.source;
    -- Upkeep refuses an event before it looks for the lead of its contact.
    named := CASE WHEN s.via IS NULL THEN (SELECT string_agg(k.typed || ' IS NOT NULL', ' AND ' ORDER BY k.position) FROM @extschema@.source_keys(s.model, s.source) k)
                  ELSE (SELECT string_agg(format('leadscore_e.%I IS NOT NULL', k.name), ' AND ') FROM unnest(s.lead_columns) k(name)) END;
    at := format('leadscore_e.%I', s.at_column);
    moment := @extschema@.moment_sql(at, @extschema@.column_type(s.events, s.at_column),
                                     (SELECT format('@extschema@.rules_at(%L, %s)', m.name, m.version) FROM @extschema@.model m WHERE m.name = s.model));
    RETURN format('SELECT %L, r.reason, count(*) FROM (SELECT CASE WHEN %s IS NULL THEN ''no moment'' WHEN NOT isfinite(%2$s) THEN ''infinite moment'' '
                  'WHEN %3$s IS NULL THEN ''malformed: moment out of range'' WHEN %4$s THEN ''no kind'' END AS reason '
                  'FROM %5$s leadscore_e WHERE %6$s AND %7$s) r WHERE r.reason IS NOT NULL GROUP BY r.reason',
                  s.events::text, at, moment, CASE WHEN s.kind_column IS NULL THEN 'false' ELSE format('leadscore_e.%I IS NULL', s.kind_column) END,
                  s.events, @extschema@.undeleted_sql(s), named);
END $$;
COMMENT ON FUNCTION @extschema@.refused_sql(text, integer) IS 'The query of the events of a source that cannot count: source, reason, how many.';

CREATE FUNCTION @extschema@.count_refused(m @extschema@.model, source integer) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.run_as_owner(m.leads, format('INSERT INTO %s (source, reason, events, at) SELECT q.*, now() FROM (%s) q',
                                                     @extschema@.companion(m.name, '_refused'), @extschema@.refused_sql(m.name, count_refused.source)));
END $$;
COMMENT ON FUNCTION @extschema@.count_refused(@extschema@.model, integer) IS 'Notes the events of a new source that cannot count.';

CREATE FUNCTION @extschema@.recount_refused(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Scores and lead columns have been written a moment ago.
    PERFORM @extschema@.run_as_owner(m.leads, format(
        'DELETE FROM %s r WHERE r.reason = ANY ($1) OR starts_with(r.reason, ''lead columns'') OR starts_with(r.reason, ''scores not kept'')', @extschema@.companion(m.name, '_refused')), false,
        '{no moment,infinite moment,malformed: moment out of range,no kind}'::text[]);
    PERFORM @extschema@.count_refused(m, e.source) FROM @extschema@.usable_events(m.name) e;
END $$;
COMMENT ON FUNCTION @extschema@.recount_refused(@extschema@.model) IS 'Notes anew which events of a model cannot count.';
