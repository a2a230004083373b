-- What a score is worth: the aggregates against numbers by hand, against their definitions in SQL, and over every kind of plan.
\pset format unaligned
SET search_path = public, leadscore;
SET extra_float_digits = -2;

-- Four leads by hand: of four pairs three and a half are right.
CREATE TABLE eval_four (score numeric, converted boolean, probability float8);
INSERT INTO eval_four VALUES (1, false, 0.1), (2, true, 0.4), (2, false, 0.4), (3, true, 0.8);
SELECT (evaluate_score(score, converted, probability)).* FROM eval_four \gx
SELECT (evaluate_score(score, converted)).* FROM eval_four \gx
SELECT b.* FROM (SELECT score_bands(score, converted, 3) FROM eval_four) s(bands), unnest(s.bands) b;
SELECT (compare_scores(score, -score, converted)).* FROM eval_four \gx
SELECT (compare_scores(score, score * 2 + 1, converted)).* FROM eval_four \gx

-- What cannot be judged is left out and counted: no score, no outcome, a score that is no number or infinite. The sign of zero does not matter.
SELECT (e).leads, (e).conversions, (e).left_out, (e).concordant, (e).pairs FROM (SELECT evaluate_score(s, c) AS e FROM (VALUES
  ('0'::float8, true), ('-0', false), ('NaN', true), ('Infinity', true), ('-Infinity', false), (NULL, true), (1, NULL), (NULL, NULL), (1e308, true), (-1e308, false)) v(s, c)) x;
SELECT (c).leads, (c).left_out, (c).auc_a, (c).auc_b, (c).difference FROM (SELECT compare_scores(a, b, c) AS c FROM (VALUES
  (1::float8, 2::float8, true), (0, 3, false), (NULL, 1, true), (1, NULL, true), (1, 1, NULL), ('NaN', 1, true), (1, 'Infinity', false)) v(a, b, c)) x;
-- A lead without a probability is judged by its score.
SELECT (e).leads, (e).with_probability, (e).brier, (e).calibration_error FROM (SELECT evaluate_score(s, c, p) AS e FROM (VALUES (1, true, 1.0), (0, false, NULL)) v(s, c, p)) x;
-- Certain and wrong: not infinite.
SELECT (e).brier, round((e).log_loss::numeric, 6) FROM (SELECT evaluate_score(1, true, 0.0) AS e) x;

-- No leads, one outcome only, one lead, one score only.
SELECT (evaluate_score(score, converted, probability)).* FROM eval_four WHERE false \gx
SELECT score_bands(score, converted, 3), cardinality(score_bands(score, converted, 3)), compare_scores(score, score, converted) FROM eval_four WHERE false;
SELECT (evaluate_score(score, converted, probability)).* FROM eval_four WHERE converted \gx
SELECT (evaluate_score(score, converted, probability)).* FROM eval_four WHERE NOT converted \gx
SELECT compare_scores(score, -score, converted), score_bands(score, converted, 2) FROM eval_four WHERE NOT converted;
SELECT (evaluate_score(score, converted, probability)).* FROM eval_four WHERE score = 3 \gx
SELECT (evaluate_score(7, converted)).* FROM eval_four \gx
SELECT score_bands(NULL, converted, 3) FROM eval_four;

-- Against the definitions. Scores have ties; the second one has others.
CREATE TABLE eval_lead AS
SELECT i AS id, (hashint4(i) & 15) + (hashint4(i + 7) & 3) AS a, (hashint4(i) & 15) / 3 AS b, (hashint4(i + 1) & 31) < (hashint4(i) & 15) AS converted, i % 3 AS part
  FROM generate_series(1, 600) i;
ALTER TABLE eval_lead ADD p float8;
UPDATE eval_lead SET p = (a + 1) / 25.0;
CREATE VIEW eval_pairs AS
SELECT count(*) AS pairs, sum(CASE WHEN x.a > y.a THEN 1 WHEN x.a = y.a THEN 0.5 ELSE 0 END) AS concordant, sum(CASE WHEN x.b > y.b THEN 1 WHEN x.b = y.b THEN 0.5 ELSE 0 END) AS concordant_b
  FROM eval_lead x JOIN eval_lead y ON x.converted AND NOT y.converted;
SELECT (e).pairs = p.pairs AS pairs, (e).concordant = p.concordant AS concordant, abs((e).auc - p.concordant / p.pairs) < 1e-13 AS auc, abs((e).gini - (2 * (e).auc - 1)) < 1e-13 AS gini,
       abs((c).difference - (p.concordant_b - p.concordant) / p.pairs) < 1e-13 AS difference, ((c).auc_a, (c).auc_a_low, (c).auc_a_high) = ((e).auc, (e).auc_low, (e).auc_high) AS same_limits
  FROM (SELECT evaluate_score(a, converted) AS e, compare_scores(a, b, converted) AS c FROM eval_lead) x, eval_pairs p;
-- DeLong's variance from the places of single leads, and limits on the logit scale.
WITH place AS (SELECT x.converted, x.id, avg(CASE WHEN x.a = y.a THEN 0.5 WHEN (x.a > y.a) = x.converted THEN 1 ELSE 0 END)::float8 AS a,
                      avg(CASE WHEN x.b = y.b THEN 0.5 WHEN (x.b > y.b) = x.converted THEN 1 ELSE 0 END)::float8 AS b
                 FROM eval_lead x JOIN eval_lead y ON x.converted <> y.converted GROUP BY x.id, x.converted),
     one AS (SELECT avg(a) FILTER (WHERE converted) AS auc, avg(b) FILTER (WHERE converted) - avg(a) FILTER (WHERE converted) AS difference, sqrt(var_samp(a) FILTER (WHERE converted) / count(*) FILTER (WHERE converted) + var_samp(a) FILTER (WHERE NOT converted) / count(*) FILTER (WHERE NOT converted)) AS error,
                    sqrt(var_samp(b - a) FILTER (WHERE converted) / count(*) FILTER (WHERE converted) + var_samp(b - a) FILTER (WHERE NOT converted) / count(*) FILTER (WHERE NOT converted)) AS error_of_difference FROM place)
SELECT abs((e).auc_low - 1 / (1 + exp(-(ln(auc / (1 - auc)) - 1.959963984540054 * error / (auc * (1 - auc)))))) < 1e-12 AS low,
       abs((e).auc_high - 1 / (1 + exp(-(ln(auc / (1 - auc)) + 1.959963984540054 * error / (auc * (1 - auc)))))) < 1e-12 AS high,
       abs((c).difference_low - (one.difference - 1.959963984540054 * error_of_difference)) < 1e-12 AS difference_low,
       abs((c).difference_high - (one.difference + 1.959963984540054 * error_of_difference)) < 1e-12 AS difference_high
  FROM (SELECT evaluate_score(a, converted) AS e, compare_scores(a, b, converted) AS c FROM eval_lead) x, one;
SELECT abs((e).ks - (SELECT max(abs(x.c - x.o)) FROM (SELECT sum(count(*) FILTER (WHERE converted)) OVER w / (sum(count(*) FILTER (WHERE converted)) OVER ()) AS c,
         sum(count(*) FILTER (WHERE NOT converted)) OVER w / (sum(count(*) FILTER (WHERE NOT converted)) OVER ()) AS o FROM eval_lead GROUP BY a WINDOW w AS (ORDER BY a)) x)) < 1e-13 AS ks,
       abs((e).brier - b.brier) < 1e-13 AS brier, abs((e).log_loss - b.log_loss) < 1e-13 AS log_loss, (e).with_probability = (e).leads AS all_have_one
  FROM (SELECT evaluate_score(a, converted, p) AS e FROM eval_lead) x, (SELECT avg((p - converted::int) ^ 2) AS brier, avg(-ln(CASE WHEN converted THEN p ELSE 1 - p END)) AS log_loss FROM eval_lead) b;
-- Lift and capture where no score is tied: those of the best 60 and 120 of 600.
SELECT abs((e).capture_10 - r.capture_10) < 1e-13 AS capture_10, abs((e).lift_20 - r.lift_20) < 1e-13 AS lift_20 FROM
  (SELECT evaluate_score(a + id / 1000.0, converted) AS e FROM eval_lead) x,
  (SELECT count(*) FILTER (WHERE converted AND n <= 60)::float8 / count(*) FILTER (WHERE converted) AS capture_10,
          count(*) FILTER (WHERE converted AND n <= 120)::float8 / count(*) FILTER (WHERE converted) * 5 AS lift_20
     FROM (SELECT converted, row_number() OVER (ORDER BY a + id / 1000.0 DESC) AS n FROM eval_lead) y) r;
-- Calibration error: over the ten bands of the probability.
SELECT abs((e).calibration_error - r.error) < 1e-13 AS calibration_error FROM (SELECT evaluate_score(a, converted, p) AS e FROM eval_lead) x,
  (SELECT sum(leads * abs(mean - rate)) / sum(leads) AS error FROM (SELECT score_bands(p, converted, 10) AS bands FROM eval_lead) s, unnest(s.bands)) r;
-- Bands: without ties ntile()'s; with ties whole scores, nothing lost.
SELECT bool_and((b.band, b.leads, b.conversions) = (t.band, t.leads, t.conversions) AND b.lowest = t.lowest AND b.highest = t.highest AND abs(b.mean - t.mean) < 1e-12) AS same FROM
  (SELECT score_bands(a + id / 1000.0, converted, 8) AS bands FROM eval_lead) s, unnest(s.bands) b FULL JOIN
  (SELECT band, count(*) AS leads, count(*) FILTER (WHERE converted) AS conversions, min(s)::float8 AS lowest, max(s)::float8 AS highest, avg(s)::float8 AS mean
     FROM (SELECT converted, a + id / 1000.0 AS s, ntile(8) OVER (ORDER BY a + id / 1000.0 DESC) AS band FROM eval_lead) y GROUP BY band) t USING (band);
SELECT count(*) AS bands, sum(b.leads) AS leads, sum(b.conversions) AS conversions, bool_and(b.lowest > lower.highest) AS apart, bool_and(b.rate BETWEEN b.rate_low AND b.rate_high) AS within
  FROM (SELECT score_bands(a, converted, 1000) AS bands FROM eval_lead) s, unnest(s.bands) b LEFT JOIN LATERAL (SELECT highest FROM unnest(s.bands) n WHERE n.band = b.band + 1) lower ON true;
-- Wilson's limits of 8 of 10: as in Newcombe, Statistics in Medicine 17, 1998.
SELECT round(rate_low::numeric, 4), round(rate_high::numeric, 4), rate, lift FROM (SELECT score_bands(1, i <= 8, 5) AS b FROM generate_series(1, 10) i) s, unnest(s.b);

-- Numbers of any type; groups, FILTER, DISTINCT and ORDER BY; several aggregates at once; windows.
SELECT evaluate_score(a::int2, converted) = evaluate_score(a::numeric, converted) AND evaluate_score(a::real, converted) = evaluate_score(a::bigint, converted) AS any_type FROM eval_lead;
SELECT part, (e).leads, (e).conversions, round((e).auc::numeric, 6) AS auc FROM (SELECT part, evaluate_score(a, converted) AS e FROM eval_lead GROUP BY part) x ORDER BY part;
SELECT (evaluate_score(a, converted) FILTER (WHERE part = 1)).leads AS filtered, (evaluate_score(DISTINCT a, converted)).leads AS distinct_pairs,
       evaluate_score(a, converted ORDER BY id) = evaluate_score(a, converted ORDER BY id DESC) AS no_order FROM eval_lead;
SELECT count(DISTINCT e) AS results, min((e).leads) AS leads FROM (SELECT evaluate_score(a, converted, p) OVER () AS e FROM eval_lead) x;
SELECT bool_and((e).leads = least(id, 11)) AS moving FROM (SELECT id, evaluate_score(a, converted) OVER (ORDER BY id ROWS 10 PRECEDING) AS e FROM eval_lead) x;

-- Every plan gives the same to the last digit.
CREATE TABLE eval_many AS SELECT i % 40 AS part, (hashint4(i) & 1023) / 7.0::float8 AS a, (hashint4(i + 3) & 255)::float8 AS b, (hashint4(i + 1) & 2047) < (hashint4(i) & 1023) AS converted,
       CASE WHEN i % 10 > 0 THEN (hashint4(i) & 1023) / 1024.0 END::float8 AS p FROM generate_series(1, 40000) i;
INSERT INTO eval_many SELECT 50, NULL, 1, true, 0.5 FROM generate_series(1, 10);
ANALYZE eval_many;
CREATE FUNCTION pg_temp.has(query text, node text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; found boolean := false;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP found := found OR strpos(line, node) > 0; END LOOP;
  RETURN CASE WHEN found THEN 'yes' ELSE 'no' END;
END $$;
SELECT 'SELECT evaluate_score(a, converted), evaluate_score(a, converted, p) AS with_p, score_bands(a, converted, 7), compare_scores(a, b, converted) FROM eval_many' AS all_of_it,
       'SELECT part, evaluate_score(a, converted), evaluate_score(a, converted, p) AS with_p, score_bands(a, converted, 7), compare_scores(a, b, converted) FROM eval_many GROUP BY part' AS by_part
\gset
SET max_parallel_workers_per_gather = 0; SET enable_hashagg = off;
CREATE TABLE eval_serial AS :all_of_it;
CREATE TABLE eval_serial_parts AS :by_part;
RESET enable_hashagg; SET enable_sort = off; SET work_mem = '64kB';
SELECT pg_temp.has(:'by_part', 'HashAggregate') AS hashed;
SELECT count(*) AS same FROM eval_serial_parts s JOIN (:by_part) p ON s = p;
RESET work_mem;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT pg_temp.has(:'all_of_it', 'Partial Aggregate') AS partial, pg_temp.has(:'by_part', 'Partial HashAggregate') AS partial_groups;
SELECT count(*) AS same FROM eval_serial s JOIN (:all_of_it) p ON s = p;
SELECT count(*) AS same FROM eval_serial_parts s JOIN (:by_part) p ON s = p;
SELECT (with_p).leads, (with_p).left_out, (with_p).with_probability FROM eval_serial;
-- Nothing left over of groups that are empty in some workers.
SELECT score_bands(a, converted, part) FROM eval_many WHERE false;

-- Refused.
SET max_parallel_workers_per_gather = 0;
SELECT evaluate_score(score, converted, score) FROM eval_four;
SELECT evaluate_score(1, true, 'NaN');
SELECT evaluate_score(1, true, -1e-9);
SELECT score_bands(score, converted, 0) FROM eval_four;
SELECT score_bands(score, converted, 1001) FROM eval_four;
SELECT score_bands(score, converted, NULL) FROM eval_four;
SELECT score_bands(score, converted, score::int) FROM eval_four;
-- By whom, leader or worker, is a matter of who reads more of the table.
SET max_parallel_workers_per_gather = 2;
\set SHOW_CONTEXT never
SELECT score_bands(a, converted, 1 + part) FROM eval_many;
\set SHOW_CONTEXT errors
-- Each partition has its own number.
CREATE TABLE eval_parts (part int, a float8, converted boolean) PARTITION BY LIST (part);
CREATE TABLE eval_parts1 PARTITION OF eval_parts FOR VALUES IN (1);
CREATE TABLE eval_parts2 PARTITION OF eval_parts FOR VALUES IN (2);
INSERT INTO eval_parts SELECT 1 + i % 2, i % 7, i % 3 = 0 FROM generate_series(1, 1000) i;
ANALYZE eval_parts;
SET enable_partitionwise_aggregate = on;
SET max_parallel_workers_per_gather = 0;
SELECT pg_temp.has('SELECT score_bands(a, converted, part) FROM eval_parts', 'Partial') AS partial;
SELECT score_bands(a, converted, part) FROM eval_parts;
SELECT score_bands(a, converted, 2) FROM eval_parts;

DROP TABLE eval_four, eval_lead, eval_many, eval_serial, eval_serial_parts, eval_parts CASCADE;
