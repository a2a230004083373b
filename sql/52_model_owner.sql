-- Statements with the rights of the owner of a leads table, whoever administers the model: triggers, casts and policies of the tables
-- are the owner's and shall not run with more.

-- Statements over all leads sort and join more than a setting made for single queries allows. For functions that set work_mem: it comes
-- back when they end.
CREATE FUNCTION @extschema@.use_memory() RETURNS void
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT set_config('work_mem', (least(pg_size_bytes(current_setting('maintenance_work_mem')), 268435456) / 1024)::text || 'kB', true)
$$;
COMMENT ON FUNCTION @extschema@.use_memory() IS 'Sets work_mem to maintenance_work_mem, at most 256 MB, for the rest of the calling function.';

CREATE FUNCTION @extschema@.run_as_owner(leads regclass, statement text, mirror boolean, VARIADIC "any") RETURNS bigint
    AS 'MODULE_PATHNAME', 'leadscore_run_as_owner' LANGUAGE C VOLATILE PARALLEL UNSAFE;
CREATE FUNCTION @extschema@.run_as_owner(leads regclass, statement text, mirror boolean DEFAULT false) RETURNS bigint
    AS 'MODULE_PATHNAME', 'leadscore_run_as_owner' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.run_as_owner(regclass, text, boolean, "any") IS
    'Runs a statement as the owner of a table, with the further arguments as its parameters; tells how many rows it touched. mirror: it writes score and stage '
    'into lead rows, which upkeep need not look at. Only for who has the rights of the owner: 42501.';
COMMENT ON FUNCTION @extschema@.run_as_owner(regclass, text, boolean) IS 'run_as_owner() for a statement without parameters.';

CREATE FUNCTION @extschema@.query_as_owner(leads regclass, query text, VARIADIC "any") RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'leadscore_query_as_owner' LANGUAGE C VOLATILE PARALLEL UNSAFE;
CREATE FUNCTION @extschema@.query_as_owner(leads regclass, query text) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'leadscore_query_as_owner' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.query_as_owner(regclass, text, "any") IS
    'The rows of a query that runs as the owner of a table, under the snapshot of the caller''s query, with the further arguments as its parameters. '
    'Only for who has the rights of the owner: 42501.';
COMMENT ON FUNCTION @extschema@.query_as_owner(regclass, text) IS 'query_as_owner() for a query without parameters.';
