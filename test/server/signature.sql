-- All that models keep, as text: the catalogs by name, and every row of their tables. Numbers of columns may differ from
-- database to database, so they are left out.
\set ON_ERROR_STOP 1
SET timezone = 'UTC';
SET search_path = pg_catalog;
SELECT 'model', (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(m)) WHERE key !~ '_numbers?$') FROM leadscore.model m ORDER BY name;
SELECT 'version', to_jsonb(v) FROM leadscore.rules_version v ORDER BY model, version;
SELECT 'evidence', to_jsonb(v) FROM leadscore.evidence_set v ORDER BY model, evidence;
SELECT 'events', (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(s)) WHERE key !~ '_numbers?$') FROM leadscore.event_source s ORDER BY model, source;
SELECT 'attributes', (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(s)) WHERE key !~ '_numbers?$') FROM leadscore.attribute_source s ORDER BY model, source;
SELECT 'counted', model, part, source, table_name, missed FROM leadscore.counted_table ORDER BY model, part, source, table_name;
SELECT DISTINCT 'missed', model, part, source FROM leadscore.missed_write ORDER BY model, part, source;
SELECT 'read', to_jsonb(c) FROM leadscore.read_column c ORDER BY model, part, source, name;
SELECT format('SELECT %L, to_jsonb(t) FROM %s t ORDER BY to_jsonb(t)::text', c.oid::regclass, c.oid::regclass)
  FROM leadscore.model m, pg_class s, pg_class c
 WHERE s.oid = m.scores AND c.relnamespace = s.relnamespace AND c.relkind IN ('r', 'p')
   AND c.relname IN (s.relname, s.relname || '_stage_change', s.relname || '_adjustment', s.relname || '_queue')
 ORDER BY c.relname
\gexec
SELECT format('SELECT %L, to_jsonb(t) FROM %s t ORDER BY to_jsonb(t)::text', leads, leads) FROM (SELECT DISTINCT leads FROM leadscore.model) m ORDER BY leads::text
\gexec
