SELECT rules FROM rules WHERE name = 'by kind' \gset
PREPARE scored AS
SELECT count(*), sum(s) FROM (
    SELECT (leadscore.score(:'rules', NULL::jsonb, leadscore.lead_tally(:'rules', kind, occurred_at), '2025-12-31')).score AS s
      FROM events GROUP BY lead_id) q;
