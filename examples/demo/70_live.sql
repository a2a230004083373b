\echo '== 7. Live: the same customers, moved to today, and a model that keeps their scores current'
\echo
CREATE TABLE crm.customers AS SELECT lead_id, country, first_seen + (current_date - :'today'::date) AS first_seen FROM crm.leads;
ALTER TABLE crm.customers ADD PRIMARY KEY (lead_id);
CREATE TABLE crm.activity AS
SELECT lead_id, kind, occurred_at + (current_date - :'today'::date) * interval '1 day' AS occurred_at, properties FROM crm.events;
CREATE INDEX ON crm.activity (lead_id);

SELECT leadscore.create_model('live', 'crm.customers', :'rules', channel => 'hot_leads');
SELECT leadscore.add_events('live', 'crm.activity', lead => 'lead_id', at => 'occurred_at', kind_column => 'kind', properties => 'properties');

SELECT lead_stage AS stage, count(*) AS leads, min(lead_score) AS lowest, max(lead_score) AS highest
FROM crm.customers GROUP BY lead_stage ORDER BY lowest DESC;

-- A warm one that has bought little this quarter.
SELECT c.lead_id AS chosen
FROM crm.customers c
LEFT JOIN crm.activity a ON a.lead_id = c.lead_id AND a.kind = 'sale' AND a.occurred_at > now() - interval '90 days'
WHERE c.lead_stage = 'warm' AND c.country IN ('Germany', 'France')
GROUP BY c.lead_id
HAVING coalesce(sum((a.properties ->> 'amount')::numeric), 0) < 400
ORDER BY max(c.lead_score) DESC, c.lead_id
LIMIT 1
\gset
\echo '== 8. Lead' :chosen 'places a large order: its row in the CRM table before, and after one INSERT into the activity table'
\echo
SELECT lead_id AS lead, country, lead_score AS score, lead_stage AS stage FROM crm.customers WHERE lead_id = :chosen;
INSERT INTO crm.activity VALUES (:chosen, 'sale', now(), '{"amount": 1200, "lines": 31}'), (:chosen, 'visit', now(), '{}');
SELECT lead_id AS lead, country, lead_score AS score, lead_stage AS stage FROM crm.customers WHERE lead_id = :chosen;
