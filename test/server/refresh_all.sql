-- Each model in a transaction of its own.
\set ON_ERROR_STOP 1
SELECT format('SELECT leadscore.refresh(%L)', name) FROM leadscore.model ORDER BY name
\gexec
