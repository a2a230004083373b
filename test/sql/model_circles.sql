-- Contacts and their mails written within each other: every statement on the one from a trigger of every statement on the other, before and after the
-- rows, before and after upkeep's own triggers.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE SCHEMA circles;
SET search_path = circles;
CREATE TABLE leads (id int PRIMARY KEY);
CREATE TABLE contacts (id int PRIMARY KEY, lead int);
CREATE TABLE mails (id int PRIMARY KEY, contact int, at timestamptz DEFAULT '2026-01-01Z');
CREATE INDEX ON contacts (lead);
CREATE INDEX ON mails (contact);
INSERT INTO leads SELECT i FROM generate_series(1, 4) i;
INSERT INTO contacts VALUES (1, 1), (2, 2), (3, 3);
INSERT INTO mails (id, contact) VALUES (1, 1), (2, 1), (3, 2), (4, 9), (5, 9), (6, 9);
SELECT leadscore.create_model('now', 'leads', '{"rules": [{"name": "mails", "on": "mail", "points": 1}]}');
SELECT leadscore.create_model('later', 'leads', '{"rules": [{"name": "mails", "on": "mail", "points": 1}]}', mirror => false, upkeep => 'queued');
SELECT leadscore.add_events(m, 'mails', lead => 'contact', at => 'at', kind => 'mail', via => 'contacts', via_lead => 'lead') FROM (VALUES ('now'), ('later')) v(m);
CREATE TABLE statements (name text, relation text, event text, sql text);
INSERT INTO statements VALUES
  ('contact comes', 'contacts', 'INSERT', 'INSERT INTO contacts VALUES (9, 4)'),
  ('contacts move', 'contacts', 'UPDATE', 'UPDATE contacts SET lead = lead % 4 + 1 WHERE id IN (1, 2)'),
  ('contact goes', 'contacts', 'DELETE', 'DELETE FROM contacts WHERE id = 1'),
  ('contact has another key', 'contacts', 'UPDATE', 'UPDATE contacts SET id = 9 WHERE id = 1'),
  ('contacts are merged', 'contacts', 'UPDATE', 'INSERT INTO contacts VALUES (1, 3), (9, 2) ON CONFLICT (id) DO UPDATE SET lead = excluded.lead'),
  ('mails come', 'mails', 'INSERT', 'INSERT INTO mails VALUES (11, 1), (12, 9)'),
  ('mails go', 'mails', 'DELETE', 'DELETE FROM mails WHERE contact IN (1, 9)'),
  ('a mail goes', 'mails', 'DELETE', 'DELETE FROM mails WHERE id IN (1, 4)'),
  ('mails move', 'mails', 'UPDATE', 'UPDATE mails SET contact = 2 WHERE contact IN (1, 9)'),
  ('mails are merged', 'mails', 'INSERT', 'INSERT INTO mails VALUES (1, 9), (20, 1) ON CONFLICT (id) DO UPDATE SET contact = excluded.contact');
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE TG_ARGV[0];
    RETURN CASE TG_LEVEL WHEN 'ROW' THEN CASE TG_OP WHEN 'DELETE' THEN old ELSE new END END;
END $$;
CREATE FUNCTION wrong() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('lead %s: %s and %s, in its columns %s, of %s', id, s.score, q.score::int, l.lead_score, m.mails), '; ' ORDER BY id)
      FROM leads l JOIN leads_now s ON s.lead_id = l.id JOIN leads_later_scores q USING (id)
      CROSS JOIN LATERAL (SELECT count(*) AS mails FROM mails JOIN contacts c ON c.id = contact WHERE c.lead = l.id) m
     WHERE (s.score, q.score, l.lead_score) IS DISTINCT FROM (m.mails, m.mails, m.mails) $$;
-- Taken back again, whatever comes of it. What PostgreSQL itself refuses in such circles is not ours.
CREATE FUNCTION try(outside text, relation text, event text, timing text, level text, name text, inside text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I %s %s ON %I FOR EACH %s WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION meddle(%L)', name, timing, event, relation, level, inside);
    EXECUTE outside;
    RAISE EXCEPTION USING errcode = 'LS000', message = coalesce(wrong(), '');
EXCEPTION
    WHEN sqlstate 'LS000' THEN
        IF sqlerrm <> '' THEN
            RETURN NEXT format('%s, %s each %s %s %s: %s', outside, timing, level, name, inside, sqlerrm);
        END IF;
    WHEN unique_violation OR triggered_data_change_violation OR cardinality_violation THEN
END $$;
\set ECHO none
SELECT format('SELECT try(%L, %L, %L, %L, %L, %L, %L)', o.sql, o.relation, o.event, timing, level, trigger, i.sql)
  FROM statements o, unnest('{BEFORE,AFTER}'::text[]) timing, unnest('{ROW,STATEMENT}'::text[]) level, unnest('{aaa,zzz}'::text[]) trigger, statements i
 ORDER BY o.name, i.name, timing, level, trigger
\gexec
\set ECHO all
SELECT count(*) FROM leadscore.verify('now');
SELECT leadscore.drop_model('now'), leadscore.drop_model('later');
DROP SCHEMA circles CASCADE;
