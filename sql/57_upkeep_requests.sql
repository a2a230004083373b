-- Upkeep by request.

CREATE FUNCTION @extschema@.rescore(
    model text, keys text, why text, as_of timestamptz, recount boolean, announce boolean, record boolean,
    batch integer DEFAULT 2147483647
) RETURNS bigint
    AS 'MODULE_PATHNAME', 'leadscore_rescore' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.rescore(text, text, text, timestamptz, boolean, boolean, boolean, integer) IS
    'Brings leads up to date and tells how many keys it looked at, those of no lead among them. keys: a query of their keys, run as the owner of the leads table; why: for the history; as_of: moment of scoring; '
    'recount: count their events anew; announce: send notifications; record: write stage changes into the history; '
    'batch: so many in one go, in the order of the query, with a NOTICE after each. Only for the owner of the leads table: 42501. Error 22023 unless batch is positive.';

CREATE FUNCTION @extschema@.invalidate_scores(scores regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'leadscore_invalidate_model' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.invalidate_scores(regclass) IS
    'Every session forgets what it knows of the model with this score table. To be called after a change of its catalog rows. Only for the table''s owner: 42501.';

CREATE FUNCTION @extschema@.note_count(model text) RETURNS void
    AS 'MODULE_PATHNAME', 'leadscore_note_count' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION @extschema@.note_count(text) IS
    'Tells the session that all events of a model are about to be counted: statements in progress, which may be seen by that, do not add what they wrote on top of it.';

CREATE FUNCTION @extschema@.union_rules(a @extschema@.scoring_rules, b @extschema@.scoring_rules) RETURNS @extschema@.scoring_rules
    AS 'MODULE_PATHNAME', 'leadscore_union_rules' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.union_rules(@extschema@.scoring_rules, @extschema@.scoring_rules) IS
    'A document whose evidence is that of both; names and points in it mean nothing. Events are counted by it while version b of a model is on its way. '
    'Documents of different time zones: 0A000; more than 4096 rules in all: 54000.';

CREATE FUNCTION @extschema@.invalidate_model(model text) RETURNS void
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT @extschema@.invalidate_scores(m.scores) FROM @extschema@.model m WHERE m.name = $1
$$;
COMMENT ON FUNCTION @extschema@.invalidate_model(text) IS
    'Every session forgets what it knows of a model; after each change of its catalog rows. Only for the owner of its tables: 42501.';
