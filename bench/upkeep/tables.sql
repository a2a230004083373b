-- The tables of one variant, as a CRM would have them, in the schema :variant. With :scored the leads have the columns that a mirrored model adds.
CREATE SCHEMA :variant;
SET search_path = :variant;
CREATE TABLE leads (LIKE staging.leads);
INSERT INTO leads SELECT * FROM staging.leads;
ALTER TABLE leads ADD PRIMARY KEY (id);
CREATE TABLE events (id bigserial, lead_id bigint NOT NULL, kind text NOT NULL, occurred_at timestamptz NOT NULL DEFAULT now(), properties jsonb);
INSERT INTO events (lead_id, kind, occurred_at, properties) SELECT * FROM staging.events;
ALTER TABLE events ADD PRIMARY KEY (id), ADD FOREIGN KEY (lead_id) REFERENCES leads;
CREATE INDEX ON events (lead_id);
\if :scored
ALTER TABLE leads ADD lead_score numeric DEFAULT 0, ADD lead_stage text;
CREATE INDEX ON leads (lead_score);
\endif
