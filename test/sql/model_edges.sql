-- Where names, types and settings of the tables and of who administers them come together.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA edges;
\set rules '{"rules":[{"name":"e","on":"e","points":1}],"stages":[{"name":"a"},{"name":"b","from":2}]}'

\echo # casts that a value can make fail
CREATE TABLE edges.at_times (t timestamp PRIMARY KEY); CREATE TABLE edges.by_oid (o oid PRIMARY KEY); CREATE TABLE edges.by_float (f float8 PRIMARY KEY); CREATE TABLE edges.by_class (c regclass PRIMARY KEY);
CREATE TABLE edges.things (d date, n bigint, x numeric, s text, i int, at timestamptz);
CREATE FUNCTION edges.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text;
BEGIN EXECUTE query INTO got; RETURN 'done'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
SELECT edges.outcome(format($$SELECT leadscore.create_model(%L, %L, '{"rules":[]}', mirror => false), leadscore.add_events(%L, 'edges.things', lead => %L, at => 'at', kind => 'e')$$, m, t, m, c))
  FROM (VALUES ('t', 'edges.at_times', 'd'), ('o', 'edges.by_oid', 'n'), ('f', 'edges.by_float', 'x'), ('r', 'edges.by_class', 's'), ('i', 'edges.by_float', 'i')) v(m, t, c);
SELECT leadscore.drop_model('i');

\echo # names that generated statements use as well
CREATE TABLE edges.named (score int, m int, n int, known int, there int, total int, o int, existed int, x int, lead_score int, a int, s int, t int, f int, j int, k int, PRIMARY KEY (score, m, n, known, there, total, o, existed, x, lead_score, a, s, t, f, j, k));
CREATE TABLE edges.named_events (leadscore_e int, l int, at timestamptz, n int);
INSERT INTO edges.named SELECT i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i FROM generate_series(1, 3) i;
SELECT leadscore.create_model('named', 'edges.named', '{"rules":[{"name":"x","attribute":"x","bands":[{"from":2,"points":7}]},{"name":"e","on":"e","if":{"n":2},"points":1}],"stages":[{"name":"a"},{"name":"b","from":2}]}', score_column => 'points', stage_column => 'why');
SELECT leadscore.add_events('named', 'edges.named_events', lead => ('{' || repeat('l,', 15) || 'l}')::name[], at => 'at', kind => 'e');
INSERT INTO edges.named_events VALUES (1, 2, now(), 2), (1, 3, now(), 2), (1, 4, now(), 2), (1, 1, now(), 1);
SELECT score, points, why FROM edges.named ORDER BY 1;
SELECT count(*) FROM leadscore.verify('named');
SELECT leadscore.rebuild('named'), leadscore.set_rules('named', '{"rules":[{"name":"e","on":"*","points":3}]}') > 1;
SELECT score, points FROM edges.named ORDER BY 1;
SELECT count(*) FROM leadscore.verify('named');
SELECT count(*), max(new_score) FROM leadscore.preview_rules('named', '{"rules":[{"name":"f","on":"f","points":3}]}');
SELECT count(*), max(score) FROM leadscore.score_at('named', now());
SELECT count(*) FROM leadscore.explain_leads('named');
SELECT leadscore.drop_model('named');

CREATE TABLE edges.staged (id int, stage int, PRIMARY KEY (id, stage));
SELECT leadscore.create_model('staged', 'edges.staged', '{"rules":[]}');

\echo # events that name what no index can hold
CREATE TABLE edges.texts (id text PRIMARY KEY); CREATE TABLE edges.text_events (id text, at timestamptz);
INSERT INTO edges.texts VALUES ('a');
INSERT INTO edges.text_events VALUES ('a', now()), ((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i), now());
SELECT leadscore.create_model('long', 'edges.texts', :'rules');
SELECT leadscore.add_events('long', 'edges.text_events', lead => 'id', at => 'at', kind => 'e');
INSERT INTO edges.text_events VALUES ((SELECT string_agg(md5(i::text), '') FROM generate_series(2, 100) i), now()), ('a', now());
SELECT leadscore.rebuild('long'), leadscore.pause('long'), leadscore.resume('long'), leadscore.set_rules('long', replace(:'rules', '"on":"e"', '"on":"*"')::leadscore.scoring_rules);
SELECT id, lead_score FROM edges.texts;
SELECT count(*) FROM edges.texts_long;
SELECT lead, what, stored FROM leadscore.verify('long');
SELECT leadscore.drop_model('long');

\echo # long keys that an index holds, and the last that it does not
CREATE FUNCTION edges.noise(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT left(string_agg(chr(33 + get_byte(sha256(convert_to((i / 32)::text, 'UTF8')), i % 32) % 94), ''), n) FROM generate_series(0, n) i $$;
CREATE TABLE edges.long_people (id text PRIMARY KEY, a int); CREATE TABLE edges.long_events (id text, at timestamptz);
CREATE TABLE edges.long_contacts (id text PRIMARY KEY, lead text); CREATE TABLE edges.long_calls (contact text, at timestamptz);
INSERT INTO edges.long_people VALUES (repeat('t', 50000), 1);
SELECT leadscore.create_model(m, 'edges.long_people', '{"rules":[{"name":"a","attribute":"a","bands":[{"points":1}]},{"name":"e","on":"*","points":2}],"stages":[{"name":"cold"},{"name":"warm","from":3}]}',
       upkeep => u, score_column => m || '_score', stage_column => m || '_stage', channel => 'edges') FROM (VALUES ('now', 'immediate'), ('late', 'queued')) t(m, u);
SELECT leadscore.add_events(m, 'edges.long_events', lead => 'id', at => 'at', kind => 'x') FROM unnest('{now,late}'::text[]) m;
SELECT leadscore.add_events(m, 'edges.long_calls', via => 'edges.long_contacts', via_key => 'id', lead => 'contact', via_lead => 'lead', at => 'at', kind => 'call') FROM unnest('{now,late}'::text[]) m;
INSERT INTO edges.long_people SELECT k, 1 FROM unnest(ARRAY[repeat('a', 100000), edges.noise(2610), edges.noise(2668), 'b']) k;
INSERT INTO edges.long_events SELECT id, now() FROM edges.long_people;
-- No lead can have these.
INSERT INTO edges.long_events SELECT k, now() FROM unnest(ARRAY[edges.noise(10000), edges.noise(2700), repeat('c', 2000000), repeat('d', 300000)]) k;
INSERT INTO edges.long_contacts SELECT 'contact of ' || id, id FROM edges.long_people WHERE length(id) <> 2668;
INSERT INTO edges.long_calls SELECT id, now() FROM edges.long_contacts; INSERT INTO edges.long_calls VALUES (edges.noise(10000), now());
SELECT leadscore.fold('late');
SELECT left(id, 3), length(id), now_score, now_stage, late_score, late_stage FROM edges.long_people ORDER BY id;
SELECT length(lead_id), present, score FROM edges.long_people_now ORDER BY lead_id;
SELECT count(*) FROM leadscore.verify('now'); SELECT count(*) FROM leadscore.verify('late');
SELECT leadscore.rebuild('now'), leadscore.rebuild('late');
SELECT length(lead_id), s.score, l.score FROM edges.long_people_now s JOIN edges.long_people_late l USING (lead_id) ORDER BY lead_id;
UPDATE edges.long_people SET a = NULL WHERE length(id) > 100; DELETE FROM edges.long_events WHERE length(id) > 100; DELETE FROM edges.long_calls WHERE length(contact) > 100;
DELETE FROM edges.long_people WHERE length(id) = 50000; UPDATE edges.long_people SET id = id || 'a' WHERE length(id) = 100000;
SELECT leadscore.fold('late');
SELECT length(lead_id), s.score, l.score FROM edges.long_people_now s JOIN edges.long_people_late l USING (lead_id) ORDER BY lead_id;
SELECT count(*) FROM leadscore.verify('now'); SELECT count(*) FROM leadscore.verify('late');
-- Where the score would find no room beside the key, the lead has none, and its writer no error.
INSERT INTO edges.long_people VALUES (edges.noise(2680), 1);
INSERT INTO edges.long_events VALUES (edges.noise(2680), now());
SELECT now_score FROM edges.long_people WHERE length(id) = 2680;
SELECT what, stored, computed FROM leadscore.verify('now');
SELECT leadscore.rebuild('now'); SELECT now_score FROM edges.long_people WHERE length(id) = 2680;
SELECT leadscore.drop_model('now'), leadscore.drop_model('late');

\echo # rows with no room for a score
CREATE TABLE edges.full (id int PRIMARY KEY, filler text); ALTER TABLE edges.full ALTER filler SET STORAGE PLAIN;
DO $$ BEGIN EXECUTE (SELECT format('CREATE TABLE edges.fixed (id int PRIMARY KEY, %s)', string_agg(format('n%s %s NOT NULL DEFAULT %s', i, CASE WHEN i <= 126 THEN 'name' ELSE 'int' END, i), ', ')) FROM generate_series(1, 136) i); END $$;
SELECT leadscore.create_model(t, 'edges.' || t, '{"rules":[{"name":"known","attribute":"id","bands":[{"points":1}]}]}') FROM unnest('{full,fixed}'::text[]) t;
INSERT INTO edges.full VALUES (1, repeat('x', 8124)), (2, 'x');
INSERT INTO edges.fixed VALUES (1);
SELECT id, length(filler), lead_score FROM edges.full ORDER BY 1;
SELECT id, lead_score FROM edges.fixed;
SELECT lead_id, score FROM edges.full_full UNION ALL SELECT lead_id, score FROM edges.fixed_fixed ORDER BY 1;
SELECT model, problems FROM leadscore.model_status WHERE model IN ('full', 'fixed') ORDER BY 1;
SELECT leadscore.drop_model(m) FROM unnest('{full,fixed}'::text[]) m;

\echo # settings of who administers
CREATE TABLE edges.plain (id int PRIMARY KEY); CREATE TABLE edges.plain_events (id int, at timestamptz);
INSERT INTO edges.plain VALUES (1);
SET standard_conforming_strings = off; SET escape_string_warning = off; SET backslash_quote = off; SET bytea_output = escape; SET intervalstyle = iso_8601; SET datestyle = 'German'; SET extra_float_digits = -15; SET xmlbinary = hex;
SELECT leadscore.create_model('set', 'edges.plain', :'rules');
SELECT leadscore.add_events('set', 'edges.plain_events', lead => 'id', at => 'at', kind => 'e');
INSERT INTO edges.plain_events VALUES (1, now()), (1, now());
SELECT problems FROM leadscore.model_status WHERE model = 'set';
SELECT leadscore.refresh('set'), leadscore.rebuild('set'), leadscore.pause('set'), leadscore.resume('set'), leadscore.set_rules('set', '{"rules":[]}');
CALL leadscore.catch_up('set');
SELECT count(*) FROM leadscore.verify('set');
SELECT count(*) FROM leadscore.lint_model('set'), leadscore.explain_leads('set');
SELECT leadscore.drop_events('set', 'edges.plain_events'), leadscore.drop_model('set');
RESET ALL;
SET client_min_messages = warning;

\echo # the first moment of the server, west of Greenwich
SELECT leadscore.create_model('old', 'edges.plain', '{"timezone":"America/New_York","rules":[{"name":"e","on":"e","points":1}]}', mirror => false);
SELECT leadscore.add_events('old', 'edges.plain_events', lead => 'id', at => 'at', kind => 'e');
DELETE FROM edges.plain_events;
INSERT INTO edges.plain_events VALUES (1, '4714-11-24 00:00+00 BC');
SELECT last_event, last_event::text::date = last_event AS readable FROM edges.plain_old;
SELECT count(*) FROM leadscore.verify('old');
SELECT last_event FROM edges.plain_old_scores;
DELETE FROM edges.plain_events;
SELECT last_event FROM edges.plain_old;
SELECT count(*) FROM leadscore.verify('old');
SELECT leadscore.drop_model('old');

\echo # time zones that are called like abbreviations, as far as the server has them
CREATE TABLE edges.zones AS SELECT name FROM pg_timezone_names WHERE name = ANY ('{CET,MET,EET,WET,EST,HST,MST}');
CREATE TABLE edges.local_events (id int, at timestamp);
SELECT count(leadscore.create_model(lower(name), 'edges.plain', format('{"timezone":%s,"rules":[{"name":"e","on":"e","points":1,"decay":{"half_life":"14 hours"}}]}', to_json(name))::leadscore.scoring_rules, mirror => false)) = count(*) FROM edges.zones;
SELECT count(leadscore.add_events(lower(name), 'edges.local_events', lead => 'id', at => 'at', kind => 'e')) = count(*) FROM edges.zones;
INSERT INTO edges.local_events SELECT 1, t FROM generate_series('1880-01-01'::timestamp, '2040-01-01', '29 hours 50 minutes') t;
SELECT name, count(*) FROM edges.zones, leadscore.verify(lower(name)) GROUP BY name;
SELECT count(leadscore.drop_model(lower(name))) = count(*) FROM edges.zones;

\echo # a moment without time zone is told, where the rules have one; not where that is UTC by any name
\set VERBOSITY default
SET client_min_messages = notice;
CREATE INDEX ON edges.local_events (id);
TRUNCATE edges.local_events;
SELECT leadscore.create_model('zoned', 'edges.plain', '{"timezone":"europe/berlin","rules":[]}', mirror => false);
SELECT leadscore.add_events('zoned', 'edges.local_events', lead => 'id', at => 'at', kind => 'e');
SELECT leadscore.drop_events('zoned', 'edges.local_events');
SELECT count(leadscore.set_rules('zoned', format('{"timezone":"%s","rules":[]}', zone)::leadscore.scoring_rules)), count(leadscore.add_events('zoned', 'edges.local_events', lead => 'id', at => 'at', kind => 'e')),
       count(leadscore.drop_events('zoned', 'edges.local_events')) FROM (VALUES ('UTC'), ('Etc/UTC'), ('GMT'), ('Africa/Abidjan')) v(zone);
SELECT leadscore.set_rules('zoned', '{"rules":[]}'), leadscore.add_events('zoned', 'edges.local_events', lead => 'id', at => 'at', kind => 'e');
SELECT leadscore.drop_model('zoned');
-- What the hint says does it.
ALTER TABLE edges.local_events ADD at_utc timestamptz GENERATED ALWAYS AS (at AT TIME ZONE 'UTC') STORED;
ALTER TABLE edges.local_events ADD on_day date;
SELECT leadscore.create_model('zoned', 'edges.plain', '{"timezone":"Europe/London","rules":[]}', mirror => false);
SELECT leadscore.add_events('zoned', 'edges.local_events', lead => 'id', at => 'at_utc', kind => 'e');
SELECT leadscore.add_events('zoned', 'edges.local_events', lead => 'id', at => 'on_day', kind => 'day');
SELECT leadscore.add_events('zoned', 'edges.local_events', lead => 'id', at => 'at', kind => 'local');
-- So do rules of another time zone.
SELECT leadscore.set_rules('zoned', '{"timezone":"Europe/London","rules":[{"name":"l","on":"local","points":1}]}');
SELECT leadscore.set_rules('zoned', '{"timezone":"America/Lima","rules":[{"name":"l","on":"local","points":1}]}');
SELECT leadscore.set_rules('zoned', '{"rules":[{"name":"l","on":"local","points":1}]}');
SELECT leadscore.drop_model('zoned');
SET client_min_messages = warning;
DROP SCHEMA edges CASCADE;
