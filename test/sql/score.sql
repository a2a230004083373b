-- score(): attributes of every kind, stages, labels, exclusion, probability, moments.
\pset format unaligned
\pset tuples_only on
SET search_path = public, leadscore;
SET timezone = 'UTC';
-- The score of attributes alone.
CREATE FUNCTION pg_temp.points(rules text, attributes anyelement, as_of timestamptz DEFAULT '2026-06-15 12:00Z') RETURNS numeric LANGUAGE sql AS
  $$ SELECT (score(rules::scoring_rules, attributes, NULL, as_of)).score $$;
-- Whether a condition holds.
CREATE FUNCTION pg_temp.holds(condition text, attributes anyelement, as_of timestamptz DEFAULT '2026-06-15 12:00Z') RETURNS boolean LANGUAGE sql AS
  $$ SELECT (score(format('{"rules":[{"name":"r","points":1,"if":%s}]}', condition)::scoring_rules, attributes, NULL, as_of)).score = 1 $$;

-- Stages by score and needs; "keep" holds the previous one, "sticky" is never left, unknown previous stages have no effect.
SELECT '{"rules":[{"name":"p","attribute":"p","bands":[{"points":0},{"from":10,"points":10},{"from":36,"points":36},{"from":40,"points":40},{"from":70,"points":70},{"from":71,"points":71},{"from":75,"points":75}]},
   {"name":"f","dimension":"need","attribute":"f","bands":[{"points":0},{"from":1,"points":20}]}],
  "dimensions":{"fit":{},"need":{"weight":0}},
  "stages":[{"name":"cold","qualification":"none"},{"name":"warm","from":40,"qualification":"MQL","sticky":false,"keep":4},{"name":"hot","from":75,"needs":{"need":20},"keep":5,"qualification":"SQL"}]}'::scoring_rules AS staged
\gset
SELECT p, f, previous, s.score, s.stage, s.qualification
FROM (VALUES (0, 1, NULL), (40, 1, NULL), (75, 1, NULL), (75, 0, NULL), (71, 1, 'warm'), (71, 1, 'hot'), (70, 1, 'hot'), (70, 0, 'hot'), (40, 1, 'hot'), (36, 1, 'warm'), (10, 1, 'warm'), (36, 1, 'hot'), (36, 1, 'nonsense'), (36, 1, ''), (36, 1, 'excluded')) v(p, f, previous),
     score(:'staged', jsonb_build_object('p', p, 'f', f), NULL, '2026-01-01Z', previous) s;
SELECT previous, s.stage FROM (VALUES (NULL), ('a'), ('b'), ('c'), ('d')) v(previous),
     score('{"rules":[],"stages":[{"name":"a"},{"name":"b","from":10,"sticky":true},{"name":"c","from":20},{"name":"d","from":30,"sticky":true,"needs":{"fit":5}}]}', NULL::jsonb, NULL, '2026-01-01Z', previous) s;
-- The score is compared after rounding, dimensions before.
SELECT p, s.score, s.stage, s.labels FROM (VALUES (39.4), (39.5)) v(p),
     score(format('{"rules":[{"name":"a","if":{},"points":%s}],"stages":[{"name":"cold"},{"name":"warm","from":40}],
       "labels":{"d":{"of":"fit","levels":[{"name":"below"},{"name":"at 39.5","from":39.5},{"name":"at 40","from":40}]},"s":{"of":"score","levels":[{"name":"below"},{"name":"at 39.5","from":39.5},{"name":"at 40","from":40}]}}}', p)::scoring_rules, NULL::jsonb, NULL, '2026-01-01Z') s;
-- Without stages the stage is NULL; without labels the labels are an empty object.
SELECT s.stage IS NULL, s.qualification IS NULL, s.probability IS NULL, s.dimensions, s.labels FROM score('{"rules":[]}', NULL::jsonb, NULL) s;

-- An excluded lead has no score; its dimensions and their labels stay.
SELECT d, s.* FROM (VALUES ('rival.example'), ('friend.example'), (NULL)) v(d),
  score('{"rules":[{"name":"a","if":{},"points":10}],"exclude":[{"name":"competitor","if":{"email.domain":["rival.example"]}}],"stages":[{"name":"cold","qualification":"none"}],"probability":{"intercept":-1,"slope":0.1},
         "labels":{"f":{"of":"fit","levels":[{"name":"C"},{"name":"A","from":10}]},"s":{"of":"score","levels":[{"name":"x"}]},"p":{"of":"probability","levels":[{"name":"low"},{"name":"half","from":0.5}]}}}',
        jsonb_build_object('email', jsonb_build_object('domain', d)), NULL, '2026-01-01Z', 'cold') s;
-- Probability is of the score before rounding and clamping: 1/(1+exp(-(a + b*s))).
SELECT s.score, s.probability, abs(s.probability - 1 / (1 + exp(-(-2 + 0.05 * 33.333)))) < 1e-15 AS right
FROM score('{"rules":[{"name":"a","if":{},"points":33.333}],"score":{"max":20},"probability":{"intercept":-2,"slope":0.05}}', NULL::jsonb, NULL) s;
SELECT p, s.probability FROM (VALUES (1e9), (-1e9), (0)) v(p), score(format('{"rules":[{"name":"a","if":{},"points":%s}],"probability":{"intercept":0,"slope":1e300}}', p)::scoring_rules, NULL::jsonb, NULL) s;

-- Decimals: as many as asked for, trailing zeros too, half away from zero.
SELECT d, p, pg_temp.points(format('{"rules":[{"name":"a","if":{},"points":%s}],"score":{"decimals":%s}}', p, d), NULL::jsonb)
FROM (VALUES (0, 0.5), (0, -0.5), (0, 1.5), (0, 2.499999), (1, 0.05), (1, -0.05), (2, 7), (3, 0.0005), (6, 0.000001), (6, -1000000000)) v(d, p);
-- Weights and clamps, dimension by dimension.
SELECT s.score, s.dimensions FROM score('{"rules":[{"name":"a","if":{},"points":100},{"name":"b","on":"k","bands":[{"points":-3.3}]},{"name":"c","if":{},"dimension":"x","points":0.000001}],
  "dimensions":{"fit":{"max":40,"weight":0.333333},"engagement":{"min":-2},"x":{"weight":0.5}},"score":{"decimals":6}}', NULL::jsonb, NULL) s;

-- NULLs: no rules, no score; no attributes, all missing; no tally, no events. as_of must be a moment.
SELECT score(NULL, '{}'::jsonb, NULL) IS NULL, pg_temp.points('{"rules":[{"name":"a","attribute":"x","values":{},"missing":-7}]}', NULL::jsonb) AS missing,
       pg_temp.points('{"rules":[{"name":"a","attribute":"x","values":{},"missing":-7}]}', NULL::pg_class) AS missing_row;
SELECT score('{"rules":[]}', '{}'::jsonb, NULL, NULL);
SELECT score('{"rules":[]}', '{}'::jsonb, NULL, 'infinity');
-- The default moment is the transaction's.
SELECT pg_temp.holds('{"x":{"within_last":"1 day"}}', jsonb_build_object('x', to_char(now() - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SSOF')), now()) AS given,
       (score('{"rules":[{"name":"r","points":1,"if":{"x":{"within_last":"1 day"}}}]}', jsonb_build_object('x', to_char(now() - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SSOF')), NULL)).score AS by_default;

-- Attributes of a wrong type.
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text;
BEGIN EXECUTE query INTO got; RETURN coalesce(got, 'NULL'); EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
SELECT a, pg_temp.outcome(format($q$SELECT (leadscore.score('{"rules":[{"name":"a","if":{"x":1},"points":1}]}', %s, NULL)).score$q$, a))
FROM unnest(ARRAY['1', '''x''::text', 'ARRAY[1]', 'now()', '''<x/>''::xml', '''{"x":1}''::text', '''{"x":1}''::json', '''{"x":1}''::jsonb', '''[]''::jsonb', '''5''::jsonb', '''null''::jsonb', 'ROW(1)']) WITH ORDINALITY u(a, i) ORDER BY i;

-- One lead, all of whose columns say the same, as a row and as jsonb.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE DOMAIN tags AS text[];
CREATE DOMAIN shout AS varchar(20);
CREATE TABLE score_leads (
  id int, i2 int2, i4 int4, i8 int8, n numeric(10, 3), f4 float4, f8 float8, b boolean, t text, v varchar(10), c char(10), nm name, ch "char", e mood, u uuid, ip inet, net cidr, mac macaddr,
  d date, ts timestamp, tz timestamptz, j json, jb jsonb, p positive, a int[], ta text[], ea mood[], m int[][], tg tags, sh shout, x bytea, iv interval, "a.b" text, "JB" text, jb2 jsonb);
INSERT INTO score_leads VALUES (
  1, 7, 7, 7, 7.000, 0.1, 0.1, true, 'abc', 'abc', 'abc', 'abc', 'a', 'happy', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03',
  '2026-06-01', '2026-06-01 09:30', '2026-06-01 09:30Z', '{"k": {"l": [1, "x"]}}', '{"k": {"l": [1, "x"]}, "a.b": 5, "0": 1}', 7, '{1,2,3}', '{x,y,NULL}', '{sad,ok}', '{{1,2},{3,4}}', '{x,y}', 'abc', 'abc', '1 day', 'dotted', 'upper', '[1,2]');
INSERT INTO score_leads (id) VALUES (2);
SELECT condition, string_agg(pg_temp.holds(condition, l)::text, ' ' ORDER BY l.id)
FROM score_leads l, unnest(ARRAY[
  '{"i2":7}', '{"i4":7.0}', '{"i8":{"between":[6.5,7]}}', '{"n":7}', '{"n":"7"}', '{"f4":0.1}', '{"f8":0.1}', '{"f8":{"<":0.1}}', '{"b":true}', '{"b":"true"}', '{"b":1}',
  '{"t":"abc"}', '{"v":"abc"}', '{"c":"abc"}', '{"c":{"ends_with":"c"}}', '{"nm":"abc"}', '{"ch":"a"}', '{"e":"happy"}', '{"e":{"<":"ok"}}', '{"u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}', '{"ip":"10.0.0.1"}', '{"net":"10.0.0.0/8"}', '{"mac":"08:00:2b:01:02:03"}',
  '{"d":"2026-06-01"}', '{"d":{"<":"2026-06-01T00:00:00.000001"}}', '{"d":{">=":"2026-06-01T02:00+02:00"}}', '{"d":{"<":"tomorrow"}}', '{"ts":"2026-06-01 09:30"}', '{"tz":"2026-06-01T11:30+02"}', '{"tz":{">":"2026-06-01"}}', '{"tz":{"within_last":"15 days"}}', '{"tz":{"within_last":"14 days"}}', '{"d":{"older_than":"2 weeks"}}',
  '{"j.k.l":"x"}', '{"jb.k.l":1}', '{"jb.a.b":5}', '{"jb.0":1}', '{"jb.k":{"exists":true}}', '{"jb":{"exists":true}}', '{"jb2":2}', '{"jb2.0":1}', '{"jb.k.zzz":{"exists":false}}',
  '{"p":7}', '{"a":3}', '{"a":{">":2,"<":2}}', '{"a":{"between":[4,9]}}', '{"ta":"y"}', '{"ta":null}', '{"ea":"sad"}', '{"m":4}', '{"tg":"x"}', '{"sh":"abc"}', '{"x":{"exists":true}}', '{"x":"abc"}', '{"x":{"!=":"abc"}}', '{"iv":{"exists":true}}', '{"iv":{"within_last":"1 year"}}',
  '{"a.b":"dotted"}', '{"JB":"upper"}', '{"Jb":{"exists":true}}', '{"nothing":null}', '{"nothing":{"!=":1}}', '{"t":{"!=":"abc"}}', '{"t":{"not_in":["x"]}}', '{"t":null}', '{"ctid":{"exists":true}}', '{"tableoid":{"exists":true}}']) WITH ORDINALITY u(condition, place)
GROUP BY place, condition ORDER BY place;
SELECT (score('{"rules":[{"name":"a","attribute":"d","values":{"2026-06-01":1}},{"name":"b","attribute":"a","bands":[{"points":0},{"from":2,"points":10},{"from":3,"points":5}]},{"name":"c","attribute":"ta","values":{"x":100,"y":200},"missing":50},
   {"name":"d","attribute":"tz","values":{},"otherwise":1000,"missing":7},{"name":"e","attribute":"n","values":{"7":10000}},{"name":"f","attribute":"b","values":{"true":100000}},{"name":"g","attribute":"x","bands":[{"points":9}],"missing":1000000}]}', l, NULL, '2026-01-01Z')).score
FROM score_leads l ORDER BY id;
-- NaN, infinities: there, but without value.
CREATE TYPE odd AS (n numeric, f float8, r float4, d date, t timestamptz, ts timestamp);
SELECT o, pg_temp.holds('{"n":{"exists":true},"f":{"exists":true},"r":{"exists":true},"d":{"exists":true},"t":{"exists":true},"ts":{"exists":true}}', o::odd) AS exist,
       pg_temp.holds('{"any":[{"n":{">":0}},{"n":{"<=":0}},{"f":{">":0}},{"f":{"<=":0}},{"r":{">":0}},{"r":{"<=":0}},{"d":{">":"2000-01-01"}},{"d":{"<=":"2000-01-01"}},{"t":{">":"2000-01-01"}},{"t":{"older_than":"1 day"}},{"ts":{"within_next":"1 day"}}]}', o::odd) AS compare,
       pg_temp.points('{"rules":[{"name":"n","attribute":"n","bands":[{"points":1}],"missing":2},{"name":"f","attribute":"f","values":{"NaN":10,"Infinity":10},"otherwise":20,"missing":30},{"name":"d","attribute":"d","values":{"infinity":100},"otherwise":200,"missing":300}]}', o::odd) AS points
FROM unnest('{"(NaN,NaN,NaN,infinity,infinity,infinity)","(Infinity,-Infinity,Infinity,-infinity,-infinity,-infinity)"}'::text[]) o;
-- Numbers of all sizes are compared as decimals.
CREATE TYPE numbers AS (n numeric, f float8, r float4);
SELECT pg_temp.holds('{"n":12345678901234567890.123456789}', ROW(12345678901234567890.123456789, 0, 0)::numbers), pg_temp.holds('{"n":{">":12345678901234567890.123456788}}', ROW(12345678901234567890.123456789, 0, 0)::numbers),
       pg_temp.holds('{"n":1e-30}', ROW(1e-30, 0, 0)::numbers), pg_temp.holds('{"n":{"<":1e300}}', ROW(1e299, 0, 0)::numbers), pg_temp.holds('{"f":1e300}', ROW(0, 1e300, 0)::numbers), pg_temp.holds('{"f":0.30000000000000004}', ROW(0, 0.1::float8 + 0.2::float8, 0)::numbers),
       pg_temp.holds('{"r":0.3}', ROW(0, 0, 0.1::float4 + 0.2::float4)::numbers) AS real, pg_temp.holds('{"f":0}', ROW(0, '-0'::float8, 0)::numbers) AS minus_zero, pg_temp.holds('{"n":{"<":-99999999999999999999999999}}', ROW(-1e26, 0, 0)::numbers);

-- Names with dots: the longest first key that leads to something.
SELECT a, pg_temp.points('{"rules":[{"name":"a","attribute":"a.b.c","values":{"1":1,"2":2,"3":3,"4":4},"otherwise":9,"missing":-1}]}', a::jsonb) FROM unnest(ARRAY[
  '{"a.b.c":1,"a.b":{"c":2},"a":{"b.c":3,"b":{"c":4}}}', '{"a.b":{"c":2},"a":{"b.c":3,"b":{"c":4}}}', '{"a":{"b.c":3,"b":{"c":4}}}', '{"a":{"b":{"c":4}}}', '{"a.b":{"d":2},"a":{"b":{"c":4}}}', '{"a.b":2,"a":{"b":{"c":4}}}', '{"a":[{"b":{"c":4}}]}', '{"a":{"b":[{"c":4}]}}',
  '{"a.b.c":null,"a":{"b":{"c":4}}}', '{"a":{"b":{"c":[3,4]}}}', '{"a":{"b":{"c":{}}}}', '{}']) WITH ORDINALITY u(a, i) ORDER BY i;
CREATE TABLE score_dotted ("a.b" jsonb, a jsonb, "a.b.c" int);
SELECT pg_temp.points('{"rules":[{"name":"a","attribute":"a.b.c","values":{"1":1,"2":2,"3":3},"missing":-1}]}', d)
FROM (VALUES (ROW('{"c":2}', '{"b":{"c":3}}', 1)::score_dotted), (ROW('{"c":2}', '{"b":{"c":3}}', NULL)::score_dotted), (ROW(NULL, '{"b":{"c":3}}', NULL)::score_dotted)) v(d);

-- Text by code point, whatever the locale; ilike folds simply; like's wildcards and escapes; regular expressions.
SELECT c, pg_temp.holds(c, t::jsonb) FROM (VALUES (1, '{"t":{"<":"a"}}', '{"t":"Z"}'), (2, '{"t":{">":"z"}}', '{"t":"é"}'), (3, '{"t":{"ilike":"STRASSE"}}', '{"t":"Straße"}'), (4, '{"t":{"ilike":"ÄRGER%"}}', '{"t":"ärgerlich"}'), (5, '{"t":{"like":"ÄRGER%"}}', '{"t":"ärgerlich"}'),
  (6, '{"t":{"like":"a_c"}}', '{"t":"a€c"}'), (7, '{"t":{"like":"100\\%"}}', '{"t":"100%"}'), (8, '{"t":{"like":"100\\%"}}', '{"t":"1000"}'), (9, '{"t":{"matches":"^[[:alpha:]]+$"}}', '{"t":"abc"}'), (10, '{"t":{"matches":"^\\d{3}$"}}', '{"t":"123"}'), (11, '{"t":{"matches":"b"}}', '{"t":["a","abc"]}'),
  (12, '{"t":{"contains":""}}', '{"t":""}'), (13, '{"t":{"contains":""}}', '{}'), (14, '{"t":{"starts_with":"a","ends_with":"a"}}', '{"t":"a"}'), (15, '{"t":{"matches":"a.c"}}', '{"t":"a\nc"}'), (16, '{"t":{"ilike":"k"}}', '{"t":"\u212a"}'), (17, '{"t":{"like":"%"}}', '{"t":5}'),
  (18, '{}', '{}'), (19, '{"all":[]}', '{}'), (20, '{"any":[]}', '{}'), (21, '{"not":{"any":[]}}', '{}'), (22, '{"not":{"t":1}}', '{}'), (23, '{"t":{"exists":true}}', '{"t":[]}'), (24, '{"t":{"=":1}}', '{"t":[null,[1],{"a":1}]}')) v(n, c, t) ORDER BY n;

-- Moments in attributes. Days on which clocks change: a local time that is skipped counts with the offset before, one that comes twice with the offset after.
CREATE FUNCTION pg_temp.berlin(condition text, at timestamptz) RETURNS boolean LANGUAGE sql AS
  $$ SELECT (score(format('{"timezone":"Europe/Berlin","rules":[{"name":"r","points":1,"if":{"t":%s}}]}', condition)::scoring_rules, x, NULL, '2026-06-15Z')).score = 1 FROM (SELECT at AS t) x $$;
SELECT pg_temp.berlin('"2026-03-29T02:30"', '2026-03-29 01:30Z') AS skipped, pg_temp.berlin('"2026-03-29T03:00"', '2026-03-29 01:00Z') AS after, pg_temp.berlin('"2026-10-25T02:30"', '2026-10-25 01:30Z') AS twice,
       pg_temp.berlin('"2026-10-25"', '2026-10-24 22:00Z') AS midnight, pg_temp.berlin('"2026-10-26"', '2026-10-25 23:00Z') AS next_midnight,
       '2026-03-29 02:30 Europe/Berlin'::timestamptz = '2026-03-29 01:30Z' AND '2026-10-25 02:30 Europe/Berlin'::timestamptz = '2026-10-25 01:30Z' AS as_postgresql;
-- The same days as ticks of events: 23 and 25 hours long. An event at 23:59 local has age 0 until midnight, 1 after it.
SELECT as_of, (score(r, NULL::jsonb, lead_tally(r, 'k', at), as_of::timestamptz)).score AS points
FROM (VALUES ('{"timezone":"Europe/Berlin","rules":[{"name":"a","on":"k","points":64,"decay":{"half_life":"1 day"}}]}'::scoring_rules)) v(r),
     (VALUES ('2026-03-28 22:59Z'::timestamptz), ('2026-03-28 23:00Z'), ('2026-03-29 21:59Z'), ('2026-03-29 22:00Z')) e(at),
     unnest('{2026-03-28 22:59Z,2026-03-28 23:00Z,2026-03-29 21:59Z,2026-03-29 22:00Z}'::text[]) as_of GROUP BY r, as_of ORDER BY as_of;
SELECT lead_tally('{"timezone":"Europe/Berlin","rules":[{"name":"a","on":"k","points":1}]}', 'k', at) = lead_tally('{"timezone":"Europe/Berlin","rules":[{"name":"a","on":"k","points":1}]}', 'k', at + interval '24 hours 59 minutes 59 seconds')
FROM (SELECT '2026-10-24 22:00Z'::timestamptz AS at) x;
-- Hours are hours of UTC, also in a zone with odd offsets.
SELECT lead_tally('{"timezone":"Asia/Kathmandu","rules":[{"name":"a","on":"k","points":1,"within":"3 hours"},{"name":"b","on":"l","points":1}]}', k, at) FROM (VALUES ('k', '2026-01-01 00:59:59Z'::timestamptz), ('k', '2026-01-01 01:00Z'), ('l', '2026-01-01 18:14:59Z'), ('l', '2026-01-01 18:15Z')) v(k, at);
-- Durations against the moment of scoring, both ends: within_last T-D < t <= T, older_than t <= T-D, within_next T < t <= T+D.
SELECT age, pg_temp.holds('{"t":{"within_last":"2 hours"}}', x, now::timestamptz) AS last, pg_temp.holds('{"t":{"older_than":"2 hours"}}', x, now::timestamptz) AS older, pg_temp.holds('{"t":{"within_next":"2 hours"}}', x, now::timestamptz) AS next
FROM (SELECT '2026-06-15 12:00Z') m(now), unnest('{-2 hours -1 microsecond,-2 hours,-1 microsecond,0,1 microsecond,2 hours -1 microsecond,2 hours}'::interval[]) WITH ORDINALITY a(age, n), LATERAL (SELECT now::timestamptz - age AS t) x ORDER BY n;
-- The oldest and the farthest dates.
CREATE TYPE far AS (d date, t timestamptz, ts timestamp);
SELECT o, pg_temp.holds('{"d":{"<":"0001-01-01"}}', o::far) AS d_before, pg_temp.holds('{"t":{"<":"0001-01-01"}}', o::far) AS t_before, pg_temp.holds('{"ts":{">":"9999-12-31"}}', o::far) AS ts_after, pg_temp.holds('{"d":{"older_than":"2739 years"}}', o::far) AS no_duration,
       pg_temp.holds('{"t":{"older_than":"2700 years"}}', o::far) AS old, pg_temp.points('{"rules":[{"name":"d","attribute":"d","values":{"2026-01-01":1},"otherwise":2,"missing":3}]}', o::far) AS date_value
FROM unnest(ARRAY['("4714-11-24 BC","4714-11-24 00:00Z BC","4714-11-24 00:00 BC")', '("294276-12-31","294276-12-31 23:59:59.999999Z","294276-12-31 23:59:59.999999")', '("5874897-12-31",,)']) WITH ORDINALITY u(o, i) ORDER BY i;
-- Scoring itself at the ends of time.
SELECT pg_temp.points('{"rules":[{"name":"a","if":{"t":{"within_next":"1000000 days"}},"points":1},{"name":"b","if":{"t":{"older_than":"1 day"}},"points":10}]}', x, m::timestamptz) FROM (SELECT '2026-01-01Z'::timestamptz AS t) x, unnest('{4714-11-24 00:00Z BC,294276-12-31 23:59:59.999999Z}'::text[]) WITH ORDINALITY u(m, i) ORDER BY i;

-- Columns that come and go between two calls of one session; a dropped column in the row type.
CREATE TABLE score_changing (a int, b int, c int);
INSERT INTO score_changing VALUES (1, 2, 3);
PREPARE changing AS SELECT (score('{"rules":[{"name":"a","attribute":"a","values":{"1":1},"missing":-1},{"name":"c","attribute":"c","values":{"3":30},"missing":-30},{"name":"d","attribute":"d","values":{"x":400},"otherwise":500,"missing":-400}]}', t, NULL)).score FROM score_changing t;
EXECUTE changing;
ALTER TABLE score_changing DROP COLUMN b;
EXECUTE changing;
ALTER TABLE score_changing ADD COLUMN d text; UPDATE score_changing SET d = 'x';
EXECUTE changing;
ALTER TABLE score_changing ALTER COLUMN d TYPE int USING 5;
EXECUTE changing;
ALTER TABLE score_changing RENAME COLUMN a TO z;
EXECUTE changing;
ALTER TABLE score_changing RENAME COLUMN z TO a; ALTER TABLE score_changing ALTER COLUMN a TYPE text;
EXECUTE changing;
-- Parents and children with columns in another order, in one query; a view's row; a record; a domain over a row.
CREATE TABLE score_parent (a int, t text); CREATE TABLE score_child (x int, y int) INHERITS (score_parent); CREATE TABLE score_other (t text, z int, a int); ALTER TABLE score_other INHERIT score_parent;
INSERT INTO score_parent VALUES (1, 'p'); INSERT INTO score_child VALUES (2, 'c', 9, 9); INSERT INTO score_other VALUES ('o', 8, 3);
CREATE VIEW score_view AS SELECT t, a + 0 AS a FROM score_parent;
CREATE DOMAIN score_domain AS score_parent;
SELECT a, pg_temp.points('{"rules":[{"name":"a","attribute":"a","values":{"1":1,"2":2,"3":3}},{"name":"t","attribute":"t","values":{"p":10,"c":20,"o":30}}]}', p) FROM score_parent p ORDER BY a;
SELECT a, pg_temp.points('{"rules":[{"name":"a","attribute":"a","values":{"1":1,"2":2,"3":3}},{"name":"t","attribute":"t","values":{"p":10,"c":20,"o":30}}]}', v) FROM score_view v ORDER BY a;
SELECT a, pg_temp.points('{"rules":[{"name":"a","attribute":"a","values":{"1":1,"2":2,"3":3}},{"name":"t","attribute":"t","values":{"p":10,"c":20,"o":30}}]}', ROW(a, t)::score_parent::score_domain) FROM score_view v ORDER BY a;
SELECT (score('{"rules":[{"name":"a","attribute":"f1","values":{"1":1}},{"name":"b","attribute":"f2","values":{"x":10}}]}', ROW(1, 'x'::text), NULL)).score AS anonymous;

-- In PL/pgSQL, where one expression sees document after document, and lead after lead.
DO $$
DECLARE r leadscore.scoring_rules; a jsonb; s numeric[]; trees text[];
BEGIN
  FOR i IN 1..4 LOOP
    r := format('{"rules":[{"name":"rule %s","if":{"x":%s},"points":%s}]}', i, i, i)::leadscore.scoring_rules;
    a := jsonb_build_object('x', i);
    s := s || (leadscore.score(r, a, NULL, '2026-01-01Z')).score;
    trees := trees || split_part(leadscore.explain_score_text(r, a, NULL, '2026-01-01Z'), E'\n', 2);
  END LOOP;
  RAISE NOTICE 'scores %, trees %', s, trees;
END $$;
CREATE FUNCTION pg_temp.in_sql(leadscore.scoring_rules, jsonb) RETURNS numeric LANGUAGE sql AS $$ SELECT (leadscore.score($1, $2, NULL, '2026-01-01Z')).score $$;
CREATE FUNCTION pg_temp.in_plpgsql(r leadscore.scoring_rules, a jsonb) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RETURN (leadscore.score(r, a, NULL, '2026-01-01Z')).score; END $$;
SELECT array_agg(pg_temp.in_sql(format('{"rules":[{"name":"r","if":{"x":1},"points":%s}]}', i)::scoring_rules, '{"x":1}') ORDER BY i) AS in_sql,
       array_agg(pg_temp.in_plpgsql(format('{"rules":[{"name":"r","if":{"x":1},"points":%s}]}', i)::scoring_rules, '{"x":1}') ORDER BY i) AS in_plpgsql FROM generate_series(1, 12) i;
-- Rules from columns, more documents than are kept compiled, in an order that comes back to each.
SELECT count(*), bool_and((score(format('{"rules":[{"name":"r","if":{"x":%s},"points":%s}]}', i % 17, i % 17)::scoring_rules, jsonb_build_object('x', i % 17), NULL)).score = i % 17) FROM generate_series(1, 500) i;
DROP VIEW score_view; DROP DOMAIN score_domain;
DROP TABLE score_leads, score_dotted, score_changing, score_parent, score_child, score_other;
DROP TYPE mood CASCADE; DROP TYPE odd, numbers, far; DROP DOMAIN positive, tags, shout;

-- json columns hold what jsonb cannot: such a value is there but has no value, and scoring goes on.
SELECT j, (leadscore.score('{"rules":[{"name":"inside","if":{"j.y":1},"points":1},{"name":"there","if":{"j":{"exists":true}},"points":2}]}',
                           t, NULL)).score
  FROM (VALUES ('{"y":1}'::json), ('{"y":"\u0000"}'), ('{"y":1e400000}'), (NULL)) AS t(j);
SELECT leadscore.lead_score('{"rules":[{"name":"a","on":"k","if":{"y":1},"points":1},{"name":"b","on":"k","points":2}]}', 'k', now(), p)
  FROM (VALUES ('{"y":1}'::json), ('{"y":"\u0000"}')) AS t(p);

-- OLD in a row trigger may be shorter than the table: a column added with a default has the default.
CREATE TABLE short_rows (id int);
INSERT INTO short_rows VALUES (1);
ALTER TABLE short_rows ADD COLUMN n int DEFAULT 50;
CREATE TABLE short_scores (score numeric);
CREATE FUNCTION score_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO short_scores SELECT (leadscore.score(
        '{"rules":[{"name":"x","attribute":"n","bands":[{"from":50,"points":5}],"missing":-2}]}', OLD, NULL)).score;
    RETURN NEW;
END $$;
CREATE TRIGGER score_old BEFORE UPDATE ON short_rows FOR EACH ROW EXECUTE FUNCTION score_old();
UPDATE short_rows SET id = id;
SELECT score FROM short_scores;
DROP TABLE short_rows, short_scores;
DROP FUNCTION score_old();

-- Leads of one query share their objects: numbers of other lengths and other labels are each lead's own.
SELECT '{"rules":[{"name":"n","attribute":"n","bands":[{"points":0.5},{"from":1,"points":-12345.678901},{"from":2,"points":7},{"from":3,"points":1000000000}]},
   {"name":"m","dimension":"engagement","attribute":"n","bands":[{"points":3},{"from":2,"points":0}]}],
  "labels":{"size":{"of":"fit","levels":[{"name":"low"},{"name":"some","from":0},{"name":"enormous","from":1000}]}},
  "exclude":[{"name":"out","if":{"n":5}}]}'::leadscore.scoring_rules AS shared
\gset
CREATE TABLE shared_leads AS SELECT i AS id, jsonb_build_object('n', (i * 7 + 5) % 6) AS a FROM generate_series(1, 12) i;
SELECT l.id, s.dimensions, s.labels FROM shared_leads l, leadscore.score(:'shared', l.a, NULL, '2026-01-01Z') s ORDER BY l.id;
DROP TABLE shared_leads;
