-- Keys of leads in generated statements. Everything is written out in full, for upkeep runs these statements under any search path.
--
-- Side 'leads' means the names of key columns in the leads table, 'scores' their names in the score table and its companions.

CREATE FUNCTION @extschema@.type_name(type oid) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%I.%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = $1
$$;
COMMENT ON FUNCTION @extschema@.type_name(oid) IS 'The qualified name of a type, without modifiers; for generated statements.';

CREATE FUNCTION @extschema@.key_operators(relation regclass, "position" integer) RETURNS text[]
    AS 'MODULE_PATHNAME', 'leadscore_key_operators' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.key_operators(regclass, integer) IS
    'The operators <, <=, =, >= and > of a column of a table''s primary key, by its operator class, for generated statements; NULL if there is no such key.';

CREATE FUNCTION @extschema@.has_one_spelling(scores regclass) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_has_one_spelling' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.has_one_spelling(regclass) IS
    'Whether keys of a table that are equal are written in one way, as its primary key knows it: not citext, numeric, or text with a collation that is not deterministic. NULL if there is no such table.';

-- One row a key column. Operators are those of the score table's primary key, which took the default of the type.
CREATE FUNCTION @extschema@.key_parts(
    model text, OUT "position" integer, OUT leads_name name, OUT stored_name name, OUT type oid,
    OUT equal text, OUT greater text, OUT at_least text, OUT at_most text
) RETURNS SETOF record
    -- Not in SQL: a plan that is kept makes it six times faster, and every generated statement asks for it several times.
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT k.ord::integer, k.name, a.attname, a.atttypid, o.names[3], o.names[5], o.names[4], o.names[2]
      FROM @extschema@.model m
      CROSS JOIN LATERAL unnest(@extschema@.current_names(m.leads, m.key_columns, m.key_numbers)) WITH ORDINALITY k(name, ord)
      JOIN pg_attribute a ON a.attrelid = m.scores AND a.attnum = k.ord
      CROSS JOIN LATERAL @extschema@.key_operators(m.scores, k.ord::integer) o(names)
     WHERE m.name = $1 AND o.names IS NOT NULL
     ORDER BY k.ord;
END $$;
COMMENT ON FUNCTION @extschema@.key_parts(text) IS
    'The key columns of a model: names in leads and in the score table, type, operators; for generated statements.';

CREATE FUNCTION @extschema@.key_list(model text, alias text, side text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN (
    SELECT string_agg(format('%s%I', nullif($2, '') || '.', CASE $3 WHEN 'leads' THEN p.leads_name ELSE p.stored_name END), ', ' ORDER BY p.position)
      FROM @extschema@.key_parts($1) p);
END $$;
COMMENT ON FUNCTION @extschema@.key_list(text, text, text) IS
    'The key columns of a model as they are called in leads (side leads) or the score table (side scores), for generated statements: "a.k1, a.k2"; '
    'alias empty or NULL: no alias.';

CREATE FUNCTION @extschema@.key_join(model text, a text, a_side text, b text, b_side text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN (
    SELECT string_agg(format('%s.%I %s %s.%I', $2, CASE $3 WHEN 'leads' THEN p.leads_name ELSE p.stored_name END, p.equal,
                             $4, CASE $5 WHEN 'leads' THEN p.leads_name ELSE p.stored_name END), ' AND ' ORDER BY p.position)
      FROM @extschema@.key_parts($1) p);
END $$;
COMMENT ON FUNCTION @extschema@.key_join(text, text, text, text, text) IS
    'The condition that two aliases name the same lead, for generated statements: "a.k1 = b.k1 AND a.k2 = b.k2".';

-- An event may name anything as its lead. What no index could hold is no key of a lead, and is to stop nothing.
CREATE FUNCTION @extschema@.key_fits(VARIADIC key "any") RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_key_fits' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.key_fits("any") IS
    'Whether the indexes of a model''s tables can hold a key, compressed as they do it. key: the values of its columns. False if one of them is NULL.';

CREATE FUNCTION @extschema@.key_fits_sql(model text, alias text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN (
    SELECT CASE WHEN bool_or(t.typlen = -1) THEN format('@extschema@.key_fits(%s)', string_agg(format('%s.%I', $2, p.stored_name), ', ' ORDER BY p.position)) ELSE 'true' END
      FROM @extschema@.key_parts($1) p JOIN pg_type t ON t.oid = p.type);
END $$;
COMMENT ON FUNCTION @extschema@.key_fits_sql(text, text) IS
    'The condition that a key, called as the score table does, is short enough for the indexes of the tables of a model; for generated statements.';

-- A number stays a number in JSON; what JSON could not give back as it was becomes text.
CREATE FUNCTION @extschema@.key_text_sql(model text, alias text, side text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN (
    SELECT CASE WHEN count(*) = 1 THEN min(format('%s%I::pg_catalog.text', nullif($2, '') || '.', q.name))
                ELSE format('pg_catalog.jsonb_build_object(%s)::pg_catalog.text',
                            string_agg(format('%L, %s%I%s', q.leads_name, nullif($2, '') || '.', q.name,
                                              CASE WHEN q.typcategory IN ('N', 'B', 'D') THEN '' ELSE '::pg_catalog.text' END),
                                       ', ' ORDER BY q.position)) END
      FROM (SELECT p.position, p.leads_name, CASE $3 WHEN 'leads' THEN p.leads_name ELSE p.stored_name END AS name, t.typcategory
              FROM @extschema@.key_parts($1) p JOIN pg_type t ON t.oid = p.type) q
    HAVING count(*) > 0);
END $$;
COMMENT ON FUNCTION @extschema@.key_text_sql(text, text, text) IS
    'The expression that gives a lead as text, for generated statements: the text of a single key column, of several a JSON object of them.';

-- The values of a key, each as a typed literal.
CREATE FUNCTION @extschema@.key_literals(model text, key text) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part record;
    given jsonb;
    value text;
    literals text[] := '{}';
    columns integer := (SELECT count(*) FROM @extschema@.key_parts(key_literals.model));
    leads constant regclass := (SELECT m.leads FROM @extschema@.model m WHERE m.name = key_literals.model);
    as_owner constant boolean := @extschema@.owns_table(leads);
BEGIN
    IF key IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'the key of a lead must not be null';
    END IF;
    IF columns > 1 THEN
        BEGIN
            given := key::jsonb;
        EXCEPTION WHEN data_exception THEN
            given := 'null';
        END;
        IF jsonb_typeof(given) <> 'object' THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('key of a lead: expected a JSON object of the columns %s',
                                 (SELECT string_agg(quote_ident(p.leads_name), ', ' ORDER BY p.position) FROM @extschema@.key_parts(key_literals.model) p)),
                HINT = 'For example {"tenant": 1, "id": 42}.';
        END IF;
    END IF;
    FOR part IN SELECT * FROM @extschema@.key_parts(key_literals.model) LOOP
        value := CASE WHEN columns = 1 THEN key ELSE given ->> part.leads_name END;
        IF value IS NULL THEN
            RAISE invalid_parameter_value USING MESSAGE = format('key of a lead: "%s" is missing', part.leads_name),
                HINT = format('A JSON object needs a member for each of %s. So does a row: its columns must have these names, which those of ROW(…) have not.',
                              (SELECT string_agg(quote_ident(p.leads_name), ', ' ORDER BY p.position) FROM @extschema@.key_parts(key_literals.model) p));
        END IF;
        literals := literals || format('%L::%s', value, @extschema@.type_name(part.type));
        -- In the statements made of it the message would tell a place that nobody wrote.
        -- A domain's check is its owner's function.
        BEGIN
            IF as_owner THEN
                PERFORM FROM @extschema@.query_as_owner(leads, format('SELECT (%s)::text', literals[part.position])) q(value text);
            ELSE
                EXECUTE 'SELECT ' || literals[part.position];
            END IF;
        EXCEPTION WHEN data_exception THEN
            RAISE USING ERRCODE = SQLSTATE, MESSAGE = format('key of a lead: %s', SQLERRM), HINT = format('A lead is named by "%s", of type %s.', part.leads_name, format_type(part.type, NULL))
                || coalesce((SELECT format(' In %s it is of type %s now: leadscore.rebuild(%L) follows.', m.leads, format_type(t.type, NULL), m.name)
                               FROM @extschema@.model m CROSS JOIN LATERAL (SELECT @extschema@.column_type(m.leads, part.leads_name)) t(type)
                              WHERE m.name = key_literals.model AND t.type <> part.type), '');
        END;
    END LOOP;
    RETURN literals;
END $$;
COMMENT ON FUNCTION @extschema@.key_literals(text, text) IS
    'A key given as text (of several columns: a JSON object of them) as typed literals in the order of the key; errors: 22023 if a column is missing, 22P02 and others of class 22 if it is no value of its type.';

CREATE FUNCTION @extschema@.key_condition(model text, alias text, side text, key text) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(format('%s%I %s %s', nullif($2, '') || '.', CASE $3 WHEN 'leads' THEN p.leads_name ELSE p.stored_name END, p.equal,
                             v.literals[p.position]), ' AND ' ORDER BY p.position)
      FROM (SELECT @extschema@.key_literals($1, $4)) v(literals), @extschema@.key_parts($1) p
$$;
COMMENT ON FUNCTION @extschema@.key_condition(text, text, text, text) IS
    'The condition that an alias names the lead with this key, for generated statements: "a.k1 = ''42''::int8"; errors as key_literals().';

-- "(a, b) > (x, y)" as "a >= x AND (NOT a = x OR b > y)": an index on the key serves, whatever schemas the operators are in.
CREATE FUNCTION @extschema@.key_range(model text, alias text, after text, up_to text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part record;
    low text[] := CASE WHEN after IS NOT NULL THEN @extschema@.key_literals(key_range.model, after) END;
    high text[] := CASE WHEN up_to IS NOT NULL THEN @extschema@.key_literals(key_range.model, up_to) END;
    above text;
    within text;
BEGIN
    FOR part IN SELECT p.*, format('%s.%I', alias, p.stored_name) AS name
                  FROM @extschema@.key_parts(key_range.model) p ORDER BY p.position DESC LOOP
        IF low IS NOT NULL THEN
            above := CASE WHEN above IS NULL THEN format('%s %s %s', part.name, part.greater, low[part.position])
                          ELSE format('%1$s %2$s %4$s AND (NOT %1$s %3$s %4$s OR %5$s)',
                                      part.name, part.at_least, part.equal, low[part.position], above) END;
        END IF;
        IF high IS NOT NULL THEN
            within := CASE WHEN within IS NULL THEN format('%s %s %s', part.name, part.at_most, high[part.position])
                           ELSE format('%1$s %2$s %4$s AND (NOT %1$s %3$s %4$s OR %5$s)',
                                       part.name, part.at_most, part.equal, high[part.position], within) END;
        END IF;
    END LOOP;
    RETURN coalesce(nullif(concat_ws(' AND ', above, within), ''), 'true');
END $$;
COMMENT ON FUNCTION @extschema@.key_range(text, text, text, text) IS
    'The condition that the key of a row (alias; names of the score table) lies behind the key "after" and not behind the key "up_to" (NULL: no such '
    'end), for generated statements.';
