-- The result is a function of its arguments: no plan, no worker count, no memory limit and no setting changes it.
\pset format unaligned
\pset tuples_only on
SET search_path = public, leadscore;
CREATE FUNCTION pg_temp.has(query text, node text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; found boolean := false;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP found := found OR strpos(line, node) > 0; END LOOP;
  RETURN CASE WHEN found THEN 'yes' ELSE 'no' END;
END $$;
CREATE TABLE par_events (lead_id int, kind text, at timestamptz, seconds numeric, page text, props jsonb) PARTITION BY HASH (lead_id);
CREATE TABLE par_events0 PARTITION OF par_events FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE par_events1 PARTITION OF par_events FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE par_events2 PARTITION OF par_events FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO par_events
SELECT i * 7919 % 3000, (ARRAY['visit', 'mail', 'form', 'other'])[1 + i % 4], '2026-01-01Z'::timestamptz + i * interval '6 minutes', i % 97 / 7.0, 'page ' || i % 11, jsonb_build_object('seconds', i % 97 / 7.0, 'page', 'page ' || i % 11)
FROM generate_series(1, 30000) i;
ANALYZE par_events;
CREATE TABLE par_rules AS SELECT '{"timezone":"Europe/Berlin","score":{"decimals":4},"rules":[{"name":"visits","on":"visit","points":2,"decay":{"half_life":"20 days"}},{"name":"seconds","on":"visit","measure":{"sum":"seconds"},"points":0.1},
  {"name":"pages","on":["visit","mail"],"measure":{"distinct":"page"},"points":3},{"name":"hours","on":"form","points":1,"within":"500 hours"},{"name":"idle","on":"*","measure":"idle","bands":[{"from":3,"points":-1}]},
  {"name":"regex","on":"*","if":{"page":{"matches":"^page [13579]$"}},"points":0.5,"limit":3}]}'::scoring_rules AS rules;
ANALYZE par_rules;
SELECT rules FROM par_rules
\gset

-- The queries, and their answer by a serial sort.
SELECT format('SELECT lead_id, leadscore.lead_tally(%1$L, kind, at, e) AS t, leadscore.lead_score(%1$L, kind, at, e, ''2026-05-10Z''::timestamptz) AS s, leadscore.lead_score(%1$L, kind, at, ''2026-05-10Z''::timestamptz) AS s0 FROM par_events e GROUP BY lead_id', :'rules') AS per_lead,
       format('SELECT 0 AS lead_id, leadscore.lead_tally(%1$L, kind, at, props) AS t, leadscore.lead_score(%1$L, kind, at, e, ''2026-05-10Z''::timestamptz) AS s, leadscore.lead_score(%1$L, kind, at, ''2026-05-10Z''::timestamptz) AS s0 FROM par_events e', :'rules') AS all_leads,
       'SELECT length(kind) AS lead_id, leadscore.lead_tally(rules, kind, at, e) AS t, leadscore.lead_score(rules, kind, at, e, ''2026-05-10Z''::timestamptz) AS s, leadscore.lead_score(rules, kind, at, ''2026-05-10Z''::timestamptz) AS s0 FROM par_rules, par_events e GROUP BY length(kind)' AS by_column
\gset
SET max_parallel_workers_per_gather = 0; SET enable_hashagg = off; SET enable_partitionwise_aggregate = off;
SELECT pg_temp.has(:'per_lead', 'Partial') AS partial, pg_temp.has(:'per_lead', 'GroupAggregate') AS sorted;
CREATE TABLE par_lead AS :per_lead;
CREATE TABLE par_all AS :all_leads;
CREATE TABLE par_column AS :by_column;
SELECT count(*) AS leads, count(DISTINCT s) > 500 AS various, count(DISTINCT s0) > 20 AS various_without FROM par_lead;
CREATE FUNCTION pg_temp.differences(query text, stored text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  EXECUTE format('SELECT count(*) || '' rows, '' || count(*) FILTER (WHERE a.t IS DISTINCT FROM b.t OR leadscore.lead_tally_send(a.t) IS DISTINCT FROM leadscore.lead_tally_send(b.t)
                                     OR a.s IS DISTINCT FROM b.s OR a.s0 IS DISTINCT FROM b.s0) || '' different'' FROM (%s) a FULL JOIN %s b USING (lead_id)', query, stored) INTO result;
  RETURN result;
END $$;

-- Hash aggregation, in memory and spilling to disk.
RESET enable_hashagg; SET enable_sort = off;
SELECT pg_temp.has(:'per_lead', 'HashAggregate') AS hashed, pg_temp.differences(:'per_lead', 'par_lead');
SET work_mem = '64kB'; SET hash_mem_multiplier = 1;
SELECT pg_temp.differences(:'per_lead', 'par_lead') AS little_memory;
CREATE FUNCTION pg_temp.spilled(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, SUMMARY OFF, FORMAT json) ' || query INTO plan;
  RETURN (plan -> 0 -> 'Plan' ->> 'HashAgg Batches')::int > 0;
END $$;
SELECT pg_temp.spilled(:'per_lead');
RESET work_mem; RESET hash_mem_multiplier; RESET enable_sort;

-- Parallel plans: workers count parts of each lead, the leader merges them.
SET max_parallel_workers_per_gather = 4; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT pg_temp.has(:'per_lead', 'Partial') AS partial, pg_temp.has(:'per_lead', 'Gather') AS parallel, pg_temp.differences(:'per_lead', 'par_lead');
SELECT pg_temp.has(:'all_leads', 'Partial') AS partial, pg_temp.has(:'all_leads', 'Gather') AS parallel, pg_temp.differences(:'all_leads', 'par_all');
SET parallel_tuple_cost = 0.1; -- else the join is done in the leader
SELECT pg_temp.has(:'by_column', 'Partial') AS partial, pg_temp.has(:'by_column', 'Gather') AS parallel, pg_temp.differences(:'by_column', 'par_column');
SET parallel_tuple_cost = 0;
SET parallel_leader_participation = off;
SELECT pg_temp.differences(:'per_lead', 'par_lead'), pg_temp.differences(:'all_leads', 'par_all');
SET enable_hashagg = off;
SELECT pg_temp.has(:'per_lead', 'Partial GroupAggregate') AS partial_sorted, pg_temp.differences(:'per_lead', 'par_lead');
RESET enable_hashagg; RESET parallel_leader_participation;
SET work_mem = '64kB'; SET enable_sort = off;
SELECT pg_temp.has(:'per_lead', 'Partial HashAggregate') AS partial_hashed, pg_temp.differences(:'per_lead', 'par_lead'), pg_temp.differences(:'by_column', 'par_column');
RESET work_mem; RESET enable_sort;
-- Everything in a worker, needed or not (the setting has another name from 16 on).
SELECT set_config(name, 'on', false) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT pg_temp.differences(:'per_lead', 'par_lead'), pg_temp.differences(:'by_column', 'par_column');
-- score() and explain_score() inside of workers.
SELECT pg_temp.has('SELECT (leadscore.score((SELECT rules FROM par_rules), NULL::jsonb, t, ''2026-05-10Z'')).score FROM par_lead', 'Gather') AS parallel,
       (SELECT count(*) FROM par_lead WHERE (score(:'rules', NULL::jsonb, t, '2026-05-10Z')).score = s) AS scored;
SELECT set_config(name, 'off', false) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
-- rollup() in parallel, of tallies from a table.
SELECT pg_temp.has('SELECT leadscore.rollup(t) FROM par_lead', 'Partial') AS partial, (SELECT rollup(t) FROM par_lead) = (SELECT t FROM par_all) AS same;

-- Partitionwise: each partition by itself where the key allows it, else partial tallies of each partition.
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.has(:'per_lead', 'Append') AS partitionwise, pg_temp.differences(:'per_lead', 'par_lead');
SET max_parallel_workers_per_gather = 0;
SELECT pg_temp.has(:'all_leads', 'Partial') AS partial, pg_temp.differences(:'all_leads', 'par_all');
SELECT pg_temp.differences(:'per_lead', 'par_lead'), pg_temp.differences(:'by_column', 'par_column');
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET enable_partitionwise_aggregate;

CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN EXECUTE query; RETURN 'fine'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate; END $$;

-- in_part(): each lead is in one part, equal keys in the same one, and parts are about equal. Branches of UNION ALL run side by side.
WITH keys AS (SELECT i::int2 AS s, i AS n, i::int8 * 1000003 AS b, i::text AS t, md5(i::text)::uuid AS u, (i / 2)::numeric(9,2) AS d, ARRAY[i] AS a FROM generate_series(1, 3000) i),
     found AS (SELECT c.type, p, count(*) FILTER (WHERE c.is_in) AS n FROM keys, generate_series(1, 3) p,
       LATERAL (VALUES ('smallint', in_part(s, p, 3)), ('integer', in_part(n, p, 3)), ('bigint', in_part(b, p, 3)), ('text', in_part(t, p, 3)), ('uuid', in_part(u, p, 3)), ('numeric', in_part(d, p, 3)),
                       ('array', in_part(a, p, 3))) c(type, is_in) GROUP BY c.type, p)
SELECT type, sum(n), min(n) > 900 AND max(n) < 1100 AS even FROM found GROUP BY type ORDER BY type;
SELECT bool_and(in_part(1.0, p, 16) = in_part(1.00, p, 16) AND in_part(i, p, 16) = in_part(i::int8, p, 16)) FROM generate_series(1, 16) p, generate_series(1, 50) i;
SELECT in_part(NULL::int, 1, 2) IS NULL, in_part(7, 1, 1);
SELECT a, pg_temp.outcome(format('SELECT leadscore.in_part(%s)', a)) FROM unnest(ARRAY['1, 0, 2', '1, 3, 2', '1, 1, 0', '1, 2, -1', $$'{}'::json, 1, 2$$, 'ROW(1, 2), 1, 2']) a;
SELECT string_agg(format('SELECT lead_id, leadscore.lead_tally(%1$L, kind, at, e) AS t, leadscore.lead_score(%1$L, kind, at, e, ''2026-05-10Z''::timestamptz) AS s, leadscore.lead_score(%1$L, kind, at, ''2026-05-10Z''::timestamptz) AS s0 FROM par_events e WHERE leadscore.in_part(lead_id, %2$s, 3) GROUP BY lead_id', :'rules', p), ' UNION ALL ') AS in_parts FROM generate_series(1, 3) p
\gset
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = '1GB';
SELECT pg_temp.has(:'in_parts', 'Parallel Append') AS parallel, pg_temp.differences(:'in_parts', 'par_lead');
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- A group whose rules or moment differ is an error in a parallel plan too.
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT pg_temp.has($q$SELECT leadscore.lead_score('{"rules":[]}', kind, at, date_trunc('month', at)) FROM par_events$q$, 'Partial') AS partial, pg_temp.outcome($q$SELECT leadscore.lead_score('{"rules":[]}', kind, at, date_trunc('month', at)) FROM par_events$q$), pg_temp.outcome($q$SELECT leadscore.lead_tally(format('{"rules":[{"name":"a","on":"%s","points":1}]}', kind)::leadscore.scoring_rules, kind, at) FROM par_events$q$);
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- Settings: the same text of everything under settings that change what PostgreSQL itself prints and reads.
CREATE TYPE par_row AS (f4 float4, f8 float8, n numeric, d date, t timestamptz, ts timestamp, i interval, b bytea, a float8[], e inet);
CREATE FUNCTION pg_temp.everything() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r leadscore.scoring_rules := '{"timezone":"America/New_York","score":{"decimals":3},"rules":[{"name":"f","attribute":"f8","values":{"0.1":1},"otherwise":100},{"name":"g","attribute":"f4","bands":[{"from":0.1,"points":2}]},{"name":"d","attribute":"d","values":{"2026-03-04":4},"otherwise":200},
    {"name":"t","if":{"t":{"<":"2026-03-04 05:06:07.5"},"ts":"2026-03-04 05:06","d":{">":"2026-03-03T23:59"}},"points":8},{"name":"a","if":{"a":[0.1]},"points":16},{"name":"l","if":{"e":{"ilike":"10.%"}},"points":32},
    {"name":"k","on":"k","if":{"d":"2026-03-04"},"points":0.5,"decay":{"half_life":"3 days"}},{"name":"h","on":"k","measure":{"distinct":"t"},"points":64},{"name":"v","on":"k","measure":{"sum":"f8"},"points":1000}],
    "probability":{"intercept":-1,"slope":0.001},"stages":[{"name":"x"},{"name":"y","from":1}]}';
  row par_row := ROW(0.1, 0.1, 0.1, make_date(2026, 3, 4), timestamptz 'epoch' + interval '1772600000.5 seconds', make_timestamp(2026, 3, 4, 5, 6, 0), make_interval(days => 1), decode('00ff', 'hex'), ARRAY[0.1, 0.2], '10.1.2.3');
  t leadscore.lead_tally;
  moment timestamptz := timestamptz 'epoch' + interval '1772800000 seconds';
BEGIN
  SELECT leadscore.lead_tally(r, 'k', moment - make_interval(hours => h), row) INTO t FROM generate_series(0, 200, 7) h;
  RETURN md5(concat_ws('|', r::text, t::text, encode(leadscore.lead_tally_send(t), 'hex'), encode(leadscore.scoring_rules_send(r), 'hex'), (leadscore.score(r, row, t, moment)).score::text, (leadscore.score(r, row, t, moment)).stage, (leadscore.score(r, row, t, moment)).dimensions::text,
    (leadscore.score(r, row, t, moment)).labels::text, ((leadscore.score(r, row, t, moment)).probability * 1e15)::bigint::text, leadscore.explain_score_text(r, row, t, moment),
    (SELECT string_agg(e.step || e.points::text, ',') FROM leadscore.explain_score(r, row, t, moment) e), (SELECT string_agg(x::text, ',') FROM leadscore.rules_of(r) x), (SELECT string_agg(x::text, ',') FROM leadscore.score_range(r) x),
    (SELECT string_agg(x::text, ',') FROM leadscore.lint_rules(r) x), (SELECT string_agg(x::text, ',') FROM leadscore.evidence_of(r) x), (SELECT string_agg(x::text, ',') FROM leadscore.diff_rules(r, '{"rules":[]}') x),
    (leadscore.score(r, to_jsonb(1), t::text::leadscore.lead_tally, moment)).score::text));
END $$;
CREATE TEMP TABLE printed (setting text, md5 text);
CREATE PROCEDURE pg_temp.under(name text, setting text) LANGUAGE plpgsql AS $$
DECLARE before text := current_setting(name);
BEGIN PERFORM set_config(name, setting, false); INSERT INTO pg_temp.printed VALUES (name || ' = ' || setting, pg_temp.everything()); PERFORM set_config(name, before, false); END $$;
DO $$
DECLARE s record;
BEGIN
  FOR s IN SELECT * FROM (VALUES ('timezone', 'UTC'), ('timezone', 'Asia/Tokyo'), ('timezone', 'Europe/Berlin'), ('DateStyle', 'ISO, DMY'), ('DateStyle', 'German, DMY'), ('DateStyle', 'SQL, MDY'), ('DateStyle', 'Postgres, YMD'), ('IntervalStyle', 'iso_8601'), ('IntervalStyle', 'sql_standard'),
      ('extra_float_digits', '-15'), ('extra_float_digits', '0'), ('extra_float_digits', '3'), ('lc_numeric', 'C'), ('lc_time', 'C'), ('lc_monetary', 'C'), ('bytea_output', 'escape'), ('bytea_output', 'hex'), ('search_path', 'pg_catalog'), ('search_path', ''), ('search_path', 'leadscore'), ('standard_conforming_strings', 'off'),
      ('escape_string_warning', 'off'), ('array_nulls', 'off'), ('transform_null_equals', 'on'), ('xmloption', 'document'), ('quote_all_identifiers', 'on'), ('default_transaction_isolation', 'serializable'), ('timezone_abbreviations', 'Australia'), ('jit', 'on'), ('work_mem', '64kB')) v(n, s) LOOP
    CALL pg_temp.under(s.n, s.s);
  END LOOP;
  -- A locale with a decimal comma, where the machine has one.
  BEGIN CALL pg_temp.under('lc_numeric', 'de_DE.UTF-8'); EXCEPTION WHEN invalid_parameter_value THEN NULL; END;
END $$;
SELECT count(DISTINCT md5) AS outputs, count(*) >= 30 AS settings FROM printed;
SELECT setting FROM printed WHERE md5 <> (SELECT md5 FROM printed WHERE setting = 'timezone = UTC') ORDER BY setting;

-- What the catalog says about each function: parallel safe all of them, immutable unless listed here. (Attributes can hold an enum, whose
-- labels the catalog keeps; the moment defaults to now().)
SELECT p.proname, count(*), string_agg(DISTINCT p.provolatile::text, '') AS volatility
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'leadscore'
WHERE p.provolatile <> 'i' AND p.probin IS NOT NULL GROUP BY 1 ORDER BY 1;
SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'leadscore'
WHERE p.probin IS NOT NULL AND p.proparallel <> 's' OR p.prosecdef OR p.pronamespace <> 'leadscore'::regnamespace ORDER BY p.oid::regprocedure::text COLLATE "C";
-- Aggregates over events can be split and taken back, and their state is a real type. No function leaks, all of SQL pin their search path.
SELECT a.aggfnoid::regprocedure AS aggregate, a.aggtranstype::regtype AS state, a.aggcombinefn::regproc <> 0 AS splits, a.aggminvtransfn <> 0 AS takes_back, a.aggkind
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid WHERE p.pronamespace = 'leadscore'::regnamespace ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT p.oid::regprocedure AS unpinned FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = 'leadscore'::regnamespace AND l.lanname <> 'c' AND l.lanname <> 'internal' AND NOT coalesce(p.proconfig::text ~ 'search_path=pg_catalog, pg_temp', false) ORDER BY p.oid::regprocedure::text COLLATE "C";
-- All objects of the extension live in its schema, and all that users meet is described.
SELECT pg_describe_object(d.classid, d.objid, 0) AS undescribed FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'leadscore' AND d.deptype = 'e' JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
WHERE p.proname IN ('lead_tally', 'lead_score', 'rollup', 'score', 'explain_score', 'explain_score_text', 'rules_of', 'score_range', 'lint_rules', 'diff_rules', 'evidence_of') AND obj_description(d.objid, 'pg_proc') IS NULL ORDER BY 1;
DROP TABLE par_events, par_rules, par_lead, par_all, par_column;
DROP TYPE par_row CASCADE;
