-- Triggers of somebody on the score table of a model, and foreign keys that refer to it.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA fire;
SET search_path = fire;
CREATE TABLE leads (id int PRIMARY KEY, size int);
CREATE TABLE events (lead int, at timestamptz DEFAULT '2026-01-01Z');
CREATE INDEX ON events (lead);
\set rules '{"rules":[{"name":"visits","on":"visit","points":10}],"stages":[{"name":"cold"},{"name":"warm","from":20}]}'
SELECT leadscore.create_model('m', 'leads', :'rules'), leadscore.create_model('bare', 'leads', :'rules', mirror => false), leadscore.create_model('queued', 'leads', :'rules', mirror => false, upkeep => 'queued');
SELECT leadscore.add_events(m, 'events', lead => 'lead', at => 'at', kind => 'visit') FROM unnest('{m,bare,queued}'::text[]) m;
INSERT INTO leads VALUES (1), (2), (3);
-- What all models say of the leads, and what verify() and the status find.
CREATE FUNCTION state() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT string_agg(format('%s %s %s %s %s', id, lead_score, lead_stage, b.score, q.score), ', ' ORDER BY id) FROM leads LEFT JOIN leads_bare b ON b.lead_id = id LEFT JOIN leads_queued q ON q.lead_id = id
  UNION ALL SELECT format('%s: %s', m, v) FROM unnest('{m,bare,queued}'::text[]) m, leadscore.verify(m) v
  UNION ALL (SELECT format('%s: %s', model, p) FROM leadscore.model_status, unnest(problems) WITH ORDINALITY u(p, ord) WHERE model IN ('m', 'bare', 'queued') AND p NOT LIKE 'scores may be refused: one of its tables%'
             ORDER BY array_position('{m,bare,queued}', model), ord) $$;
CREATE FUNCTION on_all(command text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE scores text;
BEGIN FOREACH scores IN ARRAY '{leads_m,leads_bare,leads_queued}'::text[] LOOP EXECUTE replace(command, '$', scores); END LOOP; END $$;
-- Each kind of write there is.
CREATE PROCEDURE write_all() LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events VALUES (1);
  COMMIT;
  INSERT INTO events VALUES (1);
  INSERT INTO events VALUES (1), (2), (99);
  UPDATE events SET lead = 3 WHERE lead = 2;
  COMMIT;
  DELETE FROM events WHERE lead = 99;
  INSERT INTO leads VALUES (4);
  INSERT INTO events SELECT 4 FROM generate_series(1, 3);
  PERFORM leadscore.fold('queued');
  PERFORM leadscore.adjust(m, 3, 'engagement', 'add', 5) FROM unnest('{m,bare,queued}'::text[]) m;
  PERFORM leadscore.adjust('m', 3, 'engagement', 'add', 5);
  COMMIT;
  UPDATE leads_m SET due = '-infinity';
  PERFORM leadscore.refresh('m');
  UPDATE leads_bare SET due = '-infinity';
  CALL leadscore.catch_up('bare');
  PERFORM leadscore.set_rules(m, '{"rules":[{"name":"visits","on":"visit","points":15}],"stages":[{"name":"cold"},{"name":"warm","from":20}]}') FROM unnest('{m,bare,queued}'::text[]) m;
  COMMIT;
END $$;
CREATE PROCEDURE undo_all(rules leadscore.scoring_rules) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM events WHERE lead IN (1, 2, 3);
  DELETE FROM events;
  DELETE FROM leads WHERE id = 4;
  PERFORM leadscore.fold('queued');
  PERFORM leadscore.adjust('m', 3, 'engagement', 'add', -10), leadscore.adjust('bare', 3, 'engagement', 'add', -5), leadscore.adjust('queued', 3, 'engagement', 'add', -5);
  PERFORM leadscore.set_rules(m, rules) FROM unnest('{m,bare,queued}'::text[]) m;
  COMMIT;
END $$;
SELECT state();
CALL write_all();
SELECT state();
CALL undo_all(:'rules');
SELECT state();

\echo # a foreign key that refers to scores
CREATE TABLE owners (lead int REFERENCES leads_m, owner text);
ALTER TABLE leads_bare ADD UNIQUE (lead_id);
CREATE TABLE cascade (lead int REFERENCES leads_bare (lead_id) ON DELETE CASCADE ON UPDATE CASCADE, owner text);
INSERT INTO owners VALUES (1, 'ann'), (2, 'bob');
INSERT INTO cascade VALUES (1, 'ann'), (2, 'bob'), (3, 'cy');
SELECT model, problems FROM leadscore.model_status WHERE model IN ('m', 'bare', 'queued') ORDER BY 1;
CALL write_all();
SELECT state();
CALL undo_all(:'rules');
SELECT state();
-- A row that is held stays; the CRM writes on.
DELETE FROM leads WHERE id > 1;
SELECT lead_id FROM leads_m ORDER BY 1;
SELECT lead_id FROM leads_bare ORDER BY 1;
SELECT * FROM cascade;
SELECT state();
DROP TABLE owners, cascade;
SELECT leadscore.rebuild('m');
ALTER TABLE leads_bare DROP CONSTRAINT leads_bare_lead_id_key;
INSERT INTO leads VALUES (2), (3);
SELECT leadscore.fold('queued');
SELECT state();
SELECT model, problems FROM leadscore.model_status WHERE model IN ('m', 'bare', 'queued') ORDER BY 1;

\echo # a trigger before each row
CREATE FUNCTION go_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN coalesce(new, old); END $$;
SELECT on_all('CREATE TRIGGER a BEFORE INSERT OR UPDATE OR DELETE ON $ FOR EACH ROW EXECUTE FUNCTION go_on()');
CALL write_all();
SELECT state();
CALL undo_all(:'rules');
SELECT state();
SELECT on_all('DROP TRIGGER a ON $');

\echo # after each row, of some columns, with a condition
CREATE TABLE log (id int GENERATED ALWAYS AS IDENTITY, line text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO log (line) VALUES (format('%s %s of %s: %s %s > %s %s, lead %s', tg_argv[0], tg_op, coalesce(new.lead_id, old.lead_id), old.score, old.stage, new.score, new.stage, (SELECT lead_score FROM fire.leads WHERE id = new.lead_id)));
  RETURN NULL;
END $$;
ALTER FUNCTION note() SET search_path = fire;
CREATE TRIGGER a AFTER INSERT OR UPDATE OR DELETE ON leads_m FOR EACH ROW EXECUTE FUNCTION note('all');
CREATE TRIGGER b AFTER UPDATE OF stage ON leads_m FOR EACH ROW WHEN (old.stage IS DISTINCT FROM new.stage) EXECUTE FUNCTION note('stage');
CREATE TRIGGER c AFTER UPDATE OF lead_id ON leads_m FOR EACH ROW EXECUTE FUNCTION note('key');
CREATE TRIGGER d BEFORE UPDATE OF score ON leads_m FOR EACH ROW EXECUTE FUNCTION go_on();
CALL write_all();
SELECT state();
CALL undo_all(:'rules');
SELECT state();
SELECT line FROM log ORDER BY id;
DROP TRIGGER a ON leads_m; DROP TRIGGER b ON leads_m; DROP TRIGGER c ON leads_m; DROP TRIGGER d ON leads_m;

\echo # after each row, one that writes an event of the same lead and of the next
CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN INSERT INTO fire.events VALUES (new.lead_id), (new.lead_id % 3 + 1); RETURN NULL; END $$;
SELECT on_all('CREATE TRIGGER a AFTER UPDATE ON $ FOR EACH ROW WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION more()');
INSERT INTO events VALUES (1), (2);
SELECT leadscore.fold('queued');
SELECT leadscore.fold('queued');
SELECT state();
SELECT on_all('DROP TRIGGER a ON $');
DELETE FROM events;
SELECT leadscore.fold('queued');

\echo # triggers of the history that write events of the same lead
CREATE FUNCTION more_of_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN INSERT INTO fire.events VALUES (new.lead_id), (new.lead_id); RETURN new; END $$;
CREATE FUNCTION history() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT format('%s: %s > %s at %s', lead_id, old_stage, new_stage, score) FROM fire.leads_m_stage_change ORDER BY id $$;
SELECT leadscore.set_rules('m', replace(:'rules', '{"name":"warm","from":20}', '{"name":"warm","from":20},{"name":"hot","from":40},{"name":"hottest","from":80}')::leadscore.scoring_rules);
TRUNCATE leads_m_stage_change;
CREATE TRIGGER a AFTER INSERT ON leads_m_stage_change FOR EACH ROW EXECUTE FUNCTION more_of_it();
INSERT INTO events VALUES (1), (1), (2), (3), (3);
SELECT history();
CREATE TRIGGER b AFTER UPDATE ON leads_m_stage_change FOR EACH ROW WHEN (pg_trigger_depth() < 4) EXECUTE FUNCTION more_of_it();
INSERT INTO events VALUES (2);
SELECT history();
DROP TRIGGER b ON leads_m_stage_change;
CREATE TRIGGER b AFTER DELETE ON leads_m_stage_change FOR EACH STATEMENT EXECUTE FUNCTION go_on();
BEGIN; DELETE FROM events WHERE lead = 3; INSERT INTO events SELECT 3 FROM generate_series(1, 8); DELETE FROM events WHERE lead = 3; INSERT INTO events SELECT 3 FROM generate_series(1, 4); COMMIT;
SELECT history();
DROP TRIGGER b ON leads_m_stage_change;
DROP TRIGGER a ON leads_m_stage_change;
DELETE FROM events;
TRUNCATE leads_m_stage_change;
CREATE TRIGGER a BEFORE INSERT ON leads_m_stage_change FOR EACH ROW WHEN (pg_trigger_depth() < 3) EXECUTE FUNCTION more_of_it();
INSERT INTO events VALUES (1), (1), (2);
SELECT history();
DROP TRIGGER a ON leads_m_stage_change;
SELECT leadscore.fold('queued');
SELECT state();
DELETE FROM events;
SELECT leadscore.fold('queued');
SELECT leadscore.set_rules('m', :'rules');

\echo # many leads, a function that is called anew for each row, one that is half undone, and what a statement sees at once
CREATE FUNCTION half() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = fire AS $$
BEGIN
  BEGIN INSERT INTO log (line) VALUES (tg_op); RAISE 'undone'; EXCEPTION WHEN raise_exception THEN INSERT INTO log (line) VALUES (format('%s %s %s', tg_name, tg_when, tg_op)); END;
  RETURN coalesce(new, old);
END $$;
CREATE FUNCTION at_once() RETURNS trigger LANGUAGE plpgsql SET search_path = fire AS $$ BEGIN INSERT INTO log (line) SELECT format('%s rows in one statement', count(*)) FROM added; RETURN NULL; END $$;
TRUNCATE log;
SELECT on_all('CREATE TRIGGER a BEFORE INSERT OR UPDATE OR DELETE ON $ FOR EACH ROW EXECUTE FUNCTION half()');
CREATE TRIGGER b AFTER INSERT OR UPDATE OR DELETE ON leads_m FOR EACH ROW EXECUTE FUNCTION half();
CREATE TRIGGER c AFTER INSERT OR UPDATE OR DELETE ON leads_m_stage_change FOR EACH ROW EXECUTE FUNCTION half();
CREATE TRIGGER d AFTER INSERT ON leads_m_stage_change REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION at_once();
INSERT INTO leads SELECT i FROM generate_series(11, 1510) i;
BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO events SELECT i FROM generate_series(11, 1510) i, generate_series(1, 2); UPDATE events SET lead = lead - 1 WHERE lead > 11; COMMIT;
SELECT leadscore.fold('queued');
SELECT count(*) FROM leads JOIN leads_bare b ON b.lead_id = id JOIN leads_queued q ON q.lead_id = id WHERE (lead_score, lead_stage) IN ((b.score, b.stage), (20, 'warm')) AND b.score = q.score;
SELECT m, v FROM unnest('{m,bare,queued}'::text[]) m, leadscore.verify(m) v;
DELETE FROM events;
DELETE FROM leads WHERE id > 10;
SELECT leadscore.fold('queued');
SELECT line, count(*) FROM log GROUP BY 1 ORDER BY line COLLATE "C";
SELECT on_all('DROP TRIGGER a ON $');
DROP TRIGGER b ON leads_m; DROP TRIGGER c ON leads_m_stage_change; DROP TRIGGER d ON leads_m_stage_change;
SELECT state();

\echo # triggers that raise, and one that is deferred, which nothing may be while upkeep runs
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no!'; END $$;
CREATE TRIGGER a AFTER UPDATE ON leads_m FOR EACH ROW EXECUTE FUNCTION no();
CREATE CONSTRAINT TRIGGER a AFTER UPDATE ON leads_bare DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION go_on();
INSERT INTO events VALUES (1), (1);
SELECT leadscore.adjust('m', 1, 'engagement', 'add', 5);
SELECT state();
DROP TRIGGER a ON leads_m; DROP TRIGGER a ON leads_bare;
SELECT leadscore.rebuild(m) FROM unnest('{m,bare}'::text[]) m;
SELECT leadscore.fold('queued');
SELECT state();

\echo # one that passes over new rows: writers do not try for ever
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
SELECT on_all('CREATE TRIGGER a BEFORE INSERT ON $ FOR EACH ROW EXECUTE FUNCTION nothing()');
INSERT INTO leads VALUES (50); INSERT INTO events VALUES (98), (98), (3);
SELECT leadscore.fold('queued');
SELECT state();
SELECT on_all('DROP TRIGGER a ON $');
SELECT leadscore.rebuild(m) FROM unnest('{m,bare,queued}'::text[]) m;
SELECT state();
SELECT leadscore.drop_model(m) FROM unnest('{m,bare,queued}'::text[]) m;
DROP SCHEMA fire CASCADE;
