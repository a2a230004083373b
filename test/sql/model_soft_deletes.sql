-- Rows of event tables that are marked as deleted are no events, as if they were gone.
\set VERBOSITY terse
\set QUIET 1
CREATE SCHEMA soft;
CREATE TABLE soft.leads (id int PRIMARY KEY, country text);
CREATE TABLE soft.contacts (id int PRIMARY KEY, lead_id int);
CREATE TABLE soft.hits (lead_id int, kind text, at timestamptz NOT NULL, gone boolean, pages int) PARTITION BY RANGE (at);
CREATE TABLE soft.hits_old PARTITION OF soft.hits FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE soft.hits_new (gone boolean, pages int, extra text, at timestamptz NOT NULL, kind text, lead_id int); -- other numbers
ALTER TABLE soft.hits_new DROP extra;
ALTER TABLE soft.hits ATTACH PARTITION soft.hits_new FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
CREATE DOMAIN soft.moment AS timestamptz;
CREATE TABLE soft.mails (id int PRIMARY KEY, contact int, sent timestamptz, deleted_at soft.moment);
INSERT INTO soft.leads SELECT i, CASE i % 2 WHEN 0 THEN 'CH' END FROM generate_series(1, 6) i;
INSERT INTO soft.contacts SELECT 10 * i, i FROM generate_series(1, 6) i;
INSERT INTO soft.hits SELECT i % 6 + 1, 'visit', '2025-12-01'::timestamptz + i * interval '1 day', CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END, i FROM generate_series(1, 60) i;
INSERT INTO soft.mails SELECT i, 10 * (i % 6 + 1), '2026-01-01'::timestamptz + i * interval '1 hour', CASE i % 4 WHEN 0 THEN '2026-02-01'::timestamptz END FROM generate_series(1, 40) i;
\set QUIET 0

SELECT leadscore.create_model('soft', 'soft.leads', '{"stages": [{"name": "cold"}, {"name": "hot", "from": 250}], "rules": [
    {"name": "visits", "on": "visit", "points": 3}, {"name": "pages", "on": "visit", "measure": {"sum": "pages"}, "points": 1}, {"name": "mails", "on": "mail", "points": 2}]}');
SELECT leadscore.add_events('soft', 'soft.hits', lead => 'lead_id', at => 'at', kind_column => 'kind', deleted => 'gone');
SELECT leadscore.add_events('soft', 'soft.mails', lead => 'contact', at => 'sent', kind => 'mail', via => 'soft.contacts', via_lead => 'lead_id', deleted => 'deleted_at');
SELECT events, deleted_column FROM leadscore.event_source WHERE model = 'soft' ORDER BY source;

-- What each lead should have, by the rows that are left.
CREATE VIEW soft.expected AS
SELECT l.id, coalesce((SELECT 3 * count(*) + sum(h.pages) FROM soft.hits h WHERE h.lead_id = l.id AND h.gone IS NOT TRUE), 0)
     + (SELECT 2 * count(*) FROM soft.mails m JOIN soft.contacts c ON c.id = m.contact WHERE c.lead_id = l.id AND m.deleted_at IS NULL AND m.sent IS NOT NULL) AS score
  FROM soft.leads l;
CREATE FUNCTION soft.differences() RETURNS bigint LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM soft.expected e JOIN soft.leads l USING (id) WHERE l.lead_score IS DISTINCT FROM e.score)
         + (SELECT count(*) FROM leadscore.verify('soft'))
$$;
SELECT soft.differences();
SELECT l.id, l.lead_score, l.lead_stage FROM soft.leads l ORDER BY l.id;

-- Marked, and taken back.
UPDATE soft.hits SET gone = true WHERE lead_id = 1;
SELECT lead_score FROM soft.leads WHERE id = 1;
SELECT soft.differences();
UPDATE soft.hits SET gone = NULL WHERE lead_id IN (1, 2) AND pages % 2 = 0;
UPDATE soft.mails SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id < 20;
SELECT soft.differences();
-- Another moment of deletion is no change; infinity is one, too.
UPDATE soft.mails SET deleted_at = '-infinity' WHERE deleted_at IS NOT NULL;
SELECT soft.differences();
-- Deleted as it comes, moved to another partition and lead while it is deleted, deleted in truth.
INSERT INTO soft.hits VALUES (3, 'visit', '2026-03-01', true, 100), (3, NULL, '2026-03-01', true, 1), (3, 'visit', '2026-03-02', false, 7);
INSERT INTO soft.mails VALUES (100, 30, NULL, now()), (101, 30, '2026-03-01', NULL);
SELECT soft.differences();
UPDATE soft.hits SET at = '2025-06-01', lead_id = 4 WHERE pages = 100;
SELECT soft.differences();
UPDATE soft.hits SET gone = false WHERE pages = 100;
SELECT soft.differences();
UPDATE soft.hits SET gone = true, at = '2026-06-01', lead_id = 5 WHERE pages = 100;
SELECT soft.differences();
DELETE FROM soft.hits WHERE gone;
DELETE FROM soft.mails WHERE id % 3 = 0;
SELECT soft.differences();
-- What is deleted is not refused, whatever it lacks.
SELECT source, reason, sum(events) AS events FROM soft.leads_soft_refused GROUP BY 1, 2 HAVING sum(events) <> 0;
UPDATE soft.contacts SET lead_id = 6 WHERE lead_id = 5;
SELECT soft.differences();
-- From the tables anew.
SELECT leadscore.rebuild('soft');
SELECT soft.differences();
SELECT leadscore.pause('soft');
UPDATE soft.hits SET gone = pages % 2 = 1;
SELECT leadscore.resume('soft');
SELECT soft.differences();
SELECT leadscore.set_rules('soft', '{"rules": [{"name": "visits", "on": "visit", "points": 3}, {"name": "pages", "on": "visit", "measure": {"sum": "pages"}, "points": 1}, {"name": "mails", "on": "mail", "points": 2}, {"name": "calls", "on": "call", "points": 2}]}');
SELECT soft.differences();
-- A column of another name.
ALTER TABLE soft.hits RENAME gone TO removed;
UPDATE soft.hits SET removed = NOT removed;
ALTER TABLE soft.hits RENAME removed TO gone;
UPDATE soft.hits SET gone = NOT gone WHERE lead_id = 3;
SELECT soft.differences();
-- Now it lacks a moment.
UPDATE soft.mails SET deleted_at = NULL;
SELECT soft.differences();
SELECT source, reason, sum(events) AS events FROM soft.leads_soft_refused GROUP BY 1, 2 HAVING sum(events) <> 0;
-- Everything that reads events leaves them out.
SELECT severity, topic, place FROM leadscore.lint_model('soft', '{"rules": [{"name": "visits", "on": "visit", "points": 1}, {"name": "calls", "on": "call", "points": 1}, {"name": "mails", "on": "mail", "points": 1}]}');
UPDATE soft.mails SET deleted_at = now();
SELECT place, message FROM leadscore.lint_model('soft', '{"rules": [{"name": "visits", "on": "visit", "points": 1}, {"name": "calls", "on": "call", "points": 1}, {"name": "mails", "on": "mail", "points": 1}]}');
SELECT (SELECT sum(p.score) FROM leadscore.score_at('soft', now()) p) = (SELECT sum(lead_score) FROM soft.leads) AS same;
\set QUIET 1
ALTER TABLE soft.leads ADD won timestamptz;
UPDATE soft.leads SET won = '2026-01-20' WHERE id < 4;
\set QUIET 0
SELECT touch, touches, touched FROM leadscore.attribution('soft', 'won', within => NULL);
SELECT touch, touches, touched FROM leadscore.attribution(leads => 'soft.leads', converted => 'won', events => '[{"events": "hits", "lead": "lead_id", "at": "at", "kind_column": "kind", "deleted": "gone"},
    {"events": "mails", "lead": "contact", "at": "sent", "kind": "mail", "via": "contacts", "via_lead": "lead_id", "deleted": "deleted_at"}]', within => NULL);
SELECT count(*) AS touches FROM soft.hits h JOIN soft.leads l ON l.id = h.lead_id WHERE h.gone IS NOT TRUE AND h.at <= l.won;
-- The query that counts is a scan with a condition: nothing is joined.
EXPLAIN (COSTS OFF) SELECT count(*) FROM soft.mails leadscore_e JOIN (SELECT) leadscore_d ON leadscore_e.deleted_at IS NULL;

-- What marks nothing.
SELECT leadscore.add_events('soft', 'soft.hits', lead => 'lead_id', at => 'at', kind => 'again', deleted => 'pages');
SELECT leadscore.add_events('soft', 'soft.hits', lead => 'lead_id', at => 'at', kind => 'again', deleted => 'nothing');
SELECT touch FROM leadscore.attribution(leads => 'soft.leads', converted => 'won', events => '[{"events": "hits", "lead": "lead_id", "at": "at", "kind_column": "kind", "deleted": "kind"}]');
DROP VIEW soft.expected CASCADE;
ALTER TABLE soft.mails ALTER deleted_at TYPE text;
UPDATE soft.mails SET deleted_at = NULL;
SELECT problems FROM leadscore.model_status WHERE model = 'soft';
SELECT leadscore.drop_model('soft');

-- A column that says the opposite is told, and so is one that marks nearly all; not one that marks half, nor few rows.
\set VERBOSITY default
CREATE TABLE soft.calls (lead int, at timestamptz, active boolean, done timestamptz, half boolean);
CREATE INDEX ON soft.calls (lead);
INSERT INTO soft.calls SELECT i % 6 + 1, now(), CASE WHEN i <= 9 THEN true WHEN i <= 10 THEN false END, CASE WHEN i <= 7 THEN now() END, i <= 6 FROM generate_series(1, 12) i;
SELECT leadscore.create_model('soft', 'soft.leads', '{"rules": [{"name": "calls", "on": "call", "points": 1}]}');
SELECT leadscore.add_events('soft', 'soft.calls', lead => 'lead', at => 'at', kind => 'call', deleted => 'active');
SELECT sum(lead_score) FROM soft.leads;
SELECT leadscore.drop_events('soft', 'soft.calls');
SELECT leadscore.add_events('soft', 'soft.calls', lead => 'lead', at => 'at', kind => 'call', deleted => 'done');
SELECT leadscore.drop_events('soft', 'soft.calls');
SELECT leadscore.add_events('soft', 'soft.calls', lead => 'lead', at => 'at', kind => 'call', deleted => 'half');
SELECT leadscore.drop_events('soft', 'soft.calls');
ALTER TABLE soft.calls ADD archived boolean GENERATED ALWAYS AS (active IS FALSE) STORED;
SELECT leadscore.add_events('soft', 'soft.calls', lead => 'lead', at => 'at', kind => 'call', deleted => 'archived');
SELECT sum(lead_score) FROM soft.leads;
SELECT leadscore.drop_events('soft', 'soft.calls');
DELETE FROM soft.calls WHERE ctid IN (SELECT ctid FROM soft.calls LIMIT 3);
SELECT leadscore.add_events('soft', 'soft.calls', lead => 'lead', at => 'at', kind => 'call', deleted => 'done');
SELECT leadscore.drop_events('soft', 'soft.calls');
SELECT leadscore.drop_model('soft');
\set VERBOSITY terse
DROP SCHEMA soft CASCADE;
