-- backtest_reached(): how long before its conversion a lead was where the rules would have had it called.

CREATE FUNCTION @extschema@.stages_of(rules @extschema@.scoring_rules) RETURNS TABLE ("position" bigint, stage text, qualification text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.ord, s.stage ->> 'name', s.stage ->> 'qualification' FROM jsonb_array_elements($1::jsonb -> 'stages') WITH ORDINALITY s(stage, ord)
$$;
COMMENT ON FUNCTION @extschema@.stages_of(@extschema@.scoring_rules) IS 'The stages of a document from the lowest, with what is said beside them; no rows if it has none.';

-- Without nested loops: how many leads count cannot be estimated, and a guess of one lead would take the square of the time.
-- Scores rise when something happens; the snapshot itself catches what the clock did after the last event.
CREATE FUNCTION @extschema@.backtest_reached(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, stage text DEFAULT NULL, horizon interval DEFAULT '90 days', created name DEFAULT NULL,
    as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL
) RETURNS TABLE (lead text, converted_at timestamptz, reached_at timestamptz, days_before float8)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off AS $body$
DECLARE
    m @extschema@.model := @extschema@.readable_model(backtest_reached.model);
    judged @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules(m.name));
    stages text[] := ARRAY(SELECT s.stage FROM @extschema@.stages_of(judged) s ORDER BY s.position);
    wanted text := coalesce(stage, stages[cardinality(stages)]);
    keys text := @extschema@.key_list(m.name, 's', 'scores');
    counted text[];
BEGIN
    IF wanted IS NULL OR wanted <> ALL (stages) THEN
        RAISE invalid_parameter_value USING MESSAGE = CASE WHEN stages = '{}' THEN 'the rules have no stages' ELSE format('the rules have no stage "%s"', wanted) END;
    END IF;
    stages := stages[array_position(stages, wanted):];
    counted := ARRAY(SELECT @extschema@.source_tally_sql(m.name, e.source, '$2', format('SELECT %s, s.leadscore_at FROM leadscore_s s', keys), 'leadscore_k.leadscore_at', true)
                       FROM @extschema@.usable_events(m.name) e);
    RETURN QUERY EXECUTE format($sql$
        WITH leadscore_s AS MATERIALIZED (SELECT s.* FROM (%1$s) s WHERE s.leadscore_outcome AND s.leadscore_left_out IS NULL AND ($7 IS NULL OR s.leadscore_at >= $7)),
        happened AS (
            SELECT u.*, @extschema@.rollup(u.tally) OVER (PARTITION BY %2$s ORDER BY u.at) AS leadscore_until
              FROM (%3$sSELECT %4$s, s.leadscore_at AS at, NULL::@extschema@.lead_tally AS tally FROM leadscore_s s) u
        ), reached AS (
            SELECT %4$s, min(h.at) AS at
              FROM leadscore_s s JOIN %5$s ON %6$s JOIN happened h ON %7$s LEFT JOIN %8$s r ON %9$s
             WHERE (@extschema@.maintained_score($2, a.attributes, h.leadscore_until, r.adjustments, h.at, NULL)).stage = ANY ($3)
             GROUP BY %4$s
        )
        SELECT %10$s, s.leadscore_converted_at, f.at, extract(epoch FROM s.leadscore_converted_at - f.at)::float8 / 86400
          FROM leadscore_s s LEFT JOIN reached f ON %11$s$sql$,
        @extschema@.snapshots_sql(m, converted, false, NULL, created), @extschema@.key_list(m.name, 'u', 'scores'),
        (SELECT string_agg(format('SELECT %s, x.at, x.tally FROM (%s) x UNION ALL ', @extschema@.key_list(m.name, 'x', 'scores'), c.part), '') FROM unnest(counted) c(part)),
        keys, @extschema@.whole_attributes(m.name, 'a'), @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'),
        @extschema@.key_join(m.name, 'h', 'scores', 's', 'scores'), m.scores, @extschema@.key_join(m.name, 'r', 'scores', 's', 'scores'),
        @extschema@.key_text_sql(m.name, 's', 'scores'), @extschema@.key_join(m.name, 'f', 'scores', 's', 'scores'))
        USING NULL, judged, stages, @extschema@.backtest_horizon(horizon), NULL::timestamptz, coalesce(as_of, now()), since;
END $body$;
COMMENT ON FUNCTION @extschema@.backtest_reached(text, name, @extschema@.scoring_rules, text, interval, name, timestamptz, timestamptz) IS
    'Of each converted lead, when it first was in a stage, whether or not it stayed there, by rules and the events up to its conversion. model, converted, rules, horizon, created, as_of, since: as for backtest_leads(); '
    'stage: the stage or a higher one is to be reached, by default the highest. reached_at: moment of the first event with which the lead was there, a microsecond before the '
    'conversion if it was there only then: by the clock alone after the last event, or by attributes without any event; NULL: it never was; days_before: from then to the conversion, of 24 hours. Leads converted '
    'within the last horizon are left out, as there. Needs what score_at() needs. Errors: 42704, 42501, 42703, 42804, 22004, 22023, also if the rules have no such stage.';
