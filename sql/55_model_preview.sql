-- preview_rules()

CREATE FUNCTION @extschema@.preview_rules(
    model text, rules @extschema@.scoring_rules,
    OUT lead text, OUT old_score numeric, OUT new_score numeric, OUT old_stage text, OUT new_stage text
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000 SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '64MB' AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(preview_rules.model);
    old_rules @extschema@.scoring_rules := @extschema@.rules_at(m.name, m.version);
    old_target @extschema@.lead_tally := @extschema@.empty_tally(old_rules);
    new_target @extschema@.lead_tally := @extschema@.empty_tally(rules);
    -- Evidence by target: what is stored and what waits in the queue.
    stored constant text := 'CASE WHEN p.tally IS NULL THEN @extschema@.unpack_tally(%1$s, e.empty, s.tally, s.recent) '
                            'ELSE @extschema@.lead_tally_add(coalesce(@extschema@.unpack_tally(%1$s, e.empty, s.tally, s.recent), %1$s), %2$s) END';
    counted boolean;
    new_tally text;
BEGIN
    PERFORM @extschema@.refuse_paused(m);
    PERFORM @extschema@.use_memory();
    PERFORM @extschema@.refuse_null(CASE WHEN rules IS NULL THEN 'rules' END);
    PERFORM @extschema@.refuse_own_score(m, rules);
    PERFORM @extschema@.tell_missing(m, rules);
    PERFORM @extschema@.tell_mistyped(m, rules, old_rules);
    PERFORM @extschema@.tell_attribute_zones(m, rules, old_rules);
    counted := NOT @extschema@.evidence_covers(old_target, new_target);
    new_tally := CASE WHEN counted THEN 'n.tally'
                      ELSE format(stored, '$4', '@extschema@.unpack_tally($4, $3, @extschema@.pack_tally(p.tally), NULL)') END;
    RETURN QUERY SELECT t.* FROM @extschema@.query_as_owner(m.leads, format(
        'SELECT %1$s, (x."leadscore old").score, (x."leadscore new").score, (x."leadscore old").stage, (x."leadscore new").stage FROM ('
        'SELECT %2$s, @extschema@.maintained_score($1, a.attributes, %3$s, s.adjustments, now(), CASE WHEN s.present THEN s.stage END) AS "leadscore old", '
        '@extschema@.maintained_score($2, a.attributes, %4$s, s.adjustments, now(), CASE WHEN s.present THEN s.stage END) AS "leadscore new" '
        'FROM %5$s LEFT JOIN %6$s s ON %7$s LEFT JOIN @extschema@.evidence_set e ON e.model = %8$L AND e.evidence = s.evidence '
        'LEFT JOIN (%9$s) p ON %10$s%11$s OFFSET 0) x',
        @extschema@.key_text_sql(m.name, 'x', 'leads'), @extschema@.key_list(m.name, 'a', 'leads'), format(stored, '$3', 'p.tally'), new_tally,
        @extschema@.attributes_from(m.name, 'a'), @extschema@.companion(m.name, ''), @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'), m.name,
        @extschema@.pending_sql(m.name, '$3'), @extschema@.key_join(m.name, 'p', 'scores', 'a', 'leads'),
        CASE WHEN counted THEN format(' LEFT JOIN (%s) n ON %s', @extschema@.tally_sql(m.name, '$2'), @extschema@.key_join(m.name, 'n', 'scores', 'a', 'leads'))
             ELSE '' END), old_rules, rules, old_target, new_target)
        AS t(lead text, old_score numeric, new_score numeric, old_stage text, new_stage text);
END $$;
COMMENT ON FUNCTION @extschema@.preview_rules(text, @extschema@.scoring_rules) IS
    'What new rules would do to a model: a row a lead, nothing is written. model: its name; rules: the document. lead: its key; old_score, old_stage: now, by '
    'the active rules; new_score, new_stage: as set_rules() would give. Events are read only if the rules need evidence that was not counted. NOTICEs name attributes that the leads do not have, or that are of another type, or that the active rules do not yet read as times of a zone that the columns do not tell. '
    'Errors: 42704, 42501, 22004, 22023 rules that look at the model''s own score or stage, 55000 paused.';
