-- What may make upkeep fail although nothing is wrong with the write: it goes on, the status tells, and rebuild() mends.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA refuse;
CREATE FUNCTION refuse.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN EXECUTE query; RETURN 'done'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
CREATE FUNCTION refuse.problems(model text) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT regexp_replace(p, '\d{5,}', '<oid>', 'g') FROM leadscore.model_status s, unnest(s.problems) p WHERE s.model = $1 ORDER BY p COLLATE "C" $$;

CREATE TABLE refuse.companies (id int PRIMARY KEY, size numeric);
CREATE TABLE refuse.leads (id int PRIMARY KEY, company bigint);
CREATE TABLE refuse.contacts (id bigint PRIMARY KEY, lead bigint);
CREATE TABLE refuse.events (lead int, at timestamptz, kind text, amount numeric);
CREATE TABLE refuse.mails (contact bigint, at timestamptz);
INSERT INTO refuse.companies VALUES (1, 5), (2, 7);
INSERT INTO refuse.leads VALUES (1, 1), (2, 2);
SELECT leadscore.create_model('m', 'refuse.leads', (
  SELECT format('{"rules":[%s,{"name":"size","attribute":"firm.size","bands":[{"from":6,"points":4}]},{"name":"mails","on":"mail","points":2},{"name":"calls","on":"call","points":5}],
    "stages":[{"name":"low"},{"name":"high","from":10}]}', string_agg(format('{"name":"sum %s","on":"deal","measure":{"sum":"amount"},"points":1000}', n), ',' ORDER BY n))::leadscore.scoring_rules
  FROM generate_series(1, 60) n));
SELECT leadscore.add_events('m', 'refuse.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT leadscore.add_events('m', 'refuse.mails', lead => 'contact', at => 'at', kind => 'mail', via => 'refuse.contacts', via_lead => 'lead');
SELECT leadscore.add_attributes('m', 'refuse.companies', "on" => 'company', as_prefix => 'firm');

\echo # as many points as rules can give
SELECT refuse.outcome($$INSERT INTO refuse.events VALUES (1, '2026-01-01Z', 'deal', 1e15), (2, '2026-01-01Z', 'deal', -1e15)$$);
SELECT id, lead_score FROM refuse.leads ORDER BY 1;
SELECT id, score FROM refuse.leads_m_scores ORDER BY score DESC;
SELECT * FROM leadscore.verify('m');
DELETE FROM refuse.events;

\echo # references that no key can equal
SELECT refuse.outcome($$INSERT INTO refuse.contacts VALUES (1, 5000000000), (2, 2), (3, NULL)$$);
SELECT refuse.outcome($$INSERT INTO refuse.mails VALUES (1, '2026-01-01Z'), (2, '2026-01-01Z'), (3, '2026-01-01Z'), (99, '2026-01-01Z'), (NULL, '2026-01-01Z')$$);
SELECT refuse.outcome($$UPDATE refuse.contacts SET lead = 5000000001 WHERE id = 2$$);
SELECT refuse.outcome($$UPDATE refuse.contacts SET lead = 1 WHERE id = 1$$);
SELECT refuse.outcome($$UPDATE refuse.leads SET company = 5000000000 WHERE id = 2$$);
SELECT refuse.outcome($$UPDATE refuse.companies SET size = 'NaN'$$), refuse.outcome($$UPDATE refuse.companies SET size = 8$$);
SELECT id, lead_score FROM refuse.leads ORDER BY 1;
SELECT * FROM leadscore.verify('m');

\echo # references that got another type
SELECT leadscore.drop_views('m');
ALTER TABLE refuse.leads ALTER company TYPE text;
SELECT refuse.outcome($$UPDATE refuse.leads SET company = 'abc' WHERE id = 2$$), refuse.outcome($$UPDATE refuse.companies SET size = 9$$), refuse.outcome($$INSERT INTO refuse.companies VALUES (3, 1)$$),
       refuse.outcome($$DELETE FROM refuse.companies WHERE id = 3$$), refuse.outcome($$INSERT INTO refuse.leads VALUES (3, 'x')$$);
SELECT * FROM refuse.problems('m');
SELECT leadscore.rebuild('m');
SELECT * FROM leadscore.verify('m');
ALTER TABLE refuse.leads ALTER company TYPE bigint USING 1;
ALTER TABLE refuse.contacts ALTER lead TYPE text;
SELECT refuse.outcome($$INSERT INTO refuse.contacts VALUES (7, 'abc')$$), refuse.outcome($$INSERT INTO refuse.mails VALUES (7, '2026-01-01Z')$$), refuse.outcome($$UPDATE refuse.contacts SET lead = 'zz'$$),
       refuse.outcome($$DELETE FROM refuse.contacts$$), refuse.outcome($$TRUNCATE refuse.contacts, refuse.mails$$);
SELECT * FROM refuse.problems('m');
ALTER TABLE refuse.contacts ALTER lead TYPE int USING NULL;
ALTER TABLE refuse.mails ALTER contact TYPE text;
SELECT refuse.outcome($$INSERT INTO refuse.mails VALUES ('q', '2026-01-01Z')$$), refuse.outcome($$INSERT INTO refuse.contacts VALUES (8, 1)$$), refuse.outcome($$DROP TABLE refuse.contacts$$),
       refuse.outcome($$INSERT INTO refuse.mails VALUES ('q', '2026-01-01Z')$$);
SELECT * FROM refuse.problems('m');
SELECT leadscore.drop_events('m', 'refuse.mails');
SELECT leadscore.rebuild('m');
SELECT * FROM leadscore.verify('m');

\echo # tables of the model to which somebody added something
CREATE FUNCTION refuse.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no!'; END $$;
CREATE FUNCTION refuse.with(make text, undo text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN
  RETURN NEXT '--- ' || make;
  EXECUTE make;
  RETURN NEXT concat_ws(', ', refuse.outcome('INSERT INTO refuse.events VALUES (1, ''2026-01-01Z'', ''call'')'), refuse.outcome('INSERT INTO refuse.leads VALUES (77, 1)'),
    refuse.outcome('INSERT INTO refuse.events VALUES (77, NULL, ''call'')'), refuse.outcome('UPDATE refuse.companies SET size = size + 1'), refuse.outcome('DELETE FROM refuse.leads WHERE id = 77'));
  RETURN QUERY SELECT 'told: ' || p FROM refuse.problems('m') p WHERE p NOT LIKE '%do not count%';
  EXECUTE undo;
  PERFORM leadscore.rebuild('m');
  RETURN QUERY SELECT 'wrong: ' || v::text FROM leadscore.verify('m') v;
  RETURN QUERY SELECT 'still told: ' || p FROM refuse.problems('m') p WHERE p NOT LIKE '%do not count%';
END $$;
SELECT format('SELECT refuse.with(%L, %L)', make, undo) FROM (VALUES
  ('CREATE TRIGGER no BEFORE INSERT OR UPDATE ON refuse.leads_m FOR EACH ROW EXECUTE FUNCTION refuse.no()', 'DROP TRIGGER no ON refuse.leads_m'),
  ('CREATE TRIGGER no BEFORE INSERT ON refuse.leads_m_stage_change FOR EACH ROW EXECUTE FUNCTION refuse.no()', 'DROP TRIGGER no ON refuse.leads_m_stage_change'),
  ('CREATE TRIGGER no BEFORE INSERT ON refuse.leads_m_refused FOR EACH ROW EXECUTE FUNCTION refuse.no()', 'DROP TRIGGER no ON refuse.leads_m_refused'),
  ('ALTER TABLE refuse.leads_m ADD CHECK (score < 5) NOT VALID', 'ALTER TABLE refuse.leads_m DROP CONSTRAINT leads_m_score_check'),
  ('ALTER TABLE refuse.leads_m ADD mine int NOT NULL DEFAULT 1; ALTER TABLE refuse.leads_m ALTER mine DROP DEFAULT', 'ALTER TABLE refuse.leads_m DROP mine'),
  ('ALTER TABLE refuse.leads_m_stage_change ADD mine int NOT NULL DEFAULT 1; ALTER TABLE refuse.leads_m_stage_change ALTER mine DROP DEFAULT', 'ALTER TABLE refuse.leads_m_stage_change DROP mine'),
  ('CREATE RULE no AS ON INSERT TO refuse.leads_m DO INSTEAD NOTHING', 'DROP RULE no ON refuse.leads_m'),
  ('CREATE UNIQUE INDEX one ON refuse.leads_m (stage)  WHERE lead_id > 70 OR lead_id < 0', 'DROP INDEX refuse.one'),
  ('ALTER TABLE refuse.leads_m DROP CONSTRAINT leads_m_pkey', 'INSERT INTO refuse.leads_m SELECT * FROM refuse.leads_m')) v(make, undo)
\gexec

\echo # an error that nobody could foresee fails once
CREATE TYPE refuse.code AS (n int);
CREATE FUNCTION refuse.code_to_int(refuse.code) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF $1.n < 0 THEN RAISE 'no such code'; END IF; RETURN $1.n; END $$;
CREATE CAST (refuse.code AS int) WITH FUNCTION refuse.code_to_int(refuse.code) AS IMPLICIT;
CREATE TABLE refuse.coded (lead refuse.code, at timestamptz);
SELECT leadscore.add_events('m', 'refuse.coded', lead => 'lead', at => 'at', kind => 'call');
SELECT refuse.outcome($$INSERT INTO refuse.coded VALUES (ROW(1), '2026-01-01Z')$$);
SELECT refuse.outcome($$INSERT INTO refuse.coded VALUES (ROW(-1), '2026-01-01Z')$$);
SELECT refuse.outcome($$INSERT INTO refuse.coded VALUES (ROW(-1), '2026-01-01Z')$$);
SELECT refuse.outcome($$INSERT INTO refuse.coded VALUES (ROW(1), '2026-01-01Z')$$);
SELECT * FROM refuse.problems('m') p WHERE p NOT LIKE '%do not count%';
DELETE FROM refuse.coded WHERE (lead).n < 0;
SELECT leadscore.rebuild('m');
SELECT * FROM leadscore.verify('m');

\echo # rows that somebody spoilt
INSERT INTO refuse.events VALUES (1, '2026-01-01Z', 'call');
UPDATE refuse.leads_m SET tally = '\x07ffff', recent = '\x01ff', adjustments = '{"x":[1,null]}';
SELECT lead, what, stored, computed FROM leadscore.verify('m') WHERE what IN ('readable', 'adjustments') ORDER BY 1, 2;
-- The next write mends its lead, rebuild() the others.
INSERT INTO refuse.events VALUES (1, '2026-01-01Z', 'call');
SELECT lead, what, stored, computed FROM leadscore.verify('m') WHERE what IN ('readable', 'adjustments') OR lead = '1' ORDER BY 1, 2;
SELECT leadscore.rebuild('m');
SELECT leadscore.adjust('m', 1, 'engagement', 'add', 3);
UPDATE refuse.leads_m SET adjustments = '[{"op":"add"}]';
INSERT INTO refuse.events VALUES (1, '2026-01-01Z', 'call');
SELECT score, adjustments -> 0 ->> 'points' FROM refuse.leads_m WHERE lead_id = 1;
DELETE FROM refuse.leads_m;
SELECT count(*) > 0 FROM leadscore.verify('m');
SELECT leadscore.rebuild('m');
SELECT * FROM leadscore.verify('m');

\echo # deferred constraints are asked at once, and stay deferred
CREATE TABLE refuse.stages (name text PRIMARY KEY);
INSERT INTO refuse.stages VALUES ('low');
SELECT leadscore.create_model('d', 'refuse.companies', '{"rules":[{"name":"calls","on":"call","points":5}],"stages":[{"name":"low"},{"name":"high","from":10}]}');
SELECT leadscore.add_events('d', 'refuse.events', lead => 'lead', at => 'at', kind_column => 'kind');
DELETE FROM refuse.events;
ALTER TABLE refuse.companies ADD FOREIGN KEY (lead_stage) REFERENCES refuse.stages DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO refuse.events VALUES (1, '2026-01-01Z', 'call'), (1, '2026-01-01Z', 'call');
COMMIT;
SELECT id, lead_score, lead_stage FROM refuse.companies WHERE id = 1;
SELECT score, stage FROM refuse.companies_d WHERE lead_id = 1;
SELECT * FROM refuse.problems('d');
BEGIN;
INSERT INTO refuse.stages VALUES ('high');
INSERT INTO refuse.events VALUES (1, '2026-01-01Z', 'call');
SELECT id, lead_score, lead_stage FROM refuse.companies WHERE id = 1;
-- Still deferred: what is wrong now may be right at the end.
DELETE FROM refuse.stages WHERE name = 'high';
INSERT INTO refuse.stages VALUES ('high');
COMMIT;
SELECT leadscore.rebuild('d');
SELECT * FROM refuse.problems('d');
SELECT * FROM leadscore.verify('d');

\echo # cancelled in the middle
CREATE FUNCTION refuse.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$;
CREATE TRIGGER slow AFTER UPDATE ON refuse.companies FOR EACH ROW EXECUTE FUNCTION refuse.slow();
SET statement_timeout = '200ms';
INSERT INTO refuse.events VALUES (2, '2026-01-01Z', 'call'), (2, '2026-01-01Z', 'call');
RESET statement_timeout;
DROP TRIGGER slow ON refuse.companies;
SELECT count(*) FROM refuse.events WHERE lead = 2;
INSERT INTO refuse.events VALUES (2, '2026-01-01Z', 'call');
SELECT current_user = session_user, id, lead_score FROM refuse.companies WHERE id = 2;
SELECT * FROM leadscore.verify('d');
SELECT * FROM leadscore.verify('m');
SELECT leadscore.drop_model('d'), leadscore.drop_model('m');

\echo # leads that are published, and whose replica identity does not suffice
CREATE TABLE refuse.people (id int NOT NULL UNIQUE, region text);
CREATE TABLE refuse.visits (person int, at timestamptz);
SELECT leadscore.create_model('p', leads => 'refuse.people', key => '{id}', rules => '{"rules": [{"name": "v", "on": "v", "points": 10}]}');
SELECT leadscore.add_events('p', 'refuse.visits', lead => 'person', at => 'at', kind => 'v');
SET client_min_messages = error; -- the level of the write-ahead log
CREATE PUBLICATION refuse_some FOR TABLE refuse.people WITH (publish = 'insert');
SET client_min_messages = warning;
INSERT INTO refuse.people VALUES (1, 'n');
SELECT * FROM refuse.problems('p');
ALTER PUBLICATION refuse_some SET (publish = 'insert, update');
INSERT INTO refuse.people VALUES (2, 'n');
INSERT INTO refuse.visits VALUES (1, now()), (2, now());
SELECT id, lead_score, score FROM refuse.people JOIN refuse.people_p ON lead_id = id ORDER BY id;
SELECT * FROM refuse.problems('p');
ALTER TABLE refuse.people REPLICA IDENTITY USING INDEX people_id_key;
INSERT INTO refuse.visits VALUES (1, now());
SELECT leadscore.rebuild('p');
SELECT id, lead_score FROM refuse.people ORDER BY id;
SELECT * FROM refuse.problems('p');
ALTER TABLE refuse.people REPLICA IDENTITY NOTHING;
INSERT INTO refuse.visits VALUES (2, now());
ALTER TABLE refuse.people REPLICA IDENTITY FULL;
INSERT INTO refuse.visits VALUES (2, now());
SELECT id, lead_score FROM refuse.people ORDER BY id;
SELECT * FROM refuse.problems('p');
DROP PUBLICATION refuse_some;
SELECT leadscore.drop_model('p');
DROP SCHEMA refuse CASCADE;
