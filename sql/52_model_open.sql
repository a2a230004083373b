-- What the functions that administer models begin with: who may, what must be there, which locks.

-- By OID or, for what is gone, by the name it would have.
CREATE FUNCTION @extschema@.refuse_impostors(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    impostor regclass;
    there integer;
    known constant regclass[] := ARRAY[m.leads, m.scores] || m.companions;
BEGIN
    SELECT INTO there, impostor count(*), min(c.oid) FILTER (WHERE c.relkind NOT IN ('r', 'p')) FROM pg_class c WHERE c.oid = ANY (known);
    IF impostor IS NULL AND there = cardinality(known) THEN
        RETURN;
    END IF;
    SELECT INTO impostor k.oid
      FROM pg_class s CROSS JOIN unnest('{_stage_change,_adjustment,_refused,_queue}'::text[]) x(suffix)
      JOIN pg_class k ON k.relnamespace = s.relnamespace AND k.relname = s.relname || x.suffix
     WHERE impostor IS NULL AND s.oid = m.scores AND k.relkind NOT IN ('r', 'p')
       AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = m.companions[array_position('{_stage_change,_adjustment,_refused,_queue}', x.suffix)]) LIMIT 1;
    IF impostor IS NOT NULL THEN
        RAISE wrong_object_type USING MESSAGE = format('%s, of model "%s", is no table', impostor, m.name);
    END IF;
    PERFORM @extschema@.companion(m.name, s.suffix) FROM unnest('{_stage_change,_adjustment,_refused,_queue}'::text[]) s(suffix);
END $$;
COMMENT ON FUNCTION @extschema@.refuse_impostors(@extschema@.model) IS
    'Error 42809 if something else than a table, such as a view, is in the place of a table of a model: it would run its owner''s functions as whoever reads it; or if the table is gone and one of another role has its name.';

CREATE FUNCTION @extschema@.altered_table(scores regclass, key_count integer, companions regclass[]) RETURNS regclass
    AS 'MODULE_PATHNAME', 'leadscore_altered_table' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.altered_table(regclass, integer, regclass[]) IS
    'The first of a model''s tables that lacks a column that the model needs, or has it with another type or, of the score table, in another place; NULL for none. What is gone lacks nothing. '
    'scores: the score table; key_count: how many columns of it are its key; companions: the other tables, in order.';

-- Else a statement made of many parts fails, and shows all of them.
CREATE FUNCTION @extschema@.refuse_altered(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    altered regclass := @extschema@.altered_table(m.scores, cardinality(m.key_columns), m.companions);
BEGIN
    IF altered IS NOT NULL THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('table %s of model "%s" was altered: it lacks columns that the model needs', altered, m.name),
            HINT = format('Undo that, then SELECT leadscore.rebuild(%L). Or drop the model and create it again.', m.name);
    ELSIF 0 = ANY (@extschema@.current_numbers(m.leads, @extschema@.current_names(m.leads, m.key_columns, m.key_numbers))) THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('a key column of %s is gone', m.leads),
            HINT = format('SELECT leadscore.drop_model(%L), and create the model again with another key.', m.name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refuse_altered(@extschema@.model) IS 'Error 55000 if a table of the model is there and lacks columns that it had, or the table of leads a column of the key.';

CREATE FUNCTION @extschema@.refuse_trouble(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    trouble text := (SELECT u.trouble FROM @extschema@.upkeep_trouble(m.name) u);
BEGIN
    IF trouble IS NOT NULL THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('model "%s" cannot be used: %s', m.name, trouble),
            HINT = 'SELECT * FROM leadscore.model_status tells more.';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refuse_trouble(@extschema@.model) IS 'Error 55000 if upkeep can do nothing for the model, as rescore() would raise it.';

-- CASE WHEN points IS NULL THEN 'points' END, …
CREATE FUNCTION @extschema@.refuse_null(VARIADIC missing text[]) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := (SELECT m.name FROM unnest(missing) WITH ORDINALITY m(name, ord) WHERE m.name IS NOT NULL ORDER BY m.ord LIMIT 1);
BEGIN
    IF name IS NOT NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = format('%s must not be null', name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refuse_null(text[]) IS 'Error 22004 for the first that is not NULL of the names of arguments that are.';

CREATE FUNCTION @extschema@.need_model(model text) RETURNS @extschema@.model
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
BEGIN
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = need_model.model;
    IF NOT FOUND THEN
        PERFORM @extschema@.refuse_null(CASE WHEN model IS NULL THEN 'model' END);
        RAISE undefined_object USING MESSAGE = format('there is no model "%s"', model),
            HINT = 'SELECT name, leads FROM leadscore.model shows all models; leadscore.create_model() makes one.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = m.leads) THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('the leads table of model "%s" is gone', m.name),
            HINT = format('SELECT leadscore.drop_model(%L) removes what is left of the model.', m.name);
    END IF;
    IF NOT @extschema@.owns_table(m.leads) THEN
        RAISE insufficient_privilege USING MESSAGE = format('must be owner of table %s', m.leads),
            HINT = format('Model "%s" belongs to the owner of its table of leads.', m.name);
    END IF;
    PERFORM @extschema@.refuse_impostors(m);
    IF (SELECT count(*) FROM @extschema@.key_parts(m.name)) <> cardinality(m.key_columns) THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = format('the score table of model "%s" is gone or has lost its primary key', m.name),
            HINT = 'leadscore.rebuild() makes a primary key anew. If the table is gone, drop the model and create it again; what it knew can be counted again from the tables.';
    END IF;
    PERFORM @extschema@.refuse_altered(m);
    RETURN @extschema@.with_current_names(m);
END $$;
COMMENT ON FUNCTION @extschema@.need_model(text) IS
    'The catalog row of a model that the caller may administer, with columns of leads as they are called now. Errors: 42704 no such model, 42501 not the owner of its leads table, 55000 tables gone or altered.';

-- One such function at a time for each model.
CREATE FUNCTION @extschema@.open_model(model text) RETURNS @extschema@.model
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- One that was dropped and made again while it was waited for is not seen before the next statement.
    LOOP
        PERFORM FROM @extschema@.model o WHERE o.name = open_model.model FOR NO KEY UPDATE;
        EXIT WHEN FOUND;
        PERFORM @extschema@.need_model(open_model.model);
    END LOOP;
    PERFORM @extschema@.need_model(open_model.model);
    PERFORM @extschema@.sync_columns(open_model.model);
    RETURN @extschema@.need_model(open_model.model);
END $$;
COMMENT ON FUNCTION @extschema@.open_model(text) IS
    'As need_model(), with renamed columns followed and the catalog row locked until the transaction ends.';

CREATE FUNCTION @extschema@.refuse_paused(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF m.paused THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('model "%s" is paused', m.name),
            HINT = format('SELECT leadscore.resume(%L) brings everything up to date.', m.name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refuse_paused(@extschema@.model) IS 'Error 55000 if the model is paused.';

CREATE FUNCTION @extschema@.refuse_pending_version(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF m.next_version IS NOT NULL THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = format('version %s of the rules of model "%s" is still being counted for', m.next_version, m.name),
            HINT = format('CALL leadscore.catch_up(%L) completes it.', m.name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refuse_pending_version(@extschema@.model) IS 'Error 55000 while a version of the rules waits for catch_up().';

-- A snapshot older than the locks would miss what was committed in between.
CREATE FUNCTION @extschema@.need_read_committed() RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE active_sql_transaction USING MESSAGE = 'this must run in isolation level READ COMMITTED',
            HINT = 'It has to see what others committed while it waited for locks.';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.need_read_committed() IS 'Error 25001 in isolation levels REPEATABLE READ and SERIALIZABLE.';

-- Waits for one table while it holds none, and takes the others only if they are free: so no writer that holds one of them and wants
-- another is ever in a circle with us. Writers that never leave a gap get plain waiting in the end.
CREATE FUNCTION @extschema@.lock_tables(relations regclass[], exclusive regclass DEFAULT NULL, altered regclass[] DEFAULT '{}') RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    locks text[];
    tries text[];
    first integer := 1;
    other integer;
    waiting boolean;
    statement text;
BEGIN
    -- A sequence stays locked when a savepoint is undone in which a number was drawn from it.
    SELECT INTO locks, tries
           array_agg(CASE WHEN c.relkind IN ('S', 'v') THEN format('SELECT @extschema@.lock_itself(%L, false)', c.oid) ELSE t.statement END ORDER BY c.oid),
           array_agg(CASE WHEN c.relkind IN ('S', 'v') THEN format('SELECT @extschema@.lock_itself(%L, true)', c.oid) ELSE t.statement || ' NOWAIT' END ORDER BY c.oid)
      FROM (SELECT DISTINCT unnest(relations || exclusive || altered)) r(relation) JOIN pg_class c ON c.oid = r.relation
      CROSS JOIN LATERAL (SELECT format('LOCK TABLE %s IN %s MODE', r.relation, CASE WHEN r.relation = ANY (altered) THEN 'ACCESS EXCLUSIVE'
                                            WHEN r.relation = exclusive THEN 'EXCLUSIVE' ELSE 'SHARE ROW EXCLUSIVE' END)) t(statement);
    IF locks IS NULL THEN
        RETURN;
    END IF;
    FOR attempt IN 1 .. 200 LOOP
        BEGIN
            waiting := true;
            EXECUTE locks[first];
            waiting := false;
            FOR i IN 1 .. cardinality(locks) LOOP
                other := i;
                IF i <> first THEN
                    EXECUTE tries[i];
                END IF;
            END LOOP;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            IF waiting THEN
                RAISE;
            END IF;
            first := other;
        END;
    END LOOP;
    FOREACH statement IN ARRAY locks LOOP
        EXECUTE statement;
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.lock_tables(regclass[], regclass, regclass[]) IS
    'Locks tables, those that are there, so that others only read them: SHARE ROW EXCLUSIVE, and the one called exclusive EXCLUSIVE, so that its rows cannot be '
    'locked either; altered: those that are about to lose triggers, and views that are about to be replaced, which nobody can read meanwhile. '
    'Error 55P03 if lock_timeout strikes.';

-- REINDEX locks a table and then its indexes, the other way round than who reads by an index and then writes.
CREATE FUNCTION @extschema@.lock_own_tables(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- One that is gone, or somebody else's, is told of elsewhere.
    own constant text := (SELECT string_agg(t.relation::regclass::text, ', ' ORDER BY t.ord) FROM unnest(m.scores || m.companions) WITH ORDINALITY t(relation, ord)
                            JOIN pg_class c ON c.oid = t.relation JOIN pg_class l ON l.oid = m.leads AND l.relowner = c.relowner);
BEGIN
    IF own IS NOT NULL THEN
        PERFORM @extschema@.run_as_owner(m.leads, format('LOCK TABLE %s IN ROW EXCLUSIVE MODE', own));
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.lock_own_tables(@extschema@.model) IS 'Locks the score table of a model, its history, queue and the like as who writes to them does, for who reads them first.';

-- PostgreSQL asks this of LOCK TABLE.
CREATE FUNCTION @extschema@.check_lockable(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t regclass;
BEGIN
    SELECT INTO t b.relation FROM @extschema@.bound_tables(m.name) b
     WHERE NOT has_table_privilege(b.relation, 'UPDATE, DELETE, TRUNCATE') ORDER BY b.relation LIMIT 1;
    IF FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = format('must have UPDATE, DELETE or TRUNCATE on %s to lock it against writers', t),
            HINT = format('GRANT UPDATE ON %s TO %I; or let its owner, or a superuser, do this.', t, current_user);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_lockable(@extschema@.model) IS
    'Error 42501 unless the caller may lock all tables that are bound to a model, as rebuild(), resume(), drop_model() and others must.';

-- Everything a model reads and writes; its writers stand still then.
CREATE FUNCTION @extschema@.lock_model_tables(m @extschema@.model, altered regclass[] DEFAULT '{}', more regclass[] DEFAULT '{}') RETURNS void
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT @extschema@.check_lockable($1);
    SELECT @extschema@.lock_tables(
        ARRAY(SELECT t.relation
                FROM (SELECT ($1).scores UNION SELECT e.events FROM @extschema@.event_source e WHERE e.model = ($1).name
                      UNION SELECT e.via FROM @extschema@.event_source e WHERE e.model = ($1).name
                      UNION SELECT a.relation FROM @extschema@.attribute_source a WHERE a.model = ($1).name
                      UNION SELECT unnest($3)) t(relation)
                WHERE t.relation IS NOT NULL), ($1).leads, $2)
$$;
COMMENT ON FUNCTION @extschema@.lock_model_tables(@extschema@.model, regclass[], regclass[]) IS
    'Locks all tables of a model against writers, until the transaction ends; altered: those that are about to lose triggers, and views that are about to be replaced, against readers too; more: those that are about to be bound.';

-- What may be bound: a table of the caller whose writes all can be watched.
CREATE FUNCTION @extschema@.check_table(relation regclass) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c pg_class;
BEGIN
    SELECT INTO c t.* FROM pg_class t WHERE t.oid = relation;
    IF relation IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'a table must be named';
    ELSIF NOT FOUND THEN
        RAISE undefined_table USING MESSAGE = format('there is no table with OID %s', relation::oid);
    ELSIF c.relkind NOT IN ('r', 'p') THEN
        RAISE wrong_object_type USING MESSAGE = format('%s is not a table', relation),
            HINT = CASE c.relkind WHEN 'f' THEN 'Changes in a foreign table cannot be watched from here; copy its rows into a table.'
                                  ELSE 'Bind the tables it reads.' END;
    ELSIF NOT @extschema@.owns_table(relation) THEN
        RAISE insufficient_privilege USING MESSAGE = format('must be owner of table %s', relation),
            HINT = 'Only who owns a table may bind it to a model.';
    ELSIF c.relpersistence = 't' THEN
        RAISE feature_not_supported USING MESSAGE = format('%s is a temporary table', relation);
    ELSIF c.relispartition THEN
        RAISE feature_not_supported USING MESSAGE = format('%s is a partition', relation),
            HINT = format('Bind the partitioned table %s.', (SELECT p.relid FROM pg_partition_ancestors(relation) p(relid) ORDER BY p.relid = relation, p.relid LIMIT 1));
    ELSIF c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = relation OR i.inhrelid = relation) THEN
        RAISE feature_not_supported USING MESSAGE = format('%s takes part in table inheritance', relation),
            HINT = 'Declarative partitioning is supported.';
    ELSIF EXISTS (SELECT FROM pg_partition_tree(relation) p JOIN pg_class f ON f.oid = p.relid WHERE f.relkind = 'f') THEN
        RAISE feature_not_supported USING MESSAGE = format('%s has partitions that are foreign tables', relation),
            HINT = 'Changes in a foreign table cannot be watched from here.';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_table(regclass) IS
    'Error unless the relation can be bound to a model: 22004 NULL, 42P01 none, 42809 no table, 42501 not owned, 0A000 temporary, foreign, partition, inherited.';

-- Upkeep would fail later on, in the midst of what others write. Who locks rows FOR SHARE needs UPDATE as well.
CREATE FUNCTION @extschema@.check_rights(relation regclass, leads regclass, rights text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = leads);
    home oid := (SELECT c.relnamespace FROM pg_class c WHERE c.oid = relation);
    wanted text := (SELECT string_agg(r.name, ', ' ORDER BY r.ord) FROM regexp_split_to_table(rights, ', ') WITH ORDINALITY r(name, ord)
                     WHERE NOT has_table_privilege(owner, relation, r.name));
BEGIN
    IF NOT has_schema_privilege(owner, home, 'USAGE') THEN
        RAISE insufficient_privilege USING MESSAGE = format('the owner of %s has no USAGE on schema %s, where %s is', leads, home::regnamespace, relation),
            HINT = format('GRANT USAGE ON SCHEMA %s TO %s; GRANT %s ON %s TO %2$s;', home::regnamespace, owner::regrole, rights, relation);
    ELSIF wanted IS NOT NULL THEN
        RAISE insufficient_privilege USING MESSAGE = format('the owner of %s has no %s on %s', leads, wanted, relation),
            HINT = format('GRANT %s ON %s TO %s;', wanted, relation, owner::regrole);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_rights(regclass, regclass, text) IS
    'Error 42501 unless the owner of leads, with whose rights upkeep runs, has these rights (a list, as in GRANT) on a table.';

CREATE FUNCTION @extschema@.column_numbers(relation regclass, names name[]) RETURNS smallint[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing name := (SELECT n.name FROM unnest(names) n(name) WHERE @extschema@.column_type(relation, n.name) IS NULL LIMIT 1);
BEGIN
    IF missing IS NOT NULL THEN
        RAISE undefined_column USING MESSAGE = format('column "%s" of table %s does not exist', missing, relation),
            HINT = coalesce((SELECT format('Capitals count: it has "%s".', a.attname) FROM pg_attribute a
                              WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND lower(a.attname) = lower(missing) ORDER BY a.attnum LIMIT 1),
                            format('It has %s.', (SELECT string_agg(CASE WHEN c.nth <= 12 THEN format('"%s"', c.attname) ELSE 'and others' END, ', ' ORDER BY c.nth)
                                                    FROM (SELECT a.attname, row_number() OVER (ORDER BY a.attnum) AS nth FROM pg_attribute a
                                                           WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped) c WHERE c.nth <= 13)),
                            'It has no columns.');
    ELSIF names IS NULL OR array_position(names, NULL) IS NOT NULL OR cardinality(names) = 0 THEN
        RAISE null_value_not_allowed USING MESSAGE = format('the name of a column of %s is missing', relation);
    END IF;
    RETURN ARRAY(SELECT a.attnum FROM unnest(names) WITH ORDINALITY n(name, ord)
                   JOIN pg_attribute a ON a.attrelid = relation AND a.attname = n.name ORDER BY n.ord);
END $$;
COMMENT ON FUNCTION @extschema@.column_numbers(regclass, name[]) IS 'The numbers of columns; errors: 42703 if the table lacks one, 22004 if none is named.';
