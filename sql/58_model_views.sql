-- Views of a model for BI tools and everybody else: create_views(), drop_views(), grant_reading(). Types that every driver knows, a cast on
-- every aggregate, a comment on everything; names and order of columns never change, whatever becomes of the rules.

CREATE FUNCTION @extschema@.view_suffixes() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT '{_scores,_funnel,_distribution,_history,_rules}'::text[]
$$;
COMMENT ON FUNCTION @extschema@.view_suffixes() IS 'What the names of the views of a model end in, behind the name of the score table, in the order they are made.';

-- Whether the name stands for a view made here: nobody else's view is replaced or dropped. Anybody may make one that reads a table of which he may not
-- read a row, and what he granted on it would stay.
CREATE FUNCTION @extschema@.is_model_view(model text, view regclass) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM @extschema@.model m
          JOIN pg_rewrite r ON r.ev_class = $2 JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
         WHERE m.name = $1 AND d.refobjid IN (m.scores, @extschema@.own_companion(m, '_stage_change'), to_regclass(@extschema@.companion($1, '_scores')))
           AND d.refobjid <> $2)
       AND EXISTS (SELECT FROM @extschema@.model m, pg_class v, pg_class s WHERE m.name = $1 AND v.oid = $2 AND s.oid = m.scores AND v.relowner = s.relowner)
$$;
COMMENT ON FUNCTION @extschema@.is_model_view(text, regclass) IS
    'Whether a view reads the tables of a model or its view of scores, and belongs to the owner of the score table.';

-- By what they read, for the score table may have got another name since they were made. A view that somebody else made of them, or gave a name of
-- its own, is not the model's to drop.
CREATE FUNCTION @extschema@.model_views(m @extschema@.model) RETURNS SETOF regclass
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- By name, too, should the catalogs not know one.
    own constant regclass[] := m.scores || m.companions || ARRAY(SELECT @extschema@.own_companion(m, '_' || s.suffix) FROM unnest('{stage_change,adjustment,refused,queue}'::text[]) s(suffix));
BEGIN
    RETURN QUERY
    WITH RECURSIVE read(relation, depth) AS (
        SELECT DISTINCT t.relation::oid, 0 FROM unnest(own) t(relation)
        UNION
        SELECT v.oid, r.depth + 1
          FROM read r JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.relation AND d.classid = 'pg_rewrite'::regclass
          JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class v ON v.oid = w.ev_class
         WHERE v.oid <> r.relation AND v.relkind = 'v' AND v.relname ~ format('(%s)$', array_to_string(@extschema@.view_suffixes(), '|'))
           AND v.relowner = (SELECT c.relowner FROM unnest(own) WITH ORDINALITY t(relation, ord) JOIN pg_class c ON c.oid = t.relation ORDER BY t.ord LIMIT 1)
           AND position('made by leadscore from ' IN pg_get_viewdef(v.oid)) > 0)
    SELECT r.relation::regclass FROM read r WHERE r.depth > 0 GROUP BY r.relation ORDER BY max(r.depth) DESC, r.relation DESC;
END $$;
COMMENT ON FUNCTION @extschema@.model_views(@extschema@.model) IS
    'The views that create_views() made of the tables of a model, whatever these are called now, with those first that read others.';

-- Names for columns: as wished, cut to 63 bytes, with an ending where another column is called so. A column that is there already under
-- the name and of the same type is taken again.
CREATE FUNCTION @extschema@.view_column_name(wished text, ending text, taken text[], old_names text[], old_types text[], type text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    start text := coalesce(nullif(wished, ''), ltrim(ending, '_'));
    tail text := '';
    candidate text;
    length integer := length(start);
BEGIN
    FOR attempt IN 0 .. 10000 LOOP
        tail := CASE attempt WHEN 0 THEN '' WHEN 1 THEN ending ELSE ending || '_' || attempt END;
        WHILE octet_length(left(start, length)) + octet_length(tail) > 63 LOOP
            length := length - 1;
        END LOOP;
        candidate := left(start, length) || tail;
        IF candidate <> ALL (taken) AND coalesce(old_types[array_position(old_names, candidate)] = type, true) THEN
            RETURN candidate;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.view_column_name(text, text, text[], text[], text[], text) IS 'A free name for a column of a view.';

-- The columns of the view of scores, over a subquery s of current_rows_sql() and the ladder of all scores.
CREATE FUNCTION @extschema@.scores_columns(model text, old_names text[], old_types text[])
    RETURNS TABLE (name text, expression text, type text, comment text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    fixed constant text[] := '{score,stage,qualification,probability,rank,percentile,priority,stage_since,last_event,next_change,scored_at}';
    number constant text := 'numeric(28,6)';
    rules @extschema@.scoring_rules := @extschema@.active_rules(scores_columns.model);
    taken text[] := fixed;
    part record;
    all_leads text := 'l.ladder[cardinality(l.ladder)]';
    percentile text := format('100 * (%1$s - @extschema@.leads_up_to(l.ladder, 7.5e-7 - s.score::float8)) / greatest(%1$s - 1, 1)', all_leads);
BEGIN
    comment := 'key of the lead';
    FOR part IN SELECT p.*, format_type(p.type, -1) AS type_name FROM @extschema@.key_parts(scores_columns.model) p LOOP
        name := coalesce(old_names[part.position], @extschema@.view_column_name(part.leads_name, '_key', taken, NULL, NULL, NULL));
        expression := 's.k' || part.position;
        type := part.type_name;
        taken := taken || name;
        RETURN NEXT;
    END LOOP;
    SELECT INTO name, expression, type, comment
           'score', 's.score::' || number, number, 'score of now, rounded as the rules say; NULL for excluded leads';
    RETURN NEXT;
    FOR part IN SELECT d.name FROM unnest(@extschema@.dimension_names(rules)) d(name) LOOP
        name := @extschema@.view_column_name(part.name, '_dimension', taken, old_names, old_types, number);
        expression := format('s.dimensions[(SELECT @extschema@.dimension_place(%L, %L))]::%s', model, part.name, number);
        type := number;
        comment := format('points of dimension %s', part.name);
        taken := taken || name;
        RETURN NEXT;
    END LOOP;
    type := 'text';
    SELECT INTO name, expression, comment 'stage', 's.stage', 'stage of now, "excluded" for excluded leads; NULL if the rules have no stages';
    RETURN NEXT;
    SELECT INTO name, expression, comment 'qualification', format('(SELECT @extschema@.qualifications(%L)) ->> s.stage', model), 'what the rules say of the stage, such as MQL or SQL';
    RETURN NEXT;
    FOR part IN SELECT l.name FROM unnest(@extschema@.label_names(rules)) l(name) LOOP
        name := @extschema@.view_column_name(part.name, '_label', taken, old_names, old_types, 'text');
        expression := format('s.labels[(SELECT @extschema@.label_place(%L, %L))]', model, part.name);
        comment := format('level of label %s', part.name);
        taken := taken || name;
        RETURN NEXT;
    END LOOP;
    RETURN QUERY SELECT c.* FROM (VALUES
        ('probability', 's.probability', 'double precision', 'probability, between 0 and 1; NULL if the rules have none'),
        -- The better ones among the best 200, and only behind them among all.
        ('rank', format('CASE WHEN s.score IS NOT NULL THEN 1 + coalesce(nullif(@extschema@.leads_up_to((SELECT @extschema@.score_ladder(%1$L, 200)), -s.score::float8), 200), '
                        '@extschema@.leads_up_to((SELECT @extschema@.query_ladder(%1$L)), -s.score::float8)) END', model),
         'bigint', '1 for the best score, equal scores have equal ranks, excluded leads none; behind the best 200 it takes a look at all leads'),
        ('percentile', percentile, 'double precision', 'percentage of the other leads with a lower score: 0 for the lowest, 100 for the best, less if others score as much; takes a look at all leads'),
        ('priority', format('(ARRAY[''low'', ''medium'', ''high'', ''very high'', ''very high''])[1 + floor(%s / 25)::integer]', percentile),
         'text', 'quartile of percentile: low, medium, high, very high; takes a look at all leads'),
        ('stage_since', 's.stage_since', 'timestamp with time zone', 'when the stage began; of a change that no refresh has written down yet: now'),
        ('last_event', 's.last_event', 'date', 'newest day with an event that the rules count, in their time zone'),
        ('next_change', 'nullif(s.next_change, ''infinity'')', 'timestamp with time zone', 'when time alone may next change anything; NULL: never'),
        ('scored_at', 's.scored_at', 'timestamp with time zone', 'when this score was computed; it holds now')) c(name, expression, type, comment);
END $body$;
COMMENT ON FUNCTION @extschema@.scores_columns(text, text[], text[]) IS
    'The columns of the view of scores by the active rules; old_names, old_types: those the view has by now.';

-- Columns that rules no longer give stay, empty; new ones come behind: as CREATE OR REPLACE VIEW demands, and as tools expect.
CREATE FUNCTION @extschema@.scores_view_sql(model text, OUT query text, OUT names text[], OUT comments text[])
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    view regclass := to_regclass(@extschema@.companion(scores_view_sql.model, '_scores'));
    old_names text[];
    old_types text[];
    expressions text[];
BEGIN
    SELECT INTO old_names, old_types
           array_agg(a.attname::text ORDER BY a.attnum), array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = view AND a.attnum > 0;
    SELECT INTO expressions, names, comments
           array_agg(c.expression ORDER BY c.place), array_agg(c.name ORDER BY c.place), array_agg(c.comment ORDER BY c.place)
      FROM (SELECT coalesce(o.ord, 10000 + f.ord) AS place, coalesce(o.name, f.name) AS name,
                   coalesce(f.comment, 'nothing: the rules no longer have it') AS comment,
                   format('(%s)::%s AS %I', coalesce(f.expression, 'NULL'), coalesce(o.type, f.type), coalesce(o.name, f.name)) AS expression
              FROM @extschema@.scores_columns(model, old_names, old_types) WITH ORDINALITY f(name, expression, type, comment, ord)
              FULL JOIN unnest(old_names, old_types) WITH ORDINALITY o(name, type, ord) ON o.name = f.name) c;
    query := format('SELECT %s FROM (%s) s LEFT JOIN (SELECT max(r.ladder) AS ladder FROM (SELECT @extschema@.query_ladder(%L)) r(ladder)) l ON true',
                    array_to_string(expressions, ', '), @extschema@.current_rows_sql(model), model);
END $$;
COMMENT ON FUNCTION @extschema@.scores_view_sql(text) IS 'The query of the view of scores, and names and comments of its columns.';

-- Rights and row-level security are those of the reader then; before 15 those of the owner.
CREATE FUNCTION @extschema@.view_options() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN current_setting('server_version_num')::integer >= 150000 THEN ' WITH (security_invoker = true)' ELSE '' END
$$;
COMMENT ON FUNCTION @extschema@.view_options() IS 'What stands behind the name of a view that is created.';

CREATE FUNCTION @extschema@.view_signature(query text, comments text[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'made by leadscore from ' || md5(@extschema@.view_options() || $1 || array_to_string($2, ','))
$$;
COMMENT ON FUNCTION @extschema@.view_signature(text, text[]) IS 'What stands in a view that was made of this query and these comments, and in no other.';

CREATE FUNCTION @extschema@.is_signed(view regclass, signature text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(position($2 IN pg_get_viewdef($1)) > 0, false)
$$;
COMMENT ON FUNCTION @extschema@.is_signed(regclass, text) IS 'Whether a view has this signature.';

CREATE FUNCTION @extschema@.create_view(model text, suffix text, query text, names text[], comments text[], comment text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    view text := @extschema@.companion(create_view.model, create_view.suffix);
    signature text := @extschema@.view_signature(query, comments);
    owner name := (SELECT r.rolname FROM @extschema@.model m JOIN pg_class c ON c.oid = m.leads JOIN pg_roles r ON r.oid = c.relowner
                    WHERE m.name = create_view.model);
BEGIN
    IF to_regclass(view) IS NOT NULL AND NOT @extschema@.is_model_view(model, view::regclass) THEN
        RAISE duplicate_table USING MESSAGE = format('%s is there already and is no view of model "%s"', view, model),
            HINT = CASE WHEN (SELECT c.relowner <> r.oid FROM pg_class c, pg_roles r WHERE c.oid = view::regclass AND r.rolname = owner)
                        THEN format('It belongs to another role than the model: rename it, or, if it is the model''s, ALTER VIEW %s OWNER TO %I.', view, owner)
                        ELSE 'Rename it: the model needs the name.' END;
    END IF;
    -- Replacing waits for all who read the view, and so would whoever waits for us: not without need.
    IF NOT @extschema@.is_signed(to_regclass(view), signature) THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s%s AS %s WHERE %L IS NOT NULL', view, @extschema@.view_options(), query, signature);
        EXECUTE format('COMMENT ON VIEW %s IS %L', view, format(comment, model));
        FOR i IN 1 .. cardinality(names) LOOP
            EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', view, names[i], comments[i]);
        END LOOP;
    END IF;
    IF (SELECT c.relowner <> r.oid FROM pg_class c, pg_roles r WHERE c.oid = view::regclass AND r.rolname = owner) THEN
        EXECUTE format('ALTER VIEW %s OWNER TO %I', view, owner);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.create_view(text, text, text, text[], text[], text) IS
    'Makes or replaces one view of a model, owned by the owner of its leads table. Error 42P07 if something else has the name.';

-- Those that sum up are made of the columns that the view of scores has by then.
CREATE FUNCTION @extschema@.summary_definitions(model text) RETURNS TABLE (suffix text, query text, names text[], comments text[], comment text)
    LANGUAGE sql STABLE ROWS 4 SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.suffix, format('SELECT %s FROM (%s) v', string_agg(format('v.%I::%s AS %1$I', c.name, c.type), ', ' ORDER BY c.ord), v.query),
           array_agg(c.name ORDER BY c.ord), array_agg(c.comment ORDER BY c.ord), v.comment
      FROM @extschema@.summary_views($1) v, unnest(v.names, v.types, v.comments) WITH ORDINALITY c(name, type, comment, ord)
     GROUP BY v.suffix, v.query, v.comment
$$;
COMMENT ON FUNCTION @extschema@.summary_definitions(text) IS 'The views of a model beside that of scores: what their names end in, their queries, names and comments of their columns, their comments.';

CREATE FUNCTION @extschema@.altered_views(model text) RETURNS SETOF regclass
    LANGUAGE sql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.view
      FROM (SELECT to_regclass(@extschema@.companion($1, '_scores')), @extschema@.view_signature(s.query, s.comments) FROM @extschema@.scores_view_sql($1) s
            UNION ALL
            SELECT to_regclass(@extschema@.companion($1, d.suffix)), @extschema@.view_signature(d.query, d.comments) FROM @extschema@.summary_definitions($1) d
           ) v(view, signature)
     WHERE @extschema@.is_model_view($1, v.view) AND NOT @extschema@.is_signed(v.view, v.signature)
$$;
COMMENT ON FUNCTION @extschema@.altered_views(text) IS 'The views of a model that create_views() would replace now.';

CREATE FUNCTION @extschema@.create_views(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(create_views.model);
    part record;
    long text := (SELECT c.relname || s.suffix FROM pg_class c, unnest(@extschema@.view_suffixes()) s(suffix)
                   WHERE c.oid = m.scores AND octet_length(c.relname || s.suffix) > 63 LIMIT 1);
BEGIN
    IF long IS NOT NULL THEN
        RAISE name_too_long USING MESSAGE = format('"%s" is too long for the name of a view', long), HINT = 'Choose a shorter name for the model.';
    END IF;
    SELECT INTO part v.* FROM @extschema@.scores_view_sql(m.name) v;
    PERFORM @extschema@.create_view(m.name, '_scores', part.query, part.names, part.comments,
        'Scores of model %s: one row a lead that one may see, as of now. Best first: ORDER BY score DESC NULLS LAST.');
    FOR part IN SELECT d.* FROM @extschema@.summary_definitions(m.name) d LOOP
        PERFORM @extschema@.create_view(m.name, part.suffix, part.query, part.names, part.comments, part.comment);
    END LOOP;
    PERFORM @extschema@.sync_visibility(m.name);
    UPDATE @extschema@.model o SET views = true WHERE o.name = m.name AND NOT o.views;
END $$;
COMMENT ON FUNCTION @extschema@.create_views(text) IS
    'Makes or renews the views of a model beside its score table: _scores, _funnel, _distribution, _history, _rules. To be called after a change of '
    'rules or attributes; create_model() and set_rules() do. Columns keep name, type and place, new ones come behind. Who reads them sees the leads that '
    'row-level security lets him see; before PostgreSQL 15, who is under it sees none. Only for the owner of the leads '
    'table. Errors: 42704, 42501, 42622 a name too long, 42P07 a name taken.';

CREATE FUNCTION @extschema@.drop_views(model text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(drop_views.model);
    view regclass;
BEGIN
    FOREACH view IN ARRAY ARRAY(SELECT v FROM @extschema@.model_views(m) v) LOOP
        EXECUTE format('DROP VIEW %s', view);
    END LOOP;
    PERFORM @extschema@.drop_visibility(m);
    UPDATE @extschema@.model o SET views = false WHERE o.name = m.name AND o.views;
END $$;
COMMENT ON FUNCTION @extschema@.drop_views(text) IS
    'Drops the views of a model; with row-level security of its leads also the policies of its tables, which then show no row to others than their owner until create_views() or refresh(). Error 2BP01 if other views read them; these must go first.';
