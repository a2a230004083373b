-- Versions of the rules of a model.

-- What a lead of the model has: columns of leads, and of related tables with the prefix in front.
CREATE FUNCTION @extschema@.attribute_columns(model text) RETURNS TABLE (name text, relation regclass, column_name name, type oid, modifier integer)
    -- One table after the other by index: all columns of the database may be many.
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 50 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.prefix || a.attname, t.relation, a.attname, a.atttypid, a.atttypmod
      FROM (SELECT m.leads, '' FROM @extschema@.model m WHERE m.name = $1
            UNION ALL SELECT u.relation, u.prefix || '.' FROM @extschema@.usable_attributes($1) u) t(relation, prefix)
      CROSS JOIN LATERAL (SELECT k.* FROM pg_attribute k WHERE k.attrelid = t.relation AND k.attnum > 0 AND NOT k.attisdropped OFFSET 0) a;
END $$;
COMMENT ON FUNCTION @extschema@.attribute_columns(text) IS 'The columns that a model''s rules may call attributes, under those names, with table, column, type and its modifier.';

CREATE FUNCTION @extschema@.mirrored_attributes(model text) RETURNS TABLE (name text, keeper text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2 SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.name::text, k.model FROM @extschema@.model m CROSS JOIN LATERAL @extschema@.mirrored_names(m.leads) k WHERE m.name = $1
    UNION ALL
    -- A column of leads that is called so wins, as everywhere.
    SELECT u.prefix || '.' || k.name, k.model
      FROM @extschema@.model m CROSS JOIN LATERAL @extschema@.usable_attributes(m.name) u CROSS JOIN LATERAL @extschema@.mirrored_names(u.relation) k
     WHERE m.name = $1 AND octet_length(u.prefix || '.' || k.name) < 64 AND @extschema@.column_type(m.leads, (u.prefix || '.' || k.name)::name) IS NULL
$$;
COMMENT ON FUNCTION @extschema@.mirrored_attributes(text) IS
    'The attributes of a model''s leads that are score or stage of a model, as rules call them, also those of related rows, and which model keeps them.';

CREATE FUNCTION @extschema@.own_score_rows(m @extschema@.model, rules @extschema@.scoring_rules) RETURNS TABLE (place text, field text, owner text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.place, f.field, f.owner
      FROM jsonb_to_recordset(@extschema@.attribute_rows($2)) AS f(place text, field text, owner text)
     WHERE EXISTS (SELECT FROM @extschema@.mirrored_attributes(($1).name) k WHERE k.name = f.field AND k.keeper = ($1).name)
     ORDER BY f.place COLLATE "C"
$$;
COMMENT ON FUNCTION @extschema@.own_score_rows(@extschema@.model, @extschema@.scoring_rules) IS
    'Where rules look at the columns in which this very model keeps its score and stage: place in the document, attribute, and whose it is, as attribute_rows() has them.';

-- Each write would be scored by the one before: no score could be told from rows and rules, nor be verified.
CREATE FUNCTION @extschema@.refuse_own_score(m @extschema@.model, rules @extschema@.scoring_rules) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    f record;
BEGIN
    SELECT INTO f r.* FROM @extschema@.own_score_rows(m, rules) r LIMIT 1;
    IF FOUND THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('%s: the attribute "%s" is kept by model "%s" itself: a score must not be made of itself%s', f.place, f.field, m.name, f.owner),
            HINT = 'Look at what the score is made of. Columns of another model may be looked at; this model can keep its own in others: score_column => …, stage_column => … of create_model().';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.refuse_own_score(@extschema@.model, @extschema@.scoring_rules) IS 'Error 22023 if rules look at the score or stage that this very model keeps.';

CREATE FUNCTION @extschema@.missing_attributes(model text, rules @extschema@.scoring_rules) RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    -- A field may be a column, or a path whose first part is a column of jsonb; of related rows with their prefix in front.
    SELECT DISTINCT f.field
      FROM jsonb_to_recordset(@extschema@.attribute_rows($2)) AS f(place text, field text)
     WHERE NOT EXISTS (
           SELECT FROM @extschema@.attribute_columns($1) a
            WHERE a.name = f.field
               OR starts_with(f.field, a.name || '.')
                  AND (SELECT coalesce(nullif(y.typbasetype, 0), y.oid) IN ('jsonb'::regtype, 'json'::regtype) FROM pg_type y WHERE y.oid = a.type))
     ORDER BY f.field;
END $$;
COMMENT ON FUNCTION @extschema@.missing_attributes(text, @extschema@.scoring_rules) IS
    'The attributes that rules look at and neither the leads table of a model nor its related tables have.';

CREATE FUNCTION @extschema@.tell_missing(m @extschema@.model, rules @extschema@.scoring_rules) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing text := (SELECT string_agg(f.field, ', ') FROM @extschema@.missing_attributes(m.name, rules) f(field));
BEGIN
    IF missing IS NOT NULL THEN
        RAISE NOTICE 'the rules look at attributes that % does not have: %', m.leads, missing;
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_missing(@extschema@.model, @extschema@.scoring_rules) IS 'A NOTICE of what missing_attributes() finds.';

CREATE FUNCTION @extschema@.mistyped_attributes(model text, rules @extschema@.scoring_rules)
    RETURNS TABLE (place text, field text, owner text, relation regclass, finding text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.place, c.field, c.owner, a.relation, @extschema@.type_finding(c.field, a.relation, a.type, a.modifier, c.kind)
      FROM ROWS FROM (jsonb_to_recordset(@extschema@.comparison_rows($2)) AS (place text, field text, kind text, owner text)) WITH ORDINALITY c(place, field, kind, owner, ord)
      JOIN @extschema@.attribute_columns($1) a ON a.name = c.field
     WHERE NOT @extschema@.meets_kind(a.type, c.kind) ORDER BY c.ord
$$;
COMMENT ON FUNCTION @extschema@.mistyped_attributes(text, @extschema@.scoring_rules) IS
    'The attributes that rules compare with values of another type than their columns have, so that no lead can meet them: each place, as comparison_rows() has it, the table, and what type_finding() says.';

CREATE FUNCTION @extschema@.tell_mistyped(
    m @extschema@.model, rules @extschema@.scoring_rules, before @extschema@.scoring_rules DEFAULT NULL, relation regclass DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    findings text[] := ARRAY(SELECT t.finding FROM @extschema@.mistyped_attributes(m.name, rules) WITH ORDINALITY t(place, field, owner, relation, finding, ord)
                              WHERE (tell_mistyped.relation IS NULL OR t.relation = tell_mistyped.relation)
                                AND NOT EXISTS (SELECT FROM @extschema@.mistyped_attributes(m.name, before) b WHERE b.finding = t.finding)
                              GROUP BY t.finding ORDER BY min(t.ord));
BEGIN
    FOR i IN 1 .. least(cardinality(findings), 5) LOOP
        RAISE NOTICE '%', findings[i];
    END LOOP;
    IF cardinality(findings) > 5 THEN
        RAISE NOTICE '% more attributes are of another type than the rules ask for: leadscore.lint_model() tells all', cardinality(findings) - 5;
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_mistyped(@extschema@.model, @extschema@.scoring_rules, @extschema@.scoring_rules, regclass) IS
    'NOTICEs of the mistyped_attributes(), at most five. before: rules of which it has been told; relation: only of this table.';

-- Who compares with a text without a zone means one of the rules' zone, so that counts, too.
CREATE FUNCTION @extschema@.zoned_attributes(model text, rules @extschema@.scoring_rules)
    RETURNS TABLE (place text, field text, owner text, relation regclass, column_name name, finding text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.place, c.field, c.owner, a.relation, a.column_name, z.finding
      FROM (SELECT DISTINCT ON (r.field) r.place, r.field, r.owner, r.ord
              FROM ROWS FROM (jsonb_to_recordset(@extschema@.comparison_rows($2)) AS (place text, field text, kind text, owner text)) WITH ORDINALITY r(place, field, kind, owner, ord)
             WHERE r.kind IN ('moment', 'text') ORDER BY r.field, r.ord) c
      JOIN @extschema@.attribute_columns($1) a ON a.name = c.field
     CROSS JOIN LATERAL @extschema@.zone_finding(a.relation, a.column_name, $2) z(finding)
     WHERE z.finding IS NOT NULL ORDER BY c.ord
$$;
COMMENT ON FUNCTION @extschema@.zoned_attributes(text, @extschema@.scoring_rules) IS
    'The attributes whose moments rules of another zone than UTC look at, where the column has no time zone: the first place of each, as comparison_rows() has it, table and column, and what zone_finding() says of it.';

CREATE FUNCTION @extschema@.tell_attribute_zones(
    m @extschema@.model, rules @extschema@.scoring_rules, before @extschema@.scoring_rules DEFAULT NULL, relation regclass DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.tell_column_zone(z.relation, z.column_name, rules)
       FROM @extschema@.zoned_attributes(m.name, rules) WITH ORDINALITY z(place, field, owner, relation, column_name, finding, ord)
      WHERE (tell_attribute_zones.relation IS NULL OR z.relation = tell_attribute_zones.relation)
        AND NOT EXISTS (SELECT FROM @extschema@.zoned_attributes(m.name, before) b WHERE b.field = z.field AND b.finding = z.finding)
      ORDER BY z.ord;
END $$;
COMMENT ON FUNCTION @extschema@.tell_attribute_zones(@extschema@.model, @extschema@.scoring_rules, @extschema@.scoring_rules, regclass) IS
    'A NOTICE of each of the zoned_attributes(). before: rules of which it has been told; relation: only of this table.';

CREATE FUNCTION @extschema@.rules_at(model text, version integer) RETURNS @extschema@.scoring_rules
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.rules FROM @extschema@.rules_version v WHERE v.model = $1 AND v.version = $2
$$;
COMMENT ON FUNCTION @extschema@.rules_at(text, integer) IS 'The rules of a model in a version; NULL if there is none such.';

-- The number of the evidence set of a document, made if need be.
CREATE FUNCTION @extschema@.evidence_number(model text, rules @extschema@.scoring_rules) RETURNS integer
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nothing @extschema@.lead_tally := @extschema@.empty_tally(rules);
    number integer;
BEGIN
    SELECT INTO number s.evidence FROM @extschema@.evidence_set s
     WHERE s.model = evidence_number.model AND s.empty OPERATOR(@extschema@.=) nothing AND NOT s.lapsed ORDER BY s.evidence DESC LIMIT 1;
    IF NOT FOUND THEN
        INSERT INTO @extschema@.evidence_set (model, evidence, rules, empty)
        SELECT evidence_number.model, coalesce(max(s.evidence), 0) + 1, evidence_number.rules, nothing
          FROM @extschema@.evidence_set s WHERE s.model = evidence_number.model
        RETURNING evidence INTO number;
    END IF;
    RETURN number;
END $$;
COMMENT ON FUNCTION @extschema@.evidence_number(text, @extschema@.scoring_rules) IS 'The number of the evidence set that rules need; a new one is written down.';

CREATE FUNCTION @extschema@.collected_rules(m @extschema@.model) RETURNS @extschema@.scoring_rules
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN v.evidence = ($1).evidence THEN v.rules ELSE s.rules END
      FROM @extschema@.rules_version v, @extschema@.evidence_set s
     WHERE v.model = ($1).name AND v.version = ($1).version AND s.model = v.model AND s.evidence = ($1).evidence
$$;
COMMENT ON FUNCTION @extschema@.collected_rules(@extschema@.model) IS 'Rules whose evidence is what the writers of a model collect: the active ones, or of those before, too.';

-- A row that no event of less evidence touches keeps the number of more, and is none of those that were counted for that when it is wanted again.
CREATE FUNCTION @extschema@.lapse_evidence(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE @extschema@.evidence_set s SET lapsed = true FROM @extschema@.evidence_set c
     WHERE s.model = m.name AND NOT s.lapsed AND c.model = m.name AND c.evidence = m.evidence AND NOT @extschema@.evidence_covers(c.empty, s.empty);
END $$;
COMMENT ON FUNCTION @extschema@.lapse_evidence(@extschema@.model) IS 'Marks the evidence sets of a model that have more than what its writers collect from now on.';

CREATE FUNCTION @extschema@.activate_version(model text, version integer) RETURNS @extschema@.model
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
BEGIN
    -- Writers that have loaded the rules before still score by them: rows must not lose what those need, so it goes on being collected.
    UPDATE @extschema@.model o SET version = v.version, next_version = NULL, told = least(o.told, v.version - 1),
           evidence = CASE WHEN @extschema@.evidence_covers(s.empty, n.empty) THEN o.evidence ELSE v.evidence END
      FROM @extschema@.rules_version v, @extschema@.evidence_set s, @extschema@.evidence_set n
     WHERE o.name = activate_version.model AND v.model = o.name AND v.version = activate_version.version
       AND s.model = o.name AND s.evidence = o.evidence AND n.model = o.name AND n.evidence = v.evidence
    RETURNING o.* INTO STRICT m;
    PERFORM @extschema@.lapse_evidence(m);
    PERFORM @extschema@.invalidate_model(m.name);
    RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@.activate_version(text, integer) IS 'From now on leads are scored by this version of the rules; those scored before are due.';

CREATE FUNCTION @extschema@.narrow_evidence(m @extschema@.model) RETURNS @extschema@.model
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE @extschema@.model o SET evidence = v.evidence FROM @extschema@.rules_version v
     WHERE o.name = m.name AND o.next_version IS NULL AND v.model = o.name AND v.version = o.version AND o.evidence <> v.evidence;
    IF FOUND THEN
        PERFORM @extschema@.lapse_evidence(@extschema@.need_model(m.name));
        PERFORM @extschema@.invalidate_model(m.name);
    END IF;
    RETURN @extschema@.need_model(m.name);
END $$;
COMMENT ON FUNCTION @extschema@.narrow_evidence(@extschema@.model) IS
    'From now on writers collect what the active rules of a model need and no more. To be called when all writers are gone that may have loaded older ones.';

-- Waits only where it holds nothing that another might wait for meanwhile.
CREATE FUNCTION @extschema@.quiet_writers(m @extschema@.model) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- A snapshot from before the lock would not see all rows that are not marked.
    RETURN current_setting('transaction_isolation') NOT IN ('repeatable read', 'serializable')
       AND @extschema@.hold_rules(m.scores, pg_current_xact_id_if_assigned() IS NULL AND NOT EXISTS (
               SELECT FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
                WHERE l.pid = pg_backend_pid()
                  AND (l.locktype = 'advisory' OR l.locktype = 'relation' AND (l.mode NOT IN ('AccessShareLock', 'RowShareLock') OR c.relnamespace IS NULL
                       OR c.relnamespace NOT IN ('pg_catalog'::regnamespace, '@extschema@'::regnamespace)))));
END $$;
COMMENT ON FUNCTION @extschema@.quiet_writers(@extschema@.model) IS
    'Has other transactions mark the score rows they write as due until this one ends, and tells whether all that wrote without a mark have ended.';

CREATE FUNCTION @extschema@.settle(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Who has the row locked may wait for one of ours.
    PERFORM FROM @extschema@.model o WHERE o.name = m.name FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
        UPDATE @extschema@.model o SET settled = m.version WHERE o.name = m.name AND o.version = m.version AND o.settled < m.version;
        PERFORM @extschema@.invalidate_model(m.name);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.settle(@extschema@.model) IS
    'Notes that all rows are scored by the version of the rules that is active or marked as due: for who has had quiet_writers() say so and then scored the rest.';

CREATE FUNCTION @extschema@.set_rules(
    model text, rules @extschema@.scoring_rules, at_once boolean DEFAULT true, announce boolean DEFAULT false, note text DEFAULT NULL
) RETURNS integer
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    number integer;
    covered boolean;
    current_rules @extschema@.scoring_rules;
    quiet boolean := false;
BEGIN
    IF rules IS NULL OR at_once IS NULL OR announce IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'rules, at_once and announce must not be null';
    END IF;
    IF at_once THEN
        quiet := @extschema@.quiet_writers(@extschema@.need_model(model));
    END IF;
    m := @extschema@.open_model(model);
    current_rules := @extschema@.rules_at(m.name, m.version);
    IF current_rules OPERATOR(@extschema@.=) rules THEN
        IF m.next_version IS NOT NULL THEN
            PERFORM @extschema@.activate_version(m.name, m.version); -- what was being counted for is not wanted any more
        END IF;
        RETURN m.version;
    ELSIF @extschema@.rules_at(m.name, m.next_version) OPERATOR(@extschema@.=) rules THEN
        IF NOT at_once THEN
            RETURN m.next_version;
        END IF;
        number := m.next_version;
    END IF;
    PERFORM @extschema@.refuse_own_score(m, rules);
    PERFORM @extschema@.tell_missing(m, rules);
    PERFORM @extschema@.tell_mistyped(m, rules, current_rules);
    PERFORM @extschema@.tell_attribute_zones(m, rules, current_rules);
    IF @extschema@.local_zone(rules) <> @extschema@.local_zone(current_rules) THEN
        PERFORM @extschema@.tell_zone(e, rules) FROM @extschema@.event_sources(m.name) e ORDER BY e.source;
    END IF;
    -- Whatever set a row was counted for, it covers the active rules.
    covered := @extschema@.evidence_covers(@extschema@.empty_tally(current_rules), @extschema@.empty_tally(rules));
    IF NOT covered THEN
        PERFORM @extschema@.refuse_paused(m); -- nothing would be counted before resume(), and views would have nothing to score by
    END IF;
    IF NOT covered AND at_once THEN
        PERFORM @extschema@.need_read_committed();
    END IF;
    IF number IS NULL THEN
        INSERT INTO @extschema@.rules_version (model, version, rules, evidence, announce, note)
        SELECT m.name, max(v.version) + 1, set_rules.rules, @extschema@.evidence_number(m.name, set_rules.rules), set_rules.announce, set_rules.note
          FROM @extschema@.rules_version v WHERE v.model = m.name
        RETURNING version INTO number;
    END IF;
    IF covered THEN
        m := @extschema@.activate_version(m.name, number);
        IF at_once AND NOT m.paused THEN
            PERFORM @extschema@.lock_own_tables(m);
            PERFORM @extschema@.run_batches(m, @extschema@.due_keys_sql(m, now()), 20000, 'rules', now(), false, announce);
            PERFORM @extschema@.note_types(m.name, '{leads,attributes}', NULL);
            IF quiet THEN
                PERFORM @extschema@.settle(m);
            END IF;
        END IF;
        PERFORM @extschema@.create_views(m.name); -- last, for who reads them has to wait from here to the end
    ELSIF at_once THEN
        m := @extschema@.activate_version(m.name, number);
        -- Who reads a view and then writes must not be waited for when he waits.
        PERFORM @extschema@.lock_model_tables(m, ARRAY(SELECT v FROM @extschema@.altered_views(m.name) v));
        m := @extschema@.narrow_evidence(m);
        IF announce AND m.channel IS NOT NULL THEN
            PERFORM @extschema@.run_batches(m, @extschema@.all_keys_sql(m), 20000, 'rules', now(), true, true);
        ELSE
            PERFORM @extschema@.restate(m, 'replace', @extschema@.tally_sql(m.name, '$7'), 'rules', true);
        END IF;
        IF quiet THEN
            PERFORM @extschema@.settle(m);
        END IF;
        PERFORM @extschema@.create_views(m.name);
    ELSE
        -- Writers collect the evidence of both from now on; catch_up() counts what was before.
        UPDATE @extschema@.model o
           SET next_version = number, evidence = @extschema@.evidence_number(m.name, @extschema@.union_rules(@extschema@.collected_rules(m), set_rules.rules))
         WHERE o.name = m.name;
        PERFORM @extschema@.invalidate_model(m.name);
        RAISE NOTICE 'version % needs evidence that has not been counted: CALL leadscore.catch_up(%) counts it and puts the version in force', number, quote_literal(m.name);
    END IF;
    RETURN number;
END $$;
COMMENT ON FUNCTION @extschema@.set_rules(text, @extschema@.scoring_rules, boolean, boolean, text) IS
    'Gives a model new rules and returns the number of their version, or that of the active ones if they are the same. No event is read unless the rules need evidence '
    'that was not counted. model: its name; at_once: true: when the call returns all leads are scored by them; if events have to be counted, writers '
    'wait meanwhile. false: returns soon, CALL catch_up(model) does the work in batches beside the writers; rules that need no new evidence are in '
    'force at once and leads not yet done are scored when they are read; announce: send NOTIFY for changes of stage this causes; note: kept '
    'beside the version. Errors: 42704, 42501, 22004, 22023 rules that look at the model''s own score or stage, 25001 with new evidence unless READ COMMITTED, 0A000 not at once with another time zone, 55000.';

CREATE FUNCTION @extschema@.versions(
    model text, OUT version integer, OUT state text, OUT set_at timestamptz, OUT set_by text, OUT note text, OUT rules @extschema@.scoring_rules
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM @extschema@.model m WHERE m.name = versions.model) THEN
        PERFORM @extschema@.refuse_null(CASE WHEN model IS NULL THEN 'model' END);
        RAISE undefined_object USING MESSAGE = format('there is no model "%s"', model), HINT = 'SELECT name, leads FROM leadscore.model shows all models.';
    END IF;
    RETURN QUERY
        SELECT v.version, CASE v.version WHEN m.version THEN 'active' WHEN m.next_version THEN 'next' ELSE 'past' END, v.set_at, v.set_by, v.note, v.rules
          FROM @extschema@.rules_version v JOIN @extschema@.model m ON m.name = v.model
         WHERE v.model = versions.model ORDER BY v.version;
END $$;
COMMENT ON FUNCTION @extschema@.versions(text) IS
    'All rules a model ever had. model: its name. version counts from 1; state is active, next (being counted for by catch_up) or past; set_at, set_by: when '
    'and by whom; note: what they said; rules: the document. Error 42704 no such model.';
