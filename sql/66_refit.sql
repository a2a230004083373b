-- refit(): rules learned anew, judged beside the active ones, or others, on leads that neither the fit nor its outcomes could know.

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
    'Fitted rules with the exclusions and stages of those they were compared with. scores: by the fitted rules, the best first; in_stage: how many of these leads are in each stage of the '
    'latter. Minima of dimensions ("needs") are left out: dimensions have other points now.';

CREATE FUNCTION @extschema@.with_exclusions(rules @extschema@.scoring_rules, active @extschema@.scoring_rules) RETURNS @extschema@.scoring_rules
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (CASE WHEN a.exclude = '[]' THEN $1::jsonb
                 ELSE $1::jsonb || jsonb_build_object('exclude', a.exclude || coalesce(
                          (SELECT jsonb_agg(e.exclusion ORDER BY e.ord) FROM jsonb_array_elements($1::jsonb -> 'exclude') WITH ORDINALITY e(exclusion, ord)
                            WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(a.exclude) o(exclusion) WHERE o.exclusion -> 'name' = e.exclusion -> 'name')), '[]')) END)::@extschema@.scoring_rules
      FROM (SELECT coalesce($2::jsonb -> 'exclude', '[]')) a(exclude)
$$;
COMMENT ON FUNCTION @extschema@.with_exclusions(@extschema@.scoring_rules, @extschema@.scoring_rules) IS
    'Rules with the exclusions of the active ones, and behind them those of their own with other names.';

-- Without nested loops, as backtest_leads(); without events, for exclusions look at attributes only.
CREATE FUNCTION @extschema@.leads_held_back(
    m @extschema@.model, converted name, rules @extschema@.scoring_rules, horizon interval, cut_off timestamptz, at name, created name, known_until timestamptz, share numeric,
    OUT cut timestamptz, OUT conversions bigint, OUT others bigint, OUT judged_conversions bigint, OUT judged_others bigint
) LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off AS $body$
BEGIN
    EXECUTE format($sql$
        WITH leadscore_s AS MATERIALIZED (SELECT s.* FROM (%1$s) s WHERE s.leadscore_left_out IS NULL),
        cut AS (SELECT percentile_disc($3) WITHIN GROUP (ORDER BY s.leadscore_at) AS at FROM leadscore_s s)
        SELECT (SELECT c.at FROM cut c), count(*) FILTER (WHERE x.outcome), count(*) FILTER (WHERE NOT x.outcome),
               count(*) FILTER (WHERE x.outcome AND x.score IS NOT NULL), count(*) FILTER (WHERE NOT x.outcome AND x.score IS NOT NULL)
          FROM (SELECT s.leadscore_outcome AS outcome, (@extschema@.maintained_score($1, a.attributes, NULL, NULL, s.leadscore_at, NULL)).score
                  FROM leadscore_s s JOIN %2$s ON %3$s WHERE $5 IS NOT NULL OR s.leadscore_at > (SELECT c.at FROM cut c) OFFSET 0) x$sql$,
        @extschema@.snapshots_sql(m, converted, cut_off IS NOT NULL, at, created), @extschema@.whole_attributes(m.name, 'a'), @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'))
       INTO cut, conversions, others, judged_conversions, judged_others
      USING ('{"rules": []}' || coalesce((SELECT jsonb_object_agg(d.key, d.value) FROM jsonb_each(rules::jsonb) d WHERE d.key IN ('exclude', 'timezone')), '{}'))::@extschema@.scoring_rules, rules,
            (1 - share)::float8, @extschema@.backtest_horizon(horizon, cut_off, known_until), cut_off, known_until;
END $body$;
COMMENT ON FUNCTION @extschema@.leads_held_back(@extschema@.model, name, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz, numeric) IS
    'The leads that refit() holds back: later than cut, the moment up to which a share of 1 - share is, or all if there is a cut_off. conversions, others: how many have which outcome; '
    'judged_conversions, judged_others: those that the rules do not exclude. Other arguments and errors as of backtest_leads().';

CREATE FUNCTION @extschema@.tell_leaks(what text, leaks text[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF cardinality(leaks) > 0 THEN
        RAISE NOTICE USING MESSAGE = format('attributes that %s look at may tell the outcome', what), DETAIL = array_to_string(leaks, E'\n'),
            HINT = 'Rules that know it cannot be beaten by others that do not. backtest_leaks() tells the same; compare with a copy (rules => …) without them.';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_leaks(text, text[]) IS 'A NOTICE with what backtest_leaks() found, if it found anything; what: which rules.';

CREATE FUNCTION @extschema@.refit(
    model text, converted name, at name DEFAULT NULL, horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, created name DEFAULT NULL,
    settings jsonb DEFAULT '{}', test_share numeric DEFAULT 0.3, as_of timestamptz DEFAULT NULL, replace boolean DEFAULT false, force boolean DEFAULT false,
    INOUT rules @extschema@.scoring_rules DEFAULT NULL, OUT report jsonb, OUT better boolean, OUT version integer, OUT why text, OUT leads bigint, OUT conversions bigint,
    OUT active_auc float8, OUT active_low float8, OUT active_high float8, OUT fitted_auc float8, OUT fitted_low float8, OUT fitted_high float8,
    OUT difference float8, OUT difference_low float8, OUT difference_high float8, OUT active_log_loss float8, OUT fitted_log_loss float8
) LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := CASE WHEN replace THEN @extschema@.need_model(refit.model) ELSE @extschema@.readable_model(refit.model) END;
    active @extschema@.scoring_rules := @extschema@.active_rules(m.name);
    given boolean := rules IS NOT NULL;
    compared @extschema@.scoring_rules := coalesce(rules, active);
    -- What the active rules exclude and the rules given do not, or by another condition.
    lacking text := (SELECT string_agg(format('"%s"', e.exclusion ->> 'name'), ', ' ORDER BY e.ord) FROM jsonb_array_elements(active::jsonb -> 'exclude') WITH ORDINALITY e(exclusion, ord)
                      WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(compared::jsonb -> 'exclude') o(exclusion) WHERE o.exclusion = e.exclusion));
    known_until timestamptz := coalesce(as_of, now());
    span interval := @extschema@.backtest_horizon(horizon);
    held record;
    cut timestamptz;
    -- Without "at" all leads are looked at again and again: learned at one moment, judged a horizon later.
    learned_at timestamptz;
    judged_at timestamptz;
    now_known record;
    late jsonb;
    suspects text;
    base float8;
    skilled boolean;
    lost boolean;
    problem text;
    detail text;
    advice text;
    a @extschema@.score_evaluation;
    b @extschema@.score_evaluation;
    c @extschema@.score_comparison;
BEGIN
    IF settings ? 'test_share' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'test_share: unknown key', HINT = 'test_share is an argument of its own.';
    ELSIF test_share IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'test_share must not be null';
    ELSIF NOT test_share BETWEEN 0.05 AND 0.9 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'test_share must be between 0.05 and 0.9';
    ELSIF at IS NULL THEN
        judged_at := coalesce(cut_off, known_until - span);
        learned_at := judged_at - span;
    END IF;
    rules := NULL;
    held := @extschema@.leads_held_back(m, converted, compared, horizon, CASE WHEN at IS NULL THEN judged_at ELSE refit.cut_off END, at, created, known_until, test_share);
    cut := CASE WHEN at IS NULL THEN learned_at ELSE held.cut END;
    IF cut IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('no lead of model "%s" has an outcome that is known', m.name), HINT = 'backtest_leads() says why each is left out.';
    ELSIF NOT force AND (held.conversions > 0 AND held.judged_conversions = 0 OR held.others > 0 AND held.judged_others = 0) THEN
        better := false;
        leads := held.judged_conversions + held.judged_others;
        conversions := held.judged_conversions;
        why := format('not better: nothing to compare on %s leads held back, for %s are excluded by %s', leads,
                      CASE WHEN held.conversions > 0 AND held.judged_conversions = 0 THEN format('all %s that converted', held.conversions) ELSE format('all %s others', held.others) END,
                      CASE WHEN given THEN 'the rules given' ELSE 'the active rules' END);
        RAISE NOTICE USING MESSAGE = CASE WHEN replace THEN format('model "%s" keeps its rules; %s', m.name, why) ELSE 'nothing is learned; ' || why END,
            DETAIL = 'Attributes are those of today: an exclusion of customers excludes the leads that converted.', HINT = 'Compare with a copy (rules => …) that does not exclude them.';
        RETURN;
    END IF;
    PERFORM @extschema@.tell_leaks(CASE WHEN given THEN 'the rules given' ELSE format('the rules of model "%s"', m.name) END, ARRAY(
                SELECT coalesce('"' || l.field || '"', format(CASE l.reason WHEN 'excluded' THEN 'exclusion "%s"' ELSE 'rule "%s"' END, l.rule)) || ': ' || l.detail
                  FROM @extschema@.backtest_leaks(m.name, converted, compared, horizon, CASE WHEN at IS NULL THEN judged_at END, at, created, known_until) WITH ORDINALITY l(field, rule, reason, detail, ord)
                 ORDER BY l.ord));
    -- As one would have learned when the last of the older outcomes had become known, and not from anything later.
    BEGIN
        SELECT INTO rules, report f.rules, f.report
          FROM @extschema@.fit_model(model => m.name, converted => refit.converted, at => refit.at, horizon => span, cut_off => learned_at, created => refit.created, as_of => cut + span,
               settings => jsonb_strip_nulls(jsonb_build_object('name', compared::jsonb ->> 'name', 'timezone', compared::jsonb ->> 'timezone')) || refit.settings || '{"test_share": 0}') f;
    EXCEPTION WHEN invalid_parameter_value THEN
        GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
        RAISE invalid_parameter_value USING MESSAGE = problem, HINT = advice,
            DETAIL = concat_ws(' ', nullif(detail, ''), CASE WHEN at IS NULL THEN format('What is learned is as of %s, a horizon before %s, as of which leads are judged.', @extschema@.moment_text(learned_at), @extschema@.moment_text(judged_at))
                                                             ELSE format('What is learned is from leads up to %s; the newer ones are held back.', @extschema@.moment_text(cut)) END);
    END;
    suspects := (SELECT string_agg(format('"%s"', l.e ->> 'field'), ', ' ORDER BY l.ord) FROM jsonb_array_elements(report -> 'left_out') WITH ORDINALITY l(e, ord) WHERE l.e ->> 'reason' = 'suspect');
    IF suspects IS NOT NULL THEN
        RAISE NOTICE USING MESSAGE = format('not learned from, as suspects: %s', suspects),
            HINT = 'The report says why each is. One that is known before the outcome is used if settings name it in "keep".';
    END IF;
    -- fit_model() has told of the moments as rules of its own zone read them.
    IF @extschema@.local_zone(rules) <> @extschema@.local_zone(compared) THEN
        PERFORM @extschema@.tell_moments(m.leads, converted, ARRAY[at, created], ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e), compared);
    END IF;
    WITH lead AS MATERIALIZED (
        SELECT l.* FROM @extschema@.past_leads(m.name, converted, compared, rules, horizon => refit.horizon, cut_off => judged_at, at => refit.at, created => refit.created, as_of => known_until) l
         WHERE l.left_out IS NULL
    ), staged AS (
        SELECT s.position, count(l.score) AS leads FROM @extschema@.stages_of(compared) s LEFT JOIN lead l ON l.stage = s.stage GROUP BY s.position
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
    rules := @extschema@.carried_over(rules, compared, now_known.scores, now_known.in_stage);
    IF replace THEN
        rules := @extschema@.with_exclusions(rules, active);
    ELSIF lacking IS NOT NULL THEN
        RAISE NOTICE USING MESSAGE = format('the proposal lacks exclusions of the active rules: %s', lacking), HINT = 'replace => true keeps them; put them back before set_rules().';
    END IF;
    -- Of the leads held back nobody knew the rate: what the new rules have to be better than is that of the leads they were learned from.
    base := @extschema@.base_log_loss((report #>> '{training,rate}')::float8, b.conversions, b.leads);
    report := report || jsonb_build_object('skill', @extschema@.fit_skill(
                  ARRAY[b.leads, b.conversions, coalesce(b.auc, 0.5), coalesce(b.auc_low, b.auc, 0.5), coalesce(b.log_loss, 0), coalesce(base, 0)],
                  ARRAY(SELECT coalesce((report -> 'validation' ->> k.name)::float8, 0) FROM unnest('{leads,conversions,auc,auc_low,log_loss,base_log_loss}'::text[]) WITH ORDINALITY k(name, ord) ORDER BY k.ord)));
    report := report || jsonb_build_object('test', jsonb_build_object(
                  'leads', b.leads, 'conversions', b.conversions, 'rate', b.rate, 'auc', b.auc, 'auc_low', b.auc_low, 'auc_high', b.auc_high, 'log_loss', b.log_loss, 'base_log_loss', base,
                  'calibration_error', b.calibration_error, 'lift_10', b.lift_10, 'lift_20', b.lift_20))
              || jsonb_build_object('leads', report -> 'leads' || jsonb_build_object('test', format(CASE WHEN at IS NULL THEN 'leads as of %s' ELSE 'leads later than %s' END,
                                                                                                            @extschema@.moment_text(coalesce(judged_at, cut)))) || CASE WHEN at IS NULL THEN '{}'
                  ELSE jsonb_build_object('test_since', @extschema@.moment_text(cut + interval '1 microsecond')) END);
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
    late := report #> '{leads,latecomers}';
    skilled := (report #>> '{skill,found}')::boolean;
    -- If few are held back, validation tells the skill.
    lost := coalesce(b.log_loss >= base, true);
    better := coalesce(c.difference_low > 0, false) AND skilled AND NOT lost AND late IS NULL;
    why := CASE
        WHEN c.auc_a IS NULL OR c.auc_b IS NULL THEN
            format('not better: nothing to compare on %s leads held back, for all that converted, or all others, are excluded or missing', coalesce(c.leads, 0))
        ELSE
            format('%s: AUC %s instead of %s on %s leads held back, difference %s (%s to %s)', CASE WHEN better THEN 'better' WHEN late IS NOT NULL THEN 'in doubt' WHEN c.difference_low > 0 AND NOT skilled THEN 'no skill' ELSE 'not better' END,
                   round(c.auc_b::numeric, 4), round(c.auc_a::numeric, 4), c.leads, round(c.difference::numeric, 4), round(c.difference_low::numeric, 4), round(c.difference_high::numeric, 4))
        END || CASE WHEN NOT coalesce(c.difference_low > 0, false) THEN '' WHEN NOT skilled THEN format('; %s', replace(report #>> '{skill,why}', 'no skill found: ', ''))
                    WHEN lost THEN format('; log loss %s, that of the rate alone %s', round(b.log_loss::numeric, 4), round(base::numeric, 4)) ELSE '' END
            || CASE WHEN late IS NULL THEN '' ELSE format('; %s of %s leads may not have been there yet at %s (created is not given)', late ->> 'late', late ->> 'drawn', @extschema@.moment_text(learned_at)) END;
    IF replace AND (better OR force) THEN
        version := @extschema@.set_rules(m.name, rules, note => 'refit, ' || why);
        IF lacking IS NOT NULL THEN
            RAISE NOTICE USING MESSAGE = format('exclusions of the rules of model "%s" stay: %s', m.name, lacking);
        END IF;
    ELSIF replace THEN
        RAISE NOTICE 'model "%" keeps its rules; %', m.name, why;
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refit(text, name, name, interval, timestamptz, name, jsonb, numeric, timestamptz, boolean, boolean, @extschema@.scoring_rules) IS
    'Learns rules anew from the leads of a model and judges them beside the active ones, or others, on what came later. With at, the newest leads, a share test_share, are held back, and learned is what '
    'was known when the outcomes of the others were. Without, all leads are judged as of cut_off, by default horizon before as_of, and learned is from what they were a horizon before and did '
    'until then. model: its name; converted, at, horizon, cut_off, created, as_of: as for backtest_leads(); settings: as for fit_model(), without '
    'test_share, name and time zone by default those of the rules compared with; replace: make the rules those of the model by set_rules(), if they are better; force: also if they are not. '
    'rules: to compare with, by default the active ones. Result: rules: the document, with the exclusions of the rules compared with, with replace first those of the active rules (of two with one name, theirs), '
    'and with the stages of the rules compared with, which begin where about as many leads are in them as before, without "needs"; report: for fit_report_text() and '
    'drift(), its test part are the leads held back; better: whether the lower limit of the difference is above 0, the leads held back show skill (as of fit_rules(); the rate alone is that of the leads learned from) and a log loss below that of the rate, and no latecomers make it doubtful, which a NOTICE and why tell (without at and created); version: of the rules, if they replaced the others; why: in words; leads, '
    'conversions: held back and scored by both; AUCs (active: of the rules compared with), log losses and difference (fitted less active) on them, limits of 95 %, paired. '
    'If all leads held back that converted, or all others, are excluded by the rules compared with, nothing is learned: better is false, why and a NOTICE say so, rules and report are NULL; '
    'with force it is learned all the same. A NOTICE names exclusions of the active rules that the rules compared with lack, and that stay with replace. Nothing is written without it. '
    'Others tell what backtest_leaks() finds in the rules compared with, and which columns were not learned from as suspects. '
    'With replace only for the owner of the leads table. Errors: as backtest_leads(), fit_model() and set_rules().';
