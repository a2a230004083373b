-- stability_index(): has the population moved.
\pset format unaligned
\pset tuples_only on
SET search_path = public, leadscore;
SET extra_float_digits = -2;

-- Two bands by hand.
SELECT stability_index(score, recent, 2) AS index, (6.5 / 11 - 0.5) * ln(6.5 / 11 / 0.5) + (4.5 / 11 - 0.5) * ln(4.5 / 11 / 0.5) AS by_hand
  FROM (SELECT i % 2 AS score, false AS recent FROM generate_series(1, 100) i UNION ALL SELECT (i > 6)::int, true FROM generate_series(1, 10) i) x;
-- The bands are those of then; and it is the index of drift().
CREATE TABLE stable_lead AS SELECT i % 1000 + i / 100000.0 AS score, false AS recent FROM generate_series(1, 5000) i
                  UNION ALL SELECT (i % 1000) * 0.9 + 100, true FROM generate_series(1, 3000) i;
CREATE VIEW stable_bands AS
  SELECT array_agg(then_leads ORDER BY band) AS expected, array_agg(now_leads ORDER BY band) AS actual FROM
    (SELECT band, count(*) FILTER (WHERE NOT recent)::float8 AS then_leads, count(*) FILTER (WHERE recent) AS now_leads
       FROM (SELECT recent, width_bucket(score, edges) AS band FROM stable_lead, (SELECT array_agg(lowest ORDER BY lowest) AS edges FROM (SELECT min(score) AS lowest FROM
               (SELECT score, ntile(10) OVER (ORDER BY score) AS tenth FROM stable_lead WHERE NOT recent) t GROUP BY tenth HAVING tenth > 1) l) e) b GROUP BY band) c;
SELECT expected, actual, band_shift(expected, actual) FROM stable_bands;
SELECT abs(stability_index(score, recent) - (SELECT band_shift(expected, actual) FROM stable_bands)) < 1e-12 AS same, stability_index(score, recent) = stability_index(score, recent, 10) AS ten_bands,
       stability_index(score, recent, 1) AS one_band, stability_index(score, recent, 100) > stability_index(score, recent, 3) AS more_bands_more FROM stable_lead;
SELECT stability_index(score, id % 2 = 0) FROM (SELECT i / 2 AS score, i AS id FROM generate_series(2, 201) i) x;
-- No score, a score that is no number, and leads of neither time do not count; one side alone tells nothing.
SELECT stability_index(score, recent) = (SELECT stability_index(score, recent) FROM stable_lead) AS same FROM (SELECT score::float8, recent FROM stable_lead UNION ALL VALUES (NULL, true), ('NaN'::float8, false), ('Infinity', true), (3, NULL)) x;
SELECT stability_index(score, true) IS NULL, stability_index(score, false) IS NULL, stability_index(score, NULL) IS NULL, stability_index(score, recent) FILTER (WHERE score < 0) IS NULL FROM stable_lead;
SELECT stability_index(score, recent, 0) FROM stable_lead;
SELECT stability_index(score, recent, CASE WHEN recent THEN 1 ELSE 2 END) FROM stable_lead;
-- Every plan gives the same.
CREATE TABLE stable_serial AS SELECT stability_index(score, recent) AS index FROM stable_lead;
ANALYZE stable_lead;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(*) FROM stable_serial JOIN (SELECT stability_index(score, recent) AS index FROM stable_lead) p USING (index);

DROP TABLE stable_lead, stable_serial CASCADE;
