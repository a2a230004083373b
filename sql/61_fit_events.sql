-- Events of past leads: which there are, and the measures of them that rules may be learned from.

CREATE FUNCTION @extschema@.fit_snapshots_sql(leads regclass, key name[], outcomes text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %s, leadscore_o.at, leadscore_o.converted_at FROM %s leadscore_l CROSS JOIN LATERAL (%s) leadscore_o WHERE leadscore_o.why IS NULL',
                  (SELECT string_agg(format('leadscore_l.%I AS k%s', k.name, k.ord), ', ' ORDER BY k.ord) FROM unnest($2) WITH ORDINALITY k(name, ord)), $1, $3)
$$;
COMMENT ON FUNCTION @extschema@.fit_snapshots_sql(regclass, name[], text) IS
    'The query of the leads that take part: key columns as k1, k2 …, at, converted_at. outcomes: as of fit_outcome_sql().';

-- None later than the lead's moment, and none at or after its conversion.
CREATE FUNCTION @extschema@.fit_events_sql(s @extschema@.event_source, leads regclass, key name[], snapshots text, timezone text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moment text := @extschema@.moment_sql(format('leadscore_e.%I', s.at_column), @extschema@.column_type(s.events, s.at_column),
                                          format('%L::@extschema@.scoring_rules', jsonb_build_object('rules', '[]'::jsonb, 'timezone', timezone)));
BEGIN
    RETURN format('SELECT leadscore_s.*, %s AS kind, %s AS moment, %s AS properties FROM %s leadscore_e%s JOIN (%s) leadscore_s ON %s '
                  'WHERE pg_catalog.isfinite(%2$s) AND %2$s <= leadscore_s.at AND (leadscore_s.converted_at IS NULL OR %2$s < leadscore_s.converted_at)',
                  CASE WHEN s.kind IS NOT NULL THEN format('%L::pg_catalog.text', s.kind) ELSE format('leadscore_e.%I::pg_catalog.text', s.kind_column) END,
                  moment, CASE WHEN s.properties_column IS NULL THEN 'leadscore_e' ELSE format('leadscore_e.%I', s.properties_column) END,
                  s.events, @extschema@.source_join(s), snapshots,
                  (SELECT string_agg(format('leadscore_s.k%s %s %s.%I%s', k.ord, @extschema@.equality_of(@extschema@.column_type(leads, k.name)),
                                            CASE WHEN s.via IS NULL THEN 'leadscore_e' ELSE 'leadscore_v' END, k.refers,
                                            @extschema@.collate_as(coalesce(s.via, s.events), k.refers, leads, k.name)), ' AND ' ORDER BY k.ord)
                     FROM unnest(key, CASE WHEN s.via IS NULL THEN s.lead_columns ELSE s.via_lead_columns END) WITH ORDINALITY k(name, refers, ord)));
END $$;
COMMENT ON FUNCTION @extschema@.fit_events_sql(@extschema@.event_source, regclass, name[], text, text) IS
    'The query of the events of the leads in snapshots (a query as of fit_snapshots_sql()) from one source: its columns, and kind, moment, properties. None is later than the moment '
    'of its lead, nor as late as the conversion, where one knows when that was.';

CREATE FUNCTION @extschema@.fit_keys(count integer, alias text DEFAULT '') RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg($2 || 'k' || n, ', ' ORDER BY n) FROM generate_series(1, $1) n
$$;
COMMENT ON FUNCTION @extschema@.fit_keys(integer, text) IS 'The key columns of fit_snapshots_sql() as a list.';

-- Kinds of events by the number of leads that have one.
CREATE FUNCTION @extschema@.fit_kinds(events text[], keys integer, most integer) RETURNS TABLE (source integer, kind text, leads bigint, hits bigint)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE (
        SELECT format('SELECT p.source, p.kind, p.leads, p.hits FROM (SELECT y.*, dense_rank() OVER (ORDER BY y.highest DESC, y.kind COLLATE "C") AS place '
                      'FROM (SELECT x.*, max(x.leads) OVER (PARTITION BY x.kind) AS highest FROM (%s) x WHERE x.leads >= 40) y) p WHERE p.place <= %s ORDER BY p.place, p.leads DESC, p.source',
                      string_agg(format('SELECT %s AS source, d.kind, count(*) AS leads, sum(d.events)::bigint AS hits FROM (SELECT e.kind, count(*) AS events FROM (%s) e '
                                        'WHERE e.kind IS NOT NULL GROUP BY e.kind, %s) d GROUP BY d.kind', q.ord, q.sql, @extschema@.fit_keys(keys, 'e.')), ' UNION ALL '), most)
          FROM unnest($1) WITH ORDINALITY q(sql, ord));
END $$;
COMMENT ON FUNCTION @extschema@.fit_kinds(text[], integer, integer) IS
    'The kinds of events that most leads have, at least 40, source by source, and all sources of a kind one after the other. events: queries as of fit_events_sql(); keys: number of key columns; most: at most so many kinds.';

-- Looked at in the events of some leads, the same ones each time.
CREATE FUNCTION @extschema@.fit_properties(events text, keys integer, kind text, share numeric, others name[], refs name[])
    RETURNS TABLE (property text, measure text)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT s.property, s.measure
          FROM (SELECT v.property, v.events,
                       -- Whole numbers that hardly differ, or never come twice, name things.
                       CASE WHEN v.numbers = v.events AND v.property <> ALL ($4) AND NOT (v.whole AND (v.spread < 0.3 OR v.of_leads > v.events * 0.99)) THEN CASE WHEN v.different > 2 THEN 'sum' END
                            WHEN v.of_leads < v.events * 0.9 AND v.of_leads > v.leads * 1.05 THEN 'distinct' END AS measure
                  FROM (SELECT d.property, sum(d.events) AS events, sum(d.numbers) AS numbers, sum(d.different) AS of_leads, count(*) AS leads, bool_and(d.whole) AS whole,
                               max(d.different) AS different, stddev_pop(d.average) / nullif(abs(avg(d.average)), 0) AS spread
                          FROM (SELECT p.key AS property, %1$s, count(*) AS events, count(*) FILTER (WHERE jsonb_typeof(p.value) = 'number') AS numbers,
                                       count(DISTINCT p.value) AS different,
                                       bool_and(CASE jsonb_typeof(p.value) WHEN 'number' THEN p.value::numeric = trunc(p.value::numeric) END) AS whole,
                                       avg(CASE jsonb_typeof(p.value) WHEN 'number' THEN p.value::numeric END) AS average
                                  FROM (SELECT e.* FROM (%2$s) e
                                         WHERE e.kind = $1 AND ('x' || left(md5(concat_ws('|', %1$s)), 8))::bit(32)::bigint < $2 * 4294967296 OFFSET 0) e
                                 CROSS JOIN LATERAL jsonb_each(CASE WHEN jsonb_typeof(to_jsonb(e.properties)) = 'object' THEN to_jsonb(e.properties) END) p
                                 WHERE jsonb_typeof(p.value) IN ('number', 'string', 'boolean') AND p.key <> ALL (array_remove($3, NULL))
                                 GROUP BY p.key, %1$s) d
                         GROUP BY d.property) v) s
         WHERE s.measure IS NOT NULL AND NOT @extschema@.of_sync_tool(s.property) ORDER BY s.events DESC, s.property COLLATE "C" LIMIT 6$sql$, @extschema@.fit_keys(keys, 'e.'), events) USING kind, share, others, refs;
END $$;
COMMENT ON FUNCTION @extschema@.fit_properties(text, integer, text, numeric, name[], name[]) IS
    'Properties of events of a kind that are worth a measure: the sum of numbers, or how many different values. events: a query as of fit_events_sql(); keys: number of key columns; '
    'share: of the leads that are looked at; others: columns that are no properties, as those of sync tools are none; refs: columns that refer to rows of other tables, which have no sum.';

-- The commonest windows come first, for all kinds.
CREATE FUNCTION @extschema@.fit_measures(rules jsonb, most integer) RETURNS TABLE (ord bigint, rule jsonb)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.ord, c.rule
      FROM (SELECT row_number() OVER (ORDER BY w.place, r.ord) AS ord, '{"bands": [{"points": 0}]}' || r.rule || w.more || jsonb_build_object('name', n.name) AS rule
              FROM jsonb_array_elements($1) WITH ORDINALITY r(rule, ord)
              CROSS JOIN (VALUES (1, '{}'::jsonb, ''), (2, '{"measure": "idle"}', NULL), (3, '{"within": "90 days"}', ' in 90 days'), (4, '{"within": "30 days"}', ' in 30 days'),
                                 (5, '{"within": "365 days"}', ' in 365 days'), (6, '{"within": "7 days"}', ' in 7 days')) w(place, more, words)
              CROSS JOIN LATERAL (SELECT CASE WHEN r.rule ->> 'on' = '*' THEN 'any event' ELSE r.rule ->> 'on' END) o(kind)
              CROSS JOIN LATERAL (SELECT CASE WHEN w.words IS NULL THEN 'days since ' || o.kind
                                              ELSE concat(CASE WHEN r.rule ? 'burst' THEN 'days with ' END, o.kind, ': sum of ' || (r.rule #>> '{measure,sum}'), ': different ' || (r.rule #>> '{measure,distinct}'), w.words) END) n(name)
             WHERE NOT ((r.rule ? 'measure' OR r.rule ? 'burst') AND (w.words IS NULL OR w.place = 6))) c
     WHERE c.ord <= $2
$$;
COMMENT ON FUNCTION @extschema@.fit_measures(jsonb, integer) IS
    'Event rules that measure in several windows. rules: objects with "on" and maybe "burst" or "measure"; most: at most so many.';

-- Event rules, of which only what they measure counts.
CREATE FUNCTION @extschema@.fit_candidates(sources @extschema@.event_source[], events text[], keys integer, leads bigint, timezone text) RETURNS @extschema@.scoring_rules
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rules jsonb := '[]';
    properties jsonb := '[]';
    most integer := greatest(20, least(120, 50000000 / greatest(leads, 1)));
    k record;
    kinds integer := 0;
BEGIN
    FOR k IN SELECT * FROM @extschema@.fit_kinds(events, keys, 12) LOOP
        -- Several sources may have a kind, as a table that is bound twice: it is measured in all of them together.
        IF NOT rules @> jsonb_build_array(jsonb_build_object('on', k.kind)) THEN
            kinds := kinds + 1;
            rules := rules || jsonb_build_array(jsonb_build_object('on', k.kind), jsonb_build_object('on', k.kind, 'burst', 1));
        END IF;
        properties := properties || coalesce((
            SELECT jsonb_agg(jsonb_build_object('on', k.kind, 'measure', jsonb_build_object(p.measure, p.property)))
              FROM @extschema@.fit_properties(events[k.source], keys, k.kind, least(1, 10000.0 / k.hits),
                                              (sources[k.source]).lead_columns || ARRAY[(sources[k.source]).at_column, (sources[k.source]).kind_column, (sources[k.source]).deleted_column]
                                              || CASE WHEN (sources[k.source]).properties_column IS NULL THEN ARRAY(SELECT o.name FROM @extschema@.mirrored_names((sources[k.source]).events) o) END,
                                              CASE WHEN (sources[k.source]).properties_column IS NULL THEN @extschema@.fit_references((sources[k.source]).events) ELSE '{}' END) p
             WHERE NOT properties @> jsonb_build_array(jsonb_build_object('on', k.kind, 'measure', jsonb_build_object(p.measure, p.property)))), '[]');
    END LOOP;
    IF kinds > 1 THEN
        rules := '[{"on": "*"}, {"on": "*", "burst": 1}]'::jsonb || rules;
    END IF;
    RETURN jsonb_build_object('timezone', timezone, 'rules', coalesce((SELECT jsonb_agg(c.rule ORDER BY c.ord) FROM @extschema@.fit_measures(rules || properties, most) c), '[]'))::@extschema@.scoring_rules;
END $$;
COMMENT ON FUNCTION @extschema@.fit_candidates(@extschema@.event_source[], text[], integer, bigint, text) IS
    'A document of event rules that measure what may be worth points: hits of the commonest kinds, days with one, days since the last one, sums and different values of properties, within some '
    'windows. sources, events: in the same order; keys: number of key columns; leads: how many there are, with many of them fewer measures are proposed.';

CREATE FUNCTION @extschema@.fit_tallies_sql(events text[], leads regclass, key name[], candidates @extschema@.scoring_rules) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(' LEFT JOIN (%s) leadscore_t ON %s',
                  CASE cardinality($1) WHEN 1 THEN q.parts
                       ELSE format('SELECT %1$s, @extschema@.rollup(u.tally) AS tally FROM (%2$s) u GROUP BY %1$s', @extschema@.fit_keys(cardinality($3), 'u.'), q.parts) END,
                  (SELECT string_agg(format('leadscore_t.k%s %s leadscore_l.%I', k.ord, @extschema@.equality_of(@extschema@.column_type($2, k.name)), k.name), ' AND ' ORDER BY k.ord)
                     FROM unnest($3) WITH ORDINALITY k(name, ord)))
      FROM (SELECT string_agg(format('SELECT %1$s, @extschema@.lead_tally(%2$L::@extschema@.scoring_rules, e.kind, e.moment, e.properties) AS tally FROM (%3$s) e GROUP BY %1$s',
                                     @extschema@.fit_keys(cardinality($3), 'e.'), $4, s.sql), ' UNION ALL ' ORDER BY s.ord) AS parts
              FROM unnest($1) WITH ORDINALITY s(sql, ord)) q
$$;
COMMENT ON FUNCTION @extschema@.fit_tallies_sql(text[], regclass, name[], @extschema@.scoring_rules) IS
    'How the tallies of the candidates are joined to leads (leadscore_l), as leadscore_t, for generated statements. events: queries as of fit_events_sql().';
