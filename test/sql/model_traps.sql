-- What an owner of tables could lay in the way of who has more rights than he: in the catalogs, in the place of his model's tables, on them, on paths.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET timezone = 'UTC';
SET client_min_messages = warning;
CREATE SCHEMA trap; CREATE SCHEMA theirs; CREATE SCHEMA shared;
CREATE ROLE regress_ls_trapper; CREATE ROLE regress_ls_monitor; CREATE ROLE regress_ls_victim; CREATE ROLE regress_ls_guest;
GRANT ALL ON SCHEMA trap TO regress_ls_trapper;
GRANT USAGE ON SCHEMA trap TO PUBLIC;
GRANT USAGE ON SCHEMA theirs TO PUBLIC;
CREATE TABLE trap.seen (by name, what text); GRANT INSERT, SELECT ON trap.seen TO PUBLIC;
CREATE FUNCTION trap.seen(what text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO trap.seen VALUES (current_user, what); RETURN true; END $$;
-- Whom something of the trapper's ran as, himself aside.
CREATE FUNCTION pg_temp.caught() RETURNS SETOF text LANGUAGE sql AS $$ SELECT by || ' ' || what FROM trap.seen WHERE by <> 'regress_ls_trapper' ORDER BY 1 $$;
CREATE TABLE theirs.customers (id int PRIMARY KEY); CREATE TABLE theirs.secret (id int PRIMARY KEY);
ALTER TABLE theirs.customers OWNER TO regress_ls_victim; ALTER TABLE theirs.secret OWNER TO regress_ls_victim;

\echo # the catalogs name tables, and only own ones
SET ROLE regress_ls_trapper;
CREATE TABLE trap.leads (id int PRIMARY KEY);
INSERT INTO trap.leads VALUES (1);
SELECT leadscore.create_model('trap', 'trap.leads', '{"rules":[]}', upkeep => 'queued');
CREATE VIEW trap.false_refused AS SELECT * FROM trap.leads_trap_refused UNION ALL SELECT 1, 's', CASE WHEN trap.seen('view') THEN 'r' END, 1, now();
UPDATE leadscore.model SET companions[3] = 'trap.false_refused' WHERE name = 'trap';
UPDATE leadscore.model SET companions[1] = 'theirs.customers' WHERE name = 'trap';
UPDATE leadscore.model SET scores = 'trap.false_refused' WHERE name = 'trap';
UPDATE leadscore.model SET companions = '{}' WHERE name = 'trap';
UPDATE leadscore.model SET companions = ('[0:3]=' || companions::text)::regclass[] WHERE name = 'trap';
-- As jsonb has it, an array of arrays of one is a list of other names.
UPDATE leadscore.model SET companions = '{{theirs.customers},{theirs.customers},{theirs.customers},{theirs.customers}}' WHERE name = 'trap';
UPDATE leadscore.model SET companions = ARRAY[ARRAY[companions[1]], ARRAY[companions[2]], ARRAY[companions[3]], ARRAY[companions[4]]] WHERE name = 'trap';
UPDATE leadscore.model SET key_columns = '{{id}}' WHERE name = 'trap';
SELECT array_agg(t.name) FROM leadscore.tables_named('{"a": [["x"], ["y.z"]], "b": "x", "c": null}', 'a') t(name);

\echo # a view in the place of a table, found by its name
DROP TABLE trap.leads_trap_refused CASCADE;
CREATE VIEW trap.leads_trap_refused AS SELECT 1::bigint AS id, 's'::text AS source, CASE WHEN trap.seen('name') THEN 'r' END AS reason, 1::bigint AS events, now() AS at;
RESET ROLE;
SELECT problems FROM leadscore.model_status WHERE model = 'trap';
SELECT leadscore.refresh('trap');
SELECT leadscore.score_of('trap', 1);
SET ROLE regress_ls_trapper;
DROP TABLE trap.leads_trap_stage_change CASCADE;
DROP VIEW trap.leads_trap_refused;
CREATE VIEW trap.leads_trap_stage_change AS SELECT 1::bigint AS id, 1 AS lead_id, 'a'::text AS old_stage, 'b'::text AS new_stage, 1::numeric AS score, now() AS at,
    CASE WHEN trap.seen('history') THEN 'w' END AS why, 1 AS version, now() AS old_since;
RESET ROLE;
SELECT count(*) FROM leadscore.stage_changes('trap');
SELECT count(*) FROM leadscore.stage_changes('none');
SELECT * FROM pg_temp.caught();
SET ROLE regress_ls_trapper;
SELECT leadscore.drop_model('trap');
DROP VIEW trap.leads_trap_stage_change;

\echo # the owner chooses the names of his tables, and others have tables in the schema
RESET ROLE;
GRANT USAGE, CREATE ON SCHEMA shared TO regress_ls_trapper, regress_ls_victim;
SET ROLE regress_ls_victim;
CREATE TABLE shared.email_queue (id int PRIMARY KEY, secret text);
ALTER TABLE shared.email_queue ENABLE ROW LEVEL SECURITY;
CREATE TABLE shared.email_scores (id int, secret text);
SET ROLE regress_ls_trapper;
CREATE TABLE shared.l (id int PRIMARY KEY);
SELECT leadscore.create_model('trap', 'shared.l', '{"rules":[]}', upkeep => 'queued');
ALTER TABLE shared.l_trap RENAME TO email;
RESET ROLE;
SELECT leadscore.score_ladder('trap');
SET ROLE regress_ls_trapper;
SELECT leadscore.drop_views('trap');
RESET ROLE;
CREATE FUNCTION pg_temp.touched() RETURNS SETOF text LANGUAGE sql AS
$$ SELECT format('%s %s %s', c.relname, c.relrowsecurity, c.relacl::text ~ 'regress_ls_guest=') FROM pg_class c WHERE c.relname ~ '^(email|l_trap)_' AND c.relkind IN ('r', 'v') ORDER BY 1 $$;
-- All tables are there, under other names.
SELECT problems FROM leadscore.model_status WHERE model = 'trap';
SELECT leadscore.grant_reading('trap', 'regress_ls_guest');
SELECT * FROM pg_temp.touched();
SET ROLE regress_ls_trapper;
DROP TABLE shared.l_trap_queue;
ALTER TABLE shared.l ENABLE ROW LEVEL SECURITY;

RESET ROLE;
SELECT leadscore.grant_reading('trap', 'regress_ls_guest');
SELECT leadscore.refresh('trap');
CALL leadscore.catch_up('trap');
SELECT leadscore.sync_visibility('trap');
SELECT leadscore.score_of('trap', 1);
SELECT problems FROM leadscore.model_status WHERE model = 'trap';
SELECT leadscore.own_companion(m, '_queue') IS NULL, leadscore.own_companion(m, '_scores') IS NULL FROM leadscore.model m;
-- None but those that the catalogs know.
SELECT relation FROM leadscore.model m, leadscore.visibility_to_follow(m) WHERE m.name = 'trap' ORDER BY 1;
SELECT * FROM pg_temp.touched();
SELECT polname, polrelid::regclass FROM pg_policy WHERE polrelid::regclass::text ~ '^shared';
SELECT leadscore.drop_model('trap');
SELECT * FROM pg_temp.touched();
DROP TABLE shared.l, shared.email_queue, shared.email_scores;
SET ROLE regress_ls_trapper;

\echo # columns of other types, whose casts are functions, and policies
SELECT leadscore.create_model('trap', 'trap.leads', '{"rules":[]}', upkeep => 'queued');
CREATE TYPE trap.odd AS (n bigint);
CREATE FUNCTION trap.odd(trap.odd) RETURNS numeric LANGUAGE sql AS $$ SELECT CASE WHEN trap.seen('cast') THEN ($1).n END $$;
CREATE CAST (trap.odd AS numeric) WITH FUNCTION trap.odd(trap.odd) AS IMPLICIT;
ALTER TABLE trap.leads_trap_refused ALTER events TYPE trap.odd USING ROW(events)::trap.odd;
INSERT INTO trap.leads_trap_refused (source, reason, events, at) VALUES ('s', 'r', ROW(1), now());
GRANT SELECT ON trap.leads_trap_refused, trap.leads_trap, trap.leads_trap_queue, trap.leads TO PUBLIC;
RESET ROLE;
SELECT problems IS NOT NULL FROM leadscore.model_status WHERE model = 'trap';
SELECT leadscore.refresh('trap');
SET ROLE regress_ls_monitor;
SELECT leads, refused, problems FROM leadscore.model_status WHERE model = 'trap';
RESET ROLE;
ALTER TABLE trap.leads_trap_refused ALTER events TYPE bigint USING 1;
SET ROLE regress_ls_trapper;
ALTER TABLE trap.leads_trap_refused ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON trap.leads_trap_refused USING (trap.seen('policy'));
ALTER TABLE trap.leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON trap.leads USING (trap.seen('policy of leads'));
SELECT leadscore.sync_visibility('trap');
RESET ROLE;
SELECT leads, refused FROM leadscore.model_status WHERE model = 'trap';
SET ROLE regress_ls_monitor;
SELECT leads, due, pending, refused, problems FROM leadscore.model_status WHERE model = 'trap';
RESET ROLE;
SELECT * FROM pg_temp.caught();

\echo # planning a query computes what is constant in statistics, indexes and constraints of its tables, and of those that inherit from them
SET ROLE regress_ls_trapper;
CREATE TABLE trap.plain (id int PRIMARY KEY);
SELECT leadscore.create_model('plain', 'trap.plain', '{"rules":[]}', upkeep => 'queued');
INSERT INTO trap.plain VALUES (1);
SELECT leadscore.fold('plain');
GRANT SELECT ON trap.plain, trap.plain_plain, trap.plain_plain_queue, trap.plain_plain_refused TO PUBLIC;
CREATE FUNCTION trap.constant(what text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM trap.seen('planned ' || what); RETURN 1; END $$;
CREATE TABLE trap.kid () INHERITS (trap.plain_plain_queue);
CREATE INDEX ON trap.kid ((trap.constant('kid')), id);
CREATE STATISTICS trap.statistics ON due, (trap.constant('statistics')) FROM trap.plain_plain;
SET ROLE regress_ls_monitor;
SET constraint_exclusion = on;
SELECT leads, due, pending, refused, problems FROM leadscore.model_status WHERE model = 'plain';
SET ROLE regress_ls_trapper;
DROP TABLE trap.kid;
DROP STATISTICS trap.statistics;
CREATE INDEX an_index ON trap.plain_plain (due) WHERE trap.constant('predicate') = 1;
ALTER TABLE trap.plain_plain_queue ADD CONSTRAINT a_check CHECK (trap.constant('check') = 1);
CREATE INDEX ON trap.plain_plain_refused ((trap.constant('index')));
SET ROLE regress_ls_monitor;
SELECT leads, due, pending, refused, problems FROM leadscore.model_status WHERE model = 'plain';
RESET constraint_exclusion;
RESET ROLE;
SELECT * FROM pg_temp.caught();
SET ROLE regress_ls_trapper;
DROP INDEX trap.an_index;
ALTER TABLE trap.plain_plain_queue DROP CONSTRAINT a_check;
SET ROLE regress_ls_monitor;
-- The ranking index is no obstacle, nor an index over columns.
SELECT leads, due, pending, refused, problems FROM leadscore.model_status WHERE model = 'plain';
SET ROLE regress_ls_trapper;
SELECT leadscore.drop_model('plain');
RESET ROLE;

\echo # a view in the place of a bound table: up to PostgreSQL 15 a rule makes one of the table itself
SET ROLE regress_ls_trapper;
CREATE TABLE trap.bound (id int PRIMARY KEY, company int);
INSERT INTO trap.bound VALUES (1, 1);
CREATE TABLE trap.visits (id int, at timestamptz, kind text);
CREATE TABLE trap.companies (id int PRIMARY KEY, size int);
CREATE TABLE trap.contacts (id int PRIMARY KEY, lead int);
CREATE TABLE trap.mails (contact int, at timestamptz, kind text);
SELECT leadscore.create_model('bound', 'trap.bound', '{"rules":[{"name":"x","on":"x","points":1},{"name":"size","attribute":"company.size","values":{"1":1}}]}');
SELECT leadscore.add_attributes('bound', 'trap.companies', 'company', 'company');
SELECT leadscore.add_events('bound', 'trap.visits', lead => 'id', at => 'at', kind_column => 'kind');
SELECT leadscore.add_events('bound', 'trap.mails', lead => 'contact', at => 'at', kind_column => 'kind', via => 'trap.contacts', via_lead => 'lead');
CREATE VIEW trap.seen_visits AS SELECT 1 AS id, '2026-01-01Z'::timestamptz AS at, CASE WHEN trap.seen('events') THEN 'x' END AS kind;
CREATE VIEW trap.seen_companies AS SELECT 1 AS id, CASE WHEN trap.seen('related') THEN 1 END AS size;
CREATE VIEW trap.seen_contacts AS SELECT 1 AS id, CASE WHEN trap.seen('via') THEN 1 END AS lead;
RESET ROLE;
SET session_replication_role = replica;
UPDATE leadscore.event_source SET events = 'trap.seen_visits' WHERE model = 'bound' AND source = 1;
UPDATE leadscore.event_source SET via = 'trap.seen_contacts' WHERE model = 'bound' AND source = 2;
UPDATE leadscore.attribute_source SET relation = 'trap.seen_companies' WHERE model = 'bound';
RESET session_replication_role;
INSERT INTO trap.mails VALUES (1, '2026-01-01Z', 'x');
UPDATE trap.bound SET company = 2;
SELECT score FROM leadscore.score_of('bound', 1);
SELECT score FROM leadscore.score_at('bound', '2026-02-01Z');
SELECT leadscore.refresh('bound');
SELECT problem FROM leadscore.model_status, unnest(problems) problem WHERE model = 'bound' AND problem ~ 'no table';
SELECT * FROM trap.seen WHERE what IN ('events', 'related', 'via');
SELECT leadscore.drop_model('bound');

\echo # rows that name nothing sensible hide no other model
CREATE TABLE theirs.leads (id int PRIMARY KEY);
SELECT leadscore.create_model('honest', 'theirs.leads', '{"rules":[]}');
SET ROLE regress_ls_trapper;
CREATE TABLE trap.events (id int, at timestamptz);
SELECT leadscore.add_events('trap', 'trap.events', lead => 'id', at => 'at', kind => 'e');
UPDATE leadscore.event_source SET via = 'trap.leads' WHERE model = 'trap';
INSERT INTO leadscore.counted_table (model, part, source, table_oid, table_name) VALUES ('trap', 'events', 1, 1259, '{a}'), ('trap', 'leads', 0, 0, '{}');
RESET ROLE;
SELECT model, problems[1] LIKE 'the model cannot be looked at: %' FROM leadscore.model_status ORDER BY 1;
SET ROLE regress_ls_trapper;
SELECT leadscore.drop_model('trap');
RESET ROLE;

\echo # triggers are made with the rights of who owns upkeep(), and no event trigger runs then
CREATE TABLE public.ddl_log (who name, tag text);
GRANT INSERT ON public.ddl_log TO PUBLIC;
CREATE FUNCTION public.log_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ddl_log VALUES (current_user, tg_tag); END $$;
CREATE EVENT TRIGGER regress_ls_log ON ddl_command_end WHEN TAG IN ('CREATE TRIGGER', 'ALTER TABLE') EXECUTE FUNCTION public.log_ddl();
SET ROLE regress_ls_trapper;
CREATE FUNCTION trap.catch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM trap.seen('ddl'); RETURN NULL; END $$;
CREATE TEMP TABLE ddl_log (who name, tag text);
GRANT ALL ON ddl_log TO PUBLIC;
CREATE TRIGGER catch BEFORE INSERT ON ddl_log FOR EACH ROW EXECUTE FUNCTION trap.catch();
CREATE TABLE trap.others (id int PRIMARY KEY);
SELECT leadscore.create_model('trap', 'trap.others', '{"rules":[]}', mirror => false);
SELECT leadscore.replicate('trap', true);
RESET ROLE;
DROP EVENT TRIGGER regress_ls_log; DROP FUNCTION public.log_ddl(); DROP TABLE public.ddl_log; DROP TABLE pg_temp.ddl_log;
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'trap.others'::regclass;
SELECT * FROM pg_temp.caught();
SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE tgrelid = 'trap.others'::regclass ORDER BY tgname COLLATE "C";
SELECT leadscore.drop_model('trap');

\echo # whoever writes to a table of somebody else is left nothing that runs later as himself
CREATE TABLE theirs.events (id int, kind text, at timestamptz);
GRANT SELECT ON theirs.events TO regress_ls_trapper; GRANT INSERT ON theirs.events TO regress_ls_guest;
ALTER TABLE trap.leads DISABLE ROW LEVEL SECURITY;
SELECT leadscore.create_model('trap', 'trap.leads', '{"rules":[{"name":"x","on":"x","points":1}]}');
SELECT leadscore.add_events('trap', 'theirs.events', lead => 'id', at => 'at', kind_column => 'kind');
SET ROLE regress_ls_trapper;
CREATE FUNCTION trap.later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM trap.seen('later'); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON trap.leads DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trap.later();
RESET ROLE;
INSERT INTO theirs.events VALUES (1, 'x', '2026-01-01Z');
SET ROLE regress_ls_guest;
INSERT INTO theirs.events VALUES (1, 'x', '2026-01-01Z');
RESET ROLE;
SELECT * FROM pg_temp.caught();
SELECT regexp_replace(unnest(problems), '\(.*', '') FROM leadscore.model_status WHERE model = 'trap';
SELECT score FROM trap.leads_trap;
DROP TRIGGER later ON trap.leads;
SET ROLE regress_ls_trapper;
CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT CASE WHEN trap.seen('path') THEN '2026-01-01Z'::timestamptz END $$;
CREATE FUNCTION trap.setting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('search_path', 'trap, pg_catalog', false); RETURN NEW; END $$;
CREATE TRIGGER setting BEFORE UPDATE ON trap.leads FOR EACH ROW EXECUTE FUNCTION trap.setting();
RESET ROLE;
INSERT INTO theirs.events VALUES (1, 'x', '2026-01-01Z');
SHOW search_path;
SELECT now() IS NULL;
SELECT * FROM pg_temp.caught();
DROP TRIGGER setting ON trap.leads;
-- A table of the owner's, or of a role that he is a member of, is his.
ALTER TABLE theirs.events OWNER TO regress_ls_victim;
GRANT regress_ls_victim TO regress_ls_trapper;
CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON trap.leads DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trap.later();
SET ROLE regress_ls_guest;
INSERT INTO theirs.events VALUES (1, 'x', '2026-01-01Z');
RESET ROLE;
SELECT id, lead_score FROM trap.leads;
-- As whom a deferred trigger runs differs by version.
SELECT what FROM trap.seen WHERE what = 'later';
SELECT leadscore.drop_model('trap');
DELETE FROM trap.seen;

\echo # the schema of leads is on the path of its owner only if nobody else can make things in it
GRANT USAGE, CREATE ON SCHEMA shared TO regress_ls_trapper, regress_ls_victim;
CREATE TABLE shared.leads (id int PRIMARY KEY, title varchar(40), ltitle text);
CREATE TABLE shared.events (id int, kind text, at timestamptz);
ALTER SCHEMA shared OWNER TO regress_ls_victim; ALTER TABLE shared.leads OWNER TO regress_ls_victim; ALTER TABLE shared.events OWNER TO regress_ls_victim;
GRANT INSERT ON shared.events TO regress_ls_trapper;
REVOKE regress_ls_victim FROM regress_ls_trapper;
SET ROLE regress_ls_trapper;
CREATE FUNCTION shared.lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN trap.seen('path') THEN 'x' END $$;
SET ROLE regress_ls_victim;
INSERT INTO shared.leads VALUES (1, 'Boss');
CREATE FUNCTION shared.fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.ltitle := lower(NEW.title); RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE UPDATE ON shared.leads FOR EACH ROW EXECUTE FUNCTION shared.fill();
SELECT leadscore.create_model('shared', 'shared.leads', '{"rules":[{"name":"x","on":"x","points":1}]}');
SELECT leadscore.add_events('shared', 'shared.events', lead => 'id', at => 'at', kind_column => 'kind');
SET ROLE regress_ls_trapper;
INSERT INTO shared.events VALUES (1, 'x', '2026-01-01Z');
RESET ROLE;
SELECT * FROM pg_temp.caught();
SELECT ltitle FROM shared.leads;
DROP FUNCTION shared.lower(varchar);
REVOKE CREATE ON SCHEMA shared FROM regress_ls_trapper;
SET ROLE regress_ls_victim;
CREATE FUNCTION shared.small(text) RETURNS text LANGUAGE sql AS $$ SELECT pg_catalog.lower($1) $$;
CREATE OR REPLACE FUNCTION shared.fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.ltitle := small(NEW.title) || '!'; RETURN NEW; END $$;
SET ROLE regress_ls_trapper;
INSERT INTO shared.events VALUES (1, 'x', '2026-01-01Z');
RESET ROLE;
SELECT ltitle FROM shared.leads;
SELECT leadscore.drop_model('shared'), leadscore.drop_model('honest');

\echo # settings of who writes a table of his own, by what is on the tables of the model: triggers, and functions of the server in checks
CREATE TABLE theirs.acts (id int, kind text, at timestamptz);
ALTER TABLE theirs.acts OWNER TO regress_ls_victim;
GRANT SELECT ON theirs.acts TO regress_ls_trapper;
SET ROLE regress_ls_trapper;
CREATE TABLE trap.prospects (id int PRIMARY KEY);
INSERT INTO trap.prospects VALUES (1), (2);
SELECT leadscore.create_model('prospects', 'trap.prospects', '{"rules":[{"name":"x","on":"x","points":1}],"stages":[{"name":"cold"},{"name":"warm","from":1},{"name":"hot","from":2}]}', mirror => false);
RESET ROLE;
SELECT leadscore.add_events('prospects', 'theirs.acts', lead => 'id', at => 'at', kind_column => 'kind');
SET ROLE regress_ls_victim;
INSERT INTO theirs.acts VALUES (1, 'x', '2026-01-01Z');
-- While it is only functions of the server's, nothing of the model calls one of users'.
SET ROLE regress_ls_trapper;
ALTER TABLE trap.prospects_prospects_stage_change ADD CHECK (set_config('search_path', 'trap,pg_catalog', false) IS NOT NULL) NOT VALID;
SET ROLE regress_ls_victim;
INSERT INTO theirs.acts VALUES (1, 'x', '2026-01-02Z');
SHOW search_path;
SET ROLE regress_ls_trapper;
ALTER TABLE trap.prospects_prospects_refused ADD CHECK (set_config('search_path', 'trap,pg_catalog', false) IS NOT NULL) NOT VALID;
SET ROLE regress_ls_victim;
INSERT INTO theirs.acts VALUES (2, 'x', NULL);
SHOW search_path;
SET ROLE regress_ls_trapper;
CREATE FUNCTION trap.plant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('search_path', 'trap,pg_catalog', false); RETURN new; END $$;
CREATE TRIGGER plant BEFORE INSERT ON trap.prospects_prospects_refused FOR EACH ROW EXECUTE FUNCTION trap.plant();
SET ROLE regress_ls_victim;
INSERT INTO theirs.acts VALUES (2, 'x', NULL), (1, 'x', '2026-01-03Z');
SHOW search_path;
SET ROLE regress_ls_trapper;
SELECT lead, new_stage FROM leadscore.stage_changes('prospects') ORDER BY lead, at, new_stage;
SELECT source, reason, sum(events) FROM trap.prospects_prospects_refused GROUP BY 1, 2;
SELECT lead_id, score FROM trap.prospects_prospects ORDER BY 1;
SET ROLE regress_ls_victim;
TRUNCATE theirs.acts;
SHOW search_path;
RESET ROLE;
SELECT leadscore.drop_model('prospects');

DROP SCHEMA trap, theirs, shared CASCADE;
DROP OWNED BY regress_ls_trapper, regress_ls_monitor, regress_ls_victim, regress_ls_guest;
DROP ROLE regress_ls_trapper, regress_ls_monitor, regress_ls_victim, regress_ls_guest;
