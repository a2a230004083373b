-- model_status, stage_changes()

-- Of jsonb nobody knows what will be in it, so only where all tables that a kind may come from have their properties as columns.
CREATE FUNCTION @extschema@.missing_properties(model text, rules @extschema@.scoring_rules) RETURNS TABLE (field text, tables text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM @extschema@.event_source e WHERE e.model = $1 AND e.properties_column IS NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT DISTINCT f.field, string_agg(DISTINCT e.events::text, ', ')
      FROM @extschema@.event_fields($2) f
      JOIN @extschema@.event_source e ON e.model = $1 AND (e.kind IS NULL OR f.kinds IS NULL OR e.kind = ANY (f.kinds)) AND @extschema@.is_table(e.events)
     GROUP BY f.field, f.kinds
    HAVING bool_and(e.properties_column IS NULL AND NOT EXISTS (
           SELECT FROM (SELECT k.* FROM pg_attribute k WHERE k.attrelid = e.events AND k.attnum > 0 AND NOT k.attisdropped OFFSET 0) a
            WHERE a.attname = f.field
               OR starts_with(f.field, a.attname || '.')
                  AND (SELECT y.typtype = 'c' OR coalesce(nullif(y.typbasetype, 0), y.oid) IN ('jsonb'::regtype, 'json'::regtype) FROM pg_type y WHERE y.oid = a.atttypid)));
END $$;
COMMENT ON FUNCTION @extschema@.missing_properties(text, @extschema@.scoring_rules) IS
    'The properties that rules look at and none of the tables has, as a column, of which events of a model may be meant; tables: which these are. What is in jsonb is not looked at.';

-- What is wrong with the tables and columns of a model, in words; from the system catalogs alone.
CREATE FUNCTION @extschema@.broken_parts(m @extschema@.model) RETURNS SETOF text
    -- Of the system's catalogs only what belongs to the model is read, by index: hence LATERAL and OFFSET 0.
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT format('table %s is gone: leadscore.rebuild() does not help, drop the model and create it again',
                  (SELECT format('%I.%I', n.nspname, c.relname || x.suffix) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ($1).scores))
      FROM unnest('{_stage_change,_adjustment,_refused,_queue}'::text[]) x(suffix)
     WHERE @extschema@.own_companion($1, x.suffix) IS NULL
    UNION ALL
    SELECT format('%1$s does not belong to the owner of %2$s: ALTER TABLE %1$s OWNER TO %3$I, then leadscore.rebuild() counts what was written meanwhile', k.oid::regclass, l.oid::regclass, pg_get_userbyid(l.relowner))
      FROM pg_class l CROSS JOIN unnest(($1).scores || ($1).companions) x(relation)
      CROSS JOIN LATERAL (SELECT n.oid, n.relowner FROM pg_class n WHERE n.oid = x.relation OFFSET 0) k
     WHERE l.oid = ($1).leads AND k.relowner <> l.relowner
    UNION ALL
    SELECT format('key column "%s" of %s is of type %s, in the score table of type %s: leadscore.rebuild() follows', p.leads_name, ($1).leads, t.type::regtype, p.type::regtype)
      FROM @extschema@.key_parts(($1).name) p CROSS JOIN LATERAL (SELECT @extschema@.column_type(($1).leads, p.leads_name)) t(type) WHERE t.type <> p.type
    UNION ALL
    SELECT format('column "%s" of %s is gone%s', n.name, t.relation, t.effect)
      FROM (SELECT ($1).leads, @extschema@.current_names(($1).leads, ($1).key_columns, ($1).key_numbers), ': leads cannot be found any more' UNION ALL
            SELECT ($1).leads, @extschema@.mirror_columns($1), ': score and stage are only in the score table now' WHERE ($1).mirror
           ) t(relation, names, effect)
      CROSS JOIN LATERAL unnest(t.names) n(name)
     WHERE n.name IS NOT NULL AND @extschema@.column_type(t.relation, n.name) IS NULL
    UNION ALL
    SELECT format('column "%s" of %s is %s%s', c.name, c.relation, c.flaw,
                  CASE WHEN c.part = 'attributes' THEN format(': attributes %s.… are missing', a.prefix)
                       WHEN c.relation = e.via THEN ': new events through it do not count' ELSE ': new events do not count' END
                  || ', till it is mended and leadscore.rebuild() counts anew')
      FROM @extschema@.source_columns(($1).name) c
      CROSS JOIN LATERAL (SELECT FROM pg_class t WHERE t.oid = c.relation OFFSET 0) k
      LEFT JOIN @extschema@.event_source e ON e.model = ($1).name AND e.source = c.source AND c.part = 'events'
      LEFT JOIN @extschema@.attribute_source a ON a.model = ($1).name AND a.source = c.source AND c.part = 'attributes'
     WHERE NOT c.usable AND @extschema@.is_table(c.relation)
    UNION ALL
    SELECT DISTINCT format('%s is no table any more: %s', c.relation,
                           CASE WHEN c.part = 'attributes' THEN 'attributes of it are missing' ELSE 'events from it, or through it, do not count' END)
      FROM @extschema@.source_columns(($1).name) c
     WHERE EXISTS (SELECT FROM pg_class r WHERE r.oid = c.relation) AND NOT @extschema@.is_table(c.relation)
    UNION ALL
    SELECT format('column "%s" of %s is another one than was counted: leadscore.verify() tells what differs, leadscore.rebuild() counts anew', r.name, e.events)
      FROM @extschema@.event_source e CROSS JOIN LATERAL unnest(@extschema@.replaced_columns(e)) r(name) WHERE e.model = ($1).name
    UNION ALL
    SELECT format('%s has no unique index on %s any more: %s may count wrong; leadscore.%s bind it as it is now', t.relation, array_to_string(t.columns, ', '), t.what, t.remedy)
      FROM (SELECT e.via, e.via_key_columns || CASE WHEN e.via_many THEN e.via_lead_columns ELSE '{}' END, format('events of %s', e.events), 'drop_events() and add_events()'
              FROM @extschema@.event_sources(($1).name) e WHERE e.via IS NOT NULL UNION ALL
            SELECT a.relation, a.key_columns, format('attributes %s.…', a.prefix), 'drop_attributes() and add_attributes()'
              FROM @extschema@.attribute_sources(($1).name) a) t(relation, columns, what, remedy)
      CROSS JOIN LATERAL (SELECT FROM pg_class k WHERE k.oid = t.relation OFFSET 0) k
     WHERE NOT EXISTS (SELECT FROM unnest(t.columns) c(name) WHERE @extschema@.column_type(t.relation, c.name) IS NULL)
       AND NOT @extschema@.is_unique(t.relation, t.columns)
    UNION ALL
    SELECT DISTINCT format('%s (OID %s) is gone: %s', t.what, t.relation::oid, t.remedy)
      FROM (SELECT e.events, 'a table of events', format('leadscore.drop_events(%L, %s) forgets it', e.model, e.events::oid)
              FROM @extschema@.event_source e WHERE e.model = ($1).name UNION ALL
            SELECT e.via, 'the table that events reach their leads through', format('leadscore.drop_events(%L, %L) forgets them', e.model, e.events)
              FROM @extschema@.event_source e WHERE e.model = ($1).name AND e.via IS NOT NULL UNION ALL
            SELECT a.relation, 'a related table', format('leadscore.drop_attributes(%L, %s) forgets it', a.model, a.relation::oid)
              FROM @extschema@.attribute_source a WHERE a.model = ($1).name) t(relation, what, remedy)
     WHERE (SELECT c.oid FROM pg_class c WHERE c.oid = t.relation) IS NULL
    UNION ALL
    SELECT DISTINCT format('%s is another table than the one that was bound, which is %s now: %s', t.namesake, t.relation, t.remedy)
      FROM (SELECT ($1).leads, @extschema@.namesake(($1).leads, ($1).bound_as), 'a model of the new one is to be created' UNION ALL
            SELECT e.events, @extschema@.namesake(e.events, e.bound_as), format('leadscore.drop_events(%L, %L) and add_events() bind the new one', e.model, e.events)
              FROM @extschema@.event_source e WHERE e.model = ($1).name UNION ALL
            SELECT e.via, @extschema@.namesake(e.via, e.via_bound_as), format('leadscore.drop_events(%L, %L) and add_events() bind events through the new one', e.model, e.events)
              FROM @extschema@.event_source e WHERE e.model = ($1).name AND e.via IS NOT NULL UNION ALL
            SELECT a.relation, @extschema@.namesake(a.relation, a.bound_as), format('leadscore.drop_attributes(%L, %L) and add_attributes() bind the new one', a.model, a.relation)
              FROM @extschema@.attribute_source a WHERE a.model = ($1).name) t(relation, namesake, remedy)
     WHERE t.namesake IS NOT NULL
    UNION ALL
    SELECT format('the rules look at "%s", which neither %s nor a related table has', f.field, ($1).leads)
      FROM @extschema@.missing_attributes(($1).name, @extschema@.rules_at(($1).name, ($1).version)) f(field)
    UNION ALL
    SELECT format('the rules look at the property "%s", which events of %s do not have', f.field, f.tables)
      FROM @extschema@.missing_properties(($1).name, @extschema@.rules_at(($1).name, ($1).version)) f
    UNION ALL
    SELECT format('%s is not watched: leadscore.refresh() mends that, leadscore.rebuild() counts what was written meanwhile', u.relation)
      FROM (SELECT DISTINCT w.relation FROM @extschema@.unwatched_tables(($1).name) w) u
    UNION ALL
    SELECT format('%I.%I was not watched for a while: scores may lack what was written to it then, leadscore.verify() tells and leadscore.rebuild() mends that', t.name[1], t.name[2])
      FROM (SELECT CASE c.table_name WHEN '{}' THEN @extschema@.name_of_table(c.table_oid) ELSE c.table_name END
              FROM @extschema@.counted_table c JOIN @extschema@.bound_tables(($1).name) b ON (b.part, b.source) = (c.part, c.source)
             WHERE c.model = ($1).name AND c.missed AND (c.table_name <> '{}' OR (c.part, c.source, c.table_oid::regclass) IN (SELECT l.part, l.source, l.relation FROM @extschema@.leaf_tables(($1).name) l))
            UNION
            SELECT @extschema@.name_of_table(b.relation) FROM @extschema@.missed_write w JOIN @extschema@.bound_tables(($1).name) b ON (b.part, b.source) = (w.part, w.source)
             WHERE w.model = ($1).name) t(name)
    UNION ALL
    SELECT format('column "%s" of %s held %s and holds %s now: scores may be of what it held, leadscore.rebuild() mends that', t.name, t.relation, t.was, t.type)
      FROM @extschema@.changed_types(($1).name) t
    UNION ALL
    SELECT DISTINCT format('%I.%I is no longer part of %s: scores still hold what was in it, leadscore.rebuild() mends that', t.table_name[1], t.table_name[2], t.bound)
      FROM @extschema@.lost_tables(($1).name) t WHERE t.found IS NULL
    UNION ALL
    SELECT format('%s is a foreign table: its rows are not seen, and PostgreSQL refuses writes to it through %s while that is watched; detach it', p.relid, w.relation)
      FROM @extschema@.bound_tables(($1).name) w CROSS JOIN LATERAL pg_partition_tree(w.relation) p
      CROSS JOIN LATERAL (SELECT FROM pg_class c WHERE c.oid = p.relid AND c.relkind = 'f' OFFSET 0) f
    UNION ALL
    SELECT format('%s has come to inherit from %s: what is written to it there is not seen', i.inhrelid::regclass, i.inhparent::regclass)
      FROM @extschema@.bound_tables(($1).name) w
      CROSS JOIN LATERAL (SELECT h.* FROM pg_inherits h WHERE h.inhrelid = w.relation
                          UNION SELECT h.* FROM pg_class c JOIN pg_inherits h ON h.inhparent = c.oid WHERE c.oid = w.relation AND c.relkind = 'r') i
    UNION ALL
    SELECT format('row-level security of %s is %s, and %s does not follow yet: leadscore.refresh() mends that', ($1).leads, CASE WHEN v.secured THEN 'on' ELSE 'off' END, v.relation)
      FROM @extschema@.visibility_to_follow($1) v
    UNION ALL
    SELECT format('views of it are gone: leadscore.create_views(%L) makes them again, and leadscore.grant_reading() lets others read them', ($1).name)
      FROM unnest(@extschema@.view_suffixes()) v(suffix) WHERE ($1).views AND @extschema@.own_companion($1, '') IS NOT NULL AND @extschema@.own_companion($1, v.suffix) IS NULL HAVING count(*) > 0
    UNION ALL
    SELECT format('trigger "%s" of %s is disabled: when it is enabled again, leadscore.rebuild() counts what was written meanwhile', u.name, u.relation) FROM @extschema@.watched_tables(($1).name) w CROSS JOIN LATERAL @extschema@.upkeep_triggers(w.relation) u
     WHERE (u.model, u.part, u.source) = (($1).name, w.part, w.source) AND u.enabled = 'D'
    UNION ALL
    SELECT format('%s is watched, but no longer part of the model''s tables: leadscore.refresh() ends that', t.relation)
      FROM @extschema@.stray_tables(($1).name) t(relation);
END $$;
COMMENT ON FUNCTION @extschema@.broken_parts(@extschema@.model) IS 'What is wrong with the tables of a model, in words.';

CREATE FUNCTION @extschema@.plain_answer(relation regclass, query text) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_plain_answer' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.plain_answer(regclass, text) IS
    'The text that a query answers which reads one table, and nothing but that table. NULL if it reads anything else, or if the table is not one whose expressions leadscore itself made, '
    'if it has any: no partitioned table, partition, or one with children; no policy for the caller, no CHECK, no statistics of expressions, no partial index and none over expressions but the '
    'ranking index; no column that is read of a type of users''. relation: the table.';

-- Whoever reads the status of all models runs nothing of their owners': it is asked as the owner for who has his rights, and for others only where the columns
-- are of the server's types, no policy stands before the rows and planning runs no function.
CREATE FUNCTION @extschema@.told_by(m @extschema@.model, relation regclass, query text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    answer text;
BEGIN
    IF @extschema@.owns_table(m.leads) THEN
        SELECT INTO answer q.answer FROM @extschema@.query_as_owner(m.leads, query) q(answer text);
    ELSE
        answer := @extschema@.plain_answer(relation, query);
    END IF;
    RETURN answer;
END $$;
COMMENT ON FUNCTION @extschema@.told_by(@extschema@.model, regclass, text) IS
    'What a table of a model tells for model_status; NULL where asking it would run something of its owner''s as somebody else. relation: the table; query: of one text.';

CREATE FUNCTION @extschema@.looked_at_model(
    model text, OUT leads bigint, OUT due bigint, OUT pending bigint, OUT refused bigint, OUT problems text[]
) RETURNS record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    trouble text;
    doubt text;
    scores text;
    queue text;
    refusals text;
    sees_all boolean;
    lines text[];
BEGIN
    SELECT INTO STRICT m o.* FROM @extschema@.model o WHERE o.name = looked_at_model.model;
    PERFORM @extschema@.refuse_impostors(m);
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = m.leads) THEN
        problems := ARRAY[format('the table of leads is gone: leadscore.drop_model(%L) removes what is left', m.name)];
        RETURN;
    END IF;
    -- Names in a schema that one may not use cannot even be looked up.
    IF EXISTS (SELECT FROM pg_class c WHERE c.oid = ANY (m.scores || m.companions) AND NOT has_schema_privilege(c.relnamespace, 'USAGE')) THEN
        RETURN;
    END IF;
    scores := @extschema@.companion(m.name, '');
    queue := @extschema@.companion(m.name, '_queue');
    refusals := @extschema@.companion(m.name, '_refused');
    -- Half of the problems would look like all. A table that is gone hides none: that it is gone is one.
    sees_all := (SELECT bool_and(coalesce(has_table_privilege(to_regclass(t.name), 'SELECT'), true)) FROM unnest(ARRAY[scores, queue, refusals]) t(name));
    IF sees_all THEN
        -- In an order that no plan decides, and that keeps what is said of a table together.
        problems := ARRAY(SELECT b.problem FROM @extschema@.broken_parts(m) b(problem) ORDER BY b.problem COLLATE "C");
    END IF;
    SELECT INTO trouble, doubt u.trouble, u.doubt FROM @extschema@.upkeep_trouble(m.name) u;
    IF trouble IS NOT NULL THEN
        IF sees_all THEN
            problems := format('nothing is kept current: %s', trouble) || problems;
        END IF;
        RETURN;
    END IF;
    -- Who may not read a table sees no figures of it.
    IF has_table_privilege(to_regclass(scores), 'SELECT') THEN
        leads := @extschema@.told_by(m, to_regclass(scores), format('SELECT (count(*) FILTER (WHERE s.present))::text FROM %s s', scores));
        due := @extschema@.told_by(m, to_regclass(scores), format('SELECT count(*)::text FROM (%s) k', @extschema@.due_keys_sql(m, now())));
    END IF;
    IF has_table_privilege(to_regclass(queue), 'SELECT') THEN
        pending := @extschema@.told_by(m, to_regclass(queue), format('SELECT count(*)::text FROM %s q', queue));
    END IF;
    IF has_column_privilege(to_regclass(refusals), 'events', 'SELECT') THEN
        refused := @extschema@.told_by(m, to_regclass(refusals), format('SELECT greatest(coalesce(sum(r.events), 0), 0)::bigint::text FROM %s r', refusals));
    END IF;
    IF NOT sees_all THEN
        RETURN;
    END IF;
    IF doubt IS NOT NULL THEN
        problems := problems || format('scores may be refused: %s', doubt);
    END IF;
    IF m.paused THEN
        problems := 'paused: nothing is kept current until leadscore.resume()'::text || problems;
    END IF;
    IF to_regclass(refusals) IS NOT NULL THEN
        lines := @extschema@.told_by(m, to_regclass(refusals), format(
            'SELECT (array_agg(CASE WHEN r.reason LIKE ''lead columns%%'' OR r.reason LIKE ''scores not kept%%'' THEN format(''%%s: %%s (%%s times)'', r.source, r.reason, r.events) '
            'ELSE format(''%%s events of %%s do not count: %%s'', r.events, r.source, r.reason) END ORDER BY r.source, r.reason))::text FROM '
            '(SELECT f.source, f.reason, sum(f.events) AS events FROM %s f GROUP BY f.source, f.reason HAVING sum(f.events) > 0) r', refusals));
        problems := problems || coalesce(lines, '{}');
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.looked_at_model(text) IS 'model_report(), which fails where the catalogs do not hold what they should; NULL is what comes from a table that the caller may not read, and problems unless he may read all of them.';

-- One model that cannot be looked at hides no other.
CREATE FUNCTION @extschema@.model_report(
    model text, OUT leads bigint, OUT due bigint, OUT pending bigint, OUT refused bigint, OUT problems text[]
) RETURNS record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT INTO leads, due, pending, refused, problems r.* FROM @extschema@.looked_at_model(model) r;
EXCEPTION WHEN OTHERS THEN
    IF (SELECT @extschema@.owns_model(m.leads, m.scores, m.created_by) FROM @extschema@.model m WHERE m.name = model_report.model) THEN
        problems := ARRAY[format('the model cannot be looked at: %s', SQLERRM)];
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.model_report(text) IS
    'The figures and problems of model_status for one model. NULL is what comes from a table that the caller may not read, or not without running something of its owner''s, and problems unless he may read all of them.';

CREATE VIEW @extschema@.model_status AS
    SELECT m.name AS model, m.leads AS leads_table, m.upkeep, m.version, m.next_version, m.paused, r.leads, r.due, r.pending, r.refused, r.problems
      FROM @extschema@.model m CROSS JOIN LATERAL @extschema@.model_report(m.name) r;
COMMENT ON VIEW @extschema@.model_status IS 'How each model is doing: one row a model.';
COMMENT ON COLUMN @extschema@.model_status.model IS 'name of the model';
COMMENT ON COLUMN @extschema@.model_status.leads_table IS 'its table of leads';
COMMENT ON COLUMN @extschema@.model_status.upkeep IS 'immediate or queued';
COMMENT ON COLUMN @extschema@.model_status.version IS 'the rules that score';
COMMENT ON COLUMN @extschema@.model_status.next_version IS 'the rules that catch_up() is counting for; NULL for none';
COMMENT ON COLUMN @extschema@.model_status.paused IS 'true between pause() and resume()';
COMMENT ON COLUMN @extschema@.model_status.leads IS 'how many leads have scores; this and what follows is NULL for who may not read what it is counted from';
COMMENT ON COLUMN @extschema@.model_status.due IS 'how many of them are due: the clock or new rules changed them and refresh() has not come by';
COMMENT ON COLUMN @extschema@.model_status.pending IS 'how many changes wait in the queue';
COMMENT ON COLUMN @extschema@.model_status.refused IS 'how many events could not be counted';
COMMENT ON COLUMN @extschema@.model_status.problems IS 'what an administrator should look at, in words; empty if all is well, NULL for who may not read score table, queue and refused events';
GRANT SELECT ON @extschema@.model_status TO PUBLIC;

CREATE FUNCTION @extschema@.stage_changes(
    model text, OUT lead text, OUT old_stage text, OUT new_stage text, OUT score numeric, OUT at timestamptz, OUT why text, OUT version integer, OUT old_since timestamptz
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
BEGIN
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = stage_changes.model;
    IF NOT FOUND THEN
        PERFORM @extschema@.refuse_null(CASE WHEN model IS NULL THEN 'model' END);
        RAISE undefined_object USING MESSAGE = format('there is no model "%s"', model), HINT = 'SELECT name, leads FROM leadscore.model shows all models.';
    END IF;
    PERFORM @extschema@.refuse_impostors(m);
    RETURN QUERY EXECUTE format('SELECT %s, c.old_stage, c.new_stage, c.score, c.at, c.why, c.version, c.old_since FROM %s c ORDER BY c.id',
                                @extschema@.key_text_sql(model, 'c', 'scores'), @extschema@.companion(model, '_stage_change'));
END $$;
COMMENT ON FUNCTION @extschema@.stage_changes(text) IS
    'The changes of stage in a model in the order they were written; with the rights of the caller. model: its name. lead: the key; old_stage, new_stage, score: before '
    'and after; at: moment of scoring; why: the kind of write, or clock, rules, adjustment, rebuild, fold; version: of the rules; '
    'old_since: when the stage before began, NULL if there was none. Errors: 42704 no such model, 42809 something else in the place of one of its tables.';
