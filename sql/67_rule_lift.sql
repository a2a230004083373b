-- rule_lift(): which rules of a model deserve their points.

CREATE FUNCTION @extschema@.rule_lift(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL,
    at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL, doubling numeric DEFAULT 10, least_leads integer DEFAULT 40
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
    -- Excluded leads have no points of rules, and do not count. $3 is not used: the parameters are those of backtest_leads().
    EXECUTE format($sql$
        WITH leadscore_s AS MATERIALIZED (%1$s), judged AS (
            SELECT s.leadscore_outcome AS outcome, @extschema@.rule_points($2, a.attributes, t.tally, r.adjustments, s.leadscore_at, NULL) AS points
              FROM leadscore_s s JOIN %2$s ON %3$s LEFT JOIN (%4$s) t ON %5$s LEFT JOIN %6$s r ON %7$s WHERE s.leadscore_left_out IS NULL OFFSET 0
        ), lead AS MATERIALIZED (
            SELECT j.outcome, j.points FROM judged j WHERE j.points IS NOT NULL
        ), touched AS (
            SELECT p.position, count(*) AS leads, count(*) FILTER (WHERE l.outcome) AS conversions, trim_scale(min(p.points)) AS least, trim_scale(max(p.points)) AS most
              FROM lead l CROSS JOIN LATERAL unnest(l.points) WITH ORDINALITY p(points, position) WHERE p.points <> 0 GROUP BY p.position
        )
        SELECT (SELECT jsonb_build_array(jsonb_build_object('part', 'all', 'leads', count(*), 'conversions', count(*) FILTER (WHERE l.outcome))) FROM lead l),
               (SELECT jsonb_agg(jsonb_build_object('field', r.name, 'value', t.least || CASE WHEN t.least < t.most THEN ' to ' || t.most ELSE '' END, 'leads', coalesce(t.leads, 0), 'conversions', coalesce(t.conversions, 0)) ORDER BY r.position)
                  FROM @extschema@.rules_of($2) r LEFT JOIN touched t ON t.position = r.position WHERE r.enabled)$sql$,
        @extschema@.snapshots_sql(m, converted, cut_off IS NOT NULL, at, created), @extschema@.whole_attributes(m.name, 'a'),
        @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'), @extschema@.tally_sql(m.name, '$1', asked, 'leadscore_k.leadscore_at'),
        @extschema@.key_join(m.name, 't', 'scores', 's', 'scores'), m.scores, @extschema@.key_join(m.name, 'r', 'scores', 's', 'scores'))
       INTO counts, met USING judged, judged, judged, span, cut_off, known_until;
    RETURN QUERY SELECT * FROM @extschema@.lift_rows(counts, coalesce(met, '[]'), 'rule', doubling, least_leads);
END $body$;
COMMENT ON FUNCTION @extschema@.rule_lift(text, name, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz, numeric, integer) IS
    'Which rules of a model deserve their points: for each rule that is switched on the leads it gave points or took points from, and those without, with conversions, lift, '
    'weight of evidence and the points it would deserve; value: the points it gave, "least to most". Leads are looked at as backtest_leads() does: each as of a moment of its own, from nothing later; those left out there, '
    'and excluded leads, do not count. model: its name; converted, rules, horizon, cut_off, at, created, as_of: as for backtest_leads(); doubling, least_leads: as for lift_of(). '
    'A rule looked at by itself: rules that meet the same leads share their worth. Rights and errors as of backtest_leads().';
