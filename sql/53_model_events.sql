-- add_events(), drop_events()

CREATE FUNCTION @extschema@.check_reference(relation regclass, columns name[], key_types oid[], key_table regclass) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c record;
BEGIN
    IF cardinality(columns) <> cardinality(key_types) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('the key of %s has %s columns, but %s of %s are named', key_table, cardinality(key_types), cardinality(columns), relation),
            HINT = 'Name a column for each column of the key, in its order.';
    END IF;
    SELECT INTO c n.name, @extschema@.column_type(relation, n.name) AS type, k.type AS key_type
      FROM unnest(columns) WITH ORDINALITY n(name, ord) JOIN unnest(key_types) WITH ORDINALITY k(type, ord) USING (ord)
     WHERE NOT @extschema@.names_key(@extschema@.column_type(relation, n.name), k.type) ORDER BY n.ord LIMIT 1;
    IF FOUND THEN
        RAISE datatype_mismatch USING
            MESSAGE = format('column "%s" of %s is of type %s, the key of %s of type %s', c.name, relation, c.type::regtype, key_table, c.key_type::regtype),
            HINT = 'They must be of one type, or the first one must have an implicit cast to the second (of the server''s own one that no value can make fail).';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_reference(regclass, name[], oid[], regclass) IS
    'Error unless columns can refer to a key of these types: 22023 another number of columns, 42804 other types.';

CREATE FUNCTION @extschema@.check_collations(relation regclass, columns name[], key_table regclass, key_columns name[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c record;
BEGIN
    SELECT INTO c n.name, format_type(a.atttypid, a.atttypmod) AS type, @extschema@.collation_name(k.attcollation) AS key_collation
      FROM unnest(columns, key_columns) n(name, key_name)
      JOIN pg_attribute a ON a.attrelid = relation AND a.attname = n.name
      JOIN pg_attribute k ON k.attrelid = key_table AND k.attname = n.key_name
     WHERE NOT @extschema@.collations_agree(relation, n.name, key_table, n.key_name) LIMIT 1;
    IF FOUND THEN
        RAISE feature_not_supported USING
            MESSAGE = format('column "%s" of %s has another collation than the key of %s, and one of both holds different texts for equal', c.name, relation, key_table),
            HINT = format('ALTER TABLE %s ALTER %I TYPE %s COLLATE %s gives it the same.', relation, c.name, c.type, c.key_collation);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_collations(regclass, name[], regclass, name[]) IS
    'Error 0A000 if columns refer to a key under another collation and one of both is nondeterministic.';

CREATE FUNCTION @extschema@.is_unique(relation regclass, columns name[]) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
                      AND (SELECT array_agg(k.number) <@ @extschema@.column_numbers($1, $2) FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, ord)
                            WHERE k.ord <= i.indnkeyatts))
$$;
COMMENT ON FUNCTION @extschema@.is_unique(regclass, name[]) IS 'Whether a unique index makes these columns name one row. Error 42703 no such column.';

CREATE FUNCTION @extschema@.check_unique(relation regclass, columns name[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT @extschema@.is_unique(relation, columns) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s has no unique index on %s', relation, array_to_string(columns, ', ')),
            HINT = 'One row at most may be meant.';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_unique(regclass, name[]) IS 'Error 22023 unless a unique index makes these columns name one row.';

CREATE FUNCTION @extschema@.has_index(relation regclass, columns name[]) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = $1 AND i.indisvalid AND (i.indpred IS NULL OR pg_get_expr(i.indpred, $1) IN (SELECT format('(%I IS NOT NULL)', c) FROM unnest($2) c)) AND i.indnkeyatts >= cardinality($2)
                      AND (SELECT array_agg(k.number) FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, ord) WHERE k.ord <= cardinality($2))
                          @> @extschema@.column_numbers($1, $2))
$$;
COMMENT ON FUNCTION @extschema@.has_index(regclass, name[]) IS 'Whether an index of the table begins with these columns, in any order; one that leaves out rows where one of them is NULL will do.';

-- What the columns of an event table may be, besides those that name the lead.
CREATE FUNCTION @extschema@.check_event_columns(events regclass, at name, kind text, kind_column name, properties name, deleted name) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    type oid;
    category "char";
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN at IS NULL THEN 'at' END);
    PERFORM @extschema@.column_numbers(events, ARRAY[at]);
    IF (kind IS NULL) = (kind_column IS NULL) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'either kind or kind_column must be given',
            HINT = 'kind => ''page_view'' if all rows are events of one kind, kind_column => ''type'' if a column tells it.';
    END IF;
    type := @extschema@.column_type(events, at);
    IF type NOT IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s is of type %s, not a moment', at, events, type::regtype),
            HINT = 'It must be timestamptz, timestamp or date (both taken in the time zone of the rules). A generated column can convert others.';
    END IF;
    IF kind_column IS NOT NULL THEN
        PERFORM @extschema@.column_numbers(events, ARRAY[kind_column]);
        type := @extschema@.column_type(events, kind_column);
        category := (SELECT t.typcategory FROM pg_type t WHERE t.oid = type);
        IF category NOT IN ('S', 'E', 'B') AND type NOT IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'uuid'::regtype) THEN
            RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s is of type %s, not a kind', kind_column, events, type::regtype),
                HINT = 'A kind is a text, an enum, an integer, a boolean or a uuid.';
        END IF;
    END IF;
    IF properties IS NOT NULL THEN
        PERFORM @extschema@.column_numbers(events, ARRAY[properties]);
        type := @extschema@.column_type(events, properties);
        IF type NOT IN ('jsonb'::regtype, 'json'::regtype) AND (SELECT t.typtype FROM pg_type t WHERE t.oid = type) <> 'c' THEN
            RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s is of type %s, which has no fields', properties, events, type::regtype),
                HINT = 'It must be jsonb, json or a row type. Without properties the columns of the event are its properties.';
        END IF;
    END IF;
    IF deleted IS NOT NULL THEN
        PERFORM @extschema@.column_numbers(events, ARRAY[deleted]);
        type := @extschema@.column_type(events, deleted);
        IF type NOT IN ('boolean'::regtype, 'timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN
            RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s is of type %s, which does not mark deleted rows', deleted, events, type::regtype),
                HINT = 'It must be boolean (true: deleted), or timestamptz, timestamp or date (not null: deleted).';
        END IF;
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_event_columns(regclass, name, text, name, name, name) IS
    'Error unless the columns can tell moment, kind and properties of events, and which are deleted: 42703, 22023, 42804.';

-- A wrong column that happens to have the type of the key refuses nothing: its events would wait for leads that never come.
CREATE FUNCTION @extschema@.tell_strays(m @extschema@.model, s @extschema@.event_source) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns text;
    conditions text;
    seen bigint;
    found bigint;
BEGIN
    SELECT INTO columns, conditions string_agg(format('%s AS %I', k.typed, k.stored_name), ', '), string_agg(k.typed || ' IS NOT NULL', ' AND ')
      FROM @extschema@.source_keys(s.model, s.source) k;
    SELECT INTO seen, found q.seen, q.found
      FROM @extschema@.query_as_owner(m.leads, format(
               'SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE EXISTS (SELECT FROM %s l WHERE %s)) FROM (SELECT %s FROM %s leadscore_e%s WHERE %s LIMIT 1000) t',
               m.leads, @extschema@.key_join(m.name, 't', 'scores', 'l', 'leads'), columns, s.events, @extschema@.source_join(s), conditions)) q(seen bigint, found bigint);
    IF found < seen / 2 THEN
        RAISE NOTICE 'of % events of % that were looked at, % are of a row of %', seen, s.events, found, m.leads
            USING HINT = 'Events of other leads wait for them. If the wrong column was named, leadscore.drop_events() and add_events() again.';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_strays(@extschema@.model, @extschema@.event_source) IS 'A NOTICE if of some events of a source most are of no lead.';

-- Many tables say the opposite, "active": named as the mark, it would leave only what was archived.
CREATE FUNCTION @extschema@.tell_marked(m @extschema@.model, s @extschema@.event_source) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    seen bigint;
    marked bigint;
BEGIN
    IF s.deleted_column IS NULL THEN
        RETURN;
    END IF;
    SELECT INTO seen, marked q.seen, q.marked
      FROM @extschema@.query_as_owner(m.leads, format(
               'SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE NOT (%s)) FROM %s leadscore_e TABLESAMPLE system (%s) REPEATABLE (0)',
               @extschema@.undeleted_sql(s), s.events, @extschema@.sample_percent(s.events))) q(seen bigint, marked bigint);
    IF seen >= 10 AND marked > seen / 2 THEN
        RAISE NOTICE 'of % rows of % that were looked at, "%" marks % as deleted: these are no events', seen, s.events, s.deleted_column, marked
            USING HINT = format('A column that is %s for rows that count is the other way round. A generated column serves: boolean GENERATED ALWAYS AS (%I IS %s) STORED. '
                                'Then leadscore.drop_events() and add_events() again.',
                                CASE @extschema@.column_type(s.events, s.deleted_column) WHEN 'boolean'::regtype THEN 'true' ELSE 'set' END, s.deleted_column,
                                CASE @extschema@.column_type(s.events, s.deleted_column) WHEN 'boolean'::regtype THEN 'FALSE' ELSE 'NULL' END);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_marked(@extschema@.model, @extschema@.event_source) IS
    'A NOTICE if the column that marks deleted rows marks most rows of a source, by some pages of the table.';

-- Zones that are UTC by another name, or all year, are told by what they do.
CREATE FUNCTION @extschema@.zone_finding(relation regclass, name name, rules @extschema@.scoring_rules) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('column "%s" of %s is timestamp without time zone: its moments are read as times of %s, the time zone of the rules', $2, $1, $3::jsonb ->> 'timezone')
     WHERE @extschema@.column_type($1, $2) = 'timestamp'::regtype
       AND EXISTS (SELECT FROM (VALUES (timestamp '2026-01-01'), (timestamp '2026-07-01')) v(at)
                    WHERE v.at AT TIME ZONE @extschema@.local_zone($3) <> v.at AT TIME ZONE 'UTC')
$$;
COMMENT ON FUNCTION @extschema@.zone_finding(regclass, name, @extschema@.scoring_rules) IS
    'What is to be said of a column whose moments have no time zone where that of the rules, in which they are read, is not UTC; NULL of any other.';

CREATE FUNCTION @extschema@.tell_column_zone(relation regclass, name name, rules @extschema@.scoring_rules) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    finding text := @extschema@.zone_finding(relation, name, rules);
BEGIN
    IF finding IS NOT NULL THEN
        RAISE NOTICE '%', finding
            USING HINT = format('If they are times of UTC, name a generated column instead: timestamptz GENERATED ALWAYS AS (%I AT TIME ZONE ''UTC'') STORED.', name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_column_zone(regclass, name, @extschema@.scoring_rules) IS 'A NOTICE of what zone_finding() finds.';

CREATE FUNCTION @extschema@.tell_zone(s @extschema@.event_source, rules @extschema@.scoring_rules) RETURNS void
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT @extschema@.tell_column_zone(($1).events, ($1).at_column, $2)
$$;
COMMENT ON FUNCTION @extschema@.tell_zone(@extschema@.event_source, @extschema@.scoring_rules) IS 'tell_column_zone() for the moments of a source.';

CREATE FUNCTION @extschema@.add_events(
    model text, events regclass, lead name[], at name, kind text DEFAULT NULL, kind_column name DEFAULT NULL, properties name DEFAULT NULL,
    via regclass DEFAULT NULL, via_key name[] DEFAULT NULL, via_lead name[] DEFAULT NULL, deleted name DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    s @extschema@.event_source;
    key_types oid[];
BEGIN
    PERFORM @extschema@.need_read_committed();
    m := @extschema@.open_model(model);
    PERFORM @extschema@.refuse_pending_version(m);
    PERFORM @extschema@.check_table(events);
    PERFORM @extschema@.check_rights(events, m.leads, 'SELECT');
    PERFORM @extschema@.check_event_columns(events, at, kind, kind_column, properties, deleted);
    s.model := m.name;
    s.source := (SELECT coalesce(max(e.source), 0) + 1 FROM @extschema@.event_source e WHERE e.model = m.name);
    s.events := events;
    s.bound_as := @extschema@.name_of_table(events);
    s.replaced := '{}';
    s.numbered_in := events;
    s.lead_columns := lead;
    s.lead_numbers := @extschema@.column_numbers(events, lead);
    s.at_column := at;
    s.at_number := (@extschema@.column_numbers(events, ARRAY[at]))[1];
    s.kind := kind;
    s.kind_column := kind_column;
    s.kind_number := CASE WHEN kind_column IS NOT NULL THEN (@extschema@.column_numbers(events, ARRAY[kind_column]))[1] END;
    s.properties_column := properties;
    s.properties_number := CASE WHEN properties IS NOT NULL THEN (@extschema@.column_numbers(events, ARRAY[properties]))[1] END;
    s.deleted_column := deleted;
    s.deleted_number := CASE WHEN deleted IS NOT NULL THEN (@extschema@.column_numbers(events, ARRAY[deleted]))[1] END;
    key_types := ARRAY(SELECT p.type FROM @extschema@.key_parts(m.name) p ORDER BY p.position);
    IF via IS NULL THEN
        IF via_key IS NOT NULL OR via_lead IS NOT NULL THEN
            RAISE invalid_parameter_value USING MESSAGE = 'via_key and via_lead need via';
        END IF;
        PERFORM @extschema@.check_reference(events, lead, key_types, m.leads);
        PERFORM @extschema@.check_collations(events, lead, m.leads, m.key_columns);
    ELSE
        PERFORM @extschema@.check_table(via);
        PERFORM @extschema@.check_rights(via, m.leads, 'SELECT, UPDATE');
        IF via_lead IS NULL THEN
            RAISE null_value_not_allowed USING MESSAGE = format('via_lead must name the columns of %s that refer to %s', via, m.leads);
        END IF;
        s.via := via;
        s.via_bound_as := @extschema@.name_of_table(via);
        s.via_key_columns := coalesce(via_key, @extschema@.choose_key(via, NULL));
        s.via_key_numbers := @extschema@.column_numbers(via, s.via_key_columns);
        s.via_lead_columns := via_lead;
        s.via_lead_numbers := @extschema@.column_numbers(via, via_lead);
        s.via_many := NOT @extschema@.is_unique(via, s.via_key_columns);
        IF s.via_many AND NOT @extschema@.is_unique(via, s.via_key_columns || via_lead) THEN
            RAISE invalid_parameter_value USING MESSAGE = format('%s has no unique index on %s, nor on %s', via, array_to_string(s.via_key_columns, ', '),
                                                                 array_to_string(s.via_key_columns || via_lead, ', ')),
                HINT = 'An event counts once for a lead: a row of "via" must be the only one of its key, or of its key and lead together. A partial index does not do, nor one over an expression. '
                       'Where pairs repeat, or rows are only marked as deleted, keep the different pairs in a table of their own, by a trigger.';
        END IF;
        PERFORM @extschema@.check_reference(via, via_lead, key_types, m.leads);
        PERFORM @extschema@.check_collations(via, via_lead, m.leads, m.key_columns);
        PERFORM @extschema@.check_collations(events, lead, via, s.via_key_columns);
        PERFORM @extschema@.check_reference(events, lead, ARRAY(SELECT @extschema@.column_type(via, n.name) FROM unnest(s.via_key_columns)
                                                                  WITH ORDINALITY n(name, ord) ORDER BY n.ord), via);
    END IF;
    IF EXISTS (SELECT FROM @extschema@.event_source e
                WHERE (e.model, e.events, e.lead_columns, e.at_column) = (s.model, s.events, s.lead_columns, s.at_column)
                  AND (e.kind, e.kind_column, e.via, e.via_key_columns, e.via_lead_columns) IS NOT DISTINCT FROM (s.kind, s.kind_column, s.via, s.via_key_columns, s.via_lead_columns)) THEN
        RAISE duplicate_object USING MESSAGE = format('these events of %s count in model "%s" already', events, m.name);
    END IF;
    PERFORM @extschema@.lock_model_tables(m, '{}', ARRAY[s.events, s.via]);
    m := @extschema@.narrow_evidence(m);
    -- What waits in the queue may have its lead's events counted anew: before these are among them, for they are added to all leads afterwards.
    IF NOT m.paused THEN
        PERFORM @extschema@.fold_queue(m.name, now(), true);
    END IF;
    INSERT INTO @extschema@.event_source SELECT s.*;
    PERFORM @extschema@.make_triggers(m.name);
    PERFORM @extschema@.invalidate_model(o.name) FROM @extschema@.model o WHERE o.leads = m.leads; -- they lock its tables, too
    IF NOT m.paused THEN
        PERFORM @extschema@.restate(m, 'add', @extschema@.source_tally_sql(m.name, s.source, '$7'), 'events', false);
        PERFORM @extschema@.count_refused(m, s.source);
    END IF;
    PERFORM @extschema@.note_counted(m.name, '{events,via}', s.source);
    PERFORM @extschema@.tell_strays(m, s);
    PERFORM @extschema@.tell_marked(m, s);
    PERFORM @extschema@.tell_zone(s, @extschema@.active_rules(m.name));
    PERFORM @extschema@.create_views(m.name);
    IF EXISTS (SELECT FROM @extschema@.event_source e WHERE e.source <> s.source
                   AND (e.model, e.events, e.lead_columns, e.at_column, e.via, e.via_lead_columns) IS NOT DISTINCT FROM (s.model, s.events, s.lead_columns, s.at_column, s.via, s.via_lead_columns)) THEN
        RAISE NOTICE 'the rows of % are events of model "%" already: each counts once more, as another one', events, m.name;
    END IF;
    IF NOT @extschema@.has_index(events, lead) THEN
        RAISE NOTICE 'no index of % begins with %: counting the events of single leads reads the whole table', events, array_to_string(lead, ', ');
    END IF;
    IF s.via_many AND NOT @extschema@.has_index(via, s.via_key_columns) THEN
        RAISE NOTICE 'no index of % begins with %: each event reads the whole table', via, array_to_string(s.via_key_columns, ', ');
    END IF;
    IF via IS NOT NULL AND NOT @extschema@.has_index(via, via_lead) THEN
        RAISE NOTICE 'no index of % begins with %: counting the events of single leads reads the whole table', via, array_to_string(via_lead, ', ');
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.add_events(text, regclass, name[], name, text, name, name, regclass, name[], name[], name) IS
    'From now on the rows of a table are events of a model''s leads; those there are already are counted. model: its name; events: the table, own and not a '
    'view, foreign or temporary, that the owner of leads may read; lead: its columns that name the lead, in the order of the key; at: its column that tells the moment, timestamptz, '
    'timestamp or date; kind: the kind of all its events, or kind_column: the column that tells it; properties: a column of jsonb, json or a row type, '
    'by default the row itself; via: a table, on which the owner of leads has SELECT and UPDATE, through which events reach their lead: lead refers to via_key (by default its primary key), and its columns '
    'via_lead name the lead; it may have several rows of a key, for several leads, but one of key and lead; deleted: a column that marks rows as deleted, which are no events then: boolean (true), or timestamptz, timestamp or date (not null). Writers of all tables of the model wait until the transaction ends. Changes of stage this causes are not recorded. '
    'Errors: 42704, 42501, 42703, 42804, 22004, 22023, 42710, 0A000, 55000.';

CREATE FUNCTION @extschema@.add_events(
    model text, events regclass, lead name, at name, kind text DEFAULT NULL, kind_column name DEFAULT NULL, properties name DEFAULT NULL,
    via regclass DEFAULT NULL, via_key name DEFAULT NULL, via_lead name DEFAULT NULL, deleted name DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.add_events(model, events, ARRAY[lead], at, kind, kind_column, properties, via,
                                   CASE WHEN via_key IS NOT NULL THEN ARRAY[via_key] END, CASE WHEN via_lead IS NOT NULL THEN ARRAY[via_lead] END, deleted);
END $$;
COMMENT ON FUNCTION @extschema@.add_events(text, regclass, name, name, text, name, name, regclass, name, name, name) IS
    'add_events() for a key of one column.';

CREATE FUNCTION @extschema@.drop_events(model text, events regclass) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
DECLARE
    m @extschema@.model;
    s integer;
BEGIN
    PERFORM @extschema@.need_read_committed();
    m := @extschema@.open_model(model);
    PERFORM @extschema@.refuse_pending_version(m);
    IF NOT EXISTS (SELECT FROM @extschema@.event_source e WHERE e.model = m.name AND e.events = drop_events.events) THEN
        PERFORM @extschema@.refuse_null(CASE WHEN events IS NULL THEN 'events' END);
        RAISE undefined_object USING MESSAGE = format('%s holds no events of model "%s"', events, m.name), HINT = coalesce(
            (SELECT format('The model reads the table that had this name before: SELECT leadscore.drop_events(%L, %L) forgets that one.', m.name, e.events)
               FROM @extschema@.event_source e WHERE e.model = m.name AND e.bound_as = @extschema@.name_of_table(drop_events.events) ORDER BY e.source LIMIT 1),
            format('SELECT events FROM leadscore.event_source WHERE model = %L shows the tables that it reads.', m.name));
    END IF;
    PERFORM @extschema@.lock_model_tables(m, ARRAY(SELECT t.relation FROM @extschema@.event_source e
        CROSS JOIN LATERAL unnest(@extschema@.tables_with_triggers(m.name, 'events', e.source) || @extschema@.tables_with_triggers(m.name, 'via', e.source)) t(relation)
         WHERE e.model = m.name AND e.events = drop_events.events));
    FOR s IN SELECT e.source FROM @extschema@.event_source e WHERE e.model = m.name AND e.events = drop_events.events LOOP
        PERFORM @extschema@.drop_upkeep_triggers(m.name, NULL, 'events', s);
        PERFORM @extschema@.drop_upkeep_triggers(m.name, NULL, 'via', s);
        DELETE FROM @extschema@.event_source e WHERE e.model = m.name AND e.source = s;
    END LOOP;
    PERFORM @extschema@.run_as_owner(m.leads, format('DELETE FROM %s r WHERE r.source = $1', @extschema@.companion(m.name, '_refused')), false, events::text);
    PERFORM @extschema@.invalidate_model(o.name) FROM @extschema@.model o WHERE o.leads = m.leads; -- they lock its tables, too
    IF NOT m.paused THEN
        PERFORM @extschema@.restate(m, 'replace', @extschema@.tally_sql(m.name, '$7'), 'events', false);
    END IF;
    PERFORM @extschema@.create_views(m.name);
END $$;
COMMENT ON FUNCTION @extschema@.drop_events(text, regclass) IS
    'The rows of a table are no events of a model any more; what they gave goes. The table itself stays as it is. model: its name; events: the table, '
    'which may be gone already (its OID as regclass). All other events are counted anew. Changes of stage this causes are not recorded. '
    'Errors: 42704 no such model or not its events, 22004, 42501, 55000.';
