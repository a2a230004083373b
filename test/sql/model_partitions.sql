-- Partitioned and inherited tables under a model: written through the parent and straight into leaves, by COPY, rows that move,
-- partitions that come and go, foreign and inheritance children.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA parts;

CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
  EXECUTE query;
  RETURN 'done';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;

-- Leads by region, one leaf with another order of columns; events by year, the year 2022 by kind again.
CREATE TABLE parts.leads (region text, id int, vip boolean, PRIMARY KEY (region, id)) PARTITION BY LIST (region);
CREATE TABLE parts.leads_north (junk int, vip boolean, id int NOT NULL, region text NOT NULL);
ALTER TABLE parts.leads_north DROP COLUMN junk;
ALTER TABLE parts.leads ATTACH PARTITION parts.leads_north FOR VALUES IN ('north');
CREATE TABLE parts.leads_rest PARTITION OF parts.leads DEFAULT;
CREATE TABLE parts.events (region text, lead int, at timestamptz, kind text, pages int) PARTITION BY RANGE (at);
CREATE TABLE parts.events_2021 PARTITION OF parts.events FOR VALUES FROM ('2021-01-01Z') TO ('2022-01-01Z');
CREATE TABLE parts.events_2022 PARTITION OF parts.events FOR VALUES FROM ('2022-01-01Z') TO ('2023-01-01Z') PARTITION BY LIST (kind);
CREATE TABLE parts.events_2022_visit (kind text, pages int, dropped int, at timestamptz, lead int, region text);
ALTER TABLE parts.events_2022_visit DROP COLUMN dropped;
ALTER TABLE parts.events_2022 ATTACH PARTITION parts.events_2022_visit FOR VALUES IN ('visit');
CREATE TABLE parts.events_2022_rest PARTITION OF parts.events_2022 DEFAULT;

INSERT INTO parts.leads VALUES ('north', 1, false), ('north', 2, true), ('south', 1, NULL), ('west', 1, true);
INSERT INTO parts.events VALUES ('north', 1, '2021-05-05Z', 'visit', 3), ('south', 1, '2022-05-05Z', 'visit', 4), ('south', 1, '2022-05-06Z', 'form', NULL);

SELECT leadscore.create_model('p', 'parts.leads', '{"rules":[{"name":"vip","if":{"vip":true},"points":100},{"name":"visits","on":"visit","points":10},{"name":"pages","on":"visit","measure":{"sum":"pages"},"points":1},
  {"name":"forms","on":"form","points":-50}],"score":{"min":-10000,"max":10000},"stages":[{"name":"low"},{"name":"high","from":100}]}');
SELECT leadscore.add_events('p', 'parts.events', lead => '{region,lead}'::name[], at => 'at', kind_column => 'kind');

-- The rows themselves are read from the leaves: what the parent tells must be there.
CREATE VIEW pg_temp.state AS
SELECT string_agg(concat_ws(' ', region, id, lead_score, lead_stage), ', ' ORDER BY region COLLATE "C", id) AS leads,
       (SELECT count(*) FROM leadscore.verify('p')) AS wrong
  FROM parts.leads;
CREATE VIEW pg_temp.wrong AS SELECT * FROM leadscore.verify('p') ORDER BY lead COLLATE "C", what COLLATE "C";
SELECT * FROM pg_temp.state;
-- One trigger for each kind of write on every table of both trees, and none twice.
SELECT tgrelid::regclass, count(*), count(DISTINCT (tgtype, tgargs)), bool_and(tgenabled = 'O'), bool_and(tgparentid = 0) FROM pg_trigger WHERE tgname LIKE 'leadscore\_p\_%' GROUP BY 1 ORDER BY tgrelid::regclass::text COLLATE "C";

\echo # writes through the parent, a parent of leaves, and leaves
INSERT INTO parts.events VALUES ('north', 1, '2022-01-01Z', 'visit', 5), ('west', 1, '2021-01-01Z', 'form', 5);
SELECT * FROM pg_temp.state;
INSERT INTO parts.events_2022 VALUES ('north', 1, '2022-01-01Z', 'visit', 7);
SELECT * FROM pg_temp.state;
INSERT INTO parts.events_2022_visit (region, lead, at, kind, pages) VALUES ('north', 1, '2022-01-01Z', 'visit', 9);
SELECT * FROM pg_temp.state;
COPY parts.events (region, lead, at, kind, pages) FROM stdin;
north	2	2021-07-01Z	visit	1
west	1	2022-07-01Z	visit	2
west	1	2022-07-01Z	form	\N
\.
COPY parts.events_2021 (region, lead, at, kind, pages) FROM stdin;
north	2	2021-07-01Z	visit	1
\.
SELECT * FROM pg_temp.state;
UPDATE parts.events SET pages = pages + 1;
UPDATE parts.events_2022_visit SET pages = pages - 1, lead = 1, region = 'south' WHERE lead = 1 AND region = 'west';
SELECT * FROM pg_temp.state;
DELETE FROM parts.events_2022_rest WHERE region = 'west';
DELETE FROM parts.events WHERE pages > 9;
SELECT * FROM pg_temp.state;
WITH moved AS (DELETE FROM parts.events_2021 WHERE lead = 2 RETURNING *), put AS (INSERT INTO parts.events SELECT region, 1, at + interval '1 year', kind, pages FROM moved RETURNING 1)
UPDATE parts.leads SET vip = NOT vip WHERE region = 'north';
SELECT * FROM pg_temp.state;

\echo # rows that move between partitions
UPDATE parts.events SET at = '2022-12-31Z' WHERE at < '2022-01-01Z';
SELECT * FROM pg_temp.state;
UPDATE parts.events SET kind = 'form' WHERE region = 'south' AND kind = 'visit';
SELECT * FROM pg_temp.state;
UPDATE parts.events_2022 SET kind = 'visit' WHERE kind = 'form';
SELECT * FROM pg_temp.state;
SELECT pg_temp.outcome($$UPDATE parts.events_2022_visit SET kind = 'form'$$);
-- A lead that moves to another region has another key: its events stay behind.
UPDATE parts.leads SET region = 'east' WHERE region = 'south';
SELECT * FROM pg_temp.state;
UPDATE parts.leads SET region = 'south' WHERE region = 'east';
UPDATE parts.leads_north SET vip = true;
INSERT INTO parts.leads_rest VALUES ('east', 5, true);
INSERT INTO parts.leads_north (region, id, vip) VALUES ('north', 3, true);
SELECT * FROM pg_temp.state;
DELETE FROM parts.leads_rest WHERE region = 'east';
SELECT * FROM pg_temp.state;

\echo # ATTACH: what is in the new partition counts after rebuild, what is written to it later at once or after refresh
CREATE TABLE parts.events_2023 (LIKE parts.events);
INSERT INTO parts.events_2023 VALUES ('north', 1, '2023-01-01Z', 'visit', 1000);
ALTER TABLE parts.events ATTACH PARTITION parts.events_2023 FOR VALUES FROM ('2023-01-01Z') TO ('2024-01-01Z');
SELECT * FROM pg_temp.wrong;
SELECT leadscore.rebuild('p') IS NOT NULL;
SELECT * FROM pg_temp.state;
-- Through the parent at once; straight into the new leaf the trigger is missing until refresh.
CREATE TABLE parts.events_2024 PARTITION OF parts.events FOR VALUES FROM ('2024-01-01Z') TO ('2029-01-01Z');
INSERT INTO parts.events VALUES ('north', 1, '2024-01-01Z', 'visit', 100);
SELECT * FROM pg_temp.state;
INSERT INTO parts.events_2024 VALUES ('north', 1, '2024-01-01Z', 'visit', 200);
SELECT wrong FROM pg_temp.state;
SELECT problems FROM leadscore.model_status WHERE model = 'p';
SELECT leadscore.refresh('p') IS NOT NULL;
INSERT INTO parts.events_2024 VALUES ('north', 1, '2024-01-01Z', 'visit', 400);
SELECT leadscore.rebuild('p') IS NOT NULL;
SELECT * FROM pg_temp.state;
SELECT problems FROM leadscore.model_status WHERE model = 'p';
SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE tgname LIKE 'leadscore\_p\_%' AND tgrelid::regclass::text ~ '202[34]' GROUP BY 1 ORDER BY tgrelid::regclass::text COLLATE "C";

\echo # DETACH: its rows count until rebuild; afterwards nothing written to it does
ALTER TABLE parts.events DETACH PARTITION parts.events_2024;
SELECT * FROM pg_temp.wrong;
SELECT leadscore.rebuild('p') IS NOT NULL;
SELECT * FROM pg_temp.state;
INSERT INTO parts.events_2024 VALUES ('north', 1, '2024-01-01Z', 'visit', 800);
SELECT * FROM pg_temp.state;
SELECT count(*) AS triggers_left FROM pg_trigger WHERE tgname LIKE 'leadscore\_p\_%' AND tgrelid = 'parts.events_2024'::regclass;
DROP TABLE parts.events_2023;
SELECT * FROM pg_temp.wrong;
SELECT leadscore.rebuild('p') IS NOT NULL;
SELECT * FROM pg_temp.state;

\echo # TRUNCATE of a leaf, a parent of leaves, the parent
INSERT INTO parts.events VALUES ('west', 1, '2021-01-01Z', 'visit', 1), ('west', 1, '2022-01-01Z', 'visit', 2), ('west', 1, '2022-01-01Z', 'form', 4);
SELECT * FROM pg_temp.state;
TRUNCATE parts.events_2022_visit;
SELECT * FROM pg_temp.state;
TRUNCATE parts.events_2022;
SELECT * FROM pg_temp.state;
BEGIN;
TRUNCATE parts.events;
SELECT * FROM pg_temp.state;
INSERT INTO parts.events VALUES ('west', 1, '2021-01-01Z', 'visit', 8);
SELECT * FROM pg_temp.state;
ROLLBACK;
SELECT * FROM pg_temp.state;
TRUNCATE parts.events, parts.events_2021;
SELECT * FROM pg_temp.state;
TRUNCATE parts.leads_north;
SELECT * FROM pg_temp.state;
INSERT INTO parts.events VALUES ('west', 1, '2021-01-01Z', 'visit', 1), ('north', 1, '2022-01-01Z', 'visit', 2);
TRUNCATE parts.leads;
SELECT * FROM pg_temp.state;
INSERT INTO parts.leads VALUES ('north', 1, false);
SELECT * FROM pg_temp.state;

\echo # dropping takes every trigger along, in all leaves
SELECT leadscore.drop_events('p', 'parts.events');
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'leadscore\_p\_%' AND tgrelid::regclass::text LIKE 'parts.event%';
SELECT * FROM pg_temp.state;
-- What others made of the columns holds them.
SELECT pg_temp.outcome($$SELECT leadscore.drop_model('p')$$);
DROP VIEW pg_temp.state, pg_temp.wrong;
SELECT leadscore.drop_model('p');
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'leadscore\_p\_%';
SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid::regclass::text LIKE 'parts.%' AND attname LIKE 'lead\_s%' AND NOT attisdropped;

\echo # foreign tables, inheritance, views, temporary tables: refused with the reason, or right
CREATE FOREIGN DATA WRAPPER parts_wrapper;
CREATE SERVER parts_server FOREIGN DATA WRAPPER parts_wrapper;
CREATE FOREIGN TABLE parts.elsewhere (region text, lead int, at timestamptz, kind text, pages int) SERVER parts_server;
CREATE TABLE parts.with_foreign (region text, lead int, at timestamptz, kind text, pages int) PARTITION BY LIST (kind);
CREATE FOREIGN TABLE parts.with_foreign_1 PARTITION OF parts.with_foreign FOR VALUES IN ('far') SERVER parts_server;
CREATE TABLE parts.base (region text, lead int, at timestamptz, kind text, pages int);
CREATE TABLE parts.heir (more text) INHERITS (parts.base);
CREATE VIEW parts.looked_at AS SELECT * FROM parts.base;
CREATE MATERIALIZED VIEW parts.kept AS SELECT * FROM parts.base;
CREATE TEMP TABLE passing (region text, lead int, at timestamptz, kind text, pages int);
CREATE UNLOGGED TABLE parts.unlogged (region text, lead int, at timestamptz, kind text, pages int);
SELECT leadscore.create_model('q', 'parts.leads', '{"rules":[{"name":"visits","on":"visit","points":10}]}');
SELECT relation, pg_temp.outcome(format('SELECT leadscore.add_events(''q'', %L, lead => ''{region,lead}''::name[], at => ''at'', kind_column => ''kind'')', relation))
  FROM unnest('{parts.elsewhere,parts.with_foreign,parts.base,parts.looked_at,parts.kept,pg_temp.passing,parts.unlogged,parts.heir}'::text[]) relation;
INSERT INTO parts.leads VALUES ('south', 9, true);
INSERT INTO parts.base VALUES ('south', 9, '2022-01-01Z', 'visit', 1);
INSERT INTO parts.heir VALUES ('south', 9, '2022-01-01Z', 'visit', 1);
UPDATE parts.base SET pages = 2;
SELECT region, id, lead_score FROM parts.leads ORDER BY 1, 2;
SELECT * FROM leadscore.verify('q');
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'q';
-- Inheritance and foreign partitions that come later are told.
CREATE TABLE parts.plain (region text, lead int, at timestamptz, kind text, pages int);
CREATE TABLE parts.split (region text, lead int, at timestamptz, kind text, pages int) PARTITION BY LIST (kind);
CREATE TABLE parts.split_visit PARTITION OF parts.split FOR VALUES IN ('visit');
SELECT leadscore.add_events('q', 'parts.plain', lead => '{region,lead}'::name[], at => 'at', kind_column => 'kind');
SELECT leadscore.add_events('q', 'parts.split', lead => '{region,lead}'::name[], at => 'at', kind_column => 'kind');
CREATE TABLE parts.plain_heir () INHERITS (parts.plain);
CREATE FOREIGN TABLE parts.split_far PARTITION OF parts.split FOR VALUES IN ('far') SERVER parts_server;
INSERT INTO parts.split VALUES ('south', 9, '2022-01-01Z', 'visit', 1);
INSERT INTO parts.split_visit VALUES ('south', 9, '2022-01-01Z', 'visit', 1);
UPDATE parts.split_visit SET pages = 3;
INSERT INTO parts.plain VALUES ('south', 9, '2022-01-01Z', 'visit', 1);
INSERT INTO parts.plain_heir VALUES ('south', 9, '2022-01-01Z', 'visit', 1);
SELECT region, id, lead_score FROM parts.leads ORDER BY 1, 2;
-- So is a table that becomes a partition itself.
CREATE TABLE parts.above (LIKE parts.plain) PARTITION BY LIST (kind);
ALTER TABLE parts.above ATTACH PARTITION parts.unlogged DEFAULT;
SELECT p FROM leadscore.model_status, unnest(problems) p WHERE model = 'q' ORDER BY p COLLATE "C";
ALTER TABLE parts.above DETACH PARTITION parts.unlogged;
DROP FOREIGN TABLE parts.split_far;
SELECT pg_temp.outcome($$SELECT leadscore.refresh('q')$$), pg_temp.outcome($$SELECT leadscore.rebuild('q')$$), pg_temp.outcome($$SELECT count(*) FROM leadscore.verify('q')$$);
DROP TABLE parts.plain_heir;
SELECT pg_temp.outcome($$SELECT leadscore.rebuild('q')$$);
SELECT region, id, lead_score FROM parts.leads ORDER BY 1, 2;
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'q';
SELECT * FROM leadscore.verify('q');
SELECT pg_temp.outcome($$SELECT leadscore.create_model('r', 'parts.looked_at', '{"rules":[]}')$$), pg_temp.outcome($$SELECT leadscore.create_model('r', 'parts.elsewhere', '{"rules":[]}', key => '{lead}')$$),
       pg_temp.outcome($$SELECT leadscore.create_model('r', 'parts.heir', '{"rules":[]}', key => '{lead}')$$), pg_temp.outcome($$SELECT leadscore.create_model('r', 'parts.leads_north', '{"rules":[]}')$$),
       pg_temp.outcome($$SELECT leadscore.create_model('r', 'pg_class', '{"rules":[]}')$$);
SELECT leadscore.drop_model('q');

\echo # what the scores hold of partitions that went, and lack of those that came, is told until all is counted anew
CREATE TABLE parts.firms (id int, size int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE parts.firms_1 PARTITION OF parts.firms FOR VALUES FROM (1) TO (3);
CREATE TABLE parts.firms_2 PARTITION OF parts.firms FOR VALUES FROM (3) TO (9);
CREATE TABLE parts.people (id int, firm int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE parts.people_1 PARTITION OF parts.people FOR VALUES FROM (1) TO (3);
CREATE TABLE parts.people_2 PARTITION OF parts.people FOR VALUES FROM (3) TO (9);
CREATE TABLE parts.contacts (id int, person int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE parts.contacts_1 PARTITION OF parts.contacts FOR VALUES FROM (1) TO (3);
CREATE TABLE parts.contacts_2 PARTITION OF parts.contacts FOR VALUES FROM (3) TO (9);
CREATE TABLE parts.mails (contact int, at timestamptz);
CREATE TABLE parts.hits (person int, at timestamptz, kind text) PARTITION BY RANGE (at);
CREATE TABLE parts.hits_2021 PARTITION OF parts.hits FOR VALUES FROM ('2021-01-01Z') TO ('2022-01-01Z');
CREATE TABLE parts.hits_2022 PARTITION OF parts.hits FOR VALUES FROM ('2022-01-01Z') TO ('2023-01-01Z') PARTITION BY LIST (kind);
CREATE TABLE parts.hits_2022_visit PARTITION OF parts.hits_2022 FOR VALUES IN ('visit');
CREATE TABLE parts.hits_2022_rest PARTITION OF parts.hits_2022 DEFAULT;
CREATE TABLE parts.hits_2023 PARTITION OF parts.hits FOR VALUES FROM ('2023-01-01Z') TO ('2024-01-01Z');
INSERT INTO parts.firms SELECT i, 10 * i FROM generate_series(1, 4) i;
INSERT INTO parts.people SELECT i, i FROM generate_series(1, 4) i;
INSERT INTO parts.contacts SELECT i, i FROM generate_series(1, 4) i;
SELECT leadscore.create_model(m, 'parts.people', '{"rules":[{"name":"size","attribute":"firm.size","bands":[{"from":30,"points":1000}]},{"name":"all","on":"*","points":10}],"score":{"max":10000}}', mirror => false) FROM unnest('{s,t}'::text[]) m;
SELECT leadscore.add_attributes('s', 'parts.firms', "on" => 'firm', as_prefix => 'firm');
SELECT leadscore.add_events('s', 'parts.mails', lead => 'contact', at => 'at', kind => 'mail', via => 'parts.contacts', via_key => 'id', via_lead => 'person');
SELECT leadscore.add_events(m, 'parts.hits', lead => 'person', at => 'at', kind_column => 'kind') FROM unnest('{s,t}'::text[]) m;
INSERT INTO parts.mails SELECT i, '2021-01-01Z' FROM generate_series(1, 4) i;
INSERT INTO parts.hits SELECT i, at, kind FROM generate_series(1, 4) i, unnest('{2021-01-01Z,2022-01-01Z,2023-01-01Z}'::timestamptz[]) at, unnest('{visit,form}'::text[]) kind;
-- The problems, and how many scores are wrong.
CREATE FUNCTION pg_temp.told(VARIADIC models text[]) RETURNS TABLE (told text) LANGUAGE sql AS $$
  SELECT concat_ws(': ', s.model, p.problem) FROM leadscore.model_status s, unnest(s.problems) p(problem) WHERE s.model = ANY (models)
  UNION ALL SELECT concat_ws(': ', m, (SELECT count(*) FROM leadscore.verify(m)) || ' wrong') FROM unnest(models) m ORDER BY 1 $$;
SELECT * FROM pg_temp.told('s', 't');

\echo ## detached, and dropped
ALTER TABLE parts.hits_2022 DETACH PARTITION parts.hits_2022_visit;
SELECT * FROM pg_temp.told('s', 't');
SELECT leadscore.refresh('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s');
DROP TABLE parts.hits_2022_visit;
SELECT * FROM pg_temp.told('s', 't');
DROP TABLE parts.hits_2022;
SELECT leadscore.refresh('s') IS NOT NULL, leadscore.refresh('t') IS NOT NULL;
SELECT * FROM pg_temp.told('s', 't');
SELECT leadscore.rebuild('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s', 't');
-- New rules that count all events settle it, too; none that find what they need.
SELECT leadscore.set_rules('t', '{"rules":[{"name":"all","on":"*","points":20}]}');
SELECT * FROM pg_temp.told('t');
SELECT leadscore.set_rules('t', '{"rules":[{"name":"visits","on":"visit","points":10},{"name":"forms","on":"form","points":3}],"score":{"max":10000}}');
SELECT * FROM pg_temp.told('t');

\echo ## emptied first: nothing to tell, unless it was filled again
TRUNCATE parts.hits_2021;
ALTER TABLE parts.hits DETACH PARTITION parts.hits_2021;
DROP TABLE parts.hits_2021;
SELECT * FROM pg_temp.told('s', 't');
BEGIN;
TRUNCATE parts.hits;
INSERT INTO parts.hits VALUES (1, '2023-01-01Z', 'visit');
SELECT leadscore.refresh('s') IS NOT NULL;
DROP TABLE parts.hits_2023;
SELECT * FROM pg_temp.told('s');
ROLLBACK;
SELECT * FROM pg_temp.told('s', 't');

\echo ## new ones: watched while empty there is nothing to tell; written to before, or filled when they came, there is
CREATE TABLE parts.hits_2024 PARTITION OF parts.hits FOR VALUES FROM ('2024-01-01Z') TO ('2025-01-01Z');
SELECT leadscore.refresh('s') IS NOT NULL;
INSERT INTO parts.hits_2024 VALUES (1, '2024-01-01Z', 'visit');
SELECT * FROM pg_temp.told('s');
SELECT leadscore.refresh('t') IS NOT NULL;
SELECT * FROM pg_temp.told('t');
SELECT leadscore.rebuild('t') IS NOT NULL;
CREATE TABLE parts.hits_2025 (LIKE parts.hits);
INSERT INTO parts.hits_2025 VALUES (2, '2025-01-01Z', 'form');
ALTER TABLE parts.hits ATTACH PARTITION parts.hits_2025 FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z');
SELECT leadscore.refresh('s') IS NOT NULL, leadscore.replicate('t', true) IS NOT NULL, leadscore.replicate('t', false) IS NOT NULL;
SELECT * FROM pg_temp.told('s', 't');
-- What takes it away cannot take away what was never counted.
TRUNCATE parts.hits_2025;
DROP TABLE parts.hits_2025;
SELECT * FROM pg_temp.told('s', 't');
SELECT leadscore.rebuild(m) IS NOT NULL FROM unnest('{s,t}'::text[]) m;
-- Rows that came through the parent and were deleted unseen.
CREATE TABLE parts.hits_2025 PARTITION OF parts.hits FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z');
INSERT INTO parts.hits VALUES (3, '2025-01-01Z', 'form');
DELETE FROM parts.hits_2025;
SELECT leadscore.refresh('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s');
-- Binding another table watches this one as well, and counts only that.
CREATE TABLE parts.calls (person int, at timestamptz);
SELECT leadscore.add_events('t', 'parts.calls', lead => 'person', at => 'at', kind => 'call');
SELECT * FROM pg_temp.told('t');
-- To unbind one counts all others.
SELECT leadscore.drop_events('t', 'parts.calls'), leadscore.drop_events('s', 'parts.hits');
SELECT leadscore.add_events('s', 'parts.hits', lead => 'person', at => 'at', kind_column => 'kind');
SELECT * FROM pg_temp.told('s', 't');

\echo ## names
-- Renamed it is the same; another one of the old name is not.
ALTER TABLE parts.hits_2024 RENAME TO hits_24;
SELECT * FROM pg_temp.told('s');
SELECT leadscore.refresh('s') IS NOT NULL;
DROP TABLE parts.hits_24;
SELECT * FROM pg_temp.told('s');
SELECT leadscore.rebuild(m) IS NOT NULL FROM unnest('{s,t}'::text[]) m;
DROP TABLE parts.hits_2023;
CREATE TABLE parts.hits_2023 PARTITION OF parts.hits FOR VALUES FROM ('2023-01-01Z') TO ('2024-01-01Z');
SELECT * FROM pg_temp.told('s');
SELECT leadscore.refresh('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s');
SELECT leadscore.rebuild(m) IS NOT NULL FROM unnest('{s,t}'::text[]) m;
-- In a restored database the names are as they were, and all OIDs others.
INSERT INTO parts.hits VALUES (1, '2023-01-01Z', 'visit'), (1, '2025-01-01Z', 'visit');
UPDATE leadscore.counted_table SET table_oid = table_oid::int8 + 1000000000 WHERE model IN ('s', 't');
SELECT * FROM pg_temp.told('s', 't');
DROP TABLE parts.hits_2025;
SELECT * FROM pg_temp.told('s', 't');
SELECT leadscore.refresh('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s');
SELECT part, source, table_name, table_oid = to_regclass(array_to_string(table_name, '.')) AS found, missed FROM leadscore.counted_table WHERE model = 's' ORDER BY 1, 2, 3;
TRUNCATE parts.hits_2023;
DROP TABLE parts.hits_2023;
SELECT * FROM pg_temp.told('t');
SELECT leadscore.rebuild(m) IS NOT NULL FROM unnest('{s,t}'::text[]) m;

\echo ## leads, related rows, rows between event and lead
DROP TABLE parts.contacts_2;
DROP TABLE parts.firms_2;
DROP TABLE parts.people_2;
SELECT leadscore.refresh('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s', 't');
SELECT leadscore.rebuild('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s', 't');
SELECT lead_id, present, score FROM parts.people_s ORDER BY 1;
-- Paused: resume() counts once. A table that is not partitioned: what was written while triggers were missing.
CREATE TABLE parts.hits_2027 PARTITION OF parts.hits FOR VALUES FROM ('2027-01-01Z') TO ('2028-01-01Z');
INSERT INTO parts.hits VALUES (1, '2027-01-01Z', 'visit');
SELECT leadscore.pause('s'), leadscore.pause('t');
DROP TABLE parts.hits_2027;
SELECT leadscore.resume('s'), leadscore.resume('t');
SELECT * FROM pg_temp.told('s', 't');
SELECT format('DROP TRIGGER %I ON parts.mails', tgname) FROM pg_trigger WHERE tgrelid = 'parts.mails'::regclass AND tgname LIKE 'leadscore\_s\_%insert' \gexec
INSERT INTO parts.mails VALUES (1, '2021-01-01Z');
SELECT leadscore.refresh('s') IS NOT NULL;
SELECT * FROM pg_temp.told('s');
SELECT leadscore.rebuild('s');
SELECT * FROM pg_temp.told('s');
-- Detached while new rules count all there is, and attached again: its triggers are still there, its rows are in no score.
SELECT lead_id, score FROM parts.people_t WHERE lead_id = 1;
CREATE TABLE parts.hits_2028 PARTITION OF parts.hits FOR VALUES FROM ('2028-01-01Z') TO ('2029-01-01Z');
SELECT leadscore.refresh('t') IS NOT NULL;
INSERT INTO parts.hits VALUES (1, '2028-01-01Z', 'visit');
ALTER TABLE parts.hits DETACH PARTITION parts.hits_2028;
SELECT * FROM pg_temp.told('t');
SELECT rules FROM leadscore.rules_version WHERE model = 't' ORDER BY version DESC LIMIT 1 \gset
SELECT leadscore.set_rules('t', jsonb_insert(:'rules', '{rules,-1}', '{"name": "calls", "on": "call", "points": 1}', true)::leadscore.scoring_rules) IS NOT NULL;
SELECT * FROM pg_temp.told('t');
ALTER TABLE parts.hits ATTACH PARTITION parts.hits_2028 FOR VALUES FROM ('2028-01-01Z') TO ('2029-01-01Z');
SELECT * FROM pg_temp.told('t');
SELECT leadscore.refresh('t') IS NOT NULL;
SELECT * FROM pg_temp.told('t');
SELECT leadscore.rebuild('t');
SELECT * FROM pg_temp.told('t');
-- The same by rebuild(), which ends the watch.
ALTER TABLE parts.hits DETACH PARTITION parts.hits_2028;
SELECT leadscore.set_rules('t', :'rules') IS NOT NULL;
SELECT leadscore.rebuild('t');
SELECT * FROM pg_temp.told('t');
ALTER TABLE parts.hits ATTACH PARTITION parts.hits_2028 FOR VALUES FROM ('2028-01-01Z') TO ('2029-01-01Z');
SELECT * FROM pg_temp.told('t');
SELECT leadscore.refresh('t') IS NOT NULL;
SELECT * FROM pg_temp.told('t');
SELECT leadscore.rebuild('t');
SELECT * FROM pg_temp.told('s', 't');
SELECT leadscore.rebuild('s');
-- Detached while leads are scored, and attached again: they lack what is in it.
CREATE TABLE parts.fleets (id int PRIMARY KEY, trade text) PARTITION BY RANGE (id);
CREATE TABLE parts.fleets_1 PARTITION OF parts.fleets FOR VALUES FROM (0) TO (10);
CREATE TABLE parts.fleets_2 PARTITION OF parts.fleets FOR VALUES FROM (10) TO (20);
CREATE TABLE parts.drivers (id int PRIMARY KEY, fleet int, age int);
INSERT INTO parts.fleets VALUES (1, 'taxi'), (11, 'taxi');
INSERT INTO parts.drivers VALUES (1, 1, 30), (2, 11, 30);
SELECT leadscore.create_model('d', 'parts.drivers', '{"rules": [{"name": "trade", "attribute": "fleet.trade", "values": {"taxi": 10}}, {"name": "age", "attribute": "age", "bands": [{"points": 0}, {"from": 40, "points": 1}]}]}');
SELECT leadscore.add_attributes('d', 'parts.fleets', "on" => 'fleet', as_prefix => 'fleet');
ALTER TABLE parts.fleets DETACH PARTITION parts.fleets_2;
UPDATE parts.drivers SET age = 50 WHERE id = 1;
SELECT * FROM pg_temp.told('d');
UPDATE parts.drivers SET age = 50 WHERE id = 2;
INSERT INTO parts.drivers VALUES (3, 11, 50);
ALTER TABLE parts.fleets ATTACH PARTITION parts.fleets_2 FOR VALUES FROM (10) TO (20);
SELECT * FROM pg_temp.told('d');
SELECT leadscore.refresh('d');
SELECT * FROM pg_temp.told('d');
SELECT leadscore.rebuild('d');
SELECT * FROM pg_temp.told('d');
UPDATE parts.drivers SET age = 30 WHERE id = 2;
SELECT * FROM pg_temp.told('d');
SELECT leadscore.drop_model('d');
-- Of a table that is gone as a whole that is told once.
DROP TABLE parts.hits;
SELECT regexp_replace(p, 'OID \d+|, \d+', '', 'g') FROM leadscore.model_status, unnest(problems) p WHERE model = 's';
SELECT leadscore.drop_model('s'), leadscore.drop_model('t');
SELECT count(*) FROM leadscore.counted_table WHERE model IN ('s', 't');
DROP SCHEMA parts CASCADE;
DROP FOREIGN DATA WRAPPER parts_wrapper CASCADE;
