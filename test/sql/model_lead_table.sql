-- Lead tables of all kinds: whichever way upkeep comes to their rows, it is what a statement would do.
--
-- visit() tells how often upkeep() was called by one insert of an event: twice, before and after it, if score columns are written without a
-- statement, which calls it twice again for the leads table; three times in all if that one fails.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
SET track_functions = 'all';
CREATE SCHEMA kinds;
SET search_path = kinds;
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN EXECUTE query; RETURN 'done'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
-- A table of events for a leads table, and a model of the same name.
CREATE FUNCTION bind(named text, by_key name[] DEFAULT NULL, mirrored boolean DEFAULT true, more jsonb DEFAULT '[]') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    keys name[];
BEGIN
    PERFORM leadscore.create_model(named, named::regclass, jsonb_build_object(
        'rules', '[{"name":"visits","on":"visit","points":5}]'::jsonb || more,
        'stages', '[{"name":"low"},{"name":"high","from":10}]'::jsonb)::leadscore.scoring_rules, key => by_key, mirror => mirrored);
    SELECT m.key_columns INTO keys FROM leadscore.model m WHERE m.name = named;
    EXECUTE format('CREATE TABLE %I AS SELECT %s, now() AS at, ''visit''::text AS kind FROM %I WHERE false', named || '_events',
                   (SELECT string_agg(quote_ident(u.name), ', ' ORDER BY u.ord) FROM unnest(keys) WITH ORDINALITY u(name, ord)), named);
    PERFORM leadscore.add_events(named, (named || '_events')::regclass, lead => keys, at => 'at', kind_column => 'kind');
END $$;
CREATE FUNCTION visit(leads text, key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before bigint := coalesce(pg_stat_get_xact_function_calls('leadscore.upkeep()'::regprocedure), 0);
BEGIN
    EXECUTE format('INSERT INTO %I VALUES (%s, ''2026-01-01Z'', ''visit'')', leads || '_events', key);
    RETURN 'calls ' || coalesce(pg_stat_get_xact_function_calls('leadscore.upkeep()'::regprocedure), 0) - before;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;

\echo # plain
CREATE TABLE plain (id int PRIMARY KEY, dropped int, note text);
INSERT INTO plain VALUES (1, 1, repeat('x', 100)), (2, 2, (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 500) i));
SELECT bind('plain');
SELECT visit('plain', '1'), visit('plain', '1'), visit('plain', '2'), visit('plain', '3'), visit('plain', 'NULL');
SELECT id, md5(note), lead_score, lead_stage FROM plain ORDER BY 1;
SELECT ctid AS place FROM plain WHERE id = 2 \gset
UPDATE plain_events SET at = at + interval '1 minute';
SELECT ctid = :'place' FROM plain WHERE id = 2;
-- Without an index on the score columns rows are changed where they are.
BEGIN;
SELECT pg_stat_get_xact_tuples_updated('plain'::regclass) AS updated, pg_stat_get_xact_tuples_hot_updated('plain'::regclass) AS hot \gset
SELECT visit('plain', '1');
SELECT pg_stat_get_xact_tuples_updated('plain'::regclass) - :updated, pg_stat_get_xact_tuples_hot_updated('plain'::regclass) - :hot;
COMMIT;
-- Rows older than their columns.
ALTER TABLE plain DROP COLUMN dropped, ADD COLUMN level int NOT NULL DEFAULT 7, ADD COLUMN later text;
SELECT visit('plain', '2');
SELECT id, md5(note), level, later, lead_score, lead_stage FROM plain ORDER BY 1;
-- Leads and their events in one statement.
WITH lead AS (INSERT INTO plain (id) VALUES (4), (5) RETURNING id)
  INSERT INTO plain_events SELECT id, '2026-01-01Z', 'visit' FROM lead, generate_series(1, id);
DELETE FROM plain_events WHERE id = 5;
SELECT id, lead_score, lead_stage FROM plain ORDER BY 1;
-- Undone and done again.
BEGIN; SELECT visit('plain', '1'); SAVEPOINT a; SELECT visit('plain', '1'); ROLLBACK TO a; SELECT visit('plain', '1'); SELECT lead_score FROM plain WHERE id = 1; ROLLBACK;
SELECT lead_score FROM plain WHERE id = 1;
SELECT * FROM leadscore.verify('plain');

\echo # indexes on the score columns
CREATE TABLE indexed (id int PRIMARY KEY, region int DEFAULT 1);
INSERT INTO indexed SELECT i FROM generate_series(1, 50) i;
SELECT bind('indexed');
CREATE INDEX by_score ON indexed (lead_score, id); CREATE INDEX by_stage ON indexed USING hash (lead_stage);
CREATE INDEX high_region ON indexed ((region + 1)) WHERE region > 0;
SELECT visit('indexed', i::text) FROM generate_series(1, 3) i;
INSERT INTO indexed_events SELECT i, '2026-01-01Z', 'visit' FROM generate_series(8, 9) i, generate_series(1, i);
-- Indexes whose expression looks at the columns may refuse a score.
CREATE INDEX high ON indexed (id) WHERE lead_stage = 'high'; CREATE INDEX rounded ON indexed (round(lead_score / 10));
SELECT visit('indexed', '2'), visit('indexed', '3'), visit('indexed', '3'), visit('indexed', '3');
INSERT INTO indexed_events SELECT i, '2026-01-01Z', 'visit' FROM generate_series(4, 7) i, generate_series(1, i);
SET enable_seqscan = off; SET enable_bitmapscan = off;
SELECT id, lead_score FROM indexed WHERE lead_score > 0 ORDER BY lead_score, id;
SELECT array_agg(id ORDER BY id) FROM indexed WHERE lead_stage = 'high' AND id > 0;
SELECT array_agg(id ORDER BY id) FROM indexed WHERE round(lead_score / 10) = 2;
SELECT array_agg(id ORDER BY id) FROM indexed WHERE lead_stage = 'high';
SELECT count(*) FROM indexed WHERE region + 1 = 2 AND region > 0;
RESET enable_seqscan; RESET enable_bitmapscan;
SELECT * FROM leadscore.verify('indexed');

\echo # keys
CREATE DOMAIN code AS text CHECK (value <> '');
CREATE TABLE by_code (id code PRIMARY KEY); INSERT INTO by_code VALUES ('a'), ('b');
CREATE TABLE by_varchar (id varchar(20) PRIMARY KEY); INSERT INTO by_varchar VALUES ('a'), ('b');
CREATE TABLE by_bpchar (id char(5) PRIMARY KEY); INSERT INTO by_bpchar VALUES ('a'), ('b');
SELECT bind('by_code'); SELECT bind('by_varchar'); SELECT bind('by_bpchar');
SELECT t, visit(t, '''a'''), visit(t, '''a '''), visit(t, '''c''') FROM unnest('{by_code,by_varchar,by_bpchar}'::text[]) t;
SELECT id, lead_score FROM by_code ORDER BY 1; SELECT id, lead_score FROM by_varchar ORDER BY 1; SELECT id, lead_score FROM by_bpchar ORDER BY 1;
CREATE TABLE by_two (a int NOT NULL, b text NOT NULL); INSERT INTO by_two VALUES (1, 'x'), (1, 'y'), (2, 'x');
CREATE UNIQUE INDEX part_of_it ON by_two (a, b) WHERE a > 100; CREATE UNIQUE INDEX wider ON by_two (a, b, (1)); ALTER TABLE by_two ADD PRIMARY KEY (b, a);
SELECT bind('by_two', '{a,b}');
SELECT visit('by_two', '1, ''x'''), visit('by_two', '2, ''x'''), visit('by_two', '2, ''x'''), visit('by_two', '2, ''y''');
SELECT a, b, lead_score FROM by_two ORDER BY 1, 2;
-- Of a constraint that waits, two rows may have one key for a while.
CREATE TABLE waits (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED); INSERT INTO waits VALUES (1), (2);
SELECT outcome($$SELECT bind('waits')$$);
CREATE UNIQUE INDEX now ON waits (id);
SELECT outcome($$SELECT bind('waits', '{id}')$$); SELECT visit('waits', '1');
DROP INDEX now; SELECT visit('waits', '1'); SELECT id, lead_score FROM waits ORDER BY 1;
-- The index on the key is gone; and there again.
ALTER TABLE plain DROP CONSTRAINT plain_pkey; SELECT visit('plain', '1'); ALTER TABLE plain ADD PRIMARY KEY (id); SELECT visit('plain', '1');
REINDEX TABLE plain; SELECT visit('plain', '1'); CLUSTER plain USING plain_pkey; SELECT visit('plain', '1'); VACUUM FULL plain; SELECT visit('plain', '1');
SELECT id, lead_score FROM plain ORDER BY 1;
SELECT m, v.* FROM unnest('{plain,by_code,by_varchar,by_bpchar,by_two,waits}'::text[]) m, leadscore.verify(m) v;

\echo # a child that came later, partitions
CREATE TABLE lone (id int PRIMARY KEY); INSERT INTO lone VALUES (1);
SELECT bind('lone'); SELECT visit('lone', '1'); CREATE TABLE lone_child () INHERITS (lone); INSERT INTO lone_child VALUES (3); SELECT visit('lone', '3'), visit('lone', '1');
SELECT tableoid::regclass, id, lead_score FROM lone ORDER BY 2;
CREATE TABLE parts (id int PRIMARY KEY, size int) PARTITION BY RANGE (id); CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (10); CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
INSERT INTO parts VALUES (1, 1), (11, 1);
SELECT bind('parts'); SELECT visit('parts', '1'), visit('parts', '11'); SELECT tableoid::regclass, id, lead_score FROM parts ORDER BY 2;
-- One that becomes a partition by the column that upkeep writes.
CREATE TABLE attached (id int PRIMARY KEY); INSERT INTO attached VALUES (1), (2); SELECT bind('attached'); SELECT visit('attached', '1'), visit('attached', '2');
CREATE TABLE score_parts (id int NOT NULL, lead_score numeric, lead_stage text) PARTITION BY RANGE (lead_score);
ALTER TABLE score_parts ATTACH PARTITION attached FOR VALUES FROM (0) TO (8);
SELECT visit('attached', '1'); SELECT id, lead_score FROM attached ORDER BY 1;
SELECT reason FROM attached_attached_refused;
ALTER TABLE score_parts DETACH PARTITION attached; SELECT visit('attached', '1'); SELECT id, lead_score FROM attached ORDER BY 1;
SELECT m, v.* FROM unnest('{lone,parts,attached}'::text[]) m, leadscore.verify(m) v;

\echo # what looks at a write: triggers, rules, checks, generated columns, other models
CREATE TABLE seen (what text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO kinds.seen VALUES (TG_ARGV[0]); RETURN NEW; END $$;
CREATE TABLE watched (id int PRIMARY KEY, size int DEFAULT 0); INSERT INTO watched VALUES (1), (2); SELECT bind('watched'); SELECT visit('watched', '1');
CREATE TRIGGER t AFTER UPDATE ON watched EXECUTE FUNCTION see('statement'); SELECT visit('watched', '1'); DROP TRIGGER t ON watched;
CREATE TRIGGER t BEFORE UPDATE ON watched FOR EACH ROW EXECUTE FUNCTION see('row'); SELECT visit('watched', '1'); DROP TRIGGER t ON watched;
CREATE TRIGGER t BEFORE INSERT OR DELETE ON watched FOR EACH ROW EXECUTE FUNCTION see('other'); SELECT visit('watched', '1'); DROP TRIGGER t ON watched;
CREATE RULE r AS ON UPDATE TO watched DO ALSO INSERT INTO seen VALUES ('rule'); SELECT visit('watched', '1'); DROP RULE r ON watched;
SELECT * FROM seen ORDER BY 1; TRUNCATE seen;
ALTER TABLE watched ADD twice numeric GENERATED ALWAYS AS (lead_score * 2) STORED; SELECT visit('watched', '1'); SELECT id, lead_score, twice FROM watched ORDER BY 1; ALTER TABLE watched DROP COLUMN twice;
ALTER TABLE watched ADD plus int GENERATED ALWAYS AS (size + 1) STORED; SELECT visit('watched', '1'); SELECT id, lead_score, plus FROM watched ORDER BY 1; ALTER TABLE watched DROP COLUMN plus;
ALTER TABLE watched ADD CHECK (lead_score < 40); SELECT visit('watched', '1'); SELECT id, lead_score FROM watched ORDER BY 1; ALTER TABLE watched DROP CONSTRAINT watched_lead_score_check;
SELECT visit('watched', '1'); SELECT id, lead_score FROM watched ORDER BY 1;
SELECT leadscore.create_model('second', 'watched', '{"rules":[{"name":"first","attribute":"lead_score","bands":[{"from":50,"points":1}]}]}', score_column => 'other_score', stage_column => 'other_stage');
SELECT visit('watched', '1'); SELECT id, lead_score, other_score FROM watched ORDER BY 1;
SELECT leadscore.drop_model('second'); SELECT visit('watched', '1'); SELECT id, lead_score FROM watched ORDER BY 1;
SELECT * FROM leadscore.verify('watched');

\echo # narrower columns, no columns
CREATE TABLE narrow (id int PRIMARY KEY); INSERT INTO narrow VALUES (1); SELECT bind('narrow'); SELECT visit('narrow', '1');
ALTER TABLE narrow ALTER lead_score TYPE int, ALTER lead_stage TYPE varchar(3);
SELECT visit('narrow', '1'), visit('narrow', '1'); SELECT id, lead_score, lead_stage FROM narrow; SELECT source, reason FROM narrow_narrow_refused;
CREATE TABLE bare (id int PRIMARY KEY, size int); INSERT INTO bare VALUES (1, 20);
SELECT bind('bare', mirrored => false, more => '[{"name":"size","attribute":"size","bands":[{"from":10,"points":100}]}]');
SELECT visit('bare', '1'), visit('bare', '2'); SELECT id, score FROM bare_bare_scores; INSERT INTO bare VALUES (2, 5); UPDATE bare SET size = 1 WHERE id = 1;
SELECT id, score FROM bare_bare_scores ORDER BY 1; SELECT * FROM leadscore.verify('bare');

\echo # foreign keys
CREATE TABLE firms (id int PRIMARY KEY); INSERT INTO firms VALUES (1);
CREATE TABLE staff (id int PRIMARY KEY, firm int REFERENCES firms DEFERRABLE INITIALLY DEFERRED); INSERT INTO staff VALUES (1, 1);
CREATE TABLE badges (staff int REFERENCES staff ON UPDATE CASCADE); INSERT INTO badges VALUES (1);
SELECT bind('staff'); SELECT visit('staff', '1');
-- The check of a new row that waits for the end is one of what upkeep made of it.
BEGIN; INSERT INTO staff VALUES (2, 99); SELECT visit('staff', '2'); COMMIT;
BEGIN; UPDATE staff SET firm = 99 WHERE id = 1; SELECT visit('staff', '1'); COMMIT;
BEGIN; INSERT INTO staff VALUES (3, 98); SELECT visit('staff', '3'), visit('staff', '3'); INSERT INTO firms VALUES (98); COMMIT;
SELECT id, firm, lead_score FROM staff ORDER BY 1; SELECT * FROM leadscore.verify('staff');

\echo # rights
CREATE ROLE kinds_owner; CREATE ROLE kinds_group; CREATE ROLE kinds_writer; GRANT ALL ON SCHEMA kinds TO kinds_owner;
CREATE TABLE owned (id int PRIMARY KEY); INSERT INTO owned VALUES (1); SELECT bind('owned'); ALTER TABLE owned ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'kinds'::regnamespace AND relkind IN ('r', 'v') AND relname LIKE 'owned%' ORDER BY relname
  LOOP EXECUTE format('ALTER TABLE %s OWNER TO kinds_owner', t); END LOOP; END $$;
GRANT USAGE ON SCHEMA kinds TO kinds_writer; GRANT INSERT ON owned_events TO kinds_writer;
SELECT visit('owned', '1'); SET ROLE kinds_writer; SELECT visit('owned', '1'); RESET ROLE; SELECT id, lead_score FROM owned;
REVOKE UPDATE ON owned FROM kinds_owner; SELECT visit('owned', '1'); SELECT id, lead_score FROM owned;
GRANT UPDATE ON owned TO kinds_group; GRANT kinds_group TO kinds_owner; SELECT visit('owned', '1'); SELECT id, lead_score FROM owned;
REVOKE kinds_group FROM kinds_owner; SELECT visit('owned', '1'); SELECT id, lead_score FROM owned;
GRANT UPDATE ON owned TO kinds_owner; SELECT visit('owned', '1'); SELECT id, lead_score FROM owned;

\echo # published without a way to tell rows apart
CREATE TABLE told (id int NOT NULL UNIQUE); INSERT INTO told VALUES (1); SELECT bind('told', '{id}'); SELECT visit('told', '1');
SET client_min_messages = error; CREATE PUBLICATION kinds_told FOR TABLE told; SET client_min_messages = warning;
SELECT visit('told', '1'); DROP PUBLICATION kinds_told; SELECT visit('told', '1'); SELECT id, lead_score FROM told;

\echo # a lead that changes between its lock and its write
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE kinds.plain SET later = NEW.new_stage WHERE id = NEW.id; RETURN NEW; END $$;
CREATE TRIGGER t AFTER INSERT ON plain_plain_stage_change FOR EACH ROW EXECUTE FUNCTION change();
SELECT visit('plain', '5'), visit('plain', '5');
SELECT id, later, lead_score, lead_stage FROM plain ORDER BY 1;
SELECT * FROM leadscore.verify('plain');

SELECT count(leadscore.drop_model(name)) FROM leadscore.model;
SET client_min_messages = error;
DROP SCHEMA kinds CASCADE; DROP ROLE kinds_owner, kinds_group, kinds_writer;
