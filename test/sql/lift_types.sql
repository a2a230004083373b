-- value_outcomes(): every type of column, in rows and in JSON.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA lift;
\echo # columns of all types, and values no rule can look at: counted as there, nothing fails
CREATE TYPE lift.colour AS ENUM ('red', 'green');
CREATE DOMAIN lift.small AS int CHECK (VALUE < 1000);
CREATE TYPE lift.pair AS (a int, b text);
CREATE TABLE lift.odd_types (
    id int, won boolean, e lift.colour, d lift.small, c lift.pair, f real, g float8, n numeric, b bytea, ch char(5), u uuid, iv interval, dt date, ts timestamp, tz timestamptz, j json, jb jsonb,
    ta text[], na numeric[], ja jsonb[], r int4range, p point, ip inet, gen int GENERATED ALWAYS AS (id * 2) STORED);
INSERT INTO lift.odd_types (id, won, e, d, c, f, g, n, b, ch, u, iv, dt, ts, tz, j, jb, ta, na, ja, r, p, ip)
SELECT i, i % 2 = 0, (ARRAY['red', 'green', NULL])[1 + i % 3]::lift.colour, i % 4, ROW(i, 'x')::lift.pair,
       (ARRAY['NaN', 'Infinity', '-Infinity', '0.1'])[1 + i % 4]::real, (ARRAY['NaN', '-0', '1e300', '1e-300'])[1 + i % 4]::float8, (ARRAY['NaN', '1e400', '-1e400', '123456789012345678901234567890.5'])[1 + i % 4]::numeric,
       '\x00'::bytea, CASE i % 2 WHEN 0 THEN 'ab' END, ('00000000-0000-0000-0000-00000000000' || i % 3)::uuid, interval '1 day', (ARRAY['infinity', '4713-01-01 BC', '5874897-12-31', '2026-01-01'])[1 + i % 4]::date,
       (ARRAY['infinity', '-infinity', '4713-01-01 BC', '294276-12-31'])[1 + i % 4]::timestamp, (ARRAY['infinity', '-infinity', '4713-01-01 BC', '294276-12-31'])[1 + i % 4]::timestamptz,
       (ARRAY['{"a": 1, "a": 2}', '[1, {"a": 1}]', '"text"', '{"a": "\u0000"}'])[1 + i % 4]::json,
       (ARRAY['{"": 1, "a.b": 1, "a": {"b": 2}}', '[[1], "x", null, true]', '5', '{"x": {"x": {"x": {"x": {"x": {"x": {"x": {"x": {"x": 1}}}}}}}}}'])[1 + i % 4]::jsonb,
       (ARRAY['{}', '{NULL}', '{a,a}', '{{a,b},{c,d}}'])[1 + i % 4]::text[], ARRAY[1.50, 1.5, 'NaN'], ARRAY['[1]'::jsonb, '"s"'], int4range(1, i), point(1, 2), inet '10.0.0.1'
  FROM generate_series(1, 200) i;
SELECT field, part, value, leads, conversions, note FROM leadscore.lift_of('lift.odd_types', 'won', key => '{id}');
SELECT field, part, value, leads FROM leadscore.lift_of('lift.odd_types', 'won', key => '{id}', at => 'tz', attributes => '{dt,ts}');
SELECT count(*) > 20 AS advised FROM leadscore.readiness('lift.odd_types', 'won', key => '{id}', at => 'dt');
SELECT leadscore.value_outcomes(jb, won, NULL, 5, 5) FROM lift.odd_types;
SELECT leadscore.value_outcomes(j, won, NULL, 5, 5) FROM lift.odd_types;
SELECT leadscore.value_outcomes(NULL::jsonb, won, NULL, 5, 5) FROM lift.odd_types;
SELECT leadscore.value_outcomes(o, NULL, NULL, 5, 5) FROM lift.odd_types o;
SELECT leadscore.value_outcomes(o, won, NULL, 5, 5) IS NULL AS no_rows FROM lift.odd_types o WHERE false;
SELECT won, jsonb_array_length(leadscore.value_outcomes(o, won, NULL, 5, 5)) FROM lift.odd_types o GROUP BY won ORDER BY won;
DROP SCHEMA lift CASCADE;
