-- Reading single leads, past moments and the future: everything as the caller, so one sees of the leads what one sees of their table.

CREATE FUNCTION @extschema@.readable_model(model text) RETURNS @extschema@.model
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
BEGIN
    SELECT INTO m o.* FROM @extschema@.model o WHERE o.name = readable_model.model;
    IF NOT FOUND THEN
        PERFORM @extschema@.refuse_null(CASE WHEN model IS NULL THEN 'model' END);
        RAISE undefined_object USING MESSAGE = format('there is no model "%s"', model), HINT = 'SELECT name, leads FROM leadscore.model shows all models.';
    ELSIF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = m.leads)
          OR (SELECT count(*) FROM @extschema@.key_parts(m.name)) <> cardinality(m.key_columns) THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('the tables of model "%s" are gone', m.name);
    END IF;
    PERFORM @extschema@.refuse_impostors(m);
    PERFORM @extschema@.refuse_altered(m);
    RETURN @extschema@.with_current_names(m);
END $$;
COMMENT ON FUNCTION @extschema@.readable_model(text) IS 'The catalog row of a model, with columns of leads as they are called now, for anybody. Errors: 42704 no such model, 55000 tables gone or altered.';

-- Said beforehand, for a statement made of many parts fails at one of them and tells all.
CREATE FUNCTION @extschema@.scored_model(model text) RETURNS @extschema@.model
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.readable_model(scored_model.model);
BEGIN
    IF NOT has_table_privilege(m.scores, 'SELECT') THEN
        RAISE insufficient_privilege USING MESSAGE = format('permission denied for table %s', m.scores),
            HINT = format('Who owns %s can let others read: SELECT leadscore.grant_reading(%L, %L).', m.leads, m.name, current_user);
    END IF;
    RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@.scored_model(text) IS 'As readable_model(), for who may read the score table. Further error: 42501.';

-- What a key is as text: of a row or a JSON object of several columns, a JSON object.
CREATE FUNCTION @extschema@.key_text(key anyelement) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE jsonb_typeof(to_jsonb($1)) WHEN 'object' THEN to_jsonb($1)::text ELSE $1::text END
$$;
COMMENT ON FUNCTION @extschema@.key_text(anyelement) IS 'The key of a lead as text; of several columns a JSON object.';

CREATE FUNCTION @extschema@.named_score(rules @extschema@.scoring_rules, score @extschema@.maintained_score) RETURNS @extschema@.scored_lead
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ROW(($2).score, ($2).stage, ($2).qualification, ($2).probability,
               (SELECT jsonb_object_agg(d.name, d.points) FROM unnest(@extschema@.dimension_names($1), ($2).dimensions) d(name, points)),
               (SELECT coalesce(jsonb_object_agg(l.name, l.level), '{}') FROM unnest(@extschema@.label_names($1), ($2).labels) l(name, level))
              )::@extschema@.scored_lead
$$;
COMMENT ON FUNCTION @extschema@.named_score(@extschema@.scoring_rules, @extschema@.maintained_score) IS
    'The same score with dimensions and labels by name.';

-- As lead_states_sql(), as of the moment $2, by the rules $1: counted from the events, the stage before as the history has it.
CREATE FUNCTION @extschema@.past_states_sql(model text, keys_sql text DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT format($sql$SELECT %1$s, a.attributes, t.tally, s.adjustments, CASE WHEN s.stage_since <= $2 THEN s.stage ELSE h.new_stage END AS stage
                         FROM %2$s
                         LEFT JOIN (%3$s) t ON %4$s
                         LEFT JOIN %5$s s ON %6$s
                         LEFT JOIN (SELECT DISTINCT ON (%7$s) %7$s, c.new_stage FROM %8$s c WHERE c.at <= $2 ORDER BY %7$s, c.at DESC, c.id DESC) h ON %9$s$sql$,
                  @extschema@.key_list($1, 'a', 'leads'), @extschema@.whole_attributes($1, 'a'),
                  @extschema@.tally_sql($1, '$1', $2, '$2'), @extschema@.key_join($1, 't', 'scores', 'a', 'leads'),
                  @extschema@.companion($1, ''), @extschema@.key_join($1, 's', 'scores', 'a', 'leads'),
                  @extschema@.key_list($1, 'c', 'scores'), @extschema@.companion($1, '_stage_change'), @extschema@.key_join($1, 'h', 'scores', 'a', 'leads'))
$body$;
COMMENT ON FUNCTION @extschema@.past_states_sql(text, text) IS
    'As lead_states_sql(), from the events up to the moment $2; for statements with parameters $1, the rules, and $2. keys_sql: as for tally_sql().';

CREATE FUNCTION @extschema@.one_lead_sql(model text, key text, as_of timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT s.* FROM (%s) s WHERE %s',
                  CASE WHEN $3 IS NULL THEN @extschema@.lead_states_sql($1)
                       ELSE @extschema@.past_states_sql($1, (
                           SELECT 'SELECT ' || string_agg(format('%s AS %I', l.literal, p.stored_name), ', ' ORDER BY p.position)
                             FROM @extschema@.key_parts($1) p
                             JOIN unnest(@extschema@.key_literals($1, $2)) WITH ORDINALITY l(literal, ord) ON l.ord = p.position)) END,
                  @extschema@.key_condition($1, 's', 'leads', $2))
$$;
COMMENT ON FUNCTION @extschema@.one_lead_sql(text, text, timestamptz) IS
    'The query that gives what the score of one lead is made of, now (as_of NULL) or at a moment, for statements with parameters $1, the rules, and $2, the moment.';

CREATE FUNCTION @extschema@.score_of(model text, key text) RETURNS @extschema@.scored_lead
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.scored_model(score_of.model);
    lead @extschema@.scored_lead;
BEGIN
    EXECUTE format('SELECT (x.lead).* FROM (SELECT @extschema@.named_score($1, @extschema@.maintained_score($1, s.attributes, s.tally, s.adjustments, '
                   'now(), s.stage)) AS lead FROM (%s) s OFFSET 0) x', @extschema@.one_lead_sql(m.name, key, NULL))
       INTO lead USING @extschema@.active_rules(m.name);
    RETURN CASE WHEN lead.dimensions IS NOT NULL THEN lead END;
END $$;
COMMENT ON FUNCTION @extschema@.score_of(text, text) IS
    'Score and stage of a lead as of now, exact also before refresh() ran and with what waits in the queue. key: as text, of several columns a JSON object; NULL '
    'if there is no such lead, or none that the caller may see. Needs SELECT on leads, related tables and the tables of the model (grant_reading()). '
    'Errors: 42704 no such model, 22004 key is NULL, 22023, 22P02 and others of class 22 (22003 out of range) no key of this model, 42501, 55000 tables of the model are gone or altered.';
CREATE FUNCTION @extschema@.score_of(model text, key anyelement) RETURNS @extschema@.scored_lead
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT @extschema@.score_of($1, @extschema@.key_text($2))';
COMMENT ON FUNCTION @extschema@.score_of(text, anyelement) IS 'The same with a key of its own type; of several columns jsonb, or a row whose columns are called as those of the key.';

-- What the score row holds of them is what counted; the reasons stand in a table of their own, which not everybody may read. The
-- i-th of equal ones here is the i-th there. Of very many the reasons would not fit into a document.
CREATE FUNCTION @extschema@.reasoned_adjustments_sql(model text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT CASE WHEN has_table_privilege(a.relation, 'SELECT') THEN format($sql$
        CASE WHEN CASE jsonb_typeof(s.adjustments) WHEN 'array' THEN jsonb_array_length(s.adjustments) <= 1000 END THEN (
            SELECT jsonb_agg(CASE WHEN r.reason IS NOT NULL THEN e.one || jsonb_build_object('reason', r.reason) ELSE e.one END ORDER BY e.place)
              FROM (SELECT o.one, o.place, row_number() OVER (PARTITION BY o.one ORDER BY o.place) AS number
                      FROM jsonb_array_elements(s.adjustments) WITH ORDINALITY o(one, place)) e
              LEFT JOIN (SELECT %s AS one,
                                nullif(btrim(left(regexp_replace(a.reason, '[[:space:]]+', ' ', 'g'), 200)), '') AS reason,
                                row_number() OVER (PARTITION BY a.at, a.dimension, a.op, a.points ORDER BY a.id) AS number
                           FROM %s a WHERE isfinite(a.at) AND %s) r ON r.one = e.one AND r.number = e.number)
             ELSE s.adjustments END$sql$,
        @extschema@.adjustment_object_sql(), a.relation, @extschema@.key_join($1, 'a', 'scores', 's', 'leads')) ELSE 's.adjustments' END
      FROM (SELECT to_regclass(@extschema@.companion($1, '_adjustment'))) a(relation)
$body$;
COMMENT ON FUNCTION @extschema@.reasoned_adjustments_sql(text) IS
    'The expression for the adjustments of a row of lead_states_sql() and the like (its alias: s), up to 1,000 of them with their reasons, as far as the caller may read those: up to 200 characters in one line.';

CREATE FUNCTION @extschema@.explained_from(model text, states text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('(%s) s CROSS JOIN LATERAL jsonb_to_recordset(@extschema@.explain_maintained($1, s.attributes, s.tally, %s, $2, s.stage)) '
                  'AS r(step text, name text, dimension text, hits bigint, measure numeric, points numeric)', $2, @extschema@.reasoned_adjustments_sql($1))
$$;
COMMENT ON FUNCTION @extschema@.explained_from(text, text) IS
    'What leads are explained from, as FROM items: s, rows of states, a query as of lead_states_sql() and the like, and r, the lines of each; for statements with parameters $1, the rules, and $2, the moment.';

-- Other rules may need other evidence, which nobody keeps: then all is counted, as for a moment.
CREATE FUNCTION @extschema@.explained_at(m @extschema@.model, as_of timestamptz, rules @extschema@.scoring_rules) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF rules IS NOT NULL THEN
        PERFORM @extschema@.refuse_own_score(m, rules);
    END IF;
    RETURN coalesce(as_of, CASE WHEN rules IS NOT NULL THEN now() END);
END $$;
COMMENT ON FUNCTION @extschema@.explained_at(@extschema@.model, timestamptz, @extschema@.scoring_rules) IS
    'The moment of what explain_lead() and its kin read; NULL: what the model keeps. Error 22023 for rules that look at the model''s own score or stage.';

CREATE FUNCTION @extschema@.explain_lead(
    model text, key text, as_of timestamptz DEFAULT NULL, rules @extschema@.scoring_rules DEFAULT NULL,
    OUT step text, OUT name text, OUT dimension text, OUT hits bigint, OUT measure numeric, OUT points numeric
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.scored_model(explain_lead.model);
    moment timestamptz := @extschema@.explained_at(m, as_of, rules);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT r.step, r.name, r.dimension, r.hits, r.measure, r.points FROM %s', @extschema@.explained_from(m.name, @extschema@.one_lead_sql(m.name, key, moment)))
        USING coalesce(rules, @extschema@.active_rules(m.name)), coalesce(as_of, now());
END $$;
COMMENT ON FUNCTION @extschema@.explain_lead(text, text, timestamptz, @extschema@.scoring_rules) IS
    'The score of a lead line by line, as explain_score() does; the points add up to the score. as_of: NULL is now, by what the model keeps; another moment is '
    'counted from the events up to it, with the attributes and rules of today. rules: NULL is the active ones; by others all is counted from the events, as preview_rules() says it would be. '
    'An adjustment is called add or set and has its reason behind a colon, if the caller may read the table. '
    'No rows if the caller sees no such lead. Needs what score_of() needs, for past '
    'moments and other rules SELECT on the event tables too. Errors as score_of(), and 22023 for rules that look at the model''s own score or stage.';
CREATE FUNCTION @extschema@.explain_lead(
    model text, key anyelement, as_of timestamptz DEFAULT NULL, rules @extschema@.scoring_rules DEFAULT NULL,
    OUT step text, OUT name text, OUT dimension text, OUT hits bigint, OUT measure numeric, OUT points numeric
) RETURNS SETOF record
    LANGUAGE sql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp AS 'SELECT * FROM @extschema@.explain_lead($1, @extschema@.key_text($2), $3, $4)';
COMMENT ON FUNCTION @extschema@.explain_lead(text, anyelement, timestamptz, @extschema@.scoring_rules) IS
    'The same with a key of its own type; of several columns jsonb, or a row whose columns are called as those of the key.';

CREATE FUNCTION @extschema@.explain_leads(
    model text, as_of timestamptz DEFAULT NULL, rules @extschema@.scoring_rules DEFAULT NULL,
    OUT lead text, OUT step text, OUT name text, OUT dimension text, OUT hits bigint, OUT measure numeric, OUT points numeric
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE ROWS 20000 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.scored_model(explain_leads.model);
    moment timestamptz := @extschema@.explained_at(m, as_of, rules);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT %s, r.step, r.name, r.dimension, r.hits, r.measure, r.points FROM %s', @extschema@.key_text_sql(m.name, 's', 'leads'),
        @extschema@.explained_from(m.name, CASE WHEN moment IS NULL THEN @extschema@.lead_states_sql(m.name) ELSE @extschema@.past_states_sql(m.name) END))
        USING coalesce(rules, @extschema@.active_rules(m.name)), coalesce(as_of, now());
END $$;
COMMENT ON FUNCTION @extschema@.explain_leads(text, timestamptz, @extschema@.scoring_rules) IS
    'explain_lead() of every lead that the caller sees, in one query. lead: the key as text, of several columns a JSON object. Arguments, columns and errors else as those of explain_lead().';

CREATE FUNCTION @extschema@.explain_lead_text(model text, key text, as_of timestamptz DEFAULT NULL, rules @extschema@.scoring_rules DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.scored_model(explain_lead_text.model);
    moment timestamptz := @extschema@.explained_at(m, as_of, rules);
    tree text;
BEGIN
    EXECUTE format('SELECT @extschema@.explain_maintained_text($1, s.attributes, s.tally, %s, $2, s.stage) FROM (%s) s',
                   @extschema@.reasoned_adjustments_sql(m.name), @extschema@.one_lead_sql(m.name, key, moment))
       INTO tree USING coalesce(rules, @extschema@.active_rules(m.name)), coalesce(as_of, now());
    RETURN tree;
END $$;
COMMENT ON FUNCTION @extschema@.explain_lead_text(text, text, timestamptz, @extschema@.scoring_rules) IS 'explain_lead() as a text tree; NULL if the caller sees no such lead.';
CREATE FUNCTION @extschema@.explain_lead_text(model text, key anyelement, as_of timestamptz DEFAULT NULL, rules @extschema@.scoring_rules DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT @extschema@.explain_lead_text($1, @extschema@.key_text($2), $3, $4)';
COMMENT ON FUNCTION @extschema@.explain_lead_text(text, anyelement, timestamptz, @extschema@.scoring_rules) IS
    'The same with a key of its own type; of several columns jsonb, or a row whose columns are called as those of the key.';

CREATE FUNCTION @extschema@.score_at(model text, as_of timestamptz, rules @extschema@.scoring_rules DEFAULT NULL, created name DEFAULT NULL)
    RETURNS TABLE (lead text, score numeric, stage text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.scored_model(score_at.model);
BEGIN
    RETURN QUERY EXECUTE format('SELECT %s, n.score, n.stage FROM (%s%s) s CROSS JOIN LATERAL '
                                '@extschema@.maintained_score($1, s.attributes, s.tally, s.adjustments, $2, s.stage) n',
                                @extschema@.key_text_sql(m.name, 's', 'leads'), @extschema@.past_states_sql(m.name),
                                CASE WHEN created IS NOT NULL THEN format(' WHERE NOT EXISTS (SELECT FROM %s leadscore_l WHERE %s AND %s > $2)', m.leads,
                                    @extschema@.key_join(m.name, 'leadscore_l', 'leads', 'a', 'leads'), @extschema@.lead_moment_sql(m.leads, created, '$1')) END)
        USING coalesce(rules, @extschema@.active_rules(m.name)), as_of;
END $$;
COMMENT ON FUNCTION @extschema@.score_at(text, timestamptz, @extschema@.scoring_rules, name) IS
    'Score and stage of every lead that the caller sees at a moment, from the events themselves: none later than as_of counts, no adjustment either. Attributes are '
    'those of today, and so are exclusions. rules: NULL is the active ones. created: a column of leads that tells since when a lead is there, timestamptz, timestamp or date: those that came after as_of '
    'are left out; NULL: all are told. Stages that are kept or sticky start from what the history says of the moment. lead: the key as text, of several columns a JSON '
    'object. Needs SELECT on leads, related and event tables and the tables of the model. Errors: 42704, 42501, 42703, 42804, 22004 and 22023 as_of is NULL or infinite.';

-- From change to change, as the clock would.
CREATE FUNCTION @extschema@.next_change(model text, key text) RETURNS TABLE (at timestamptz, stage text, score numeric)
    LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    m @extschema@.model := @extschema@.scored_model(next_change.model);
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH RECURSIVE lead AS MATERIALIZED (
            SELECT s.attributes, s.tally, s.adjustments, @extschema@.maintained_score($1, s.attributes, s.tally, s.adjustments, now(), s.stage) AS first
              FROM (%s) s LIMIT 1 -- of several related rows with one key, for each of which the walk would double at each step
        ), walk AS (
            SELECT 0 AS step, now() AS at, l.first AS score FROM lead l
            UNION ALL
            SELECT w.step + 1, (w.score).next_change,
                   @extschema@.maintained_score($1, l.attributes, l.tally, l.adjustments, (w.score).next_change, (w.score).stage)
              FROM walk w CROSS JOIN lead l
             WHERE w.step < 4000 AND (w.score).next_change < now() + interval '10 years'
               AND CASE WHEN (l.first).stage IS NULL THEN (w.score).score IS NOT DISTINCT FROM (l.first).score
                        ELSE (w.score).stage IS NOT DISTINCT FROM (l.first).stage END
        )
        SELECT CASE WHEN (w.score).stage IS DISTINCT FROM (l.first).stage
                         OR (l.first).stage IS NULL AND (w.score).score IS DISTINCT FROM (l.first).score THEN w.at END,
               (w.score).stage, (w.score).score
          FROM walk w CROSS JOIN lead l ORDER BY w.step DESC LIMIT 1$sql$, @extschema@.one_lead_sql(m.name, key, NULL))
        USING @extschema@.active_rules(m.name);
END $body$;
COMMENT ON FUNCTION @extschema@.next_change(text, text) IS
    'When the stage of a lead will change if nothing happens, and stage and score then; with rules without stages, when the score will. at is NULL if that is more '
    'than 10 years (or 4,000 changes of the score) away: stage and score are the last looked at. No row if the caller sees no such lead. Needs what score_of() needs. Errors as score_of().';
CREATE FUNCTION @extschema@.next_change(model text, key anyelement) RETURNS TABLE (at timestamptz, stage text, score numeric)
    LANGUAGE sql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp AS 'SELECT * FROM @extschema@.next_change($1, @extschema@.key_text($2))';
COMMENT ON FUNCTION @extschema@.next_change(text, anyelement) IS 'The same with a key of its own type; of several columns jsonb, or a row whose columns are called as those of the key.';
