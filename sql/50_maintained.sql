-- What the upkeep of models is made of: tallies as score tables keep them, and the score of a lead with its adjustments.

CREATE FUNCTION @extschema@.empty_tally(rules @extschema@.scoring_rules) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_empty_tally' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.empty_tally(@extschema@.scoring_rules) IS
    'A tally of the evidence that the rules need, with nothing counted. rules: the document. NULL for NULL.';

CREATE FUNCTION @extschema@.merge_evidence(a @extschema@.lead_tally, b @extschema@.lead_tally) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_merge_evidence' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.merge_evidence(@extschema@.lead_tally, @extschema@.lead_tally) IS
    'A tally of the evidence of both, with nothing counted. a, b: tallies, of which only the evidence they were counted for matters. '
    'NULL for NULL. Error 54000 if there are more than 8,192 kinds of evidence together.';

CREATE FUNCTION @extschema@.evidence_covers(source @extschema@.lead_tally, target @extschema@.lead_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'leadscore_evidence_covers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.evidence_covers(@extschema@.lead_tally, @extschema@.lead_tally) IS
    'Whether source was counted for all evidence that target was counted for. NULL for NULL.';

CREATE FUNCTION @extschema@.pack_tally(tally @extschema@.lead_tally) RETURNS bytea
    AS 'MODULE_PATHNAME', 'leadscore_pack_tally' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.pack_tally(@extschema@.lead_tally) IS
    'The tally without the ids of its evidence, as the column "tally" of a score table keeps it. NULL for NULL and for a tally in which nothing was counted.';

CREATE FUNCTION @extschema@.unpack_tally(
    target @extschema@.lead_tally, source @extschema@.lead_tally, tally bytea, recent bytea
) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_unpack_tally' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.unpack_tally(@extschema@.lead_tally, @extschema@.lead_tally, bytea, bytea) IS
    'The sum of two packed tallies, for the evidence of target. source: any tally of the evidence they were packed from; tally, recent: from pack_tally(), NULL for nothing. '
    'NULL if source or target is. Error 22023 if source lacks evidence of target, 22P03 if the bytes are no packed tally of that evidence.';

CREATE FUNCTION @extschema@.checked_points(
    rules @extschema@.scoring_rules, source @extschema@.lead_tally, tally bytea, recent bytea, points bytea, adjustments jsonb, as_of timestamptz
) RETURNS bytea
    AS 'MODULE_PATHNAME', 'leadscore_checked_points' LANGUAGE C STABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION @extschema@.checked_points(@extschema@.scoring_rules, @extschema@.lead_tally, bytea, bytea, bytea, jsonb, timestamptz) IS
    'What the column "points" of a score row should hold: the same as points, if that is right. rules: of the row''s version; source: any tally of the evidence of the row; '
    'tally, recent, points, adjustments: the columns; as_of: its scored_at. NULL if there should be none, if points cannot be read, and for NULL rules, source or points. '
    'Error 22004 if as_of is NULL.';

CREATE FUNCTION @extschema@.unpack_readable_tally(
    target @extschema@.lead_tally, source @extschema@.lead_tally, tally bytea, recent bytea
) RETURNS @extschema@.lead_tally
    AS 'MODULE_PATHNAME', 'leadscore_unpack_readable_tally' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.unpack_readable_tally(@extschema@.lead_tally, @extschema@.lead_tally, bytea, bytea) IS
    'unpack_tally(), but NULL if the bytes are no packed tally.';

CREATE FUNCTION @extschema@.readable_adjustments(adjustments jsonb) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_readable_adjustments' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.readable_adjustments(jsonb) IS 'The adjustments, or NULL if maintained_score() would not take them.';

CREATE TYPE @extschema@.maintained_score AS (
    score numeric,
    stage text,
    qualification text,
    probability double precision,
    dimensions numeric[],
    labels text[],
    next_change timestamptz,
    last_event date
);
COMMENT ON TYPE @extschema@.maintained_score IS 'What a model stores of a lead''s score: result of maintained_score().';
COMMENT ON COLUMN @extschema@.maintained_score.score IS 'rounded to the document''s decimals; NULL if the lead is excluded';
COMMENT ON COLUMN @extschema@.maintained_score.stage IS 'name of the stage, "excluded", or NULL if the document has no stages';
COMMENT ON COLUMN @extschema@.maintained_score.qualification IS 'free text of the stage, such as MQL or SQL';
COMMENT ON COLUMN @extschema@.maintained_score.probability IS 'between 0 and 1, if the document has a probability';
COMMENT ON COLUMN @extschema@.maintained_score.dimensions IS 'points of each dimension after its clamp, in the order of the document''s dimensions (by name)';
COMMENT ON COLUMN @extschema@.maintained_score.labels IS 'level of each label, in the order of their names; NULL if the document has no labels';
COMMENT ON COLUMN @extschema@.maintained_score.next_change IS 'when time alone may next change any of this; before it, nothing does; infinity: never';
COMMENT ON COLUMN @extschema@.maintained_score.last_event IS 'newest day with evidence that the rules count, in their time zone; NULL if there is none';

CREATE FUNCTION @extschema@.maintained_score(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally, adjustments jsonb,
    as_of timestamptz, previous_stage text
) RETURNS @extschema@.maintained_score
    AS 'MODULE_PATHNAME', 'leadscore_maintained_score' LANGUAGE C STABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION @extschema@.maintained_score(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, jsonb, timestamptz, text) IS
    'score() with adjustments, and when time alone next changes it. attributes: jsonb or a row, may be NULL (all missing); tally: may be NULL (no events); '
    'adjustments: NULL (none) or an array of objects {"at": microseconds from 2000-01-01 UTC, "dimension": name, "op": "set" or "add", "points": number}, maybe with "reason": text, for explanations; '
    'as_of: moment of scoring; previous_stage: for keep and sticky stages, may be NULL. NULL rules give NULL. '
    'Error 22023 if the tally lacks evidence of a rule or "op" is another, 22P02 if adjustments have another form, 22004 if as_of is NULL.';

CREATE FUNCTION @extschema@.explain_maintained(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally, adjustments jsonb,
    as_of timestamptz, previous_stage text
) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'leadscore_explain_maintained_rows' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.explain_maintained(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, jsonb, timestamptz, text) IS
    'What maintained_score() adds up, as a jsonb array of objects with step, name, dimension, hits, measure and points; those of step "adjustment" have the op as name, and behind a colon the reason, if there is one. '
    'The points of all of them add up to the score. Arguments and errors as of maintained_score().';

CREATE FUNCTION @extschema@.explain_maintained_text(
    rules @extschema@.scoring_rules, attributes anyelement, tally @extschema@.lead_tally, adjustments jsonb,
    as_of timestamptz, previous_stage text
) RETURNS text
    AS 'MODULE_PATHNAME', 'leadscore_explain_maintained_tree' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.explain_maintained_text(@extschema@.scoring_rules, anyelement, @extschema@.lead_tally, jsonb, timestamptz, text) IS
    'What maintained_score() adds up, as a text tree. Arguments and errors as of maintained_score().';
