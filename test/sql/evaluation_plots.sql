-- Pictures of a score: text plots and SVG.
\pset format unaligned
\pset tuples_only on
SET search_path = public, leadscore;

CREATE TABLE plot_lead AS SELECT i AS id, i % 101 AS score, (i % 101) / 100.0 AS probability, (i * 7919 % 10007) < (i % 101) * (i % 101) AS converted FROM generate_series(1, 5000) i;
SELECT reliability_plot(probability, converted) FROM plot_lead;
SELECT lift_plot(score, converted) FROM plot_lead;
-- Small probabilities have an axis of their own.
SELECT reliability_plot(probability / 30, converted AND id % 30 = 0) FROM plot_lead;
-- The worst score of all.
SELECT lift_plot(-score, converted) FROM plot_lead;

-- Little or nothing to draw.
SELECT reliability_plot(probability, converted), lift_plot(score, converted) FROM plot_lead WHERE false;
SELECT reliability_plot(NULL, converted), lift_plot(NULL, converted) FROM plot_lead;
SELECT lift_plot(score, false) FROM plot_lead;
SELECT reliability_plot(0.5, true), lift_plot(1, true);
SELECT reliability_plot(score, converted) FROM plot_lead;
SELECT evaluation_svg(score, converted, score) FROM plot_lead;

-- The picture: well-formed XML that refers to nothing outside; its figures are those of evaluate_score().
CREATE TABLE plot_svg AS
          SELECT 'all' AS name, evaluation_svg(score, converted, probability)::xml AS svg FROM plot_lead
UNION ALL SELECT 'no probability', evaluation_svg(score, converted, NULL)::xml FROM plot_lead
UNION ALL SELECT 'nobody converted', evaluation_svg(score, false, probability)::xml FROM plot_lead
UNION ALL SELECT 'all converted', evaluation_svg(score, true, probability)::xml FROM plot_lead
UNION ALL SELECT 'one lead', evaluation_svg(1, true, 1)::xml
UNION ALL SELECT 'nobody', evaluation_svg(score, converted, probability)::xml FROM plot_lead WHERE false;
SELECT name, svg IS DOCUMENT AS document, (xpath('name(/*)', svg))[1]::text AS root, (xpath('/s:svg/@viewBox', svg, ns))[1] AS view_box, cardinality(xpath('//s:circle', svg, ns)) AS circles,
       cardinality(xpath('//s:path', svg, ns)) AS paths, cardinality(xpath('//s:text', svg, ns)) AS texts, cardinality(xpath('//@href | //s:style | //s:script | //s:image', svg, ns)) AS outside,
       svg::text ~ 'nan|inf|-0[^.0-9]' AS bad_number
  FROM plot_svg, (SELECT ARRAY[ARRAY['s', 'http://www.w3.org/2000/svg']] AS ns) n;
SELECT name, (xpath('/s:svg/s:desc/text()', svg, ns))[1] FROM plot_svg, (SELECT ARRAY[ARRAY['s', 'http://www.w3.org/2000/svg']] AS ns) n;
SELECT (xpath('//s:circle/s:title/text()', svg, ns))[12] FROM plot_svg, (SELECT ARRAY[ARRAY['s', 'http://www.w3.org/2000/svg']] AS ns) n WHERE name = 'all';
SELECT round((e).capture_20::numeric * 100, 1) AS capture_20, round((e).auc::numeric, 3) AS auc, round((e).calibration_error::numeric, 3) AS calibration_error FROM (SELECT evaluate_score(score, converted, probability) AS e FROM plot_lead) x;

-- Every plan draws the same; the aggregates share their state with evaluate_score().
CREATE TABLE plot_serial AS SELECT md5(reliability_plot(probability, converted) || lift_plot(score, converted) || evaluation_svg(score, converted, probability)) AS drawn FROM plot_lead;
ANALYZE plot_lead;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(*) FROM plot_serial JOIN (SELECT md5(reliability_plot(probability, converted) || lift_plot(score, converted) || evaluation_svg(score, converted, probability)) AS drawn FROM plot_lead) p USING (drawn);

DROP TABLE plot_lead, plot_svg, plot_serial;
