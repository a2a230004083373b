-- The aggregates lead_tally(), rollup() and lead_score(). The state is a real type, so they split in parallel, partitionwise and distributed plans.

CREATE FUNCTION @extschema@.tally_combine(@extschema@.lead_tally, @extschema@.lead_tally) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_tally_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.tally_uncombine(@extschema@.lead_tally, @extschema@.lead_tally) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_tally_uncombine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.tally_final(@extschema@.lead_tally) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_tally_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_final(@extschema@.lead_tally) RETURNS numeric
    AS 'MODULE_PATHNAME', 'leadscore_score_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- Steps are STABLE, not IMMUTABLE: a row may hold an enum, whose labels the catalog knows.
CREATE FUNCTION @extschema@.tally_step(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_tally_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.tally_back(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_tally_back' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.tally_step(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, anyelement)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_tally_properties_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.tally_back(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, anyelement)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_tally_properties_back' LANGUAGE C STABLE PARALLEL SAFE;

CREATE AGGREGATE @extschema@.lead_tally(rules @extschema@.scoring_rules, kind text, at timestamptz) (
    SFUNC = @extschema@.tally_step, STYPE = @extschema@.lead_tally, SSPACE = 512, FINALFUNC = @extschema@.tally_final,
    COMBINEFUNC = @extschema@.tally_combine,
    MSFUNC = @extschema@.tally_step, MINVFUNC = @extschema@.tally_back, MSTYPE = @extschema@.lead_tally, MSSPACE = 512,
    MFINALFUNC = @extschema@.tally_final, PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.lead_tally(rules @extschema@.scoring_rules, kind text, at timestamptz, properties anyelement) (
    SFUNC = @extschema@.tally_step, STYPE = @extschema@.lead_tally, SSPACE = 512, FINALFUNC = @extschema@.tally_final,
    COMBINEFUNC = @extschema@.tally_combine,
    MSFUNC = @extschema@.tally_step, MINVFUNC = @extschema@.tally_back, MSTYPE = @extschema@.lead_tally, MSSPACE = 512,
    MFINALFUNC = @extschema@.tally_final, PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.rollup(@extschema@.lead_tally) (
    SFUNC = @extschema@.tally_combine, STYPE = @extschema@.lead_tally, SSPACE = 512, FINALFUNC = @extschema@.tally_final,
    COMBINEFUNC = @extschema@.tally_combine,
    MSFUNC = @extschema@.tally_combine, MINVFUNC = @extschema@.tally_uncombine, MSTYPE = @extschema@.lead_tally, MSSPACE = 512,
    MFINALFUNC = @extschema@.tally_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.lead_tally(@extschema@.scoring_rules, text, timestamptz) IS
    'the evidence of a lead''s events for these rules; NULL for no rows. An event without kind or moment does not count';
COMMENT ON AGGREGATE @extschema@.lead_tally(@extschema@.scoring_rules, text, timestamptz, anyelement) IS
    'the evidence of a lead''s events for these rules; properties are jsonb or a row; NULL for no rows';
COMMENT ON AGGREGATE @extschema@.rollup(@extschema@.lead_tally) IS
    'several tallies as one, such as those of a company''s people; an error if they were counted for different evidence';

CREATE FUNCTION @extschema@.score_step(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_now_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_back(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_now_back' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_step(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, anyelement)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_properties_now_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_back(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, anyelement)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_properties_now_back' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_as_of_step(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_as_of_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_as_of_back(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_as_of_back' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_as_of_step(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, anyelement, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_properties_as_of_step' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.score_as_of_back(@extschema@.lead_tally, @extschema@.scoring_rules, text, timestamptz, anyelement, timestamptz)
    RETURNS @extschema@.lead_tally AS 'MODULE_PATHNAME', 'leadscore_score_properties_as_of_back' LANGUAGE C STABLE PARALLEL SAFE;

CREATE AGGREGATE @extschema@.lead_score(rules @extschema@.scoring_rules, kind text, at timestamptz) (
    SFUNC = @extschema@.score_step, STYPE = @extschema@.lead_tally, SSPACE = 512, FINALFUNC = @extschema@.score_final,
    COMBINEFUNC = @extschema@.tally_combine,
    MSFUNC = @extschema@.score_step, MINVFUNC = @extschema@.score_back, MSTYPE = @extschema@.lead_tally, MSSPACE = 512,
    MFINALFUNC = @extschema@.score_final, PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.lead_score(rules @extschema@.scoring_rules, kind text, at timestamptz, properties anyelement) (
    SFUNC = @extschema@.score_step, STYPE = @extschema@.lead_tally, SSPACE = 512, FINALFUNC = @extschema@.score_final,
    COMBINEFUNC = @extschema@.tally_combine,
    MSFUNC = @extschema@.score_step, MINVFUNC = @extschema@.score_back, MSTYPE = @extschema@.lead_tally, MSSPACE = 512,
    MFINALFUNC = @extschema@.score_final, PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.lead_score(rules @extschema@.scoring_rules, kind text, at timestamptz, as_of timestamptz) (
    SFUNC = @extschema@.score_as_of_step, STYPE = @extschema@.lead_tally, SSPACE = 512, FINALFUNC = @extschema@.score_final,
    COMBINEFUNC = @extschema@.tally_combine,
    MSFUNC = @extschema@.score_as_of_step, MINVFUNC = @extschema@.score_as_of_back, MSTYPE = @extschema@.lead_tally, MSSPACE = 512,
    MFINALFUNC = @extschema@.score_final, PARALLEL = SAFE
);
CREATE AGGREGATE @extschema@.lead_score(rules @extschema@.scoring_rules, kind text, at timestamptz, properties anyelement, as_of timestamptz) (
    SFUNC = @extschema@.score_as_of_step, STYPE = @extschema@.lead_tally, SSPACE = 512, FINALFUNC = @extschema@.score_final,
    COMBINEFUNC = @extschema@.tally_combine,
    MSFUNC = @extschema@.score_as_of_step, MINVFUNC = @extschema@.score_as_of_back, MSTYPE = @extschema@.lead_tally, MSSPACE = 512,
    MFINALFUNC = @extschema@.score_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.lead_score(@extschema@.scoring_rules, text, timestamptz) IS
    'score of a lead''s events as of the start of the transaction, attributes unknown; NULL for no rows or an excluded lead';
COMMENT ON AGGREGATE @extschema@.lead_score(@extschema@.scoring_rules, text, timestamptz, anyelement) IS
    'score of a lead''s events as of the start of the transaction, attributes unknown; properties are jsonb or a row';
COMMENT ON AGGREGATE @extschema@.lead_score(@extschema@.scoring_rules, text, timestamptz, timestamptz) IS
    'score of a lead''s events up to as_of, attributes unknown';
COMMENT ON AGGREGATE @extschema@.lead_score(@extschema@.scoring_rules, text, timestamptz, anyelement, timestamptz) IS
    'score of a lead''s events up to as_of, attributes unknown; properties are jsonb or a row';

-- Not "hash % parts = part" in SQL: the planner takes that for one row in two hundred and sorts, a function for one in three.
CREATE FUNCTION @extschema@.in_part(lead anyelement, part integer, parts integer) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_in_part' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.in_part(anyelement, integer, integer) IS
    'Whether a lead belongs to this of so many parts. lead: its key, of any type that can be hashed; part: from 1 to parts. Equal keys are in the same part, and each is in one. '
    'NULL for NULL. For queries whose branches under UNION ALL are to run side by side. Errors: 22023 part out of its range, 42883 no hash function.';
