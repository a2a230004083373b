-- What fitting returns.

CREATE TYPE @extschema@.fitted_rules AS (rules @extschema@.scoring_rules, report jsonb);
COMMENT ON TYPE @extschema@.fitted_rules IS 'Rules learned from past leads: result of fit_rules() and fit_model().';
COMMENT ON COLUMN @extschema@.fitted_rules.rules IS 'an ordinary document: whole points, a probability, and the label "priority"';
COMMENT ON COLUMN @extschema@.fitted_rules.report IS 'how it was found and how good it is, for fit_report_text() or to be queried';
