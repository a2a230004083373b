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

\echo # backtest says it, and refit is not better for it
SET client_min_messages = notice;
SELECT measure, value FROM leadscore.backtest('doubted', 'bought', cut_off => '2026-05-01Z', horizon => '60 days', as_of => '2026-10-01Z') WHERE measure = 'leads';
SELECT measure, value BETWEEN 0.4 AND 0.6 AS auc FROM leadscore.backtest('doubted', 'bought', cut_off => '2026-05-01Z', horizon => '60 days', created => 'came', as_of => '2026-10-01Z') WHERE measure = 'auc';
SET client_min_messages = warning;
SELECT better, difference_low > 0.1 AS seems_better, version, regexp_replace(why, '0[.]\d+', '0.…', 'g') AS why FROM leadscore.refit('doubted', 'bought', horizon => '60 days', as_of => '2026-08-01Z', replace => true);
SELECT better, difference_low > 0 AS seems_better, regexp_replace(why, '0[.]\d+', '0.…', 'g') AS why FROM leadscore.refit('doubted', 'bought', horizon => '60 days', as_of => '2026-08-01Z', created => 'came');
SELECT count(*) AS versions FROM leadscore.versions('doubted');

SELECT leadscore.drop_model('doubted');
DROP SCHEMA doubted CASCADE;
