-- A small crm with a model that has everything its views can show. Nothing here changes its score within days: the drivers read one after the other.
CREATE SCHEMA crm;
CREATE TABLE crm.leads (id bigint PRIMARY KEY, title text, size numeric, rival boolean NOT NULL DEFAULT false);
CREATE TABLE crm.events (lead_id bigint, at timestamptz, kind text);
CREATE INDEX ON crm.events (lead_id);
SELECT leadscore.create_model('b2b', 'crm.leads', $rules${
  "dimensions": {"fit": {}, "engagement": {"max": 60}},
  "score": {"decimals": 2},
  "rules": [
    {"name": "chief: \"c-level\", größer", "dimension": "fit", "if": {"title": {"contains": "chief"}}, "points": 12.25},
    {"name": "size", "group": "company", "dimension": "fit", "attribute": "size", "bands": [{"points": -0.5}, {"from": 50, "points": 7.75}]},
    {"name": "visits", "dimension": "engagement", "on": "visit", "within": "30 days", "points": 3.5, "max": 21},
    {"name": "demo", "dimension": "engagement", "on": "demo", "points": 30},
    {"name": "switched off", "if": {}, "points": 1, "enabled": false}],
  "groups": {"company": {"dimension": "fit", "max": 10}},
  "exclude": [{"name": "rival", "if": {"rival": true}}],
  "stages": [{"name": "kalt ❄", "qualification": "none"}, {"name": "warm", "from": 15, "qualification": "MQL"}, {"name": "hot", "from": 40}],
  "labels": {"grade": {"of": "fit", "levels": [{"name": "C"}, {"name": "B", "from": 5}, {"name": "A+", "from": 15}]},
             "activity": {"of": "engagement", "levels": [{"name": "low"}, {"name": "high", "from": 20}]}},
  "probability": {"intercept": -3.3, "slope": 0.07}
}$rules$);
SELECT leadscore.add_events('b2b', 'crm.events', lead => 'lead_id', at => 'at', kind_column => 'kind');
-- Keys beyond 2^53: a driver that makes doubles of them is found out.
INSERT INTO crm.leads SELECT 9007199254740992 + i, CASE WHEN i % 3 = 0 THEN 'chief' WHEN i % 3 = 1 THEN 'buyer' END, nullif(i % 8, 0) * 12.5, i % 10 = 7
                        FROM generate_series(1, 40) i;
INSERT INTO crm.events SELECT 9007199254740992 + i, current_date - i % 20 - 2 + time '10:00', CASE WHEN (i + k) % 9 = 0 THEN 'demo' ELSE 'visit' END
                         FROM generate_series(1, 40) i, generate_series(1, 12) k WHERE k <= i % 13;
UPDATE crm.leads SET title = 'chief buyer' WHERE id % 4 = 0;
UPDATE crm.leads SET rival = NOT rival WHERE id % 10 IN (3, 9);
DELETE FROM crm.events WHERE lead_id % 11 = 0;
SELECT leadscore.adjust('b2b', 9007199254740994, 'fit', 'add', 3.01, 'friend of the house');
-- Stages that began a while ago: means of days that are not nought.
UPDATE crm.leads_b2b SET stage_since = stage_since - interval '10 days';
UPDATE crm.leads_b2b_stage_change SET at = at - interval '3 days 7 hours' WHERE why LIKE 'insert%';
CREATE ROLE reader LOGIN;
SELECT leadscore.grant_reading('b2b', 'reader');
GRANT SELECT ON crm.leads TO reader;
