-- Columns and tables that are renamed, dropped, added: upkeep follows names, and says what it cannot follow.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET timezone = 'UTC';
CREATE SCHEMA cols;
\set rules '{"rules":[{"name":"size","attribute":"size","bands":[{"from":5,"points":5}]},{"name":"sector","attribute":"org.sector","values":{"food":3}},{"name":"visits","on":"visit","points":1},{"name":"n","on":"*","measure":{"sum":"n"},"points":1}],"stages":[{"name":"cold"},{"name":"hot","from":8}]}'
CREATE TABLE cols.orgs (id int PRIMARY KEY, sector text);
CREATE TABLE cols.leads (id int PRIMARY KEY, org int, size int);
CREATE TABLE cols.events (lead int, at timestamptz, kind text, payload jsonb);
CREATE TABLE cols.clicks (contact int, at timestamptz, n int);
CREATE TABLE cols.contacts (id int PRIMARY KEY, lead int);
INSERT INTO cols.orgs VALUES (1, 'food'), (2, 'wood');
INSERT INTO cols.leads SELECT i, 1 + i % 2, i * 2 FROM generate_series(1, 4) i;
INSERT INTO cols.contacts SELECT i, i FROM generate_series(1, 4) i;
SELECT leadscore.create_model('c', 'cols.leads', :'rules');
SET client_min_messages = warning;
SELECT leadscore.add_events('c', 'cols.events', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'payload');
SELECT leadscore.add_events('c', 'cols.clicks', lead => 'contact', at => 'at', kind => 'visit', via => 'cols.contacts', via_lead => 'lead');
SELECT leadscore.add_attributes('c', 'cols.orgs', "on" => 'org', as_prefix => 'org');
INSERT INTO cols.events VALUES (1, '2026-01-01Z', 'visit', '{"n":2}'), (NULL, NULL, NULL, NULL);
INSERT INTO cols.clicks VALUES (2, '2026-01-01Z', 4);

\echo # everything gets another name
ALTER TABLE cols.leads RENAME id TO lead_no; ALTER TABLE cols.leads RENAME org TO org_no; ALTER TABLE cols.leads RENAME lead_score TO "The Score"; ALTER TABLE cols.leads RENAME lead_stage TO "The Stage";
ALTER TABLE cols.events RENAME lead TO of_lead; ALTER TABLE cols.events RENAME at TO moment; ALTER TABLE cols.events RENAME kind TO what; ALTER TABLE cols.events RENAME payload TO data;
ALTER TABLE cols.clicks RENAME contact TO who; ALTER TABLE cols.clicks RENAME at TO clicked; ALTER TABLE cols.contacts RENAME id TO nr; ALTER TABLE cols.contacts RENAME lead TO of_lead;
ALTER TABLE cols.orgs RENAME id TO nr;
ALTER TABLE cols.leads RENAME TO people; ALTER TABLE cols.events RENAME TO happenings; ALTER TABLE cols.contacts RENAME TO persons; ALTER TABLE cols.orgs RENAME TO firms;
SELECT leadscore.columns_moved('c');
-- Readers do not wait for a write.
SELECT * FROM leadscore.verify('c');
SELECT problems FROM leadscore.model_status WHERE model = 'c';
SELECT lead, score, stage FROM leadscore.score_at('c', '2026-02-01Z') ORDER BY lead;
SELECT name, hits, points FROM leadscore.explain_lead('c', 2, as_of => '2026-02-01Z') WHERE step = 'rule';
SELECT attname FROM unnest(leadscore.fit_attributes('cols.people', '{}')) attname;
SELECT count(*) FROM leadscore.source_columns('c') WHERE NOT usable;
ALTER TABLE cols.people DISABLE TRIGGER USER; UPDATE cols.people SET "The Score" = -1 WHERE lead_no = 3; SELECT * FROM leadscore.verify('c'); UPDATE cols.people SET "The Score" = 5 WHERE lead_no = 3; ALTER TABLE cols.people ENABLE TRIGGER USER;
SELECT leadscore.columns_moved('c');
INSERT INTO cols.happenings VALUES (3, '2026-01-01Z', 'visit', '{"n":2}');
SELECT leadscore.columns_moved('c');
INSERT INTO cols.clicks VALUES (4, '2026-01-01Z', 4); UPDATE cols.persons SET of_lead = 1 WHERE nr = 2; UPDATE cols.firms SET sector = 'food'; UPDATE cols.people SET size = 100 WHERE lead_no = 1; UPDATE cols.people SET lead_no = 7 WHERE lead_no = 4;
SELECT lead_no, "The Score", "The Stage" FROM cols.people ORDER BY 1;
SELECT * FROM leadscore.verify('c');
SELECT key_columns, score_column, stage_column FROM leadscore.model WHERE name = 'c';
SELECT events, lead_columns, at_column, kind_column, properties_column, via, via_key_columns, via_lead_columns FROM leadscore.event_source WHERE model = 'c' ORDER BY source;
SELECT relation, on_columns, key_columns FROM leadscore.attribute_source WHERE model = 'c';
SELECT problems FROM leadscore.model_status WHERE model = 'c';
-- Other tables in the old places: somebody swapped them, and the model stays with the old ones. A view is none.
CREATE TABLE cols.events (LIKE cols.happenings); CREATE TABLE cols.contacts (LIKE cols.persons); CREATE TABLE cols.orgs (LIKE cols.firms); CREATE TABLE cols.leads (LIKE cols.people);
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'c';
DROP TABLE cols.contacts, cols.orgs, cols.leads; CREATE VIEW cols.leads AS TABLE cols.people;
SELECT leadscore.drop_events('c', 'cols.happenings'), leadscore.add_events('c', 'cols.events', lead => 'of_lead', at => 'moment', kind_column => 'what', properties => 'data');
SELECT problems FROM leadscore.model_status WHERE model = 'c';
SELECT leadscore.drop_events('c', 'cols.events'), leadscore.add_events('c', 'cols.happenings', lead => 'of_lead', at => 'moment', kind_column => 'what', properties => 'data');
DROP TABLE cols.events; DROP VIEW cols.leads;
SELECT leadscore.adjust('c', 7, 'fit', 'add', 1), leadscore.rebuild('c');
SELECT * FROM leadscore.verify('c');

\echo # readers and status follow before the model does; another column that takes the name of one is left alone
CREATE TABLE cols.named (id int PRIMARY KEY, company text);
CREATE TABLE cols.acts (lead int, at timestamptz);
SELECT leadscore.create_model('n', 'cols.named', '{"rules":[{"name":"v","on":"visit","points":10}],"stages":[{"name":"cold"},{"name":"hot","from":10}]}');
SELECT leadscore.add_events('n', 'cols.acts', lead => 'lead', at => 'at', kind => 'visit');
INSERT INTO cols.named VALUES (1, 'Acme'), (2, 'Bolt');
INSERT INTO cols.acts VALUES (1, '2026-01-01Z');
ALTER TABLE cols.named RENAME id TO nr; ALTER TABLE cols.named RENAME lead_score TO points;
SELECT problems FROM leadscore.model_status WHERE model = 'n';
SELECT score, stage FROM leadscore.score_of('n', 1);
SELECT count(*) FROM leadscore.explain_lead('n', 1);
SELECT lead, score FROM leadscore.score_at('n', '2026-02-01Z') ORDER BY lead;
SELECT * FROM leadscore.verify('n');
ALTER TABLE cols.named RENAME lead_stage TO tmp; ALTER TABLE cols.named RENAME company TO lead_stage; ALTER TABLE cols.named RENAME tmp TO company;
INSERT INTO cols.acts VALUES (2, '2026-01-01Z');
SELECT nr, points, company, lead_stage FROM cols.named ORDER BY nr;
-- So with one that is added.
ALTER TABLE cols.named RENAME points TO points_old; ALTER TABLE cols.named ADD points numeric DEFAULT -1;
INSERT INTO cols.acts VALUES (1, '2026-01-01Z');
SELECT nr, points_old, points FROM cols.named ORDER BY nr;
SELECT * FROM leadscore.verify('n');
SELECT problems FROM leadscore.model_status WHERE model = 'n';
-- As in a restored dump the name is right and the number is not: a column of that number without the comment is somebody's.
UPDATE leadscore.model SET stage_number = 2 WHERE name = 'n';
SELECT now_names, now_numbers FROM leadscore.known_columns('n') WHERE place = 'mirror';
SELECT leadscore.drop_model('n');
SELECT attname FROM pg_attribute WHERE attrelid = 'cols.named'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;
DROP TABLE cols.named, cols.acts;

\echo # a column that goes while another gets its name: what was counted came from the first
CREATE TABLE cols.swapped (id int PRIMARY KEY);
CREATE TABLE cols.moves (id int PRIMARY KEY, lead int, at timestamp, kind text, data jsonb, gone boolean);
INSERT INTO cols.swapped VALUES (1), (2);
SELECT leadscore.create_model('s', 'cols.swapped', '{"stages":[{"name":"s"}],"rules":[{"name":"v","on":"visit","points":1},{"name":"n","on":"visit","if":{"n":1},"points":10}]}');
SELECT leadscore.add_events('s', 'cols.moves', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'data', deleted => 'gone');
INSERT INTO cols.moves VALUES (1, 1, '2026-01-01', 'visit', '{"n":1}', false), (2, 2, '2026-01-01', 'visit', '{"n":2}', true);
BEGIN;
ALTER TABLE cols.moves RENAME lead TO lead_old; ALTER TABLE cols.moves RENAME at TO at_old; ALTER TABLE cols.moves RENAME kind TO kind_old; ALTER TABLE cols.moves RENAME data TO data_old; ALTER TABLE cols.moves RENAME gone TO gone_old;
ALTER TABLE cols.moves ADD lead bigint, ADD at timestamptz, ADD kind varchar(9), ADD data json, ADD gone date;
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 's';
UPDATE cols.moves SET lead = lead_old, at = at_old, kind = kind_old, data = data_old, gone = CASE WHEN gone_old THEN date '2026-01-02' END;
COMMIT;
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 's';
SELECT refused FROM leadscore.model_status WHERE model = 's';
SELECT leadscore.refresh('s');
SELECT replaced FROM leadscore.event_source WHERE model = 's';
SELECT leadscore.rebuild('s');
SELECT id, lead_score FROM cols.swapped ORDER BY id;
SELECT problems FROM leadscore.model_status WHERE model = 's';
SELECT * FROM leadscore.verify('s');
-- Dropped, and made again later.
ALTER TABLE cols.moves DROP COLUMN lead;
INSERT INTO cols.moves (id, at, kind) VALUES (3, '2026-01-01', 'visit');
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 's';
ALTER TABLE cols.moves ADD lead int; UPDATE cols.moves SET lead = 2;
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 's';
-- A restored database numbers columns anew, and none of them is another one.
-- Nor is one followed by its number: a name that is gone was lost on the way.
UPDATE leadscore.event_source SET replaced = '{}', numbered_in = 1, lead_numbers = '{1}', at_column = 'moment', at_number = 2 WHERE model = 's';
SELECT at_column FROM leadscore.event_sources('s');
SELECT leadscore.sync_columns('s');
SELECT at_column, at_number FROM leadscore.event_source WHERE model = 's';
SELECT at_column FROM leadscore.event_sources('s');
UPDATE leadscore.event_source SET numbered_in = 1, lead_numbers = '{1}', at_column = 'at' WHERE model = 's';
SELECT problems FROM leadscore.model_status WHERE model = 's';
SELECT leadscore.rebuild('s');
SELECT numbered_in = events, lead_numbers FROM leadscore.event_source WHERE model = 's';
SELECT leadscore.drop_model('s'); DROP TABLE cols.swapped, cols.moves;

\echo # columns are dropped
SELECT leadscore.drop_model('c'); DROP TABLE cols.firms, cols.people, cols.happenings, cols.clicks, cols.persons;
CREATE TABLE cols.orgs (id int PRIMARY KEY, sector text);
CREATE TABLE cols.leads (id int PRIMARY KEY, org int, size int, other int);
CREATE TABLE cols.events (lead int, at timestamptz, kind text, payload jsonb, other int);
INSERT INTO cols.orgs VALUES (1, 'food'), (2, 'wood');
INSERT INTO cols.leads SELECT i, 1 + i % 2, i * 2 FROM generate_series(1, 4) i;
SELECT leadscore.create_model('c', 'cols.leads', :'rules');
SELECT leadscore.add_events('c', 'cols.events', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'payload');
SELECT leadscore.add_attributes('c', 'cols.orgs', "on" => 'org', as_prefix => 'org');
ALTER TABLE cols.leads DROP COLUMN other; ALTER TABLE cols.events DROP COLUMN other; ALTER TABLE cols.leads ADD COLUMN newer text;
INSERT INTO cols.events VALUES (2, '2026-01-01Z', 'visit', '{"n":1}');
SELECT * FROM leadscore.verify('c');
SELECT problems FROM leadscore.model_status WHERE model = 'c';
ALTER TABLE cols.leads DROP COLUMN size; ALTER TABLE cols.leads DROP COLUMN lead_stage; ALTER TABLE cols.orgs DROP COLUMN sector;
INSERT INTO cols.events VALUES (2, '2026-01-01Z', 'visit', '{"n":1}');
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'c';
SELECT leadscore.rebuild('c');
SELECT lead_id, score, stage FROM cols.leads_c ORDER BY 1;
SELECT * FROM leadscore.verify('c');
ALTER TABLE cols.leads ADD COLUMN lead_stage text, ADD COLUMN size int DEFAULT 10;
SELECT leadscore.rebuild('c');
SELECT id, lead_score, lead_stage FROM cols.leads ORDER BY 1;
SELECT * FROM leadscore.verify('c');
ALTER TABLE cols.events DROP COLUMN payload;
INSERT INTO cols.events VALUES (3, '2026-01-01Z', 'visit');
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'c';
SELECT leadscore.rebuild('c');
SELECT * FROM leadscore.verify('c');
DROP TABLE cols.events; DROP TABLE cols.orgs CASCADE;
UPDATE cols.leads SET size = 1 WHERE id = 1;
SELECT regexp_replace(unnest(problems), '[0-9]+', 'N', 'g') FROM leadscore.model_status WHERE model = 'c';
SELECT leadscore.drop_events('c', events), leadscore.drop_attributes('c', relation) FROM leadscore.event_source e JOIN leadscore.attribute_source a USING (model) WHERE model = 'c';
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'c';
SELECT * FROM leadscore.verify('c');
SELECT leadscore.drop_model('c');
\d cols.leads
DROP SCHEMA cols CASCADE;
