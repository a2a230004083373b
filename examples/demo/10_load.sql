\echo
\echo '== 1. A year of a wholesaler: customers and what they did'
\echo
CREATE EXTENSION leadscore;
CREATE SCHEMA crm;

CREATE TABLE crm.leads (
    lead_id    integer PRIMARY KEY,
    country    text NOT NULL,
    first_seen date NOT NULL
);

CREATE TABLE crm.events (
    lead_id     integer NOT NULL,
    kind        text NOT NULL,
    occurred_at timestamptz NOT NULL,
    properties  jsonb NOT NULL
);

\copy crm.leads FROM 'leads.csv' (FORMAT csv, HEADER)
\copy crm.events FROM 'events.csv' (FORMAT csv, HEADER)
ANALYZE crm.leads, crm.events;

SELECT 'lead' AS what, count(*), min(first_seen) AS first_day, max(first_seen) AS last_day FROM crm.leads
UNION ALL
(SELECT kind, count(*), min(occurred_at)::date, max(occurred_at)::date FROM crm.events GROUP BY kind ORDER BY kind);
