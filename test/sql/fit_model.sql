-- Rules learned from what a model reads.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS regress_fit_model CASCADE;
CREATE SCHEMA regress_fit_model;
SET search_path = regress_fit_model, leadscore, public;
CREATE FUNCTION draw(seed text, n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed || n), 7))::bit(28)::int / 268435456.0::float8 $$;
CREATE TABLE company AS SELECT n AS id, (ARRAY['food', 'steel'])[1 + floor(draw('i', n) * 2)] AS industry, floor(draw('w', n) * 500)::int AS size FROM generate_series(1, 300) n;
ALTER TABLE company ADD PRIMARY KEY (id);
CREATE TABLE lead AS SELECT n AS id, 1 + n % 300 AS company_id, timestamptz '2025-10-01Z' + n * interval '2 hours' AS created, floor(draw('q', n) * 8)::int AS eager FROM generate_series(1, 3000) n;
ALTER TABLE lead ADD PRIMARY KEY (id);
CREATE TABLE visit AS SELECT id AS lead_id, timestamptz '2026-05-01Z' - draw('a' || i, id) * interval '80 days' AS at FROM lead, generate_series(1, 9) i WHERE draw('v' || i, id) * 10 < eager;
CREATE INDEX ON visit (lead_id);
ALTER TABLE lead ADD won_at timestamptz;
UPDATE lead l SET won_at = timestamptz '2026-05-01Z' + draw('d', l.id) * interval '120 days' FROM company c
 WHERE c.id = l.company_id AND draw('y', l.id) < 1 / (1 + exp(3 - eager / 2.0 - CASE c.industry WHEN 'steel' THEN 1 ELSE 0 END));
-- Those that won come back to say so.
INSERT INTO visit SELECT id, won_at + interval '1 day' FROM lead, generate_series(1, 6) WHERE won_at IS NOT NULL;
ALTER TABLE lead DROP eager;
SELECT create_model('regress_fit', leads => 'lead', rules => '{"timezone": "Europe/Berlin", "rules": [{"name": "visits", "on": "visit", "points": 1}], "stages": [{"name": "cold"}, {"name": "warm", "from": 3}]}');
SELECT add_events('regress_fit', 'visit', lead => 'lead_id', at => 'at', kind => 'visit');
SELECT add_attributes('regress_fit', 'company', 'company_id'::name, 'company');

CREATE TABLE fit AS SELECT * FROM fit_model('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z');
SELECT report -> 'leads', rules::jsonb ->> 'name', rules::jsonb ->> 'timezone', rules::jsonb #>> '{probability,horizon}' FROM fit;
SELECT count(*) FILTER (WHERE won_at < '2026-06-30Z') = (SELECT (report #>> '{training,conversions}')::int + (report #>> '{test,conversions}')::int FROM fit) FROM lead WHERE created <= '2026-05-01Z';
SELECT name FROM fit, rules_of(rules) WHERE name = 'company.industry';
SELECT count(*) > 0 AS events FROM fit, jsonb_array_elements(rules::jsonb -> 'rules') r WHERE r ? 'on';
SELECT count(*) AS own_scores FROM fit, rules_of(rules) WHERE name LIKE 'lead_s%';
SELECT report #>> '{skill,found}', (report #>> '{test,auc}')::float8 BETWEEN 0.58 AND 0.9 FROM fit;
-- The test part, for backtests of other rules on the same leads.
SELECT f.report -> 'leads', (f.report #>> '{test,leads}')::int = b.leads, (f.report #>> '{test,conversions}')::int = b.conversions, abs((f.report #>> '{test,auc}')::float8 - b.auc) < 1e-9
  FROM fit_model('regress_fit', 'won_at', at => 'created', horizon => '180 days', as_of => '2026-08-31Z') f,
       LATERAL (SELECT count(*) AS leads, count(*) FILTER (WHERE l.outcome) AS conversions, (evaluate_score(l.score::float8, l.outcome)).auc
                  FROM backtest_leads('regress_fit', 'won_at', f.rules, at => 'created', horizon => '180 days', as_of => '2026-08-31Z', since => (f.report #>> '{leads,test_since}')::timestamptz) l WHERE l.left_out IS NULL) b;
-- The same as over given tables.
CREATE VIEW wide AS SELECT l.id, l.created, l.won_at, c.industry AS "company.industry", c.size AS "company.size" FROM lead l JOIN company c ON c.id = l.company_id;
SELECT f.rules = g.rules, f.report - 'leads' - 'left_out' = g.report - 'leads' - 'left_out'
  FROM fit f, fit_rules('wide', 'won_at', '{id}', events => '[{"events": "visit", "lead": "lead_id", "at": "at", "kind": "visit"}]', horizon => '60 days', cut_off => '2026-05-01Z', created => 'created',
                        settings => '{"name": "regress_fit", "timezone": "Europe/Berlin"}', as_of => '2026-06-30Z') g;
-- What sync tools add to tables is not learned from, and changes nothing: here it tells much, of leads, related rows and events.
ALTER TABLE lead ADD _fivetran_deleted boolean, ADD "_FIVETRAN_ID" int;
UPDATE lead SET _fivetran_deleted = draw('f', id) < CASE WHEN won_at IS NULL THEN 0.3 ELSE 0.6 END, "_FIVETRAN_ID" = floor(draw('g', id) * CASE WHEN won_at IS NULL THEN 20 ELSE 30 END);
ALTER TABLE company ADD _airbyte_generation_id int, ADD _dlt_load_id text;
UPDATE company SET _airbyte_generation_id = CASE industry WHEN 'steel' THEN size / 10 ELSE size / 20 END, _dlt_load_id = industry;
ALTER TABLE visit ADD _sdc_sequence numeric;
UPDATE visit v SET _sdc_sequence = round((draw('h', extract(epoch FROM v.at)::int % 1000000) * CASE WHEN l.won_at IS NULL THEN 5 ELSE 9 END)::numeric, 2) FROM lead l WHERE l.id = v.lead_id;
SELECT f.rules = g.rules, f.report = g.report FROM fit f, fit_model('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z') g;
SELECT string_agg(c, ' ') FROM unnest('{_fivetran_synced,_FIVETRAN_ID,_airbyte_raw_id,_sdc_batched_at,_dlt_id,fivetran,my_fivetran_id,_sdcard,_dl,airbyte_id}'::text[]) c WHERE of_sync_tool(c);
-- Numbers that refer to other rows are no quantities, though here the larger ones convert more often: of leads, related rows and, as sums, of events; texts that refer are names as ever.
SELECT l -> 'reason', l -> 'detail' FROM fit, jsonb_array_elements(report -> 'left_out') l WHERE l ->> 'field' = 'company_id';
CREATE TABLE campaign (id int PRIMARY KEY);
INSERT INTO campaign SELECT generate_series(1, 40);
CREATE TABLE kind (name text PRIMARY KEY);
INSERT INTO kind VALUES ('a'), ('b'), ('c');
CREATE TABLE region (land int, part int, PRIMARY KEY (land, part));
INSERT INTO region SELECT a, b FROM generate_series(1, 10) a, generate_series(1, 40) b;
ALTER TABLE lead ADD campaign_id int REFERENCES campaign, ADD kind text REFERENCES kind, ADD land int, ADD part int, ADD FOREIGN KEY (land, part) REFERENCES region;
UPDATE lead SET campaign_id = 1 + floor(draw('cam', id) * CASE WHEN won_at IS NULL THEN 6 ELSE 10 END), kind = CASE WHEN draw('k', id) < CASE WHEN won_at IS NULL THEN 0.3 ELSE 0.6 END THEN 'a' ELSE 'b' END,
                land = 1 + floor(draw('l', id) * CASE WHEN won_at IS NULL THEN 6 ELSE 10 END), part = 1 + floor(draw('p', id) * CASE WHEN won_at IS NULL THEN 20 ELSE 40 END);
ALTER TABLE company ADD owner_id int REFERENCES campaign;
UPDATE company SET owner_id = CASE industry WHEN 'steel' THEN 20 ELSE 1 END + floor(draw('o', id) * 20);
ALTER TABLE visit ADD campaign_id int REFERENCES campaign;
UPDATE visit v SET campaign_id = 1 + floor(draw('vc', extract(epoch FROM v.at)::int % 1000000) * CASE WHEN l.won_at IS NULL THEN 3 ELSE 12 END) FROM lead l WHERE l.id = v.lead_id;
CREATE TABLE referring AS SELECT * FROM fit_model('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z');
SELECT l ->> 'field', l ->> 'reason' FROM referring, jsonb_array_elements(report -> 'left_out') l WHERE l ->> 'field' ~ '_id|land|part|kind|sum' ORDER BY 1;
SELECT r.name FROM referring, rules_of(rules) r WHERE r.name ~ '_id|land|part|kind' AND r.name !~ '&' ORDER BY 1;
-- Named in keep, each is a value like a text; with a direction, a quantity.
SELECT r ->> 'name' AS name, r ? 'values' AS values, r ? 'bands' AS bands
  FROM fit_model('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z', settings => '{"keep": ["campaign_id", "company.owner_id"], "monotone": {"part": "rising"}}') f,
       jsonb_array_elements(f.rules::jsonb -> 'rules') r WHERE r ->> 'attribute' ~ 'campaign_id|owner_id|land|part' ORDER BY 1;
SELECT fit_rules('lead', 'won_at', settings => '{"references": ["company_id"]}');
ALTER TABLE lead DROP campaign_id, DROP kind, DROP land, DROP part;
ALTER TABLE company DROP owner_id;
ALTER TABLE visit DROP campaign_id;
-- Score and stage that any model keeps are not learned from either, in whatever table: of leads, related rows and events. They tell of now, and would be as good as what they are made of.
ALTER TABLE visit ADD id serial PRIMARY KEY, ADD worth int;
UPDATE visit v SET worth = 1 + floor(draw('w', v.id) * CASE WHEN l.won_at IS NULL THEN 3 ELSE 9 END) FROM lead l WHERE l.id = v.lead_id;
CREATE TABLE before AS SELECT f.rules, f.report FROM fit_model('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z') f;
SELECT create_model('regress_fit_company', leads => 'company', score_column => 'heat', stage_column => 'heat_word',
    rules => '{"rules": [{"name": "steel", "if": {"industry": "steel"}, "points": 20}], "stages": [{"name": "low"}, {"name": "high", "from": 10}]}');
SELECT create_model('regress_fit_visit', leads => 'visit', score_column => 'heat', stage_column => 'heat_word',
    rules => '{"rules": [{"name": "worth", "attribute": "worth", "bands": [{"points": 0}, {"from": 2, "points": 2.5}, {"from": 3, "points": 3.5}, {"from": 5, "points": 7.5}]}]}');
SELECT create_model('regress_fit_other', leads => 'lead', score_column => 'other_heat', stage_column => 'other_word', rules => '{"rules": [{"name": "first", "if": {"id": {"<": 1000}}, "points": 2}]}');
SELECT f.rules = g.rules, f.report = g.report, strpos(f.report::text, 'worth') > 0 AS worth
  FROM before f, fit_model('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z') g;
SELECT r.rules::text ~ 'company[.]industry', r.rules::text ~ 'heat|_word', r.report::text ~ 'heat|_word'
  FROM refit('regress_fit', 'won_at', horizon => '30 days', created => 'created', as_of => '2026-06-30Z') r;
SELECT field, rule, reason, detail
  FROM backtest_leaks('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z', rules => '{"rules": [{"name": "hot", "if": {"company.heat": {">": 10}}, "points": 5},
    {"name": "word", "if": {"company.heat_word": "high", "company.size": {">": 9}}, "points": 5}, {"name": "other", "if": {"other_heat": 2, "lead_score": {">": 2}}, "points": 5}]}') WHERE reason <> 'one outcome';
SELECT string_agg(DISTINCT field, ' ' ORDER BY field) FROM model_lift('regress_fit', 'won_at', horizon => '60 days', created => 'created', as_of => '2026-06-30Z') WHERE source = 'attribute';
-- A column of a model's leads that was renamed is still one of them; under another prefix it has another name, and one of the leads that is called so is their own.
ALTER TABLE company RENAME heat TO warmth;
ALTER TABLE lead ADD "firm.heat_word" text DEFAULT 'x';
SELECT add_attributes('regress_fit', 'company', 'company_id'::name, 'firm');
SELECT name, keeper FROM mirrored_attributes('regress_fit') ORDER BY name;
SELECT drop_attributes('regress_fit', 'company');
SELECT add_attributes('regress_fit', 'company', 'company_id'::name, 'company');
SELECT drop_model('regress_fit_company'), drop_model('regress_fit_visit'), drop_model('regress_fit_other');
ALTER TABLE lead DROP "firm.heat_word";
ALTER TABLE visit DROP worth, DROP id;
-- Put in force, it is kept current like any other: each lead has the score that the document gives it.
SELECT set_rules('regress_fit', (SELECT rules FROM fit));
SELECT count(*) FROM verify('regress_fit');
SELECT count(lead_score), bool_or(lead_stage IS NOT NULL) FROM lead;

SELECT fit_model('nothing', 'won_at');
SELECT fit_model('regress_fit', 'nothing');
ALTER TABLE lead ADD won boolean;
SELECT fit_model('regress_fit', 'won');
SELECT fit_model('regress_fit', 'won_at', at => 'created', cut_off => '2026-05-01Z');
SELECT fit_model('regress_fit', 'won_at', horizon => '-1 day');
SELECT fit_rules('lead', 'won', created => 'created');
SELECT drop_model('regress_fit');
DROP SCHEMA regress_fit_model CASCADE;
