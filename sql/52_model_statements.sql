-- The statements that read leads and events: the one place that knows how SQL reads them. Upkeep runs some of them under the search
-- path of whoever writes, so all names and operators are written out in full.

-- A time without zone is taken in the time zone of the rules. Four zones are called like an abbreviation, which would win, without summer time.
CREATE FUNCTION @extschema@.local_zone(rules @extschema@.scoring_rules) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE z WHEN 'CET' THEN 'Europe/Brussels' WHEN 'MET' THEN 'Europe/Brussels' WHEN 'EET' THEN 'Europe/Athens'
                  WHEN 'WET' THEN 'Europe/Lisbon' WHEN 'EST' THEN 'America/Panama' WHEN 'HST' THEN 'Pacific/Honolulu'
                  WHEN 'MST' THEN 'America/Phoenix' ELSE z END
      FROM (SELECT coalesce($1::jsonb ->> 'timezone', 'UTC')) r(z)
$$;
COMMENT ON FUNCTION @extschema@.local_zone(@extschema@.scoring_rules) IS 'The time zone of a document, for AT TIME ZONE.';

CREATE FUNCTION @extschema@.moment_sql(expression text, type oid, rules_expr text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    -- What PostgreSQL could not convert is no moment, as infinity is none.
    SELECT CASE $2 WHEN 'timestamptz'::regtype THEN $1
                   WHEN 'timestamp'::regtype THEN format(local, $1, 'timestamp', '', $3)
                   WHEN 'date'::regtype THEN format(local, $1, 'date', '::pg_catalog.timestamp', $3) END
      FROM (VALUES ('CASE WHEN %1$s OPERATOR(pg_catalog.>) ''4714-11-26 BC''::pg_catalog.%2$s AND %1$s OPERATOR(pg_catalog.<) '
                    '''294276-12-30''::pg_catalog.%2$s THEN %1$s%3$s AT TIME ZONE (SELECT @extschema@.local_zone(%4$s)) END')) v(local)
$$;
COMMENT ON FUNCTION @extschema@.moment_sql(text, oid, text) IS
    'An expression of type date, timestamp or timestamptz as timestamptz, for generated statements; NULL for other types.';

CREATE FUNCTION @extschema@.column_type(relation regclass, name name) RETURNS oid
    AS 'MODULE_PATHNAME', 'leadscore_column_type' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.column_type(regclass, name) IS 'The type of a column, of a domain the type below it; NULL if there is no such column.';

-- By the default order of the type; some types borrow that of another.
CREATE FUNCTION @extschema@.equality_of(type oid) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_equality_of' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.equality_of(oid) IS 'The equality of a type by its default order, for generated statements; NULL if it has none.';

-- A column refers to a key under the collation of the key. Two that differ can be compared by neither, unless one is written out.
CREATE FUNCTION @extschema@.collation_name(collation oid) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = $1
$$;
COMMENT ON FUNCTION @extschema@.collation_name(oid) IS 'The qualified name of a collation; for generated statements. NULL if there is none.';

CREATE FUNCTION @extschema@.collate_as(relation regclass, name name, key_table regclass, key_name name) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN coalesce((SELECT ' COLLATE ' || @extschema@.collation_name(k.attcollation)
                       FROM pg_attribute a, pg_attribute k
                      WHERE (a.attrelid, a.attname) = ($1, $2) AND (k.attrelid, k.attname) = ($3, $4)
                        AND a.attcollation <> 0 AND k.attcollation <> 0 AND a.attcollation <> k.attcollation), '');
END $$;
COMMENT ON FUNCTION @extschema@.collate_as(regclass, name, regclass, name) IS
    'What a column that refers to a key has behind it to be compared with that, for generated statements: COLLATE and the collation of the key, or nothing where both have the same.';

-- Under a collation that holds different texts for equal, a row has as many names as it is written: upkeep looks for the one, counting anew
-- groups by the other. Where both sides have the same collation they agree.
CREATE FUNCTION @extschema@.collations_agree(relation regclass, name name, key_table regclass, key_name name) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN NOT EXISTS (SELECT FROM pg_attribute a, pg_attribute k
                        WHERE (a.attrelid, a.attname) = ($1, $2) AND (k.attrelid, k.attname) = ($3, $4) AND a.attcollation <> k.attcollation
                          AND EXISTS (SELECT FROM pg_collation o WHERE o.oid IN (a.attcollation, k.attcollation) AND NOT o.collisdeterministic));
END $$;
COMMENT ON FUNCTION @extschema@.collations_agree(regclass, name, regclass, name) IS
    'Whether a column may refer to a key: false if they have different collations and one of these holds different texts for equal.';

-- Aliases that no column is called like: a whole row is meant by them.
CREATE FUNCTION @extschema@.source_keys(model text, source integer)
    RETURNS TABLE ("position" integer, stored_name name, equal text, expression text, typed text, collated text)
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    -- An integer that the type of the key cannot hold names no lead. Written out where it differs, a collation conflicts with none.
    SELECT p.position, p.stored_name, p.equal, x.expression,
           CASE WHEN c.type = p.type THEN x.expression
                WHEN c.type = 'bigint'::regtype AND p.type IN ('integer'::regtype, 'smallint'::regtype)
                     OR c.type = 'integer'::regtype AND p.type = 'smallint'::regtype
                THEN format('CASE WHEN %1$s OPERATOR(pg_catalog.>=) %2$s AND %1$s OPERATOR(pg_catalog.<=) %3$s THEN %1$s::%4$s END', x.expression,
                            CASE p.type WHEN 'integer'::regtype THEN '(-2147483648)' ELSE '(-32768)' END,
                            CASE p.type WHEN 'integer'::regtype THEN '2147483647' ELSE '32767' END, @extschema@.type_name(p.type))
                ELSE format('%s::%s', x.expression, @extschema@.type_name(p.type)) END || CASE WHEN o.differs THEN ' COLLATE ' || o.of_key ELSE '' END,
           CASE WHEN o.differs THEN ' COLLATE ' || o.of_column ELSE '' END
      FROM @extschema@.key_parts($1) p
      JOIN @extschema@.event_sources($1) s ON s.source = $2
      CROSS JOIN LATERAL (
          SELECT n.name, @extschema@.column_type(coalesce(s.via, s.events), n.name) AS type
            FROM (SELECT CASE WHEN s.via IS NULL THEN s.lead_columns[p.position] ELSE s.via_lead_columns[p.position] END) n(name)) c
      CROSS JOIN LATERAL (
          SELECT coalesce(k.attcollation <> a.attcollation, false), @extschema@.collation_name(k.attcollation), @extschema@.collation_name(a.attcollation)
            FROM @extschema@.model m JOIN pg_attribute k ON k.attrelid = m.scores AND k.attname = p.stored_name
            LEFT JOIN pg_attribute a ON a.attrelid = coalesce(s.via, s.events) AND a.attname = c.name
           WHERE m.name = $1) o(differs, of_key, of_column)
      CROSS JOIN LATERAL (SELECT format('%s.%I', CASE WHEN s.via IS NULL THEN 'leadscore_e' ELSE 'leadscore_v' END, c.name) AS expression) x
     ORDER BY p.position;
END $$;
COMMENT ON FUNCTION @extschema@.source_keys(text, integer) IS
    'The key of the lead that an event of a source is for, column by column, cast to type and collation of the key where they differ; collated: what a key has behind it to be compared with expression; for generated statements.';

-- A row marked as deleted is no event, as if it were gone.
CREATE FUNCTION @extschema@.undeleted_sql(s @extschema@.event_source) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN ($1).deleted_column IS NULL THEN 'true'
                ELSE format('leadscore_e.%I IS %s', ($1).deleted_column,
                            CASE @extschema@.column_type(($1).events, ($1).deleted_column) WHEN 'boolean'::regtype THEN 'NOT TRUE' ELSE 'NULL' END) END
$$;
COMMENT ON FUNCTION @extschema@.undeleted_sql(@extschema@.event_source) IS
    'The condition that a row of an event source is not marked as deleted, for generated statements; true if no column marks any.';

-- By size, which is always known: statistics are lacking after a load, and old ones may be off by any factor.
CREATE FUNCTION @extschema@.sample_percent(relation regclass) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(trim_scale(round(least(100, 100.0 * 400 * 8192 / nullif(sum(pg_relation_size(c.oid)), 0)), 8)), 100)
      FROM (SELECT $1::oid UNION SELECT p.relid FROM pg_partition_tree($1) p) t(relid) JOIN pg_class c ON c.oid = t.relid WHERE c.relkind = 'r'
$$;
COMMENT ON FUNCTION @extschema@.sample_percent(regclass) IS
    'How many percent of a table, for TABLESAMPLE, are some 400 pages of 8 kB, all partitions together: some 20,000 rows of 150 bytes; 100 if it is no larger.';

-- " JOIN via v ON …". The row without columns costs nothing: the planner takes it out and keeps its condition.
CREATE FUNCTION @extschema@.source_join(s @extschema@.event_source) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN (
    SELECT CASE WHEN ($1).deleted_column IS NULL THEN '' ELSE format(' JOIN (SELECT) leadscore_d ON %s', @extschema@.undeleted_sql($1)) END
           || CASE WHEN ($1).via IS NULL THEN '' ELSE (
        SELECT format(' JOIN %s leadscore_v ON ', ($1).via)
               || string_agg(format('leadscore_v.%I %s leadscore_e.%I%s', k.via_key, @extschema@.equality_of(@extschema@.column_type(($1).via, k.via_key)), k.lead,
                                    @extschema@.collate_as(($1).events, k.lead, ($1).via, k.via_key)),
                             ' AND ')
          FROM unnest(($1).lead_columns, ($1).via_key_columns) k(lead, via_key)) END);
END $$;
COMMENT ON FUNCTION @extschema@.source_join(@extschema@.event_source) IS
    'What stands behind the table of events (leadscore_e) in FROM: the condition that rows are not deleted, and the table they reach their leads through (leadscore_v); for generated statements.';

CREATE FUNCTION @extschema@.source_tally_sql(
    model text, source integer, rules_expr text, keys_sql text DEFAULT NULL, until text DEFAULT NULL, by_moment boolean DEFAULT false
) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s @extschema@.event_source;
    columns text;
    groups text;
    conditions text;
    keys text;
    moment text;
    row_of text;
BEGIN
    SELECT INTO STRICT s e.* FROM @extschema@.event_sources(source_tally_sql.model) e WHERE e.source = source_tally_sql.source;
    SELECT INTO columns, groups, conditions, keys
           string_agg(format('%s AS %I', k.typed, k.stored_name), ', ' ORDER BY k.position),
           string_agg(k.typed, ', ' ORDER BY k.position),
           string_agg(k.typed || ' IS NOT NULL', ' AND ' ORDER BY k.position),
           string_agg(format('%s %s leadscore_k.%I%s', k.expression, k.equal, k.stored_name, k.collated), ' AND ' ORDER BY k.position)
      FROM @extschema@.source_keys(s.model, s.source) k;
    moment := @extschema@.moment_sql(format('leadscore_e.%I', s.at_column), @extschema@.column_type(s.events, s.at_column), rules_expr);
    row_of := CASE WHEN s.properties_column IS NULL THEN 'leadscore_e.*' ELSE format('leadscore_e.%I', s.properties_column) END;
    RETURN format('SELECT %s%s, @extschema@.lead_tally(%s, %s, %s, %s) AS tally FROM %s leadscore_e%s%s WHERE %s%s GROUP BY %s%s',
                  columns, CASE WHEN by_moment THEN format(', %s AS at', moment) ELSE '' END, rules_expr,
                  CASE WHEN s.kind IS NOT NULL THEN format('%L::pg_catalog.text', s.kind)
                       ELSE format('leadscore_e.%I::pg_catalog.text', s.kind_column) END,
                  moment, row_of, s.events, @extschema@.source_join(s),
                  CASE WHEN keys_sql IS NULL THEN '' ELSE format(' JOIN (%s) leadscore_k ON %s', keys_sql, keys) END, conditions,
                  CASE WHEN until IS NULL THEN '' ELSE format(' AND %s OPERATOR(pg_catalog.<=) %s', moment, until) END,
                  groups, CASE WHEN by_moment THEN ', ' || moment ELSE '' END);
END $$;
COMMENT ON FUNCTION @extschema@.source_tally_sql(text, integer, text, text, text, boolean) IS
    'As tally_sql(), for one event source of a model. by_moment: a row for each moment at which a lead has events, with the moment as at.';

-- Whether values of one type name keys of another, as upkeep reads them: the same type, integers of any size, or an implicit cast; of the server's own one that no value can make fail.
CREATE FUNCTION @extschema@.names_key(type oid, key_type oid) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_names_key' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.names_key(oid, oid) IS 'Whether a column of one type can refer to a key of another.';

-- What upkeep reads, column by column, and of which type; key_type, key_table, key_name: the type and the column it has to name a key of.
CREATE FUNCTION @extschema@.source_columns(model text)
    RETURNS TABLE (part text, source integer, relation regclass, name name, type oid, usable boolean, flaw text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_scores regclass := (SELECT m.scores FROM @extschema@.model m WHERE m.name = $1);
BEGIN
    RETURN QUERY
    SELECT u.part, u.source, u.relation, u.name, u.type, u.serves AND u.agrees AND u.is_table,
           CASE WHEN u.type IS NULL THEN 'gone' WHEN NOT u.is_table THEN 'of what is no table any more' WHEN NOT u.serves THEN format('of type %s', u.type::regtype) WHEN NOT u.agrees THEN 'of another collation than the key it refers to' END
      FROM (
        SELECT c.part, c.source, c.relation, c.name, t.type, c.role <> 'key' OR @extschema@.collations_agree(c.relation, c.name, c.key_table, c.key_name) AS agrees,
               CASE c.role WHEN 'key' THEN @extschema@.names_key(t.type, c.key_type)
                           WHEN 'at' THEN t.type IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
                           WHEN 'deleted' THEN t.type IN ('boolean'::regtype, 'timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
                           WHEN 'properties' THEN t.type IN ('jsonb'::regtype, 'json'::regtype) OR (SELECT y.typtype = 'c' FROM pg_type y WHERE y.oid = t.type)
                           ELSE true END AND t.type IS NOT NULL AS serves,
               -- Up to PostgreSQL 15 a rule makes a view of a table.
               coalesce((SELECT r.relkind IN ('r', 'p') FROM pg_class r WHERE r.oid = c.relation), false) AS is_table
          FROM (SELECT 'events', e.source, e.events, k.name, 'key', CASE WHEN e.via IS NULL THEN p.type ELSE @extschema@.column_type(e.via, e.via_key_columns[k.ord]) END,
                       coalesce(e.via, own_scores), coalesce(e.via_key_columns[k.ord], p.stored_name)
                  FROM @extschema@.event_sources($1) e CROSS JOIN LATERAL unnest(e.lead_columns) WITH ORDINALITY k(name, ord)
                  LEFT JOIN @extschema@.key_parts($1) p ON p.position = k.ord
                UNION ALL
                SELECT 'events', e.source, e.via, k.name, 'key', p.type, own_scores, p.stored_name
                  FROM @extschema@.event_sources($1) e CROSS JOIN LATERAL unnest(e.via_lead_columns) WITH ORDINALITY k(name, ord)
                  LEFT JOIN @extschema@.key_parts($1) p ON p.position = k.ord WHERE e.via IS NOT NULL
                UNION ALL
                SELECT 'events', e.source, e.via, k.name, 'any', NULL, NULL, NULL FROM @extschema@.event_sources($1) e CROSS JOIN LATERAL unnest(e.via_key_columns) k(name)
                 WHERE e.via IS NOT NULL
                UNION ALL
                SELECT 'events', e.source, e.events, k.name, k.role, NULL, NULL, NULL
                  FROM @extschema@.event_sources($1) e
                  CROSS JOIN LATERAL (VALUES (e.at_column, 'at'), (e.kind_column, 'kind'), (e.properties_column, 'properties'), (e.deleted_column, 'deleted')) k(name, role)
                 WHERE k.name IS NOT NULL
                UNION ALL
                SELECT 'attributes', a.source, m.leads, k.here, 'key', @extschema@.column_type(a.relation, k.there), a.relation, k.there
                  FROM @extschema@.attribute_sources($1) a JOIN @extschema@.model m ON m.name = a.model
                  CROSS JOIN LATERAL unnest(a.on_columns, a.key_columns) k(here, there)
                 WHERE @extschema@.column_type(a.relation, k.there) IS NOT NULL
                UNION ALL
                SELECT 'attributes', a.source, a.relation, k.there, 'any', NULL, NULL, NULL
                  FROM @extschema@.attribute_sources($1) a CROSS JOIN LATERAL unnest(a.key_columns) k(there)
               ) c(part, source, relation, name, role, key_type, key_table, key_name)
          CROSS JOIN LATERAL (SELECT @extschema@.column_type(c.relation, c.name)) t(type)
           ) u;
END $$;
COMMENT ON FUNCTION @extschema@.source_columns(text) IS
    'The columns of the sources of a model that upkeep reads: part (events or attributes) and number of the source; relation, name and type of the column, NULL if it is gone; '
    'usable: whether it is one of a table, and its type and collation serve; flaw: if not, what it is.';

-- The event sources of a model whose tables and columns are all there and serve.
CREATE FUNCTION @extschema@.usable_events(model text) RETURNS SETOF @extschema@.event_source
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT e.* FROM @extschema@.event_sources($1) e
     WHERE e.source NOT IN (SELECT c.source FROM @extschema@.source_columns($1) c WHERE c.part = 'events' AND NOT c.usable)
     ORDER BY e.source;
END $$;
COMMENT ON FUNCTION @extschema@.usable_events(text) IS 'The event sources of a model that can be read; events of others do not count.';

CREATE FUNCTION @extschema@.tally_sql(model text, rules_expr text, keys_sql text DEFAULT NULL, until text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := ARRAY(SELECT @extschema@.source_tally_sql(e.model, e.source, rules_expr, keys_sql, until)
                            FROM @extschema@.usable_events(tally_sql.model) e ORDER BY e.source);
    keys text := @extschema@.key_list(tally_sql.model, '', 'scores');
BEGIN
    RETURN CASE cardinality(parts)
               WHEN 0 THEN (SELECT format('SELECT %s, NULL::@extschema@.lead_tally AS tally WHERE false',
                                          string_agg(format('NULL::%s AS %I', @extschema@.type_name(p.type), p.stored_name), ', ' ORDER BY p.position))
                              FROM @extschema@.key_parts(tally_sql.model) p)
               WHEN 1 THEN parts[1]
               ELSE format('SELECT %1$s, @extschema@.rollup(tally) AS tally FROM (%2$s) leadscore_u GROUP BY %1$s',
                           keys, array_to_string(parts, ' UNION ALL ')) END;
END $$;
COMMENT ON FUNCTION @extschema@.tally_sql(text, text, text, text) IS
    'The query that counts the events of a model: the key columns as the score table calls them, and a lead_tally called tally; one row a lead that '
    'has events, the lead row need not exist. rules_expr: an expression of type scoring_rules, the same for all rows. keys_sql: a query of '
    'key columns without repeats that says which leads to count; it is joined to the lead columns of the events, so that an index on them serves; '
    'NULL: all. until: an expression of type timestamptz, later events do not count; NULL: all count.';

-- Tables by their OIDs, for somebody may have renamed one. What a model has no table for, or none any more, may be there under the name that it would have: but
-- the owner of leads chooses what the score table is called, and in a schema that others share that could be the name of a table of theirs.
CREATE FUNCTION @extschema@.own_companion(m @extschema@.model, suffix text) RETURNS regclass
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relation regclass;
BEGIN
    SELECT INTO relation c.oid FROM pg_class c WHERE c.oid = CASE suffix WHEN '' THEN m.scores ELSE m.companions[array_position('{_stage_change,_adjustment,_refused,_queue}', suffix)] END;
    IF relation IS NULL THEN
        SELECT INTO relation c.oid
          FROM pg_class s JOIN pg_class c ON c.relnamespace = s.relnamespace AND c.relname = s.relname || suffix
         WHERE s.oid = m.scores AND c.relkind = CASE WHEN suffix = ANY (@extschema@.view_suffixes()) THEN 'v' ELSE 'r' END
           AND c.relowner = coalesce((SELECT l.relowner FROM pg_class l WHERE l.oid = m.leads), s.relowner);
    END IF;
    IF suffix = ANY (@extschema@.view_suffixes()) AND NOT @extschema@.is_model_view(m.name, relation) THEN
        RETURN NULL;
    END IF;
    RETURN relation;
END $$;
COMMENT ON FUNCTION @extschema@.own_companion(@extschema@.model, text) IS
    'A table of a model, as companion() names it, or one of its views, NULL if there is none; what only has the name counts if it belongs to the owner of the leads table and, of a view, reads the tables of the model.';

CREATE FUNCTION @extschema@.refuse_namesake(m @extschema@.model, relation regclass) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE wrong_object_type USING MESSAGE = format('%s has the name of a table of model "%s" and is none of its owner''s', relation, m.name),
        HINT = 'The table of the model is gone. Give the score table another name, drop the model and create it again.';
END $$;
COMMENT ON FUNCTION @extschema@.refuse_namesake(@extschema@.model, regclass) IS 'Error 42809: something of another role, or no plain table, has the name of a table of a model that is gone.';

CREATE FUNCTION @extschema@.companion(model text, suffix text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    place constant integer := array_position('{_stage_change,_adjustment,_refused,_queue}', $2);
    m @extschema@.model;
    name text;
BEGIN
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = $1;
    SELECT INTO name format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = m.companions[place];
    IF name IS NULL THEN
        SELECT INTO name format('%I.%I', n.nspname, c.relname || $2) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = m.scores;
        IF place IS NOT NULL AND to_regclass(name) IS NOT NULL AND @extschema@.own_companion(m, $2) IS NULL THEN
            PERFORM @extschema@.refuse_namesake(m, to_regclass(name));
        END IF;
    END IF;
    RETURN name;
END $$;
COMMENT ON FUNCTION @extschema@.companion(text, text) IS
    'The qualified name of a table of a model: suffix is empty for the score table, _stage_change, _adjustment, _refused or _queue; with that of a view the name it has, or whatever stands in its place. '
    'Error 42809 if the table is gone and something that is not its owner''s has its name.';

CREATE FUNCTION @extschema@.pending_sql(model text, target_expr text, without_sets text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys text := @extschema@.key_list(pending_sql.model, 'q', 'scores');
    queue text := @extschema@.companion(pending_sql.model, '_queue');
    differences text := format(
        'SELECT %1$s, @extschema@.rollup(@extschema@.unpack_tally(%2$s, s.empty, q.delta, NULL)) AS tally FROM %3$s q '
        'JOIN @extschema@.evidence_set s ON s.model OPERATOR(pg_catalog.=) %4$L AND s.evidence OPERATOR(pg_catalog.=) q.evidence WHERE true%5$s',
        keys, target_expr, queue, model,
        CASE WHEN without_sets IS NULL THEN '' ELSE format(' AND NOT q.evidence OPERATOR(pg_catalog.=) ANY (%s)', without_sets) END);
    asked text;
BEGIN
    IF NOT EXISTS (SELECT FROM @extschema@.event_source e WHERE e.model = pending_sql.model AND e.via IS NOT NULL) THEN
        RETURN format('%s GROUP BY %s', differences, keys);
    END IF;
    -- Leads whose contacts came, went or moved are counted from their events: what is pending is how far that is from what is stored.
    asked := format('SELECT DISTINCT %s FROM %s q WHERE q.evidence IS NULL', keys, queue);
    RETURN format(
        '%1$s AND NOT EXISTS (SELECT FROM %2$s o WHERE %3$s AND o.evidence IS NULL) GROUP BY %4$s UNION ALL '
        'SELECT %4$s, @extschema@.lead_tally_subtract(coalesce(@extschema@.unpack_tally(%5$s, n.empty, @extschema@.pack_tally(t.tally), NULL), %5$s), '
        'coalesce(@extschema@.unpack_tally(%5$s, e.empty, s.tally, s.recent), %5$s)) AS tally FROM (%6$s) q '
        'JOIN @extschema@.model m ON m.name OPERATOR(pg_catalog.=) %7$L '
        'JOIN @extschema@.evidence_set n ON n.model OPERATOR(pg_catalog.=) m.name AND n.evidence OPERATOR(pg_catalog.=) m.evidence '
        'LEFT JOIN (%8$s) t ON %9$s LEFT JOIN %10$s s ON %11$s '
        'LEFT JOIN @extschema@.evidence_set e ON e.model OPERATOR(pg_catalog.=) m.name AND e.evidence OPERATOR(pg_catalog.=) s.evidence%12$s',
        differences, queue, @extschema@.key_join(model, 'o', 'scores', 'q', 'scores'), keys, target_expr, asked, model,
        @extschema@.tally_sql(model, format('(SELECT s.rules FROM @extschema@.model m JOIN @extschema@.evidence_set s ON s.model OPERATOR(pg_catalog.=) m.name '
                                            'AND s.evidence OPERATOR(pg_catalog.=) m.evidence WHERE m.name OPERATOR(pg_catalog.=) %L)', model), asked),
        @extschema@.key_join(model, 't', 'scores', 'q', 'scores'), @extschema@.companion(model, ''),
        @extschema@.key_join(model, 's', 'scores', 'q', 'scores'),
        CASE WHEN without_sets IS NULL THEN '' ELSE format(' WHERE (s.evidence OPERATOR(pg_catalog.=) ANY (%s)) IS NOT TRUE', without_sets) END);
END $$;
COMMENT ON FUNCTION @extschema@.pending_sql(text, text, text) IS
    'The query that reads what waits in the queue of a model: the key columns as the score table calls them, and the sum of the differences as a '
    'lead_tally called tally, for the evidence of target_expr (an expression of type lead_tally). without_sets: an array of evidence sets to leave out, and leads that are to be counted anew and whose row has such a one.';

-- The related tables of a model whose columns are all there, numbered.
CREATE FUNCTION @extschema@.usable_attributes(model text)
    RETURNS TABLE (source integer, relation regclass, on_columns name[], key_columns name[], prefix text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT a.source, a.relation, a.on_columns, a.key_columns, a.prefix
      FROM @extschema@.attribute_sources($1) a
     WHERE a.source NOT IN (SELECT c.source FROM @extschema@.source_columns($1) c WHERE c.part = 'attributes' AND NOT c.usable)
     ORDER BY a.source;
END $$;
COMMENT ON FUNCTION @extschema@.usable_attributes(text) IS 'The related tables of a model that can be read; attributes of others are missing.';

CREATE FUNCTION @extschema@.attributes_from(model text, alias text, more text DEFAULT '') RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    r record;
    joins text := '';
    columns text := '';
    related text;
    keys text := @extschema@.key_list(attributes_from.model, 'leadscore_l', 'leads');
BEGIN
    SELECT INTO STRICT m o.* FROM @extschema@.model o WHERE o.name = attributes_from.model;
    FOR r IN SELECT * FROM @extschema@.usable_attributes(m.name) LOOP
        joins := joins || (SELECT format(' LEFT JOIN %s leadscore_r%s ON ', r.relation, r.source)
                           || string_agg(format('leadscore_r%s.%I %s leadscore_l.%I%s', r.source, k.there,
                                  @extschema@.equality_of(@extschema@.column_type(r.relation, k.there)), k.here,
                                  @extschema@.collate_as(m.leads, k.here, r.relation, k.there)), ' AND ')
                             FROM unnest(r.on_columns, r.key_columns) k(here, there));
        -- A column of leads that is called so wins, as everywhere; a name too long for a column would be cut.
        SELECT INTO related string_agg(format(', leadscore_r%s.%I AS %I', r.source, a.attname, r.prefix || '.' || a.attname), '' ORDER BY a.attnum)
          FROM pg_attribute a
         WHERE a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped
           AND octet_length(r.prefix || '.' || a.attname) < 64
           AND @extschema@.column_type(m.leads, (r.prefix || '.' || a.attname)::name) IS NULL;
        columns := columns || coalesce(related, '');
    END LOOP;
    IF joins = '' THEN
        RETURN format('(SELECT %s%s, leadscore_l AS attributes FROM %s leadscore_l) %s', keys, more, m.leads, alias);
    END IF;
    RETURN format('(SELECT %s%s, leadscore_a AS attributes FROM %s leadscore_l%s CROSS JOIN LATERAL (SELECT leadscore_l.*%s) leadscore_a) %s',
                  keys, more, m.leads, joins, columns, alias);
END $$;
COMMENT ON FUNCTION @extschema@.attributes_from(text, text, text) IS
    'A FROM item with one row a lead of a model: the key columns as leads calls them, and "attributes", the row of leads with the columns of related '
    'rows as "prefix.column". Columns whose name with prefix passes 63 bytes are left out. more: further columns, ", leadscore_l.x AS y" with '
    'leadscore_l for leads.';
