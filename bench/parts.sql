-- The same events in four partitions by hash of the lead, in the schema parts: each lead is in one of them.
CREATE SCHEMA parts;
CREATE TABLE parts.events (LIKE events) PARTITION BY HASH (lead_id);
SELECT format('CREATE TABLE parts.events_%s PARTITION OF parts.events FOR VALUES WITH (MODULUS 4, REMAINDER %1$s)', i) FROM generate_series(0, 3) i \gexec
INSERT INTO parts.events SELECT * FROM events;
VACUUM ANALYZE parts.events;
