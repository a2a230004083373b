-- What the owner of leads has put on his tables runs as in a session of his own: by his search path, whatever the writer's; and nothing of it is left
-- to run later as who administers the model.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE ROLE regress_ls_tenant;
CREATE ROLE regress_ls_writer;
CREATE SCHEMA paths AUTHORIZATION regress_ls_tenant;
CREATE SCHEMA elsewhere AUTHORIZATION regress_ls_tenant;
CREATE SCHEMA evil AUTHORIZATION regress_ls_writer;
GRANT USAGE ON SCHEMA paths, evil TO PUBLIC;
CREATE TABLE public.caught (who text, what text);
GRANT INSERT ON public.caught TO PUBLIC;

\echo # triggers, functions of indexes and casts that name things without a schema
SET ROLE regress_ls_tenant;
CREATE TYPE paths.tier AS ENUM ('gold', 'silver');
CREATE FUNCTION paths.tier_json(paths.tier) RETURNS json LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN to_json(upper(enum_out($1)::text)); END $$;
CREATE CAST (paths.tier AS json) WITH FUNCTION paths.tier_json(paths.tier);
CREATE TABLE paths.leads (id int PRIMARY KEY, size int, changed timestamptz, tier paths.tier DEFAULT 'gold');
CREATE TABLE paths.events (lead int, at timestamptz DEFAULT '2026-01-01Z', kind text);
CREATE TABLE paths.audit (id int, who text, score numeric);
CREATE FUNCTION paths.label(numeric) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN upper('score ' || $1); END $$;
CREATE FUNCTION paths.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.changed := now(); RETURN new; END $$;
CREATE FUNCTION paths.log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (new.id, current_user, new.lead_score); RETURN NULL; END $$;
SELECT leadscore.create_model('paths', 'paths.leads', '{"rules":[{"name":"v","on":"visit","points":10},{"name":"t","attribute":"tier","values":{"GOLD":5}}],"stages":[{"name":"cold"},{"name":"hot","from":15}]}');
SELECT leadscore.add_events('paths', 'paths.events', lead => 'lead', at => 'at', kind_column => 'kind');
CREATE INDEX ON paths.leads (paths.label(lead_score));
CREATE INDEX ON paths.leads_paths (paths.label(score));
CREATE TRIGGER stamp BEFORE UPDATE ON paths.leads FOR EACH ROW EXECUTE FUNCTION paths.stamp();
CREATE TRIGGER log AFTER UPDATE ON paths.leads FOR EACH ROW EXECUTE FUNCTION paths.log();
INSERT INTO paths.leads VALUES (1), (2);
-- Another one without types of its own.
CREATE TABLE paths.plain (id int PRIMARY KEY, changed timestamptz);
CREATE TABLE paths.plain_events (lead int, at timestamptz DEFAULT '2026-01-01Z');
SELECT leadscore.create_model('plain', 'paths.plain', '{"rules":[{"name":"v","on":"visit","points":10}]}');
SELECT leadscore.add_events('plain', 'paths.plain_events', lead => 'lead', at => 'at', kind => 'visit');
INSERT INTO paths.plain VALUES (7);
CREATE TRIGGER stamp BEFORE UPDATE ON paths.plain FOR EACH ROW EXECUTE FUNCTION paths.stamp();
CREATE TRIGGER log AFTER UPDATE ON paths.plain FOR EACH ROW EXECUTE FUNCTION paths.log();
GRANT INSERT ON paths.events, paths.plain_events TO regress_ls_writer;
RESET ROLE;
SET ROLE regress_ls_writer;
CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES (current_user, 'now'); RETURN pg_catalog.now(); END $$;
CREATE FUNCTION evil.upper(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES (current_user, 'upper'); RETURN pg_catalog.upper($1); END $$;
CREATE FUNCTION evil.catch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES (current_user, 'audit'); RETURN NULL; END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA evil TO PUBLIC;
CREATE TEMP TABLE audit (id int, who text, score numeric);
GRANT INSERT ON audit TO PUBLIC;
CREATE TRIGGER catch AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION evil.catch();
SET search_path = evil, pg_catalog;
INSERT INTO paths.events (lead, kind) VALUES (1, 'visit');
INSERT INTO paths.events (lead, kind) VALUES (1, 'visit'), (2, 'visit');
INSERT INTO paths.plain_events (lead) VALUES (7);
\c -
SET client_min_messages = warning;
SELECT who, what FROM public.caught;
SELECT id, who, score FROM paths.audit ORDER BY id, score;
SELECT id, lead_score, lead_stage, changed IS NOT NULL AS stamped FROM paths.leads ORDER BY id;
SELECT * FROM leadscore.verify('paths');
SELECT * FROM leadscore.verify('plain');
SELECT leadscore.drop_model('plain');
SELECT problems FROM leadscore.model_status WHERE model = 'paths';

\echo # triggers on the tables of the model, made while it is in use
INSERT INTO paths.events (lead, kind) VALUES (2, 'call');
SET ROLE regress_ls_tenant;
CREATE TABLE paths.changes (who text, stage text);
CREATE FUNCTION paths.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO changes VALUES (current_user, upper(new.new_stage)); RETURN NULL; END $$;
CREATE TRIGGER note AFTER INSERT ON paths.leads_paths_stage_change FOR EACH ROW EXECUTE FUNCTION paths.note();
SET ROLE regress_ls_writer;
CREATE TEMP TABLE changes (who text, stage text);
GRANT INSERT ON changes TO PUBLIC;
CREATE TRIGGER catch AFTER INSERT ON changes FOR EACH ROW EXECUTE FUNCTION evil.catch();
SET search_path = evil, pg_catalog;
INSERT INTO paths.events (lead, kind) VALUES (2, 'visit');
RESET search_path;
RESET ROLE;
SELECT who, what FROM public.caught;
SELECT * FROM paths.changes;
DROP TABLE changes;
DROP TRIGGER note ON paths.leads_paths_stage_change;

\echo # administration by somebody else: the same
TRUNCATE paths.audit;
SELECT leadscore.adjust('paths', 2, 'engagement', 'add', 100);
SELECT leadscore.rebuild('paths');
SELECT leadscore.set_rules('paths', '{"rules":[{"name":"v","on":"visit","points":30}],"stages":[{"name":"cold"},{"name":"hot","from":15}]}');
SELECT DISTINCT who FROM paths.audit;
SELECT id, lead_score, lead_stage FROM paths.leads ORDER BY id;
SELECT leadscore.drop_model('paths');
TRUNCATE paths.audit;
CREATE FUNCTION paths.log_size() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (new.id, current_user, new.size); RETURN NULL; END $$;
DROP INDEX IF EXISTS paths.leads_label_idx;
DROP TRIGGER log ON paths.leads;
CREATE TRIGGER log AFTER UPDATE ON paths.leads FOR EACH ROW EXECUTE FUNCTION paths.log_size();
SELECT leadscore.create_model('paths', 'paths.leads', '{"rules":[{"name":"v","on":"visit","points":10}]}');
SELECT leadscore.add_events('paths', 'paths.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT DISTINCT who FROM paths.audit;
-- What refuses says so, and where to look.
\set VERBOSITY default
\set SHOW_CONTEXT never
BEGIN;
ALTER TABLE paths.audit RENAME TO gone;
SELECT leadscore.drop_model('paths');
SELECT leadscore.create_model('paths', 'paths.leads', '{"rules":[{"name":"v","on":"visit","points":10}]}');
ROLLBACK;
\set VERBOSITY terse

\echo # the path that the owner has set, for his role or the database
ALTER TABLE paths.audit SET SCHEMA elsewhere;
INSERT INTO paths.events (lead, kind) VALUES (1, 'visit');
SELECT regexp_replace(p, '\(.*', '') FROM leadscore.model_status, unnest(problems) p WHERE model = 'paths';
ALTER ROLE regress_ls_tenant SET search_path = elsewhere;
\c -
SET client_min_messages = warning;
INSERT INTO paths.events (lead, kind) VALUES (1, 'visit');
SELECT count(*) > 0 FROM elsewhere.audit;
SELECT * FROM leadscore.verify('paths');
ALTER ROLE regress_ls_tenant SET search_path = '';
ALTER TABLE elsewhere.audit SET SCHEMA paths;
\c -
SET client_min_messages = warning;
TRUNCATE paths.audit;
INSERT INTO paths.events (lead, kind) VALUES (1, 'visit');
SELECT count(*) FROM paths.audit;
ALTER ROLE regress_ls_tenant RESET search_path;

\echo # what would run later: as the owner it may, for others it does not
CREATE FUNCTION paths.later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES (current_user, 'later'); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON paths.leads DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION paths.later();
\c -
SET client_min_messages = warning;
SELECT leadscore.adjust('paths', 1, 'engagement', 'add', 1);
SELECT * FROM public.caught;
SELECT what FROM leadscore.verify('paths');
SELECT regexp_replace(p, '\(.*', '') FROM leadscore.model_status, unnest(problems) p WHERE model = 'paths' AND p LIKE '%deferred%';
SELECT leadscore.rebuild('paths');
SELECT * FROM public.caught;
SET ROLE regress_ls_tenant;
SELECT leadscore.rebuild('paths');
SELECT leadscore.adjust('paths', 1, 'engagement', 'add', 1);
RESET ROLE;
SELECT DISTINCT who, what FROM public.caught;
TRUNCATE public.caught;
-- Nor where PostgreSQL itself works for him: who refreshes the view is not the tenant.
SET ROLE regress_ls_tenant;
CREATE FUNCTION paths.happen() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO paths.events (lead, kind) VALUES (1, 'visit'); RETURN 1; END $$;
CREATE MATERIALIZED VIEW paths.seen AS SELECT paths.happen() AS n WITH NO DATA;
RESET ROLE;
REFRESH MATERIALIZED VIEW paths.seen;
SELECT * FROM public.caught;
SELECT what, stored::numeric < computed::numeric FROM leadscore.verify('paths');
DROP MATERIALIZED VIEW paths.seen;
DROP TRIGGER later ON paths.leads;
DROP TRIGGER log ON paths.leads;
-- Settings of the session.
CREATE OR REPLACE FUNCTION paths.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('search_path', 'evil', false), set_config('paths.seen', current_user, false); RETURN new; END $$;
\c -
SET client_min_messages = warning;
SELECT leadscore.adjust('paths', 1, 'engagement', 'add', 1);
SELECT leadscore.rebuild('paths');
SHOW search_path;
SELECT current_setting('paths.seen', true);
SELECT * FROM leadscore.verify('paths');

\echo # a trigger before the write of one lead that changes the score of the next
SELECT leadscore.drop_model('paths');
DROP TRIGGER stamp ON paths.leads;
TRUNCATE paths.events, paths.leads;
SELECT leadscore.create_model('paths', 'paths.leads', '{"rules":[{"name":"v","on":"visit","points":10}]}');
SELECT leadscore.add_events('paths', 'paths.events', lead => 'lead', at => 'at', kind_column => 'kind');
INSERT INTO paths.leads VALUES (1), (2);
INSERT INTO paths.events (lead, kind) VALUES (1, 'visit'), (2, 'visit'), (2, 'visit');
CREATE FUNCTION paths.pass_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.id = 1 THEN INSERT INTO paths.events (lead, kind) VALUES (2, 'visit'); END IF; RETURN new; END $$;
CREATE TRIGGER pass_on BEFORE UPDATE ON paths.leads FOR EACH ROW EXECUTE FUNCTION paths.pass_on();
DELETE FROM paths.events WHERE ctid IN (SELECT min(ctid) FROM paths.events GROUP BY lead);
SELECT id, lead_score FROM paths.leads ORDER BY id;
SELECT * FROM leadscore.verify('paths');
-- One that never comes to an end.
CREATE OR REPLACE FUNCTION paths.pass_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO paths.events (lead, kind) VALUES (3 - new.id, 'visit'); RETURN new; END $$;
INSERT INTO paths.events (lead, kind) VALUES (1, 'visit'), (2, 'visit');
SELECT count(*) > 2 FROM paths.events;
SELECT regexp_replace(p, '\(.*', '') FROM leadscore.model_status, unnest(problems) p WHERE model = 'paths' AND p LIKE '%lead columns%';
SELECT leadscore.drop_model('paths');
DROP SCHEMA paths, evil, elsewhere CASCADE;
DROP TABLE public.caught;
DROP ROLE regress_ls_tenant, regress_ls_writer;
