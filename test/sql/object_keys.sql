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
DROP TABLE names, objects, name_lists;
DROP FUNCTION object_of, points, expected;
