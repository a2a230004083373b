-- Single leads, past moments and the future of a model, read as whoever asks.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA reading;
CREATE TABLE reading.firms (id int PRIMARY KEY, sector text);
CREATE TABLE reading.leads (id bigint PRIMARY KEY, firm int, size int, note text);
CREATE TABLE reading.events (lead bigint, kind text, at timestamptz, n int);
INSERT INTO reading.firms VALUES (1, 'software'), (2, 'mining');
INSERT INTO reading.leads SELECT i, 1 + i % 2, i, CASE WHEN i % 9 = 0 THEN 'rival' END FROM generate_series(1, 30) i;
INSERT INTO reading.events SELECT 1 + i % 31, (ARRAY['visit', 'form'])[1 + i % 2], current_date - (i % 50) + time '00:30', i FROM generate_series(1, 600) i;
\set rules '{"exclude":[{"name":"rival","if":{"note":"rival"}}],"rules":[{"name":"sector","attribute":"firm.sector","values":{"software":12}},{"name":"visits","on":"visit","points":4,"decay":{"half_life":"10 days"}},{"name":"forms","on":"form","within":"20 days","points":10,"limit":2}],"stages":[{"name":"cold","qualification":"none"},{"name":"warm","from":20,"keep":5},{"name":"hot","from":36,"qualification":"SQL"}],"labels":{"grade":{"of":"fit","levels":[{"name":"B"},{"name":"A","from":10}]}},"score":{"decimals":1}}'
SELECT leadscore.create_model('now', 'reading.leads', :'rules');
SELECT leadscore.add_events('now', 'reading.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT leadscore.add_attributes('now', 'reading.firms', "on" => 'firm', as_prefix => 'firm');
SELECT leadscore.create_model('later', 'reading.leads', :'rules', mirror => false, upkeep => 'queued');
SELECT leadscore.add_events('later', 'reading.events', lead => 'lead', at => 'at', kind_column => 'kind');
SELECT leadscore.add_attributes('later', 'reading.firms', "on" => 'firm', as_prefix => 'firm');
-- What the plain functions say of a lead at a moment: from all events, or from those up to it.
CREATE FUNCTION reading.plain(lead bigint, as_of timestamptz, until timestamptz, previous text) RETURNS leadscore.scored_lead LANGUAGE sql STABLE AS $$
  SELECT leadscore.score(leadscore.active_rules('now'), to_jsonb(l) || jsonb_build_object('firm', to_jsonb(f)),
           (SELECT leadscore.lead_tally(leadscore.active_rules('now'), e.kind, e.at) FROM reading.events e WHERE e.lead = $1 AND e.at <= $3), $2, $4)
  FROM reading.leads l LEFT JOIN reading.firms f ON f.id = l.firm WHERE l.id = $1 $$;

\echo # score_of: exact now, key of any type
SELECT count(*) FROM reading.leads l WHERE leadscore.score_of('now', l.id) IS DISTINCT FROM reading.plain(l.id, now(), 'infinity', (SELECT stage FROM reading.leads_now s WHERE s.lead_id = l.id));
SELECT (leadscore.score_of('now', 9)).*;
SELECT s = leadscore.score_of('now', '3'), s = leadscore.score_of('now', 3), s = leadscore.score_of('now', 3::smallint), s = leadscore.score_of('now', 3::numeric),
       s = leadscore.score_of('now', '3'::text), s = leadscore.score_of('now', '3'::varchar), s = leadscore.score_of('now', '3'::name) FROM leadscore.score_of('now', 3::bigint) s;
PREPARE one AS SELECT (leadscore.score_of('now', $1)).score IS NOT NULL;
EXECUTE one('3');
SELECT leadscore.score_of('now', 61) IS NULL, leadscore.score_of('now', 0) IS NULL;
CREATE FUNCTION reading.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text;
BEGIN EXECUTE query INTO got; RETURN got; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
SELECT reading.outcome($$SELECT leadscore.score_of('now', 'x')$$);
SELECT reading.outcome($$SELECT leadscore.score_of('now', 3.5)$$);
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT * FROM leadscore.explain_lead('now', 'abc');
SELECT leadscore.explain_lead_text('now', '99999999999999999999');
\set VERBOSITY terse
SELECT leadscore.score_of('now', NULL);
SELECT leadscore.score_of('nothing', 3);
SELECT leadscore.score_of(NULL, 3);
-- Stored values do not matter once they no longer hold, nor does the queue wait.
UPDATE reading.leads_now SET score = 99, next_change = '-infinity', due = '-infinity' WHERE lead_id = 3;
SELECT leadscore.score_of('now', 3) = reading.plain(3, now(), 'infinity', 'cold') AS due;
INSERT INTO reading.events VALUES (3, 'form', now(), 1), (70, 'form', now(), 1);
UPDATE reading.events SET lead = 4 WHERE lead = 5;
UPDATE reading.firms SET sector = 'software' WHERE id = 2;
INSERT INTO reading.leads VALUES (70, 2, 1, NULL);
DELETE FROM reading.leads WHERE id = 6;
SELECT count(*) > 0 AS waiting FROM reading.leads_later_queue;
SELECT count(*), count(*) FILTER (WHERE (leadscore.score_of('later', l.id)).score IS DISTINCT FROM (reading.plain(l.id, now(), 'infinity', NULL)).score) AS wrong,
       count(*) FILTER (WHERE leadscore.score_of('later', l.id) IS DISTINCT FROM leadscore.score_of('now', l.id)) AS different FROM reading.leads l;
SELECT leadscore.score_of('later', 6) IS NULL;

\echo # explain_lead: adds up to the score, now and then
SELECT step, name, dimension, hits, measure, points FROM leadscore.explain_lead('now', 9);
SELECT step, name, dimension, hits > 0 AS hits, points > 0 AS points FROM leadscore.explain_lead('later', '3');
SELECT count(*) FROM reading.leads l WHERE (SELECT sum(points) FROM leadscore.explain_lead('now', l.id)) IS DISTINCT FROM
  coalesce((leadscore.score_of('now', l.id)).score, (SELECT sum(points) FROM leadscore.explain_lead('now', l.id)));
SELECT leadscore.explain_lead_text('now', 70);
SELECT leadscore.explain_lead_text('now', 70, now() - interval '1 day');
SELECT count(*) FROM reading.leads l, (VALUES (now() - interval '13 days 5 hours'), (now() - interval '40 days'), (now() + interval '9 days')) m(at)
 WHERE l.note IS NULL AND (SELECT sum(points) FROM leadscore.explain_lead('later', l.id, m.at)) IS DISTINCT FROM (reading.plain(l.id, m.at, m.at, NULL)).score;
SELECT count(*) FROM leadscore.explain_lead('now', 6) a FULL JOIN leadscore.explain_lead('now', 6, now()) b USING (name);
SELECT leadscore.explain_lead_text('now', 6);
SELECT * FROM leadscore.explain_lead('now', 3, 'infinity');
-- explain_leads: the same of all.
CREATE FUNCTION reading.unlike(model text, leads regclass, as_of timestamptz) RETURNS TABLE (lines bigint, leads_explained bigint, different bigint) LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY EXECUTE format('SELECT count(e.lead), count(DISTINCT e.lead), count(*) FILTER (WHERE e.lead IS NULL OR o.id IS NULL) FROM leadscore.explain_leads($1, $2) e
  FULL JOIN (SELECT l.id, o.* FROM %s l, leadscore.explain_lead($1, l.id, $2) o) o ON o.id::text = e.lead
    AND (o.step, o.name, o.dimension, o.hits, o.measure, o.points)::text = (e.step, e.name, e.dimension, e.hits, e.measure, e.points)::text', leads) USING model, as_of; END $$;
SELECT u.lines > 200 AS many, u.leads_explained = (SELECT count(*) FROM reading.leads) AS of_all, u.different
  FROM (VALUES (NULL), (now() - interval '13 days 5 hours')) m(at) CROSS JOIN LATERAL reading.unlike('now', 'reading.leads', m.at) u;

\echo # score_at: every lead at a moment
SELECT m.days, count(*), count(*) FILTER (WHERE a.score IS DISTINCT FROM p.score) AS wrong, count(*) FILTER (WHERE a.stage IS DISTINCT FROM p.stage) AS stages
FROM (VALUES (0), (1), (7), (30), (-30), (400)) m(days)
CROSS JOIN LATERAL leadscore.score_at('now', now() - m.days * interval '1 day') a
CROSS JOIN LATERAL reading.plain(a.lead::bigint, now() - m.days * interval '1 day', now() - m.days * interval '1 day',
                                 CASE WHEN m.days <= 0 THEN (SELECT s.stage FROM reading.leads_now s WHERE s.lead_id = a.lead::bigint) END) p
GROUP BY m.days ORDER BY m.days;
-- By other rules: of other evidence, points and stages, which no history knows.
\set others '{"rules":[{"name":"many","on":"visit","if":{"n":{">":300}},"points":3},{"name":"size","attribute":"size","bands":[{"points":0},{"from":20,"points":8}]}],"stages":[{"name":"few"},{"name":"many","from":20}]}'
SELECT m.days, count(*), count(*) FILTER (WHERE a.score > 0) > 0 AS some, count(*) FILTER (WHERE (a.score, a.stage) IS DISTINCT FROM (p.score, p.stage)) AS wrong
FROM (VALUES (1), (30)) m(days)
CROSS JOIN LATERAL leadscore.score_at('now', now() - m.days * interval '1 day', :'others') a
CROSS JOIN LATERAL (SELECT (leadscore.score(:'others', l, (SELECT leadscore.lead_tally(:'others', e.kind, e.at, e) FROM reading.events e
                                                            WHERE e.lead = l.id AND e.at <= now() - m.days * interval '1 day'), now() - m.days * interval '1 day')).*
                      FROM reading.leads l WHERE l.id = a.lead::bigint) p
GROUP BY m.days ORDER BY m.days;
SELECT * FROM leadscore.score_at('now', NULL);
SELECT * FROM leadscore.score_at('nothing', now());
-- Leads that came later are left out, if a column says so: one that does not say is told, and a date is of the rules' time zone.
CREATE TABLE reading.came (id int PRIMARY KEY, at timestamptz, day date, other text);
INSERT INTO reading.came VALUES (1, '2026-01-01 00:00Z', '2026-01-01', ''), (2, '2026-02-01 00:00Z', '2026-02-01', ''), (3, NULL, NULL, ''), (4, 'infinity', 'infinity', '');
SELECT leadscore.create_model('came', 'reading.came', '{"timezone": "Europe/Berlin", "rules": []}');
SELECT m.at, (SELECT string_agg(lead, ' ' ORDER BY lead) FROM leadscore.score_at('came', m.at, created => 'at')) AS by_moment,
       (SELECT string_agg(lead, ' ' ORDER BY lead) FROM leadscore.score_at('came', m.at, created => 'day')) AS by_day, (SELECT count(*) FROM leadscore.score_at('came', m.at)) AS of_all
FROM unnest('{2025-12-31 22:30Z,2025-12-31 23:00Z,2026-01-01 00:00Z,2026-01-31 23:00Z,2026-02-01 00:00Z}'::timestamptz[]) m(at);
SELECT * FROM leadscore.score_at('came', now(), created => 'nothing');
SELECT * FROM leadscore.score_at('came', now(), created => 'other');
-- Backtests judge one that does not say, too; rules are not learned from it.
ALTER TABLE reading.came ADD won timestamptz;
SELECT lead, left_out FROM leadscore.backtest_leads('came', 'won', cut_off => '2026-01-15Z', created => 'at', as_of => '2026-06-01Z') ORDER BY lead;
SELECT leadscore.fit_outcome_sql('reading.came', 'won', NULL, '2026-01-15Z', 'at', '90 days', '2026-06-01Z', 'UTC') AS outcomes \gset
SELECT leadscore_l.id, o.why FROM reading.came leadscore_l CROSS JOIN LATERAL (:outcomes) o ORDER BY id;
SELECT leadscore.drop_model('came');
-- A stage that is kept is kept at past moments too: the history knows. Adjustments count from their moment on.
CREATE TABLE reading.kept (id int PRIMARY KEY, p int);
SELECT leadscore.create_model('k', 'reading.kept', '{"rules":[{"name":"p","attribute":"p","bands":[{"points":0},{"from":7,"points":7},{"from":10,"points":10}]}],"stages":[{"name":"low"},{"name":"up","from":10,"keep":5}]}');
INSERT INTO reading.kept VALUES (1, 10), (2, 7), (3, 7);
UPDATE reading.kept SET p = 7 WHERE id = 1;
UPDATE reading.kept SET p = 10 WHERE id = 3;
UPDATE reading.kept_k_stage_change SET at = at - interval '2 days' WHERE lead_id = 3 AND old_stage IS NOT NULL;
UPDATE reading.kept SET p = 0 WHERE id = 3;
UPDATE reading.kept_k_stage_change SET at = at - interval '1 day' WHERE lead_id = 3 AND new_stage = 'low' AND old_stage = 'up';
UPDATE reading.kept SET p = 7 WHERE id = 3;
UPDATE reading.kept_k SET stage_since = stage_since - interval '10 days' WHERE lead_id < 3;
UPDATE reading.kept_k SET stage_since = stage_since - interval '1 day' WHERE lead_id = 3;
SELECT m.days, string_agg(a.lead || ' ' || a.score || ' ' || a.stage, ', ' ORDER BY a.lead) FROM (VALUES (0), (0.5), (1.5), (3)) m(days)
CROSS JOIN LATERAL leadscore.score_at('k', now() - m.days * interval '1 day') a GROUP BY 1 ORDER BY 1;
SELECT leadscore.adjust('k', 2, 'fit', 'add', 20, E'met them\n at the fair', now() - interval '3 days');
SELECT m.days, a.score, a.stage, (SELECT sum(points) FROM leadscore.explain_lead('k', 2, now() - m.days * interval '1 day')) FROM (VALUES (0), (2), (4)) m(days)
CROSS JOIN LATERAL leadscore.score_at('k', now() - m.days * interval '1 day') a WHERE a.lead = '2' ORDER BY 1;
SELECT step, name, points FROM leadscore.explain_lead('k', 2) WHERE step = 'adjustment';
SELECT line FROM regexp_split_to_table(leadscore.explain_lead_text('k', 2), E'\n') line WHERE line ~ 'adjustment';
SELECT lead, name, points FROM leadscore.explain_leads('k') WHERE step = 'adjustment';
-- Equal ones, each with its own; other moments, and none at all.
SELECT leadscore.adjust('k', 1, 'fit', 'add', 1.50, r, '2026-01-02 03:04:05.6+00') FROM unnest('{first,second,NULL}'::text[]) r;
SELECT leadscore.adjust('k', 1, 'fit', 'add', 1.5, 'third', '2026-01-02 03:04:05.7+00');
SELECT leadscore.adjust('k', 1, 'fit', 'set', 1.5, '', '2026-01-02 03:04:05+00');
SELECT name, points FROM leadscore.explain_lead('k', 1) WHERE step = 'adjustment';
SET standard_conforming_strings = off;
SELECT name FROM leadscore.explain_lead('k', 1) WHERE step = 'adjustment' AND name LIKE '%s%';
RESET standard_conforming_strings;
SELECT leadscore.adjust('k', 1, 'fit', 'add', 2, repeat('sales ', 100), '2026-01-02 03:04:05.8+00');
SELECT length(name), right(name, 11) FROM leadscore.explain_lead('k', 1) WHERE step = 'adjustment' AND name LIKE '%sales%';
-- Who may not read reasons.
CREATE ROLE regress_ls_seer;
GRANT USAGE ON SCHEMA reading TO regress_ls_seer;
GRANT SELECT ON reading.kept, reading.kept_k TO regress_ls_seer;
SET ROLE regress_ls_seer;
SELECT name, points FROM leadscore.explain_lead('k', 1) WHERE step = 'adjustment';
RESET ROLE;
DROP OWNED BY regress_ls_seer;
DROP ROLE regress_ls_seer;
-- What was spoilt is told as before.
UPDATE reading.kept_k SET adjustments = '[1]' WHERE lead_id = 3;
SELECT * FROM leadscore.explain_lead('k', 3);
UPDATE reading.kept_k SET adjustments = '{}' WHERE lead_id = 3;
SELECT * FROM leadscore.explain_lead('k', 3);
UPDATE reading.kept_k SET adjustments = NULL WHERE lead_id = 3;

\echo # next_change: when the stage changes if nothing happens
CREATE TABLE reading.cooling (id uuid PRIMARY KEY);
CREATE TABLE reading.heat (lead uuid, at timestamptz);
INSERT INTO reading.cooling VALUES ('00000000-0000-0000-0000-000000000001'), ('00000000-0000-0000-0000-000000000002'), ('00000000-0000-0000-0000-000000000003');
\set cooling '"rules":[{"name":"heat","on":"heat","points":8,"decay":{"every":"10 days","lose":0.25}},{"name":"ever","on":"heat","points":1}]'
SELECT leadscore.create_model('c', 'reading.cooling', ('{"stages":[{"name":"low"},{"name":"up","from":14}],' || :'cooling' || '}')::leadscore.scoring_rules);
SELECT leadscore.add_events('c', 'reading.heat', lead => 'lead', at => 'at', kind => 'heat');
INSERT INTO reading.heat VALUES ('00000000-0000-0000-0000-000000000001', now()), ('00000000-0000-0000-0000-000000000001', now()), ('00000000-0000-0000-0000-000000000002', now());
SELECT id, n.at::date - current_date AS in_days, n.stage, n.score FROM reading.cooling c LEFT JOIN LATERAL leadscore.next_change('c', c.id) n ON true ORDER BY id;
SELECT n.stage, n.score FROM leadscore.next_change('c', '00000000-0000-0000-0000-000000000001') n;
SELECT count(*) FROM leadscore.next_change('c', '00000000-0000-0000-0000-000000000009');
SELECT reading.outcome($$SELECT n.stage FROM leadscore.next_change('c', '1') n$$);
-- Without stages: when the score changes.
SELECT leadscore.set_rules('c', ('{' || :'cooling' || '}')::leadscore.scoring_rules);
SELECT id, n.at::date - current_date AS in_days, n.stage, n.score FROM reading.cooling c LEFT JOIN LATERAL leadscore.next_change('c', c.id) n ON true ORDER BY id;
-- A related key that is no longer one: one of the rows counts, and the walk does not double with each change.
CREATE TABLE reading.owners (id int PRIMARY KEY, vip boolean);
ALTER TABLE reading.cooling ADD owner int DEFAULT 1;
INSERT INTO reading.owners VALUES (1, true);
SELECT leadscore.add_attributes('c', 'reading.owners', "on" => 'owner', as_prefix => 'owner');
SELECT leadscore.set_rules('c', '{"stages":[{"name":"low"},{"name":"up","from":5}],"rules":[{"name":"vip","if":{"owner.vip":true},"points":10},{"name":"heat","on":"heat","points":8,"decay":{"every":"1 day","lose":0.01}}]}');
ALTER TABLE reading.owners DROP CONSTRAINT owners_pkey;
INSERT INTO reading.owners VALUES (1, true);
SET statement_timeout = '20s';
SELECT count(*) FROM leadscore.next_change('c', '00000000-0000-0000-0000-000000000001') n WHERE n.at IS NULL;
RESET statement_timeout;

\echo # keys of several columns
CREATE TABLE reading.pairs (tenant int, code text, v int, PRIMARY KEY (tenant, code));
SELECT leadscore.create_model('p', 'reading.pairs', '{"rules":[{"name":"v","attribute":"v","bands":[{"points":0},{"from":1,"points":5}]}]}');
INSERT INTO reading.pairs VALUES (1, 'a "b"', 1), (2, 'x', 0);
SELECT * FROM leadscore.score_at('p', now()) ORDER BY lead COLLATE "C";
ALTER TABLE reading.pairs ADD came timestamptz DEFAULT '2026-01-01Z';
UPDATE reading.pairs SET came = '2026-03-01Z' WHERE tenant = 2;
SELECT * FROM leadscore.score_at('p', '2026-02-01Z', created => 'came');
SELECT (leadscore.score_of('p', '{"tenant": 1, "code": "a \"b\""}')).score, (leadscore.score_of('p', jsonb_build_object('tenant', 1, 'code', 'a "b"'))).score,
       (SELECT (leadscore.score_of('p', l)).score FROM reading.pairs l WHERE tenant = 1);
SELECT leadscore.score_of('p', '1');
SELECT leadscore.score_of('p', '{"tenant": 1}');

\echo # as the caller: row-level security, rights
CREATE ROLE regress_ls_caller;
SELECT leadscore.grant_reading('now', 'regress_ls_caller');
SET ROLE regress_ls_caller;
SELECT leadscore.score_of('now', 3);
RESET ROLE;
GRANT SELECT ON reading.leads, reading.firms TO regress_ls_caller;
ALTER TABLE reading.leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON reading.leads TO regress_ls_caller USING (id % 2 = 1);
SET ROLE regress_ls_caller;
SELECT leadscore.score_of('now', 3) IS NULL, leadscore.score_of('now', 4) IS NULL, (SELECT count(*) > 0 FROM leadscore.explain_lead('now', 3)), (SELECT count(*) FROM leadscore.explain_lead('now', 4)),
       leadscore.explain_lead_text('now', 4) IS NULL, (SELECT count(*) FROM leadscore.next_change('now', 3)), (SELECT count(*) FROM leadscore.next_change('now', 4));
SELECT count(*) FROM leadscore.score_at('now', now());
RESET ROLE;
GRANT SELECT ON reading.events TO regress_ls_caller;
SET ROLE regress_ls_caller;
SELECT count(*), bool_and(lead::int % 2 = 1) FROM leadscore.score_at('now', now());
SELECT count(*) FROM leadscore.explain_lead('now', 4, now());
RESET ROLE;

DROP SCHEMA reading CASCADE;
SELECT leadscore.drop_model(name) FROM leadscore.model WHERE name IN ('now', 'later', 'k', 'c', 'p');
DROP ROLE regress_ls_caller;
