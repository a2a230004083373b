-- Past leads with their outcome, as the statement that fitting reads them with.

CREATE FUNCTION @extschema@.fit_key(leads regclass, key name[]) RETURNS name[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chosen name[] := coalesce(key, (
        SELECT array_agg(a.attname ORDER BY k.ord)
          FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, ord)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
         WHERE i.indrelid = leads AND i.indisprimary AND k.ord <= i.indnkeyatts), '{}');
BEGIN
    IF leads IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'a table of leads must be named';
    ELSIF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = leads AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) THEN
        RAISE undefined_table USING MESSAGE = format('%s is no table or view', leads);
    ELSIF cardinality(chosen) > 0 THEN
        PERFORM @extschema@.column_numbers(leads, chosen);
    END IF;
    RETURN chosen;
END $$;
COMMENT ON FUNCTION @extschema@.fit_key(regclass, name[]) IS
    'The columns that name a lead: those asked for, else the primary key, else none. Errors: 22004, 42P01, 42703.';

CREATE FUNCTION @extschema@.lead_moment_sql(leads regclass, name name, rules_expr text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    type oid;
    moment text;
BEGIN
    IF name IS NULL THEN
        RETURN 'NULL::pg_catalog.timestamptz';
    END IF;
    PERFORM @extschema@.column_numbers(leads, ARRAY[name]);
    type := @extschema@.column_type(leads, name);
    moment := @extschema@.moment_sql(format('leadscore_l.%I', name), type, rules_expr);
    IF moment IS NULL THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s is of type %s, not a moment', name, leads, type::regtype),
            HINT = 'It must be timestamptz, timestamp or date.' || CASE WHEN type IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype)
                       THEN format(' Of 0 and 1 a generated column makes a boolean, which serves as converted where "at" names a moment: (%I = 1).', name) ELSE '' END;
    END IF;
    RETURN format('CASE WHEN pg_catalog.isfinite(%1$s) THEN %1$s END', moment);
END $$;
COMMENT ON FUNCTION @extschema@.lead_moment_sql(regclass, name, text) IS
    'The expression for the moment in a column of leads, alias leadscore_l, for generated statements: infinite is NULL, and so is that of no column. '
    'rules_expr: an expression for the rules whose time zone dates and timestamps are of. Errors: 42703, 42804.';

-- Whether a date as converted serves: events of its day do not count then, for they are not before it.
CREATE FUNCTION @extschema@.tell_moments(leads regclass, converted name, others name[], sources @extschema@.event_source[], rules @extschema@.scoring_rules) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    zone text := @extschema@.local_zone(rules);
    type regtype := @extschema@.column_type(leads, converted)::regtype;
    dated text := (SELECT string_agg(format('"%s" of %s', s.at_column, s.events), ', ' ORDER BY s.source) FROM unnest(sources) s
                    WHERE @extschema@.column_type(s.events, s.at_column) = 'date'::regtype);
    of_day boolean := false;
BEGIN
    PERFORM @extschema@.tell_column_zone(leads, n.name, rules) FROM unnest(converted || others) WITH ORDINALITY n(name, ord) WHERE n.name IS NOT NULL ORDER BY n.ord;
    IF dated IS NOT NULL AND type IN ('timestamptz'::regtype, 'timestamp'::regtype) THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %s leadscore_l WHERE isfinite(leadscore_l.%I) AND (leadscore_l.%2$I%s)::time <> ''00:00'')', leads, converted,
                       CASE type WHEN 'timestamptz'::regtype THEN format(' AT TIME ZONE %L', zone) ELSE '' END) INTO of_day;
    END IF;
    IF of_day THEN
        RAISE NOTICE USING MESSAGE = format('events have only a date in %s, and "%s" of %s has a time of day: what came later on the day of a conversion counts as before it', dated, converted, leads),
            HINT = format('Name a generated column as converted, then no event of that day counts: date GENERATED ALWAYS AS (%s::date) STORED.',
                          format(CASE type WHEN 'timestamptz'::regtype THEN '(%I AT TIME ZONE %L)' ELSE '%I' END, converted, zone));
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_moments(regclass, name, name[], @extschema@.event_source[], @extschema@.scoring_rules) IS
    'NOTICEs of what one cannot see of the moments in columns of leads, converted and others: they have no time zone, and the rules another than UTC; or they have a time of day, where the '
    'events of a source only have a date. As the caller. Columns that are not there, and NULL, are left to others.';

CREATE FUNCTION @extschema@.fit_moment_sql(leads regclass, name name, timezone text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT @extschema@.lead_moment_sql($1, $2, format('%L::@extschema@.scoring_rules', jsonb_build_object('rules', '[]'::jsonb, 'timezone', $3)))
$$;
COMMENT ON FUNCTION @extschema@.fit_moment_sql(regclass, name, text) IS
    'The moment in a column of leads, alias leadscore_l, for generated statements; NULL for infinity, and for no column. Errors: 42703, 42804.';

CREATE FUNCTION @extschema@.moment_literal(at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN $1 IS NULL THEN 'NULL::pg_catalog.timestamptz'
                ELSE format('%L::pg_catalog.timestamptz', to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00 BC')) END
$$;
COMMENT ON FUNCTION @extschema@.moment_literal(timestamptz) IS 'A moment for generated statements, which no setting of the session changes.';

CREATE FUNCTION @extschema@.moment_text(at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT regexp_replace(to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '[.]?0+$', '') || '+00'
$$;
COMMENT ON FUNCTION @extschema@.moment_text(timestamptz) IS 'A moment to be read by people, and again by the server: to the microsecond, in UTC.';

-- What became of each lead, and why it may take no part: outcome, at, why, one row a lead.
CREATE FUNCTION @extschema@.fit_outcome_sql(
    leads regclass, converted name, at name, cut_off timestamptz, created name, horizon interval, as_of timestamptz, timezone text
) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    yes_or_no boolean;
    until text := format('(o.at + pg_catalog.make_interval(secs => %s))', extract(epoch FROM horizon));
    now_is text := @extschema@.moment_literal(as_of);
    looked_at boolean := at IS NOT NULL OR cut_off IS NOT NULL;
BEGIN
    IF converted IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'converted must name a column of the leads';
    ELSIF at IS NOT NULL AND cut_off IS NOT NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'at and cut_off both say when leads are looked at', HINT = 'Give one of them, or none.';
    ELSIF horizon IS NOT NULL AND NOT looked_at THEN
        RAISE invalid_parameter_value USING MESSAGE = 'horizon needs at or cut_off, the moment from which it counts';
    ELSIF created IS NOT NULL AND NOT looked_at THEN
        RAISE invalid_parameter_value USING MESSAGE = 'created needs at or cut_off, the moment at which a lead must be there';
    END IF;
    PERFORM @extschema@.column_numbers(leads, ARRAY[converted]);
    yes_or_no := @extschema@.column_type(leads, converted) = 'boolean'::regtype;
    IF NOT yes_or_no AND @extschema@.column_type(leads, converted) NOT IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s does not tell whether a lead converted', converted, leads),
            HINT = 'It must be a boolean, or the date or time of the conversion. A view can make one: (status = ''won'') AS converted.';
    END IF;
    RETURN format($sql$
        SELECT %1$s AS outcome, o.at, %2$s AS converted_at,
               CASE WHEN %3$s THEN 'outcome not known' WHEN %4$s THEN 'no moment' WHEN %10$s THEN 'not there yet' WHEN %5$s THEN 'converted before'
                    WHEN %6$s THEN %11$L END AS why
          FROM (SELECT %7$s AS yes, %8$s AS converted_at, %9$s AS at) o$sql$,
        CASE WHEN yes_or_no THEN 'o.yes' WHEN looked_at AND horizon IS NOT NULL THEN format('coalesce(o.converted_at <= %s, false)', until)
             ELSE format('coalesce(o.converted_at <= %s, false)', now_is) END,
        'o.converted_at',
        CASE WHEN yes_or_no THEN 'o.yes IS NULL' ELSE 'false' END,
        CASE WHEN looked_at THEN 'o.at IS NULL' ELSE 'false' END,
        CASE WHEN yes_or_no OR NOT looked_at THEN 'false' ELSE 'o.converted_at <= o.at' END,
        CASE WHEN NOT looked_at THEN 'false' WHEN horizon IS NULL THEN format('o.at > %s', now_is) ELSE format('%s > %s', until, now_is) END,
        CASE WHEN yes_or_no THEN format('leadscore_l.%I', converted) ELSE 'NULL::boolean' END,
        CASE WHEN yes_or_no THEN 'NULL::pg_catalog.timestamptz' ELSE @extschema@.fit_moment_sql(leads, converted, timezone) END,
        CASE WHEN cut_off IS NULL THEN @extschema@.fit_moment_sql(leads, at, timezone) ELSE @extschema@.moment_literal(cut_off) END,
        CASE WHEN created IS NULL THEN 'false' ELSE format('coalesce(%s > o.at, true)', @extschema@.fit_moment_sql(leads, created, timezone)) END,
        CASE WHEN horizon IS NULL THEN 'later than as_of' ELSE 'younger than the horizon' END);
END $$;
COMMENT ON FUNCTION @extschema@.fit_outcome_sql(regclass, name, name, timestamptz, name, interval, timestamptz, text) IS
    'The subquery that tells what became of a lead (alias leadscore_l): outcome, at, converted_at, and why it takes no part; for generated statements. Errors: 42703, 42804, 22004, 22023.';

-- Rounded upwards, so that what is told is what was counted: to hours, as a horizon may be, up to two days, and to days beyond.
CREATE FUNCTION @extschema@.tell_undecided(leads regclass, outcomes text, known_until timestamptz) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    counts record;
    within text;
BEGIN
    EXECUTE format($sql$
        WITH lead AS MATERIALIZED (
            SELECT o.outcome, o.at, o.converted_at FROM %1$s leadscore_l CROSS JOIN LATERAL (%2$s) o WHERE o.why IS NULL
        ), took AS (
            SELECT ceil(percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM l.converted_at - l.at)) / 3600) AS hours FROM lead l WHERE l.outcome
        ), rounded AS (
            SELECT make_interval(hours => (CASE WHEN t.hours > 10000000 THEN 10000000 WHEN t.hours > 48 THEN ceil(t.hours / 24) * 24 ELSE t.hours END)::integer) AS span FROM took t
        )
        SELECT r.span, count(*) FILTER (WHERE l.at > %3$s - r.span) AS young, count(*) AS others FROM rounded r CROSS JOIN lead l WHERE NOT l.outcome GROUP BY r.span$sql$,
        leads, outcomes, @extschema@.moment_literal(known_until))
       INTO counts;
    -- Not so of a table without conversions, or without others.
    IF counts.young >= 10 AND counts.young * 20 > counts.others THEN
        within := @extschema@.horizon_text(counts.span);
        RAISE NOTICE USING
            MESSAGE = format('%s of %s leads that have not converted are younger than %s, and count as not converted: 95 %% of the conversions came within that, so they may still convert',
                             counts.young, counts.others, within),
            HINT = format('horizon => %L leaves leads out that are younger, and counts conversions within it.', within);
        RETURN jsonb_build_object('young', counts.young, 'others', counts.others, 'within', within);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION @extschema@.tell_undecided(regclass, text, timestamptz) IS
    'For leads that are looked at from moments of their own, without a horizon: a NOTICE if more than 5 % of those that have not converted, and at least 10, are younger at known_until than the time within which 95 % of '
    'the conversions came, rounded up to days, or hours up to two days. The result then is what the report of a fit keeps of them (young, others, within), else NULL. outcomes: as of fit_outcome_sql(), of conversions with a moment.';

-- A share of the leads by a hash of what names them, so that the same leads are drawn each time.
CREATE FUNCTION @extschema@.fit_draw_sql(key name[], share numeric) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('(''x'' || left(md5(%s), 8))::bit(32)::bigint < %s',
                  CASE cardinality($1) WHEN 0 THEN 'leadscore_l::text'
                                       ELSE (SELECT format('concat_ws(''|'', %s)', string_agg(format('leadscore_l.%I', k.name), ', ' ORDER BY k.ord))
                                               FROM unnest($1) WITH ORDINALITY k(name, ord)) END,
                  floor($2 * 4294967296))
$$;
COMMENT ON FUNCTION @extschema@.fit_draw_sql(name[], numeric) IS 'The test whether a lead (alias leadscore_l) is drawn into the test part, for generated statements.';

-- When a row was loaded, and under which number, says nothing of the lead; that it was deleted since says what came later.
CREATE FUNCTION @extschema@.of_sync_tool(name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT $1 COLLATE "C" ~* '^_(fivetran|airbyte|sdc_|dlt_)'
$$;
COMMENT ON FUNCTION @extschema@.of_sync_tool(text) IS 'Whether a column is one that Fivetran, Airbyte, Stitch or dlt adds to the tables it fills, told by its name.';

-- Columns that say which row of another table is meant: their numbers are larger or smaller by chance.
CREATE FUNCTION @extschema@.fit_references(relation regclass) RETURNS name[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(a.attname ORDER BY a.attnum), '{}')
      FROM pg_attribute a
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
       AND (EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = $1 AND c.contype = 'f' AND a.attnum = ANY (c.conkey))
            OR EXISTS (SELECT FROM @extschema@.model m JOIN @extschema@.attribute_source s ON s.model = m.name WHERE m.leads = $1 AND a.attnum = ANY (s.on_numbers)))
$$;
COMMENT ON FUNCTION @extschema@.fit_references(regclass) IS
    'The columns of a table that refer to rows of others: those of its foreign keys, and if it is the leads table of models, those that add_attributes() was given as "on".';

-- The columns of leads that are attributes. What a model wrote into them follows from other columns.
CREATE FUNCTION @extschema@.fit_attributes(leads regclass, others name[]) RETURNS name[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(a.attname ORDER BY a.attnum), '{}')
      FROM pg_attribute a
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (array_remove($2, NULL)) AND NOT @extschema@.of_sync_tool(a.attname)
       AND a.attname NOT IN (SELECT k.name FROM @extschema@.mirrored_names($1) k)
$$;
COMMENT ON FUNCTION @extschema@.fit_attributes(regclass, name[]) IS
    'The columns of leads that rules may be learned from: all but the others, scores and stages of models, and columns of sync tools.';

CREATE FUNCTION @extschema@.horizon_text(horizon interval) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hours numeric := extract(epoch FROM horizon) / 3600;
BEGIN
    IF hours <= 0 OR hours <> trunc(hours) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'horizon must be whole hours or days';
    END IF;
    RETURN CASE WHEN hours % 24 = 0 THEN format('%s %s', trunc(hours / 24), CASE hours WHEN 24 THEN 'day' ELSE 'days' END)
                ELSE format('%s %s', trunc(hours), CASE hours WHEN 1 THEN 'hour' ELSE 'hours' END) END;
END $$;
COMMENT ON FUNCTION @extschema@.horizon_text(interval) IS 'A horizon as rules write it; a month has 30 days, a year 365.25. Error 22023 unless it is whole hours.';
