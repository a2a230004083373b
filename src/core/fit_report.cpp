// What fitting found, as JSON.
#include "fit_report.hpp"

#include "json_writer.hpp"

#include <cmath>

namespace leadscore {
namespace {

constexpr int64_t least_of_each = 20;
constexpr double reach_of_99_percent = 2.5758293035489004;
constexpr double least_gain = 0.005;

void number(JsonWriter &object, std::string_view name, double value) {
    object.key(name).append(number_as_text(std::round(value * 1e6) / 1e6));
}

void write_measures(JsonWriter &report, const char *part, const FitMeasures &measures) {
    JsonWriter object(report.key(part));
    object.whole("leads", measures.leads);
    object.whole("conversions", measures.conversions);
    if (measures.leads == 0) {
        return;
    }
    number(object, "rate", static_cast<double>(measures.conversions) / static_cast<double>(measures.leads));
    number(object, "auc", measures.auc);
    number(object, "auc_low", measures.auc_low);
    number(object, "auc_high", measures.auc_high);
    number(object, "log_loss", measures.log_loss);
    number(object, "base_log_loss", measures.base_log_loss);
    number(object, "calibration_error", measures.calibration_error);
    number(object, "lift_10", measures.lift_10);
    number(object, "lift_20", measures.lift_20);
}

std::string in_percent(double share) {
    return number_as_text(std::round(share * 1000) / 10) + " %";
}

std::string signed_text(int64_t points) {
    return (points >= 0 ? "+" : "") + std::to_string(points);
}

// Points that the rate of these leads would be worth alone, smoothed by half a lead of each kind.
int64_t points_alone(const FitCount &here, const FitCount &zero, double per_weight) {
    const auto odds = [](const FitCount &count) {
        return std::log((static_cast<double>(count.conversions) + 0.5) /
                        (static_cast<double>(count.leads - count.conversions) + 0.5));
    };
    return std::llround((odds(here) - odds(zero)) * per_weight);
}

class EntryWriter {
public:
    EntryWriter(const FitFindings &findings, const FitSettings &settings) : findings_(findings), settings_(settings) {
        for (const uint8_t converted : findings.converted) {
            all_.conversions += converted;
        }
        all_.leads = findings.converted.size();
    }
    void write(JsonWriter &list, const FitEntry &entry) const {
        const std::vector<FitCount> counts = counts_of(entry.feature);
        FitCount here;
        size_t usual = 0;
        for (size_t bin = 0; bin < counts.size(); ++bin) {
            usual = counts[bin].leads > counts[usual].leads ? bin : usual;
            if (entry.bins[bin]) {
                here.leads += counts[bin].leads;
                here.conversions += counts[bin].conversions;
            }
        }
        JsonWriter object(list.item());
        object.text("name", entry.rule);
        object.text("field", entry.field);
        object.text("value", entry.value);
        object.whole("leads", static_cast<int64_t>(here.leads));
        object.whole("conversions", static_cast<int64_t>(here.conversions));
        if (here.leads > 0) {
            number(object, "rate", rate(here));
        } else {
            object.key("rate").append("null");
        }
        object.whole("points", entry.points);
        object.text("why", why(entry, here, counts[usual]));
    }
    // Of a text or truth. A field that is kept is known before the outcome.
    void write_if_one_outcome(JsonWriter &list, const FitEntry &entry) const {
        const FitModel &model = findings_.model;
        if (entry.feature >= model.columns.size() || model.columns[entry.feature].bins.ordered || entry.bins[0] ||
            is_one_of(settings_.keep, entry.field)) {
            return;
        }
        const std::vector<FitCount> counts = counts_of(entry.feature);
        FitCount here;
        for (size_t bin = 0; bin < counts.size(); ++bin) {
            here.leads += entry.bins[bin] ? counts[bin].leads : 0;
            here.conversions += entry.bins[bin] ? counts[bin].conversions : 0;
        }
        if (!one_outcome_only(here, all_)) {
            return;
        }
        JsonWriter object(list.item());
        object.text("field", entry.field);
        object.text("value", entry.value);
        object.text("detail", std::to_string(here.conversions) + " of " + std::to_string(here.leads) + " leads converted where " +
                                  std::to_string(std::llround(rate(all_) * static_cast<double>(here.leads))) +
                                  " were to be expected");
    }

private:
    static double rate(const FitCount &count) {
        return static_cast<double>(count.conversions) / static_cast<double>(count.leads);
    }
    std::vector<FitCount> counts_of(size_t feature) const {
        const FitModel &model = findings_.model;
        if (feature < model.columns.size()) {
            return counted(model.columns[feature].codes, model.columns[feature].bins.count, findings_.converted);
        }
        const FitPair &pair = model.pairs[feature - model.columns.size()];
        const FitGroups &a = model.groups[pair.a];
        const FitGroups &b = model.groups[pair.b];
        std::vector<uint8_t> cells;
        for (size_t row = 0; row < findings_.converted.size(); ++row) {
            cells.push_back(static_cast<uint8_t>(a.of_bin[model.columns[pair.a].codes[row]] * b.count +
                                                 b.of_bin[model.columns[pair.b].codes[row]]));
        }
        return counted(cells, a.count * b.count, findings_.converted);
    }
    std::string why(const FitEntry &entry, const FitCount &here, const FitCount &usual) const {
        if (here.leads == 0) {
            return "no lead of the training part: what leads have on the average";
        }
        const std::string rates = in_percent(rate(here)) + " of " + std::to_string(here.leads) + " leads converted, " +
                                  in_percent(rate(all_)) + " of all";
        if (entry.usual) {
            return rates + "; the most common, which the others are measured against";
        }
        if (entry.feature >= findings_.model.columns.size()) {
            return rates + "; together these are worth " + signed_text(entry.points) + " more than one by one";
        }
        const double per_weight = points_per_weight(settings_);
        return rates + "; alone worth " + signed_text(points_alone(here, usual, per_weight)) + ", beside the other rules " +
               signed_text(entry.points);
    }

    const FitFindings &findings_;
    const FitSettings &settings_;
    FitCount all_;
};

void write_left_out(JsonWriter &report, const std::vector<FitLeftOut> &left_out) {
    JsonWriter list(report.key("left_out"), '[');
    for (const FitLeftOut &entry : left_out) {
        JsonWriter object(list.item());
        object.text("field", entry.field);
        object.text("reason", entry.reason);
        object.text("detail", entry.detail);
    }
}

// Tenths of the training part: scores below edges[0] have shares[0] of the leads, those from there to below edges[1] shares[1] …
void write_distribution(JsonWriter &report, const FitTotals &training, int64_t leads) {
    std::vector<int64_t> edges;
    std::vector<double> shares;
    int64_t below = 0;
    int64_t counted_before = 0;
    for (const auto &[points, total] : training) {
        const auto tenths = static_cast<int64_t>(edges.size()) + 1;
        if (below > counted_before && below * 10 >= leads * tenths && tenths < 10) {
            edges.push_back(points);
            shares.push_back(static_cast<double>(below - counted_before) / static_cast<double>(leads));
            counted_before = below;
        }
        below += total.leads;
    }
    shares.push_back(static_cast<double>(leads - counted_before) / static_cast<double>(leads));
    JsonWriter object(report.key("distribution"));
    {
        JsonWriter list(object.key("edges"), '[');
        for (const int64_t edge : edges) {
            list.item().append(std::to_string(edge));
        }
    }
    JsonWriter list(object.key("shares"), '[');
    for (const double share : shares) {
        list.item().append(number_as_text(std::round(share * 1e6) / 1e6));
    }
}

void write_settings(JsonWriter &report, const FitModel &model, const FitSettings &settings) {
    JsonWriter object(report.key("settings"));
    object.whole("doubling", settings.doubling);
    object.whole("least_conversions", settings.least_conversions);
    object.whole("least_others", settings.least_others);
    object.whole("most_pairs", settings.most_pairs);
    object.whole("pairs", static_cast<int64_t>(model.pairs.size()));
    const bool scorecard = model.method == FitMethod::scorecard;
    object.text("method", scorecard ? "scorecard" : "additive");
    if (model.other_way) {
        number(object, scorecard ? "additive_auc" : "scorecard_auc", model.other_way->auc);
        number(object, scorecard ? "additive_log_loss" : "scorecard_log_loss", model.other_way->log_loss);
    }
    number(object, "ridge", model.strength.ridge);
    number(object, "fuse", model.strength.fuse);
    const auto names = [&](const char *key, const std::vector<std::string> &fields) {
        JsonWriter list(object.key(key), '[');
        for (const std::string &field : fields) {
            list.item().append(json_string(field));
        }
    };
    names("keep", settings.keep);
    names("leave_out", settings.leave_out);
    JsonWriter monotone(object.key("monotone"));
    for (const auto &[field, direction] : settings.monotone) {
        monotone.text(field, direction == FitDirection::rising ? "rising" : "falling");
    }
}

} // namespace

FitSkill skill_of(const FitMeasures &test, const FitMeasures &validation) {
    const int64_t fewest = std::min(test.conversions, test.leads - test.conversions);
    const bool by_test = fewest >= least_of_each;
    const FitMeasures &judged = by_test ? test : validation;
    const double low = judged.auc - reach_of_99_percent * judged.auc_error;
    const double gain = judged.base_log_loss > 0 ? 1 - judged.log_loss / judged.base_log_loss : 0;
    FitSkill skill;
    skill.found = low > 0.5 && gain >= least_gain;
    skill.why = std::string(by_test ? "test part" : "inner validation, for the test part is too small") + ": AUC " +
                number_as_text(std::round(judged.auc * 1e4) / 1e4) + " (99 % limit " +
                number_as_text(std::round(low * 1e4) / 1e4) + "), log loss " + in_percent(std::fabs(gain)) +
                (gain < 0 ? " above" : " below") + " that of the rate alone";
    if (!skill.found) {
        skill.why = "no skill found: " + skill.why + "; it takes a limit above 0.5 and 0.5 %";
    }
    return skill;
}

void write_skill(std::string &text, const FitSkill &skill) {
    JsonWriter object(text);
    object.truth("found", skill.found);
    object.text("why", skill.why);
}

std::string report_of(const FitFindings &findings, const FitSettings &settings) {
    std::string text;
    {
        JsonWriter report(text);
        write_measures(report, "training", findings.training_measures);
        write_measures(report, "validation", findings.model.validation);
        write_measures(report, "test", findings.test_measures);
        const FitSkill skill = skill_of(findings.test_measures, findings.model.validation);
        write_skill(report.key("skill"), skill);
        {
            const EntryWriter entries(findings, settings);
            JsonWriter list(report.key("rules"), '[');
            for (const FitEntry &entry : findings.document.entries) {
                entries.write(list, entry);
            }
        }
        {
            const EntryWriter entries(findings, settings);
            JsonWriter list(report.key("one_outcome"), '[');
            for (const FitEntry &entry : findings.document.entries) {
                entries.write_if_one_outcome(list, entry);
            }
        }
        write_left_out(report, findings.left_out);
        write_settings(report, findings.model, settings);
        write_distribution(report, findings.training, findings.training_measures.leads);
    }
    return text;
}

} // namespace leadscore
