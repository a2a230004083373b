SELECT lead_id, count(*) AS s FROM events GROUP BY lead_id
