-- readiness(): whether there is enough to score leads and to learn from them, and what to collect.

CREATE FUNCTION @extschema@.count_events(leads regclass, converted name, key name[], at name, events jsonb)
    RETURNS TABLE (counted bigint, with_events bigint, kinds bigint, strays bigint, days double precision)
    LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    every text := @extschema@.outcome_events_sql(leads, key, events, true);
    keys text := (SELECT string_agg(format('k%s', k.ord), ', ' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord));
BEGIN
    IF every <> '' THEN
        RETURN QUERY EXECUTE format($sql$
            WITH leadscore_l AS (%1$s), seen AS (
                SELECT %2$s, e.kind, count(*) AS events, count(*) FILTER (WHERE e.counts) AS counted,
                       min(e.at) FILTER (WHERE e.counts) AS first, max(e.at) FILTER (WHERE e.counts) AS last
                  FROM (%3$s) e GROUP BY %2$s, e.kind
            ), lead AS (
                SELECT k1, sum(s.events) AS events, sum(s.counted) AS counted, min(s.first) AS first, max(s.last) AS last FROM seen s GROUP BY %2$s
            )
            SELECT coalesce(sum(l.counted), 0)::bigint, count(*) FILTER (WHERE l.counted > 0), (SELECT count(DISTINCT s.kind) FROM seen s WHERE s.counted > 0),
                   coalesce(sum(l.events) FILTER (WHERE l.k1 IS NULL), 0)::bigint, date_part('epoch', max(l.last) - min(l.first)) / 86400
              FROM lead l$sql$, @extschema@.outcome_leads_sql(leads, converted, key, at, '{}'), keys, every);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.count_events(regclass, name, name[], name, jsonb) IS
    'The events that count for leads at their snapshots: how many, of how many leads and kinds; strays: events that name a lead which is not there; days from the first to the last of '
    'those that count. No row without tables of events. Arguments and errors as of outcome_leads_sql() and outcome_events_sql().';

CREATE FUNCTION @extschema@.readiness(
    leads regclass, converted name, key name[] DEFAULT NULL, at name DEFAULT NULL, events jsonb DEFAULT '[]', attributes name[] DEFAULT NULL,
    horizon interval DEFAULT '90 days', least_leads integer DEFAULT 40
) RETURNS TABLE (what text, field text, value double precision, enough boolean, advice text)
    LANGUAGE plpgsql STABLE ROWS 30 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    keys name[] := @extschema@.outcome_key(leads, key, events);
    least bigint := least_leads;
    needed double precision := 3 * date_part('epoch', horizon) / 86400;
    counts jsonb;
    l record;
    e record;
BEGIN
    PERFORM @extschema@.check_lift_settings(10, least_leads);
    PERFORM @extschema@.refuse_null(CASE WHEN horizon IS NULL THEN 'horizon' END);
    IF horizon <= interval '0' THEN
        RAISE invalid_parameter_value USING MESSAGE = format('horizon must be longer than nothing, not %s', horizon);
    END IF;
    EXECUTE format('SELECT count(l.converted) AS known, count(*) - count(l.converted) AS unknown, count(*) FILTER (WHERE l.converted) AS conversions, '
                   'count(*) FILTER (WHERE l.converted IS NULL AND l.converted_at <= l.at) AS before, '
                   'count(DISTINCT hashtextextended(l.attributes::text, l.converted::integer)) AS different, '
                   'date_part(''epoch'', max(m.at) - min(m.at)) / 86400 AS days, coalesce(@extschema@.value_outcomes(l.attributes, l.converted, l.at, 5, 20), ''[]'') AS counts '
                   'FROM (%s) l LEFT JOIN LATERAL (SELECT coalesce(l.at, CASE WHEN l.converted THEN l.converted_at END) AS at) m ON isfinite(m.at)',
                   @extschema@.outcome_leads_sql(leads, converted, keys, at, attributes))
       INTO l;
    what := 'leads'; value := l.known; enough := l.known >= 2 * least;
    advice := CASE WHEN NOT enough THEN format('%s more leads whose outcome is known', 2 * least - l.known) END;
    RETURN NEXT;
    IF l.before > 0 THEN
        what := 'converted before'; value := l.before; enough := NULL; advice := 'they are left out: there was nothing to foretell when they were looked at';
        RETURN NEXT;
    END IF;
    IF l.unknown > l.before THEN
        what := 'outcome not known'; value := l.unknown - l.before; enough := NULL;
        advice := 'they are left out; an old lead that was given up has not converted: say so';
        RETURN NEXT;
    END IF;
    what := 'conversions'; value := l.conversions; enough := l.conversions >= least;
    advice := CASE WHEN NOT enough THEN format('%s more leads that converted: older customers, with what was known of them before', least - l.conversions) END;
    RETURN NEXT;
    what := 'not converted'; value := l.known - l.conversions; enough := l.known - l.conversions >= least;
    advice := CASE WHEN NOT enough THEN format('%s more leads that did not convert: keep those that were lost', least - l.known + l.conversions) END;
    RETURN NEXT;
    IF l.days IS NOT NULL THEN
        what := 'days of leads'; value := l.days; enough := l.days >= needed;
        advice := CASE WHEN NOT enough THEN format('%s days, three times the horizon, so that older leads can be tried on newer ones', round(needed)) END;
        RETURN NEXT;
    END IF;
    -- Without attributes nothing is told apart.
    IF l.different > 0 AND l.known - l.different > 0.1 * l.known THEN
        what := 'share of repeated leads'; value := 1 - l.different / l.known::float8; enough := false;
        advice := 'they have the attributes and the outcome of another lead: if it is the same one, keep it once, for the leads that a fit holds back would be known to it';
        RETURN NEXT;
    END IF;
    SELECT INTO e c.* FROM @extschema@.count_events(leads, converted, keys, at, events) c;
    IF e IS NULL THEN
        what := 'events'; value := 0; enough := NULL; advice := 'none were named: what leads do tells more than who they are';
        RETURN NEXT;
    ELSE
        what := 'kinds of events'; value := e.kinds; enough := e.kinds >= 5;
        advice := CASE WHEN NOT enough THEN '5 kinds, such as visits, mails opened, forms, calls, requests' END;
        RETURN NEXT;
        what := 'events per lead'; value := e.counted::float8 / nullif(l.known + l.unknown, 0); enough := value >= 1;
        advice := CASE WHEN NOT enough THEN 'one event a lead: follow more of what leads do' END;
        RETURN NEXT;
        what := 'share of leads without events'; value := 1 - e.with_events::float8 / nullif(l.known + l.unknown, 0); enough := value <= 0.5;
        advice := CASE WHEN NOT enough THEN 'most leads do nothing that is seen: see whether events reach their leads' END;
        RETURN NEXT;
        what := 'share of events of no lead'; value := e.strays::float8 / nullif(e.counted + e.strays, 0); enough := value <= 0.05;
        advice := CASE WHEN NOT enough THEN 'see whether the column that names the lead is the right one' END;
        RETURN NEXT;
        what := 'days of events'; value := e.days; enough := e.days >= needed;
        advice := CASE WHEN enough IS NOT TRUE THEN format('%s days, three times the horizon', round(needed)) END;
        RETURN NEXT;
    END IF;
    RETURN QUERY
    SELECT 'share of missing values', c.field, coalesce(sum(c.leads) FILTER (WHERE c.part = 'missing'), 0)::float8 / nullif(l.known, 0),
           coalesce(sum(c.leads) FILTER (WHERE c.part = 'missing'), 0) <= 0.5 * l.known
           AND NOT (count(*) = 1 AND max(c.part) <> 'present') AND max(c.note) IS NULL,
           CASE WHEN coalesce(sum(c.leads) FILTER (WHERE c.part = 'missing'), 0) = l.known THEN 'no lead has a value: leave it out, or collect it'
                WHEN coalesce(sum(c.leads) FILTER (WHERE c.part = 'missing'), 0) > 0.5 * l.known
                THEN 'ask for it in forms, or buy it in; until then that it is missing may tell more than what is there'
                WHEN max(c.note) IS NOT NULL THEN max(c.note) || ': it names leads rather than describing them'
                WHEN count(*) = 1 AND max(c.part) <> 'present' THEN 'all leads have the same: it tells nothing' END
      FROM @extschema@.outcome_cells(l.counts, '[]') c WHERE c.part <> 'all' AND l.known > 0
     GROUP BY c.field ORDER BY min(c.position);
END $$;
COMMENT ON FUNCTION @extschema@.readiness(regclass, name, name[], name, jsonb, name[], interval, integer) IS
    'Whether there is enough to score leads and to learn from past ones, and what to collect: what is looked at, field (of an attribute), the value found, whether it is enough '
    '(NULL: nothing says how much would be) and advice where it is not. It takes least_leads conversions and as many leads without, as fit_rules() does; a history of three '
    'times the horizon in which leads are to convert; 5 kinds of events; half of the leads with a value of an attribute, and with events; nine of ten leads that differ from all others in an attribute or the outcome. Other arguments, rights and errors '
    'as of lift_of(). Reads leads once and events once.';
