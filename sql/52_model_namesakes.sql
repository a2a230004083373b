-- Tables that were swapped. A model is bound to tables, not to their names: a table that is renamed takes its model along, and the new one that
-- gets its name is nobody's.

CREATE FUNCTION @extschema@.name_of_table(relation regclass) RETURNS name[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ARRAY[n.nspname, c.relname] FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1
$$;
COMMENT ON FUNCTION @extschema@.name_of_table(regclass) IS 'Schema and name of a table.';

-- A view in the place of the old name is no swap.
CREATE FUNCTION @extschema@.namesake(relation regclass, bound_as name[]) RETURNS regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.oid FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = $2[2]
     WHERE n.nspname = $2[1] AND c.relkind IN ('r', 'p') AND c.oid <> $1 AND EXISTS (SELECT FROM pg_class o WHERE o.oid = $1)
$$;
COMMENT ON FUNCTION @extschema@.namesake(regclass, name[]) IS 'The table that has the name now which another one had when it was bound; NULL if none or if that one is gone.';
