-- Keys of every type with an order, single and composite; the statements generated for them.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET timezone = 'UTC';
SET client_min_messages = warning;
CREATE SCHEMA keys;
\set rules '{"rules":[{"name":"a","attribute":"a","bands":[{"from":1,"points":5}]},{"name":"v","on":"visit","points":2}],"stages":[{"name":"cold"},{"name":"hot","from":8}]}'
CREATE TYPE keys.color AS ENUM ('red', 'green', 'blue');
CREATE TYPE keys.pair AS (x int, y text);
CREATE DOMAIN keys.positive AS int CHECK (VALUE > 0);

\echo # one column of each type: writes of all kinds, a clock, new rules, an adjustment, a rebuild
CREATE FUNCTION keys.try_type(type text, a text, b text, c text, event_type text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  found text;
  key text;
BEGIN
  EXECUTE format('CREATE TABLE keys.leads (k %1$s PRIMARY KEY, a int); CREATE TABLE keys.events (k %2$s, at date)', type, coalesce(event_type, type));
  EXECUTE format('INSERT INTO keys.leads VALUES (%1$L, 1), (%2$L, 0); INSERT INTO keys.events VALUES (%1$L, ''2026-01-01''), (%3$L, ''2026-01-02'')', a, b, c);
  PERFORM leadscore.create_model('m', 'keys.leads', '{"rules":[{"name":"a","attribute":"a","bands":[{"from":1,"points":5}]},{"name":"v","on":"visit","points":2}],"stages":[{"name":"cold"},{"name":"hot","from":8}]}');
  PERFORM leadscore.add_events('m', 'keys.events', lead => 'k', at => 'at', kind => 'visit');
  EXECUTE format('INSERT INTO keys.events VALUES (%1$L, ''2026-01-01''), (%2$L, ''2026-01-01''), (NULL, ''2026-01-01''); INSERT INTO keys.leads VALUES (%3$L, 1); UPDATE keys.leads SET a = 1; DELETE FROM keys.leads WHERE k = %2$L', a, b, c);
  SELECT INTO found string_agg(l.k::text || ' ' || l.lead_score, ', ' ORDER BY l.k) FROM keys.leads l;
  SELECT INTO key l.k::text FROM keys.leads l ORDER BY l.k LIMIT 1;
  PERFORM leadscore.adjust('m', key, 'fit', 'add', 1);
  PERFORM leadscore.adjust('m', (SELECT l.k FROM keys.leads l ORDER BY l.k LIMIT 1), 'fit', 'add', 1);
  PERFORM leadscore.refresh('m', now(), 1), leadscore.set_rules('m', '{"rules":[{"name":"v","on":"*","points":2}]}', at_once => true);
  UPDATE keys.leads_m SET version = 0, due = '-infinity';
  PERFORM leadscore.refresh('m', now(), 1);
  found := found || coalesce('; ' || (SELECT string_agg(v.lead || ' ' || v.what, ', ') FROM leadscore.verify('m') v), '');
  PERFORM leadscore.rebuild('m');
  SELECT INTO found concat_ws(' ', found || ';', (SELECT string_agg(s.lead_score::text, ' ' ORDER BY s.k) FROM keys.leads s), (SELECT count(*) FROM leadscore.verify('m')), (SELECT count(*) FROM leadscore.preview_rules('m', '{"rules":[]}')));
  PERFORM leadscore.drop_model('m');
  DROP TABLE keys.leads, keys.events;
  RETURN coalesce(found, 'all right');
EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT t.type, t.event_type, keys.try_type(t.type, t.a, t.b, t.c, t.event_type) FROM (VALUES
  ('smallint', '1', '2', '-3', NULL), ('int', '1', '2', '-3', NULL), ('bigint', '1', '2', '9000000000000', NULL), ('bigint', '1', '2', '3', 'smallint'), ('smallint', '1', '2', '3', 'bigint'),
  ('numeric', '1.5', '2', '-3.25', NULL), ('numeric(8,2)', '1', '2', '-3', 'int'), ('text', 'a', 'it''s', E'\\x', NULL), ('varchar(12)', 'a', 'b b', '"c"', 'text'), ('text COLLATE "C"', 'a', 'B', 'ä', 'varchar'),
  ('char(5)', 'ab', 'a', 'abcde', NULL), ('char(3)', 'ab', 'abc', 'b', 'text'), ('bit(3)', '101', '100', '111', NULL), ('varbit', '10', '101', '1', NULL), ('keys.pair', '(1,a)', '(1,b)', '(2,)', NULL), ('uuid', '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'ffffffff-0000-0000-0000-000000000001', NULL),
  ('date', '2026-01-01', '2026-01-02', '-infinity', NULL), ('timestamptz', '2026-01-01 10:00:00.123456+01', '2026-01-02', 'infinity', NULL),
  ('keys.color', 'red', 'green', 'blue', NULL), ('keys.positive', '1', '2', '3', 'int'), ('int[]', '{1,2}', '{1,3}', '{}', NULL), ('bytea', E'\\x00', E'\\x01', E'\\xff00', NULL), ('inet', '10.0.0.1', '10.0.0.0/8', '::1', NULL),
  ('float8', '0.1', '1e300', '-0.25', NULL), ('interval', '1 day', '1 hour', '-1 year', NULL), ('int4range', '[1,3)', '[1,4)', 'empty', NULL), ('name', 'a', 'b', 'c', 'text'), ('oid', '1', '2', '4000000000', NULL),
  ('json', '1', '2', '3', NULL)) t(type, a, b, c, event_type);

\echo # what an event names that no lead can be called
CREATE TABLE keys.leads (id smallint PRIMARY KEY, a int);
CREATE TABLE keys.events (lead bigint, at date);
INSERT INTO keys.leads VALUES (1, 1), (-32768, 1);
INSERT INTO keys.events VALUES (1, '2026-01-01'), (32768, '2026-01-01'), (-32768, '2026-01-01'), (-9223372036854775808, '2026-01-01');
SELECT leadscore.create_model('m', 'keys.leads', :'rules');
SELECT leadscore.add_events('m', 'keys.events', lead => 'lead', at => 'at', kind => 'visit');
INSERT INTO keys.events SELECT lead, at FROM keys.events;
SELECT lead_id, present, score FROM keys.leads_m ORDER BY 1;
SELECT * FROM leadscore.verify('m');
SELECT leadscore.drop_model('m');
DROP TABLE keys.leads, keys.events;

\echo # composite keys
CREATE TABLE keys.leads (tenant int, "Sub Key" text COLLATE "C", id uuid, a int, PRIMARY KEY (tenant, "Sub Key", id));
CREATE TABLE keys.events (i uuid, s varchar, t bigint, at date);
INSERT INTO keys.leads SELECT i % 2, 's' || i % 3, ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, i % 2 FROM generate_series(1, 12) i;
INSERT INTO keys.events SELECT id, "Sub Key", tenant, '2026-01-01' FROM keys.leads;
INSERT INTO keys.events VALUES (NULL, 's1', 1, '2026-01-01'), ('00000000-0000-0000-0000-000000000099', 's1', 1, '2026-01-01'), ('00000000-0000-0000-0000-000000000099', 's1', 9999999999, '2026-01-01');
SELECT leadscore.create_model('m', 'keys.leads', :'rules');
SELECT leadscore.add_events('m', 'keys.events', lead => ARRAY['t', 's', 'i'], at => 'at', kind => 'visit');
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'keys.leads_m'::regclass AND attnum BETWEEN 1 AND 4 ORDER BY attnum;
SELECT count(*), sum(lead_score) FROM keys.leads;
SELECT * FROM leadscore.verify('m');
SELECT leadscore.adjust('m', '{"tenant":1,"Sub Key":"s1","id":"00000000-0000-0000-0000-000000000001"}', 'fit', 'add', 2.5), leadscore.adjust('m', '{"tenant":1,"Sub Key":"s1","id":"00000000-0000-0000-0000-000000000001"}'::jsonb, 'fit', 'add', 2.5);
UPDATE keys.leads_m SET version = 0, due = '-infinity';
SELECT leadscore.refresh('m', now(), 5);
SELECT leadscore.set_rules('m', '{"rules":[{"name":"all","on":"*","points":3}]}', at_once => false);
CALL leadscore.catch_up('m', 4);
SELECT * FROM leadscore.verify('m');
SELECT lead FROM leadscore.preview_rules('m', '{"rules":[]}') ORDER BY lead LIMIT 1;
SELECT leadscore.key_list('m', 'a', 'leads'), leadscore.key_list('m', '', 'scores'), leadscore.key_list('m', NULL, 'scores');
SELECT leadscore.key_join('m', 'a', 'leads', 'b', 'scores');
SELECT leadscore.key_text_sql('m', 'a', 'leads');
SELECT leadscore.key_condition('m', 'a', 'scores', '{"tenant":1,"Sub Key":"it''s","id":"00000000-0000-0000-0000-000000000001"}');
SELECT leadscore.key_range('m', 'a', '{"tenant":1,"Sub Key":"x","id":"00000000-0000-0000-0000-000000000001"}', NULL);
SELECT leadscore.key_range('m', 'a', NULL, '{"tenant":1,"Sub Key":"x","id":"00000000-0000-0000-0000-000000000001"}'), leadscore.key_range('m', 'a', NULL, NULL);
SELECT leadscore.tally_sql('m', '$1', 'SELECT 1', '$2');
SELECT leadscore.attributes_from('m', 'a');
SELECT leadscore.batch_ranges('m', 'SELECT tenant, "Sub Key", lead_id FROM keys.leads_m', 6);
-- Ranges cut the keys without gap and without overlap.
SELECT sum(n), count(*) FROM (SELECT unnest(leadscore.batch_ranges('m', 'SELECT tenant, "Sub Key", lead_id FROM keys.leads_m', 3)) AS range) r,
  LATERAL (SELECT (xpath('//n/text()', query_to_xml('SELECT count(*) AS n FROM keys.leads_m k WHERE ' || range, true, false, '')))[1]::text::int AS n) x;
SELECT leadscore.drop_model('m');

\echo # many leads in one statement, whose rows follow each other in an index, or do not: backwards, of two columns, without WAL
CREATE TABLE keys.backwards (id int NOT NULL, lane int NOT NULL DEFAULT 1, size int);
CREATE UNIQUE INDEX ON keys.backwards (id DESC);
CREATE TABLE keys.lanes (id int, lane int, size int, PRIMARY KEY (lane, id));
CREATE UNLOGGED TABLE keys.light (id int PRIMARY KEY, lane int DEFAULT 1, size int);
CREATE TABLE keys.steps (id int, lane int DEFAULT 1, at timestamptz DEFAULT now());
CREATE INDEX ON keys.steps (id);
CREATE FUNCTION keys.many(leads regclass, key name[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
  EXECUTE format('INSERT INTO %s (id, lane, size) SELECT i, 1, i %% 5 FROM generate_series(1, 300) i', leads);
  PERFORM leadscore.create_model('many', leads, '{"rules":[{"name":"size","attribute":"size","bands":[{"from":3,"points":5}]},{"name":"steps","on":"step","points":2}]}', key => key);
  PERFORM leadscore.add_events('many', 'keys.steps', lead => key, at => 'at', kind => 'step');
  INSERT INTO keys.steps (id) SELECT i FROM generate_series(1, 310) i;            -- all of them, and some that are not there
  INSERT INTO keys.steps (id) SELECT i FROM generate_series(1, 300, 7) i;         -- never the next
  INSERT INTO keys.steps (id) SELECT i FROM generate_series(1, 300) i WHERE i % 100 < 40;
  EXECUTE format('UPDATE %s SET size = size + 1 WHERE id BETWEEN 50 AND 90', leads);
  EXECUTE format('DELETE FROM %s WHERE id %% 3 = 0', leads);
  DELETE FROM keys.steps WHERE id BETWEEN 80 AND 200;
  PERFORM leadscore.set_rules('many', '{"rules":[{"name":"size","attribute":"size","bands":[{"from":3,"points":4}]},{"name":"steps","on":"step","points":3}]}');
  SELECT string_agg(v::text, ' ') INTO wrong FROM leadscore.verify('many') v;
  PERFORM leadscore.drop_model('many');
  DELETE FROM keys.steps;
  RETURN coalesce(wrong, 'right');
END $$;
SELECT keys.many('keys.backwards', '{id}'), keys.many('keys.lanes', '{lane,id}'), keys.many('keys.light', '{id}');

\echo # two models that name the same leads by different keys: each is right, and goes on when the other is gone
CREATE TABLE keys.people (id bigint PRIMARY KEY, email varchar(40) NOT NULL UNIQUE);
CREATE TABLE keys.clicks (person bigint, at timestamptz DEFAULT now());
CREATE TABLE keys.opens (email text, at timestamptz DEFAULT now());
CREATE INDEX ON keys.clicks (person);
CREATE INDEX ON keys.opens (email);
SELECT leadscore.create_model('by_id', 'keys.people', '{"rules":[{"name":"clicks","on":"click","points":2}]}');
SELECT leadscore.create_model('by_email', 'keys.people', '{"rules":[{"name":"opens","on":"open","points":3}]}', key => '{email}', score_column => 'open_score', stage_column => 'open_stage');
SELECT leadscore.add_events('by_id', 'keys.clicks', lead => 'person', at => 'at', kind => 'click');
SELECT leadscore.add_events('by_email', 'keys.opens', lead => 'email', at => 'at', kind => 'open');
CREATE FUNCTION keys.wrong() RETURNS TABLE (wrong bigint, people bigint) LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE (lead_score, open_score) IS DISTINCT FROM
                          ((SELECT count(*) FROM keys.clicks c WHERE c.person = p.id) * 2, (SELECT count(*) FROM keys.opens o WHERE o.email = p.email) * 3))
         + (SELECT count(*) FROM leadscore.model m, leadscore.verify(m.name)), count(*) FROM keys.people p $$;
INSERT INTO keys.people SELECT i, 'p' || (7919 * i) % 3001 FROM generate_series(1, 2500) i;
INSERT INTO keys.opens SELECT 'p' || i FROM generate_series(1, 3000) i;           -- of some who are not there
WITH o AS (INSERT INTO keys.opens SELECT 'p' || i FROM generate_series(1, 40) i) INSERT INTO keys.clicks SELECT i FROM generate_series(1, 2600, 3) i;
SELECT * FROM keys.wrong();
INSERT INTO keys.people SELECT i, 'p' || (7919 * i) % 3001 FROM generate_series(2501, 2700) i;
UPDATE keys.people SET id = id + 10000 WHERE id BETWEEN 10 AND 20;
UPDATE keys.people SET email = 'q' || email WHERE id BETWEEN 15 AND 30;
DELETE FROM keys.people WHERE id BETWEEN 40 AND 60;
SELECT leadscore.refresh('by_email', now() + interval '1 day');
SELECT leadscore.set_rules('by_email', '{"rules":[{"name":"opens","on":"open","points":3},{"name":"who","attribute":"email","values":{"p1":0}}]}');
SELECT * FROM keys.wrong();
ALTER TABLE keys.people RENAME id TO number;
INSERT INTO keys.opens VALUES ('p3'), ('p1'), ('p2');
SELECT leadscore.drop_model('by_id');
INSERT INTO keys.opens VALUES ('p3'), ('p1'), ('p2');
SELECT * FROM leadscore.verify('by_email');
SELECT leadscore.drop_model('by_email');

DROP SCHEMA keys CASCADE;

\echo # the key gets another type while row-level security is on: views and policies name it, and go for a while
CREATE SCHEMA seen;
CREATE TABLE seen.leads (id int PRIMARY KEY, company int);
INSERT INTO seen.leads VALUES (1, 1), (2, 2);
ALTER TABLE seen.leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY first_company ON seen.leads USING (company = 1);
SELECT leadscore.create_model('seen', 'seen.leads', '{"rules":[{"name":"c","attribute":"company","values":{"1":5,"2":7}}]}');
CREATE ROLE regress_ls_seeing;
GRANT USAGE ON SCHEMA seen TO regress_ls_seeing; GRANT SELECT ON seen.leads TO regress_ls_seeing;
SET ROLE regress_ls_seeing;
SELECT leadscore.score_of('seen', 1);
RESET ROLE;
SELECT leadscore.grant_reading('seen', 'regress_ls_seeing');
SET ROLE regress_ls_seeing;
SELECT (leadscore.score_of('seen', 1)).score, (leadscore.score_of('seen', 2)).score, (SELECT count(*) FROM seen.leads_seen);
RESET ROLE;
SELECT leadscore.drop_views('seen');
SET ROLE regress_ls_seeing;
SELECT count(*) FROM seen.leads_seen;
RESET ROLE;
ALTER TABLE seen.leads ALTER id TYPE bigint;
INSERT INTO seen.leads VALUES (5000000000, 1);
SELECT leadscore.score_of('seen', 5000000000);
SELECT leadscore.rebuild('seen');
SELECT views FROM leadscore.model WHERE name = 'seen';
SELECT problems FROM leadscore.model_status WHERE model = 'seen';
SELECT lead_id, score FROM seen.leads_seen ORDER BY 1;
SELECT leadscore.create_views('seen');
SELECT leadscore.grant_reading('seen', 'regress_ls_seeing');
SET ROLE regress_ls_seeing;
SELECT count(*) FROM seen.leads_seen;
RESET ROLE;
SELECT * FROM leadscore.verify('seen');

\echo # views that somebody dropped are told; drop_views() means it
SET client_min_messages = warning;
DROP VIEW seen.leads_seen_scores CASCADE;
SELECT problems FROM leadscore.model_status WHERE model = 'seen';
SELECT leadscore.drop_views('seen');
SELECT problems FROM leadscore.model_status WHERE model = 'seen' AND array_to_string(problems, ',') LIKE '%views%';
SELECT leadscore.create_views('seen');
SELECT problems FROM leadscore.model_status WHERE model = 'seen';
CREATE VIEW seen.best AS SELECT max(lead_score) FROM seen.leads;
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT leadscore.drop_model('seen');
\set SHOW_CONTEXT errors
\set VERBOSITY terse
SELECT leadscore.drop_model('seen', keep_columns => true);
DROP SCHEMA seen CASCADE; DROP ROLE regress_ls_seeing;

\echo # keys that are equal and written differently: as the lead writes them
CREATE SCHEMA spelled;
CREATE TABLE spelled.leads (id numeric, lane text, a int, PRIMARY KEY (id, lane));
CREATE TABLE spelled.events (id numeric, lane text, at timestamptz DEFAULT now());
SELECT leadscore.create_model(m, 'spelled.leads', '{"rules":[{"name":"a","attribute":"a","bands":[{"points":1}]},{"name":"e","on":"*","points":2}],"stages":[{"name":"cold"},{"name":"warm","from":3}]}',
       upkeep => u, mirror => b) FROM (VALUES ('now', 'immediate', true), ('late', 'queued', false)) t(m, u, b);
SELECT leadscore.add_events(m, 'spelled.events', lead => '{id,lane}'::name[], at => 'at', kind => 'e') FROM unnest('{now,late}'::text[]) m;
INSERT INTO spelled.events VALUES (1.0, 'x'), (2.00, 'x'), (3.000, 'x'); SELECT leadscore.fold('late');
INSERT INTO spelled.leads VALUES (1, 'x', 1), (2.0, 'x', 1), (4, 'x', 1);
INSERT INTO spelled.events VALUES (4.0, 'x'), (2, 'x'); SELECT leadscore.fold('late');
SELECT s.lead_id, s.lane, s.score, l.lead_id, l.score FROM spelled.leads_now s JOIN spelled.leads_late l USING (lead_id, lane) ORDER BY s.lead_id;
SELECT lead, old_stage, new_stage FROM leadscore.stage_changes('now'); SELECT lead_id, old_stage, new_stage FROM spelled.leads_late_stage_change ORDER BY id;
-- As it is written by now, its history as it was then.
UPDATE spelled.leads SET id = 1.50 - 0.5 WHERE id = 1; UPDATE spelled.leads SET id = 2.5 WHERE id = 2; SELECT leadscore.fold('late');
DELETE FROM spelled.leads WHERE id = 4; SELECT leadscore.fold('late');
SELECT s.lead_id, s.score, l.lead_id, l.score FROM spelled.leads_now s JOIN spelled.leads_late l USING (lead_id, lane) ORDER BY s.lead_id;
-- What was written otherwise before.
UPDATE spelled.leads_now SET lead_id = lead_id * 1.0000; SELECT leadscore.rebuild('now');
SELECT lead_id, lane, score FROM spelled.leads_now ORDER BY 1;
SELECT * FROM leadscore.verify('now'); SELECT * FROM leadscore.verify('late');
SELECT leadscore.drop_model('now'), leadscore.drop_model('late');
DROP SCHEMA spelled CASCADE;
