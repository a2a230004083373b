-- Rights: who may use the extension and who may install it; what others plant changes nothing.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
-- Left by a run that was broken off.
DROP DATABASE IF EXISTS regress_leadscore_db;
DROP FUNCTION IF EXISTS public.regress_all_of_it();
DROP ROLE IF EXISTS regress_leadscore_user, regress_leadscore_owner;

-- A role with USAGE on the schema and no other right uses everything.
CREATE ROLE regress_leadscore_user LOGIN;
GRANT USAGE ON SCHEMA leadscore TO regress_leadscore_user;
CREATE FUNCTION public.regress_all_of_it() RETURNS text LANGUAGE sql SET search_path = '' AS $$
  WITH given AS (SELECT '{"rules":[{"name":"a","if":{"t":{"matches":"^x"}},"points":1},{"name":"b","on":"k","points":2}],"timezone":"Europe/Berlin"}'::leadscore.scoring_rules AS r),
  counted AS (SELECT r, leadscore.lead_tally(r, 'k', '2026-01-01Z', '{}'::pg_catalog.jsonb) AS t, leadscore.lead_score(r, 'k', '2026-01-01Z', '2026-01-02Z'::pg_catalog.timestamptz) AS s FROM given GROUP BY r)
  SELECT pg_catalog.concat_ws(' ', s, (leadscore.score(r, '{"t":"x"}'::pg_catalog.jsonb, t, '2026-01-02Z')).score, (SELECT pg_catalog.sum(points) FROM leadscore.explain_score(r, '{"t":"x"}'::pg_catalog.jsonb, t, '2026-01-02Z')),
    (SELECT pg_catalog.count(*) FROM leadscore.rules_of(r)), (SELECT pg_catalog.count(*) FROM leadscore.score_range(r)), (SELECT pg_catalog.count(*) FROM leadscore.diff_rules(r, '{"rules":[]}')), (SELECT pg_catalog.count(*) FROM leadscore.evidence_of(r)),
    (SELECT pg_catalog.count(*) FROM leadscore.lint_rules(r, 'pg_catalog.pg_class')), pg_catalog.length(leadscore.explain_score_text(r, '{"t":"x"}'::pg_catalog.jsonb, t, '2026-01-02Z')),
    r OPERATOR(leadscore.=) (r::pg_catalog.jsonb)::leadscore.scoring_rules, t OPERATOR(leadscore.=) (t OPERATOR(leadscore.+) t OPERATOR(leadscore.-) t))
  FROM counted $$;
SELECT public.regress_all_of_it() AS as_superuser
\gset
SELECT :'as_superuser';
SELECT has_schema_privilege('regress_leadscore_user', 'leadscore', 'USAGE') AS usage, has_schema_privilege('regress_leadscore_user', 'leadscore', 'CREATE') AS may_create;
SET ROLE regress_leadscore_user;
SELECT public.regress_all_of_it() = :'as_superuser' AS same;
-- Its own tables as rows, too.
CREATE TEMP TABLE own (t text); INSERT INTO own VALUES ('x'), ('y');
SELECT t, (leadscore.score('{"rules":[{"name":"a","if":{"t":"x"},"points":1}]}', o, NULL)).score FROM own o ORDER BY t;
RESET ROLE;
-- A role without it reaches nothing.
REVOKE USAGE ON SCHEMA leadscore FROM regress_leadscore_user, PUBLIC;
SET ROLE regress_leadscore_user;
SELECT (leadscore.score('{"rules":[]}', NULL::jsonb, NULL)).score;
RESET ROLE;
GRANT USAGE ON SCHEMA leadscore TO PUBLIC;
GRANT USAGE ON SCHEMA leadscore TO regress_leadscore_user;

-- Operators and functions of the same names, planted where everybody's search path looks first, are not used.
CREATE SCHEMA regress_evil;
GRANT USAGE ON SCHEMA regress_evil TO PUBLIC;
SET check_function_bodies = off;
CREATE FUNCTION regress_evil.hit() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
DO $$
DECLARE s record;
BEGIN
  FOR s IN SELECT * FROM (VALUES ('=', 'text', 'text'), ('||', 'text', 'text'), ('=', 'name', 'text'), ('=', 'text', 'name'), ('=', 'oid', 'oid'), ('>', 'int4', 'int4'), ('>', 'int2', 'int4'), ('=', 'leadscore.scoring_rules', 'leadscore.scoring_rules'), ('=', 'leadscore.lead_tally', 'leadscore.lead_tally'), ('+', 'leadscore.lead_tally', 'leadscore.lead_tally')) v(op, l, r) LOOP
    EXECUTE format('CREATE FUNCTION regress_evil.%I(%s, %s) RETURNS boolean LANGUAGE sql AS ''SELECT regress_evil.hit()''', 'evil_' || md5(s::text), s.l, s.r);
    EXECUTE format('CREATE OPERATOR regress_evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = regress_evil.%I)', s.op, s.l, s.r, 'evil_' || md5(s::text));
  END LOOP;
END $$;
CREATE FUNCTION regress_evil.jsonb_to_recordset(jsonb) RETURNS SETOF record LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
CREATE FUNCTION regress_evil.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
CREATE FUNCTION regress_evil.cardinality(anyarray) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
CREATE FUNCTION regress_evil.starts_with(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
CREATE FUNCTION regress_evil.array_to_string(anyarray, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
CREATE FUNCTION regress_evil.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
CREATE FUNCTION regress_evil.explain_rows(leadscore.scoring_rules, anyelement, leadscore.lead_tally, timestamptz, text) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code ran'; END $$;
CREATE TYPE regress_evil.jsonb AS (x int); CREATE TYPE regress_evil.numeric AS (x int);
SET search_path = regress_evil, pg_catalog, public;
-- The trap works ...
SELECT 'a'::text = 'a'::text;
-- ... and nothing of the extension steps into it.
SELECT leadscore.score('{"rules":[{"name":"a","if":{"t":"x"},"points":1}]}', '{"t":"x"}'::pg_catalog.jsonb, NULL);
SELECT count(*) FROM leadscore.explain_score('{"rules":[{"name":"a","if":{"t":"x"},"points":1}]}', '{"t":"x"}'::pg_catalog.jsonb, NULL);
SELECT count(*) FROM leadscore.rules_of('{"rules":[{"name":"a","if":{"t":"x"},"points":1}]}');
SELECT count(*) FROM leadscore.score_range('{"rules":[{"name":"a","if":{"t":"x"},"points":1}]}');
SELECT count(*) FROM leadscore.lint_rules('{"rules":[{"name":"a","if":{"t":"x"},"points":1}]}', 'pg_class', 'pg_proc');
SELECT count(*) FROM leadscore.diff_rules('{"rules":[{"name":"a","if":{"t":"x"},"points":1}]}', '{"rules":[]}');
SELECT count(*) FROM leadscore.evidence_of('{"rules":[{"name":"a","on":"k","points":1}]}');
SELECT count(*) FROM (SELECT v FROM (VALUES ('{"rules":[]}'::leadscore.scoring_rules), ('{"rules":[ ]}')) x(v) GROUP BY v) g;
SELECT leadscore.lead_tally('{"rules":[{"name":"a","on":"k","points":1}]}', 'k', '2026-01-01Z') OPERATOR(leadscore.=) 'tally1 90d21d980bb680d8:9497=1'::leadscore.lead_tally;
SELECT public.regress_all_of_it() OPERATOR(pg_catalog.=) :'as_superuser' AS same;
RESET search_path;
DROP SCHEMA regress_evil CASCADE;
-- Temporary objects come last in the search path of the extension's own queries, whoever makes them.
SET ROLE regress_leadscore_user;
CREATE TEMP TABLE pg_attribute (x int);
SELECT message FROM leadscore.lint_rules('{"rules":[{"name":"a","attribute":"nothing","values":{"a":1}}],"stages":[{"name":"s"}]}', 'pg_catalog.pg_class') WHERE topic = 'attribute';
DROP TABLE pg_temp.pg_attribute;
RESET ROLE;

-- A trusted extension: the owner of a database installs it, no superuser needed; the objects of C are the superuser's.
CREATE ROLE regress_leadscore_owner LOGIN;
CREATE DATABASE regress_leadscore_db OWNER regress_leadscore_owner TEMPLATE template0 ENCODING 'UTF8';
SELECT :'DBNAME' AS home
\gset
\c regress_leadscore_db
SET client_min_messages = warning;
SET SESSION AUTHORIZATION regress_leadscore_owner;
SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user;
-- A schema of the same name that was there before is not taken over, whoever makes the extension and whatever is in it: a transaction that
-- has not ended may put things into it that nobody sees yet.
\set SHOW_CONTEXT never
CREATE SCHEMA leadscore;
GRANT CREATE ON SCHEMA leadscore TO PUBLIC, regress_leadscore_user;
CREATE DOMAIN leadscore.lead_tally AS text;
CREATE EXTENSION leadscore;
DROP DOMAIN leadscore.lead_tally;
CREATE EXTENSION leadscore;
RESET SESSION AUTHORIZATION;
\set VERBOSITY sqlstate
CREATE EXTENSION leadscore;
SELECT nspowner::regrole, has_schema_privilege('regress_leadscore_user', oid, 'CREATE') AS others FROM pg_namespace WHERE nspname = 'leadscore';
SELECT count(*) AS half_installed FROM pg_proc WHERE pronamespace = 'leadscore'::regnamespace;
-- A superuser's own is not either: somebody else may have had it.
ALTER SCHEMA leadscore OWNER TO CURRENT_USER;
CREATE EXTENSION leadscore;
\set VERBOSITY default
DROP SCHEMA leadscore;
SET SESSION AUTHORIZATION regress_leadscore_owner;
CREATE EXTENSION leadscore;
SELECT extversion FROM pg_extension WHERE extname = 'leadscore';
-- Its schema is not his: he could lay functions in the way of who has more rights, or put another in its place.
SELECT nspowner = current_user::regrole AS his, has_schema_privilege('leadscore', 'CREATE') AS may_create, (SELECT rolsuper FROM pg_roles r WHERE r.oid = nspowner) AS superusers
  FROM pg_namespace WHERE nspname = 'leadscore';
ALTER SCHEMA leadscore RENAME TO elsewhere;
ALTER EXTENSION leadscore DROP SCHEMA leadscore;
-- Who restores a dump makes triggers with it.
SELECT has_function_privilege('leadscore.upkeep()', 'EXECUTE') AS owner, has_function_privilege('regress_leadscore_user', 'leadscore.upkeep()', 'EXECUTE') AS others;
SELECT leadscore.lead_score('{"rules":[{"name":"a","on":"k","points":7}]}', 'k', now());
SELECT p.proowner::regrole <> current_user::regrole AS owned_by_superuser FROM pg_proc p WHERE p.proname = 'scoring_rules_in';
CREATE TABLE kept (rules leadscore.scoring_rules, tally leadscore.lead_tally);
\set VERBOSITY terse
DROP EXTENSION leadscore;
\set VERBOSITY default
DROP TABLE kept;
DROP EXTENSION leadscore;
SELECT count(*) AS left_over FROM pg_namespace WHERE nspname = 'leadscore';
-- Nobody else may install it here.
SET SESSION AUTHORIZATION regress_leadscore_user;
\set VERBOSITY terse
CREATE EXTENSION leadscore;
\set VERBOSITY default
\c :home
DROP DATABASE regress_leadscore_db;
DROP FUNCTION public.regress_all_of_it();
REVOKE USAGE ON SCHEMA leadscore FROM regress_leadscore_user;
DROP ROLE regress_leadscore_user, regress_leadscore_owner;
