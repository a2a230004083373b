\echo Use "ALTER EXTENSION leadscore UPDATE" to load this file. \quit
-- A version that does not exist, for the walk of part 66_upgrade: a function, a column of a catalog, and the trigger function anew.

CREATE FUNCTION leadscore.second_version() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$ SELECT 'second'::text $$;
COMMENT ON FUNCTION leadscore.second_version() IS 'only in the tests';
ALTER TABLE leadscore.model ADD COLUMN remark text DEFAULT 'upgraded';
CREATE OR REPLACE FUNCTION leadscore.upkeep() RETURNS trigger
    AS 'MODULE_PATHNAME', 'leadscore_upkeep' LANGUAGE C;
