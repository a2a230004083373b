-- Every SQL function over values once, on ordinary data.
CREATE EXTENSION leadscore;
SET search_path = leadscore, public;
CREATE TABLE document AS SELECT i AS id, format('{"timezone": "Europe/Berlin", "rules": [
  {"name": "a", "attribute": "n", "bands": [{"points": 0}, {"from": 1.5, "points": %s}], "missing": 1}, {"name": "b", "if": {"t": {"matches": "^x", "ilike": "%%Y"}}, "points": 1},
  {"name": "c", "on": "visit", "if": {"p": [1, "a", true]}, "points": 0.5, "at_most": {"hits": 1, "per": "6 hours"}, "decay": {"half_life": "5 days"}},
  {"name": "d", "on": "*", "measure": {"distinct": "p"}, "points": 1}, {"name": "e", "on": "visit", "measure": {"sum": "p"}, "bands": [{"from": 2, "points": 1}]},
  {"name": "f", "on": "visit", "measure": {"ratio_to": "mail"}, "bands": [{"from": 0.5, "points": 1}]}, {"name": "g", "on": "*", "measure": "idle", "bands": [{"from": 3, "points": -1}]}],
  "stages": [{"name": "cold"}, {"name": "warm", "from": 1, "keep": 1}], "probability": {"intercept": -1, "slope": 0.25},
  "labels": {"grade": {"of": "fit", "levels": [{"name": "C"}, {"name": "A", "from": 3}]}}}', i)::scoring_rules AS rules FROM generate_series(1, 3) i;
CREATE TABLE event AS SELECT i AS n, i % 3 AS lead, (ARRAY['visit', 'mail'])[1 + i % 2] AS kind, timestamptz '2026-03-27Z' + i * interval '3 hours' AS at, i % 4 AS p
  FROM generate_series(1, 200) i;
CREATE TABLE tally AS SELECT lead, lead_tally(rules, kind, at, e) AS t FROM document, event e WHERE id = 1 GROUP BY lead;

-- An argument of every type that functions over values take. A type that is not here ends the test.
CREATE FUNCTION pg_temp.argument(f regprocedure, type oid, name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    value text := CASE type::regtype::text WHEN 'scoring_rules' THEN 'd.rules' WHEN 'lead_tally' THEN 't.t' WHEN 'json' THEN 'd.rules::json'
        WHEN 'jsonb' THEN CASE name WHEN 'adjustments' THEN '''[{"at": 820000000000000, "dimension": "fit", "op": "add", "points": 1.5}]''::jsonb' ELSE 'd.rules::jsonb' END
        WHEN 'bigint' THEN '77' WHEN 'anyelement' THEN CASE name WHEN 'lead' THEN '77' ELSE 'row(1.5, ''x'')' END WHEN 'timestamp with time zone' THEN '''2026-04-20Z''' WHEN 'text' THEN '''cold'''
        WHEN 'bytea' THEN 'pack_tally(t.t)' WHEN 'regclass' THEN '''tally''' WHEN 'integer' THEN CASE WHEN name IN ('part', 'parts') THEN '1' ELSE '-1' END WHEN 'regclass[]' THEN 'VARIADIC ''{tally}''' WHEN 'oid' THEN '''numeric[]''::regtype'
        WHEN 'cstring' THEN CASE WHEN f::text LIKE '%tally%' THEN 't.t::text::cstring' ELSE 'd.rules::text::cstring' END END;
BEGIN
    IF value IS NULL THEN
        RAISE 'no argument of type % for %', type::regtype, f;
    END IF;
    RETURN value;
END
$$;
CREATE FUNCTION pg_temp.all_arguments(f regprocedure) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(pg_temp.argument(f, t, proargnames[o]), ', ' ORDER BY o) FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY x(t, o) WHERE oid = f
$$;

-- The functions over values are those of these files, each of which must be there; the functions of models run in the SQL tests of models.
\set names `grep -hoE 'CREATE FUNCTION @extschema@\.[a-z0-9_]+' sql/[1-4]*.sql sql/50_maintained.sql | sed 's/.*\.//' | sort -u | paste -sd ' '`
CREATE TABLE over_values AS SELECT name FROM regexp_split_to_table(:'names', ' ') name;
SELECT 1 / (count(*) > 50 AND bool_and(EXISTS (SELECT FROM pg_proc WHERE proname = name AND pronamespace = 'leadscore'::regnamespace)))::int AS all_there FROM over_values;

-- All that can be called from SQL with such arguments; steps of aggregates follow below.
SELECT format('SELECT count(r::text) FROM document d, tally t, LATERAL %s(%s) r', p.oid::regproc, pg_temp.all_arguments(p.oid))
  FROM pg_proc p JOIN over_values v ON proname = name WHERE pronamespace = 'leadscore'::regnamespace AND prokind = 'f' AND NOT 'internal'::regtype = ANY (proargtypes::oid[])
   AND proname !~ '_(step|back|final|combine|uncombine|in)$' ORDER BY p.oid::regprocedure::text \gexec

SELECT count(x::text) FROM (SELECT lead, lead_tally(rules, kind, at), lead_tally(rules, kind, at, e), lead_score(rules, kind, at), lead_score(rules, kind, at, e),
       lead_score(rules, kind, at, '2026-04-20Z'::timestamptz), lead_score(rules, kind, at, to_jsonb(e), '2026-04-20Z') FROM document, event e WHERE id = 1 GROUP BY lead) x;
SELECT count(x::text) FROM (SELECT lead_tally(rules, kind, at) OVER w, lead_tally(rules, kind, at, e) OVER w, lead_score(rules, kind, at) OVER w, lead_score(rules, kind, at, e) OVER w,
       lead_score(rules, kind, at, '2026-04-20Z'::timestamptz) OVER w, lead_score(rules, kind, at, to_jsonb(e), '2026-04-20Z') OVER w
  FROM document, event e WHERE id = 1 WINDOW w AS (ORDER BY n ROWS BETWEEN 9 PRECEDING AND 2 PRECEDING)) x;
SELECT rollup(t), max(rollup(t)::text) OVER () FROM tally GROUP BY lead;
SELECT count(x::text) FROM (SELECT rollup(t) OVER (ORDER BY lead ROWS 1 PRECEDING) FROM tally) x;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(x::text) FROM (SELECT lead, lead_tally((SELECT rules FROM document WHERE id = 1), kind, at, e), lead_score((SELECT rules FROM document WHERE id = 1), kind, at, e)
  FROM event e GROUP BY lead) x;
CREATE INDEX ON document USING hash (rules);
CREATE INDEX ON document (rules);
SELECT count(DISTINCT rules), min(rules::text) FROM document;
SELECT a.id FROM document a JOIN document b USING (rules) ORDER BY a.rules;
SELECT count(*) FROM tally a JOIN tally b USING (t);
-- Judging of scores, one state and several.
CREATE TABLE outcome AS SELECT i % 7 AS a, i % 5 AS b, i % 3 = 0 AS converted, (i % 11) / 10.0 AS p FROM generate_series(1, 2000) i;
SELECT evaluate_score(a, converted), evaluate_score(a, converted, p), score_bands(a, converted, 4), compare_scores(a, b, converted) FROM outcome;
SELECT a % 2, evaluate_score(b, converted, p), score_bands(b, converted, 4), compare_scores(a, b, converted) FROM outcome GROUP BY a % 2;
SELECT count(e) FROM (SELECT evaluate_score(a, converted) OVER (ORDER BY p ROWS 20 PRECEDING) AS e FROM outcome) x;
SELECT length(calibrate(rules, a, converted)::text) FROM outcome, document WHERE id = 1;
SELECT length(calibrate(d.rules, s, o.converted)::text) FROM outcome o, document d, LATERAL score(d.rules, to_jsonb(o), NULL, '2026-04-20Z') s WHERE d.id = 1;
SELECT reliability_plot(p, converted), lift_plot(a, converted), length(evaluation_svg(a, converted, p)) FROM outcome;
SELECT stability_index(a, converted), stability_index(a, converted, 3) FROM outcome;
