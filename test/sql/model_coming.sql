-- Score rows that come while a version of the rules is being counted for, and rows that wait for new rules.
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA coming;
CREATE TABLE coming.leads (id int PRIMARY KEY, size int);
CREATE TABLE coming.events (lead int, at timestamptz DEFAULT now(), kind text);
\set mails '{"rules":[{"name":"mails","on":"mail","points":1}]}'
\set visits '{"rules":[{"name":"visits","on":"visit","points":1}]}'
\set both '{"rules":[{"name":"visits","on":"visit","points":1},{"name":"mails","on":"mail","points":1}]}'
-- The next rules' evidence is counted, and they are not in force yet.
CREATE PROCEDURE coming.count_only(model text) LANGUAGE plpgsql AS $$
DECLARE
  w record;
BEGIN
  FOR w IN SELECT * FROM leadscore.work_left(model, 100, 1, 1) LOOP
    EXIT WHEN w.step = 'activate';
    PERFORM leadscore.do_work(model, w.step, w.keys, w.number, w.total);
  END LOOP;
END $$;
CREATE FUNCTION coming.state(model text) RETURNS TABLE (lead int, score numeric, differences bigint) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT id, score::numeric, (SELECT count(*) FROM leadscore.verify(%L)) FROM coming.leads_%s_scores ORDER BY id', model, model);
END $$;

\echo # immediate and queued: leads and events of keys without a row, before the events of others are counted and after that
SELECT leadscore.create_model(m, 'coming.leads', :'mails', mirror => m = 'i', upkeep => CASE m WHEN 'q' THEN 'queued' ELSE 'immediate' END),
       leadscore.add_events(m, 'coming.events', lead => 'lead', at => 'at', kind_column => 'kind')
  FROM unnest('{i,q}'::text[]) m;
INSERT INTO coming.events (lead, kind) SELECT i, 'visit' FROM generate_series(1, 6) i, generate_series(1, i);
SELECT leadscore.set_rules(m, :'visits', at_once => false) FROM unnest('{i,q}'::text[]) m;
INSERT INTO coming.leads VALUES (1);
INSERT INTO coming.events (lead, kind) VALUES (2, 'visit'), (2, 'mail');
SELECT leadscore.fold('q') >= 0 AS folded;
CALL coming.count_only('i');
CALL coming.count_only('q');
INSERT INTO coming.leads VALUES (3);
INSERT INTO coming.events (lead, kind) VALUES (4, 'visit'), (4, 'mail');
SELECT leadscore.fold('q') >= 0 AS folded;
CALL leadscore.catch_up('i');
CALL leadscore.catch_up('q');
INSERT INTO coming.leads VALUES (2), (4), (5), (6);
SELECT * FROM coming.state('i');
SELECT * FROM coming.state('q');

\echo # leads that are loaded anew meanwhile
SELECT leadscore.set_rules('i', :'both', at_once => false);
BEGIN;
DELETE FROM coming.leads;
INSERT INTO coming.leads SELECT generate_series(1, 6);
COMMIT;
CALL leadscore.catch_up('i');
SELECT * FROM coming.state('i');

\echo # rules that are taken back before they were counted for, and wanted again: what came in between was counted for others
SELECT leadscore.set_rules('i', :'visits');
CALL leadscore.catch_up('i');
DELETE FROM coming.leads WHERE id = 6;
DELETE FROM coming.events WHERE lead = 6;
INSERT INTO coming.events (lead, kind) VALUES (6, 'mail'), (6, 'mail');
SELECT leadscore.set_rules('i', :'both', at_once => false), leadscore.set_rules('i', :'visits', at_once => false);
INSERT INTO coming.leads VALUES (6);
SELECT leadscore.set_rules('i', :'both', at_once => false);
CALL leadscore.catch_up('i');
SELECT * FROM coming.state('i');

\echo # verify: rows that wait for new rules are not told for what only the old ones look at
SELECT leadscore.set_rules('q', '{"rules":[{"name":"size","attribute":"size","bands":[{"points":0},{"from":5,"points":5}]}]}');
SELECT leadscore.set_rules('q', '{"rules":[{"name":"all","points":1,"if":{"id":{">":0}}}]}', at_once => false);
UPDATE coming.leads SET size = 9;
SELECT leadscore.fold('q');
SELECT * FROM coming.state('q');
CALL leadscore.catch_up('q');
SELECT * FROM coming.state('q');

\echo # a model without events, whose next rules ask for some
SELECT leadscore.create_model('n', 'coming.leads', '{"rules":[{"name":"size","attribute":"size","bands":[{"points":3}]}]}', mirror => false);
SELECT leadscore.set_rules('n', :'visits', at_once => false);
CALL leadscore.catch_up('n');
SELECT version, next_version FROM leadscore.model WHERE name = 'n';
SELECT leadscore.add_events('n', 'coming.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT * FROM coming.state('n');

SELECT leadscore.drop_model(m) FROM unnest('{i,q,n}'::text[]) m;
DROP SCHEMA coming CASCADE;
