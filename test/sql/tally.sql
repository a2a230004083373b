-- lead_tally as a value: text, arithmetic, equality, and which rules may score it.
\pset format unaligned
\pset tuples_only on
SET search_path = public, leadscore;
SET timezone = 'UTC';

CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text; hint text; detail text;
BEGIN
  EXECUTE query INTO got;
  RETURN coalesce(got, 'NULL');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
  RETURN sqlstate || ' ' || sqlerrm || CASE WHEN detail <> '' THEN ' DETAIL: ' || detail ELSE '' END
         || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;

-- What a tally looks like: for each evidence of the rules its id and cells; ticks are days since 2000-01-01, or hours.
SELECT '{"rules":[{"name":"count","on":"k","points":1},{"name":"sum","on":"k","measure":{"sum":"s"},"points":1},{"name":"distinct","on":"k","measure":{"distinct":"d"},"points":1},
  {"name":"hours","on":"k","within":"5 hours","points":1},{"name":"nothing","on":"other","points":1}]}'::scoring_rules AS rules
\gset
SELECT id, kept, rules_using FROM evidence_of(:'rules') ORDER BY id;
SELECT lead_tally(:'rules', 'k', at, p) FROM (VALUES
  ('2000-01-01 00:00Z'::timestamptz, '{"s":1.5,"d":"a"}'::jsonb), ('2000-01-01 23:59:59.999999Z', '{"s":0.0000005,"d":"b"}'), ('1999-12-31 23:59:59.999999Z', '{"s":-2.25,"d":"a"}'),
  ('2026-03-01 12:00Z', '{"s":"9","d":["b",1,1.0,true,null,{"x":1}]}')) v(at, p);
-- A tally of rules without evidence, and one that found nothing, are values too, and not NULL.
SELECT lead_tally('{"rules":[]}', 'k', now()), lead_tally('{"rules":[{"name":"a","on":"k","points":1}]}', 'other', now());

-- Forty tallies of random looking events; n = 0 found nothing.
CREATE TEMP TABLE t AS
SELECT n, coalesce(lead_tally(:'rules', 'k', 'epoch'::timestamptz + (n * i * 7919 % 50000) * interval '1 hour',
                     jsonb_build_object('s', (n * i % 1000) / 7.0 - 50, 'd', CASE n * i % 3 WHEN 0 THEN to_jsonb(i % 5) WHEN 1 THEN to_jsonb(repeat('x', i)) ELSE to_jsonb(i % 2 = 0) END))
                   FILTER (WHERE i > 0), lead_tally(:'rules', 'unseen', now())) AS tally
FROM generate_series(0, 39) n, generate_series(0, n) i GROUP BY n;
-- The text reads as the same value; it is canonical.
SELECT count(*) AS tallies, count(*) FILTER (WHERE tally::text::lead_tally = tally) AS same, count(*) FILTER (WHERE tally::text::lead_tally::text = tally::text) AS same_text,
       count(*) FILTER (WHERE lead_tally_send(tally::text::lead_tally) = lead_tally_send(tally)) AS same_bytes
FROM t;
-- a + b - b = a and a + b = b + a, byte for byte; (a + b) + c = a + (b + c); a - a is the tally that found nothing.
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE a.tally + b.tally - b.tally = a.tally) AS back,
       count(*) FILTER (WHERE lead_tally_send(a.tally + b.tally - b.tally) = lead_tally_send(a.tally)) AS bytes_back,
       count(*) FILTER (WHERE a.tally - b.tally + b.tally = a.tally) AS other_way,
       count(*) FILTER (WHERE a.tally + b.tally = b.tally + a.tally) AS commute,
       count(*) FILTER (WHERE a.tally <> a.tally + b.tally) AS changed -- not by n = 0
FROM t a, t b;
SELECT count(*) AS triples, count(*) FILTER (WHERE (a.tally + b.tally) + c.tally = a.tally + (b.tally + c.tally)) AS associative
FROM t a, t b, t c WHERE a.n % 3 = 0 AND b.n % 4 = 1 AND c.n % 5 = 2;
SELECT count(*) FILTER (WHERE a.tally - a.tally = z.tally) AS nothing FROM t a, t z WHERE z.n = 0;
-- The sum of tallies is the tally of the sum: the same events counted at once, merged by rollup(), merged by +.
SELECT (SELECT rollup(tally) FROM t WHERE n IN (5, 17, 33)) = a.tally + b.tally + c.tally AS merged FROM t a, t b, t c WHERE a.n = 5 AND b.n = 17 AND c.n = 33;
-- Counts that a subtraction made negative stay exact; scoring takes a negative count for none.
SELECT x, x + lead_tally_in('tally1 90d21d980bb680d8:5=3'), (score('{"rules":[{"name":"a","on":"k","points":1}]}', NULL::jsonb, x, '2000-02-01')).score
FROM (SELECT 'tally1 90d21d980bb680d8:5=1'::lead_tally - 'tally1 90d21d980bb680d8:5=3'::lead_tally) v(x);

-- Equality, hash, GROUP BY and DISTINCT.
SELECT count(*) = 40 AS groups, sum(c) = 80 AS rows FROM (SELECT count(*) AS c FROM (SELECT tally FROM t UNION ALL SELECT (tally + tally) - tally FROM t) u GROUP BY tally) g;
SELECT count(*) = 40 FROM (SELECT DISTINCT tally FROM (SELECT tally FROM t UNION ALL SELECT tally::text::lead_tally FROM t) u) d;
SELECT bool_and((a.tally = b.tally) = (a.n = b.n)) AS eq, bool_and((a.tally <> b.tally) = (a.n <> b.n)) AS ne,
       bool_and((lead_tally_hash(a.tally) = lead_tally_hash(b.tally)) = (a.n = b.n)) AS hash FROM t a, t b;
SET enable_nestloop = off; SET enable_mergejoin = off;
SELECT count(*), bool_and(a.n = b.n) FROM t a JOIN t b USING (tally);
RESET enable_nestloop; RESET enable_mergejoin;
-- Tallies of different evidence are different, also where both found nothing.
SELECT lead_tally('{"rules":[{"name":"a","on":"k","points":1}]}', 'x', now()) = lead_tally('{"rules":[{"name":"a","on":"l","points":1}]}', 'x', now()) AS equal;

-- NULL with an operator gives NULL, as for other types; rollup() leaves NULLs out.
SELECT tally + NULL IS NULL, NULL - tally IS NULL, (tally = NULL) IS NULL FROM t WHERE n = 1;
SELECT rollup(x) = (SELECT tally FROM t WHERE n = 1) AS left_out, rollup(x) FILTER (WHERE x IS NULL) IS NULL AS only_nulls
FROM (SELECT tally FROM t WHERE n = 1 UNION ALL SELECT NULL) v(x);

-- Adding, taking away or merging what was counted for different evidence is an error that names it, whichever way round.
SELECT pg_temp.outcome(q) FROM unnest(ARRAY[
  $q$SELECT leadscore.lead_tally_add('tally1 90d21d980bb680d8:5=1', 'tally1 5c117c04e9699244:5=1')$q$,
  $q$SELECT leadscore.lead_tally_subtract('tally1 5c117c04e9699244:5=1', 'tally1 90d21d980bb680d8:5=1')$q$,
  $q$SELECT leadscore.lead_tally_add('tally1', 'tally1 90d21d980bb680d8')$q$,
  $q$SELECT leadscore.lead_tally_add('tally1 5c117c04e9699244 90d21d980bb680d8', 'tally1 90d21d980bb680d8')$q$,
  $q$SELECT leadscore.rollup(x) FROM (VALUES ('tally1 90d21d980bb680d8'::leadscore.lead_tally), ('tally1 5c117c04e9699244')) v(x)$q$]) WITH ORDINALITY u(q, i) ORDER BY i;

-- Scoring a tally by other rules: fine if they need no other evidence, whatever else they change.
CREATE FUNCTION pg_temp.scored(rules scoring_rules, tally lead_tally) RETURNS text LANGUAGE sql AS
  $$ SELECT pg_temp.outcome(format('SELECT (leadscore.score(%L, NULL::jsonb, %L, %L)).score', $1, $2, '2026-02-01 12:00Z')) $$;
SELECT lead_tally('{"rules":[{"name":"a","on":"k","points":1},{"name":"b","on":"l","points":1},{"name":"c","on":"k","if":{"x":1},"points":1}]}', kind, at, p) AS tally
FROM (VALUES ('k', '2026-01-30Z'::timestamptz, '{"x":1}'::jsonb), ('k', '2026-01-31Z', '{}'), ('l', '2026-01-31Z', NULL)) v(kind, at, p)
\gset
SELECT n, pg_temp.scored(r::scoring_rules, :'tally') FROM (VALUES
  (1, '{"rules":[{"name":"all three","on":"k","points":1},{"name":"b","on":"l","points":1},{"name":"c","on":"k","if":{"x":1},"points":1}]}'),
  (2, '{"rules":[{"name":"fewer","on":"k","points":10}]}'),
  (3, '{"rules":[]}'),
  (4, '{"rules":[{"name":"bands, caps, windows","on":"k","within":"2 days","max":5,"bands":[{"from":1,"points":7}]}]}'),
  (5, '{"rules":[{"name":"idle","on":"k","measure":"idle","bands":[{"from":1,"points":3}]},{"name":"ratio","on":"k","if":{"x":1},"measure":{"ratio_to":"k"},"bands":[{"from":0.5,"points":40}]}]}'),
  (6, '{"rules":[{"name":"other kind","on":"m","points":1}]}'),
  (7, '{"rules":[{"name":"other condition","on":"k","if":{"x":2},"points":1}]}'),
  (8, '{"rules":[{"name":"other tick","on":"k","within":"48 hours","points":1}]}'),
  (9, '{"rules":[{"name":"other zone","on":"k","points":1}],"timezone":"Europe/Berlin"}'),
  (10, '{"rules":[{"name":"other thing kept","on":"k","measure":{"sum":"x"},"points":1}]}'),
  (11, '{"rules":[{"name":"other kinds","on":["k","l"],"points":1}]}'),
  (12, '{"rules":[{"name":"known","on":"k","points":1},{"name":"unknown but disabled","enabled":false,"on":"m","points":1}]}')) v(n, r) ORDER BY n;
-- A NULL tally is the empty one of any rules; a tally that found nothing knows what it looked for.
SELECT pg_temp.scored('{"rules":[{"name":"absent","on":"m","bands":[{"points":-5},{"from":1,"points":0}]}]}', NULL);
SELECT pg_temp.scored('{"rules":[{"name":"absent","on":"m","bands":[{"points":-5},{"from":1,"points":0}]}]}', lead_tally('{"rules":[{"name":"a","on":"m","points":1}]}', 'k', now()));
SELECT pg_temp.scored('{"rules":[{"name":"absent","on":"m","bands":[{"points":-5},{"from":1,"points":0}]}]}', lead_tally('{"rules":[{"name":"a","on":"k","points":1}]}', 'k', now()));

-- What is no tally is refused: 22P02, as PostgreSQL's own types do.
SELECT x, pg_temp.outcome(format('SELECT %L::leadscore.lead_tally', x)) FROM unnest(ARRAY[
  '', ' ', 'tally', 'tally2', 'tally1 ', 'tally1  ', ' tally1', 'tally1 x', 'tally1 90d21d980bb680d', 'tally1 90d21d980bb680d88', 'tally1 90D21D980BB680D8', 'tally1 90d21d980bb680db',
  'tally1 90d21d980bb680d8:', 'tally1 90d21d980bb680d8:5', 'tally1 90d21d980bb680d8:5=', 'tally1 90d21d980bb680d8:=1', 'tally1 90d21d980bb680d8:5=1,', 'tally1 90d21d980bb680d8:5=1.5', 'tally1 90d21d980bb680d8:5=1;6=1',
  'tally1 90d21d980bb680d8:5=99999999999999999999', 'tally1 90d21d980bb680d8:99999999999999999999=1', 'tally1 90d21d980bb680d8:5=+1', 'tally1 90d21d980bb680d8:5=0x1',
  'tally1 90d21d980bb680d9:5=1.0000001', 'tally1 90d21d980bb680d9:5=1e3', 'tally1 90d21d980bb680d9:5=999999999999999999999999999999999999999999',
  'tally1 90d21d980bb680da:5=1', 'tally1 90d21d980bb680da:1161@5=1', 'tally1 90d21d980bb680da:11@5=1', 'tally1 90d21d980bb680da:1161@=1', 'tally1 90d21d980bb680da:1161=1', 'tally1 90d21d980bb680da:zz@5=1',
  'tally1 as_of 1', 'tally1 as_of x rules {}']) WITH ORDINALITY u(x, i) ORDER BY i;
-- Well formed, but no tally that could have been counted: the same SQLSTATE.
SELECT x, left(pg_temp.outcome(format('SELECT %L::leadscore.lead_tally', x)), 5) FROM unnest(ARRAY[
  'tally1 90d21d980bb680d9:5=.',   'tally1 90d21d980bb680d8:5=0', 'tally1 90d21d980bb680d8:5=1,5=1', 'tally1 90d21d980bb680d8:6=1,5=1', 'tally1 90d21d980bb680d8 90d21d980bb680d8', 'tally1 90d21d980bb680d8 5c117c04e9699244',
  'tally1 unset 90d21d980bb680d8', 'tally1 90d21d980bb680da:ff@5=1', 'tally1 90d21d980bb680da:0061@5=1', 'tally1 90d21d980bb680d8:99999999999999=1', 'tally1 90d21d980bb680d8 as_of 5 rules {"rules":']) WITH ORDINALITY u(x, i) ORDER BY i;
-- Sums of any size a table can hold are exact, and too large ones are an error, not a wrong number.
SELECT pg_temp.outcome($q$SELECT leadscore.lead_tally_add('tally1 90d21d980bb680d9:5=9007199254740993.000001', 'tally1 90d21d980bb680d9:5=0.000001')$q$);
SELECT pg_temp.outcome(format($q$SELECT leadscore.lead_tally_add(%1$L, %1$L)$q$, 'tally1 90d21d980bb680d8:5=922337203685477579'));

-- A lead with a thousand events on fifty days takes less than a kilobyte: counted, summed, and with a distinct value a day.
SELECT pg_column_size(lead_tally('{"rules":[{"name":"a","on":"k","points":1},{"name":"b","on":"k","measure":{"sum":"s"},"points":1}]}', 'k',
         '2026-01-01Z'::timestamptz + i % 50 * interval '1 day' + i * interval '1 minute', jsonb_build_object('s', i / 4.0))) < 1000 AS small
FROM generate_series(1, 1000) i;
SELECT pg_column_size(lead_tally('{"rules":[{"name":"a","on":"k","points":1},{"name":"d","on":"k","measure":{"distinct":"d"},"points":1}]}', 'k',
         '2026-01-01Z'::timestamptz + i % 50 * interval '1 day', jsonb_build_object('d', 'page' || i % 50))) < 1000 AS small
FROM generate_series(1, 1000) i;
-- Tallies of all sizes keep their value in a table, compressed and toasted.
CREATE TEMP TABLE large AS
SELECT n, lead_tally('{"rules":[{"name":"d","on":"k","measure":{"distinct":"d"},"points":1}]}', 'k', '2026-01-01Z', jsonb_build_object('d', md5(i::text))) AS tally
FROM unnest('{1,100,1000,10000}'::int[]) n, generate_series(1, n) i GROUP BY n;
SELECT n, score('{"rules":[{"name":"d","on":"k","measure":{"distinct":"d"},"points":1}]}', NULL::jsonb, tally, '2026-01-02Z') AS scored, tally::text::lead_tally = tally AS same FROM large ORDER BY n;
