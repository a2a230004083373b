-- refit(): rules learned anew, judged beside the active ones on leads that neither the fit nor its outcomes could know.

-- What people decided stays: exclusions, and stages, which begin where about as many leads are in them as before.
CREATE FUNCTION @extschema@.carried_over(fitted @extschema@.scoring_rules, active @extschema@.scoring_rules, scores numeric[], in_stage bigint[]) RETURNS @extschema@.scoring_rules
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    document jsonb := fitted::jsonb;
    stages jsonb := active::jsonb -> 'stages';
    carried jsonb := '[]';
    begins numeric;
    last numeric;
    above bigint := coalesce((SELECT sum(n) FROM unnest(in_stage) n), 0);
BEGIN
    IF active::jsonb ? 'exclude' THEN
        document := document || jsonb_build_object('exclude', active::jsonb -> 'exclude');
    END IF;
    IF stages IS NULL THEN
        RETURN document::@extschema@.scoring_rules;
    END IF;
    -- scores: the best first. The first stage begins nowhere, any other above the one before it.
    FOR i IN 1 .. jsonb_array_length(stages) LOOP
        IF i > 1 THEN
            above := above - coalesce(in_stage[i - 1], 0);
            -- Leads with one score stay together: on the side where that changes least.
            begins := greatest(coalesce((SELECT x.score FROM (SELECT u.score, sum(count(*)) OVER (ORDER BY u.score DESC) AS leads FROM unnest(scores) u(score) GROUP BY u.score
                                                              UNION ALL SELECT coalesce(scores[1], 0) + 1, 0) x
                                          ORDER BY abs(x.leads - above), x.score LIMIT 1), 1), last + 1);
            last := begins;
        END IF;
        carried := carried || jsonb_build_array((stages -> (i - 1)) - 'from' - 'needs' || CASE WHEN i > 1 THEN jsonb_build_object('from', begins) ELSE '{}' END);
    END LOOP;
    RETURN (document || jsonb_build_object('stages', carried))::@extschema@.scoring_rules;
END $$;
COMMENT ON FUNCTION @extschema@.carried_over(@extschema@.scoring_rules, @extschema@.scoring_rules, numeric[], bigint[]) IS
    'Fitted rules with the exclusions and stages of the active ones. scores: by the fitted rules, the best first; in_stage: how many of these leads are in each stage of the '
    'active rules. Minima of dimensions ("needs") are left out: dimensions have other points now.';

CREATE FUNCTION @extschema@.refit(
    model text, converted name, at name DEFAULT NULL, horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, created name DEFAULT NULL,
    settings jsonb DEFAULT '{}', test_share numeric DEFAULT 0.3, as_of timestamptz DEFAULT NULL, replace boolean DEFAULT false, force boolean DEFAULT false,
    OUT rules @extschema@.scoring_rules, OUT report jsonb, OUT better boolean, OUT version integer, OUT why text, OUT leads bigint, OUT conversions bigint,
    OUT active_auc float8, OUT active_low float8, OUT active_high float8, OUT fitted_auc float8, OUT fitted_low float8, OUT fitted_high float8,
    OUT difference float8, OUT difference_low float8, OUT difference_high float8, OUT active_log_loss float8, OUT fitted_log_loss float8
) LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := CASE WHEN replace THEN @extschema@.need_model(refit.model) ELSE @extschema@.readable_model(refit.model) END;
    active @extschema@.scoring_rules := @extschema@.active_rules(m.name);
    known_until timestamptz := coalesce(as_of, now());
    span interval := @extschema@.backtest_horizon(horizon);
    cut timestamptz;
    -- Without "at" all leads are looked at again and again: learned at one moment, judged a horizon later.
    learned_at timestamptz;
    judged_at timestamptz;
    now_known record;
    a @extschema@.score_evaluation;
    b @extschema@.score_evaluation;
    c @extschema@.score_comparison;
BEGIN
    IF settings ? 'test_share' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'test_share: unknown key', HINT = 'test_share is an argument of its own.';
    ELSIF test_share IS NULL OR NOT test_share BETWEEN 0.05 AND 0.9 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'test_share must be between 0.05 and 0.9';
    ELSIF at IS NULL THEN
        judged_at := coalesce(cut_off, known_until - span);
        learned_at := judged_at - span;
        cut := learned_at;
    ELSE
        SELECT INTO cut percentile_disc((1 - test_share)::float8) WITHIN GROUP (ORDER BY l.snapshot)
          FROM @extschema@.backtest_leads(m.name, converted, active, horizon => refit.horizon, cut_off => refit.cut_off, at => refit.at, created => refit.created, as_of => known_until) l
         WHERE l.left_out IS NULL;
        IF cut IS NULL THEN
            RAISE invalid_parameter_value USING MESSAGE = format('no lead of model "%s" has an outcome that is known', m.name), HINT = 'backtest_leads() says why each is left out.';
        END IF;
    END IF;
    -- As one would have learned when the last of the older outcomes had become known, and not from anything later.
    SELECT INTO rules, report f.rules, f.report
      FROM @extschema@.fit_model(model => m.name, converted => refit.converted, at => refit.at, horizon => span, cut_off => learned_at, created => refit.created, as_of => cut + span,
           settings => jsonb_strip_nulls(jsonb_build_object('name', active::jsonb ->> 'name', 'timezone', active::jsonb ->> 'timezone')) || refit.settings || '{"test_share": 0}') f;
    WITH lead AS MATERIALIZED (
        SELECT l.* FROM @extschema@.backtest_leads(m.name, converted, active, rules, horizon => refit.horizon, cut_off => judged_at, at => refit.at, created => refit.created, as_of => known_until) l
         WHERE l.left_out IS NULL
    ), staged AS (
        SELECT s.position, count(l.score) AS leads FROM @extschema@.stages_of(active) s LEFT JOIN lead l ON l.stage = s.stage GROUP BY s.position
    )
    SELECT INTO now_known
           @extschema@.evaluate_score(l.score::float8, l.outcome, l.probability) FILTER (WHERE l.snapshot > cut) AS a,
           @extschema@.evaluate_score(l.other_score::float8, l.outcome, l.other_probability) FILTER (WHERE l.snapshot > cut AND l.score IS NOT NULL) AS b,
           @extschema@.compare_scores(l.score::float8, l.other_score::float8, l.outcome) FILTER (WHERE l.snapshot > cut) AS c,
           array_agg(l.other_score ORDER BY l.other_score DESC) FILTER (WHERE l.score IS NOT NULL) AS scores,
           (SELECT array_agg(g.leads ORDER BY g.position) FROM staged g) AS in_stage
      FROM lead l;
    a := now_known.a;
    b := now_known.b;
    c := now_known.c;
    rules := @extschema@.carried_over(rules, active, now_known.scores, now_known.in_stage);
    report := report || jsonb_build_object('test', jsonb_build_object(
                  'leads', b.leads, 'conversions', b.conversions, 'rate', b.rate, 'auc', b.auc, 'auc_low', b.auc_low, 'auc_high', b.auc_high, 'log_loss', b.log_loss,
                  'calibration_error', b.calibration_error, 'lift_10', b.lift_10, 'lift_20', b.lift_20))
              || jsonb_build_object('leads', report -> 'leads' || jsonb_build_object('test', format(CASE WHEN at IS NULL THEN 'leads as of %s' ELSE 'leads later than %s' END,
                                                                                                            @extschema@.moment_text(coalesce(judged_at, cut)))));
    leads := c.leads;
    conversions := c.conversions;
    active_auc := c.auc_a;
    active_low := c.auc_a_low;
    active_high := c.auc_a_high;
    fitted_auc := c.auc_b;
    fitted_low := c.auc_b_low;
    fitted_high := c.auc_b_high;
    difference := c.difference;
    difference_low := c.difference_low;
    difference_high := c.difference_high;
    active_log_loss := a.log_loss;
    fitted_log_loss := b.log_loss;
    better := coalesce(c.difference_low > 0, false) AND (report #>> '{skill,found}')::boolean;
    why := CASE
        WHEN c.auc_a IS NULL OR c.auc_b IS NULL THEN
            format('not better: nothing to compare on %s leads held back, for all that converted, or all others, are excluded or missing', coalesce(c.leads, 0))
        ELSE
            format('%s: AUC %s instead of %s on %s leads held back, difference %s (%s to %s)', CASE WHEN better THEN 'better' WHEN c.difference_low > 0 THEN 'no skill' ELSE 'not better' END,
                   round(c.auc_b::numeric, 4), round(c.auc_a::numeric, 4), c.leads, round(c.difference::numeric, 4), round(c.difference_low::numeric, 4), round(c.difference_high::numeric, 4))
        END;
    IF replace AND (better OR force) THEN
        version := @extschema@.set_rules(m.name, rules, note => 'refit, ' || why);
    ELSIF replace THEN
        RAISE NOTICE 'model "%" keeps its rules; %', m.name, why;
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refit(text, name, name, interval, timestamptz, name, jsonb, numeric, timestamptz, boolean, boolean) IS
    'Learns rules anew from the leads of a model and judges them beside the active ones on what came later. With at, the newest leads, a share test_share, are held back, and learned is what '
    'was known when the outcomes of the others were. Without, all leads are judged as of cut_off, by default horizon before as_of, and learned is from what they were a horizon before and did '
    'until then. model: its name; converted, at, horizon, cut_off, created, as_of: as for backtest_leads(); settings: as for fit_model(), without '
    'test_share, name and time zone by default those of the active rules; replace: make the rules those of the model by set_rules(), if they are better; force: also if they are not. '
    'rules: the document, with the exclusions of the active rules and their stages, which begin where about as many leads are in them as before, without "needs"; report: for fit_report_text() and '
    'drift(), its test part are the leads held back; better: whether it has skill and the lower limit of the difference is above 0; version: of the rules, if they replaced the others; why: in words; leads, '
    'conversions: held back and scored by both; AUCs, log losses and difference (fitted less active) on them, limits of 95 %, paired. Nothing is written without replace. '
    'With replace only for the owner of the leads table. Errors: as backtest_leads(), fit_model() and set_rules().';
