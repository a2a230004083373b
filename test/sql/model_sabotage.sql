-- Somebody who tampers with the tables and catalogs of his own model: no crash, the CRM writes on, the status tells, and drop_model() clears up.
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
\echo # what is done
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
  -- Spoilt values may be mended by the way.
  IF what NOT LIKE 'UPDATE harm.leads\_going%' THEN
    RETURN NEXT 'told: ' || (SELECT count(*) > 0 FROM pg_temp.problems('going') p WHERE p NOT LIKE '% do not count: no %');
  END IF;
  -- They may fail; what with depends on what is missing.
  FOREACH statement IN ARRAY ARRAY['SELECT leadscore.refresh(''going'')', 'SELECT leadscore.rebuild(''going'')', 'SELECT count(*) FROM leadscore.verify(''going'')', 'SELECT leadscore.score_of(''going'', 1)',
    'SELECT count(*) FROM leadscore.explain_lead(''going'', 1)', 'SELECT leadscore.fold(''going'')', 'SELECT leadscore.set_rules(''going'', ''{"rules":[]}'')', 'SELECT count(*) FROM harm.leads_going_scores'] LOOP
    answer := pg_temp.outcome(statement);
    IF answer LIKE 'XX%' THEN RETURN NEXT statement || ': ' || answer; END IF;
  END LOOP;
  answer := pg_temp.outcome('SELECT leadscore.drop_model(''going'') IS NULL');
  IF answer <> 'false' THEN RETURN NEXT 'drop_model: ' || answer; END IF;
  IF EXISTS (SELECT FROM leadscore.model WHERE name = 'going') THEN RETURN NEXT 'the model is still there'; END IF;
  SELECT string_agg(relname, ', ' ORDER BY relname) INTO got FROM pg_class WHERE relnamespace = 'harm'::regnamespace AND relname LIKE '%going%';
  IF got IS NOT NULL THEN RETURN NEXT 'left behind: ' || got; EXECUTE (SELECT string_agg(format('DROP %s IF EXISTS harm.%I CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, relname), ';')
    FROM pg_class WHERE relnamespace = 'harm'::regnamespace AND relname LIKE '%going%' AND relkind IN ('r', 'v')); END IF;
END $$;
SELECT format('SELECT pg_temp.without(%L)', what) FROM unnest(ARRAY[
    'DROP TABLE harm.leads_going', 'DROP TABLE harm.leads_going CASCADE', 'DROP TABLE harm.leads_going_stage_change CASCADE', 'DROP TABLE harm.leads_going_adjustment CASCADE',
    'DROP TABLE harm.leads_going_refused CASCADE', 'DROP TABLE harm.leads_going_queue CASCADE', 'DROP VIEW harm.leads_going_scores CASCADE',
    'ALTER TABLE harm.leads_going DROP COLUMN tally CASCADE', 'ALTER TABLE harm.leads_going DROP COLUMN labels CASCADE',
    'DELETE FROM leadscore.rules_version WHERE model = ''going''', 'DELETE FROM leadscore.evidence_set WHERE model = ''going''',
    'DELETE FROM leadscore.model WHERE name = ''going''', 'DELETE FROM leadscore.event_source WHERE model = ''going''',
    'DELETE FROM leadscore.attribute_source WHERE model = ''going''', 'UPDATE leadscore.rules_version SET rules = ''{"rules":[]}'' WHERE model = ''going''',
    'UPDATE leadscore.model SET version = 17 WHERE name = ''going''', 'UPDATE harm.leads_going SET tally = ''\x07ffff'', recent = ''\x01ff''',
    'UPDATE harm.leads_going SET adjustments = ''{"x":[1,null]}''', 'UPDATE harm.leads_going SET evidence = 99', 'UPDATE harm.leads_going SET version = 99',
    'DELETE FROM harm.leads_going', 'ALTER TABLE harm.leads_going ALTER COLUMN stage TYPE int USING 5', 'ALTER TABLE harm.leads_going ALTER COLUMN tally TYPE int USING 1',
    'ALTER TABLE harm.leads_going ALTER COLUMN recent TYPE bigint USING 1', 'ALTER TABLE harm.leads_going ALTER COLUMN dimensions TYPE int[] USING ''{1}''',
    'ALTER TABLE harm.leads_going ALTER COLUMN labels TYPE int USING 1', 'ALTER TABLE harm.leads_going ALTER COLUMN adjustments TYPE text USING ''[''',
    'ALTER TABLE harm.leads_going ALTER COLUMN score TYPE int USING 7', 'ALTER TABLE harm.leads_going ALTER COLUMN present TYPE text',
    'ALTER TABLE harm.leads_going ALTER COLUMN lead_id TYPE text', 'ALTER TABLE harm.leads_going ALTER COLUMN lead_id TYPE bigint',
    'ALTER TABLE harm.leads_going ADD COLUMN mine text DEFAULT ''x''',  'ALTER TABLE harm.leads_going DROP CONSTRAINT leads_going_pkey', 'CREATE INDEX ON harm.leads_going (stage)', 'ALTER TABLE harm.leads_going SET UNLOGGED',
    'ALTER TABLE harm.leads_going_stage_change DROP COLUMN why CASCADE', 'ALTER TABLE harm.leads_going_refused DROP COLUMN reason']) what
\gexec
DROP SCHEMA harm CASCADE;
