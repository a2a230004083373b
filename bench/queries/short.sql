SELECT rules FROM rules WHERE name = 'by kind' \gset
PREPARE short AS
SELECT count(*), sum(s) FROM (
    SELECT leadscore.lead_score(:'rules', kind, occurred_at, timestamptz '2025-12-31') AS s FROM events GROUP BY lead_id) q;
