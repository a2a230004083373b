-- Rows for the tables of tables.sql.
\set ON_ERROR_STOP 1
INSERT INTO crm.companies SELECT i, 'company ' || i, (ARRAY['Software', 'Finance', 'Farming'])[1 + i % 3], i * 100000 FROM generate_series(1, 8) i;
INSERT INTO crm.leads (id, email, company_id, country, employees, signed_up, extra)
SELECT i, 'lead' || i || '@example.com', 1 + i % 8, (ARRAY['DE', 'AT', 'FR', NULL])[1 + i % 4], i * 5, current_date - i, jsonb_build_object('budget', i % 7)
FROM generate_series(1, 60) i;
INSERT INTO crm.page_views (lead_id, viewed_at, url, seconds)
SELECT 1 + i % 63, CASE WHEN i % 50 = 0 THEN '2019-05-05Z'::timestamptz ELSE now() - i * interval '5 hours' END, (ARRAY['/pricing', '/docs', '/pricing/faq'])[1 + i % 3], i % 90
FROM generate_series(1, 600) i;
INSERT INTO crm.activities (lead_id, at, type, payload)
SELECT 1 + i * 7 % 62, now() - i * interval '6 hours', (ARRAY['call', 'form', 'open', 'open', 'unsubscribe'])[1 + i % 5], jsonb_build_object('mail', i % 6, 'minutes', i % 40)
FROM generate_series(1, 500) i;
INSERT INTO crm.people SELECT crm.uuid_of(i), 'person ' || i, i % 4 = 0 FROM generate_series(1, 25) i;
INSERT INTO crm.mails (person, sent, what, campaign) SELECT crm.uuid_of(i % 28), now() - i * interval '9 hours', (ARRAY['sent', 'sent', 'open'])[1 + i % 3], i % 5 FROM generate_series(1, 200) i;
INSERT INTO crm.accounts SELECT i % 3, 'a' || i % 10, (ARRAY['free', 'paid'])[1 + i % 2] FROM generate_series(1, 30) i;
INSERT INTO crm.visits (tenant, account, at, seconds) SELECT i % 3, 'a' || i % 11, now() - i * interval '8 hours', i / 4.0 FROM generate_series(1, 200) i;
INSERT INTO crm.items SELECT 'item ' || i, (ARRAY['red', 'green'])[1 + i % 2] FROM generate_series(1, 15) i;
INSERT INTO crm.scans (code, at) SELECT 'item ' || i % 18, now() - i * interval '7 hours' FROM generate_series(1, 100) i;
