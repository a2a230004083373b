-- Compares the extension with the reference, case by case. Table "lines" (j jsonb) holds what emit.py printed; prints one line a check:
-- ok, or not ok with the first differences.
\set ON_ERROR_STOP 1
\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
SET timezone = 'UTC';
-- Operators of the types are looked up by path.
SET search_path = public, leadscore;

CREATE TABLE cases AS
SELECT (j ->> 'case')::int AS n, (j ->> 'rules')::leadscore.scoring_rules AS rules, j FROM lines;
CREATE TABLE leads AS
SELECT n, (x ->> 'key')::int AS lead, NULLIF(x -> 'attributes', 'null') AS attributes FROM cases, jsonb_array_elements(j -> 'leads') x;
-- "who" is case and lead as one key, whose number of values the planner can estimate.
CREATE TABLE events (who int, n int, id int, lead int, kind text, at timestamptz, properties jsonb) PARTITION BY HASH (lead);
CREATE TABLE events_0 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE events_1 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO events
SELECT n * 1000 + (x ->> 'lead')::int, n, i, (x ->> 'lead')::int, x ->> 'kind', (x ->> 'at')::timestamptz, NULLIF(x -> 'properties', 'null')
  FROM cases, jsonb_array_elements(j -> 'events') WITH ORDINALITY e (x, i);
-- The same events again, spread over partitions that know nothing of leads.
CREATE TABLE spread (LIKE events) PARTITION BY HASH (id);
CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE spread_1 PARTITION OF spread FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE spread_2 PARTITION OF spread FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO spread SELECT * FROM events;
CREATE TABLE expected AS
SELECT n, (x ->> 'lead')::int AS lead, (x ->> 'as_of')::timestamptz AS as_of, x ->> 'previous_stage' AS previous_stage,
       x ->> 'mode' AS mode, x ->> 'score' AS score, x ->> 'stage' AS stage, x ->> 'qualification' AS qualification,
       (x ->> 'probability')::float8 AS probability, x -> 'labels' AS labels, (x ->> 'last_event')::date AS last_event,
       (SELECT jsonb_agg(a || jsonb_build_object('points', (a ->> 'points')::numeric) ORDER BY i)
          FROM jsonb_array_elements(x -> 'adjustments') WITH ORDINALITY e (a, i)) AS adjustments,
       (SELECT jsonb_object_agg(d.key, d.value::numeric) FROM jsonb_each_text(x -> 'dimensions') d) AS dimensions
  FROM cases, jsonb_array_elements(j -> 'scores') x;
ANALYZE;

SET max_parallel_workers_per_gather = 0;
CREATE TABLE tallies AS
SELECT n, lead, leadscore.lead_tally(rules, kind, at, properties) AS tally FROM cases JOIN events USING (n) GROUP BY n, lead;

CREATE VIEW answers AS
SELECT x.*, s AS got, c.rules, l.attributes, t.tally
  FROM expected x JOIN cases c USING (n) LEFT JOIN leads l USING (n, lead) LEFT JOIN tallies t USING (n, lead),
       LATERAL leadscore.score(c.rules, l.attributes, t.tally, x.as_of, x.previous_stage) s
 WHERE x.mode = 'tally';
CREATE TABLE differences AS
SELECT n, lead, as_of, previous_stage, score, (got).score AS got_score, stage, (got).stage AS got_stage, qualification,
       (got).qualification AS got_qualification, probability, (got).probability AS got_probability, dimensions,
       (got).dimensions AS got_dimensions, labels, (got).labels AS got_labels
  FROM answers
 WHERE score IS DISTINCT FROM (got).score::text OR stage IS DISTINCT FROM (got).stage
    OR qualification IS DISTINCT FROM (got).qualification OR dimensions IS DISTINCT FROM (got).dimensions
    OR labels IS DISTINCT FROM (got).labels OR (probability IS NULL) <> ((got).probability IS NULL)
    OR abs(probability - (got).probability) > 1e-12 * greatest(probability, 1e-300);

SELECT CASE WHEN count(*) = 0 THEN 'ok - ' ELSE 'not ok - ' END || 'score(): ' || (SELECT count(*) FROM answers)
       || ' answers of the reference, to the last digit' || CASE WHEN count(*) > 0 THEN ' (' || count(*) || ' differ)' ELSE '' END
  FROM differences;
SELECT '# ' || d FROM differences d LIMIT 5;

SELECT CASE WHEN count(*) = 0 THEN 'ok - ' ELSE 'not ok - ' END || 'explain_score() adds up to every score'
  FROM answers a
 WHERE score IS NOT NULL
   AND score::numeric IS DISTINCT FROM
       (SELECT sum(points) FROM leadscore.explain_score(a.rules, a.attributes, a.tally, a.as_of, a.previous_stage));

SELECT CASE WHEN count(*) = 0 THEN 'ok - ' ELSE 'not ok - ' END || 'score_range() holds every score'
  FROM answers a, leadscore.score_range(a.rules) r
 WHERE a.score IS NOT NULL AND (
       (r.scope = 'score' AND a.score::numeric NOT BETWEEN r.lowest AND r.highest)
    OR (r.scope = 'dimension' AND (a.dimensions ->> r.name)::numeric NOT BETWEEN r.lowest AND r.highest));

-- With adjustments; the rows of an explanation add up here too.
CREATE VIEW kept_answers AS
SELECT x.n, x.lead, x.as_of, x.previous_stage, x.score, x.stage, x.qualification, x.probability, x.last_event,
       (SELECT array_agg(value ORDER BY key COLLATE "C") FROM jsonb_each(x.dimensions)) AS dimensions,
       (SELECT array_agg(value ORDER BY key COLLATE "C") FROM jsonb_each_text(x.labels)) AS labels,
       s AS got, c.rules, l.attributes, t.tally, x.adjustments
  FROM expected x JOIN cases c USING (n) LEFT JOIN leads l USING (n, lead) LEFT JOIN tallies t USING (n, lead),
       LATERAL leadscore.maintained_score(c.rules, l.attributes, t.tally, x.adjustments, x.as_of, x.previous_stage) s
 WHERE x.mode = 'maintained';
CREATE TABLE kept AS SELECT * FROM kept_answers;
SELECT CASE WHEN count(*) FILTER (WHERE differs) = 0 THEN 'ok - ' ELSE 'not ok - ' END || 'maintained_score(): ' || count(*)
       || ' answers of the reference, with ' || sum(jsonb_array_length(adjustments)) || ' adjustments'
  FROM (SELECT adjustments, score IS DISTINCT FROM (got).score::text OR stage IS DISTINCT FROM (got).stage
               OR qualification IS DISTINCT FROM (got).qualification OR dimensions::numeric[] IS DISTINCT FROM (got).dimensions
               OR labels IS DISTINCT FROM (got).labels OR (probability IS NULL) <> ((got).probability IS NULL)
               OR coalesce(abs(probability - (got).probability) > 1e-12 * greatest(probability, 1e-300), false)
               OR last_event IS DISTINCT FROM (got).last_event AS differs
          FROM kept) d;
SELECT '# ' || k FROM kept k
 WHERE score IS DISTINCT FROM (got).score::text OR stage IS DISTINCT FROM (got).stage
    OR dimensions::numeric[] IS DISTINCT FROM (got).dimensions OR labels IS DISTINCT FROM (got).labels
    OR last_event IS DISTINCT FROM (got).last_event LIMIT 5;
SELECT CASE WHEN count(*) = 0 THEN 'ok - ' ELSE 'not ok - ' END || 'explain_maintained() adds up to every score'
  FROM kept a
 WHERE score IS NOT NULL
   AND score::numeric IS DISTINCT FROM
       (SELECT sum((r ->> 'points')::numeric)
          FROM jsonb_array_elements(leadscore.explain_maintained(a.rules, a.attributes, a.tally, a.adjustments, a.as_of, a.previous_stage)) r);
-- Before the next change nothing changes: just before it, and at hours and days in between.
SELECT CASE WHEN count(*) FILTER (WHERE differs) = 0 AND count(*) > 1000 THEN 'ok - ' ELSE 'not ok - ' END
       || 'next_change: ' || count(*) || ' moments before it have the same score'
  FROM (SELECT (now.score, now.stage, now.qualification, now.probability, now.dimensions, now.labels)
               IS DISTINCT FROM (later.score, later.stage, later.qualification, later.probability, later.dimensions, later.labels) AS differs
          FROM kept k,
               LATERAL leadscore.maintained_score(rules, attributes, tally, adjustments, as_of, (got).stage) now,
               LATERAL (SELECT (got).next_change - interval '1 microsecond' AS at WHERE isfinite((got).next_change)
                        UNION ALL SELECT as_of + d * interval '1 hour' FROM unnest(ARRAY[1, 7, 24, 49, 700, 9000, 90000]) d) m,
               LATERAL leadscore.maintained_score(rules, attributes, tally, adjustments, m.at, (got).stage) later
         WHERE m.at < (got).next_change) q;

-- Packed and back; a part of the evidence scores as if only that had been counted.
CREATE TABLE narrow AS
SELECT n, rules, (jsonb_set(rules::jsonb, '{rules}', (
           SELECT coalesce(jsonb_agg(CASE WHEN i % 2 = 0 THEN r || '{"enabled": false}' ELSE r END ORDER BY i), '[]')
             FROM jsonb_array_elements(rules::jsonb -> 'rules') WITH ORDINALITY e (r, i))))::leadscore.scoring_rules AS half
  FROM cases;
SELECT CASE WHEN bool_and(unpack_tally(tally, tally, pack_tally(tally), NULL) = tally AND unpack_tally(tally, tally, NULL, pack_tally(tally)) = tally
                          AND unpack_tally(tally, tally, pack_tally(tally), pack_tally(tally)) = tally + tally)
            THEN 'ok - ' ELSE 'not ok - ' END || 'tallies survive being packed'
  FROM tallies;
SELECT CASE WHEN count(*) FILTER (WHERE counted IS DISTINCT FROM projected OR NOT covered) = 0 THEN 'ok - ' ELSE 'not ok - ' END
       || 'unpack_tally(): ' || count(*) || ' tallies hold what half of the rules need'
  FROM (SELECT lead_tally(half, kind, at, properties) AS counted,
               unpack_tally(empty_tally(half), empty_tally(rules), pack_tally(tally), NULL) AS projected,
               evidence_covers(tally, empty_tally(half))
               AND merge_evidence(empty_tally(half), tally) = empty_tally(rules) AS covered
          FROM narrow JOIN events USING (n) JOIN tallies USING (n, lead) GROUP BY n, lead, half, rules, tally) q;

CREATE TABLE moments AS
SELECT x.n, x.lead, x.as_of, x.score, leadscore.lead_score(c.rules, e.kind, e.at, e.properties, x.as_of) AS got
  FROM (SELECT DISTINCT n, lead, as_of, score FROM expected WHERE mode = 'as_of') x
       JOIN cases c USING (n) JOIN events e USING (n, lead) GROUP BY x.n, x.lead, x.as_of, x.score;
SELECT CASE WHEN count(*) FILTER (WHERE score IS DISTINCT FROM got::text) = 0 THEN 'ok - ' ELSE 'not ok - ' END
       || 'lead_score(): ' || count(*) || ' answers of the reference'
  FROM moments;
SELECT '# ' || d FROM moments d WHERE score IS DISTINCT FROM got::text LIMIT 5;

-- Text, binary and canonical documents.
SELECT CASE WHEN bool_and(tally::text::leadscore.lead_tally = tally) THEN 'ok - ' ELSE 'not ok - ' END || 'tallies survive their text' FROM tallies;
SELECT CASE WHEN bool_and(rules::text::leadscore.scoring_rules::text = rules::text AND rules::jsonb::leadscore.scoring_rules = rules
                          AND rules::json::leadscore.scoring_rules = rules) THEN 'ok - ' ELSE 'not ok - ' END
       || 'documents survive text, json and jsonb' FROM cases;

-- However the events are split, the tally is the same, byte for byte.
CREATE FUNCTION same(what text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE wrong bigint; line text; parallel boolean := false;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        parallel := parallel OR line LIKE '%Partial%';
    END LOOP;
    EXECUTE 'SELECT count(*) FROM (' || query || ') q FULL JOIN tallies t USING (n, lead) WHERE q.tally IS DISTINCT FROM t.tally' INTO wrong;
    IF what LIKE '%(partial)' AND NOT parallel THEN
        RETURN 'not ok - ' || what || ': the plan is not what it should be';
    END IF;
    RETURN CASE WHEN wrong = 0 THEN 'ok - ' ELSE 'not ok - ' END || 'same tallies: ' || what;
END $$;

SET enable_hashagg = off;
SELECT same('sorted', 'SELECT n, lead, leadscore.lead_tally(rules, kind, at, properties) AS tally FROM cases JOIN events USING (n) GROUP BY n, lead');
SET enable_hashagg = on;
SELECT same('other order of rows', 'SELECT n, lead, leadscore.lead_tally(rules, kind, at, properties ORDER BY md5(id::text)) AS tally
                             FROM cases JOIN events USING (n) GROUP BY n, lead');
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
-- Rows are dear to send and steps dear to make, so that aggregating below the Gather pays.
SET parallel_tuple_cost = 0.05;
SET cpu_operator_cost = 0.1;
SET min_parallel_table_scan_size = 0;
SELECT same('parallel (partial)', 'SELECT who / 1000 AS n, who % 1000 AS lead, leadscore.lead_tally(rules, kind, at, properties) AS tally
                             FROM cases JOIN events USING (n) GROUP BY who');
SET parallel_leader_participation = off;
SELECT same('parallel, workers only (partial)', 'SELECT who / 1000 AS n, who % 1000 AS lead, leadscore.lead_tally(rules, kind, at, properties) AS tally
                             FROM cases JOIN events USING (n) GROUP BY who');
RESET parallel_leader_participation;
RESET cpu_operator_cost;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
CREATE TABLE one_case AS SELECT rules AS rules_of_case, n AS case_n FROM cases ORDER BY n LIMIT 1;
-- Per case, since a join with the rules would hide the partitions from the planner.
CREATE FUNCTION partitionwise(source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE c record; wrong bigint; bad bigint := 0; line text; partial boolean := false; query text;
BEGIN
    FOR c IN SELECT n, rules FROM cases LOOP
        query := format('SELECT lead, leadscore.lead_tally(%L, kind, at, properties) AS tally FROM %I WHERE n = %s GROUP BY lead', c.rules, source, c.n);
        FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
            partial := partial OR line LIKE '%Partial%' OR line LIKE '%->  %Append%';
        END LOOP;
        EXECUTE format('SELECT count(*) FROM (%s) q FULL JOIN (SELECT * FROM tallies WHERE n = %s) t USING (lead) WHERE q.tally IS DISTINCT FROM t.tally',
                       query, c.n) INTO wrong;
        bad := bad + wrong;
    END LOOP;
    RETURN CASE WHEN bad = 0 THEN 'ok - ' ELSE 'not ok - ' END || 'same tallies: partitionwise over ' || source;
END $$;
SELECT partitionwise('events');
SELECT partitionwise('spread');
RESET enable_partitionwise_aggregate;

SELECT same('merged from random parts by rollup',
    'SELECT n, lead, leadscore.rollup(tally) AS tally
       FROM (SELECT n, lead, leadscore.lead_tally(rules, kind, at, properties) AS tally
               FROM cases JOIN events USING (n) GROUP BY n, lead, hashint4(id) % 4) parts GROUP BY n, lead');
SELECT same('added up from two parts',
    'SELECT n, lead, a.tally + COALESCE(b.tally, a.tally - a.tally) AS tally FROM
       (SELECT n, lead, leadscore.lead_tally(rules, kind, at, properties) AS tally FROM cases JOIN events USING (n) WHERE id % 2 = 1 GROUP BY n, lead) a
       FULL JOIN (SELECT n, lead, leadscore.lead_tally(rules, kind, at, properties) AS tally FROM cases JOIN events USING (n) WHERE id % 2 = 0 GROUP BY n, lead) b
       USING (n, lead) WHERE a.tally IS NOT NULL
     UNION ALL
     SELECT n, lead, tally FROM tallies t WHERE NOT EXISTS (SELECT FROM events e WHERE e.n = t.n AND e.lead = t.lead AND id % 2 = 1)');
SELECT same('subtracted back',
    'SELECT n, lead, (t.tally + p.part) - p.part AS tally FROM tallies t
       JOIN (SELECT n, lead, leadscore.lead_tally(rules, kind, at + interval ''1 day'', properties) AS part
               FROM cases JOIN events USING (n) GROUP BY n, lead) p USING (n, lead)');

-- Moving window frames (with the inverse) equal the aggregate of the frame's rows.
SELECT CASE WHEN count(*) FILTER (WHERE moving IS DISTINCT FROM plain) = 0 THEN 'ok - ' ELSE 'not ok - ' END
       || 'window frames: ' || count(*) || ' tallies equal those of the frame''s rows'
  FROM (SELECT w.n, w.lead, w.moving,
               (SELECT leadscore.lead_tally(c.rules, e.kind, e.at, e.properties) FROM events e
                 WHERE e.n = w.n AND e.lead = w.lead AND e.id BETWEEN w.first AND w.last) AS plain
          FROM (SELECT n, lead, leadscore.lead_tally(rules, kind, at, properties) OVER frame AS moving,
                       min(id) OVER frame AS first, max(id) OVER frame AS last
                  FROM cases JOIN events USING (n) WHERE n % 5 = 0
                WINDOW frame AS (PARTITION BY n, lead ORDER BY id ROWS BETWEEN 4 PRECEDING AND 1 FOLLOWING)) w JOIN cases c USING (n)) q;
SELECT CASE WHEN count(*) FILTER (WHERE moving IS DISTINCT FROM plain) = 0 THEN 'ok - ' ELSE 'not ok - ' END
       || 'window frames: ' || count(*) || ' scores equal those of the frame''s rows'
  FROM (SELECT w.n, w.lead, w.moving,
               (SELECT leadscore.lead_score(c.rules, e.kind, e.at, e.properties, timestamptz '2026-01-01') FROM events e
                 WHERE e.n = w.n AND e.lead = w.lead AND e.id BETWEEN w.first AND w.last) AS plain
          FROM (SELECT n, lead, leadscore.lead_score(rules, kind, at, properties, timestamptz '2026-01-01') OVER frame AS moving,
                       min(id) OVER frame AS first, max(id) OVER frame AS last
                  FROM cases JOIN events USING (n) WHERE n % 5 = 1
                WINDOW frame AS (PARTITION BY n, lead ORDER BY id ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)) w JOIN cases c USING (n)) q;
