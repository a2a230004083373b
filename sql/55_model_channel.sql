-- Where changes of stage are sent with NOTIFY. create_model(), set_channel()

CREATE FUNCTION @extschema@.check_channel(channel text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF channel = '' OR octet_length(channel) > 63 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'the name of a channel has 1 to 63 bytes';
    END IF;
END $$;
COMMENT ON FUNCTION @extschema@.check_channel(text) IS 'Error 22023 unless NOTIFY takes this name; NULL, for nowhere, is taken too.';

CREATE FUNCTION @extschema@.set_channel(model text, channel text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m @extschema@.model := @extschema@.open_model(set_channel.model);
BEGIN
    PERFORM @extschema@.check_channel(channel);
    UPDATE @extschema@.model o SET channel = set_channel.channel WHERE o.name = m.name AND o.channel IS DISTINCT FROM set_channel.channel;
    PERFORM @extschema@.invalidate_model(m.name);
END $$;
COMMENT ON FUNCTION @extschema@.set_channel(text, text) IS
    'Where changes of stage of a model are sent with NOTIFY from the end of the transaction on. model: its name; channel: of 1 to 63 bytes, NULL for nowhere. '
    'A transaction that notifies cannot be prepared. Errors: 42704, 42501, 22023.';
