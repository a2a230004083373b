-- verify()

CREATE FUNCTION @extschema@.row_holds(
    rules @extschema@.scoring_rules, attributes anyelement, counted @extschema@.lead_tally, source @extschema@.lead_tally, tally bytea, recent bytea,
    as_of timestamptz, until timestamptz, score numeric, stage text, probability double precision, dimensions numeric[], labels text[], last_event date
) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_row_holds' LANGUAGE C STABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION @extschema@.row_holds(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, @extschema@.lead_tally, bytea, bytea,
                                          timestamptz, timestamptz, numeric, text, double precision, numeric[], text[], date) IS
    'Whether a row of a score table holds what it should: the tally that was counted, and the score of it as of as_of, which is still that of until (NULL: not asked). attributes: of the lead, '
    'jsonb or a row; counted: by the rules, NULL for no events; source: any tally of the evidence of the row; the others: its columns. It compares bytes: true only if '
    'nothing differs, false also where something could not be read. NULL if rules, attributes or source is. Error 22004 if as_of is NULL, 22023 if it is infinite.';

-- One row a lead: what is stored beside what the tables give. x.m: scored as of the moment the row says; x.n: as of now, where the row
-- promises that nothing changed since. Rows that hold what they should byte by byte are left out. $1 active rules, $2 their empty tally, $3 active version, $4 short evidence sets.
CREATE FUNCTION @extschema@.compared_leads_sql(m @extschema@.model) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key_of text;
    first_key name;
    mirrored boolean := @extschema@.mirrors(m);
BEGIN
    SELECT INTO key_of, first_key
           string_agg(format('coalesce(s.%1$I, a.%2$I, t.%1$I, j.%1$I, p.%1$I) AS %1$I', p.stored_name, p.leads_name), ', ' ORDER BY p.position),
           (array_agg(p.leads_name ORDER BY p.position))[1]
      FROM @extschema@.key_parts(m.name) p;
    RETURN format($sql$
        SELECT g.*,
               CASE WHEN g.there AND NOT g.waits AND g.existed AND g.version = $3
                    THEN @extschema@.maintained_score($1, g.attributes, g.own_tally, g.read_adjustments, g.scored_at, g.stage) END AS m,
               CASE WHEN g.there AND NOT g.waits AND g.version = $3 AND g.next_change > now() AND g.scored_at <= now()
                    THEN @extschema@.maintained_score($1, g.attributes, g.own_tally, g.read_adjustments, now(), g.stage) END AS n,
               CASE WHEN g.points IS NOT NULL AND g.own_tally IS NOT NULL THEN
                   CASE WHEN g.version = $3 THEN @extschema@.checked_points($1, g."leadscore set", g.tally, g.recent, g.points, g.read_adjustments, g.scored_at)
                        ELSE @extschema@.checked_points(g.rules, g."leadscore set", g.tally, g.recent, g.points, g.read_adjustments, g.scored_at) END END AS "leadscore points"
          FROM (SELECT %1$s, s.version IS NOT NULL AS existed, a.%2$I IS NOT NULL AS there, p.tally IS NOT NULL AS waits, a.attributes,
                       s.present, s.version, s.next_change, s.due, s.scored_at, s.score, s.stage, s.probability, s.dimensions, s.labels, s.last_event,
                       s.adjustments, @extschema@.readable_adjustments(s.adjustments) AS read_adjustments, s.evidence, e.evidence IS NOT NULL AS has_set, s.tally, s.recent, s.points, e.empty AS "leadscore set", v.rules, %3$s AS lead_score, %4$s AS lead_stage, t.tally AS counted,
                       @extschema@.unpack_readable_tally(e.empty, e.empty, s.tally, s.recent) AS own_tally,
                       CASE WHEN NOT s.evidence = ANY ($4) THEN
                           @extschema@.lead_tally_add(coalesce(@extschema@.unpack_readable_tally($2, e.empty, s.tally, s.recent), $2), coalesce(p.tally, $2))
                            ELSE p.tally END AS known,
                       j.adjustments AS adjusted
                  FROM %5$s LEFT JOIN @extschema@.rules_version v ON v.model = %6$L AND v.version = s.version
                 WHERE (s.version = $3 AND s.present AND p.tally IS NULL AND s.points IS NULL
                        AND s.adjustments IS NULL AND j.adjustments IS NULL
                        AND s.due <= CASE WHEN s.version < $8 THEN '-infinity' ELSE s.next_change END%7$s
                        AND @extschema@.row_holds($1, a.attributes, t.tally, e.empty, s.tally, s.recent, s.scored_at,
                                                  CASE WHEN s.next_change > now() AND s.scored_at <= now() THEN now() END,
                                                  s.score, s.stage, s.probability, s.dimensions, s.labels, s.last_event)) IS NOT TRUE
                OFFSET 0) g OFFSET 0
        $sql$, key_of, first_key,
        CASE WHEN mirrored THEN 'a."leadscore score"' ELSE 'NULL::numeric' END, CASE WHEN mirrored THEN 'a."leadscore stage"' ELSE 'NULL::text' END,
        @extschema@.restate_from(m.name, 'verify', @extschema@.tally_sql(m.name, '$1'),
            CASE WHEN mirrored THEN format(', leadscore_l.%I AS "leadscore score", leadscore_l.%I AS "leadscore stage"', m.score_column, m.stage_column)
                 ELSE '' END), m.name,
        CASE WHEN mirrored THEN ' AND a."leadscore score" IS NOT DISTINCT FROM s.score AND a."leadscore stage" COLLATE "C" IS NOT DISTINCT FROM s.stage COLLATE "C"'
             ELSE '' END);
END $$;
COMMENT ON FUNCTION @extschema@.compared_leads_sql(@extschema@.model) IS 'The query that puts what a model stores beside what its tables give, lead by lead.';

-- The same for tallies of the version that is being counted for. $5 its rules, $6 their empty tally, $7 evidence sets too short for it:
-- leads that still have one, or something in the queue with one, are left out.
CREATE FUNCTION @extschema@.compared_next_sql(m @extschema@.model) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT format($sql$
        SELECT %1$s, 'next tally', left(x.known::text, 1000), left(x.tally::text, 1000)
          FROM (SELECT %2$s, t.tally, @extschema@.lead_tally_add(@extschema@.unpack_readable_tally($6, e.empty, s.tally, s.recent), coalesce(p.tally, $6)) AS known
                  FROM %3$s s JOIN @extschema@.evidence_set e ON e.model = %4$L AND e.evidence = s.evidence AND NOT e.evidence = ANY ($7)
                  LEFT JOIN (%5$s) t ON %6$s LEFT JOIN (%7$s) p ON %8$s
                 WHERE NOT EXISTS (SELECT FROM %9$s q WHERE %10$s AND q.evidence = ANY ($7)) OFFSET 0) x
         WHERE @extschema@.pack_tally(x.known) IS DISTINCT FROM @extschema@.pack_tally(x.tally)
        $sql$, @extschema@.key_text_sql(($1).name, 'x', 'scores'), @extschema@.key_list(($1).name, 's', 'scores'), ($1).scores, ($1).name,
        @extschema@.tally_sql(($1).name, '$5'), @extschema@.key_join(($1).name, 's', 'scores', 't', 'scores'),
        @extschema@.pending_sql(($1).name, '$6', '$7'), @extschema@.key_join(($1).name, 's', 'scores', 'p', 'scores'),
        @extschema@.companion(($1).name, '_queue'), @extschema@.key_join(($1).name, 's', 'scores', 'q', 'scores'))
$body$;
COMMENT ON FUNCTION @extschema@.compared_next_sql(@extschema@.model) IS 'The query of leads whose tally is wrong for the version that is being counted for.';

-- The tests of verify(): what, the stored value, the computed one, and where they must agree. Of the row x of compared_leads_sql().
CREATE FUNCTION @extschema@.lead_tests(mirrored boolean) RETURNS TABLE (what text, stored text, computed text, applies text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.* FROM (VALUES
        ('row', 'x.existed', 'x.there OR x.adjusted IS NOT NULL OR @extschema@.pack_tally(x.counted) IS NOT NULL OR @extschema@.pack_tally(x.own_tally) IS NOT NULL',
         'NOT x.waits'),
        ('readable', 'x.own_tally IS NOT NULL', 'true', 'x.existed AND x.has_set'),
        ('version', 'x.version', 'CASE WHEN x.rules IS NOT NULL AND x.version <= $3 THEN x.version END', 'x.existed'),
        ('due', 'x.due', 'least(x.due, CASE WHEN x.version < $8 THEN ''-infinity'' ELSE x.next_change END)', 'x.existed'),
        ('evidence', 'x.evidence', 'CASE WHEN NOT x.evidence = ANY ($4) THEN x.evidence END', 'x.existed'),
        ('present', 'x.present', 'x.there', 'x.existed AND NOT x.waits'),
        ('tally', '@extschema@.pack_tally(x.known)', '@extschema@.pack_tally(x.counted)', 'x.existed OR x.waits'),
        ('adjustments', 'x.adjustments', 'x.adjusted', 'x.existed'),
        ('points', 'x.points', 'x."leadscore points"', 'x.points IS NOT NULL')) t(what, stored, computed, applies)
    UNION ALL
    SELECT c.name || s.ending, 'x.' || c.name, format('(x.%s).%s', s.result, c.name), s.applies
      FROM unnest('{score,stage,probability,dimensions,labels,last_event}'::text[]) c(name),
           -- Rows of older rules wait to be scored by the new ones, and what only the old ones look at is not followed.
           (VALUES ('m', '', 'x.existed AND NOT x.waits AND (x.version >= $3 OR x.rules IS NULL)'), ('n', ' now', 'NOT (x.n IS NULL)')) s(result, ending, applies)
    UNION ALL
    SELECT t.* FROM (VALUES ('score column', 'x.lead_score', 'x.score', 'x.there AND x.existed AND NOT x.waits'),
                            ('stage column', 'x.lead_stage COLLATE "C"', 'x.stage COLLATE "C"', 'x.there AND x.existed AND NOT x.waits')) t WHERE $1
$$;
COMMENT ON FUNCTION @extschema@.lead_tests(boolean) IS 'What verify() compares of each lead; mirrored: lead columns, too.';

CREATE FUNCTION @extschema@.verify(model text, OUT lead text, OUT what text, OUT stored text, OUT computed text) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '64MB' AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(verify.model);
    rules @extschema@.scoring_rules := @extschema@.rules_at(m.name, m.version);
    next_rules @extschema@.scoring_rules := @extschema@.rules_at(m.name, m.next_version);
    wrong text;
    lines text;
    query text;
BEGIN
    PERFORM @extschema@.use_memory();
    -- Values become text only for leads where something differs.
    SELECT INTO wrong, lines
           string_agg(format('(%s) AND (%s) IS DISTINCT FROM (%s)', t.applies, t.stored, t.computed), ' OR '),
           string_agg(format('(%L, (%s)::text, (%s)::text, (%s) AND (%s) IS DISTINCT FROM (%s))', t.what,
                             CASE t.what WHEN 'tally' THEN 'x.known' ELSE t.stored END, CASE t.what WHEN 'tally' THEN 'x.counted' ELSE t.computed END,
                             t.applies, t.stored, t.computed), ', ')
      FROM @extschema@.lead_tests(@extschema@.mirrors(m)) t;
    query := format('SELECT %s, d.what, left(d.stored, 1000), left(d.computed, 1000) FROM (SELECT x.* FROM (%s) x WHERE %s OFFSET 0) x '
                    'CROSS JOIN LATERAL (VALUES %s) d(what, stored, computed, wrong) WHERE d.wrong',
                    @extschema@.key_text_sql(m.name, 'x', 'scores'), @extschema@.compared_leads_sql(m), format('(x.existed OR x.there OR %s) AND (%s)', @extschema@.key_fits_sql(m.name, 'x'), wrong), lines);
    -- While a version is being counted for, what was counted already has to be right, too.
    IF next_rules IS NOT NULL THEN
        query := query || ' UNION ALL ' || @extschema@.compared_next_sql(m);
    END IF;
    RETURN QUERY SELECT t.* FROM @extschema@.query_as_owner(m.leads, query || ' ORDER BY 1, 2',
        rules, @extschema@.empty_tally(rules), m.version, @extschema@.short_sets(m.name, m.version),
        next_rules, @extschema@.empty_tally(next_rules), CASE WHEN m.next_version IS NOT NULL THEN @extschema@.short_sets(m.name, m.next_version) END, m.settled)
        AS t(lead text, what text, stored text, computed text);
END $$;
COMMENT ON FUNCTION @extschema@.verify(text) IS
    'Recomputes everything a model stores from the tables, in one snapshot, and returns what differs: nothing, unless somebody wrote its tables by hand or did what no '
    'trigger sees. model: its name. lead: the key; what: a column of the score table, with "now": by now, although the row says nothing changes before '
    'next_change; score column, stage column: of the leads table; row: there or not; readable: whether the tally can be read; stored and computed: the two values. Leads with something in the queue are '
    'compared by tally only. While paused, all that happened meanwhile differs. Errors: 42704, 42501, 55000.';
