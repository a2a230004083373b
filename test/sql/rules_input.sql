-- scoring_rules: what it reads, the canonical text it prints, casts, equality, order, hash.
\pset format unaligned
\pset tuples_only on
SET search_path = public, leadscore;

-- Defaults that are written out are left out of the canonical text.
SELECT '{"rules": []}'::scoring_rules;
SELECT '{"name": "", "description": "", "timezone": "UTC", "score": {"decimals": 0}, "groups": {}, "exclude": [],
         "rules": [], "stages": [], "labels": {}}'::scoring_rules;
SELECT '{"rules": [{"name": "a", "enabled": true, "description": "", "dimension": "fit", "attribute": "x",
                    "values": {"y": 1}, "otherwise": 0, "missing": 0},
                   {"name": "b", "dimension": "engagement", "on": "e", "measure": "hits", "if": {}, "points": 2},
                   {"name": "c", "on": "e", "bands": [{"points": 1}], "missing": 0}],
         "groups": {"g": {"dimension": "engagement", "take": "sum"}},
         "dimensions": {"fit": {"weight": 1}, "engagement": {"weight": 1.000}},
         "stages": [{"name": "cold", "keep": 0, "sticky": false, "qualification": ""}]}'::scoring_rules;

-- What is not a default stays: other dimension, enabled false, weight 0, "dimensions" without any entry.
SELECT '{"dimensions": {}, "rules": []}'::scoring_rules;
SELECT '{"rules": [{"points": 0, "if": {}, "name": "a", "enabled": false, "dimension": "engagement"}],
         "dimensions": {"engagement": {"weight": 0}}}'::scoring_rules;

-- The example of the specification, whole.
SELECT $${
  "name": "B2B default",
  "description": "free text",
  "timezone": "UTC",
  "score": { "min": 0, "max": 100, "decimals": 0 },
  "dimensions": {
    "fit":        { "min": 0, "max": 40, "weight": 1 },
    "engagement": { "min": -20, "max": 60 }
  },
  "groups": { "email": { "dimension": "engagement", "min": -10, "max": 15 },
              "form recency": { "take": "max" } },
  "exclude": [ { "name": "competitor", "if": { "email_domain": ["rival.example"] } } ],
  "rules": [
    { "name": "decision maker", "if": { "job_title": { "ilike": "%chief%" } }, "points": 15 },
    { "name": "company size", "attribute": "employees",
      "bands": [ { "points": 0 }, { "from": 50, "points": 5 }, { "from": 200, "points": 10 } ],
      "missing": -2 },
    { "name": "industry", "attribute": "industry",
      "values": { "Software": 10, "Finance": 5 }, "otherwise": 0, "missing": -1 },
    { "name": "pricing page", "on": "page_view", "if": { "url": { "starts_with": "/pricing" } },
      "points": 5, "at_most": { "hits": 2, "per": "1 day" }, "max": 20, "decay": { "half_life": "14 days" } },
    { "name": "opened a mail", "on": "email_open", "group": "email",
      "measure": { "distinct": "email_id" }, "points": 1, "within": "90 days" },
    { "name": "keeps coming back", "on": "visit", "within": "30 days",
      "bands": [ { "from": 3, "points": 5 }, { "from": 10, "points": 12 } ] },
    { "name": "time on site", "on": "visit", "measure": { "sum": "seconds" },
      "bands": [ { "from": 300, "points": 3 }, { "from": 1800, "points": 8 } ] },
    { "name": "opens what it gets", "on": "email_open", "measure": { "ratio_to": "email_sent" },
      "bands": [ { "from": 0.25, "points": 2 }, { "from": 0.5, "points": 5 } ] },
    { "name": "form this week",  "on": "form", "within": "7 days",  "limit": 1, "points": 20, "group": "form recency" },
    { "name": "form this month", "on": "form", "within": "30 days", "limit": 1, "points": 10, "group": "form recency" },
    { "name": "asked for a quote", "on": ["quote_request", "demo_request"], "points": 30, "limit": 1 },
    { "name": "unsubscribed", "on": "unsubscribe", "points": -20, "limit": 1 },
    { "name": "gone quiet", "on": "*", "measure": "idle",
      "bands": [ { "from": 60, "points": -15 }, { "from": 120, "points": -30 } ] }
  ],
  "stages": [
    { "name": "cold", "qualification": "MQL" },
    { "name": "warm", "qualification": "MQL", "from": 40 },
    { "name": "hot",  "qualification": "SQL", "from": 75, "needs": { "fit": 20 }, "keep": 5 }
  ],
  "labels": {
    "grade": { "of": "fit", "levels": [ { "name": "C" }, { "name": "B", "from": 15 }, { "name": "A", "from": 30 } ] }
  }
}$$::scoring_rules AS spec
\gset
SELECT :'spec';

-- Numbers print in their shortest form, texts with as few escapes as JSON allows.
CREATE FUNCTION pg_temp.with_points(text) RETURNS scoring_rules LANGUAGE sql AS
  $$ SELECT format('{"rules":[{"name":"n","if":{},"points":%s}]}', $1)::scoring_rules $$;
SELECT n, pg_temp.with_points(n)::jsonb -> 'rules' -> 0 ->> 'points'
FROM unnest('{0,-0,0.0,-0.0,1.50,5e1,5E-1,1e9,-1000000000.000000,0.000001,1e-6,12.5e-5,0.00e5,100e-2}'::text[]) WITH ORDINALITY u(n, i)
ORDER BY i;
SELECT '{"rules":[{"name":"\u00e9\t\"\\\/ \u2028 \ud83d\ude00 Ä","if":{"\u0061":{"<":1e3}},"points":1}]}'::scoring_rules;
SELECT '{"rules":[{"name":"n","if":{"a":{"in":[1e20,1e-7,100000000000000000000000,0.10,-1e300,12345678901234567890123456789.5]}},"points":1}]}'::scoring_rules;

-- Kinds and lists of values: sorted, without repeats; a lone kind without its brackets; "*" swallows the others.
SELECT jsonb_path_query_array('{"rules":[{"name":"a","on":["b","a","b"],"points":1},{"name":"b","on":["b"],"points":1},
  {"name":"c","on":["a","*"],"points":1},{"name":"d","on":"b","measure":{"ratio_to":["z","y","z"]},"bands":[{"points":1}]}]}'::scoring_rules::jsonb,
  '$.rules[*]');
SELECT '{"rules":[{"name":"a","if":{"x":["b",2,true,"a",1.0,"b",1,10,false,"B"]},"points":1}]}'::scoring_rules;

-- Conditions: entries by code point whatever their order, operators in a fixed order, the short forms.
SELECT '{"rules":[{"name":"a","points":1,"if":{"z":{"exists":false},"a":{"=":5},"b":{"in":[2,1]},"c":{"in":[1],"exists":true},
   "B":null,"é":{"between":[3.0,5]},"any":[{"x":"1"},{"not":{"y":{"matches":"^a+$","ilike":"%\\%%","!=":"q"}}},{"all":[]},{}],
   "d":{"within_last":"1 day","older_than":"2 hour","within_next":"3 weeks"},"e":{"not_in":["b","a"]},
   "f":{"<":1,"<=":2,">":"a",">=":0},"g":{"starts_with":"s","ends_with":"e","contains":"c","like":"_"}}}]}'::scoring_rules;

-- Durations keep their unit; singular and plural are one. Every decay.
SELECT '{"rules":[{"name":"a","on":"k","points":1,"within":"1 days","decay":{"half_life":"2 week"}},
                  {"name":"b","on":"k","points":1,"within":"24 hours","decay":{"linear":"012 months"}},
                  {"name":"c","on":"k","points":1,"within":"7 days","decay":{"every":"1 years","lose":0.10},"burst":3,
                   "at_most":{"per":"1 hour","hits":2.0},"limit":4}]}'::scoring_rules;

-- A group decides the dimension of its rules; a time zone is spelled as the database spells it; all parts at once.
SELECT '{"labels":{"b":{"levels":[{"name":"x"},{"from":0.5,"name":"y"}],"of":"probability"},"a":{"of":"score","levels":[{"name":"l"}]}},
         "probability":{"slope":0.1,"horizon":"90 days","intercept":-3.0},
         "stages":[{"name":"s"},{"needs":{"fit":1,"engagement":2},"from":1,"sticky":true,"keep":0.5,"name":"t"}],
         "rules":[{"group":"g","dimension":"fit","name":"r","on":"k","points":1,"min":-1,"max":1}],
         "exclude":[{"if":{"a":1},"name":"e"}],
         "groups":{"h":{"take":"min"},"g":{"dimension":"fit","max":2,"min":1}},
         "score":{"decimals":2,"max":10},"timezone":"europe/berlin","description":"d","name":"n"}'::scoring_rules;

-- The canonical text reads as itself, directly and through json and jsonb.
CREATE TEMP TABLE documents AS
SELECT row_number() OVER () AS n, doc FROM (VALUES
  ('{"rules":[]}'),
  (:'spec'),
  ('{"rules":[{"name":"a","if":{"é":[1,"x",true],"not":{"any":[]},"t":{"older_than":"3 weeks"}},"points":-0.5}],"timezone":"America/Sao_Paulo"}'),
  ('{"rules":[{"name":"a","attribute":"x","values":{"é":1,"B":2,"a":3,"":4},"otherwise":-1.25}]}'),
  ('{"rules":[{"name":"a","attribute":"x","bands":[{"from":-1e15,"points":1},{"from":1e15,"points":1000000000}]}]}'),
  ('{"rules":[],"probability":{"intercept":1e-300,"slope":-1e300}}')) v(doc);
SELECT count(*) AS documents, count(*) FILTER (WHERE doc::scoring_rules::text::scoring_rules::text = doc::scoring_rules::text) AS by_text,
       count(*) FILTER (WHERE doc::scoring_rules::json::scoring_rules = doc::scoring_rules) AS by_json,
       count(*) FILTER (WHERE doc::scoring_rules::jsonb::scoring_rules = doc::scoring_rules) AS by_jsonb,
       count(*) FILTER (WHERE doc::json::scoring_rules::text = doc::scoring_rules::text) AS from_json,
       count(*) FILTER (WHERE doc::jsonb::scoring_rules::text = doc::scoring_rules::text) AS from_jsonb,
       count(*) FILTER (WHERE doc::scoring_rules::jsonb = doc::scoring_rules::text::jsonb) AS same_jsonb
FROM documents;
-- Casts are assignment casts: a column of the type takes json and jsonb as they are.
CREATE TEMP TABLE kept (rules scoring_rules);
INSERT INTO kept SELECT '{"rules": [ ]}'::json;
INSERT INTO kept SELECT '{"rules": [ ]}'::jsonb;
SELECT DISTINCT pg_typeof(rules), rules FROM kept;

-- Documents written differently that mean the same are equal; a difference anywhere is a difference.
SELECT a::scoring_rules = b::scoring_rules AS equal, a::scoring_rules <> b::scoring_rules AS unequal FROM (VALUES
  ('{"rules":[{"name":"a","if":{"x":{"=":1},"y":["b","a"]},"points":1}]}', '{ "rules" : [{"points":1.0, "if":{"y":{"in":["a","b","a"]},"x":10e-1},"name":"\u0061"}] }'),
  ('{"rules":[{"name":"a","on":"k","points":1}]}', '{"rules":[{"name":"a","on":["k","k"],"if":{},"enabled":true,"dimension":"engagement","points":1}]}'),
  ('{"rules":[{"name":"a","on":"k","points":1}]}', '{"rules":[{"name":"a","on":"k","points":1.000001}]}'),
  ('{"rules":[{"name":"a","on":"k","points":1}]}', '{"rules":[{"name":"A","on":"k","points":1}]}'),
  ('{"rules":[{"name":"a","on":"k","points":1,"within":"7 days"}]}', '{"rules":[{"name":"a","on":"k","points":1,"within":"1 week"}]}'),
  ('{"rules":[{"name":"a","if":{},"points":1},{"name":"b","if":{},"points":1}]}', '{"rules":[{"name":"b","if":{},"points":1},{"name":"a","if":{},"points":1}]}'),
  ('{"rules":[]}', '{"rules":[],"timezone":"Europe/Berlin"}')) v(a, b);

-- The order is a total one: the six operators and the support function agree with each other for every pair.
CREATE TEMP TABLE pairs AS
SELECT a.doc::scoring_rules AS a, b.doc::scoring_rules AS b FROM documents a, documents b;
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE (a < b) = (scoring_rules_cmp(a, b) < 0) AND (a <= b) = (scoring_rules_cmp(a, b) <= 0)
                          AND (a = b) = (scoring_rules_cmp(a, b) = 0) AND (a <> b) = (scoring_rules_cmp(a, b) <> 0)
                          AND (a >= b) = (scoring_rules_cmp(a, b) >= 0) AND (a > b) = (scoring_rules_cmp(a, b) > 0)
                          AND scoring_rules_cmp(a, b) = -scoring_rules_cmp(b, a)
                          AND (a < b) = (a::text COLLATE "C" < b::text COLLATE "C")) AS agreeing
FROM pairs;
-- Equal values hash alike, with a seed and without; the extended hash without seed ends in the plain one.
SELECT bool_and((scoring_rules_hash(a) = scoring_rules_hash(b)) = (a = b)) AS hash,
       bool_and((scoring_rules_hash_extended(a, 42) = scoring_rules_hash_extended(b, 42)) = (a = b)) AS seeded,
       bool_and((scoring_rules_hash_extended(a, 0) & 4294967295) = (scoring_rules_hash(a)::bigint & 4294967295)) AS low_half
FROM pairs;

-- GROUP BY, DISTINCT and joins, by hashing and by sorting, find the same.
CREATE TEMP TABLE many AS
SELECT i, format('{"rules":[{"name":"r%s","if":{},"points":%s}],"description":"%s"}', i % 7, i % 7, repeat('x', i % 7 * 500))::scoring_rules AS rules
FROM generate_series(1, 700) i;
ANALYZE many;
CREATE FUNCTION pg_temp.uses(query text, node text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; found boolean := false;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP found := found OR strpos(line, node) > 0; END LOOP;
  RETURN CASE WHEN found THEN 'yes' ELSE 'no' END;
END $$;
SET enable_sort = off; SET enable_mergejoin = off; SET enable_nestloop = off;
SELECT pg_temp.uses('SELECT rules FROM many GROUP BY rules', 'HashAggregate'),
       pg_temp.uses('SELECT FROM many a JOIN many b USING (rules)', 'Hash Join');
SELECT count(*), sum(c), min(c), max(c) FROM (SELECT count(*) AS c FROM many GROUP BY rules) g;
SELECT count(*) FROM (SELECT DISTINCT rules FROM many) d;
SELECT count(*), bool_and(a.i % 7 = b.i % 7) FROM many a JOIN many b USING (rules);
RESET enable_sort; RESET enable_mergejoin;
SET enable_hashagg = off; SET enable_hashjoin = off;
SELECT pg_temp.uses('SELECT rules FROM many GROUP BY rules', 'Sort'),
       pg_temp.uses('SELECT FROM many a JOIN many b USING (rules)', 'Merge Join');
SELECT count(*), sum(c), min(c), max(c) FROM (SELECT count(*) AS c FROM many GROUP BY rules) g;
SELECT count(*) FROM (SELECT DISTINCT rules FROM many) d;
SELECT count(*), bool_and(a.i % 7 = b.i % 7) FROM many a JOIN many b USING (rules);
SELECT bool_and(before <= rules) FROM (SELECT rules, lag(rules) OVER (ORDER BY rules) AS before FROM many) o;
RESET enable_hashagg; RESET enable_hashjoin; RESET enable_nestloop;

-- A unique constraint and indexes. (An index entry has to fit on a page; these documents do.)
CREATE TEMP TABLE versions (id int, rules scoring_rules UNIQUE);
INSERT INTO versions SELECT min(i), rules FROM many WHERE i % 7 < 4 GROUP BY rules;
INSERT INTO versions VALUES (99, '{ "rules":[{"points":1e0, "if":{},"name":"r1"}],"description":"xxxxx" }');
\set VERBOSITY sqlstate
INSERT INTO versions SELECT 100, '{ "rules":[{"points":1e0, "if":{},"name":"r1"}],"description":"xxxxx" }'::jsonb;
\set VERBOSITY default
INSERT INTO versions SELECT 101, '{"description":"xxxxx","rules":[{"points":1,"if":{},"name":"r1"}]}'::json ON CONFLICT (rules) DO UPDATE SET id = excluded.id
RETURNING id;
CREATE INDEX versions_hash ON versions USING hash (rules);
SET enable_seqscan = off;
SELECT pg_temp.uses($$SELECT id FROM versions WHERE rules = '{"rules":[]}'$$, 'Index');
SELECT id FROM versions WHERE rules = '{"description":"xxxxx","rules":[{"name":"r1","if":{},"points":1}]}';
DROP INDEX versions_hash;
SELECT pg_temp.uses($$SELECT id FROM versions WHERE rules = '{"rules":[]}'$$, 'Index');
SELECT id FROM versions WHERE rules = '{"description":"xxxxx","rules":[{"name":"r1","if":{},"points":1}]}';
RESET enable_seqscan;

-- A table partitioned by hash of its rules puts each document into one partition and finds it there.
CREATE TEMP TABLE parted (rules scoring_rules) PARTITION BY HASH (rules);
CREATE TEMP TABLE parted0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TEMP TABLE parted1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT rules FROM many;
SELECT count(DISTINCT tableoid) AS partitions, count(DISTINCT rules) AS documents,
       (SELECT count(*) FROM (SELECT DISTINCT tableoid, rules FROM parted) d) AS placed
FROM parted;
SELECT count(*) FROM parted WHERE rules = (SELECT rules FROM many WHERE i = 1);

-- jsonb prints a blank behind every comma and colon; they do not count for the limit of 1 MB.
WITH large AS (
    SELECT ('{"rules":[{"name":"r","attribute":"a","bands":['
            || string_agg('{"from":' || i || ',"points":' || i % 9 || '}', ',' ORDER BY i) || ']}]}')::leadscore.scoring_rules AS r
      FROM generate_series(1, 38000) i)
SELECT octet_length(r::text) < 1048576 AS fits, octet_length(r::jsonb::text) > 1048576 AS printed_larger,
       leadscore.scoring_rules_eq(r, r::jsonb::leadscore.scoring_rules) AS comes_back FROM large;
