-- One statement of several parts, and several models that look at it: brought up to date once, at its end.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA parts_of;
SET search_path = parts_of;
CREATE TABLE leads (id int PRIMARY KEY);
CREATE TABLE events (id int PRIMARY KEY, lead int, kind text DEFAULT 'visit', at timestamptz DEFAULT '2026-01-01Z');
CREATE TABLE calls (lead int, at timestamptz DEFAULT '2026-01-01Z');
INSERT INTO leads SELECT generate_series(1, 4);
INSERT INTO events SELECT i, i FROM generate_series(1, 4) i;
SELECT leadscore.create_model(name, 'leads', rules::leadscore.scoring_rules, score_column => name || '_score', stage_column => name || '_stage') FROM (VALUES
    ('a', '{"rules": [{"name": "visits", "on": "visit", "points": 10}, {"name": "calls", "on": "call", "points": 1}], "stages": [{"name": "cold"}, {"name": "warm", "from": 20}]}'),
    ('b', '{"rules": [{"name": "forms", "on": "form", "points": 5}]}')) v(name, rules);
SELECT leadscore.add_events(m, 'events', lead => 'lead', at => 'at', kind_column => 'kind'), leadscore.add_events(m, 'calls', lead => 'lead', at => 'at', kind => 'call')
  FROM (VALUES ('a'), ('b')) v(m);
-- Scores of both models, what verify() finds, and the writes of score rows since it was last asked.
CREATE FUNCTION now_known() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT string_agg(concat_ws(' ', l->>'id', l->>'a_score', l->>'b_score'), ', ' ORDER BY l->>'id') FROM (SELECT to_jsonb(leads) AS l FROM leads) j) || ' / '
        || (SELECT string_agg((SELECT count(*) FROM leadscore.verify(name))::text, ' ' ORDER BY name) FROM leadscore.model);
END $$;
CREATE FUNCTION writes(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    before bigint := pg_stat_get_xact_tuples_updated('leads_a'::regclass);
BEGIN
    EXECUTE statement;
    RETURN pg_stat_get_xact_tuples_updated('leads_a'::regclass) - before;
END $$;
SELECT now_known();
\echo # an upsert that both changes and adds events of a lead writes its row once, and its stage changes once
SELECT writes($$INSERT INTO events (id, lead) VALUES (1, 2), (5, 2), (6, 3) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead$$);
SELECT now_known();
SELECT lead_stage FROM (SELECT old_stage || ' ' || new_stage || ' ' || why FROM leads_a_stage_change WHERE id = 2 ORDER BY at, 1) c(lead_stage);
\echo # tables in one statement
SELECT writes($$WITH call AS (INSERT INTO calls (lead) VALUES (1), (2)), gone AS (DELETE FROM events WHERE id = 4) INSERT INTO events (id, lead, kind) VALUES (7, 1, 'form'), (8, 1, 'visit')$$);
SELECT now_known();
SELECT CASE WHEN current_setting('server_version_num')::int >= 150000 THEN
    $$MERGE INTO events e USING (VALUES (6, 4), (7, NULL), (9, 3)) s(id, lead) ON e.id = s.id
      WHEN MATCHED AND s.lead IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET lead = s.lead WHEN NOT MATCHED THEN INSERT (id, lead) VALUES (s.id, s.lead)$$
  ELSE $$WITH u AS (UPDATE events SET lead = 4 WHERE id = 6), d AS (DELETE FROM events WHERE id = 7) INSERT INTO events (id, lead) VALUES (9, 3)$$
  END AS merged \gset
SELECT writes(:'merged');
SELECT now_known();
\echo # in a cursor, in a function, undone to a savepoint
BEGIN;
SAVEPOINT s;
INSERT INTO events (id, lead) VALUES (1, 4), (10, 4) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead;
ROLLBACK TO s;
DO $$ BEGIN INSERT INTO events (id, lead) VALUES (1, 1), (11, 2) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead;
    BEGIN INSERT INTO events (id, lead) VALUES (1, 4), (12, 4) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead; RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END; END $$;
COMMIT;
SELECT now_known();
\echo # one of the triggers is disabled: the others go on
ALTER TABLE events DISABLE TRIGGER leadscore_a_events1_update;
INSERT INTO events (id, lead) VALUES (1, 2), (13, 3) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead;
ALTER TABLE events ENABLE TRIGGER leadscore_a_events1_update;
SELECT now_known();
SELECT leadscore.rebuild('a');
ALTER TABLE events DISABLE TRIGGER leadscore_a_events1_before;
INSERT INTO events (id, lead) VALUES (1, 1), (14, 3) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead;
ALTER TABLE events ENABLE TRIGGER leadscore_a_events1_before;
DROP TRIGGER leadscore_b_events1_before ON events;
INSERT INTO events (id, lead, kind) VALUES (1, 4, 'form'), (15, 3, 'form') ON CONFLICT (id) DO UPDATE SET lead = excluded.lead, kind = excluded.kind;
SELECT now_known();
SELECT problems FROM leadscore.model_status WHERE model = 'b';
SET client_min_messages = notice;
SELECT leadscore.refresh('b');
SET client_min_messages = warning;
SELECT problems FROM leadscore.model_status WHERE model = 'b';
\echo # a trigger of the application between ours changes the model: nothing counts twice
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE TG_ARGV[0]; RETURN NULL; END $$;
CREATE FUNCTION try(meddling text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER meddle AFTER UPDATE ON events EXECUTE FUNCTION meddle(%L)', meddling);
    INSERT INTO events (id, lead) VALUES (1, 2), ((SELECT max(id) + 1 FROM events), 3) ON CONFLICT (id) DO UPDATE SET lead = 3 - events.lead % 3, kind = 'visit';
    DROP TRIGGER meddle ON events;
    RETURN now_known();
END $$;
SELECT try($$SELECT leadscore.rebuild('a')$$);
SELECT try($$SELECT leadscore.set_rules('a', '{"rules": [{"name": "all", "on": "*", "points": 100}]}')$$);
SELECT try($$INSERT INTO events (id, lead) SELECT max(id) + 10, 4 FROM events$$);
SELECT try($$SELECT leadscore.drop_model('b')$$);
SELECT leadscore.drop_model('a');
DROP SCHEMA parts_of CASCADE;
\echo # many leads that go in one statement: to find one does not take longer the more are gone
CREATE SCHEMA many_gone;
CREATE TABLE many_gone.leads (id int PRIMARY KEY);
CREATE TABLE many_gone.visits (lead int, at timestamptz DEFAULT now());
CREATE INDEX ON many_gone.visits (lead);
INSERT INTO many_gone.leads SELECT generate_series(1, 3000);
INSERT INTO many_gone.visits SELECT generate_series(1, 3000);
SELECT leadscore.create_model('gone', 'many_gone.leads', '{"rules": [{"name": "visits", "on": "visit", "points": 1}]}');
SELECT leadscore.add_events('gone', 'many_gone.visits', lead => 'lead', at => 'at', kind => 'visit');
BEGIN;
CREATE TEMP TABLE read_before AS SELECT i.indexrelid, pg_stat_get_xact_tuples_returned(i.indexrelid) AS entries
    FROM pg_index i WHERE i.indrelid IN ('many_gone.leads'::regclass, 'many_gone.leads_gone'::regclass) AND i.indisprimary;
DELETE FROM many_gone.leads;
SELECT i.indexrelid::regclass, (pg_stat_get_xact_tuples_returned(i.indexrelid) - b.entries) / 3000 < 10 AS few_entries_a_lead
FROM read_before b JOIN pg_index i USING (indexrelid) ORDER BY 1;
INSERT INTO many_gone.leads SELECT generate_series(1, 3000);
SELECT i.indexrelid::regclass, (pg_stat_get_xact_tuples_returned(i.indexrelid) - b.entries) / 3000 < 20 AS few_entries_a_lead
FROM read_before b JOIN pg_index i USING (indexrelid) ORDER BY 1;
COMMIT;
SELECT count(*) AS different FROM leadscore.verify('gone');
SELECT leadscore.drop_model('gone');
DROP SCHEMA many_gone CASCADE;
