-- What is asked about one model does not take longer the more models and tables there are: of the system's catalogs only rows of
-- its tables are read, by index.
SET timezone = 'UTC'; SET client_min_messages = warning; SET track_counts = on;
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA many;
SET search_path = many;
CREATE TABLE leads (id int PRIMARY KEY, country text, company int);
CREATE TABLE companies (id int PRIMARY KEY, industry text);
CREATE TABLE contacts (id int PRIMARY KEY, lead_id int);
CREATE TABLE events (contact int, at timestamptz NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE INDEX ON events (contact);
INSERT INTO companies VALUES (1, 'Software');
INSERT INTO leads VALUES (1, 'DE', 1);
INSERT INTO contacts VALUES (1, 1);
INSERT INTO events VALUES (1, '2026-01-05', 'form');
SELECT leadscore.create_model('many', 'leads', '{"rules":[{"name":"form","on":"form","points":5},{"name":"industry","attribute":"company.industry","values":{"Software":3}},{"name":"country","attribute":"country","values":{"DE":1}}]}');
SELECT leadscore.add_events('many', 'events', lead => 'contact', at => 'at', kind_column => 'kind', via => 'contacts', via_lead => 'lead_id');
SELECT leadscore.add_attributes('many', 'companies', "on" => 'company', as_prefix => 'company');
-- Other tables.
DO $$ BEGIN FOR i IN 1 .. 60 LOOP EXECUTE format('CREATE TABLE many.other_%s (id int PRIMARY KEY, a int, b int, c int)', i); END LOOP; END $$;

-- Catalogs that a statement reads as a whole.
CREATE FUNCTION pg_temp.read_whole(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  before jsonb; problems text;
BEGIN
  before := (SELECT jsonb_object_agg(s.relname, s.seq_scan) FROM pg_stat_xact_sys_tables s WHERE s.schemaname = 'pg_catalog');
  EXECUTE statement INTO problems;
  RETURN concat(problems, ' | ', (SELECT string_agg(s.relname, ', ' ORDER BY s.relname) FROM pg_stat_xact_sys_tables s
                                   WHERE s.relname = ANY ('{pg_attribute,pg_trigger,pg_type,pg_index,pg_depend}') AND s.seq_scan > coalesce((before ->> s.relname)::bigint, 0)));
END $$;
SELECT pg_temp.read_whole('SELECT problems::text FROM leadscore.model_status WHERE model = ''many''');
SELECT pg_temp.read_whole('SELECT leadscore.refresh(''many'')::text');
-- The instrument.
SELECT pg_temp.read_whole('SELECT (count(*) > 0)::text FROM leadscore.upkeep_triggers() u WHERE u.model = ''many''');
-- With problems, too, and where there is something to mend.
ALTER TABLE events DETACH PARTITION events_1;
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
ALTER TABLE companies RENAME industry TO trade;
SELECT pg_temp.read_whole('SELECT array_to_string(problems, E''\n'') FROM leadscore.model_status WHERE model = ''many''');
SELECT pg_temp.read_whole('SELECT leadscore.refresh(''many'')::text');
SELECT pg_temp.read_whole('SELECT array_to_string(problems, E''\n'') FROM leadscore.model_status WHERE model = ''many''');
-- A source whose row somebody deletes by hand is still found.
DELETE FROM leadscore.attribute_source WHERE model = 'many';
SELECT pg_temp.read_whole('SELECT array_to_string(problems, E''\n'') FROM leadscore.model_status WHERE model = ''many''');
SELECT leadscore.refresh('many');
SELECT count(*) FROM leadscore.upkeep_triggers('companies');
SELECT leadscore.rebuild('many');
SELECT problems FROM leadscore.model_status WHERE model = 'many';
-- So is a partition that was truncated before it went, and a partitioned one. What is in no list any more only rebuild() finds.
CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM ('2026-04-01') TO ('2026-05-01') PARTITION BY LIST (kind);
CREATE TABLE events_4_a PARTITION OF events_4 DEFAULT;
SELECT leadscore.refresh('many');
TRUNCATE events_2;
TRUNCATE events_3;
INSERT INTO events VALUES (1, '2026-03-05', 'form');
SELECT table_name, missed FROM leadscore.counted_table WHERE model = 'many' ORDER BY table_oid;
ALTER TABLE events DETACH PARTITION events_2;
ALTER TABLE events DETACH PARTITION events_4;
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'many';
SELECT leadscore.refresh('many'), (SELECT count(*) FROM leadscore.upkeep_triggers('events_2')), (SELECT count(*) FROM leadscore.upkeep_triggers('events_4')), (SELECT count(*) FROM leadscore.upkeep_triggers('events_4_a'));
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'many';
SELECT table_name, missed FROM leadscore.counted_table WHERE model = 'many' ORDER BY table_oid;
SELECT leadscore.rebuild('many');
SELECT table_name, missed FROM leadscore.counted_table WHERE model = 'many' ORDER BY table_oid;
ALTER TABLE events DETACH PARTITION events_3;
DELETE FROM leadscore.counted_table WHERE model = 'many';
SELECT leadscore.refresh('many'), (SELECT count(*) FROM leadscore.upkeep_triggers('events_3'));
SELECT leadscore.rebuild('many');
SELECT count(*) FROM leadscore.upkeep_triggers('events_3');
SELECT leadscore.drop_model('many');
SELECT count(*) FROM leadscore.counted_table WHERE model = 'many';
DROP SCHEMA many CASCADE;
