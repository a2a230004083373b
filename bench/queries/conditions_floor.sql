PREPARE conditions_floor AS
SELECT count(*) FROM (SELECT lead_id, count(properties) FROM events GROUP BY lead_id) q;
