-- rule_lift(), model_lift(): leads that a rule touched, or with a value or kind, against plain SQL; of each lead what was there at its snapshot.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA ruled;
CREATE TABLE ruled.leads (id int PRIMARY KEY, size int, note text, asked timestamptz, won boolean, won_at timestamptz);
CREATE TABLE ruled.events (lead int, kind text, at timestamptz);
INSERT INTO ruled.leads
SELECT i, i * 37 % 100, CASE WHEN i % 20 = 0 THEN 'rival' END, timestamptz '2026-03-01Z' + i % 30 * interval '1 day', w.won,
       CASE WHEN w.won THEN timestamptz '2026-03-01Z' + i % 30 * interval '1 day' + interval '1 hour' END
  FROM generate_series(1, 800) i CROSS JOIN LATERAL (SELECT i * 37 % 100 + i * 7919 % 97 > 120) w(won);
INSERT INTO ruled.events SELECT 1 + i % 800, CASE WHEN i % 3 = 0 THEN 'form' ELSE 'visit' END, timestamptz '2026-02-10 12:00Z' + i % 47 * interval '1 day' FROM generate_series(1, 1500) i;
SELECT leadscore.create_model('ruled', 'ruled.leads', mirror => false, rules => '{"exclude":[{"name":"rival","if":{"note":"rival"}}],"rules":[
  {"name":"size","attribute":"size","bands":[{"points":-3},{"from":30,"points":0},{"from":60,"points":10}]},{"name":"off","if":{"size":1},"points":1,"enabled":false},{"name":"never","if":{"size":-1},"points":1},
  {"name":"forms","on":"form","points":5,"max":10},{"name":"quiet","on":"visit","bands":[{"points":-5},{"from":1,"points":0}]}]}');
SELECT leadscore.add_events('ruled', 'ruled.events', lead => 'lead', at => 'at', kind_column => 'kind');

\echo # with and without each rule
CREATE TEMP TABLE told AS SELECT row_number() OVER () AS line, t.* FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z') t;
SELECT source, field, part, value, leads, conversions, points, points_low, points_high, note FROM told ORDER BY line;
CREATE FUNCTION ruled.touched(until_conversion boolean) RETURNS TABLE (rule text, touched boolean, won boolean) LANGUAGE sql STABLE AS $$
  SELECT r.rule, r.touched, l.won
    FROM ruled.leads l CROSS JOIN LATERAL (SELECT CASE WHEN NOT $1 THEN l.asked ELSE coalesce(l.won_at - interval '1 microsecond', timestamptz '2026-09-01Z' - interval '90 days') END) s(at)
    CROSS JOIN LATERAL (VALUES ('size', l.size < 30 OR l.size >= 60), ('never', false), ('forms', EXISTS (SELECT FROM ruled.events e WHERE e.lead = l.id AND e.kind = 'form' AND e.at <= s.at)),
                               ('quiet', NOT EXISTS (SELECT FROM ruled.events e WHERE e.lead = l.id AND e.kind = 'visit' AND e.at <= s.at))) r(rule, touched) WHERE l.note IS NULL $$;
SELECT count(*), bool_and(t.leads = p.leads AND t.conversions = p.conversions) AS same
  FROM (SELECT rule, touched, count(*) AS leads, count(*) FILTER (WHERE won) AS conversions FROM ruled.touched(false) GROUP BY 1, 2) p LEFT JOIN told t ON t.field = p.rule AND (t.part = 'with') = p.touched;
-- Without a column that says when to look: just before each conversion, the others a horizon ago.
SELECT count(*), bool_and(t.leads = p.leads AND t.conversions = p.conversions) AS same
  FROM (SELECT rule, touched, count(*) AS leads, count(*) FILTER (WHERE won) AS conversions FROM ruled.touched(true) GROUP BY 1, 2) p
  LEFT JOIN leadscore.rule_lift('ruled', 'won_at', as_of => '2026-09-01Z') t ON t.field = p.rule AND (t.part = 'with') = p.touched;
-- Leads younger than the horizon do not count.
SELECT sum(leads) = (SELECT count(*) FROM ruled.leads WHERE note IS NULL AND asked <= '2026-03-17Z') AS same FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-06-15Z') WHERE field = 'size';
-- What comes later changes nothing.
INSERT INTO ruled.events SELECT id, 'form', asked + interval '1 second' FROM ruled.leads WHERE won;
SELECT count(*) FROM (SELECT t.* FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z') t EXCEPT SELECT source, field, part, value, lowest, leads, conversions, rate, lift, weight_of_evidence, information_value, points, points_low, points_high, note FROM told) d;

\echo # a line for each amount
SELECT source, field, part, value, lowest, leads, conversions, points, points_low, points_high, round(information_value::numeric, 3) AS iv, note FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', amounts => true);
-- Against plain SQL: size.
SELECT CASE WHEN size < 30 THEN -3 WHEN size < 60 THEN 0 ELSE 10 END AS amount, count(*), count(*) FILTER (WHERE won) FROM ruled.leads WHERE note IS NULL GROUP BY 1 ORDER BY 1;
-- Many amounts: bands of about as many leads, and none apart.
SELECT field, value, lowest, leads, conversions, points FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', amounts => true, rules => '{"rules":[{"name":"fading","on":"form","points":5,"decay":{"half_life":"9 days"}},{"name":"never","if":{"size":-1},"points":1}]}');
SELECT field, sum(leads), sum(conversions) FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', amounts => true) GROUP BY 1 ORDER BY 1;
SELECT leadscore.rule_lift('ruled', 'won', at => 'asked', amounts => NULL);

\echo # written afterwards? attributes may have been, and events, of which only those before the outcome count, may not
BEGIN;
INSERT INTO ruled.events SELECT id, 'reply', asked - interval '1 hour' FROM ruled.leads WHERE won;
SELECT field, part, leads, conversions, round(information_value::numeric, 2) AS iv, note FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', rules => '{"rules":[
  {"name":"signed","if":{"won_at":{"exists":true}},"points":10},{"name":"reply","on":"reply","points":10},{"name":"silence","on":"reply","bands":[{"points":-5},{"from":1,"points":0}]},
  {"name":"large","attribute":"size","bands":[{"points":0},{"from":60,"points":10}]},{"name":"middling","if":{"size":{"between":[30,60]}},"points":3},{"name":"exact","if":{"size":34,"won":true},"points":1}]}');
SELECT field, value, leads, conversions, round(information_value::numeric, 2) AS iv, note FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', amounts => true, rules => '{"rules":[
  {"name":"signed","if":{"won_at":{"exists":true}},"points":10},{"name":"reply","on":"reply","points":10},{"name":"middling","if":{"size":{"between":[30,60]}},"points":3}]}');
ROLLBACK;
\echo # another document, too few leads, errors
SELECT field, part, value, leads, points FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', doubling => 20, rules => '{"rules":[{"name":"large","attribute":"size","bands":[{"points":0},{"from":60,"points":1}]}]}');
SELECT field, part, leads, rate, note FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', least_leads => 700);
SELECT count(*) FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', rules => '{"rules":[]}');
SELECT leadscore.rule_lift('nothing', 'won');
SELECT leadscore.rule_lift('ruled', 'won');
SELECT leadscore.rule_lift('ruled', 'size');
SELECT leadscore.rule_lift('ruled', 'won_at', cut_off => '2026-08-31Z', as_of => '2026-09-01Z');
SELECT leadscore.rule_lift('ruled', 'won', at => 'asked', doubling => -1);
\echo # values and kinds of a model: with related rows, mirrored columns left out
CREATE TABLE ruled.sizes (size int PRIMARY KEY, class text);
INSERT INTO ruled.sizes SELECT i, CASE WHEN i < 30 THEN 'small' WHEN i < 60 THEN 'middle' END FROM generate_series(0, 99) i;
CREATE TABLE ruled.asked (asked_by int, "on" date);
CREATE TABLE ruled.people (id int PRIMARY KEY, lead int);
INSERT INTO ruled.people SELECT 1000 + i, i FROM generate_series(1, 800) i;
INSERT INTO ruled.asked SELECT 1000 + i, '2026-03-05' FROM generate_series(1, 800, 3) i;
SELECT leadscore.create_model('wide', 'ruled.leads', rules => '{"timezone":"America/New_York","rules":[]}');
SELECT leadscore.add_attributes('wide', 'ruled.sizes', "on" => 'size', as_prefix => 'size');
SELECT leadscore.add_events('wide', 'ruled.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT leadscore.add_events('wide', 'ruled.asked', lead => 'asked_by', at => 'on', kind => 'asked', via => 'ruled.people', via_lead => 'lead');
CREATE TEMP TABLE wide AS SELECT row_number() OVER () AS line, t.* FROM leadscore.model_lift('wide', 'won', at => 'asked', as_of => '2026-09-01Z') t;
SELECT source, field, part, value, leads, conversions FROM wide WHERE field <> 'won_at' ORDER BY line;
SELECT count(*), bool_and(t.leads = p.leads AND t.conversions = p.conversions) AS same
  FROM (SELECT s.class AS value, count(*) AS leads, count(*) FILTER (WHERE won) AS conversions FROM ruled.leads l JOIN ruled.sizes s USING (size) GROUP BY 1) p
  LEFT JOIN wide t ON t.field = 'size.class' AND t.value IS NOT DISTINCT FROM p.value;
SELECT count(*), bool_and(t.leads = p.leads AND t.conversions = p.conversions) AS same
  FROM (SELECT x.kind, count(DISTINCT l.id) AS leads, count(DISTINCT l.id) FILTER (WHERE l.won) AS conversions FROM ruled.leads l
          JOIN (SELECT lead, kind, at FROM ruled.events UNION ALL SELECT p.lead, 'asked', a."on"::timestamp AT TIME ZONE 'America/New_York' FROM ruled.asked a JOIN ruled.people p ON p.id = a.asked_by) x
            ON x.lead = l.id AND x.at <= l.asked GROUP BY 1) p LEFT JOIN wide t ON t.source = 'event' AND t.field = p.kind AND t.part = 'with';
SELECT t.source, t.leads = CASE t.source WHEN 'event' THEN (SELECT count(DISTINCT l.id) FROM ruled.leads l JOIN ruled.events e ON e.lead = l.id AND e.at <= l.asked WHERE e.kind = 'visit' AND l.asked <= '2026-03-17Z')
       ELSE (SELECT count(*) FROM ruled.leads l WHERE l.note IS NULL AND l.asked <= '2026-03-17Z') END AS same
  FROM leadscore.model_lift('wide', 'won', at => 'asked', as_of => '2026-06-15Z') t WHERE t.field = 'visit' AND t.part = 'with' OR t.field = 'note' AND t.part = 'missing';
SELECT leadscore.model_lift('wide', 'won');
SELECT leadscore.drop_model('wide');
SELECT leadscore.drop_model('ruled');
DROP SCHEMA ruled CASCADE;
