-- Types of the columns that models read. ALTER TABLE … ALTER … TYPE changes values where no trigger sees it, and scores hold what the old ones
-- gave; so the types are written down when all is counted or scored, and compared with what they are.

CREATE FUNCTION @extschema@.value_type(type oid, modifier integer) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN y.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) OR y.oid = 'numeric'::regtype AND modifier = -1 THEN 'number'
                WHEN y.oid IN ('text'::regtype, 'varchar'::regtype) THEN 'text'
                WHEN y.oid IN ('json'::regtype, 'jsonb'::regtype) THEN 'json'
                ELSE format_type(y.oid, modifier) END
      FROM pg_type d JOIN pg_type y ON y.oid = coalesce(nullif(d.typbasetype, 0), d.oid) WHERE d.oid = $1
$$;
COMMENT ON FUNCTION @extschema@.value_type(oid, integer) IS
    'What a column holds, by its type and the modifier of that: "number", "text" or "json" for types between which values stay what they are, else the name of the type.';

CREATE FUNCTION @extschema@.read_columns(model text) RETURNS TABLE (part text, source integer, relation regclass, name name, type text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 50 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT b.part, b.source, b.relation, a.attname, @extschema@.value_type(a.atttypid, a.atttypmod)
      FROM @extschema@.bound_tables($1) b
      CROSS JOIN LATERAL (SELECT k.* FROM pg_attribute k WHERE k.attrelid = b.relation AND k.attnum > 0 AND NOT k.attisdropped OFFSET 0) a
     WHERE b.part IN ('leads', 'attributes')
        OR b.part = 'events' AND EXISTS (SELECT FROM @extschema@.event_sources($1) e
                                          WHERE e.source = b.source AND a.attname IN (e.at_column, e.kind_column, e.properties_column, e.deleted_column));
END $$;
COMMENT ON FUNCTION @extschema@.read_columns(text) IS
    'The columns of tables of a model that may be read, with what they hold now: all of leads and related tables, those that are bound of events.';

CREATE FUNCTION @extschema@.note_types(model text, parts text[], source integer) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM @extschema@.read_column c
     WHERE c.model = note_types.model
       AND (c.part = ANY (parts) AND (note_types.source IS NULL OR c.source = note_types.source)
            OR NOT EXISTS (SELECT FROM @extschema@.bound_tables(note_types.model) b WHERE (b.part, b.source) = (c.part, c.source)));
    INSERT INTO @extschema@.read_column (model, part, source, name, type)
    SELECT note_types.model, c.part, c.source, c.name, c.type FROM @extschema@.read_columns(note_types.model) c
     WHERE c.part = ANY (parts) AND (note_types.source IS NULL OR c.source = note_types.source);
END $$;
COMMENT ON FUNCTION @extschema@.note_types(text, text[], integer) IS 'What note_counted() does about types of columns.';

-- A column that was renamed is another one, and whether rules find it is told elsewhere.
CREATE FUNCTION @extschema@.changed_types(model text) RETURNS TABLE (relation regclass, name name, was text, type text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT n.relation, c.name, c.type, n.type
      FROM @extschema@.read_column c
      JOIN @extschema@.read_columns($1) n ON (n.part, n.source, n.name) = (c.part, c.source, c.name) AND n.type <> c.type
      LEFT JOIN @extschema@.attribute_source s ON s.model = c.model AND s.source = c.source AND c.part = 'attributes'
     WHERE c.model = $1 AND NOT EXISTS (SELECT FROM @extschema@.source_columns($1) u WHERE (u.part, u.source) = (c.part, c.source) AND NOT u.usable)
       AND (c.part = 'events'
            OR EXISTS (SELECT FROM jsonb_to_recordset(@extschema@.attribute_rows(@extschema@.active_rules($1))) AS f(place text, field text)
                        WHERE f.field = concat_ws('.', s.prefix, c.name) OR starts_with(f.field, concat_ws('.', s.prefix, c.name) || '.')))
     ORDER BY c.part, c.source, c.name;
END $$;
COMMENT ON FUNCTION @extschema@.changed_types(text) IS 'The columns that events are read by, or that the active rules look at, whose type was another one when all was counted or scored; none of sources that cannot be used, of which more is told elsewhere.';
