-- catch_up(): everything that is behind, in batches that each are a transaction.

-- Evidence sets that do not cover what a version needs. Those that did before writers collected less have all that the active one needs.
CREATE FUNCTION @extschema@.short_sets(model text, version integer) RETURNS integer[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ARRAY(SELECT s.evidence FROM @extschema@.model m JOIN @extschema@.evidence_set s ON s.model = m.name
                  WHERE m.name = $1 AND (s.lapsed AND m.version <> $2 OR NOT @extschema@.evidence_covers(s.empty, @extschema@.empty_tally(@extschema@.rules_at($1, $2)))) ORDER BY s.evidence)
$$;
COMMENT ON FUNCTION @extschema@.short_sets(text, integer) IS 'The evidence sets of a model that lack something its rules need in a version.';

CREATE FUNCTION @extschema@.short_keys_sql(m @extschema@.model) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %1$s FROM %2$s s WHERE s.evidence = ANY (%3$L::integer[]) UNION SELECT %4$s FROM %5$s q WHERE q.evidence = ANY (%3$L::integer[])',
                  @extschema@.key_list(($1).name, 's', 'scores'), @extschema@.companion(($1).name, ''),
                  @extschema@.short_sets(($1).name, ($1).next_version),
                  @extschema@.key_list(($1).name, 'q', 'scores'), @extschema@.companion(($1).name, '_queue'))
$$;
COMMENT ON FUNCTION @extschema@.short_keys_sql(@extschema@.model) IS 'The query of the leads of a model whose events must be counted for its next version.';

-- The part'th of so many pieces of a list: neighbours stay together, for their rows lie together.
CREATE FUNCTION @extschema@.is_in_part(number bigint, total integer, part integer, parts integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ($1 - 1) * $4 / greatest($2, 1) + 1 = $3
$$;
COMMENT ON FUNCTION @extschema@.is_in_part(bigint, integer, integer, integer) IS 'Whether the number of total pieces of work, counted from 1, belongs to this of so many parts.';

CREATE FUNCTION @extschema@.work_left(model text, batch integer, part integer, parts integer)
    RETURNS TABLE (step text, keys text, number integer, total integer)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(work_left.model);
    source text;
    ranges text[];
BEGIN
    PERFORM @extschema@.refuse_paused(m);
    PERFORM @extschema@.refuse_null(CASE WHEN batch IS NULL THEN 'batch' END, CASE WHEN part IS NULL THEN 'part' END, CASE WHEN parts IS NULL THEN 'parts' END);
    IF part NOT BETWEEN 1 AND parts THEN
        RAISE invalid_parameter_value USING MESSAGE = 'part must be between 1 and parts';
    END IF;
    -- Whoever wrote by the rules before did not look at all that these ask for: what he changed is not marked, nor seen before he commits.
    IF m.told < coalesce(m.next_version, m.version) AND (m.next_version IS NOT NULL OR m.settled < m.version) THEN
        RETURN QUERY SELECT 'wait', '', 1, 1;
    END IF;
    IF m.next_version IS NULL THEN
        source := @extschema@.late_keys_sql(m, now());
        ranges := @extschema@.batch_ranges(m.name, source, batch);
        RETURN QUERY SELECT 'score', @extschema@.batch_keys(source, r.range), r.ord::integer, cardinality(ranges)
                       FROM unnest(ranges) WITH ORDINALITY r(range, ord)
                      WHERE @extschema@.is_in_part(r.ord, cardinality(ranges), part, parts) ORDER BY r.ord;
        IF m.settled < m.version THEN
            RETURN QUERY SELECT 'settle', '', 1, 1;
        END IF;
        IF m.evidence <> (SELECT v.evidence FROM @extschema@.rules_version v WHERE v.model = m.name AND v.version = m.version) THEN
            RETURN QUERY SELECT 'wait', '', 1, 1 UNION ALL SELECT 'narrow', m.version::text, 1, 1;
        END IF;
        RETURN;
    END IF;
    -- Who waits here may bring new rows: so the whole range of keys is looked at, even if there is nothing yet.
    source := @extschema@.short_keys_sql(m);
    ranges := coalesce(nullif(@extschema@.batch_ranges(m.name, source, batch), '{}'), '{true}');
    RETURN QUERY SELECT 'count', @extschema@.batch_keys(source, r.range), r.ord::integer, cardinality(ranges)
                   FROM unnest(ranges) WITH ORDINALITY r(range, ord)
                      WHERE @extschema@.is_in_part(r.ord, cardinality(ranges), part, parts) ORDER BY r.ord;
    source := @extschema@.rowless_keys_sql(m);
    IF source IS NOT NULL THEN
        ranges := coalesce(nullif(@extschema@.batch_ranges(m.name, source, greatest(batch, 100000)), '{}'), '{true}');
        RETURN QUERY SELECT 'count', @extschema@.batch_keys(source, r.range), r.ord::integer, cardinality(ranges)
                       FROM unnest(ranges) WITH ORDINALITY r(range, ord)
                      WHERE @extschema@.is_in_part(r.ord, cardinality(ranges), part, parts) ORDER BY r.ord;
    END IF;
    RETURN QUERY SELECT 'activate', m.next_version::text, 1, 1;
END $$;
COMMENT ON FUNCTION @extschema@.work_left(text, integer, integer, integer) IS 'What catch_up() has to do next, step by step. Error 22023 unless part is between 1 and parts.';

CREATE FUNCTION @extschema@.do_work(model text, step text, keys text, number integer, total integer) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model;
    short boolean;
    leads bigint;
    why text;
    rows_left boolean;
BEGIN
    CASE step
        WHEN 'tend' THEN
            m := @extschema@.need_model(do_work.model);
            PERFORM @extschema@.refuse_paused(m);
            PERFORM @extschema@.tend(m);
        WHEN 'wait' THEN
            m := @extschema@.need_model(do_work.model);
            PERFORM @extschema@.wait_for_writers(m.scores);
            UPDATE @extschema@.model o SET told = coalesce(m.next_version, m.version)
             WHERE o.name = m.name AND o.version = m.version AND o.next_version IS NOT DISTINCT FROM m.next_version AND o.told < coalesce(m.next_version, m.version);
            IF FOUND THEN
                PERFORM @extschema@.invalidate_model(m.name);
            END IF;
        WHEN 'count' THEN
            leads := @extschema@.rescore(do_work.model, keys, 'rules', now(), true, false, true);
            IF leads > 0 OR total > 1 THEN
                RAISE NOTICE '%: events of % keys counted, batch % of %', do_work.model, leads, number, total;
            END IF;
        WHEN 'activate' THEN
            m := @extschema@.open_model(do_work.model);
            IF m.next_version = keys::integer THEN
                SELECT INTO short q.there FROM @extschema@.query_as_owner(m.leads, format('SELECT EXISTS (%s)', @extschema@.short_keys_sql(m))) q(there boolean);
                IF NOT short THEN
                    m := @extschema@.activate_version(m.name, m.next_version);
                    PERFORM @extschema@.create_views(m.name);
                    RAISE NOTICE '%: version % is in force', m.name, m.version;
                END IF;
            END IF;
        WHEN 'narrow' THEN
            m := @extschema@.open_model(do_work.model);
            IF m.version = keys::integer THEN
                PERFORM @extschema@.narrow_evidence(m);
            END IF;
        WHEN 'settle' THEN
            m := @extschema@.need_model(do_work.model);
            IF m.settled < m.version AND @extschema@.quiet_writers(m) THEN
                SELECT INTO rows_left q.there FROM @extschema@.query_as_owner(m.leads, format(
                    'SELECT EXISTS (SELECT FROM %s s WHERE s.version < $1 AND s.due > ''-infinity'')', m.scores), m.version) q(there boolean);
                IF NOT rows_left THEN
                    PERFORM @extschema@.settle(m);
                END IF;
            END IF;
        ELSE
            m := @extschema@.need_model(do_work.model);
            PERFORM @extschema@.lock_own_tables(m);
            why := @extschema@.why_due(m);
            leads := @extschema@.rescore(m.name, keys, why, now(), false, @extschema@.announces(m, why), true);
            RAISE NOTICE '%: % keys scored, batch % of %', m.name, leads, number, total;
    END CASE;
END $$;
COMMENT ON FUNCTION @extschema@.do_work(text, text, text, integer, integer) IS 'One step of catch_up(), in the transaction of the caller.';

CREATE FUNCTION @extschema@.why_due(m @extschema@.model) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rules boolean;
BEGIN
    SELECT INTO rules q.there FROM @extschema@.query_as_owner(m.leads, format('SELECT EXISTS (SELECT FROM %s s WHERE s.version < $1%s)', m.scores,
        CASE WHEN m.settled < m.version THEN '' ELSE ' AND s.due = ''-infinity''' END), m.version) q(there boolean);
    RETURN CASE WHEN rules THEN 'rules' ELSE 'clock' END;
END $$;
COMMENT ON FUNCTION @extschema@.why_due(@extschema@.model) IS 'For the history: rules while leads are there that older rules scored, else clock.';

CREATE FUNCTION @extschema@.announces(m @extschema@.model, why text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN why <> 'rules' OR coalesce((SELECT v.announce FROM @extschema@.rules_version v WHERE v.model = m.name AND v.version = m.version), false);
END $$;
COMMENT ON FUNCTION @extschema@.announces(@extschema@.model, text) IS 'Whether changes of stage with this cause are sent; those by new rules only if set_rules() said so.';

CREATE FUNCTION @extschema@.in_transaction_block() RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_in_transaction_block' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.in_transaction_block() IS 'Whether the session is inside BEGIN and COMMIT, or runs one of several statements sent together: then a procedure cannot commit.';

-- No setting of a path here, for it commits: all names are written out, and it uses no operator.
CREATE PROCEDURE @extschema@.catch_up(model text, batch integer DEFAULT 5000, part integer DEFAULT 1, parts integer DEFAULT 1)
    LANGUAGE plpgsql AS $$
DECLARE
    work pg_catalog.record;
    found_work pg_catalog.bool;
    in_parts pg_catalog.bool := true;
BEGIN
    PERFORM @extschema@.need_model(model);
    -- Else COMMIT would say so, when the first batch is done, and not what to do.
    IF @extschema@.in_transaction_block() THEN
        RAISE invalid_transaction_termination USING MESSAGE = 'catch_up() must not be called inside a transaction',
            HINT = 'It commits after each batch. Call it without BEGIN, as a statement of its own, with autocommit on.';
    END IF;
    PERFORM @extschema@.do_work(model, 'tend', '', 1, 1);
    COMMIT;
    -- What becomes due meanwhile is done, too, and so is what others leave of their parts; what stays due whatever is done cannot hold it up for ever.
    FOR pass IN 1 .. 10 LOOP
        found_work := in_parts;
        FOR work IN SELECT w.step, w.keys, w.number, w.total FROM @extschema@.work_left(model, batch, part, parts) w LOOP
            COMMIT; -- what it read to find the work it must not have locked when it writes
            PERFORM @extschema@.do_work(model, work.step, work.keys, work.number, work.total);
            found_work := true;
        END LOOP;
        COMMIT;
        EXIT WHEN NOT found_work;
        part := 1;
        parts := 1;
        in_parts := false;
    END LOOP;
END $$;
COMMENT ON PROCEDURE @extschema@.catch_up(text, integer, integer, integer) IS
    'Brings a model up to date beside its writers: counts what its next rules need and puts them in force, scores all leads that are due, and folds the queue. '
    'Each batch is a transaction; progress is told by NOTICE; it may be cancelled and called again. model: its name; batch: leads in a transaction; part, parts: begin with '
    'this of so many parts of what is there to do, so that as many sessions share it, by default with all. Not inside a transaction (2D000). '
    'Errors: 42704, 42501, 22004, 22023, 55000 paused.';
