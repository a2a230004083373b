-- From a score to a probability: rules with the line that past outcomes ask for.

-- Steps are STABLE, not IMMUTABLE: rules are compiled, and that asks the catalog for regular expressions and time zones.
CREATE FUNCTION @extschema@.outcomes_calibrate_step(internal, @extschema@.scoring_rules, double precision, boolean) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_calibrate_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.outcomes_calibrate_step(internal, @extschema@.scoring_rules, @extschema@.scored_lead, boolean) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_calibrate_lead_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.calibrate_final(internal) RETURNS @extschema@.scoring_rules
    AS 'MODULE_PATHNAME', 'leadscore_calibrate_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE @extschema@.calibrate(rules @extschema@.scoring_rules, score double precision, converted boolean) (
    SFUNC = @extschema@.outcomes_calibrate_step, STYPE = internal, SSPACE = 4096, FINALFUNC = @extschema@.calibrate_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.calibrate(rules @extschema@.scoring_rules, lead @extschema@.scored_lead, converted boolean) (
    SFUNC = @extschema@.outcomes_calibrate_step, STYPE = internal, SSPACE = 4096, FINALFUNC = @extschema@.calibrate_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.calibrate(@extschema@.scoring_rules, double precision, boolean) IS
    'the rules (the same for all rows) with a "probability" found from past outcomes: logistic regression on the score with Platt''s targets (1999), never falling; its horizon stays. The score should be the one before bounds and rounding; with bounds, pass the lead. '
    'Rows without score or outcome do not count. An error (22023) unless some leads converted and some did not; NULL for no rows';
COMMENT ON AGGREGATE @extschema@.calibrate(@extschema@.scoring_rules, @extschema@.scored_lead, boolean) IS
    'the same from results of score() by these rules: dimensions times weights, so neither bounds nor rounding of the score matter. Excluded leads do not count';
