-- model_lift(): lift_of() for the leads of a model, with related rows and the events that it binds.

CREATE FUNCTION @extschema@.model_lift(
    model text, converted name, horizon interval DEFAULT '90 days', cut_off timestamptz DEFAULT NULL, at name DEFAULT NULL, created name DEFAULT NULL,
    as_of timestamptz DEFAULT NULL, doubling numeric DEFAULT 10, bands integer DEFAULT 5, most_values integer DEFAULT 20, least_leads integer DEFAULT 40
) RETURNS SETOF @extschema@.value_lift
    LANGUAGE plpgsql STABLE ROWS 200 SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off AS $body$
DECLARE
    m @extschema@.model := @extschema@.readable_model(model_lift.model);
    judged @extschema@.scoring_rules := @extschema@.active_rules(m.name);
    known_until timestamptz := coalesce(as_of, now());
    span interval := @extschema@.backtest_horizon(horizon, cut_off, known_until);
    counts jsonb;
    kinds jsonb;
BEGIN
    PERFORM @extschema@.check_lift_settings(doubling, least_leads);
    PERFORM @extschema@.refuse_null(CASE WHEN bands IS NULL THEN 'bands' END, CASE WHEN most_values IS NULL THEN 'most_values' END);
    PERFORM @extschema@.tell_moments(m.leads, converted, ARRAY[at, created], ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e), judged);
    -- $2 and $4 to $6 are the parameters of snapshots_sql().
    EXECUTE format($sql$
        WITH leadscore_s AS MATERIALIZED (%1$s), leadscore_l AS (
            SELECT %2$s, s.leadscore_outcome AS converted, s.leadscore_at AS at, NULL::timestamptz AS converted_at FROM leadscore_s s WHERE s.leadscore_left_out IS NULL
        )
        SELECT (SELECT @extschema@.value_outcomes(a.attributes, s.leadscore_outcome, s.leadscore_at, $1, $3) FROM leadscore_s s JOIN %3$s ON %4$s WHERE s.leadscore_left_out IS NULL),
               (%5$s)$sql$,
        @extschema@.snapshots_sql(m, converted, cut_off IS NOT NULL, at, created),
        (SELECT string_agg(format('s.%I AS k%s', p.stored_name, p.position), ', ' ORDER BY p.position) FROM @extschema@.key_parts(m.name) p),
        @extschema@.whole_attributes(m.name, 'a'), @extschema@.key_join(m.name, 's', 'scores', 'a', 'leads'),
        @extschema@.kinds_sql(m.key_columns, @extschema@.source_events_sql(m.leads, m.key_columns, ARRAY(SELECT e FROM @extschema@.usable_events(m.name) e), '$2'), most_values))
       INTO counts, kinds USING bands, judged, most_values, span, cut_off, known_until;
    -- What names the lead, what tells the outcome and what models write are no attributes.
    RETURN QUERY SELECT * FROM @extschema@.lift_rows(
        (SELECT coalesce(jsonb_agg(c.cell ORDER BY c.ord), '[]') FROM jsonb_array_elements(counts) WITH ORDINALITY c(cell, ord)
          WHERE c.cell ->> 'part' = 'all' OR c.cell ->> 'field' <> ALL (m.key_columns::text[] || converted::text || array_remove(ARRAY[at, created]::text[], NULL) || ARRAY(
                SELECT k.name FROM @extschema@.mirrored_attributes(m.name) k))),
        kinds, 'event', doubling, least_leads);
END $body$;
COMMENT ON FUNCTION @extschema@.model_lift(text, name, interval, timestamptz, name, name, timestamptz, numeric, integer, integer, integer) IS
    'lift_of() for the leads of a model: columns of related rows are attributes, too, but none with score or stage of a model, and the events are those that the model binds. Leads are looked at as backtest_leads() does: each as of a '
    'moment of its own, with no event later than that; those left out there do not count. model: its name; converted, horizon, cut_off, at, created, as_of: as for backtest_leads(); '
    'doubling, bands, most_values, least_leads: as for lift_of(). Rights and errors as of backtest_leads().';
