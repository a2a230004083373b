-- Which tables need upkeep triggers. A statement fires the triggers of the table it names, so each table of a partition tree has its own.

-- These functions keep their plans, for status and refresh of each model ask them several times; and what they look at in the system's catalogs is
-- found by index, however many models and tables there are: hence LATERAL and OFFSET 0.

CREATE FUNCTION @extschema@.bound_tables(model text) RETURNS TABLE (relation regclass, part text, source integer)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.oid::regclass, w.part, w.source
      FROM (SELECT m.leads, 'leads', 0 FROM @extschema@.model m WHERE m.name = $1
            UNION ALL SELECT e.events, 'events', e.source FROM @extschema@.event_source e WHERE e.model = $1
            UNION ALL SELECT e.via, 'via', e.source FROM @extschema@.event_source e WHERE e.model = $1
            UNION ALL SELECT a.relation, 'attributes', a.source FROM @extschema@.attribute_source a WHERE a.model = $1) w(relation, part, source)
      CROSS JOIN LATERAL (SELECT k.oid FROM pg_class k WHERE k.oid = w.relation OFFSET 0) c;
END $$;
COMMENT ON FUNCTION @extschema@.bound_tables(text) IS 'The tables bound to a model that are there, and as what.';

CREATE FUNCTION @extschema@.watched_tables(model text) RETURNS TABLE (relation regclass, part text, source integer)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.relid, w.part, w.source
      FROM @extschema@.bound_tables($1) w
      CROSS JOIN LATERAL (SELECT p.relid FROM pg_partition_tree(w.relation) p
                          UNION SELECT w.relation) t
      CROSS JOIN LATERAL (SELECT FROM pg_class k WHERE k.oid = t.relid AND k.relkind IN ('r', 'p') OFFSET 0) k
     ORDER BY t.relid, w.part, w.source;
END $$;
COMMENT ON FUNCTION @extschema@.watched_tables(text) IS 'The tables a model watches, partitions one by one, and as what.';

-- What a trigger of upkeep() was made for, from its arguments.
CREATE FUNCTION @extschema@.upkeep_triggers()
    RETURNS TABLE (relation regclass, name name, model text, part text, source integer, for_each_row boolean, event text, enabled "char")
    AS 'MODULE_PATHNAME', 'leadscore_upkeep_triggers' LANGUAGE C STABLE PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION @extschema@.upkeep_triggers() IS 'The triggers that keep models current, with what they were made for; reads the triggers of all tables of the database.';
CREATE FUNCTION @extschema@.upkeep_triggers(on_table regclass)
    RETURNS TABLE (relation regclass, name name, model text, part text, source integer, for_each_row boolean, event text, enabled "char")
    AS 'MODULE_PATHNAME', 'leadscore_upkeep_triggers' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION @extschema@.upkeep_triggers(regclass) IS 'upkeep_triggers() of one table, found by index.';

CREATE FUNCTION @extschema@.tables_with_triggers(model text, part text DEFAULT NULL, source integer DEFAULT NULL) RETURNS regclass[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT u.relation), '{}') FROM @extschema@.upkeep_triggers() u
     WHERE u.model = $1 AND ($2 IS NULL OR u.part = $2) AND ($3 IS NULL OR u.source = $3)
$$;
COMMENT ON FUNCTION @extschema@.tables_with_triggers(text, text, integer) IS 'The tables, partitions one by one, on which a model has triggers, of one part or source or all (NULL).';

-- The tables that lack one of the triggers they should have. Of row triggers, partitions have copies of their parent's.
CREATE FUNCTION @extschema@.unwatched_tables(model text) RETURNS TABLE (relation regclass, part text, source integer)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT w.relation, w.part, w.source
      FROM @extschema@.watched_tables($1) w
     WHERE (SELECT count(DISTINCT t.event) FROM @extschema@.upkeep_triggers(w.relation) t
             WHERE (t.model, t.part, t.source) = ($1, w.part, w.source) AND NOT t.for_each_row) < 5
     ORDER BY w.relation, w.part, w.source;
END $$;
COMMENT ON FUNCTION @extschema@.unwatched_tables(text) IS 'The tables of a model, partitions one by one, that lack triggers of it.';

-- Partitions that were detached keep their triggers. They are in the list of counted tables, or parents of such, as are tables of sources that
-- somebody deleted from the catalogs by hand. rebuild() looks at all tables, in case somebody wrote into that list, too.
CREATE FUNCTION @extschema@.stray_tables(model text, anywhere boolean DEFAULT false) RETURNS SETOF regclass
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    candidates regclass[];
BEGIN
    IF anywhere THEN
        candidates := @extschema@.tables_with_triggers($1);
    ELSE
        candidates := ARRAY(SELECT c.table_oid FROM @extschema@.counted_table c WHERE c.model = $1
                            UNION SELECT a.relid FROM @extschema@.counted_table c CROSS JOIN LATERAL pg_partition_ancestors(c.table_oid) a WHERE c.model = $1);
    END IF;
    IF cardinality(candidates) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT c.relation FROM unnest(candidates) c(relation)
     WHERE c.relation NOT IN (SELECT w.relation FROM @extschema@.watched_tables($1) w)
       AND EXISTS (SELECT FROM @extschema@.upkeep_triggers(c.relation) u WHERE u.model = $1)
     ORDER BY c.relation;
END $$;
COMMENT ON FUNCTION @extschema@.stray_tables(text, boolean) IS
    'The tables with triggers of a model that are no longer part of it; anywhere: true looks at all tables, false at those that were counted and what they are partitions of.';

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
    FOR t IN SELECT u.relation, u.name
               FROM (SELECT o.* FROM @extschema@.upkeep_triggers() o WHERE drop_upkeep_triggers.relation IS NULL
                     UNION ALL
                     SELECT o.* FROM (SELECT p.relid FROM pg_partition_tree(drop_upkeep_triggers.relation) p UNION SELECT drop_upkeep_triggers.relation) q(relid)
                      CROSS JOIN LATERAL @extschema@.upkeep_triggers(q.relid) o) u
              WHERE u.model = drop_upkeep_triggers.model
                AND (drop_upkeep_triggers.part IS NULL OR u.part = drop_upkeep_triggers.part)
                AND (drop_upkeep_triggers.source IS NULL OR u.source = drop_upkeep_triggers.source)
              ORDER BY u.relation, u.name LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', t.name, t.relation);
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.drop_upkeep_triggers(text, regclass, text, integer) IS
    'Drops triggers of a model: those of one table and its partitions, of one part or source, or all (NULL). Error 42501 if the table is not the caller''s.';
