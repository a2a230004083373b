-- backtest(): two documents side by side on the same leads; and what became of the leads by stage and by band.

CREATE FUNCTION @extschema@.rate_limits(conversions bigint, leads bigint, OUT low float8, OUT high float8)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN $1 = 0 THEN 0 ELSE (w.middle - w.reach) / w.whole END, CASE WHEN $1 = $2 THEN 1 ELSE (w.middle + w.reach) / w.whole END
      FROM (VALUES (1.959963984540054::float8)) z(z)
      CROSS JOIN LATERAL (SELECT $1 + z * z / 2, z * sqrt($1::float8 * ($2 - $1) / $2 + z * z / 4), $2 + z * z) w(middle, reach, whole)
     WHERE $2 > 0
$$;
COMMENT ON FUNCTION @extschema@.rate_limits(bigint, bigint) IS
    'Limits of 95 % for a rate of conversions (Wilson, Journal of the American Statistical Association 22, 1927); NULL of no leads.';

CREATE FUNCTION @extschema@.backtest_stages(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, other @extschema@.scoring_rules DEFAULT NULL,
    horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL
) RETURNS TABLE (
    by_rules text, stage text, qualification text, leads bigint, conversions bigint, rate float8, rate_low float8, rate_high float8, lift float8, share_of_conversions float8)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    judged @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules((@extschema@.readable_model(backtest_stages.model)).name));
BEGIN
    RETURN QUERY
        WITH counted AS MATERIALIZED (
            SELECT b.stage, b.other_stage, count(*) AS leads, count(*) FILTER (WHERE b.outcome) AS conversions
              FROM @extschema@.backtest_leads(backtest_stages.model, converted, judged, other, horizon, cut_off, at, created, as_of, since) b
             WHERE b.left_out IS NULL GROUP BY b.stage, b.other_stage
        ), listed AS (
            SELECT d.which, s.position, s.stage, s.qualification FROM (VALUES ('rules', judged), ('other', other)) d(which, document)
             CROSS JOIN LATERAL @extschema@.stages_of(d.document) s
        ), found AS (
            SELECT d.which, x.stage, sum(x.leads)::bigint AS leads, sum(x.conversions)::bigint AS conversions
              FROM (VALUES ('rules'), ('other')) d(which)
              CROSS JOIN LATERAL (SELECT CASE d.which WHEN 'rules' THEN c.stage ELSE c.other_stage END AS stage, c.leads, c.conversions FROM counted c) x
             WHERE d.which = 'rules' OR other IS NOT NULL GROUP BY d.which, x.stage
        )
        SELECT r.which, r.stage, r.qualification, r.leads, r.conversions, r.conversions::float8 / nullif(r.leads, 0), w.low, w.high,
               r.conversions::float8 / nullif(r.leads, 0) / nullif(r.all_conversions::float8 / r.all_leads, 0), r.conversions::float8 / nullif(r.all_conversions, 0)
          FROM (SELECT which, coalesce(l.stage, f.stage) AS stage, l.position, l.qualification, coalesce(f.leads, 0) AS leads, coalesce(f.conversions, 0) AS conversions,
                       sum(f.leads) OVER w AS all_leads, sum(f.conversions) OVER w AS all_conversions
                  FROM listed l FULL JOIN found f USING (which, stage) WINDOW w AS (PARTITION BY which)) r
          CROSS JOIN LATERAL @extschema@.rate_limits(r.conversions, r.leads) w
         ORDER BY r.which DESC, r.position NULLS LAST, r.stage COLLATE "C";
END $$;
COMMENT ON FUNCTION @extschema@.backtest_stages(text, name, @extschema@.scoring_rules, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz, timestamptz) IS
    'What became of the leads of a backtest by the stage they were in at their snapshot. Arguments and errors as of backtest_leads(). by_rules: "rules" or "other"; '
    'stage: from the lowest, also one without leads, excluded last, NULL if the document has no stages; leads, conversions: in it; rate: of conversions, with Wilson limits of 95 %; '
    'lift: rate against that of all; share_of_conversions: of all conversions.';

CREATE FUNCTION @extschema@.backtest_bands(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, other @extschema@.scoring_rules DEFAULT NULL, bands integer DEFAULT 10,
    horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL
) RETURNS TABLE (
    by_rules text, band integer, lowest float8, highest float8, leads bigint, conversions bigint, rate float8, rate_low float8, rate_high float8, lift float8)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        WITH judged AS (
            SELECT @extschema@.score_bands(b.score::float8, b.outcome, bands) AS by_score, @extschema@.score_bands(b.other_score::float8, b.outcome, bands) AS by_other
              FROM @extschema@.backtest_leads(backtest_bands.model, converted, rules, other, horizon, cut_off, at, created, as_of, since) b WHERE b.left_out IS NULL
        )
        SELECT x.which, s.band, s.lowest, s.highest, s.leads, s.conversions, s.rate, s.rate_low, s.rate_high, s.lift
          FROM judged j CROSS JOIN LATERAL (VALUES ('rules', j.by_score), ('other', j.by_other)) x(which, list) CROSS JOIN LATERAL unnest(x.list) s
         ORDER BY x.which DESC, s.band;
END $$;
COMMENT ON FUNCTION @extschema@.backtest_bands(text, name, @extschema@.scoring_rules, @extschema@.scoring_rules, integer, interval, timestamptz, name, name, timestamptz, timestamptz) IS
    'What became of the leads of a backtest by bands of about equally many leads, as score_bands() makes them, the highest scores first. bands: how many at most; other arguments and errors as '
    'of backtest_leads(). by_rules: "rules" or "other"; the further columns are those of the type score_band. Excluded leads are in no band.';

CREATE FUNCTION @extschema@.backtest(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, other @extschema@.scoring_rules DEFAULT NULL,
    horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL
) RETURNS TABLE (
    measure text, value float8, low float8, high float8, other_value float8, other_low float8, other_high float8,
    difference float8, difference_low float8, difference_high float8)
    LANGUAGE plpgsql STABLE ROWS 25 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.readable_model(backtest.model);
    judged @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules(m.name));
    sources @extschema@.event_source[] := ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e ORDER BY e.source);
    -- Only before conversions is it known who had been there long before.
    reached boolean := cut_off IS NULL AND at IS NULL;
    j record;
BEGIN
    WITH lead AS MATERIALIZED (
        SELECT l.* FROM @extschema@.backtest_leads(backtest.model, converted, judged, other, horizon, cut_off, at, created, as_of, since) l
    )
    SELECT INTO j
           @extschema@.evaluate_score(l.score::float8, l.outcome, l.probability) AS a, @extschema@.evaluate_score(l.other_score::float8, l.outcome, l.other_probability) AS b,
           @extschema@.compare_scores(l.score::float8, l.other_score::float8, l.outcome) AS c, count(*) AS looked_at, count(*) FILTER (WHERE l.outcome) AS conversions,
           count(*) FILTER (WHERE l.outcome AND l.score IS NULL) AS excluded, count(*) FILTER (WHERE l.outcome AND l.other_score IS NULL AND other IS NOT NULL) AS other_excluded,
           (SELECT jsonb_object_agg(o.left_out, o.leads) FROM (SELECT n.left_out, count(*) AS leads FROM lead n WHERE n.left_out IS NOT NULL GROUP BY n.left_out) o) AS left_out
      FROM lead l WHERE l.left_out IS NULL;
    IF at IS NOT NULL AND cardinality(sources) > 0 THEN
        PERFORM @extschema@.tell_undated(m.leads, converted, at);
    END IF;
    IF cut_off IS NOT NULL AND created IS NULL AND cardinality(sources) > 0 THEN
        PERFORM @extschema@.tell_latecomers(m.leads, ARRAY(SELECT p.leads_name FROM @extschema@.key_parts(m.name) p ORDER BY p.position), sources, converted, cut_off, horizon,
                                            coalesce(as_of, now()), coalesce(judged::jsonb ->> 'timezone', 'UTC'));
    END IF;
    IF j.excluded > 0 OR j.other_excluded > 0 THEN
        RAISE NOTICE USING
            MESSAGE = CASE WHEN j.other_excluded = 0 THEN format('%s of %s conversions are not judged, for the rules exclude them', j.excluded, j.conversions)
                           WHEN j.excluded = 0 THEN format('%s of %s conversions are not judged by other, for it excludes them', j.other_excluded, j.conversions)
                           ELSE format('%s of %s conversions are not judged by rules, and %s by other, for they exclude them', j.excluded, j.conversions, j.other_excluded) END,
            DETAIL = 'Attributes are those of today: an exclusion of customers excludes the leads that converted.',
            HINT = format('Backtest a copy (%s) that does not exclude them.', CASE WHEN j.other_excluded = 0 THEN 'rules => …' WHEN j.excluded = 0 THEN 'other => …' ELSE 'rules => …, other => …' END);
    END IF;
    RETURN QUERY
        WITH there AS (
            SELECT d.which, count(*) AS conversions, count(r.reached_at) AS leads, percentile_cont('{0.25,0.5,0.75}'::float8[]) WITHIN GROUP (ORDER BY r.days_before) AS days
              FROM (VALUES ('rules', judged), ('other', other)) d(which, document)
              CROSS JOIN LATERAL @extschema@.backtest_reached(backtest.model, converted, d.document, NULL, horizon, created, as_of, since) r
             WHERE reached AND d.document IS NOT NULL AND EXISTS (SELECT FROM @extschema@.stages_of(d.document)) GROUP BY d.which
        ), top AS (
            SELECT t.which, t.leads::float8 / nullif(t.conversions, 0) AS share, w.low, w.high, t.days
              FROM there t CROSS JOIN LATERAL @extschema@.rate_limits(t.leads, t.conversions) w
        )
        SELECT y.measure, y.value, y.low, y.high, y.other_value, y.other_low, y.other_high, y.difference, y.difference_low, y.difference_high FROM (
        SELECT x.* FROM (SELECT) one LEFT JOIN top p ON p.which = 'rules' LEFT JOIN top q ON q.which = 'other'
         CROSS JOIN LATERAL (VALUES
            (1, 'leads', j.looked_at::float8, NULL, NULL, CASE WHEN other IS NOT NULL THEN j.looked_at::float8 END, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::float8),
            (2, 'conversions', j.conversions, NULL, NULL, CASE WHEN other IS NOT NULL THEN j.conversions END, NULL, NULL, NULL, NULL, NULL),
            (3, 'excluded', (j.a).left_out, NULL, NULL, CASE WHEN other IS NOT NULL THEN (j.b).left_out END, NULL, NULL, NULL, NULL, NULL),
            (4, 'excluded_conversions', j.excluded, NULL, NULL, CASE WHEN other IS NOT NULL THEN j.other_excluded END, NULL, NULL, NULL, NULL, NULL),
            (5, 'auc', (j.a).auc, (j.a).auc_low, (j.a).auc_high, (j.b).auc, (j.b).auc_low, (j.b).auc_high, (j.c).difference, (j.c).difference_low, (j.c).difference_high),
            (6, 'gini', (j.a).gini, NULL, NULL, (j.b).gini, NULL, NULL, NULL, NULL, NULL),
            (7, 'ks', (j.a).ks, NULL, NULL, (j.b).ks, NULL, NULL, NULL, NULL, NULL),
            (8, 'lift_10', (j.a).lift_10, NULL, NULL, (j.b).lift_10, NULL, NULL, NULL, NULL, NULL),
            (9, 'lift_20', (j.a).lift_20, NULL, NULL, (j.b).lift_20, NULL, NULL, NULL, NULL, NULL),
            (10, 'capture_10', (j.a).capture_10, NULL, NULL, (j.b).capture_10, NULL, NULL, NULL, NULL, NULL),
            (11, 'capture_20', (j.a).capture_20, NULL, NULL, (j.b).capture_20, NULL, NULL, NULL, NULL, NULL),
            (12, 'brier', (j.a).brier, NULL, NULL, (j.b).brier, NULL, NULL, NULL, NULL, NULL),
            (13, 'log_loss', (j.a).log_loss, NULL, NULL, (j.b).log_loss, NULL, NULL, NULL, NULL, NULL),
            (14, 'calibration_error', (j.a).calibration_error, NULL, NULL, (j.b).calibration_error, NULL, NULL, NULL, NULL, NULL),
            (15, 'reached_top_stage', p.share, p.low, p.high, q.share, q.low, q.high, NULL, NULL, NULL),
            (16, 'days_before_lower_quartile', p.days[1], NULL, NULL, q.days[1], NULL, NULL, NULL, NULL, NULL),
            (17, 'days_before_median', p.days[2], NULL, NULL, q.days[2], NULL, NULL, NULL, NULL, NULL),
            (18, 'days_before_upper_quartile', p.days[3], NULL, NULL, q.days[3], NULL, NULL, NULL, NULL, NULL))
            x(place, measure, value, low, high, other_value, other_low, other_high, difference, difference_low, difference_high)
        UNION ALL
        -- Beside the figures: those looked at long after their best days are the others.
        SELECT 19, 'looked at: just before the outcome', j.looked_at::float8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL WHERE reached
        UNION ALL
        SELECT 20, 'left out: ' || o.key, o.value::float8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM jsonb_each_text(j.left_out) o) y
         ORDER BY y.place, y.measure COLLATE "C";
END $$;
COMMENT ON FUNCTION @extschema@.backtest(text, name, @extschema@.scoring_rules, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz, timestamptz) IS
    'What rules are worth on past leads, measure by measure, beside other rules on the same leads. Arguments and errors as of backtest_leads(). measure: leads and conversions that count; '
    'excluded: of them, leads without a score; excluded_conversions: of these, leads that converted, of which a NOTICE tells, as it does of leads (more than 5 %) that did nothing up to cut_off and something after it, if created is not given, and of events after the conversion, which count with a boolean if at is later; auc with its limits, gini, ks, lift_10, lift_20, capture_10, capture_20, brier, log_loss, calibration_error as in the type '
    'score_evaluation, the last three of rules with a probability; without cut_off and at also reached_top_stage: share of the converted leads that had been in the '
    'highest stage, with Wilson limits, and quartiles of the days from then to the conversion, and "looked at: just before the outcome", the number of leads: such figures flatter, for leads that did not convert are looked at long after their best days; "left out: " and why: leads that do not count. value, low, high: of rules; '
    'other_value, other_low, other_high: of other; difference: other less rules, with limits of 95 % (DeLong, DeLong and Clarke-Pearson 1988, paired), of leads that both score.';
