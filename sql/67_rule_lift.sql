-- rule_lift(): which rules of a model deserve their points.

CREATE FUNCTION @extschema@.rule_lift(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL,
    at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL, doubling numeric DEFAULT 10, least_leads integer DEFAULT 40,
    amounts boolean DEFAULT false
) RETURNS SETOF @extschema@.value_lift
    LANGUAGE plpgsql STABLE ROWS 40 SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off AS $body$
DECLARE
    m @extschema@.model := @extschema@.readable_model(rule_lift.model);
    judged @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules(m.name));
    known_until timestamptz := coalesce(as_of, now());
    span interval := @extschema@.backtest_horizon(horizon, cut_off, known_until);
    asked constant text := format('SELECT %s, s.leadscore_at FROM leadscore_s s WHERE s.leadscore_left_out IS NULL', @extschema@.key_list(m.name, 's', 'scores'));
    counts jsonb;
    met jsonb;
BEGIN
    PERFORM @extschema@.check_lift_settings(doubling, least_leads);
    PERFORM @extschema@.tell_moments(m.leads, converted, ARRAY[at, created], ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e), judged);
    IF amounts IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'amounts must not be null';
    END IF;
    -- Excluded leads have no points of rules, and do not count. $3 is not used: the parameters are those of backtest_leads().
    EXECUTE format($sql$
        WITH leadscore_s AS MATERIALIZED (%1$s), judged AS (
            SELECT s.leadscore_outcome AS outcome, @extschema@.rule_points($2, a.attributes, t.tally, r.adjustments, s.leadscore_at, NULL) AS points
              FROM leadscore_s s JOIN %2$s ON %3$s LEFT JOIN (%4$s) t ON %5$s LEFT JOIN %6$s r ON %7$s WHERE s.leadscore_left_out IS NULL OFFSET 0
        ), lead AS MATERIALIZED (
            SELECT j.outcome, j.points FROM judged j WHERE j.points IS NOT NULL
        ), touched AS (
            SELECT p.position, trim_scale(p.points) AS points, count(*) AS leads, count(*) FILTER (WHERE l.outcome) AS conversions
              FROM lead l CROSS JOIN LATERAL unnest(l.points) WITH ORDINALITY p(points, position) WHERE p.points IS NOT NULL GROUP BY p.position, trim_scale(p.points)
        ), placed AS (
            -- Where a rule gave many amounts, bands of about as many leads; those that got nothing apart.
            SELECT a.*, CASE WHEN NOT $7 THEN (a.points <> 0)::integer WHEN count(*) OVER (PARTITION BY a.position) <= 10 THEN row_number() OVER (PARTITION BY a.position ORDER BY a.points)
                             WHEN a.points = 0 THEN 0 ELSE 1 + floor(5 * (sum(a.leads) OVER upward - a.leads / 2.0) / sum(a.leads) OVER given) END AS band
              FROM touched a WINDOW given AS (PARTITION BY a.position, a.points = 0), upward AS (given ORDER BY a.points)
        ), told AS (
            SELECT r.position, r.name, p.band, min(p.points) AS lowest, min(p.points) || CASE WHEN min(p.points) < max(p.points) THEN ' to ' || max(p.points) ELSE '' END AS value,
                   sum(p.leads) AS leads, sum(p.conversions) AS conversions
              FROM @extschema@.rules_of($2) r LEFT JOIN placed p ON p.position = r.position AND ($7 OR p.band = 1)
             WHERE r.enabled GROUP BY r.position, r.name, p.band
        )
        SELECT (SELECT jsonb_build_array(jsonb_build_object('part', 'all', 'leads', count(*), 'conversions', count(*) FILTER (WHERE l.outcome))) FROM lead l),
               (SELECT jsonb_agg(jsonb_build_object('field', t.name, 'part', 'amount', 'value', t.value, 'lowest', t.lowest, 'leads', coalesce(t.leads, 0), 'conversions', coalesce(t.conversions, 0))
                                 ORDER BY t.position, t.lowest) FROM told t)$sql$,
        @extschema@.snapshots_sql(m, converted, cut_off IS NOT NULL, at, created), @extschema@.whole_attributes(m.name, 'a'),
        @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'), @extschema@.tally_sql(m.name, '$1', asked, 'leadscore_k.leadscore_at'),
        @extschema@.key_join(m.name, 't', 'scores', 's', 'scores'), m.scores, @extschema@.key_join(m.name, 'r', 'scores', 's', 'scores'))
       INTO counts, met USING judged, judged, judged, span, cut_off, known_until, amounts;
    RETURN QUERY SELECT 'rule', r.field, r.part, r.value, r.lowest, r.leads, r.conversions, r.rate, r.lift, r.weight_of_evidence, r.information_value, r.points, r.points_low, r.points_high, r.note
      FROM @extschema@.lift_rows(CASE WHEN amounts THEN counts || coalesce(met, '[]') ELSE counts END, CASE WHEN amounts THEN '[]' ELSE coalesce(met, '[]') END, 'rule', doubling, least_leads,
                                    ARRAY(SELECT a.name FROM @extschema@.rules_of(judged) a WHERE a."on" IS NULL)) r;
END $body$;
COMMENT ON FUNCTION @extschema@.rule_lift(text, name, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz, numeric, integer, boolean) IS
    'Which rules of a model deserve their points: for each rule that is switched on the leads it gave points or took points from, and those without, with conversions, lift, '
    'weight of evidence and the points it would deserve; value: the points it gave, "least to most". Leads are looked at as backtest_leads() does: each as of a moment of its own, from nothing later; those left out there, '
    'and excluded leads, do not count. model: its name; converted, rules, horizon, cut_off, at, created, as_of: as for backtest_leads(); doubling, least_leads: as for lift_of(); '
    'amounts: true: instead of with and without a line for each amount of points that a rule gave (part amount; from 11 on for bands of about as many leads), and for those it gave none. '
    'note: as of lift_of(); "written afterwards?" it says of rules that look at attributes. '
    'A rule looked at by itself: rules that meet the same leads share their worth. Rights and errors as of backtest_leads().';
