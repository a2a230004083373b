-- Figures that are known exactly, of raw columns as scores.
-- needs: xeducation

SELECT check_that('X Education: AUC of the time spent on the website is 26312990 / 40445838',
                  (e).concordant * 2 = 26312990 AND (e).pairs * 2 = 40445838 AND (e).auc = 26312990::float8 / 40445838 AND (e).leads = 9240 AND (e).conversions = 3561 AND (e).left_out = 0, e::text)
  FROM (SELECT leadscore.evaluate_score("Total Time Spent on Website", "Converted") AS e FROM data.xeducation) x;
SELECT check_that('X Education: leads without a number of visits are left out', (e).leads = 9103 AND (e).left_out = 137, e::text)
  FROM (SELECT leadscore.evaluate_score("TotalVisits", "Converted") AS e FROM data.xeducation) x;
SELECT check_that('X Education: bands hold all leads and conversions', sum(b.leads) = 9240 AND sum(b.conversions) = 3561 AND count(*) BETWEEN 7 AND 10, string_agg(b::text, ' '))
  FROM (SELECT leadscore.score_bands("Total Time Spent on Website", "Converted", 10) AS bands FROM data.xeducation) x, unnest(x.bands) b;
SELECT check_that('X Education: a second score that is the first, turned around, is as far from it as it can be',
                  abs((c).auc_a + (c).auc_b - 1) < 1e-15 AND (c).difference_high < 0 AND (c).p_value < 1e-9, c::text)
  FROM (SELECT leadscore.compare_scores("Total Time Spent on Website", -"Total Time Spent on Website", "Converted") AS c FROM data.xeducation) x;
SELECT check_that('X Education: the split is that of the description', count(*) FILTER (WHERE training AND "Converted") = 2492 AND count(*) FILTER (WHERE training) = 2492 + 3975, count(*) FILTER (WHERE training) || ' of ' || count(*))
  FROM data.xeducation;
-- Found once with scipy and scikit-learn.
SELECT check_that('X Education: limits, KS, Brier score and log loss are those of another program',
                  abs((e).auc_low - 0.6378129217938668) < 1e-12 AND abs((e).auc_high - 0.6631219367359901) < 1e-12 AND abs((e).ks - 0.4015018306704388) < 1e-12
                  AND abs((e).brier - 0.23762284830481428) < 1e-12 AND abs((e).log_loss - 0.8929935901239372) < 1e-12, e::text)
  FROM (SELECT leadscore.evaluate_score("Total Time Spent on Website", "Converted", least(1, greatest(0.01, "Total Time Spent on Website" / 2300.0))) AS e FROM data.xeducation) x;
SELECT check_that('X Education: the difference of two scores is that of another program',
                  abs((c).difference + 0.1384515509358465) < 1e-12 AND abs((c).difference_low + 0.1493487245698759) < 1e-12 AND abs((c).difference_high + 0.12755437730181707) < 1e-12
                  AND abs((c).p_value / 7.100271293071861e-137 - 1) < 1e-6, c::text)
  FROM (SELECT leadscore.compare_scores("Total Time Spent on Website", coalesce("TotalVisits", 0), "Converted") AS c FROM data.xeducation) x;
