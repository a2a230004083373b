-- fit_model(): rules learned from the leads, related rows and events of a model.

CREATE FUNCTION @extschema@.fit_related(m @extschema@.model, OUT joins text, OUT columns text, OUT refs text[])
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(string_agg(j.sql, '' ORDER BY r.source), ''), coalesce(string_agg(c.sql, '' ORDER BY r.source), ''),
           ARRAY(SELECT r.prefix || '.' || k.name FROM @extschema@.usable_attributes(($1).name) r CROSS JOIN LATERAL unnest(@extschema@.fit_references(r.relation)) k(name))
      FROM @extschema@.usable_attributes(($1).name) r
      CROSS JOIN LATERAL (SELECT format(' LEFT JOIN %s leadscore_r%s ON %s', r.relation, r.source,
                                        string_agg(format('leadscore_r%s.%I %s leadscore_l.%I%s', r.source, k.there,
                                                          @extschema@.equality_of(@extschema@.column_type(r.relation, k.there)), k.here,
                                                          @extschema@.collate_as(($1).leads, k.here, r.relation, k.there)), ' AND '))
                            FROM unnest(r.on_columns, r.key_columns) k(here, there)) j(sql)
      CROSS JOIN LATERAL (SELECT string_agg(format(', leadscore_r%s.%I AS %I', r.source, a.attname, r.prefix || '.' || a.attname), '' ORDER BY a.attnum)
                            FROM pg_attribute a
                           WHERE a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (r.key_columns)
                             AND octet_length(r.prefix || '.' || a.attname) < 64 AND NOT @extschema@.of_sync_tool(a.attname)
                             AND a.attname NOT IN (SELECT k.name FROM @extschema@.mirrored_names(r.relation) k)
                             AND @extschema@.column_type(($1).leads, (r.prefix || '.' || a.attname)::name) IS NULL) c(sql)
$$;
COMMENT ON FUNCTION @extschema@.fit_related(@extschema@.model) IS
    'The related tables of a model joined to leads (leadscore_l), and their columns, called as rules name them, without those of sync tools and scores and stages of models; for generated statements. '
    'refs: which of these refer to rows of other tables.';

CREATE FUNCTION @extschema@.fit_model(
    model text, converted name, at name DEFAULT NULL, horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, created name DEFAULT NULL,
    held_back name DEFAULT NULL, settings jsonb DEFAULT '{}', as_of timestamptz DEFAULT now()
) RETURNS @extschema@.fitted_rules
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.readable_model(fit_model.model);
    active jsonb := @extschema@.active_rules(m.name)::jsonb;
    related record := @extschema@.fit_related(m);
    moment timestamptz := cut_off;
BEGIN
    PERFORM @extschema@.fit_test_share(settings);
    IF at IS NULL AND cut_off IS NULL THEN
        IF @extschema@.column_type(m.leads, converted) = 'boolean'::regtype THEN
            RAISE invalid_parameter_value USING MESSAGE = format('column "%s" of %s does not say when a lead converted', converted, m.leads),
                HINT = 'Name a column that does, or with "at" a column that says when each lead is to be looked at.';
        END IF;
        moment := coalesce(as_of, now()) - make_interval(secs => extract(epoch FROM coalesce(horizon, '0'))::float8);
    END IF;
    RETURN @extschema@.fit_sources(
        m.leads, converted, ARRAY(SELECT p.leads_name FROM @extschema@.key_parts(m.name) p ORDER BY p.position), at,
        ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e ORDER BY e.source), horizon, moment, created, held_back,
        jsonb_strip_nulls(jsonb_build_object('name', m.name, 'timezone', active ->> 'timezone')) || settings, as_of, related.joins, related.columns, related.refs);
END $$;
COMMENT ON FUNCTION @extschema@.fit_model(text, name, name, interval, timestamptz, name, name, jsonb, timestamptz) IS
    'fit_rules() over what a model reads: its leads, related rows and events. model: its name; converted: a column of its leads, the time of the conversion (NULL: none) or, with at, a '
    'boolean; at: a column with the moment from which a lead is looked at; without it all are looked at from cut_off, by default horizon before as_of; horizon: how long '
    'after that a conversion counts, NULL: for ever; created: a column that tells since when a lead is there, without which a NOTICE may be due as of fit_rules(); held_back, settings, as_of: as for fit_rules(); name and '
    'time zone are those of the model and its rules unless settings say otherwise. Attributes are as they are now: what changed after the outcome may tell it. The columns with scores and stages of models, also in related tables and tables of events, and those of sync tools, are not learned '
    'from, and numbers that refer to other rows only if settings keep them: columns of foreign keys, also of related tables, and those named in add_attributes("on"). '
    'Changes nothing: set_rules() puts a document in force. Errors: those of fit_rules(), 42704 no such model, 55000 its tables are gone.';
