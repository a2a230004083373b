-- What events may tell wrongly: leads that were not there at the moment from which all are looked at, and what customers did after their conversion.

-- A thousand leads tell, at the price of one look at the table of leads and of their own events.
CREATE FUNCTION @extschema@.latecomers(
    leads regclass, key name[], sources @extschema@.event_source[], converted name, cut_off timestamptz, horizon interval, known_until timestamptz, timezone text,
    OUT drawn bigint, OUT late bigint, OUT created name
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = on AS $body$
DECLARE
    known text := @extschema@.moment_literal(known_until);
    moments name[] := ARRAY(SELECT a.name FROM unnest(@extschema@.fit_attributes(leads, key || converted)) WITH ORDINALITY a(name, ord)
                             WHERE @extschema@.column_type(leads, a.name) IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) ORDER BY a.ord);
    place integer;
BEGIN
    EXECUTE format($sql$
        WITH leadscore_d AS MATERIALIZED (
            SELECT %1$s, leadscore_o.at, leadscore_o.converted_at, ARRAY[%2$s]::timestamptz[] AS moments
              FROM %3$s leadscore_l CROSS JOIN LATERAL (%4$s) leadscore_o WHERE leadscore_o.why IS NULL
             ORDER BY md5(concat_ws('|', %5$s)) COLLATE "C" LIMIT 1000
        ), happened AS (
            SELECT %6$s, min(e.moment) AS at FROM (%7$s) e GROUP BY %6$s
        ), judged AS (
            SELECT d.at, d.moments, coalesce(h.at <= d.at, false) AS active, coalesce(h.at > d.at, h.at IS NULL AND d.converted_at <= %8$s, false) AS late
              FROM leadscore_d d LEFT JOIN happened h ON %9$s
        ), of_column AS (
            SELECT m.place, count(*) FILTER (WHERE j.late) AS late, count(*) FILTER (WHERE j.active) AS active
              FROM judged j CROSS JOIN LATERAL unnest(j.moments) WITH ORDINALITY m(moment, place) WHERE m.moment > j.at GROUP BY m.place
        ), counted AS (
            SELECT count(*) AS drawn, count(*) FILTER (WHERE j.late) AS late, count(*) FILTER (WHERE j.active) AS active FROM judged j
        )
        SELECT c.drawn, c.late, (SELECT o.place FROM of_column o WHERE o.late >= 0.9 * c.late AND o.active <= 0.02 * c.active ORDER BY o.active, o.late DESC, o.place LIMIT 1) FROM counted c$sql$,
        (SELECT string_agg(format('leadscore_l.%I AS k%s', k.name, k.ord), ', ' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord)),
        (SELECT string_agg(@extschema@.fit_moment_sql(leads, m.name, timezone), ', ' ORDER BY m.ord) FROM unnest(moments) WITH ORDINALITY m(name, ord)),
        leads, @extschema@.fit_outcome_sql(leads, converted, NULL, cut_off, NULL, horizon, known_until, timezone),
        (SELECT string_agg(format('leadscore_l.%I', k.name), ', ' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord)),
        @extschema@.fit_keys(cardinality(key), 'e.'),
        (SELECT string_agg(format('SELECT %1$s, min(e.moment) AS moment FROM (%2$s) e GROUP BY %1$s', @extschema@.fit_keys(cardinality(key), 'e.'), @extschema@.fit_events_sql(
                    s, leads, key, format('SELECT %s, %s AS at, NULL::timestamptz AS converted_at FROM leadscore_d', @extschema@.fit_keys(cardinality(key)), known), timezone)), ' UNION ALL ')
           FROM unnest(sources) s),
        known,
        (SELECT string_agg(format('h.k%1$s %2$s d.k%1$s', k.ord, @extschema@.equality_of(@extschema@.column_type(leads, k.name))), ' AND ' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord)))
       INTO drawn, late, place;
    created := moments[place];
END $body$;
COMMENT ON FUNCTION @extschema@.latecomers(regclass, name[], @extschema@.event_source[], name, timestamptz, interval, timestamptz, text) IS
    'Of up to 1000 leads that take part as of cut_off (drawn by a hash of the key, the same ones each time), how many had no event up to it, and have events or converted after it, up to known_until: they may not have been '
    'there. created: a column with a moment after cut_off for these, and hardly ever for leads with events before; NULL if there is none. leads, key, sources, converted, horizon, timezone: as for fit_sources(). Errors: those of fit_outcome_sql().';

CREATE FUNCTION @extschema@.tell_latecomers(
    leads regclass, key name[], sources @extschema@.event_source[], converted name, cut_off timestamptz, horizon interval, known_until timestamptz, timezone text
) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    l record := @extschema@.latecomers(leads, key, sources, converted, cut_off, horizon, known_until, timezone);
BEGIN
    IF l.late < 10 OR l.late * 20 <= l.drawn THEN
        RETURN NULL;
    END IF;
    RAISE NOTICE USING
        MESSAGE = format('%s of %s leads%s did nothing up to %s, and something after it: they may not have been there yet', l.late, l.drawn, CASE l.drawn WHEN 1000 THEN ' drawn' ELSE '' END,
                         @extschema@.moment_text(cut_off)),
        DETAIL = 'A lead that was not there counts as one without a single event: what tells is when it came.',
        HINT = 'Name the column that tells since when a lead is there'
               || CASE WHEN l.created IS NULL THEN ' (created => …).' ELSE format(', such as "%s": created => %s.', l.created, quote_literal(l.created)) END;
    RETURN jsonb_strip_nulls(jsonb_build_object('drawn', l.drawn, 'late', l.late, 'column', l.created));
END $$;
COMMENT ON FUNCTION @extschema@.tell_latecomers(regclass, name[], @extschema@.event_source[], name, timestamptz, interval, timestamptz, text) IS
    'latecomers() told by a NOTICE if they are more than 5 % of the leads drawn, and at least 10; the result then is what the report of a fit keeps of them (drawn, late, column), else NULL. Arguments as of latecomers().';

-- What a customer does after the conversion would count as what a lead did before it.
CREATE FUNCTION @extschema@.tell_undated(leads regclass, converted name, at name) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF @extschema@.column_type(leads, converted) IS DISTINCT FROM 'boolean'::regtype THEN
        RETURN;
    ELSIF at IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('column "%s" of %s does not say when a lead converted', converted, leads),
            HINT = 'Events after the conversion would count. Name a column that does, or with "at" a column that says when each lead is to be looked at.';
    END IF;
    RAISE NOTICE USING MESSAGE = format('column "%s" of %s does not say when a lead converted: events after that, up to "%s", count, too', converted, leads, at),
        HINT = 'Name a column with the moment of the conversion, or with "at" one that no conversion comes before.';
END $$;
COMMENT ON FUNCTION @extschema@.tell_undated(regclass, name, name) IS
    'For leads with events: a NOTICE if converted is a boolean, which does not tell events before the conversion from later ones. at: the column with the moment of each lead; error 22023 if it is NULL and converted a boolean.';
