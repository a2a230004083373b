-- Rules judged on past leads: each as of a moment of its own, from nothing later.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
SET extra_float_digits = -3;
CREATE SCHEMA backtested;
SET search_path = backtested;
CREATE TABLE firms (id int PRIMARY KEY, sector text);
CREATE TABLE leads (id int PRIMARY KEY, firm int, size int, came_at timestamptz, won_at timestamptz, won boolean, look_at timestamp, won_on date);
CREATE TABLE events (lead_id bigint, kind text, at timestamptz, page text);
CREATE TABLE contacts (id int PRIMARY KEY, lead int);
CREATE TABLE mails (contact int, sent timestamp);
CREATE INDEX ON events (lead_id); CREATE INDEX ON mails (contact); CREATE INDEX ON contacts (lead);
-- What is random here is arithmetic. Leads with more visits and of bigger size convert more often.
CREATE FUNCTION dice(a bigint, b bigint) RETURNS int LANGUAGE sql AS 'SELECT ((a * 7919 + b * 104729 + a * b * 31 % 1009) % 1013)::int';
INSERT INTO firms VALUES (1, 'software'), (2, 'mining');
INSERT INTO leads SELECT i, 1 + i % 2, dice(i, 1) % 100, timestamptz '2025-11-01Z' + dice(i, 2) % 200 * interval '1 day',
    CASE WHEN dice(i, 3) % 100 < 10 + dice(i, 1) % 100 / 2 + 20 * (i % 2) THEN timestamptz '2026-01-01Z' + dice(i, 4) * interval '4 hours' END FROM generate_series(1, 400) i;
UPDATE leads SET won = won_at IS NOT NULL, look_at = came_at + interval '20 days', won_on = won_at;
INSERT INTO events SELECT dice(i, 5) % 400 + 1, (ARRAY['visit', 'form', 'visit', 'unsubscribe'])[1 + dice(i, 6) % 4], timestamptz '2025-11-01Z' + dice(i, 7) * interval '6 hours' + i * interval '1 second',
    (ARRAY['/pricing', '/blog', NULL])[1 + dice(i, 8) % 3] FROM generate_series(1, 4000) i;
INSERT INTO contacts SELECT i, i FROM generate_series(1, 400, 3) i;
INSERT INTO mails SELECT 1 + dice(i, 9) % 400, timestamp '2025-12-01' + dice(i, 10) * interval '5 hours' FROM generate_series(1, 900) i;
\set rules '{"timezone":"Europe/Berlin","exclude":[{"name":"tiny","if":{"size":{"<":3}}}],"rules":[{"name":"size","attribute":"size","bands":[{"points":0},{"from":50,"points":10}]},{"name":"sector","attribute":"firm.sector","values":{"software":8}},{"name":"visits","on":"visit","points":3,"decay":{"half_life":"20 days"},"max":30},{"name":"form","on":"form","within":"60 days","limit":1,"points":12},{"name":"unsubscribed","on":"unsubscribe","within":"30 days","limit":1,"points":-9},{"name":"mail","on":"mail","points":1,"max":5}],"stages":[{"name":"cold","qualification":"none"},{"name":"warm","from":15,"keep":5},{"name":"hot","from":30,"qualification":"SQL"}],"probability":{"intercept":-3,"slope":0.08}}'
\set other '{"timezone":"Europe/Berlin","rules":[{"name":"size","attribute":"size","bands":[{"points":0},{"from":20,"points":5},{"from":50,"points":10},{"from":80,"points":15}]},{"name":"sector","attribute":"firm.sector","values":{"software":8}},{"name":"pricing","on":"visit","if":{"page":"/pricing"},"points":2,"max":10}],"stages":[{"name":"no"},{"name":"yes","from":20}]}'
SELECT leadscore.create_model('tested', 'backtested.leads', :'rules', mirror => false);
SELECT leadscore.add_events('tested', 'backtested.events', lead => 'lead_id', at => 'at', kind_column => 'kind');
SELECT leadscore.add_events('tested', 'backtested.mails', lead => 'contact', at => 'sent', kind => 'mail', via => 'backtested.contacts', via_lead => 'lead');
SELECT leadscore.add_attributes('tested', 'backtested.firms', "on" => 'firm', as_prefix => 'firm');
-- What the plain functions say of a lead at a moment.
CREATE FUNCTION plain(rules leadscore.scoring_rules, lead text, as_of timestamptz) RETURNS leadscore.scored_lead LANGUAGE plpgsql STABLE AS $$
DECLARE
  attributes jsonb := (SELECT to_jsonb(l) || jsonb_build_object('firm', to_jsonb(f)) FROM leads l JOIN firms f ON f.id = l.firm WHERE l.id = plain.lead::int);
  tally leadscore.lead_tally := (SELECT leadscore.lead_tally(rules, e.kind, e.at, e) FROM (
    SELECT e.kind, e.at, e.page FROM events e WHERE e.lead_id = plain.lead::int
    UNION ALL SELECT 'mail', m.sent AT TIME ZONE (rules::jsonb ->> 'timezone'), NULL FROM mails m JOIN contacts c ON c.id = m.contact WHERE c.lead = plain.lead::int) e WHERE e.at <= as_of);
BEGIN RETURN leadscore.score(rules, attributes, tally, as_of); END $$;

\echo # just before the outcome; who did not convert, at the end of what is known less the horizon
CREATE TABLE before AS SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', as_of => '2026-06-15Z');
SELECT left_out, outcome, count(*), min(snapshot), max(snapshot), count(score) AS scored, count(other_score) AS other_scored FROM before GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) FILTER (WHERE snapshot = l.won_at - interval '1 microsecond') AS before, count(*) FILTER (WHERE snapshot = '2026-03-17Z') AS at_the_end
  FROM before b JOIN leads l ON l.id = b.lead::int;
SELECT count(*) FILTER (WHERE (p.score, p.stage, p.probability) IS DISTINCT FROM (b.score, b.stage, b.probability)) AS wrong,
       count(*) FILTER (WHERE (q.score, q.stage, q.probability) IS DISTINCT FROM (b.other_score, b.other_stage, b.other_probability)) AS other_wrong,
       count(DISTINCT b.score) > 20 AS varied, count(*) FILTER (WHERE b.stage = 'excluded') AS excluded
  FROM before b, plain(:'rules', b.lead, b.snapshot) p, plain(:'other', b.lead, b.snapshot) q WHERE b.left_out IS NULL;
SELECT * FROM before WHERE lead IN ('7', '8', '9') ORDER BY lead;

\echo # all at one cut-off, or each at a moment of its own
CREATE TABLE cut AS SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', cut_off => '2026-02-15Z', horizon => '60 days', created => 'came_at', as_of => '2026-06-15Z');
SELECT left_out, outcome, count(*), min(converted_at), max(converted_at) FROM cut GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) FILTER (WHERE (p.score, p.stage, p.probability) IS DISTINCT FROM (b.score, b.stage, b.probability)) AS wrong,
       count(*) FILTER (WHERE b.outcome IS DISTINCT FROM coalesce(l.won_at BETWEEN '2026-02-15 00:00:00.000001Z' AND '2026-04-16Z', false)) AS labelled_wrong
  FROM cut b JOIN leads l ON l.id = b.lead::int, plain(:'rules', b.lead, '2026-02-15Z') p WHERE b.left_out IS NULL;
CREATE TABLE own AS SELECT * FROM leadscore.backtest_leads('tested', 'won', at => 'look_at', as_of => '2026-06-15Z');
SELECT left_out, outcome, count(*), count(score) AS scored, count(other_score) AS other_scored, count(converted_at) AS dated FROM own GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) FILTER (WHERE p.score IS DISTINCT FROM b.score) AS wrong, count(*) FILTER (WHERE b.snapshot <> l.look_at AT TIME ZONE 'Europe/Berlin') AS looked_at_wrong
  FROM own b JOIN leads l ON l.id = b.lead::int, plain(:'rules', b.lead, b.snapshot) p WHERE b.left_out IS NULL;
SELECT left_out, outcome, count(*) FROM leadscore.backtest_leads('tested', 'won_at', at => 'look_at', as_of => '2026-06-15Z') GROUP BY 1, 2 ORDER BY 1, 2;
UPDATE leads SET won = NULL WHERE id BETWEEN 31 AND 35;
SELECT left_out, count(*), count(score) AS scored FROM leadscore.backtest_leads('tested', 'won', at => 'look_at', as_of => '2026-06-15Z') WHERE lead::int BETWEEN 31 AND 35 GROUP BY 1;
UPDATE leads SET won = won_at IS NOT NULL;
-- A date is the midnight it begins at in the time zone of the rules; what happened that day came after.
SELECT min(snapshot) FROM leadscore.backtest_leads('tested', 'won_on', as_of => '2026-06-15Z') WHERE outcome AND converted_at = '2026-01-04 23:00Z';
-- A month is 30 days, and the clock of the session is not asked.
SET timezone = 'America/New_York';
SELECT count(*) AS different FROM (TABLE before EXCEPT ALL SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', horizon => '3 months', as_of => '2026-06-15Z')) d;
SET timezone = 'UTC';

\echo # nothing later than the snapshot is seen, whatever comes
INSERT INTO events SELECT b.lead::bigint, k, b.snapshot + d, '/pricing' FROM before b, unnest('{visit,form,unsubscribe}'::text[]) k, unnest('{1 microsecond,2 days}'::interval[]) d;
INSERT INTO mails SELECT c.id, (b.snapshot + d) AT TIME ZONE 'Europe/Berlin' FROM before b JOIN contacts c ON c.lead = b.lead::int, unnest('{1 microsecond,2 days}'::interval[]) d;
SELECT leadscore.adjust('tested', b.lead::int, 'fit', 'add', 50, 'later', b.snapshot + interval '1 microsecond') FROM before b WHERE b.lead::int < 20 AND b.snapshot < '2026-06-01Z' \g /dev/null
SELECT count(*) AS changed FROM (TABLE before EXCEPT ALL SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', as_of => '2026-06-15Z')) d;
SELECT count(*) AS cut_changed FROM (SELECT lead FROM cut JOIN leadscore.backtest_leads('tested', 'won_at', other => :'other', cut_off => '2026-02-15Z', horizon => '60 days', created => 'came_at', as_of => '2026-06-15Z') n
  USING (lead) WHERE (n.score, n.other_score) IS DISTINCT FROM (cut.score, cut.other_score) AND cut.snapshot < (SELECT min(snapshot) FROM before)) d;
SELECT sum(cardinality(array_remove(ARRAY[s.score IS DISTINCT FROM b.score], false))) > 0 AS seen_a_day_later
  FROM before b, plain(:'rules', b.lead, b.snapshot + interval '1 day') s WHERE b.left_out IS NULL;
-- An outcome after the end of what is known is none, and one that comes later changes nothing.
UPDATE leads SET won_at = '2026-06-20Z' WHERE won_at IS NULL AND id % 3 = 0;
SELECT count(*) AS changed FROM (TABLE before EXCEPT ALL SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', as_of => '2026-06-15Z')) d;
UPDATE leads SET won_at = NULL WHERE won_at = '2026-06-20Z';
-- What happened at the snapshot itself counts.
INSERT INTO events SELECT lead::bigint, 'visit', snapshot, NULL FROM before WHERE left_out IS NULL AND stage <> 'excluded';
SELECT count(*) FILTER (WHERE n.score > b.score) * 2 > count(*) AS seen FROM leadscore.backtest_leads('tested', 'won_at', as_of => '2026-06-15Z') n JOIN before b USING (lead) WHERE n.score IS NOT NULL;
DELETE FROM events e USING before b WHERE e.lead_id = b.lead::bigint AND e.at = b.snapshot;

\echo # rules of two time zones: each has its own evidence
SELECT count(*) FILTER (WHERE (p.score, p.stage) IS DISTINCT FROM (b.score, b.stage)) AS wrong, count(*) FILTER (WHERE (q.score, q.stage) IS DISTINCT FROM (b.other_score, b.other_stage)) AS other_wrong
  FROM leadscore.backtest_leads('tested', 'won_at', other => replace(:'rules', 'Europe/Berlin', 'Asia/Tokyo')::leadscore.scoring_rules, as_of => '2026-06-15Z') b,
       plain(:'rules', b.lead, b.snapshot) p, plain(replace(:'rules', 'Europe/Berlin', 'Asia/Tokyo')::leadscore.scoring_rules, b.lead, b.snapshot) q WHERE b.left_out IS NULL AND b.lead::int >= 20;

\echo # how long before they had been hot
CREATE TABLE reached AS SELECT * FROM leadscore.backtest_reached('tested', 'won_at', as_of => '2026-06-15Z');
WITH moment AS (
  SELECT b.lead, m.at FROM before b, LATERAL (SELECT b.snapshot UNION SELECT e.at FROM events e WHERE e.lead_id = b.lead::int
    UNION SELECT m.sent AT TIME ZONE 'Europe/Berlin' FROM mails m JOIN contacts c ON c.id = m.contact WHERE c.lead = b.lead::int) m(at) WHERE b.outcome AND b.left_out IS NULL AND m.at <= b.snapshot
), first AS (SELECT m.lead, min(m.at) FILTER (WHERE p.stage = 'hot') AS at FROM moment m, plain(:'rules', m.lead, m.at) p GROUP BY m.lead)
SELECT count(*) AS leads, count(r.reached_at) AS reached, count(*) FILTER (WHERE r.reached_at IS DISTINCT FROM f.at) AS wrong, count(*) FILTER (WHERE r.days_before > 1) > 10 AS long_before
  FROM first f FULL JOIN reached r USING (lead) WHERE lead::int >= 20;
SELECT count(*) AS warm, count(*) FILTER (WHERE w.days_before < r.days_before OR w.days_before IS NULL AND r.days_before IS NOT NULL) AS later_than_hot
  FROM leadscore.backtest_reached('tested', 'won_at', stage => 'warm', as_of => '2026-06-15Z') w JOIN reached r USING (lead) WHERE w.reached_at IS NOT NULL;
SELECT count(*), count(reached_at) FROM leadscore.backtest_reached('tested', 'won_at', :'other', as_of => '2026-06-15Z');

\echo # what the rules are worth, beside others
SELECT measure, round(value::numeric, 6) AS value, round(low::numeric, 6) AS low, round(high::numeric, 6) AS high, round(other_value::numeric, 6) AS other_value, round(difference::numeric, 6) AS difference,
       round(difference_low::numeric, 6) AS difference_low, round(difference_high::numeric, 6) AS difference_high
  FROM leadscore.backtest('tested', 'won_at', other => :'other', as_of => '2026-06-15Z');
-- The measures once more, in plain SQL over the leads.
WITH b AS (SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', as_of => '2026-06-15Z') WHERE left_out IS NULL),
  auc AS (SELECT avg(CASE WHEN a.score > n.score THEN 1 WHEN a.score = n.score THEN 0.5 ELSE 0 END) AS a, avg(CASE WHEN a.other_score > n.other_score THEN 1 WHEN a.other_score = n.other_score THEN 0.5 ELSE 0 END) AS b
            FROM b a, b n WHERE a.outcome AND NOT n.outcome AND a.score IS NOT NULL AND n.score IS NOT NULL),
  days AS (SELECT count(reached_at)::float8 / count(*) AS share, percentile_cont(0.5) WITHIN GROUP (ORDER BY days_before) AS median FROM reached)
SELECT m.measure, abs(m.value - CASE m.measure WHEN 'auc' THEN auc.a WHEN 'reached_top_stage' THEN days.share WHEN 'days_before_median' THEN days.median END) < 1e-9 AS right_value,
       CASE m.measure WHEN 'auc' THEN abs(m.difference - (auc.b - auc.a)) < 1e-9 END AS right_difference
  FROM leadscore.backtest('tested', 'won_at', other => :'other', as_of => '2026-06-15Z') m, auc, days WHERE m.measure IN ('auc', 'reached_top_stage', 'days_before_median');
SELECT measure, value FROM leadscore.backtest('tested', 'won', at => 'look_at', as_of => '2026-06-15Z') WHERE measure ~ 'leads|conv|left|reached|days';
SELECT by_rules, stage, qualification, leads, conversions, round(rate::numeric, 6) AS rate, round(rate_low::numeric, 6) AS low, round(rate_high::numeric, 6) AS high, round(lift::numeric, 6) AS lift, round(share_of_conversions::numeric, 6) AS share
  FROM leadscore.backtest_stages('tested', 'won_at', other => :'other', as_of => '2026-06-15Z');
SELECT by_rules, band, lowest, highest, leads, conversions, round(rate::numeric, 4) AS rate FROM leadscore.backtest_bands('tested', 'won_at', other => :'other', bands => 4, as_of => '2026-06-15Z');
SELECT * FROM leadscore.backtest_stages('tested', 'won_at', '{"rules": []}', as_of => '2026-06-15Z');
-- What is excluded is not judged; who converted among them is counted, and told once.
\set customers '{"timezone":"Europe/Berlin","exclude":[{"name":"tiny","if":{"size":{"<":3}}},{"name":"customers","if":{"won":true}}],"rules":[{"name":"size","attribute":"size","bands":[{"points":0},{"from":50,"points":10}]}]}'
\set VERBOSITY default
SET client_min_messages = notice;
SELECT measure, value, other_value FROM leadscore.backtest('tested', 'won_at', :'customers', as_of => '2026-06-15Z') WHERE measure ~ 'conversions|exclu|auc';
SELECT measure, value, other_value FROM leadscore.backtest('tested', 'won_at', :'other', :'rules', as_of => '2026-06-15Z') WHERE measure ~ 'conversions|exclu';
SELECT measure, value, other_value FROM leadscore.backtest('tested', 'won_at', other => :'customers', as_of => '2026-06-15Z') WHERE measure ~ 'conversions|exclu';
SELECT measure, value, other_value FROM leadscore.backtest('tested', 'won_at', :'other', as_of => '2026-06-15Z') WHERE measure ~ 'conversions|exclu';
SET client_min_messages = warning;
\set VERBOSITY terse
WITH b AS (SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'customers', as_of => '2026-06-15Z') WHERE left_out IS NULL)
SELECT count(*) FILTER (WHERE score IS NULL) AS excluded, count(*) FILTER (WHERE score IS NULL AND outcome) AS conversions,
       count(*) FILTER (WHERE other_score IS NULL) AS other_excluded, count(*) FILTER (WHERE other_score IS NULL AND outcome) AS other_conversions FROM b;
-- Limits of Wilson: 1 of 10, none, all, nothing.
SELECT round(low::numeric, 6) AS low, round(high::numeric, 6) AS high FROM (VALUES (1, 10), (0, 10), (10, 10), (0, 0)) v(c, n), leadscore.rate_limits(c, n);

\echo # since: who was looked at earlier is in no figure
-- The snapshot of lead 8, which is the first that counts.
\set since '2026-01-10 19:59:59.999999Z'
CREATE TABLE every AS SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', as_of => '2026-06-15Z');
CREATE TABLE later AS SELECT * FROM leadscore.backtest_leads('tested', 'won_at', other => :'other', as_of => '2026-06-15Z', since => :'since');
SELECT count(*), min(snapshot), (SELECT count(*) FROM every) AS every, (SELECT count(*) FROM (SELECT * FROM every WHERE snapshot >= :'since' EXCEPT ALL TABLE later) d) AS missing FROM later;
SELECT b.measure, abs(b.value - CASE b.measure WHEN 'leads' THEN count(*) FILTER (WHERE l.left_out IS NULL) WHEN 'conversions' THEN count(*) FILTER (WHERE l.left_out IS NULL AND l.outcome)
         WHEN 'excluded' THEN count(*) FILTER (WHERE l.stage = 'excluded') WHEN 'excluded_conversions' THEN count(*) FILTER (WHERE l.stage = 'excluded' AND l.outcome)
         WHEN 'auc' THEN (leadscore.evaluate_score(l.score::float8, l.outcome) FILTER (WHERE l.left_out IS NULL)).auc
         WHEN 'reached_top_stage' THEN count(r.reached_at) FILTER (WHERE l.left_out IS NULL AND l.outcome)::float8 / count(*) FILTER (WHERE l.left_out IS NULL AND l.outcome)
         WHEN 'days_before_median' THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY r.days_before)
         WHEN 'left out: younger than the horizon' THEN count(*) FILTER (WHERE l.left_out = 'younger than the horizon') END) < 1e-9 AS right_value, b.value <> e.value AS fewer
  FROM leadscore.backtest('tested', 'won_at', other => :'other', as_of => '2026-06-15Z', since => :'since') b JOIN leadscore.backtest('tested', 'won_at', as_of => '2026-06-15Z') e USING (measure), later l
  LEFT JOIN leadscore.backtest_reached('tested', 'won_at', as_of => '2026-06-15Z') r USING (lead)
 WHERE b.measure ~ '^(leads|conv|excl|auc|reached|left)|median' GROUP BY b.measure, b.value, e.value ORDER BY 1;
SELECT s.by_rules, sum(s.leads) AS leads, sum(s.conversions) AS conversions FROM leadscore.backtest_stages('tested', 'won_at', other => :'other', as_of => '2026-06-15Z', since => :'since') s GROUP BY 1 ORDER BY 1;
SELECT b.by_rules, sum(b.leads) AS leads, sum(b.conversions) AS conversions FROM leadscore.backtest_bands('tested', 'won_at', other => :'other', as_of => '2026-06-15Z', since => :'since') b GROUP BY 1 ORDER BY 1;
SELECT count(*) FILTER (WHERE left_out IS NULL) AS leads, count(*) FILTER (WHERE left_out IS NULL AND outcome) AS conversions, count(score) AS scored, count(*) FILTER (WHERE score IS NOT NULL AND outcome) AS scored_conversions FROM later;
-- Each at a moment of its own: without one it is not there either. All at one: all of them, or nobody.
UPDATE leads SET look_at = NULL WHERE id = 40;
SELECT measure, value FROM leadscore.backtest('tested', 'won_at', at => 'look_at', as_of => '2026-06-15Z') WHERE measure ~ 'leads|left';
SELECT measure, value FROM leadscore.backtest('tested', 'won_at', at => 'look_at', as_of => '2026-06-15Z', since => '2026-02-01Z') WHERE measure ~ 'leads|left';
SELECT 'leads' AS measure, count(*) FILTER (WHERE (won_at > at) IS NOT FALSE AND at <= '2026-03-17Z') AS value, count(*) FILTER (WHERE won_at <= at) AS converted_before, count(*) FILTER (WHERE (won_at > at) IS NOT FALSE AND at > '2026-03-17Z') AS younger
  FROM leads, LATERAL (SELECT look_at AT TIME ZONE 'Europe/Berlin') m(at) WHERE at >= '2026-02-01Z';
UPDATE leads SET look_at = came_at + interval '20 days' WHERE id = 40;
SELECT count(*) AS at_the_moment, (SELECT count(*) FROM leadscore.backtest_leads('tested', 'won_at', cut_off => '2026-02-15Z', since => '2026-02-15 00:00:00.000001Z', as_of => '2026-06-15Z')) AS after
  FROM leadscore.backtest_leads('tested', 'won_at', cut_off => '2026-02-15Z', since => '2026-02-15Z', as_of => '2026-06-15Z');

\echo # planted leaks show
ALTER TABLE leads ADD reason text, ADD last_call date, ADD harmless int;
UPDATE leads SET reason = CASE WHEN won_at IS NOT NULL THEN 'won: ' || id % 3 END, last_call = CASE WHEN id % 4 = 0 THEN won_at + interval '3 days' ELSE came_at - interval '400 days' END, harmless = dice(id, 11);
SELECT * FROM leadscore.backtest_leaks('tested', 'won_at', as_of => '2026-06-15Z');
SELECT * FROM leadscore.backtest_leaks('tested', 'won_at', as_of => '2026-06-15Z', rules => '{"rules":[{"name":"reason","attribute":"reason","values":{"won: 1":5},"otherwise":4},{"name":"called","if":{"last_call":{"within_last":"20 days"}},"points":3},
  {"name":"harmless","attribute":"harmless","bands":[{"points":0},{"from":500,"points":1}]},{"name":"itself","if":{"won_at":{"exists":true}},"points":1}]}');
-- An exclusion parts the outcomes; one that meets few leads, or as many of each outcome, does not.
SELECT * FROM leadscore.backtest_leaks('tested', 'won_at', :'customers', as_of => '2026-06-15Z');
SELECT * FROM leadscore.backtest_leaks('tested', 'won_at', '{"exclude":[{"name":"half","if":{"size":{"<":50}}},{"name":"open","if":{"won":false}},{"name":"few","if":{"size":{"<":10}}}],"rules":[]}', as_of => '2026-06-15Z');
SELECT round(value::numeric, 4) AS too_good FROM leadscore.backtest('tested', 'won_at', '{"rules":[{"name":"reason","if":{"reason":{"exists":true}},"points":5}]}', as_of => '2026-06-15Z') WHERE measure = 'auc';
SELECT leadscore.create_model('kept', 'backtested.leads', '{"rules":[]}');
SELECT leadscore.create_model('mirrored', 'backtested.leads', '{"rules":[{"name":"a","attribute":"lead_score","bands":[{"points":0},{"from":3,"points":1}]}]}', mirror => false);
SELECT * FROM leadscore.backtest_leaks('mirrored', 'won_at', as_of => '2026-06-15Z');

\echo # a key of two columns, queued; no events at all
CREATE TABLE pairs (a int, b text, won timestamptz, PRIMARY KEY (a, b));
CREATE TABLE clicks (b text, a bigint, at timestamptz);
INSERT INTO pairs SELECT i, 'x' || i % 2, CASE WHEN i % 3 = 0 THEN timestamptz '2026-02-01Z' END FROM generate_series(1, 12) i;
INSERT INTO clicks SELECT b, a, '2026-01-31Z' FROM pairs, generate_series(1, a);
SELECT leadscore.create_model('pairs', 'backtested.pairs', '{"rules":[{"name":"c","on":"click","points":1}]}', upkeep => 'queued', mirror => false);
SELECT lead, outcome, score FROM leadscore.backtest_leads('pairs', 'won', as_of => '2026-06-15Z') ORDER BY 1 LIMIT 2;
SELECT leadscore.add_events('pairs', 'backtested.clicks', lead => ARRAY['a','b']::name[], at => 'at', kind => 'click');
SELECT lead, outcome, score, left_out FROM leadscore.backtest_leads('pairs', 'won', as_of => '2026-06-15Z') ORDER BY (lead::jsonb ->> 'a')::int LIMIT 4;
SELECT measure, value FROM leadscore.backtest('pairs', 'won', as_of => '2026-06-15Z') WHERE value IS NOT NULL;
SELECT measure, value FROM leadscore.backtest('pairs', 'won', as_of => '2020-01-01Z') WHERE value IS NOT NULL;
TRUNCATE pairs;
SELECT count(*) FROM leadscore.backtest_leads('pairs', 'won');
SELECT measure, value FROM leadscore.backtest('pairs', 'won') WHERE value IS NOT NULL;
SELECT count(*) FROM leadscore.backtest_stages('pairs', 'won');

\echo # what is refused
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text;
BEGIN EXECUTE query INTO got; RETURN 'ok'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
SELECT outcome('SELECT * FROM leadscore.backtest_leads(' || arguments || ')') FROM (VALUES ('''nothing'', ''won_at'''), ('NULL, ''won_at'''), ('''tested'', NULL'), ('''tested'', ''nothing'''), ('''tested'', ''size'''),
  ('''tested'', ''won'''), ('''tested'', ''won'', at => ''size'''), ('''tested'', ''won_at'', created => ''won'''), ('''tested'', ''won_at'', at => ''look_at'', cut_off => ''2020-01-01Z'''), ('''tested'', ''won_at'', cut_off => now()'),
  ('''tested'', ''won_at'', horizon => NULL'), ('''tested'', ''won_at'', horizon => ''-1 day''')) v(arguments);
SELECT outcome($$SELECT * FROM leadscore.backtest_reached('tested', 'won_at', stage => 'boiling')$$), outcome($$SELECT * FROM leadscore.backtest_reached('tested', 'won_at', '{"rules": []}')$$);
SELECT outcome($$SELECT * FROM leadscore.backtest('nothing', 'won_at')$$), outcome($$SELECT * FROM leadscore.backtest_leaks('tested', 'won')$$);
CREATE ROLE regress_backtester;
GRANT USAGE ON SCHEMA backtested, leadscore TO regress_backtester;
SELECT leadscore.grant_reading('tested', 'regress_backtester');
GRANT SELECT ON leads, firms TO regress_backtester;
SET ROLE regress_backtester;
SELECT outcome($$SELECT * FROM leadscore.backtest_leads('tested', 'won_at')$$);
RESET ROLE;
GRANT SELECT ON events, mails, contacts TO regress_backtester;
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON leads TO regress_backtester USING (id < 9);
SELECT leadscore.sync_visibility('tested');
SET ROLE regress_backtester;
SELECT count(*) FROM leadscore.backtest_leads('tested', 'won_at', as_of => '2026-06-15Z');
SELECT value FROM leadscore.backtest('tested', 'won_at', as_of => '2026-06-15Z') WHERE measure = 'leads';
RESET ROLE;

\echo # clocks: a moment without zone is one of the zone of the rules, and a date has no time of day; what comes of it is told
\set VERBOSITY default
CREATE TABLE sold (id int PRIMARY KEY, came timestamp, won timestamp, won_tz timestamptz GENERATED ALWAYS AS (won AT TIME ZONE 'UTC') STORED, yes boolean GENERATED ALWAYS AS (won IS NOT NULL) STORED);
CREATE TABLE after_sale (lead int, at timestamptz, day date GENERATED ALWAYS AS ((at AT TIME ZONE 'UTC')::date) STORED);
INSERT INTO sold SELECT i, '2026-01-01', CASE WHEN i % 2 = 0 THEN timestamp '2026-02-01 12:00' + i % 30 * interval '1 day' END FROM generate_series(1, 200) i;
INSERT INTO after_sale SELECT id, won_tz + interval '1 hour' FROM sold WHERE won IS NOT NULL;
SELECT leadscore.create_model('clocks', 'backtested.sold', '{"timezone": "America/New_York", "rules": [{"name": "x", "on": "x", "points": 1}]}', mirror => false);
SELECT leadscore.add_events('clocks', 'backtested.after_sale', lead => 'lead', at => 'at', kind => 'x');
SET client_min_messages = notice;
SELECT value FROM leadscore.backtest('clocks', 'won', as_of => '2026-09-01Z') WHERE measure = 'auc';
SELECT value FROM leadscore.backtest('clocks', 'won_tz', as_of => '2026-09-01Z') WHERE measure = 'auc';
SELECT value FROM leadscore.backtest('clocks', 'won', '{"timezone": "Africa/Abidjan", "rules": [{"name": "x", "on": "x", "points": 1}]}', as_of => '2026-09-01Z') WHERE measure = 'auc';
SELECT count(*) FROM leadscore.backtest_leads('clocks', 'yes', at => 'came', as_of => '2026-09-01Z');
SELECT count(*) FROM leadscore.backtest_leads('clocks', 'won_tz', cut_off => '2026-03-01Z', created => 'came', as_of => '2026-09-01Z');
SELECT count(*) > 0 FROM leadscore.rule_lift('clocks', 'won', as_of => '2026-09-01Z');
SELECT count(*) > 0 FROM leadscore.model_lift('clocks', 'won', as_of => '2026-09-01Z');
SELECT sum(linear) FROM leadscore.attribution('clocks', 'won');
SET client_min_messages = warning;
SELECT leadscore.set_rules('clocks', '{"rules": [{"name": "x", "on": "x", "points": 1}]}');
SELECT leadscore.drop_events('clocks', 'backtested.after_sale');
SELECT leadscore.add_events('clocks', 'backtested.after_sale', lead => 'lead', at => 'day', kind => 'x');
SET client_min_messages = notice;
SELECT value FROM leadscore.backtest('clocks', 'won_tz', as_of => '2026-09-01Z') WHERE measure = 'auc';
SELECT count(*) > 0 FROM leadscore.rule_lift('clocks', 'won', as_of => '2026-09-01Z');
SELECT field, part, conversions FROM leadscore.lift_of('sold', 'won', events => '[{"events": "after_sale", "lead": "lead", "at": "day", "kind": "x"}]', attributes => '{}');
-- As the hint says.
ALTER TABLE sold ADD won_on date GENERATED ALWAYS AS (won::date) STORED;
SELECT value FROM leadscore.backtest('clocks', 'won_on', as_of => '2026-09-01Z') WHERE measure = 'auc';
-- Conversions at midnight have no time of day either.
UPDATE sold SET won = date_trunc('day', won);
SELECT value FROM leadscore.backtest('clocks', 'won_tz', as_of => '2026-09-01Z') WHERE measure = 'auc';
\set SHOW_CONTEXT never
SELECT fit_rules IS NULL FROM leadscore.fit_rules('sold', 'won', settings => '{"timezone": "Asia/Tokyo", "least_conversions": 101}');
SET client_min_messages = warning;
\set VERBOSITY terse
SELECT leadscore.drop_model('clocks');

SELECT leadscore.drop_model(name) FROM leadscore.model WHERE name IN ('tested', 'kept', 'mirrored', 'pairs');
DROP SCHEMA backtested CASCADE;
DROP OWNED BY regress_backtester;
DROP ROLE regress_backtester;
