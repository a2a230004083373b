-- fit_rules(): rules learned from past leads.

CREATE FUNCTION @extschema@.fit_query(query text, candidates @extschema@.scoring_rules, settings jsonb, expected bigint) RETURNS @extschema@.fitted_rules
    AS 'MODULE_PATHNAME', 'leadscore_fit_query' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION @extschema@.fit_query(text, @extschema@.scoring_rules, jsonb, bigint) IS
    'Rules learned from the leads that a query gives: columns converted (boolean), test (boolean), at (timestamptz), tally (lead_tally, counted for the candidates up to at), '
    'and attributes, called as rules name them. candidates: event rules whose measures may be learned from; settings: as for fit_rules(), without test_share, and '
    'references: fields whose numbers name rows of other tables; expected: about how many leads. '
    'Errors: 42804 other columns, 22023, 22P02.';

-- What fitting reads, apart from where it comes from. Settings that are for SQL are taken out.
CREATE FUNCTION @extschema@.fit_test_share(settings jsonb) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given jsonb := settings -> 'test_share';
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN settings IS NULL THEN 'settings' END);
    IF jsonb_typeof(settings) <> 'object' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'settings: expected an object', HINT = 'For example {"doubling": 20, "leave_out": ["lead_quality"]}.';
    ELSIF settings ? 'horizon' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'horizon: unknown key', HINT = 'The horizon is an argument of its own.';
    ELSIF settings ? 'references' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'references: unknown key', HINT = 'Foreign keys tell which columns refer to other rows; "leave_out" names others.';
    ELSIF given IS NULL THEN
        RETURN 0.3;
    ELSIF jsonb_typeof(given) <> 'number' OR given::numeric NOT BETWEEN 0 AND 0.9 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'test_share: must be between 0 and 0.9';
    END IF;
    RETURN given::numeric;
END $$;
COMMENT ON FUNCTION @extschema@.fit_test_share(jsonb) IS 'The share of leads held back, from settings. Errors 22004, 22023.';

-- How the test part is told from the training part.
CREATE FUNCTION @extschema@.fit_test_part(leads regclass, key name[], held_back name, share numeric, cut timestamptz, last timestamptz, OUT test text, OUT told jsonb)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF held_back IS NOT NULL THEN
        PERFORM @extschema@.column_numbers(leads, ARRAY[held_back]);
        IF @extschema@.column_type(leads, held_back) <> 'boolean'::regtype THEN
            RAISE datatype_mismatch USING MESSAGE = format('column "%s" of %s is no boolean', held_back, leads);
        END IF;
        test := format('coalesce(leadscore_l.%I, false)', held_back);
        told := jsonb_build_object('test', format('leads with %I', held_back));
    ELSIF cut < last AND share > 0 THEN
        test := format('leadscore_o.at > %s', @extschema@.moment_literal(cut));
        told := jsonb_build_object('test', format('leads later than %s', @extschema@.moment_text(cut)), 'test_since', @extschema@.moment_text(cut + interval '1 microsecond'));
    ELSE
        test := @extschema@.fit_draw_sql(key, share);
        told := jsonb_build_object('test', format('%s %% of the leads, drawn by a hash of %s', trim_scale(share * 100),
                                                  CASE cardinality(key) WHEN 0 THEN 'the whole row' ELSE array_to_string(key, ', ') END));
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.fit_test_part(regclass, name[], name, numeric, timestamptz, timestamptz) IS
    'The test for the test part, for generated statements, and what the report says of it. cut: moment after which the newest leads are; last: the newest. Errors: 42703, 42804.';

CREATE FUNCTION @extschema@.tell_one_outcome(report jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told text := (SELECT string_agg(format('%s "%s" (%s)', v.e ->> 'field', v.e ->> 'value', v.e ->> 'detail'), ', ' ORDER BY v.ord) FILTER (WHERE v.ord <= 5)
                         || CASE WHEN count(*) > 5 THEN ', and others' ELSE '' END
                    FROM jsonb_array_elements(report -> 'one_outcome') WITH ORDINALITY v(e, ord));
BEGIN
    IF told IS NOT NULL THEN
        RAISE NOTICE USING MESSAGE = 'values that hold hardly more than one outcome got points: ' || told,
            HINT = 'If they are written after the outcome, leave the column out: settings => {"leave_out": [...]}. Those of columns in "keep" are not told.';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.tell_one_outcome(jsonb) IS
    'A NOTICE that names the first five values that got points and hold hardly more than one outcome, one_outcome in a report of fitting, if there are any.';

CREATE FUNCTION @extschema@.fit_sources(
    leads regclass, converted name, key name[], at name, sources @extschema@.event_source[], horizon interval, cut_off timestamptz, created name, held_back name,
    settings jsonb, as_of timestamptz, related_joins text DEFAULT '', related_columns text DEFAULT '', related_refs text[] DEFAULT '{}'
) RETURNS @extschema@.fitted_rules
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    share numeric := @extschema@.fit_test_share(settings);
    timezone text := coalesce(settings ->> 'timezone', 'UTC');
    candidates @extschema@.scoring_rules := jsonb_build_object('rules', '[]'::jsonb, 'timezone', timezone)::@extschema@.scoring_rules;
    core jsonb := settings - 'test_share' - 'timezone' || jsonb_build_object('references', @extschema@.fit_references(leads)::text[] || related_refs);
    outcomes text := @extschema@.fit_outcome_sql(leads, converted, at, cut_off, created, horizon, coalesce(as_of, now()), timezone);
    rows_of text := format('%s leadscore_l CROSS JOIN LATERAL (%s) leadscore_o', leads, outcomes);
    attributes name[] := @extschema@.fit_attributes(leads, key || ARRAY[converted, at, created, held_back]);
    events text[] := '{}';
    tallies text := '';
    left_out jsonb;
    counts record;
    part record;
    late jsonb;
    undecided jsonb;
    result @extschema@.fitted_rules;
BEGIN
    PERFORM @extschema@.tell_moments(leads, converted, ARRAY[at, created], sources, candidates);
    IF horizon IS NOT NULL THEN
        core := core || jsonb_build_object('horizon', @extschema@.horizon_text(horizon));
    END IF;
    EXECUTE format('SELECT count(*) FILTER (WHERE o.why IS NULL) AS used, max(o.at) FILTER (WHERE o.why IS NULL) AS last, '
                   'percentile_disc(%s) WITHIN GROUP (ORDER BY o.at) FILTER (WHERE o.why IS NULL) AS cut FROM (SELECT leadscore_o.* FROM %s) o', 1 - share, rows_of)
       INTO counts;
    EXECUTE format('SELECT coalesce(jsonb_object_agg(w.why, w.leads), ''{}'') FROM (SELECT leadscore_o.why, count(*) AS leads FROM %s WHERE leadscore_o.why IS NOT NULL GROUP BY 1) w', rows_of)
       INTO left_out;
    part := @extschema@.fit_test_part(leads, key, held_back, share, counts.cut, counts.last);
    IF at IS NOT NULL AND horizon IS NULL AND @extschema@.column_type(leads, converted) <> 'boolean'::regtype THEN
        undecided := @extschema@.tell_undecided(leads, outcomes, coalesce(as_of, now()));
    END IF;
    IF cardinality(sources) > 0 THEN
        PERFORM @extschema@.tell_undated(leads, converted, at);
    END IF;
    IF cardinality(sources) > 0 AND cut_off IS NOT NULL AND created IS NULL THEN
        late := @extschema@.tell_latecomers(leads, key, sources, converted, cut_off, horizon, coalesce(as_of, now()), timezone);
    END IF;
    IF cardinality(sources) > 0 THEN
        RAISE NOTICE 'looking for kinds of events';
        events := ARRAY(SELECT @extschema@.fit_events_sql(s, leads, key, @extschema@.fit_snapshots_sql(leads, key, outcomes), timezone) FROM unnest(sources) s);
        candidates := @extschema@.fit_candidates(sources, events, cardinality(key), counts.used, timezone);
        tallies := @extschema@.fit_tallies_sql(events, leads, key, candidates);
    END IF;
    result := @extschema@.fit_query(
        format('SELECT leadscore_o.outcome, %s, leadscore_o.at, %s%s FROM %s%s%s WHERE leadscore_o.why IS NULL', part.test,
               CASE tallies WHEN '' THEN 'NULL::@extschema@.lead_tally' ELSE 'leadscore_t.tally' END,
               (SELECT coalesce(string_agg(format(', leadscore_l.%I', a.name), '' ORDER BY a.ord), '') FROM unnest(attributes) WITH ORDINALITY a(name, ord)) || related_columns, rows_of,
               related_joins, tallies),
        candidates, core, counts.used);
    result.report := jsonb_build_object('leads', jsonb_build_object('table', leads::text, 'used', counts.used, 'left_out', left_out) || part.told
                                                              || jsonb_strip_nulls(jsonb_build_object('latecomers', late, 'undecided', undecided))) || result.report
                     || jsonb_build_object('points_digest', @extschema@.points_digest(result.rules));
    PERFORM @extschema@.tell_one_outcome(result.report);
    RETURN result;
END $$;
COMMENT ON FUNCTION @extschema@.fit_sources(regclass, name, name[], name, @extschema@.event_source[], interval, timestamptz, name, name, jsonb, timestamptz, text, text, text[]) IS
    'fit_rules() with its key chosen and its events as sources; related_joins and related_columns: tables joined to leads and their columns, for generated statements; related_refs: '
    'which of these refer to rows of other tables.';

CREATE FUNCTION @extschema@.fit_rules(
    leads regclass, converted name, key name[] DEFAULT NULL, at name DEFAULT NULL, events jsonb DEFAULT '[]',
    horizon interval DEFAULT NULL, cut_off timestamptz DEFAULT NULL, created name DEFAULT NULL, held_back name DEFAULT NULL, settings jsonb DEFAULT '{}',
    as_of timestamptz DEFAULT now()
) RETURNS @extschema@.fitted_rules
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys name[] := @extschema@.fit_key(leads, key);
    sources @extschema@.event_source[];
BEGIN
    PERFORM @extschema@.refuse_null(CASE WHEN events IS NULL THEN 'events' END);
    IF events <> '[]' THEN
        IF cardinality(keys) = 0 THEN
            RAISE undefined_object USING MESSAGE = format('%s has no primary key', leads), HINT = 'Name the columns that identify a lead, to which events refer: key => ''{email}''.';
        ELSIF at IS NULL AND cut_off IS NULL THEN
            RAISE invalid_parameter_value USING MESSAGE = 'events need "at" or "cut_off", the moment up to which they count',
                HINT = 'at names a column with the moment of each lead; cut_off is one moment for all.';
        END IF;
        sources := ARRAY(SELECT s FROM @extschema@.given_events(events, leads, keys) s ORDER BY s.source);
    END IF;
    RETURN @extschema@.fit_sources(leads, converted, keys, at, coalesce(sources, '{}'), horizon, cut_off, created, held_back, settings, as_of);
END $$;
COMMENT ON FUNCTION @extschema@.fit_rules(regclass, name, name[], name, jsonb, interval, timestamptz, name, name, jsonb, timestamptz) IS
    'An ordinary document of rules learned from past leads, and the report on it. leads: a table or view, one row a lead; converted: its column that tells the outcome, boolean '
    '(NULL: not known, left out) or the time of the conversion (NULL: none); key: columns that name a lead, by default the primary key; at: the column with the moment from '
    'which a lead is looked at: conversions before it and leads without it are left out; events: tables of events, a list of objects with the arguments of add_events(), which count '
    'up to at and before the conversion, of which a boolean does not tell: with at a NOTICE says so, with cut_off it is refused; horizon: how long after at or cut_off a conversion counts, younger leads are left out; NULL: for ever: with at and the time of the conversion a NOTICE and undecided in the report tell of leads (more than 5 % of '
    'those that have not converted) that are younger than most conversions took; cut_off: instead of at, one moment from which all leads are looked at; '
    'created: a column that tells since when a lead is there, later ones than its moment are left out; with events and cut_off, but without it, a NOTICE and latecomers in the report tell of leads (more than 5 %) that did nothing up to the cut-off, and something after it; held_back: a '
    'boolean column that is true for the test part, by default the newest leads by at (leads.test_since in the report says from when on, for since of '
    'backtest()), without it a draw by a hash of the key; settings: an object with name, timezone, doubling '
    '(points that double the odds, 10), least_conversions and least_others (40), most_pairs (8: pairs of columns that may become rules with two conditions), test_share (0.3), '
    'monotone ({field: "rising" or "falling"}), keep (fields to use although they are suspects, or refer to other rows), leave_out (fields not to use); as_of: the moment up to which outcomes are known. '
    'Columns that sync tools add (_fivetran…, _airbyte…, _sdc_…, _dlt_…) are not used. Numbers that refer to rows of other tables (foreign keys) are used only if keep names them, '
    'value by value as texts are, or monotone, as quantities. '
    'Values of texts and booleans of which hardly any lead has the other outcome, where 30 were to be expected, are named in one_outcome of the report and by a NOTICE. '
    'Weights: logistic regression on bins with a ridge and a fused penalty chosen by five-fold validation. The same leads give the same answer. Runs with the rights of the caller; '
    'progress is told by NOTICE. Errors: 22023 too few leads or a wrong setting, 22P02 an unknown one, 42P01, 42703, 42804, 22004.';
