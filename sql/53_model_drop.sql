-- drop_model()

CREATE FUNCTION @extschema@.drop_model(model text, keep_columns boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    t text;
    c record;
    tables text[];
    nsp oid;
    base text;
    owner oid;
    detail text;
BEGIN
    LOOP
        SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = drop_model.model FOR UPDATE;
        EXIT WHEN FOUND OR NOT EXISTS (SELECT FROM @extschema@.model o WHERE o.name = drop_model.model); -- as open_model()
    END LOOP;
    IF m.name IS NULL THEN
        PERFORM @extschema@.refuse_null(CASE WHEN model IS NULL THEN 'model' END);
        RAISE undefined_object USING MESSAGE = format('there is no model "%s"', model), HINT = 'SELECT name, leads FROM leadscore.model shows all models.';
    ELSIF NOT @extschema@.owns_model(m.leads, m.scores, m.created_by) THEN
        RAISE insufficient_privilege USING MESSAGE = format('must be owner of table %s', m.leads);
    END IF;
    PERFORM @extschema@.sync_columns(m.name);
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = drop_model.model;
    PERFORM @extschema@.unschedule_quietly(m.name);
    PERFORM @extschema@.lock_tables('{}', NULL, @extschema@.tables_with_triggers(m.name) || m.scores || m.companions
        || ARRAY(SELECT d.objid::regclass FROM pg_depend d JOIN pg_class k ON k.oid = d.objid AND k.relkind = 'S'
                  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (m.companions)));
    PERFORM @extschema@.drop_upkeep_triggers(m.name);
    -- By name, for one of the tables may be gone; and only what belongs to the owner of those that are there. By number those of the owner of leads, which
    -- may have got other names.
    SELECT INTO nsp, base, owner k.relnamespace, regexp_replace(k.relname, x.suffix || '$', ''), k.relowner
      FROM unnest('{"",_stage_change,_adjustment,_refused,_queue}'::text[], m.scores || m.companions) WITH ORDINALITY x(suffix, relation, ord)
      JOIN pg_class k ON k.oid = x.relation ORDER BY x.ord LIMIT 1;
    tables := ARRAY(SELECT 'VIEW ' || v FROM @extschema@.model_views(m) v)
           || ARRAY(SELECT format('TABLE %s', k.oid::regclass)
                      FROM unnest('{"",_stage_change,_adjustment,_refused,_queue}'::text[]) WITH ORDINALITY x(suffix, ord)
                      JOIN pg_class k ON k.relkind = 'r' AND k.relowner = owner
                           AND (k.relnamespace = nsp AND k.relname = base || x.suffix
                                OR k.oid = (m.scores || m.companions)[x.ord] AND EXISTS (SELECT FROM pg_class l WHERE l.oid = m.leads AND l.relowner = owner))
                     ORDER BY x.ord);
    FOREACH t IN ARRAY tables LOOP
        EXECUTE 'DROP ' || t;
    END LOOP;
    IF NOT keep_columns AND m.mirror THEN
        FOR c IN SELECT k.name FROM (VALUES (m.score_column, 1), (m.stage_column, 2)) k(name, place)
                  WHERE m.added_columns[k.place] AND @extschema@.column_type(m.leads, k.name) IS NOT NULL LOOP
            BEGIN
                EXECUTE format('ALTER TABLE %s DROP COLUMN %I', m.leads, c.name);
            EXCEPTION WHEN dependent_objects_still_exist THEN
                GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
                RAISE dependent_objects_still_exist USING MESSAGE = SQLERRM, DETAIL = detail,
                    HINT = format('leadscore.drop_model(%L, keep_columns => true) leaves the column.', m.name);
            END;
        END LOOP;
    END IF;
    DELETE FROM @extschema@.event_source e WHERE e.model = m.name;
    DELETE FROM @extschema@.attribute_source a WHERE a.model = m.name;
    DELETE FROM @extschema@.counted_table w WHERE w.model = m.name;
    DELETE FROM @extschema@.missed_write w WHERE w.model = m.name;
    DELETE FROM @extschema@.read_column r WHERE r.model = m.name;
    DELETE FROM @extschema@.evidence_set s WHERE s.model = m.name;
    DELETE FROM @extschema@.rules_version v WHERE v.model = m.name;
    DELETE FROM @extschema@.model o WHERE o.name = m.name;
    PERFORM @extschema@.invalidate_scores(m.scores);
END $$;
COMMENT ON FUNCTION @extschema@.drop_model(text, boolean) IS
    'Removes a model with its tables, views and triggers; the tables of leads and events stay as they were. model: its name; keep_columns: true leaves '
    'the columns of leads that create_model() added. Works also when tables are gone. Errors: 42704 no such model, 42501 not the owner, '
    '2BP01 somebody''s view depends on what is to go.';
