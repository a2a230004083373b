-- The best one that has cancelled something: its explanation has the most to say.
SELECT lead_id AS chosen
FROM crm.scores JOIN crm.events USING (lead_id)
ORDER BY kind = 'cancellation' DESC, score DESC NULLS LAST, lead_id
LIMIT 1
\gset
\echo '== 4. Why lead' :chosen 'has its score: the lines add up to it'
\echo
SELECT x.step, x.name, x.dimension, x.hits, x.measure, x.points
FROM crm.leads l
LEFT JOIN crm.tallies t ON t.lead_id = l.lead_id,
LATERAL leadscore.explain_score(:'rules'::leadscore.scoring_rules, l, t.tally, :'today'::timestamptz) x
WHERE l.lead_id = :chosen;
