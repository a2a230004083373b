\echo '== 6. All scores as of' :today
\echo
WITH bands AS (
    SELECT least(floor(score / 10), 9)::int AS band, stage FROM crm.scores WHERE score IS NOT NULL
)
SELECT format('%s to %s', lpad((band * 10)::text, 2), CASE band WHEN 9 THEN 100 ELSE band * 10 + 9 END) AS score,
       count(stage) AS leads,
       repeat('c', ceil(count(*) FILTER (WHERE stage = 'cold') / 2.0)::int)
       || repeat('w', ceil(count(*) FILTER (WHERE stage = 'warm') / 2.0)::int)
       || repeat('H', ceil(count(*) FILTER (WHERE stage = 'hot') / 2.0)::int) AS "c cold, w warm, H hot; a letter is two leads"
FROM generate_series(0, 9) AS band
LEFT JOIN bands USING (band)
GROUP BY band
ORDER BY band DESC;
