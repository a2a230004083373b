-- Leads and events that every variant starts with: :leads leads, :events events over half a year, twenty kinds.
CREATE SCHEMA staging;
CREATE FUNCTION staging.chance(seed bigint, most int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((hashint8(seed) & 2147483647) % most)::int
$$;
CREATE FUNCTION staging.make_leads(leads int)
    RETURNS TABLE (id bigint, email text, name text, job_title text, company text, industry text, country text, employees int, phone text,
                   newsletter boolean, lead_status text, created_at timestamptz)
    LANGUAGE sql ROWS 1000000 AS $$
    SELECT i, 'user' || i || CASE WHEN staging.chance(i, 10) = 0 THEN '@gmail.com' ELSE '@company' || staging.chance(i * 3, 20000) || '.com' END,
           'Name Surname ' || i, (ARRAY['Chief Buyer', 'Director of IT', 'Sales Manager', 'Engineer', 'Student'])[1 + staging.chance(i * 5, 5)],
           'Company ' || staging.chance(i * 3, 20000),
           (ARRAY['Software', 'Finance', 'Retail', 'Health', 'Other', NULL])[1 + staging.chance(i * 7, 6)],
           (ARRAY['US', 'DE', 'FR', 'GB', 'JP', 'BR', 'IN', 'PL'])[1 + staging.chance(i * 11, 8)],
           CASE WHEN staging.chance(i * 13, 8) > 0 THEN 1 + staging.chance(i * 17, 2000) END,
           CASE WHEN staging.chance(i * 19, 3) > 0 THEN '+49 30 ' || i END, staging.chance(i * 23, 2) = 0, 'open', now() - i * interval '1 minute'
      FROM generate_series(1::bigint, leads) i
$$;
CREATE FUNCTION staging.make_events(events int, leads int, days int, seed int)
    RETURNS TABLE (lead_id bigint, kind text, occurred_at timestamptz, properties jsonb)
    LANGUAGE sql ROWS 1000000 AS $$
    SELECT 1 + staging.chance(i + seed, leads), 'kind_' || staging.chance((i + seed) * 7, 20),
           date_trunc('day', now()) - staging.chance((i + seed) * 13, days * 86400) * interval '1 second',
           jsonb_build_object('url', '/page/' || staging.chance(i * 17, 40), 'seconds', staging.chance(i * 19, 600),
                              'campaign', 'c' || staging.chance(i * 23, 9))
      FROM generate_series(1::bigint, events) i
$$;
CREATE TABLE staging.leads AS SELECT * FROM staging.make_leads(:leads);
CREATE TABLE staging.events AS SELECT * FROM staging.make_events(:events, :leads, 180, 0);
CREATE TABLE staging.bulk AS SELECT * FROM staging.make_events(:bulk, :leads, 30, 1000000000);

-- Sixty rules: fifty by kind with decay and a cap, ten on attributes. The engineer who writes triggers keeps the fifty in a table.
CREATE TABLE staging.rule AS
SELECT 'rule ' || i AS name, 'kind_' || i % 20 AS kind, 1 + i % 7 AS points, 40 AS cap, 7 * (1 + i % 3) AS half_life FROM generate_series(1, 50) i;
CREATE FUNCTION staging.document(more int, decay boolean DEFAULT true) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('name', 'bench', 'score', '{"min": 0, "max": 5000}'::jsonb, 'rules', jsonb_build_array(
        '{"name": "chief", "if": {"job_title": {"ilike": "%chief%"}}, "points": 15}'::jsonb,
        '{"name": "director", "if": {"job_title": {"ilike": "%director%"}}, "points": 10}'::jsonb,
        '{"name": "manager", "if": {"job_title": {"ilike": "%manager%"}}, "points": 5}'::jsonb,
        '{"name": "size", "attribute": "employees", "bands": [{"points": 0}, {"from": 50, "points": 5}, {"from": 200, "points": 10}], "missing": -2}'::jsonb,
        '{"name": "large", "if": {"employees": {">": 1000}}, "points": 5}'::jsonb,
        '{"name": "industry", "attribute": "industry", "values": {"Software": 10, "Finance": 5, "Health": 3}, "missing": -1}'::jsonb,
        '{"name": "market", "if": {"country": ["US", "DE", "GB"]}, "points": 5}'::jsonb,
        '{"name": "private mail", "if": {"email": {"ends_with": "@gmail.com"}}, "points": -10}'::jsonb,
        '{"name": "phone", "if": {"phone": {"exists": true}}, "points": 3}'::jsonb,
        '{"name": "newsletter", "if": {"newsletter": true}, "points": 2}'::jsonb) ||
        (SELECT jsonb_agg(jsonb_build_object('name', r.name, 'on', r.kind, 'points', r.points + more, 'max', r.cap)
                          || CASE WHEN decay THEN jsonb_build_object('decay', jsonb_build_object('half_life', r.half_life || ' days')) ELSE '{}' END)
           FROM staging.rule r)
        -- Of a kind that one lead in a hundred of the large tables has.
        || jsonb_build_array('{"name": "fresh", "on": "fresh", "points": 50, "decay": {"half_life": "7 days"}}'::jsonb),
        'stages', '[{"name": "cold"}, {"name": "warm", "from": 60}, {"name": "hot", "from": 120}]'::jsonb)
$$;
VACUUM ANALYZE;
