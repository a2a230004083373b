SELECT lead_id, (leadscore.score(:'rules', NULL::jsonb, leadscore.lead_tally(:'rules', kind, occurred_at), '2025-12-31')).score AS s
  FROM events GROUP BY lead_id
