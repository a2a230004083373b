SELECT lead_id, count(properties) AS s FROM events GROUP BY lead_id
