-- Views of a model: the score of now whatever is stored, columns that stay, plans that use the indexes, row-level security.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA views;
CREATE TABLE views.firms (id int PRIMARY KEY, sector text);
CREATE TABLE views.leads (id bigint PRIMARY KEY, firm int, title text, size numeric, note text);
CREATE TABLE views.events (lead bigint, kind text, at timestamptz, data jsonb);
INSERT INTO views.firms VALUES (1, 'software'), (2, 'mining');
INSERT INTO views.leads SELECT i, CASE WHEN i % 5 > 0 THEN 1 + i % 2 END, CASE WHEN i % 7 = 0 THEN 'chief' END, i % 13, CASE WHEN i % 50 = 0 THEN 'rival' END FROM generate_series(1, 3000) i;
INSERT INTO views.events SELECT i % 700, (ARRAY['visit', 'form'])[1 + i % 2], current_date - (i % 60) + time '01:00', jsonb_build_object('n', i) FROM generate_series(1, 6000) i;
-- "rank" and "stage" are called like columns of the view.
\set rules '{"exclude":[{"name":"rival","if":{"note":"rival"}}],"dimensions":{"fit":{},"engagement":{"max":40},"rank":{"weight":0}},"rules":[{"name":"chief","if":{"title":"chief"},"points":15},{"name":"sector","attribute":"firm.sector","values":{"software":12.5}},{"name":"size","attribute":"size","dimension":"rank","bands":[{"points":0},{"from":6,"points":1}]},{"name":"visits","on":"visit","points":3,"max":20,"decay":{"linear":"40 days"}},{"name":"forms","on":"form","within":"20 days","points":10,"limit":2},{"name":"off","if":{},"points":1,"enabled":false}],"stages":[{"name":"cold","qualification":"none"},{"name":"warm","from":20,"qualification":"MQL","keep":3},{"name":"hot","from":45,"qualification":"SQL"}],"labels":{"grade":{"of":"fit","levels":[{"name":"C"},{"name":"B","from":10},{"name":"A","from":20}]},"stage":{"of":"score","levels":[{"name":"any"}]}},"probability":{"intercept":-2,"slope":0.05}}'
SELECT leadscore.create_model('now', 'views.leads', :'rules');
SELECT leadscore.add_events('now', 'views.events', lead => 'lead', at => 'at', kind_column => 'kind', properties => 'data');
SELECT leadscore.add_attributes('now', 'views.firms', "on" => 'firm', as_prefix => 'firm');

\echo # columns: names, types, comments on all
SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'views'::regnamespace AND c.relkind = 'v' ORDER BY c.relname, a.attnum;
SELECT c.relname, c.relowner::regrole = current_user::regrole AS owned, obj_description(c.oid) FROM pg_class c WHERE c.relnamespace = 'views'::regnamespace AND c.relkind = 'v' ORDER BY 1;
SELECT current_setting('server_version_num')::int < 150000 OR bool_and(c.reloptions = '{security_invoker=true}') FROM pg_class c WHERE c.relnamespace = 'views'::regnamespace AND c.relkind = 'v';

\echo # equal to a full recomputation by the plain functions
CREATE VIEW views.wanted AS
  SELECT l.id, s.*, rank() OVER (ORDER BY s.score DESC NULLS LAST) AS rank, 100 * percent_rank() OVER (PARTITION BY s.score IS NULL ORDER BY s.score) AS percentile
  FROM views.leads l LEFT JOIN views.firms f ON f.id = l.firm
  LEFT JOIN (SELECT e.lead, leadscore.lead_tally(leadscore.active_rules('now'), e.kind, e.at, e.data) AS tally FROM views.events e GROUP BY e.lead) t ON t.lead = l.id
  CROSS JOIN LATERAL leadscore.score(leadscore.active_rules('now'), to_jsonb(l) || jsonb_build_object('firm', to_jsonb(f)), t.tally, now(), (SELECT x.stage FROM views.leads_now x WHERE x.lead_id = l.id)) s;
CREATE VIEW views.differs AS
  SELECT * FROM (
    SELECT id, jsonb_build_array(score, stage, qualification, round(probability::numeric, 12), (dimensions ->> 'fit')::numeric, (dimensions ->> 'engagement')::numeric, (dimensions ->> 'rank')::numeric,
                labels ->> 'grade', labels ->> 'stage', CASE WHEN score IS NOT NULL THEN rank END, CASE WHEN score IS NOT NULL THEN round(percentile::numeric, 9) END) AS wanted FROM views.wanted) w
  FULL JOIN (
    SELECT id, jsonb_build_array(score, stage, qualification, round(probability::numeric, 12), fit, engagement, rank_dimension, grade, stage_label, rank, round(percentile::numeric, 9)) AS shown FROM views.leads_now_scores) v USING (id)
  WHERE wanted IS DISTINCT FROM shown;
SELECT count(*) FROM views.differs;
SELECT count(*), count(score), count(DISTINCT stage), count(DISTINCT grade), count(DISTINCT priority), min(percentile), min(rank), max(rank) > 1000 AS behind_the_best FROM views.leads_now_scores;
SELECT DISTINCT priority, CASE WHEN percentile < 25 THEN 1 WHEN percentile < 50 THEN 2 WHEN percentile < 75 THEN 3 ELSE 4 END FROM views.leads_now_scores WHERE score IS NOT NULL ORDER BY 2;
SELECT DISTINCT rank, percentile, priority, qualification, grade, probability IS NULL FROM views.leads_now_scores WHERE stage = 'excluded';

\echo # rows that do not hold are computed: nobody refreshed
UPDATE views.leads_now SET next_change = now() - interval '1 hour', due = now() - interval '1 hour', score = 99, dimensions = '{1,2,3}', stage = 'hot', labels = '{Z,Z}', probability = 7 WHERE lead_id % 3 = 0;
SELECT count(*) FROM views.differs;
SELECT count(*) FILTER (WHERE scored_at = now()) = count(*) FILTER (WHERE id % 3 = 0), bool_and(next_change IS NULL OR next_change > now()) FROM views.leads_now_scores;
SELECT count(*) FROM views.leads_now_scores WHERE score = 99 OR grade = 'Z';
-- All of them, by a version that nobody has scored by yet.
SELECT leadscore.set_rules('now', replace(:'rules', '12.5', '13.5')::leadscore.scoring_rules, at_once => false);
SELECT count(*) FROM views.differs;
SELECT bool_and(scored_at = now()) FROM views.leads_now_scores;
CALL leadscore.catch_up('now');
SELECT count(*) FROM views.differs;
SELECT leadscore.rebuild('now');
SELECT * FROM leadscore.verify('now') LIMIT 5;
SELECT count(*) FROM views.differs;

\echo # counted by the index that ranks
CREATE VIEW views.miscounted AS SELECT score, c.leads AS counted, v.leads FROM leadscore.score_counts('now', 'views.leads_now_scores') c
  FULL JOIN (SELECT score, count(*) AS leads FROM views.leads_now_scores WHERE score IS NOT NULL GROUP BY score) v USING (score) WHERE c.leads IS DISTINCT FROM v.leads;
SELECT leadscore.ranking_index(m) FROM leadscore.model m WHERE name = 'now';
SELECT count(*) FROM views.miscounted;
BEGIN;
UPDATE views.leads SET title = 'chief' WHERE id % 4 = 0; DELETE FROM views.leads WHERE id % 11 = 0; UPDATE views.leads SET note = 'rival' WHERE id % 13 = 0;
INSERT INTO views.leads SELECT i, 1, 'chief', 7 FROM generate_series(4001, 4100) i;
SELECT * FROM views.miscounted;
UPDATE views.leads_now SET next_change = now(), due = now(), score = score + 5 WHERE lead_id % 17 = 0;
SELECT * FROM views.miscounted;
ROLLBACK;
SELECT * FROM views.miscounted;
-- Versions of a row in its page, then led to by what is left of the first one.
UPDATE views.leads_now SET stage_since = stage_since WHERE lead_id % 3 = 0; UPDATE views.leads_now SET stage_since = stage_since WHERE lead_id % 3 = 0; UPDATE views.leads_now SET stage_since = stage_since WHERE lead_id % 3 = 0;
SELECT * FROM views.miscounted;
-- By the snapshot of whoever asks.
BEGIN;
DECLARE before CURSOR FOR SELECT sum(leads) FROM leadscore.score_counts('now', 'views.leads_now_scores');
DELETE FROM views.leads WHERE id % 2 = 0;
FETCH before;
SELECT sum(leads) FROM leadscore.score_counts('now', 'views.leads_now_scores');
ROLLBACK;
VACUUM views.leads_now;
UPDATE views.leads SET title = 'boss' WHERE id % 100 = 0;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM views.miscounted;
COMMIT;
SELECT count(*) FROM views.differs;
-- Once in a query, whichever columns of whichever rows need it, and once more in the next.
SET track_functions = 'pl';
BEGIN;
DECLARE before CURSOR FOR SELECT rank, percentile, priority FROM views.leads_now_scores WHERE rank > 1000 ORDER BY rank, percentile DESC LIMIT 1;
CREATE TEMP TABLE fetched AS SELECT rank, percentile, priority FROM views.leads_now_scores WHERE rank > 1000 ORDER BY rank, percentile DESC LIMIT 1;
SELECT pg_stat_get_xact_function_calls('leadscore.score_counts(text, regclass)'::regprocedure);
DELETE FROM views.leads WHERE id IN (SELECT id FROM views.leads_now_scores WHERE rank <= 100);
FETCH before \gset old_
SELECT rank = :old_rank AND percentile = :old_percentile AS as_of_its_begin FROM fetched;
SELECT rank > :old_rank - 200 AND rank < :old_rank AS fewer_are_better FROM views.leads_now_scores v WHERE rank > 800 AND percentile <= :old_percentile ORDER BY rank LIMIT 1;
SELECT pg_stat_get_xact_function_calls('leadscore.score_counts(text, regclass)'::regprocedure);
ROLLBACK;
RESET track_functions;
-- Not for what it is not made for, nor for everybody.
CREATE TABLE views.plain (n numeric, i int);
INSERT INTO views.plain VALUES (1, 1), (1, 2), (NULL, 3), (2, 4), ('NaN', 5);
CREATE INDEX by_n ON views.plain (n); CREATE INDEX by_i ON views.plain (i); CREATE INDEX part ON views.plain (n) WHERE i > 2; CREATE INDEX hashed ON views.plain USING hash (n); CREATE INDEX nulls ON views.plain (n DESC NULLS FIRST);
CREATE TABLE views.parted (n numeric) PARTITION BY RANGE (n); CREATE INDEX parts ON views.parted (n);
SELECT sum(leads), min(value), max(value) FROM leadscore.index_counts('views.by_n');
SELECT sum(leads), min(value), max(value) FROM leadscore.index_counts('views.nulls');
-- Of many pages, some of them given back, half empty, or with rows written since.
CREATE TABLE views.many AS SELECT i, (i / 500)::numeric(28,6) AS n FROM generate_series(1, 20000) i;
CREATE INDEX many_n ON views.many (n DESC NULLS LAST);
CREATE VIEW views.many_differ AS
  SELECT * FROM (SELECT n, count(*) FROM views.many WHERE n IS NOT NULL GROUP BY n) t
    FULL JOIN (SELECT value, sum(leads) AS leads FROM leadscore.index_counts('views.many_n') GROUP BY value) c ON c.value = t.n
   WHERE t.count IS DISTINCT FROM c.leads;
SELECT count(*) FROM views.many_differ;
VACUUM views.many;
SELECT count(*) FROM views.many_differ;
DELETE FROM views.many WHERE n BETWEEN 11 AND 29 OR i % 7 = 0;
SELECT count(*) FROM views.many_differ;
VACUUM views.many;
UPDATE views.many SET n = 12 WHERE i % 11 = 0;
UPDATE views.many SET n = NULL WHERE i % 13 = 0;
SELECT count(*) FROM views.many_differ;
SELECT sum(leads) FROM leadscore.index_counts('views.many_n');
DELETE FROM views.many;
VACUUM views.many;
SELECT count(*) FROM leadscore.index_counts('views.many_n');
CREATE FUNCTION views.counted(index regclass) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN concat_ws(' ', leadscore.is_countable(index), (SELECT sum(leads) FROM leadscore.index_counts(index)));
EXCEPTION WHEN OTHERS THEN
  RETURN concat_ws(' ', leadscore.is_countable(index), sqlstate, sqlerrm);
END $$;
SELECT i, views.counted(i::regclass) FROM unnest('{views.by_i,views.part,views.parts,views.hashed,views.plain,views.leads_now_scores}'::text[]) i;
SELECT leadscore.is_countable(0), leadscore.is_countable(NULL);
CREATE OPERATOR CLASS views.of_its_own FOR TYPE numeric USING btree AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 numeric_cmp(numeric, numeric);
CREATE INDEX in_another_order ON views.many (n views.of_its_own);
SELECT views.counted('views.in_another_order');
DROP INDEX views.in_another_order;
CREATE ROLE regress_counter;
GRANT USAGE ON SCHEMA views TO regress_counter;
SET ROLE regress_counter;
SELECT views.counted('views.by_n');
RESET ROLE;
GRANT SELECT ON views.plain TO regress_counter;
SET ROLE regress_counter;
SELECT views.counted('views.by_n');
RESET ROLE;
ALTER TABLE views.plain ENABLE ROW LEVEL SECURITY;
SET ROLE regress_counter;
SELECT views.counted('views.by_n');
RESET ROLE;
DROP TABLE views.plain, views.parted;
REVOKE ALL ON SCHEMA views FROM regress_counter;
DROP ROLE regress_counter;
SELECT step, leadscore.leads_up_to('{-5,-3,2,7}', step) FROM unnest('{-6,-5,-4,-3,0,NaN}'::float8[]) step;
SELECT leadscore.leads_up_to('{}', 1), leadscore.leads_up_to(NULL, 1), leadscore.leads_up_to('{1,2}', NULL);
SELECT leadscore.leads_up_to('{1}', 1);
SELECT leadscore.leads_up_to('{1,NULL}', 1);
SELECT leadscore.leads_up_to('{{1},{2}}', 1);
SELECT leadscore.leads_up_to('{1,NaN}', 1);
-- Without the index all is as it was.
DROP INDEX views.leads_now_score_lead_id_idx;
SELECT leadscore.ranking_index(m) FROM leadscore.model m WHERE name = 'now';
SELECT * FROM views.miscounted;
SELECT count(*) FROM views.differs;
CREATE INDEX leads_now_score_lead_id_idx ON views.leads_now ((score::numeric(28,6)) DESC NULLS LAST, lead_id);
SELECT * FROM views.miscounted;
DROP VIEW views.miscounted;
UPDATE views.leads SET title = NULL WHERE title = 'boss';

\echo # plans
VACUUM ANALYZE views.leads_now;
VACUUM ANALYZE views.leads;
CREATE FUNCTION views.plan(query text, options text DEFAULT 'COSTS OFF') RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; all_lines text := '';
BEGIN FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP all_lines := all_lines || line || E'\n'; END LOOP; RETURN all_lines; END $$;
SELECT p ~ 'Merge Append', p ~ 'Index Scan using leads_now_score_\S+ on leads_now', p ~ 'Seq Scan on leads_now \S+ \(actual'
FROM views.plan('SELECT id, score, stage, fit, grade, qualification, rank FROM views.leads_now_scores ORDER BY score DESC NULLS LAST LIMIT 5', 'ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF') p;
SELECT p ~ 'Index Scan using leads_now_pkey on leads_now', p ~ 'Seq Scan on leads_now', p ~ 'Aggregate' AS all_scores
FROM views.plan('SELECT id, score, stage, rank FROM views.leads_now_scores WHERE id = 42') p;
-- Which rows are of older rules is only looked at while there may be such.
SELECT p ~ 'Index Scan using leads_now_due_idx on leads_now s_\d \(never executed\)', array_length(string_to_array(p, 'Seq Scan on leads_now s'), 1) - 1 AS scans FROM views.plan('SELECT id, score FROM views.leads_now_scores', 'ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF') p;
SELECT string_agg(id::text, ' ' ORDER BY n) = (SELECT string_agg(id::text, ' ') FROM (SELECT id FROM views.wanted ORDER BY score DESC NULLS LAST, id LIMIT 30) w)
FROM (SELECT id, row_number() OVER () AS n FROM (SELECT id FROM views.leads_now_scores ORDER BY score DESC NULLS LAST, id LIMIT 30) v) v;

\echo # summaries
SELECT position, stage, qualification, leads = (SELECT count(*) FROM views.wanted w WHERE w.stage = f.stage) AS leads, round(share::numeric, 4) = round(leads / 3000.0, 4) AS share,
       reached >= leads AS reached, conversion BETWEEN 0 AND 1 AS conversion, mean_days >= 0 AS mean_days FROM views.leads_now_funnel f;
SELECT count(*), min(lowest), max(highest), sum(leads) = (SELECT count(score) FROM views.wanted), max(cumulative_share), round(sum(share)::numeric, 9) FROM views.leads_now_distribution;
SELECT bool_and(leads = (SELECT count(*) FROM views.wanted w WHERE w.score >= d.lowest AND (w.score < d.highest OR d.band = (SELECT max(band) FROM views.leads_now_distribution) AND w.score = d.highest)))
FROM views.leads_now_distribution d;
WITH lines AS (
  SELECT x.name, x.points FROM views.leads l LEFT JOIN views.firms f ON f.id = l.firm
  LEFT JOIN (SELECT e.lead, leadscore.lead_tally(leadscore.active_rules('now'), e.kind, e.at, e.data) AS tally FROM views.events e GROUP BY e.lead) t ON t.lead = l.id
  CROSS JOIN LATERAL leadscore.explain_score(leadscore.active_rules('now'), to_jsonb(l) || jsonb_build_object('firm', to_jsonb(f)), t.tally) x
  WHERE x.step IN ('rule', 'rule limit') AND l.note IS NULL)
SELECT r.position, r.rule, r.dimension, r.group_name, r.enabled, r.leads > 0 AS leads, r.points = coalesce((SELECT sum(points) FROM lines WHERE name = r.rule), 0) AS points,
       round((r.mean_points - r.points / nullif(r.leads, 0))::numeric, 6) AS mean, round((r.share - r.leads / 2940.0)::numeric, 9) AS share
FROM views.leads_now_rules r ORDER BY r.position;
SELECT * FROM leadscore.even_bands(0, 100) WHERE band IN (1, 2, 20);
SELECT count(*), min(lowest), max(highest) FROM leadscore.even_bands(-7.25, 3.5);
SELECT * FROM leadscore.even_bands(5, 5);
SELECT * FROM leadscore.even_bands(NULL, NULL);

\echo # history: changes by day, also of leads that are gone
CREATE TABLE views.few (id int PRIMARY KEY, p int);
SELECT leadscore.create_model('h', 'views.few', '{"timezone":"Asia/Tokyo","rules":[{"name":"p","attribute":"p","bands":[{"points":0},{"from":10,"points":10},{"from":20,"points":20}]}],"stages":[{"name":"a"},{"name":"b","from":10},{"name":"c","from":20}],"exclude":[{"name":"x","if":{"p":-1}}]}');
INSERT INTO views.few VALUES (1, 0), (2, 0), (3, 10), (4, 0), (5, 0);
UPDATE views.few SET p = 20 WHERE id IN (1, 3);
UPDATE views.few SET p = 0 WHERE id = 1;
UPDATE views.few SET p = -1 WHERE id IN (4, 5);
UPDATE views.few SET p = 10 WHERE id = 5;
DELETE FROM views.few WHERE id = 3;
SELECT day = (now() AT TIME ZONE 'Asia/Tokyo')::date AS today, old_stage, new_stage, why, changes FROM views.few_h_history WHERE old_stage IS NOT NULL ORDER BY 2, 3;
SELECT position, stage, leads, share, reached, round(conversion::numeric, 3) AS conversion, mean_days_stayed IS NOT NULL AS stayed FROM views.few_h_funnel;
SELECT id, score, rank, percentile, priority FROM views.few_h_scores ORDER BY id;

\echo # new rules: columns stay where they are, what they no longer have is empty, what is new comes behind; other views go on working
CREATE VIEW views.report AS SELECT id, fit, grade, stage_label, rank FROM views.leads_now_scores;
SELECT leadscore.set_rules('now', '{"dimensions":{"fit":{},"grade":{},"Really New":{}},"score":{"decimals":2},"rules":[{"name":"a","if":{},"points":2.25,"dimension":"Really New"}],"labels":{"fit":{"of":"fit","levels":[{"name":"z"}]},"rank":{"of":"score","levels":[{"name":"r"}]}}}');
SELECT string_agg(format('%I', attname), ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'views.leads_now_scores'::regclass AND attnum > 0;
SELECT id, score, engagement, fit, rank_dimension, stage, grade, stage_label, rank, "Really New", grade_dimension, fit_label, rank_label FROM views.leads_now_scores WHERE id = 7;
SELECT * FROM views.report WHERE id = 7;
SELECT col_description('views.leads_now_scores'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'views.leads_now_scores'::regclass AND attname = 'grade';
SELECT leadscore.set_rules('now', :'rules');
SELECT count(*) FROM views.differs;
SELECT count(*) FROM views.report WHERE grade IS NULL OR fit IS NULL;

\echo # the tables go on living under the views
ALTER TABLE views.leads DROP COLUMN title, ADD COLUMN more int DEFAULT 3;
ALTER TABLE views.firms ADD COLUMN colour text;
ALTER TABLE views.leads RENAME COLUMN note TO remark;
ALTER TABLE views.leads RENAME COLUMN remark TO note;
SELECT leadscore.rebuild('now');
UPDATE views.leads_now SET next_change = '-infinity', due = '-infinity';
SELECT count(*) FROM views.differs;

\echo # rows joined without naming columns
CREATE TABLE views.base (id int, gone int, "r.taken" text, v text);
CREATE TABLE views.related (id int, taken int, "a name that is far too long to stand behind another with a dot_" int, gone text, "Odd ""name" date);
INSERT INTO views.base VALUES (1, 2, 'own', 'x'), (2, 2, NULL, NULL);
INSERT INTO views.related VALUES (1, 5, 6, 'g', '2026-01-02');
ALTER TABLE views.base DROP COLUMN gone, ADD COLUMN late int DEFAULT 9;
ALTER TABLE views.related DROP COLUMN gone, ADD COLUMN later text DEFAULT 'after';
SELECT row_to_json(leadscore.joined_row(b, 'r', r)) FROM views.base b LEFT JOIN views.related r USING (id) ORDER BY b.id;
SELECT row_to_json(leadscore.joined_row(leadscore.joined_row(b, 'r', r), 's', b)) FROM views.base b LEFT JOIN views.related r USING (id) ORDER BY b.id LIMIT 1;
SELECT row_to_json(leadscore.joined_row(b, 'r', NULL::record)), row_to_json(leadscore.joined_row(b, NULL, b)), leadscore.joined_row(NULL::views.base, 'r', b) FROM views.base b WHERE id = 2;
SELECT row_to_json(leadscore.joined_row(x.r, 'p', ROW(1))) FROM (VALUES (ROW(1, 'a'::text)), (ROW(2, 'b'))) x(r);

\echo # names that are taken, too long, or in use
SELECT leadscore.create_views('nothing');
CREATE VIEW views.other_short_funnel AS SELECT 1 AS one;
CREATE TABLE views.other (id uuid PRIMARY KEY);
SELECT leadscore.create_model('short', 'views.other', '{"rules":[]}');
DROP VIEW views.other_short_funnel;
SELECT leadscore.create_model('short', 'views.other', '{"rules":[]}');
SELECT leadscore.drop_views('now');
DROP VIEW views.report, views.differs;
SELECT leadscore.drop_views('now');
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'views'::regnamespace AND c.relkind = 'v' AND c.relname LIKE 'leads_now%';
SELECT leadscore.create_views('now');
CREATE VIEW views.lock_probe AS SELECT xmin FROM pg_class WHERE oid = 'views.leads_now_scores'::regclass;
SELECT xmin AS before FROM views.lock_probe \gset
SELECT leadscore.create_views('now');
SELECT xmin = :before AS untouched FROM views.lock_probe;

\echo # keys of several columns, odd names
CREATE TABLE views."Odd Leads" (rank int, "Tenant's" text, PRIMARY KEY (rank, "Tenant's"), v int);
SELECT leadscore.create_model('odd', 'views."Odd Leads"', '{"rules":[{"name":"v","attribute":"v","bands":[{"points":0},{"from":1,"points":1}]}],"stages":[{"name":"s"}]}', upkeep => 'queued');
INSERT INTO views."Odd Leads" VALUES (1, 'x', 1), (1, 'y"', 0), (2, 'x', 5);
SELECT rank_key, "Tenant's", score, fit, stage, rank, percentile, last_event, next_change FROM views."Odd Leads_odd_scores" ORDER BY 1, 2;
SELECT leadscore.fold('odd');
SELECT rank_key, "Tenant's", score, rank FROM views."Odd Leads_odd_scores" ORDER BY score DESC NULLS LAST, 1, 2;
SELECT stage, leads FROM views."Odd Leads_odd_funnel" ORDER BY position;
TABLE views."Odd Leads_odd_rules";

\echo # row-level security of the leads table holds from the moment it is there, in views and in the tables behind them
CREATE ROLE regress_ls_bi;
SELECT leadscore.grant_reading('h', 'regress_ls_bi');
SET ROLE regress_ls_bi;
SELECT count(*) FROM views.few_h_scores;
RESET ROLE;
GRANT SELECT ON views.few TO regress_ls_bi;
SET ROLE regress_ls_bi;
SELECT count(*) FROM views.few_h_scores;
RESET ROLE;
ALTER TABLE views.few ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON views.few TO regress_ls_bi USING (id <= 2);
SET ROLE regress_ls_bi;
SELECT id, score, rank FROM views.few_h_scores ORDER BY id;
SELECT sum(leads) FROM views.few_h_funnel;
SELECT sum(leads) FROM views.few_h_distribution;
SELECT sum(changes) FROM views.few_h_history WHERE old_stage IS NOT NULL;
SELECT share FROM views.few_h_rules;
RESET ROLE;
SELECT leadscore.refresh('h');
SELECT leadscore.sync_visibility('h');
SET ROLE regress_ls_bi;
SELECT lead_id FROM views.few_h ORDER BY 1;
SELECT DISTINCT lead_id FROM views.few_h_stage_change ORDER BY 1;
SELECT id, score, rank FROM views.few_h_scores ORDER BY id;
SELECT leadscore.create_views('h');
SELECT leadscore.grant_reading('h', 'public');
RESET ROLE;
UPDATE views.few SET p = 20 WHERE id = 2;
SELECT * FROM leadscore.verify('h');
ALTER TABLE views.few DISABLE ROW LEVEL SECURITY;
SELECT leadscore.sync_visibility('h');
SET ROLE regress_ls_bi;
SELECT count(*) FROM views.few_h;
RESET ROLE;

\echo # under the name of a view of the model one of another role, which reads its table
SELECT leadscore.drop_views('h');
GRANT CREATE ON SCHEMA views TO regress_ls_bi;
SET ROLE regress_ls_bi;
CREATE VIEW views.few_h_scores AS SELECT NULL::int AS id, NULL::numeric(28,6) AS score FROM views.few_h;
GRANT SELECT ON views.few_h_scores TO PUBLIC;
RESET ROLE;
SELECT leadscore.create_views('h');
SELECT leadscore.drop_views('h');
SELECT relname, relowner::regrole FROM pg_class WHERE relkind = 'v' AND relname LIKE 'few\_h\_%' ORDER BY 1;
DROP VIEW views.few_h_scores;
SELECT leadscore.create_views('h');

\echo # tables of a model with other names than it gave them: its views are found by what they read
CREATE TABLE views.named (id int PRIMARY KEY);
SELECT leadscore.create_model('n', 'views.named', '{"rules":[{"name":"a","on":"a","points":1}]}');
CREATE VIEW views.own AS SELECT lead_id FROM views.named_n;
ALTER TABLE views.named_n RENAME TO called; ALTER TABLE views.named_n_queue RENAME TO waiting;
SELECT leadscore.drop_model('n');
DROP VIEW views.own;
SELECT leadscore.create_views('n');
SELECT leadscore.drop_views('n');
SELECT relname FROM pg_class WHERE relkind = 'v' AND relname ~ '^(named|called)' ORDER BY 1;
SELECT leadscore.create_views('n');
SELECT leadscore.drop_model('n');
SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relname ~ '^(named|called|waiting)' ORDER BY 1;

DROP SCHEMA views CASCADE;
SELECT leadscore.drop_model(name) FROM leadscore.model WHERE name IN ('now', 'h', 'odd', 'short');
DROP ROLE regress_ls_bi;
