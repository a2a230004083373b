-- Calls of every kind, good and bad, for one backend to make again and again.
CREATE EXTENSION leadscore;
CREATE SCHEMA memory;
SET search_path = memory, leadscore, public;

CREATE FUNCTION document(i int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT format('{"name": "document %s", "timezone": "Europe/Berlin", "exclude": [{"name": "x", "if": {"mail": {"ends_with": "@rival.example"}}}],
  "rules": [{"name": "a", "attribute": "n", "bands": [{"points": 0}, {"from": %s, "points": 5}], "missing": 1},
            {"name": "b", "if": {"title": {"matches": "^(chief|head) .*%s"}, "company.size": {">": 5}}, "points": 2},
            {"name": "c", "on": "visit", "if": {"url": {"matches": "^/[a-z]+/%s$"}}, "points": 1, "decay": {"half_life": "14 days"}},
            {"name": "d", "on": "visit", "measure": {"distinct": "url"}, "points": 1},
            {"name": "e", "on": "visit", "measure": {"sum": "n"}, "bands": [{"from": 1, "points": 1}]},
            {"name": "f", "on": "kind %s", "points": 1}],
  "stages": [{"name": "cold"}, {"name": "warm", "from": 3}], "labels": {"grade": {"of": "fit", "levels": [{"name": "C"}, {"name": "A", "from": 3}]}}}', i, i, i, i, i)
$$;
CREATE TABLE event AS SELECT i AS n, 'visit' AS kind, timestamptz '2026-05-01Z' + i * interval '5 hours' AS at,
       jsonb_build_object('url', '/docs/' || i % 4, 'n', i) AS p FROM generate_series(1, 12) i;
CREATE TABLE documents AS SELECT i AS id, document(i)::scoring_rules AS rules FROM generate_series(1, 300) i;
CREATE TABLE known AS SELECT id, rules, (SELECT lead_tally(rules, kind, at, p) FROM event) AS t FROM documents WHERE id <= 2;

-- One call; what fails must fail, and is caught.
CREATE FUNCTION call(i int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE k known; other known; s scored_lead; x text; t lead_tally; moment timestamptz := '2026-06-01Z'; failed boolean := false;
BEGIN
    SELECT * INTO k FROM known WHERE id = 1;
    SELECT * INTO other FROM known WHERE id = 2;
    BEGIN
        CASE i % 18
        WHEN 0 THEN PERFORM (left(document(i), 40 + i % 500) || '?')::scoring_rules;
        WHEN 1 THEN PERFORM replace(k.t::text, '=', '?')::lead_tally;
        WHEN 2 THEN s := score(k.rules, NULL::jsonb, other.t, moment);
        WHEN 3 THEN PERFORM replace(document(i), '(chief', '((chief')::scoring_rules;
        WHEN 4 THEN PERFORM replace(document(i), 'Europe/Berlin', 'Europe/Nowhere')::scoring_rules;
        WHEN 5 THEN s := score(k.rules, '{"n": 3, "title": "chief 1", "company": {"size": 7}}'::jsonb, k.t, moment, 'warm');
        WHEN 6 THEN PERFORM count(*) FROM explain_score(k.rules, k, k.t, moment);
        WHEN 7 THEN x := explain_score_text(k.rules, NULL::jsonb, k.t, moment);
        WHEN 8 THEN SELECT lead_tally(k.rules, e.kind, e.at, e) INTO t FROM event e;
        WHEN 9 THEN SELECT lead_tally(k.rules, e.kind, e.at, jsonb_build_object('url', '/docs/' || 1 / (7 - n))) INTO t FROM event e;
        WHEN 10 THEN PERFORM lead_score(k.rules, e.kind, e.at, e.p, moment + n * interval '1 day') FROM event e;
        WHEN 11 THEN t := k.t + k.t - k.t; t := t + other.t;
        WHEN 12 THEN PERFORM rollup(v) FROM (VALUES (k.t), (k.t), (other.t)) y(v);
        WHEN 13 THEN EXECUTE format('SELECT * FROM leadscore.score(%L, %L::jsonb, NULL, %L)', document(i), '{"title": "chief x"}', moment) INTO s;
        WHEN 14 THEN PERFORM count(*) FROM rules_of(k.rules); PERFORM count(*) FROM lint_rules(k.rules, 'known'); PERFORM count(*) FROM diff_rules(k.rules, other.rules);
                     PERFORM count(*) FROM score_range(k.rules); PERFORM count(*) FROM evidence_of(k.rules);
        WHEN 15 THEN PERFORM lead_score(k.rules, e.kind, e.at, e.p, moment) OVER (ORDER BY n ROWS 3 PRECEDING), lead_tally(k.rules, e.kind, e.at, e.p) OVER (ORDER BY n ROWS 2 PRECEDING) FROM event e;
        WHEN 16 THEN EXECUTE format('SELECT leadscore.lead_tally(rules, kind, at, p) FROM memory.event, memory.known GROUP BY (id + %s) / (id - 2)', i % 5) INTO t;
        WHEN 17 THEN s := score(k.rules, '{}'::jsonb, NULL, 'infinity'); 
        END CASE;
    EXCEPTION WHEN OTHERS THEN
        failed := true;
    END;
    IF failed <> (i % 18 IN (0, 1, 2, 3, 4, 9, 10, 11, 12, 16, 17)) THEN
        RAISE EXCEPTION 'call % %', i % 18, CASE WHEN failed THEN 'failed' ELSE 'did not fail' END;
    END IF;
END $$;
