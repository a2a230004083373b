-- lift_of(): what the values of attributes, and kinds of events, had to do with the outcome.

CREATE TYPE @extschema@.value_lift AS (
    source text,
    field text,
    part text,
    value text,
    lowest numeric,
    leads bigint,
    conversions bigint,
    rate double precision,
    lift double precision,
    weight_of_evidence double precision,
    information_value double precision,
    points numeric,
    points_low numeric,
    points_high numeric,
    note text
);
COMMENT ON TYPE @extschema@.value_lift IS 'What one value had to do with the outcome: a row of lift_of() or rule_lift().';
COMMENT ON COLUMN @extschema@.value_lift.source IS 'attribute, event or rule';
COMMENT ON COLUMN @extschema@.value_lift.field IS 'the attribute (a member of jsonb with its path), the kind of event, or the name of the rule';
COMMENT ON COLUMN @extschema@.value_lift.part IS
    'band: numbers from lowest up to the next band; days: a time so many days before the snapshot; value; element: of an array; others: less frequent values together; present: '
    'there, and not told apart; missing; with and without an event of the kind, or points of the rule; amount: of points of the rule';
COMMENT ON COLUMN @extschema@.value_lift.value IS 'the value, or "lowest to highest" of a band; of a rule the points it gave, "least to most"; NULL where part says it all';
COMMENT ON COLUMN @extschema@.value_lift.lowest IS 'the lowest number of a band: "from" of a rule''s band; the least amount';
COMMENT ON COLUMN @extschema@.value_lift.leads IS 'leads with it';
COMMENT ON COLUMN @extschema@.value_lift.conversions IS 'how many of them converted';
COMMENT ON COLUMN @extschema@.value_lift.rate IS 'their share, from 0 to 1; like all that follows NULL if there are too few leads';
COMMENT ON COLUMN @extschema@.value_lift.lift IS 'this rate by that of all leads';
COMMENT ON COLUMN @extschema@.value_lift.weight_of_evidence IS
    'natural logarithm of the share of converted leads that have it by the share of the others that do, 0.5 added to each count';
COMMENT ON COLUMN @extschema@.value_lift.information_value IS
    'of the whole field: sum over its values of (share of converted leads - share of others) * weight of evidence, 0.5 added to each count in both; values of fewer than least_leads leads count '
    'together as one; NULL for elements, of which a lead has several';
COMMENT ON COLUMN @extschema@.value_lift.points IS 'the weight of evidence in whole points';
COMMENT ON COLUMN @extschema@.value_lift.points_low IS 'lower 95 % limit of the points, rounded down';
COMMENT ON COLUMN @extschema@.value_lift.points_high IS 'upper 95 % limit of the points, rounded up';
COMMENT ON COLUMN @extschema@.value_lift.note IS 'why there are no numbers, or what to mind';

CREATE FUNCTION @extschema@.weigh_outcomes(
    conversions bigint, leads bigint, all_conversions bigint, all_leads bigint,
    OUT weight double precision, OUT error double precision, OUT worth double precision
) LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ln(s.converted / s.other), sqrt(greatest(1 / n.c - 1 / n.all_c + 1 / n.o - 1 / n.all_o, 0)), (s.converted - s.other) * ln(s.converted / s.other)
      FROM (SELECT $1 + 0.5::float8, $2 - $1 + 0.5::float8, $3 + 0.5::float8, $4 - $3 + 0.5::float8) n(c, o, all_c, all_o)
      CROSS JOIN LATERAL (SELECT n.c / n.all_c, n.o / n.all_o) s(converted, other)
$$;
COMMENT ON FUNCTION @extschema@.weigh_outcomes(bigint, bigint, bigint, bigint) IS
    'conversions, leads: of one value; all_conversions, all_leads: of all. weight: weight of evidence, ln((conversions / all conversions) / (others / all others)), 0.5 added '
    'to each count; worth: its part of the information value (both: N. Siddiqi, Credit Risk Scorecards, 2006). error: standard error of the weight, of a ratio of two '
    'proportions with 0.5 added (S. D. Walter, Biometrika 62, 1975; D. Katz and others, Biometrics 34, 1978).';

CREATE FUNCTION @extschema@.lift_rows(counts jsonb, kinds jsonb, source text, doubling numeric, least_leads integer, of_attributes text[] DEFAULT '{}')
    RETURNS SETOF @extschema@.value_lift
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 200 SET search_path = pg_catalog, pg_temp AS $$
    WITH cell AS MATERIALIZED (
        SELECT c.* FROM @extschema@.outcome_cells($1, $2) c
    ), total AS (
        SELECT c.leads, c.conversions, c.conversions >= $5 AND c.leads - c.conversions >= $5 AS enough FROM cell c WHERE c.part = 'all'
    ), pooled AS (
        -- Values of too few leads count together.
        SELECT c.source, c.field, sum(c.conversions)::bigint AS conversions, sum(c.leads)::bigint AS leads, bool_or(c.part = 'element') AS overlap
          FROM cell c WHERE c.part <> 'all' GROUP BY c.source, c.field, CASE WHEN c.leads >= $5 THEN c.position END
    ), field AS (
        SELECT p.source, p.field, CASE WHEN NOT bool_or(p.overlap) THEN sum(w.worth) END AS information_value
          FROM pooled p CROSS JOIN total t CROSS JOIN LATERAL @extschema@.weigh_outcomes(p.conversions, p.leads, t.conversions, t.leads) w
         WHERE t.enough GROUP BY p.source, p.field
    )
    SELECT CASE c.source WHEN 'event' THEN $3 ELSE c.source END, c.field, c.part, c.value, c.lowest, c.leads, c.conversions,
           e.rate, e.rate / nullif(t.conversions / t.leads::float8, 0), e.weight, f.information_value,
           round((e.weight * e.factor)::numeric), floor(((e.weight - 1.959963984540054 * e.error) * e.factor)::numeric),
           ceil(((e.weight + 1.959963984540054 * e.error) * e.factor)::numeric),
           nullif(concat_ws('; ', c.note, CASE WHEN e.weight IS NULL THEN 'not enough data'
                                        WHEN c.leads < t.leads AND abs(e.weight) <= 1.959963984540054 * e.error THEN 'may be chance' END,
                                   -- By Siddiqi (Credit Risk Scorecards, 2006). Events have a moment, and those after the outcome do not count.
                                   CASE WHEN CASE $3 WHEN 'rule' THEN c.field = ANY ($6) ELSE c.source = 'attribute' END AND e.weight IS NOT NULL AND f.information_value > 0.5 THEN 'written afterwards?' END), '')
      FROM cell c CROSS JOIN total t
      LEFT JOIN field f ON f.source = c.source AND f.field = c.field
      LEFT JOIN LATERAL (SELECT c.conversions / nullif(c.leads, 0)::float8 AS rate, w.weight, w.error, $4::float8 / ln(2::float8) AS factor
                           FROM @extschema@.weigh_outcomes(c.conversions, c.leads, t.conversions, t.leads) w
                          WHERE t.enough AND c.leads >= $5) e ON true
     WHERE c.part <> 'all' ORDER BY c.position
$$;
COMMENT ON FUNCTION @extschema@.lift_rows(jsonb, jsonb, text, numeric, integer, text[]) IS
    'Counts of value_outcomes() and count_kinds(), weighed. source: what the kinds are: event or rule; doubling, least_leads: as for lift_of(); of_attributes: the rules that look at attributes, which '
    'may have been written after the outcome as attributes themselves may.';

CREATE FUNCTION @extschema@.check_lift_settings(doubling numeric, least_leads integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN doubling IS NULL THEN 'doubling' END, CASE WHEN least_leads IS NULL THEN 'least_leads' END);
    IF NOT doubling BETWEEN 0.01 AND 1000000 THEN
        RAISE invalid_parameter_value USING MESSAGE = format('doubling must be from 0.01 to 1000000, not %s', doubling);
    ELSIF least_leads < 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = format('least_leads must be at least 1, not %s', least_leads);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_lift_settings(numeric, integer) IS 'Errors 22023 and, for NULL, 22004 unless these are settings for lift_of().';

CREATE FUNCTION @extschema@.lift_of(
    leads regclass, converted name, key name[] DEFAULT NULL, at name DEFAULT NULL, events jsonb DEFAULT '[]', attributes name[] DEFAULT NULL,
    doubling numeric DEFAULT 10, bands integer DEFAULT 5, most_values integer DEFAULT 20, least_leads integer DEFAULT 40
) RETURNS SETOF @extschema@.value_lift
    LANGUAGE plpgsql STABLE ROWS 200 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys name[] := @extschema@.outcome_key(leads, key, events);
    counts jsonb;
BEGIN
    PERFORM @extschema@.check_lift_settings(doubling, least_leads);
    PERFORM @extschema@.refuse_null(CASE WHEN bands IS NULL THEN 'bands' END, CASE WHEN most_values IS NULL THEN 'most_values' END);
    PERFORM @extschema@.tell_moments(leads, converted, NULL, ARRAY(SELECT g FROM @extschema@.given_events(events, leads, keys) g), '{"rules": []}');
    EXECUTE format('SELECT @extschema@.value_outcomes(l.attributes, l.converted, l.at, $1, $2) FROM (%s) l',
                   @extschema@.outcome_leads_sql(leads, converted, keys, at, attributes))
       INTO counts USING bands, most_values;
    RETURN QUERY SELECT * FROM @extschema@.lift_rows(
        coalesce(counts, '[]'), @extschema@.count_kinds(@extschema@.outcome_leads_sql(leads, converted, keys, at, '{}'), leads, keys, events, most_values),
        'event', doubling, least_leads);
END $$;
COMMENT ON FUNCTION @extschema@.lift_of(regclass, name, name[], name, jsonb, name[], numeric, integer, integer, integer) IS
    'What each value of each attribute, and each kind of event, had to do with the outcome of past leads: one row a value, bands for numbers, missing values as one of '
    'their own, members of jsonb opened. leads: a table or view, one row a lead; converted: its column that tells the outcome: boolean (NULL: not known, left out) or '
    'when it converted; key: columns that name a lead, by default the primary key, needed for events; at: the column with the moment the lead is looked at: leads that had '
    'converted by then do not count, nor do later events, or those at or after a conversion; times are told as days before it; events: tables of events, a list of objects with the arguments of '
    'add_events(); attributes: columns to look at, by default all others; doubling: points that double the odds, from which points are suggested: doubling / ln 2 * '
    'weight of evidence; bands: at most so many of a number; most_values: at most so many values of an attribute, and kinds; least_leads: a value needs so many leads, '
    'and all leads together so many conversions and so many without; else the note says "not enough data"; "written afterwards?" it says of attributes whose information value is above 0.5. Reads leads once and events once, with the rights of the '
    'caller. Errors: 42P01, 42703, 42704, 42804, 22004, 22023.';
