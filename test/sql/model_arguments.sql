-- What functions of models and studies are called with: NULL where something must be given, and keys as rows.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA arguments;
SET search_path = arguments;
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
  EXECUTE query;
  RETURN 'done';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint <> '' THEN ' HINT: ' || hint ELSE '' END;
END $$;
CREATE TABLE leads (id int PRIMARY KEY, size int, company int, won boolean, won_at timestamptz);
CREATE TABLE events (lead int, at timestamptz); CREATE INDEX ON events (lead);
CREATE TABLE companies (id int PRIMARY KEY, employees int);
INSERT INTO leads VALUES (1, 5, 1, true, '2026-02-01Z'), (2, 7, 1, false, NULL);
SELECT leadscore.create_model('m', 'leads', '{"rules":[{"name":"size","attribute":"size","bands":[{"points":1}]},{"name":"e","on":"*","points":2}]}');
SELECT leadscore.add_events('m', 'events', lead => 'lead', at => 'at', kind => 'x');

\echo # NULL where something must be given
SELECT c, outcome('SELECT * FROM leadscore.' || c) FROM unnest(ARRAY[
  $$create_model(NULL, 'leads', '{"rules":[]}')$$, $$create_model('n', NULL, '{"rules":[]}')$$, $$create_model('n', 'leads', NULL)$$, $$create_model('n', 'leads', '{"rules":[]}', mirror => NULL)$$,
  $$create_model('n', 'leads', '{"rules":[]}', score_column => NULL)$$, $$create_model('n', 'leads', '{"rules":[]}', upkeep => NULL)$$, $$drop_model(NULL)$$,
  $$add_events(NULL, 'events', lead => 'lead'::name, at => 'at', kind => 'y')$$, $$add_events('m', NULL, lead => 'lead'::name, at => 'at', kind => 'y')$$,
  $$add_events('m', 'events', lead => NULL::name, at => 'at', kind => 'y')$$, $$add_events('m', 'events', lead => NULL::name[], at => 'at', kind => 'y')$$,
  $$add_events('m', 'events', lead => 'lead'::name, at => NULL, kind => 'y')$$, $$drop_events('m', NULL)$$,
  $$add_attributes('m', NULL, 'company'::name, 'c')$$, $$add_attributes('m', 'companies', NULL::name, 'c')$$, $$add_attributes('m', 'companies', NULL::name[], 'c')$$,
  $$add_attributes('m', 'companies', 'company'::name, NULL)$$, $$drop_attributes('m', NULL)$$,
  $$set_rules('m', NULL)$$, $$set_rules('m', '{"rules":[]}', at_once => NULL)$$, $$preview_rules('m', NULL)$$, $$versions(NULL)$$, $$lint_model(NULL)$$,
  $$adjust('m', NULL::int, 'fit', 'add', 1)$$, $$adjust('m', NULL::text, 'fit', 'add', 1)$$, $$adjust('m', 1, NULL, 'add', 1)$$, $$adjust('m', 1, 'fit', NULL, 1)$$,
  $$adjust('m', 1, 'fit', 'add', NULL)$$, $$adjust('m', 1, 'fit', 'add', 1, at => NULL)$$,
  $$refresh(NULL)$$, $$refresh('m', NULL)$$, $$refresh('m', batch => NULL)$$, $$fold(NULL)$$, $$rebuild(NULL)$$, $$pause(NULL)$$, $$verify(NULL)$$, $$stage_changes(NULL)$$,
  $$set_upkeep('m', NULL)$$, $$replicate('m', NULL)$$, $$schedule('m', NULL)$$, $$set_channel(NULL, 'c')$$,
  $$score_of(NULL, 1)$$, $$score_of('m', NULL::int)$$, $$explain_lead('m', NULL::text)$$, $$next_change('m', NULL::int)$$, $$score_at('m', NULL)$$, $$explain_leads(NULL)$$,
  $$backtest('m', NULL)$$, $$backtest('m', 'won_at', horizon => NULL)$$, $$backtest_bands('m', 'won_at', bands => NULL)$$, $$backtest_leaks('m', NULL)$$,
  $$model_lift('m', 'won_at', doubling => NULL)$$, $$model_lift('m', 'won_at', bands => NULL)$$, $$model_lift('m', 'won_at', most_values => NULL)$$, $$rule_lift('m', 'won_at', least_leads => NULL)$$,
  $$lift_of(NULL, 'won')$$, $$lift_of('leads', NULL)$$, $$lift_of('leads', 'won', events => NULL)$$, $$lift_of('leads', 'won', doubling => NULL)$$, $$lift_of('leads', 'won', bands => NULL)$$,
  $$lift_of('leads', 'won', most_values => NULL)$$, $$lift_of('leads', 'won', least_leads => NULL)$$,
  $$readiness(NULL, 'won')$$, $$readiness('leads', 'won', horizon => NULL)$$, $$shared_traits(NULL, 'won')$$, $$shared_traits('leads', 'won', bands => NULL)$$, $$shared_traits('leads', 'won', inactive => NULL)$$,
  $$attribution('m', NULL)$$, $$attribution('m', 'won_at', half_life => NULL)$$, $$attribution(NULL::regclass, 'won_at', '[]')$$, $$attribution('leads'::regclass, 'won_at', NULL)$$,
  $$fit_rules(NULL, 'won')$$, $$fit_rules('leads', NULL)$$, $$fit_rules('leads', 'won', events => NULL)$$, $$fit_rules('leads', 'won', settings => NULL)$$, $$fit_model('m', 'won_at', settings => NULL)$$,
  $$refit('m', 'won_at', test_share => NULL)$$, $$drift('m', 'won_at', at => 'won_at', report => NULL)$$]) c;
SELECT outcome('SELECT leadscore.score_bands(1, true, NULL)'), outcome('SELECT leadscore.stability_index(1, true, NULL)');
CALL leadscore.catch_up(NULL);
CALL leadscore.catch_up('m', batch => NULL);
CALL leadscore.catch_up('m', part => NULL);
CALL leadscore.catch_up('m', parts => NULL);
-- Here NULL says something.
SELECT c, outcome('SELECT * FROM leadscore.' || c) FROM unnest(ARRAY[
  $$set_channel('m', NULL)$$, $$lint_model('m', NULL)$$, $$explain_lead('m', 1, as_of => NULL)$$, $$attribution('m', 'won_at', within => NULL)$$]) c;

\echo # keys of several columns
CREATE TABLE pairs (a int, b text, n int, PRIMARY KEY (a, b));
INSERT INTO pairs VALUES (1, 'x', 1), (2, 'y', 2);
SELECT leadscore.create_model('p', 'pairs', '{"rules":[{"name":"n","attribute":"n","bands":[{"points":1},{"from":2,"points":4}]}],"dimensions":{"fit":{}}}');
SELECT p.a, (leadscore.score_of('p', p)).score, (leadscore.score_of('p', k)).score FROM pairs p, LATERAL (SELECT p.a, p.b) k ORDER BY 1;
SELECT leadscore.adjust('p', p, 'fit', 'add', 10) FROM pairs p WHERE a = 1;
SELECT leadscore.adjust('p', '{"a":2,"b":"y"}'::jsonb, 'fit', 'add', 20);
SELECT a, lead_score FROM pairs ORDER BY 1;
SELECT outcome(format('SELECT leadscore.score_of(''p'', %s)', k)) FROM unnest(ARRAY['ROW(1, ''x'')', '''{"a":1}''::jsonb', '''(1,x)''', '''{"a":99999999999,"b":"x"}''']) k;
SELECT leadscore.drop_model('m'), leadscore.drop_model('p');
RESET search_path;
DROP SCHEMA arguments CASCADE;
