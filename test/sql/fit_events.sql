-- Rules learned from events: counted as scoring counts them, and none that came later.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS regress_fit_events CASCADE;
CREATE SCHEMA regress_fit_events;
SET search_path = regress_fit_events, leadscore, public;
CREATE FUNCTION draw(seed text, n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed || n), 7))::bit(28)::int / 268435456.0::float8 $$;
CREATE TABLE lead AS SELECT n AS id, timestamptz '2026-03-01Z' + n * interval '37 minutes' AS at, (ARRAY['web', 'fair'])[1 + floor(draw('c', n) * 2)] AS source, floor(draw('q', n) * 8)::int AS eager FROM generate_series(1, 2000) n;
ALTER TABLE lead ADD PRIMARY KEY (id);
-- Eager leads visit more and lately, and order more different things; mails come to all alike.
CREATE TABLE visit AS SELECT id AS lead_id, at - draw('va' || i, id) * interval '100 days' AS seen, jsonb_build_object('page', (ARRAY['/pricing', '/docs', '/blog'])[1 + floor(draw('vp' || i, id) * 3)], 'seconds', floor(draw('vs' || i, id) * 100)) AS data
  FROM lead, generate_series(1, 9) i WHERE draw('v' || i, id) * 10 < eager;
CREATE TABLE contact AS SELECT id AS contact, id AS lead_id FROM lead;
ALTER TABLE contact ADD PRIMARY KEY (contact);
CREATE TABLE mail AS SELECT id AS contact, at - draw('ma' || i, id) * interval '200 days' AS sent, 'mail' || CASE WHEN draw('mk' || i, id) < 0.3 THEN ' opened' ELSE '' END AS type FROM lead, generate_series(1, 3) i;
ALTER TABLE lead ADD converted boolean;
UPDATE lead SET converted = draw('y', id) < 1 / (1 + exp(3 - eager / 2.0 - CASE source WHEN 'fair' THEN 0.8 ELSE 0 END));
ALTER TABLE lead DROP eager;
\set events '[{"events": "visit", "lead": "lead_id", "at": "seen", "kind": "visit", "properties": "data"}, {"events": "mail", "lead": "contact", "at": "sent", "kind_column": "type", "via": "contact", "via_lead": "lead_id"}]'

CREATE TABLE fit AS SELECT * FROM fit_rules('lead', 'converted', at => 'at', events => :'events', settings => '{"most_pairs": 0}');
SELECT report #>> '{skill,found}', report #>> '{leads,used}', (report #>> '{test,auc}')::float8 > 0.7 FROM fit;
SELECT bool_or(e.on IN ('"visit"', '"*"')) AS visits, bool_or(name = 'source') AS source FROM fit, jsonb_to_recordset(rules::jsonb -> 'rules') e(name text, "on" jsonb);
-- What each lead scores by its tally up to its moment is what the report says.
CREATE FUNCTION scored() RETURNS TABLE (id int, converted boolean, score numeric, test boolean) LANGUAGE sql AS $$
  SELECT l.id, l.converted, s.score, l.at > (SELECT percentile_disc(0.7) WITHIN GROUP (ORDER BY at) FROM lead)
    FROM fit f, lead l LEFT JOIN LATERAL (
      SELECT rollup(u.tally) AS tally FROM (SELECT lead_tally(f.rules, 'visit', v.seen, v.data) AS tally FROM visit v WHERE v.lead_id = l.id AND v.seen <= l.at
                                            UNION ALL SELECT lead_tally(f.rules, m.type, m.sent) FROM mail m WHERE m.contact = l.id AND m.sent <= l.at) u) t ON true,
    LATERAL score(f.rules, l, t.tally, l.at) s $$;
SELECT abs((f.report #>> '{test,auc}')::float8 - (e).auc) < 1e-6, (f.report #>> '{test,conversions}')::int = (e).conversions
  FROM fit f, (SELECT evaluate_score(s.score, s.converted) AS e FROM scored() s WHERE test) x;
SELECT abs((f.report #>> '{training,auc}')::float8 - (e).auc) < 1e-6 FROM fit f, (SELECT evaluate_score(s.score, s.converted) AS e FROM scored() s WHERE NOT test) x;

-- Events that came later change nothing, nor do those without a moment or of nobody.
INSERT INTO visit SELECT id, at + interval '1 microsecond', '{"page": "/thanks"}' FROM lead, generate_series(1, 5) WHERE converted;
INSERT INTO visit VALUES (1, 'infinity', NULL), (1, NULL, NULL), (NULL, now(), NULL), (-1, '2020-01-01', NULL);
SELECT f.rules = g.rules, f.report = g.report FROM fit f, fit_rules('lead', 'converted', at => 'at', events => :'events', settings => '{"most_pairs": 0}') g;
CREATE VIEW later AS SELECT id, at, source, converted FROM lead;

-- A kind of several sources is one kind: half of the events in a table of their own, the other half bound twice for different leads.
CREATE TABLE half AS SELECT * FROM visit WHERE lead_id % 2 = 0;
CREATE TABLE other_half AS SELECT v.*, CASE WHEN lead_id % 4 = 1 THEN lead_id END AS one, CASE WHEN lead_id % 4 = 3 THEN lead_id END AS three FROM visit v WHERE lead_id % 2 = 1;
SELECT f.rules = g.rules, f.report = g.report
  FROM fit_rules('lead', 'converted', at => 'at', settings => '{"most_pairs": 0}', events => '[{"events": "visit", "lead": "lead_id", "at": "seen", "kind": "visit", "properties": "data"}]') f,
       fit_rules('lead', 'converted', at => 'at', settings => '{"most_pairs": 0}', events => '[{"events": "half", "lead": "lead_id", "at": "seen", "kind": "visit", "properties": "data"},
         {"events": "other_half", "lead": "one", "at": "seen", "kind": "visit", "properties": "data"}, {"events": "other_half", "lead": "three", "at": "seen", "kind": "visit", "properties": "data"}]') g;
DROP TABLE half, other_half;

-- Measures: distinct values and sums of what varies, not of names and constants.
CREATE TABLE orders AS SELECT id AS lead_id, at - draw('oa' || i, id) * interval '300 days' AS ordered, 'item ' || floor(draw('oi' || i, id) * 5) AS item, floor(draw('on' || i, id) * 9)::int AS amount,
       1000000 + id * 10 + i AS number, 'EUR' AS currency FROM lead, generate_series(1, 6) i WHERE draw('o' || i, id) < 0.5;
SELECT p.property, p.measure FROM given_events('[{"events": "orders", "lead": "lead_id", "at": "ordered", "kind": "order"}]', 'lead', '{id}') s,
       fit_properties(fit_events_sql(s, 'lead', '{id}', fit_snapshots_sql('lead', '{id}', fit_outcome_sql('lead', 'converted', 'at', NULL, NULL, NULL, '2026-12-01Z', 'UTC')), 'UTC'), 1, 'order', 1, '{lead_id,ordered}', '{}') p ORDER BY 1;
-- What refers to other rows has no sum.
SELECT p.property, p.measure FROM given_events('[{"events": "orders", "lead": "lead_id", "at": "ordered", "kind": "order"}]', 'lead', '{id}') s,
       fit_properties(fit_events_sql(s, 'lead', '{id}', fit_snapshots_sql('lead', '{id}', fit_outcome_sql('lead', 'converted', 'at', NULL, NULL, NULL, '2026-12-01Z', 'UTC')), 'UTC'), 1, 'order', 1, '{lead_id,ordered}', '{amount}') p ORDER BY 1;
SELECT r ->> 'name', r - 'name' - 'bands' FROM fit_measures('[{"on": "*"}, {"on": "order", "measure": {"sum": "amount"}}]', 9) f(ord, r) ORDER BY ord;

SELECT fit_rules('lead', 'converted', events => :'events');
SELECT fit_rules('later', 'converted', at => 'at', events => :'events');
SELECT fit_rules('lead', 'converted', at => 'at', events => '[{"events": "visit", "lead": "lead_id", "at": "seen"}]');
SELECT fit_rules('lead', 'converted', at => 'at', events => '[{"events": "nothing", "lead": "lead_id", "at": "seen"}]');
SELECT fit_rules('lead', 'converted', at => 'at', events => NULL);
DROP SCHEMA regress_fit_events CASCADE;
