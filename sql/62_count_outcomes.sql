-- Past leads with their outcome, as statements that count them read them, and the counts as rows.

CREATE FUNCTION @extschema@.value_outcomes_step(internal, anyelement, boolean, timestamptz, integer, integer) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_value_outcomes_step' LANGUAGE C STABLE PARALLEL SAFE COST 100;
CREATE FUNCTION @extschema@.value_outcomes_final(internal) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_value_outcomes_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE @extschema@.value_outcomes(attributes anyelement, converted boolean, at timestamptz, bands integer, most_values integer) (
    SFUNC = @extschema@.value_outcomes_step, STYPE = internal, SSPACE = 65536, FINALFUNC = @extschema@.value_outcomes_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.value_outcomes(anyelement, boolean, timestamptz, integer, integer) IS
    'what became of leads by the values of their attributes, in one pass: a jsonb array of objects with field, part, value, lowest, leads, conversions and note, as '
    'columns of value_lift; the first one, of part "all", counts all leads. attributes: jsonb or a row, members of jsonb columns are opened; converted: NULL, the lead does not count; '
    'at: times are told as days before it, NULL: only whether there is one; bands: at most so many for the numbers of an attribute; most_values: at most so many values of one, '
    'the others are counted together. Memory is bounded by the number of attributes. NULL for no rows. Errors: 42804 neither jsonb nor a row, 22023';

CREATE FUNCTION @extschema@.outcome_key(leads regclass, key name[], events jsonb) RETURNS name[]
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
    ELSIF events <> '[]' THEN
        RAISE undefined_object USING MESSAGE = format('%s has no primary key', leads), HINT = 'Name the columns that identify a lead: key => ''{email}''.';
    END IF;
    RETURN chosen;
END $$;
COMMENT ON FUNCTION @extschema@.outcome_key(regclass, name[], jsonb) IS
    'The columns that name a lead: those asked for, else the primary key; without one none, if there are no events. Errors: 42P01, 42703, 42704.';

-- A moment, as columns of leads tell it.
CREATE FUNCTION @extschema@.outcome_moment_sql(leads regclass, name name) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT @extschema@.moment_sql(format('leadscore_l.%I', $2), @extschema@.column_type($1, $2), 'NULL')
$$;
COMMENT ON FUNCTION @extschema@.outcome_moment_sql(regclass, name) IS
    'A column of leads as timestamptz, for generated statements; without a time zone in UTC. NULL if it is of no type that tells a moment.';

CREATE FUNCTION @extschema@.outcome_leads_sql(leads regclass, converted name, key name[], at name, attributes name[], until timestamptz DEFAULT now()) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moment text := @extschema@.outcome_moment_sql(leads, converted);
    looked_at text := @extschema@.outcome_moment_sql(leads, at);
    columns text;
    keys text;
BEGIN
    PERFORM @extschema@.column_numbers(leads, ARRAY[converted]);
    IF moment IS NULL AND @extschema@.column_type(leads, converted) <> 'boolean'::regtype THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s does not tell whether a lead converted', converted, leads),
            HINT = 'It must be a boolean, or the date or time of the conversion. A view can make one: (status = ''won'') AS converted.';
    ELSIF at IS NOT NULL THEN
        PERFORM @extschema@.column_numbers(leads, ARRAY[at]);
        IF looked_at IS NULL THEN
            RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s tells no moment', at, leads), HINT = 'It must be a timestamptz, timestamp or date.';
        END IF;
    END IF;
    IF cardinality(attributes) > 0 THEN
        PERFORM @extschema@.column_numbers(leads, attributes);
    END IF;
    SELECT INTO columns string_agg(format('leadscore_l.%I', a.attname), ', ' ORDER BY a.attnum)
      FROM pg_attribute a
     WHERE a.attrelid = leads AND a.attnum > 0 AND NOT a.attisdropped
       AND CASE WHEN attributes IS NULL THEN a.attname <> ALL (key || converted) AND a.attname IS DISTINCT FROM at ELSE a.attname = ANY (attributes) END;
    keys := (SELECT string_agg(format('leadscore_l.%I AS k%s, ', k.name, k.ord), '' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord));
    RETURN format('SELECT %s%s AS attributes, %s AS converted, %s AS at, %s AS converted_at FROM %s leadscore_l%s', keys,
                  CASE WHEN columns IS NULL THEN 'NULL::pg_catalog.jsonb' ELSE 'leadscore_a' END,
                  CASE WHEN moment IS NULL THEN format('leadscore_l.%I', converted)
                       ELSE format(CASE WHEN at IS NULL THEN '%s' ELSE 'CASE WHEN %2$s OPERATOR(pg_catalog.<=) %3$s THEN NULL ELSE %1$s END' END,
                                   format('coalesce(%s OPERATOR(pg_catalog.<=) %L::pg_catalog.timestamptz, false)', moment, until), moment, looked_at) END,
                  coalesce(looked_at, 'NULL::pg_catalog.timestamptz'), coalesce(moment, 'NULL::pg_catalog.timestamptz'),
                  leads, ' CROSS JOIN LATERAL (SELECT ' || columns || ') leadscore_a');
END $$;
COMMENT ON FUNCTION @extschema@.outcome_leads_sql(regclass, name, name[], name, name[], timestamptz) IS
    'The query that reads past leads: key columns as k1, k2 …, attributes (a row of the columns named, by default all but key, converted and at), converted (boolean), '
    'at and converted_at (timestamptz, or NULL). converted: a column that is boolean or tells when; a conversion later than until is none; converted is NULL for a lead whose outcome is not known, or that had converted by at. Errors: 42703, 42804.';

-- Of each lead the events that were there at its snapshot, and before its conversion: what came later would tell the outcome.
CREATE FUNCTION @extschema@.source_events_sql(leads regclass, key name[], sources @extschema@.event_source[], rules_expr text, every boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys text := (SELECT string_agg(format('leadscore_l.k%s', k.ord), ', ' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord));
    parts text[] := '{}';
    s @extschema@.event_source;
    moment text;
    counts text;
BEGIN
    FOREACH s IN ARRAY sources LOOP
        moment := @extschema@.moment_sql(format('leadscore_e.%I', s.at_column), @extschema@.column_type(s.events, s.at_column), rules_expr);
        counts := format('%1$s <= coalesce(leadscore_l.at, now()) AND (leadscore_l.converted_at IS NULL OR %1$s < leadscore_l.converted_at)', moment);
        parts := parts || (
            SELECT format(CASE WHEN every THEN 'SELECT %1$s, %2$s AS kind, %3$s AS at, leadscore_l.k1 IS NOT NULL AND %6$s AS counts '
                                               'FROM %4$s leadscore_e%5$s LEFT JOIN leadscore_l ON %7$s WHERE %2$s IS NOT NULL AND isfinite(%3$s) AND %8$s'
                               ELSE 'SELECT %1$s, leadscore_l.converted, %2$s AS kind, %3$s AS at '
                                    'FROM %4$s leadscore_e%5$s JOIN leadscore_l ON %7$s WHERE %2$s IS NOT NULL AND isfinite(%3$s) AND %6$s' END, keys,
                          CASE WHEN s.kind IS NOT NULL THEN format('%L::pg_catalog.text', s.kind) ELSE format('leadscore_e.%I::pg_catalog.text', s.kind_column) END,
                          moment, s.events, @extschema@.source_join(s), counts,
                          string_agg(format('leadscore_l.k%s %s %s.%I%s', k.ord, @extschema@.equality_of(@extschema@.column_type(leads, k.name)),
                                            CASE WHEN s.via IS NULL THEN 'leadscore_e' ELSE 'leadscore_v' END, k.refers,
                                            @extschema@.collate_as(coalesce(s.via, s.events), k.refers, leads, k.name)), ' AND ' ORDER BY k.ord),
                          string_agg(format('%s.%I IS NOT NULL', CASE WHEN s.via IS NULL THEN 'leadscore_e' ELSE 'leadscore_v' END, k.refers), ' AND ' ORDER BY k.ord))
              FROM unnest(key, CASE WHEN s.via IS NULL THEN s.lead_columns ELSE s.via_lead_columns END) WITH ORDINALITY k(name, refers, ord));
    END LOOP;
    RETURN array_to_string(parts, ' UNION ALL ');
END $$;
COMMENT ON FUNCTION @extschema@.source_events_sql(regclass, name[], @extschema@.event_source[], text, boolean) IS
    'The query that reads the events of the leads in leadscore_l (rows of outcome_leads_sql()): key columns, converted, kind, at. None later than the lead''s at (NULL: now), '
    'and only those before its conversion, where one knows when that was. rules_expr: as for moment_sql(); every: all events that name a lead, instead of converted with a column counts that tells '
    'whether this is so; key columns are NULL if there is no such lead. Empty for no sources.';

CREATE FUNCTION @extschema@.outcome_events_sql(leads regclass, key name[], events jsonb, every boolean DEFAULT false) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT @extschema@.source_events_sql($1, $2, ARRAY(SELECT g FROM @extschema@.given_events($3, $1, $2) g), 'NULL', $4)
$$;
COMMENT ON FUNCTION @extschema@.outcome_events_sql(regclass, name[], jsonb, boolean) IS
    'As source_events_sql(), of tables that the caller names. events: as for given_events(). Errors: 22023, 42P01, 42703, 42804.';

CREATE FUNCTION @extschema@.kinds_sql(key name[], events_sql text, most_kinds integer) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE $2 WHEN '' THEN 'SELECT ''[]''::pg_catalog.jsonb' ELSE format(
        'SELECT coalesce(jsonb_agg(jsonb_build_object(''field'', k.kind, ''leads'', k.leads, ''conversions'', k.conversions) ORDER BY k.leads DESC, k.kind COLLATE "C"), ''[]'') '
        'FROM (SELECT d.kind, count(*) AS leads, count(*) FILTER (WHERE d.converted) AS conversions '
        'FROM (SELECT DISTINCT %s, e.converted, e.kind FROM (%s) e WHERE e.converted IS NOT NULL) d '
        'GROUP BY d.kind ORDER BY count(*) DESC, d.kind COLLATE "C" LIMIT %s) k',
        (SELECT string_agg(format('e.k%s', k.ord), ', ' ORDER BY k.ord) FROM unnest($1) WITH ORDINALITY k(name, ord)), $2, $3) END
$$;
COMMENT ON FUNCTION @extschema@.kinds_sql(name[], text, integer) IS
    'The query that counts, of the leads in leadscore_l, those with an event of each kind and how many of them converted: a jsonb array of objects with field (the kind), leads and '
    'conversions, the kinds of most leads first, at most most_kinds. events_sql: from source_events_sql().';

CREATE FUNCTION @extschema@.count_kinds(leads_sql text, leads regclass, key name[], events jsonb, most_kinds integer) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kinds jsonb;
BEGIN
    EXECUTE format('WITH leadscore_l AS (%s) %s', leads_sql, @extschema@.kinds_sql(key, @extschema@.outcome_events_sql(leads, key, events), most_kinds)) INTO kinds;
    RETURN kinds;
END $$;
COMMENT ON FUNCTION @extschema@.count_kinds(text, regclass, name[], jsonb, integer) IS
    'What kinds_sql() counts. leads_sql: a query as of outcome_leads_sql(); other arguments and errors as of outcome_events_sql().';

-- Leads without a kind are all others.
CREATE FUNCTION @extschema@.outcome_cells(counts jsonb, kinds jsonb)
    RETURNS TABLE ("position" bigint, source text, field text, part text, value text, lowest numeric, leads bigint, conversions bigint, note text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 200 SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.* FROM (
    SELECT c.ord, 'attribute', r.field, r.part, r.value, r.lowest, r.leads, r.conversions, r.note
      FROM jsonb_array_elements($1) WITH ORDINALITY c(cell, ord)
      CROSS JOIN LATERAL jsonb_to_record(c.cell) r(field text, part text, value text, lowest numeric, leads bigint, conversions bigint, note text)
    UNION ALL
    SELECT jsonb_array_length($1) + 2 * k.ord + p.behind, 'event', r.field, p.part, CASE p.part WHEN 'with' THEN r.value END, NULL,
           CASE p.part WHEN 'with' THEN r.leads ELSE ($1 -> 0 ->> 'leads')::bigint - r.leads END,
           CASE p.part WHEN 'with' THEN r.conversions ELSE ($1 -> 0 ->> 'conversions')::bigint - r.conversions END, NULL
      FROM jsonb_array_elements($2) WITH ORDINALITY k(kind, ord)
      CROSS JOIN LATERAL jsonb_to_record(k.kind) r(field text, value text, leads bigint, conversions bigint)
      CROSS JOIN (VALUES ('with', 0), ('without', 1)) p(part, behind)
     WHERE jsonb_array_length($1) > 0
    ) o("position", source, field, part, value, lowest, leads, conversions, note) WHERE o.leads > 0 OR o.part = 'all'
$$;
COMMENT ON FUNCTION @extschema@.outcome_cells(jsonb, jsonb) IS
    'Counts of value_outcomes() and count_kinds() as rows, in their order; leads with a kind and without it.';
