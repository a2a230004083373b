-- rule_lift(): leads that a rule touched, against plain SQL; of each lead what was there at its snapshot.
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

\echo # another document, too few leads, errors
SELECT field, part, value, leads, points FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', doubling => 20, rules => '{"rules":[{"name":"large","attribute":"size","bands":[{"points":0},{"from":60,"points":1}]}]}');
SELECT field, part, leads, rate, note FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', least_leads => 700);
SELECT count(*) FROM leadscore.rule_lift('ruled', 'won', at => 'asked', as_of => '2026-09-01Z', rules => '{"rules":[]}');
SELECT leadscore.rule_lift('nothing', 'won');
SELECT leadscore.rule_lift('ruled', 'won');
SELECT leadscore.rule_lift('ruled', 'size');
SELECT leadscore.rule_lift('ruled', 'won_at', cut_off => '2026-08-31Z', as_of => '2026-09-01Z');
SELECT leadscore.rule_lift('ruled', 'won', at => 'asked', doubling => -1);
SELECT leadscore.drop_model('ruled');
DROP SCHEMA ruled CASCADE;
