-- fit_report_text(): a report of fitting as a page.

CREATE FUNCTION @extschema@.fit_skill(test float8[], validation float8[]) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_fit_skill' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.fit_skill(float8[], float8[]) IS
    'The skill that the report of a fit tells (found, why), from leads that had no part in it. test, validation: leads, conversions, AUC, its lower limit of 95 %, log loss, and log loss of the rate alone. Error 22023.';

-- The rate is that of other leads, those learned from: of these leads nobody knew theirs.
CREATE FUNCTION @extschema@.base_log_loss(rate float8, conversions bigint, leads bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT -($2 * ln(p.rate) + ($3 - $2) * ln(1 - p.rate)) / nullif($3, 0) FROM (SELECT least(greatest($1, 1e-15), 1 - 1e-15)) p(rate)
$$;
COMMENT ON FUNCTION @extschema@.base_log_loss(float8, bigint, bigint) IS 'The log loss of a rate given to all leads alike; conversions: of these leads.';

CREATE FUNCTION @extschema@.fit_report_parts(report jsonb) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s %s %s %s %s %s %s %s', rpad('', 10), lpad('leads', 8), lpad('converted', 9), lpad('rate', 6), 'AUC and its 95 % limits', 'log loss',
                  'calibration', 'lift 10 %, 20 %')
    UNION ALL
    SELECT format('%s %s %s %s %s %s %s %s', rpad(p.name, 10), lpad(p.m ->> 'leads', 8), lpad(p.m ->> 'conversions', 9), to_char((p.m ->> 'rate')::numeric * 100, '990.0'),
                  rpad(format('%s  %s to %s', to_char((p.m ->> 'auc')::numeric, 'FM0.0000'), to_char((p.m ->> 'auc_low')::numeric, 'FM0.000'), to_char((p.m ->> 'auc_high')::numeric, 'FM0.000')), 23),
                  to_char((p.m ->> 'log_loss')::numeric, '0.00000'), to_char((p.m ->> 'calibration_error')::numeric, '    0.0000'),
                  to_char((p.m ->> 'lift_10')::numeric, '    90.00') || to_char((p.m ->> 'lift_20')::numeric, '90.00'))
      FROM (SELECT n.name, $1 -> n.name AS m FROM unnest(ARRAY['training', 'validation', 'test']) n(name)) p
     WHERE (p.m ->> 'leads')::bigint > 0
$$;
COMMENT ON FUNCTION @extschema@.fit_report_parts(jsonb) IS 'Lines of fit_report_text() on how good the rules are, part by part.';

CREATE FUNCTION @extschema@.fit_report_text(report jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Older ones have no one_outcome.
    IF jsonb_typeof(report -> 'rules') IS DISTINCT FROM 'array' OR jsonb_typeof(report -> 'left_out') IS DISTINCT FROM 'array' OR jsonb_typeof(report #> '{skill,found}') IS DISTINCT FROM 'boolean'
       OR jsonb_typeof(report -> 'settings') IS DISTINCT FROM 'object' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'report: expected the report of fit_rules()';
    END IF;
    RETURN (
    WITH entry AS (
        SELECT r.ord, r.e ->> 'field' AS field, r.e ->> 'value' AS value, r.e ->> 'points' AS points, r.e ->> 'why' AS why,
               r.e ->> 'field' IS DISTINCT FROM lag(r.e ->> 'field') OVER (ORDER BY r.ord) AS first
          FROM jsonb_array_elements($1 -> 'rules') WITH ORDINALITY r(e, ord)
    ), line AS (
        SELECT 1 AS part, 0::bigint AS ord, format('%s leads of %s; test part: %s', x ->> 'used', x ->> 'table', x ->> 'test') AS text FROM (SELECT $1 -> 'leads') l(x) WHERE x IS NOT NULL
        UNION ALL
        SELECT 2, row_number() OVER (ORDER BY o.key COLLATE "C"), format('left out: %s leads: %s', o.value, o.key) FROM jsonb_each_text($1 #> '{leads,left_out}') o
        UNION ALL
        SELECT 2, 1000, format('in doubt: %s of %s leads may not have been there yet: created is not given', x ->> 'late', x ->> 'drawn') FROM (SELECT $1 #> '{leads,latecomers}') l(x) WHERE x IS NOT NULL
        UNION ALL
        SELECT 2, 1001, format('in doubt: %s of %s leads that have not converted are younger than %s, and may still: horizon is not given', x ->> 'young', x ->> 'others', x ->> 'within')
          FROM (SELECT $1 #> '{leads,undecided}') l(x) WHERE x IS NOT NULL
        UNION ALL
        SELECT 3, 0, ''
        UNION ALL
        SELECT 4, row_number() OVER (), p.line FROM @extschema@.fit_report_parts($1) p(line)
        UNION ALL
        SELECT 5, 0, format(E'\n%s: %s', CASE WHEN ($1 #>> '{skill,found}')::boolean THEN 'skill' ELSE 'NO SKILL' END, $1 #>> '{skill,why}')
        UNION ALL
        SELECT 6, 0, format(E'\nrules: %s points double the odds', $1 #>> '{settings,doubling}')
        UNION ALL
        SELECT 7, e.ord, CASE WHEN e.first THEN format(E'  %s\n', e.field) ELSE '' END
                         || format('    %s  %s  %s', lpad(CASE WHEN e.points::bigint > 0 THEN '+' ELSE '' END || e.points, 5), rpad(e.value, greatest(28, length(e.value))), e.why) FROM entry e
        UNION ALL
        SELECT 8, 0, E'\nhardly more than one outcome, so ask whether these values are written after it:' WHERE jsonb_array_length($1 -> 'one_outcome') > 0
        UNION ALL
        SELECT 8, v.ord, format('  %s  %s: %s', rpad(v.e ->> 'field', greatest(30, length(v.e ->> 'field'))), v.e ->> 'value', v.e ->> 'detail') FROM jsonb_array_elements($1 -> 'one_outcome') WITH ORDINALITY v(e, ord)
        UNION ALL
        SELECT 9, 0, E'\nnot used:' WHERE jsonb_array_length($1 -> 'left_out') > 0
        UNION ALL
        SELECT 10, l.ord, format('  %s  %s: %s', rpad(l.e ->> 'field', greatest(30, length(l.e ->> 'field'))), l.e ->> 'reason', l.e ->> 'detail') FROM jsonb_array_elements($1 -> 'left_out') WITH ORDINALITY l(e, ord)
    )
    SELECT string_agg(l.text, E'\n' ORDER BY l.part, l.ord) FROM line l);
END $$;
COMMENT ON FUNCTION @extschema@.fit_report_text(jsonb) IS
    'The report of fit_rules() as a page for people: leads, how good the rules are on each part, whether there is skill, each line of points with its reason, values that hold hardly more than one outcome, and what was not used and why. '
    'Calibration: expected calibration error; lift: conversion rate of the best tenth and fifth by that of all. Error 22023: no such report.';
