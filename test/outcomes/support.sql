-- What the checks on real data stand on.
SET client_min_messages = warning;
CREATE EXTENSION leadscore;
CREATE SCHEMA data;

-- One line for test/run, and what was found for its log.
CREATE FUNCTION check_that(name text, good boolean, found text) RETURNS SETOF text LANGUAGE sql AS $$
    VALUES (CASE WHEN good THEN 'ok - ' ELSE 'not ok - ' END || name), ('  ' || coalesce(found, 'NULL'))
$$;

-- Columns of text that hold numbers only become numeric.
CREATE FUNCTION give_types(relation regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changes text;
BEGIN
    EXECUTE (SELECT format('SELECT concat_ws('', '', %s) FROM %s',
                           string_agg(format('CASE WHEN bool_and(%1$I ~ ''^-?[0-9]{1,15}(\.[0-9]+)?$'') THEN ''ALTER %1$I TYPE numeric USING %1$I::numeric'' END', attname), ', '), relation)
               FROM pg_attribute WHERE attrelid = relation AND attnum > 0) INTO changes;
    IF changes <> '' THEN
        EXECUTE format('ALTER TABLE %s %s', relation, changes);
    END IF;
END
$$;

-- The split: inside each outcome the first seven tenths by md5 of the key, ties by key, are for training.
CREATE FUNCTION split(relation regclass, key name, converted name, prefix text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ADD training boolean', relation);
    EXECUTE format('UPDATE %1$s t SET training = s.training FROM (SELECT %2$I AS key, row_number() OVER (PARTITION BY %3$I ORDER BY md5(%4$L || %2$I) COLLATE "C", (%4$L || %2$I) COLLATE "C") * 10
                                                                         <= count(*) OVER (PARTITION BY %3$I) * 7 AS training FROM %1$s) s WHERE t.%2$I = s.key', relation, key, converted, prefix);
END
$$;
