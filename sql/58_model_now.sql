-- The score of now: stored rows that still hold, and the rest computed as it is read. Views and reading functions are built of this.

-- A function and no subquery: the planner looks a stable function up and learns from statistics how few rows are due. The cost keeps it
-- out of filters, where it would run for each row.
CREATE FUNCTION @extschema@.active_version(model text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE COST 10000 SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.version FROM @extschema@.model m WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.active_version(text) IS 'The version of the rules that a model scores by now; NULL if there is no such model.';

-- Cheap, for it does stand in a filter: behind the same one as a subquery, only for the planner to learn how few rows there are.
CREATE FUNCTION @extschema@.unsettled_version(model text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE COST 1 SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN m.settled < m.version THEN m.version ELSE 0 END FROM @extschema@.model m WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.unsettled_version(text) IS
    'The version of the rules below which rows of the score table may be that are not marked as due; 0: there are none; NULL if there is no such model.';

-- Stands in a filter as a range of the index on due: the planner sees that it is empty, and no scan of all rows, which would be planned for workers
-- that are started only to find that the model is settled.
CREATE FUNCTION @extschema@.unsettled_until(model text) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE COST 1 SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN m.settled < m.version THEN 'infinity' ELSE '-infinity' END::timestamptz FROM @extschema@.model m WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.unsettled_until(text) IS
    'infinity while there may be rows of older rules in the score table of a model that are not marked as due, -infinity else; NULL if there is no such model.';

CREATE FUNCTION @extschema@.active_rules(model text) RETURNS @extschema@.scoring_rules
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.rules FROM @extschema@.model m JOIN @extschema@.rules_version r ON r.model = m.name AND r.version = m.version WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.active_rules(text) IS 'The rules that a model scores by now; NULL if there is no such model.';

CREATE FUNCTION @extschema@.active_evidence(model text) RETURNS @extschema@.lead_tally
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.empty
      FROM @extschema@.model m
      JOIN @extschema@.rules_version r ON r.model = m.name AND r.version = m.version
      JOIN @extschema@.evidence_set e ON e.model = m.name AND e.evidence = r.evidence
     WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.active_evidence(text) IS 'The empty tally of the evidence that the active rules of a model need.';

-- In the order of the arrays of a score row: by code point.
CREATE FUNCTION @extschema@.dimension_names(rules @extschema@.scoring_rules) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(d.name ORDER BY d.name COLLATE "C")
      FROM jsonb_object_keys((@extschema@.score($1, NULL::jsonb, NULL, '2000-01-01 00:00:00+00')).dimensions) d(name)
$$;
COMMENT ON FUNCTION @extschema@.dimension_names(@extschema@.scoring_rules) IS
    'The dimensions of a document in the order of maintained_score.dimensions; NULL for NULL.';

CREATE FUNCTION @extschema@.label_names(rules @extschema@.scoring_rules) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(l.name ORDER BY l.name COLLATE "C") FROM jsonb_object_keys($1::jsonb -> 'labels') l(name)
$$;
COMMENT ON FUNCTION @extschema@.label_names(@extschema@.scoring_rules) IS
    'The labels of a document in the order of maintained_score.labels; NULL if it has none.';

CREATE FUNCTION @extschema@.dimension_place(model text, dimension text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_position(@extschema@.dimension_names(@extschema@.active_rules($1)), $2)
$$;
COMMENT ON FUNCTION @extschema@.dimension_place(text, text) IS
    'Where a dimension stands in the column "dimensions" of the score table; NULL if the active rules do not have it.';

CREATE FUNCTION @extschema@.label_place(model text, label text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_position(@extschema@.label_names(@extschema@.active_rules($1)), $2)
$$;
COMMENT ON FUNCTION @extschema@.label_place(text, text) IS
    'Where a label stands in the column "labels" of the score table; NULL if the active rules do not have it.';

CREATE FUNCTION @extschema@.stage_list(model text) RETURNS TABLE ("position" bigint, stage text, qualification text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.ord, s.stage ->> 'name', s.stage ->> 'qualification'
      FROM jsonb_array_elements(@extschema@.active_rules($1)::jsonb -> 'stages') WITH ORDINALITY s(stage, ord)
    UNION ALL
    SELECT coalesce(jsonb_array_length(@extschema@.active_rules($1)::jsonb -> 'stages'), 0) + 1, 'excluded', NULL
$$;
COMMENT ON FUNCTION @extschema@.stage_list(text) IS 'The stages of the active rules of a model from the lowest to the highest, and behind them "excluded".';

CREATE FUNCTION @extschema@.qualifications(model text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_object_agg(s.stage, s.qualification) FROM @extschema@.stage_list($1) s
$$;
COMMENT ON FUNCTION @extschema@.qualifications(text) IS 'The qualification of each stage of the active rules of a model, as one jsonb object.';

-- A view that named the columns of leads and related tables would hold on to them: nobody could drop one. So whole rows are joined.
CREATE FUNCTION @extschema@.joined_row(leads record, prefix text, related record) RETURNS record
    AS 'MODULE_PATHNAME', 'leadscore_joined_row' LANGUAGE C STABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.joined_row(record, text, record) IS
    'The first row with the columns of the second behind it, called "prefix.column". Left out are those whose name passes 63 bytes or is taken. '
    'related may be NULL: its columns are, then. NULL if leads is.';

CREATE FUNCTION @extschema@.whole_attributes(model text, alias text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    r record;
    joins text := '';
    attributes text := 'leadscore_l';
BEGIN
    SELECT INTO STRICT m o.* FROM @extschema@.model o WHERE o.name = whole_attributes.model;
    FOR r IN SELECT * FROM @extschema@.usable_attributes(m.name) LOOP
        joins := joins || (SELECT format(' LEFT JOIN %s leadscore_r%s ON ', r.relation, r.source)
                           || string_agg(format('leadscore_r%s.%I %s leadscore_l.%I%s', r.source, k.there,
                                  @extschema@.equality_of(@extschema@.column_type(r.relation, k.there)), k.here,
                                  @extschema@.collate_as(m.leads, k.here, r.relation, k.there)), ' AND ')
                             FROM unnest(r.on_columns, r.key_columns) k(here, there));
        attributes := format('@extschema@.joined_row(%s, %L, leadscore_r%s)', attributes, r.prefix, r.source);
    END LOOP;
    RETURN format('(SELECT %s, %s AS attributes FROM %s leadscore_l%s) %s',
                  @extschema@.key_list(m.name, 'leadscore_l', 'leads'), attributes, m.leads, joins, alias);
END $$;
COMMENT ON FUNCTION @extschema@.whole_attributes(text, text) IS
    'As attributes_from(), for views: no column but those of the key and of joins is named.';

CREATE FUNCTION @extschema@.stored_tally_sql(model text, stored text, pending text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(CASE WHEN $3 IS NULL THEN '@extschema@.unpack_tally(%1$s, e.empty, %2$s.tally, %2$s.recent)'
                       ELSE '@extschema@.lead_tally_add(@extschema@.unpack_tally(%1$s, coalesce(e.empty, %1$s), %2$s.tally, %2$s.recent), '
                            'coalesce(%3$s, %1$s))' END,
                  format('(SELECT @extschema@.active_evidence(%L))', $1), $2, $3)
$$;
COMMENT ON FUNCTION @extschema@.stored_tally_sql(text, text, text) IS
    'The expression for the tally of a row of the score table (its alias), for the evidence of the active rules, for generated statements; its evidence '
    'set must be joined as e. pending: an expression for what waits in the queue, NULL with immediate upkeep.';

CREATE FUNCTION @extschema@.lead_states_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %s, a.attributes, %s AS tally, s.adjustments, s.stage, s.stage_since FROM %s LEFT JOIN %s s ON %s '
                  'LEFT JOIN @extschema@.evidence_set e ON e.model = %L AND e.evidence = s.evidence',
                  @extschema@.key_list($1, 'a', 'leads'),
                  @extschema@.stored_tally_sql($1, 's', CASE m.upkeep WHEN 'queued' THEN 'p.tally' END),
                  @extschema@.whole_attributes($1, 'a'), m.scores,
                  @extschema@.key_join($1, 's', 'scores', 'a', 'leads'), $1)
           || CASE m.upkeep WHEN 'queued' THEN
                  format(' LEFT JOIN (%s) p ON %s', @extschema@.pending_sql($1, format('(SELECT @extschema@.active_evidence(%L))', $1)),
                         @extschema@.key_join($1, 'p', 'scores', 'a', 'leads'))
              ELSE '' END
      FROM @extschema@.model m WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.lead_states_sql(text) IS
    'The query that gives what the score of each lead is made of: key columns as leads calls them, attributes, tally with what is pending, '
    'adjustments, and the stage before (stage, stage_since); for generated statements.';

-- Due are rows whose moment has come, rows of older rules (marked, or while the model is not settled to be found by a look at all), and with queued upkeep those for which something waits: the row may not exist yet.
CREATE FUNCTION @extschema@.due_rows_sql(model text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %1$s%2$s FROM %3$s s WHERE s.due <= now() AND (s.next_change <= now() OR s.version < (SELECT @extschema@.active_version(%4$L)))%5$s '
                  'UNION ALL SELECT %1$s%2$s FROM %3$s s WHERE s.due > now() AND s.due <= @extschema@.unsettled_until(%4$L) AND (SELECT @extschema@.unsettled_version(%4$L)) > 0 '
                  'AND s.version < (SELECT @extschema@.unsettled_version(%4$L)) AND s.version < @extschema@.unsettled_version(%4$L)%5$s',
                  keys, columns || CASE WHEN queued THEN ', NULL::@extschema@.lead_tally AS pending' ELSE '' END, m.scores, $1,
                  CASE WHEN queued THEN format(' AND NOT EXISTS (SELECT FROM %s q WHERE %s)', @extschema@.companion($1, '_queue'),
                                               @extschema@.key_join($1, 'q', 'scores', 's', 'scores')) ELSE '' END)
           || CASE WHEN queued THEN
                  format(' UNION ALL SELECT %s%s, p.tally FROM (%s) p LEFT JOIN %s s ON %s', @extschema@.key_list($1, 'p', 'scores'), columns,
                         @extschema@.pending_sql($1, format('(SELECT @extschema@.active_evidence(%L))', $1)), m.scores,
                         @extschema@.key_join($1, 's', 'scores', 'p', 'scores'))
              ELSE '' END
      FROM @extschema@.model m
      CROSS JOIN LATERAL (VALUES (m.upkeep = 'queued', @extschema@.key_list($1, 's', 'scores'),
                                  ', s.score, s.stage, s.stage_since, s.adjustments, s.evidence, s.tally, s.recent')) c(queued, keys, columns)
     WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.due_rows_sql(text) IS
    'The query that gives the score rows that do not hold now, with key columns as the score table calls them; for generated statements.';

-- What stored_tally_sql() and maintained_score() need is joined to them.
CREATE FUNCTION @extschema@.due_scores_from(model text, due_rows text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s d JOIN %s ON %s LEFT JOIN @extschema@.evidence_set e ON e.model = %L AND e.evidence = d.evidence '
                  'CROSS JOIN LATERAL (SELECT @extschema@.maintained_score((SELECT @extschema@.active_rules(%4$L)), a.attributes, %5$s, '
                  'd.adjustments, now(), d.stage) AS m OFFSET 0) n',
                  $2, @extschema@.whole_attributes($1, 'a'), @extschema@.key_join($1, 'a', 'leads', 'd', 'scores'), $1,
                  @extschema@.stored_tally_sql($1, 'd', CASE m.upkeep WHEN 'queued' THEN 'd.pending' END))
      FROM @extschema@.model m WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.due_scores_from(text, text) IS
    'FROM items that give the score rows that do not hold now and whose leads are there, as d, and what they should be, n.m of type maintained_score; for generated statements. '
    'due_rows: FROM item of the rows that due_rows_sql() gives.';

-- Joined only where row-level security of the leads table is active for whoever reads: else it would take twice the time. Before 15 a
-- view reads as its owner, and could only say too much.
CREATE FUNCTION @extschema@.visible_leads(m @extschema@.model, same text, OUT joined text, OUT condition text)
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN invoker THEN format(' LEFT JOIN (SELECT %s FROM %s l WHERE %s) v ON %s',
                                         @extschema@.key_list(($1).name, 'l', 'leads'), ($1).leads, secured, $2) ELSE '' END,
           CASE WHEN invoker THEN format('(NOT %s OR v.%I IS NOT NULL)', secured, ($1).key_columns[1]) ELSE format('NOT %s', secured) END
      FROM (SELECT current_setting('server_version_num')::integer >= 150000, format('(SELECT row_security_active(%L::regclass))', ($1).leads::text)) x(invoker, secured)
$$;
COMMENT ON FUNCTION @extschema@.visible_leads(@extschema@.model, text) IS
    'For the views of a model: a join with the leads table as v (same: the condition that names the lead) and the condition that the reader sees the lead.';

-- All leads as they are now: rows that hold from the score table, the others scored as they are read. Tried with PostgreSQL 15 on a
-- million leads of which none was due; milliseconds for the best 50 with rank, one lead by key, all rows:
--   this                                                             5       1     500
--   leads joined always, not only under row-level security          14       1   1,000
--   rank as a window function: the key's condition stays outside 1,800   2,300   2,200
-- and to find that none is due: 1 with the version from a function, 55 or more with it from a subquery, for the planner then expects a
-- third of all rows. With all million due the best 50 take as long as scoring a million leads, one by key still takes 1.
-- The first branch must name plain columns and have no condition of its own: only so it is a table to the planner, whose index gives the
-- order, and Merge Append puts both in order. Conditions stand outside, on columns that make them true for the second branch.
CREATE FUNCTION @extschema@.current_rows_sql(model text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    m @extschema@.model;
    queued boolean;
    seen record;
    s_keys text;
    d_keys text;
    queue_keys text := '';
    no_queue_keys text := '';
    not_queued text := '';
    same text;
BEGIN
    SELECT INTO STRICT m o.* FROM @extschema@.model o WHERE o.name = current_rows_sql.model;
    queued := m.upkeep = 'queued';
    SELECT INTO s_keys, d_keys, same
           string_agg(format('s.%I AS k%s', p.stored_name, p.position), ', ' ORDER BY p.position),
           string_agg(format('d.%I', p.stored_name), ', ' ORDER BY p.position),
           string_agg(format('v.%I %s c.k%s', p.leads_name, p.equal, p.position), ' AND ' ORDER BY p.position)
      FROM @extschema@.key_parts(m.name) p;
    SELECT INTO seen v.* FROM @extschema@.visible_leads(m, same) v;
    IF queued THEN
        SELECT INTO queue_keys, no_queue_keys, not_queued
               string_agg(format(', s.%I AS q%s', p.stored_name, p.position), '' ORDER BY p.position),
               string_agg(format(', NULL::%s', @extschema@.type_name(p.type)), '' ORDER BY p.position),
               format(' AND NOT EXISTS (SELECT FROM %s q WHERE %s)', @extschema@.companion(m.name, '_queue'),
                      string_agg(format('q.%I %s c.q%s', p.stored_name, p.equal, p.position), ' AND ' ORDER BY p.position))
          FROM @extschema@.key_parts(m.name) p;
    END IF;
    RETURN format($sql$
        SELECT c.* FROM (
            SELECT %1$s, s.present, s.version, s.next_change AS holds_until, s.score, s.stage, s.probability, s.dimensions, s.labels,
                   s.stage_since, s.last_event, s.next_change, s.scored_at%2$s
              FROM %3$s s
            UNION ALL
            SELECT %4$s, true, (SELECT @extschema@.active_version(%5$L)), 'infinity', (n.m).score, (n.m).stage, (n.m).probability,
                   (n.m).dimensions, (n.m).labels,
                   CASE WHEN (n.m).stage IS NOT DISTINCT FROM d.stage AND d.stage_since IS NOT NULL THEN d.stage_since ELSE now() END,
                   (n.m).last_event, (n.m).next_change, now()%6$s
              FROM %7$s
        ) c%8$s
         WHERE c.present AND c.version = (SELECT @extschema@.active_version(%5$L)) AND c.holds_until > now()%9$s AND %10$s$sql$,
        s_keys, queue_keys, m.scores, d_keys, m.name, no_queue_keys, @extschema@.due_scores_from(m.name, format('(%s)', @extschema@.due_rows_sql(m.name))), seen.joined, not_queued, seen.condition);
END $body$;
COMMENT ON FUNCTION @extschema@.current_rows_sql(text) IS
    'The query behind the view of scores: every lead that is there and visible to the caller, with the score of now; key columns as k1, k2 ….';

-- How many leads have each score: by the index that ranks, where there is one, less the rows that do not hold, and those as they are now.
CREATE FUNCTION @extschema@.index_counts(index regclass, OUT value numeric, OUT leads bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'leadscore_index_counts' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100000 ROWS 200;
COMMENT ON FUNCTION @extschema@.index_counts(regclass) IS
    'The values, but NULL, of the first column of a btree index of numerics, in its order, and how many rows of the table have each; the table is read only where rows were written lately. '
    'index: see is_countable(). Errors: 42501 who may not read the whole table, 42809 not an index, 55000 another index.';

CREATE FUNCTION @extschema@.is_countable(index regclass) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_is_countable' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.is_countable(regclass) IS
    'Whether index_counts() takes this index from the caller, at this moment: a valid btree index of numerics, of all rows of a table that he may read whole. false for what is no index.';

CREATE FUNCTION @extschema@.ranking_index(m @extschema@.model) RETURNS regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.indexrelid::regclass FROM pg_index i
     WHERE i.indrelid = ($1).scores AND pg_get_indexdef(i.indexrelid, 1, false) = '((score)::numeric(28,6))' AND @extschema@.is_countable(i.indexrelid)
           AND NOT row_security_active(($1).leads)
     ORDER BY i.indexrelid LIMIT 1
$$;
COMMENT ON FUNCTION @extschema@.ranking_index(@extschema@.model) IS
    'The index by which the scores of a model can be counted for the caller; NULL if there is none, or row-level security says which leads he sees.';

-- The view is an argument so that whoever calls this depends on it.
CREATE FUNCTION @extschema@.score_counts(model text, scores_view regclass) RETURNS TABLE (score numeric, leads bigint)
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 200 SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    m @extschema@.model;
    index regclass;
BEGIN
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = score_counts.model;
    index := @extschema@.ranking_index(m);
    IF index IS NULL THEN
        RETURN QUERY EXECUTE format('SELECT v.score, count(*) FROM %s v WHERE v.score IS NOT NULL GROUP BY v.score ORDER BY v.score DESC', scores_view);
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($sql$
        WITH due AS MATERIALIZED (%s)
        SELECT c.score, sum(c.leads)::bigint
          FROM (SELECT i.value, i.leads FROM @extschema@.index_counts($1) i
                UNION ALL SELECT d.score::numeric(28,6), -1 FROM due d
                UNION ALL SELECT (n.m).score::numeric(28,6), 1 FROM %s) c(score, leads)
         WHERE c.score IS NOT NULL GROUP BY c.score HAVING sum(c.leads) <> 0 ORDER BY c.score DESC$sql$,
        @extschema@.due_rows_sql(m.name), @extschema@.due_scores_from(m.name, 'due')) USING index;
END $body$;
COMMENT ON FUNCTION @extschema@.score_counts(text, regclass) IS
    'How many of a model''s leads that the caller may see have each score, as of now, from the best on. scores_view: the model''s view of scores.';

-- As -score + half of the smallest step, so that a search in ascending numbers counts the better ones in no time, where a subquery for each
-- row would count them all again.
CREATE FUNCTION @extschema@.score_ladder(model text, steps bigint DEFAULT NULL) RETURNS double precision[]
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ladder double precision[];
    view regclass := (SELECT @extschema@.own_companion(m, '_scores') FROM @extschema@.model m WHERE m.name = score_ladder.model);
BEGIN
    -- Whoever reads a view of the model comes by here, and would read what a stranger put under a name that it does not have any more.
    IF view IS NULL THEN
        RAISE undefined_table USING MESSAGE = format('the view of scores of model "%s" is gone or has another name or owner than it should', model),
            HINT = format('SELECT leadscore.create_views(%L) makes it again.', model);
    END IF;
    EXECUTE format('SELECT array_agg(s.step) || array_agg(s.leads) FROM (SELECT 5e-7 - c.score::float8 AS step, (sum(c.leads) OVER (ORDER BY c.score DESC))::float8 AS leads '
                   'FROM (%s) c(score, leads) ORDER BY c.score DESC) s',
                   CASE WHEN steps IS NULL THEN format('SELECT * FROM @extschema@.score_counts(%L, %L)', score_ladder.model, view)
                        ELSE format('SELECT b.score, count(*) FROM (SELECT v.score FROM %s v WHERE v.score IS NOT NULL ORDER BY v.score DESC NULLS LAST LIMIT $1) b GROUP BY b.score',
                                    view) END) INTO ladder USING steps;
    RETURN coalesce(ladder, '{}');
END $$;
COMMENT ON FUNCTION @extschema@.score_ladder(text, bigint) IS
    'The scores of a model''s leads that the caller may see, best first, as ascending numbers, and behind them how many leads have one of the scores so far; for leads_up_to(), '
    'for rank and percentile in the view of scores. steps: only so many of the best leads; NULL: all. Scores that agree in 15 digits count as equal. Error 42P01 if the model has no view of scores under the name of its score table that belongs to the owner of leads.';

CREATE FUNCTION @extschema@.query_ladder(model text) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'leadscore_query_ladder' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION @extschema@.query_ladder(text) IS
    'score_ladder() of all scores of a model, worked out once in a query, however often it is called there. NULL for NULL. Errors as of score_ladder().';

CREATE FUNCTION @extschema@.leads_up_to(ladder double precision[], step double precision) RETURNS bigint
    AS 'MODULE_PATHNAME', 'leadscore_leads_up_to' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.leads_up_to(double precision[], double precision) IS
    'How many leads stand on the steps of a ladder up to this one. ladder: from score_ladder(). NULL for NULL. Error 22023 if ladder is no such array.';
