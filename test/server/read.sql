-- Everything one can read about the models.
\set ON_ERROR_STOP 1
SET timezone = 'UTC';
SELECT * FROM leadscore.model_status ORDER BY model;
-- Without what depends on the moment of reading.
SELECT format('SELECT %L, to_jsonb(v) - ''{scored_at,stage_since,mean_days,mean_days_stayed}''::text[] FROM %s v ORDER BY v::text', c.oid::regclass, c.oid::regclass)
  FROM leadscore.model m, pg_class s, pg_class c
 WHERE s.oid = m.scores AND c.relnamespace = s.relnamespace AND c.relkind = 'v' AND c.relname ~ ('^' || s.relname || '_(scores|funnel|distribution|history|rules)$')
 ORDER BY c.relname
\gexec
SELECT l.id, s.* FROM crm.leads l, leadscore.score_of('b2b', l.id) s ORDER BY 1;
SELECT l.id, s.* FROM crm.leads l, leadscore.score_of('second', l.id) s ORDER BY 1;
SELECT i.code, s.* FROM crm.items i, leadscore.score_of('items', i.code) s ORDER BY 1;
SELECT p.id, s.* FROM crm.people p, leadscore.score_of('people', p.id) s ORDER BY 1;
SELECT * FROM leadscore.explain_lead('b2b', 7);
SELECT leadscore.explain_lead_text('b2b', 12);
SELECT * FROM leadscore.explain_lead('firms', 3);
SELECT * FROM leadscore.next_change('b2b', 7);
SELECT lead, score, stage FROM leadscore.score_at('b2b', now() - interval '10 days') ORDER BY lead;
SELECT * FROM leadscore.versions('b2b') ORDER BY 1;
SELECT * FROM leadscore.stage_changes('b2b') ORDER BY 1, 2;
SELECT * FROM leadscore.preview_rules('b2b', (SELECT rules FROM leadscore.rules_version WHERE model = 'b2b' AND version = 2)) ORDER BY 1;
SELECT m.name, count(v.lead) FROM leadscore.model m LEFT JOIN LATERAL leadscore.verify(m.name) v ON true GROUP BY 1 ORDER BY 1;
