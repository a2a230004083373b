-- backtest_leaks(): what the rules look at that may tell of the outcome, for attributes are as they are now.

CREATE FUNCTION @extschema@.judgement_word(field text) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_judgement_word' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.judgement_word(text) IS
    'The word in the name of an attribute that speaks of a judgement, such as score, quality, status or reason; NULL if there is none.';

CREATE FUNCTION @extschema@.exclusions_as_rules(rules @extschema@.scoring_rules) RETURNS @extschema@.scoring_rules
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (jsonb_build_object('rules', jsonb_agg(jsonb_build_object('name', e.ord::text, 'if', e.exclusion -> 'if', 'points', 1) ORDER BY e.ord))
            || CASE WHEN $1::jsonb ? 'timezone' THEN jsonb_build_object('timezone', $1::jsonb -> 'timezone') ELSE '{}' END)::@extschema@.scoring_rules
      FROM jsonb_array_elements($1::jsonb -> 'exclude') WITH ORDINALITY e(exclusion, ord) HAVING count(*) > 0
$$;
COMMENT ON FUNCTION @extschema@.exclusions_as_rules(@extschema@.scoring_rules) IS
    'A document with a rule for each exclusion, in their order, that gives a point where it holds; it excludes nobody. NULL if there are none.';

-- Without nested loops: how many leads count cannot be estimated, and a guess of one lead would take the square of the time.
CREATE FUNCTION @extschema@.backtest_leaks(
    model text, converted name, rules @extschema@.scoring_rules DEFAULT NULL, horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL,
    at name DEFAULT NULL, created name DEFAULT NULL, as_of timestamptz DEFAULT NULL
) RETURNS TABLE (field text, rule text, reason text, detail text)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off AS $body$
DECLARE
    m @extschema@.model := @extschema@.readable_model(backtest_leaks.model);
    judged @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules(m.name));
    fields text[] := ARRAY(SELECT DISTINCT f.field FROM jsonb_to_recordset(@extschema@.attribute_rows(judged)) f(field text) ORDER BY 1);
    span interval := @extschema@.backtest_horizon(horizon);
    snapshots text := @extschema@.snapshots_sql(m, converted, cut_off IS NOT NULL, at, created);
    known_until timestamptz := coalesce(as_of, now());
    moments text;
    exclusions @extschema@.scoring_rules := @extschema@.exclusions_as_rules(judged);
BEGIN
    RETURN QUERY
        SELECT f.field, NULL::text, x.reason, x.detail
          FROM unnest(fields) f(field) LEFT JOIN @extschema@.mirrored_attributes(m.name) o ON o.name = f.field
         CROSS JOIN LATERAL (VALUES (f.field = converted, 1, 'outcome', 'it is the outcome itself'),
            (o.keeper IS NOT NULL, 2, 'score of a model', format('model "%s" keeps it: it tells of now, not of the snapshot', o.keeper)),
            (o.keeper IS NULL AND f.field <> converted AND @extschema@.judgement_word(f.field) IS NOT NULL, 3, 'name',
             format('its name speaks of a judgement ("%s"), which may have been made after the outcome was known', @extschema@.judgement_word(f.field)))) x(is_so, place, reason, detail)
         WHERE x.is_so ORDER BY x.place, f.field COLLATE "C", o.keeper COLLATE "C";
    SELECT INTO moments string_agg(format('(%L, %s)', f.field, @extschema@.lead_moment_sql(m.leads, f.field::name, '$2')), ', ')
      FROM unnest(fields) f(field)
     WHERE f.field <> converted AND @extschema@.column_type(m.leads, f.field::name) IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype);
    RETURN QUERY EXECUTE format($sql$
        WITH leadscore_s AS (%1$s)
        SELECT x.field, NULL::text, 'later', format('it lies after the snapshot of %%s leads', count(*))
          FROM leadscore_s s JOIN %2$s leadscore_l ON %3$s CROSS JOIN LATERAL (VALUES %4$s) x(field, at)
         WHERE s.leadscore_left_out IS NULL AND x.at > s.leadscore_at AND x.at <= $6 GROUP BY x.field ORDER BY x.field$sql$,
        snapshots, m.leads, @extschema@.key_join(m.name, 's', 'scores', 'leadscore_l', 'leads'), coalesce(moments, '(NULL::text, NULL::timestamptz)'))
        USING NULL, judged, NULL, span, cut_off, known_until;
    -- The same lines as fit_rules() draws, between the points that a rule gives.
    RETURN QUERY EXECUTE format($sql$
        WITH leadscore_s AS (%1$s),
        given AS (
            SELECT p.position, p.points, count(*) AS leads, count(*) FILTER (WHERE s.leadscore_outcome) AS conversions
              FROM leadscore_s s JOIN %2$s ON %3$s
              CROSS JOIN LATERAL unnest(@extschema@.rule_points($2, a.attributes, NULL, NULL, s.leadscore_at, NULL)) WITH ORDINALITY p(points, position)
             WHERE s.leadscore_left_out IS NULL AND p.points IS NOT NULL GROUP BY p.position, p.points
        ), level AS (
            SELECT g.*, g.conversions::float8 / g.leads AS rate, sum(g.conversions) OVER w AS all_conversions, sum(g.leads) OVER w AS all_leads,
                   sum(g.leads - g.conversions) OVER (PARTITION BY g.position ORDER BY g.points) - (g.leads - g.conversions) AS others_below
              FROM given g WINDOW w AS (PARTITION BY g.position)
        ), judged AS (
            SELECT l.position, max(l.all_conversions) AS conversions, max(l.all_leads) AS leads,
                   sum(l.conversions * (l.others_below + (l.leads - l.conversions) / 2.0)) / nullif(max(l.all_conversions) * (max(l.all_leads) - max(l.all_conversions)), 0) AS auc,
                   coalesce(sum(l.conversions) FILTER (WHERE l.leads >= 20 AND l.rate >= 1 - (1 - l.all_conversions / l.all_leads) * 0.08), 0) AS pure_conversions,
                   coalesce(sum(l.leads - l.conversions) FILTER (WHERE l.leads >= 20 AND l.rate <= l.all_conversions / l.all_leads * 0.08), 0) AS pure_others
              FROM level l GROUP BY l.position
        )
        SELECT NULL::text, r.name, 'one outcome',
               CASE WHEN x.by_auc THEN format('alone it has an AUC of %%s: too good for something known before the outcome', round(greatest(j.auc, 1 - j.auc), 3))
                    WHEN x.by_conversions THEN format('%%s of %%s conversions got points that hardly any other lead got', j.pure_conversions, j.conversions)
                    ELSE format('%%s of %%s leads that did not convert got points that hardly any converted lead got', j.pure_others, j.leads - j.conversions) END
          FROM judged j JOIN @extschema@.rules_of($2) r ON r.position = j.position
         CROSS JOIN LATERAL (SELECT greatest(j.auc, 1 - j.auc) >= 0.9, j.pure_conversions >= 0.3 * j.conversions,
                                    j.pure_others >= 0.3 * (j.leads - j.conversions) AND j.conversions * j.pure_others >= 30 * (j.leads - j.conversions)
                             ) x(by_auc, by_conversions, by_others)
         WHERE r."on" IS NULL AND j.conversions >= 20 AND j.leads - j.conversions >= 20 AND (x.by_auc OR x.by_conversions OR x.by_others) ORDER BY r.position$sql$,
        snapshots, @extschema@.whole_attributes(m.name, 'a'), @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'))
        USING NULL, judged, NULL, span, cut_off, known_until;
    -- Excluded leads have no points above. What excludes one outcome rather than the other leaves the wrong leads to judge.
    IF exclusions IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($sql$
        WITH leadscore_s AS (%1$s),
        met AS (
            SELECT p.position, count(*) FILTER (WHERE s.leadscore_outcome) AS all_conversions, count(*) FILTER (WHERE NOT s.leadscore_outcome) AS all_others,
                   count(*) FILTER (WHERE s.leadscore_outcome AND p.points > 0) AS conversions, count(*) FILTER (WHERE NOT s.leadscore_outcome AND p.points > 0) AS others
              FROM leadscore_s s JOIN %2$s ON %3$s
              CROSS JOIN LATERAL unnest(@extschema@.rule_points($7, a.attributes, NULL, NULL, s.leadscore_at, NULL)) WITH ORDINALITY p(points, position)
             WHERE s.leadscore_left_out IS NULL GROUP BY p.position
        )
        SELECT NULL::text, $2::jsonb -> 'exclude' -> (m.position - 1)::int ->> 'name', 'excluded',
               format('%%s of %%s conversions and %%s of %%s other leads are excluded by it, and not judged', m.conversions, m.all_conversions, m.others, m.all_others)
          FROM met m CROSS JOIN LATERAL (SELECT m.conversions::float8 / nullif(m.all_conversions, 0), m.others::float8 / nullif(m.all_others, 0)) x(of_conversions, of_others)
         WHERE m.all_conversions >= 20 AND m.all_others >= 20 AND greatest(x.of_conversions, x.of_others) >= 0.3
           AND greatest(x.of_conversions, x.of_others) >= 2 * least(x.of_conversions, x.of_others) ORDER BY m.position$sql$,
        snapshots, @extschema@.whole_attributes(m.name, 'a'), @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'))
        USING NULL, judged, NULL, span, cut_off, known_until, exclusions;
END $body$;
COMMENT ON FUNCTION @extschema@.backtest_leaks(text, name, @extschema@.scoring_rules, interval, timestamptz, name, name, timestamptz) IS
    'Attributes that rules look at and that may tell a backtest of the outcome, for they are as they are now. Arguments and errors as of backtest_leads(). field or rule: what is meant; '
    'reason: "outcome": the column of the outcome; "score of a model": a column that a model keeps, of leads or related rows; "name": its name speaks of a judgement; "later": a date or time after the snapshot, so the column was written, or '
    'planned, after it; "one outcome": an attribute rule whose points part converted leads from others too well, by the lines that fit_rules() draws (AUC of 0.9 alone; '
    '30 % of one outcome with points that hardly any lead of the other has; at least 20 leads of each outcome); "excluded": an exclusion, named as rule, that meets 30 % of one outcome and '
    'at least twice the share of the other; detail: why. No rows prove nothing: a column that is filled in after the outcome and looks harmless stays unseen.';
