\echo '== 9. What a session that listened to hot_leads received, in the same transaction'
\echo
\echo :message
\echo
\echo '== 10. The clock moves on by a month, nothing else happens: refresh() lets the lead cool'
\echo
SELECT lead_id AS chosen FROM crm.customers_live_stage_change ORDER BY id DESC LIMIT 1
\gset
SELECT leadscore.refresh('live', now() + interval '1 month') AS "leads that time alone changed";
SELECT lead_id AS lead, country, lead_score AS score, lead_stage AS stage FROM crm.customers WHERE lead_id = :chosen;
SELECT old_stage AS "from", new_stage AS "to", score, why FROM crm.customers_live_stage_change WHERE lead_id = :chosen ORDER BY id;
\echo '== 11. Why'
\echo
SELECT * FROM leadscore.explain_lead('live', :chosen, now() + interval '1 month');
\echo '== 12. Everything recomputed from the tables: what is stored wrong?'
\echo
SELECT count(*) AS "leads with a wrong score" FROM leadscore.verify('live');
