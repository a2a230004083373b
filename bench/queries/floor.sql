PREPARE floor AS
SELECT count(*) FROM (SELECT lead_id, count(*) FROM events GROUP BY lead_id) q;
