-- backtest_leads(): every lead scored as of a moment of its own, from the events up to it.

CREATE FUNCTION @extschema@.backtest_horizon(horizon interval, cut_off timestamptz DEFAULT NULL, known_until timestamptz DEFAULT NULL) RETURNS interval
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- In seconds: a day of a session's time zone may have 23 hours.
    span interval := make_interval(secs => extract(epoch FROM horizon)::float8);
BEGIN
    IF horizon IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'horizon must not be null';
    ELSIF extract(epoch FROM horizon) <= 0 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'horizon must be longer than nothing';
    ELSIF cut_off > known_until - span THEN
        RAISE invalid_parameter_value USING MESSAGE = 'the cut-off is younger than the horizon',
            HINT = format('What leads did within the horizon is known up to %s.', known_until - span);
    END IF;
    RETURN span;
END $$;
COMMENT ON FUNCTION @extschema@.backtest_horizon(interval, timestamptz, timestamptz) IS
    'The horizon in seconds: days of 24 hours, months of 30 days. Errors: 22004, 22023, also if what leads did within it after cut_off is not known yet at known_until.';

-- Parameters of the query: $2 rules, whose time zone counts; $4 horizon; $5 cut-off; $6 where all that is known ends: an outcome after it is none.
CREATE FUNCTION @extschema@.snapshots_sql(m @extschema@.model, converted name, cut_off boolean, at name, created name) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    yes_or_no boolean := @extschema@.column_type(m.leads, converted) = 'boolean'::regtype;
BEGIN
    IF converted IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'converted must name a column of the leads';
    ELSIF at IS NOT NULL AND cut_off THEN
        RAISE invalid_parameter_value USING MESSAGE = 'at and cut_off both say when leads are looked at', HINT = 'Give one of them, or none.';
    ELSIF yes_or_no AND at IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('column "%s" of %s does not say when a lead converted', converted, m.leads),
            HINT = 'Name a column that does, or with "at" a column that says when each lead is to be looked at.';
    END IF;
    -- Names that no key column has.
    RETURN format($sql$
        SELECT %1$s, o.leadscore_converted_at, o.leadscore_at, coalesce(%2$s, false) AS leadscore_outcome,
               CASE WHEN %10$s THEN 'outcome not known' WHEN o.leadscore_at IS NULL THEN 'no moment to look at it' WHEN o.leadscore_created > o.leadscore_at THEN 'not there yet'
                    WHEN o.leadscore_converted_at <= o.leadscore_at THEN 'converted before' WHEN o.leadscore_at > $6 - $4 THEN 'younger than the horizon'
                    END AS leadscore_left_out
          FROM (SELECT c.*, %3$s AS leadscore_at
                  FROM (SELECT %4$s, %5$s AS leadscore_yes, CASE WHEN x.at <= $6 THEN x.at END AS leadscore_converted_at, %6$s AS leadscore_asked, %7$s AS leadscore_created
                          FROM %8$s leadscore_l CROSS JOIN LATERAL (SELECT %9$s) x(at)) c) o$sql$,
        @extschema@.key_list(m.name, 'o', 'scores'),
        CASE WHEN yes_or_no THEN 'o.leadscore_yes' WHEN at IS NULL AND NOT cut_off THEN 'o.leadscore_converted_at IS NOT NULL'
             ELSE 'o.leadscore_converted_at <= o.leadscore_at + $4' END,
        CASE WHEN at IS NOT NULL THEN 'c.leadscore_asked' WHEN cut_off THEN '$5' ELSE 'coalesce(c.leadscore_converted_at - interval ''1 microsecond'', $6 - $4)' END,
        (SELECT string_agg(format('leadscore_l.%I AS %I', p.leads_name, p.stored_name), ', ' ORDER BY p.position) FROM @extschema@.key_parts(m.name) p),
        CASE WHEN yes_or_no THEN format('leadscore_l.%I', converted) ELSE 'NULL::boolean' END,
        @extschema@.lead_moment_sql(m.leads, at, '$2'), @extschema@.lead_moment_sql(m.leads, created, '$2'), m.leads,
        @extschema@.lead_moment_sql(m.leads, CASE WHEN yes_or_no THEN NULL ELSE converted END, '$2'),
        CASE WHEN yes_or_no THEN 'o.leadscore_yes IS NULL' ELSE 'false' END);
END $body$;
COMMENT ON FUNCTION @extschema@.snapshots_sql(@extschema@.model, name, boolean, name, name) IS
    'The query that says at which moment a backtest looks at each lead, for statements with parameters $2, rules, $4, horizon, $5, cut-off, and $6, the end of what is known: '
    'key columns as the score table calls them, leadscore_at (the snapshot), leadscore_converted_at, leadscore_outcome, leadscore_left_out. converted, at, created: columns of leads; cut_off: whether there is one. '
    'Errors: 42703, 42804, 22004, 22023.';

-- The evidence of two documents together, where one tally can hold it; NULL where each needs its own.
CREATE FUNCTION @extschema@.counted_together(rules @extschema@.scoring_rules, other @extschema@.scoring_rules) RETURNS @extschema@.scoring_rules
    LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN other IS NULL THEN rules ELSE @extschema@.union_rules(rules, other) END;
EXCEPTION WHEN feature_not_supported OR program_limit_exceeded THEN
    RETURN NULL;
END $$;
COMMENT ON FUNCTION @extschema@.counted_together(@extschema@.scoring_rules, @extschema@.scoring_rules) IS
    'A document for whose evidence events are counted once for both; NULL if that cannot be, such as for two time zones.';

-- Without nested loops: how many leads count cannot be estimated, and a guess of one lead would take the square of the time.
CREATE FUNCTION @extschema@.past_leads(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, other @extschema@.scoring_rules DEFAULT NULL,
    horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL
) RETURNS TABLE (
    lead text, snapshot timestamptz, converted_at timestamptz, outcome boolean, score numeric, stage text, probability float8,
    other_score numeric, other_stage text, other_probability float8, left_out text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off AS $body$
DECLARE
    m @extschema@.model := @extschema@.readable_model(past_leads.model);
    judged @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules(m.name));
    together @extschema@.scoring_rules := @extschema@.counted_together(judged, other);
    known_until timestamptz := coalesce(as_of, now());
    span interval := @extschema@.backtest_horizon(horizon, cut_off, known_until);
    asked constant text := format('SELECT %s, s.leadscore_at FROM leadscore_s s WHERE s.leadscore_left_out IS NULL', @extschema@.key_list(m.name, 's', 'scores'));
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH leadscore_s AS MATERIALIZED (SELECT s.* FROM (%1$s) s WHERE $7 IS NULL OR s.leadscore_at >= $7)
        SELECT %2$s, x.leadscore_at, x.leadscore_converted_at, x.leadscore_outcome, (x.leadscore_a).score, (x.leadscore_a).stage, (x.leadscore_a).probability,
               (x.leadscore_b).score, (x.leadscore_b).stage, (x.leadscore_b).probability, x.leadscore_left_out
          FROM (SELECT %3$s, s.leadscore_at, s.leadscore_converted_at, s.leadscore_outcome, s.leadscore_left_out, CASE WHEN s.leadscore_left_out IS NULL
                       THEN @extschema@.maintained_score($2, a.attributes, t.tally, r.adjustments, s.leadscore_at, NULL) END AS leadscore_a, CASE WHEN s.leadscore_left_out IS NULL
                       THEN @extschema@.maintained_score($3, a.attributes, %4$s.tally, r.adjustments, s.leadscore_at, NULL) END AS leadscore_b
                  FROM leadscore_s s JOIN %5$s ON %6$s LEFT JOIN (%7$s) t ON %8$s%9$s LEFT JOIN %10$s r ON %11$s OFFSET 0) x$sql$,
        @extschema@.snapshots_sql(m, converted, cut_off IS NOT NULL, at, created), @extschema@.key_text_sql(m.name, 'x', 'leads'),
        @extschema@.key_list(m.name, 'a', 'leads'), CASE WHEN together IS NULL THEN 'u' ELSE 't' END, @extschema@.whole_attributes(m.name, 'a'),
        @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'),
        @extschema@.tally_sql(m.name, '$1', asked, 'leadscore_k.leadscore_at'), @extschema@.key_join(m.name, 't', 'scores', 's', 'scores'),
        CASE WHEN together IS NULL THEN format(' LEFT JOIN (%s) u ON %s', @extschema@.tally_sql(m.name, '$3', asked, 'leadscore_k.leadscore_at'),
                                               @extschema@.key_join(m.name, 'u', 'scores', 's', 'scores')) ELSE '' END,
        m.scores, @extschema@.key_join(m.name, 'r', 'scores', 's', 'scores'))
        USING coalesce(together, judged), judged, other, span, cut_off, known_until, since;
END $body$;
COMMENT ON FUNCTION @extschema@.past_leads(text, name, @extschema@.scoring_rules, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz, timestamptz) IS
    'backtest_leads() without NOTICEs, for those that look at leads more than once and tell by themselves.';

CREATE FUNCTION @extschema@.backtest_leads(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, other @extschema@.scoring_rules DEFAULT NULL,
    horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL
) RETURNS TABLE (
    lead text, snapshot timestamptz, converted_at timestamptz, outcome boolean, score numeric, stage text, probability float8,
    other_score numeric, other_stage text, other_probability float8, left_out text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.readable_model(backtest_leads.model);
BEGIN
    PERFORM @extschema@.tell_moments(m.leads, converted, ARRAY[at, created], ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e), coalesce(rules, @extschema@.active_rules(m.name)));
    RETURN QUERY SELECT l.* FROM @extschema@.past_leads(m.name, converted, rules, other, horizon, cut_off, at, created, as_of, since) l;
END $$;
COMMENT ON FUNCTION @extschema@.backtest_leads(text, name, @extschema@.scoring_rules, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz, timestamptz) IS
    'What rules would have said of each lead that the caller sees, and what became of it. Only events up to the snapshot count, adjustments dated up to it, and stages are those '
    'of a lead without a stage before. Attributes are as they are now, for a CRM does not keep what they were: backtest_leaks() names those that may tell of the outcome. '
    'model: its name; converted: the column of leads with the moment of conversion, timestamptz, timestamp or date, null: none; with "at" a boolean, too; rules: '
    'by default the active ones; other: a second document for the same leads; horizon: what counts is a conversion within it, a month is 30 days; cut_off: '
    'look at all leads at this moment; at: a column with the moment for each lead. Without both, a converted lead is looked at a microsecond before its conversion, any '
    'other at as_of - horizon. created: a column that says when the lead came; as_of: nothing later is known, by default now; since: only leads looked at '
    'then or later, by default all. lead: the key as text; snapshot: when it was looked at; outcome: whether it converted by the end of the horizon, so within it unless it was left out; left_out: why it does not count, its score then is NULL: '
    'younger than the horizon, converted before, not there yet, no moment to look at it, outcome not known (converted is a boolean and null). NOTICEs tell of columns that are timestamp where the rules have another zone than UTC, and of events with a date where conversions have '
    'a time of day. Needs what score_at() needs. Errors: 42704, 42501, 42703, 42804, 22004, 22023.';
