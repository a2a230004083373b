-- What the upkeep of models is made of: packed tallies, scores with adjustments, the next change.
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET search_path = public, leadscore;
CREATE TABLE doc (rules scoring_rules);
INSERT INTO doc VALUES ('{
  "timezone": "Europe/Berlin",
  "dimensions": {"engagement": {"max": 60}, "fit": {}},
  "exclude": [{"name": "competitor", "if": {"domain": "rival.example"}}],
  "rules": [
    {"name": "visits", "on": "visit", "points": 5, "within": "30 days"},
    {"name": "mails", "on": "mail", "measure": {"distinct": "id"}, "points": 1},
    {"name": "spent", "on": "order", "measure": {"sum": "total"}, "bands": [{"from": 100, "points": 20}]},
    {"name": "trial ends", "if": {"trial_until": {"within_next": "7 days"}}, "points": 10},
    {"name": "size", "attribute": "employees", "bands": [{"from": 50, "points": 8}]}],
  "stages": [{"name": "cold", "qualification": "MQL"}, {"name": "hot", "from": 30, "keep": 5, "qualification": "SQL"}],
  "labels": {"grade": {"of": "fit", "levels": [{"name": "C"}, {"name": "B", "from": 8}]}, "heat": {"of": "score", "levels": [{"name": "low"}, {"name": "high", "from": 20}]}}}');
CREATE TABLE lead_events (kind text, at timestamptz, p jsonb);
INSERT INTO lead_events VALUES
  ('visit', '2026-03-01 10:00+00', NULL), ('visit', '2026-03-10 23:30+00', NULL), ('visit', '2026-03-15 12:00+00', NULL),
  ('mail', '2026-03-02 08:00+00', '{"id": "a"}'), ('mail', '2026-03-05 08:00+00', '{"id": "a"}'), ('mail', '2026-03-06 08:00+00', '{"id": "b"}'),
  ('order', '2026-02-20 08:00+00', '{"total": 120.5}');
CREATE TABLE counted AS SELECT rules, lead_tally(rules, kind, at, p) AS tally FROM doc, lead_events GROUP BY rules;

-- Packed: no ids; nothing is NULL.
SELECT length(pack_tally(tally)), length(lead_tally_send(tally)), pack_tally(empty_tally(rules)) IS NULL, pack_tally(NULL) IS NULL FROM counted;
SELECT unpack_tally(tally, tally, pack_tally(tally), NULL) = tally, unpack_tally(tally, tally, NULL, pack_tally(tally)) = tally,
       unpack_tally(tally, tally, pack_tally(tally), pack_tally(tally)) = tally + tally, unpack_tally(tally, tally, NULL, NULL) = empty_tally(rules),
       unpack_tally(NULL, tally, NULL, NULL) IS NULL, unpack_tally(tally, NULL, pack_tally(tally), NULL) IS NULL FROM counted;
-- Negative counts, as a difference may hold.
SELECT pack_tally(empty_tally(rules) - tally) IS NOT NULL,
       unpack_tally(tally, tally, pack_tally(tally), pack_tally(empty_tally(rules) - tally)) = empty_tally(rules) FROM counted;

-- Evidence of two documents.
CREATE TABLE other AS SELECT '{"rules": [{"name": "calls", "on": "call", "points": 1}, {"name": "visits", "on": "visit", "points": 2}]}'::scoring_rules AS rules;
SELECT evidence_covers(m, empty_tally(c.rules)), evidence_covers(m, empty_tally(o.rules)), evidence_covers(c.tally, m),
       merge_evidence(m, c.tally) = m, merge_evidence(empty_tally(o.rules), c.tally) = m, pack_tally(m) IS NULL
  FROM counted c, other o, LATERAL merge_evidence(c.tally, empty_tally(o.rules)) m;
SELECT unpack_tally(empty_tally('{"timezone": "Europe/Berlin", "rules": [{"name": "v", "on": "visit", "points": 1}]}'), tally, pack_tally(tally), NULL) FROM counted;
SELECT unpack_tally(empty_tally(o.rules), tally, pack_tally(tally), NULL) FROM counted, other o;
SELECT empty_tally(NULL), merge_evidence(NULL, tally), evidence_covers(tally, NULL) FROM counted;

-- Bytes that are no packed tally of that evidence.
SELECT unpack_tally(tally, tally, '\x', NULL) = empty_tally(rules) FROM counted;
SELECT unpack_tally(tally, tally, '\x00', NULL) FROM counted;
SELECT unpack_tally(tally, tally, '\x0100', NULL) FROM counted;
SELECT unpack_tally(tally, tally, '\x017f', NULL) FROM counted;
SELECT unpack_tally(tally, tally, NULL, substr(pack_tally(tally), 1, 5)) FROM counted;
SELECT unpack_tally(tally, tally, pack_tally(tally) || '\x00', NULL) FROM counted;

-- Scores; what changes next. Attributes may be jsonb, a row, or a row of no type.
SELECT m.* FROM counted, maintained_score(rules, '{"employees": 80, "trial_until": "2026-03-30"}'::jsonb, tally, NULL, '2026-03-16 12:00+00', NULL) m;
SELECT m.* FROM counted, (SELECT 80 AS employees, timestamptz '2026-03-20 12:00+00' AS trial_until) a,
       maintained_score(rules, a, tally, NULL, '2026-03-16 12:00+00', NULL) m;
SELECT m.* FROM counted, (VALUES (1, NULL::date)) a (employees, trial_until),
       maintained_score(rules, a, tally, NULL, '2026-03-31 12:00+00', 'hot') m;
SELECT m.* FROM counted, maintained_score(rules, NULL::jsonb, NULL, NULL, '2026-03-16 12:00+00', NULL) m;
SELECT m.* FROM counted, maintained_score(rules, '{"domain": "rival.example"}'::jsonb, tally, '[]', '2026-03-16 12:00+00', 'hot') m;
SELECT m.* FROM maintained_score('{"rules": []}', NULL::jsonb, NULL, NULL, '2026-03-16 12:00+00', NULL) m;
SELECT maintained_score(NULL, NULL::jsonb, NULL, NULL, '2026-03-16 12:00+00', NULL) IS NULL;

-- Adjustments. Days of Berlin: the visit of March 10 at 23:30 is one of March 11 there.
CREATE FUNCTION moment(timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT (extract(epoch FROM $1 - timestamptz '2000-01-01 00:00+00') * 1000000)::bigint $$;
CREATE FUNCTION adjustment(op text, dimension text, points numeric, at timestamptz) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT jsonb_build_object('at', moment(at), 'dimension', dimension, 'op', op, 'points', points) $$;
CREATE TABLE adjusted AS
SELECT what, jsonb_agg(adjustment(op, dimension, points, at) ORDER BY i) AS list FROM (VALUES
  (1, 'add', 'add', 'fit', 2.5, timestamptz '2026-03-01 00:00+00'),
  (2, 'set', 'set', 'engagement', 3, '2026-03-10 22:00+00'),
  (3, 'set on the same day', 'set', 'engagement', 3, '2026-03-11 05:00+00'),
  (4, 'around a set', 'add', 'engagement', 100, '2026-03-05 00:00+00'),
  (5, 'around a set', 'set', 'engagement', 10, '2026-03-12 00:00+00'),
  (6, 'around a set', 'add', 'engagement', -0.25, '2026-03-13 00:00+00'),
  (7, 'to come', 'add', 'engagement', 1, '2026-03-17 00:00+00'),
  (8, 'past the cap', 'add', 'engagement', 1000000000, '2026-03-01 00:00+00'),
  (9, 'unknown', 'set', 'nowhere', 5, '2026-03-01 00:00+00')) v (i, what, op, dimension, points, at) GROUP BY what;
SELECT a.what, m.score, m.stage, m.dimensions, m.next_change FROM counted, adjusted a,
       maintained_score(rules, '{"employees": 80}'::jsonb, tally, a.list, '2026-03-16 12:00+00', NULL) m ORDER BY a.what COLLATE "C";
SELECT r ->> 'step' AS step, r ->> 'name' AS name, r ->> 'dimension' AS dimension, r ->> 'hits' AS hits, r ->> 'measure' AS measure, r ->> 'points' AS points
  FROM counted, adjusted a, jsonb_array_elements(explain_maintained(rules, '{"employees": 80}'::jsonb, tally, a.list, '2026-03-16 12:00+00', NULL)) r
 WHERE a.what = 'around a set';
SELECT explain_maintained_text(rules, '{"employees": 80}'::jsonb, tally, a.list, '2026-03-16 12:00+00', NULL) FROM counted, adjusted a WHERE a.what = 'past the cap';
SELECT explain_maintained(NULL, NULL::jsonb, NULL, NULL, now(), NULL) IS NULL, explain_maintained_text(NULL, NULL::jsonb, NULL, NULL, now(), NULL) IS NULL;

-- Wrong arguments.
SELECT maintained_score(rules, NULL::jsonb, tally, '{}', '2026-03-16', NULL) FROM counted;
SELECT maintained_score(rules, NULL::jsonb, tally, '[{"at": 1, "dimension": "fit", "op": "take", "points": 1}]', '2026-03-16', NULL) FROM counted;
SELECT maintained_score(rules, NULL::jsonb, tally, '[{"at": "now", "dimension": "fit", "op": "set", "points": 1}]', '2026-03-16', NULL) FROM counted;
SELECT maintained_score(rules, NULL::jsonb, tally, NULL, NULL, NULL) FROM counted;
SELECT maintained_score(rules, NULL::jsonb, tally, NULL, 'infinity', NULL) FROM counted;
SELECT maintained_score(o.rules, NULL::jsonb, tally, NULL, '2026-03-16', NULL) FROM counted, other o;
SELECT maintained_score(rules, 5, tally, NULL, '2026-03-16', NULL) FROM counted;
