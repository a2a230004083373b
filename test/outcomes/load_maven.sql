ALTER TABLE data.maven_sales_pipeline ADD PRIMARY KEY (opportunity_id);
UPDATE data.maven_sales_pipeline SET product = 'GTX Pro' WHERE product = 'GTXPro';
-- The opportunities that were decided.
CREATE TABLE data.maven AS
SELECT p.opportunity_id, p.sales_agent, t.manager, t.regional_office, p.product, r.series, r.sales_price, p.account, a.sector, a.year_established, a.revenue, a.employees,
       a.office_location, p.engage_date::date AS engage_date, p.deal_stage = 'Won' AS won
  FROM data.maven_sales_pipeline p LEFT JOIN data.maven_sales_teams t USING (sales_agent) LEFT JOIN data.maven_products r USING (product) LEFT JOIN data.maven_accounts a USING (account)
 WHERE p.deal_stage IN ('Won', 'Lost');
ALTER TABLE data.maven ADD PRIMARY KEY (opportunity_id);
SELECT split('data.maven', 'opportunity_id', 'won') \g /dev/null
VACUUM ANALYZE data.maven;
