-- Rules learned from past leads.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS regress_fit CASCADE;
DROP ROLE IF EXISTS regress_fit_user;
CREATE SCHEMA regress_fit;
SET search_path = regress_fit, leadscore, public;
-- Numbers that look random and are the same everywhere.
CREATE FUNCTION draw(seed text, n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed || n), 7))::bit(28)::int / 268435456.0::float8 $$;
CREATE TABLE made AS
SELECT n AS id, timestamptz '2026-01-01Z' + n * interval '1 hour' AS seen, CASE WHEN draw('m', n) > 0.1 THEN round((draw('s', n) * 300)::numeric, 1) END AS size,
       (ARRAY['web', 'fair', 'call', 'ad'])[1 + floor(draw('c', n) * 4)] AS source, draw('n', n) < 0.4 AS newsletter, md5(n::text) AS hash, 'same'::text AS same,
       floor(draw('v', n) * 10)::int AS noise, timestamptz '2020-01-01Z' + n * interval '1 day' AS born, int4range(n, n + 1) AS span,
       jsonb_build_object('seats', floor(draw('e', n) * 20), 'plan', jsonb_build_object('name', (ARRAY['free', 'team', 'pro'])[1 + floor(draw('p', n) * 3)]), 'tags', '["a"]'::jsonb) AS data
  FROM generate_series(1, 4000) n;
CREATE TABLE lead AS
SELECT m.*, draw('y', id) < 1 / (1 + exp(2.5 - coalesce(size, 50) / 100 - CASE source WHEN 'fair' THEN 1.5 ELSE 0 END - CASE WHEN newsletter THEN 0.8 ELSE 0 END
                                         - CASE data #>> '{plan,name}' WHEN 'pro' THEN 1 ELSE 0 END)) AS converted FROM made m;
ALTER TABLE lead ADD PRIMARY KEY (id), ADD status text;
UPDATE lead SET status = CASE WHEN converted THEN 'won' WHEN id % 3 = 0 THEN 'lost' END;

CREATE TABLE fit AS SELECT * FROM fit_rules('lead', 'converted', at => 'seen');
SELECT report -> 'leads' FROM fit;
SELECT l ->> 'field', l ->> 'reason' FROM fit, jsonb_array_elements(report -> 'left_out') l ORDER BY 1;
SELECT report #> '{skill,found}', report #> '{training,leads}', report #> '{test,leads}' FROM fit;
-- The document is an ordinary one: what it scores is what the report says.
CREATE TABLE scored AS SELECT l.converted, s.score, s.probability FROM fit f, lead l, LATERAL score(f.rules, l, NULL, l.seen) s WHERE l.seen > (SELECT percentile_disc(0.7) WITHIN GROUP (ORDER BY seen) FROM lead);
SELECT abs((report #>> '{test,auc}')::float8 - (SELECT avg(CASE WHEN a.score > b.score THEN 1 WHEN a.score = b.score THEN 0.5 ELSE 0 END) FROM scored a, scored b WHERE a.converted AND NOT b.converted)) < 1e-6,
       abs((report #>> '{test,log_loss}')::float8 - (SELECT -avg(ln(CASE WHEN converted THEN probability ELSE 1 - probability END)) FROM scored)) < 1e-6,
       (report #>> '{test,auc}')::float8 > 0.7, (report #>> '{test,calibration_error}')::float8 < 0.05 FROM fit;
SELECT name FROM fit, rules_of(rules) WHERE name !~ '&' ORDER BY name COLLATE "C";
SELECT count(*) FROM fit, lint_rules(rules, 'lead') WHERE severity <> 'note';
SELECT rules::jsonb #>> '{labels,priority,levels,0,name}', jsonb_array_length(rules::jsonb #> '{labels,priority,levels}') FROM fit;
-- As text, for people.
SELECT line FROM fit, regexp_split_to_table(fit_report_text(report), E'\n') WITH ORDINALITY t(line, n) WHERE n = 1 OR line ~ '^rules|^not used|hash|status|span' ORDER BY n;

-- In any order, from a table or a view, the same.
CREATE VIEW backwards AS SELECT * FROM lead ORDER BY id DESC;
SELECT f.rules = g.rules, f.report - 'leads' = g.report - 'leads' FROM fit f, fit_rules('backwards', 'converted', '{id}', at => 'seen') g;

-- The test part: held back by a column, or drawn by the key; the same leads are drawn each time.
SELECT (f.report -> 'leads') ->> 'test', (f.report #> '{test,leads}')::int = (SELECT count(*) FROM lead WHERE newsletter) FROM fit_rules('lead', 'converted', held_back => 'newsletter') f;
SELECT f.report #>> '{leads,test}', (f.report #>> '{test,leads}')::int BETWEEN 700 AND 900, f.report = g.report
  FROM fit_rules('lead', 'converted', settings => '{"test_share": 0.2}') f, fit_rules('lead', 'converted', settings => '{"test_share": 0.2}') g;
SELECT f.report #>> '{leads,test}', (f.report #>> '{test,leads}')::int FROM fit_rules('backwards', 'converted', settings => '{"test_share": 0}') f;

-- Settings.
SELECT r.rule -> 'bands' -> -1 ->> 'points' > '0', f.rules::jsonb ->> 'name', f.rules::jsonb ->> 'timezone', f.report #>> '{settings,doubling}'
  FROM fit_rules('lead', 'converted', settings => '{"name": "learned", "timezone": "Europe/Berlin", "doubling": 20, "most_pairs": 0, "monotone": {"size": "rising"}, "leave_out": ["status", "noise"]}') f,
       LATERAL (SELECT e FROM jsonb_array_elements(f.rules::jsonb -> 'rules') e WHERE e ->> 'name' = 'size') r(rule);
SELECT l ->> 'reason' FROM fit_rules('lead', 'converted', settings => '{"leave_out": ["noise"]}') f, jsonb_array_elements(f.report -> 'left_out') l WHERE l ->> 'field' = 'noise';
SELECT max(name) FROM fit_rules('lead', 'converted', settings => '{"keep": ["status"]}') f, rules_of(f.rules) WHERE name = 'status';

-- A value that came of the conversion, of too few conversions to make its column a suspect: told, unless kept.
SET client_min_messages = notice;
\set VERBOSITY default
CREATE VIEW paying AS SELECT id, size, source, newsletter, converted, CASE WHEN converted AND id % 10 = 0 THEN 'paid' ELSE 'free' END AS plan, NOT (converted AND id % 12 = 0) AS open FROM lead;
SELECT jsonb_pretty(report -> 'one_outcome') FROM fit_rules('paying', 'converted', '{id}') \gset told_
\echo :told_jsonb_pretty
SET client_min_messages = warning;
SELECT line FROM fit_rules('paying', 'converted', '{id}') f, regexp_split_to_table(fit_report_text(f.report), E'\n') WITH ORDINALITY t(line, n) WHERE line ~ 'outcome|paid|open  ' ORDER BY n;
SELECT report -> 'one_outcome' FROM fit_rules('paying', 'converted', '{id}', settings => '{"keep": ["plan", "open"]}');
SELECT count(*) FROM fit WHERE report -> 'one_outcome' <> '[]';

-- Conversion times: what came before the moment, or is too young to tell, takes no part.
ALTER TABLE lead ADD won_at timestamptz;
UPDATE lead SET won_at = seen + CASE WHEN id % 50 = 0 THEN interval '-1 hour' WHEN id % 7 = 0 THEN interval '40 days' ELSE interval '3 days' END WHERE converted;
SELECT f.report -> 'leads', f.rules::jsonb -> 'probability' -> 'horizon', (f.report #>> '{training,conversions}')::int + (f.report #>> '{test,conversions}')::int
  FROM fit_rules('lead', 'won_at', at => 'seen', horizon => '30 days', settings => '{"leave_out": ["status", "converted"]}', as_of => '2026-06-17 16:00Z') f;
SELECT count(*) FROM lead WHERE won_at BETWEEN seen AND seen + interval '30 days' AND seen + interval '30 days' <= '2026-06-17 16:00Z';
UPDATE lead SET won_at = NULL;
SELECT report #> '{leads,left_out}' FROM fit_rules('lead', 'converted', settings => '{"leave_out": ["won_at"]}');
UPDATE lead SET converted = NULL WHERE id % 10 = 0;
SELECT report #> '{leads,left_out}' FROM fit_rules('lead', 'converted');

-- Noise has no skill, and says so.
SELECT f.report #>> '{skill,found}', left(f.report #>> '{skill,why}', 15) FROM fit_rules('lead', 'converted', settings => '{"leave_out": ["size", "source", "newsletter", "data.plan.name", "status"]}') f;

-- What does not work, and why.
\set SHOW_CONTEXT never
SELECT fit_rules('lead', 'nothing');
SELECT fit_rules('lead', 'size');
SELECT fit_rules('lead', NULL);
SELECT fit_rules(NULL, 'converted');
SELECT fit_rules('lead_pkey', 'converted');
SELECT fit_rules('lead', 'converted', '{nobody}');
SELECT fit_rules('lead', 'converted', at => 'size');
SELECT fit_rules('lead', 'converted', held_back => 'size');
SELECT fit_rules('lead', 'converted', held_back => 'nothing');
SELECT fit_rules('lead', 'converted', cut_off => '2026-06-01Z', horizon => '90 minutes');
SELECT fit_rules('lead', 'won_at', horizon => '90 days');
SELECT fit_report_text('{}');
SELECT fit_report_text('{"rules": 5}');
SELECT fit_report_text('[]');
SELECT fit_report_text('"x"');
SELECT fit_report_text('{"rules": [], "left_out": {}, "settings": {}, "skill": {"found": true}}');
SELECT fit_report_text('{"rules": [], "left_out": [], "settings": {}, "skill": {"found": "yes"}}');
SELECT fit_report_text(report - 'one_outcome') = fit_report_text(report), fit_report_text(NULL) IS NULL FROM fit;
SELECT fit_rules('lead', 'converted', settings => '[]');
SELECT fit_rules('lead', 'converted', settings => '{"doublin": 20}');
SELECT fit_rules('lead', 'converted', settings => '{"colour": 20}');
SELECT fit_rules('lead', 'converted', settings => '{"doubling": 0}');
SELECT fit_rules('lead', 'converted', settings => '{"test_share": 1}');
SELECT fit_rules('lead', 'converted', settings => '{"horizon": "1 day"}');
SELECT fit_rules('lead', 'converted', settings => '{"timezone": "Nowhere/Land"}');
SELECT rules::jsonb ->> 'timezone' FROM fit_rules('lead', 'converted', settings => '{"timezone": "europe/berlin"}');
SELECT fit_rules('lead', 'converted', settings => '{"monotone": {"nothing": "rising"}}');
SELECT fit_rules('lead', 'converted', settings => '{"monotone": {"source": "rising"}}');
CREATE VIEW few AS SELECT id, size, converted FROM lead WHERE id <= 60;
SELECT fit_rules('few', 'converted');
CREATE VIEW none AS SELECT id, size, converted FROM lead WHERE false;
SELECT fit_rules('none', 'converted');
CREATE VIEW bare AS SELECT converted FROM lead;
SELECT f.rules::jsonb -> 'rules', f.report #>> '{skill,found}' FROM fit_rules('bare', 'converted', settings => '{"test_share": 0}') f;
SELECT fit_query('SELECT 1', '{"rules": []}', '{}', 1);
SELECT fit_query('SELECT true, false, now(), NULL::text', '{"rules": []}', '{}', 1);
SELECT fit_query('SELECT true, false, now(), 1234605616436508552', '{"rules": [{"name": "x", "on": "x", "points": 1}]}', '{}', 1);
SELECT fit_query('SELECT true, false, now(), ''\x00''::bytea', '{"rules": [{"name": "x", "on": "x", "points": 1}]}', '{}', 1);

-- With the rights of the caller, who sees what row security lets through.
CREATE ROLE regress_fit_user;
GRANT USAGE ON SCHEMA regress_fit TO regress_fit_user;
SET ROLE regress_fit_user;
SELECT fit_rules('lead', 'converted');
RESET ROLE;
GRANT SELECT ON lead TO regress_fit_user;
ALTER TABLE lead ENABLE ROW LEVEL SECURITY;
CREATE POLICY part ON lead TO regress_fit_user USING (id <= 1000);
SET ROLE regress_fit_user;
SELECT report #> '{leads,used}' FROM fit_rules('lead', 'converted');
RESET ROLE;

-- A model's own score is no attribute.
ALTER TABLE lead DISABLE ROW LEVEL SECURITY;
SELECT create_model('regress_fit', leads => 'lead', rules => (SELECT rules FROM fit));
SELECT count(*) FROM fit_rules('lead', 'converted') f, rules_of(f.rules) WHERE name LIKE 'lead_s%';
SELECT drop_model('regress_fit');
DROP SCHEMA regress_fit CASCADE;
DROP ROLE regress_fit_user;
