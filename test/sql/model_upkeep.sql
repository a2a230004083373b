-- refresh(), fold(), rebuild(), verify(), adjust(), pause() and resume(), replicate(), model_status.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET timezone = 'UTC';
CREATE SCHEMA upkeep;
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text; hint text;
BEGIN
  EXECUTE query INTO got;
  RETURN coalesce(nullif(got, ''), 'done');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;
\set rules '{"rules":[{"name":"size","attribute":"size","bands":[{"from":5,"points":5}]},{"name":"visits","on":"visit","points":10,"max":30,"within":"30 days"},{"name":"form","on":"form","points":8}],"stages":[{"name":"cold"},{"name":"warm","from":10},{"name":"hot","from":20}],"labels":{"grade":{"of":"fit","levels":[{"name":"C"},{"name":"A","from":5}]}},"probability":{"intercept":0,"slope":0}}'
CREATE TABLE upkeep.leads (id int PRIMARY KEY, size int);
CREATE TABLE upkeep.events (id serial PRIMARY KEY, lead int, at timestamptz, kind text);
CREATE INDEX ON upkeep.events (lead);
INSERT INTO upkeep.leads SELECT i, i FROM generate_series(1, 9) i;
INSERT INTO upkeep.events (lead, at, kind) VALUES (1, NULL, 'visit'), (NULL, NULL, 'visit'), (2, 'infinity', 'visit'), (3, now(), NULL);
-- All of yesterday, whatever the time of day: a day ends what an adjustment sets.
INSERT INTO upkeep.events (lead, at, kind) SELECT 1 + i % 10, date_trunc('day', now()) - i * interval '1 hour', 'visit' FROM generate_series(1, 20) i;
SELECT leadscore.create_model('u', 'upkeep.leads', :'rules');
SELECT leadscore.add_events('u', 'upkeep.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT lead_stage, lead_score, count(*) FROM upkeep.leads GROUP BY 1, 2 ORDER BY 2;
-- What was there already and cannot count is told, and what becomes of it.
SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'u' ORDER BY 1;
UPDATE upkeep.events SET at = now() - interval '1 day' WHERE at IS NULL; DELETE FROM upkeep.events WHERE kind IS NULL OR NOT isfinite(at);
SELECT refused, problems FROM leadscore.model_status WHERE model = 'u';

\echo # the clock
SELECT pg_temp.outcome($$SELECT leadscore.refresh('x')$$), pg_temp.outcome($$SELECT leadscore.refresh('u', NULL)$$), pg_temp.outcome($$SELECT leadscore.refresh('u', 'infinity')$$), pg_temp.outcome($$SELECT leadscore.refresh('u', now(), 0)$$);
SELECT leadscore.refresh('u');
SELECT leadscore.refresh('u', now() + interval '32 days', 4);
SELECT lead_stage, lead_score, count(*) FROM upkeep.leads GROUP BY 1, 2 ORDER BY 2;
SELECT leadscore.refresh('u', now() + interval '32 days');
SELECT old_stage, new_stage, why, count(*) FROM leadscore.stage_changes('u') GROUP BY 1, 2, 3 ORDER BY 1, 2;
SELECT * FROM leadscore.verify('u');
-- Back to now, by a rebuild.
SELECT leadscore.rebuild('u');
SELECT lead_stage, lead_score, count(*) FROM upkeep.leads GROUP BY 1, 2 ORDER BY 2;
SELECT old_stage, new_stage, why, count(*) FROM leadscore.stage_changes('u') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT * FROM leadscore.verify('u');

\echo # verify finds everything that is wrong
UPDATE upkeep.leads_u SET score = score + 1 WHERE lead_id = 1;
UPDATE upkeep.leads_u SET stage = 'cold' WHERE lead_id = 2;
UPDATE upkeep.leads_u SET tally = NULL, recent = NULL WHERE lead_id = 3;
UPDATE upkeep.leads_u SET dimensions = '{1,2}', labels = '{X}', probability = 0.25, last_event = '2000-01-01' WHERE lead_id = 4;
ALTER TABLE upkeep.leads DISABLE TRIGGER USER;
UPDATE upkeep.leads SET lead_score = 99, lead_stage = NULL WHERE id = 5;
INSERT INTO upkeep.leads VALUES (20, 1); DELETE FROM upkeep.leads WHERE id = 6; UPDATE upkeep.leads SET size = 0 WHERE id = 9;
ALTER TABLE upkeep.leads ENABLE TRIGGER USER;
UPDATE upkeep.leads_u SET version = 7 WHERE lead_id = 7;
UPDATE upkeep.leads_u SET scored_at = scored_at - interval '60 days' WHERE lead_id = 8;
INSERT INTO upkeep.leads_u_adjustment (lead_id, dimension, op, points, at, set_by, set_at) VALUES (8, 'fit', 'add', 1, '2026-01-01Z', 'nobody', '2026-01-01Z');
INSERT INTO upkeep.leads_u (lead_id, present, version, next_change, due, scored_at, evidence) VALUES (77, false, 1, 'infinity', 'infinity', now(), 1);
SELECT lead, what, CASE WHEN what IN ('tally', 'next_change', 'last_event', 'last_event now') THEN '…' ELSE stored END, CASE WHEN what IN ('tally', 'last_event', 'last_event now') THEN '…' ELSE computed END FROM leadscore.verify('u');
UPDATE upkeep.leads_u SET version = 1 WHERE lead_id = 7;
SELECT leadscore.rebuild('u');
SELECT * FROM leadscore.verify('u');
SELECT lead_id, adjustments IS NOT NULL FROM upkeep.leads_u WHERE lead_id IN (8, 20, 6, 77) ORDER BY 1;
-- A claim about the future that does not hold.
UPDATE upkeep.leads_u SET scored_at = now() - interval '40 days', next_change = 'infinity', score = 5, stage = 'cold', dimensions = '{0,5}', last_event = NULL WHERE lead_id = 7;
SELECT DISTINCT lead, what FROM leadscore.verify('u') ORDER BY 1, 2;
SELECT leadscore.rebuild('u');

\echo # each of it alone, on a lead of which all else is right
INSERT INTO upkeep.events (lead, at, kind) VALUES (4, now() - interval '3 days', 'visit');
SELECT lead_id, tally IS NOT NULL, recent IS NOT NULL, points IS NULL, adjustments IS NULL FROM upkeep.leads_u WHERE lead_id IN (4, 5) ORDER BY 1;
CREATE FUNCTION pg_temp.spoilt(what text, model text DEFAULT 'u') RETURNS text LANGUAGE plpgsql AS $$
DECLARE told text;
BEGIN
  SET LOCAL session_replication_role = replica;
  EXECUTE what;
  SELECT INTO told string_agg(v.lead || ' ' || v.what, ', ' ORDER BY v.lead, v.what) FROM leadscore.verify(model) v;
  RAISE 'undo';
EXCEPTION WHEN raise_exception THEN
  RETURN coalesce(told, 'nothing');
END $$;
SELECT what, pg_temp.spoilt(format('UPDATE upkeep.leads_u SET %s WHERE lead_id = 4', what)) AS two_parts, pg_temp.spoilt(format('UPDATE upkeep.leads_u SET %s WHERE lead_id = 5', what)) AS one_part
  FROM unnest(ARRAY['score = score', 'score = score + 0.000', 'score = score + 0.000001', 'score = NULL', 'stage = ''hot ''', 'stage = NULL', 'probability = 0.5000000000000001', 'probability = NULL', 'dimensions[1] = dimensions[1] + 1',
    'dimensions = ''{}''', 'dimensions = NULL', 'labels = ''{C}''', 'labels = ''{NULL}''', 'labels = NULL', 'last_event = last_event - 1', 'last_event = NULL', 'present = false', 'version = 0', 'version = 2', 'due = ''infinity'', next_change = now() + interval ''1 hour''',
    'due = ''-infinity''', 'next_change = ''infinity''', 'evidence = 7', 'scored_at = scored_at - interval ''29 days''', 'scored_at = scored_at - interval ''40 days''', 'scored_at = scored_at + interval ''1 hour''', 'adjustments = ''[]''',
    'points = ''''', 'points = ''\x01ff''', 'tally = NULL', 'tally = ''''', 'tally = ''\x01''', 'tally = ''\x02'' || substr(tally, 2)', 'tally = substr(tally, 1, octet_length(tally) - 1)', 'tally = tally || ''\x00''', 'recent = ''\x01''', 'recent = tally', 'recent = NULL', 'tally = recent, recent = tally',
    'tally = (SELECT o.tally FROM upkeep.leads_u o WHERE o.lead_id = 1)']) WITH ORDINALITY s(what, ord) ORDER BY ord;
-- Where the lead says the same as its score row; the last is a claim about the future that does not hold.
SELECT what, pg_temp.spoilt(format('WITH s AS (UPDATE upkeep.leads_u SET %s WHERE lead_id = 7 RETURNING score, stage) UPDATE upkeep.leads SET lead_score = s.score, lead_stage = s.stage FROM s WHERE id = 7', what))
  FROM unnest(ARRAY['score = score', 'score = score + 1', 'score = NULL', 'stage = ''cold''', 'stage = NULL',
    'score = 5, stage = ''cold'', dimensions = ''{0,5}'', scored_at = now() - interval ''40 days'', next_change = ''infinity''']) WITH ORDINALITY s(what, ord) ORDER BY ord;
SELECT what, pg_temp.spoilt(what) FROM unnest(ARRAY['UPDATE upkeep.leads SET lead_score = lead_score + 1 WHERE id = 4', 'UPDATE upkeep.leads SET lead_score = NULL WHERE id = 4', 'UPDATE upkeep.leads SET lead_stage = ''Hot'' WHERE id = 4',
    'UPDATE upkeep.leads SET size = 4 WHERE id = 5', 'UPDATE upkeep.leads SET size = 6 WHERE id = 5', 'DELETE FROM upkeep.leads WHERE id = 4', 'INSERT INTO upkeep.leads VALUES (21, 1)', 'DELETE FROM upkeep.leads_u WHERE lead_id = 4',
    'INSERT INTO upkeep.events (lead, at, kind) VALUES (4, now(), ''other'')', 'INSERT INTO upkeep.events (lead, at, kind) VALUES (4, now() - interval ''90 days'', ''visit'')', 'DELETE FROM upkeep.events WHERE lead = 4', 'DELETE FROM upkeep.events WHERE lead = 5',
    'UPDATE upkeep.events SET kind = ''form'' WHERE lead = 5', 'INSERT INTO upkeep.events (lead, at, kind) VALUES (31, now(), ''visit'')', 'INSERT INTO upkeep.leads_u_adjustment (lead_id, dimension, op, points, at, set_by, set_at) VALUES (4, ''fit'', ''add'', 0, ''2026-01-01Z'', ''nobody'', ''2026-01-01Z'')',
    'UPDATE leadscore.model SET settled = version + 1 WHERE name = ''u''']) WITH ORDINALITY s(what, ord) ORDER BY ord;
SELECT * FROM leadscore.verify('u');

\echo # adjustments
SELECT pg_temp.outcome(format('SELECT leadscore.adjust(%s)', a)) FROM unnest(ARRAY[$$'x', '1', 'fit', 'add', 1$$, $$'u', '1', 'fat', 'add', 1$$, $$'u', '1', NULL, 'add', 1$$, $$'u', '1', 'fit', 'sub', 1$$, $$'u', '1', 'fit', 'add', 1.0000001$$,
  $$'u', '1', 'fit', 'add', 'NaN'$$, $$'u', '1', 'fit', 'add', NULL$$, $$'u', '1', 'fit', 'add', 10000000000$$, $$'u', '1', 'fit', 'add', 1, 'why', 'infinity'$$, $$'u', '888', 'fit', 'add', 1$$, $$'u', 'one', 'fit', 'add', 1$$, $$'u', NULL::text, 'fit', 'add', 1$$]) a;
SELECT leadscore.adjust('u', 1, 'engagement', 'set', 2.5, 'returned', now() - interval '1 day'), leadscore.adjust('u', '1', 'engagement', 'add', 1), leadscore.adjust('u', 2::bigint, 'fit', 'add', -100), leadscore.adjust('u', 3, 'fit', 'add', 50, 'next year', now() + interval '1 year');
SELECT lead_id, score, dimensions FROM upkeep.leads_u WHERE lead_id <= 3 ORDER BY 1;
SELECT lead_id, dimension, op, points, reason, set_by = current_user FROM upkeep.leads_u_adjustment ORDER BY id;
SELECT * FROM leadscore.verify('u');
SELECT leadscore.refresh('u', now() + interval '366 days');
SELECT lead_id, score, dimensions FROM upkeep.leads_u WHERE lead_id <= 3 ORDER BY 1;
SELECT leadscore.rebuild('u');
SELECT * FROM leadscore.verify('u');
-- A lead that goes keeps them for when it comes back.
DELETE FROM upkeep.events WHERE lead = 2; DELETE FROM upkeep.leads WHERE id = 2;
SELECT lead_id, present, adjustments IS NOT NULL FROM upkeep.leads_u WHERE lead_id = 2;
SELECT leadscore.rebuild('u');
INSERT INTO upkeep.leads VALUES (2, 100);
SELECT id, lead_score FROM upkeep.leads WHERE id = 2;
SELECT * FROM leadscore.verify('u');

\echo # pause and resume
SELECT leadscore.pause('u'), leadscore.pause('u');
INSERT INTO upkeep.events (lead, at, kind) VALUES (4, now(), 'form'), (55, now(), 'form'), (55, NULL, 'form'); INSERT INTO upkeep.leads VALUES (30, 30); DELETE FROM upkeep.leads WHERE id = 5;
SELECT DISTINCT lead, what FROM leadscore.verify('u') ORDER BY 1, 2;
SELECT pg_temp.outcome(q) FROM unnest(ARRAY[$$SELECT leadscore.refresh('u')$$, $$SELECT leadscore.fold('u')$$, $$SELECT leadscore.rebuild('u')$$, $$SELECT leadscore.adjust('u', 1, 'fit', 'add', 1)$$, $$SELECT count(*) FROM leadscore.preview_rules('u', '{"rules":[]}')$$]) q;
SELECT paused, problems FROM leadscore.model_status WHERE model = 'u';
SELECT leadscore.resume('u'), leadscore.resume('u');
SELECT * FROM leadscore.verify('u');
SELECT paused, refused, problems FROM leadscore.model_status WHERE model = 'u';
UPDATE upkeep.events SET at = now() WHERE at IS NULL;
SELECT refused FROM leadscore.model_status WHERE model = 'u';

\echo # the queue
SELECT leadscore.create_model('q', 'upkeep.leads', :'rules', upkeep => 'queued', score_column => 'q_score', stage_column => 'q_stage');
SELECT leadscore.add_events('q', 'upkeep.events', lead => 'lead', at => 'at', kind_column => 'kind');
INSERT INTO upkeep.events (lead, at, kind) SELECT 1 + i % 3, now(), 'form' FROM generate_series(1, 6) i;
UPDATE upkeep.leads SET size = 1 WHERE id = 9; INSERT INTO upkeep.leads VALUES (40, 40); DELETE FROM upkeep.leads WHERE id = 30;
SELECT pending > 0 FROM leadscore.model_status WHERE model = 'q';
SELECT * FROM leadscore.verify('q');
SELECT count(*), sum(new_score) = (SELECT sum(lead_score) FROM upkeep.leads WHERE id <> ALL ('{1,2,3,8}')) FROM leadscore.preview_rules('q', :'rules') WHERE lead <> ALL ('{1,2,3,8}');
CREATE TEMP TABLE waited AS SELECT * FROM upkeep.leads_q_queue;
SELECT leadscore.fold('q'), leadscore.fold('q');
SELECT pending FROM leadscore.model_status WHERE model = 'q';
SELECT count(*) FROM upkeep.leads WHERE lead_score IS DISTINCT FROM q_score AND id <> ALL ('{1,2,3,8}');
SELECT * FROM leadscore.verify('q');
SELECT pg_temp.spoilt('INSERT INTO upkeep.leads_q_queue SELECT * FROM waited', 'q');
INSERT INTO upkeep.events (lead, at, kind) VALUES (7, now(), 'form');
SELECT leadscore.refresh('q');
INSERT INTO upkeep.events (lead, at, kind) VALUES (7, now(), 'form');
SELECT leadscore.set_rules('q', '{"rules":[{"name":"any","on":"*","points":1}]}');
SELECT pending FROM leadscore.model_status WHERE model = 'q';
SELECT * FROM leadscore.verify('q');
SELECT leadscore.drop_model('q');

\echo # subscribers of logical replication
SELECT leadscore.replicate('u', true);
SELECT relation, event, for_each_row, enabled FROM leadscore.upkeep_triggers() WHERE model = 'u' ORDER BY name COLLATE "C";
SELECT leadscore.replicate('u', false);
SELECT count(*), count(DISTINCT enabled), min(enabled::text) FROM leadscore.upkeep_triggers() WHERE model = 'u';
ALTER TABLE upkeep.events DISABLE TRIGGER leadscore_u_events1_insert;
DROP TRIGGER leadscore_u_leads0_delete ON upkeep.leads;
SELECT problems FROM leadscore.model_status WHERE model = 'u';
SELECT leadscore.refresh('u');
ALTER TABLE upkeep.events ENABLE TRIGGER leadscore_u_events1_insert;
SELECT problems FROM leadscore.model_status WHERE model = 'u';
SET client_min_messages = warning;
SELECT leadscore.drop_model('u');
\echo # set_upkeep(): from immediate to queued and back
CREATE TABLE upkeep.turning (id int PRIMARY KEY, size int);
INSERT INTO upkeep.turning VALUES (1, 9), (2, 1);
SELECT leadscore.create_model('turning', 'upkeep.turning', :'rules');
SELECT leadscore.create_model('beside', 'upkeep.turning', :'rules', mirror => false);
SELECT leadscore.add_events('turning', 'upkeep.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT leadscore.set_upkeep('turning', 'queued');
INSERT INTO upkeep.events (lead, at, kind) VALUES (2, now(), 'visit'), (2, now(), 'visit'), (3, now(), 'form');
INSERT INTO upkeep.turning VALUES (3, 7);
SELECT id, lead_score FROM upkeep.turning ORDER BY id;
SELECT count(*) > 0 FROM upkeep.turning_turning_queue;
SELECT id, score, stage FROM upkeep.turning_turning_scores ORDER BY id;
SELECT * FROM leadscore.verify('turning');
SELECT leadscore.set_upkeep('turning', 'immediate');
SELECT id, lead_score FROM upkeep.turning ORDER BY id;
SELECT count(*) FROM upkeep.turning_turning_queue;
INSERT INTO upkeep.events (lead, at, kind) VALUES (3, now(), 'visit'); UPDATE upkeep.turning SET size = 9 WHERE id = 2;
SELECT id, lead_score FROM upkeep.turning ORDER BY id;
SELECT id, score, stage FROM upkeep.turning_turning_scores ORDER BY id;
SELECT * FROM leadscore.verify('turning');
SELECT leadscore.set_upkeep('turning', 'immediate');
SELECT pg_temp.outcome($$SELECT leadscore.set_upkeep('turning', 'soon')$$), pg_temp.outcome($$SELECT leadscore.set_upkeep('turning', NULL)$$), pg_temp.outcome($$SELECT leadscore.set_upkeep('none', 'queued')$$);
SELECT leadscore.set_rules('turning', '{"rules":[{"name":"forms","on":"form","points":8},{"name":"others","on":"other","points":8}]}', at_once => false);
SELECT pg_temp.outcome($$SELECT leadscore.set_upkeep('turning', 'queued')$$);
CALL leadscore.catch_up('turning');
-- Paused, there is nothing to fold: resume() counts everything.
SELECT leadscore.pause('turning'), leadscore.set_upkeep('turning', 'queued');
INSERT INTO upkeep.events (lead, at, kind) VALUES (1, now(), 'form');
SELECT leadscore.resume('turning');
INSERT INTO upkeep.events (lead, at, kind) VALUES (1, now(), 'form');
SELECT id, lead_score, (leadscore.score_of('turning', id)).score FROM upkeep.turning ORDER BY id;
SELECT leadscore.drop_model('turning'), leadscore.drop_model('beside');

DROP SCHEMA upkeep CASCADE;
