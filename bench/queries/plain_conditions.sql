SELECT lead_id,
       least(sum(CASE WHEN (properties ->> 'seconds')::numeric > 25 THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' LIKE '/page/2%' AND properties ->> 'campaign' = 'c2' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'campaign' IN ('c3', 'c7') THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' = '/page/4' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN (properties ->> 'seconds')::numeric > 125 THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' LIKE '/page/6%' AND properties ->> 'campaign' = 'c6' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'campaign' IN ('c7', 'c2') THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' = '/page/8' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN (properties ->> 'seconds')::numeric > 225 THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' LIKE '/page/0%' AND properties ->> 'campaign' = 'c1' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'campaign' IN ('c2', 'c6') THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' = '/page/12' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN (properties ->> 'seconds')::numeric > 325 THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' LIKE '/page/4%' AND properties ->> 'campaign' = 'c5' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'campaign' IN ('c6', 'c1') THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' = '/page/16' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN (properties ->> 'seconds')::numeric > 425 THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' LIKE '/page/8%' AND properties ->> 'campaign' = 'c0' THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'campaign' IN ('c1', 'c5') THEN 1 ELSE 0 END), 5) +
       least(sum(CASE WHEN properties ->> 'url' = '/page/20' THEN 1 ELSE 0 END), 5) AS s
  FROM events GROUP BY lead_id
