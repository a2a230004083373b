-- Regular expressions: the server's own, cancelled like any other work of it.
\pset format unaligned
\pset tuples_only on
-- The SQLSTATE a query ends with; "fine" if it ends well. OTHERS does not catch a cancelled query.
CREATE FUNCTION pg_temp.ends_with(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE query;
  RETURN 'fine';
EXCEPTION
  WHEN query_canceled THEN RETURN sqlstate;
  WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm;
END $$;
-- Back-references make the matcher try very many ways: an odd number of letters is no word said twice, in whatever parts.
SELECT '{"rules":[{"name":"costly","if":{"t":{"matches":"^(a+)(a+)(a+)(a+)(a+)\\1\\2\\3\\4\\5$"}},"points":1},{"name":"costly event","on":"k","if":{"t":{"matches":"^(a+)(a+)(a+)(a+)(a+)\\1\\2\\3\\4\\5$"}},"points":1}]}'::leadscore.scoring_rules AS rules
\gset
SELECT format('SELECT leadscore.score(%L, jsonb_build_object(''t'', repeat(''a'', %s)), NULL)', :'rules', n) AS by_score,
       format('SELECT leadscore.lead_tally(%L, ''k'', now(), jsonb_build_object(''t'', repeat(''a'', %s)))', :'rules', n) AS by_tally,
       format('SELECT leadscore.lead_score(%L, ''k'', now(), jsonb_build_object(''t'', repeat(''a'', %s)), now()) OVER () FROM generate_series(1, 3)', :'rules', n) AS by_window,
       format('SELECT leadscore.explain_score_text(%L, jsonb_build_object(''t'', repeat(''a'', %s)), NULL)', :'rules', n) AS by_text
FROM (VALUES (301)) v(n)
\gset
SET statement_timeout = '300ms';
SELECT pg_temp.ends_with(:'by_score');
SELECT pg_temp.ends_with(:'by_tally');
SELECT pg_temp.ends_with(:'by_window');
SELECT pg_temp.ends_with(:'by_text');
-- A pattern that is long to compile, when it is read as a document.
SELECT pg_temp.ends_with(format('SELECT %L::leadscore.scoring_rules', '{"rules":[{"name":"r","if":{"t":{"matches":"' || repeat('(x{1,100}y{1,100}){1,100}', 20) || '"}},"points":1}]}')) ~ '^(57014|2201B)';
RESET statement_timeout;
-- The session goes on as before: the same rules on other text, the same functions, right answers.
SELECT (leadscore.score(:'rules', jsonb_build_object('t', t), leadscore.lead_tally(:'rules', 'k', now(), jsonb_build_object('t', t)))).score FROM unnest('{aaaaaaaaaa,aaaaaaaaaaa,b}'::text[]) WITH ORDINALITY u(t, n) GROUP BY n, t ORDER BY n;
SELECT pg_temp.ends_with('SELECT 1');
-- What the matcher holds is freed: many documents with many patterns, one after the other.
SELECT count(*), sum((leadscore.score(format('{"rules":[{"name":"r","if":{"t":{"matches":"^x{%s}$"}},"points":1}]}', i)::leadscore.scoring_rules, jsonb_build_object('t', repeat('x', i % 50)), NULL)).score) FROM generate_series(1, 100) i;
-- Matching knows no locale and no setting: C collation, advanced expressions whatever regex_flavor or standard_conforming_strings say.
SELECT p, (leadscore.score(format('{"rules":[{"name":"r","if":{"t":{"matches":%s}},"points":1}]}', to_json(p))::leadscore.scoring_rules, jsonb_build_object('t', t), NULL)).score = 1 AS matches
FROM (VALUES (1, '^\w+$', 'abc_1'), (2, '^\w+$', 'é'), (3, '(?i)ABC', 'xabcx'), (4, '(?i)É', 'é'), (5, '[[:upper:]]', 'Ä'), (6, '\mfoo\M', 'a foo b'), (7, '^(.)\1$', 'éé'), (8, '^.$', '😀'), (9, '***=a.c', 'abc'), (10, '***=a.c', 'xa.cx'), (11, '(?n)^b', E'a\nb'), (12, '', 'x'), (13, 'x|', 'y')) v(n, p, t) ORDER BY n;

-- Other long work can be cancelled too: one event that is looked at by 4,096 conditions, with a long text and a long list.
CREATE TABLE slow (rules leadscore.scoring_rules);
INSERT INTO slow
SELECT jsonb_build_object('rules', jsonb_agg(jsonb_build_object('name', 'r' || i, 'on', 'v', 'points', 1,
           'if', jsonb_build_object('u', jsonb_build_object('contains', 'zzzzzzzzzzzzzzzzzzzz' || i)))))
  FROM generate_series(1, 4096) i;
SET statement_timeout = '300ms';
DO $$ BEGIN
    PERFORM leadscore.lead_score(rules, 'v', now(), jsonb_build_object('u', repeat('ab…', 650000))) FROM slow;
    RAISE NOTICE 'came to its end';
EXCEPTION WHEN query_canceled THEN RAISE NOTICE 'cancelled'; END $$;
DO $$ BEGIN
    PERFORM leadscore.lead_score(rules, 'v', now(), (SELECT jsonb_build_object('u', jsonb_agg('abc' || g)) FROM generate_series(1, 100000) g))
       FROM slow;
    RAISE NOTICE 'came to its end';
EXCEPTION WHEN query_canceled THEN RAISE NOTICE 'cancelled'; END $$;
RESET statement_timeout;
DROP TABLE slow;

-- An interrupt that ends nothing does not make the work begin anew: this one comes every 10 ms.
SET client_connection_check_interval = '10ms';
SELECT (leadscore.score(('{"rules":[{"name":"x","if":{"u":{"like":"%' || repeat('a', 3000) || 'b"}},"points":1}]}')::leadscore.scoring_rules,
                        jsonb_build_object('u', repeat('a', 30000)), NULL)).score;
RESET client_connection_check_interval;
