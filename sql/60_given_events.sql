-- Events of tables that no model binds: the caller says where they are, in a list of objects like the arguments of add_events().

-- Columns are a name, or a list of names.
CREATE FUNCTION @extschema@.given_columns(given jsonb, entry text) RETURNS name[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF given IS NULL OR jsonb_typeof(given) = 'null' THEN
        RETURN NULL;
    ELSIF jsonb_typeof(given) = 'string' THEN
        RETURN ARRAY[given #>> '{}']::name[];
    ELSIF jsonb_typeof(given) = 'array' AND NOT jsonb_path_exists(given, 'strict $[*] ? (@.type() != "string")') THEN
        RETURN ARRAY(SELECT n.name::name FROM jsonb_array_elements_text(given) WITH ORDINALITY n(name, ord) ORDER BY n.ord);
    END IF;
    RAISE invalid_parameter_value USING MESSAGE = format('%s: expected the name of a column, or a list of names', entry);
END $$;
COMMENT ON FUNCTION @extschema@.given_columns(jsonb, text) IS 'Names of columns from JSON; entry: where they stand, for the message of error 22023.';

CREATE FUNCTION @extschema@.given_table(given text, beside regclass, entry text) RETURNS regclass
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Letters, digits and so on as parse_ident() takes them; it would not say where the name stands.
    word constant text := '("([^"]|"")+"|[^\x01-\x40\x5B-\x5E\x60\x7B-\x7F][^\x01-\x23\x25-\x2F\x3A-\x40\x5B-\x5E\x60\x7B-\x7F]*)';
    parts text[];
    found_table regclass;
BEGIN
    IF given !~ ('^\s*' || word || '\s*(\.\s*' || word || '\s*)*$') THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s: "%s" is no name of a table', entry, given),
            HINT = 'A table is named as in SQL, maybe with its schema: a name with capital letters, blanks or signs stands in quotes. Names of columns stand without.';
    END IF;
    parts := parse_ident(given);
    -- The path is pinned here: a name without schema means a neighbour of the leads.
    IF cardinality(parts) = 1 THEN
        parts := ARRAY[(SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = beside), parts[1]];
    END IF;
    found_table := to_regclass((SELECT string_agg(quote_ident(p.part), '.' ORDER BY p.ord) FROM unnest(parts) WITH ORDINALITY p(part, ord)));
    IF found_table IS NULL THEN
        RAISE undefined_table USING MESSAGE = format('%s: there is no table %s', entry, given),
            HINT = 'A name without schema is looked for in the schema of the leads; one with capital letters, blanks or signs stands in quotes, as in SQL.';
    END IF;
    RETURN found_table;
END $$;
COMMENT ON FUNCTION @extschema@.given_table(text, regclass, text) IS
    'A table by its name; beside: the table in whose schema a name without one is looked for. entry: where it stands, for messages. Errors: 42P01, 22023 no name.';

CREATE FUNCTION @extschema@.given_events(events jsonb, leads regclass, key name[]) RETURNS SETOF @extschema@.event_source
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    g record;
    unknown text;
    entry text;
    s @extschema@.event_source;
    key_types oid[] := ARRAY(SELECT @extschema@.column_type(leads, k.name) FROM unnest(key) WITH ORDINALITY k(name, ord) ORDER BY k.ord);
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN events IS NULL THEN 'events' END);
    IF jsonb_typeof(events) <> 'array' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'events: expected a list of objects',
            HINT = 'For example [{"events": "crm.activities", "lead": "lead_id", "at": "at", "kind_column": "type"}].';
    END IF;
    FOR g IN SELECT e.value, e.ord FROM jsonb_array_elements(events) WITH ORDINALITY e(value, ord) ORDER BY e.ord LOOP
        entry := format('events[%s]', g.ord - 1);
        IF jsonb_typeof(g.value) <> 'object' THEN
            RAISE invalid_parameter_value USING MESSAGE = format('%s: expected an object', entry);
        END IF;
        unknown := (SELECT min(k) FROM jsonb_object_keys(g.value) k
                     WHERE k <> ALL ('{events,lead,at,kind,kind_column,properties,via,via_key,via_lead,deleted}'::text[]));
        IF unknown IS NOT NULL THEN
            RAISE invalid_parameter_value USING MESSAGE = format('%s.%s: no such key', entry, unknown),
                HINT = 'Keys are those of add_events(): events, lead, at, kind or kind_column, properties, via, via_key, via_lead, deleted.';
        ELSIF g.value ->> 'events' IS NULL OR g.value ->> 'lead' IS NULL OR g.value ->> 'at' IS NULL THEN
            RAISE invalid_parameter_value USING MESSAGE = format('%s: events, lead and at must be given', entry);
        END IF;
        s := NULL;
        s.source := g.ord;
        s.events := @extschema@.given_table(g.value ->> 'events', leads, entry || '.events');
        s.lead_columns := @extschema@.given_columns(g.value -> 'lead', entry || '.lead');
        s.at_column := g.value ->> 'at';
        s.kind := g.value ->> 'kind';
        s.kind_column := g.value ->> 'kind_column';
        s.properties_column := g.value ->> 'properties';
        s.deleted_column := g.value ->> 'deleted';
        PERFORM @extschema@.column_numbers(s.events, s.lead_columns);
        PERFORM @extschema@.check_event_columns(s.events, s.at_column, s.kind, s.kind_column, s.properties_column, s.deleted_column);
        IF g.value ->> 'via' IS NULL THEN
            PERFORM @extschema@.check_reference(s.events, s.lead_columns, key_types, leads);
        ELSE
            s.via := @extschema@.given_table(g.value ->> 'via', leads, entry || '.via');
            s.via_key_columns := coalesce(@extschema@.given_columns(g.value -> 'via_key', entry || '.via_key'), @extschema@.choose_key(s.via, NULL));
            s.via_lead_columns := @extschema@.given_columns(g.value -> 'via_lead', entry || '.via_lead');
            IF s.via_lead_columns IS NULL THEN
                RAISE invalid_parameter_value USING MESSAGE = format('%s: via_lead must name the columns of %s that refer to %s', entry, s.via, leads);
            END IF;
            -- Of a view nothing tells.
            IF EXISTS (SELECT FROM pg_class c WHERE c.oid = s.via AND c.relkind IN ('r', 'p'))
               AND NOT @extschema@.is_unique(s.via, s.via_key_columns || s.via_lead_columns) THEN
                RAISE invalid_parameter_value USING MESSAGE = format('%s.via: %s has no unique index on %s', entry, s.via, array_to_string(s.via_key_columns || s.via_lead_columns, ', ')),
                    HINT = 'An event counts once for a lead.';
            END IF;
            PERFORM @extschema@.check_reference(s.via, s.via_lead_columns, key_types, leads);
            PERFORM @extschema@.check_reference(s.events, s.lead_columns, ARRAY(
                SELECT @extschema@.column_type(s.via, k.name) FROM unnest(s.via_key_columns) WITH ORDINALITY k(name, ord) ORDER BY k.ord), s.via);
        END IF;
        RETURN NEXT s;
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.given_events(jsonb, regclass, name[]) IS
    'Event sources from a list of objects with the arguments of add_events() as keys. leads, key: the table of leads and its key columns, which "lead" (with '
    '"via", "via_lead") refers to. Errors: 22023 with the place, 42P01, 42703, 42804.';
