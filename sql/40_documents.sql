-- What a document says by itself: its rules, its range, its faults, its changes, its evidence.

CREATE FUNCTION @extschema@.rules_rows(@extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_rules_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.range_rows(@extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_range_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.lint_rows(@extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_lint_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.diff_rows(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_diff_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.evidence_rows(@extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_evidence_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

CREATE FUNCTION @extschema@.attribute_rows(@extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_attribute_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

CREATE FUNCTION @extschema@.comparison_rows(@extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_comparison_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

CREATE FUNCTION @extschema@.value_kind(type oid) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_value_kind' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.value_kind(oid) IS
    'What conditions can say of values of a type: number, boolean, text, time, any (json) or none; of arrays, of their elements. NULL if there is no such type.';

CREATE FUNCTION @extschema@.rules_of(
    rules @extschema@.scoring_rules,
    OUT "position" integer, OUT name text, OUT enabled boolean, OUT dimension text, OUT "group" text, OUT "on" text[],
    OUT form text, OUT measure text, OUT points numeric, OUT lowest numeric, OUT highest numeric, OUT description text, OUT rule jsonb
) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT r."position", r.name, r.enabled, r.dimension, r."group", r."on", r.form, r.measure, r.points,
           r.lowest, r.highest, r.description, r.rule
      FROM pg_catalog.jsonb_to_recordset(@extschema@.rules_rows($1))
           AS r("position" integer, name text, enabled boolean, dimension text, "group" text, "on" text[], form text,
                measure text, points numeric, lowest numeric, highest numeric, description text, rule jsonb)
$$;
COMMENT ON FUNCTION @extschema@.rules_of(@extschema@.scoring_rules) IS
    'The rules of a document as rows, with the least and most points each can give.';

CREATE FUNCTION @extschema@.score_range(
    rules @extschema@.scoring_rules, OUT scope text, OUT name text, OUT lowest numeric, OUT highest numeric
) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.scope, r.name, r.lowest, r.highest
      FROM pg_catalog.jsonb_to_recordset(@extschema@.range_rows($1)) AS r(scope text, name text, lowest numeric, highest numeric)
$$;
COMMENT ON FUNCTION @extschema@.score_range(@extschema@.scoring_rules) IS
    'Least and most attainable points of each rule, group and dimension and of the score, through all caps. Rules count as independent of each other; '
    'a rule without limit is infinite.';

CREATE FUNCTION @extschema@.meets_kind(type oid, kind text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.kind IN ('any', $2) OR $2 = 'text' AND v.kind = 'time' OR $2 = 'pattern' AND v.kind = 'text' OR $2 = 'moment' AND v.kind IN ('text', 'time')
           OR $2 LIKE 'date: %' AND v.kind <> 'time' OR $2 LIKE 'key: %' AND v.kind <> 'number'
      FROM @extschema@.value_kind($1) v(kind)
$$;
COMMENT ON FUNCTION @extschema@.meets_kind(oid, text) IS 'Whether a column of a type can meet a test for a kind of value, as comparison_rows() tells it.';

CREATE FUNCTION @extschema@.type_finding(field text, relation regclass, type oid, modifier integer, kind text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('column "%s" of %s is of type %s, %s', $1, $2, format_type($3, $4),
                  CASE WHEN $5 = 'moment' THEN 'where a date or time is asked for'
                       WHEN $5 = 'pattern' THEN 'where a text to be searched is asked for'
                       WHEN $5 LIKE 'date: %' THEN format('which never meets "%s": no date, or none written like 2026-11-30', substr($5, 7))
                       WHEN $5 LIKE 'key: %' THEN format('no value of which stands under the key "%s"', substr($5, 6))
                       ELSE format('where a %s is asked for', $5) END)
$$;
COMMENT ON FUNCTION @extschema@.type_finding(text, regclass, oid, integer, text) IS 'What lint says of a column whose type a test never meets.';

CREATE FUNCTION @extschema@.lint_rules(
    rules @extschema@.scoring_rules, VARIADIC tables regclass[] DEFAULT '{}',
    OUT severity text, OUT topic text, OUT place text, OUT message text
) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.severity, r.topic, r.place, r.message
      FROM pg_catalog.jsonb_to_recordset(@extschema@.lint_rows($1)) AS r(severity text, topic text, place text, message text)
    UNION ALL
    -- A field may be a column, or a path whose first part is a jsonb column.
    SELECT 'warning', 'attribute', f.place,
           pg_catalog.format('no column for attribute "%s" in %s', f.field, pg_catalog.array_to_string($2, ', ')) || f.owner
      FROM pg_catalog.jsonb_to_recordset(@extschema@.attribute_rows($1)) AS f(place text, field text, owner text)
     WHERE pg_catalog.cardinality($2) > 0
       AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = ANY ($2) AND a.attnum > 0 AND NOT a.attisdropped
              AND (a.attname = f.field
                   OR (a.atttypid IN ('pg_catalog.jsonb'::pg_catalog.regtype, 'pg_catalog.json'::pg_catalog.regtype)
                       AND pg_catalog.starts_with(f.field, a.attname || '.'))))
    UNION ALL
    -- Of several tables, which may be columns of one row, one of a fitting type is enough.
    (SELECT 'warning', 'attribute type', c.place,
            @extschema@.type_finding(c.field, c.relation, c.type, c.modifier, c.kind) || c.owner
       FROM (SELECT c.*, a.attrelid::pg_catalog.regclass AS relation, a.atttypid AS type, a.atttypmod AS modifier,
                    pg_catalog.bool_or(@extschema@.meets_kind(a.atttypid, c.kind)) OVER (PARTITION BY c.number) AS fits
               FROM ROWS FROM (pg_catalog.jsonb_to_recordset(@extschema@.comparison_rows($1)) AS (place text, field text, kind text, owner text))
                    WITH ORDINALITY c(place, field, kind, owner, number)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = ANY ($2) AND a.attname = c.field AND a.attnum > 0 AND NOT a.attisdropped) c
      WHERE NOT c.fits ORDER BY c.number, pg_catalog.array_position($2, c.relation))
$$;
COMMENT ON FUNCTION @extschema@.lint_rules(@extschema@.scoring_rules, regclass[]) IS
    'What looks wrong in a document: a stage no score reaches, a cap that never binds, a rule shadowed, points past the budget; with tables of leads, '
    'also the attributes that none of them has, and those of a type that a test of them is never met by (or, of != and not_in, always), unless another of the tables has one that fits.';

CREATE FUNCTION @extschema@.diff_rules(
    a @extschema@.scoring_rules, b @extschema@.scoring_rules,
    OUT change text, OUT part text, OUT name text, OUT before jsonb, OUT after jsonb
) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.change, r.part, r.name, r.before, r.after
      FROM pg_catalog.jsonb_to_recordset(@extschema@.diff_rows($1, $2))
           AS r(change text, part text, name text, before jsonb, after jsonb)
$$;
COMMENT ON FUNCTION @extschema@.diff_rules(@extschema@.scoring_rules, @extschema@.scoring_rules) IS
    'What changed from a to b, rule by rule and part by part.';

CREATE FUNCTION @extschema@.evidence_of(
    rules @extschema@.scoring_rules, OUT id text, OUT kept text, OUT evidence jsonb, OUT rules_using text[]
) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.id, r.kept, r.evidence, r.rules
      FROM pg_catalog.jsonb_to_recordset(@extschema@.evidence_rows($1)) AS r(id text, kept text, evidence jsonb, rules text[])
$$;
COMMENT ON FUNCTION @extschema@.evidence_of(@extschema@.scoring_rules) IS
    'The evidence a document asks of events: the id by which tallies know it, what is kept (count, sum, distinct), and the rules that use it.';
