-- All leads of a model at once, set by set, while its tables are locked against writers. One by one they are brought up to date by
-- rescore(); both give the same.

CREATE FUNCTION @extschema@.adjustment_object_sql() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT $sql$pg_catalog.jsonb_build_object('at', ((extract(epoch FROM a.at) OPERATOR(pg_catalog.-) 946684800) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8,
                                              'dimension', a.dimension, 'op', a.op, 'points', a.points)$sql$
$$;
COMMENT ON FUNCTION @extschema@.adjustment_object_sql() IS
    'The expression for an adjustment as score rows keep it (its alias: a), its moment in microseconds since 2000, which must be finite; for generated statements.';

CREATE FUNCTION @extschema@.adjustments_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %1$s, pg_catalog.jsonb_agg(%2$s ORDER BY a.at, a.id) AS adjustments FROM %3$s a GROUP BY %1$s',
                  @extschema@.key_list($1, 'a', 'scores'), @extschema@.adjustment_object_sql(), @extschema@.companion($1, '_adjustment'))
$$;
COMMENT ON FUNCTION @extschema@.adjustments_sql(text) IS
    'The query that reads the adjustments of a model''s leads as score rows keep them: key columns, and jsonb called adjustments; for generated statements.';

-- What is known of each lead, joined by its key. s: score row; a: attributes; t: what `tallies` counted; j: adjustments; e: the evidence
-- set of the score row. `mode` as in restate(); 'verify' has also p: what waits in the queue, for evidence $2.
CREATE FUNCTION @extschema@.restate_from(model text, mode text, tallies text, more text DEFAULT '') RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    scores text := @extschema@.companion(restate_from.model, '');
    attributes text := @extschema@.attributes_from(restate_from.model, 'a', more);
    s_a text;
    sa_t text;
    sat_j text;
    satj_p text;
    s_t text;
    t_a text;
BEGIN
    SELECT INTO s_a, sa_t, sat_j, satj_p, s_t, t_a
           string_agg(format('s.%2$I %1$s a.%3$I', p.equal, p.stored_name, p.leads_name), ' AND ' ORDER BY p.position),
           string_agg(format('coalesce(s.%2$I, a.%3$I) %1$s t.%2$I', p.equal, p.stored_name, p.leads_name), ' AND ' ORDER BY p.position),
           string_agg(format('coalesce(s.%2$I, a.%3$I, t.%2$I) %1$s j.%2$I', p.equal, p.stored_name, p.leads_name), ' AND ' ORDER BY p.position),
           string_agg(format('coalesce(s.%2$I, a.%3$I, t.%2$I, j.%2$I) %1$s p.%2$I', p.equal, p.stored_name, p.leads_name), ' AND ' ORDER BY p.position),
           string_agg(format('s.%2$I %1$s t.%2$I', p.equal, p.stored_name), ' AND ' ORDER BY p.position),
           string_agg(format('t.%2$I %1$s a.%3$I', p.equal, p.stored_name, p.leads_name), ' AND ' ORDER BY p.position)
      FROM @extschema@.key_parts(restate_from.model) p;
    RETURN CASE mode
               WHEN 'keep' THEN format('%s s FULL JOIN %s ON %s', scores, attributes, s_a)
               WHEN 'add' THEN format('(%s) t LEFT JOIN %s s ON %s LEFT JOIN %s ON %s', tallies, scores, s_t, attributes, t_a)
               ELSE format('%s s FULL JOIN %s ON %s FULL JOIN (%s) t ON %s FULL JOIN (%s) j ON %s', scores, attributes, s_a, tallies, sa_t,
                           @extschema@.adjustments_sql(restate_from.model), sat_j)
                    || CASE mode WHEN 'verify' THEN format(' FULL JOIN (%s) p ON %s', @extschema@.pending_sql(restate_from.model, '$2'), satj_p) ELSE '' END END
           || format(' LEFT JOIN @extschema@.evidence_set e ON e.model = %L AND e.evidence = s.evidence', model);
END $$;

COMMENT ON FUNCTION @extschema@.restate_from(text, text, text, text) IS 'What restate() and verify() know of each lead, as FROM items.';

CREATE FUNCTION @extschema@.restate_sql(model text, mode text, tallies text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    keys text := @extschema@.key_list(restate_sql.model, '', 'scores');
    f_keys text := @extschema@.key_list(restate_sql.model, 'f', 'scores');
    same text := @extschema@.key_join(restate_sql.model, 's', 'scores', 'f', 'scores');
    key_of text;
    first_key name;
    total text := CASE mode
        WHEN 'keep' THEN '@extschema@.unpack_tally(e.empty, e.empty, s.tally, s.recent)'
        WHEN 'replace' THEN 't.tally'
        ELSE 'CASE WHEN s.tally IS NULL AND s.recent IS NULL THEN t.tally '
             'ELSE @extschema@.lead_tally_add(coalesce(@extschema@.unpack_tally($2, e.empty, s.tally, s.recent), $2), t.tally) END' END;
    -- Of the row of a lead that is there the key is written as the lead's.
    spelled boolean := NOT @extschema@.has_one_spelling(@extschema@.companion(restate_sql.model, '')::regclass);
    evidence_set text := CASE mode WHEN 'keep' THEN '' ELSE ', evidence = $6, tally = f.tally, recent = NULL' END;
    evidence_differs text := CASE mode WHEN 'keep' THEN '' ELSE ' OR s.evidence <> $6 OR s.tally IS DISTINCT FROM f.tally OR s.recent IS NOT NULL' END;
BEGIN
    SELECT INTO key_of, first_key
           string_agg(format(CASE mode WHEN 'keep' THEN 'coalesce(a.%2$I, s.%1$I) AS %1$I'
                                       WHEN 'replace' THEN 'coalesce(a.%2$I, s.%1$I, t.%1$I, j.%1$I) AS %1$I' ELSE 'coalesce(a.%2$I, t.%1$I) AS %1$I' END,
                             p.stored_name, p.leads_name), ', ' ORDER BY p.position),
           (array_agg(p.leads_name ORDER BY p.position))[1]
      FROM @extschema@.key_parts(restate_sql.model) p;
    IF spelled THEN
        SELECT INTO evidence_set, evidence_differs
               evidence_set || string_agg(format(', %1$I = f.%1$I', p.stored_name), '' ORDER BY p.position),
               evidence_differs || format(' OR ROW(%s)::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(%s)::pg_catalog.record', string_agg(format('s.%I', p.stored_name), ', ' ORDER BY p.position),
                                          string_agg(format('f.%I', p.stored_name), ', ' ORDER BY p.position))
          FROM @extschema@.key_parts(restate_sql.model) p;
    END IF;
    RETURN format($sql$
        WITH fresh AS MATERIALIZED (
            SELECT %1$s, g.existed, g.was_present, g.present, g.old_stage, g.old_since, g.adjustments, @extschema@.pack_tally(g.total) AS tally,
                   CASE WHEN g.present THEN @extschema@.maintained_score($1, g.attributes, g.total, g.adjustments, now(), CASE WHEN NOT $8 THEN g.old_stage END) END AS m
              FROM (SELECT %2$s, s.version IS NOT NULL AS existed, coalesce(s.present, false) AS was_present, a.%3$I IS NOT NULL AS present,
                           CASE WHEN s.present THEN s.stage END AS old_stage, CASE WHEN s.present THEN s.stage_since END AS old_since, a.attributes, %4$s AS total, %5$s AS adjustments
                      FROM %6$s OFFSET 0) g
        ), changed AS (
            UPDATE %7$s s
               SET present = f.present, version = $3, next_change = coalesce((f.m).next_change, 'infinity'),
                   due = coalesce((f.m).next_change, 'infinity'), scored_at = now(),
                   score = (f.m).score, stage = (f.m).stage, probability = (f.m).probability, dimensions = (f.m).dimensions,
                   labels = (f.m).labels, last_event = (f.m).last_event, adjustments = f.adjustments,
                   stage_since = CASE WHEN NOT f.present THEN NULL
                                      WHEN f.was_present AND (f.m).stage IS NOT DISTINCT FROM f.old_stage THEN coalesce(s.stage_since, now())
                                      ELSE now() END, points = NULL%8$s
              FROM fresh f
             WHERE %9$s AND f.existed AND (f.present OR f.tally IS NOT NULL OR f.adjustments IS NOT NULL)
               AND ((s.present, s.version, s.next_change, s.score, s.stage, s.probability, s.dimensions, s.labels, s.last_event, s.adjustments)
                    IS DISTINCT FROM (f.present, $3, coalesce((f.m).next_change, 'infinity'), (f.m).score, (f.m).stage, (f.m).probability,
                                      (f.m).dimensions, (f.m).labels, (f.m).last_event, f.adjustments)%10$s)
        ), gone AS (
            DELETE FROM %7$s s USING fresh f
             WHERE %9$s AND f.existed AND NOT (f.present OR f.tally IS NOT NULL OR f.adjustments IS NOT NULL)
        ), added AS (
            INSERT INTO %7$s (%11$s, present, version, next_change, due, scored_at, score, stage, stage_since, probability, dimensions, labels,
                              last_event, adjustments, evidence, tally)
            SELECT %12$s, f.present, $3, coalesce((f.m).next_change, 'infinity'), coalesce((f.m).next_change, 'infinity'), now(), (f.m).score, (f.m).stage,
                   CASE WHEN f.present THEN now() END, (f.m).probability, (f.m).dimensions, (f.m).labels, (f.m).last_event, f.adjustments, $6, f.tally
              FROM fresh f WHERE NOT f.existed AND (f.present OR f.tally IS NOT NULL OR f.adjustments IS NOT NULL) AND %14$s
        )
        INSERT INTO %13$s (%11$s, old_stage, new_stage, score, at, why, version, old_since)
        SELECT %12$s, f.old_stage, (f.m).stage, (f.m).score, now(), $4, $3, f.old_since
          FROM fresh f WHERE $5 AND f.present AND (f.m).stage IS DISTINCT FROM f.old_stage AND %14$s
        $sql$,
        @extschema@.key_list(model, 'g', 'scores'), key_of, first_key, total, CASE mode WHEN 'replace' THEN 'j' ELSE 's' END || '.adjustments',
        @extschema@.restate_from(model, mode, tallies), @extschema@.companion(model, ''), evidence_set, same, evidence_differs, keys, f_keys,
        @extschema@.companion(model, '_stage_change'), @extschema@.key_fits_sql(model, 'f'));
END $body$;
COMMENT ON FUNCTION @extschema@.restate_sql(text, text, text) IS 'The statement of restate(), with parameters rules, empty tally, version, why, record, evidence, rules to count by, whether stages start anew.';

-- mode 'keep': evidence stays as stored; 'replace': it is what `tallies` counts, and adjustments are read anew; 'add': what `tallies`
-- counts comes to it, and only its leads are looked at. `tallies` is a query of keys and tally by the rules $7.
CREATE FUNCTION @extschema@.restate(m @extschema@.model, mode text, tallies text, why text, record boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '64MB' AS $$
DECLARE
    rules @extschema@.scoring_rules := (SELECT v.rules FROM @extschema@.rules_version v WHERE v.model = m.name AND v.version = m.version);
    target @extschema@.lead_tally;
    counted_by @extschema@.scoring_rules;
    -- While a new model is bound table by table, a stage comes from half of what it will read: none to be held by keep or sticky.
    starts_anew boolean := NOT record AND m.created_at > now() - interval '1 day';
BEGIN
    PERFORM @extschema@.use_memory();
    PERFORM @extschema@.note_count(m.name);
    SELECT INTO STRICT target, counted_by s.empty, s.rules FROM @extschema@.evidence_set s WHERE s.model = m.name AND s.evidence = m.evidence;
    IF mode = 'replace' THEN
        PERFORM @extschema@.run_as_owner(m.leads, format('DELETE FROM %s', @extschema@.companion(m.name, '_queue')));
    ELSE
        PERFORM @extschema@.fold_queue(m.name, now(), true);
    END IF;
    PERFORM @extschema@.run_as_owner(m.leads, @extschema@.restate_sql(m.name, mode, tallies), false,
                                     rules, target, m.version, why, record, m.evidence, counted_by, starts_anew);
    PERFORM @extschema@.mirror_scores(m);
    IF mode <> 'add' THEN
        PERFORM @extschema@.note_counted(m.name, CASE mode WHEN 'keep' THEN '{leads,attributes}' ELSE '{leads,events,via,attributes}' END::text[]);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.restate(@extschema@.model, text, text, text, boolean) IS
    'Scores all leads of a model anew, in sets. To be called with its tables locked against writers. mode: keep, replace or add; tallies: '
    'the query that counts; why: for the history; record: whether changes of stage go into it; without, in the first day of a model, no stage of before is held.';

-- Whether lead columns are kept: somebody may have dropped them.
CREATE FUNCTION @extschema@.mirrors(m @extschema@.model) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ($1).mirror AND 0 <> ALL (@extschema@.current_numbers(($1).leads, @extschema@.mirror_columns($1)))
$$;
COMMENT ON FUNCTION @extschema@.mirrors(@extschema@.model) IS 'Whether score and stage of a model are kept in columns of its leads table.';

CREATE FUNCTION @extschema@.mirror_scores(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF @extschema@.mirrors(m) THEN
        PERFORM @extschema@.run_as_owner(m.leads, format(
            'UPDATE %1$s l SET %2$I = s.score, %3$I = s.stage FROM %4$s s WHERE %5$s AND '
            '(l.%2$I IS DISTINCT FROM s.score OR l.%3$I COLLATE "C" IS DISTINCT FROM s.stage COLLATE "C")',
            m.leads, m.score_column, m.stage_column, m.scores, @extschema@.key_join(m.name, 'l', 'leads', 's', 'scores')), true);
    END IF;
EXCEPTION
    WHEN transaction_rollback OR insufficient_resources OR operator_intervention OR system_error THEN
        RAISE;
    WHEN OTHERS THEN
        RAISE USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM,
            DETAIL = format('Score and stage are written into %s as its owner would write them, by his search path.', m.leads),
            HINT = format('A trigger, rule, constraint or index of the table refuses, or it is published and has no replica identity. Let the function of a trigger name tables with their schema, or set its own search_path. '
                          'Deferred triggers wait for the end of the transaction, where only the owner himself may let them run: SET ROLE %s.',
                          (SELECT c.relowner::regrole FROM pg_class c WHERE c.oid = m.leads));
END $$;
COMMENT ON FUNCTION @extschema@.mirror_scores(@extschema@.model) IS 'Writes score and stage into the lead rows where they differ.';
