-- Rights around models: who may bind, write, read and run what; hostile neighbours gain nothing.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE ROLE regress_ls_owner;
CREATE ROLE regress_ls_app;
CREATE ROLE regress_ls_other;
CREATE ROLE regress_ls_reader;
CREATE ROLE regress_ls_member IN ROLE regress_ls_owner;
CREATE SCHEMA rights AUTHORIZATION regress_ls_owner;
CREATE SCHEMA other AUTHORIZATION regress_ls_other;
GRANT USAGE ON SCHEMA rights TO PUBLIC;
GRANT USAGE ON SCHEMA other TO PUBLIC;

CREATE FUNCTION public.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text;
BEGIN
  IF pg_catalog.starts_with(query, 'SELECT') THEN EXECUTE query INTO got; ELSE EXECUTE query; END IF;
  RETURN coalesce(got, 'done');
EXCEPTION WHEN OTHERS THEN
  RETURN pg_catalog.concat_ws(' ', sqlstate, sqlerrm);
END $$;

SET ROLE regress_ls_owner;
CREATE TABLE rights.leads (id int PRIMARY KEY, region text, vip boolean, note text);
CREATE TABLE rights.events (lead int, at timestamptz, kind text);
CREATE TABLE rights.queued_events (lead int, at timestamptz);
CREATE TABLE rights.firms (id int PRIMARY KEY, size int);
\set rules '{"rules":[{"name":"vip","if":{"vip":true},"points":100},{"name":"visits","on":"visit","points":10}],"score":{"max":1000},"stages":[{"name":"low"},{"name":"high","from":100}]}'
SELECT leadscore.create_model('rights', 'rights.leads', :'rules');
SELECT leadscore.add_events('rights', 'rights.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT leadscore.create_model('waiting', 'rights.leads', :'rules', mirror => false, upkeep => 'queued');
SELECT leadscore.add_events('waiting', 'rights.queued_events', lead => 'lead', at => 'at', kind => 'visit');
INSERT INTO rights.leads VALUES (1, 'north', false), (2, 'south', true), (3, 'north', NULL);
GRANT INSERT ON rights.events, rights.queued_events TO regress_ls_app;
SET ROLE regress_ls_other;
CREATE TABLE other.leads (id int PRIMARY KEY);
CREATE TABLE other.events (lead int, at timestamptz, kind text);
RESET ROLE;

\echo # a role that may insert only
SET ROLE regress_ls_app;
INSERT INTO rights.events VALUES (1, '2026-01-01Z', 'visit'), (2, '2026-01-01Z', 'visit'), (7, '2026-01-01Z', 'visit');
INSERT INTO rights.queued_events VALUES (1, '2026-01-01Z'), (3, '2026-01-01Z');
COPY rights.events FROM stdin;
3	2026-01-02Z	visit
\.
SELECT outcome('SELECT 1 FROM rights.leads'), outcome('SELECT 1 FROM rights.leads_rights'), outcome('SELECT 1 FROM rights.leads_waiting_queue'), outcome('SELECT 1 FROM rights.leads_rights_scores');
RESET ROLE;
SELECT id, lead_score, lead_stage FROM rights.leads ORDER BY id;
SELECT * FROM leadscore.verify('rights') UNION ALL SELECT * FROM leadscore.verify('waiting');
SELECT (leadscore.score_of('waiting', 3)).score;

\echo # nobody binds a table he does not own, whatever was granted to him
SET ROLE regress_ls_owner;
GRANT ALL ON ALL TABLES IN SCHEMA rights TO regress_ls_other;
SELECT outcome($$SELECT leadscore.add_events('rights', 'other.events', lead => 'lead', at => 'at', kind_column => 'kind')$$);
SELECT outcome($$SELECT leadscore.add_attributes('rights', 'other.leads', "on" => 'id', as_prefix => 'o')$$);
SELECT outcome($$SELECT leadscore.add_events('rights', 'rights.queued_events', lead => 'lead', at => 'at', kind => 'x', via => 'other.leads', via_key => 'id', via_lead => 'id')$$);
SELECT outcome($$SELECT leadscore.create_model('o', 'other.leads', '{"rules":[]}')$$);
SET ROLE regress_ls_other;
SELECT outcome($$SELECT leadscore.create_model('o', 'rights.leads', '{"rules":[]}', mirror => false)$$);
SELECT leadscore.create_model('theirs', 'other.leads', '{"rules":[]}', score_column => 's', stage_column => 't');
SELECT outcome($$SELECT leadscore.add_events('theirs', 'rights.events', lead => 'lead', at => 'at', kind_column => 'kind')$$);
SELECT outcome($$SELECT leadscore.add_attributes('theirs', 'rights.firms', "on" => 'id', as_prefix => 'f')$$);
SELECT outcome($$SELECT leadscore.add_events('rights', 'other.events', lead => 'lead', at => 'at', kind_column => 'kind')$$);
SELECT outcome($$SELECT leadscore.create_upkeep_triggers('theirs', 'rights.events', 'events', 1)$$), outcome($$SELECT leadscore.create_upkeep_triggers('rights', 'other.events', 'events', 1)$$),
       outcome($$SELECT leadscore.create_upkeep_triggers('rights', 'rights.events', 'events', 1)$$), outcome($$SELECT leadscore.drop_upkeep_triggers('rights', 'rights.events', 'events', 1)$$);
RESET ROLE;

\echo # who may bind a table on which the owner of the leads has not the rights that upkeep needs is told so
CREATE SCHEMA apart;
CREATE TABLE apart.events (lead int, at timestamptz, kind text);
CREATE TABLE apart.contacts (id int PRIMARY KEY, lead int);
SELECT outcome($$SELECT leadscore.add_events('rights', 'apart.events', lead => 'lead', at => 'at', kind_column => 'kind')$$);
GRANT USAGE ON SCHEMA apart TO regress_ls_owner;
SELECT outcome($$SELECT leadscore.add_events('rights', 'apart.events', lead => 'lead', at => 'at', kind_column => 'kind')$$),
       outcome($$SELECT leadscore.add_events('rights', 'rights.events', lead => 'lead', at => 'at', kind_column => 'kind', via => 'apart.contacts', via_lead => 'lead')$$),
       outcome($$SELECT leadscore.add_attributes('rights', 'apart.contacts', "on" => 'id', as_prefix => 'c')$$);
GRANT SELECT ON apart.events, apart.contacts TO regress_ls_owner;
SELECT outcome($$SELECT leadscore.add_events('rights', 'apart.events', lead => 'lead', at => 'at', kind_column => 'kind', via => 'apart.contacts', via_lead => 'lead')$$),
       outcome($$SELECT leadscore.add_attributes('rights', 'apart.contacts', "on" => 'id', as_prefix => 'c')$$);
GRANT UPDATE ON apart.contacts TO regress_ls_owner;
SELECT leadscore.add_events('rights', 'apart.events', lead => 'lead', at => 'at', kind_column => 'kind', via => 'apart.contacts', via_lead => 'lead');
INSERT INTO apart.contacts VALUES (9, 1);
INSERT INTO apart.events VALUES (9, '2026-01-01Z', 'visit');
SELECT * FROM leadscore.verify('rights');
SELECT problems FROM leadscore.model_status WHERE model = 'rights';
-- What takes locks says what it lacks, and pause() does before resume() could not.
SET ROLE regress_ls_owner;
SELECT outcome($$SELECT leadscore.pause('rights')$$), outcome($$SELECT leadscore.rebuild('rights')$$);
RESET ROLE;
GRANT TRUNCATE ON apart.events TO regress_ls_owner;
SET ROLE regress_ls_owner;
SELECT leadscore.pause('rights'), leadscore.resume('rights'), leadscore.rebuild('rights');
RESET ROLE;
SELECT leadscore.drop_events('rights', 'apart.events');
DROP SCHEMA apart CASCADE;
SET ROLE regress_ls_other;

\echo # the trigger function is for nobody to use but who made the extension
SELECT outcome($$CREATE TRIGGER t AFTER INSERT ON other.events REFERENCING NEW TABLE AS leadscore_new FOR EACH STATEMENT EXECUTE FUNCTION leadscore.upkeep('rights', 'events', '1')$$),
       outcome('SELECT leadscore.upkeep()');
RESET ROLE;
SELECT outcome('SELECT leadscore.upkeep()');
-- A trigger with wrong arguments or of another kind says so, or does nothing.
CREATE TABLE public.strange (lead int, at timestamptz, kind text);
CREATE TRIGGER t1 AFTER INSERT ON public.strange FOR EACH STATEMENT EXECUTE FUNCTION leadscore.upkeep('rights', 'events', '1');
CREATE TRIGGER t2 AFTER INSERT ON public.strange FOR EACH STATEMENT EXECUTE FUNCTION leadscore.upkeep();
CREATE TRIGGER t3 BEFORE INSERT ON public.strange FOR EACH ROW EXECUTE FUNCTION leadscore.upkeep('rights', 'leads', '0');
CREATE TRIGGER t4 AFTER INSERT ON public.strange REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION leadscore.upkeep('none', 'what', 'ever');
CREATE TRIGGER t5 AFTER INSERT ON public.strange REFERENCING NEW TABLE AS leadscore_new FOR EACH STATEMENT EXECUTE FUNCTION leadscore.upkeep('rights', 'attributes', '99999999999');
SELECT outcome($$INSERT INTO public.strange VALUES (1, now(), 'visit')$$) <> '';
DROP TRIGGER t2 ON public.strange;
SELECT outcome($$INSERT INTO public.strange VALUES (1, now(), 'visit')$$);
DROP TRIGGER t3 ON public.strange;
CREATE VIEW public.stranger AS SELECT * FROM public.strange;
CREATE TRIGGER t6 INSTEAD OF INSERT ON public.stranger FOR EACH ROW EXECUTE FUNCTION leadscore.upkeep('rights', 'leads', '0');
SELECT outcome($$INSERT INTO public.strange VALUES (1, now(), 'visit')$$), outcome($$INSERT INTO public.stranger VALUES (1, now(), 'visit')$$);
DROP TABLE public.strange CASCADE;
SELECT * FROM leadscore.verify('rights');

\echo # administration belongs to the owner of the leads, his members and superusers
SET ROLE regress_ls_other;
SELECT call, outcome(call) FROM unnest(ARRAY[
    $$SELECT leadscore.refresh('rights')$$, $$SELECT leadscore.fold('waiting')$$, $$SELECT leadscore.rebuild('rights')$$,
    $$SELECT leadscore.set_rules('rights', '{"rules":[]}')$$, $$SELECT count(*) FROM leadscore.preview_rules('rights', '{"rules":[]}')$$,
    $$SELECT leadscore.adjust('rights', 1, 'fit', 'add', 500, 'mine')$$, $$SELECT leadscore.pause('rights')$$, $$SELECT leadscore.resume('rights')$$,
    $$SELECT leadscore.replicate('rights', true)$$, $$SELECT leadscore.drop_events('rights', 'rights.events')$$, $$SELECT leadscore.drop_model('rights')$$,
    $$SELECT leadscore.sync_columns('rights')$$, $$SELECT leadscore.rescore('rights', 'SELECT 1', 'clock', now(), true, false, true)$$]) call;
SELECT outcome($$CALL leadscore.catch_up('rights')$$);
SET ROLE regress_ls_member;
SELECT outcome($$SELECT leadscore.refresh('rights') >= 0$$), outcome($$SELECT leadscore.adjust('rights', 3, 'fit', 'add', 5, 'by a member') IS NULL$$);
RESET ROLE;
SELECT set_by, points FROM rights.leads_rights_adjustment;
SELECT * FROM leadscore.verify('rights');

\echo # the catalogs: nobody writes what belongs to tables of others
SET ROLE regress_ls_other;
SELECT statement, outcome(statement) FROM unnest(ARRAY[
    $$UPDATE leadscore.model SET paused = true WHERE name = 'rights'$$, $$DELETE FROM leadscore.model WHERE name = 'rights'$$, $$TRUNCATE leadscore.model$$,
    $$UPDATE leadscore.model SET name = 'mine' WHERE name = 'rights'$$,
    $$UPDATE leadscore.model SET leads = 'rights.leads' WHERE name = 'theirs'$$,
    $$UPDATE leadscore.model SET leads = 'other.leads' WHERE name = 'rights'$$,
    $$INSERT INTO leadscore.model SELECT * FROM jsonb_populate_record((SELECT m FROM leadscore.model m WHERE name = 'rights'), '{"name":"forged"}')$$,
    $$INSERT INTO leadscore.event_source SELECT * FROM jsonb_populate_record((SELECT s FROM leadscore.event_source s WHERE model = 'rights'), '{"events":"other.events", "source":9}')$$,
    $$INSERT INTO leadscore.event_source SELECT * FROM jsonb_populate_record((SELECT s FROM leadscore.event_source s WHERE model = 'rights'), '{"model":"theirs"}')$$,
    $$UPDATE leadscore.event_source SET events = 'other.events' WHERE model = 'rights'$$, $$DELETE FROM leadscore.event_source$$,
    $$INSERT INTO leadscore.rules_version (model, version, rules) VALUES ('rights', 2, '{"rules":[]}')$$, $$UPDATE leadscore.rules_version SET rules = '{"rules":[]}' WHERE model = 'rights'$$,
    $$UPDATE leadscore.rules_version SET model = 'theirs', version = 77 WHERE model = 'rights'$$,
    $$DELETE FROM leadscore.evidence_set WHERE model = 'rights'$$, $$INSERT INTO leadscore.evidence_set VALUES ('rights', 99, NULL)$$,
    $$INSERT INTO leadscore.attribute_source (model, source, relation) VALUES ('rights', 9, 'other.leads')$$,
    $$INSERT INTO leadscore.rules_version (model, version, rules) VALUES ('nobody''s', 1, '{"rules":[]}')$$,
    $$CREATE TRIGGER t BEFORE INSERT ON leadscore.model EXECUTE FUNCTION suppress_redundant_updates_trigger()$$, $$ALTER TABLE leadscore.model DISABLE TRIGGER ALL$$]) statement;
RESET ROLE;
SELECT name, leads, paused FROM leadscore.model WHERE leads::text ~ '^(rights|other)\.' ORDER BY 1;
-- What he forged for his own model reaches his own tables only.
SET ROLE regress_ls_other;
UPDATE leadscore.model SET scores = 'rights.leads_rights' WHERE name = 'theirs';
SELECT outcome($$INSERT INTO other.leads VALUES (1)$$);
SELECT outcome($$SELECT leadscore.refresh('theirs')$$) <> '', outcome($$SELECT leadscore.rebuild('theirs')$$) <> '', outcome($$SELECT leadscore.drop_model('theirs')$$) <> '';
RESET ROLE;
SELECT count(*) FROM rights.leads_rights;
SELECT * FROM leadscore.verify('rights');
SET ROLE regress_ls_other;
UPDATE leadscore.model SET scores = to_regclass('other.leads_theirs') WHERE name = 'theirs';
SELECT outcome($$SELECT leadscore.drop_model('theirs')$$);
RESET ROLE;

\echo # row-level security of the leads
SET ROLE regress_ls_owner;
SELECT leadscore.grant_reading('rights', 'regress_ls_reader'), leadscore.grant_reading('waiting', 'regress_ls_reader');
GRANT SELECT ON rights.leads, rights.events, rights.queued_events, rights.leads_rights_adjustment TO regress_ls_reader;
CREATE POLICY north ON rights.leads FOR SELECT TO regress_ls_reader USING (region = 'north');
ALTER TABLE rights.leads ENABLE ROW LEVEL SECURITY;
-- Views follow at once, tables with the next refresh; the status tells till then.
SELECT model, cardinality(problems) > 0 AS told FROM leadscore.model_status ORDER BY 1;
SET ROLE regress_ls_reader;
SELECT string_agg(id::text, ',' ORDER BY id) FROM rights.leads_rights_scores;
SET ROLE regress_ls_owner;
SELECT leadscore.refresh('rights') >= 0, leadscore.refresh('waiting') >= 0;
SELECT model, problems FROM leadscore.model_status ORDER BY 1;
SET ROLE regress_ls_reader;
SELECT 'leads', string_agg(id::text, ',' ORDER BY id) FROM rights.leads
UNION ALL SELECT 'scores', string_agg(id::text, ',' ORDER BY id) FROM rights.leads_rights_scores
UNION ALL SELECT 'score table', string_agg(lead_id::text, ',' ORDER BY lead_id) FROM rights.leads_rights
UNION ALL SELECT 'waiting', string_agg(id::text, ',' ORDER BY id) FROM rights.leads_waiting_scores
UNION ALL SELECT 'funnel', sum(leads)::text FROM rights.leads_rights_funnel
UNION ALL SELECT 'distribution', sum(leads)::text FROM rights.leads_rights_distribution
UNION ALL SELECT 'adjustments', string_agg(lead_id::text, ',' ORDER BY lead_id) FROM rights.leads_rights_adjustment
UNION ALL SELECT 'changes', string_agg(DISTINCT lead_id::text, ',') FROM rights.leads_rights_stage_change
UNION ALL SELECT 'queue', string_agg(DISTINCT lead_id::text, ',') FROM rights.leads_waiting_queue
UNION ALL SELECT 'rules', string_agg(DISTINCT leads::text, ',') FROM rights.leads_rights_rules WHERE rule = 'vip'
UNION ALL SELECT 'status', string_agg(DISTINCT leads::text, ',') FROM leadscore.model_status;
SELECT id, (leadscore.score_of('rights', id)).score, (leadscore.score_of('waiting', id)).score FROM generate_series(1, 3) id;
SELECT id, (SELECT count(*) > 0 FROM leadscore.explain_lead('rights', id)) FROM generate_series(1, 3) id;
SELECT id, (SELECT count(*) FROM leadscore.next_change('rights', id)) FROM generate_series(1, 3) id;
SELECT outcome($$SELECT string_agg(lead, ',' ORDER BY lead) FROM leadscore.score_at('rights', now())$$), outcome($$SELECT string_agg(lead, ',' ORDER BY lead) FROM leadscore.stage_changes('rights')$$),
       outcome($$SELECT string_agg(v::text, ',') FROM leadscore.verify('rights') v$$), outcome($$SELECT count(*) FROM leadscore.preview_rules('rights', '{"rules":[]}')$$);
SET ROLE regress_ls_app;
INSERT INTO rights.events VALUES (2, '2026-01-01Z', 'visit');
-- FORCE binds the owner too, as it does not bind foreign keys: upkeep goes on.
SET ROLE regress_ls_owner;
ALTER TABLE rights.leads FORCE ROW LEVEL SECURITY;
SET ROLE regress_ls_app;
INSERT INTO rights.events VALUES (2, '2026-01-01Z', 'visit'), (3, '2026-01-01Z', 'visit');
RESET ROLE;
SELECT id, lead_score, lead_stage FROM rights.leads ORDER BY id;
SELECT * FROM leadscore.verify('rights');
SET ROLE regress_ls_owner;
SELECT outcome($$SELECT leadscore.refresh('rights') >= 0$$), outcome($$SELECT leadscore.rebuild('rights') IS NULL$$), outcome($$SELECT leadscore.fold('waiting') >= 0$$), outcome($$SELECT leadscore.set_rules('waiting', '{"rules":[]}')$$);
RESET ROLE;
SELECT id, lead_score, lead_stage FROM rights.leads ORDER BY id;
SELECT * FROM leadscore.verify('rights') UNION ALL SELECT * FROM leadscore.verify('waiting');
ALTER TABLE rights.leads NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
DROP POLICY north ON rights.leads;

\echo # the status: a model in a schema that one may not use hides nothing of the others
CREATE SCHEMA hr AUTHORIZATION regress_ls_owner;
SET ROLE regress_ls_owner;
CREATE TABLE hr.l (id int PRIMARY KEY);
SELECT leadscore.create_model('hr', 'hr.l', '{"rules":[]}');
SELECT model, leads, problems FROM leadscore.model_status WHERE model = 'hr';
SET ROLE regress_ls_other;
SELECT leadscore.create_model('own', 'other.leads', '{"rules":[]}', mirror => false);
SELECT model, leads, due, pending, refused, problems FROM leadscore.model_status WHERE model IN ('hr', 'own') ORDER BY model;
RESET ROLE;
SELECT leadscore.drop_model('hr'), leadscore.drop_model('own');
DROP SCHEMA hr CASCADE;

\echo # who sees what of it: figures by the tables they come from, problems whole or not at all
SET ROLE regress_ls_owner;
CREATE TABLE rights.calls (lead int, at timestamptz);
SELECT leadscore.create_model('seen', 'rights.leads', '{"rules":[]}', mirror => false);
SELECT leadscore.add_events('seen', 'rights.calls', lead => 'lead', at => 'at', kind => 'call');
INSERT INTO rights.calls VALUES (1, NULL);
CREATE TABLE rights.calls_2 () INHERITS (rights.calls);
PREPARE status AS SELECT current_user, leads, due, pending, refused, cardinality(problems) FROM leadscore.model_status WHERE model = 'seen';
EXECUTE status;
SET ROLE regress_ls_reader;
EXECUTE status;
SET ROLE regress_ls_owner;
GRANT SELECT ON rights.leads_seen TO regress_ls_reader;
SET ROLE regress_ls_reader;
EXECUTE status;
SET ROLE regress_ls_owner;
SELECT leadscore.grant_reading('seen', 'regress_ls_reader');
SET ROLE regress_ls_reader;
EXECUTE status;
SELECT outcome('SELECT sum(events) FROM rights.leads_seen_refused'), outcome('SELECT reason FROM rights.leads_seen_refused');
SET ROLE regress_ls_owner;
GRANT SELECT ON rights.leads_seen_refused TO regress_ls_reader;
SET ROLE regress_ls_reader;
EXECUTE status;
-- Of a model that upkeep can do nothing for he who may not see the problems sees nothing.
SET ROLE regress_ls_owner;
REVOKE SELECT ON rights.leads_seen_refused FROM regress_ls_reader;
ALTER TABLE rights.leads_seen_queue RENAME COLUMN why TO because;
EXECUTE status;
SET ROLE regress_ls_reader;
EXECUTE status;
SET ROLE regress_ls_owner;
DROP TABLE rights.leads_seen_queue;
SELECT leads, due, pending, refused, problems FROM leadscore.model_status WHERE model = 'seen';
SELECT leadscore.drop_model('seen');
DROP TABLE rights.calls CASCADE;
DEALLOCATE status;
RESET ROLE;

\echo # what the upkeep runs as, seen by a trigger on the leads: the owner, and nobody gets further
SET ROLE regress_ls_owner;
CREATE TABLE rights.seen (who text, tried text);
GRANT INSERT ON rights.seen TO PUBLIC;
CREATE FUNCTION rights.look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO rights.seen VALUES (current_user, public.outcome('SET ROLE NONE')), (current_user, public.outcome('RESET SESSION AUTHORIZATION')),
    (current_user, public.outcome('SET SESSION AUTHORIZATION DEFAULT')), (current_user, public.outcome('SET ROLE regress_ls_other'));
  INSERT INTO rights.seen VALUES (current_user, 'afterwards');
  RETURN NEW;
END $$;
CREATE TRIGGER look BEFORE UPDATE ON rights.leads FOR EACH ROW EXECUTE FUNCTION rights.look();
SET ROLE regress_ls_app;
INSERT INTO rights.events VALUES (3, '2026-01-01Z', 'visit');
SELECT current_user;
RESET ROLE;
SELECT DISTINCT * FROM rights.seen ORDER BY 1, 2;
DROP TRIGGER look ON rights.leads;
SELECT * FROM leadscore.verify('rights');

\echo # a hostile search path
CREATE SCHEMA hostile AUTHORIZATION regress_ls_other;
GRANT USAGE ON SCHEMA hostile TO PUBLIC;
CREATE FUNCTION hostile.caught() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught % in the act', current_user; END $$;
CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT NULL::timestamptz WHERE hostile.caught() $$;
CREATE FUNCTION hostile.format(text, VARIADIC "any") RETURNS text LANGUAGE internal AS 'text_format';
CREATE FUNCTION hostile.int4eq(int, int) RETURNS boolean LANGUAGE sql AS $$ SELECT hostile.caught() $$;
CREATE FUNCTION hostile.texteq(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT hostile.caught() $$;
CREATE FUNCTION hostile.oideq(oid, oid) RETURNS boolean LANGUAGE sql AS $$ SELECT hostile.caught() $$;
CREATE FUNCTION hostile.nameeq(name, name) RETURNS boolean LANGUAGE sql AS $$ SELECT hostile.caught() $$;
CREATE OPERATOR hostile.= (LEFTARG = int, RIGHTARG = int, FUNCTION = hostile.int4eq);
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.texteq);
CREATE OPERATOR hostile.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = hostile.oideq);
CREATE OPERATOR hostile.= (LEFTARG = name, RIGHTARG = name, FUNCTION = hostile.nameeq);
CREATE OPERATOR hostile.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.texteq);
CREATE FUNCTION hostile.count(int) RETURNS bigint LANGUAGE sql AS $$ SELECT 1 WHERE hostile.caught() $$;
CREATE FUNCTION hostile.coalesce_(int) RETURNS bigint LANGUAGE sql AS $$ SELECT 1 WHERE hostile.caught() $$;
CREATE FUNCTION hostile.jsonb_build_object(VARIADIC "any") RETURNS jsonb LANGUAGE internal AS 'jsonb_build_array';
CREATE TABLE hostile.leads (id int PRIMARY KEY, region text);
CREATE TABLE hostile.model (name text);
CREATE TABLE hostile.leads_rights (id int);
CREATE TYPE hostile.scoring_rules AS ENUM ('x');
GRANT ALL ON ALL TABLES IN SCHEMA hostile TO PUBLIC;
-- A writer's own path: nothing of it runs, least of all as the owner of the leads. A new session knows no model yet.
\c -
SET client_min_messages = warning;
SET ROLE regress_ls_app;
SET search_path = hostile, rights, pg_catalog, public;
INSERT INTO rights.events VALUES (3, '2026-01-01Z', 'visit');
INSERT INTO rights.queued_events VALUES (3, '2026-01-01Z');
RESET ROLE;
SET ROLE regress_ls_owner;
SET search_path = hostile, rights, pg_catalog, public;
CREATE TEMP TABLE leads_rights_scores (id int);
CREATE TEMP TABLE rules_version (model text);
SELECT outcome(statement) FROM unnest(ARRAY[
    $$INSERT INTO rights.leads VALUES (11, 'north', true), (12, 'south', true)$$, $$INSERT INTO rights.events VALUES (11, '2026-01-01Z', 'visit'), (12, '2026-01-01Z', 'visit')$$,
    $$UPDATE rights.leads SET vip = false$$, $$DELETE FROM rights.events WHERE lead OPERATOR(pg_catalog.=) 12$$,
    $$INSERT INTO rights.queued_events VALUES (11, '2026-01-01Z')$$,
    $$SELECT leadscore.fold('waiting') >= 0$$, $$SELECT leadscore.refresh('rights') >= 0$$, $$SELECT leadscore.rebuild('rights') IS NULL$$,
    $$SELECT pg_catalog.count(*) FROM leadscore.verify('rights')$$, $$SELECT leadscore.adjust('rights', 11, 'fit', 'add', 5, 'r') IS NULL$$,
    $$SELECT leadscore.set_rules('rights', '{"rules":[{"name":"visits","on":"visit","points":11}]}') > 0$$, $$SELECT (leadscore.score_of('rights', 11)).score$$,
    $$SELECT pg_catalog.count(*) > 0 FROM leadscore.explain_lead('rights', 11)$$, $$SELECT leadscore.explain_lead_text('rights', 11) IS NULL$$,
    $$SELECT pg_catalog.count(*) > 0 FROM rights.leads_rights_scores$$, $$SELECT pg_catalog.count(*) > 0 FROM rights.leads_rights_funnel$$,
    $$SELECT pg_catalog.count(*) > 0 FROM rights.leads_rights_distribution$$, $$SELECT pg_catalog.count(*) > 0 FROM rights.leads_rights_history$$,
    $$SELECT pg_catalog.count(*) > 0 FROM rights.leads_rights_rules$$,
    $$SELECT pg_catalog.count(*) > 0 FROM leadscore.preview_rules('rights', '{"rules":[]}')$$, $$SELECT pg_catalog.count(*) >= 0 FROM leadscore.score_at('rights', pg_catalog.now())$$,
    $$SELECT pg_catalog.count(*) >= 0 FROM leadscore.next_change('rights', 11)$$, $$SELECT pg_catalog.count(*) >= 0 FROM leadscore.stage_changes('rights')$$,
    $$SELECT pg_catalog.count(*) >= 0 FROM leadscore.versions('rights')$$, $$SELECT pg_catalog.count(*) > 0 FROM leadscore.model_status$$,
    $$SELECT leadscore.pause('rights') IS NULL$$, $$SELECT leadscore.resume('rights') IS NULL$$, $$SELECT leadscore.replicate('rights', true) IS NULL$$, $$SELECT leadscore.replicate('rights', false) IS NULL$$,
    $$SELECT leadscore.create_model('hostile', 'rights.firms', '{"rules":[]}') IS NULL$$, $$SELECT leadscore.add_attributes('rights', 'rights.firms', "on" => 'id', as_prefix => 'f') IS NULL$$,
    $$SELECT leadscore.drop_attributes('rights', 'rights.firms') IS NULL$$, $$SELECT leadscore.drop_model('hostile') IS NULL$$]) statement;
SELECT outcome($$SELECT leadscore.set_rules('rights', '{"rules":[{"name":"new","on":"new","points":1},{"name":"visits","on":"visit","points":11}]}', at_once => false) > 0$$);
CALL leadscore.catch_up('rights');
RESET search_path;
RESET ROLE;
SELECT * FROM leadscore.verify('rights') UNION ALL SELECT * FROM leadscore.verify('waiting');
SELECT count(*) FROM hostile.leads_rights;

\echo # row_security is off in a session that writes, as in scripts of pg_dump: contacts of another role, with policies, lead to leads as ever
CREATE SCHEMA apart; GRANT ALL ON SCHEMA apart TO regress_ls_owner, regress_ls_other;
SET ROLE regress_ls_other;
CREATE TABLE apart.contacts (id int PRIMARY KEY, lead int, seen boolean);
INSERT INTO apart.contacts VALUES (1, 1, true), (2, 1, false);
ALTER TABLE apart.contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON apart.contacts USING (seen);
GRANT SELECT, UPDATE ON apart.contacts TO regress_ls_owner;
CREATE TABLE apart.mails (contact int, at timestamptz);
GRANT SELECT, UPDATE ON apart.mails TO regress_ls_owner;
SET ROLE regress_ls_owner;
CREATE TABLE apart.leads (id int PRIMARY KEY);
INSERT INTO apart.leads VALUES (1), (2), (3);
SELECT leadscore.create_model('apart', 'apart.leads', '{"rules":[{"name":"mails","on":"mail","points":1}]}');
RESET ROLE;
SELECT leadscore.add_events('apart', 'apart.mails', lead => 'contact', at => 'at', kind => 'mail', via => 'apart.contacts', via_key => 'id', via_lead => 'lead');
SET ROLE regress_ls_other;
SET row_security = off;
INSERT INTO apart.mails VALUES (1, '2026-01-01Z'), (1, '2026-01-02Z');
UPDATE apart.contacts SET lead = 2 WHERE id = 1;
INSERT INTO apart.mails VALUES (1, '2026-01-03Z'), (2, '2026-01-03Z');
SHOW row_security;
RESET ROLE;
SELECT id, lead_score FROM apart.leads ORDER BY id;
SELECT problems FROM leadscore.model_status WHERE model = 'apart';
SET ROLE regress_ls_owner;
UPDATE apart.leads SET id = 4 WHERE id = 3;
SELECT leadscore.rebuild('apart'), leadscore.refresh('apart');
SELECT id, lead_score FROM apart.leads ORDER BY id;
SHOW row_security;
RESET row_security;
RESET ROLE;
SELECT leadscore.drop_model('apart');
DROP SCHEMA apart CASCADE;

\echo # every function that runs SQL pins its path, and none runs with rights of its owner
-- catch_up() commits, so it cannot pin one: it names everything.
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'leadscore'::regnamespace AND prolang IN (SELECT oid FROM pg_language WHERE lanname IN ('sql', 'plpgsql'))
   AND prosqlbody IS NULL AND (proconfig IS NULL OR NOT 'search_path=pg_catalog, pg_temp' = ANY (proconfig)) ORDER BY oid::regprocedure::text COLLATE "C";
SELECT oid::regprocedure, coalesce(proacl::text ~ '[{,]=X', true) AS of_public FROM pg_proc WHERE pronamespace = 'leadscore'::regnamespace AND prosecdef ORDER BY oid::regprocedure::text COLLATE "C";
SELECT c.oid::regclass, relkind, has_table_privilege('regress_ls_reader', c.oid, 'SELECT') AS read, has_table_privilege('regress_ls_reader', c.oid, 'INSERT') AS write,
       has_table_privilege('regress_ls_reader', c.oid, 'TRUNCATE, TRIGGER, REFERENCES') AS more
  FROM pg_class c WHERE relnamespace = 'leadscore'::regnamespace AND relkind IN ('r', 'v', 'S', 'p') ORDER BY c.oid::regclass::text COLLATE "C";

SET ROLE regress_ls_owner;
SELECT leadscore.drop_model('rights'), leadscore.drop_model('waiting');
RESET ROLE;
DROP SCHEMA rights, other, hostile CASCADE;
DROP FUNCTION public.outcome;
DROP OWNED BY regress_ls_owner, regress_ls_app, regress_ls_other, regress_ls_reader, regress_ls_member;
DROP ROLE regress_ls_member, regress_ls_owner, regress_ls_app, regress_ls_other, regress_ls_reader;
