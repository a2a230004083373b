-- Rules learned from the training part, judged on the test part, which nothing was tuned on. The figures are those that were to be reached; the
-- description of the data tells what scikit-learn reaches.
-- needs: xeducation hillstrom maven online_retail
CREATE VIEW leads_x AS SELECT *, NOT training AS held FROM data.xeducation;
CREATE VIEW leads_h AS SELECT *, NOT training AS held FROM data.hillstrom;
CREATE VIEW leads_m AS SELECT *, NOT training AS held FROM data.maven;
CREATE VIEW leads_c AS SELECT *, NOT training AS held FROM data.customers;
CREATE VIEW order_lines AS
SELECT "CustomerID" AS customer, "InvoiceDate" AS at, CASE WHEN "InvoiceNo" LIKE 'C%' THEN 'return' ELSE 'purchase' END AS kind,
       "InvoiceNo" AS invoice, "StockCode" AS stock_code, "Quantity" AS quantity, "Quantity" * "UnitPrice" AS amount FROM data.online_retail;

CREATE TABLE fit (name text, rules leadscore.scoring_rules, report jsonb);
CREATE FUNCTION learned(name text, leads regclass, converted name, key name[], settings jsonb, leave_out text[], at name DEFAULT NULL, events jsonb DEFAULT '[]')
    RETURNS void LANGUAGE sql AS $$
    INSERT INTO fit SELECT $1, f.rules, f.report FROM leadscore.fit_rules($2, $3, $4, at => $7, events => $8, held_back => 'held',
        settings => $5 || jsonb_build_object('leave_out', to_jsonb($6 || '{training}'::text[]))) f
$$;
CREATE FUNCTION figure(name text, part text) RETURNS float8 LANGUAGE sql AS $$ SELECT (f.report -> 'test' ->> $2)::float8 FROM fit f WHERE f.name = $1 $$;
CREATE FUNCTION figures(name text) RETURNS text LANGUAGE sql AS $$ SELECT (f.report -> 'test')::text || ' ' || (f.report #>> '{skill,why}') FROM fit f WHERE f.name = $1 $$;

\set leaking '{Tags,"Lead Quality","Lead Profile","Asymmetrique Activity Index","Asymmetrique Profile Index","Asymmetrique Activity Score","Asymmetrique Profile Score"}'
SELECT learned('all columns', 'leads_x', 'Converted', '{"Prospect ID"}', '{}', '{}') \g /dev/null
SELECT learned('known before', 'leads_x', 'Converted', '{"Prospect ID"}', '{}', :'leaking') \g /dev/null
SELECT learned('without Last', 'leads_x', 'Converted', '{"Prospect ID"}', '{}', :'leaking'::text[] || '{"Last Activity","Last Notable Activity"}') \g /dev/null
SELECT learned('visits', 'leads_h', 'visit', '{id}', '{}', '{conversion,spend}') \g /dev/null
SELECT learned('noise', 'leads_m', 'won', '{opportunity_id}', '{}', '{}') \g /dev/null
SELECT learned('customers', 'leads_c', 'buys', '{customer}', '{}', '{}', 'at',
               '[{"events": "public.order_lines", "lead": "customer", "at": "at", "kind_column": "kind"}]') \g /dev/null

SELECT check_that('X Education: all leaking columns are named suspects', array_agg(l ->> 'field') @> :'leaking', string_agg(l::text, E'\n  '))
  FROM fit, jsonb_array_elements(report -> 'left_out') l WHERE name = 'all columns' AND l ->> 'reason' = 'suspect';
SELECT check_that('X Education: AUC at least 0.886 and log loss at most 0.418', figure('known before', 'auc') >= 0.886 AND figure('known before', 'log_loss') <= 0.418, figures('known before'));
SELECT check_that('X Education without the last activities: AUC at least 0.853', figure('without Last', 'auc') >= 0.853, figures('without Last'));
SELECT check_that('Hillstrom, visits: AUC at least 0.650', figure('visits', 'auc') >= 0.650, figures('visits'));
SELECT check_that('Maven: no skill is claimed', report #>> '{skill,found}' = 'false', figures('noise')) FROM fit WHERE name = 'noise';
SELECT check_that('Online Retail, the next three months: AUC at least 0.755', figure('customers', 'auc') >= 0.755, figures('customers'));
SELECT check_that('calibration error at most 0.03 everywhere', bool_and(figure(name, 'calibration_error') <= 0.03), string_agg(name || ' ' || figure(name, 'calibration_error'), ', ')) FROM fit;
SELECT check_that('points are whole', bool_and(p.points::numeric = trunc(p.points::numeric)), count(*)::text)
  FROM fit, jsonb_array_elements(report -> 'rules') r, LATERAL (SELECT r ->> 'points') p(points);
-- What the report says is what the document scores.
SELECT check_that('X Education: AUC and log loss of scored leads are those of the report', abs((e).auc - figure('known before', 'auc')) < 1e-6 AND abs((e).log_loss - figure('known before', 'log_loss')) < 1e-6, e::text)
  FROM (SELECT leadscore.evaluate_score(s.score, l."Converted", s.probability) AS e FROM fit f, leads_x l, LATERAL leadscore.score(f.rules, l, NULL) s WHERE f.name = 'known before' AND l.held) x;
