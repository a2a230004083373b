-- drift(): whether scores and outcomes still are what they were when the rules were learned.

-- What scores follow from: not what stages, labels and probability make of them, which leads have none, or what rules are called.
CREATE FUNCTION @extschema@.points_digest(rules @extschema@.scoring_rules) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT md5((d.document - '{name,description,exclude,stages,labels,probability,rules}'::text[]
                || jsonb_build_object('rules', (SELECT jsonb_agg(r.rule - 'name' - 'description' ORDER BY r.ord) FROM jsonb_array_elements(d.document -> 'rules') WITH ORDINALITY r(rule, ord))))::text)
      FROM (SELECT $1::jsonb) d(document)
$$;
COMMENT ON FUNCTION @extschema@.points_digest(@extschema@.scoring_rules) IS
    'Equal for rules that give the same scores by the same lines, whatever their names, exclusions, stages, labels and probability; points_digest in reports of fitting.';

-- Population stability index: sum of (q - p) ln(q / p) over bands; with half a lead in each band, so that an empty one gives a number.
CREATE FUNCTION @extschema@.band_shift(trained float8[], recent bigint[]) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sum((q.share - p.share) * ln(q.share / p.share))
      FROM (SELECT sum(a), sum(a) + cardinality($1) / 2.0::float8 FROM unnest($1) a) p0(leads, whole)
      CROSS JOIN (SELECT sum(b), sum(b) + cardinality($1) / 2.0::float8 FROM unnest($2) b) q0(leads, whole)
      CROSS JOIN LATERAL unnest($1, $2) c(trained, recent)
      CROSS JOIN LATERAL (SELECT (c.trained + 0.5) / p0.whole) p(share)
      CROSS JOIN LATERAL (SELECT (c.recent + 0.5) / q0.whole) q(share)
$$;
COMMENT ON FUNCTION @extschema@.band_shift(float8[], bigint[]) IS
    'Population stability index of leads by band, trained and recent (Siddiqi, Credit Risk Scorecards, 2006), half a lead added to each band.';

CREATE FUNCTION @extschema@.drift(
    model text, converted name, at name, report jsonb, horizon interval DEFAULT '90 days', since timestamptz DEFAULT NULL, as_of timestamptz DEFAULT NULL,
    cut_off timestamptz DEFAULT NULL, created name DEFAULT NULL, rules @extschema@.scoring_rules DEFAULT NULL
) RETURNS TABLE (measure text, trained float8, recent float8, low float8, high float8, verdict text)
    LANGUAGE plpgsql STABLE ROWS 7 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.readable_model(drift.model);
    known_until timestamptz := coalesce(as_of, now());
    span interval := @extschema@.backtest_horizon(horizon);
    -- As fit_model() does without "at". All leads are looked at then, so none is too old.
    moment timestamptz := CASE WHEN at IS NULL THEN coalesce(cut_off, known_until - span) ELSE cut_off END;
    begins timestamptz := coalesce(since, CASE WHEN moment IS NULL THEN known_until - 2 * span ELSE '-infinity' END);
    judged_rules @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules(m.name));
    edges numeric[] := ARRAY(SELECT e.edge::numeric FROM jsonb_array_elements_text(report #> '{distribution,edges}') WITH ORDINALITY e(edge, ord) ORDER BY e.ord);
    trained_leads float8 := (report #>> '{training,leads}')::float8;
    trained_bands float8[] := ARRAY(SELECT s.share::float8 * trained_leads FROM jsonb_array_elements_text(report #> '{distribution,shares}') WITH ORDINALITY s(share, ord) ORDER BY s.ord);
    -- Leads that were held back say more than those learned from, if there were enough.
    judged jsonb := CASE WHEN (report #>> '{test,conversions}')::bigint >= 20 THEN report -> 'test' ELSE report -> 'validation' END;
    bands bigint[];
    leads bigint;
    shift float8;
    now_known record;
    e @extschema@.score_evaluation;
    few boolean;
    rate_limits record;
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN report IS NULL THEN 'report' END);
    IF trained_leads IS NULL OR cardinality(trained_bands) < 2 OR cardinality(trained_bands) <> cardinality(edges) + 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'report: expected the report of fit_rules()';
    ELSIF report ->> 'points_digest' <> @extschema@.points_digest(judged_rules) THEN
        RAISE NOTICE USING MESSAGE = format('the report is of other rules than %s', CASE WHEN rules IS NULL THEN format('the active ones of model "%s"', drift.model) ELSE 'those given' END),
            DETAIL = 'Scores differ because rules do, not only because leads do.', HINT = 'Give the rules of that fit (rules => …), or the report of these.';
    END IF;
    PERFORM @extschema@.tell_moments(m.leads, converted, ARRAY[at, created], ARRAY(SELECT s FROM @extschema@.usable_events(m.name) s), judged_rules);
    -- How leads score asks for no outcome: those count as well whose horizon is not over.
    SELECT INTO bands, leads array_agg(b.leads ORDER BY b.band), sum(b.leads)
      FROM (SELECT g.band, count(n.score) AS leads
              FROM generate_series(0, cardinality(edges)) g(band)
              LEFT JOIN (SELECT l.score, (SELECT count(*) FROM unnest(edges) x(edge) WHERE l.score >= x.edge) AS band
                           FROM @extschema@.past_leads(m.name, converted, judged_rules, at => drift.at, cut_off => moment, created => drift.created, horizon => '1 microsecond', as_of => known_until) l
                          WHERE l.snapshot > begins AND l.score IS NOT NULL) n USING (band)
             GROUP BY g.band) b;
    shift := @extschema@.band_shift(trained_bands, bands);
    RETURN QUERY VALUES ('leads', trained_leads, leads::float8, NULL::float8, NULL::float8, NULL),
        -- So much comes of chance alone: about one for each band but one, times 1/n + 1/m.
        ('stability_index', 0, shift, NULL, NULL,
         CASE WHEN leads = 0 OR cardinality(edges) * (1 / trained_leads + 1.0 / leads) > 0.05 THEN 'not enough data' WHEN shift < 0.1 THEN 'stable' WHEN shift < 0.25 THEN 'moved' ELSE 'moved far' END);

    SELECT INTO now_known @extschema@.evaluate_score(l.score::float8, l.outcome, l.probability) AS evaluation, avg(l.probability) AS probability
      FROM @extschema@.past_leads(m.name, converted, judged_rules, at => drift.at, cut_off => moment, created => drift.created, horizon => drift.horizon, as_of => known_until) l WHERE l.left_out IS NULL AND l.snapshot > begins;
    e := now_known.evaluation;
    few := e.conversions < 20 OR e.leads - e.conversions < 20;
    SELECT INTO rate_limits w.* FROM @extschema@.rate_limits(e.conversions, e.leads) w;
    RETURN QUERY VALUES ('conversions', (report #>> '{training,conversions}')::float8, e.conversions::float8, NULL::float8, NULL::float8, NULL::text),
        ('rate', (report #>> '{training,rate}')::float8, e.rate, rate_limits.low, rate_limits.high,
         -- That conversions stopped shows without any: limits that leave the old rate out have decided, few as the conversions are.
         CASE WHEN e.leads < 20 THEN 'not enough data' WHEN (report #>> '{training,rate}')::float8 NOT BETWEEN rate_limits.low AND rate_limits.high THEN 'moved'
              WHEN few THEN 'not enough data' ELSE 'stable' END),
        ('probability', (report #>> '{training,rate}')::float8, now_known.probability, rate_limits.low, rate_limits.high,
         CASE WHEN e.leads < 20 THEN 'not enough data' WHEN now_known.probability IS NULL THEN NULL WHEN now_known.probability > rate_limits.high THEN 'promises too much'
              WHEN now_known.probability < rate_limits.low THEN 'promises too little' WHEN few THEN 'not enough data' ELSE 'calibrated' END),
        ('calibration_error', (judged ->> 'calibration_error')::float8, e.calibration_error, NULL, NULL, NULL),
        ('auc', (judged ->> 'auc')::float8, e.auc, e.auc_low, e.auc_high,
         CASE WHEN few THEN 'not enough data' WHEN (judged ->> 'auc')::float8 > e.auc_high THEN 'worse'
              WHEN (judged ->> 'auc')::float8 < e.auc_low THEN 'better' ELSE 'stable' END);
END $$;
COMMENT ON FUNCTION @extschema@.drift(text, name, name, jsonb, interval, timestamptz, timestamptz, timestamptz, name, @extschema@.scoring_rules) IS
    'Whether leads score and convert as they did when the rules of a model were learned. model: its name; converted, at, horizon, cut_off, created: as when they were learned, see '
    'backtest_leads(); at: NULL: all leads are looked at from cut_off, by default horizon before as_of, as fit_model() does; report: of fit_rules(), fit_model() or refit(); since: leads whose moment at is later '
    'count, by default those of two horizons before as_of, with cut_off all; as_of: nothing later is known, by default now; rules: by default the active ones; a NOTICE says so if they score otherwise than those '
    'that the report is of, for then their difference is measured, too. '
    'measure: leads and their stability_index, also of leads whose horizon is not over: population stability index over the tenths of the training part, below 0.1 stable, below 0.25 moved, else moved far '
    '(Siddiqi, Credit Risk Scorecards, 2006), not enough data where chance alone gives 0.05; of leads whose outcome is known: conversions, rate with Wilson limits, probability: '
    'its mean, calibrated within these limits, calibration_error, and auc with limits, against the test part, or the validation if that had fewer than 20 conversions. Not enough data: of auc below 20 '
    'leads of an outcome; of rate and probability below 20 leads, and below 20 of an outcome where they lie within the limits. trained, recent: then and now; low, high: limits of 95 % of recent. Needs what backtest_leads() needs. Errors: as there, 22004 no report, 22023 no such report.';
