-- lead_tally(), lead_score() and rollup(): every form, groups, windows, rules from everywhere.
\pset format unaligned
\pset tuples_only on
SET search_path = public, leadscore;
SET timezone = 'UTC';

CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text; hint text;
BEGIN
  EXECUTE query INTO got;
  RETURN coalesce(got, 'NULL');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;

CREATE TABLE agg_events (id int PRIMARY KEY, lead_id int, kind text, at timestamptz, seconds numeric, page text, properties jsonb);
INSERT INTO agg_events
SELECT i, i % 10, (ARRAY['visit', 'mail', 'form', 'unused'])[1 + i % 4], '2026-01-01Z'::timestamptz + i * interval '5 hours', i % 13 / 4.0, 'page ' || i % 5,
       jsonb_build_object('seconds', i % 13 / 4.0, 'page', 'page ' || i % 5)
FROM generate_series(1, 400) i;
SELECT '{"rules":[{"name":"visits","on":"visit","points":2,"decay":{"half_life":"20 days"}},{"name":"seconds","on":"visit","measure":{"sum":"seconds"},"points":0.1},
  {"name":"pages","on":["visit","mail"],"measure":{"distinct":"page"},"points":3},{"name":"form","on":"form","if":{"page":"page 2"},"points":5,"limit":2},
  {"name":"idle","on":"*","measure":"idle","bands":[{"from":3,"points":-1}]}],"score":{"decimals":3}}'::scoring_rules AS rules
\gset
SELECT '2026-04-01 12:00Z' AS moment
\gset
CREATE TYPE agg_properties AS (page text, seconds numeric);

-- Properties as jsonb, json, the table's row, a row of another table, a composite and an anonymous row name the same fields: one tally.
SELECT count(*) AS leads, count(*) FILTER (WHERE t1 = t2) AS json, count(*) FILTER (WHERE t1 = t3) AS whole_row, count(*) FILTER (WHERE t1 = t4) AS composite,
       count(*) FILTER (WHERE t1 = t5) AS subquery_row, count(*) FILTER (WHERE t1 = t6) AS merged
FROM (SELECT lead_id, lead_tally(:'rules', kind, at, properties) AS t1, lead_tally(:'rules', kind, at, properties::json) AS t2, lead_tally(:'rules', kind, at, e) AS t3,
             lead_tally(:'rules', kind, at, ROW(page, seconds)::agg_properties) AS t4
      FROM agg_events e GROUP BY lead_id) a
JOIN (SELECT lead_id, lead_tally(:'rules', kind, at, s) AS t5 FROM (SELECT lead_id, kind, at, page, seconds::float8 AS seconds FROM agg_events) s GROUP BY lead_id) b USING (lead_id)
JOIN (SELECT lead_id, rollup(t) AS t6 FROM (SELECT lead_id, lead_tally(:'rules', kind, at, properties) AS t FROM agg_events GROUP BY lead_id, id) one GROUP BY lead_id) c USING (lead_id);
-- Without properties every field is missing: the same as properties that are NULL, empty, or have other keys.
SELECT lead_tally(:'rules', kind, at) AS without, lead_tally(:'rules', kind, at) = lead_tally(:'rules', kind, at, NULL::jsonb) AS nulls,
       lead_tally(:'rules', kind, at) = lead_tally(:'rules', kind, at, '{}'::jsonb) AS empty, lead_tally(:'rules', kind, at) = lead_tally(:'rules', kind, at, '[1]'::jsonb) AS no_object,
       lead_tally(:'rules', kind, at) = lead_tally(:'rules', kind, at, NULL::agg_properties) AS null_row
FROM agg_events WHERE id <= 6;
SELECT pg_temp.outcome(format('SELECT leadscore.lead_tally(%L, kind, at, %s) FROM agg_events', :'rules', p)) FROM unnest('{id,page,ARRAY[page],now(),1.5}'::text[]) p;

-- lead_score() is score() of lead_tally() without attributes, in all its forms: events later than the moment do not count.
SELECT count(*) AS leads, count(*) FILTER (WHERE s1 = (score(:'rules', NULL::jsonb, t1, :'moment')).score) AS properties, count(*) FILTER (WHERE s2 = (score(:'rules', NULL::jsonb, t2, :'moment')).score) AS none,
       count(*) FILTER (WHERE s1 = s3) AS rows, count(DISTINCT s1) AS different
FROM (SELECT lead_id, lead_tally(:'rules', kind, at, properties) FILTER (WHERE at <= :'moment') AS t1, lead_tally(:'rules', kind, at) FILTER (WHERE at <= :'moment') AS t2,
             lead_score(:'rules', kind, at, properties, :'moment'::timestamptz) AS s1, lead_score(:'rules', kind, at, :'moment'::timestamptz) AS s2,
             lead_score(:'rules', kind, at, e, :'moment'::timestamptz) AS s3
      FROM agg_events e GROUP BY lead_id) a;
-- The forms without a moment take the start of the transaction, all of them the same.
SELECT lead_score(r, 'k', now() - interval '30 days') AS aged, lead_score(r, 'k', now() + interval '1 microsecond') AS later,
       lead_score(r, 'k', now()) = lead_score(r, 'k', now(), now()) AS now, lead_score(r, 'k', now(), '{}'::jsonb) = lead_score(r, 'k', now(), '{}'::jsonb, now()) AS now_properties
FROM (SELECT '{"rules":[{"name":"a","on":"k","points":8,"decay":{"half_life":"30 days"}}],"score":{"decimals":2}}'::scoring_rules) v(r);
-- The tally itself keeps what lies in the future; scoring looks at ticks, so an event of later the same day counts there.
SELECT lead_score(r, 'k', at, :'moment'::timestamptz) AS score_of_events, (score(r, NULL::jsonb, lead_tally(r, 'k', at), :'moment')).score AS score_of_tally
FROM (VALUES ('{"rules":[{"name":"a","on":"k","points":1}]}'::scoring_rules)) v(r), (VALUES ('2026-04-01 11:00Z'::timestamptz), ('2026-04-01 13:00Z'), ('2026-04-02 00:00Z')) e(at) GROUP BY r;

-- No rows, or no rules in any row: NULL. Rows without rules beside others are left out.
SELECT lead_tally(:'rules', 'k', now()) IS NULL, lead_tally(:'rules', 'k', now(), '{}'::jsonb) IS NULL, lead_score(:'rules', 'k', now()) IS NULL, lead_score(:'rules', 'k', now(), now()) IS NULL,
       lead_score(:'rules', 'k', now(), '{}'::jsonb) IS NULL, lead_score(:'rules', 'k', now(), '{}'::jsonb, now()) IS NULL, rollup('tally1'::lead_tally) IS NULL
WHERE false;
SELECT lead_tally(NULL, kind, at) IS NULL, lead_tally(NULL, kind, at, e) IS NULL, lead_score(NULL, kind, at) IS NULL, lead_score(NULL, kind, at, e) IS NULL, lead_score(NULL, kind, at, at) IS NULL,
       lead_score(NULL, kind, at, e, at) IS NULL, rollup(NULL) IS NULL FROM agg_events e;
SELECT lead_tally(CASE WHEN id % 2 = 0 THEN :'rules'::scoring_rules END, kind, at, e) = lead_tally(:'rules', kind, at, e) FILTER (WHERE id % 2 = 0) FROM agg_events e;
-- An event without kind or moment, infinities included, does not count; its row does: the tally is not NULL.
SELECT lead_tally(r, kind, at), lead_score(r, kind, at, :'moment'::timestamptz)
FROM (VALUES ('{"rules":[{"name":"a","on":"*","bands":[{"points":-5},{"from":1,"points":5}]}]}'::scoring_rules)) v(r),
     (VALUES (NULL, now()), ('k', NULL), ('k', 'infinity'), ('k', '-infinity'), (NULL, NULL)) e(kind, at) GROUP BY r;
-- An empty kind is a kind like any other, for "*".
SELECT lead_tally('{"rules":[{"name":"a","on":"*","points":1}]}', '', '2026-01-01Z');
-- The widest dates of the server count.
SELECT lead_tally('{"rules":[{"name":"a","on":"*","points":1},{"name":"b","on":"*","within":"1 hour","points":1}],"timezone":"Asia/Tokyo"}', 'k', at)
FROM (VALUES ('4714-11-24 00:00Z BC'::timestamptz), ('294276-12-31 23:59:59.999999Z'), ('2000-01-01Z')) v(at);

-- Rules from a table, one document a group; the same in one call each.
CREATE TABLE agg_models (model int, rules scoring_rules);
INSERT INTO agg_models SELECT m, jsonb_set(:'rules'::jsonb, '{rules,0,points}', to_jsonb(m))::scoring_rules FROM generate_series(1, 20) m;
SELECT count(*) AS groups, count(DISTINCT s) > 20 AS various, count(*) FILTER (WHERE s = single) AS same
FROM (SELECT model, lead_id, lead_score(rules, kind, at, e, :'moment'::timestamptz) AS s FROM agg_models, agg_events e GROUP BY model, lead_id) a
JOIN LATERAL (SELECT lead_score((SELECT rules FROM agg_models m WHERE m.model = a.model), kind, at, e, :'moment'::timestamptz) AS single FROM agg_events e WHERE e.lead_id = a.lead_id) b ON true;
-- The same with the rows in an order that changes the document at every row, and with documents that need other evidence.
SELECT count(*) AS groups, count(*) FILTER (WHERE t = single) AS same
FROM (SELECT kinds, lead_tally(rules, kind, at, e ORDER BY at) AS t
      FROM agg_events e, (SELECT k AS kinds, format('{"rules":[{"name":"a","on":%s,"points":1}]}', to_json(k))::scoring_rules AS rules FROM (VALUES ('visit'), ('mail'), ('form'), ('nothing')) k(k)) r GROUP BY kinds) a
JOIN LATERAL (SELECT lead_tally(format('{"rules":[{"name":"a","on":%s,"points":1}]}', to_json(kinds))::scoring_rules, kind, at, e) AS single FROM agg_events e) b ON true;
-- Several documents in one query, each call for itself.
SELECT lead_score('{"rules":[{"name":"a","on":"visit","points":1}]}', kind, at, :'moment'::timestamptz) AS visits,
       lead_score('{"rules":[{"name":"a","on":"mail","points":10}]}', kind, at, :'moment'::timestamptz) AS mails,
       lead_score('{"rules":[{"name":"a","on":"visit","points":1}]}', kind, at, '2026-01-02Z'::timestamptz) AS early
FROM agg_events;
-- From a scalar subquery, and toasted (over 2 kB, out of line) from a table: what the literal gives.
CREATE TABLE agg_toasted (id int, rules scoring_rules);
INSERT INTO agg_toasted SELECT n, jsonb_set(jsonb_set(:'rules'::jsonb, '{description}', to_jsonb(repeat(md5('x'), 500))), '{rules,0,points}', to_jsonb(n))::scoring_rules FROM generate_series(1, 3) n;
SELECT bool_and(pg_column_size(rules) > 16000) AS large FROM agg_toasted;
SELECT id, s, s = single AS same
FROM (SELECT t.id, lead_score(rules, kind, at, e, :'moment'::timestamptz) AS s FROM agg_toasted t, agg_events e GROUP BY t.id) a
JOIN LATERAL (SELECT lead_score((SELECT rules::text::scoring_rules FROM agg_toasted t WHERE t.id = a.id), kind, at, e, :'moment'::timestamptz) AS single FROM agg_events e) b ON true ORDER BY id;
-- Through a prepared statement: custom and generic plans, a document after the other.
PREPARE scored(scoring_rules, timestamptz) AS SELECT lead_score($1, kind, at, e, $2) FROM agg_events e;
SET plan_cache_mode = force_custom_plan;
EXECUTE scored(:'rules', :'moment');
EXECUTE scored('{"rules":[{"name":"a","on":"mail","points":10}]}', :'moment');
SET plan_cache_mode = force_generic_plan;
EXECUTE scored(:'rules', :'moment');
EXECUTE scored('{"rules":[{"name":"a","on":"mail","points":10}]}', :'moment');
EXECUTE scored('{"rules":[{"name":"a","on":"mail","points":10}]}', '2026-01-02Z');
EXECUTE scored(NULL, :'moment');
RESET plan_cache_mode;
-- From variables of PL/pgSQL that change from call to call.
DO $$
DECLARE r leadscore.scoring_rules; s numeric; all_scores numeric[];
BEGIN
  FOR i IN 1..4 LOOP
    r := format('{"rules":[{"name":"a","on":"mail","points":%s}]}', i)::leadscore.scoring_rules;
    SELECT leadscore.lead_score(r, kind, at, '2026-04-01Z'::timestamptz) INTO s FROM agg_events;
    all_scores := all_scores || s;
  END LOOP;
  RAISE NOTICE 'scores %', all_scores;
END $$;

-- Rules, evidence or moment that differ inside of one group are an error; points may differ for a tally.
SELECT pg_temp.outcome(q) FROM unnest(ARRAY[
  $q$SELECT leadscore.lead_tally(format('{"rules":[{"name":"a","on":"%s","points":1}]}', kind)::leadscore.scoring_rules, kind, at) FROM agg_events WHERE kind IN ('visit', 'mail')$q$,
  $q$SELECT left(leadscore.lead_tally(format('{"rules":[{"name":"a","on":"visit","points":%s}]}', id)::leadscore.scoring_rules, kind, at)::text, 23) FROM agg_events$q$,
  $q$SELECT leadscore.lead_score(format('{"rules":[{"name":"a","on":"visit","points":%s}]}', id)::leadscore.scoring_rules, kind, at, now()) FROM agg_events$q$,
  $q$SELECT leadscore.lead_score('{"rules":[]}', kind, at, at) FROM agg_events$q$,
  $q$SELECT leadscore.lead_score('{"rules":[]}', kind, at, e, at) FROM agg_events e$q$,
  $q$SELECT leadscore.lead_score('{"rules":[]}', kind, at, NULL::timestamptz) FROM agg_events$q$,
  $q$SELECT leadscore.lead_score('{"rules":[]}', kind, at, 'infinity'::timestamptz) FROM agg_events$q$,
  $q$SELECT leadscore.lead_score('{"rules":[]}', kind, at, e, '-infinity'::timestamptz) FROM agg_events e$q$]) WITH ORDINALITY u(q, i) ORDER BY i;

-- An exclusion can hold without attributes: then lead_score() is NULL.
SELECT lead_score('{"rules":[{"name":"a","on":"k","points":1}],"exclude":[{"name":"unknown","if":{"email":null}}]}', 'k', now()) IS NULL,
       lead_score('{"rules":[{"name":"a","on":"k","points":1}],"exclude":[{"name":"known","if":{"email":{"exists":true}}}]}', 'k', now());

-- FILTER, DISTINCT and ORDER BY inside: order is nothing, DISTINCT leaves repeated events out.
SELECT lead_tally(:'rules', kind, at, e ORDER BY random()) = lead_tally(:'rules', kind, at, e) AS any_order, lead_tally(:'rules', kind, at, e ORDER BY at DESC) = lead_tally(:'rules', kind, at, e) AS backwards
FROM agg_events e;
SELECT lead_tally('{"rules":[{"name":"a","on":"*","points":1}]}', kind, date_trunc('day', at)) AS all_events,
       lead_tally(DISTINCT '{"rules":[{"name":"a","on":"*","points":1}]}', kind, date_trunc('day', at)) AS without_repeats FROM agg_events WHERE id <= 12 AND id % 4 < 2;
SELECT lead_score(:'rules', kind, at, e, :'moment'::timestamptz) FILTER (WHERE kind = 'form') AS forms, lead_tally(:'rules', kind, at, e) FILTER (WHERE false) IS NULL AS none FROM agg_events e WHERE lead_id = 2;
-- GROUPING SETS, ROLLUP and CUBE: each set what a query of its own gives.
CREATE TEMP TABLE sets AS
SELECT grouping(lead_id, kind) AS g, lead_id, kind, lead_tally(:'rules', kind, at, e) AS t FROM agg_events e GROUP BY CUBE (lead_id, kind);
SELECT g, count(*), count(*) FILTER (WHERE t = single) AS same
FROM sets s JOIN LATERAL (SELECT lead_tally(:'rules', kind, at, e) AS single FROM agg_events e WHERE (s.g & 2 = 2 OR e.lead_id = s.lead_id) AND (s.g & 1 = 1 OR e.kind = s.kind)) x ON true GROUP BY g ORDER BY g;

-- Window frames that move forward, with an inverse: each frame is what a subquery over the same rows gives.
CREATE FUNCTION pg_temp.compare_frames(frame text, keys text) RETURNS TABLE (which text, rows bigint, same_tallies bigint, same_scores bigint, nulls bigint) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format($q$
    WITH given AS (SELECT %2$L::leadscore.scoring_rules AS r),
    framed AS (
      SELECT id, lead_id, leadscore.lead_tally(r, kind, at, e) OVER w AS t, leadscore.lead_score(r, kind, at, e, '2026-04-01 12:00Z'::timestamptz) OVER w AS s,
             array_agg(id) OVER w AS ids
      FROM given, agg_events e WINDOW w AS (%3$s %1$s))
    SELECT %1$L, count(*), count(*) FILTER (WHERE t IS NOT DISTINCT FROM single), count(*) FILTER (WHERE s IS NOT DISTINCT FROM single_score), count(*) FILTER (WHERE t IS NULL)
    FROM framed f JOIN LATERAL (SELECT leadscore.lead_tally(r, kind, at, e) AS single, leadscore.lead_score(r, kind, at, e, '2026-04-01 12:00Z'::timestamptz) AS single_score
                                FROM given, agg_events e WHERE e.id = ANY (f.ids)) x ON true$q$, frame, current_setting('my.rules'), keys);
END $$;
SELECT set_config('my.rules', :'rules', false) IS NOT NULL;
SELECT c.* FROM (VALUES
  (1, 'ROWS BETWEEN 5 PRECEDING AND CURRENT ROW'), (2, 'ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING'), (3, 'ROWS BETWEEN 10 PRECEDING AND 7 PRECEDING'), (4, 'ROWS BETWEEN 7 FOLLOWING AND 10 FOLLOWING'),
  (5, 'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING'), (6, 'ROWS UNBOUNDED PRECEDING'), (7, 'ROWS BETWEEN CURRENT ROW AND CURRENT ROW'),
  (8, 'ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW'), (9, 'ROWS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE CURRENT ROW'), (10, 'ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING')) v(n, frame),
  LATERAL pg_temp.compare_frames(frame, 'PARTITION BY lead_id ORDER BY at') c ORDER BY n;
SELECT c.* FROM (VALUES (1, 'RANGE BETWEEN ''3 days'' PRECEDING AND ''1 day'' FOLLOWING'), (2, 'RANGE BETWEEN ''3 days'' PRECEDING AND CURRENT ROW EXCLUDE TIES')) v(n, frame),
  LATERAL pg_temp.compare_frames(frame, 'ORDER BY date_trunc(''day'', at)') c ORDER BY n;
SELECT c.* FROM pg_temp.compare_frames('GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP', 'ORDER BY lead_id') c;
-- rollup() over a window takes back too.
SELECT count(*) AS rows, count(*) FILTER (WHERE t = single) AS same
FROM (SELECT lead_id, rollup(t) OVER (ORDER BY lead_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS t FROM (SELECT lead_id, lead_tally(:'rules', kind, at, e) AS t FROM agg_events e GROUP BY lead_id) s) w
JOIN LATERAL (SELECT lead_tally(:'rules', kind, at, e) AS single FROM agg_events e WHERE e.lead_id BETWEEN w.lead_id - 2 AND w.lead_id) x ON true;
-- A frame without any rules gives NULL, and one whose rows all have other rules takes those, whatever the frame held before: with
-- an inverse (first column of each) as without one (EXCLUDE forbids it).
CREATE TEMP TABLE changing (i int, rules scoring_rules, as_of timestamptz, tally lead_tally);
INSERT INTO changing VALUES (1, '{"rules":[{"name":"a","on":"k","points":1}]}', '2026-01-02Z', 'tally1 90d21d980bb680d8:5=1'), (2, NULL, NULL, NULL), (3, NULL, NULL, NULL),
  (4, '{"rules":[{"name":"b","on":"l","points":1}]}', '2026-01-03Z', 'tally1 5c117c04e9699244:5=1'), (5, NULL, NULL, NULL);
SELECT i, lead_tally(rules, 'k', '2026-01-01Z') OVER (ORDER BY i ROWS 1 PRECEDING), lead_tally(rules, 'k', '2026-01-01Z') OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM changing;
SELECT i, rollup(tally) OVER (ORDER BY i ROWS 1 PRECEDING), rollup(tally) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM changing;
SELECT i, lead_score(rules, 'k', '2026-01-01Z', as_of) OVER (ORDER BY i ROWS 1 PRECEDING) AS moving,
       lead_score(rules, 'k', '2026-01-01Z', as_of) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS anew FROM changing;
-- Reading a window's value again and again does not change it, nor the ones after it.
SELECT count(*) AS rows, bool_and(t = t AND t::text = t::text AND t + t - t = t) AS stable, bool_and(s = (score(:'rules', NULL::jsonb, t, '2027-01-01Z')).score) AS scored
FROM (SELECT lead_tally(:'rules', kind, at, e) OVER w AS t, lead_score(:'rules', kind, at, e, '2027-01-01Z'::timestamptz) OVER w AS s FROM agg_events e WINDOW w AS (ORDER BY id ROWS 20 PRECEDING)) f;

-- A row in a cursor, scrolled back and forth, prints the same each time.
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT lead_id, lead_score(:'rules', kind, at, e, :'moment'::timestamptz) FROM agg_events e GROUP BY lead_id ORDER BY lead_id;
FETCH 2 FROM c;
FETCH BACKWARD 1 FROM c;
FETCH 2 FROM c;
COMMIT;

-- Lead, company, all: rolled up tallies score as the events do at once.
SELECT lead_score(:'rules', kind, at, e, '2027-01-01Z'::timestamptz) = (SELECT (score(:'rules', NULL::jsonb, rollup(t), '2027-01-01Z')).score FROM (SELECT lead_tally(:'rules', kind, at, e) AS t FROM agg_events e GROUP BY lead_id) s) AS same
FROM agg_events e;

-- The functions behind the aggregates refuse to be called by hand.
SELECT f, pg_temp.outcome('SELECT leadscore.' || f) FROM unnest(ARRAY[
  $f$tally_step(NULL, '{"rules":[]}', 'k', now())$f$, $f$tally_step(NULL, '{"rules":[]}', 'k', now(), '{}'::jsonb)$f$, $f$tally_back(NULL, '{"rules":[]}', 'k', now())$f$, $f$tally_back(NULL, '{"rules":[]}', 'k', now(), '{}'::jsonb)$f$,
  $f$tally_combine('tally1', 'tally1')$f$, $f$tally_uncombine('tally1', 'tally1')$f$,
  $f$score_step(NULL, '{"rules":[]}', 'k', now())$f$, $f$score_step(NULL, '{"rules":[]}', 'k', now(), '{}'::jsonb)$f$, $f$score_back(NULL, '{"rules":[]}', 'k', now())$f$, $f$score_back(NULL, '{"rules":[]}', 'k', now(), '{}'::jsonb)$f$,
  $f$score_as_of_step(NULL, '{"rules":[]}', 'k', now(), now())$f$, $f$score_as_of_step(NULL, '{"rules":[]}', 'k', now(), '{}'::jsonb, now())$f$,
  $f$score_as_of_back(NULL, '{"rules":[]}', 'k', now(), now())$f$, $f$score_as_of_back(NULL, '{"rules":[]}', 'k', now(), '{}'::jsonb, now())$f$]) WITH ORDINALITY u(f, i) ORDER BY i;
DROP TABLE agg_events, agg_models, agg_toasted;
DROP TYPE agg_properties;

-- Kinds out of line, compressed and short, of all rows but the first too; an event without kind or moment, and one of later.
CREATE TABLE far_kinds (id int, kind text, at timestamptz, filler text);
ALTER TABLE far_kinds ALTER filler SET STORAGE PLAIN;
INSERT INTO far_kinds SELECT i, repeat('k', 1000), '2026-01-01Z', repeat('x', 3000) FROM generate_series(1, 3) i; -- compressed
ALTER TABLE far_kinds ALTER kind SET STORAGE EXTERNAL;
INSERT INTO far_kinds SELECT i, repeat('k', 1000), '2026-01-02Z', repeat('x', 3000) FROM generate_series(4, 8) i;
INSERT INTO far_kinds VALUES (9, 'near', '2026-01-02Z'), (10, NULL, '2026-01-02Z'), (11, 'near', NULL), (12, 'near', 'infinity'), (13, 'near', '2026-02-01Z'), (14, '', '2026-01-02Z');
SELECT count(*) FILTER (WHERE pg_column_size(kind) < 100) AS compressed_or_short, count(*) FILTER (WHERE pg_column_size(kind) = 1000) AS out_of_line FROM far_kinds;
SELECT format('{"rules":[{"name":"far","on":"%s","points":1},{"name":"near","on":"near","points":100}]}', repeat('k', 1000))::leadscore.scoring_rules AS far
\gset
SELECT leadscore.lead_score(:'far', kind, at, timestamptz '2026-01-31Z'),
       (leadscore.score(:'far', NULL::jsonb, leadscore.lead_tally(:'far', kind, at), '2026-01-31Z')).score FROM far_kinds;
DROP TABLE far_kinds;
