-- Tables that were swapped. A model is bound to tables, not to their names: a table that is renamed takes its model along, and the new one that
-- gets its name is nobody's.

CREATE FUNCTION @extschema@.name_of_table(relation regclass) RETURNS name[]
    AS 'MODULE_PATHNAME', 'leadscore_name_of_table' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.name_of_table(regclass) IS 'Schema and name of a table.';

-- A view in the place of the old name is no swap.
CREATE FUNCTION @extschema@.namesake(relation regclass, bound_as name[]) RETURNS regclass
    AS 'MODULE_PATHNAME', 'leadscore_namesake' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.namesake(regclass, name[]) IS 'The table that has the name now which another one had when it was bound; NULL if none or if that one is gone.';
