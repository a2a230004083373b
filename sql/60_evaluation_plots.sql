-- Pictures of a score: as text for a terminal, and as SVG.

CREATE FUNCTION @extschema@.outcomes_reliability_step(internal, double precision, boolean) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_reliability_step' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.reliability_final(internal) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_reliability_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.lift_final(internal) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_lift_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.svg_final(internal) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_svg_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE @extschema@.reliability_plot(probability double precision, converted boolean) (
    SFUNC = @extschema@.outcomes_reliability_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.reliability_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.lift_plot(score double precision, converted boolean) (
    SFUNC = @extschema@.outcomes_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.lift_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.evaluation_svg(score double precision, converted boolean, probability double precision) (
    SFUNC = @extschema@.outcomes_probability_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.svg_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.reliability_plot(double precision, boolean) IS
    'text plot, in ASCII: for ten bands of about equally many leads, the mean probability against the rate, with Wilson limits of 95 %. A probability outside of 0 to 1 is an error (22003); NULLs do not count';
COMMENT ON AGGREGATE @extschema@.lift_plot(double precision, boolean) IS
    'text plot, in ASCII: which share of all conversions is found in the best tenth, fifth … of leads, and the lift. Rows without a finite score or an outcome do not count';
COMMENT ON AGGREGATE @extschema@.evaluation_svg(double precision, boolean, double precision) IS
    'a picture of reliability (of the probability, NULL: unknown) and lift (of the score), as one SVG document that refers to nothing outside';
