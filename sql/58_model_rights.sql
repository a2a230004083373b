-- Who may read a model: row-level security of its tables, and grants.

-- Views look at the leads table themselves. This is for whoever reads the tables behind them: those that the catalogs know, not what has their names.
CREATE FUNCTION @extschema@.visibility_to_follow(m @extschema@.model)
    RETURNS TABLE (relation regclass, secured boolean, policy boolean, security boolean)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.* FROM (
        SELECT c.oid::regclass, l.relrowsecurity, p.ours <> l.relrowsecurity, c.relrowsecurity <> l.relrowsecurity AND NOT (c.relrowsecurity AND p.others)
          FROM pg_class l CROSS JOIN unnest(ARRAY[($1).scores, ($1).companions[1], ($1).companions[2], ($1).companions[4]]) s(relation)
          CROSS JOIN LATERAL (SELECT k.oid, k.relrowsecurity FROM pg_class k WHERE k.oid = s.relation OFFSET 0) c
          CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'leadscore_visible') AS ours,
                                     EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname <> 'leadscore_visible') AS others) p
         WHERE l.oid = ($1).leads) t(relation, secured, policy, security)
     WHERE t.policy OR t.security;
END $$;
COMMENT ON FUNCTION @extschema@.visibility_to_follow(@extschema@.model) IS
    'The tables of a model that do not follow the row-level security of the leads table yet. secured: whether the leads table has it; policy: the policy of the '
    'model is to be made or dropped; security: row-level security is to be switched.';

CREATE FUNCTION @extschema@.sync_visibility(model text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(sync_visibility.model);
    changed boolean := false;
    t record;
BEGIN
    FOR t IN SELECT v.*, c.relname FROM @extschema@.visibility_to_follow(m) v JOIN pg_class c ON c.oid = v.relation LOOP
        IF t.policy AND t.secured THEN
            -- A subquery for its value, not EXISTS: that would make the planner read all leads for the sake of fifty.
            EXECUTE format('CREATE POLICY leadscore_visible ON %s FOR SELECT USING ((SELECT true FROM %s l WHERE %s))', t.relation, m.leads,
                           @extschema@.key_join(m.name, 'l', 'leads', quote_ident(t.relname), 'scores'));
        ELSIF t.policy THEN
            EXECUTE format('DROP POLICY leadscore_visible ON %s', t.relation);
        END IF;
        IF t.security THEN
            EXECUTE format('ALTER TABLE %s %s ROW LEVEL SECURITY', t.relation, CASE WHEN t.secured THEN 'ENABLE' ELSE 'DISABLE' END);
        END IF;
        changed := true;
    END LOOP;
    RETURN changed;
END $$;
COMMENT ON FUNCTION @extschema@.sync_visibility(text) IS
    'If the leads table has row-level security, so get the tables of the model: one sees the rows of leads one sees; if not, not. Part of create_views() '
    'and refresh(); tells whether anything had to change. Only for the owner of the leads table. Errors: 42704, 42501.';

-- They name the key of leads, and so keep its type. Without one nobody sees a row.
CREATE FUNCTION @extschema@.drop_visibility(m @extschema@.model) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relation regclass;
BEGIN
    FOR relation IN SELECT p.polrelid FROM pg_policy p WHERE p.polrelid = ANY (m.scores || m.companions) AND p.polname = 'leadscore_visible' LOOP
        EXECUTE format('DROP POLICY leadscore_visible ON %s', relation);
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.drop_visibility(@extschema@.model) IS
    'Drops the policies by which tables of a model follow the row-level security of its leads; sync_visibility() makes them again. Row-level security itself stays on.';

-- Other tables than the model's own that its views read: leads waiting to be counted anew, for contacts moved, are so by the reader.
CREATE FUNCTION @extschema@.tables_read_by_views(m @extschema@.model) RETURNS SETOF regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ($1).leads
    UNION SELECT a.relation FROM @extschema@.usable_attributes(($1).name) a
    UNION SELECT t.relation FROM @extschema@.usable_events(($1).name) e CROSS JOIN LATERAL (VALUES (e.events), (e.via)) t(relation)
           WHERE ($1).upkeep = 'queued' AND t.relation IS NOT NULL AND EXISTS (SELECT FROM @extschema@.usable_events(($1).name) v WHERE v.via IS NOT NULL)
$$;
COMMENT ON FUNCTION @extschema@.tables_read_by_views(@extschema@.model) IS
    'The tables besides those of the model that whoever reads its views needs SELECT on: leads, related tables; with queued upkeep and a "via" those of events and contacts.';

CREATE FUNCTION @extschema@.grant_reading(model text, role name) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(grant_reading.model);
    grantee text := CASE WHEN role = 'public' THEN 'PUBLIC' ELSE quote_ident(role) END;
    closed text;
    past text;
BEGIN
    PERFORM @extschema@.sync_visibility(m.name);
    IF NOT has_schema_privilege(CASE WHEN role = 'public' THEN 'public' ELSE role END, (SELECT c.relnamespace FROM pg_class c WHERE c.oid = m.leads), 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %s', (SELECT c.relnamespace::regnamespace FROM pg_class c WHERE c.oid = m.leads), grantee);
    END IF;
    EXECUTE format('GRANT SELECT ON %s TO %s',
                   (SELECT string_agg(@extschema@.own_companion(m, s.suffix)::text, ', ')
                      FROM unnest('{"",_stage_change,_queue}'::text[] || @extschema@.view_suffixes()) s(suffix)), grantee);
    -- How many events could not be counted, not why: messages of errors may hold values of rows that the role does not see.
    IF @extschema@.own_companion(m, '_refused') IS NOT NULL THEN
        EXECUTE format('GRANT SELECT (events) ON %s TO %s', @extschema@.own_companion(m, '_refused'), grantee);
    END IF;
    SELECT INTO closed string_agg(r.relation::text, ', ' ORDER BY r.relation::text) FROM @extschema@.tables_read_by_views(m) r(relation)
     WHERE NOT has_table_privilege(role, r.relation, 'SELECT');
    IF closed IS NOT NULL THEN
        RAISE NOTICE 'role % cannot read all that the views of model "%" read: %', grantee, m.name, closed
            USING HINT = format('GRANT SELECT ON %s TO %s, if that is meant; USAGE on their schemas, too.', closed, grantee);
    END IF;
    SELECT INTO past string_agg(DISTINCT t.relation::text, ', ') FROM @extschema@.usable_events(m.name) e CROSS JOIN LATERAL (VALUES (e.events), (e.via)) t(relation)
     WHERE NOT has_table_privilege(role, t.relation, 'SELECT') AND t.relation NOT IN (SELECT r.relation FROM @extschema@.tables_read_by_views(m) r(relation));
    IF past IS NOT NULL THEN
        RAISE NOTICE 'role % cannot read the events of model "%": %', grantee, m.name, past
            USING HINT = format('The views do without. For past moments (score_at(), backtests, attribution, fitting): GRANT SELECT ON %s TO %s; USAGE on their schemas, too.', past, grantee);
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.grant_reading(text, name) IS
    'Lets a role read the views of a model and use score_of(), explain_lead() and the like: SELECT on views, score table, history and queue, USAGE on '
    'their schema; and the figures of model_status: SELECT on the column events of the refused events. What it may see of the leads stays your decision: it needs SELECT on the leads table and on related tables as well, and for past '
    'moments, and with queued upkeep and a "via" always, on those of events and contacts; NOTICEs name what is missing. role: its name, "public" for all. Only for the owner of the leads table. Errors: 42704 no such model or role, 42501.';
