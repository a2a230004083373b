-- create_model()

-- The key columns of a table of leads: those asked for, else its primary key.
CREATE FUNCTION @extschema@.choose_key(leads regclass, key name[]) RETURNS name[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    numbers smallint[];
    chosen name[] := key;
    bad name;
BEGIN
    IF chosen IS NULL THEN
        SELECT INTO chosen array_agg(a.attname ORDER BY k.ord)
          FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, ord)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
         WHERE i.indrelid = leads AND i.indisprimary AND k.ord <= i.indnkeyatts;
        IF chosen IS NULL THEN
            PERFORM @extschema@.refuse_null(CASE WHEN leads IS NULL THEN 'leads' END);
            RAISE undefined_object USING MESSAGE = format('%s has no primary key', leads),
                HINT = 'Name the columns that identify a lead, which need a unique index and NOT NULL: key => ''{email}''.';
        END IF;
    END IF;
    numbers := @extschema@.column_numbers(leads, chosen);
    IF cardinality(chosen) > 16 OR (SELECT count(DISTINCT n) FROM unnest(chosen) n) < cardinality(chosen) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a key has 1 to 16 different columns';
    END IF;
    SELECT INTO bad a.attname FROM pg_attribute a WHERE a.attrelid = leads AND a.attnum = ANY (numbers) AND NOT a.attnotnull LIMIT 1;
    IF FOUND THEN
        RAISE invalid_parameter_value USING MESSAGE = format('key column "%s" of %s may be null', bad, leads), HINT = 'Declare it NOT NULL.';
    END IF;
    SELECT INTO bad n.name FROM unnest(chosen) n(name) JOIN pg_type t ON t.oid = @extschema@.column_type(leads, n.name)
     WHERE t.typarray = 0 OR t.typtype = 'c' OR @extschema@.equality_of(t.oid) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE feature_not_supported USING MESSAGE = format('key column "%s" of %s is of type %s, by which leads cannot be found', bad, leads,
                                                           @extschema@.column_type(leads, bad)::regtype),
            HINT = 'It must be of a type with an order (a default btree operator class), no row type and no array.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = leads AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
                      AND (SELECT array_agg(k.number ORDER BY k.number) FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, ord)
                            WHERE k.ord <= i.indnkeyatts) = (SELECT array_agg(n ORDER BY n) FROM unnest(numbers) n)) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('no unique index of %s is on exactly the columns %s', leads, chosen),
            HINT = 'The index must be valid, not deferrable, without condition and without expressions.';
    END IF;
    RETURN chosen;
END $$;
COMMENT ON FUNCTION @extschema@.choose_key(regclass, name[]) IS
    'The key columns of a leads table: its primary key, or the columns asked for. Errors: 42704 no primary key, 42703, 22023 nullable or not unique, 0A000 a type without order.';

-- Adds a lead column if there is none; tells whether it did.
CREATE FUNCTION @extschema@.check_upkeep(upkeep text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN upkeep IS NULL THEN 'upkeep' END);
    IF upkeep NOT IN ('immediate', 'queued') THEN
        RAISE invalid_parameter_value USING MESSAGE = format('upkeep must be immediate or queued, not %L', upkeep);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_upkeep(text) IS 'Errors 22023 and, for NULL, 22004 unless that is a way to keep scores current.';

CREATE FUNCTION @extschema@.make_lead_column(model text, leads regclass, key name[], name name, wanted regtype, comment text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a pg_attribute;
    other text;
BEGIN
    IF coalesce(name, '') = '' THEN
        RAISE null_value_not_allowed USING MESSAGE = 'score_column and stage_column must be named', HINT = 'Or say mirror => false.';
    END IF;
    SELECT INTO a t.* FROM pg_attribute t WHERE t.attrelid = leads AND t.attname = name AND NOT t.attisdropped;
    IF NOT FOUND THEN
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', leads, name, wanted);
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', leads, name, comment);
        RETURN true;
    END IF;
    SELECT INTO other m.name FROM @extschema@.model m
     WHERE m.leads = make_lead_column.leads AND make_lead_column.name = ANY (@extschema@.mirror_columns(m));
    IF FOUND THEN
        RAISE duplicate_object USING MESSAGE = format('column "%s" of %s is kept by model "%s"', name, leads, other),
            HINT = 'Name other columns: score_column => …, stage_column => …; or say mirror => false.';
    ELSIF a.attnum < 0 OR name = ANY (key) OR a.attgenerated <> '' OR a.attidentity <> '' OR a.attnotnull THEN
        RAISE invalid_parameter_value USING MESSAGE = format('column "%s" of %s cannot hold scores', name, leads),
            HINT = 'It must be an ordinary column that may be null, and no part of the key.';
    ELSIF a.atttypid <> wanted OR a.atttypmod <> -1 THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s must be of type %s', name, leads, wanted),
            HINT = 'A column of another name is made if there is none: score_column => …, stage_column => ….';
    END IF;
    RETURN false;
END $$;
COMMENT ON FUNCTION @extschema@.make_lead_column(text, regclass, name[], name, regtype, text) IS
    'Makes a column of leads for score or stage unless there is one; tells whether it did. Errors: 42710 another model''s, 22023, 42804 not of that type.';

CREATE FUNCTION @extschema@.create_model(
    model text, leads regclass, rules @extschema@.scoring_rules, key name[] DEFAULT NULL, score_column name DEFAULT 'lead_score',
    stage_column name DEFAULT 'lead_stage', mirror boolean DEFAULT true, upkeep text DEFAULT 'immediate', channel text DEFAULT NULL,
    ranked boolean DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    base text;
    scores regclass;
    added boolean[] := '{f,f}';
    keys name[];
    m @extschema@.model;
    missing text;
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN model IS NULL THEN 'model' END);
    IF model !~ '^[a-z_][a-z0-9_]*$' OR octet_length(model) > 30 THEN
        RAISE invalid_name USING MESSAGE = format('"%s" is no name for a model', model),
            HINT = 'Up to 30 lower case letters, digits and underscores, no digit first: it becomes part of the names of tables.';
    ELSIF rules IS NULL OR mirror IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'rules and mirror must not be null';
    END IF;
    PERFORM @extschema@.check_upkeep(upkeep);
    IF EXISTS (SELECT FROM @extschema@.model o WHERE o.name = create_model.model) THEN
        RAISE duplicate_object USING MESSAGE = format('there is a model "%s" already', model), HINT = (
            SELECT CASE WHEN c.oid IS NOT NULL THEN format('It scores %s.', c.oid::regclass)
                        ELSE format('Its table of leads is gone: SELECT leadscore.drop_model(%L) removes what is left of it, its history too.', o.name) END
              FROM @extschema@.model o LEFT JOIN pg_class c ON c.oid = o.leads WHERE o.name = create_model.model);
    END IF;
    PERFORM @extschema@.check_channel(channel);
    PERFORM @extschema@.need_read_committed();
    PERFORM @extschema@.check_table(leads);
    keys := @extschema@.choose_key(leads, key);
    IF keys && '{attributes,tally,adjustments,stage,stage_since}'::name[] THEN
        RAISE feature_not_supported USING MESSAGE = format('a key column of %s is called attributes, tally, adjustments, stage or stage_since', leads),
            HINT = 'Rename it: statements of the model have columns of their own under these names.';
    END IF;
    base := (SELECT c.relname FROM pg_class c WHERE c.oid = leads) || '_' || model;
    IF octet_length(base) + octet_length('_stage_change') > 63 THEN
        RAISE name_too_long USING MESSAGE = format('"%s_stage_change" is too long for the name of a table', base),
            HINT = 'Choose a shorter name for the model.';
    END IF;
    -- First what needs the strongest lock.
    IF mirror THEN
        IF score_column = stage_column THEN
            RAISE invalid_parameter_value USING MESSAGE = 'score and stage need two columns';
        END IF;
        -- Another session may be about to make the same.
        IF @extschema@.column_type(leads, score_column) IS NULL OR @extschema@.column_type(leads, stage_column) IS NULL THEN
            PERFORM @extschema@.lock_tables('{}', NULL, ARRAY[leads]);
        END IF;
        added[1] := @extschema@.make_lead_column(model, leads, keys, score_column, 'numeric', (@extschema@.mirror_comments(model))[1]);
        added[2] := @extschema@.make_lead_column(model, leads, keys, stage_column, 'text', (@extschema@.mirror_comments(model))[2]);
    END IF;
    PERFORM @extschema@.lock_tables('{}', leads);
    scores := @extschema@.make_score_table(model, leads, keys, base);
    INSERT INTO @extschema@.model (name, leads, bound_as, key_columns, key_numbers, scores, companions, upkeep, mirror, score_column, score_number, stage_column, stage_number,
                                   version, evidence, channel, added_columns)
    VALUES (create_model.model, create_model.leads, @extschema@.name_of_table(create_model.leads), keys, @extschema@.column_numbers(create_model.leads, keys), scores,
            ARRAY(SELECT format('%I.%I', n.nspname, c.relname || s.suffix)::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   CROSS JOIN unnest('{_stage_change,_adjustment,_refused,_queue}'::text[]) s(suffix) WHERE c.oid = scores),
            create_model.upkeep, create_model.mirror,
            CASE WHEN create_model.mirror THEN create_model.score_column END,
            CASE WHEN create_model.mirror THEN (@extschema@.column_numbers(create_model.leads, ARRAY[create_model.score_column]))[1] END,
            CASE WHEN create_model.mirror THEN create_model.stage_column END,
            CASE WHEN create_model.mirror THEN (@extschema@.column_numbers(create_model.leads, ARRAY[create_model.stage_column]))[1] END,
            1, 1, create_model.channel, added)
    RETURNING * INTO m;
    PERFORM @extschema@.refuse_own_score(m, rules);
    INSERT INTO @extschema@.rules_version (model, version, rules, evidence) VALUES (m.name, 1, create_model.rules, 1);
    INSERT INTO @extschema@.evidence_set (model, evidence, rules, empty)
    VALUES (m.name, 1, create_model.rules, @extschema@.empty_tally(create_model.rules));
    PERFORM @extschema@.fill_score_table(m, rules);
    PERFORM @extschema@.index_score_table(m.scores, keys, coalesce(ranked, mirror));
    PERFORM @extschema@.make_triggers(m.name);
    PERFORM @extschema@.invalidate_model(m.name);
    PERFORM @extschema@.note_counted(m.name);
    PERFORM @extschema@.mirror_scores(m);
    PERFORM @extschema@.create_views(m.name);
    SELECT INTO missing string_agg(f.field, ', ' ORDER BY f.field) FROM @extschema@.missing_attributes(m.name, rules) f(field) WHERE f.field NOT LIKE '%.%';
    IF missing IS NOT NULL THEN
        RAISE NOTICE 'the rules look at attributes that % does not have: %', leads, missing;
    END IF;
    PERFORM @extschema@.tell_mistyped(m, rules);
    PERFORM @extschema@.tell_attribute_zones(m, rules);
END $$;
COMMENT ON FUNCTION @extschema@.create_model(text, regclass, @extschema@.scoring_rules, name[], name, name, boolean, text, text, boolean) IS
    'Binds rules to a table of leads and keeps score and stage of each lead current from now on. model: its name; leads: the table, own and not a '
    'view, foreign or temporary; rules: the document; key: columns that name a lead, unique and not null, by default the primary key; score_column, '
    'stage_column: columns of leads for score and stage, made if there are none; mirror: false to leave leads untouched; upkeep: immediate, or '
    'queued for writers that only note what changed; channel: where changes of stage are sent with NOTIFY, NULL for nowhere; ranked: whether an index of the score table has its view give the best leads first in no time; each write of a score then costs more; NULL: as mirror. Writers of leads wait until '
    'the transaction ends; readers do, too, if a column has to be made. Errors: 42501, 42710, 42602, 22004, 22023, also if rules look at the model''s own score, 42703, 42804, 0A000.';

CREATE FUNCTION @extschema@.fill_score_table(m @extschema@.model, rules @extschema@.scoring_rules) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys text := (SELECT string_agg(quote_ident(k.name), ', ' ORDER BY k.ord) FROM unnest(@extschema@.stored_names(m.key_columns)) WITH ORDINALITY k(name, ord));
    columns text := (SELECT string_agg(format('leadscore_l.%I AS %I', k.name, s.name), ', ' ORDER BY k.ord) FROM unnest(m.key_columns) WITH ORDINALITY k(name, ord)
                       JOIN unnest(@extschema@.stored_names(m.key_columns)) WITH ORDINALITY s(name, ord) USING (ord));
    -- There is no index yet of which key_fits_sql() could read the operators.
    fits text := (SELECT CASE WHEN bool_or(t.typlen = -1) THEN format('@extschema@.key_fits(%s)', keys) ELSE 'true' END
                    FROM unnest(m.key_columns) k(name) JOIN pg_type t ON t.oid = @extschema@.column_type(m.leads, k.name));
BEGIN
    PERFORM @extschema@.run_as_owner(m.leads, format('INSERT INTO %1$s (%2$s, present, version, next_change, due, scored_at, score, stage, stage_since, probability, dimensions, labels, last_event, evidence) '
                   'SELECT %2$s, true, 1, (f.m).next_change, (f.m).next_change, now(), (f.m).score, (f.m).stage, now(), (f.m).probability, (f.m).dimensions, (f.m).labels, (f.m).last_event, 1 '
                   'FROM (SELECT %3$s, @extschema@.maintained_score($1, leadscore_l, NULL, NULL, now(), NULL) AS m FROM %4$s leadscore_l OFFSET 0) f WHERE %5$s',
                   m.scores, keys, columns, m.leads, fits), false, rules);
END $$;
COMMENT ON FUNCTION @extschema@.fill_score_table(@extschema@.model, @extschema@.scoring_rules) IS 'One row a lead into an empty score table, from attributes alone.';
