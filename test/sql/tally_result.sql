-- What lead_tally() gives is read where it was counted, and a value of its own wherever it is kept or passed on: always the same.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
SET search_path = leadscore, public;
SELECT '{"score":{"decimals":3},"rules":[{"name":"a","on":"*","if":{"n":{">":40}},"points":1,"limit":3},{"name":"b","on":"*","if":{"n":{">":20}},"points":2,"decay":{"half_life":"9 days"}},{"name":"c","on":"*","if":{"u":["u1","u2"]},"points":3},{"name":"d","on":"k1","measure":{"sum":"n"},"points":0.5},{"name":"e","on":["k1","k2"],"if":{"n":{"<":70}},"measure":{"distinct":"u"},"points":7},{"name":"f","on":"k2","within":"300 hours","points":11}]}' AS rules \gset
\set moment '2026-04-01 12:00Z'
CREATE TABLE res_events AS
SELECT i % 13 AS lead_id, 'k' || i % 3 AS kind, timestamptz '2026-02-01Z' + i * 7919 % 5000000 * interval '1 second' AS at,
       jsonb_build_object('n', i * 31 % 97, 'u', 'u' || i % 5) AS properties
FROM generate_series(1, 1500) i;
-- As a table keeps them.
CREATE TABLE res_kept AS SELECT lead_id, lead_tally(:'rules', kind, at, properties) AS t FROM res_events GROUP BY lead_id;
SELECT count(*), count(DISTINCT t::text), sum(length(t::text)) > 5000 FROM res_kept;
-- Taken by other functions and operators of the same row, in each kind of plan.
CREATE FUNCTION pg_temp.differing() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint; BEGIN
    EXECUTE format($q$
        SELECT count(*) FROM res_kept k FULL JOIN (
            SELECT lead_id, lead_tally(%1$L, kind, at, properties) AS t, lead_tally(%1$L, kind, at, properties)::text AS printed,
                   (score(%1$L, NULL::jsonb, lead_tally(%1$L, kind, at, properties), %2$L)).score AS s, lead_score(%1$L, kind, at, properties, %2$L) AS s2,
                   lead_tally(%1$L, kind, at, properties) - lead_tally(%1$L, kind, at, properties) AS nothing
            FROM res_events GROUP BY lead_id) e USING (lead_id)
        WHERE k.t IS DISTINCT FROM e.t OR k.t::text <> e.printed OR k.t + e.nothing <> k.t
           OR (score(%1$L, NULL::jsonb, k.t, %2$L)).score IS DISTINCT FROM e.s OR e.s2 IS DISTINCT FROM e.s$q$,
        current_setting('res.rules'), '2026-04-01 12:00Z') INTO found;
    RETURN found;
END $$;
SELECT set_config('res.rules', :'rules', false) IS NOT NULL;
SELECT pg_temp.differing();
SET enable_hashagg = off;
SELECT pg_temp.differing();
RESET enable_hashagg;
SET work_mem = '64kB';
SELECT pg_temp.differing();
RESET work_mem;
-- Kept while further groups are counted: sorted, in arrays, by PL/pgSQL, merged, in a window.
SELECT count(*) FILTER (WHERE k.t = o.t) FROM res_kept k JOIN (SELECT lead_id, lead_tally(:'rules', kind, at, properties) AS t FROM res_events GROUP BY lead_id ORDER BY lead_id DESC OFFSET 0) o USING (lead_id);
SELECT count(*) FILTER (WHERE k.t = ANY (a.all_of_them)), min(cardinality(a.all_of_them))
FROM res_kept k, (SELECT array_agg(t) AS all_of_them FROM (SELECT lead_tally(:'rules', kind, at, properties) AS t FROM res_events GROUP BY lead_id) g) a;
CREATE FUNCTION pg_temp.passed_on(given lead_tally) RETURNS lead_tally LANGUAGE plpgsql AS $$ DECLARE kept lead_tally := given; BEGIN kept := kept + given; RETURN kept - given; END $$;
SELECT count(*) FILTER (WHERE k.t = p.t) FROM res_kept k JOIN (SELECT lead_id, pg_temp.passed_on(lead_tally(:'rules', kind, at, properties)) AS t FROM res_events GROUP BY lead_id) p USING (lead_id);
SELECT rollup(g.t) = (SELECT lead_tally(:'rules', kind, at, properties) FROM res_events) FROM (SELECT lead_tally(:'rules', kind, at, properties) AS t FROM res_events GROUP BY lead_id) g;
SELECT count(*) FILTER (WHERE k.t = w.t), count(*) FROM res_kept k JOIN (
    SELECT DISTINCT ON (lead_id) lead_id, lead_tally(:'rules', kind, at, properties) OVER (PARTITION BY lead_id ORDER BY at ROWS UNBOUNDED PRECEDING) AS t, at FROM res_events ORDER BY lead_id, at DESC) w USING (lead_id);
-- Grouping sets, each with its own states.
SELECT count(*), count(DISTINCT t::text) FROM (SELECT lead_id, kind, lead_tally(:'rules', kind, at, properties) AS t FROM res_events GROUP BY GROUPING SETS ((lead_id), (kind), ())) g;
-- Properties where a row keeps them, short and at any address; large; compressed; and as a row: the same hits.
CREATE TABLE res_shapes (before "char", short jsonb, large jsonb, n numeric, flag boolean, list jsonb, u text);
ALTER TABLE res_shapes ALTER large SET STORAGE EXTENDED;
INSERT INTO res_shapes
SELECT 'x', p, p || jsonb_build_object('z', repeat('pad', 2000)), (p ->> 'n')::numeric, (p ->> 'flag')::boolean, p -> 'list', p ->> 'u'
FROM (SELECT jsonb_build_object('n', i * 1.25 - 40, 'flag', i % 3 = 0, 'list', CASE WHEN i % 4 > 0 THEN jsonb_build_array(i % 7, 'v' || i % 5) END, 'u', repeat('w', i % 30), 'o', '{"p":{"q":1}}'::jsonb,
                                'big', i * 1e30, 'dot.ted', i % 2) AS p FROM generate_series(1, 200) i) q;
SELECT '{"rules":[' || string_agg(format('{"name":"%s","on":"*","points":1,"if":%s}', n, c), ',') || ']}' AS shapes FROM (VALUES
    (1, '{"n":{">":12.5}}'), (2, '{"flag":true}'), (3, '{"list":3}'), (4, '{"list":"v2"}'), (5, '{"u":{"starts_with":"wwwwwwwwww"}}'), (6, '{"u":["","w","wwwwwwwwwwwwwwwwwwwwwwwww"]}'),
    (7, '{"n":{"between":[-10,100]}}'), (8, '{"list":null}'), (9, '{"n":{"in":[-38.75,0,35]}}')) c(n, c) \gset
SELECT '{"rules":[' || string_agg(format('{"name":"%s","on":"*","points":1,"if":%s}', n, c), ',') || ']}' AS deeper FROM (VALUES
    (1, '{"o.p.q":1}'), (2, '{"big":{">":3e31}}'), (3, '{"dot.ted":1}'), (4, '{"o":{"exists":true}}'), (5, '{"o.p":1}'), (6, '{"none":null}'), (7, '{"none.at.all":{"exists":false}}')) c(n, c) \gset
SELECT lead_tally(:'shapes', 'k', '2026-01-01Z', short) = lead_tally(:'shapes', 'k', '2026-01-01Z', large) AS large, lead_tally(:'shapes', 'k', '2026-01-01Z', short) = lead_tally(:'shapes', 'k', '2026-01-01Z', s) AS row,
       lead_tally(:'shapes', 'k', '2026-01-01Z', short) = lead_tally(:'shapes', 'k', '2026-01-01Z', short::json) AS json, lead_tally(:'deeper', 'k', '2026-01-01Z', short) = lead_tally(:'deeper', 'k', '2026-01-01Z', large) AS deeper
FROM res_shapes s;
SELECT lead_score(:'shapes', 'k', '2026-01-01Z', short, :'moment'::timestamptz), lead_score(:'deeper', 'k', '2026-01-01Z', short, :'moment'::timestamptz) FROM res_shapes;
-- The same by SQL.
SELECT count(*) FILTER (WHERE n > 12.5) + count(*) FILTER (WHERE flag) + count(*) FILTER (WHERE list @> '3') + count(*) FILTER (WHERE list @> '"v2"') + count(*) FILTER (WHERE length(u) >= 10)
     + count(*) FILTER (WHERE length(u) IN (0, 1, 25)) + count(*) FILTER (WHERE n BETWEEN -10 AND 100) + count(*) FILTER (WHERE list = 'null' OR list IS NULL) + count(*) FILTER (WHERE n IN (-38.75, 0, 35)) AS shapes,
       count(*) + count(*) FILTER (WHERE (short ->> 'big')::numeric > 3e31) + count(*) FILTER (WHERE short ->> 'dot.ted' = '1') + count(*) + count(*) + count(*) AS deeper
FROM res_shapes;
DROP TABLE res_events, res_kept, res_shapes;
