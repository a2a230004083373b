-- Backtests and attribution on real orders, and on leads with columns that were filled in after the outcome.
-- needs: online_retail xeducation

-- Customers before September 2011: recency and frequency by hand, and who buys within 91 days.
CREATE TABLE data.buyers AS
SELECT c.customer, c.at, c.buys, (SELECT min(o."InvoiceDate") FROM data.online_retail o WHERE o."CustomerID" = c.customer AND o."InvoiceDate" >= c.at AND o."InvoiceNo" NOT LIKE 'C%') AS buys_at
  FROM data.customers c;
ALTER TABLE data.buyers ADD PRIMARY KEY (customer);
CREATE VIEW data.order_lines AS SELECT "CustomerID" AS customer, CASE WHEN "InvoiceNo" LIKE 'C%' THEN 'cancellation' ELSE 'order' END AS kind, "InvoiceDate" AS at, "InvoiceNo" AS invoice, "Country" AS country
  FROM data.online_retail;
CREATE TABLE data.orders AS TABLE data.order_lines;
CREATE INDEX ON data.orders (customer);
VACUUM ANALYZE data.buyers, data.orders;
CREATE TABLE data.by_hand AS SELECT '{"rules": [
  {"name": "orders", "on": "order", "measure": {"distinct": "invoice"}, "points": 10, "decay": {"half_life": "90 days"}, "max": 60},
  {"name": "quiet", "on": "order", "measure": "idle", "bands": [{"points": 20}, {"from": 30, "points": 10}, {"from": 90, "points": 0}]}],
  "stages": [{"name": "cold"}, {"name": "warm", "from": 15}, {"name": "hot", "from": 40}]}'::leadscore.scoring_rules AS rules;
SELECT leadscore.create_model('buyers', 'data.buyers', (SELECT rules FROM data.by_hand), mirror => false) \g /dev/null
SELECT leadscore.add_events('buyers', 'data.orders', lead => 'customer', at => 'at', kind_column => 'kind') \g /dev/null

CREATE TABLE data.own AS SELECT * FROM leadscore.backtest_leads('buyers', 'buys', at => 'at', as_of => '2012-01-01Z');
SELECT check_that('Online Retail: each customer is scored as plain functions score it up to the moment', count(*) = 3360 AND count(*) FILTER (WHERE b.outcome) = 1883 AND count(*) FILTER (WHERE b.score IS DISTINCT FROM s.score) = 0,
                  format('%s customers, %s buy, %s differ', count(*), count(*) FILTER (WHERE b.outcome), count(*) FILTER (WHERE b.score IS DISTINCT FROM s.score)))
  FROM data.own b, data.by_hand r, LATERAL (SELECT leadscore.lead_tally(r.rules, o.kind, o.at, o) AS tally FROM data.order_lines o WHERE o.customer = b.lead::int AND o.at <= '2011-09-01Z') t,
       LATERAL leadscore.score(r.rules, NULL::jsonb, t.tally, '2011-09-01Z') s;
SELECT check_that('Online Retail: points by hand have an AUC above 0.7', value > 0.7, value || ' from ' || low || ' to ' || high) FROM leadscore.backtest('buyers', 'buys', at => 'at', as_of => '2012-01-01Z') WHERE measure = 'auc';
SELECT check_that('Online Retail: a cut-off for all gives the same', count(*) = 3360 AND count(*) FILTER (WHERE (b.score, b.outcome) IS DISTINCT FROM (o.score, o.outcome)) = 0,
                  format('%s customers, %s differ', count(*), count(*) FILTER (WHERE (b.score, b.outcome) IS DISTINCT FROM (o.score, o.outcome))))
  FROM data.own o JOIN leadscore.backtest_leads('buyers', 'buys_at', cut_off => '2011-09-01Z', horizon => '90 days 23:59:59.999999', as_of => '2012-01-01Z') b USING (lead);
SELECT check_that('Online Retail: conversion rises from stage to stage', bool_and(rate > before) AND count(*) = 2, string_agg(stage || ' ' || round(rate::numeric, 3), ', '))
  FROM (SELECT stage, rate, lag(rate) OVER (ORDER BY lift) AS before FROM leadscore.backtest_stages('buyers', 'buys', at => 'at', as_of => '2012-01-01Z')) s WHERE before IS NOT NULL;
DELETE FROM data.orders WHERE at > '2011-09-01Z';
SELECT check_that('Online Retail: without all that came later nothing changes', count(*) = 0, count(*) || ' differ')
  FROM (SELECT * FROM leadscore.backtest_leads('buyers', 'buys', at => 'at', as_of => '2012-01-01Z') EXCEPT ALL TABLE data.own) d;
SELECT check_that('Online Retail: every way of attribution gives each purchase once', sum(first_touch) = n AND sum(last_touch) = n AND sum(linear) = n AND sum(decayed) = n, n || ' purchases')
  FROM (SELECT count(buys_at) AS n FROM data.buyers) b, leadscore.attribution(leads => 'data.buyers', converted => 'buys_at', by => 'country', events => '[{"events": "order_lines", "lead": "customer", "at": "at", "kind_column": "kind"}]')
 GROUP BY n;

-- What sales wrote during or after the contact shows.
CREATE TABLE data.prospects AS SELECT x.*, timestamptz '2020-01-01Z' AS looked_at FROM data.xeducation x;
ALTER TABLE data.prospects ADD PRIMARY KEY ("Prospect ID");
SELECT leadscore.create_model('prospects', 'data.prospects', '{"rules": []}', mirror => false) \g /dev/null
WITH leak AS (
    SELECT f.field, EXISTS (SELECT FROM leadscore.backtest_leaks('prospects', 'Converted', at => 'looked_at', as_of => '2021-01-01Z',
        rules => jsonb_build_object('rules', jsonb_build_array(jsonb_build_object('name', f.field, 'attribute', f.field, 'values', (
            SELECT jsonb_object_agg(v.value, v.points) FROM (SELECT to_jsonb(p) ->> f.field AS value, 1 + (100 * avg(p."Converted"::int))::int AS points FROM data.prospects p GROUP BY 1) v WHERE v.value IS NOT NULL))))::leadscore.scoring_rules))
           AS found
      FROM unnest('{Tags,Lead Quality,Lead Source,What is your current occupation,City}'::text[]) f(field))
SELECT check_that('X Education: rules on tags and lead quality are suspects, on source, occupation and city they are not', bool_and(found = (field IN ('Tags', 'Lead Quality'))), string_agg(field || ' ' || found, ', ')) FROM leak;
SELECT leadscore.drop_model(name) FROM leadscore.model WHERE name IN ('buyers', 'prospects') \g /dev/null
