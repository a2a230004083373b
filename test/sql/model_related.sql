-- Related rows: companies scored from what their contacts do, with attributes of their region; in both directions of change, in both kinds of upkeep.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';

CREATE SCHEMA related;
CREATE TABLE related.regions (code text PRIMARY KEY, tier int);
CREATE TABLE related.companies (id int PRIMARY KEY, industry text, region text);
CREATE TABLE related.contacts (id text PRIMARY KEY, company_id int);
CREATE TABLE related.events (id bigserial PRIMARY KEY, contact_id text, kind text, at timestamp);
CREATE INDEX ON related.companies (region);
CREATE INDEX ON related.contacts (company_id);
CREATE INDEX ON related.events (contact_id);
INSERT INTO related.regions VALUES ('eu', 1), ('us', 2);
INSERT INTO related.companies SELECT g, CASE WHEN g % 2 = 0 THEN 'Software' END, CASE WHEN g % 3 = 0 THEN 'eu' ELSE 'us' END FROM generate_series(1, 20) g;
INSERT INTO related.contacts SELECT 'k' || g, g % 20 + 1 FROM generate_series(1, 100) g;
INSERT INTO related.events (contact_id, kind, at) SELECT 'k' || (g % 110 + 1), 'visit', now() - (g % 30) * interval '1 day' FROM generate_series(1, 2000) g;

SELECT leadscore.create_model(m, 'related.companies', '{"rules": [
    {"name": "industry", "attribute": "industry", "values": {"Software": 10}, "otherwise": 1},
    {"name": "tier", "attribute": "region.tier", "bands": [{"from": 1, "points": 1}, {"from": 2, "points": 20}]},
    {"name": "visit", "on": "visit", "points": 3, "max": 300, "decay": {"half_life": "14 days"}}],
  "stages": [{"name": "cold"}, {"name": "warm", "from": 20}, {"name": "hot", "from": 200}]}',
  upkeep => u, score_column => m || '_score', stage_column => m || '_stage')
  FROM (VALUES ('now', 'immediate'), ('later', 'queued')) v(m, u);
SELECT leadscore.add_attributes(m, 'related.regions', 'region', 'region') FROM (VALUES ('now'), ('later')) v(m);
SELECT leadscore.add_events(m, 'related.events', lead => 'contact_id', at => 'at', kind_column => 'kind', via => 'related.contacts', via_key => 'id',
                            via_lead => 'company_id') FROM (VALUES ('now'), ('later')) v(m);

-- What verify() finds in each model, and whether what the views say is the same in both.
CREATE FUNCTION pg_temp.differences() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM leadscore.verify('now')) || ' ' || (SELECT count(*) FROM leadscore.verify('later')) || ' '
        || (SELECT count(*) FROM related.companies_now_scores n FULL JOIN related.companies_later_scores l USING (id)
             WHERE (n.score, n.engagement, n.fit) IS DISTINCT FROM (l.score, l.engagement, l.fit));
END $$;
SELECT pg_temp.differences();

-- Events of contacts, also of one that does not exist yet.
INSERT INTO related.events (contact_id, kind, at) VALUES ('k1', 'visit', now()), ('k2', 'visit', now()), ('k105', 'visit', now());
SELECT pg_temp.differences();
-- Contacts that move take their events along, one that comes brings those it has, one that goes takes them away, its events going with it by a cascade.
UPDATE related.contacts SET company_id = 5 WHERE id IN ('k1', 'k7');
SELECT pg_temp.differences();
INSERT INTO related.contacts VALUES ('k105', 3);
SELECT pg_temp.differences();
UPDATE related.contacts SET company_id = NULL WHERE id = 'k3';
SELECT pg_temp.differences();
ALTER TABLE related.events ADD CONSTRAINT of_contact FOREIGN KEY (contact_id) REFERENCES related.contacts ON DELETE CASCADE ON UPDATE CASCADE NOT VALID;
DELETE FROM related.contacts WHERE id = 'k9';
SELECT pg_temp.differences();
UPDATE related.contacts SET id = 'k1000', company_id = 12 WHERE id = 'k10';
SELECT pg_temp.differences();
-- Events that change hands, several at once.
UPDATE related.events SET contact_id = 'k12' WHERE contact_id IN ('k13', 'k14');
SELECT pg_temp.differences();
DELETE FROM related.events WHERE contact_id = 'k12' AND id % 2 = 0;
SELECT pg_temp.differences();
-- The related row changes; leads come to another one, to none, to one that does not exist.
UPDATE related.regions SET tier = 2 WHERE code = 'eu';
SELECT pg_temp.differences();
UPDATE related.companies SET region = CASE id WHEN 3 THEN 'us' WHEN 6 THEN 'nowhere' END WHERE id IN (3, 6, 9);
SELECT pg_temp.differences();
INSERT INTO related.regions VALUES ('nowhere', 1);
SELECT pg_temp.differences();
DELETE FROM related.regions WHERE code = 'us';
SELECT pg_temp.differences();
BEGIN;
UPDATE related.contacts SET company_id = 7 WHERE id < 'k3';
SAVEPOINT a;
DELETE FROM related.contacts WHERE id < 'k2';
ROLLBACK TO a;
SELECT pg_temp.differences();
ROLLBACK;
SELECT pg_temp.differences();
-- Nothing is pending after a fold, and the same is there.
SELECT leadscore.fold('later') > 0;
SELECT count(*) FROM related.companies_later_queue;
SELECT pg_temp.differences();
SELECT count(*) FROM related.companies WHERE (now_score, now_stage) IS DISTINCT FROM (later_score, later_stage);
-- New evidence is counted through contacts too.
SELECT leadscore.set_rules(m, '{"rules": [{"name": "visit", "on": "visit", "points": 3, "max": 300}, {"name": "any", "on": "*", "points": 1, "max": 100}]}')
  FROM (VALUES ('now'), ('later')) v(m);
SELECT pg_temp.differences();
-- A contact comes to another lead while a version is counted for: the rows of both have not been counted for it yet, those of others have.
SELECT leadscore.set_rules(m, '{"rules": [{"name": "calls", "on": "call", "points": 2}, {"name": "any", "on": "*", "points": 1, "max": 100}]}', at_once => false) FROM (VALUES ('now'), ('later')) v(m);
SELECT leadscore.rescore(m, 'SELECT id FROM related.companies WHERE id IN (1, 7)', 'rules', now(), true, false, true) FROM (VALUES ('now'), ('later')) v(m);
UPDATE related.contacts SET company_id = 5 WHERE id = 'k30';
SELECT pg_temp.differences();
CALL leadscore.catch_up('now');
CALL leadscore.catch_up('later');
SELECT pg_temp.differences();
TRUNCATE related.events;
SELECT pg_temp.differences();
INSERT INTO related.events (contact_id, kind, at) SELECT c.id, 'visit', now() FROM related.contacts c, generate_series(1, 3);
SELECT pg_temp.differences();
-- In one statement: a contact moves and gets events.
WITH moved AS (UPDATE related.contacts SET company_id = 1 WHERE id IN ('k20', 'k21') RETURNING id)
INSERT INTO related.events (contact_id, kind, at) SELECT id, 'visit', now() FROM moved;
SELECT pg_temp.differences();
WITH fresh AS (INSERT INTO related.events (contact_id, kind, at) VALUES ('k22', 'visit', now()) RETURNING contact_id)
UPDATE related.contacts SET company_id = 2 WHERE id IN (SELECT contact_id FROM fresh);
SELECT pg_temp.differences();
-- A table is bound while the queue asks for leads to be counted anew: its events count once.
INSERT INTO related.contacts VALUES ('k500', 4);
INSERT INTO related.events (contact_id, kind, at) VALUES ('k500', 'visit', now());
UPDATE related.contacts SET company_id = 6 WHERE id = 'k500';
CREATE TABLE related.calls (company_id int, at timestamptz);
INSERT INTO related.calls VALUES (4, now()), (6, now()), (6, now());
SELECT leadscore.add_events(m, 'related.calls', lead => 'company_id', at => 'at', kind => 'visit') FROM (VALUES ('now'), ('later')) v(m);
SELECT pg_temp.differences();
TRUNCATE related.contacts CASCADE;
SELECT pg_temp.differences();
\echo # TRUNCATE of a partition counts only leads anew that it had events of
INSERT INTO related.companies SELECT 100 + i, 'Truncated', 'south' FROM generate_series(1, 50) i;
INSERT INTO related.contacts SELECT 't' || i, 101 + i % 50 FROM generate_series(1, 100) i;
CREATE TABLE related.pages (contact_id text, at timestamptz, note text) PARTITION BY RANGE (at);
CREATE TABLE related.pages_old PARTITION OF related.pages FOR VALUES FROM (MINVALUE) TO ('2026-01-01Z');
CREATE TABLE related.pages_new PARTITION OF related.pages FOR VALUES FROM ('2026-01-01Z') TO (MAXVALUE);
INSERT INTO related.pages SELECT 't' || i, timestamptz '2025-10-01Z' + i * interval '1 day' FROM generate_series(1, 100) i;
SELECT leadscore.add_events(m, 'related.pages', lead => 'contact_id', at => 'at', kind => 'visit', via => 'related.contacts', via_lead => 'company_id') FROM (VALUES ('now'), ('later')) v(m);
SELECT pg_temp.differences();
CREATE TABLE related.kept AS SELECT lead_id, xmin::text AS written FROM related.companies_now;
DELETE FROM related.pages WHERE at < '2025-12-25Z' OR at > '2026-01-05Z';
SELECT leadscore.fold('later') > 0;
UPDATE related.kept k SET written = s.xmin::text FROM related.companies_now s WHERE s.lead_id = k.lead_id;
BEGIN;
TRUNCATE related.pages_old;
SELECT count(DISTINCT lead_id) FROM related.companies_later_queue;
SELECT count(*) FROM related.companies_now s JOIN related.kept k USING (lead_id) WHERE s.xmin::text <> k.written;
SELECT pg_temp.differences();
-- Moved in the same transaction, contacts and events gone in one statement.
UPDATE related.contacts SET company_id = 103 WHERE id IN ('t99', 't98', 't97');
TRUNCATE related.pages;
SELECT pg_temp.differences();
ROLLBACK;
SELECT pg_temp.differences();
BEGIN;
TRUNCATE related.pages, related.contacts, related.events;
SELECT pg_temp.differences();
ROLLBACK;
-- What could not count is no longer told of.
INSERT INTO related.pages SELECT 't1', 'infinity' FROM generate_series(1, 3);
SELECT source, sum(events) FROM related.companies_now_refused WHERE source LIKE '%pages%' GROUP BY 1;
TRUNCATE related.pages_new;
SELECT source, sum(events) FROM related.companies_now_refused WHERE source LIKE '%pages%' GROUP BY 1;
SELECT pg_temp.differences();
SELECT leadscore.drop_events(m, 'related.pages') FROM (VALUES ('now'), ('later')) v(m);
DROP TABLE related.pages, related.kept;
\echo # what whoever reads the views needs besides
\set VERBOSITY default
SET client_min_messages = notice;
CREATE ROLE regress_related;
SELECT leadscore.grant_reading('now', 'regress_related');
SELECT leadscore.grant_reading('later', 'regress_related');
GRANT SELECT ON related.companies, related.regions TO regress_related;
SELECT leadscore.grant_reading('now', 'regress_related');
SET ROLE regress_related;
SELECT count(*) > 0 FROM related.companies_now_scores;
-- In 14 other views read as their owner; this one calls a function, which reads as the reader everywhere.
\set SHOW_CONTEXT never
SELECT count(*) > 0 FROM related.companies_later_distribution;
RESET ROLE;
SELECT leadscore.grant_reading('later', 'regress_related');
GRANT SELECT ON related.contacts, related.events, related.calls TO regress_related;
SELECT leadscore.grant_reading('later', 'regress_related');
SET ROLE regress_related;
SELECT count(*) > 0 FROM related.companies_later_distribution;
SELECT count(*) > 0 FROM related.companies_later_scores;
RESET ROLE;
\set VERBOSITY terse
SET client_min_messages = warning;
SELECT leadscore.drop_model(m) FROM (VALUES ('now'), ('later')) v(m);
SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'related';
DROP SCHEMA related CASCADE;
DROP ROLE regress_related;
