-- What a score is worth: aggregates over leads with a score and an outcome.

CREATE TYPE @extschema@.score_evaluation AS (
    leads bigint,
    conversions bigint,
    left_out bigint,
    rate double precision,
    concordant numeric,
    pairs numeric,
    auc double precision,
    auc_low double precision,
    auc_high double precision,
    gini double precision,
    ks double precision,
    lift_10 double precision,
    lift_20 double precision,
    capture_10 double precision,
    capture_20 double precision,
    with_probability bigint,
    brier double precision,
    log_loss double precision,
    calibration_error double precision
);
COMMENT ON TYPE @extschema@.score_evaluation IS 'How well a score tells who converts: result of evaluate_score(). What cannot be told is NULL.';
COMMENT ON COLUMN @extschema@.score_evaluation.leads IS 'leads with a score and an outcome';
COMMENT ON COLUMN @extschema@.score_evaluation.conversions IS 'of these, converted';
COMMENT ON COLUMN @extschema@.score_evaluation.left_out IS 'rows without a finite score or without an outcome';
COMMENT ON COLUMN @extschema@.score_evaluation.rate IS 'conversions / leads';
COMMENT ON COLUMN @extschema@.score_evaluation.concordant IS
    'pairs of a converted and another lead in which the converted one has the higher score, a tie counting half; exact';
COMMENT ON COLUMN @extschema@.score_evaluation.pairs IS 'all pairs of a converted and another lead';
COMMENT ON COLUMN @extschema@.score_evaluation.auc IS 'area under the ROC curve, concordant / pairs: 0.5 is chance, 1 perfect';
COMMENT ON COLUMN @extschema@.score_evaluation.auc_low IS
    'lower limit of 95 % (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988, on the logit scale); NULL where the method knows none: fewer than two leads of an outcome, or an AUC of 0 or 1';
COMMENT ON COLUMN @extschema@.score_evaluation.auc_high IS 'upper limit of 95 %, likewise';
COMMENT ON COLUMN @extschema@.score_evaluation.gini IS '2 auc - 1';
COMMENT ON COLUMN @extschema@.score_evaluation.ks IS 'Kolmogorov and Smirnov: largest distance between the score distributions of converted and other leads';
COMMENT ON COLUMN @extschema@.score_evaluation.lift_10 IS 'rate of the tenth with the highest scores / rate of all; leads with the score at the cut count in proportion';
COMMENT ON COLUMN @extschema@.score_evaluation.lift_20 IS 'rate of the fifth with the highest scores / rate of all';
COMMENT ON COLUMN @extschema@.score_evaluation.capture_10 IS 'share of all conversions found in the tenth with the highest scores';
COMMENT ON COLUMN @extschema@.score_evaluation.capture_20 IS 'share of all conversions found in the fifth with the highest scores';
COMMENT ON COLUMN @extschema@.score_evaluation.with_probability IS 'leads with a probability; the columns that follow are of these';
COMMENT ON COLUMN @extschema@.score_evaluation.brier IS 'mean square of probability - outcome (Brier 1950): 0 is perfect';
COMMENT ON COLUMN @extschema@.score_evaluation.log_loss IS 'mean of -ln(probability of what happened); a probability counts as at least 1e-15 away from 0 and 1';
COMMENT ON COLUMN @extschema@.score_evaluation.calibration_error IS
    'expected calibration error: distance of mean probability and rate, averaged over ten bands of about equally many leads';

CREATE TYPE @extschema@.score_band AS (
    band integer,
    lowest double precision,
    highest double precision,
    mean double precision,
    leads bigint,
    conversions bigint,
    rate double precision,
    rate_low double precision,
    rate_high double precision,
    lift double precision
);
COMMENT ON TYPE @extschema@.score_band IS 'Leads with about the same score: element of the result of score_bands().';
COMMENT ON COLUMN @extschema@.score_band.band IS 'number, from 1 for the highest scores';
COMMENT ON COLUMN @extschema@.score_band.lowest IS 'lowest score in it';
COMMENT ON COLUMN @extschema@.score_band.highest IS 'highest score in it';
COMMENT ON COLUMN @extschema@.score_band.mean IS 'mean score in it';
COMMENT ON COLUMN @extschema@.score_band.leads IS 'leads in it';
COMMENT ON COLUMN @extschema@.score_band.conversions IS 'of these, converted';
COMMENT ON COLUMN @extschema@.score_band.rate IS 'conversions / leads';
COMMENT ON COLUMN @extschema@.score_band.rate_low IS 'lower limit of 95 % of the rate (Wilson, Journal of the American Statistical Association 22, 1927)';
COMMENT ON COLUMN @extschema@.score_band.rate_high IS 'upper limit of 95 %, likewise';
COMMENT ON COLUMN @extschema@.score_band.lift IS 'rate / rate of all leads; NULL if none converted';

CREATE TYPE @extschema@.score_comparison AS (
    leads bigint,
    conversions bigint,
    left_out bigint,
    auc_a double precision,
    auc_a_low double precision,
    auc_a_high double precision,
    auc_b double precision,
    auc_b_low double precision,
    auc_b_high double precision,
    difference double precision,
    difference_low double precision,
    difference_high double precision,
    p_value double precision
);
COMMENT ON TYPE @extschema@.score_comparison IS 'Two scores of the same leads: result of compare_scores(). What cannot be told is NULL.';
COMMENT ON COLUMN @extschema@.score_comparison.leads IS 'leads with both scores and an outcome';
COMMENT ON COLUMN @extschema@.score_comparison.conversions IS 'of these, converted';
COMMENT ON COLUMN @extschema@.score_comparison.left_out IS 'rows without one of the scores, or without an outcome';
COMMENT ON COLUMN @extschema@.score_comparison.auc_a IS 'AUC of the first score, as in score_evaluation';
COMMENT ON COLUMN @extschema@.score_comparison.auc_a_low IS 'lower limit of 95 %';
COMMENT ON COLUMN @extschema@.score_comparison.auc_a_high IS 'upper limit of 95 %';
COMMENT ON COLUMN @extschema@.score_comparison.auc_b IS 'AUC of the second score';
COMMENT ON COLUMN @extschema@.score_comparison.auc_b_low IS 'lower limit of 95 %';
COMMENT ON COLUMN @extschema@.score_comparison.auc_b_high IS 'upper limit of 95 %';
COMMENT ON COLUMN @extschema@.score_comparison.difference IS 'auc_b - auc_a: above 0, the second score is the better one';
COMMENT ON COLUMN @extschema@.score_comparison.difference_low IS
    'lower limit of 95 % of the difference, by the paired method of DeLong, DeLong and Clarke-Pearson 1988: it knows that the leads are the same';
COMMENT ON COLUMN @extschema@.score_comparison.difference_high IS 'upper limit of 95 %, likewise';
COMMENT ON COLUMN @extschema@.score_comparison.p_value IS 'two-sided, of there being no difference';

-- Counts of outcomes by score: what all these aggregates keep.
CREATE FUNCTION @extschema@.outcomes_step(internal, double precision, boolean) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_step' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.outcomes_probability_step(internal, double precision, boolean, double precision) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_probability_step' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.outcomes_bands_step(internal, double precision, boolean, integer) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_bands_step' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.outcomes_compare_step(internal, double precision, double precision, boolean) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_compare_step' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.outcomes_combine(internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.outcomes_serialize(internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_serialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.outcomes_deserialize(bytea, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'leadscore_outcomes_deserialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.evaluate_final(internal) RETURNS @extschema@.score_evaluation
    AS 'MODULE_PATHNAME', 'leadscore_evaluate_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.bands_final(internal) RETURNS @extschema@.score_band[]
    AS 'MODULE_PATHNAME', 'leadscore_bands_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.compare_final(internal) RETURNS @extschema@.score_comparison
    AS 'MODULE_PATHNAME', 'leadscore_compare_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE @extschema@.evaluate_score(score double precision, converted boolean) (
    SFUNC = @extschema@.outcomes_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.evaluate_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.evaluate_score(score double precision, converted boolean, probability double precision) (
    SFUNC = @extschema@.outcomes_probability_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.evaluate_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.score_bands(score double precision, converted boolean, bands integer) (
    SFUNC = @extschema@.outcomes_bands_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.bands_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.compare_scores(a double precision, b double precision, converted boolean) (
    SFUNC = @extschema@.outcomes_compare_step, STYPE = internal, SSPACE = 2048, FINALFUNC = @extschema@.compare_final,
    COMBINEFUNC = @extschema@.outcomes_combine, SERIALFUNC = @extschema@.outcomes_serialize, DESERIALFUNC = @extschema@.outcomes_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.evaluate_score(double precision, boolean) IS
    'how well a score tells who converts: AUC with limits, Gini, KS, lift and capture. A row without a finite score or an outcome is counted as left out; of no rows, a row of zeros and NULLs. Memory grows with distinct scores, not with leads';
COMMENT ON AGGREGATE @extschema@.evaluate_score(double precision, boolean, double precision) IS
    'the same with Brier score, log loss and calibration error of the probability, of leads that have one. A probability outside of 0 to 1 is an error (22003). Memory grows with distinct pairs of score and probability';
COMMENT ON AGGREGATE @extschema@.score_bands(double precision, boolean, integer) IS
    'conversions in at most so many bands (1 to 1000, the same for all rows) of about equally many leads, the highest scores first, with Wilson limits of the rate; an array for unnest(). Leads with one score stay together, so there may be fewer bands; of no leads, an empty array';
COMMENT ON AGGREGATE @extschema@.compare_scores(double precision, double precision, boolean) IS
    'AUC of two scores of the same leads, and limits of the difference by the paired method of DeLong, DeLong and Clarke-Pearson. Memory grows with distinct pairs of scores';
