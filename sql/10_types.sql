-- The types scoring_rules and lead_tally: input, output, casts, comparison.

CREATE TYPE @extschema@.scoring_rules;

CREATE FUNCTION @extschema@.scoring_rules_in(cstring) RETURNS @extschema@.scoring_rules
    AS 'MODULE_PATHNAME', 'leadscore_rules_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.scoring_rules_out(@extschema@.scoring_rules) RETURNS cstring
    AS 'MODULE_PATHNAME', 'leadscore_rules_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_recv(internal) RETURNS @extschema@.scoring_rules
    AS 'MODULE_PATHNAME', 'leadscore_rules_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.scoring_rules_send(@extschema@.scoring_rules) RETURNS bytea
    AS 'MODULE_PATHNAME', 'leadscore_rules_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- EXTERNAL: never compressed, so that the digest in front of the text can be read in place.
CREATE TYPE @extschema@.scoring_rules (
    INPUT = @extschema@.scoring_rules_in,
    OUTPUT = @extschema@.scoring_rules_out,
    RECEIVE = @extschema@.scoring_rules_recv,
    SEND = @extschema@.scoring_rules_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = external
);
COMMENT ON TYPE @extschema@.scoring_rules IS
    'A document of scoring rules. Reads any JSON document of the rules language, prints canonical JSON.';

CREATE FUNCTION @extschema@.scoring_rules_from_json(json) RETURNS @extschema@.scoring_rules
    AS 'MODULE_PATHNAME', 'leadscore_rules_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.scoring_rules_from_jsonb(jsonb) RETURNS @extschema@.scoring_rules
    AS 'MODULE_PATHNAME', 'leadscore_rules_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION @extschema@.scoring_rules_to_json(@extschema@.scoring_rules) RETURNS json
    AS 'MODULE_PATHNAME', 'leadscore_rules_to_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE FUNCTION @extschema@.scoring_rules_to_jsonb(@extschema@.scoring_rules) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_rules_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

CREATE CAST (json AS @extschema@.scoring_rules) WITH FUNCTION @extschema@.scoring_rules_from_json(json) AS ASSIGNMENT;
CREATE CAST (jsonb AS @extschema@.scoring_rules) WITH FUNCTION @extschema@.scoring_rules_from_jsonb(jsonb) AS ASSIGNMENT;
CREATE CAST (@extschema@.scoring_rules AS json) WITH FUNCTION @extschema@.scoring_rules_to_json(@extschema@.scoring_rules) AS ASSIGNMENT;
CREATE CAST (@extschema@.scoring_rules AS jsonb) WITH FUNCTION @extschema@.scoring_rules_to_jsonb(@extschema@.scoring_rules) AS ASSIGNMENT;

CREATE FUNCTION @extschema@.scoring_rules_eq(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_rules_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_ne(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_rules_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_lt(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_rules_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_le(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_rules_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_gt(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_rules_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_ge(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_rules_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_cmp(@extschema@.scoring_rules, @extschema@.scoring_rules) RETURNS integer
    AS 'MODULE_PATHNAME', 'leadscore_rules_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_hash(@extschema@.scoring_rules) RETURNS integer
    AS 'MODULE_PATHNAME', 'leadscore_rules_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.scoring_rules_hash_extended(@extschema@.scoring_rules, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'leadscore_rules_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (LEFTARG = @extschema@.scoring_rules, RIGHTARG = @extschema@.scoring_rules,
    FUNCTION = @extschema@.scoring_rules_eq, COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR @extschema@.<> (LEFTARG = @extschema@.scoring_rules, RIGHTARG = @extschema@.scoring_rules,
    FUNCTION = @extschema@.scoring_rules_ne, COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
    RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR @extschema@.< (LEFTARG = @extschema@.scoring_rules, RIGHTARG = @extschema@.scoring_rules,
    FUNCTION = @extschema@.scoring_rules_lt, COMMUTATOR = OPERATOR(@extschema@.>), NEGATOR = OPERATOR(@extschema@.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR @extschema@.<= (LEFTARG = @extschema@.scoring_rules, RIGHTARG = @extschema@.scoring_rules,
    FUNCTION = @extschema@.scoring_rules_le, COMMUTATOR = OPERATOR(@extschema@.>=), NEGATOR = OPERATOR(@extschema@.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR @extschema@.> (LEFTARG = @extschema@.scoring_rules, RIGHTARG = @extschema@.scoring_rules,
    FUNCTION = @extschema@.scoring_rules_gt, COMMUTATOR = OPERATOR(@extschema@.<), NEGATOR = OPERATOR(@extschema@.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR @extschema@.>= (LEFTARG = @extschema@.scoring_rules, RIGHTARG = @extschema@.scoring_rules,
    FUNCTION = @extschema@.scoring_rules_ge, COMMUTATOR = OPERATOR(@extschema@.<=), NEGATOR = OPERATOR(@extschema@.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel);

-- Ordered by canonical text: an order to sort and group by, without further meaning.
CREATE OPERATOR CLASS @extschema@.scoring_rules_ops DEFAULT FOR TYPE @extschema@.scoring_rules USING btree AS
    OPERATOR 1 @extschema@.<, OPERATOR 2 @extschema@.<=, OPERATOR 3 @extschema@.=, OPERATOR 4 @extschema@.>=, OPERATOR 5 @extschema@.>,
    FUNCTION 1 @extschema@.scoring_rules_cmp(@extschema@.scoring_rules, @extschema@.scoring_rules);
CREATE OPERATOR CLASS @extschema@.scoring_rules_hash_ops DEFAULT FOR TYPE @extschema@.scoring_rules USING hash AS
    OPERATOR 1 @extschema@.=,
    FUNCTION 1 @extschema@.scoring_rules_hash(@extschema@.scoring_rules),
    FUNCTION 2 @extschema@.scoring_rules_hash_extended(@extschema@.scoring_rules, bigint);

CREATE TYPE @extschema@.lead_tally;

CREATE FUNCTION @extschema@.lead_tally_in(cstring) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_tally_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.lead_tally_out(@extschema@.lead_tally) RETURNS cstring
    AS 'MODULE_PATHNAME', 'leadscore_tally_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.lead_tally_recv(internal) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_tally_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.lead_tally_send(@extschema@.lead_tally) RETURNS bytea
    AS 'MODULE_PATHNAME', 'leadscore_tally_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.lead_tally (
    INPUT = @extschema@.lead_tally_in,
    OUTPUT = @extschema@.lead_tally_out,
    RECEIVE = @extschema@.lead_tally_recv,
    SEND = @extschema@.lead_tally_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE @extschema@.lead_tally IS
    'The evidence of one lead: exact counts, sums and distinct values per day or hour, without any points. Made by the aggregate lead_tally().';

CREATE FUNCTION @extschema@.lead_tally_eq(@extschema@.lead_tally, @extschema@.lead_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_tally_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.lead_tally_ne(@extschema@.lead_tally, @extschema@.lead_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_tally_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.lead_tally_hash(@extschema@.lead_tally) RETURNS integer
    AS 'MODULE_PATHNAME', 'leadscore_tally_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.lead_tally_add(@extschema@.lead_tally, @extschema@.lead_tally) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_tally_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
CREATE FUNCTION @extschema@.lead_tally_subtract(@extschema@.lead_tally, @extschema@.lead_tally) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_tally_subtract' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;

CREATE OPERATOR @extschema@.= (LEFTARG = @extschema@.lead_tally, RIGHTARG = @extschema@.lead_tally,
    FUNCTION = @extschema@.lead_tally_eq, COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR @extschema@.<> (LEFTARG = @extschema@.lead_tally, RIGHTARG = @extschema@.lead_tally,
    FUNCTION = @extschema@.lead_tally_ne, COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
    RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR @extschema@.+ (LEFTARG = @extschema@.lead_tally, RIGHTARG = @extschema@.lead_tally,
    FUNCTION = @extschema@.lead_tally_add, COMMUTATOR = OPERATOR(@extschema@.+));
CREATE OPERATOR @extschema@.- (LEFTARG = @extschema@.lead_tally, RIGHTARG = @extschema@.lead_tally,
    FUNCTION = @extschema@.lead_tally_subtract);
COMMENT ON OPERATOR @extschema@.+ (@extschema@.lead_tally, @extschema@.lead_tally) IS 'both tallies together; an error if they were counted for different evidence';
COMMENT ON OPERATOR @extschema@.- (@extschema@.lead_tally, @extschema@.lead_tally) IS 'the first without the second, exactly: a + b - b = a';

CREATE OPERATOR CLASS @extschema@.lead_tally_hash_ops DEFAULT FOR TYPE @extschema@.lead_tally USING hash AS
    OPERATOR 1 @extschema@.=,
    FUNCTION 1 @extschema@.lead_tally_hash(@extschema@.lead_tally);

CREATE TYPE @extschema@.scored_lead AS (
    score numeric,
    stage text,
    qualification text,
    probability double precision,
    dimensions jsonb,
    labels jsonb
);
COMMENT ON TYPE @extschema@.scored_lead IS 'What a lead scores at one moment: result of score().';
COMMENT ON COLUMN @extschema@.scored_lead.score IS 'rounded to the document''s decimals; NULL if the lead is excluded';
COMMENT ON COLUMN @extschema@.scored_lead.stage IS 'name of the stage, "excluded", or NULL if the document has no stages';
COMMENT ON COLUMN @extschema@.scored_lead.qualification IS 'free text of the stage, such as MQL or SQL';
COMMENT ON COLUMN @extschema@.scored_lead.probability IS 'between 0 and 1, if the document has a probability';
COMMENT ON COLUMN @extschema@.scored_lead.dimensions IS 'points of each dimension after its clamp';
COMMENT ON COLUMN @extschema@.scored_lead.labels IS 'level of each label';

-- A database in another encoding than UTF8 is refused here already, not at the first document.
SELECT '{"rules":[]}'::@extschema@.scoring_rules;
