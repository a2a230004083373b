-- Keys of objects of every size, found in one walk or one by one: each event against what the server's own operators say.
\set VERBOSITY terse
-- Values of every kind; keys of one, two and three letters; the offsets of more than 32 entries.
CREATE FUNCTION object_of(size int) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_object_agg(CASE i % 3 WHEN 0 THEN 'k' || i WHEN 1 THEN chr(96 + i % 26) || i / 26 ELSE 'z' || 1000 - i END,
                                     CASE i % 7 WHEN 0 THEN to_jsonb(i) WHEN 1 THEN to_jsonb('text ' || i) WHEN 2 THEN 'true' WHEN 3 THEN 'null'
                                         WHEN 4 THEN jsonb_build_array(i, 'x') WHEN 5 THEN jsonb_build_object('in', i) ELSE to_jsonb(i / 8.0) END), '{}')
      FROM generate_series(1, size) i
$$;
CREATE TABLE names AS
SELECT name, row_number() OVER (ORDER BY name) AS place
  FROM (SELECT DISTINCT key AS name FROM jsonb_each(object_of(70)) UNION VALUES ('absent'), ('k'), ('zzzzz'), ('z9')) n;
CREATE TABLE objects AS
SELECT size, object_of(size) AS properties FROM generate_series(0, 70) size;
SELECT min((SELECT count(*) FROM jsonb_object_keys(properties))), max((SELECT count(*) FROM jsonb_object_keys(properties))) FROM objects;

-- A rule a name, in an order that is not that of the keys, all on every event: walks, and starts again.
CREATE FUNCTION points(names text[], properties jsonb, test jsonb) RETURNS numeric LANGUAGE sql AS $$
    SELECT leadscore.lead_score(jsonb_build_object('rules', (
               SELECT jsonb_agg(jsonb_build_object('name', 'r' || n, 'on', CASE n % 3 WHEN 0 THEN 'a' ELSE '*' END, 'points', n * n,
                                                   'if', jsonb_build_object(name, test)))
                 FROM unnest(names) WITH ORDINALITY u (name, n)))::leadscore.scoring_rules,
               'a', '2026-01-01', properties)
$$;
CREATE FUNCTION expected(names text[], properties jsonb, test jsonb) RETURNS numeric LANGUAGE sql AS $$
    SELECT coalesce(sum(n * n) FILTER (WHERE CASE WHEN test ? 'exists' THEN jsonb_typeof(properties -> name) <> 'null'
                                                  WHEN jsonb_typeof(properties -> name) = 'array' THEN (properties -> name) @> (test -> '=')
                                                  ELSE properties -> name = test -> '=' END), 0)
      FROM unnest(names) WITH ORDINALITY u (name, n)
$$;
CREATE TABLE name_lists AS
SELECT n AS list, (SELECT array_agg(name ORDER BY md5(name || n)) FROM names WHERE ('x' || left(md5(name || n), 7))::bit(28)::int % 70 < n) AS names
  FROM unnest(ARRAY[1, 3, 10, 40, 80]) n;
SELECT count(*) > 1000 AS enough, count(*) FILTER (WHERE got IS DISTINCT FROM wanted) AS wrong, count(DISTINCT wanted) > 100 AS differ
  FROM name_lists, objects,
       unnest(ARRAY['{"exists": true}', '{"=": 42}', '{"=": 4.25}', '{"=": "x"}']::jsonb[]) test,
       LATERAL (SELECT points(names, properties, test) AS got, expected(names, properties, test) AS wanted) p
 WHERE names IS NOT NULL;

-- A key before a path of its name, a path where there is no such key, and no path through what is no object.
SELECT points(ARRAY['k.in', 'k', 'a.b.c', 'k.in.x'], properties, '{"exists": true}'), properties
  FROM (VALUES ('{"k": {"in": 1}}'::jsonb), ('{"k": {"in": null}, "k.in": 2}'), ('{"k.in": {"x": 1}, "k": 1}'), ('{"a": {"b": {"c": 1}}, "a.b": 5}'),
               ('{"a.b": {"c": 1}, "k": []}'), ('{"k": [{"in": 1}]}'), ('[1]'), ('5'), ('null'), (NULL)) v (properties);

-- Many objects in one aggregate, which knows objects with the same keys from the ones before: as many and as long, but other names;
-- fewer, more, and none; other values behind the same keys; more kinds of objects than it remembers, with few repeats and with many.
CREATE TABLE many (id int, round int, kind text, properties jsonb);
INSERT INTO many
SELECT row_number() OVER (), round, CASE WHEN round % 3 = 0 THEN 'a' ELSE 'b' END,
       CASE WHEN shape = 0 THEN NULL WHEN shape = 1 THEN '{}' WHEN shape = 2 THEN '[1]' ELSE (
           SELECT jsonb_object_agg(CASE WHEN (shape + n) % 5 = 0 THEN 'other' || shape % 10 ELSE 'key' || n END || CASE WHEN shape % 3 = 0 THEN '' ELSE '.x' END,
                                   CASE (round + n + shape) % 9 WHEN 0 THEN 'null' WHEN 1 THEN 'true' WHEN 2 THEN to_jsonb(round % 4) WHEN 3 THEN to_jsonb(-1 - round % 2)
                                       WHEN 4 THEN to_jsonb(12345.5) WHEN 5 THEN '["v1", 2]' WHEN 6 THEN '{"x": "v1", "key1": "v2"}'
                                       WHEN 7 THEN to_jsonb(repeat('v', round % 30)) ELSE to_jsonb('v' || round % 3) END)
             FROM generate_series(1, 1 + shape % 8) n) END
  FROM generate_series(1, 40) round, generate_series(0, 60) shape WHERE shape <= 5 OR round % 7 < 3;
CREATE TABLE asked AS
SELECT field, test, row_number() OVER (ORDER BY field DESC, test) AS n
  FROM unnest('{key1, key1.x, key3, key3.x, other5, other5.x, key7, absent}'::text[]) field,
       unnest(ARRAY['{"exists": true}', '{"=": "v1"}', '{"=": 2}', '{"=": -1}', '{"=": true}', '{"=": ""}', '{"=": "vvvvvvvvvvvvvvvv"}', '{"=": "vvvvvvvvvvvvvvvvv"}']::jsonb[]) test;
CREATE FUNCTION value_at(properties jsonb, field text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT CASE WHEN jsonb_typeof(properties) = 'object' THEN coalesce(properties -> field, properties -> split_part(field, '.', 1) -> nullif(split_part(field, '.', 2), '')) END
$$;
CREATE TABLE wanted AS
SELECT id, sum(n * n) AS points
  FROM (SELECT id, round, kind, n, test, value_at(properties, field) AS value FROM many, asked) v
 WHERE (n % 4 <> 0 OR kind = 'a') AND CASE WHEN test ? 'exists' THEN jsonb_typeof(value) <> 'null'
                                           WHEN jsonb_typeof(value) = 'array' THEN value @> (test -> '=') ELSE value = test -> '=' END
 GROUP BY id;
SELECT jsonb_build_object('rules', jsonb_agg(jsonb_build_object('name', 'r' || n, 'on', CASE n % 4 WHEN 0 THEN 'a' ELSE '*' END, 'points', n * n,
                                                                'if', jsonb_build_object(field, test)) ORDER BY n))::leadscore.scoring_rules AS rules FROM asked \gset
SELECT count(*) AS objects, count(DISTINCT wanted.points) > 50 AS differ, count(*) FILTER (WHERE got.points IS DISTINCT FROM coalesce(wanted.points, 0)) AS wrong
  FROM (SELECT id, leadscore.lead_score(:'rules'::leadscore.scoring_rules, kind, '2026-01-01', properties, '2026-01-02') AS points FROM many GROUP BY id) got
  LEFT JOIN wanted USING (id);
-- Each kind of object by itself, one after the other, by lead_tally(); properties that are compressed or json.
SELECT count(*) FILTER (WHERE got.points IS DISTINCT FROM coalesce(wanted.points, 0)) AS wrong
  FROM (SELECT id, (leadscore.score(:'rules'::leadscore.scoring_rules, NULL::jsonb, leadscore.lead_tally(:'rules', kind, '2026-01-01', properties), '2026-01-02')).score AS points
          FROM (SELECT * FROM many ORDER BY (SELECT string_agg(key, ' ') FROM jsonb_each(CASE WHEN jsonb_typeof(properties) = 'object' THEN properties END))) m GROUP BY id) got
  LEFT JOIN wanted USING (id);
CREATE TABLE large AS
SELECT id, kind, CASE WHEN jsonb_typeof(properties) = 'object' THEN properties || jsonb_build_object('z', repeat('long ', 1000)) ELSE properties END AS properties FROM many;
SELECT count(*) FILTER (WHERE got.points IS DISTINCT FROM coalesce(wanted.points, 0)) AS wrong, count(*) FILTER (WHERE of_json IS DISTINCT FROM got.points) AS other_in_json
  FROM (SELECT id, leadscore.lead_score(:'rules'::leadscore.scoring_rules, kind, '2026-01-01', properties, '2026-01-02') AS points,
               leadscore.lead_score(:'rules'::leadscore.scoring_rules, kind, '2026-01-01', properties::json, '2026-01-02') AS of_json FROM large GROUP BY id) got
  LEFT JOIN wanted USING (id);
DROP TABLE many, large, asked, wanted;
DROP FUNCTION value_at;
DROP TABLE names, objects, name_lists;
DROP FUNCTION object_of, points, expected;
