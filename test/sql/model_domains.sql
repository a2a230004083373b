-- Checks of domains, casts to keys, and what triggers on the score table set: nothing of the owner's runs as who administers his model or writes to another's table.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET timezone = 'UTC';
SET client_min_messages = warning;
CREATE ROLE regress_ls_owner; CREATE ROLE regress_ls_writer;
CREATE SCHEMA dom AUTHORIZATION regress_ls_owner; GRANT USAGE ON SCHEMA dom TO PUBLIC;
CREATE TABLE public.ran (by name, what text); GRANT INSERT ON public.ran TO PUBLIC;
CREATE FUNCTION pg_temp.ran() RETURNS SETOF text LANGUAGE sql AS $$ SELECT DISTINCT by || ' ' || what FROM public.ran WHERE by <> 'regress_ls_owner' ORDER BY 1 $$;

\echo # a key whose input runs a function
SET ROLE regress_ls_owner;
CREATE FUNCTION dom.seen(what text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.ran VALUES (current_user, what); RETURN true; END $$;
CREATE DOMAIN dom.number AS int CHECK (dom.seen('check'));
CREATE TYPE dom.numbers AS RANGE (subtype = dom.number);
CREATE TABLE dom.ranged (id dom.numbers PRIMARY KEY);
INSERT INTO dom.ranged SELECT int4range(i, i + 1)::text::dom.numbers FROM generate_series(1, 10) i;
SELECT leadscore.create_model('ranged', 'dom.ranged', '{"rules":[]}');
UPDATE dom.ranged_ranged SET due = '-infinity';
RESET ROLE;
CALL leadscore.catch_up('ranged', 3);
SELECT leadscore.adjust('ranged', '[1,2)', 'fit', 'add', 1);
SELECT leadscore.refresh('ranged', batch => 4);
SELECT * FROM leadscore.verify('ranged');
SELECT * FROM pg_temp.ran();
SELECT leadscore.drop_model('ranged');

\echo # a cast from an event to the key
SET ROLE regress_ls_owner;
CREATE TABLE dom.leads (id int PRIMARY KEY); INSERT INTO dom.leads VALUES (1);
RESET ROLE;
CREATE TABLE public.others (lead int, kind text, at timestamptz); GRANT SELECT ON public.others TO regress_ls_owner; GRANT INSERT ON public.others TO regress_ls_writer;
SELECT leadscore.create_model('cast', 'dom.leads', '{"rules":[{"name":"x","on":"x","points":1}]}');
SELECT leadscore.add_events('cast', 'public.others', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT leadscore.drop_views('cast');
SET ROLE regress_ls_owner;
CREATE TYPE dom.k AS ENUM ('1', '2');
CREATE FUNCTION dom.int_k(int) RETURNS dom.k LANGUAGE plpgsql STABLE AS $$ BEGIN IF dom.seen('cast') THEN RETURN $1::text::dom.k; END IF; END $$;
CREATE CAST (int AS dom.k) WITH FUNCTION dom.int_k(int) AS IMPLICIT;
SELECT format('ALTER TABLE %s ALTER %I TYPE dom.k USING %2$I::text::dom.k', a.attrelid::regclass, a.attname) FROM pg_attribute a
 WHERE a.attrelid::regclass::text IN ('dom.leads', 'dom.leads_cast', 'dom.leads_cast_stage_change', 'dom.leads_cast_adjustment', 'dom.leads_cast_queue') AND a.attname IN ('id', 'lead_id')
   AND (a.attname = 'lead_id' OR a.attrelid = 'dom.leads'::regclass) ORDER BY 1 \gexec
RESET ROLE;
INSERT INTO public.others VALUES (1, 'x', '2026-01-01Z');
SET ROLE regress_ls_writer;
INSERT INTO public.others VALUES (1, 'x', '2026-01-01Z');
RESET ROLE;
SELECT * FROM pg_temp.ran();
SELECT id, lead_score FROM dom.leads;

\echo # what a trigger on the score table sets is undone
SET ROLE regress_ls_owner;
CREATE FUNCTION dom.setting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('search_path', 'dom, pg_catalog', false); RETURN NULL; END $$;
CREATE TRIGGER setting AFTER UPDATE ON dom.leads_cast FOR EACH ROW EXECUTE FUNCTION dom.setting();
RESET ROLE;
INSERT INTO public.others VALUES (1, 'x', '2026-01-01Z');
SHOW search_path;
SELECT id, lead_score FROM dom.leads;
SELECT leadscore.drop_model('cast');
DROP SCHEMA dom CASCADE; DROP TABLE public.others, public.ran;
DROP ROLE regress_ls_owner, regress_ls_writer;
