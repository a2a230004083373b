-- adjust()

CREATE FUNCTION @extschema@.check_adjustment(m @extschema@.model, dimension text, op text, points numeric, at timestamptz) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known text[] := ARRAY(SELECT r.name FROM @extschema@.score_range(@extschema@.rules_at(m.name, m.version)) r WHERE r.scope = 'dimension');
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN dimension IS NULL THEN 'dimension' END, CASE WHEN op IS NULL THEN 'op' END, CASE WHEN points IS NULL THEN 'points' END, CASE WHEN at IS NULL THEN 'at' END);
    IF NOT dimension = ANY (known) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('the rules of model "%s" have no dimension %L', m.name, dimension),
            HINT = format('They have %s.', array_to_string(known, ', '));
    ELSIF op NOT IN ('add', 'set') THEN
        RAISE invalid_parameter_value USING MESSAGE = format('op must be add or set, not %L', op);
    ELSIF points IN ('NaN', 'Infinity', '-Infinity') OR abs(points) > 1000000000 OR points <> round(points, 6) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'points must be a number of at most 6 places, within 1000000000';
    ELSIF NOT isfinite(at) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'at must be a finite moment';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_adjustment(@extschema@.model, text, text, numeric, timestamptz) IS 'Errors 22023 and, for NULL, 22004 unless adjust() takes these.';

CREATE FUNCTION @extschema@.adjust(
    model text, key text, dimension text, op text, points numeric, reason text DEFAULT NULL, at timestamptz DEFAULT now()
) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.need_model(adjust.model);
    keys text;
    stored text;
    n bigint;
BEGIN
    PERFORM @extschema@.refuse_paused(m);
    PERFORM @extschema@.check_adjustment(m, dimension, op, points, at);
    stored := @extschema@.key_condition(m.name, 's', 'scores', key);
    keys := 'SELECT ' || array_to_string(@extschema@.key_literals(m.name, key), ', ');
    -- Locks the lead, and makes its score row if need be.
    PERFORM @extschema@.rescore(m.name, keys, 'adjustment', now(), false, true, true);
    n := @extschema@.run_as_owner(m.leads, format(
        'INSERT INTO %s (%s, dimension, op, points, reason, at, set_by, set_at) SELECT %s, $1, $2, $3, $4, $5, $6, now() FROM %s s WHERE %s',
                   @extschema@.companion(m.name, '_adjustment'), @extschema@.key_list(m.name, '', 'scores'), @extschema@.key_list(m.name, 's', 'scores'),
                   @extschema@.companion(m.name, ''), stored), false, dimension, op, points, reason, at, current_user::text);
    IF n = 0 THEN
        RAISE no_data_found USING MESSAGE = format('there is no lead %s in model "%s"', key, m.name);
    END IF;
    PERFORM @extschema@.run_as_owner(m.leads, format('UPDATE %s s SET adjustments = j.adjustments FROM (SELECT * FROM (%s) a WHERE %s) j WHERE %s',
                   @extschema@.companion(m.name, ''), @extschema@.adjustments_sql(m.name), @extschema@.key_condition(m.name, 'a', 'scores', key), stored));
    PERFORM @extschema@.rescore(m.name, keys, 'adjustment', now(), false, true, true);
END $$;
COMMENT ON FUNCTION @extschema@.adjust(text, text, text, text, numeric, text, timestamptz) IS
    'Changes the points of a lead by hand. model: its name; key: the key of the lead as text, of several columns a JSON object; dimension: of the active rules; op: '
    'add, points come to the dimension; set, it starts again at points, and what events gave up to then no longer counts; points: at most 6 places; reason: '
    'kept beside it; at: from when on. Errors: 42704 no model, P0002 no such lead, 42501, 22004, 22023, 55000 paused.';

CREATE FUNCTION @extschema@.adjust(
    model text, key anyelement, dimension text, op text, points numeric, reason text DEFAULT NULL, at timestamptz DEFAULT now()
) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM @extschema@.adjust(model, @extschema@.key_text(key), dimension, op, points, reason, at);
END $$;
COMMENT ON FUNCTION @extschema@.adjust(text, anyelement, text, text, numeric, text, timestamptz) IS 'adjust() with the key as a value of its type; of several columns jsonb, or a row whose columns are called as those of the key.';
