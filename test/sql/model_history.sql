-- Leads with a long history: what is known of the points of their rules, and that it is gone on from.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET timezone = 'UTC';
CREATE SCHEMA history;
CREATE TABLE history.leads (id int PRIMARY KEY, size int);
CREATE TABLE history.events (id serial PRIMARY KEY, lead int, at timestamptz, kind text, props jsonb);
CREATE INDEX ON history.events (lead);
INSERT INTO history.leads SELECT i, i FROM generate_series(1, 6) i;
\set rules '{"rules":[{"name":"x","on":"x","points":0.01,"dimension":"fit"},{"name":"y","on":"y","points":3,"max":40,"decay":{"half_life":"20 days"}},{"name":"y month","on":"y","points":1,"within":"30 days"},{"name":"z in hours","on":"z","points":1,"within":"500 hours","decay":{"half_life":"90 hours"}},{"name":"often","on":"z","points":2,"at_most":{"hits":2,"per":"14 days"},"limit":40},{"name":"pages","on":"x","measure":{"distinct":"page"},"points":0.5,"within":"90 days"},{"name":"spent","on":"y","measure":{"sum":"seconds"},"points":0.001,"decay":{"linear":"200 days"}},{"name":"share","on":"z","measure":{"ratio_to":"y"},"within":"200 days","bands":[{"points":0},{"from":0.5,"points":4},{"from":0.9,"points":9}],"missing":1},{"name":"quiet","on":"*","measure":"idle","bands":[{"points":0},{"from":7,"points":-5}],"missing":-1}],"dimensions":{"fit":{},"engagement":{"max":150}},"stages":[{"name":"cold"},{"name":"hot","from":60}]}'
INSERT INTO history.events (lead, at, kind, props)
SELECT lead, now() - day * interval '1 day' - interval '10 minutes', kind, jsonb_build_object('page', day % 7, 'seconds', day)
  FROM generate_series(1, 500) day, unnest('{x,y,z}'::text[]) kind, generate_series(1, 3) lead, generate_series(1, CASE WHEN lead = 2 AND kind = 'x' THEN 2 ELSE 1 END);
SELECT leadscore.create_model('h', 'history.leads', :'rules');
SELECT leadscore.add_events('h', 'history.events', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'props');
CREATE TABLE history.late (id int PRIMARY KEY, size int);
INSERT INTO history.late SELECT id, size FROM history.leads;
SELECT leadscore.create_model('q', 'history.late', :'rules', key => '{id}', upkeep => 'queued', mirror => false);
SELECT leadscore.add_events('q', 'history.events', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'props');
SELECT attname, attstorage FROM pg_attribute WHERE attrelid = 'history.leads_h'::regclass AND atttypid = 'bytea'::regtype ORDER BY attnum;

\echo # nothing is known at first, nor of leads with little evidence
SELECT lead_id, octet_length(tally) > 1000 AS long, points IS NULL FROM history.leads_h ORDER BY lead_id;
INSERT INTO history.events (lead, at, kind) SELECT lead, now() - interval '2 days', 'y' FROM generate_series(1, 6) lead;
SELECT lead_id, octet_length(tally) > 1000 AS long, points IS NULL FROM history.leads_h ORDER BY lead_id;
SELECT * FROM leadscore.verify('h');

\echo # whatever is written, it is as if all had been counted
CREATE FUNCTION history.write(step int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  chosen text := (ARRAY['x', 'y', 'z', 'other'])[1 + step % 4];
  day interval := (step * 37 % 600) * interval '1 day';
BEGIN
  CASE step % 7
    WHEN 0, 1, 2 THEN INSERT INTO history.events (lead, at, kind, props) VALUES (1 + step % 4, now() - day, chosen, jsonb_build_object('page', step % 11, 'seconds', step));
    WHEN 3 THEN DELETE FROM history.events e WHERE e.id = (SELECT min(o.id) FROM history.events o WHERE o.lead = 1 + step % 3 AND o.kind = chosen);
    WHEN 4 THEN DELETE FROM history.events e WHERE e.id = (SELECT o.id FROM history.events o WHERE o.lead = 1 + step % 3 ORDER BY at DESC, id LIMIT 1);
    WHEN 5 THEN UPDATE history.events e SET kind = chosen, at = e.at - interval '3 days' WHERE e.id = (SELECT max(o.id) FROM history.events o WHERE o.lead = 1 + step % 3);
    ELSE UPDATE history.leads SET size = step WHERE id = 1 + step % 3; INSERT INTO history.events (lead, at, kind) SELECT 2, now() + i * interval '1 day', chosen FROM generate_series(-1, 3) i;
  END CASE;
END $$;
CREATE FUNCTION history.wrong(OUT steps int, OUT wrong bigint) LANGUAGE plpgsql AS $$
BEGIN
  wrong := 0;
  FOR i IN 1 .. 90 LOOP
    PERFORM history.write(i);
    IF i % 3 = 0 THEN PERFORM leadscore.fold('q'); END IF;
    wrong := wrong + (SELECT count(*) FROM leadscore.verify('h')) + (SELECT count(*) FROM leadscore.verify('q'));
    steps := i;
  END LOOP;
END $$;
SELECT * FROM history.wrong();
SELECT lead_id, points IS NULL FROM history.leads_h ORDER BY lead_id;

\echo # adjustments: a dimension that starts again forgets what was known of it
SELECT leadscore.adjust('h', 1, 'engagement', 'set', 2, 'returned', now() - interval '100 days') IS NOT NULL, leadscore.adjust('h', 1, 'fit', 'set', 0, 'soon', now() + interval '1 hour') IS NOT NULL;
SELECT count(*) FROM leadscore.verify('h');
INSERT INTO history.events (lead, at, kind) VALUES (1, now(), 'z'), (1, now() - interval '200 days', 'y');
INSERT INTO history.events (lead, at, kind) VALUES (1, now(), 'y');
SELECT * FROM leadscore.verify('h');

\echo # the clock
SELECT leadscore.refresh('h', now() + interval '40 days') > 0;
SELECT points IS NULL FROM history.leads_h WHERE lead_id <= 3 ORDER BY lead_id;
INSERT INTO history.events (lead, at, kind) SELECT lead, now(), 'z' FROM generate_series(1, 3) lead;
SELECT * FROM leadscore.verify('h');

\echo # new rules
SELECT leadscore.set_rules('h', replace(:'rules', '"points":3', '"points":2')::leadscore.scoring_rules);
SELECT * FROM leadscore.verify('h');
INSERT INTO history.events (lead, at, kind) SELECT lead, now(), 'z' FROM generate_series(1, 3) lead;
SELECT count(points) FROM history.leads_h;
SELECT leadscore.set_rules('h', replace(:'rules', '"on":"x","points"', '"on":["x","w"],"points"')::leadscore.scoring_rules);
INSERT INTO history.events (lead, at, kind) SELECT lead, now(), 'z' FROM generate_series(1, 3) lead;
SELECT count(points) FROM history.leads_h;
SELECT leadscore.set_rules('h', :'rules');
INSERT INTO history.events (lead, at, kind) SELECT lead, now(), 'z' FROM generate_series(1, 3) lead;
SELECT * FROM leadscore.verify('h');
SELECT leadscore.rebuild('h');
SELECT count(points) FROM history.leads_h;

\echo # what is wrong with it is found; what cannot be read only costs time
DELETE FROM history.events; DELETE FROM history.leads WHERE id > 3; DELETE FROM history.late WHERE id > 3;
INSERT INTO history.events (lead, at, kind, props)
SELECT lead, now() - day * interval '1 day' - interval '10 minutes', kind, '{}'
  FROM generate_series(1, 500) day, unnest('{x,y,z}'::text[]) kind, generate_series(1, 3) lead, generate_series(1, CASE WHEN lead = 2 AND kind = 'x' THEN 2 ELSE 1 END);
SELECT leadscore.rebuild('h');
INSERT INTO history.events (lead, at, kind) SELECT lead, now() - interval '300 days', 'y' FROM generate_series(1, 3) lead;
SELECT count(points) FROM history.leads_h;
SELECT * FROM leadscore.verify('h');
-- Of another lead that has twice as many x, the same for the rest.
UPDATE history.leads_h SET points = (SELECT points FROM history.leads_h WHERE lead_id = 2) WHERE lead_id = 3;
SELECT lead, what FROM leadscore.verify('h');
INSERT INTO history.events (lead, at, kind) VALUES (3, now() - interval '299 days', 'y');
SELECT lead, what, stored, computed FROM leadscore.verify('h') WHERE what = 'dimensions';
-- An event of the kind that is wrong mends it.
INSERT INTO history.events (lead, at, kind) VALUES (3, now() - interval '298 days', 'x');
SELECT * FROM leadscore.verify('h');
UPDATE history.leads_h SET points = '\x01ff' WHERE lead_id = 1;
UPDATE history.leads_h SET points = substr(points, 1, octet_length(points) - 1) || '\x7f'::bytea WHERE lead_id = 3;
SELECT lead, what, computed IS NULL FROM leadscore.verify('h');
INSERT INTO history.events (lead, at, kind) SELECT lead, now() - interval '297 days', 'z' FROM generate_series(1, 3) lead;
SELECT * FROM leadscore.verify('h');
SELECT count(points) FROM history.leads_h;

\echo # a lead that goes keeps its evidence, but no points
DELETE FROM history.leads WHERE id = 1;
INSERT INTO history.events (lead, at, kind) VALUES (1, now(), 'x');
SELECT present, points IS NULL FROM history.leads_h WHERE lead_id = 1;
INSERT INTO history.leads VALUES (1, 1);
INSERT INTO history.events (lead, at, kind) VALUES (1, now(), 'x');
SELECT present, points IS NULL FROM history.leads_h WHERE lead_id = 1;
SELECT * FROM leadscore.verify('h');
SELECT leadscore.fold('q') > 0;
SELECT * FROM leadscore.verify('q');
SELECT leadscore.drop_model('h'), leadscore.drop_model('q');
DROP SCHEMA history CASCADE;
