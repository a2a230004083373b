-- Which tables need upkeep triggers. A statement fires the triggers of the table it names, so each table of a partition tree has its own.

CREATE FUNCTION @extschema@.bound_tables(model text) RETURNS TABLE (relation regclass, part text, source integer)
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.oid::regclass, w.part, w.source
      FROM (SELECT m.leads, 'leads', 0 FROM @extschema@.model m WHERE m.name = $1
            UNION ALL SELECT e.events, 'events', e.source FROM @extschema@.event_source e WHERE e.model = $1
            UNION ALL SELECT e.via, 'via', e.source FROM @extschema@.event_source e WHERE e.model = $1
            UNION ALL SELECT a.relation, 'attributes', a.source FROM @extschema@.attribute_source a WHERE a.model = $1) w(relation, part, source)
      JOIN pg_class c ON c.oid = w.relation
$$;
COMMENT ON FUNCTION @extschema@.bound_tables(text) IS 'The tables bound to a model that are there, and as what.';

CREATE FUNCTION @extschema@.watched_tables(model text) RETURNS TABLE (relation regclass, part text, source integer)
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.relid, w.part, w.source
      FROM @extschema@.bound_tables($1) w
      CROSS JOIN LATERAL (SELECT p.relid FROM pg_partition_tree(w.relation) p
                          UNION SELECT w.relation) t
      JOIN pg_class k ON k.oid = t.relid AND k.relkind IN ('r', 'p')
     ORDER BY t.relid, w.part, w.source
$$;
COMMENT ON FUNCTION @extschema@.watched_tables(text) IS 'The tables a model watches, partitions one by one, and as what.';

-- What a trigger of upkeep() was made for, from its arguments.
CREATE FUNCTION @extschema@.upkeep_triggers()
    RETURNS TABLE (relation regclass, name name, model text, part text, source integer, for_each_row boolean, event text, enabled "char")
    -- No backslash in a literal: what it means is a setting of the session.
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.tgrelid::regclass, t.tgname, a.words[1], a.words[2], a.words[3]::integer, t.tgtype & 1 = 1,
           CASE WHEN t.tgtype & 34 = 2 THEN 'before' WHEN t.tgtype & 4 > 0 THEN 'insert' WHEN t.tgtype & 8 > 0 THEN 'delete' WHEN t.tgtype & 16 > 0 THEN 'update' ELSE 'truncate' END,
           t.tgenabled
      FROM pg_trigger t
      JOIN pg_proc f ON f.oid = t.tgfoid AND f.proname = 'upkeep' AND f.pronamespace = '@extschema@'::regnamespace
      CROSS JOIN LATERAL (SELECT string_to_array(encode(t.tgargs, 'escape'), chr(92) || '000')) a(words)
     WHERE t.tgparentid = 0
$$;
COMMENT ON FUNCTION @extschema@.upkeep_triggers() IS 'The triggers that keep models current, with what they were made for.';

CREATE FUNCTION @extschema@.tables_with_triggers(model text, part text DEFAULT NULL, source integer DEFAULT NULL) RETURNS regclass[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT u.relation), '{}') FROM @extschema@.upkeep_triggers() u
     WHERE u.model = $1 AND ($2 IS NULL OR u.part = $2) AND ($3 IS NULL OR u.source = $3)
$$;
COMMENT ON FUNCTION @extschema@.tables_with_triggers(text, text, integer) IS 'The tables, partitions one by one, on which a model has triggers, of one part or source or all (NULL).';

-- The tables that lack one of the triggers they should have. Of row triggers, partitions have copies of their parent's.
CREATE FUNCTION @extschema@.unwatched_tables(model text) RETURNS TABLE (relation regclass, part text, source integer)
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT w.relation, w.part, w.source
      FROM @extschema@.watched_tables($1) w
      LEFT JOIN (SELECT t.relation, t.part, t.source, count(DISTINCT t.event) AS events
                   FROM @extschema@.upkeep_triggers() t WHERE t.model = $1 AND NOT t.for_each_row GROUP BY t.relation, t.part, t.source) t USING (relation, part, source)
     WHERE coalesce(t.events, 0) < 5
     ORDER BY w.relation, w.part, w.source
$$;
COMMENT ON FUNCTION @extschema@.unwatched_tables(text) IS 'The tables of a model, partitions one by one, that lack triggers of it.';

CREATE FUNCTION @extschema@.make_triggers(model text, all_tables boolean DEFAULT true) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    w record;
    made bigint := 0;
BEGIN
    FOR w IN SELECT t.*, u.relation IS NOT NULL AS lacked
               FROM @extschema@.watched_tables(make_triggers.model) t
               LEFT JOIN @extschema@.unwatched_tables(make_triggers.model) u ON (u.relation, u.part, u.source) = (t.relation, t.part, t.source)
              WHERE all_tables OR u.relation IS NOT NULL ORDER BY t.relation, t.part, t.source LOOP
        PERFORM @extschema@.create_upkeep_triggers(make_triggers.model, w.relation, w.part, w.source);
        IF w.lacked THEN
            PERFORM @extschema@.note_watched(make_triggers.model, w.relation, w.part, w.source);
        END IF;
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION @extschema@.make_triggers(text, boolean) IS
    'Creates the triggers a model lacks; tells on how many tables. all_tables: look at every table, else only at those that lack some.';

CREATE FUNCTION @extschema@.drop_upkeep_triggers(model text, relation regclass DEFAULT NULL, part text DEFAULT NULL, source integer DEFAULT NULL)
    RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT u.relation, u.name FROM @extschema@.upkeep_triggers() u
              WHERE u.model = drop_upkeep_triggers.model
                AND (drop_upkeep_triggers.relation IS NULL OR u.relation IN (SELECT p.relid FROM pg_partition_tree(drop_upkeep_triggers.relation) p
                                                                             UNION SELECT drop_upkeep_triggers.relation))
                AND (drop_upkeep_triggers.part IS NULL OR u.part = drop_upkeep_triggers.part)
                AND (drop_upkeep_triggers.source IS NULL OR u.source = drop_upkeep_triggers.source)
              ORDER BY u.relation, u.name LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', t.name, t.relation);
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.drop_upkeep_triggers(text, regclass, text, integer) IS
    'Drops triggers of a model: those of one table and its partitions, of one part or source, or all (NULL). Error 42501 if the table is not the caller''s.';
