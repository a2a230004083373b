-- explain_score() and explain_score_text(): the score line by line; the points of all lines add up to it.
\pset format unaligned
\pset null -
SET search_path = public, leadscore;
SET timezone = 'UTC';

-- Every kind of line: rules on attributes and events, a rule's limit, groups that add and that take one, limits of group, dimension and score, weight, rounding.
SELECT '{"score":{"min":-5,"max":50,"decimals":1},
  "dimensions":{"fit":{"max":20,"weight":1.5},"engagement":{"min":-10,"max":40},"unused":{}},
  "groups":{"email":{"min":0,"max":3},"recency":{"take":"max"},"worst":{"take":"min"}},
  "exclude":[{"name":"competitor","if":{"domain":"rival.example"}}],
  "rules":[{"name":"chief","if":{"title":{"ilike":"%chief%"}},"points":15},{"name":"size","attribute":"employees","bands":[{"points":0},{"from":50,"points":8.25}],"missing":-2},
    {"name":"industry","attribute":"industry","values":{"Software":10},"otherwise":-1,"max":4.5},{"name":"off","enabled":false,"if":{},"points":1000},
    {"name":"opened","group":"email","on":"open","measure":{"distinct":"mail"},"points":2},{"name":"bounced","group":"email","on":"bounce","points":-1},
    {"name":"this week","group":"recency","on":"form","within":"7 days","limit":1,"points":20},{"name":"this month","group":"recency","on":"form","within":"30 days","limit":1,"points":10},
    {"name":"bad","group":"worst","on":"complaint","points":-3},{"name":"good","group":"worst","on":"form","points":1},
    {"name":"visits","on":"visit","points":1.1,"max":9,"decay":{"half_life":"7 days"}},{"name":"seconds","on":"visit","measure":{"sum":"seconds"},"bands":[{"from":100,"points":0.123456}]},
    {"name":"share","on":"open","measure":{"ratio_to":"sent"},"bands":[{"from":0.5,"points":2}],"missing":-0.5},{"name":"quiet","on":"*","measure":"idle","bands":[{"from":5,"points":-4}],"missing":-8}],
  "stages":[{"name":"cold"},{"name":"warm","from":20},{"name":"hot","from":45,"keep":5}]}'::scoring_rules AS rules
\gset
CREATE TEMP TABLE leads (id int, title text, employees int, industry text, domain text);
INSERT INTO leads VALUES (1, 'Chief of all', 70, 'Software', 'a.example'), (2, 'clerk', NULL, 'Law', 'b.example'), (3, NULL, 10, NULL, 'rival.example'), (4, 'chief', 50, 'Software', 'c.example');
CREATE TEMP TABLE events (lead_id int, kind text, at timestamptz, mail int, seconds numeric);
INSERT INTO events
SELECT 1, 'visit', '2026-03-01 10:00Z'::timestamptz - i * interval '1 day', NULL, 20.5 FROM generate_series(0, 13) i UNION ALL
SELECT 1, 'open', '2026-02-20Z'::timestamptz, i / 2, NULL FROM generate_series(1, 5) i UNION ALL
SELECT 1, 'sent', '2026-02-20Z'::timestamptz, NULL, NULL FROM generate_series(1, 6) i UNION ALL
SELECT 1, 'form', '2026-02-27Z'::timestamptz, NULL, NULL UNION ALL SELECT 1, 'form', '2026-02-10Z', NULL, NULL UNION ALL
SELECT 2, 'complaint', '2026-02-01Z', NULL, NULL FROM generate_series(1, 6) i UNION ALL SELECT 2, 'bounce', '2026-02-02Z', NULL, NULL UNION ALL
SELECT 3, 'visit', '2026-02-28Z', NULL, 1e6;
CREATE TEMP TABLE tallies AS SELECT lead_id, lead_tally(:'rules', kind, at, e) AS tally FROM events e GROUP BY lead_id;
\set moment '2026-03-01 12:00Z'
SELECT x.* FROM leads l JOIN tallies ON lead_id = id, explain_score(:'rules', l, tally, :'moment') x WHERE id = 1;
SELECT explain_score_text(:'rules', l, tally, :'moment') FROM leads l JOIN tallies ON lead_id = id WHERE id = 1;
-- One with little, and penalties: minimums take, too.
SELECT explain_score_text(:'rules', l, tally, :'moment') FROM leads l JOIN tallies ON lead_id = id WHERE id = 2;
-- An excluded lead says why; its lines end in no score.
SELECT x.step, x.name, x.measure, x.points FROM leads l JOIN tallies ON lead_id = id, explain_score(:'rules', l, tally, :'moment') x WHERE id = 3 AND step IN ('exclude', 'score', 'stage', 'rounding');
SELECT explain_score_text(:'rules', l, tally, :'moment') FROM leads l JOIN tallies ON lead_id = id WHERE id = 3;
-- No attributes, no events: still every rule has its line, but those switched off.
SELECT step, count(*), sum(points) FROM explain_score(:'rules', NULL::leads, NULL, :'moment') GROUP BY step ORDER BY step COLLATE "C";
-- The previous stage.
SELECT previous, x.name FROM (VALUES (NULL), ('hot')) v(previous), explain_score('{"rules":[{"name":"a","if":{},"points":42}],"stages":[{"name":"cold"},{"name":"hot","from":45,"keep":5}]}', NULL::jsonb, NULL, :'moment', previous) x WHERE step = 'stage';
-- Rounding is a line of its own: half away from zero, down as well as up.
SELECT p, x.points AS rounding FROM (VALUES (0.5), (1.4), (-0.5), (-1.4), (2)) v(p), explain_score(format('{"rules":[{"name":"a","if":{},"points":%s}]}', p)::scoring_rules, NULL::jsonb, NULL, :'moment') x WHERE step = 'rounding';

-- The sum of all points is the score: for every lead here on sixty days; the same lines as rows, as jsonb and in the text tree.
SELECT count(*) AS scores, count(*) FILTER (WHERE total = score) AS equal, count(DISTINCT score) > 20 AS various, count(*) FILTER (WHERE lines = array_length(string_to_array(tree, E'\n'), 1)) AS trees, count(*) FILTER (WHERE lines = jsonb_array_length(list)) AS lists
FROM (SELECT (score(:'rules', l, tally, m)).score, (SELECT sum(points) FROM explain_score(:'rules', l, tally, m)) AS total, (SELECT count(*) FROM explain_score(:'rules', l, tally, m)) AS lines, explain_score_text(:'rules', l, tally, m) AS tree,
             explain_rows(:'rules', l, tally, m, NULL) AS list
      FROM (SELECT * FROM leads WHERE id <> 3) l LEFT JOIN tallies ON lead_id = id, generate_series('2026-02-01Z'::timestamptz, '2026-04-01Z', '1 day') m) s;
-- The subtotals agree with what score() returns.
SELECT bool_and((s.dimensions ->> x.name)::numeric = x.measure) AS dimensions FROM leads l LEFT JOIN tallies ON lead_id = id, score(:'rules', l, tally, :'moment') s, explain_score(:'rules', l, tally, :'moment') x WHERE x.step = 'dimension';
SELECT bool_and(s.score IS NOT DISTINCT FROM x.measure) AS scores FROM leads l LEFT JOIN tallies ON lead_id = id, score(:'rules', l, tally, :'moment') s, explain_score(:'rules', l, tally, :'moment') x WHERE x.step = 'score';
-- Documents of the specification's limits add up, too: large points, weights, six decimals.
SELECT count(*) AS scores, count(*) FILTER (WHERE total = score) AS equal
FROM (SELECT (score(r, NULL::jsonb, NULL, :'moment')).score, (SELECT sum(points) FROM explain_score(r, NULL::jsonb, NULL, :'moment')) AS total
      FROM (SELECT format('{"score":{"decimals":%s},"dimensions":{"fit":{"weight":%s},"engagement":{}},"rules":[{"name":"a","if":{},"points":%s},{"name":"b","if":{},"points":%s}]}', d, w, p, 0.000001 * d)::scoring_rules AS r
            FROM generate_series(0, 6) d, unnest('{1000000000,0.333333,-0.000001,0}'::numeric[]) w, unnest('{1000000000,-999999999.999999,0.000001}'::numeric[]) p) x) s;
-- NULL rules explain nothing.
SELECT count(*) FROM explain_score(NULL, NULL::jsonb, NULL);
SELECT explain_score_text(NULL, NULL::jsonb, NULL) IS NULL AS nothing;
-- Names come out as they are.
SELECT x.name FROM explain_score('{"rules":[{"name":"a \"b\" \\ é","if":{},"points":1}]}', NULL::jsonb, NULL, :'moment') x WHERE step = 'rule';
