-- lift_of(), readiness(), shared_traits(): counts against plain SQL, weights against the formulas, nothing seen of what came later.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA lift;
CREATE TABLE lift.leads (
    id int PRIMARY KEY, "In dustry's" text, employees int, gone int, revenue numeric, speed float8, newsletter boolean, more jsonb, tags text[], created date, asked timestamptz,
    name text, won boolean);
ALTER TABLE lift.leads DROP COLUMN gone;
INSERT INTO lift.leads
SELECT i, (ARRAY['Software', 'Finance', 'Retail', NULL])[1 + i % 4], nullif(i % 8, 7), (i * 37 % 1000) / 10.0, sqrt(i), nullif(i % 3, 2) = 0,
       jsonb_build_object('utm', jsonb_build_object('source', (ARRAY['ads', 'mail'])[1 + i % 2], 'n', i % 3), 'plan', CASE WHEN i % 10 = 0 THEN to_jsonb('gold'::text) ELSE to_jsonb(i % 2) END),
       CASE WHEN i % 5 > 0 THEN (ARRAY['a', 'b', 'a', 'c'])[1 : i % 5] END, date '2026-01-01' + i % 60, timestamptz '2026-04-01 12:00Z', 'lead ' || i,
       CASE WHEN i % 50 > 0 THEN (i * 31) % 10 < CASE i % 4 WHEN 0 THEN 6 ELSE 2 END END
  FROM generate_series(1, 1000) i;

\echo # every count is that of plain SQL
CREATE TEMP TABLE told AS SELECT row_number() OVER () AS line, t.* FROM leadscore.lift_of('lift.leads', 'won', at => 'asked', most_values => 3) t;
CREATE TEMP TABLE plain AS
SELECT v.field, v.value, count(*) AS leads, count(*) FILTER (WHERE l.won) AS conversions
  FROM lift.leads l CROSS JOIN LATERAL (VALUES ('In dustry''s', l."In dustry's"), ('newsletter', l.newsletter::text), ('employees', l.employees::text),
       ('more.utm.source', l.more #>> '{utm,source}'), ('more.utm.n', l.more #>> '{utm,n}'), ('more.plan', l.more ->> 'plan')) v(field, value)
 WHERE l.won IS NOT NULL GROUP BY 1, 2
UNION ALL
SELECT 'tags', t.value, count(*), count(*) FILTER (WHERE l.won) FROM lift.leads l CROSS JOIN LATERAL (SELECT DISTINCT unnest(l.tags)) t(value) WHERE l.won IS NOT NULL GROUP BY 2
UNION ALL
SELECT 'tags', NULL, count(*), count(*) FILTER (WHERE l.won) FROM lift.leads l WHERE l.won IS NOT NULL AND l.tags IS NULL;
SELECT count(*), bool_and(t.leads = p.leads AND t.conversions = p.conversions) AS same
  FROM plain p LEFT JOIN told t ON t.field = p.field AND t.value IS NOT DISTINCT FROM p.value WHERE p.field <> 'employees';
SELECT field, part, value, lowest, leads, conversions, note FROM told WHERE field IN ('employees', 'more.plan', 'name', 'created', 'tags') ORDER BY line;
-- Bands: from one lowest number to the next.
SELECT t.field, count(*), bool_and(t.leads = p.leads AND t.conversions = p.conversions) AS same
  FROM (SELECT b.*, lead(b.lowest::float8, 1, 'Infinity') OVER (PARTITION BY b.field ORDER BY b.lowest) AS below FROM told b WHERE b.part = 'band') t
  CROSS JOIN LATERAL (SELECT count(*) AS leads, count(*) FILTER (WHERE l.won) AS conversions FROM lift.leads l
                       CROSS JOIN LATERAL (SELECT CASE t.field WHEN 'revenue' THEN l.revenue WHEN 'speed' THEN l.speed WHEN 'employees' THEN l.employees END) v(number)
                       WHERE l.won IS NOT NULL AND v.number >= t.lowest::float8 AND v.number < t.below) p
 WHERE t.field IN ('revenue', 'speed', 'employees') GROUP BY t.field ORDER BY t.field;
-- Each field but the elements of arrays holds every lead once.
SELECT field, sum(leads), sum(conversions) FROM told WHERE field <> 'tags' GROUP BY field HAVING sum(leads) <> 980 ORDER BY field;
SELECT string_agg(field, ' ' ORDER BY line) FROM (SELECT field, min(line) AS line FROM told GROUP BY field) f;

\echo # weights, limits and points by the formulas
SELECT field, value, round(rate::numeric, 6) AS rate, round(lift::numeric, 6) AS lift, round(weight_of_evidence::numeric, 6) AS weight, round(information_value::numeric, 6) AS iv,
       points, points_low, points_high, note
  FROM told WHERE field IN ('In dustry''s', 'newsletter') ORDER BY line;
WITH t AS (SELECT t.*, 10 / ln(2.0) AS factor, (SELECT count(*) FROM lift.leads WHERE won) + 0.5 AS c, (SELECT count(*) FROM lift.leads WHERE NOT won) + 0.5 AS o FROM told t WHERE field = 'In dustry''s'),
w AS (SELECT t.*, ln((conversions + 0.5) / c / ((leads - conversions + 0.5) / o)) AS weight,
             1.96 * sqrt(1 / (conversions + 0.5) - 1 / c + 1 / (leads - conversions + 0.5) - 1 / o) AS reach FROM t)
SELECT bool_and(abs(weight_of_evidence - weight) < 1e-9) AS weights, bool_and(points = round(weight * factor)) AS points,
       bool_and(points_low = floor((weight - reach) * factor)) AS low, bool_and(points_high = ceil((weight + reach) * factor)) AS high,
       abs(sum(((conversions + 0.5) / c - (leads - conversions + 0.5) / o) * weight) - min(information_value)) < 1e-9 AS iv FROM w;
SELECT points, points_low, points_high FROM leadscore.lift_of('lift.leads', 'won', attributes => '{"In dustry''s"}', doubling => 20) WHERE value = 'Software';

\echo # not enough data rather than a number
SELECT count(*) > 10 AS rows, count(rate), count(points), count(information_value), min(note) FILTER (WHERE leads < 1000 AND part <> 'present') FROM leadscore.lift_of('lift.leads', 'won', least_leads => 400);
SELECT value, leads, conversions, rate, points, information_value IS NOT NULL AS iv, note FROM leadscore.lift_of('lift.leads', 'won', attributes => '{more}', least_leads => 100) WHERE field = 'more.plan';
-- Values of too few leads count together in the information value: here all of them, which tells nothing.
CREATE TABLE lift.rare AS SELECT id, won, 'v' || id % 35 AS word FROM lift.leads;
SELECT part, count(*), sum(leads), count(rate), max(abs(information_value)) < 1e-12 AS nothing FROM leadscore.lift_of('lift.rare', 'won', key => '{id}', most_values => 100) GROUP BY part ORDER BY part;
CREATE TABLE lift.few AS SELECT * FROM lift.leads LIMIT 0;
SELECT count(*) FROM leadscore.lift_of('lift.few', 'won');
INSERT INTO lift.few SELECT * FROM lift.leads WHERE NOT won;
SELECT DISTINCT rate, points, note FROM leadscore.lift_of('lift.few', 'won', attributes => '{newsletter}');

\echo # events: of the lead, at its snapshot, before its conversion
CREATE TABLE lift.people (id int PRIMARY KEY, lead int);
INSERT INTO lift.people SELECT i, i - 10000 FROM generate_series(10001, 11000) i;
CREATE TABLE lift.events (lead bigint, kind text, at timestamp);
CREATE TABLE lift.calls (person int, at timestamptz);
CREATE TABLE lift.dated AS SELECT l.*, CASE WHEN l.won THEN l.asked - interval '10 days' END AS won_at FROM lift.leads l;
INSERT INTO lift.events SELECT 1 + i % 1000, CASE WHEN i % 7 = 0 THEN 'form' ELSE 'visit' END, timestamp '2026-03-01' + (i % 40) * interval '1 day' FROM generate_series(1, 3000) i;
INSERT INTO lift.events VALUES (1, NULL, '2026-03-01'), (2, 'nothing', NULL), (3, 'never', 'infinity'), (5000, 'stray', '2026-03-01');
INSERT INTO lift.calls SELECT 10000 + i, timestamptz '2026-03-15Z' FROM generate_series(1, 1000, 3) i;
\set events '[{"events": "events", "lead": "lead", "at": "at", "kind_column": "kind"}, {"events": "lift.calls", "lead": "person", "at": "at", "kind": "call", "via": "people", "via_lead": "lead"}]'
CREATE VIEW lift.kinds AS
SELECT e.kind, l.won, l.id, l.asked, e.at AT TIME ZONE 'UTC' AS at FROM lift.leads l JOIN lift.events e ON e.lead = l.id
UNION ALL SELECT 'call', l.won, l.id, l.asked, c.at FROM lift.leads l JOIN lift.people p ON p.lead = l.id JOIN lift.calls c ON c.person = p.id;
SELECT t.field, t.leads, t.conversions, t.leads = p.leads AND t.conversions = p.conversions AS same FROM leadscore.lift_of('lift.leads', 'won', at => 'asked', attributes => '{}', events => :'events') t
  LEFT JOIN (SELECT kind, count(DISTINCT id) AS leads, count(DISTINCT id) FILTER (WHERE won) AS conversions FROM lift.kinds WHERE won IS NOT NULL AND at <= asked GROUP BY kind) p ON p.kind = t.field
 WHERE t.part = 'with';
SELECT field, part, leads, conversions FROM leadscore.lift_of('lift.leads', 'won', at => 'asked', attributes => '{}', events => :'events') WHERE field = 'call';
-- Where one knows when it converted, only what was before that.
SELECT t.field, t.leads, t.conversions, t.leads = p.leads AND t.conversions = p.conversions AS same FROM leadscore.lift_of('lift.dated', 'won_at', key => '{id}', attributes => '{}', events => :'events') t
  LEFT JOIN (SELECT kind, count(DISTINCT id) AS leads, count(DISTINCT id) FILTER (WHERE won) AS conversions FROM lift.kinds
              WHERE NOT coalesce(won, false) OR at < asked - interval '10 days' GROUP BY kind) p ON p.kind = t.field WHERE t.part = 'with';
-- An event after the snapshot, and one after the conversion, change nothing.
CREATE TEMP TABLE before AS SELECT * FROM leadscore.lift_of('lift.leads', 'won', at => 'asked', events => :'events') UNION ALL SELECT * FROM leadscore.lift_of('lift.dated', 'won_at', key => '{id}', events => :'events');
INSERT INTO lift.events SELECT id, 'thanks', timestamp '2026-04-01 12:01' FROM lift.leads WHERE won;
SELECT count(*) FILTER (WHERE field <> 'thanks'), count(*) FILTER (WHERE field = 'thanks') FROM (
  (SELECT * FROM leadscore.lift_of('lift.leads', 'won', at => 'asked', events => :'events') UNION ALL SELECT * FROM leadscore.lift_of('lift.dated', 'won_at', key => '{id}', events => :'events'))
  EXCEPT ALL SELECT * FROM before) d;
SELECT field, leads, conversions FROM leadscore.lift_of('lift.leads', 'won', attributes => '{}', events => :'events') WHERE field = 'thanks' AND part = 'with';

\echo # readiness
SELECT what, field, round(value::numeric, 4) AS value, enough, advice FROM leadscore.readiness('lift.leads', 'won', at => 'asked', events => :'events');
-- Events that name no lead are none of a lead that is not there.
BEGIN;
INSERT INTO lift.events SELECT NULL, 'form', timestamp '2026-03-01' FROM generate_series(1, 1000);
SELECT what, round(value::numeric, 4) AS value, enough, advice FROM leadscore.readiness('lift.leads', 'won', at => 'asked', events => :'events') WHERE what ~ 'event';
INSERT INTO lift.events SELECT 5000, 'form', timestamp '2026-03-01' FROM generate_series(1, 1000);
SELECT what, round(value::numeric, 4) AS value, enough, advice FROM leadscore.readiness('lift.leads', 'won', at => 'asked', events => :'events') WHERE what ~ 'no lead';
ROLLBACK;
SELECT what, value, enough, advice FROM leadscore.readiness('lift.few', 'won', attributes => '{}');
SELECT what, value, enough FROM leadscore.readiness('lift.few', 'won', attributes => '{}', least_leads => 1) WHERE what <> 'events';
CREATE TABLE lift.odd AS SELECT i AS id, i % 2 = 0 AS won, 'x' AS same, NULL::text AS empty, CASE WHEN i % 5 = 0 THEN i END AS seldom, md5(i::text) AS code FROM generate_series(1, 200) i;
SELECT field, value, enough, advice FROM leadscore.readiness('lift.odd', 'won') WHERE field IS NOT NULL;

\echo # shared traits: two lists
CREATE TEMP TABLE listed AS SELECT l.id, CASE WHEN l.won THEN true WHEN NOT l.won AND coalesce((SELECT max(at) FROM lift.kinds k WHERE k.id = l.id AND at <= '2026-04-01Z'), '-infinity') <= timestamptz '2026-03-12Z' THEN false END AS list FROM lift.leads l;
SELECT list, count(*) FROM listed GROUP BY list ORDER BY list;
CREATE TEMP TABLE traits AS SELECT row_number() OVER () AS line, t.* FROM leadscore.shared_traits('lift.leads', 'won', events => :'events', as_of => '2026-04-01Z', inactive => '20 days') t;
SELECT list, source, field, part, value, leads, round(share::numeric, 4) AS share, round(other_share::numeric, 4) AS other_share, round(lift::numeric, 4) AS lift FROM traits WHERE field <> 'created' IS NOT FALSE ORDER BY line;
SELECT count(*), bool_and(t.leads = p.leads AND abs(t.share - p.leads / s.leads::float8) < 1e-12) AS same
  FROM traits t JOIN traits s ON s.list = t.list AND s.part = 'all'
  CROSS JOIN LATERAL (SELECT count(*) AS leads FROM listed x JOIN lift.leads l USING (id) WHERE x.list = (t.list = 'converted') AND l."In dustry's" IS NOT DISTINCT FROM t.value) p
 WHERE t.field = 'In dustry''s';
-- A form counts as a conversion, softly; it is no trait then.
SELECT t.list, t.leads, p.leads = t.leads AS same FROM leadscore.shared_traits('lift.leads', 'won', events => :'events', as_of => '2026-04-01Z', inactive => '20 days', soft_kinds => '{form}') t
  JOIN (SELECT CASE WHEN x.list OR f.soft THEN 'converted' WHEN NOT x.list THEN 'inactive' END AS list, count(*) AS leads FROM listed x
          CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM lift.kinds k WHERE k.id = x.id AND k.kind = 'form' AND k.at <= '2026-04-01Z')) f(soft) GROUP BY 1) p USING (list) WHERE t.part = 'all' ORDER BY 1;
SELECT count(*) FROM leadscore.shared_traits('lift.leads', 'won', events => :'events', as_of => '2026-04-01Z', soft_kinds => '{form}') WHERE field = 'form';
SELECT list, field, leads, note FROM leadscore.shared_traits('lift.few', 'won');
-- A day has 24 hours, also where a session's clock was put forward meanwhile.
CREATE TABLE lift.clock AS SELECT i AS id, i % 2 = 0 AS won FROM generate_series(1, 200) i;
CREATE TABLE lift.tick AS SELECT id AS lead, timestamptz '2026-03-09 00:30Z' AS at FROM lift.clock;
SET timezone = 'Europe/Berlin';
SELECT list, leads FROM leadscore.shared_traits('lift.clock', 'won', key => '{id}', events => '[{"events": "tick", "lead": "lead", "at": "at", "kind": "tick"}]', as_of => '2026-04-08 00:00Z', inactive => '30 days') WHERE part = 'all';
SET timezone = 'UTC';
-- What converted later had not converted then.
SELECT list, leads FROM leadscore.shared_traits('lift.dated', 'won_at', as_of => '2026-03-01Z') WHERE part = 'all';

\echo # tables of all kinds, and rights
CREATE VIEW lift.shown AS SELECT id, more, won FROM lift.leads WHERE id <= 500;
SELECT sum(leads) FROM leadscore.lift_of('lift.shown', 'won', key => '{id}', attributes => '{more}', events => :'events') WHERE field = 'more.utm.source';
SELECT count(*) FROM leadscore.lift_of('lift.shown', 'won', key => '{id}', events => :'events') WHERE source = 'event';
CREATE TABLE lift.parted (LIKE lift.leads, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE lift.parted_1 PARTITION OF lift.parted FOR VALUES FROM (0) TO (300);
CREATE TABLE lift.parted_2 PARTITION OF lift.parted FOR VALUES FROM (300) TO (9999);
INSERT INTO lift.parted SELECT * FROM lift.leads;
SELECT count(*) FROM (SELECT * FROM leadscore.lift_of('lift.leads', 'won', at => 'asked', events => :'events') EXCEPT SELECT * FROM leadscore.lift_of('lift.parted', 'won', at => 'asked', events => :'events')) d;
-- Rows come in another order, and from workers.
CREATE TABLE lift.shuffled AS SELECT * FROM lift.leads ORDER BY md5(id::text);
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(*) FROM (SELECT * FROM leadscore.lift_of('lift.leads', 'won', at => 'asked', events => :'events') EXCEPT SELECT * FROM leadscore.lift_of('lift.shuffled', 'won', key => '{id}', at => 'asked', events => :'events')) d;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
DROP ROLE IF EXISTS regress_leadscore_reader;
CREATE ROLE regress_leadscore_reader;
GRANT USAGE ON SCHEMA lift, leadscore TO regress_leadscore_reader;
SET ROLE regress_leadscore_reader;
SELECT count(*) FROM leadscore.lift_of('lift.leads', 'won');
RESET ROLE;
GRANT SELECT ON lift.leads TO regress_leadscore_reader;
ALTER TABLE lift.leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY half ON lift.leads USING (id > 500);
SET ROLE regress_leadscore_reader;
SELECT sum(leads) FROM leadscore.lift_of('lift.leads', 'won', attributes => '{newsletter}');
SELECT value FROM leadscore.readiness('lift.leads', 'won', attributes => '{}') WHERE what = 'leads';
RESET ROLE;

\echo # conversions that are still to come, and moments without end
CREATE TABLE lift.ahead AS SELECT i AS id, i % 3 AS a, CASE WHEN i % 2 = 0 THEN timestamptz '2026-01-01Z' WHEN i % 5 = 0 THEN 'infinity' WHEN i % 7 = 0 THEN now() + interval '1 year' WHEN i % 11 = 0 THEN '-infinity' END AS won,
  timestamptz '2025-12-01Z' AS at FROM generate_series(1, 1000) i;
SELECT count(*) FILTER (WHERE won <= now()) AS wanted FROM lift.ahead;
SELECT sum(conversions) FROM leadscore.lift_of('lift.ahead', 'won', key => '{id}', attributes => '{a}');
SELECT what, value FROM leadscore.readiness('lift.ahead', 'won', key => '{id}', attributes => '{}') WHERE what IN ('conversions', 'days of leads');
SELECT * FROM leadscore.shared_traits('lift.ahead', 'won', key => '{id}', attributes => '{a}') WHERE part = 'all';
SELECT * FROM leadscore.shared_traits('lift.ahead', 'won', key => '{id}', attributes => '{a}', as_of => '2025-06-01Z') WHERE part = 'all';
SELECT what, value FROM leadscore.readiness('lift.ahead', 'won', key => '{id}', at => 'at', attributes => '{}') WHERE what IN ('conversions', 'days of leads');

\echo # leads that had converted when they were looked at do not count, nor do their events
CREATE TABLE lift.sooner AS SELECT i AS id, i % 3 AS a, timestamptz '2026-02-01Z' AS at, CASE i % 4 WHEN 0 THEN timestamptz '2026-02-01Z' WHEN 1 THEN '2026-02-01 00:00:00.000001Z' WHEN 2 THEN '2026-01-01Z' END AS won,
  CASE WHEN i % 4 < 3 THEN date '2026-01-31' + i % 4 END AS won_on FROM generate_series(1, 800) i;
CREATE TABLE lift.steps AS SELECT id AS lead, timestamptz '2025-12-01Z' AS at FROM lift.sooner;
SELECT count(*) FILTER (WHERE won > at OR won IS NULL) AS leads, count(*) FILTER (WHERE won > at) AS conversions, count(*) FILTER (WHERE won <= at) AS before FROM lift.sooner;
SELECT field, sum(leads) AS leads, sum(conversions) AS conversions FROM leadscore.lift_of('lift.sooner', 'won', key => '{id}', at => 'at', attributes => '{a}', events => '[{"events": "steps", "lead": "lead", "at": "at", "kind": "step"}]') GROUP BY field ORDER BY field;
SELECT field, sum(leads) AS leads, sum(conversions) AS conversions FROM leadscore.lift_of('lift.sooner', 'won_on', key => '{id}', at => 'at', attributes => '{a}') GROUP BY field;
SELECT field, sum(leads) AS leads, sum(conversions) AS conversions FROM leadscore.lift_of('lift.sooner', 'won', key => '{id}', attributes => '{a}') GROUP BY field;
SELECT what, value, enough, advice FROM leadscore.readiness('lift.sooner', 'won', key => '{id}', at => 'at', attributes => '{}', events => '[{"events": "steps", "lead": "lead", "at": "at", "kind": "step"}]');

\echo # an attribute that tells too much: maybe it was written after the outcome
CREATE TABLE lift.after AS SELECT i AS id, i % 4 = 0 AS won, CASE WHEN i % 4 = 0 AND i % 3 > 0 THEN 'paid' WHEN i % 200 = 1 THEN 'rare' ELSE 'free' END AS plan, i % 5 AS five FROM generate_series(1, 1000) i;
CREATE TABLE lift.paid AS SELECT id AS lead, timestamptz '2026-01-01Z' AS at FROM lift.after WHERE plan = 'paid';
SELECT source, field, coalesce(value, part) AS value, leads, conversions, round(information_value::numeric, 3) AS iv, note
  FROM leadscore.lift_of('lift.after', 'won', key => '{id}', events => '[{"events": "paid", "lead": "lead", "at": "at", "kind": "paid"}]');

\echo # leads that are there again and again
CREATE TABLE lift.again AS SELECT p.a * 5 + n AS id, p.a, p.b, CASE WHEN p.a > 5 THEN p.won END AS won FROM (SELECT i AS a, i % 7 AS b, i % 4 = 0 AS won FROM generate_series(1, 205) i) p, generate_series(0, 4) n;
SELECT what, value, enough, advice FROM leadscore.readiness('lift.again', 'won', key => '{id}') WHERE what ~ 'leads';
SELECT what, value, enough FROM leadscore.readiness('lift.again', 'won') WHERE what ~ 'repeated';
SELECT what, value, enough FROM leadscore.readiness('lift.again', 'won', key => '{id}', attributes => '{}') WHERE what ~ 'repeated';
-- 200 leads and 22 of them again; 23.
CREATE VIEW lift.tenth AS SELECT id, a, won FROM lift.again WHERE won IS NOT NULL AND (id % 5 = 0 OR id % 5 = 1 AND a <= 27);
SELECT count(*), count(DISTINCT a), (SELECT count(*) FROM leadscore.readiness('lift.tenth', 'won', key => '{id}', attributes => '{a}') WHERE what ~ 'repeated') AS told FROM lift.tenth;
CREATE OR REPLACE VIEW lift.tenth AS SELECT id, a, won FROM lift.again WHERE won IS NOT NULL AND (id % 5 = 0 OR id % 5 = 1 AND a <= 28);
SELECT count(*), count(DISTINCT a), (SELECT count(*) FROM leadscore.readiness('lift.tenth', 'won', key => '{id}', attributes => '{a}') WHERE what ~ 'repeated') AS told FROM lift.tenth;

\echo # errors
SELECT leadscore.lift_of(NULL, 'won');
SELECT leadscore.lift_of('lift.leads', 'lost');
SELECT leadscore.lift_of('lift.leads', 'employees');
SELECT leadscore.lift_of('lift.leads', 'won', at => 'name');
SELECT leadscore.lift_of('lift.leads', 'won', attributes => '{nothing}');
SELECT leadscore.lift_of('lift.leads', 'won', doubling => 0);
SELECT leadscore.lift_of('lift.leads', 'won', bands => 0);
SELECT leadscore.lift_of('lift.leads', 'won', most_values => 100000);
SELECT leadscore.lift_of('lift.leads', 'won', least_leads => NULL);
SELECT leadscore.lift_of('lift.shown', 'won', events => :'events');
SELECT leadscore.lift_of('lift.leads', 'won', events => '{}');
SELECT leadscore.lift_of('lift.leads', 'won', events => '[{"events": "events", "lead": "lead", "at": "at", "kinds": "kind"}]');
SELECT leadscore.readiness('lift.leads', 'won', horizon => '0');
SELECT leadscore.shared_traits('lift.leads', 'won', soft_kinds => '{form}');
SELECT leadscore.shared_traits('lift.leads', 'won', as_of => NULL);
SELECT leadscore.value_outcomes(1, true, now(), 5, 5);
DROP SCHEMA lift CASCADE;
REVOKE USAGE ON SCHEMA leadscore FROM regress_leadscore_reader;
DROP ROLE regress_leadscore_reader;
