SELECT rules FROM rules WHERE name = 'conditions' \gset
PREPARE conditions AS
SELECT count(*), sum(s) FROM (
    SELECT (leadscore.score(:'rules', NULL::jsonb, leadscore.lead_tally(:'rules', kind, occurred_at, properties), '2025-12-31')).score AS s
      FROM events GROUP BY lead_id) q;
