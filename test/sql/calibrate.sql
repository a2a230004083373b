-- calibrate(): the probability of a score, from past outcomes.
\pset format unaligned
SET search_path = public, leadscore;

-- Two scores: the probability meets both rates, those of Platt's targets (201 + 1) / (201 + 2) and 1 / (199 + 2).
CREATE TABLE cal_two AS SELECT i AS id, i % 2 * 20 AS x, CASE i % 2 WHEN 0 THEN i <= 80 ELSE i <= 322 END AS converted FROM generate_series(1, 400) i;
SELECT '{"name":"two","score":{"max":15,"decimals":2},"dimensions":{"fit":{"weight":0.5}},"rules":[{"name":"x","attribute":"x","bands":[{"points":0},{"from":20,"points":40}]}],"labels":{},"probability":{"intercept":0,"slope":1,"horizon":"60 days"}}'::scoring_rules AS rules
\gset
CREATE TABLE cal_rules AS SELECT :'rules'::scoring_rules AS rules;
-- The whole score is 0 or 20; its bound makes it 15 at most.
CREATE VIEW cal_lead AS SELECT l.*, r.rules, s.* FROM cal_two l, cal_rules r, LATERAL score(r.rules, l, NULL) s;
SELECT score, count(*), count(*) FILTER (WHERE converted) AS conversions FROM cal_lead GROUP BY 1 ORDER BY 1;
CREATE TABLE cal_done AS SELECT calibrate(r.rules, s, l.converted) AS rules FROM cal_two l, cal_rules r, LATERAL score(r.rules, l, NULL) s;
SELECT rules FROM cal_done;
SELECT x, round(avg(probability)::numeric, 6) AS probability, round((avg(converted::int) * 202 / 203 + (1 - avg(converted::int)) / 201), 6) AS wanted FROM
  (SELECT l.x, l.converted, s.probability FROM cal_two l, cal_done d, LATERAL score(d.rules, l, NULL) s) p GROUP BY x ORDER BY x;
-- Only the probability changed.
SELECT change, part, name, before, after FROM cal_rules a, cal_done b, diff_rules(a.rules, b.rules);
-- From scores: the same when they are those before the bound.
SELECT calibrate(r.rules, l.x, l.converted)::text = (SELECT rules::text FROM cal_done) AS same_from_whole_scores, calibrate(r.rules, s.score, l.converted)::text = (SELECT rules::text FROM cal_done) AS same_from_bounded_scores
  FROM cal_two l, cal_rules r, LATERAL score(r.rules, l, NULL) s;

-- At the optimum, wanted and told conversions agree, in all and weighted by score.
CREATE TABLE cal_many AS SELECT i AS id, (hashint4(i) & 255) - 60 AS x, (hashint4(i + 9) & 1023) < 40 + (hashint4(i) & 255) * 3 AS converted FROM generate_series(1, 20000) i;
ANALYZE cal_many;
CREATE TABLE cal_many_done AS SELECT calibrate('{"rules":[]}', x, converted) AS rules FROM cal_many;
SELECT abs(sum(wanted - told)) < 1e-3 AS in_all, abs(sum((wanted - told) * x)) < 1e-1 AS weighted FROM
  (SELECT x, CASE WHEN converted THEN (c + 1.0) / (c + 2) ELSE 1 / (o + 2.0) END AS wanted, 1 / (1 + exp(-((rules::json #>> '{probability,intercept}')::float8 + (rules::json #>> '{probability,slope}')::float8 * x))) AS told
     FROM cal_many, cal_many_done, (SELECT count(*) FILTER (WHERE converted) AS c, count(*) FILTER (WHERE NOT converted) AS o FROM cal_many) n) y;
-- A calibrated probability is calibrated.
SELECT round((e).calibration_error::numeric, 1) AS calibration_error, round((e).auc::numeric, 1) AS auc FROM (SELECT evaluate_score(x, converted, 1 / (1 + exp(-((rules::json #>> '{probability,intercept}')::float8 + (rules::json #>> '{probability,slope}')::float8 * x)))) AS e FROM cal_many, cal_many_done) y;

-- Every plan gives the same; groups have their own.
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(*) FROM (SELECT calibrate('{"rules":[]}', x, converted) AS rules FROM cal_many) p JOIN cal_many_done USING (rules);
SET max_parallel_workers_per_gather = 0;
SELECT count(DISTINCT rules) AS documents FROM (SELECT calibrate('{"rules":[]}', x, converted) AS rules FROM cal_many GROUP BY id % 3) p;
-- An excluded lead, no lead, no score and no outcome do not count; a score that is no number neither.
SELECT calibrate('{"rules":[]}', x, converted)::text FROM (SELECT x::float8, converted FROM cal_two UNION ALL VALUES (NULL, true), (5, NULL), ('NaN'::float8, false), ('Infinity', true)) y
EXCEPT SELECT calibrate('{"rules":[]}', x, converted)::text FROM cal_two;
SELECT (calibrate(d.rules, s, l.converted)) = calibrate(d.rules, s, l.converted) FILTER (WHERE l.id > 20) AS excluded_leads_do_not_count
  FROM cal_two l, (SELECT '{"exclude":[{"name":"first","if":{"id":{"<=":20}}}],"rules":[{"name":"x","attribute":"x","bands":[{"points":0},{"from":20,"points":40}]}]}'::scoring_rules AS rules) d, LATERAL score(d.rules, l, NULL) s;
SELECT calibrate(r.rules, NULL::scored_lead, true) IS NULL AS nothing FROM cal_rules r WHERE false;
-- Scores that do not tell, or tell the opposite: the rate, and a warning.
SELECT calibrate('{"rules":[]}', -x, converted) FROM cal_two;
SELECT calibrate('{"rules":[]}', 7, converted) FROM cal_two;
-- Perfect separation and scores of any size have an answer.
SELECT calibrate('{"rules":[]}', x, x > 0) FROM cal_two;
SELECT calibrate('{"rules":[]}', x * 1e300, x > 0), calibrate('{"rules":[]}', x * 1e-300, x > 0) FROM cal_two;

-- Refused.
SELECT calibrate('{"rules":[]}', x, true) FROM cal_two;
SELECT calibrate('{"rules":[]}', x, NULL) FROM cal_two;
SELECT calibrate(NULL, x, converted) FROM cal_two;
SELECT calibrate(('{"name":"' || id % 2 || '","rules":[]}')::scoring_rules, x, converted) FROM cal_two;
SELECT calibrate('{"rules":[]}', row(1, NULL, NULL, NULL, '{"fit": 1}', NULL)::scored_lead, true);
SELECT calibrate('{"rules":[]}', row(1, NULL, NULL, NULL, '{"fit": 1, "engagement": "x"}', NULL)::scored_lead, true);
SELECT calibrate('{"rules":[]}', row(1, NULL, NULL, NULL, '7', NULL)::scored_lead, true);
-- Huge points of a lead that no score() made do not matter.
SELECT calibrate('{"rules":[]}', row(1, NULL, NULL, NULL, '{"fit": 1e400, "engagement": 1}', NULL)::scored_lead, i = 1) IS NULL FROM generate_series(1, 2) i;

DROP TABLE cal_two, cal_rules, cal_done, cal_many, cal_many_done CASCADE;
