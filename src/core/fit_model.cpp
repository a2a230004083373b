// What is learned.
#include "fit_model.hpp"

#include <cmath>

namespace leadscore {

double points_per_weight(const FitSettings &settings) {
    return settings.doubling / std::log(2.0);
}

std::optional<FitDirection> direction_of(const FitSettings &settings, const std::string &field) {
    for (const auto &[name, direction] : settings.monotone) {
        if (name == field) {
            return direction;
        }
    }
    return std::nullopt;
}

void add_by_odds(const FitTotals &totals, const FitLine &line, double per_weight, FitTotals &all) {
    for (const auto &[points, total] : totals) {
        FitTotal &sum = all[std::llround(line.odds(static_cast<double>(points)) * per_weight)];
        sum.leads += total.leads;
        sum.conversions += total.conversions;
    }
}

void judge(const FitTotals &all, double per_weight, FitModel &model) {
    const FitLine mended = line_of(all);
    model.validation = measures_of(all, mended);
    model.line.intercept = mended.odds(model.line.intercept * per_weight);
    model.line.slope *= mended.slope * per_weight;
}

FitTotals totals_of(const FitModel &model, const FitTable &table, const std::vector<uint32_t> &rows) {
    FitTotals totals;
    std::vector<uint8_t> bins(model.columns.size());
    for (const uint32_t row : rows) {
        int64_t sum = 0;
        for (size_t c = 0; c < model.columns.size(); ++c) {
            bins[c] = model.columns[c].bins.bin_of(table.columns[model.columns[c].column], row);
            sum += model.points[c][bins[c]];
        }
        for (size_t p = 0; p < model.pairs.size(); ++p) {
            const FitPair &pair = model.pairs[p];
            const int cell = model.groups[pair.a].of_bin[bins[pair.a]] * model.groups[pair.b].count +
                             model.groups[pair.b].of_bin[bins[pair.b]];
            sum += model.points[model.columns.size() + p][static_cast<size_t>(cell)];
        }
        FitTotal &total = totals[sum];
        ++total.leads;
        total.conversions += table.converted[row] != 0 ? 1 : 0;
    }
    return totals;
}

} // namespace leadscore
