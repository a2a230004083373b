-- Triggers of the application that change models, tables or settings in the middle of a statement whose upkeep waits for its end.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE SCHEMA meddling;
SET search_path = meddling;
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE TG_ARGV[0]; RETURN NULL; END $$;
-- Scores of both models and how much verify() finds.
CREATE FUNCTION now_known() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT string_agg(concat_ws(' ', l->>'id', l->>'a_score', l->>'b_score'), ', ' ORDER BY l->>'id') FROM (SELECT to_jsonb(leads) AS l FROM leads) j) || ' / '
        || (SELECT string_agg((SELECT count(*) FROM leadscore.verify(name))::text, ' ' ORDER BY name) FROM leadscore.model WHERE name IN ('a', 'b'));
END $$;
-- Does something while a trigger does something else.
CREATE FUNCTION during(statement text, event text, relation text, meddling text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER zzz AFTER %s ON %s WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION meddle(%L)', event, relation, meddling);
    EXECUTE statement;
    EXECUTE format('DROP TRIGGER zzz ON %s', relation);
    RETURN now_known();
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE TABLE companies (id int PRIMARY KEY, industry text);
CREATE TABLE leads (id int PRIMARY KEY, company_id int);
CREATE TABLE events (id int PRIMARY KEY, lead int, kind text DEFAULT 'visit', at timestamptz DEFAULT '2026-01-01Z');
CREATE TABLE calls (lead int, at timestamptz DEFAULT '2026-01-01Z');
CREATE TABLE contacts (id int PRIMARY KEY, lead int);
CREATE TABLE mails (id int PRIMARY KEY, contact int, at timestamptz DEFAULT '2026-01-01Z');
INSERT INTO companies VALUES (1, 'x'), (2, 'y');
INSERT INTO leads SELECT i, 1 + i % 2 FROM generate_series(1, 4) i;
INSERT INTO events SELECT i, i FROM generate_series(1, 4) i;
INSERT INTO contacts VALUES (1, 1), (2, 2);
INSERT INTO mails VALUES (1, 1), (2, 2);
SELECT leadscore.create_model(name, 'leads', rules::leadscore.scoring_rules, score_column => name || '_score', stage_column => name || '_stage') FROM (VALUES
    ('a', '{"rules": [{"name": "visits", "on": "visit", "points": 10}, {"name": "calls", "on": "call", "points": 1}, {"name": "mails", "on": "mail", "points": 100},
                      {"name": "industry", "attribute": "company.industry", "values": {"x": 1000}}]}'),
    ('b', '{"rules": [{"name": "forms", "on": "form", "points": 5}, {"name": "mails", "on": "mail", "points": 200}]}')) v(name, rules);
SELECT leadscore.add_attributes('a', 'companies', "on" => 'company_id', as_prefix => 'company');
SELECT leadscore.add_events(m, 'events', lead => 'lead', at => 'at', kind_column => 'kind'), leadscore.add_events(m, 'calls', lead => 'lead', at => 'at', kind => 'call'),
       leadscore.add_events(m, 'mails', lead => 'contact', at => 'at', kind => 'mail', via => 'contacts', via_key => 'id', via_lead => 'lead') FROM (VALUES ('a'), ('b')) v(m);
SELECT now_known();
\echo # what is written for one model changes the other one
SELECT during($$INSERT INTO events VALUES (11, 1, 'form'), (12, 1, 'visit')$$, 'UPDATE OF a_score', 'leads', $$SELECT leadscore.rebuild('b')$$);
SELECT during($$INSERT INTO events VALUES (13, 1, 'form'), (14, 1, 'visit')$$, 'UPDATE OF a_score', 'leads',
    $$SELECT leadscore.set_rules('b', '{"rules": [{"name": "forms", "on": "form", "points": 7}, {"name": "mails", "on": "mail", "points": 200}]}')$$);
SELECT version = (SELECT version FROM leadscore.model WHERE name = 'b') OR due = '-infinity' FROM leads_b WHERE lead_id = 1;
SELECT during($$INSERT INTO events VALUES (15, 1, 'form'), (16, 1, 'visit')$$, 'UPDATE OF a_score', 'leads',
    $$SELECT leadscore.set_rules('b', '{"rules": [{"name": "forms", "on": "form", "points": 7}, {"name": "visits", "on": "visit", "points": 3}, {"name": "mails", "on": "mail", "points": 200}]}')$$);
\echo # contacts and their mails in one statement, and by triggers
SELECT during($$INSERT INTO contacts VALUES (1, 3), (9, 4) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead$$, 'UPDATE', 'contacts', $$UPDATE mails SET contact = 2 WHERE contact = 1$$);
UPDATE mails SET contact = 1 WHERE id = 1;
WITH c AS (UPDATE contacts SET lead = 1 WHERE id = 1) UPDATE mails SET contact = 2 WHERE id = 1;
SELECT now_known();
UPDATE mails SET contact = 1 WHERE id = 1;
WITH c AS (UPDATE contacts SET lead = 4 WHERE id = 1) DELETE FROM mails WHERE id = 1;
SELECT now_known();
\echo # firings that do not come
WITH c AS (INSERT INTO calls (lead) VALUES (1), (2) RETURNING 1), d AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', false) FROM (SELECT count(*) FROM c) x)
INSERT INTO events (id, lead) SELECT 30 + row_number() OVER (), 3 FROM d;
RESET session_replication_role;
SELECT count(*) FROM leadscore.verify('a') WHERE lead IN ('1', '2');
SELECT leadscore.rebuild('a'), leadscore.rebuild('b');
DROP TRIGGER leadscore_a_events1_insert ON events;
CREATE TRIGGER aaa BEFORE INSERT ON events EXECUTE FUNCTION meddle($$SELECT leadscore.refresh('a')$$);
INSERT INTO events VALUES (41, 1, 'form'), (42, 1, 'visit');
DROP TRIGGER aaa ON events;
SELECT count(*) FROM leadscore.verify('b');
SELECT leadscore.rebuild('a');
SELECT now_known();
\echo # tables emptied at once, with what was read of them before
SELECT during('TRUNCATE calls, events', 'TRUNCATE', 'calls', $$SELECT leadscore.set_rules('b', '{"rules": [{"name": "visits", "on": "visit", "points": 8}, {"name": "mails", "on": "mail", "points": 200}]}')$$);
INSERT INTO events SELECT i, i FROM generate_series(1, 4) i;
INSERT INTO calls (lead) VALUES (1), (3);
SELECT now_known();
SELECT during('TRUNCATE events, calls, contacts, leads', 'TRUNCATE', 'events', $$INSERT INTO calls VALUES (1), (4)$$);
INSERT INTO leads SELECT i, 1 + i % 2 FROM generate_series(1, 4) i;
INSERT INTO contacts VALUES (1, 1), (2, 2);
INSERT INTO events SELECT i, i FROM generate_series(1, 4) i;
SELECT now_known();
\echo # with queued upkeep, what waits to be read is told right
SELECT leadscore.create_model('q', 'leads', '{"rules": [{"name": "visits", "on": "visit", "points": 10}]}', mirror => false, upkeep => 'queued');
SELECT leadscore.add_events('q', 'events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT during($$INSERT INTO events VALUES (1, 1, 'form'), (61, 1, 'visit'), (62, 2, 'visit') ON CONFLICT (id) DO UPDATE SET kind = excluded.kind$$, 'INSERT', 'events',
    $$SELECT leadscore.set_rules('q', '{"rules": [{"name": "visits", "on": "visit", "points": 10}, {"name": "forms", "on": "form", "points": 5}]}')$$);
SELECT id, score::int FROM leads_q_scores ORDER BY id;
CREATE TRIGGER zzz BEFORE TRUNCATE ON events EXECUTE FUNCTION meddle($$SELECT leadscore.set_rules('q', '{"rules": [{"name": "all", "on": "*", "points": 5}]}')$$);
TRUNCATE events;
DROP TRIGGER zzz ON events;
SELECT id, score::int FROM leads_q_scores ORDER BY id;
SELECT count(*) FROM leadscore.verify('q');
INSERT INTO events SELECT i, i FROM generate_series(1, 4) i;
SELECT leadscore.drop_model('q');
\echo # what upkeep writes of one lead changes the next
CREATE FUNCTION meddle_and_go_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE TG_ARGV[0]; RETURN new; END $$;
CREATE TRIGGER zzz BEFORE UPDATE ON leads FOR EACH ROW WHEN (new.id = 1) EXECUTE FUNCTION meddle_and_go_on($$DELETE FROM calls WHERE lead = 4$$);
INSERT INTO events VALUES (71, 1, 'visit'), (72, 4, 'visit');
DROP TRIGGER zzz ON leads;
SELECT now_known();
\echo # names and types change
SELECT during($$INSERT INTO companies VALUES (1, 'z'), (3, 'q') ON CONFLICT (id) DO UPDATE SET industry = 'z'$$, 'UPDATE', 'companies', $$ALTER TABLE leads RENAME company_id TO firm_id$$);
SELECT leadscore.refresh('a');
SELECT now_known();
SELECT leadscore.drop_model('b');
CREATE FUNCTION retype() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP VIEW leads_a_scores, leads_a_funnel, leads_a_distribution, leads_a_history, leads_a_rules CASCADE;
    ALTER TABLE leads ALTER id TYPE text;
    ALTER TABLE leads_a ALTER lead_id TYPE text;
    ALTER TABLE leads_a_adjustment ALTER lead_id TYPE text;
    ALTER TABLE leads_a_stage_change ALTER lead_id TYPE text;
    ALTER TABLE leads_a_queue ALTER lead_id TYPE text;
END $$;
CREATE TRIGGER zzz AFTER UPDATE ON events WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION meddle($$SELECT retype()$$);
INSERT INTO events VALUES (1, 1, 'form'), (51, 1, 'form'), (52, 2, 'visit') ON CONFLICT (id) DO UPDATE SET kind = 'form';
DROP TRIGGER zzz ON events;
SELECT count(*) FROM events WHERE id IN (1, 51, 52) AND (kind = 'form' OR id = 52);
SELECT model, problems <> '{}' FROM leadscore.model_status ORDER BY model;
SELECT leadscore.drop_model('a');
DROP SCHEMA meddling CASCADE;
