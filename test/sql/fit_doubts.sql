-- What fits, refits and backtests say of figures that flatter.
\pset format unaligned
\pset null '~'
\pset footer off
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA doubted;
SET search_path = doubted;
CREATE FUNCTION draw(seed text, n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed || n), 7))::bit(28)::int / 268435456.0::float8 $$;
-- Who buys is chance; visits come in the first days, whoever it is. All are touched again and again by somebody.
CREATE TABLE leads AS SELECT n AS id, timestamptz '2026-01-01Z' + n * interval '7 hours' AS came, timestamptz '2026-11-01Z' AS touched, date '2026-02-01' AS fair, floor(draw('z', n) * 9)::int AS size,
       CASE WHEN draw('y', n) < 0.4 THEN timestamptz '2026-01-01Z' + n * interval '7 hours' + draw('d', n) * interval '60 days' END AS bought FROM generate_series(1, 900) n;
ALTER TABLE leads ADD PRIMARY KEY (id);
CREATE TABLE visits AS SELECT id AS lead, came + i * interval '1 day' AS at FROM leads, generate_series(0, 3) i WHERE i < 1 + draw('v', id) * 4;
CREATE INDEX ON visits (lead);
SELECT leadscore.create_model('doubted', 'doubted.leads', mirror => false, rules => '{"rules":[{"name":"visits","on":"visit","points":1}],"stages":[{"name":"cold"},{"name":"hot","from":3}]}');
SELECT leadscore.add_events('doubted', 'doubted.visits', lead => 'lead', at => 'at', kind => 'visit');

\echo # leads that were not there: nothing up to the cut-off, and something after it
SET client_min_messages = notice;
SELECT report #> '{leads,latecomers}' AS latecomers, report #>> '{skill,found}' AS skill, substring(leadscore.fit_report_text(report) FROM 'in doubt:[^\n]*') AS as_text
  FROM leadscore.fit_model('doubted', 'bought', cut_off => '2026-05-01Z', horizon => '60 days', as_of => '2026-10-01Z');
SET client_min_messages = warning;
SELECT count(*) FILTER (WHERE NOT there) AS late, count(*) AS taken FROM leads l, LATERAL (SELECT EXISTS (SELECT FROM visits v WHERE v.lead = l.id AND v.at <= '2026-05-01Z') AS there) t WHERE (bought > '2026-05-01Z') IS NOT FALSE;
SELECT report #> '{leads,latecomers}' AS latecomers, report #>> '{skill,found}' AS skill FROM leadscore.fit_model('doubted', 'bought', cut_off => '2026-05-01Z', horizon => '60 days', created => 'came', as_of => '2026-10-01Z', settings => '{"least_conversions": 20}');
-- Without a column that tells, as of a table that is given; what is later than as_of is not known.
CREATE VIEW bare AS SELECT id, size, touched, bought FROM leads;
\set events '[{"events": "visits", "lead": "lead", "at": "at", "kind": "visit"}]'
SELECT report #> '{leads,latecomers}' AS latecomers FROM leadscore.fit_rules('bare', 'bought', '{id}', events => :'events', cut_off => '2026-05-01Z', as_of => '2026-10-01Z');
SELECT report #> '{leads,latecomers}' AS latecomers FROM leadscore.fit_rules('bare', 'bought', '{id}', events => :'events', cut_off => '2026-05-01Z', as_of => '2026-07-01Z');
SELECT report #> '{leads,latecomers}' AS latecomers FROM leadscore.fit_rules('leads', 'bought', events => :'events', at => 'came', as_of => '2026-12-01Z', horizon => '60 days');
-- Up to one lead in twenty it is not said.
SELECT l.drawn, l.late, l.created, leadscore.tell_latecomers('leads', '{id}', s.list, 'bought', c.cut_off, '60 days', '2026-12-01Z', 'UTC') AS told
  FROM (VALUES (timestamptz '2026-09-01Z'), ('2026-09-13Z')) c(cut_off), (SELECT array_agg(e) AS list FROM leadscore.given_events(:'events', 'leads', '{id}') e) s,
       leadscore.latecomers('leads', '{id}', s.list, 'bought', c.cut_off, '60 days', '2026-12-01Z', 'UTC') l;
-- A date of the leads, several sources, and conversions without events.
CREATE TABLE forms AS SELECT lead, at + interval '1 hour' AS at FROM visits WHERE lead % 3 = 0;
CREATE VIEW dated AS SELECT id, came::date AS day, bought FROM leads;
SELECT l.* FROM (SELECT array_agg(e) AS list FROM leadscore.given_events('[{"events": "visits", "lead": "lead", "at": "at", "kind": "visit"}, {"events": "forms", "lead": "lead", "at": "at", "kind": "form"}]', 'dated', '{id}') e) s,
       leadscore.latecomers('dated', '{id}', s.list, 'bought', '2026-05-01Z', '60 days', '2026-10-01Z', 'UTC') l;
SELECT l.* FROM (SELECT array_agg(e) AS list FROM leadscore.given_events('[{"events": "forms", "lead": "lead", "at": "at", "kind": "form"}]', 'dated', '{id}') e) s,
       leadscore.latecomers('dated', '{id}', s.list, 'bought', '2026-05-01Z', '60 days', '2026-10-01Z', 'UTC') l;
SELECT count(*) FILTER (WHERE NOT f.there AND (f.ever OR bought <= '2026-10-01Z')) AS late FROM leads l, LATERAL (SELECT coalesce(min(v.at) <= '2026-05-01Z', false) AS there, min(v.at) <= '2026-10-01Z' AS ever FROM forms v WHERE v.lead = l.id) f
 WHERE (bought > '2026-05-01Z') IS NOT FALSE;
-- Keys of several columns, events that reach leads through another table, or are deleted, and dates in the zone of the rules.
CREATE TABLE "L x" (tenant text, "no" int, "Bought At" timestamptz, "Came On" date, PRIMARY KEY (tenant, "no"));
INSERT INTO "L x" SELECT 't' || i % 3, i, CASE WHEN i % 2 = 0 THEN timestamptz '2026-05-10Z' + i * interval '1 hour' END, CASE WHEN i <= 150 THEN date '2026-03-01' ELSE '2026-05-20' END FROM generate_series(1, 300) i;
CREATE TABLE contacts (contact bigint PRIMARY KEY, tenant text, "no" bigint, UNIQUE (contact, tenant, "no"));
INSERT INTO contacts SELECT 1000 + i, 't' || i % 3, i FROM generate_series(1, 300) i;
-- At midnight of 1 May in Berlin it is 30 April in UTC.
CREATE TABLE calls AS SELECT 1000 + i AS contact, CASE WHEN i <= 150 THEN date '2026-05-01' ELSE '2026-06-01' END AS day, i % 10 = 0 AS gone FROM generate_series(1, 300) i;
SELECT z.zone, l.* FROM (VALUES ('UTC'), ('Europe/Berlin')) z(zone), (SELECT array_agg(e) AS list FROM leadscore.given_events('[{"events": "calls", "lead": "contact", "at": "day", "kind": "call", "via": "contacts", "via_lead": ["tenant", "no"], "deleted": "gone"}]',
       '"L x"', '{tenant,no}') e) s, leadscore.latecomers('"L x"', '{tenant,no}', s.list, 'Bought At', '2026-04-30 23:00Z', NULL, '2026-11-01Z', z.zone) l;
SELECT count(*) FILTER (WHERE "no" > 150 AND "no" % 10 <> 0 OR "no" % 10 = 0) AS late_in_berlin FROM "L x";

\echo # leads that may still convert: without a horizon they count as not converted
SET client_min_messages = notice;
SELECT report #> '{leads,undecided}' AS undecided, substring(leadscore.fit_report_text(report) FROM 'in doubt:[^\n]*') AS as_text FROM leadscore.fit_rules('leads', 'bought', at => 'came', as_of => '2026-09-25Z');
SELECT report #> '{leads,undecided}' AS undecided FROM leadscore.fit_model('doubted', 'bought', at => 'came', horizon => NULL, as_of => '2026-09-25Z');
SET client_min_messages = warning;
-- Against plain SQL.
WITH t AS (SELECT ceil(percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM bought - came)) / 86400)::int AS days FROM leads WHERE bought <= '2026-09-25Z')
SELECT t.days, count(*) FILTER (WHERE came > timestamptz '2026-09-25Z' - t.days * interval '1 day') AS young, count(*) AS others FROM t, leads WHERE came <= '2026-09-25Z' AND (bought <= '2026-09-25Z') IS NOT TRUE GROUP BY 1;
-- With a horizon they are left out; where all are old enough there are none; a boolean tells no time, and of one moment for all they are of one age.
SELECT report #> '{leads,undecided}' AS undecided, report #> '{leads,left_out}' AS left_out FROM leadscore.fit_rules('leads', 'bought', at => 'came', as_of => '2026-09-25Z', horizon => '58 days');
SELECT report #> '{leads,undecided}' AS undecided FROM leadscore.fit_rules('leads', 'bought', at => 'came', as_of => '2026-12-01Z');
SELECT report #> '{leads,undecided}' AS undecided FROM leadscore.fit_rules('leads', 'bought', cut_off => '2026-09-20Z', settings => '{"least_conversions": 5}', as_of => '2026-09-25Z');
CREATE VIEW decided AS SELECT id, came, size, bought IS NOT NULL AS won FROM leads;
SELECT report #> '{leads,undecided}' AS undecided FROM leadscore.fit_rules('decided', 'won', at => 'came', as_of => '2026-09-25Z');
-- Up to one in twenty, or of fewer than ten, it is not said; up to two days it is hours; without conversions, or others, nothing.
CREATE FUNCTION told(as_of timestamptz, source regclass DEFAULT 'leads') RETURNS jsonb LANGUAGE sql AS $$
  SELECT leadscore.tell_undecided(source, leadscore.fit_outcome_sql(source, 'bought', 'came', NULL, NULL, NULL, as_of, 'UTC'), as_of) $$;
CREATE TABLE fast AS SELECT id, timestamptz '2026-01-01Z' + id * interval '10 minutes' AS came, CASE WHEN id % 2 = 0 THEN timestamptz '2026-01-01Z' + id * interval '10 minutes' + id % 20 * interval '30 minutes' END AS bought FROM leads WHERE id <= 200;
CREATE VIEW few AS SELECT id, came, bought FROM fast WHERE id <= 12;
CREATE VIEW bought AS SELECT id, came, bought FROM fast WHERE bought > came;
CREATE VIEW unsold AS SELECT id, came, NULL::timestamptz AS bought FROM fast;
SELECT a.as_of, told(a.as_of), count(*) FILTER (WHERE came > a.as_of - interval '58 days') AS young, count(*) AS others
  FROM (VALUES (timestamptz '2026-11-09Z'), ('2026-11-08Z'), ('2026-11-07Z')) a(as_of), leads WHERE (bought <= a.as_of) IS NOT TRUE AND came <= a.as_of GROUP BY 1 ORDER BY 1;
SELECT told('2026-01-02 09:20Z', 'fast') AS fast, told('2026-01-01 02:00Z', 'few') AS few, told('2026-01-09Z', 'bought') AS bought, told('2026-01-09Z', 'unsold') AS unsold, told('2026-01-01Z', 'fast') AS nobody;
-- Who comes later than all that is known is not called young.
SELECT report #> '{leads,left_out}' AS left_out, (SELECT count(*) FROM leads WHERE came > '2026-07-01Z') AS later FROM leadscore.fit_rules('leads', 'bought', at => 'came', as_of => '2026-07-01Z');

\echo # backtest says it, and refit is not better for it
SET client_min_messages = notice;
SELECT measure, value FROM leadscore.backtest('doubted', 'bought', cut_off => '2026-05-01Z', horizon => '60 days', as_of => '2026-10-01Z') WHERE measure = 'leads';
SELECT measure, value BETWEEN 0.4 AND 0.6 AS auc FROM leadscore.backtest('doubted', 'bought', cut_off => '2026-05-01Z', horizon => '60 days', created => 'came', as_of => '2026-10-01Z') WHERE measure = 'auc';
SET client_min_messages = warning;
SELECT better, difference_low > 0.1 AS seems_better, version, regexp_replace(why, '\d+[.]\d+', '0.…', 'g') AS why FROM leadscore.refit('doubted', 'bought', horizon => '60 days', as_of => '2026-08-01Z', replace => true);
SELECT better, difference_low > 0 AS seems_better, regexp_replace(why, '\d+[.]\d+', '0.…', 'g') AS why FROM leadscore.refit('doubted', 'bought', horizon => '60 days', as_of => '2026-08-01Z', created => 'came');
SELECT count(*) AS versions FROM leadscore.versions('doubted');

\echo # leads looked at just before their outcome: the result says so
SELECT b.way, count(*) FILTER (WHERE b.measure ~ '^looked at') AS said, min(b.value) FILTER (WHERE b.measure ~ '^looked at') = min(b.value) FILTER (WHERE b.measure = 'leads') AS leads, max(b.value) FILTER (WHERE b.measure = 'auc') > 0.7 AS flatters
  FROM (SELECT 'default' AS way, * FROM leadscore.backtest('doubted', 'bought', horizon => '60 days', as_of => '2026-12-01Z', rules => '{"rules":[{"name":"v","on":"visit","points":1,"decay":{"half_life":"14 days"}}]}')
        UNION ALL SELECT 'at', * FROM leadscore.backtest('doubted', 'bought', at => 'came', horizon => '60 days', as_of => '2026-12-01Z')
        UNION ALL SELECT 'cut_off', * FROM leadscore.backtest('doubted', 'bought', cut_off => '2026-05-01Z', horizon => '60 days', created => 'came', as_of => '2026-12-01Z')) b GROUP BY b.way ORDER BY b.way;

\echo # a boolean does not tell which events came after the conversion
ALTER TABLE leads ADD won boolean, ADD later timestamptz;
UPDATE leads SET won = bought IS NOT NULL, later = came + interval '20 days';
SET client_min_messages = notice;
SELECT report #>> '{leads,used}' AS used FROM leadscore.fit_rules('leads', 'won', events => :'events', at => 'later', settings => '{"leave_out": ["bought"]}', as_of => '2026-12-01Z');
SELECT value FROM leadscore.backtest('doubted', 'won', at => 'later', as_of => '2026-12-31Z') WHERE measure = 'leads';
-- Not of a moment, and not without events.
SELECT value FROM leadscore.backtest('doubted', 'bought', at => 'later', as_of => '2026-12-31Z') WHERE measure = 'leads';
SELECT report #>> '{leads,used}' AS used FROM leadscore.fit_rules('leads', 'won', cut_off => '2026-05-01Z', settings => '{"leave_out": ["bought"]}', as_of => '2026-12-01Z');
-- Of one moment for all it would be wrong for sure.
SELECT leadscore.fit_rules('leads', 'won', events => :'events', cut_off => '2026-05-01Z', as_of => '2026-12-01Z');
SELECT leadscore.fit_model('doubted', 'won', cut_off => '2026-05-01Z', as_of => '2026-12-01Z');
SET client_min_messages = warning;

\echo # skill is that of the leads held back, and what sorts well may be far too sure
-- From autumn on small ones buy, too.
CREATE TABLE boom AS SELECT n AS id, timestamptz '2026-01-01Z' + n * interval '5 hours' AS came, floor(draw('z', n) * 10)::int AS size,
       CASE WHEN draw('b', n) < CASE WHEN draw('z', n) >= 0.5 THEN 0.6 WHEN n > 1050 THEN 0.35 ELSE 0.005 END THEN timestamptz '2026-01-02Z' + n * interval '5 hours' END AS bought FROM generate_series(1, 1500) n;
ALTER TABLE boom ADD PRIMARY KEY (id);
SELECT leadscore.create_model('boom', 'doubted.boom', mirror => false, rules => '{"rules":[{"name":"none","attribute":"size","bands":[{"points":0}]}]}');
CREATE TABLE refit AS SELECT * FROM leadscore.refit('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-12-01Z', settings => '{"least_conversions": 20}');
SELECT better, difference_low > 0.1 AS sorts_well, fitted_log_loss > (report #>> '{test,base_log_loss}')::float8 AS too_sure, report #>> '{skill,found}' AS skill,
       regexp_replace(why, '\d+[.]\d+', '0.…', 'g') AS why, report #>> '{test,leads}' AS test, regexp_replace(substring(leadscore.fit_report_text(report) FROM 'NO SKILL[^\n]*'), '\d+[.]\d+', '0.…', 'g') AS as_text FROM refit;
-- The rate alone is that of the leads learned from.
WITH b AS (SELECT l.outcome FROM refit f, leadscore.backtest_leads('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-12-01Z', since => (f.report #>> '{leads,test_since}')::timestamptz) l WHERE l.left_out IS NULL)
SELECT abs((f.report #>> '{test,base_log_loss}')::float8 - x.loss) < 1e-4 AS same, (f.report #>> '{test,log_loss}')::float8 = f.fitted_log_loss AS log_loss
  FROM refit f, LATERAL (SELECT avg(-ln(CASE WHEN b.outcome THEN (f.report #>> '{training,rate}')::float8 ELSE 1 - (f.report #>> '{training,rate}')::float8 END)) AS loss FROM b) x;
SELECT better, report #>> '{skill,found}' AS skill, regexp_replace(why, '\d+[.]\d+', '0.…', 'g') AS why FROM leadscore.refit('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-08-01Z', settings => '{"least_conversions": 20}');
-- Few leads held back: validation tells the skill, but the log loss is still theirs.
SELECT better, difference_low > 0 AS sorts_well, report #>> '{test,leads}' AS test, regexp_replace(report #>> '{skill,why}', '\d+[.]\d+', '0.…', 'g') AS skill, regexp_replace(why, '\d+[.]\d+', '0.…', 'g') AS why
  FROM leadscore.refit('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-09-02Z', test_share => 0.05, settings => '{"least_conversions": 20}');
-- As fit_rules() tells it.
SELECT leadscore.fit_skill(p.test, p.validation) = f.report -> 'skill' AS same, leadscore.fit_skill(ARRAY[30, 5] || p.test[3:], p.validation) ->> 'why' ~ '^inner validation, for the test part is too small: ' AS too_small
  FROM leadscore.fit_rules('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-12-01Z') f, LATERAL (SELECT array_agg((f.report -> 'test' ->> k.name)::float8 ORDER BY ord) AS test,
       array_agg((f.report -> 'validation' ->> k.name)::float8 ORDER BY ord) AS validation FROM unnest('{leads,conversions,auc,auc_low,log_loss,base_log_loss}'::text[]) WITH ORDINALITY k(name, ord)) p;
SELECT leadscore.fit_skill('{1,2}', '{1,2}');
SELECT leadscore.base_log_loss(0.5, 3, 10), leadscore.base_log_loss(0, 0, 10) < 1e-9, leadscore.base_log_loss(1, 0, 10) > 30, leadscore.base_log_loss(0.5, 0, 0);

\echo # rules that know the outcome, and columns that do
ALTER TABLE boom ADD stamp text, ADD paid_at timestamptz, ADD grade text, ADD status text;
UPDATE boom SET stamp = CASE WHEN bought IS NOT NULL THEN 'x' || id % 3 END, paid_at = bought + interval '1 day', grade = CASE WHEN bought IS NULL THEN 'c' ELSE 'a' END, status = CASE WHEN bought IS NOT NULL OR id % 3 = 0 THEN 'on' ELSE 'off' END;
\set leaking '{"exclude":[{"name":"off","if":{"status":"off"}}],"rules":[{"name":"stamped","if":{"stamp":{"exists":true}},"points":10},{"name":"paid","if":{"paid_at":{"exists":true}},"points":1}]}'
SET client_min_messages = notice;
SELECT better, substring(why FROM '^[^:]*') AS why FROM leadscore.refit('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-08-01Z', settings => '{"least_conversions": 20}', rules => :'leaking');
-- Nothing of this where nothing leaks, and none is left out.
SELECT better FROM leadscore.refit('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-08-01Z', settings => '{"least_conversions": 20, "leave_out": ["stamp", "grade", "status"]}');
SELECT leadscore.set_rules('boom', (:'leaking'::jsonb - 'exclude')::leadscore.scoring_rules) > 0 AS set;
SELECT substring(why FROM '^[^:]*') AS why FROM leadscore.refit('boom', 'bought', at => 'came', horizon => '20 days', as_of => '2026-08-01Z', settings => '{"least_conversions": 20, "leave_out": ["stamp", "grade", "status"]}');
SET client_min_messages = warning;
SELECT leadscore.drop_model('boom');

SELECT leadscore.drop_model('doubted');
DROP SCHEMA doubted CASCADE;
