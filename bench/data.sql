-- Events of leads in random order over half a year, twenty kinds; rules: three a kind, and a thousand that never match.
CREATE FUNCTION chance(seed bigint, most int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((hashint8(seed) & 2147483647) % most)::int
$$;
CREATE TABLE events AS
SELECT i AS id, 1 + chance(i, :leads) AS lead_id, 'kind_' || chance(i * 7, 20) AS kind,
       timestamptz '2025-12-31' - chance(i * 13, 180 * 86400) * interval '1 second' AS occurred_at,
       jsonb_build_object('url', '/page/' || chance(i * 17, 40), 'seconds', chance(i * 19, 600), 'campaign', 'c' || chance(i * 23, 9)) AS properties
  FROM generate_series(1, :events) i;
VACUUM ANALYZE events;

CREATE TABLE rules (name text PRIMARY KEY, rules leadscore.scoring_rules);
INSERT INTO rules
SELECT 'by kind', jsonb_build_object('rules', jsonb_agg(jsonb_build_object(
           'name', 'rule ' || i, 'on', 'kind_' || i % 20, 'points', 1 + i % 7, 'max', 40,
           'decay', jsonb_build_object('half_life', 7 * (1 + i % 3) || ' days'))))::leadscore.scoring_rules
  FROM generate_series(1, 60) i;
INSERT INTO rules
SELECT 'by kind and never', jsonb_build_object('rules', (SELECT rules::jsonb -> 'rules' FROM rules) || jsonb_agg(jsonb_build_object(
           'name', 'never ' || i, 'on', 'never_' || i, 'points', 1)))::leadscore.scoring_rules
  FROM generate_series(1, 1000) i;
INSERT INTO rules
SELECT 'conditions', jsonb_build_object('rules', jsonb_agg(jsonb_build_object(
           'name', 'rule ' || i, 'on', '*', 'points', 1, 'limit', 5,
           'if', CASE i % 4 WHEN 0 THEN jsonb_build_object('url', '/page/' || i)
                            WHEN 1 THEN jsonb_build_object('seconds', jsonb_build_object('>', i * 25))
                            WHEN 2 THEN jsonb_build_object('url', jsonb_build_object('starts_with', '/page/' || i % 10), 'campaign', 'c' || i % 9)
                            ELSE jsonb_build_object('campaign', jsonb_build_array('c' || i % 9, 'c' || (i + 4) % 9)) END)))::leadscore.scoring_rules
  FROM generate_series(1, 20) i;
