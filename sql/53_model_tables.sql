-- The tables of a model, beside its leads table and owned by the same role.

-- What key columns are called in them: as in leads, unless a fixed column is called so, or what generated statements put beside them.
CREATE FUNCTION @extschema@.stored_names(names name[]) RETURNS name[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fixed constant text[] := '{present,version,next_change,due,scored_at,score,stage,stage_since,probability,dimensions,labels,last_event,adjustments,evidence,
        tally,recent,id,old_stage,old_since,new_stage,at,why,dimension,op,points,reason,set_by,set_at,delta,attributes,
        existed,was_present,there,waits,total,m,n,o,rules,read_adjustments,has_set,counted,own_tally,known,adjusted,lead_score,lead_stage}';
    stored text[] := '{}';
    candidate text;
    given name;
BEGIN
    FOREACH given IN ARRAY names LOOP
        candidate := given;
        WHILE candidate = ANY (fixed) OR candidate = ANY (stored) OR candidate <> given AND candidate = ANY (names::text[]) LOOP
            candidate := ('lead_' || candidate)::name;
        END LOOP;
        stored := stored || candidate;
    END LOOP;
    RETURN stored::name[];
END $$;
COMMENT ON FUNCTION @extschema@.stored_names(name[]) IS
    'What key columns of leads are called in the tables of a model: the same, with "lead_" in front where a fixed column has that name.';

-- Types without modifiers, and of domains what is below: an event of a key that no lead can have is no error.
CREATE FUNCTION @extschema@.key_definitions(leads regclass, key name[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(format('%I %s%s NOT NULL', s.name, @extschema@.type_name(@extschema@.column_type($1, k.name)),
                             (SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                               WHERE c.oid = a.attcollation AND c.collname <> 'default')), ', ' ORDER BY k.ord)
      FROM unnest($2) WITH ORDINALITY k(name, ord)
      JOIN pg_attribute a ON a.attrelid = $1 AND a.attname = k.name
      JOIN unnest(@extschema@.stored_names($2)) WITH ORDINALITY s(name, ord) USING (ord)
$$;
COMMENT ON FUNCTION @extschema@.key_definitions(regclass, name[]) IS 'The key columns of the tables of a model, as CREATE TABLE takes them.';

-- DROP EXTENSION … CASCADE takes the catalogs and the views, but not these tables; a dump of a schema brings tables and views back without a model. Views of
-- others on them are not in the hint, and stop it.
CREATE FUNCTION @extschema@.refuse_left_overs(model text, nsp name, base text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
DECLARE
    taken text[];
    ours boolean;
    left_over @extschema@.model;
    views text;
BEGIN
    SELECT INTO taken, ours, left_over.scores, left_over.companions
           array_agg(format('%I.%I', nsp, c.relname) ORDER BY s.ord),
           bool_and(c.relkind = 'r' AND obj_description(c.oid, 'pg_class') ~ format(' model %s[ :.]', model)),
           min(c.oid) FILTER (WHERE s.ord = 1), array_agg(c.oid::regclass ORDER BY s.ord) FILTER (WHERE s.ord > 1)
      FROM unnest('{"",_stage_change,_adjustment,_refused,_queue}'::text[]) WITH ORDINALITY s(suffix, ord)
      JOIN pg_class c ON c.relname = base || s.suffix JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = nsp;
    IF taken IS NULL THEN
        RETURN;
    END IF;
    IF ours THEN
        SELECT INTO views string_agg(v::text, ', ' ORDER BY v) FROM @extschema@.model_views(left_over) v;
    END IF;
    RAISE duplicate_table USING MESSAGE = format('%s already exists', taken[1]),
        HINT = CASE WHEN coalesce(ours, false)
                    THEN format('It is left over from a model "%s" that is gone. If you want nothing of it any more: %sDROP TABLE %s', model,
                                coalesce('DROP VIEW ' || views || '; ', ''), array_to_string(taken, ', '))
                    ELSE 'Choose another name for the model: it becomes part of the names of its tables.' END;
END $$;
COMMENT ON FUNCTION @extschema@.refuse_left_overs(text, name, text) IS
    'Error 42P07 if a name of the tables of a new model is taken, with a hint if tables of a model of that name have it that no catalog knows any more.';

CREATE FUNCTION @extschema@.make_score_table(model text, leads regclass, key name[], base text) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys text := @extschema@.key_definitions(leads, key);
    key_list text := (SELECT string_agg(quote_ident(k), ', ') FROM unnest(@extschema@.stored_names(key)) k);
    nsp name;
    owner name;
    kind text;
    suffix text;
    c record;
BEGIN
    SELECT INTO nsp, owner, kind n.nspname, r.rolname, CASE t.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END
      FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_roles r ON r.oid = t.relowner WHERE t.oid = leads;
    PERFORM @extschema@.refuse_left_overs(model, nsp, base);
    -- Its indexes come when it is full.
    EXECUTE format('CREATE %sTABLE %I.%I (%s, present boolean NOT NULL, version integer NOT NULL, next_change timestamptz NOT NULL, due timestamptz NOT NULL, '
                   'scored_at timestamptz NOT NULL, score numeric, stage text, stage_since timestamptz, probability double precision, '
                   'dimensions numeric[], labels text[], last_event date, adjustments jsonb, evidence integer NOT NULL, tally bytea, recent bytea, points bytea) '
                   'WITH (fillfactor = 80)', kind, nsp, base, keys);
    -- Not compressed: so a part of them can be read without the rest.
    EXECUTE format('ALTER TABLE %I.%I ALTER tally SET STORAGE EXTERNAL, ALTER recent SET STORAGE EXTERNAL, ALTER points SET STORAGE EXTERNAL',
                   nsp, base);
    EXECUTE format('CREATE %sTABLE %I.%I (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, %s, old_stage text, new_stage text, '
                   'score numeric, at timestamptz NOT NULL, why text NOT NULL, version integer NOT NULL, old_since timestamptz)', kind, nsp, base || '_stage_change', keys);
    EXECUTE format('CREATE INDEX ON %I.%I (%s, at)', nsp, base || '_stage_change', key_list);
    EXECUTE format('CREATE %sTABLE %I.%I (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, %s, dimension text NOT NULL, '
                   'op text NOT NULL CHECK (op IN (''add'', ''set'')), points numeric NOT NULL, reason text, at timestamptz NOT NULL, '
                   'set_by text NOT NULL, set_at timestamptz NOT NULL)', kind, nsp, base || '_adjustment', keys);
    EXECUTE format('CREATE INDEX ON %I.%I (%s)', nsp, base || '_adjustment', key_list);
    EXECUTE format('CREATE %sTABLE %I.%I (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, source text NOT NULL, reason text NOT NULL, '
                   'events bigint NOT NULL, at timestamptz NOT NULL)', kind, nsp, base || '_refused');
    EXECUTE format('CREATE %sTABLE %I.%I (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, %s, evidence integer, delta bytea, '
                   'why text NOT NULL, at timestamptz NOT NULL)', kind, nsp, base || '_queue', keys);
    EXECUTE format('CREATE INDEX ON %I.%I (%s)', nsp, base || '_queue', key_list);
    FOR c IN
        SELECT t.suffix, t.comment FROM (VALUES
            ('', 'Scores of model %s: one row a lead, and for each key that has events but no lead yet. Kept current; not to be written by hand.'),
            ('_stage_change', 'Changes of stage in model %s: one row for each time a lead went from one stage to another.'),
            ('_adjustment', 'Points given by hand in model %s. Written by leadscore.adjust().'),
            ('_refused', 'Events that model %s could not count, and why. Summed up by leadscore.refresh().'),
            ('_queue', 'What changed in model %s and waits for leadscore.fold(); empty unless its upkeep is queued.')) t(suffix, comment)
    LOOP
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', nsp, base || c.suffix, format(c.comment, model));
        IF current_user <> owner THEN
            EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', nsp, base || c.suffix, owner);
        END IF;
    END LOOP;
    PERFORM @extschema@.comment_columns(nsp, base, @extschema@.stored_names(key));
    RETURN format('%I.%I', nsp, base)::regclass;
END $$;
COMMENT ON FUNCTION @extschema@.make_score_table(text, regclass, name[], text) IS
    'Makes the empty tables of a model in the schema of leads, owned by its owner. base: name of the score table. Indexes of that come with index_score_table().';

CREATE FUNCTION @extschema@.index_score_table(scores regclass, key name[], ranked boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key_list text := (SELECT string_agg(quote_ident(k), ', ') FROM unnest(@extschema@.stored_names(key)) k);
BEGIN
    EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (%s)', scores, key_list);
    EXECUTE format('CREATE INDEX ON %s (due)', scores);
    IF ranked THEN
        EXECUTE format('CREATE INDEX ON %s ((score::numeric(28,6)) DESC NULLS LAST, %s)', scores, key_list);
    END IF;
    EXECUTE format('ANALYZE %s', scores);
END $$;
COMMENT ON FUNCTION @extschema@.index_score_table(regclass, name[], boolean) IS 'Makes primary key and indexes of a score table: which leads are due, and, if ranked, which are best.';

CREATE FUNCTION @extschema@.comment_columns(nsp name, base text, keys name[]) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT s.suffix, k.name::text, 'key of the lead' AS comment
          FROM unnest(keys) k(name), unnest('{"",_stage_change,_adjustment,_queue}'::text[]) s(suffix)
        UNION ALL
        SELECT t.* FROM (VALUES
            ('', 'present', 'whether the lead itself is there'),
            ('', 'version', 'version of the rules it was scored by'),
            ('', 'next_change', 'when time alone may next change anything; infinity: never'),
            ('', 'due', 'when refresh() looks at it: not after next_change; -infinity: at once, for rules were changing when it was written'),
            ('', 'scored_at', 'moment of scoring'),
            ('', 'score', 'the score; NULL for excluded leads'),
            ('', 'stage', 'the stage; excluded for excluded leads'),
            ('', 'stage_since', 'when the stage began'),
            ('', 'probability', 'between 0 and 1, if the rules have a probability'),
            ('', 'dimensions', 'points of the dimensions, in the order of their names'),
            ('', 'labels', 'levels of the labels, in the order of their names'),
            ('', 'last_event', 'newest day with an event that the rules count, in their time zone'),
            ('', 'adjustments', 'points given by hand, as scoring reads them'),
            ('', 'evidence', 'number of the evidence set that tally and recent were counted for'),
            ('', 'tally', 'evidence, packed: what is old'),
            ('', 'recent', 'evidence, packed: what came since'),
            ('', 'points', 'what rules gave at that moment, packed, to go on from; NULL: they are all counted next time'),
            ('_stage_change', 'id', 'counted in the order of writing'),
            ('_stage_change', 'old_stage', 'the stage before'),
            ('_stage_change', 'new_stage', 'the stage after'),
            ('_stage_change', 'score', 'the score after'),
            ('_stage_change', 'at', 'moment of scoring'),
            ('_stage_change', 'why', 'the kind of write, or clock, rules, adjustment, rebuild, fold'),
            ('_stage_change', 'version', 'version of the rules'),
            ('_stage_change', 'old_since', 'when the stage before began; NULL if there was none'),
            ('_adjustment', 'id', 'counted in the order of writing'),
            ('_adjustment', 'dimension', 'the dimension whose points change'),
            ('_adjustment', 'op', 'add: points come to it; set: it starts again at points'),
            ('_adjustment', 'points', 'how many'),
            ('_adjustment', 'reason', 'what was said about it'),
            ('_adjustment', 'at', 'from when on'),
            ('_adjustment', 'set_by', 'who did it'),
            ('_adjustment', 'set_at', 'when it was written down'),
            ('_refused', 'id', 'counted in the order of writing'),
            ('_refused', 'source', 'the table'),
            ('_refused', 'reason', 'why its events did not count'),
            ('_refused', 'events', 'how many; negative if they were mended or deleted'),
            ('_refused', 'at', 'when'),
            ('_queue', 'id', 'counted in the order of writing'),
            ('_queue', 'evidence', 'number of the evidence set that delta was counted for; NULL: the lead is to be counted anew'),
            ('_queue', 'delta', 'difference of evidence, packed; NULL: another change'),
            ('_queue', 'why', 'the kind of write'),
            ('_queue', 'at', 'when')) t
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', nsp, base || c.suffix, c.name, c.comment);
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.comment_columns(name, text, name[]) IS 'Comments on all columns of the tables of a model.';
