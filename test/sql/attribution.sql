-- Which touches go before conversions: each way of sharing out adds up to the conversions exactly.
\pset format unaligned
\pset null '~'
\pset footer off
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA attributed;
SET search_path = attributed;
CREATE TABLE leads (id int PRIMARY KEY, won_at timestamptz, won_on date, won boolean);
CREATE TABLE events (lead_id bigint, kind text, at timestamptz, payload jsonb);
-- 1: three touches. 2: two at once, then one. 3: none. 4: only long ago. 5: did not convert. 6: two kinds by turns, and one at the conversion.
INSERT INTO leads VALUES (1, '2026-03-31 12:00Z', '2026-03-31', true), (2, '2026-03-31 12:00Z', '2026-03-31', true), (3, '2026-03-31 12:00Z', NULL, true),
  (4, '2026-03-31 12:00Z', NULL, true), (5, NULL, NULL, false), (6, '2026-04-30 12:00Z', NULL, true), (7, 'infinity', 'infinity', true);
INSERT INTO events VALUES
  (1, 'ad', '2026-03-17 12:00Z', '{"source": "search", "utm": {"campaign": "spring"}}'), (1, 'visit', '2026-03-24 12:00Z', '{"source": "mail"}'), (1, 'form', '2026-03-31 12:00Z', NULL),
  (2, 'ad', '2026-03-01 00:00Z', '{"source": "search"}'), (2, 'visit', '2026-03-01 00:00Z', '{"source": null}'), (2, 'form', '2026-03-31 12:00Z', '{"source": "direct"}'),
  (4, 'ad', '2025-12-01 00:00Z', '{"source": "search"}'),
  (5, 'ad', '2026-03-01 00:00Z', '{"source": "search"}'),
  (6, 'visit', '2026-04-01 00:00Z', '{}'), (6, 'form', '2026-04-02 00:00Z', '{}'), (6, 'visit', '2026-04-03 00:00Z', '{}'), (6, 'purchase', '2026-04-30 12:00Z', '{}'),
  (7, 'ad', '2026-03-01 00:00Z', '{}');
\set events '[{"events": "events", "lead": "lead_id", "at": "at", "kind_column": "kind", "properties": "payload"}]'

\echo # by kind
SELECT * FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events');
SELECT sum(first_touch) = 5 AS first, sum(last_touch) = 5 AS last, sum(linear) = 5 AS linear, sum(decayed) = 5 AS decayed
  FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events');
-- The weights of lead 1 are 1, 1/2, 1/4 for touches 0, 7 and 14 days old.
SELECT touch, decayed FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', until => '2026-04-01Z', within => '20 days') ORDER BY 1;

\echo # by a property, windows, what is left out
SELECT * FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', by => 'source');
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', by => 'utm.campaign');
SET client_min_messages = notice;
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', by => 'utm.kampaign');
SET client_min_messages = warning;
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', within => NULL);
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', within => '7 days');
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', within => '7 days 1 microsecond');
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', leave_out => '{purchase,form}');
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', since => '2026-04-01Z');
SELECT touch, touches, linear FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => '[]');
-- A touch long before the last one, by a short half-life: no weight, no error.
SELECT touch, decayed FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events', half_life => '1 second', since => '2026-04-01Z');
-- A date is the midnight it begins at, in the time zone asked for.
SELECT touch, touches FROM leadscore.attribution(leads => 'leads', converted => 'won_on', events => :'events');
INSERT INTO events VALUES (1, 'late', '2026-03-31 05:00Z');
SELECT touch FROM leadscore.attribution(leads => 'leads', converted => 'won_on', events => :'events', timezone => 'America/New_York') WHERE touch = 'late';
SELECT touch FROM leadscore.attribution(leads => 'leads', converted => 'won_on', events => :'events', timezone => 'Pacific/Honolulu') WHERE touch = 'late';
DELETE FROM events WHERE kind = 'late';

\echo # a conversion after now, or after as_of, is none
CREATE TABLE ahead (id int PRIMARY KEY, won_at timestamptz, won_on date);
INSERT INTO ahead VALUES (1, '2026-05-01Z', '2026-05-01'), (2, now() + interval '1 year', current_date + 366), (3, 'infinity', 'infinity'), (4, '-infinity', '-infinity'), (5, NULL, NULL);
SELECT touch, touched, linear FROM leadscore.attribution(leads => 'ahead', converted => 'won_at', events => '[]');
SELECT touch, touched, linear FROM leadscore.attribution(leads => 'ahead', converted => 'won_on', events => '[]', until => now() + interval '3 years');
SELECT touch, touched, linear FROM leadscore.attribution(leads => 'ahead', converted => 'won_at', events => '[]', as_of => now() + interval '1 year 1 day');
SELECT touch, touched, linear FROM leadscore.attribution(leads => 'ahead', converted => 'won_at', events => '[]', as_of => '2026-05-01Z');
SELECT count(*) FROM leadscore.attribution(leads => 'ahead', converted => 'won_at', events => '[]', as_of => '2026-04-30 23:59Z');

\echo # nothing later than the conversion matters, nor an event of no moment
CREATE TABLE before AS SELECT * FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events');
INSERT INTO events SELECT l.id, k.kind, l.won_at + d.later, '{"source": "search"}' FROM leads l, (VALUES ('ad'), ('visit'), ('new')) k(kind),
  (VALUES (interval '1 microsecond'), ('3 days')) d(later) WHERE isfinite(l.won_at);
INSERT INTO events VALUES (1, 'ad', NULL), (1, 'ad', 'infinity'), (1, 'ad', '-infinity'), (1, NULL, '2026-03-30Z'), (NULL, 'ad', '2026-03-30Z'), (99, 'ad', '2026-03-30Z');
SELECT count(*) AS changed FROM (TABLE before EXCEPT ALL SELECT * FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'events')) d;

\echo # the same through a model, whose events come through a contact, too
CREATE TABLE contacts (id uuid PRIMARY KEY, lead int);
CREATE TABLE mails (contact uuid, sent timestamp, subject text);
INSERT INTO contacts VALUES ('00000000-0000-0000-0000-000000000001', 1), ('00000000-0000-0000-0000-000000000003', 3);
INSERT INTO mails VALUES ('00000000-0000-0000-0000-000000000001', '2026-03-31 12:00', 'a'), ('00000000-0000-0000-0000-000000000003', '2026-03-31 12:00:00.000001', 'b'),
  ('00000000-0000-0000-0000-000000000003', '2026-03-31 11:00', 'c');
SELECT leadscore.create_model('attributed', 'attributed.leads', '{"rules": []}', mirror => false);
SELECT leadscore.add_events('attributed', 'attributed.events', lead => 'lead_id', at => 'at', kind_column => 'kind', properties => 'payload');
\set more '[{"events": "events", "lead": "lead_id", "at": "at", "kind_column": "kind", "properties": "payload"}, {"events": "attributed.mails", "lead": "contact", "at": "sent", "kind": "mail", "via": "contacts", "via_key": "id", "via_lead": ["lead"]}]'
SELECT count(*) AS different FROM (TABLE before EXCEPT ALL SELECT * FROM leadscore.attribution('attributed', 'won_at')) d;
SELECT leadscore.add_events('attributed', 'attributed.mails', lead => 'contact', at => 'sent', kind => 'mail', via => 'attributed.contacts', via_lead => 'lead');
SELECT * FROM leadscore.attribution('attributed', 'won_at') WHERE touch = 'mail';
SELECT sum(linear) FROM leadscore.attribution('attributed', 'won_at', as_of => '2026-04-01Z');
SELECT count(*) AS different FROM (SELECT * FROM leadscore.attribution('attributed', 'won_at') EXCEPT ALL
  SELECT * FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => :'more')) d;
-- A column of the events' rows; sources that lack it have no touches.
SELECT touch, touches FROM leadscore.attribution('attributed', 'won_at', by => 'subject') ORDER BY 1;

\echo # as random data, against plain SQL
CREATE TABLE many (a int, b text, won timestamptz, PRIMARY KEY (a, b));
CREATE TABLE touches (b text, a bigint, kind int, at timestamptz);
INSERT INTO many SELECT i, 'x' || i % 3, CASE WHEN i % 2 = 0 THEN timestamptz '2026-06-01Z' + i * interval '1 hour' END FROM generate_series(1, 300) i;
INSERT INTO touches SELECT 'x' || (i * 7 % 310) % 3, i * 7 % 310, i * 31 % 4, timestamptz '2026-05-20Z' + (i * 7919 % 1021) * interval '20 minutes' FROM generate_series(1, 3000) i;
\set touches '[{"events": "touches", "lead": ["a", "b"], "at": "at", "kind_column": "kind"}]'
CREATE TABLE plain AS
WITH t AS (SELECT m.a, t.kind::text AS touch, t.at, count(*) OVER w AS n, rank() OVER (PARTITION BY m.a ORDER BY t.at) AS up, rank() OVER (PARTITION BY m.a ORDER BY t.at DESC) AS down,
                  2 ^ (-extract(epoch FROM m.won - t.at) / 864000) AS weight
             FROM many m JOIN touches t USING (a, b) WHERE t.at <= m.won AND t.at > m.won - interval '90 days' WINDOW w AS (PARTITION BY m.a)),
     s AS (SELECT t.*, 1.0 / n AS linear, (up = 1)::int::numeric / sum((up = 1)::int) OVER w AS first_touch, (down = 1)::int::numeric / sum((down = 1)::int) OVER w AS last_touch,
                  weight / sum(weight) OVER w AS decayed FROM t WINDOW w AS (PARTITION BY a))
SELECT touch, count(*) AS touches, count(DISTINCT a) AS touched, sum(first_touch) AS first_touch, sum(last_touch) AS last_touch, sum(linear) AS linear, sum(decayed) AS decayed FROM s GROUP BY touch;
CREATE TABLE ours AS SELECT * FROM leadscore.attribution(leads => 'many', converted => 'won', events => :'touches', half_life => '10 days');
SELECT count(*) AS touches, bool_and(o.touches = p.touches AND o.touched = p.touched) AS counts, max(abs(o.first_touch - p.first_touch)) < 0.0002 AS first,
       max(abs(o.last_touch - p.last_touch)) < 0.0002 AS last, max(abs(o.linear - p.linear)) < 0.0002 AS linear, max(abs(o.decayed - p.decayed)) < 0.0002 AS decayed
  FROM plain p JOIN ours o USING (touch);
SELECT sum(first_touch), sum(last_touch), sum(linear), sum(decayed) FROM ours;

\echo # what is refused
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE got text;
BEGIN EXECUTE query INTO got; RETURN 'ok'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
SELECT outcome(format('SELECT leadscore.attribution(leads => ''attributed.leads'', converted => %s, events => %L)', converted, events))
  FROM (VALUES ('''won''', '[]'), ('''nothing''', '[]'), ('NULL', '[]'), ('''won_at''', '{}'), ('''won_at''', '[1]'), ('''won_at''', '[{"events": "events"}]'),
    ('''won_at''', '[{"events": "events", "lead": "lead_id", "at": "at", "kind": "x", "tabel": 1}]'), ('''won_at''', '[{"events": "nowhere", "lead": "lead_id", "at": "at", "kind": "x"}]'),
    ('''won_at''', '[{"events": "a.b.c.d", "lead": "lead_id", "at": "at", "kind": "x"}]'), ('''won_at''', '[{"events": "events; DROP", "lead": "lead_id", "at": "at", "kind": "x"}]'),
    ('''won_at''', '[{"events": "events", "lead": "nothing", "at": "at", "kind": "x"}]'), ('''won_at''', '[{"events": "events", "lead": 7, "at": "at", "kind": "x"}]'),
    ('''won_at''', '[{"events": "events", "lead": ["lead_id", "kind"], "at": "at", "kind": "x"}]'), ('''won_at''', '[{"events": "events", "lead": "kind", "at": "at", "kind": "x"}]'),
    ('''won_at''', '[{"events": "events", "lead": "lead_id", "at": "kind", "kind": "x"}]'), ('''won_at''', '[{"events": "events", "lead": "lead_id", "at": "at"}]'),
    ('''won_at''', '[{"events": "mails", "lead": "contact", "at": "sent", "kind": "x", "via": "contacts"}]')) v(converted, events);
\echo # names of tables are SQL, those of columns are not
CREATE TABLE "Order Lines" ("Lead Id" int, "the day" timestamptz, "ä" text);
INSERT INTO "Order Lines" VALUES (1, '2026-03-30Z', 'x');
CREATE TABLE öl AS SELECT "Lead Id" AS lead, "the day" AS at FROM "Order Lines";
SELECT touch, touches FROM leadscore.attribution(leads => 'leads', converted => 'won_at', events => '[{"events": " attributed . \"Order Lines\"", "lead": "Lead Id", "at": "the day", "kind_column": "ä"}, {"events": "öl", "lead": "lead", "at": "at", "kind": "oil"}]');
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT leadscore.attribution(leads => 'leads', converted => 'won_at', events => jsonb_build_array(jsonb_build_object('events', 'Order Lines', 'lead', 'Lead Id', 'at', 'the day', 'kind', 'x')));
SELECT leadscore.attribution(leads => 'leads', converted => 'won_at', events => '[{"events": "Öl", "lead": "lead", "at": "at", "kind": "oil"}]');
\set VERBOSITY terse
SELECT outcome(format('SELECT leadscore.attribution(leads => ''attributed.leads'', converted => ''won_at'', events => %L)', jsonb_build_array(jsonb_build_object('events', name, 'lead', 'lead_id', 'at', 'at', 'kind', 'x'))))
  FROM (VALUES (''), ('""'), ('a.'), ('.a'), ('7a'), ('a$7'), ('a-b'), ('a b'), ('"a'), ('a"b"'), ('"a""b"."c"'), ('a . b'), ('a.b.c')) v(name);
SELECT outcome($$SELECT leadscore.attribution('nothing', 'won_at')$$);
SELECT outcome($$SELECT leadscore.attribution(leads => 'attributed.leads', converted => 'won_at', by => 'nothing', events => '[{"events": "events", "lead": "lead_id", "at": "at", "kind": "x"}]')$$);
SELECT outcome($$SELECT leadscore.attribution('attributed', 'won_at', half_life => '0')$$), outcome($$SELECT leadscore.attribution('attributed', 'won_at', within => '-1 day')$$);
SELECT outcome($$SELECT leadscore.attribution('attributed', 'won_at', half_life => NULL)$$);
-- As the caller: who may not read the events is told so.
CREATE ROLE regress_attributed;
GRANT USAGE ON SCHEMA attributed, leadscore TO regress_attributed;
GRANT SELECT ON leads TO regress_attributed;
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON leads TO regress_attributed USING (id = 1);
SET ROLE regress_attributed;
SELECT outcome($$SELECT leadscore.attribution('attributed', 'won_at')$$);
RESET ROLE;
GRANT SELECT ON events, mails, contacts TO regress_attributed;
SET ROLE regress_attributed;
SELECT sum(linear) AS seen FROM leadscore.attribution('attributed', 'won_at');
RESET ROLE;
SELECT leadscore.drop_model('attributed');
SET client_min_messages = warning;
DROP SCHEMA attributed CASCADE;
DROP OWNED BY regress_attributed;
DROP ROLE regress_attributed;
