-- Scores counted anew from the tables, in plain SQL with the values of the first issue, against what the models tell. Rows: what differs.
\set ON_ERROR_STOP 1
WITH rules AS (SELECT v.rules, m.name FROM leadscore.model m JOIN leadscore.rules_version v ON v.model = m.name AND v.version = m.version),
b2b AS (
    SELECT l.id, leadscore.score(r.rules, a, t.tally, now(), l.lead_stage) AS s, l.lead_score, l.lead_stage
      FROM rules r, crm.leads l
      CROSS JOIN LATERAL (SELECT l.*, c.industry AS "company.industry", c.revenue AS "company.revenue" FROM (SELECT) x LEFT JOIN crm.companies c ON c.id = l.company_id) a
      CROSS JOIN LATERAL (SELECT leadscore.rollup(tally) AS tally
                            FROM rules r CROSS JOIN LATERAL (
                                SELECT leadscore.lead_tally(r.rules, 'page_view', e.viewed_at, e) AS tally FROM crm.page_views e WHERE e.lead_id = l.id
                                UNION ALL
                                SELECT leadscore.lead_tally(r.rules, e.type, e.at, e.payload) FROM crm.activities e WHERE e.lead_id = l.id) both_tables
                           WHERE r.name = 'b2b') t
     WHERE r.name = 'b2b' AND NOT EXISTS (SELECT FROM crm.leads_b2b_adjustment d WHERE d.lead_id = l.id)
)
SELECT 'b2b', id::text, lead_score, (s).score, lead_stage, (s).stage FROM b2b WHERE (lead_score, lead_stage) IS DISTINCT FROM ((s).score, (s).stage)
UNION ALL
SELECT 'score_of b2b', id::text, o.score, (s).score, o.stage, (s).stage FROM b2b CROSS JOIN LATERAL leadscore.score_of('b2b', id) o
 WHERE id % 4 = 0 AND (o.score, o.stage) IS DISTINCT FROM ((s).score, (s).stage)
UNION ALL
SELECT 'items', i.code, o.score, s.score, o.stage, s.stage
  FROM crm.items i JOIN rules r ON r.name = 'items'
  LEFT JOIN LATERAL (SELECT leadscore.lead_tally(r.rules, 'scan', e.at) AS tally FROM crm.scans e WHERE e.code = i.code) t ON true
  CROSS JOIN LATERAL leadscore.score(r.rules, i, t.tally, now()) s CROSS JOIN LATERAL leadscore.score_of('items', i.code) o
 WHERE (o.score, o.stage) IS DISTINCT FROM (s.score, s.stage)
UNION ALL
SELECT 'accounts', c.tenant || ' ' || c.code, o.score, s.score, o.stage, s.stage
  FROM crm.accounts c JOIN rules r ON r.name = 'accounts'
  LEFT JOIN LATERAL (SELECT leadscore.lead_tally(r.rules, 'visit', e.at, e) AS tally FROM crm.visits e WHERE (e.tenant, e.account) = (c.tenant, c.code) AND e.void IS NOT TRUE) t ON true
  CROSS JOIN LATERAL leadscore.score(r.rules, c, t.tally, now(), c.lead_stage) s
  CROSS JOIN LATERAL leadscore.score_of('accounts', jsonb_build_object('tenant', c.tenant, 'code', c.code)::text) o
 WHERE (o.score, o.stage) IS DISTINCT FROM (s.score, s.stage) AND NOT (c.tenant = 1 AND c.code = 'a1')
ORDER BY 1, 2;
