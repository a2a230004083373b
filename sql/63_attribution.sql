-- attribution(): which touches go before conversions.

-- What a touch is called: the kind of the event, or one of its properties. A column or key that holds the dot wins over a path, as in rules.
CREATE FUNCTION @extschema@.touch_name_sql(s @extschema@.event_source, by text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    type oid := CASE WHEN s.properties_column IS NOT NULL THEN @extschema@.column_type(s.events, s.properties_column) END;
    fields regclass := CASE WHEN s.properties_column IS NULL THEN s.events ELSE (SELECT nullif(t.typrelid, 0) FROM pg_type t WHERE t.oid = type) END;
    fields_of text := CASE WHEN s.properties_column IS NULL THEN 'leadscore_e' ELSE format('(leadscore_e.%I)', s.properties_column) END;
    as_path constant text := '(%1$s::pg_catalog.jsonb OPERATOR(pg_catalog.#>>) pg_catalog.string_to_array(%2$L, ''.''))';
    first_part text := split_part(by, '.', 1);
BEGIN
    IF by IS NULL THEN
        RETURN CASE WHEN s.kind IS NOT NULL THEN format('%L::pg_catalog.text', s.kind) ELSE format('leadscore_e.%I::pg_catalog.text', s.kind_column) END;
    ELSIF fields IS NULL THEN
        RETURN format('COALESCE(%1$s::pg_catalog.jsonb OPERATOR(pg_catalog.->>) %2$L, ' || as_path || ')', fields_of, by);
    ELSIF @extschema@.column_type(fields, by::name) IS NOT NULL THEN
        RETURN format('(pg_catalog.to_jsonb(%s.%I) OPERATOR(pg_catalog.#>>) ''{}'')', fields_of, by);
    ELSIF by LIKE '%.%' AND @extschema@.column_type(fields, first_part::name) IN ('jsonb'::regtype, 'json'::regtype) THEN
        RETURN format(as_path, format('%s.%I', fields_of, first_part), substr(by, length(first_part) + 2));
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION @extschema@.touch_name_sql(@extschema@.event_source, text) IS
    'The expression that names a touch, an event of a source, for generated statements. by: a property of events, NULL: their kind. NULL if the source has no such property.';

-- The touches of one source that converted leads had up to their conversion; alias leadscore_c is a row a converted lead.
CREATE FUNCTION @extschema@.touches_sql(s @extschema@.event_source, leads regclass, key name[], zone_rules text, by text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT leadscore_c.lead, leadscore_c.converted_at, %s AS touch, %s AS at FROM %s leadscore_e%s JOIN leadscore_c ON %s',
                  @extschema@.touch_name_sql($1, $5), @extschema@.moment_sql(format('leadscore_e.%I', ($1).at_column), @extschema@.column_type(($1).events, ($1).at_column), $4),
                  ($1).events, @extschema@.source_join($1),
                  (SELECT string_agg(format('%s.%I%s %s leadscore_c.k%s', CASE WHEN ($1).via IS NULL THEN 'leadscore_e' ELSE 'leadscore_v' END, n.name,
                                            @extschema@.collate_as(coalesce(($1).via, ($1).events), n.name, $2, k.name),
                                            @extschema@.equality_of(@extschema@.column_type($2, k.name)), k.ord), ' AND ' ORDER BY k.ord)
                     FROM unnest($3) WITH ORDINALITY k(name, ord)
                     JOIN unnest(CASE WHEN ($1).via IS NULL THEN ($1).lead_columns ELSE ($1).via_lead_columns END) WITH ORDINALITY n(name, ord) USING (ord)))
     WHERE @extschema@.touch_name_sql($1, $5) IS NOT NULL
$$;
COMMENT ON FUNCTION @extschema@.touches_sql(@extschema@.event_source, regclass, name[], text, text) IS
    'The query of the touches of converted leads in one event source, for generated statements: lead, converted_at, touch, at. zone_rules: an expression of type '
    'scoring_rules, whose time zone counts. NULL if its events have no such property.';

-- Without nested loops: how many leads count cannot be estimated, and a guess of one lead would take the square of the time.
-- The parts of a lead's conversion are rounded as they add up, so they always are one conversion together.
CREATE FUNCTION @extschema@.attribution_over(
    sources @extschema@.event_source[], leads regclass, key name[], zone text, converted name, by text, within interval, half_life interval,
    leave_out text[], since timestamptz, until timestamptz, as_of timestamptz
) RETURNS TABLE (touch text, touches bigint, touched bigint, first_touch numeric, last_touch numeric, linear numeric, decayed numeric)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off AS $body$
DECLARE
    zone_rules text := format('%L::@extschema@.scoring_rules', jsonb_build_object('timezone', coalesce(zone, 'UTC'), 'rules', '[]'::jsonb));
    type oid := @extschema@.column_type(leads, converted);
    moment text;
    parts text[];
    touches_seen boolean := false;
BEGIN
    IF converted IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'converted must name a column of the leads';
    END IF;
    PERFORM @extschema@.column_numbers(leads, ARRAY[converted]);
    moment := @extschema@.moment_sql(format('l.%I', converted), type, zone_rules);
    IF moment IS NULL THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s is of type %s, not a moment', converted, leads, type::regtype),
            HINT = 'Which touches went before a conversion is known only if the column says when it was: timestamptz, timestamp or date; null is not converted.';
    ELSIF half_life IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'half_life must not be null';
    ELSIF extract(epoch FROM within) <= 0 OR extract(epoch FROM half_life) <= 0 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'within and half_life must be longer than nothing', HINT = 'within => NULL looks back without end.';
    END IF;
    parts := ARRAY(SELECT @extschema@.touches_sql(s, leads, key, zone_rules, by) FROM unnest(sources) s ORDER BY s.source);
    IF array_remove(parts, NULL) = '{}' AND parts <> '{}' THEN
        RAISE undefined_column USING MESSAGE = format('no event has a property "%s"', by);
    END IF;
    parts := array_remove(parts, NULL);
    FOR touch, touches, touched, first_touch, last_touch, linear, decayed IN EXECUTE format($sql$
        WITH leadscore_c AS MATERIALIZED (
            SELECT row_number() OVER () AS lead, c.* FROM (SELECT %1$s, %2$s AS converted_at FROM %3$s l) c
             WHERE isfinite(c.converted_at) AND c.converted_at >= $4 AND c.converted_at < $5 AND c.converted_at <= $6
        ), touch AS (
            SELECT t.lead, t.touch, t.at, min(t.at) OVER w AS first_at, max(t.at) OVER w AS last_at
              FROM (%4$s) t
             WHERE isfinite(t.at) AND t.at <= t.converted_at AND ($1 IS NULL OR t.at > t.converted_at - $1) AND t.touch IS NOT NULL AND t.touch <> ALL ($3)
            WINDOW w AS (PARTITION BY t.lead)
        ), weighed AS (
            -- Against the newest touch of the lead: only the proportions count. A weight below half a billionth is none.
            SELECT t.*, extract(epoch FROM t.last_at - t.at)::float8 / $2 AS half_lives FROM touch t
        ), part AS (
            SELECT w.lead, w.touch, count(*) AS touches, count(*) FILTER (WHERE w.at = w.first_at) AS first_touches, count(*) FILTER (WHERE w.at = w.last_at) AS last_touches,
                   sum(CASE WHEN w.half_lives < 40 THEN round(power(0.5::float8, w.half_lives)::numeric, 9) ELSE 0 END) AS weight
              FROM weighed w GROUP BY w.lead, w.touch
        ), reached AS (
            SELECT p.lead, p.touch, p.touches, round(sum(p.first_touches) OVER up / sum(p.first_touches) OVER (PARTITION BY p.lead), 6) AS first_touch,
                   round(sum(p.last_touches) OVER up / sum(p.last_touches) OVER (PARTITION BY p.lead), 6) AS last_touch,
                   round(sum(p.touches) OVER up / sum(p.touches) OVER (PARTITION BY p.lead), 6) AS linear,
                   round(sum(p.weight) OVER up / sum(p.weight) OVER (PARTITION BY p.lead), 6) AS decayed
              FROM part p WINDOW up AS (PARTITION BY p.lead ORDER BY p.touch COLLATE "C")
        ), credit AS (
            SELECT r.touch, r.touches, r.first_touch - lag(r.first_touch, 1, 0::numeric) OVER up AS first_touch, r.last_touch - lag(r.last_touch, 1, 0::numeric) OVER up AS last_touch,
                   r.linear - lag(r.linear, 1, 0::numeric) OVER up AS linear, r.decayed - lag(r.decayed, 1, 0::numeric) OVER up AS decayed
              FROM reached r WINDOW up AS (PARTITION BY r.lead ORDER BY r.touch COLLATE "C")
        ), untouched AS (
            SELECT count(*)::numeric AS leads FROM leadscore_c c WHERE NOT EXISTS (SELECT FROM part p WHERE p.lead = c.lead)
        )
        SELECT x.* FROM (
            SELECT c.touch, sum(c.touches)::bigint AS touches, count(*) AS touched, trim_scale(sum(c.first_touch)), trim_scale(sum(c.last_touch)),
                   trim_scale(sum(c.linear)) AS linear, trim_scale(sum(c.decayed))
              FROM credit c GROUP BY c.touch
            UNION ALL
            SELECT NULL, 0, u.leads::bigint, u.leads, u.leads, u.leads, u.leads FROM untouched u WHERE u.leads > 0) x
         ORDER BY x.touch IS NULL, x.linear DESC, x.touch COLLATE "C"$sql$,
        (SELECT string_agg(format('l.%I AS k%s', k.name, k.ord), ', ' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord)), moment, leads,
        CASE WHEN parts = '{}' THEN 'SELECT NULL::bigint AS lead, NULL::timestamptz AS converted_at, NULL::text AS touch, NULL::timestamptz AS at WHERE false'
             ELSE array_to_string(parts, ' UNION ALL ') END)
        USING make_interval(secs => extract(epoch FROM within)::float8), extract(epoch FROM half_life)::float8, coalesce(leave_out, '{}'),
              coalesce(since, '-infinity'), coalesce(until, 'infinity'), coalesce(as_of, now())
    LOOP
        touches_seen := touches_seen OR touch IS NOT NULL;
        RETURN NEXT;
    END LOOP;
    IF by IS NOT NULL AND NOT touches_seen THEN
        RAISE NOTICE USING MESSAGE = format('no event that counts has a property "%s"', by), HINT = 'by => … is a property of events, as rules call it.';
    END IF;
END $body$;
COMMENT ON FUNCTION @extschema@.attribution_over(@extschema@.event_source[], regclass, name[], text, name, text, interval, interval, text[], timestamptz, timestamptz, timestamptz) IS
    'attribution(), when it is known where the events are.';

CREATE FUNCTION @extschema@.attribution(
    model text, converted name, by text DEFAULT NULL, within interval DEFAULT '90 days', half_life interval DEFAULT '7 days',
    leave_out text[] DEFAULT '{}', since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, as_of timestamptz DEFAULT NULL
) RETURNS TABLE (touch text, touches bigint, touched bigint, first_touch numeric, last_touch numeric, linear numeric, decayed numeric)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.readable_model(attribution.model);
BEGIN
    PERFORM @extschema@.tell_column_zone(m.leads, converted, @extschema@.active_rules(m.name));
    RETURN QUERY SELECT a.* FROM @extschema@.attribution_over(
        ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e), m.leads, m.key_columns, @extschema@.active_rules(m.name)::jsonb ->> 'timezone',
        converted, by, within, half_life, leave_out, since, until, as_of) a;
END $$;
COMMENT ON FUNCTION @extschema@.attribution(text, name, text, interval, interval, text[], timestamptz, timestamptz, timestamptz) IS
    'How much of the conversions each touch is given. A touch is an event of a converted lead, not after its conversion and less than "within" before it (NULL: however '
    'long). model: whose leads and event sources; converted: a column of the leads, timestamptz, timestamp or date, that says when a lead converted, null or infinite: not; '
    'by: what touches are told apart by, a property of events (those without it are no touches; a NOTICE says so if none has it), by default their kind; half_life: how long before the last touch one is '
    'worth half as much, for decayed; leave_out: touches that do not count, such as the kind that is the conversion; since, until: conversions from since to before until only; as_of: a conversion after it is none, by default now. '
    'touch: NULL for conversions without any touch; touches: events; touched: converted leads that had such a touch; first_touch, last_touch: conversions given to '
    'the earliest or latest touch, shared out if several are at that moment; linear: to all touches of the lead alike; decayed: by weight 2^(-age/half_life), 9 places. '
    'Each of these adds up to the number of conversions exactly; single parts are rounded to 6 places. As the caller, who needs SELECT on the tables. '
    'Errors: 42704 no such model, 42703 no such column or property, 42804 converted is no moment, 22004, 22023, 42501.';

CREATE FUNCTION @extschema@.attribution(
    leads regclass, converted name, events jsonb, key name[] DEFAULT NULL, by text DEFAULT NULL, within interval DEFAULT '90 days',
    half_life interval DEFAULT '7 days', leave_out text[] DEFAULT '{}', since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
    timezone text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL
) RETURNS TABLE (touch text, touches bigint, touched bigint, first_touch numeric, last_touch numeric, linear numeric, decayed numeric)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys name[] := coalesce(key, @extschema@.choose_key(leads, NULL));
BEGIN
    PERFORM @extschema@.column_numbers(leads, keys);
    RETURN QUERY SELECT a.* FROM @extschema@.attribution_over(
        ARRAY(SELECT e FROM @extschema@.given_events(events, leads, keys) e), leads, keys, timezone, converted, by, within, half_life, leave_out, since, until, as_of) a;
END $$;
COMMENT ON FUNCTION @extschema@.attribution(regclass, name, jsonb, name[], text, interval, interval, text[], timestamptz, timestamptz, text, timestamptz) IS
    'The same for given tables. leads: a table or view, a row a lead; events: a list of objects with the arguments of add_events() as keys, such as '
    '[{"events": "crm.activities", "lead": "lead_id", "at": "at", "kind_column": "type"}]; a table without schema is looked for in that of leads; key: columns that name '
    'a lead, by default the primary key of leads; timezone: in which times without zone are taken. Further errors: 42P01, 22023 with the place in events.';
