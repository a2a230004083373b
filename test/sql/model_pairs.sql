-- Events that reach several leads each, through a table of pairs: contacts and leads, and leads that share a partner.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA pairs;
SET search_path = pairs;
CREATE TABLE leads (id int PRIMARY KEY, partner int);
CREATE INDEX ON leads (partner);
CREATE TABLE pairs (contact text, lead int, PRIMARY KEY (contact, lead));
CREATE INDEX ON pairs (lead);
CREATE TABLE calls (id serial PRIMARY KEY, contact varchar(9), at timestamptz DEFAULT '2026-01-01Z', minutes int DEFAULT 1);
CREATE INDEX ON calls (contact);
CREATE TABLE visits (id serial PRIMARY KEY, partner bigint, at date DEFAULT '2026-01-02');
CREATE INDEX ON visits (partner);
INSERT INTO leads SELECT i, 1 + i % 3 FROM generate_series(1, 9) i;
INSERT INTO pairs SELECT 'c' || i, 1 + (i * j) % 9 FROM generate_series(1, 6) i, generate_series(1, 3) j ON CONFLICT DO NOTHING;
INSERT INTO calls (contact, minutes) SELECT 'c' || i % 8, i FROM generate_series(1, 30) i;
INSERT INTO visits (partner) SELECT i % 5 FROM generate_series(1, 20) i;
\set rules '{"rules":[{"name":"calls","on":"call","points":100},{"name":"minutes","on":"call","measure":{"sum":"minutes"},"points":1},{"name":"visits","on":"visit","points":10000}]}'
SELECT leadscore.create_model('now', 'leads', :'rules'), leadscore.create_model('later', 'leads', :'rules', mirror => false, upkeep => 'queued');
SELECT leadscore.add_events(m, 'calls', lead => 'contact', at => 'at', kind => 'call', via => 'pairs', via_key => 'contact', via_lead => 'lead') FROM (VALUES ('now'), ('later')) v(m);
-- The leads themselves are the pairs: of a partner and a lead.
SELECT leadscore.add_events(m, 'visits', lead => 'partner', at => 'at', kind => 'visit', via => 'leads', via_key => 'partner', via_lead => 'id') FROM (VALUES ('now'), ('later')) v(m);
SELECT model, events, via_many FROM leadscore.event_source ORDER BY 1, source;
CREATE FUNCTION wrong() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(format('lead %s: %s and %s, of %s', l.id, l.lead_score, q.score, e.score), '; ' ORDER BY l.id), '')
      FROM leads l LEFT JOIN leads_later_scores q USING (id)
      CROSS JOIN LATERAL (SELECT coalesce((SELECT sum(100 + c.minutes) FROM calls c JOIN pairs p ON p.contact = c.contact WHERE p.lead = l.id), 0)
                               + 10000 * (SELECT count(*) FROM visits v WHERE v.partner = l.partner) AS score) e
     WHERE l.lead_score IS DISTINCT FROM e.score OR q.score IS DISTINCT FROM e.score $$;
CREATE FUNCTION verified() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM (SELECT leadscore.verify('now') UNION ALL SELECT leadscore.verify('later')) v $$;
SELECT wrong(), verified();
SELECT id, lead_score FROM leads ORDER BY id;
\echo # events
INSERT INTO calls (contact, minutes) VALUES ('c1', 50), ('c2', 60), ('c9', 70), (NULL, 1);
SELECT wrong();
UPDATE calls SET minutes = minutes + 3, contact = 'c' || id % 7 WHERE id % 4 = 0;
SELECT wrong();
DELETE FROM calls WHERE id % 5 = 0;
INSERT INTO visits (partner) VALUES (1), (2), (7), (9000000000);
UPDATE visits SET partner = partner % 3 + 1 WHERE id % 3 = 0;
SELECT wrong();
\echo # pairs
INSERT INTO pairs VALUES ('c9', 1), ('c9', 2), ('c9', 77), ('c6', 9);
SELECT wrong();
UPDATE pairs SET lead = lead + 10 WHERE contact = 'c1';
SELECT wrong();
UPDATE pairs SET lead = lead - 10 WHERE contact = 'c1';
UPDATE pairs SET contact = 'c10' WHERE contact = 'c9';
SELECT wrong();
UPDATE pairs SET contact = 'c9' WHERE contact = 'c10' AND lead = 2;
DELETE FROM pairs WHERE lead IN (3, 4);
SELECT wrong();
INSERT INTO pairs SELECT 'c2', i FROM generate_series(1, 9) i ON CONFLICT (contact, lead) DO UPDATE SET lead = excluded.lead;
SELECT wrong();
WITH gone AS (DELETE FROM pairs WHERE contact = 'c2' RETURNING lead), come AS (INSERT INTO calls (contact, minutes) SELECT 'c3', 1000 FROM gone LIMIT 3) INSERT INTO pairs SELECT 'c3', lead FROM gone ON CONFLICT DO NOTHING;
SELECT wrong(), verified();
\echo # leads that are pairs
UPDATE leads SET partner = 1 + (partner + id) % 3 WHERE id < 5;
INSERT INTO leads VALUES (20, 1), (21, NULL), (22, 4);
DELETE FROM leads WHERE id = 9;
UPDATE leads SET id = 30 WHERE id = 8;
INSERT INTO leads VALUES (9, 2);
SELECT wrong(), verified();
\echo # anew
BEGIN;
TRUNCATE calls;
SELECT wrong();
ROLLBACK;
BEGIN;
TRUNCATE pairs;
SELECT wrong();
INSERT INTO pairs VALUES ('c1', 1);
SELECT wrong();
ROLLBACK;
BEGIN;
TRUNCATE leads, visits;
SELECT wrong(), verified();
ROLLBACK;
SELECT leadscore.rebuild('now'), leadscore.rebuild('later');
SELECT wrong();
SELECT leadscore.fold('later') >= 0;
SELECT wrong(), verified();
-- An event that cannot count is one, however many leads it has.
INSERT INTO calls (contact, at) SELECT 'c3', NULL FROM generate_series(1, 2);
SELECT source, sum(events) FROM leads_now_refused GROUP BY 1;
SELECT leadscore.rebuild('now');
SELECT source, sum(events) FROM leads_now_refused GROUP BY 1;
DELETE FROM calls WHERE at IS NULL;
\echo # past leads and touches
ALTER TABLE leads ADD won timestamptz;
UPDATE leads SET won = '2026-02-01Z' WHERE id < 4;
SELECT touch, touches, touched FROM leadscore.attribution('now', 'won', within => NULL);
SELECT count(*), count(DISTINCT v.id) FROM leads l JOIN visits v USING (partner) WHERE l.won IS NOT NULL;
SELECT leadscore.drop_model('now'), leadscore.drop_model('later');
\echo # what is refused
SELECT leadscore.create_model('now', 'leads', :'rules');
CREATE TABLE loose (contact text, lead int);
SELECT leadscore.add_events('now', 'calls', lead => 'contact', at => 'at', kind => 'call', via => 'loose', via_key => 'contact', via_lead => 'lead');
\set VERBOSITY default
SELECT leadscore.add_events('now', 'calls', lead => 'contact', at => 'at', kind => 'call', via => 'pairs', via_lead => 'lead');
CREATE UNIQUE INDEX ON loose (lead, contact);
SET client_min_messages = notice;
SELECT leadscore.add_events('now', 'calls', lead => 'contact', at => 'at', kind => 'call', via => 'loose', via_key => 'contact', via_lead => 'lead');
\set VERBOSITY terse
SET client_min_messages = error;
SELECT leadscore.drop_model('now');

\echo # what TRUNCATE takes from leads that are in the queue alone, and from one of many
TRUNCATE calls, visits, pairs; DELETE FROM leads;
SELECT leadscore.create_model('later', 'leads', :'rules', mirror => false, upkeep => 'queued'), leadscore.create_model('now', 'leads', :'rules', score_column => 'pair_score', stage_column => 'pair_stage');
SELECT leadscore.add_events(m, 'calls', lead => 'contact', at => 'at', kind => 'call', via => 'pairs', via_key => 'contact', via_lead => 'lead') FROM (VALUES ('now'), ('later')) v(m);
INSERT INTO leads VALUES (1); INSERT INTO pairs VALUES ('c7', 1); INSERT INTO calls (contact) VALUES ('c7');
BEGIN; TRUNCATE calls; SELECT score FROM leads_later_scores; SELECT leadscore.fold('later'); SELECT count(*) FROM leadscore.verify('later'); ROLLBACK;
BEGIN; TRUNCATE pairs; SELECT score FROM leads_later_scores; SELECT leadscore.fold('later'); SELECT count(*) FROM leadscore.verify('later'); ROLLBACK;
SELECT leadscore.fold('later');
INSERT INTO leads SELECT i FROM generate_series(2, 100) i;
SELECT leadscore.fold('later') > 0;
CREATE TABLE written AS SELECT lead_id, xmin::text AS row FROM leads_now;
TRUNCATE calls;
SELECT count(DISTINCT lead_id) FROM leads_later_queue;
SELECT count(*) FROM leads_now s JOIN written w USING (lead_id) WHERE s.xmin::text <> w.row;
SELECT count(*) FROM leadscore.verify('now');
\echo # refused is what upkeep refuses, whether its contact is there or not
INSERT INTO calls (contact, at) VALUES ('c99', NULL);
SELECT reason, sum(events) FROM leads_now_refused GROUP BY 1;
SELECT leadscore.rebuild('now');
SELECT reason, sum(events) FROM leads_now_refused GROUP BY 1;
INSERT INTO pairs VALUES ('c99', 2);
DELETE FROM calls;
SELECT reason, sum(events) FROM leads_now_refused GROUP BY 1;
\echo # by two keys of the same row; an index that is gone
ALTER TABLE leads ADD reseller int; CREATE INDEX ON leads (reseller);
UPDATE leads SET partner = 1 WHERE id = 1; UPDATE leads SET reseller = 1 WHERE id IN (1, 2);
SELECT leadscore.add_events('now', 'visits', lead => 'partner', at => 'at', kind => 'visit', via => 'leads', via_key => k, via_lead => 'id') FROM unnest('{partner,reseller}'::name[]) k;
INSERT INTO visits (partner) VALUES (1);
SELECT id, pair_score FROM leads WHERE pair_score > 0 ORDER BY id;
SELECT count(*) FROM leadscore.verify('now');
SELECT problems FROM leadscore.model_status WHERE model = 'now';
ALTER TABLE pairs DROP CONSTRAINT pairs_pkey;
SELECT problems FROM leadscore.model_status WHERE model = 'now';
SELECT touch FROM leadscore.attribution(leads => 'leads', converted => 'won', events => '[{"events": "calls", "lead": "contact", "at": "at", "kind": "call", "via": "pairs", "via_key": "contact", "via_lead": "lead"}]');
SELECT leadscore.drop_model('now'), leadscore.drop_model('later');

\echo # pairs and events written within each other, as in model_circles
CREATE TABLE people (id int PRIMARY KEY);
CREATE TABLE knows (contact int, lead int, PRIMARY KEY (contact, lead));
CREATE TABLE mails (id int PRIMARY KEY, contact int, at timestamptz DEFAULT '2026-01-01Z');
CREATE INDEX ON knows (lead); CREATE INDEX ON mails (contact);
INSERT INTO people SELECT i FROM generate_series(1, 4) i;
INSERT INTO knows VALUES (1, 1), (1, 2), (2, 2), (3, 3), (3, 4);
INSERT INTO mails (id, contact) VALUES (1, 1), (2, 1), (3, 2), (4, 9), (5, 9), (6, 9);
SELECT leadscore.create_model('now', 'people', '{"rules": [{"name": "mails", "on": "mail", "points": 1}]}');
SELECT leadscore.create_model('later', 'people', '{"rules": [{"name": "mails", "on": "mail", "points": 1}]}', mirror => false, upkeep => 'queued');
SELECT leadscore.add_events(m, 'mails', lead => 'contact', at => 'at', kind => 'mail', via => 'knows', via_key => 'contact', via_lead => 'lead') FROM (VALUES ('now'), ('later')) v(m);
CREATE TABLE statements (name text, relation text, event text, sql text);
INSERT INTO statements VALUES
  ('contact comes', 'knows', 'INSERT', 'INSERT INTO knows VALUES (9, 4), (9, 1)'),
  ('contact gets another lead', 'knows', 'INSERT', 'INSERT INTO knows VALUES (1, 4), (2, 3)'),
  ('contacts move', 'knows', 'UPDATE', 'UPDATE knows SET lead = lead + 2 WHERE contact = 1'),
  ('contact goes', 'knows', 'DELETE', 'DELETE FROM knows WHERE contact = 1'),
  ('contact has another key', 'knows', 'UPDATE', 'UPDATE knows SET contact = 9 WHERE contact = 1'),
  ('contacts are merged', 'knows', 'UPDATE', 'INSERT INTO knows VALUES (1, 1), (9, 2) ON CONFLICT (contact, lead) DO UPDATE SET lead = 4'),
  ('mails come', 'mails', 'INSERT', 'INSERT INTO mails VALUES (11, 1), (12, 9)'),
  ('mails go', 'mails', 'DELETE', 'DELETE FROM mails WHERE contact IN (1, 9)'),
  ('mails are merged', 'mails', 'INSERT', 'INSERT INTO mails VALUES (1, 9), (20, 1) ON CONFLICT (id) DO UPDATE SET contact = excluded.contact');
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE TG_ARGV[0];
    RETURN CASE TG_LEVEL WHEN 'ROW' THEN CASE TG_OP WHEN 'DELETE' THEN old ELSE new END END;
END $$;
CREATE FUNCTION unlike() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('lead %s: %s and %s, in its columns %s, of %s', id, s.score, q.score::int, l.lead_score, m.mails), '; ' ORDER BY id)
      FROM people l JOIN people_now s ON s.lead_id = l.id JOIN people_later_scores q USING (id)
      CROSS JOIN LATERAL (SELECT count(*) AS mails FROM mails JOIN knows c USING (contact) WHERE c.lead = l.id) m
     WHERE (s.score, q.score, l.lead_score) IS DISTINCT FROM (m.mails, m.mails, m.mails) $$;
CREATE FUNCTION try(outside text, relation text, event text, timing text, level text, name text, inside text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I %s %s ON %I FOR EACH %s WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION meddle(%L)', name, timing, event, relation, level, inside);
    EXECUTE outside;
    RAISE EXCEPTION USING errcode = 'LS000', message = coalesce(unlike(), '');
EXCEPTION
    WHEN sqlstate 'LS000' THEN
        IF sqlerrm <> '' THEN
            RETURN NEXT format('%s, %s each %s %s %s: %s', outside, timing, level, name, inside, sqlerrm);
        END IF;
    WHEN unique_violation OR triggered_data_change_violation OR cardinality_violation THEN
END $$;
\set ECHO none
SELECT format('SELECT try(%L, %L, %L, %L, %L, %L, %L)', o.sql, o.relation, o.event, timing, level, trigger, i.sql)
  FROM statements o, unnest('{BEFORE,AFTER}'::text[]) timing, unnest('{ROW,STATEMENT}'::text[]) level, unnest('{aaa,zzz}'::text[]) trigger, statements i
 ORDER BY o.name, i.name, timing, level, trigger
\gexec
\set ECHO all
SELECT count(*) FROM leadscore.verify('now');
SELECT leadscore.drop_model('now'), leadscore.drop_model('later');
RESET search_path;
DROP SCHEMA pairs CASCADE;
