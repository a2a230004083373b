-- The trigger that keeps models current, and what binding a table needs.

-- Not for everybody: create_upkeep_triggers() makes the triggers it belongs to. But who makes the extension may be restoring a dump, where plain
-- CREATE TRIGGER makes them.
CREATE FUNCTION @extschema@.upkeep() RETURNS trigger
    AS 'MODULE_PATHNAME', 'leadscore_upkeep' LANGUAGE C VOLATILE PARALLEL UNSAFE;
REVOKE EXECUTE ON FUNCTION @extschema@.upkeep() FROM PUBLIC;
DO $$
BEGIN
    EXECUTE (SELECT format('GRANT EXECUTE ON FUNCTION @extschema@.upkeep() TO %I', r.rolname)
               FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) e.extowner
              WHERE e.extname OPERATOR(pg_catalog.=) 'leadscore');
END $$;
COMMENT ON FUNCTION @extschema@.upkeep() IS
    'Trigger on leads, events and related rows: brings the leads up to date that a statement touched, or notes them if the model is queued. '
    'Arguments: model, part (leads, events, attributes, via), number of the source. It does nothing if the model is paused or gone, or the table is none of its.';

CREATE FUNCTION @extschema@.create_upkeep_triggers(model text, relation regclass, part text, source integer) RETURNS void
    AS 'MODULE_PATHNAME', 'leadscore_create_upkeep_triggers' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.create_upkeep_triggers(text, regclass, text, integer) IS
    'Creates the triggers that one table (each partition is one) needs for a part of a model, those that are missing; with replicate(), row triggers for '
    'what logical replication applies too. part: leads, events, attributes or via; source: number of the source, 0 for leads. '
    'Only for the owner of the table and of the leads table: 42501.';

CREATE FUNCTION @extschema@.wait_for_writers(relation regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'leadscore_wait_for_writers' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.wait_for_writers(regclass) IS
    'Returns when all other transactions that have written to the table or one of its partitions, and are running now, have ended. Only for the owner of the table: 42501.';

CREATE FUNCTION @extschema@.hold_rules(scores regclass, wait boolean) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_hold_rules' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.hold_rules(regclass, boolean) IS
    'For changes of rules: from now until the transaction ends others mark what they write into a score table as due, and this is true, if all that wrote without a mark have '
    'ended. wait: waits for that; else it is false if there are such. Only for the owner of the table: 42501.';

CREATE FUNCTION @extschema@.upkeep_trouble(model text, OUT trouble text, OUT doubt text) RETURNS record
    AS 'MODULE_PATHNAME', 'leadscore_upkeep_trouble' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.upkeep_trouble(text) IS
    'trouble: why upkeep() can do nothing for a model, in words; NULL if it can. doubt: why it might fail, of which the write that it serves learns nothing; NULL for no reason known.';

CREATE FUNCTION @extschema@.lock_itself(relation regclass, no_wait boolean) RETURNS void
    AS 'MODULE_PATHNAME', 'leadscore_lock_itself' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.lock_itself(regclass, boolean) IS
    'Locks a sequence, or a view without the tables it reads, as DROP does; no_wait: error 55P03 if another transaction has drawn a number from it, or reads it. Only for its owner: 42501.';
