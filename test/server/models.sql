-- Models on the tables of tables.sql: immediate and queued, with and without columns in the CRM's tables, every shape of key.
\set ON_ERROR_STOP 1
\ir rules.sql
SELECT leadscore.create_model('b2b', 'crm.leads', :'first_rules');
SELECT leadscore.add_events('b2b', 'crm.page_views', lead => 'lead_id', at => 'viewed_at', kind => 'page_view');
SELECT leadscore.add_events('b2b', 'crm.activities', lead => 'lead_id', at => 'at', kind_column => 'type', properties => 'payload');
SELECT leadscore.add_attributes('b2b', 'crm.companies', "on" => 'company_id', as_prefix => 'company');
-- New evidence: events are read. Then points only.
SELECT leadscore.set_rules('b2b', :'lead_rules', note => 'more evidence');
SELECT leadscore.set_rules('b2b', replace(:'lead_rules', '"points":12', '"points":11')::leadscore.scoring_rules, note => 'a form is worth less');

SELECT leadscore.create_model('second', 'crm.leads', :'second_rules', score_column => 'second_score', stage_column => 'second_stage', upkeep => 'queued');
SELECT leadscore.add_events('second', 'crm.activities', lead => 'lead_id', at => 'at', kind_column => 'type', properties => 'payload');

SELECT leadscore.create_model('firms', 'crm.companies', :'firm_rules', upkeep => 'queued');
SELECT leadscore.add_events('firms', 'crm.activities', lead => 'lead_id', at => 'at', kind_column => 'type', properties => 'payload',
                            via => 'crm.leads', via_key => 'id', via_lead => 'company_id');

SELECT leadscore.create_model('people', 'crm.people', :'people_rules', mirror => false);
SELECT leadscore.add_events('people', 'crm.mails', lead => 'person', at => 'sent', kind_column => 'what');

SELECT leadscore.create_model('accounts', 'crm.accounts', :'account_rules', key => '{tenant,code}');
SELECT leadscore.add_events('accounts', 'crm.visits', lead => '{tenant,account}'::name[], at => 'at', kind => 'visit', deleted => 'void');

SELECT leadscore.create_model('items', 'crm.items', :'item_rules', upkeep => 'queued', mirror => false);
SELECT leadscore.add_events('items', 'crm.scans', lead => 'code', at => 'at', kind => 'scan');
