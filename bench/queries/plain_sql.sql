-- Kinds, half-lives and the weight of every age as small tables; the cap of each rule makes two levels of grouping.
WITH rule AS MATERIALIZED (
    SELECT r.name, r."on"[1] AS kind, r.points, (r.rule ->> 'max')::numeric AS cap,
           split_part(r.rule -> 'decay' ->> 'half_life', ' ', 1)::int AS half_life
      FROM rules d, leadscore.rules_of(d.rules) r WHERE d.name = 'by kind'),
weight AS MATERIALIZED (
    SELECT kind, name, points, cap, age, round(power(0.5, age::numeric / half_life), 9) AS weight
      FROM rule, generate_series(0, 366) age),
days AS (
    SELECT lead_id, kind, date '2025-12-31' - (occurred_at AT TIME ZONE 'UTC')::date AS age, count(*) AS hits
      FROM events WHERE occurred_at < timestamptz '2026-01-01' GROUP BY 1, 2, 3),
by_rule AS (
    SELECT lead_id, name, least(round(points * sum(hits * weight), 6), cap) AS points
      FROM days JOIN weight USING (kind, age) GROUP BY lead_id, name, points, cap)
SELECT lead_id, round(sum(points)) AS s FROM by_rule GROUP BY lead_id
