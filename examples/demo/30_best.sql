\echo '== 3. The twenty best leads as of' :today
\echo
CREATE TABLE crm.scores AS
SELECT l.lead_id, s.*
FROM crm.leads l
LEFT JOIN crm.tallies t ON t.lead_id = l.lead_id,
LATERAL leadscore.score(:'rules'::leadscore.scoring_rules, l, t.tally, :'today'::timestamptz) s;

SELECT rank() OVER best AS "#", lead_id AS lead, country, score, stage,
       dimensions ->> 'fit' AS fit, dimensions ->> 'engagement' AS engagement
FROM crm.scores JOIN crm.leads USING (lead_id)
WINDOW best AS (ORDER BY score DESC NULLS LAST)
ORDER BY score DESC NULLS LAST, lead_id
LIMIT 20;
