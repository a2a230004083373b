-- Names are what counts, numbers only serve to follow a column that was renamed: a name that is gone while the column of its number
-- lives under another has been renamed; a name that is there but has another number came out of a restored dump. Of columns that the model writes
-- that is not enough: somebody may have given the name to a column of his own. They are known by their comments, which dumps keep.

CREATE FUNCTION @extschema@.current_names(relation regclass, names name[], numbers smallint[]) RETURNS name[]
    AS 'MODULE_PATHNAME', 'leadscore_current_names' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.current_names(relation regclass, names name[], numbers smallint[], comments text[]) RETURNS name[]
    AS 'MODULE_PATHNAME', 'leadscore_current_names' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.current_names(regclass, name[], smallint[]) IS 'What columns are called now, from stored names and numbers.';
COMMENT ON FUNCTION @extschema@.current_names(regclass, name[], smallint[], text[]) IS
    'As that, but a column of the number that has the comment keeps being the one, though another column without it has taken its name.';

CREATE FUNCTION @extschema@.mirror_comments(model text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ARRAY[format('score by model %s of leadscore, kept current', $1), format('stage by model %s of leadscore, kept current', $1)]
$$;
COMMENT ON FUNCTION @extschema@.mirror_comments(text) IS 'The comments on the lead columns that a model makes for score and stage.';

-- 0 for a column that is gone.
CREATE FUNCTION @extschema@.current_numbers(relation regclass, names name[]) RETURNS smallint[]
    AS 'MODULE_PATHNAME', 'leadscore_current_numbers' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.current_numbers(regclass, name[]) IS 'The numbers of columns, 0 for one that is gone.';

-- Where the events and attributes of a model come from, read with the names that columns have now: a rename is written down with the next write, readers do not wait for one.
CREATE FUNCTION @extschema@.event_sources(model text) RETURNS SETOF @extschema@.event_source
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s @extschema@.event_source;
    names name[];
    holds boolean; -- else numbers mean nothing
BEGIN
    FOR s IN SELECT e.* FROM @extschema@.event_source e WHERE e.model = event_sources.model ORDER BY e.source LOOP
        holds := s.numbered_in = s.events::oid;
        names := @extschema@.current_names(s.events, ARRAY[s.at_column, s.kind_column, s.properties_column, s.deleted_column],
                                           CASE WHEN holds THEN ARRAY[s.at_number, s.kind_number, s.properties_number, s.deleted_number] END);
        s.at_column := names[1];
        s.kind_column := names[2];
        s.properties_column := names[3];
        s.deleted_column := names[4];
        s.lead_columns := @extschema@.current_names(s.events, s.lead_columns, CASE WHEN holds THEN s.lead_numbers END);
        s.via_key_columns := @extschema@.current_names(s.via, s.via_key_columns, CASE WHEN holds THEN s.via_key_numbers END);
        s.via_lead_columns := @extschema@.current_names(s.via, s.via_lead_columns, CASE WHEN holds THEN s.via_lead_numbers END);
        RETURN NEXT s;
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.event_sources(text) IS 'The event sources of a model, in order, with their columns as they are called now.';

-- A column that goes while another gets its name: what was counted came from the first, and an UPDATE that fills the second looks as if its rows had named no lead,
-- no moment or no kind before. In a restored database columns have other numbers and are the same.
CREATE FUNCTION @extschema@.replaced_columns(s @extschema@.event_source) RETURNS name[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ARRAY(SELECT r.name FROM unnest(($1).replaced) r(name)
                 UNION SELECT c.name FROM unnest(($1).lead_columns || ARRAY[($1).at_column, ($1).kind_column, ($1).properties_column, ($1).deleted_column],
                                                 ($1).lead_numbers || ARRAY[($1).at_number, ($1).kind_number, ($1).properties_number, ($1).deleted_number]) c(name, number)
                  WHERE ($1).numbered_in = ($1).events::oid
                    AND c.number <> ANY (array_remove(@extschema@.current_numbers(($1).events, ARRAY[c.name]), 0::smallint))
                 ORDER BY 1)
$$;
COMMENT ON FUNCTION @extschema@.replaced_columns(@extschema@.event_source) IS
    'The columns of a source that gave way to others of their names since its events were counted.';

CREATE FUNCTION @extschema@.attribute_sources(model text) RETURNS SETOF @extschema@.attribute_source
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a @extschema@.attribute_source;
    leads regclass := (SELECT m.leads FROM @extschema@.model m WHERE m.name = attribute_sources.model);
BEGIN
    FOR a IN SELECT o.* FROM @extschema@.attribute_source o WHERE o.model = attribute_sources.model ORDER BY o.source LOOP
        a.on_columns := @extschema@.current_names(leads, a.on_columns, a.on_numbers);
        a.key_columns := @extschema@.current_names(a.relation, a.key_columns, a.key_numbers);
        RETURN NEXT a;
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.attribute_sources(text) IS 'The related tables of a model, in order, with their columns as they are called now.';

CREATE FUNCTION @extschema@.mirror_columns(m @extschema@.model) RETURNS name[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN ($1).mirror THEN @extschema@.current_names(($1).leads, ARRAY[($1).score_column, ($1).stage_column], ARRAY[($1).score_number, ($1).stage_number],
                                                                @extschema@.mirror_comments(($1).name)) END
$$;
COMMENT ON FUNCTION @extschema@.mirror_columns(@extschema@.model) IS
    'The columns of leads for score and stage of a model as they are called now; NULL if it has none.';

-- Any model may keep score and stage in any table: where a lead of one is an attribute or an event of another, these tell of now as well.
CREATE FUNCTION @extschema@.mirrored_names(relation regclass) RETURNS TABLE (name name, model text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2 SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.name, m.name FROM @extschema@.model m CROSS JOIN LATERAL unnest(@extschema@.mirror_columns(m)) k(name) WHERE m.leads = $1
$$;
COMMENT ON FUNCTION @extschema@.mirrored_names(regclass) IS
    'The columns of a table in which models keep score and stage, as they are called now, and which model it is; none of a table that is the leads of no model.';

CREATE FUNCTION @extschema@.with_current_names(m @extschema@.model) RETURNS @extschema@.model
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mirror name[] := @extschema@.mirror_columns(m);
BEGIN
    m.key_columns := @extschema@.current_names(m.leads, m.key_columns, m.key_numbers);
    m.score_column := mirror[1];
    m.stage_column := mirror[2];
    RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@.with_current_names(@extschema@.model) IS 'The catalog row of a model, with the columns of leads as they are called now.';

-- All columns a model knows by name and number, as one list: where they stand, and what they are called now. A column that is gone
-- keeps its number, in case it only lost its table for a while; not in a restored database, where it is another column's.
CREATE FUNCTION @extschema@.known_columns(model text)
    RETURNS TABLE (place text, source integer, names name[], numbers smallint[], now_names name[], now_numbers smallint[])
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT k.place, k.source, k.names, k.numbers, n.names,
           ARRAY(SELECT coalesce(nullif(f.number, 0), CASE WHEN k.holds THEN k.numbers[f.ord] ELSE 0::smallint END) FROM unnest(@extschema@.current_numbers(k.relation, n.names)) WITH ORDINALITY f(number, ord) ORDER BY f.ord)
      FROM (SELECT 'key', 0, m.leads, m.key_columns, m.key_numbers, NULL::text[], true FROM @extschema@.model m WHERE m.name = $1
            UNION ALL SELECT 'mirror', 0, m.leads, ARRAY[m.score_column, m.stage_column], ARRAY[m.score_number, m.stage_number], @extschema@.mirror_comments(m.name), true
              FROM @extschema@.model m WHERE m.name = $1 AND m.mirror
            UNION ALL SELECT c.place, e.source, c.relation, c.names, c.numbers, NULL, e.numbered_in = e.events::oid
              FROM @extschema@.event_source e
              CROSS JOIN LATERAL (VALUES ('lead', e.events, e.lead_columns, e.lead_numbers), ('at', e.events, ARRAY[e.at_column], ARRAY[e.at_number]),
                                         ('kind', e.events, ARRAY[e.kind_column], ARRAY[e.kind_number]), ('properties', e.events, ARRAY[e.properties_column], ARRAY[e.properties_number]),
                                         ('deleted', e.events, ARRAY[e.deleted_column], ARRAY[e.deleted_number]),
                                         ('via key', e.via, e.via_key_columns, e.via_key_numbers), ('via lead', e.via, e.via_lead_columns, e.via_lead_numbers)) c(place, relation, names, numbers)
             WHERE e.model = $1 AND c.names[1] IS NOT NULL
            UNION ALL SELECT 'on', a.source, m.leads, a.on_columns, a.on_numbers, NULL, true
              FROM @extschema@.attribute_source a JOIN @extschema@.model m ON m.name = a.model WHERE a.model = $1
            UNION ALL SELECT 'related key', a.source, a.relation, a.key_columns, a.key_numbers, NULL, true FROM @extschema@.attribute_source a WHERE a.model = $1
           ) k(place, source, relation, names, numbers, comments, holds)
      CROSS JOIN LATERAL (SELECT @extschema@.current_names(k.relation, k.names, CASE WHEN k.holds THEN k.numbers END, k.comments)) n(names);
END $$;
COMMENT ON FUNCTION @extschema@.known_columns(text) IS 'The columns a model knows: by stored names and numbers, and what they are now.';

CREATE FUNCTION @extschema@.columns_moved(model text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM @extschema@.known_columns($1) k WHERE (k.names, k.numbers) IS DISTINCT FROM (k.now_names, k.now_numbers));
END $$;
COMMENT ON FUNCTION @extschema@.columns_moved(text) IS 'Whether columns a model knows were renamed or renumbered; sync_columns() writes down how.';

CREATE FUNCTION @extschema@.sync_columns(model text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k record;
    moved boolean := false;
BEGIN
    UPDATE @extschema@.event_source e SET replaced = r.replaced
      FROM @extschema@.event_source s CROSS JOIN LATERAL (SELECT @extschema@.replaced_columns(s)) r(replaced)
     WHERE s.model = sync_columns.model AND (e.model, e.source) = (s.model, s.source) AND r.replaced <> e.replaced;
    FOR k IN SELECT c.* FROM @extschema@.known_columns(sync_columns.model) c
              WHERE (c.names, c.numbers) IS DISTINCT FROM (c.now_names, c.now_numbers) LOOP
        moved := true;
        CASE k.place
            WHEN 'key' THEN
                UPDATE @extschema@.model m SET key_columns = k.now_names, key_numbers = k.now_numbers WHERE m.name = sync_columns.model;
            WHEN 'mirror' THEN
                UPDATE @extschema@.model m SET score_column = k.now_names[1], score_number = k.now_numbers[1],
                       stage_column = k.now_names[2], stage_number = k.now_numbers[2] WHERE m.name = sync_columns.model;
            WHEN 'lead' THEN
                UPDATE @extschema@.event_source e SET lead_columns = k.now_names, lead_numbers = k.now_numbers
                 WHERE e.model = sync_columns.model AND e.source = k.source;
            WHEN 'at' THEN
                UPDATE @extschema@.event_source e SET at_column = k.now_names[1], at_number = k.now_numbers[1]
                 WHERE e.model = sync_columns.model AND e.source = k.source;
            WHEN 'kind' THEN
                UPDATE @extschema@.event_source e SET kind_column = k.now_names[1], kind_number = k.now_numbers[1]
                 WHERE e.model = sync_columns.model AND e.source = k.source;
            WHEN 'properties' THEN
                UPDATE @extschema@.event_source e SET properties_column = k.now_names[1], properties_number = k.now_numbers[1]
                 WHERE e.model = sync_columns.model AND e.source = k.source;
            WHEN 'deleted' THEN
                UPDATE @extschema@.event_source e SET deleted_column = k.now_names[1], deleted_number = k.now_numbers[1]
                 WHERE e.model = sync_columns.model AND e.source = k.source;
            WHEN 'via key' THEN
                UPDATE @extschema@.event_source e SET via_key_columns = k.now_names, via_key_numbers = k.now_numbers
                 WHERE e.model = sync_columns.model AND e.source = k.source;
            WHEN 'via lead' THEN
                UPDATE @extschema@.event_source e SET via_lead_columns = k.now_names, via_lead_numbers = k.now_numbers
                 WHERE e.model = sync_columns.model AND e.source = k.source;
            WHEN 'on' THEN
                UPDATE @extschema@.attribute_source a SET on_columns = k.now_names, on_numbers = k.now_numbers
                 WHERE a.model = sync_columns.model AND a.source = k.source;
            WHEN 'related key' THEN
                UPDATE @extschema@.attribute_source a SET key_columns = k.now_names, key_numbers = k.now_numbers
                 WHERE a.model = sync_columns.model AND a.source = k.source;
        END CASE;
    END LOOP;
    UPDATE @extschema@.event_source e SET numbered_in = e.events WHERE e.model = sync_columns.model AND e.numbered_in <> e.events::oid;
    IF moved THEN
        PERFORM @extschema@.invalidate_model(sync_columns.model);
    END IF;
    RETURN moved;
END $$;
COMMENT ON FUNCTION @extschema@.sync_columns(text) IS
    'Follows columns that were renamed, or renumbered by a restore, in the catalogs of a model; tells whether there were any. Upkeep does this itself when it meets one.';
