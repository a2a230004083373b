-- Scores and their explanations.

CREATE FUNCTION @extschema@.score(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally,
    as_of timestamptz DEFAULT now(), previous_stage text DEFAULT NULL
) RETURNS @extschema@.scored_lead
    AS 'MODULE_PATHNAME', 'leadscore_score' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.score(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, timestamptz, text) IS
    'Score, stage and labels of a lead. attributes: jsonb or a row, may be NULL (all missing); tally: may be NULL (no events); '
    'as_of: moment of scoring; previous_stage: for keep and sticky stages. NULL rules give NULL.';

CREATE FUNCTION @extschema@.explain_rows(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally, as_of timestamptz, previous_stage text
) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_explain_rows' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.explain_rows(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, timestamptz, text) IS
    'explain_score() as one jsonb array.';

CREATE FUNCTION @extschema@.explain_score(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally,
    as_of timestamptz DEFAULT now(), previous_stage text DEFAULT NULL,
    OUT step text, OUT name text, OUT dimension text, OUT hits bigint, OUT measure numeric, OUT points numeric
) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.step, r.name, r.dimension, r.hits, r.measure, r.points
      FROM pg_catalog.jsonb_to_recordset(@extschema@.explain_rows($1, $2, $3, $4, $5))
           AS r(step text, name text, dimension text, hits bigint, measure numeric, points numeric)
$$;
COMMENT ON FUNCTION @extschema@.explain_score(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, timestamptz, text) IS
    'The score line by line: a row for each rule, group, dimension, clamp and rounding. The points of all rows add up to the score; '
    'rows of steps dimension, score and stage hold subtotals as measure and no points. Of an excluded lead the rows tell what it would have scored.';

CREATE FUNCTION @extschema@.explain_score_text(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally,
    as_of timestamptz DEFAULT now(), previous_stage text DEFAULT NULL
) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_explain_tree' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.explain_score_text(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, timestamptz, text) IS
    'The score line by line, as a text tree.';
