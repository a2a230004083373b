-- What values of real leads had to do with their outcome: against plain SQL, and figures that another program found once.
-- needs: xeducation

CREATE TEMP TABLE told AS SELECT row_number() OVER () AS line, t.* FROM leadscore.lift_of('data.xeducation', 'Converted', bands => 10) t;
CREATE TEMP TABLE plain AS
SELECT v.key AS field, v.value #>> '{}' AS value, jsonb_typeof(v.value) AS type, count(*) AS leads, count(*) FILTER (WHERE x."Converted") AS conversions
  FROM data.xeducation x CROSS JOIN LATERAL jsonb_each(to_jsonb(x) - '{Converted,Prospect ID}'::text[]) v GROUP BY 1, 2, 3;
SELECT check_that('X Education: every value told is counted as plain SQL counts it', count(*) > 100 AND bool_and(t.leads = p.leads AND t.conversions = p.conversions), count(*)::text)
  FROM told t LEFT JOIN plain p ON p.field = t.field AND p.value IS NOT DISTINCT FROM t.value AND p.type <> 'number' WHERE t.part IN ('value', 'missing') AND t.field NOT IN (SELECT field FROM plain WHERE type = 'number');
SELECT check_that('X Education: so is every band, and what has no number', count(*) > 20 AND bool_and(t.leads = p.leads AND t.conversions = p.conversions), string_agg(t.field || ' ' || t.value, ', '))
  FROM (SELECT b.*, lead(b.lowest, 1, 1e9) OVER (PARTITION BY b.field ORDER BY b.lowest) AS below FROM told b WHERE b.part = 'band' OR b.part = 'missing' AND b.field IN (SELECT field FROM plain WHERE type = 'number')) t
  CROSS JOIN LATERAL (SELECT sum(p.leads) AS leads, sum(p.conversions) AS conversions FROM plain p
                       WHERE p.field = t.field AND CASE WHEN t.part = 'band' THEN p.type = 'number' AND p.value::numeric >= t.lowest AND p.value::numeric < t.below ELSE p.type = 'null' END) p;
SELECT check_that('X Education: each attribute holds all leads', count(*) = 36 AND bool_and(leads = 9240 AND conversions = 3561), count(*) || concat(' ', string_agg(field, ', ') FILTER (WHERE leads <> 9240)))
  FROM (SELECT field, sum(leads) AS leads, sum(conversions) AS conversions FROM told GROUP BY field) f;
SELECT check_that('X Education: ten of ten housewives are no reason for points', leads = 10 AND conversions = 10 AND rate IS NULL AND weight_of_evidence IS NULL AND points IS NULL AND note = 'not enough data', t::text)
  FROM told t WHERE value = 'Housewife';
SELECT check_that('X Education: weight, points and information value are those of another program',
                  abs(w.weight_of_evidence - 2.8538238772751763) < 1e-9 AND abs(m.weight_of_evidence + 1.368003117692021) < 1e-9 AND abs(w.information_value - 0.9406072836934407) < 1e-9
                  AND w.points = 41 AND w.points_low = floor(10 / ln(2.0) * (2.8538238772751763 - 1.959963985 * 0.13376947269905415)) AND m.points = -20, w::text || m::text)
  FROM told w, told m WHERE w.value = 'Working Professional' AND m.field = w.field AND m.part = 'missing';
SELECT check_that('X Education: columns that sales filled in have the highest information values', array_agg(f.field ORDER BY f.iv DESC) @> '{Tags,Lead Quality}' AND min(f.iv) > 1 AND max(f.iv) BETWEEN 4.7129267 AND 4.7129268,
                  string_agg(f.field || ' ' || f.iv, ', ' ORDER BY f.iv DESC))
  FROM (SELECT field, max(information_value) AS iv FROM told GROUP BY field ORDER BY 2 DESC NULLS LAST LIMIT 3) f;
SELECT check_that('X Education: five columns say nothing, and readiness says so', count(*) = 5, string_agg(field, ', '))
  FROM leadscore.readiness('data.xeducation', 'Converted') WHERE advice = 'all leads have the same: it tells nothing';
SELECT check_that('X Education: working professionals are a trait of those who converted, unknown occupations of the others',
                  bool_or(list = 'converted' AND value = 'Working Professional' AND leads = 647) AND bool_or(list = 'inactive' AND field = 'What is your current occupation' AND part = 'missing' AND leads = 2320),
                  count(*)::text) FROM leadscore.shared_traits('data.xeducation', 'Converted');
