-- lint_model(): rules beside the tables of a model, related ones and events too.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA linting;
CREATE TABLE linting.firms (id int PRIMARY KEY, size text, opened date, more jsonb);
CREATE TABLE linting.leads (id int PRIMARY KEY, firm int, title text, props jsonb);
CREATE TABLE linting.activities (id int PRIMARY KEY, lead int, at timestamptz, type text, payload jsonb);
CREATE TABLE linting.views (lead int, at timestamptz, url text, seconds int);
INSERT INTO linting.firms VALUES (1, '50', '2020-01-01', '{}');
INSERT INTO linting.leads SELECT i, 1, 'boss', '{"city":"Rome"}' FROM generate_series(1, 40) i;
INSERT INTO linting.activities SELECT i, 1 + i % 40, now(), (ARRAY['call', 'form', 'note'])[1 + i % 3], jsonb_build_object('title', 'x', 'meta', '{"page":3}'::jsonb) FROM generate_series(1, 600) i;
INSERT INTO linting.activities VALUES (601, 1, now(), 'rare', '{}'), (602, 1, now(), NULL, '{"rest":1}');
INSERT INTO linting.views SELECT 1 + i % 40, now(), '/', 3 FROM generate_series(1, 200) i;
SELECT leadscore.create_model('l', 'linting.leads', '{"stages":[{"name":"s"}],"rules":[{"name":"form","on":"form","points":1}]}');
SELECT leadscore.add_attributes('l', 'linting.firms', "on" => 'firm', as_prefix => 'firm');
SELECT leadscore.add_events('l', 'linting.activities', lead => 'lead', at => 'at', kind_column => 'type', properties => 'payload');
SELECT leadscore.add_events('l', 'linting.views', lead => 'lead', at => 'at', kind => 'view');
SELECT * FROM leadscore.lint_model('l');
\set draft '{"stages":[{"name":"s"}],"rules":[{"name":"size","attribute":"firm.size","bands":[{"points":0},{"from":50,"points":5}]},{"name":"city","attribute":"props.city","values":{"Rome":3}},{"name":"opened","if":{"firm.opened":{"older_than":"1 year"}},"points":1},{"name":"sector","attribute":"firm.sector","values":{"a":1}},{"name":"town","if":{"any":[{"town":"x"},{"firm.more.town":"x"}]},"points":1},{"name":"typo","on":"form","if":{"any":[{"titel":"x"},{"not":{"all":[{"title":"y","paylod":1}]}}]},"points":1},{"name":"path","on":"call","if":{"payload.title":"x","meta.page":3},"points":1},{"name":"case","on":["Form","call","rare"],"points":1},{"name":"off","on":"never","points":1,"enabled":false},{"name":"watched","on":"view","measure":{"sum":"second"},"points":1},{"name":"url","on":"view","if":{"url":"/"},"points":1},{"name":"rare","on":"rare","if":{"nothing":1},"points":1},{"name":"both","on":"*","if":{"url":"/","nowhere":null},"points":1},{"name":"quiet","on":["mail"],"measure":"idle","bands":[{"points":1}]}]}'
SELECT * FROM leadscore.lint_model('l', :'draft');
SELECT rule, kinds, field, wanted FROM leadscore.event_fields(:'draft') ORDER BY 1, 3;
-- A property of another type than a test or a sum wants: its rule can give nothing. One element of an array is enough; any type exists, and differs.
UPDATE linting.activities SET payload = '{"price":"12","tags":["a"],"paid":true,"zip":10115,"none":null,"meta":{"page":"3"}}' WHERE type = 'note';
SELECT place, message FROM leadscore.lint_model('l', '{"stages":[{"name":"s"}],"rules":[{"name":"sum","on":"note","measure":{"sum":"price"},"points":1},{"name":"more","on":"note","if":{"price":{">=":10}},"points":1},{"name":"dear","on":["note","call"],"if":{"any":[{"price":{"between":[1,2]}},{"price":"12"}]},"points":1},{"name":"tag","on":"note","if":{"tags":"a"},"points":1},{"name":"paid","on":"note","if":{"not":{"all":[{"paid":"yes"}]}},"points":1},{"name":"zip","on":"note","if":{"zip":{"starts_with":"10"}},"points":1},{"name":"zips","on":"note","if":{"zip":{"in":["1","2"]}},"points":1},{"name":"any","on":"note","if":{"zip":{"!=":"x"},"price":{"exists":true},"paid":{"not_in":["x"]},"none":"x","meta.page":3},"points":1},{"name":"mixed","on":"note","if":{"zip":["1",10115]},"points":1},{"name":"few","on":"rare","if":{"zip":"1"},"points":1},{"name":"columns","on":"view","if":{"at":{">":"2026-01-01"},"seconds":{">":1},"url":{">":1}},"points":1}]}') WHERE topic = 'property type';

-- A sample of a large table is enough; kinds are looked for everywhere.
CREATE TABLE linting.many (lead int, at timestamptz, type text, payload json) PARTITION BY LIST (type);
CREATE TABLE linting.many_rare PARTITION OF linting.many FOR VALUES IN ('rare one');
CREATE TABLE linting.many_rest PARTITION OF linting.many DEFAULT;
INSERT INTO linting.many SELECT 1 + i % 40, now(), 'often', json_build_object('a', 1, 'note', repeat('x', 150)) FROM generate_series(1, 60000) i;
INSERT INTO linting.many VALUES (1, now(), 'rare one', '{"b":1}');
SELECT leadscore.add_events('l', 'linting.many', lead => 'lead', at => 'at', kind_column => 'type', properties => 'payload');
-- The share follows from pages, not from statistics, which a table that was just loaded lacks; with partitions or without.
CREATE TABLE linting.plain AS SELECT * FROM linting.many;
SELECT leadscore.sample_percent('linting.many') BETWEEN 5 AND 60 AS partitioned, leadscore.sample_percent('linting.plain') BETWEEN 5 AND 60 AS plain,
       leadscore.sample_percent('linting.views') AS small, leadscore.sample_percent('linting.many_rest') >= leadscore.sample_percent('linting.many') AS partition;
SELECT leadscore.sample_percent('linting.plain') AS before \gset
ANALYZE linting.plain;
SELECT leadscore.sample_percent('linting.plain') = :before AS as_before;
DROP TABLE linting.plain;
CREATE TABLE linting.nothing (a int);
SELECT leadscore.sample_percent('linting.nothing');
SELECT x.topic, x.place, regexp_replace(x.message, 'of [0-9]+ events', 'of … events'), n BETWEEN 2000 AND 40000 AS sampled
  FROM leadscore.lint_model('l', '{"stages":[{"name":"s"}],"rules":[{"name":"a","on":"often","if":{"a":1},"points":1},{"name":"b","on":"often","if":{"b":1},"points":1},{"name":"c","on":"rare one","if":{"a":1},"points":1},{"name":"d","on":"rare two","points":1}]}') x,
       CAST(substring(x.message FROM 'of ([0-9]+) events') AS int) n WHERE x.topic IN ('kind', 'property');
-- Events are read if a rule asks for what only they tell: never for attributes and the kind of a table that has one, all of them for a kind that the sample does not have.
CREATE FUNCTION linting.reads(rules text, OUT views bigint, OUT often bigint) LANGUAGE plpgsql SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    SELECT INTO views, often pg_stat_get_xact_tuples_returned('linting.views'::regclass), pg_stat_get_xact_tuples_returned('linting.many_rest'::regclass);
    PERFORM leadscore.lint_model('l', rules::leadscore.scoring_rules);
    views := pg_stat_get_xact_tuples_returned('linting.views'::regclass) - views;
    often := pg_stat_get_xact_tuples_returned('linting.many_rest'::regclass) - often;
END $$;
SELECT * FROM linting.reads('{"stages":[{"name":"s"}],"rules":[{"name":"city","attribute":"props.city","values":{"Rome":3}}]}');
SELECT * FROM linting.reads('{"stages":[{"name":"s"}],"rules":[{"name":"v","on":["view"],"points":1},{"name":"any","on":"*","points":1}]}');
SELECT views, often BETWEEN 2000 AND 40000 AS often FROM linting.reads('{"stages":[{"name":"s"}],"rules":[{"name":"a","on":["often","view"],"if":{"a":1},"points":1}]}');
SELECT views, often >= 60000 AS often FROM linting.reads('{"stages":[{"name":"s"}],"rules":[{"name":"a","on":"often","points":1}]}');
SELECT views, often >= 60000 AS often FROM linting.reads('{"stages":[{"name":"s"}],"rules":[{"name":"a","on":["often","rare two"],"if":{"a":1},"points":1}]}');
-- Who does not own the model may not; one without events has nothing to look at.
CREATE ROLE linting_other;
GRANT USAGE ON SCHEMA linting TO linting_other;
SET ROLE linting_other;
SELECT * FROM leadscore.lint_model('l');
RESET ROLE;
SELECT leadscore.create_model('bare', 'linting.firms', '{"stages":[{"name":"s"}],"rules":[{"name":"form","on":"form","points":1}]}', mirror => false);
SELECT * FROM leadscore.lint_model('bare');
SELECT * FROM leadscore.lint_model('none');
-- Attributes inside a column of jsonb: none has it, or it is never of the type that is asked for.
CREATE DOMAIN linting.document AS jsonb;
CREATE TABLE linting.parts (id int PRIMARY KEY, "More" linting.document);
CREATE TABLE linting.wide (id int PRIMARY KEY, part int, properties jsonb, other json);
INSERT INTO linting.parts SELECT i, jsonb_build_object('a', jsonb_build_object('b', i::text), 'list', '[1]'::jsonb) FROM generate_series(1, 120) i;
INSERT INTO linting.wide SELECT i, i, jsonb_build_object('views', i::text, 'n', i, 'ok', true, 'since', '2026-01-01', 'rare', CASE WHEN i < 50 THEN 'x' END, 'dotted.key', 1), '{}' FROM generate_series(1, 120) i;
SELECT leadscore.create_model('w', 'linting.wide', '{"rules":[]}', mirror => false);
SELECT leadscore.add_attributes('w', 'linting.parts', "on" => 'part', as_prefix => 'part');
SELECT topic, place, message FROM leadscore.lint_model('w', '{"rules":[{"name":"views","attribute":"properties.views","bands":[{"points":1}]},{"name":"n","attribute":"properties.n","bands":[{"points":1}]},{"name":"nosuch","if":{"properties.nosuch":"x","properties.ok":"yes","properties.since":{"within_last":"3 days"},"properties.n":{"contains":"x"}},"points":1},{"name":"rare","if":{"properties.rare":1,"properties.dotted.key":1,"other.x":1},"points":1},{"name":"deep","if":{"part.More.a.b":1,"part.More.a.c":1,"part.More.list":"x"},"points":1},{"name":"key","attribute":"properties.n","values":{"1":1}},{"name":"key too","attribute":"properties.ok","values":{"true":1}}]}') WHERE topic LIKE 'attribute%';
SELECT count(*) FROM leadscore.lint_model('w', '{"rules":[{"name":"nosuch","if":{"part.More.x\\u0027y":1},"points":1}]}') WHERE topic = 'attribute';
DELETE FROM linting.wide WHERE id > 50;
SELECT count(*) FROM leadscore.lint_model('w', '{"rules":[{"name":"nosuch","if":{"properties.nosuch":"x"},"points":1}]}') WHERE topic = 'attribute';
SELECT leadscore.drop_model('w');

-- Times of columns without a zone, where that of the rules is not UTC, by whatever name or all year.
CREATE DOMAIN linting.moment AS timestamp;
CREATE TABLE linting.deals (id int PRIMARY KEY, wide int, stamp timestamp, named linting.moment, zoned timestamptz, day date, props jsonb);
CREATE TABLE linting.visits (id int PRIMARY KEY, "Last Seen" timestamp, first timestamp, never timestamp);
CREATE INDEX ON linting.deals (wide);
\set timed '"stages":[{"name":"s"}],"exclude":[{"name":"old","if":{"not":{"stamp":{"within_last":"1 year"}}}}],"rules":[{"name":"named","if":{"any":[{"named":{"<":"2026-01-01"}},{"stamp":{">":"2026-01-01"}}]},"points":1},{"name":"zoned","if":{"zoned":{"older_than":"1 hour"},"day":{"older_than":"1 day"},"props.at":{"older_than":"1 day"}},"points":1},{"name":"there","if":{"visit.never":{"exists":true}},"points":1},{"name":"seen","if":{"visit.Last Seen":{"older_than":"30 days"}},"points":1},{"name":"soon","if":{"visit.first":{"within_next":"3 days"}},"points":1,"enabled":false}]'
SET client_min_messages = notice;
SELECT leadscore.create_model('t', 'linting.deals', ('{"timezone":"Europe/Vienna",' || :'timed' || '}')::leadscore.scoring_rules, mirror => false);
SELECT leadscore.add_attributes('t', 'linting.visits', "on" => 'wide', as_prefix => 'visit');
SELECT severity, topic, place, message FROM leadscore.lint_model('t') WHERE topic <> 'attribute';
SELECT z.zone, count(*) FILTER (WHERE topic = 'attribute zone') FROM (VALUES ('UTC'), ('Etc/UTC'), ('Africa/Abidjan'), ('Europe/London'), ('Europe/Paris')) z(zone),
       leadscore.lint_model('t', ('{"timezone":"' || z.zone || '",' || :'timed' || '}')::leadscore.scoring_rules) GROUP BY z.zone ORDER BY z.zone;
-- New rules tell what those before did not.
SELECT leadscore.set_rules('t', ('{"timezone":"Europe/Vienna","description":"b",' || :'timed' || '}')::leadscore.scoring_rules);
SELECT count(*) FROM leadscore.preview_rules('t', ('{"timezone":"Europe/Vienna",' || replace(:'timed', 'visit.never":{"exists":true', 'visit.never":{"older_than":"1 day"') || '}')::leadscore.scoring_rules);
SELECT leadscore.set_rules('t', ('{"timezone":"Europe/Vienna",' || replace(:'timed', 'visit.never":{"exists":true', 'visit.never":{"older_than":"1 day"') || '}')::leadscore.scoring_rules);
SELECT leadscore.set_rules('t', '{"timezone":"Asia/Tokyo","rules":[{"name":"named","if":{"named":{"older_than":"1 hour"}},"points":1}]}');
SELECT leadscore.set_rules('t', '{"rules":[{"name":"named","if":{"named":{"older_than":"1 hour"}},"points":1}]}');
SET client_min_messages = warning;
SELECT leadscore.drop_model('t');

-- Columns of another type than rules ask for, told when rules and tables come together.
CREATE TABLE linting.loaded (id int PRIMARY KEY, firm int, time_on_site text, pages text, visits text, "Score 1" text, clicks text, opens text, size int);
CREATE TABLE linting.employers (id int PRIMARY KEY, staff text);
CREATE INDEX ON linting.loaded (firm);
\set typed '"if":{"size":">=3"}},{"name":"time","attribute":"time_on_site","bands":[{"points":0},{"from":600,"points":10}]},{"name":"pages","if":{"pages":{">":3}}'
\set more '{"name":"staff","attribute":"firm.staff","bands":[{"points":0},{"from":10,"points":1}]},{"name":"visits","if":{"visits":{">":1},"clicks":{">":1},"opens":{">":1},"Score 1":{">":1}}}'
SET client_min_messages = notice;
SELECT leadscore.create_model('t', 'linting.loaded', ('{"rules":[{"name":"size","points":1,' || :'typed' || ',"points":5}]}')::leadscore.scoring_rules, mirror => false);
SELECT leadscore.add_attributes('t', 'linting.employers', "on" => 'firm', as_prefix => 'firm');
SELECT count(*) FROM leadscore.preview_rules('t', ('{"rules":[{"name":"size","points":1,' || :'typed' || ',"points":5},' || replace(:'more', '}}}', '}},"points":2}') || ']}')::leadscore.scoring_rules);
SELECT leadscore.set_rules('t', ('{"rules":[{"name":"size","points":1,' || :'typed' || ',"points":5},' || replace(:'more', '}}}', '}},"points":2}') || ']}')::leadscore.scoring_rules);
SELECT leadscore.set_rules('t', ('{"rules":[{"name":"size","points":2,' || :'typed' || ',"points":5},' || replace(:'more', '}}}', '}},"points":2}') || ']}')::leadscore.scoring_rules);
SELECT leadscore.set_rules('t', '{"rules":[]}');
SELECT leadscore.set_rules('t', ('{"rules":[{"name":"size","points":2,' || :'typed' || ',"points":5},' || replace(:'more', '}}}', '}},"points":2}') || ']}')::leadscore.scoring_rules);
SELECT leadscore.drop_attributes('t', 'linting.employers');
SELECT leadscore.add_attributes('t', 'linting.employers', "on" => 'firm', as_prefix => 'firm');
SET client_min_messages = warning;
SELECT leadscore.drop_model('t');

SELECT leadscore.drop_model('l'), leadscore.drop_model('bare');
DROP SCHEMA linting CASCADE; DROP ROLE linting_other;
