SELECT lead_id, leadscore.lead_score(:'rules', kind, occurred_at, timestamptz '2025-12-31') AS s FROM events GROUP BY lead_id
