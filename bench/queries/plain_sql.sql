-- Kinds, days and half-lives as tables; the cap of each rule makes two levels of grouping.
PREPARE plain_sql AS
WITH rule AS (
    SELECT r.name, r."on"[1] AS kind, r.points, (r.rule ->> 'max')::numeric AS cap,
           split_part(r.rule -> 'decay' ->> 'half_life', ' ', 1)::int AS half_life
      FROM rules d, leadscore.rules_of(d.rules) r WHERE d.name = 'by kind'),
days AS (
    SELECT lead_id, kind, date '2025-12-31' - (occurred_at AT TIME ZONE 'UTC')::date AS age, count(*) AS hits
      FROM events WHERE occurred_at < timestamptz '2026-01-01' GROUP BY 1, 2, 3),
by_rule AS (
    SELECT lead_id, rule.name,
           least(round(rule.points * sum(hits * round(power(0.5, age::numeric / half_life), 9)), 6), cap) AS points
      FROM days JOIN rule USING (kind) GROUP BY lead_id, rule.name, rule.points, cap)
SELECT count(*), sum(s) FROM (SELECT lead_id, round(sum(points)) AS s FROM by_rule GROUP BY lead_id) q;
