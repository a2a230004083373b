-- shared_traits(): what leads that converted have in common, and what those that went quiet have.

CREATE TYPE @extschema@.shared_trait AS (
    list text,
    source text,
    field text,
    part text,
    value text,
    lowest numeric,
    leads bigint,
    share double precision,
    other_share double precision,
    lift double precision,
    note text
);
COMMENT ON TYPE @extschema@.shared_trait IS 'A trait that many leads of one list have and fewer of the other: a row of shared_traits().';
COMMENT ON COLUMN @extschema@.shared_trait.list IS 'converted or inactive: whose trait it is';
COMMENT ON COLUMN @extschema@.shared_trait.source IS 'attribute or event';
COMMENT ON COLUMN @extschema@.shared_trait.field IS 'the attribute or kind of event; NULL in the row that counts the whole list';
COMMENT ON COLUMN @extschema@.shared_trait.part IS 'as of value_lift; all: the whole list';
COMMENT ON COLUMN @extschema@.shared_trait.value IS 'the value, or "lowest to highest" of a band';
COMMENT ON COLUMN @extschema@.shared_trait.lowest IS 'the lowest number of a band';
COMMENT ON COLUMN @extschema@.shared_trait.leads IS 'leads of the list that have it';
COMMENT ON COLUMN @extschema@.shared_trait.share IS 'their share of the list, from 0 to 1';
COMMENT ON COLUMN @extschema@.shared_trait.other_share IS 'the share in the other list';
COMMENT ON COLUMN @extschema@.shared_trait.lift IS 'this share by the other, 0.5 added to each count';
COMMENT ON COLUMN @extschema@.shared_trait.note IS 'why there is nothing to tell';

-- Converted: true; inactive: false; still at it, or not known: NULL, in neither list.
CREATE FUNCTION @extschema@.listed_leads_sql(
    leads regclass, converted name, key name[], events jsonb, attributes name[], soft_kinds text[], inactive interval, as_of timestamptz
) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    events_sql text := @extschema@.outcome_events_sql(leads, key, events);
    keys text := (SELECT string_agg(format('k%s, ', k.ord), '' ORDER BY k.ord) FROM unnest(key) WITH ORDINALITY k(name, ord));
    same text := (SELECT string_agg(format('leadscore_s.k%1$s %2$s leadscore_x.k%1$s', k.ord, @extschema@.equality_of(@extschema@.column_type(leads, k.name))), ' AND ' ORDER BY k.ord)
                    FROM unnest(key) WITH ORDINALITY k(name, ord));
    of_then text;
BEGIN
    of_then := format('SELECT %sattributes, converted, %L::pg_catalog.timestamptz AS at, converted_at FROM (%s) leadscore_x',
                      keys, as_of, @extschema@.outcome_leads_sql(leads, converted, key, NULL, attributes, as_of));
    IF events_sql = '' THEN
        RETURN of_then;
    END IF;
    RETURN format('WITH leadscore_l AS (%1$s), leadscore_s AS (SELECT %2$smax(e.at) AS last, bool_or(e.kind = ANY (%3$L::pg_catalog.text[])) AS soft FROM (%4$s) e GROUP BY %5$s) '
                  'SELECT leadscore_x.*, CASE WHEN leadscore_x.was OR leadscore_s.soft THEN true '
                  'WHEN leadscore_x.was IS NOT NULL AND (leadscore_s.last IS NULL OR leadscore_s.last <= %6$L::pg_catalog.timestamptz) THEN false END AS converted '
                  'FROM (SELECT %2$sattributes, converted AS was, at, converted_at FROM leadscore_l) leadscore_x LEFT JOIN leadscore_s ON %7$s',
                  of_then, keys, soft_kinds, events_sql, rtrim(keys, ', '),
                  as_of - make_interval(secs => extract(epoch FROM inactive)::float8), same); -- days of 24 hours, whatever the session's time zone
END $$;
COMMENT ON FUNCTION @extschema@.listed_leads_sql(regclass, name, name[], jsonb, name[], text[], interval, timestamptz) IS
    'As outcome_leads_sql(), for shared_traits(): converted is true for leads of the one list, false for those of the other, NULL for all others.';

CREATE FUNCTION @extschema@.shared_traits(
    leads regclass, converted name, key name[] DEFAULT NULL, events jsonb DEFAULT '[]', attributes name[] DEFAULT NULL, soft_kinds text[] DEFAULT '{}',
    inactive interval DEFAULT '90 days', as_of timestamptz DEFAULT now(), least_share double precision DEFAULT 0.1,
    bands integer DEFAULT 5, most_values integer DEFAULT 20, least_leads integer DEFAULT 40
) RETURNS SETOF @extschema@.shared_trait
    LANGUAGE plpgsql STABLE ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys name[] := @extschema@.outcome_key(leads, key, events);
    listed text;
    counts jsonb;
    kinds jsonb;
BEGIN
    PERFORM @extschema@.check_lift_settings(10, least_leads);
    PERFORM @extschema@.refuse_null(CASE WHEN bands IS NULL THEN 'bands' END, CASE WHEN most_values IS NULL THEN 'most_values' END);
    IF as_of IS NULL OR inactive IS NULL OR soft_kinds IS NULL OR least_share IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'as_of, inactive, soft_kinds and least_share must not be null';
    ELSIF cardinality(soft_kinds) > 0 AND events = '[]' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'soft_kinds are kinds of events, and no table of events is named', HINT = 'Name it in events.';
    END IF;
    listed := @extschema@.listed_leads_sql(leads, converted, keys, events, attributes, soft_kinds, inactive, as_of);
    EXECUTE format('SELECT @extschema@.value_outcomes(l.attributes, l.converted, l.at, $1, $2) FROM (%s) l', listed) INTO counts USING bands, most_values;
    kinds := @extschema@.count_kinds(listed, leads, keys, events, most_values);
    RETURN QUERY
    WITH cell AS MATERIALIZED (
        SELECT c.* FROM @extschema@.outcome_cells(coalesce(counts, '[{"part": "all", "leads": 0, "conversions": 0}]'), kinds) c
         WHERE c.source <> 'event' OR c.field <> ALL (soft_kinds)
    ), total AS (
        SELECT c.leads, c.conversions, c.leads - c.conversions AS others, c.conversions >= least_leads AND c.leads - c.conversions >= least_leads AS enough FROM cell c WHERE c.part = 'all'
    ), trait AS (
        SELECT CASE WHEN w.weight > 0 THEN 'converted' ELSE 'inactive' END AS list, c.*, t.conversions AS all_conversions, t.others AS all_others, w.weight
          FROM cell c CROSS JOIN total t CROSS JOIN LATERAL @extschema@.weigh_outcomes(c.conversions, c.leads, t.conversions, t.leads) w
         WHERE c.part <> 'all' AND t.enough AND c.leads >= least_leads AND abs(w.weight) > 1.959963984540054 * w.error
    ), told AS (
        SELECT l.list, NULL::text AS source, NULL::text AS field, 'all' AS part, NULL::text AS value, NULL::numeric AS lowest, l.leads, l.leads / nullif(l.leads, 0)::float8 AS share,
               NULL::float8 AS other_share, NULL::float8 AS lift, CASE WHEN NOT t.enough THEN 'not enough data' END AS note, 0::bigint AS position
          FROM total t CROSS JOIN LATERAL (VALUES ('converted', t.conversions), ('inactive', t.others)) l(list, leads)
        UNION ALL
        SELECT t.list, t.source, t.field, t.part, t.value, t.lowest, s.leads, s.share, s.other_share, exp(abs(t.weight)), NULL, t.position
          FROM trait t
          CROSS JOIN LATERAL (SELECT t.conversions, t.conversions / t.all_conversions::float8, (t.leads - t.conversions) / t.all_others::float8 WHERE t.list = 'converted'
                              UNION ALL
                              SELECT t.leads - t.conversions, (t.leads - t.conversions) / t.all_others::float8, t.conversions / t.all_conversions::float8 WHERE t.list = 'inactive'
                             ) s(leads, share, other_share)
         WHERE s.share >= least_share
    )
    SELECT t.list, t.source, t.field, t.part, t.value, t.lowest, t.leads, t.share, t.other_share, t.lift, t.note FROM told t
     ORDER BY t.list, t.part <> 'all', t.lift DESC, t.position;
END $$;
COMMENT ON FUNCTION @extschema@.shared_traits(regclass, name, name[], jsonb, name[], text[], interval, timestamptz, double precision, integer, integer, integer) IS
    'Two lists of past leads and what the leads of each share: those that converted, also softly, and those that did not and went quiet. Leads that did neither are in no list. '
    'leads, converted, key, events, attributes, bands, most_values: as for lift_of(); soft_kinds: kinds of events that count as a conversion, such as a download; inactive: no event for so '
    'long (a month is 30 days); without tables of events all leads that did not convert are in that list; as_of: the moment this is looked at: what comes later is not seen; least_share: a trait is told if so '
    'large a share of the list has it, significantly more than of the other list (at 95 %); least_leads: each list must have so many leads, and so many of both must have a trait. '
    'First each list as a whole, then its traits by lift. Attributes are as they are now. Rights and errors as of lift_of(); 22004.';
