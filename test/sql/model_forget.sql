-- forget_lead(): nothing of an erased lead stays in the tables of a model.
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA forget;
CREATE TABLE forget.people (id int PRIMARY KEY, company text);
CREATE TABLE forget.visits (person int, at timestamptz DEFAULT now(), email text);
\set rules '{"rules":[{"name":"addresses","on":"visit","measure":{"distinct":"email"},"points":20},{"name":"company","attribute":"company","values":{"Alder":5}}],"stages":[{"name":"cold"},{"name":"hot","from":20}]}'
SELECT leadscore.create_model(m, 'forget.people', :'rules', mirror => m = 'i', upkeep => CASE m WHEN 'q' THEN 'queued' ELSE 'immediate' END),
       leadscore.add_events(m, 'forget.visits', lead => 'person', at => 'at', kind => 'visit')
  FROM unnest('{i,q}'::text[]) m;
-- What is left of a person: rows by the key, or with his name as it is written or in bytes.
CREATE FUNCTION forget.left_of(lead int, name text) RETURNS TABLE (place text, n bigint) LANGUAGE plpgsql AS $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY '{people_i,people_i_stage_change,people_i_adjustment,people_i_queue,people_q,people_q_stage_change,people_q_adjustment,people_q_queue}'::text[] LOOP
    RETURN QUERY EXECUTE format('SELECT %L::text, count(*) FROM forget.%I x WHERE lead_id = $1 OR position($2 IN x::text) > 0 '
                                'OR position(encode(convert_to($2, ''UTF8''), ''hex'') IN x::text) > 0 HAVING count(*) > 0', t, t) USING lead, name;
  END LOOP;
END $$;
INSERT INTO forget.people VALUES (1, 'Alder'), (2, 'Birch');
INSERT INTO forget.visits (person, email) VALUES (1, 'smith@example.org'), (2, 'brown@example.org');
SELECT leadscore.adjust(m, 1, 'fit', 'add', 3, 'phoned Mrs smith@example.org') FROM unnest('{i,q}'::text[]) m;
SELECT leadscore.fold('q');
DELETE FROM forget.people WHERE id = 1;
DELETE FROM forget.visits WHERE person = 1;
SELECT * FROM forget.left_of(1, 'smith@example.org');
SELECT leadscore.forget_lead('i', 1), leadscore.forget_lead('q', '1'::text);
SELECT * FROM forget.left_of(1, 'smith@example.org');
SELECT leadscore.forget_lead('i', 1);
SELECT (SELECT count(*) FROM leadscore.verify(m)), (SELECT leadscore.refresh(m)) FROM unnest('{i,q}'::text[]) m;

\echo # one that is there is scored anew, without adjustments; nobody else is touched
SELECT leadscore.adjust('i', 2, 'fit', 'add', 10, 'brown@example.org'), leadscore.adjust('q', 2, 'fit', 'add', 10, 'brown@example.org');
SELECT lead_score, lead_stage FROM forget.people;
SELECT leadscore.forget_lead('i', 2);
SELECT lead_score, lead_stage FROM forget.people;
SELECT * FROM forget.left_of(2, 'brown@example.org');
SELECT (SELECT count(*) FROM leadscore.verify(m)) FROM unnest('{i,q}'::text[]) m;

\echo # with events that are left, or in the transaction of the deletions
BEGIN;
DELETE FROM forget.people WHERE id = 2;
SELECT leadscore.forget_lead('q', 2);
DELETE FROM forget.visits WHERE person = 2;
SELECT leadscore.forget_lead('q', 2), leadscore.forget_lead('i', 2);
COMMIT;
SELECT * FROM forget.left_of(2, 'brown@example.org');
SELECT (SELECT count(*) FROM leadscore.verify(m)) FROM unnest('{i,q}'::text[]) m;

\echo # refused
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE query;
  RETURN 'done';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.outcome($$SELECT leadscore.forget_lead('nobody', 1)$$);
SELECT pg_temp.outcome($$SELECT leadscore.forget_lead('i', 'one')$$);
SELECT pg_temp.outcome($$SELECT leadscore.forget_lead('i', NULL::text)$$);
SELECT leadscore.pause('i');
SELECT pg_temp.outcome($$SELECT leadscore.forget_lead('i', 1)$$);
CREATE ROLE forget_nobody;
GRANT USAGE ON SCHEMA leadscore TO forget_nobody;
SET ROLE forget_nobody;
SELECT pg_temp.outcome($$SELECT leadscore.forget_lead('q', 1)$$);
RESET ROLE;
\echo # a key of several columns is a row, or jsonb
CREATE TABLE forget.pairs (a text, b numeric, PRIMARY KEY (a, b));
INSERT INTO forget.pairs VALUES ('x', 1), ('x', 2);
SELECT leadscore.create_model('p', 'forget.pairs', '{"rules":[]}');
SELECT leadscore.adjust('p', l, 'fit', 'add', 5, 'some reason') FROM forget.pairs l;
SELECT leadscore.forget_lead('p', l) FROM forget.pairs l WHERE b = 1;
SELECT leadscore.forget_lead('p', '{"a": "x", "b": 2.0}'::jsonb);
SELECT a, b, lead_score FROM forget.pairs ORDER BY 1, 2;
SELECT count(*) FROM forget.pairs_p_adjustment;
SELECT leadscore.drop_model('p');
SELECT leadscore.drop_model(m) FROM unnest('{i,q}'::text[]) m;
DROP SCHEMA forget CASCADE;
REVOKE USAGE ON SCHEMA leadscore FROM forget_nobody;
DROP ROLE forget_nobody;
