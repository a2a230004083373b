\echo '== 5. The same twenty on' :earlier ', from what was known by then'
\echo
WITH best AS (
    SELECT lead_id, score, stage FROM crm.scores ORDER BY score DESC NULLS LAST, lead_id LIMIT 20
), past AS (
    SELECT lead_id, leadscore.lead_tally(:'rules'::leadscore.scoring_rules, kind, occurred_at, properties) AS tally
    FROM crm.events
    WHERE occurred_at <= :'earlier'
    GROUP BY lead_id
)
SELECT b.lead_id AS lead, l.country, s.score AS score_then, s.stage AS stage_then,
       b.score AS score_now, b.stage AS stage_now, b.score - s.score AS change
FROM best b
JOIN crm.leads l ON l.lead_id = b.lead_id
LEFT JOIN past p ON p.lead_id = b.lead_id
LEFT JOIN LATERAL leadscore.score(:'rules'::leadscore.scoring_rules, l, p.tally, :'earlier'::timestamptz) s
       ON l.first_seen <= :'earlier'::date    -- not a customer yet: nothing
ORDER BY b.score DESC NULLS LAST, b.lead_id;
