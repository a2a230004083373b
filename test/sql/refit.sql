-- Rules learned anew, beside the active ones on leads that had no part in it.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA refitted;
SET search_path = refitted;
CREATE TABLE leads (id int PRIMARY KEY, size int, source text, noise int, came_at timestamptz, won_at timestamptz, competitor boolean DEFAULT false);
-- Bigger leads convert more often, those from "fair" most.
CREATE FUNCTION dice(a bigint, b bigint) RETURNS int LANGUAGE sql AS 'SELECT ((a * 7919 + b * 104729 + a * b * 31 % 1009) % 1013)::int';
INSERT INTO leads SELECT i, dice(i, 1) % 100, (ARRAY['web', 'fair', 'call'])[1 + dice(i, 2) % 3], dice(i, 3), timestamptz '2025-01-01Z' + i * interval '6 hours', NULL, i % 50 = 7 FROM generate_series(1, 1400) i;
UPDATE leads SET won_at = came_at + interval '20 days' WHERE dice(id, 4) % 100 < size * 6 / 10 + CASE source WHEN 'fair' THEN 30 ELSE 5 END;
\set active '{"name":"by hand","timezone":"Europe/Berlin","exclude":[{"name":"competitor","if":{"competitor":true}}],"rules":[{"name":"size","attribute":"size","bands":[{"points":0},{"from":90,"points":10}]},{"name":"noise","attribute":"noise","bands":[{"points":0},{"from":500,"points":10}]}],"stages":[{"name":"cold"},{"name":"warm","from":5,"qualification":"MQL"},{"name":"hot","from":15,"keep":2,"needs":{"fit":15}}]}'
SELECT leadscore.create_model('refitted', 'refitted.leads', :'active', mirror => false);

\echo # a proposal: nothing is written
CREATE TABLE proposal AS SELECT * FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}');
SELECT better, version, leads, conversions, fitted_auc > active_auc AS better_auc, difference_low > 0 AS sure, fitted_log_loss < 0.62 AS log_loss, active_log_loss, why ~ '^better: AUC 0.\d+ instead of 0.\d+ on \d+ leads held back' AS why FROM proposal;
SELECT count(*) AS versions FROM leadscore.versions('refitted');
-- Exclusions, name, time zone and stages are those of the active rules; about as many leads are in each stage.
SELECT rules::jsonb ->> 'name' AS name, rules::jsonb ->> 'timezone' AS timezone, rules::jsonb -> 'exclude' = :'active'::jsonb -> 'exclude' AS exclude,
       (SELECT jsonb_agg(s - 'from') FROM jsonb_array_elements(rules::jsonb -> 'stages') s) AS stages FROM proposal;
SELECT s.stage, count(*) AS rows, min(s.leads) > 0 AND max(s.leads) - min(s.leads) < 100 AS about_as_many FROM proposal p,
  leadscore.backtest_stages('refitted', 'won_at', replace(:'active', ',"needs":{"fit":15}', '')::leadscore.scoring_rules, p.rules, at => 'came_at', as_of => '2026-12-01Z') s GROUP BY 1 ORDER BY 1;
-- The figures are those of a backtest on the newest leads.
WITH b AS (SELECT b.* FROM proposal p, leadscore.backtest_leads('refitted', 'won_at', other => p.rules, at => 'came_at', as_of => '2026-12-01Z') b WHERE left_out IS NULL AND score IS NOT NULL),
  cut AS (SELECT * FROM b ORDER BY snapshot DESC LIMIT (SELECT leads FROM proposal))
SELECT c.leads = p.leads AND c.conversions = p.conversions AND abs(c.auc_a - p.active_auc) < 1e-9 AND abs(c.auc_b - p.fitted_auc) < 1e-9 AS same
  FROM proposal p, (SELECT (leadscore.compare_scores(score::float8, other_score::float8, outcome)).* FROM cut) c;
SELECT report #>> '{test,leads}' AS test_leads, report #>> '{leads,test}' AS test, report #>> '{training,leads}' AS training, leadscore.fit_report_text(report) ~ 'test ' AS as_text FROM proposal;
-- The report says since when they are.
SELECT report #>> '{leads,test_since}' AS test_since, count(score) = leads AS leads, count(*) FILTER (WHERE score IS NOT NULL AND outcome) = conversions AS conversions
  FROM proposal p, leadscore.backtest_leads('refitted', 'won_at', at => 'came_at', as_of => '2026-12-01Z', since => (p.report #>> '{leads,test_since}')::timestamptz) GROUP BY p.report, leads, conversions;
-- The report serves drift().
SELECT measure, verdict FROM proposal p, LATERAL leadscore.drift('refitted', 'won_at', 'came_at', p.report, as_of => '2026-12-01Z', since => '2025-12-01Z') WHERE measure = 'leads';
SELECT report ->> 'points_digest' = leadscore.points_digest(rules) AS tells_of_which_rules FROM proposal;

\echo # nothing of the newest leads has a part in it, nor what is known of the others later
UPDATE leads SET won_at = CASE WHEN won_at IS NULL THEN came_at + interval '1 day' END WHERE came_at > (SELECT (substring(report #>> '{leads,test}' from 'later than (.*)$'))::timestamptz FROM proposal);
UPDATE leads l SET won_at = l.came_at + interval '200 days' WHERE won_at IS NULL AND id % 2 = 0 AND came_at < '2025-09-01Z';
CREATE TABLE again AS SELECT * FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}');
SELECT (a.rules::jsonb - 'stages') = (p.rules::jsonb - 'stages') AS same_rules, (a.report - 'test' - 'leads' - 'skill') = (p.report - 'test' - 'leads' - 'skill') AS same_report, a.fitted_auc < 0.5 AS judged_on_them, a.better FROM again a, proposal p;

\echo # without a moment for each lead: learned at one moment, judged a horizon later
\set walk 'horizon => ''60 days'', created => ''came_at'', cut_off => ''2025-09-01Z'', as_of => ''2026-12-01Z'', settings => ''{"leave_out": ["noise"], "least_conversions": 20, "least_others": 20}'''
CREATE TABLE walk AS SELECT * FROM leadscore.refit('refitted', 'won_at', :walk);
SELECT report #>> '{leads,test}' AS test, report #>> '{leads,test_since}' AS test_since, (report #>> '{training,leads}')::int = (SELECT count(*) FROM leads WHERE came_at <= '2025-07-03Z' AND (won_at > '2025-07-03Z') IS NOT FALSE) AS training,
       leads = (SELECT count(*) FROM leads WHERE came_at <= '2025-09-01Z' AND (won_at > '2025-09-01Z') IS NOT FALSE AND NOT competitor) AS leads FROM walk;
UPDATE leads SET won_at = CASE WHEN won_at IS NULL AND size > 80 THEN timestamptz '2025-09-03Z' END WHERE won_at > '2025-09-01Z' OR won_at IS NULL AND came_at < '2025-09-01Z';
SELECT (a.rules::jsonb - 'stages') = (w.rules::jsonb - 'stages') AS same_rules, a.fitted_auc <> w.fitted_auc AS judged_anew FROM walk w, leadscore.refit('refitted', 'won_at', :walk) a;

\echo # replaced only if it is better, or by force
SELECT version, better, why ~ '^not better' AS why FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}', replace => true);
CREATE TABLE forced AS SELECT * FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}', replace => true, force => true);
SELECT version, better FROM forced;
SELECT version, state, note ~ '^refit, not better: nothing to compare' AS note, rules OPERATOR(leadscore.=) (SELECT rules FROM forced) AS theirs FROM leadscore.versions('refitted');
SELECT count(*) FROM leadscore.verify('refitted');
SELECT leadscore.carried_over('{"rules":[]}', '{"rules":[],"stages":[{"name":"a"},{"name":"b","from":3},{"name":"c","from":4}]}', '{9,8,7,7,7}', '{2,1,2}')::jsonb -> 'stages' AS ties,
       leadscore.carried_over('{"rules":[]}', '{"rules":[],"stages":[{"name":"a"},{"name":"b","from":3}]}', '{9,8}', '{2,0}')::jsonb -> 'stages' AS nobody,
       leadscore.carried_over('{"rules":[]}', '{"rules":[],"stages":[{"name":"a"},{"name":"b","from":3}]}', NULL, NULL)::jsonb -> 'stages' AS no_leads, leadscore.carried_over('{"rules":[]}', '{"rules":[]}', '{1}', NULL) AS none;

\echo # what is refused
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text;
BEGIN EXECUTE query INTO got; RETURN 'ok'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
SELECT outcome('SELECT * FROM leadscore.refit(' || a || ')') FROM (VALUES ($$'nothing', 'won_at', 'came_at'$$), ($$'refitted', 'won_at', 'came_at', cut_off => '2025-01-01Z'$$), ($$'refitted', 'won_at', 'came_at', as_of => '2020-01-01Z'$$), ($$'refitted', 'won_at', 'came_at', test_share => 1$$),
  ($$'refitted', 'won_at', 'came_at', settings => '{"test_share": 0.2}'$$), ($$'refitted', 'won_at', 'came_at', settings => '{"nothing": 1}', as_of => '2026-12-01Z'$$), ($$'refitted', 'nothing', 'came_at'$$)) v(a);
CREATE ROLE regress_refitter;
GRANT USAGE ON SCHEMA refitted, leadscore TO regress_refitter;
GRANT SELECT ON leads TO regress_refitter;
SELECT leadscore.grant_reading('refitted', 'regress_refitter');
SET ROLE regress_refitter;
SELECT outcome($$SELECT * FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z')$$), outcome($$SELECT * FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', replace => true)$$);
RESET ROLE;
\echo # nothing to judge: who converted is excluded
UPDATE leads SET won_at = CASE WHEN dice(id, 4) % 100 < size * 6 / 10 + CASE source WHEN 'fair' THEN 30 ELSE 5 END THEN came_at + interval '20 days' END;
SELECT leadscore.set_rules('refitted', jsonb_set(rules::jsonb, '{exclude}', '[{"name": "customers", "if": {"won_at": {"exists": true}}}]')::leadscore.scoring_rules) > 0 FROM leadscore.versions('refitted') WHERE state = 'active';
\set VERBOSITY default
SET client_min_messages = notice;
SELECT rules IS NULL AS no_rules, report IS NULL AS no_report, better, version, leads, conversions, active_auc, fitted_auc, why FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z');
SELECT version, why FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', replace => true);
SELECT leads, conversions, why FROM leadscore.refit('refitted', 'won_at', horizon => '60 days', created => 'came_at', cut_off => '2025-09-01Z', as_of => '2026-12-01Z');
SELECT leads, conversions, why FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', rules => '{"exclude":[{"name":"open","if":{"won_at":{"exists":false}}},{"name":"customers","if":{"won_at":"2000-01-01"}}],"rules":[]}');
SET client_min_messages = warning;
\set VERBOSITY terse
-- Nothing is learned for it: settings are not even read.
SELECT better FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"nothing": 1}');
-- By force it is.
SELECT rules IS NULL AS no_rules, better, active_auc, why FROM leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}', force => true);

\echo # compared with other rules than the active ones, whose exclusions are not lost
CREATE TABLE tried AS SELECT jsonb_set(:'active', '{exclude}', '[{"name":"competitor","if":{"competitor":true}},{"name":"customers","if":{"won_at":{"exists":true}}}]')::leadscore.scoring_rules AS active,
  (:'active'::jsonb || '{"name":"copy","exclude":[{"name":"small","if":{"size":{"<":5}}},{"name":"competitor","if":{"competitor":true,"size":{">":10}}}],"stages":[{"name":"no"},{"name":"yes","from":10}]}')::leadscore.scoring_rules AS copy;
SELECT leadscore.set_rules('refitted', active) > 0 AS set FROM tried;
\set VERBOSITY default
SET client_min_messages = notice;
CREATE TABLE judged AS SELECT f.* FROM tried, leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}', rules => copy) f;
-- One that lacks nothing is not told of.
SELECT better, why ~ 'AUC' AS why FROM tried, leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}', rules => active, force => true);
CREATE TABLE replaced AS SELECT f.* FROM tried, leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise"]}', rules => copy, replace => true) f;
SET client_min_messages = warning;
\set VERBOSITY terse
SELECT better, version, rules::jsonb ->> 'name' AS name, rules::jsonb -> 'exclude' = copy::jsonb -> 'exclude' AS exclude, (SELECT jsonb_agg(s - 'from') FROM jsonb_array_elements(rules::jsonb -> 'stages') s) AS stages FROM judged, tried;
WITH b AS (SELECT b.* FROM judged j, tried, leadscore.backtest_leads('refitted', 'won_at', copy, j.rules, at => 'came_at', as_of => '2026-12-01Z') b WHERE left_out IS NULL AND score IS NOT NULL),
  cut AS (SELECT * FROM b ORDER BY snapshot DESC LIMIT (SELECT leads FROM judged))
SELECT c.leads = j.leads AND c.conversions = j.conversions AND abs(c.auc_a - j.active_auc) < 1e-9 AND abs(c.auc_b - j.fitted_auc) < 1e-9 AS same
  FROM judged j, (SELECT (leadscore.compare_scores(score::float8, other_score::float8, outcome)).* FROM cut) c;
SELECT r.better, r.version = v.version AS set, r.rules OPERATOR(leadscore.=) v.rules AS theirs, v.rules::jsonb -> 'exclude' AS exclude, (r.rules::jsonb - 'exclude') = (j.rules::jsonb - 'exclude') AS else_the_same
  FROM replaced r, judged j, leadscore.versions('refitted') v WHERE v.state = 'active';
SELECT leadscore.with_exclusions('{"rules":[]}', '{"rules":[]}') AS neither, leadscore.with_exclusions('{"rules":[]}', '{"exclude":[{"name":"a","if":{"x":1}}],"rules":[]}') AS active,
       leadscore.with_exclusions('{"exclude":[{"name":"a","if":{"x":1}}],"rules":[]}', '{"rules":[]}') AS own;
\echo # moments without a time zone are told once, and once more if what is learned has another zone
ALTER TABLE leads ADD won_local timestamp;
UPDATE leads SET won_local = won_at AT TIME ZONE 'Europe/Berlin';
SET client_min_messages = notice;
SELECT better, why ~ 'AUC' AS why FROM tried, leadscore.refit('refitted', 'won_local', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise", "won_at"]}', rules => (copy::jsonb || '{"timezone":"Europe/Berlin"}')::leadscore.scoring_rules);
SELECT better, why ~ 'AUC' AS why FROM tried, leadscore.refit('refitted', 'won_local', 'came_at', as_of => '2026-12-01Z', settings => '{"leave_out": ["noise", "won_at"], "timezone": "Asia/Tokyo"}', rules => (copy::jsonb || '{"timezone":"Europe/Berlin"}')::leadscore.scoring_rules);
SET client_min_messages = warning;
\echo # too few to learn from: as of which moment that is
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT leadscore.refit('refitted', 'won_at', cut_off => '2025-02-01Z', created => 'came_at', horizon => '90 days', as_of => '2026-12-01Z', force => true);
SELECT leadscore.refit('refitted', 'won_at', 'came_at', as_of => '2025-01-20Z', horizon => '1 day');
\set VERBOSITY terse
SELECT leadscore.drop_model('refitted');
DROP SCHEMA refitted CASCADE;
DROP OWNED BY regress_refitter;
DROP ROLE regress_refitter;
