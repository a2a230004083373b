-- Writes that a model could not follow: the status tells of them until rebuild(), whatever became of the cause.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE ROLE missed_other;
CREATE SCHEMA missed;
GRANT USAGE, CREATE ON SCHEMA missed TO missed_other;
SET search_path = missed;
CREATE TABLE companies (id int PRIMARY KEY, industry text);
CREATE TABLE leads (id int PRIMARY KEY, country text, company int);
CREATE TABLE ev (lead_id int, at timestamptz, kind text, url text, n int);
CREATE TABLE contacts (id int PRIMARY KEY, lead int);
CREATE TABLE mails (contact int, at timestamptz);
INSERT INTO companies VALUES (1, 'Food'), (2, 'Media');
INSERT INTO leads VALUES (1, 'DE', 1), (2, 'AT', 1);
INSERT INTO contacts VALUES (1, 1);
SELECT leadscore.create_model('m', 'leads', '{"rules": [{"name": "visits", "on": "visit", "points": 10}, {"name": "mails", "on": "mail", "points": 100},
    {"name": "industry", "attribute": "company.industry", "values": {"Food": 1, "Media": 2}}]}');
SELECT leadscore.add_events('m', 'ev', lead => 'lead_id', at => 'at', kind_column => 'kind');
SELECT leadscore.add_events('m', 'mails', lead => 'contact', at => 'at', kind => 'mail', via => 'contacts', via_lead => 'lead');
SELECT leadscore.add_attributes('m', 'companies', 'company', 'company');
SELECT leadscore.drop_views('m'); -- PostgreSQL would refuse what follows
CREATE FUNCTION problems() RETURNS SETOF text LANGUAGE sql AS $$ SELECT unnest(problems) FROM leadscore.model_status WHERE model = 'm' $$;
-- What the status says before the write, after it, when the cause is gone, and after rebuild(); and what verify() finds before that.
CREATE FUNCTION missed(first text, write text, undo text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE first;
    RETURN QUERY SELECT 'before: ' || left(p, 90) FROM problems() p;
    EXECUTE write;
    EXECUTE write;
    RETURN QUERY SELECT 'missed: ' || p FROM problems() p WHERE p LIKE '%for a while%';
    EXECUTE undo;
    RETURN QUERY SELECT 'mended: ' || p FROM problems() p;
    RETURN QUERY SELECT format('%s rows noted, verify finds %s', count(*), (SELECT count(*) FROM leadscore.verify('m'))) FROM leadscore.missed_write;
    PERFORM leadscore.rebuild('m');
    RETURN QUERY SELECT 'rebuilt: ' || p FROM problems() p;
    RETURN QUERY SELECT format('verify still finds %s', v) FROM leadscore.verify('m') v;
END $$;
\set visit '$$INSERT INTO ev (lead_id, at, kind, url, n) VALUES (1, now(), ''visit'', ''/p1'', 5)$$'
\echo # tables of another role
SELECT missed('ALTER TABLE leads OWNER TO missed_other', :visit, format('ALTER TABLE leads OWNER TO %I', current_user));
SELECT missed('ALTER TABLE leads_m_queue OWNER TO missed_other', :visit, format('ALTER TABLE leads_m_queue OWNER TO %I', current_user));
SELECT missed('ALTER TABLE leads_m_refused OWNER TO missed_other', :visit, format('ALTER TABLE leads_m_refused OWNER TO %I', current_user));
\echo # columns of other types
SELECT missed('ALTER TABLE ev ALTER lead_id TYPE text', :visit, 'ALTER TABLE ev ALTER lead_id TYPE int USING lead_id::int');
SELECT missed('ALTER TABLE ev ALTER at TYPE text', :visit, 'ALTER TABLE ev ALTER at TYPE timestamptz USING at::timestamptz');
SELECT missed('ALTER TABLE contacts ALTER lead TYPE text', 'INSERT INTO mails VALUES (1, now())', 'ALTER TABLE contacts ALTER lead TYPE int USING lead::int');
SELECT missed('ALTER TABLE contacts ALTER lead TYPE text', 'UPDATE contacts SET lead = 3 - lead::int', 'ALTER TABLE contacts ALTER lead TYPE int USING lead::int');
SELECT missed('ALTER TABLE companies ALTER id TYPE text', 'UPDATE companies SET industry = ''Media''', 'ALTER TABLE companies ALTER id TYPE int USING id::int');
\echo # leads that were scored without attributes
SELECT missed('ALTER TABLE companies ALTER id TYPE text', 'UPDATE leads SET company = 2 WHERE id = 2', 'ALTER TABLE companies ALTER id TYPE int USING id::int');
\echo # the score table
SELECT missed('ALTER TABLE leads_m RENAME recent TO recent2', :visit, 'ALTER TABLE leads_m RENAME recent2 TO recent');
SELECT missed('ALTER TABLE leads_m RENAME recent TO recent2', 'UPDATE leads SET country = country', 'ALTER TABLE leads_m RENAME recent2 TO recent');
\echo # disabled triggers: who refreshes while they are notes it
SELECT missed('ALTER TABLE ev DISABLE TRIGGER USER', $$SELECT leadscore.refresh('m')$$, 'ALTER TABLE ev ENABLE TRIGGER USER');
SELECT missed('ALTER TABLE ev DISABLE TRIGGER USER', :visit, 'ALTER TABLE ev ENABLE TRIGGER USER');
SELECT leadscore.rebuild('m');
\echo # so does the first write to another table of the model
ALTER TABLE ev DISABLE TRIGGER USER;
INSERT INTO ev (lead_id, at, kind) VALUES (1, now(), 'visit');
UPDATE leads SET country = 'FR' WHERE id = 2;
UPDATE leads SET country = 'AT' WHERE id = 2;
ALTER TABLE ev ENABLE TRIGGER USER;
SELECT problems();
SELECT count(*) FROM leadscore.missed_write;
SELECT leadscore.rebuild('m');
UPDATE leads SET country = 'FR' WHERE id = 2;
SELECT problems();
\echo # nothing was written, or no row
SELECT missed('ALTER TABLE ev ALTER at TYPE text', 'UPDATE ev SET n = 1 WHERE false', 'ALTER TABLE ev ALTER at TYPE timestamptz USING at::timestamptz');
\echo # counted while it could not be read
SELECT missed('ALTER TABLE ev ALTER at TYPE text', $$SELECT leadscore.rebuild('m')$$, 'ALTER TABLE ev ALTER at TYPE timestamptz USING at::timestamptz');
\echo # undone with its transaction
ALTER TABLE ev ALTER lead_id TYPE text;
BEGIN;
SAVEPOINT s;
INSERT INTO ev VALUES (1, now(), 'visit');
SELECT count(*) FROM leadscore.missed_write;
ROLLBACK TO s;
SELECT count(*) FROM leadscore.missed_write;
INSERT INTO ev VALUES (1, now(), 'visit');
INSERT INTO ev VALUES (1, now(), 'visit');
SELECT count(*) FROM leadscore.missed_write;
ROLLBACK;
SELECT count(*) FROM leadscore.missed_write;
\echo # a writer who may do nothing else
CREATE ROLE missed_writer;
GRANT USAGE ON SCHEMA missed TO missed_writer;
GRANT INSERT ON ev TO missed_writer;
SET ROLE missed_writer;
INSERT INTO ev VALUES (1, now(), 'visit');
SELECT model, part, source FROM leadscore.missed_write;
INSERT INTO leadscore.missed_write (model, part, source) VALUES ('m', 'leads', 0);
DELETE FROM leadscore.missed_write;
SELECT leadscore.note_missed('m', 'leads', 0, 'missed.leads');
RESET ROLE;
\echo # catalogs that the owner of leads may not write: no write fails
DELETE FROM leadscore.missed_write;
ALTER TABLE leads OWNER TO missed_other;
REVOKE INSERT ON leadscore.missed_write FROM PUBLIC;
SET ROLE missed_writer;
INSERT INTO ev VALUES (1, now(), 'visit');
RESET ROLE;
SELECT count(*) FROM leadscore.missed_write;
GRANT INSERT ON leadscore.missed_write TO PUBLIC;
INSERT INTO ev VALUES (1, now(), 'visit');
SELECT model, part, source FROM leadscore.missed_write;
\echo # drop_model() takes it along
ALTER TABLE leads OWNER TO SESSION_USER;
SELECT leadscore.drop_model('m');
SELECT count(*) FROM leadscore.missed_write;
DROP SCHEMA missed CASCADE;
DROP ROLE missed_other;
DROP ROLE missed_writer;
