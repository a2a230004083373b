-- Whose rows are in the scores. No trigger of a table tells when a partition is attached, detached or dropped, and an event trigger would run with every
-- DROP in the database. So what was counted is written down, and compared with what is there; what differs is told until everything has been
-- counted anew.

-- The tables with rows, and the bound table that each belongs to.
CREATE FUNCTION @extschema@.leaf_tables(model text) RETURNS TABLE (relation regclass, part text, source integer, bound regclass)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT w.relation, w.part, w.source, b.relation
      FROM @extschema@.watched_tables($1) w
      JOIN @extschema@.bound_tables($1) b ON (b.part, b.source) = (w.part, w.source)
      CROSS JOIN LATERAL (SELECT FROM pg_class c WHERE c.oid = w.relation AND c.relkind = 'r' OFFSET 0) c;
END $$;
COMMENT ON FUNCTION @extschema@.leaf_tables(text) IS 'The tables bound to a model, and of partitioned ones the partitions that hold rows; bound: the table that is bound.';

-- Those of one name that have triggers are meant in a restored database, where OIDs are others. A new table that got the name has none, or is in the
-- list itself.
CREATE FUNCTION @extschema@.lost_tables(model text)
    RETURNS TABLE (part text, source integer, table_oid oid, table_name name[], bound regclass, found regclass)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    -- Most models have no partitions.
    IF NOT EXISTS (SELECT FROM @extschema@.counted_table c WHERE c.model = $1) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH leaves AS MATERIALIZED (SELECT l.* FROM @extschema@.leaf_tables($1) l)
    SELECT c.part, c.source, c.table_oid, c.table_name, b.relation,
           (SELECT l.relation FROM leaves l
             WHERE (l.part, l.source) = (c.part, c.source) AND @extschema@.name_of_table(l.relation) = c.table_name
               AND NOT EXISTS (SELECT FROM @extschema@.counted_table o WHERE (o.model, o.part, o.source, o.table_oid) = (c.model, c.part, c.source, l.relation))
               AND EXISTS (SELECT FROM @extschema@.upkeep_triggers(l.relation) t WHERE (t.model, t.part, t.source) = ($1, c.part, c.source)) LIMIT 1)
      FROM @extschema@.counted_table c
      JOIN @extschema@.bound_tables($1) b ON (b.part, b.source) = (c.part, c.source)
      LEFT JOIN leaves n ON (n.part, n.source, n.relation) = (c.part, c.source, c.table_oid::regclass)
     WHERE c.model = $1 AND n.relation IS NULL AND c.table_name <> '{}';
END $$;
COMMENT ON FUNCTION @extschema@.lost_tables(text) IS
    'What the list of counted tables of a model names and does not find by OID among its tables. bound: the table it belongs to; found: the one it is '
    'after all, by its name; NULL: it is gone, and what was in it is still in the scores.';

CREATE FUNCTION @extschema@.note_watched(model text, relation regclass, part text, source integer) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO @extschema@.counted_table AS c (model, part, source, table_oid, table_name, missed)
    SELECT note_watched.model, note_watched.part, note_watched.source, l.oid, @extschema@.name_of_table(l.oid), w.written
      FROM pg_class l
      -- Not whether there are rows: those that came through the parent may have been deleted unseen.
      CROSS JOIN LATERAL (SELECT pg_relation_size(l.oid) > 0) w(written)
     WHERE l.oid = relation AND l.relkind = 'r' AND (w.written OR l.relispartition)
    ON CONFLICT ON CONSTRAINT counted_table_pkey DO UPDATE SET missed = true, table_name = excluded.table_name WHERE excluded.missed AND NOT c.missed;
END $$;
COMMENT ON FUNCTION @extschema@.note_watched(text, regclass, text, integer) IS
    'Notes that a table of a model has got its triggers just now: what was written to it before may be missing in scores. To be called with the table locked against writers.';

-- Upkeep does it with the rights of the owner of leads, in the transaction of the first write that it cannot follow.
CREATE FUNCTION @extschema@.note_missed(model text, part text, source integer, relation regclass) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO @extschema@.missed_write (model, part, source)
    SELECT note_missed.model, note_missed.part, note_missed.source
     WHERE EXISTS (SELECT FROM @extschema@.bound_tables(note_missed.model) b
                    WHERE (b.part, b.source) = (note_missed.part, note_missed.source)
                      AND b.relation IN (SELECT note_missed.relation UNION ALL SELECT a.relid FROM pg_partition_ancestors(note_missed.relation) a));
END $$;
COMMENT ON FUNCTION @extschema@.note_missed(text, text, integer, regclass) IS
    'Notes that rows of a source of a model may be missing in its scores. model: its name; part: leads, events, via or attributes; source: its number, 0 for leads; relation: the table, or a partition of it; '
    'nothing is noted of one that is no part of the source. Error 42501 if the leads are not the caller''s.';

CREATE FUNCTION @extschema@.disabled_sources(model text) RETURNS TABLE (part text, source integer)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT w.part, w.source FROM @extschema@.watched_tables($1) w CROSS JOIN LATERAL @extschema@.upkeep_triggers(w.relation) u
     WHERE (u.model, u.part, u.source) = ($1, w.part, w.source) AND u.enabled = 'D';
END $$;
COMMENT ON FUNCTION @extschema@.disabled_sources(text) IS 'The sources of a model of whose triggers some are disabled.';

-- Nothing runs when triggers are disabled, or when a table is written to that has none enabled: who comes by while they are notes it.
CREATE FUNCTION @extschema@.note_disabled(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO @extschema@.missed_write (model, part, source)
    SELECT note_disabled.model, d.part, d.source FROM @extschema@.disabled_sources(note_disabled.model) d
     WHERE NOT EXISTS (SELECT FROM @extschema@.missed_write w WHERE (w.model, w.part, w.source) = (note_disabled.model, d.part, d.source));
END $$;
COMMENT ON FUNCTION @extschema@.note_disabled(text) IS
    'Notes of the sources of a model of whose triggers some are disabled that rows of them may be missing in scores. model: its name. Error 42501 if the leads are not the caller''s.';

-- What cannot be read, or comes unseen after this, is not counted.
CREATE FUNCTION @extschema@.note_uncounted(model text, parts text[], source integer) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM @extschema@.missed_write w
     WHERE w.model = note_uncounted.model
       AND (w.part = ANY (parts) AND (note_uncounted.source IS NULL OR w.source = note_uncounted.source)
            OR NOT EXISTS (SELECT FROM @extschema@.bound_tables(note_uncounted.model) b WHERE (b.part, b.source) = (w.part, w.source)));
    INSERT INTO @extschema@.missed_write (model, part, source)
    SELECT DISTINCT note_uncounted.model, c.part, c.source
      FROM @extschema@.source_columns(note_uncounted.model) c
      JOIN @extschema@.bound_tables(note_uncounted.model) b ON (b.part, b.source) = (c.part, c.source)
     WHERE NOT c.usable AND c.part = ANY (parts) AND (note_uncounted.source IS NULL OR c.source = note_uncounted.source);
    PERFORM @extschema@.note_disabled(note_uncounted.model);
END $$;
COMMENT ON FUNCTION @extschema@.note_uncounted(text, text[], integer) IS
    'What note_counted() does about writes that were missed: what was noted of them is settled, but for sources whose columns cannot be used, or whose triggers are disabled.';

CREATE FUNCTION @extschema@.note_counted(model text, parts text[] DEFAULT '{leads,events,via,attributes}', source integer DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM @extschema@.counted_table c
     WHERE c.model = note_counted.model AND c.part = ANY (parts) AND (note_counted.source IS NULL OR c.source = note_counted.source)
       AND CASE WHEN (c.part, c.source, c.table_oid::regclass) IN (SELECT l.part, l.source, l.relation FROM @extschema@.leaf_tables(note_counted.model) l) THEN c.missed
                ELSE NOT EXISTS (SELECT FROM @extschema@.upkeep_triggers(c.table_oid) t WHERE (t.model, t.part, t.source) = (c.model, c.part, c.source)) END;
    -- A partition that was detached and has triggers still would be watched at once when it is attached again.
    UPDATE @extschema@.counted_table c SET missed = true, table_name = '{}'
     WHERE c.model = note_counted.model AND c.part = ANY (parts) AND (note_counted.source IS NULL OR c.source = note_counted.source)
       AND (c.part, c.source, c.table_oid::regclass) NOT IN (SELECT l.part, l.source, l.relation FROM @extschema@.leaf_tables(note_counted.model) l);
    -- Who writes need not note any more that it is missing.
    PERFORM @extschema@.invalidate_model(note_counted.model);
    PERFORM @extschema@.note_uncounted(note_counted.model, parts, note_counted.source);
    PERFORM @extschema@.note_types(note_counted.model, parts, note_counted.source);
    UPDATE @extschema@.event_source e SET replaced = '{}'
     WHERE e.model = note_counted.model AND 'events' = ANY (parts) AND (note_counted.source IS NULL OR e.source = note_counted.source) AND e.replaced <> '{}';
    -- Of what is not watched it is open whether this is all that will have been written when it is.
    INSERT INTO @extschema@.counted_table AS c (model, part, source, table_oid, table_name)
    SELECT note_counted.model, l.part, l.source, l.relation, @extschema@.name_of_table(l.relation)
      FROM @extschema@.leaf_tables(note_counted.model) l
     WHERE l.part = ANY (parts) AND (note_counted.source IS NULL OR l.source = note_counted.source) AND l.relation <> l.bound
       AND NOT EXISTS (SELECT FROM @extschema@.unwatched_tables(note_counted.model) u WHERE (u.relation, u.part, u.source) = (l.relation, l.part, l.source))
    ON CONFLICT ON CONSTRAINT counted_table_pkey DO UPDATE SET table_name = excluded.table_name WHERE c.table_name = '{}';
END $$;
COMMENT ON FUNCTION @extschema@.note_counted(text, text[], integer) IS
    'Notes that all rows of tables of a model have been counted, as they are now, and what had to be told of those there were before is settled. parts: of '
    'which parts; source: of which source, NULL for all. To be called with the tables locked against writers.';

-- Empty when it goes, a partition takes nothing along. Its row stays, without a name: it has triggers still.
CREATE FUNCTION @extschema@.note_emptied(model text, relation regclass) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Upkeep calls this, and TRUNCATE shall not fail where somebody took the right to write catalogs away.
    IF has_table_privilege('@extschema@.counted_table', 'DELETE') AND has_table_privilege('@extschema@.counted_table', 'UPDATE') THEN
        UPDATE @extschema@.counted_table c SET table_name = '{}'
         WHERE c.model = note_emptied.model AND NOT c.missed AND c.table_oid = relation AND c.table_name <> '{}';
        DELETE FROM @extschema@.counted_table c
         WHERE c.model = note_emptied.model AND NOT c.missed AND c.table_oid <> relation AND c.table_name = @extschema@.name_of_table(relation);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.note_emptied(text, regclass) IS 'Notes that a table of a model was truncated, and scores know: nothing of it is in them.';

CREATE FUNCTION @extschema@.follow_tables(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Most models have no partitions.
    IF NOT EXISTS (SELECT FROM @extschema@.counted_table c WHERE c.model = follow_tables.model)
       AND NOT EXISTS (SELECT FROM @extschema@.leaf_tables(follow_tables.model) l WHERE l.relation <> l.bound) THEN
        RETURN;
    END IF;
    UPDATE @extschema@.counted_table c SET table_oid = t.found FROM @extschema@.lost_tables(follow_tables.model) t
     WHERE c.model = follow_tables.model AND (c.part, c.source, c.table_oid) = (t.part, t.source, t.table_oid) AND t.found IS NOT NULL;
    UPDATE @extschema@.counted_table c SET table_name = @extschema@.name_of_table(l.relation) FROM @extschema@.leaf_tables(follow_tables.model) l
     WHERE c.model = follow_tables.model AND (c.part, c.source, c.table_oid::regclass) = (l.part, l.source, l.relation)
       AND c.table_name <> @extschema@.name_of_table(l.relation) AND (c.table_name <> '{}' OR pg_relation_size(l.relation) > 0);
    -- Those that were truncated before there was a row for them, and have rows again.
    INSERT INTO @extschema@.counted_table (model, part, source, table_oid, table_name)
    SELECT follow_tables.model, l.part, l.source, l.relation, @extschema@.name_of_table(l.relation)
      FROM @extschema@.leaf_tables(follow_tables.model) l
     WHERE l.relation <> l.bound
       AND NOT EXISTS (SELECT FROM @extschema@.counted_table c WHERE (c.model, c.part, c.source, c.table_oid) = (follow_tables.model, l.part, l.source, l.relation))
       AND NOT EXISTS (SELECT FROM @extschema@.unwatched_tables(follow_tables.model) u WHERE (u.relation, u.part, u.source) = (l.relation, l.part, l.source))
       AND pg_relation_size(l.relation) > 0
    ON CONFLICT DO NOTHING;
END $$;
COMMENT ON FUNCTION @extschema@.follow_tables(text) IS
    'Keeps the list of counted tables of a model: OIDs after a restore, names of partitions that were renamed, those that were emptied and have been filled again.';
