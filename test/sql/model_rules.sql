-- set_rules(), preview_rules(), versions(), catch_up(): new rules without reading events, and with; beside writers and at once.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET timezone = 'UTC';
CREATE SCHEMA rules;
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text; hint text;
BEGIN
  EXECUTE query INTO got;
  RETURN coalesce(nullif(got, ''), 'done');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;
CREATE TABLE rules.leads (id int PRIMARY KEY, size int);
CREATE TABLE rules.events (lead int, at timestamptz, kind text, page text, seconds int);
CREATE INDEX ON rules.events (lead);
INSERT INTO rules.leads SELECT i, i FROM generate_series(1, 40) i;
INSERT INTO rules.events SELECT 1 + i % 50, timestamptz '2026-01-01Z' + i * interval '1 hour', (ARRAY['visit', 'mail', 'form'])[1 + i % 3], 'p' || i % 4, i % 7 FROM generate_series(1, 600) i;
\set v1 '{"rules":[{"name":"size","attribute":"size","bands":[{"from":20,"points":5}]},{"name":"visits","on":"visit","points":2},{"name":"mails","on":"mail","points":1,"max":3}],"stages":[{"name":"cold"},{"name":"warm","from":10},{"name":"hot","from":14,"keep":3}]}'
\set v2 '{"rules":[{"name":"size","attribute":"size","bands":[{"from":10,"points":7}]},{"name":"visits","on":"visit","points":3,"max":9}],"stages":[{"name":"cold"},{"name":"warm","from":9},{"name":"hot","from":16}],"dimensions":{"fit":{},"engagement":{"max":20},"third":{}}}'
\set v3 '{"rules":[{"name":"size","attribute":"size","bands":[{"from":10,"points":7}]},{"name":"pages","on":"visit","measure":{"distinct":"page"},"points":3},{"name":"forms","on":"form","if":{"page":"p1"},"points":4},{"name":"gone","attribute":"nowhere","bands":[{"from":1,"points":1}]}],"stages":[{"name":"cold"},{"name":"hot","from":16}]}'
\set v4 '{"rules":[{"name":"seconds","on":"*","measure":{"sum":"seconds"},"points":0.5}],"stages":[{"name":"cold"},{"name":"hot","from":16}],"labels":{"grade":{"of":"score","levels":[{"name":"C"},{"name":"A","from":20}]}}}'
SELECT leadscore.create_model('r', 'rules.leads', :'v1');
SELECT leadscore.add_events('r', 'rules.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT count(*), sum(lead_score), count(*) FILTER (WHERE lead_stage = 'hot') FROM rules.leads;
SELECT pg_temp.outcome($$SELECT leadscore.set_rules('x', '{"rules":[]}')$$), pg_temp.outcome($$SELECT leadscore.set_rules('r', NULL)$$),
       pg_temp.outcome($$SELECT count(*) FROM leadscore.preview_rules('r', NULL)$$), pg_temp.outcome($$SELECT count(*) FROM leadscore.versions('x')$$);

\echo # a score is not made of itself; of that of another model it may be
\set own '{"stages":[{"name":"s"}],"rules":[{"name":"size","attribute":"size","bands":[{"points":1}]},{"name":"again","attribute":"lead_score","bands":[{"points":50}],"missing":7}],"exclude":[{"name":"there","if":{"lead_stage":"s"}}]}'
SELECT pg_temp.outcome(format('SELECT leadscore.set_rules(%L, %L)', 'r', :'own'));
SELECT pg_temp.outcome(format('SELECT count(*) FROM leadscore.preview_rules(%L, %L)', 'r', :'own'));
SELECT pg_temp.outcome(format('SELECT leadscore.create_model(%L, %L, %L, score_column => %L, stage_column => %L)', 'self', 'rules.leads', replace(:'own', 'lead_', 'self_'), 'self_score', 'self_stage'));
SELECT topic, place, message FROM leadscore.lint_model('r', :'own');
BEGIN;
SELECT leadscore.create_model('other', 'rules.leads', :'own', score_column => 'other_score', stage_column => 'other_stage');
SELECT leadscore.create_model('third', 'rules.leads', :'own', mirror => false);
SELECT count(*) FROM leadscore.verify('other'); SELECT count(*) FROM leadscore.verify('third');
-- By a new name it is the same.
ALTER TABLE rules.leads RENAME lead_score TO taken; ALTER TABLE rules.leads RENAME other_score TO lead_score;
SELECT topic, place FROM leadscore.lint_model('other') WHERE topic LIKE '%score';
SELECT pg_temp.outcome(format('SELECT leadscore.set_rules(%L, %L)', 'other', replace(:'own', '50', '51')));
ROLLBACK;

\echo # points, caps, bands, stages: no event is read
CREATE TABLE rules.preview AS SELECT * FROM leadscore.preview_rules('r', :'v2');
-- The same line by line.
CREATE FUNCTION rules.explained(preview regclass, rules leadscore.scoring_rules) RETURNS TABLE (leads bigint, differ bigint, points_differ bigint) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT count(*), count(*) FILTER (WHERE (e.score, e.stage) IS DISTINCT FROM (p.new_score, p.new_stage)), count(*) FILTER (WHERE e.points <> p.new_score)
    FROM %s p LEFT JOIN (SELECT x.lead, max(x.measure) FILTER (WHERE x.step = ''score'') AS score, max(x.name) FILTER (WHERE x.step = ''stage'') AS stage, sum(x.points) AS points
                           FROM leadscore.explain_leads(''r'', rules => $1) x GROUP BY x.lead) e USING (lead)', preview) USING rules;
END $$;
SELECT * FROM rules.explained('rules.preview', :'v2');
SELECT count(*), sum(old_score), sum(new_score), count(*) FILTER (WHERE old_stage <> new_stage) FROM rules.preview;
-- The table of events may not even be looked at: it is under another name meanwhile.
BEGIN;
ALTER TABLE rules.events RENAME TO out_of_reach;
CREATE TABLE rules.events (nothing int);
CREATE FUNCTION rules.reads() RETURNS bigint LANGUAGE sql AS $$ SELECT sum(seq_scan + idx_scan) FROM pg_stat_xact_user_tables WHERE schemaname = 'rules' AND relname IN ('events', 'out_of_reach') $$;
SELECT rules.reads() AS before \gset
SELECT leadscore.set_rules('r', :'v2', note => 'second');
SELECT rules.reads() - :before AS read;
DROP TABLE rules.events;
ALTER TABLE rules.out_of_reach RENAME TO events;
COMMIT;
SELECT count(*) FROM rules.preview p JOIN rules.leads l ON l.id::text = p.lead WHERE (p.new_score, p.new_stage) IS DISTINCT FROM (l.lead_score, l.lead_stage);
SELECT * FROM leadscore.verify('r');
SELECT why, version, count(*) FROM leadscore.stage_changes('r') GROUP BY 1, 2;
SELECT version, state, note, rules IS NOT NULL, set_by = current_user FROM leadscore.versions('r');
-- The same again is no new version.
SELECT leadscore.set_rules('r', :'v2');
-- Not at once: in force, and due.
SELECT leadscore.set_rules('r', jsonb_set(:'v2'::jsonb, '{rules,1,points}', '4')::leadscore.scoring_rules, at_once => false);
SELECT version, next_version, due FROM leadscore.model_status WHERE model = 'r';
SELECT * FROM leadscore.verify('r');
SELECT sum(score) FROM leadscore.preview_rules('r', '{"rules":[]}') p(lead, score) \gset before_
CALL leadscore.catch_up('r', 15);
SELECT version, next_version, due FROM leadscore.model_status WHERE model = 'r';
SELECT sum(lead_score) = :before_sum FROM rules.leads;
SELECT * FROM leadscore.verify('r');

\echo # new evidence, at once
CREATE TABLE rules.preview3 AS SELECT * FROM leadscore.preview_rules('r', :'v3');
SELECT * FROM rules.explained('rules.preview3', :'v3');
SELECT leadscore.set_rules('r', :'v3');
SELECT count(*), sum(lead_score) FROM rules.leads;
SELECT count(*) FROM rules.preview3 p JOIN rules.leads l ON l.id::text = p.lead WHERE (p.new_score, p.new_stage) IS DISTINCT FROM (l.lead_score, l.lead_stage);
SELECT * FROM leadscore.verify('r');
SELECT problems FROM leadscore.model_status WHERE model = 'r';
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT leadscore.set_rules('r', :'v4');
ROLLBACK;
-- Back to rules whose evidence was dropped: counted again.
SELECT leadscore.set_rules('r', :'v1');
SELECT * FROM leadscore.verify('r');

\echo # new evidence, beside writers
CREATE TABLE rules.preview4 AS SELECT * FROM leadscore.preview_rules('r', :'v4');
SELECT * FROM rules.explained('rules.preview4', :'v4');
SELECT lead, (SELECT sum(points) FROM leadscore.explain_lead('r', lead, NULL, :'v4')) = new_score AS adds_up, leadscore.explain_lead_text('r', lead, rules => :'v4') LIKE '%= ' || trim_scale(new_score) || '%' AS told
  FROM rules.preview4 WHERE new_score IS NOT NULL ORDER BY lead LIMIT 2;
SELECT pg_temp.outcome(format('SELECT count(*) FROM leadscore.explain_leads(%L, rules => %L)', 'r', :'own'));
SELECT leadscore.set_rules('r', :'v4', at_once => false, note => 'fourth');
SELECT version, next_version FROM leadscore.model_status WHERE model = 'r';
SELECT version, state, note FROM leadscore.versions('r') WHERE state <> 'past';
SELECT pg_temp.outcome($$SELECT leadscore.add_events('r', 'rules.events', lead => 'lead', at => 'at', kind => 'again')$$);
-- Writers go on, with all kinds of changes; also for leads that are not there.
INSERT INTO rules.events VALUES (1, '2026-02-01Z', 'visit', 'p1', 100), (2, '2026-02-01Z', 'other', NULL, 50), (99, '2026-02-01Z', 'other', NULL, 50);
DELETE FROM rules.events WHERE lead = 3; UPDATE rules.events SET seconds = seconds + 1 WHERE lead = 4; UPDATE rules.events SET lead = 5 WHERE lead = 6;
INSERT INTO rules.leads VALUES (45, 3), (99, 3); DELETE FROM rules.leads WHERE id = 7;
SELECT * FROM leadscore.verify('r');
SELECT sum(lead_score) FROM rules.leads;
SELECT leadscore.set_rules('r', :'v4', at_once => false);
CALL leadscore.catch_up('r', 20);
SELECT version, next_version, due FROM leadscore.model_status WHERE model = 'r';
SELECT * FROM leadscore.verify('r');
SELECT count(*) FROM rules.preview4 p JOIN rules.leads l ON l.id::text = p.lead WHERE (p.new_score, p.new_stage) IS DISTINCT FROM (l.lead_score, l.lead_stage) AND l.id > 7;
CREATE TABLE rules.stored AS SELECT * FROM rules.leads_r;
SELECT leadscore.rebuild('r');
SELECT count(*) FROM rules.stored s FULL JOIN rules.leads_r r USING (lead_id)
 WHERE (s.present, s.score, s.stage, s.dimensions, s.labels, s.last_event, s.next_change) IS DISTINCT FROM (r.present, r.score, r.stage, r.dimensions, r.labels, r.last_event, r.next_change);
-- Called off by giving the rules in force again; another one in the middle of it; another time zone.
SELECT leadscore.set_rules('r', :'v1', at_once => false);
SELECT leadscore.set_rules('r', :'v4');
SELECT version, next_version FROM leadscore.model_status WHERE model = 'r';
SELECT leadscore.set_rules('r', :'v1', at_once => false);
SELECT leadscore.set_rules('r', :'v3', at_once => false);
INSERT INTO rules.events VALUES (1, '2026-02-02Z', 'visit', 'p7', 1);
CALL leadscore.catch_up('r');
SELECT version, next_version FROM leadscore.model_status WHERE model = 'r';
SELECT * FROM leadscore.verify('r');
SELECT pg_temp.outcome(format($$SELECT leadscore.set_rules('r', %L, at_once => false)$$, jsonb_set(:'v4', '{timezone}', '"Asia/Tokyo"')));
SELECT leadscore.set_rules('r', jsonb_set(:'v4', '{timezone}', '"Asia/Tokyo"')::leadscore.scoring_rules);
SELECT * FROM leadscore.verify('r');
-- A part first, then all that is left.
SELECT leadscore.set_rules('r', jsonb_set(jsonb_set(:'v4', '{timezone}', '"Asia/Tokyo"'), '{rules,0,points}', '7')::leadscore.scoring_rules, at_once => false);
SELECT due FROM leadscore.model_status WHERE model = 'r';
CALL leadscore.catch_up('r', 15, part => 2, parts => 2);
SELECT due FROM leadscore.model_status WHERE model = 'r';
SELECT * FROM leadscore.verify('r');
CALL leadscore.catch_up('r', 15, part => 3, parts => 2);
CALL leadscore.catch_up('r', 15, parts => NULL);
-- catch_up() needs transactions of its own.
BEGIN;
\set VERBOSITY default
\set SHOW_CONTEXT never
CALL leadscore.catch_up('r');
\set VERBOSITY terse
ROLLBACK;
DO $$ BEGIN END $$ \; CALL leadscore.catch_up('r');
-- A block of code may call it.
SET client_min_messages = warning;
DO $$ BEGIN CALL leadscore.catch_up('r'); END $$;
RESET client_min_messages;
SELECT pg_temp.outcome($$SELECT leadscore.batch_ranges('r', 'SELECT lead_id FROM rules.leads_r', 0)$$);

\echo # the history of new rules
SELECT leadscore.drop_model('r');
SELECT leadscore.create_model('r', 'rules.leads', '{"rules":[{"name":"size","attribute":"size","bands":[{"from":20,"points":5}]}],"stages":[{"name":"cold"},{"name":"hot","from":5}]}', channel => 'rules');
DELETE FROM rules.leads WHERE id NOT IN (1, 2);
\set quiet '{"rules":[{"name":"size","attribute":"size","bands":[{"from":2,"points":5}]}],"stages":[{"name":"cold"},{"name":"hot","from":5}]}'
SELECT leadscore.set_rules('r', :'quiet');
SELECT leadscore.set_rules('r', jsonb_set(:'quiet'::jsonb, '{stages,1,from}', '6')::leadscore.scoring_rules, announce => true);
SELECT lead, old_stage, new_stage, why, version FROM leadscore.stage_changes('r');

\echo # settled: whether a row of older rules can only be one that is marked as due
SELECT version, settled FROM leadscore.model;
SELECT leadscore.set_rules('r', jsonb_set(:'quiet'::jsonb, '{stages,1,from}', '7')::leadscore.scoring_rules, at_once => false);
SELECT version, settled, leadscore.unsettled_version('r') FROM leadscore.model;
-- Read as of the new rules all the same; refresh() makes it so.
SELECT id, score, stage FROM rules.leads_r_scores ORDER BY id;
SELECT leadscore.refresh('r');
SELECT version, settled, leadscore.unsettled_version('r') FROM leadscore.model;
SELECT leadscore.refresh('r');
-- In a transaction that has written already nobody is waited for; above READ COMMITTED others may have written what is not seen.
BEGIN;
UPDATE rules.leads SET size = 3 WHERE id = 2;
SELECT leadscore.set_rules('r', :'quiet');
COMMIT;
SELECT version, settled FROM leadscore.model;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT leadscore.set_rules('r', jsonb_set(:'quiet'::jsonb, '{stages,1,from}', '7')::leadscore.scoring_rules);
COMMIT;
SELECT version, settled FROM leadscore.model;
CALL leadscore.catch_up('r');
SELECT version, settled FROM leadscore.model;
-- A row that was written while rules changed elsewhere is computed when it is read, and found by the next refresh().
UPDATE rules.leads_r SET version = version - 1, due = '-infinity' WHERE lead_id = 2;
SELECT id, score, stage, scored_at = now() AS computed FROM rules.leads_r_scores ORDER BY id;
SELECT leadscore.refresh('r');
SELECT * FROM leadscore.verify('r');
SELECT leadscore.unsettled_version('nobody') IS NULL;

\echo # ranked or not: updates of score rows are HOT
SELECT leadscore.create_model('u', 'rules.leads', '{"rules":[{"name":"visits","on":"visit","points":2,"decay":{"half_life":"10 days"}}]}', mirror => false);
SELECT leadscore.add_events('u', 'rules.events', lead => 'lead', at => 'at', kind => 'visit');
SELECT replace(pg_get_indexdef(indexrelid), ' INDEX', '') FROM pg_index WHERE indrelid = 'rules.leads_u'::regclass ORDER BY 1;
BEGIN;
INSERT INTO rules.events (lead, at) VALUES (1, now());
SELECT pg_stat_get_xact_tuples_updated('rules.leads_u'::regclass) AS updated, pg_stat_get_xact_tuples_hot_updated('rules.leads_u'::regclass) AS hot \gset before_
INSERT INTO rules.events (lead, at) VALUES (1, now());
INSERT INTO rules.events (lead, at) VALUES (1, now() - interval '9 hours');
SELECT pg_stat_get_xact_tuples_updated('rules.leads_u'::regclass) - :before_updated AS updated, pg_stat_get_xact_tuples_hot_updated('rules.leads_u'::regclass) - :before_hot AS hot;
COMMIT;
SELECT bool_and(due <= next_change) FROM rules.leads_u;
SELECT * FROM leadscore.verify('u');
SELECT leadscore.drop_model('u');
SELECT leadscore.create_model('u', 'rules.leads', '{"rules":[]}', mirror => false, ranked => true);
SELECT count(*) FROM pg_index WHERE indrelid = 'rules.leads_u'::regclass;
SELECT leadscore.drop_model('u');
SELECT leadscore.create_model('u', 'rules.leads', '{"rules":[]}', score_column => 'u_score', stage_column => 'u_stage', ranked => false);
SELECT count(*) FROM pg_index WHERE indrelid = 'rules.leads_u'::regclass;
SELECT leadscore.drop_model('u');
\echo # evidence that was given up, and is wanted again
CREATE TABLE rules.people (id int PRIMARY KEY); CREATE TABLE rules.hits (lead int, kind text, at timestamptz DEFAULT '2026-01-01Z');
INSERT INTO rules.people SELECT generate_series(1, 3);
CREATE FUNCTION rules.of(kinds text) RETURNS leadscore.scoring_rules LANGUAGE sql AS $$
  SELECT jsonb_build_object('rules', (SELECT jsonb_agg(jsonb_build_object('name', k, 'on', k, 'points', ascii(k) - 96)) FROM regexp_split_to_table(kinds, '') k))::text::leadscore.scoring_rules $$;
SELECT leadscore.create_model(m, 'rules.people', rules.of('abc'), mirror => false, upkeep => u), leadscore.add_events(m, 'rules.hits', lead => 'lead', at => 'at', kind_column => 'kind') FROM (VALUES ('i', 'immediate'), ('q', 'queued')) v(m, u);
CREATE VIEW rules.hit_scores AS SELECT (SELECT string_agg(trunc(score)::text, ' ' ORDER BY lead_id) FROM rules.people_i) AS immediate, (SELECT string_agg(trunc(score)::text, ' ' ORDER BY lead_id) FROM rules.people_q) AS queued,
  (SELECT count(*) FROM leadscore.verify('i')) + (SELECT count(*) FROM leadscore.verify('q')) AS wrong;
INSERT INTO rules.hits SELECT i, k FROM generate_series(1, 3) i, unnest('{a,b,c}'::text[]) k; SELECT leadscore.refresh('q') > 0;
SELECT leadscore.set_rules(m, rules.of('a')) FROM unnest('{i,q}'::text[]) m; CALL leadscore.catch_up('i'); CALL leadscore.catch_up('q');
-- What nobody counts touches no row; the second lead has one of each.
INSERT INTO rules.hits VALUES (1, 'b'), (1, 'c'), (2, 'b'); INSERT INTO rules.hits VALUES (2, 'a'); TABLE rules.hit_scores;
SELECT leadscore.set_rules(m, rules.of('ab'), at_once => false) FROM unnest('{i,q}'::text[]) m;
INSERT INTO rules.hits VALUES (1, 'a'), (3, 'a'), (3, 'b'), (3, 'c'); TABLE rules.hit_scores;
CALL leadscore.catch_up('i'); CALL leadscore.catch_up('q'); TABLE rules.hit_scores;
SELECT leadscore.set_rules(m, rules.of('abc'), at_once => false) FROM unnest('{i,q}'::text[]) m; CALL leadscore.catch_up('i'); CALL leadscore.catch_up('q');
SELECT leadscore.refresh('q') IS NOT NULL; TABLE rules.hit_scores;
-- A walk through everything that changes what is counted.
CREATE TABLE rules.wrong (step int, model text, difference text);
SET client_min_messages = warning; \o /dev/null
\set ECHO none
SELECT q FROM (
  SELECT step, 0 AS ord, CASE WHEN d < 3 THEN format('INSERT INTO rules.hits VALUES (%s, %L)', 1 + d1 % 3, chr(97 + d2 % 3)) WHEN d = 3 THEN format('DELETE FROM rules.hits WHERE lead = %s AND kind = %L', 1 + d1 % 3, chr(97 + d2 % 3))
    WHEN d < 7 THEN format('SELECT leadscore.set_rules(%L, rules.of(%L), at_once => %L)', m, (ARRAY['a', 'b', 'c', 'ab', 'ac', 'bc', 'abc'])[1 + d2 % 7], d1 % 4 = 0) WHEN d < 10 THEN format('CALL leadscore.catch_up(%L)', m) ELSE format('SELECT leadscore.refresh(%L)', m) END AS q
    FROM (SELECT step, (ARRAY['i', 'q'])[1 + (hashint4(step + 77) & 1)] AS m, (hashint4(step) & 1023) % 11 AS d, hashint4(step + 1000) & 1023 AS d1, hashint4(step + 5000) & 1023 AS d2 FROM generate_series(1, 300) step) s
  UNION ALL SELECT step, 1, format('INSERT INTO rules.wrong SELECT %s, %L, v::text FROM leadscore.verify(%2$L) v', step, m) FROM generate_series(10, 300, 10) step, unnest('{i,q}'::text[]) m) w ORDER BY step, ord, q COLLATE "C" \gexec
\set ECHO all
\o
SELECT count(*), min(step) FROM rules.wrong;
SELECT count(*) > 20 FROM leadscore.versions('i'); SELECT count(*) FILTER (WHERE lapsed) > 5 FROM leadscore.evidence_set WHERE model = 'i';
DROP VIEW rules.hit_scores; SELECT leadscore.drop_model(m) FROM unnest('{i,q}'::text[]) m;
RESET client_min_messages;
SET client_min_messages = warning;
SELECT leadscore.drop_model('r');
DROP SCHEMA rules CASCADE;
