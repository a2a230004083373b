-- add_attributes(), drop_attributes()

CREATE FUNCTION @extschema@.add_attributes(model text, relation regclass, "on" name[], as_prefix text, key name[] DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    a @extschema@.attribute_source;
    long text;
BEGIN
    PERFORM @extschema@.need_read_committed();
    m := @extschema@.open_model(model);
    PERFORM @extschema@.refuse_pending_version(m);
    PERFORM @extschema@.check_table(relation);
    PERFORM @extschema@.refuse_null(CASE WHEN as_prefix IS NULL THEN 'as_prefix' END);
    PERFORM @extschema@.check_rights(relation, m.leads, 'SELECT, UPDATE');
    IF relation = m.leads THEN
        RAISE feature_not_supported USING MESSAGE = format('%s cannot be related to itself', relation);
    ELSIF as_prefix = '' OR as_prefix LIKE '%.%' OR octet_length(as_prefix) > 61 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'as_prefix must be a word without dots, of at most 61 bytes';
    ELSIF EXISTS (SELECT FROM @extschema@.attribute_source o WHERE o.model = m.name AND o.prefix = as_prefix) THEN
        RAISE duplicate_object USING MESSAGE = format('model "%s" has related rows called "%s" already', m.name, as_prefix);
    END IF;
    a.model := m.name;
    a.source := (SELECT coalesce(max(o.source), 0) + 1 FROM @extschema@.attribute_source o WHERE o.model = m.name);
    a.relation := relation;
    a.bound_as := @extschema@.name_of_table(relation);
    a.prefix := as_prefix;
    a.on_columns := "on";
    a.on_numbers := @extschema@.column_numbers(m.leads, "on");
    a.key_columns := coalesce(key, @extschema@.choose_key(relation, NULL));
    a.key_numbers := @extschema@.column_numbers(relation, a.key_columns);
    PERFORM @extschema@.check_unique(relation, a.key_columns);
    PERFORM @extschema@.check_collations(m.leads, "on", relation, a.key_columns);
    PERFORM @extschema@.check_reference(m.leads, "on", ARRAY(SELECT @extschema@.column_type(relation, n.name) FROM unnest(a.key_columns)
                                                              WITH ORDINALITY n(name, ord) ORDER BY n.ord), relation);
    long := (SELECT string_agg(quote_ident(c.attname), ', ') FROM pg_attribute c
              WHERE c.attrelid = relation AND c.attnum > 0 AND NOT c.attisdropped AND octet_length(as_prefix || '.' || c.attname) > 63);
    IF long IS NOT NULL THEN
        RAISE NOTICE 'with the prefix these names pass 63 bytes and are no attributes: %', long;
    END IF;
    INSERT INTO @extschema@.attribute_source SELECT a.*;
    PERFORM @extschema@.lock_model_tables(m, ARRAY(SELECT v FROM @extschema@.altered_views(m.name) v));
    PERFORM @extschema@.make_triggers(m.name);
    PERFORM @extschema@.invalidate_model(m.name);
    IF NOT m.paused THEN
        PERFORM @extschema@.restate(m, 'keep', NULL, 'attributes', false);
    END IF;
    PERFORM @extschema@.create_views(m.name);
    IF NOT @extschema@.has_index(m.leads, "on") THEN
        RAISE NOTICE 'no index of % begins with %: a change in % reads the whole table', m.leads, array_to_string("on", ', '), relation;
    END IF;
    PERFORM @extschema@.tell_mistyped(m, @extschema@.active_rules(m.name), relation => relation);
    PERFORM @extschema@.tell_attribute_zones(m, @extschema@.active_rules(m.name), relation => relation);
END $$;
COMMENT ON FUNCTION @extschema@.add_attributes(text, regclass, name[], text, name[]) IS
    'From now on the columns of a related row are attributes of a model''s leads, called as_prefix.column. model: its name; relation: the related '
    'table, own and not a view, foreign or temporary, on which the owner of leads has SELECT and UPDATE; "on": columns of leads that refer to it; as_prefix: what stands before the dot; key: the columns '
    'they refer to, with a unique index, by default its primary key. Writers of all tables of the model wait until the transaction ends. Changes of '
    'stage this causes are not recorded. Errors: 42704, 42501, 42703, 42804, 22004, 22023, 42710, 0A000, 55000.';

CREATE FUNCTION @extschema@.add_attributes(model text, relation regclass, "on" name, as_prefix text, key name[] DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.add_attributes(model, relation, ARRAY["on"], as_prefix, key);
END $$;
COMMENT ON FUNCTION @extschema@.add_attributes(text, regclass, name, text, name[]) IS 'add_attributes() for a reference of one column.';

CREATE FUNCTION @extschema@.drop_attributes(model text, relation regclass) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    s integer;
BEGIN
    PERFORM @extschema@.need_read_committed();
    m := @extschema@.open_model(model);
    PERFORM @extschema@.refuse_pending_version(m);
    IF NOT EXISTS (SELECT FROM @extschema@.attribute_source a WHERE a.model = m.name AND a.relation = drop_attributes.relation) THEN
        PERFORM @extschema@.refuse_null(CASE WHEN relation IS NULL THEN 'relation' END);
        RAISE undefined_object USING MESSAGE = format('%s holds no attributes of model "%s"', relation, m.name), HINT = coalesce(
            (SELECT format('The model reads the table that had this name before: SELECT leadscore.drop_attributes(%L, %L) forgets that one.', m.name, a.relation)
               FROM @extschema@.attribute_source a WHERE a.model = m.name AND a.bound_as = @extschema@.name_of_table(drop_attributes.relation) ORDER BY a.source LIMIT 1),
            format('SELECT relation FROM leadscore.attribute_source WHERE model = %L shows the tables that it reads.', m.name));
    END IF;
    PERFORM @extschema@.lock_model_tables(m, ARRAY(SELECT v FROM @extschema@.model_views(m) v UNION ALL SELECT t.relation FROM @extschema@.attribute_source a
        CROSS JOIN LATERAL unnest(@extschema@.tables_with_triggers(m.name, 'attributes', a.source)) t(relation)
         WHERE a.model = m.name AND a.relation = drop_attributes.relation));
    FOR s IN SELECT a.source FROM @extschema@.attribute_source a WHERE a.model = m.name AND a.relation = drop_attributes.relation LOOP
        PERFORM @extschema@.drop_upkeep_triggers(m.name, NULL, 'attributes', s);
        DELETE FROM @extschema@.attribute_source a WHERE a.model = m.name AND a.source = s;
    END LOOP;
    PERFORM @extschema@.invalidate_model(m.name);
    IF NOT m.paused THEN
        PERFORM @extschema@.restate(m, 'keep', NULL, 'attributes', false);
    END IF;
    PERFORM @extschema@.create_views(m.name);
END $$;
COMMENT ON FUNCTION @extschema@.drop_attributes(text, regclass) IS
    'The columns of a related table are no attributes of a model any more. The table itself stays as it is. model: its name; relation: the related table, '
    'which may be gone already. Changes of stage this causes are not recorded. Errors: 42704 no such model or not related, 22004, 42501, 55000.';
