-- Large tables: :leads leads with three events each, and one lead in a hundred with an event of today whose points decay by the day.
-- `floor.leads` is what a plain update is measured on.
CREATE SCHEMA large;
SET search_path = large;
CREATE TABLE leads AS SELECT * FROM staging.make_leads(:leads);
ALTER TABLE leads ADD PRIMARY KEY (id);
CREATE TABLE events (id bigserial, lead_id bigint NOT NULL, kind text NOT NULL, occurred_at timestamptz NOT NULL DEFAULT now(), properties jsonb);
INSERT INTO events (lead_id, kind, occurred_at, properties) SELECT * FROM staging.make_events(3 * :leads, :leads, 60, 5);
INSERT INTO events (lead_id, kind, occurred_at) SELECT id, 'fresh', now() - interval '1 hour' FROM leads WHERE id % 100 = 0;
ALTER TABLE events ADD PRIMARY KEY (id);
CREATE INDEX ON events (lead_id);
ANALYZE leads, events;
