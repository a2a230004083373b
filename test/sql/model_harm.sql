-- Upkeep never breaks the CRM: whatever is in the data, and whatever happens to tables and columns, the write succeeds, and the
-- model's status says what is wrong.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA harm;

CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text; hint text;
BEGIN
  IF query LIKE 'SELECT%' THEN EXECUTE query INTO got; ELSE EXECUTE query; END IF;
  RETURN coalesce(got, 'done');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;
CREATE FUNCTION pg_temp.problems(model text) RETURNS SETOF text LANGUAGE sql AS $$ SELECT p FROM leadscore.model_status s, unnest(s.problems) p WHERE s.model = $1 ORDER BY p COLLATE "C" $$;
\set rules '{"rules":[{"name":"country","if":{"country":"DE"},"points":3},{"name":"visits","on":"visit","points":10},{"name":"seconds","on":"*","measure":{"sum":"seconds"},"points":1},{"name":"a b","on":"form","if":{"a.b":1},"points":5}],"score":{"min":-1000000,"max":1000000},"stages":[{"name":"cold"},{"name":"warm","from":20},{"name":"hot","from":50}]}'

\echo # events that cannot count
CREATE TABLE harm.leads (id int PRIMARY KEY, country text, extra jsonb);
CREATE TABLE harm.events (id serial, lead int, at timestamptz, kind text, payload json);
INSERT INTO harm.leads VALUES (1, 'DE'), (2, NULL);
SELECT leadscore.create_model('harm', 'harm.leads', :'rules');
SELECT leadscore.add_events('harm', 'harm.events', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'payload');
INSERT INTO harm.events (lead, at, kind, payload) VALUES
    (1, NULL, 'visit', NULL), (1, 'infinity', 'visit', NULL), (1, '-infinity', 'visit', NULL), (1, '2026-01-01Z', NULL, NULL), (NULL, '2026-01-01Z', 'visit', NULL),
    (1, '4714-11-24 00:00:00Z BC', 'visit', NULL), (1, '294276-12-31 23:59:59Z', 'visit', NULL), (2, '2026-01-01Z', 'visit', NULL);
SELECT id, lead_score, lead_stage FROM harm.leads ORDER BY 1;
INSERT INTO harm.events (lead, at, kind, payload)
SELECT 1, '2026-01-01Z', 'form', p::json FROM unnest(ARRAY['{"seconds":"5"}', '{"seconds":1e300}', '{"seconds":-1e300}', '{"seconds":1e-300}', '{"a":"\u0000","seconds":3}', '{"a":{"b":1}}', '[1,2]', '"x"', '7', 'null', 'true', '{}',
    '{"seconds":[1,2]}', '{"seconds":{"x":1}}', '{"seconds":null}', '{"seconds":true}', '{"a":{"b":1},"a":{"b":2}}', '{"\u0000":1}', '{"a":"\ud800"}', '{"seconds":99999999999999999999999999}', '{"seconds": 1e999999}',
    (SELECT repeat('[', 3000) || repeat(']', 3000))]) p;
SELECT id, lead_score, lead_stage FROM harm.leads ORDER BY 1;
SELECT * FROM leadscore.verify('harm');
SELECT refused FROM leadscore.model_status WHERE model = 'harm';
SELECT source, reason, sum(events) FROM harm.leads_harm_refused GROUP BY 1, 2 ORDER BY source COLLATE "C", reason COLLATE "C";
SELECT leadscore.refresh('harm') IS NOT NULL;
SELECT source, reason, events FROM harm.leads_harm_refused ORDER BY source COLLATE "C", reason COLLATE "C";
SELECT * FROM pg_temp.problems('harm');
-- Mended, or deleted: it is not refused any longer.
UPDATE harm.events SET at = '2026-01-02Z' WHERE at IS NULL OR NOT isfinite(at);
UPDATE harm.events SET kind = 'form' WHERE kind IS NULL;
DELETE FROM harm.events WHERE lead IS NULL;
SELECT refused FROM leadscore.model_status WHERE model = 'harm';
UPDATE harm.events SET at = NULL WHERE lead = 2;
SELECT refused FROM leadscore.model_status WHERE model = 'harm';
SELECT leadscore.refresh('harm') IS NOT NULL;
SELECT source, reason, sum(events) FROM harm.leads_harm_refused GROUP BY 1, 2 ORDER BY source COLLATE "C", reason COLLATE "C";
SELECT id, lead_score, lead_stage FROM harm.leads ORDER BY 1;
SELECT * FROM leadscore.verify('harm');
-- Attributes as strange.
UPDATE harm.leads SET extra = '{"country":[[]]}', country = repeat('x', 100000) WHERE id = 1;
INSERT INTO harm.leads VALUES (3, U&'\FFFF', '"x"'), (4, '', 'null');
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT * FROM leadscore.verify('harm');
SELECT refused FROM leadscore.model_status WHERE model = 'harm';

\echo # sums beyond any bound, one statement and many
INSERT INTO harm.events (lead, at, kind, payload) SELECT 2, '2026-01-01Z', 'big', '{"seconds":999999999999999}' FROM generate_series(1, 3000);
INSERT INTO harm.events (lead, at, kind, payload) VALUES (2, '2026-01-01Z', 'big', '{"seconds":999999999999999}');
SELECT id, lead_score, lead_stage FROM harm.leads WHERE id = 2;
SELECT * FROM leadscore.verify('harm');
DELETE FROM harm.events WHERE kind = 'big';
SELECT id, lead_score, lead_stage FROM harm.leads WHERE id = 2;
SELECT * FROM leadscore.verify('harm');
SELECT leadscore.drop_model('harm');
DROP TABLE harm.events, harm.leads;

\echo # a leads table that does not take the score
CREATE TABLE harm.leads (id int PRIMARY KEY, country text, touched int DEFAULT 0);
CREATE TABLE harm.events (id serial, lead int, at timestamptz, kind text, seconds int);
INSERT INTO harm.leads VALUES (1), (2), (3);
SELECT leadscore.create_model('harm', 'harm.leads', :'rules');
SELECT leadscore.add_events('harm', 'harm.events', lead => 'lead', at => 'at', kind_column => 'kind');
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE plpgsql AS $$
BEGIN RETURN (SELECT string_agg(concat_ws(' ', l.id, l.lead_score, l.lead_stage, '=', s.score, s.stage), ', ' ORDER BY l.id) FROM harm.leads l LEFT JOIN harm.leads_harm s ON s.lead_id = l.id); END $$;
ALTER TABLE harm.leads ADD CONSTRAINT small CHECK (lead_score < 15);
INSERT INTO harm.events (lead, at, kind) VALUES (1, '2026-01-01Z', 'visit'), (2, '2026-01-01Z', 'visit'), (2, '2026-01-01Z', 'visit'), (3, '2026-01-01Z', 'visit');
SELECT pg_temp.state();
SELECT count(*) FROM pg_temp.problems('harm') p WHERE p LIKE '%harm.leads%';
SELECT lead, what, stored, computed FROM leadscore.verify('harm') ORDER BY 1, 2;
-- Reading is exact, whatever the column could take.
SELECT (leadscore.score_of('harm', 2)).score;
ALTER TABLE harm.leads DROP CONSTRAINT small;
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT pg_temp.state();
SELECT * FROM leadscore.verify('harm');
SELECT count(*) FROM pg_temp.problems('harm') p WHERE p LIKE '%harm.leads%';
-- A trigger of the application's that raises, one that drops the update, one that changes it.
CREATE FUNCTION harm.raise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'scores are not wanted here' USING ERRCODE = 'P4711'; END $$;
CREATE TRIGGER z BEFORE UPDATE ON harm.leads FOR EACH ROW WHEN (NEW.id = 1) EXECUTE FUNCTION harm.raise();
INSERT INTO harm.events (lead, at, kind) VALUES (1, '2026-01-01Z', 'visit'), (3, '2026-01-01Z', 'visit');
SELECT pg_temp.state();
SELECT count(*) FROM pg_temp.problems('harm') p WHERE p LIKE '%harm.leads%';
SELECT pg_temp.outcome($$UPDATE harm.leads SET country = 'DE' WHERE id = 1$$);
DROP TRIGGER z ON harm.leads;
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT pg_temp.state();
CREATE FUNCTION harm.skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER z BEFORE UPDATE ON harm.leads FOR EACH ROW EXECUTE FUNCTION harm.skip();
INSERT INTO harm.events (lead, at, kind) VALUES (1, '2026-01-01Z', 'visit');
SELECT pg_temp.state();
SELECT * FROM leadscore.verify('harm');
DROP TRIGGER z ON harm.leads;
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT pg_temp.state();
CREATE FUNCTION harm.change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.lead_score := -1; NEW.touched := OLD.touched + 1; RETURN NEW; END $$;
CREATE TRIGGER z BEFORE UPDATE ON harm.leads FOR EACH ROW EXECUTE FUNCTION harm.change();
INSERT INTO harm.events (lead, at, kind) VALUES (1, '2026-01-01Z', 'visit');
SELECT * FROM leadscore.verify('harm');
DROP TRIGGER z ON harm.leads;
-- The application writes the columns itself: upkeep has the last word.
UPDATE harm.leads SET lead_score = 77, lead_stage = 'mine' WHERE id = 2;
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT pg_temp.state();
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT * FROM leadscore.verify('harm');
-- Columns that became too small.
ALTER TABLE harm.leads ALTER COLUMN lead_score TYPE numeric(2, 0), ALTER COLUMN lead_stage TYPE varchar(4);
INSERT INTO harm.events (lead, at, kind, seconds) VALUES (2, '2026-01-01Z', 'visit', 1000);
SELECT (leadscore.score_of('harm', 2)).*;
SELECT count(*) FROM pg_temp.problems('harm') p WHERE p LIKE '%harm.leads%';
ALTER TABLE harm.leads ALTER COLUMN lead_score TYPE text, ALTER COLUMN lead_stage TYPE text;
INSERT INTO harm.events (lead, at, kind, seconds) VALUES (3, '2026-01-01Z', 'visit', 1);
SELECT (leadscore.score_of('harm', 3)).score;
SELECT count(*) FROM pg_temp.problems('harm') p WHERE p LIKE '%harm.leads%';
ALTER TABLE harm.leads ALTER COLUMN lead_score TYPE numeric USING NULL;
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT * FROM leadscore.verify('harm');
-- Constraints and indexes a score does not fit.
CREATE TABLE harm.stages (name text PRIMARY KEY);
INSERT INTO harm.stages VALUES ('cold'), ('warm');
CREATE DOMAIN harm.small AS numeric CHECK (VALUE < 100);
CREATE FUNCTION pg_temp.with_constraint(make text, undo text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM harm.events;
  RETURN NEXT '--- ' || make;
  EXECUTE make;
  RETURN NEXT pg_temp.outcome('INSERT INTO harm.events (lead, at, kind, seconds) VALUES (1, ''2026-01-01Z'', ''visit'', 990), (2, ''2026-01-01Z'', ''visit'', 990)');
  RETURN NEXT 'columns: ' || (SELECT string_agg(concat_ws(' ', id, lead_score, lead_stage), ', ' ORDER BY id) FROM harm.leads WHERE id < 3);
  RETURN NEXT 'scores: ' || (SELECT string_agg(concat_ws(' ', lead_id, score, stage), ', ' ORDER BY lead_id) FROM harm.leads_harm WHERE lead_id < 3);
  RETURN NEXT 'told: ' || (SELECT count(*) > 0 FROM pg_temp.problems('harm') p WHERE p LIKE '%harm.leads%');
  EXECUTE undo;
  PERFORM leadscore.rebuild('harm');
  RETURN NEXT 'mended: ' || (SELECT string_agg(concat_ws(' ', id, lead_score, lead_stage), ', ' ORDER BY id) FROM harm.leads WHERE id < 3);
  RETURN NEXT 'wrong: ' || (SELECT count(*) FROM leadscore.verify('harm'));
  RETURN NEXT 'still told: ' || (SELECT count(*) > 0 FROM pg_temp.problems('harm') p WHERE p LIKE '%harm.leads%');
END $$;
SELECT format('SELECT pg_temp.with_constraint(%L, %L)', make, undo) FROM (VALUES
    ('ALTER TABLE harm.leads ADD CONSTRAINT one_of FOREIGN KEY (lead_stage) REFERENCES harm.stages', 'ALTER TABLE harm.leads DROP CONSTRAINT one_of'),
    ('ALTER TABLE harm.leads ALTER COLUMN lead_stage SET NOT NULL', 'ALTER TABLE harm.leads ALTER COLUMN lead_stage DROP NOT NULL'),
    ('CREATE UNIQUE INDEX one_each ON harm.leads (lead_score) WHERE id < 3 AND lead_score > 900', 'DROP INDEX harm.one_each'),
    ('CREATE INDEX divided ON harm.leads ((1 / (lead_score - 1000)))', 'DROP INDEX harm.divided'),
    ('ALTER TABLE harm.leads ALTER COLUMN lead_score TYPE harm.small', 'ALTER TABLE harm.leads ALTER COLUMN lead_score TYPE numeric'),
    ('ALTER TABLE harm.leads ADD CONSTRAINT other_half EXCLUDE USING btree (lead_stage WITH =) WHERE (lead_stage = ''hot'')', 'ALTER TABLE harm.leads DROP CONSTRAINT other_half'),
    ('CREATE RULE nothing AS ON UPDATE TO harm.leads DO INSTEAD NOTHING', 'DROP RULE nothing ON harm.leads'),
    ('ALTER TABLE harm.leads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', 'ALTER TABLE harm.leads DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY')) v(make, undo)
\gexec
-- An application that acts on the stage: it writes an event, which counts; and it changes an attribute.
CREATE FUNCTION harm.act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO harm.events (lead, at, kind, seconds) VALUES (NEW.id, '2026-01-03Z', 'became ' || NEW.lead_stage, 1);
  UPDATE harm.leads SET touched = touched + 1, country = 'DE' WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER act AFTER UPDATE ON harm.leads FOR EACH ROW WHEN (OLD.lead_stage IS DISTINCT FROM NEW.lead_stage) EXECUTE FUNCTION harm.act();
INSERT INTO harm.leads VALUES (4);
INSERT INTO harm.events (lead, at, kind) VALUES (4, '2026-01-01Z', 'visit'), (4, '2026-01-01Z', 'visit');
SELECT id, lead_score, lead_stage, country, touched FROM harm.leads WHERE id = 4;
SELECT old_stage, new_stage FROM harm.leads_harm_stage_change WHERE lead_id = 4 ORDER BY 1;
SELECT * FROM leadscore.verify('harm');
DROP TRIGGER act ON harm.leads;
-- One that deletes the lead it is told of.
CREATE FUNCTION harm.remove() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM harm.leads WHERE id = NEW.id; RETURN NULL; END $$;
CREATE TRIGGER remove AFTER UPDATE ON harm.leads FOR EACH ROW EXECUTE FUNCTION harm.remove();
INSERT INTO harm.events (lead, at, kind) VALUES (4, '2026-01-01Z', 'visit');
SELECT count(*) FROM harm.leads WHERE id = 4;
SELECT * FROM leadscore.verify('harm');
DROP TRIGGER remove ON harm.leads;

\echo # triggers that did not fire
ALTER TABLE harm.events DISABLE TRIGGER ALL;
INSERT INTO harm.events (lead, at, kind) VALUES (1, '2026-01-01Z', 'visit');
SELECT * FROM pg_temp.problems('harm');
ALTER TABLE harm.events ENABLE TRIGGER ALL;
SELECT count(*) > 0 FROM leadscore.verify('harm');
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT * FROM leadscore.verify('harm');
DROP TRIGGER leadscore_harm_events1_insert ON harm.events;
INSERT INTO harm.events (lead, at, kind) VALUES (1, '2026-01-01Z', 'visit');
SELECT * FROM pg_temp.problems('harm');
SELECT leadscore.refresh('harm') IS NOT NULL;
SELECT * FROM pg_temp.problems('harm');
SELECT leadscore.rebuild('harm') IS NOT NULL;

\echo # renames: followed
ALTER TABLE harm.events RENAME COLUMN lead TO lead_id;
INSERT INTO harm.events (lead_id, at, kind) VALUES (1, '2026-01-01Z', 'visit');
ALTER TABLE harm.events RENAME COLUMN at TO happened;
INSERT INTO harm.events (lead_id, happened, kind) VALUES (1, '2026-01-01Z', 'visit');
ALTER TABLE harm.events RENAME COLUMN kind TO type;
INSERT INTO harm.events (lead_id, happened, type) VALUES (1, '2026-01-01Z', 'visit');
ALTER TABLE harm.leads RENAME COLUMN id TO lead_id;
INSERT INTO harm.leads (lead_id) VALUES (6);
INSERT INTO harm.events (lead_id, happened, type) VALUES (6, '2026-01-01Z', 'visit');
ALTER TABLE harm.leads RENAME COLUMN lead_score TO points;
ALTER TABLE harm.leads RENAME COLUMN lead_stage TO phase;
INSERT INTO harm.events (lead_id, happened, type) VALUES (6, '2026-01-01Z', 'visit');
ALTER TABLE harm.leads RENAME TO people;
INSERT INTO harm.people (lead_id) VALUES (7);
ALTER TABLE harm.events RENAME TO happenings;
INSERT INTO harm.happenings (lead_id, happened, type) VALUES (7, '2026-01-01Z', 'visit');
ALTER SCHEMA harm RENAME TO harmed;
INSERT INTO harmed.happenings (lead_id, happened, type) VALUES (7, '2026-01-01Z', 'visit');
ALTER SCHEMA harmed RENAME TO harm;
ALTER TABLE harm.people SET SCHEMA public;
INSERT INTO harm.happenings (lead_id, happened, type) VALUES (7, '2026-01-01Z', 'visit');
ALTER TABLE public.people SET SCHEMA harm;
-- Two columns that change names.
ALTER TABLE harm.happenings RENAME COLUMN happened TO swap;
ALTER TABLE harm.happenings ADD COLUMN happened timestamptz DEFAULT '2001-01-01Z';
INSERT INTO harm.happenings (lead_id, swap, type) VALUES (7, '2026-01-01Z', 'visit');
SELECT lead_id, points, phase FROM harm.people ORDER BY 1;
SELECT * FROM leadscore.verify('harm');
SELECT * FROM pg_temp.problems('harm');
SELECT leadscore.refresh('harm') IS NOT NULL;
SELECT leads, key_columns, score_column, stage_column FROM leadscore.model WHERE name = 'harm';
SELECT events, lead_columns, at_column, kind_column FROM leadscore.event_source WHERE model = 'harm';
ALTER TABLE harm.leads_harm RENAME TO own_scores;
INSERT INTO harm.happenings (lead_id, swap, type) VALUES (7, '2026-01-01Z', 'visit');
SELECT lead_id, points, phase FROM harm.people WHERE lead_id = 7;
ALTER TABLE harm.own_scores RENAME TO leads_harm;
SELECT leadscore.refresh('harm') IS NOT NULL;
SELECT * FROM leadscore.verify('harm');
-- A column of the old name beside the renamed one: names are what counts, and verify shows it.
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT lead_id, points, phase FROM harm.people ORDER BY 1;
SELECT * FROM leadscore.verify('harm');
-- A key of another type: the views of the model hold the old one.
SELECT pg_temp.outcome('ALTER TABLE harm.people ALTER COLUMN lead_id TYPE bigint');
SELECT leadscore.drop_views('harm');
SELECT pg_temp.outcome('ALTER TABLE harm.people ALTER COLUMN lead_id TYPE bigint');
ALTER TABLE harm.happenings ALTER COLUMN lead_id TYPE bigint;
SELECT pg_temp.outcome('INSERT INTO harm.people (lead_id) VALUES (5000000000)');
SELECT pg_temp.outcome($$INSERT INTO harm.happenings (lead_id, happened, type) VALUES (7, '2026-01-01Z', 'visit'), (5000000000, '2026-01-01Z', 'visit')$$);
SELECT * FROM pg_temp.problems('harm');
SELECT lead_id, points, phase FROM harm.people WHERE lead_id >= 7 ORDER BY 1;
-- rebuild() follows.
SELECT leadscore.rebuild('harm') IS NOT NULL;
SELECT lead_id, points, phase FROM harm.people WHERE lead_id >= 7 ORDER BY 1;
SELECT * FROM pg_temp.problems('harm');
INSERT INTO harm.happenings (lead_id, happened, type) VALUES (5000000000, '2026-01-01Z', 'visit');
SELECT lead_id, points, phase FROM harm.people WHERE lead_id > 7;
SELECT * FROM leadscore.verify('harm');
SELECT leadscore.drop_model('harm');
DROP TABLE harm.happenings, harm.people;

\echo # things that go: each time the CRM writes on, and the status says what is missing
CREATE FUNCTION pg_temp.begin_again() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM leadscore.model WHERE name = 'going') THEN PERFORM leadscore.drop_model('going'); END IF;
  DELETE FROM leadscore.rules_version WHERE model = 'going';
  DELETE FROM leadscore.evidence_set WHERE model = 'going';
  DELETE FROM leadscore.event_source WHERE model = 'going';
  DELETE FROM leadscore.attribute_source WHERE model = 'going';
  DROP TABLE IF EXISTS harm.leads, harm.events, harm.more_events, harm.firms CASCADE;
  CREATE TABLE harm.firms (id int PRIMARY KEY, size int);
  INSERT INTO harm.firms VALUES (1, 5), (2, 0);
  CREATE TABLE harm.leads (id int PRIMARY KEY, firm int, country text);
  CREATE TABLE harm.events (lead int, at timestamptz, kind text, payload jsonb);
  CREATE TABLE harm.more_events (lead int, at timestamptz);
  INSERT INTO harm.leads VALUES (1, 1, 'DE');
  PERFORM leadscore.create_model('going', 'harm.leads', '{"rules":[{"name":"country","if":{"country":"DE"},"points":3},{"name":"size","attribute":"firm.size","bands":[{"from":1,"points":7}]},
    {"name":"visits","on":"visit","points":10},{"name":"pages","on":"visit","measure":{"sum":"pages"},"points":1},{"name":"more","on":"more","points":100}],"score":{"max":10000},"stages":[{"name":"low"},{"name":"high","from":10}]}');
  PERFORM leadscore.add_events('going', 'harm.events', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'payload');
  PERFORM leadscore.add_events('going', 'harm.more_events', lead => 'lead', at => 'at', kind => 'more');
  PERFORM leadscore.add_attributes('going', 'harm.firms', "on" => 'firm', as_prefix => 'firm');
  INSERT INTO harm.events VALUES (1, '2026-01-01Z', 'visit', '{"pages":2}');
END $$;
-- What is done; then a write to each table that is still there, what the status says, and whether it can be dropped in the end.
CREATE FUNCTION pg_temp.without(what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE statement text; got text; answer text;
BEGIN
  PERFORM pg_temp.begin_again();
  RETURN NEXT '--- ' || what;
  -- Views would hold the types of columns.
  IF what LIKE 'ALTER TABLE harm.leads\_going ALTER%' THEN PERFORM leadscore.drop_views('going'); END IF;
  answer := pg_temp.outcome(what);
  IF answer <> 'done' THEN RETURN NEXT answer; END IF;
  FOREACH statement IN ARRAY ARRAY['INSERT INTO harm.events DEFAULT VALUES', 'INSERT INTO harm.events (lead) VALUES (1)', 'INSERT INTO harm.more_events VALUES (1, ''2026-01-01Z'')', 'UPDATE harm.events SET ctid = ctid WHERE false',
    'UPDATE harm.more_events SET lead = 2', 'DELETE FROM harm.events', 'TRUNCATE harm.more_events', 'INSERT INTO harm.leads (id) VALUES (2)', 'UPDATE harm.leads SET firm = 2', 'UPDATE harm.firms SET size = size + 1',
    'DELETE FROM harm.leads WHERE id = 1', 'DELETE FROM harm.firms WHERE id = 2', 'TRUNCATE harm.leads'] LOOP
    answer := pg_temp.outcome(statement);
    IF answer <> 'done' AND answer NOT LIKE '42P01 relation "harm.%' AND answer NOT LIKE '42703%ctid%' AND answer NOT LIKE '0A000 cannot assign to system%' THEN RETURN NEXT statement || ': ' || answer; END IF;
  END LOOP;
  RETURN QUERY SELECT 'problem: ' || regexp_replace(p, '\d{5,}', '<oid>', 'g') FROM pg_temp.problems('going') p;
  FOR statement IN SELECT 'SELECT ' || m[1] FROM pg_temp.problems('going') p, regexp_match(p, '(leadscore\.drop_(?:events|attributes)\([^)]*\))') m WHERE m IS NOT NULL LOOP
    RETURN NEXT 'advice: ' || pg_temp.outcome(statement);
  END LOOP;
  FOREACH statement IN ARRAY ARRAY['SELECT leadscore.refresh(''going'') >= 0', 'SELECT leadscore.rebuild(''going'') IS NULL', 'SELECT count(*) >= 0 FROM leadscore.verify(''going'')', 'SELECT leadscore.score_of(''going'', 1) IS NULL',
    'INSERT INTO harm.events (lead, at, kind) VALUES (''2'', ''2026-01-01Z'', ''visit'')', 'SELECT count(*) > 0 FROM leadscore.verify(''going'')', 'SELECT leadscore.drop_model(''going'') IS NULL'] LOOP
    answer := pg_temp.outcome(statement);
    IF answer <> 'done' AND (answer !~ '^[tf]' OR answer = 'true' AND statement LIKE '%> 0%') THEN RETURN NEXT statement || ': ' || answer; END IF;
  END LOOP;
  IF EXISTS (SELECT FROM leadscore.model WHERE name = 'going') THEN RETURN NEXT 'the model is still there'; END IF;
  SELECT string_agg(relname, ', ' ORDER BY relname) INTO got FROM pg_class WHERE relnamespace = 'harm'::regnamespace AND relname LIKE '%going%';
  IF got IS NOT NULL THEN RETURN NEXT 'left behind: ' || got; EXECUTE (SELECT string_agg(format('DROP %s IF EXISTS harm.%I CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, relname), ';')
    FROM pg_class WHERE relnamespace = 'harm'::regnamespace AND relname LIKE '%going%' AND relkind IN ('r', 'v')); END IF;
END $$;
SELECT format('SELECT pg_temp.without(%L)', what) FROM unnest(ARRAY[
    'SELECT ''nothing at all'' WHERE false', 'ALTER TABLE harm.leads DROP COLUMN country', 'ALTER TABLE harm.leads DROP COLUMN firm',
    'ALTER TABLE harm.leads DROP COLUMN lead_score', 'ALTER TABLE harm.leads DROP COLUMN lead_stage', 'ALTER TABLE harm.leads ALTER COLUMN country TYPE char(5)',
    'ALTER TABLE harm.leads ADD COLUMN lead_extra int DEFAULT 7', 'ALTER TABLE harm.leads ALTER COLUMN country SET NOT NULL', 'ALTER TABLE harm.events ADD COLUMN other jsonb',
    'ALTER TABLE harm.events DROP COLUMN payload', 'ALTER TABLE harm.events DROP COLUMN at', 'ALTER TABLE harm.events DROP COLUMN lead', 'ALTER TABLE harm.events DROP COLUMN kind',
    'ALTER TABLE harm.more_events DROP COLUMN lead', 'ALTER TABLE harm.events ALTER COLUMN at TYPE text', 'ALTER TABLE harm.events ALTER COLUMN lead TYPE text',
    'ALTER TABLE harm.events ALTER COLUMN payload TYPE text', 'ALTER TABLE harm.events ALTER COLUMN lead TYPE bigint', 'ALTER TABLE harm.events ALTER COLUMN at TYPE date',
    'ALTER TABLE harm.events ALTER COLUMN at TYPE timestamp', 'ALTER TABLE harm.firms DROP COLUMN size', 'ALTER TABLE harm.firms ADD COLUMN size int', 'DROP TABLE harm.events',
    'DROP TABLE harm.more_events', 'DROP TABLE harm.leads', 'DROP TABLE harm.leads CASCADE', 'ALTER TABLE harm.leads DROP CONSTRAINT leads_pkey',
    'ALTER TABLE harm.leads DROP COLUMN id CASCADE', 'DROP TABLE harm.firms', 'DROP TABLE harm.firms CASCADE']) what
\gexec
DROP SCHEMA harm CASCADE;
