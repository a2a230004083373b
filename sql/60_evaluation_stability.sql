-- Has the population moved: the population stability index.

CREATE FUNCTION @extschema@.stability_final(internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'leadscore_stability_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE @extschema@.stability_index(score double precision, recent boolean) (
    SFUNC = @extschema@.outcomes_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.stability_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.stability_index(score double precision, recent boolean, bands integer) (
    SFUNC = @extschema@.outcomes_bands_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.stability_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.stability_index(double precision, boolean) IS
    'population stability index of the recent leads'' scores against those of the others, over ten bands of about equally many of the others, half a lead added to each band on both sides. Below 0.1 little has moved, above 0.25 much (Siddiqi, Credit Risk Scorecards, 2006). Rows without a finite score or without recent do not count; NULL if one side has no leads';
COMMENT ON AGGREGATE @extschema@.stability_index(double precision, boolean, integer) IS
    'the same over at most so many bands (1 to 1000, the same for all rows)';
