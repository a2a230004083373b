-- lint_model(): what looks wrong in rules for the tables of a model

CREATE FUNCTION @extschema@.type_wanted(test jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN count(DISTINCT jsonb_typeof(v.value)) = 1 THEN nullif(min(jsonb_typeof(v.value)), 'null') END
      FROM (SELECT o.value FROM jsonb_each(CASE jsonb_typeof($1) WHEN 'object' THEN $1 END) o
             WHERE o.key NOT IN ('!=', 'not_in', 'exists', 'within_last', 'older_than', 'within_next')
            UNION ALL SELECT $1 WHERE jsonb_typeof($1) <> 'object') t
     CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(t.value) WHEN 'array' THEN t.value ELSE jsonb_build_array(t.value) END) v
$$;
COMMENT ON FUNCTION @extschema@.type_wanted(jsonb) IS
    'Of which type a value must be for a test of a condition to hold: number, string or boolean; NULL if any will do, or several. test: what stands behind a field.';

-- In conditions all, any and not join others; every other key is a field.
CREATE FUNCTION @extschema@.event_fields(rules @extschema@.scoring_rules) RETURNS TABLE (rule text, kinds text[], field text, wanted text)
    -- It keeps its plan, for model_status asks it of each model.
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE evidence AS (
        SELECT e.rules_using[1] AS rule, e.evidence,
               CASE jsonb_typeof(e.evidence -> 'on') WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(e.evidence -> 'on')) END AS kinds
          FROM @extschema@.evidence_of($1) e
    ), conditions(rule, kinds, node) AS (
        SELECT e.rule, e.kinds, e.evidence -> 'if' FROM evidence e WHERE e.evidence ? 'if'
        UNION ALL
        SELECT c.rule, c.kinds, n.node
          FROM conditions c CROSS JOIN LATERAL jsonb_each(c.node) j
         CROSS JOIN LATERAL jsonb_array_elements(CASE j.key WHEN 'not' THEN jsonb_build_array(j.value) ELSE j.value END) n(node)
         WHERE j.key IN ('all', 'any', 'not')
    )
    SELECT c.rule, c.kinds, j.key, @extschema@.type_wanted(j.value) FROM conditions c CROSS JOIN LATERAL jsonb_each(c.node) j WHERE j.key NOT IN ('all', 'any', 'not')
    UNION
    SELECT e.rule, e.kinds, k.field, k.wanted FROM evidence e CROSS JOIN LATERAL (VALUES (e.evidence #>> '{keep,sum}', 'number'), (e.evidence #>> '{keep,distinct}', NULL)) k(field, wanted)
     WHERE k.field IS NOT NULL;
END $$;
COMMENT ON FUNCTION @extschema@.event_fields(@extschema@.scoring_rules) IS
    'The properties of events that rules look at: a rule that does, the kinds (NULL for all), the field as the rules call it, and of which type a value must be: number, string, boolean, or NULL.';

-- Of some pages of each table: kinds, how many of each, and how many have a property of which type.
CREATE FUNCTION @extschema@.sampled_events_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT string_agg(format($sql$
               SELECT s.kind, k.key, k.type, pg_catalog.count(*)
                 FROM (SELECT %1$s AS kind, pg_catalog.to_jsonb(%2$s) AS properties FROM %3$s leadscore_e TABLESAMPLE system (%4$s) REPEATABLE (0) WHERE %5$s) s
                CROSS JOIN LATERAL (
                    SELECT NULL, NULL UNION ALL
                    SELECT p.key, pg_catalog.jsonb_typeof(p.value) FROM pg_catalog.jsonb_each(CASE pg_catalog.jsonb_typeof(s.properties) WHEN 'object' THEN s.properties END) p) k(key, type)
                WHERE s.kind IS NOT NULL GROUP BY 1, 2, 3$sql$,
               CASE WHEN e.kind IS NOT NULL THEN format('%L::pg_catalog.text', e.kind) ELSE format('leadscore_e.%I::pg_catalog.text', e.kind_column) END,
               CASE WHEN e.properties_column IS NULL THEN 'leadscore_e.*' ELSE format('leadscore_e.%I', e.properties_column) END,
               e.events, @extschema@.sample_percent(e.events), @extschema@.undeleted_sql(e)), ' UNION ALL ')
      FROM @extschema@.usable_events($1) e
$body$;
COMMENT ON FUNCTION @extschema@.sampled_events_sql(text) IS
    'The query of kind, key, type of its values and number of events in a sample of a model''s tables; key is NULL for all of the kind. NULL if there are no such tables.';

CREATE FUNCTION @extschema@.kinds_there_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(CASE WHEN e.kind IS NOT NULL THEN format('SELECT %L::pg_catalog.text AS kind', e.kind)
                           ELSE format('SELECT DISTINCT leadscore_e.%1$I::pg_catalog.text FROM %2$s leadscore_e WHERE leadscore_e.%1$I::pg_catalog.text = ANY ($1) AND %3$s',
                                       e.kind_column, e.events, @extschema@.undeleted_sql(e)) END, ' UNION ALL ')
      FROM @extschema@.usable_events($1) e
$$;
COMMENT ON FUNCTION @extschema@.kinds_there_sql(text) IS 'The query of the kinds, among those in $1 and more, that events of a model have; NULL if there are no such tables.';

-- A column of json is left alone: not all that it may hold can be jsonb.
CREATE FUNCTION @extschema@.paths_into_columns(model text, rules @extschema@.scoring_rules) RETURNS TABLE (field text, sample text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp AS $body$
    SELECT DISTINCT ON (f.field) f.field, format($sql$
               SELECT %1$L::pg_catalog.text AS field, %3$L::pg_catalog.text AS relation, pg_catalog.jsonb_typeof(v.value) AS type, pg_catalog.count(*)
                 FROM (SELECT leadscore_l.%2$I AS document FROM %3$s leadscore_l TABLESAMPLE system (%4$s) REPEATABLE (0)) s
                CROSS JOIN LATERAL (SELECT coalesce(s.document OPERATOR(pg_catalog.#>) %5$L::pg_catalog.text[], s.document OPERATOR(pg_catalog.->) %6$L::pg_catalog.text)) v(value)
                WHERE pg_catalog.jsonb_typeof(s.document) OPERATOR(pg_catalog.=) 'object' GROUP BY 3$sql$,
               f.field, a.column_name, a.relation, @extschema@.sample_percent(a.relation), string_to_array(p.path, '.'), p.path)
      FROM jsonb_to_recordset(@extschema@.attribute_rows($2)) AS f(field text)
      JOIN @extschema@.attribute_columns($1) a ON starts_with(f.field, a.name || '.')
      JOIN pg_type y ON y.oid = a.type AND coalesce(nullif(y.typbasetype, 0), y.oid) = 'jsonb'::regtype
     CROSS JOIN LATERAL (SELECT substr(f.field, length(a.name) + 2)) p(path)
     ORDER BY f.field, length(a.name) DESC
$body$;
COMMENT ON FUNCTION @extschema@.paths_into_columns(text, @extschema@.scoring_rules) IS
    'The attributes of rules that lie in a column of jsonb, of leads or a related table, and the query of field, table, type of its values (NULL where there is none) and number of rows in a sample.';

CREATE FUNCTION @extschema@.lint_model(
    model text, rules @extschema@.scoring_rules DEFAULT NULL,
    OUT severity text, OUT topic text, OUT place text, OUT message text
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 20 SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(lint_model.model);
    checked @extschema@.scoring_rules := coalesce(rules, @extschema@.active_rules(m.name));
    wanted text[];
    there text[];
    sampled jsonb := '[]';
    sample text := CASE WHEN EXISTS (SELECT FROM @extschema@.event_fields(checked)) THEN @extschema@.sampled_events_sql(m.name) END;
    kinds text;
    enough constant bigint := 100;
    inside text := (SELECT string_agg(p.sample, ' UNION ALL ' ORDER BY p.field) FROM @extschema@.paths_into_columns(m.name, checked) p);
BEGIN
    RETURN QUERY
        SELECT l.* FROM @extschema@.lint_rules(checked) l
        UNION ALL
        SELECT 'warning', 'attribute', f.place, format('neither %s nor a related table has the attribute "%s"', m.leads, f.field) || f.owner
          FROM jsonb_to_recordset(@extschema@.attribute_rows(checked)) AS f(place text, field text, owner text)
         WHERE f.field IN (SELECT a.field FROM @extschema@.missing_attributes(m.name, checked) a(field))
        UNION ALL
        SELECT 'warning', 'own score', f.place, format('the attribute "%s" is kept by model "%s" itself: a score must not be made of itself', f.field, m.name) || f.owner
          FROM @extschema@.own_score_rows(m, checked) f
        UNION ALL
        SELECT 'warning', 'attribute type', t.place, t.finding || t.owner FROM @extschema@.mistyped_attributes(m.name, checked) t
        UNION ALL
        SELECT 'note', 'attribute zone', z.place, z.finding || z.owner FROM @extschema@.zoned_attributes(m.name, checked) z;
    IF inside IS NOT NULL THEN
        RETURN QUERY
            WITH seen AS (
                SELECT s.field, s.relation, sum(s.rows) AS rows,
                       sum(s.rows) FILTER (WHERE s.type <> 'null') AS values, array_agg(s.type) FILTER (WHERE s.type <> 'null') AS types
                  FROM @extschema@.query_as_owner(m.leads, inside) s(field text, relation text, type text, rows bigint) GROUP BY s.field, s.relation)
            SELECT 'warning', 'attribute', f.place, format('none of %s rows of %s that were looked at has the attribute "%s"', s.rows, s.relation, f.field) || f.owner
              FROM jsonb_to_recordset(@extschema@.attribute_rows(checked)) AS f(place text, field text, owner text) JOIN seen s ON s.field = f.field
             WHERE s.rows >= enough AND s.values IS NULL
            UNION
            SELECT 'warning', 'attribute type', c.place, format('the attribute "%s" is a %s in none of %s rows of %s that were looked at and have it', c.field, k.kind, s.values, s.relation) || c.owner
              FROM jsonb_to_recordset(@extschema@.comparison_rows(checked)) AS c(place text, field text, kind text, owner text) JOIN seen s ON s.field = c.field
             CROSS JOIN LATERAL (SELECT CASE WHEN c.kind IN ('number', 'boolean') THEN c.kind ELSE 'text' END) k(kind)
             WHERE s.values >= enough AND NOT s.types && ARRAY[replace(k.kind, 'text', 'string'), 'array', CASE WHEN c.kind LIKE 'key: %' THEN 'boolean' END]
             ORDER BY 3, 4;
    END IF;
    wanted := ARRAY(SELECT DISTINCT k.kind FROM @extschema@.evidence_of(checked) e
                     CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(e.evidence -> 'on') WHEN 'array' THEN e.evidence -> 'on' ELSE '[]' END) k(kind));
    IF sample IS NOT NULL THEN
        SELECT INTO sampled coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM @extschema@.query_as_owner(m.leads, sample) s(kind text, key text, type text, events bigint);
    END IF;
    -- Only for kinds that nothing read so far has all events are read.
    there := ARRAY(SELECT e.kind FROM @extschema@.usable_events(m.name) e WHERE e.kind IS NOT NULL UNION SELECT s.kind FROM jsonb_to_recordset(sampled) AS s(kind text));
    IF NOT wanted <@ there THEN
        kinds := @extschema@.kinds_there_sql(m.name);
        IF kinds IS NOT NULL THEN
            there := there || ARRAY(SELECT t.kind FROM @extschema@.query_as_owner(m.leads, kinds, ARRAY(SELECT k FROM unnest(wanted) k WHERE k <> ALL (there))) t(kind text));
        END IF;
    END IF;
    RETURN QUERY
        SELECT 'warning', 'kind', format('rules[%s].on', min(r.position) - 1), format('no event of model "%s" is of kind "%s" (rule "%s")', m.name, k.kind, (array_agg(r.name ORDER BY r.position))[1])
          FROM @extschema@.rules_of(checked) r CROSS JOIN LATERAL unnest(r.on) k(kind)
         WHERE r.enabled AND k.kind <> '*' AND k.kind = ANY (wanted) AND k.kind <> ALL (there)
         GROUP BY k.kind ORDER BY min(r.position), k.kind;
    RETURN QUERY
        WITH seen AS (
            SELECT s.* FROM jsonb_to_recordset(sampled) AS s(kind text, key text, type text, events bigint)
        ), looked_at AS (
            SELECT r.position, r.name, f.field, f.wanted, sum(s.events) FILTER (WHERE s.key IS NULL) AS events,
                   coalesce(bool_or(f.field = s.key OR starts_with(f.field, s.key || '.')), false) AS has,
                   sum(s.events) FILTER (WHERE f.field = s.key AND s.type <> 'null') AS values,
                   coalesce(bool_or(f.field = s.key AND s.type IN (f.wanted, 'array')), false) AS fits
              FROM @extschema@.event_fields(checked) f
              JOIN @extschema@.rules_of(checked) r ON r.name = f.rule
              JOIN seen s ON f.kinds IS NULL OR s.kind = ANY (f.kinds)
             GROUP BY r.position, r.name, f.field, f.wanted)
        SELECT 'warning', x.topic, format('rules[%s]', l.position - 1), x.message || format(' (rule "%s")', l.name)
          FROM looked_at l
         CROSS JOIN LATERAL (
               SELECT 'property', format('none of %s events that were looked at has the property "%s"', l.events, l.field) WHERE l.events >= enough AND NOT l.has
               UNION ALL
               SELECT 'property type', format('the property "%s" is a %s in none of %s events that were looked at and have it', l.field, replace(l.wanted, 'string', 'text'), l.values)
                WHERE l.values >= enough AND l.wanted IS NOT NULL AND NOT l.fits) x(topic, message)
         GROUP BY l.position, l.name, l.field, x.topic, x.message
         ORDER BY l.position, l.field, x.message;
END $$;
COMMENT ON FUNCTION @extschema@.lint_model(text, @extschema@.scoring_rules) IS
    'What looks wrong in rules for a model: what lint_rules() finds, attributes that neither leads nor related tables have, that are the model''s own score or stage, or whose type a test never meets, or that have no time zone where a test reads them as times of another zone than UTC, kinds that no event '
    'has, and properties that none of at least 100 events of a sample has, or that are in none of the type that a rule wants; likewise attributes inside columns of jsonb. model: its name, owned by the caller; rules: NULL is the active ones. Some pages of each table are read if '
    'rules look at properties, or into columns of jsonb; kinds that are not found there are looked for in all events, unless a table has one kind only. Errors: 42704, 42501, 55000.';
