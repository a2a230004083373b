-- Adjustments of leads that fill.sql made.
\set ON_ERROR_STOP 1
SELECT leadscore.adjust('b2b', 7, 'engagement', 'set', 3, 'asked to be left alone', at => now() - interval '20 days');
SELECT leadscore.adjust('b2b', 7, 'fit', 'add', 6, 'met at the fair');
SELECT leadscore.adjust('b2b', 12, 'engagement', 'add', 25, 'partner');
SELECT leadscore.adjust('accounts', '{"tenant": 1, "code": "a1"}', 'fit', 'add', 5, 'old customer');
