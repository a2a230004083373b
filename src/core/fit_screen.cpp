// Which columns are fit to learn from.
#include "fit_screen.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

// Fewer leads than this prove nothing about a column.
constexpr size_t least_leads = 40;
// Quantiles need no more rows than this.
constexpr size_t most_rows_for_bins = 200000;

std::vector<uint32_t> sample_of(const std::vector<uint32_t> &rows, size_t most) {
    const size_t stride = (rows.size() + most - 1) / most;
    std::vector<uint32_t> sample;
    for (size_t i = 0; i < rows.size(); i += std::max<size_t>(stride, 1)) {
        sample.push_back(rows[i]);
    }
    return sample;
}

// Values there are, and how many of them are different; whether all are whole numbers.
struct Variety {
    size_t there = 0;
    size_t different = 0;
    bool whole = true;
};

Variety variety_of(const FitColumn &column, const std::vector<uint32_t> &rows) {
    Variety variety;
    std::vector<double> values;
    for (const uint32_t row : rows) {
        const double value = column.type == FitColumn::Type::number ? column.numbers[row] : column.codes[row];
        if (std::isfinite(value) && (column.type == FitColumn::Type::number || value >= 0)) {
            values.push_back(value);
            variety.whole = variety.whole && value == std::floor(value);
        }
    }
    std::sort(values.begin(), values.end());
    variety.there = values.size();
    variety.different = static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
    return variety;
}

// Why the column can tell nothing; an empty reason if it can.
FitLeftOut useless(const FitColumn &column, const FitBins &bins, const Variety &variety, size_t leads) {
    if (variety.there == 0) {
        return {column.field, "missing", "no lead has a value"};
    }
    if (variety.different == 1 && variety.there == leads) {
        return {column.field, "constant", "every lead has the same value"};
    }
    const bool name_like = column.candidate < 0 && variety.whole && variety.there >= least_leads;
    if (name_like && variety.different * 10 >= variety.there * 9) {
        return {column.field, "identifier",
                std::to_string(variety.different) + " different values in " + std::to_string(variety.there) +
                    " leads: it names leads rather than describing them"};
    }
    if (bins.count == 2 && variety.there == leads) {
        const bool number = column.type == FitColumn::Type::number;
        return {column.field, number ? "constant" : "identifier",
                number ? "nearly every lead has the same value" : "no value is common enough to be learned from"};
    }
    return {};
}

// Words of names that speak of a judgement, or of what came after it.
constexpr const char *words_of_judgement[] = {"score",         "scores",      "quality",     "grade",     "rating",  "rank",
                                              "index",         "profile",     "tag",         "tags",      "status",  "stage",
                                              "reason",        "outcome",     "result",      "closed",    "closing", "won",
                                              "lost",          "forecast",    "probability", "verdict",   "qualify", "qualified",
                                              "qualification", "disposition", "converted",   "conversion"};

std::string percent(double share) {
    const auto tenths = static_cast<int>(std::lround(share * 1000));
    return std::to_string(tenths / 10) + (tenths % 10 != 0 ? "." + std::to_string(tenths % 10) : "") + " %";
}

double rate_of(const FitCount &count) {
    return count.leads == 0 ? 0 : static_cast<double>(count.conversions) / static_cast<double>(count.leads);
}

// Values that nearly always, or nearly never, go with a conversion, and hold much of all that converted or did not.
std::string pure_values(const std::vector<FitCount> &counts, const FitCount &all) {
    const double base = rate_of(all);
    double conversions = 0;
    double others = 0;
    for (size_t bin = 1; bin < counts.size(); ++bin) {
        const FitCount &count = counts[bin];
        if (count.leads < 20) {
            continue;
        }
        if (rate_of(count) >= 1 - (1 - base) * 0.08) {
            conversions += static_cast<double>(count.conversions);
        } else if (rate_of(count) <= base * 0.08) {
            others += static_cast<double>(count.leads - count.conversions);
        }
    }
    const double of_conversions = conversions / static_cast<double>(std::max<size_t>(all.conversions, 1));
    const double of_others = others / static_cast<double>(std::max<size_t>(all.leads - all.conversions, 1));
    if (of_conversions >= 0.3) {
        return percent(of_conversions) + " of the conversions have values that hardly any other lead has";
    }
    if (of_others >= 0.3 && static_cast<double>(all.conversions) * of_others >= 30) {
        return percent(of_others) + " of the leads that did not convert have values that hardly any converted lead has";
    }
    return {};
}

std::string filled_for_one_outcome(const FitCount &missing, const FitCount &there, const FitCount &all) {
    if (one_outcome_only(missing, all) || one_outcome_only(there, all)) {
        return "it is filled in for one outcome only: " + percent(rate_of(there)) + " converted where there is a value, " +
               percent(rate_of(missing)) + " where there is none";
    }
    return {};
}

} // namespace

std::string word_of_judgement(const std::string &field) {
    std::string word;
    for (size_t i = 0; i <= field.size(); ++i) {
        const char c = i < field.size() ? field[i] : ' ';
        const bool upper = c >= 'A' && c <= 'Z';
        const bool letter = upper || (c >= 'a' && c <= 'z');
        // LeadScore has two words as well.
        const bool begins = upper && i > 0 && field[i - 1] >= 'a' && field[i - 1] <= 'z';
        if (!letter || begins) {
            for (const char *known : words_of_judgement) {
                if (word == known) {
                    return word;
                }
            }
            word.clear();
        }
        if (letter) {
            word.push_back(static_cast<char>(upper ? c - 'A' + 'a' : c));
        }
    }
    return {};
}

std::vector<FitCount> counted(const std::vector<uint8_t> &codes, int bins, const std::vector<uint8_t> &converted) {
    std::vector<FitCount> counts(static_cast<size_t>(bins));
    for (size_t i = 0; i < codes.size(); ++i) {
        ++counts[codes[i]].leads;
        counts[codes[i]].conversions += converted[i];
    }
    return counts;
}

bool one_outcome_only(const FitCount &part, const FitCount &all) {
    const double base = rate_of(all);
    const double expected = base * static_cast<double>(part.leads);
    const double expected_others = (1 - base) * static_cast<double>(part.leads);
    return (expected >= 30 && rate_of(part) <= base * 0.05) || (expected_others >= 30 && 1 - rate_of(part) <= (1 - base) * 0.05);
}

namespace {

// AUC if a lead were judged by nothing but its bin's rate.
double auc_alone(std::vector<FitCount> counts) {
    std::sort(counts.begin(), counts.end(), [](const FitCount &a, const FitCount &b) {
        return static_cast<double>(a.conversions) * static_cast<double>(b.leads) <
               static_cast<double>(b.conversions) * static_cast<double>(a.leads);
    });
    double below = 0;
    double concordant = 0;
    double conversions = 0;
    for (const FitCount &count : counts) {
        const auto others = static_cast<double>(count.leads - count.conversions);
        concordant += static_cast<double>(count.conversions) * (below + others / 2);
        conversions += static_cast<double>(count.conversions);
        below += others;
    }
    return below > 0 && conversions > 0 ? concordant / below / conversions : 0.5;
}

// Whether the outcome seems to have written the column, and the sentence that says so.
std::optional<std::string> suspicion(const FitColumn &column, const FitBins &bins, const std::vector<FitCount> &counts) {
    std::vector<FitCount> usable;
    FitCount all;
    for (const FitCount &count : counts) {
        all.leads += count.leads;
        all.conversions += count.conversions;
        if (count.leads > 0) {
            usable.push_back(count);
        }
    }
    const double auc = auc_alone(usable);
    const std::string alone = "alone it has an AUC of " + std::to_string(auc).substr(0, 5);
    if (auc >= 0.9) {
        return alone + ": too good for something known before the outcome";
    }
    if (!bins.ordered) {
        if (const std::string pure = pure_values(counts, all); !pure.empty()) {
            return pure;
        }
    }
    const FitCount there{all.leads - counts[0].leads, all.conversions - counts[0].conversions};
    if (const std::string filled = filled_for_one_outcome(counts[0], there, all); column.candidate < 0 && !filled.empty()) {
        return filled;
    }
    const std::string word = column.candidate < 0 ? word_of_judgement(column.field) : "";
    if (!word.empty() && auc >= 0.55) {
        return "its name speaks of a judgement (\"" + word + "\"), which may have been made after the outcome was known, and " +
               alone;
    }
    return std::nullopt;
}

} // namespace

std::vector<FitCandidate> screen(const FitTable &table, const FitSettings &settings, const FitRows &rows,
                                 const std::vector<uint8_t> &converted, std::vector<FitLeftOut> &left_out) {
    const std::vector<uint32_t> sample = sample_of(rows.training, most_rows_for_bins);
    std::vector<FitCandidate> used;
    for (size_t i = 0; i < table.columns.size(); ++i) {
        ask(settings.go_on);
        const FitColumn &column = table.columns[i];
        if (is_one_of(settings.leave_out, column.field)) {
            left_out.push_back({column.field, "asked", "the settings leave it out"});
            continue;
        }
        const bool keep = is_one_of(settings.keep, column.field);
        FitCandidate candidate{i, fine_bins(column, sample), {}};
        FitLeftOut reason = useless(column, candidate.bins, variety_of(column, sample), sample.size());
        if (reason.reason == "identifier" && keep && candidate.bins.count > 2) {
            reason = {};
        }
        if (reason.reason.empty()) {
            candidate.codes = bins_of(candidate.bins, column, rows.training);
            const auto counts = counted(candidate.codes, candidate.bins.count, converted);
            if (const auto why = suspicion(column, candidate.bins, counts); why && !keep) {
                reason = {column.field, "suspect", *why};
            }
        }
        if (reason.reason.empty()) {
            used.push_back(std::move(candidate));
        } else {
            left_out.push_back(std::move(reason));
        }
    }
    return used;
}

} // namespace leadscore
