-- 300,000 events of 20,000 leads, and a document of 40 rules that is long enough to be stored out of line.
CREATE EXTENSION leadscore;
SET TimeZone = 'UTC';

CREATE TABLE lead AS
SELECT i AS id, CASE WHEN i % 7 > 0 THEN i * 37 % 1000 END AS employees, (ARRAY['Software', 'Finance', 'Steel', NULL])[1 + i % 4] AS industry,
       date '2026-01-01' + i % 300 AS signup, jsonb_build_object('geo', jsonb_build_object('country', (ARRAY['DE', 'AT', 'FR'])[1 + i % 3])) AS company
  FROM generate_series(1, 20000) i;
ALTER TABLE lead ADD PRIMARY KEY (id);

-- Some leads have many events, some none; some events have no kind, moment or properties.
CREATE TABLE event AS
SELECT (i::bigint * 7919 % 19937 * (1 + i % 3) % 20000)::int + 1 AS lead_id,
       CASE WHEN i % 1009 > 0 THEN (ARRAY['page_view', 'visit', 'email_open', 'email_sent', 'form', 'call'])[1 + i::bigint * 31 % 17 % 6] END AS kind,
       CASE WHEN i % 1013 > 0 THEN timestamptz '2026-03-01 00:00Z' + i::bigint * 104729 % 15552000 * interval '1 second' END AS at,
       CASE WHEN i % 11 > 0 THEN jsonb_build_object('url', '/' || (ARRAY['pricing', 'docs', 'blog'])[1 + i % 3] || '/' || i % 50, 'seconds', (i * 13 % 977) / 4.0,
                                                     'email_id', i % 23, 'ok', i % 2 = 0) END AS properties
  FROM generate_series(1, 300000) i;
CREATE TABLE event_indexed AS SELECT * FROM event;
CREATE INDEX ON event_indexed (lead_id);

CREATE TABLE event_parts (LIKE event) PARTITION BY HASH (lead_id);
SELECT format('CREATE TABLE event_parts_%s PARTITION OF event_parts FOR VALUES WITH (MODULUS 4, REMAINDER %s)', i, i) FROM generate_series(0, 3) i \gexec
INSERT INTO event_parts SELECT * FROM event;
CREATE TABLE lead_parts (LIKE lead) PARTITION BY HASH (id);
SELECT format('CREATE TABLE lead_parts_%s PARTITION OF lead_parts FOR VALUES WITH (MODULUS 4, REMAINDER %s)', i, i) FROM generate_series(0, 3) i \gexec
INSERT INTO lead_parts SELECT * FROM lead;

CREATE TABLE document (id int PRIMARY KEY, rules leadscore.scoring_rules);
CREATE FUNCTION make_document(variant int, extra text) RETURNS leadscore.scoring_rules LANGUAGE sql AS $$
SELECT format('{"name": "variant %s", "description": %s, "timezone": "Europe/Berlin", "score": {"min": -1000, "max": 1000, "decimals": 3}, "groups": {"mail": {"max": 30}},
    "rules": [%s, {"name": "size", "attribute": "employees", "bands": [{"points": 0}, {"from": 50, "points": 5}, {"from": 200, "points": 10}], "missing": -2},
              {"name": "industry", "attribute": "industry", "values": {"Software": 10, "Finance": 5}, "missing": -1},
              {"name": "near", "if": {"company.geo.country": ["DE", "AT"], "signup": {"within_last": "90 days"}}, "points": 3},
              {"name": "pages", "on": "page_view", "if": {"url": {"starts_with": "/pricing"}}, "points": %s, "at_most": {"hits": 2, "per": "1 day"}, "decay": {"half_life": "14 days"}},
              {"name": "mails", "on": "email_open", "group": "mail", "measure": {"distinct": "email_id"}, "points": 1, "within": "90 days"},
              {"name": "rate", "on": "email_open", "measure": {"ratio_to": "email_sent"}, "bands": [{"from": 0.25, "points": 2}, {"from": 0.5, "points": 5}]},
              {"name": "time", "on": "visit", "measure": {"sum": "seconds"}, "bands": [{"from": 300, "points": 3}, {"from": 1800, "points": 8}]},
              {"name": "hours", "on": "visit", "within": "2000 hours", "points": 0.125, "decay": {"linear": "3000 hours"}},
              {"name": "quiet", "on": "*", "measure": "idle", "bands": [{"from": 60, "points": -15}]},
              {"name": "regex", "on": "page_view", "if": {"url": {"matches": "^/docs/[0-9]$"}}, "points": 2, "limit": 5}],
    "stages": [{"name": "cold"}, {"name": "warm", "from": 10}, {"name": "hot", "from": 40, "keep": 5}]}',
    variant, to_json($2), string_agg(format('{"name": "r%s", "on": "%s", "if": {"url": {"ends_with": "/%s"}}, "points": %s, "within": "%s days", "description": "%s"}',
        i, (ARRAY['page_view', 'visit', 'email_open', 'form', 'call'])[1 + i % 5], i, i % 7 - 2, 10 * i, repeat('long ', 80)), ',' ORDER BY i), variant)::leadscore.scoring_rules
  FROM generate_series(1, 30) i
$$;
INSERT INTO document VALUES (1, make_document(1, '')), (2, make_document(2, ''));

-- Rules that change from row to row inside loops, where the server keeps expressions from one round to the next.
CREATE FUNCTION in_a_loop(moment timestamptz) RETURNS TABLE (variant int, id int, r text) LANGUAGE plpgsql AS $$
DECLARE l lead; d document; t leadscore.lead_tally; s leadscore.scored_lead; total numeric;
BEGIN
    FOR l IN SELECT * FROM lead WHERE lead.id <= 4000 LOOP
        FOR d IN SELECT * FROM document ORDER BY document.id LOOP
            SELECT leadscore.lead_tally(d.rules, e.kind, e.at, e.properties), leadscore.lead_score(d.rules, e.kind, e.at, e.properties, moment)
              INTO t, total FROM event_indexed e WHERE e.lead_id = l.id;
            s := leadscore.score(d.rules, l, t, moment, 'warm');
            variant := d.id;
            id := l.id;
            r := concat_ws(' ', t::text, total::text, s::text);
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$;

-- Two cursors over the same statement with different rules, read in turns of 777 rows.
CREATE FUNCTION by_cursors(statement text, moment timestamptz) RETURNS TABLE (variant int, id int, r text) LANGUAGE plpgsql AS $$
DECLARE one refcursor; two refcursor; d leadscore.scoring_rules; found_one boolean := true;
BEGIN
    SELECT rules INTO d FROM document WHERE document.id = 1;
    OPEN one FOR EXECUTE statement USING d, moment;
    SELECT rules INTO d FROM document WHERE document.id = 2;
    OPEN two FOR EXECUTE statement USING d, moment;
    WHILE found_one LOOP
        found_one := false;
        FOR v IN 1..2 LOOP
            variant := v;
            FOR k IN 1..777 LOOP
                IF v = 1 THEN
                    FETCH one INTO id, r;
                ELSE
                    FETCH two INTO id, r;
                END IF;
                EXIT WHEN NOT FOUND;
                found_one := true;
                RETURN NEXT;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
VACUUM ANALYZE;
