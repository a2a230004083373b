\echo '== 2. The rules (rules.json)'
\echo
\echo :rules
\echo
-- The tally of a customer is all that its events mean to these rules. It can be scored at any moment.
CREATE TABLE crm.tallies AS
SELECT lead_id, leadscore.lead_tally(:'rules'::leadscore.scoring_rules, kind, occurred_at, properties) AS tally
FROM crm.events
WHERE occurred_at <= :'today'
GROUP BY lead_id;
