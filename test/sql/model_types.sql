-- ALTER TABLE … ALTER … TYPE changes values where no trigger sees it: problems say of which columns the scores may hold the old ones.
CREATE SCHEMA types;
SET search_path = types, public;
SET client_min_messages = warning;
CREATE TABLE leads (id integer PRIMARY KEY, source_id integer, size integer, note varchar(20), other integer);
CREATE TABLE sources (id integer PRIMARY KEY, name text, rank integer);
CREATE TABLE visits (id integer PRIMARY KEY, lead integer, at timestamp, kind text, properties jsonb);
INSERT INTO sources VALUES (1, 'Referral', 1);
INSERT INTO leads VALUES (1, 1, 10, 'x', 1);
INSERT INTO visits VALUES (1, 1, '2026-01-01 12:00', 'visit', '{"n": 1}');
\set rules '{"rules": [{"name": "source", "attribute": "source.name", "values": {"Referral": 20}}, {"name": "size", "attribute": "size", "bands": [{"points": 0}, {"from": 5, "points": 2}]}, {"name": "visits", "on": "visit", "if": {"n": 1}, "points": 1}]}'
SELECT leadscore.create_model('t', 'types.leads', :'rules');
SELECT leadscore.add_attributes('t', 'types.sources', "on" => 'source_id', as_prefix => 'source');
SELECT leadscore.add_events('t', 'types.visits', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'properties');
SELECT part, source, name, type FROM leadscore.read_column WHERE model = 't' ORDER BY 1, 2, 3;
CREATE VIEW told AS SELECT (SELECT problems FROM leadscore.model_status WHERE model = 't') AS problems, (SELECT count(*) FROM leadscore.verify('t')) AS wrong;
TABLE told;
\echo # values that stay what they are
ALTER TABLE leads ALTER size TYPE bigint, ALTER note TYPE text;
ALTER TABLE leads ALTER size TYPE numeric;
ALTER TABLE visits ALTER kind TYPE varchar(10);
TABLE told;
\echo # a column that no rule looks at
ALTER TABLE sources ALTER rank TYPE text;
ALTER TABLE leads ALTER other TYPE boolean USING true;
TABLE told;
\echo # one that a rule looks at
ALTER TABLE sources ALTER name TYPE jsonb USING jsonb_build_object('en_US', name);
SELECT lead_score FROM leads;
TABLE told;
SELECT leadscore.refresh('t');
TABLE told;
SELECT leadscore.rebuild('t');
SELECT lead_score FROM leads;
TABLE told;
-- Of less precision.
ALTER TABLE leads ALTER size TYPE numeric(4,0);
TABLE told;
-- New rules at once score all leads by what columns hold now.
SELECT leadscore.set_rules('t', replace(replace(:'rules', '"source.name"', '"source.name.en_US"'), '"from": 5', '"from": 15')::leadscore.scoring_rules);
SELECT lead_score FROM leads;
TABLE told;
ALTER TABLE sources ALTER name TYPE text USING name ->> 'en_US';
TABLE told;
\echo # events
SELECT leadscore.rebuild('t');
SET timezone = 'America/New_York';
ALTER TABLE visits ALTER at TYPE timestamptz, ALTER properties TYPE json;
RESET timezone;
TABLE told;
SELECT leadscore.set_rules('t', :'rules');
TABLE told;
SELECT leadscore.rebuild('t');
TABLE told;
\echo # another column under the name, and one that is renamed
ALTER TABLE leads DROP size;
ALTER TABLE leads ADD size text;
TABLE told;
ALTER TABLE leads RENAME size TO employees;
TABLE told;
SELECT leadscore.drop_attributes('t', 'types.sources'), leadscore.drop_events('t', 'types.visits');
SELECT DISTINCT part, source FROM leadscore.read_column WHERE model = 't' ORDER BY 1, 2;
SELECT leadscore.drop_model('t');
SELECT count(*) FROM leadscore.read_column WHERE model = 't';
DROP SCHEMA types CASCADE;
