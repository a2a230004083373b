SELECT rules FROM rules WHERE name = 'by kind and never' \gset
PREPARE scored_1060 AS
SELECT count(*), sum(s) FROM (
    SELECT (leadscore.score(:'rules', NULL::jsonb, leadscore.lead_tally(:'rules', kind, occurred_at), '2025-12-31')).score AS s
      FROM events GROUP BY lead_id) q;
