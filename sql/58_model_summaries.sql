-- The queries of the views that sum a model up. They read the view of scores, so all of them tell of now and of the leads one may see.

-- Bands of an even width: 1, 2 or 5 times a power of ten, so that there are about 10 to 20.
CREATE FUNCTION @extschema@.even_bands(lowest numeric, highest numeric) RETURNS TABLE (band bigint, lowest numeric, highest numeric)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT b + 1, trim_scale((first.at + b) * w.width), trim_scale((first.at + b + 1) * w.width)
      FROM (SELECT least(coalesce($1, $2, 0), coalesce($2, $1, 0)), greatest(coalesce($2, $1, 0), coalesce($1, $2, 0))) r(low, high)
      CROSS JOIN LATERAL (SELECT greatest((r.high - r.low) / 20, 0.000001)) s(step)
      CROSS JOIN LATERAL (SELECT power(10::numeric, floor(log(s.step)))) p(power)
      CROSS JOIN LATERAL (SELECT CASE WHEN r.high = r.low THEN 1 WHEN s.step <= p.power THEN 1 WHEN s.step <= 2 * p.power THEN 2
                                      WHEN s.step <= 5 * p.power THEN 5 ELSE 10 END * CASE WHEN r.high = r.low THEN 1 ELSE p.power END) w(width)
      CROSS JOIN LATERAL (SELECT floor(r.low / w.width)) first(at)
      CROSS JOIN LATERAL generate_series(0, greatest(ceil(r.high / w.width) - first.at, 1)::bigint - 1) b
$$;
COMMENT ON FUNCTION @extschema@.even_bands(numeric, numeric) IS
    'Bands of even width that cover the scores from lowest to highest; each holds its lowest score and not its highest, the last one both.';

CREATE FUNCTION @extschema@.funnel_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
    -- All leads are read once, with the highest stage that the history has of them.
    SELECT format($sql$
        WITH stages AS MATERIALIZED (
            SELECT t.* FROM @extschema@.stage_list(%1$L) t
        ), been AS (
            SELECT %3$s, max(t.position) FILTER (WHERE t.stage <> 'excluded') AS best, bool_or(t.stage = 'excluded') AS excluded
              FROM %4$s c CROSS JOIN LATERAL (VALUES (c.old_stage), (c.new_stage)) x(stage) JOIN stages t ON t.stage = x.stage
             GROUP BY %3$s
        ), alike AS MATERIALIZED (
            SELECT s.stage, b.best, b.excluded, count(*) AS leads, sum(date_part('epoch', now() - s.stage_since)) / 86400 AS days, count(s.stage_since) AS dated
              FROM %2$s s LEFT JOIN been b ON %5$s
             GROUP BY s.stage, b.best, b.excluded
        ), now_in AS MATERIALIZED (
            SELECT a.stage, sum(a.leads) AS leads, sum(a.days) / nullif(sum(a.dated), 0)::float8 AS days FROM alike a GROUP BY a.stage
        ), been_higher AS MATERIALIZED (
            SELECT a.stage, coalesce(t.position, 0) AS position, a.best, a.excluded, a.leads
              FROM alike a LEFT JOIN stages t ON t.stage = a.stage
             WHERE a.excluded IS NOT NULL
        ), stays AS (
            SELECT c.new_stage AS stage, date_part('epoch', lead(c.at) OVER (PARTITION BY %3$s ORDER BY c.at, c.id) - c.at) / 86400 AS days FROM %4$s c
        ), stayed AS (
            SELECT y.stage, avg(y.days) AS days FROM stays y GROUP BY y.stage
        ), counted AS (
            SELECT t.position, t.stage, t.qualification, coalesce(n.leads, 0) AS leads, n.days,
                   CASE WHEN t.stage = 'excluded'
                        THEN coalesce(n.leads, 0) + coalesce((SELECT sum(b.leads) FROM been_higher b WHERE b.excluded AND b.stage IS DISTINCT FROM 'excluded'), 0)
                        ELSE coalesce((SELECT sum(o.leads) FROM now_in o JOIN stages u ON u.stage = o.stage
                                        WHERE u.position >= t.position AND u.stage <> 'excluded'), 0)
                             + coalesce((SELECT sum(b.leads) FROM been_higher b
                                          WHERE b.best >= t.position AND (b.position < t.position OR b.stage = 'excluded')), 0) END AS reached
              FROM stages t LEFT JOIN now_in n ON n.stage = t.stage
        )
        SELECT f.position, f.stage, f.qualification, f.leads, f.leads / nullif(sum(f.leads) OVER (), 0) AS share, f.reached,
               CASE WHEN f.stage <> 'excluded' THEN f.reached / nullif(lag(f.reached) OVER (ORDER BY f.position), 0) END AS conversion,
               f.days AS mean_days, d.days AS mean_days_stayed
          FROM counted f LEFT JOIN stayed d ON d.stage = f.stage
         ORDER BY f.position$sql$,
        $1, @extschema@.companion($1, '_scores'), stored_keys, @extschema@.companion($1, '_stage_change'), same_lead)
      FROM (SELECT string_agg(format('c.%I', p.stored_name), ', ' ORDER BY p.position),
                   string_agg(format('b.%I %s s.%I', p.stored_name, p.equal, v.attname), ' AND ' ORDER BY p.position)
              FROM @extschema@.key_parts($1) p
              JOIN pg_attribute v ON v.attrelid = to_regclass(@extschema@.companion($1, '_scores')) AND v.attnum = p.position) k(stored_keys, same_lead)
$body$;
COMMENT ON FUNCTION @extschema@.funnel_sql(text) IS 'The query of the view _funnel of a model.';

CREATE FUNCTION @extschema@.distribution_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
    -- Bands cover what the rules can give and what leads have: adjustments can pass a range without caps.
    SELECT format($sql$
        WITH counted AS MATERIALIZED (SELECT s.score, s.leads FROM @extschema@.score_counts(%1$L, %2$L::regclass) s),
        bands AS (
            SELECT b.* FROM (SELECT min(c.score), max(c.score) FROM counted c) c(lowest, highest)
              CROSS JOIN (SELECT nullif(r.lowest, '-Infinity'), nullif(r.highest, 'Infinity')
                            FROM @extschema@.score_range(@extschema@.active_rules(%1$L)) r WHERE r.scope = 'score') r(lowest, highest)
              CROSS JOIN LATERAL @extschema@.even_bands(least(c.lowest, r.lowest), greatest(c.highest, r.highest)) b
        ), filled AS (
            SELECT b.band, b.lowest, b.highest, coalesce(sum(c.leads), 0) AS leads
              FROM (SELECT b.*, max(b.band) OVER () AS last FROM bands b) b
              LEFT JOIN counted c ON c.score >= b.lowest AND (c.score < b.highest OR b.band = b.last)
             GROUP BY b.band, b.lowest, b.highest
        )
        SELECT f.band, f.lowest, f.highest, f.leads, f.leads / nullif(sum(f.leads) OVER (), 0) AS share,
               sum(f.leads) OVER (ORDER BY f.band) / nullif(sum(f.leads) OVER (), 0) AS cumulative_share
          FROM filled f ORDER BY f.band$sql$, $1, @extschema@.companion($1, '_scores'))
$body$;
COMMENT ON FUNCTION @extschema@.distribution_sql(text) IS 'The query of the view _distribution of a model.';

CREATE FUNCTION @extschema@.history_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
    -- Leads that are gone stay in the history, unless row-level security says which leads one may see.
    SELECT format($sql$
        SELECT (c.at AT TIME ZONE (SELECT @extschema@.local_zone(@extschema@.active_rules(%1$L))))::date AS day,
               c.old_stage, c.new_stage, c.why, count(*) AS changes
          FROM %2$s c%3$s
         WHERE %4$s
         GROUP BY 1, 2, 3, 4$sql$,
        $1, @extschema@.companion($1, '_stage_change'), v.joined, v.condition)
      FROM @extschema@.model m CROSS JOIN LATERAL @extschema@.visible_leads(m, @extschema@.key_join($1, 'v', 'leads', 'c', 'scores')) v WHERE m.name = $1
$body$;
COMMENT ON FUNCTION @extschema@.history_sql(text) IS 'The query of the view _history of a model.';

CREATE FUNCTION @extschema@.rule_points(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally, adjustments jsonb,
    as_of timestamptz, previous_stage text
) RETURNS numeric[]
    AS 'MODULE_PATHNAME', 'leadscore_rule_points' LANGUAGE C STABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION @extschema@.rule_points(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, jsonb, timestamptz, text) IS
    'What each rule gives a lead, in the order of the document: within its own limits, before those of groups and dimensions. NULL for a rule that is '
    'switched off; NULL altogether for an excluded lead and for NULL rules. Arguments and errors as of maintained_score().';

-- Lead by lead and rule by rule, nothing kept but the sums.
CREATE FUNCTION @extschema@.rule_points_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT format($sql$
        WITH given AS MATERIALIZED (
            SELECT p.position, count(*) AS scored, count(*) FILTER (WHERE p.points <> 0) AS leads, sum(p.points) AS points
              FROM (%1$s) s%3$s
              CROSS JOIN LATERAL unnest(@extschema@.rule_points((SELECT @extschema@.active_rules(%2$L)), s.attributes, s.tally, s.adjustments, now(), s.stage))
                         WITH ORDINALITY p(points, position)
             WHERE %4$s
             GROUP BY p.position
        )
        SELECT r.position, r.name AS rule, r.dimension, r."group" AS group_name, r.enabled, coalesce(g.leads, 0) AS leads,
               g.leads::float8 / nullif(g.scored, 0) AS share, coalesce(g.points, 0) AS points, g.points / nullif(g.leads, 0) AS mean_points
          FROM @extschema@.rules_of(@extschema@.active_rules(%2$L)) r LEFT JOIN given g ON g.position = r.position
         ORDER BY r.position$sql$, @extschema@.lead_states_sql($1), $1, v.joined, v.condition)
      FROM @extschema@.model m CROSS JOIN LATERAL @extschema@.visible_leads(m, @extschema@.key_join($1, 'v', 'leads', 's', 'leads')) v WHERE m.name = $1
$body$;
COMMENT ON FUNCTION @extschema@.rule_points_sql(text) IS 'The query of the view _rules of a model.';

CREATE FUNCTION @extschema@.summary_views(model text)
    RETURNS TABLE (suffix text, query text, names text[], types text[], comments text[], comment text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 4 SET search_path = pg_catalog, pg_temp AS $$
    VALUES
    ('_funnel', @extschema@.funnel_sql($1),
     '{position,stage,qualification,leads,share,reached,conversion,mean_days,mean_days_stayed}'::text[],
     '{bigint,text,text,bigint,float8,bigint,float8,float8,float8}'::text[],
     ARRAY['order of the stages, from the lowest; excluded leads come last', 'name of the stage', 'what the rules say of the stage, such as MQL or SQL',
           'leads in it now', 'their share of all leads, from 0 to 1', 'leads that are or ever were in it or a higher one; of excluded: that are or ever were',
           'share of the leads that reached the stage before that reached this one', 'days since it began, on average of the leads in it now',
           'days it lasted, on average of all times a lead came into it and left it'],
     'Stages of model %s: how many leads are in each now, how many ever came so far, and how long they stay.'),
    ('_distribution', @extschema@.distribution_sql($1),
     '{band,lowest,highest,leads,share,cumulative_share}'::text[],
     '{bigint,"numeric(28,6)","numeric(28,6)",bigint,float8,float8}'::text[],
     ARRAY['number of the band, from the lowest', 'lowest score in it', 'scores are below this; in the last band up to it', 'leads in it now',
           'their share of all leads with a score, from 0 to 1', 'share of the leads in this band and those below'],
     'Scores of model %s by bands of even width.'),
    ('_history', @extschema@.history_sql($1),
     '{day,old_stage,new_stage,why,changes}'::text[], '{date,text,text,text,bigint}'::text[],
     ARRAY['day in the time zone of the rules', 'stage before', 'stage after', 'what made it: the kind of write, clock, rules, adjustment, rebuild, fold',
           'how many times a lead went from the one to the other'],
     'Changes of stage in model %s, by day and reason.'),
    ('_rules', @extschema@.rule_points_sql($1),
     '{position,rule,dimension,group_name,enabled,leads,share,points,mean_points}'::text[],
     '{bigint,text,text,text,boolean,bigint,float8,"numeric(30,6)",float8}'::text[],
     ARRAY['place in the document', 'name of the rule', 'dimension its points go to', 'group it belongs to', 'whether it is switched on',
           'leads it gives points now, or takes points from', 'their share of all leads with a score, from 0 to 1',
           'points it gives to all leads together, within its own limits but before those of groups and dimensions', 'points on average of the leads it touches'],
     'Rules of model %s: how many leads each touches now and what it gives them. Scores every lead anew: takes a while with many.')
$$;
COMMENT ON FUNCTION @extschema@.summary_views(text) IS
    'The views that sum a model up: ending of the name, query, names and types of columns, comments on them, and the comment on the view.';
