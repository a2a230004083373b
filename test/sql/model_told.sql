-- What the status, errors and the history tell of tables that somebody changed.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = error;
CREATE SCHEMA told;
SET search_path = told;
CREATE TABLE leads (id int PRIMARY KEY, country text);
CREATE TABLE co (lead_id int, at timestamptz, kind text, url text, details jsonb);
CREATE TABLE calls (lead_id int, at timestamptz, url text, data jsonb);
INSERT INTO leads VALUES (1, 'DE'), (2, 'AT');
CREATE FUNCTION problems() RETURNS SETOF text LANGUAGE sql AS $$ SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'm' $$;
CREATE FUNCTION outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' ', sqlstate, sqlerrm, 'HINT: ' || nullif(hint, ''));
END $$;
SELECT leadscore.create_model('m', 'leads', '{"rules": [
    {"name": "country", "attribute": "country", "values": {"DE": 1}},
    {"name": "pricing", "on": "visit", "if": {"any": [{"url": {"starts_with": "/p"}}, {"not": {"details.seen": true}}]}, "points": 10},
    {"name": "calls", "on": "call", "if": {"length": {">": 60}}, "points": 5}], "stages": [{"name": "cold"}, {"name": "hot", "from": 5}]}');
\echo # properties that no column has; of jsonb nobody knows
SELECT problems();
SELECT leadscore.add_events('m', 'co', lead => 'lead_id', at => 'at', kind_column => 'kind');
SELECT problems();
ALTER TABLE co RENAME url TO href;
SELECT problems();
ALTER TABLE co RENAME details TO more;
SELECT problems();
ALTER TABLE co RENAME href TO url;
ALTER TABLE co ALTER more TYPE text;
ALTER TABLE co RENAME more TO details;
SELECT problems();
ALTER TABLE co ALTER details TYPE jsonb USING details::jsonb;
SELECT leadscore.add_events('m', 'calls', lead => 'lead_id', at => 'at', kind => 'call', properties => 'data');
SELECT problems();
\echo # the same words in all sessions
SET quote_all_identifiers = on;
INSERT INTO co VALUES (1, '2026-01-01Z', 'visit', '/p'), (2, NULL, 'visit', '/p');
RESET quote_all_identifiers;
SELECT lead, why FROM leadscore.stage_changes('m');
SELECT source, reason FROM leads_m_refused;
SET quote_all_identifiers = on;
SELECT leadscore.drop_events('m', 'co');
RESET quote_all_identifiers;
SELECT source, reason FROM leads_m_refused;
\echo # a table of the model that was altered
ALTER TABLE leads_m RENAME recent TO recent2;
SELECT problems();
SELECT outcome(s) FROM unnest(ARRAY['SELECT leadscore.refresh(''m'')', 'SELECT leadscore.rebuild(''m'')', 'SELECT * FROM leadscore.verify(''m'')', 'SELECT leadscore.score_of(''m'', 1)',
    'SELECT leadscore.explain_lead(''m'', 1)', 'SELECT leadscore.adjust(''m'', 1, ''fit'', ''add'', 1)']) s;
ALTER TABLE leads_m RENAME recent2 TO recent;
SELECT leadscore.rebuild('m');
SELECT count(*) FROM leadscore.verify('m');
ALTER TABLE leads_m_queue ALTER why TYPE varchar(20);
SELECT outcome('SELECT leadscore.refresh(''m'')');
ALTER TABLE leads_m_queue ALTER why TYPE text;
SELECT problems();
\echo # nothing is kept current
CREATE ROLE told_other;
GRANT CREATE ON SCHEMA told TO told_other;
ALTER TABLE leads_m_queue OWNER TO told_other;
SELECT outcome(s) FROM unnest(ARRAY['SELECT leadscore.refresh(''m'')', 'SELECT leadscore.adjust(''m'', 1, ''fit'', ''add'', 1)']) s;
ALTER TABLE leads_m_queue OWNER TO SESSION_USER;
SELECT outcome('SELECT leadscore.refresh(''m'')');
\echo # tables and views that are left of a model: the hint names them all, and works
CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT relation, name FROM leadscore.upkeep_triggers() WHERE model = 'm' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', t.name, t.relation);
    END LOOP;
    DELETE FROM leadscore.event_source WHERE model = 'm';
    DELETE FROM leadscore.counted_table WHERE model = 'm';
    DELETE FROM leadscore.missed_write WHERE model = 'm';
    DELETE FROM leadscore.evidence_set WHERE model = 'm';
    DELETE FROM leadscore.rules_version WHERE model = 'm';
    DELETE FROM leadscore.model WHERE name = 'm';
END $$;
SELECT forget();
CREATE VIEW mine AS SELECT * FROM leads_m_scores;
SELECT outcome('SELECT leadscore.create_model(''m'', ''leads'', ''{"rules": []}'')') AS said \gset
\echo :said
SELECT split_part(:'said', 'any more: ', 2) AS hint \gset
SELECT outcome(:'hint');
DROP VIEW mine;
SELECT outcome(:'hint');
SELECT leadscore.create_model('m', 'leads', '{"rules": []}');
SELECT forget();
DROP VIEW leads_m_scores, leads_m_funnel, leads_m_distribution, leads_m_history, leads_m_rules;
SELECT outcome('SELECT leadscore.create_model(''m'', ''leads'', ''{"rules": []}'')') AS said \gset
\echo :said
SELECT split_part(:'said', 'any more: ', 2) AS hint \gset
SELECT outcome(:'hint');
DROP SCHEMA told CASCADE;
DROP ROLE told_other;
