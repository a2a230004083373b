-- Who may write the catalogs: anybody, but only rows of models whose tables they own. Upkeep runs as the owner of the leads table, so
-- a wrong row can harm nobody else.

-- Whether the current role owns the table as far as PostgreSQL is concerned. False for a table that is gone.
CREATE FUNCTION @extschema@.owns_table(relation regclass) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_owns_table' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.owns_table(regclass) IS 'Whether the current role has the rights of the owner of a table; false for one that is gone.';

-- Whether the current role may change the model. One whose tables are gone belongs to who made it.
CREATE FUNCTION @extschema@.owns_model(leads regclass, scores regclass, created_by text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
               WHEN EXISTS (SELECT FROM pg_class c WHERE c.oid = $1) THEN @extschema@.owns_table($1)
               WHEN EXISTS (SELECT FROM pg_class c WHERE c.oid = $2) THEN @extschema@.owns_table($2)
               ELSE coalesce((SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user), false)
                    OR coalesce((SELECT pg_has_role(current_user, r.oid, 'USAGE') FROM pg_roles r WHERE r.rolname = $3), false)
           END
$$;
COMMENT ON FUNCTION @extschema@.owns_model(regclass, regclass, text) IS
    'Whether the current role may change a model: it owns the leads table; of a model without tables, it is who made it or a superuser.';

-- regclass as jsonb has it: a name, or the bare OID of a table that is gone.
CREATE FUNCTION @extschema@.table_called(name text) RETURNS regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN $1 ~ '^[0-9]+$' THEN $1::oid::regclass ELSE to_regclass($1) END
$$;
COMMENT ON FUNCTION @extschema@.table_called(text) IS 'The table of a name, or of an OID for one that is gone.';

-- regclasses of a row as jsonb has them: of one column, or an array, of however many dimensions.
CREATE FUNCTION @extschema@.tables_named(line jsonb, part text) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 4 SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.name #>> '{}' FROM jsonb_path_query($1 -> $2, 'strict $.**') n(name) WHERE jsonb_typeof(n.name) <> 'array'
$$;
COMMENT ON FUNCTION @extschema@.tables_named(jsonb, text) IS 'The tables that a column of a catalog row names, in order.';

-- Whoever administers a model reads its tables. A view in the place of one would run its owner's functions as them.
CREATE FUNCTION @extschema@.is_table(relation regclass) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_class c WHERE c.oid = $1 AND c.relkind IN ('r', 'p'))
$$;
COMMENT ON FUNCTION @extschema@.is_table(regclass) IS 'Whether that is a table, and no view or anything else.';

-- A table that a row comes to name must be there and be the writer's: one that is not there yet could turn out to be somebody else's.
CREATE FUNCTION @extschema@.guard_catalog() RETURNS trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    line jsonb;
    m record;
    refused text;
    is_view boolean;
BEGIN
    SELECT INTO refused, is_view n.name, @extschema@.owns_table(@extschema@.table_called(n.name))
      FROM unnest('{leads,scores,companions,events,via,relation}'::text[]) t(part) CROSS JOIN LATERAL @extschema@.tables_named(new_row, t.part) n(name)
     WHERE new_row ->> t.part IS DISTINCT FROM old_row ->> t.part AND n.name IS NOT NULL
       AND NOT (@extschema@.owns_table(@extschema@.table_called(n.name)) AND @extschema@.is_table(@extschema@.table_called(n.name)))
     LIMIT 1;
    IF is_view THEN
        RAISE wrong_object_type USING MESSAGE = format('%s is no table', refused);
    END IF;
    FOREACH line IN ARRAY ARRAY[old_row, new_row] LOOP
        IF TG_TABLE_NAME = 'model' THEN
            SELECT INTO m @extschema@.table_called(line ->> 'leads') AS leads, @extschema@.table_called(line ->> 'scores') AS scores,
                   line ->> 'created_by' AS created_by;
        ELSE
            SELECT INTO m o.leads, o.scores, o.created_by FROM @extschema@.model o WHERE o.name = line ->> 'model';
        END IF;
        IF line IS NULL THEN
            CONTINUE;
        ELSIF m IS NULL THEN
            -- While a dump is read, rows may come before that of their model: then only who may read dumps of others writes them.
            IF NOT (SELECT r.rolsuper OR pg_has_role(r.oid, d.datdba, 'USAGE')
                      FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()) THEN
                refused := format('the tables of model "%s"', line ->> 'model');
            END IF;
        ELSIF NOT @extschema@.owns_model(m.leads, m.scores, m.created_by) THEN
            refused := m.leads::text;
        END IF;
    END LOOP;
    IF refused IS NOT NULL THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('must be owner of %s to write leadscore.%s', refused, TG_TABLE_NAME),
            HINT = 'A model belongs to the owner of its table of leads; who binds a table to it must own that, too.';
    END IF;
    -- What is no longer bound and still has triggers: so model_status and refresh() need not look for it among all tables.
    IF TG_TABLE_NAME IN ('event_source', 'attribute_source') AND TG_OP <> 'INSERT' THEN
        INSERT INTO @extschema@.counted_table (model, part, source, table_oid, table_name)
        SELECT DISTINCT u.model, u.part, u.source, u.relation, @extschema@.name_of_table(u.relation)
          FROM unnest('{events,via,relation}'::text[]) t(part)
          CROSS JOIN LATERAL @extschema@.upkeep_triggers(@extschema@.table_called(old_row ->> t.part)) u
         WHERE new_row ->> t.part IS DISTINCT FROM old_row ->> t.part AND (u.model, u.source) = (old_row ->> 'model', (old_row ->> 'source')::integer)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
REVOKE ALL ON FUNCTION @extschema@.guard_catalog() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.guard_catalog() IS
    'Trigger of the catalogs of models: only owners of the tables concerned write their rows. A table whose source goes while it has triggers is kept in counted_table.';

CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.model FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.rules_version FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.evidence_set FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.event_source FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.attribute_source FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.counted_table FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.missed_write FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.read_column FOR EACH ROW EXECUTE FUNCTION @extschema@.guard_catalog();

GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON @extschema@.model, @extschema@.rules_version, @extschema@.evidence_set,
    @extschema@.event_source, @extschema@.attribute_source, @extschema@.counted_table, @extschema@.missed_write, @extschema@.read_column TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('@extschema@.model', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.rules_version', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.evidence_set', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.event_source', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.attribute_source', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.counted_table', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.missed_write', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.read_column', '');
