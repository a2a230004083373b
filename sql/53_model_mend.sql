-- What rebuild() mends of the tables of a model before it can count anew.

-- The keys of the model's tables whose type or collation is no longer that of the key of leads.
CREATE FUNCTION @extschema@.moved_key_types(m @extschema@.model) RETURNS TABLE (stored_name name, type oid, collated text)
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.attname, t.type, coalesce(' COLLATE ' || @extschema@.collation_name(l.attcollation), '')
      FROM unnest(($1).key_columns) WITH ORDINALITY k(name, ord)
      JOIN pg_attribute a ON a.attrelid = ($1).scores AND a.attnum = k.ord AND NOT a.attisdropped
      JOIN pg_attribute l ON l.attrelid = ($1).leads AND l.attname = k.name
      CROSS JOIN LATERAL (SELECT @extschema@.column_type(($1).leads, k.name)) t(type)
     WHERE t.type <> a.atttypid OR l.attcollation <> a.attcollation
$$;
COMMENT ON FUNCTION @extschema@.moved_key_types(@extschema@.model) IS 'Key columns of the score table whose type or collation is not that of the key of leads, and that type, with COLLATE and the collation.';

CREATE FUNCTION @extschema@.has_score_key(m @extschema@.model) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ($1).scores AND i.indisprimary AND i.indnkeyatts = cardinality(($1).key_columns)
                      AND NOT EXISTS (SELECT FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, ord) WHERE k.ord <= i.indnkeyatts AND k.number <> k.ord))
$$;
COMMENT ON FUNCTION @extschema@.has_score_key(@extschema@.model) IS 'Whether the score table of a model has its primary key.';

CREATE FUNCTION @extschema@.mend_tables(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    k record;
    t regclass;
    other name;
    keys text;
    moved boolean;
BEGIN
    PERFORM FROM @extschema@.model o WHERE o.name = mend_tables.model FOR NO KEY UPDATE;
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = mend_tables.model;
    IF NOT FOUND OR NOT @extschema@.owns_table(m.leads) OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = m.scores) THEN
        RETURN;
    END IF;
    PERFORM @extschema@.sync_columns(m.name);
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = mend_tables.model;
    IF @extschema@.has_score_key(m) AND NOT EXISTS (SELECT FROM @extschema@.moved_key_types(m)) THEN
        RETURN;
    END IF;
    PERFORM @extschema@.lock_model_tables(m);
    IF NOT @extschema@.has_score_key(m) THEN
        SELECT INTO other c.conname FROM pg_constraint c WHERE c.conrelid = m.scores AND c.contype = 'p';
        IF FOUND THEN
            PERFORM @extschema@.run_as_owner(m.leads, format('ALTER TABLE %s DROP CONSTRAINT %I', m.scores, other));
        END IF;
        SELECT INTO keys string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = m.scores AND a.attnum BETWEEN 1 AND cardinality(m.key_columns);
        -- What came twice, or without a key, while there was none.
        PERFORM @extschema@.run_as_owner(m.leads, format('DELETE FROM %1$s s WHERE (%2$s) IS NULL OR s.ctid NOT IN (SELECT min(o.ctid) FROM %1$s o GROUP BY %2$s)',
                                                         m.scores, keys));
        PERFORM @extschema@.run_as_owner(m.leads, format('ALTER TABLE %s ADD PRIMARY KEY (%s)', m.scores, keys));
    END IF;
    moved := EXISTS (SELECT FROM @extschema@.moved_key_types(m));
    IF moved THEN
        PERFORM @extschema@.drop_views(m.name);
        -- Keys that are equal by the new collation: of the row of a lead that is there the key stays.
        SELECT INTO keys string_agg(quote_ident(a.attname) || coalesce(c.collated, ''), ', ' ORDER BY a.attnum)
          FROM pg_attribute a LEFT JOIN @extschema@.moved_key_types(m) c ON c.stored_name = a.attname AND c.type = a.atttypid
         WHERE a.attrelid = m.scores AND a.attnum BETWEEN 1 AND cardinality(m.key_columns);
        PERFORM @extschema@.run_as_owner(m.leads, format('DELETE FROM %1$s s USING (SELECT o.ctid, row_number() OVER (PARTITION BY %2$s ORDER BY o.present DESC) AS place FROM %1$s o) d '
                                                         'WHERE s.ctid = d.ctid AND d.place > 1', m.scores, keys));
    END IF;
    FOR k IN SELECT * FROM @extschema@.moved_key_types(m) LOOP
        FOREACH t IN ARRAY m.scores || m.companions LOOP
            IF @extschema@.column_type(t, k.stored_name) IS NOT NULL THEN
                PERFORM @extschema@.run_as_owner(m.leads, format('ALTER TABLE %s ALTER COLUMN %I TYPE %s%s USING %2$I::%3$s', t, k.stored_name,
                                                                 @extschema@.type_name(k.type), k.collated));
            END IF;
        END LOOP;
    END LOOP;
    PERFORM @extschema@.invalidate_model(m.name);
    IF moved AND m.views THEN
        PERFORM @extschema@.create_views(m.name);
    ELSIF moved THEN
        PERFORM @extschema@.sync_visibility(m.name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.mend_tables(text) IS
    'Makes the primary key of a score table anew if it is gone, and gives the keys of a model''s tables the type and collation that the key of leads has now. Views that had to '
    'go come back without grants.';
