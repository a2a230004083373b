// Columns that name rows of other tables.
#include "fit_references.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace leadscore {
namespace {

// Beyond this not every whole number is a double, so that two rows may have one.
constexpr double most_exact = 9007199254740992.0;

bool can_be_named(double number) {
    return std::isnan(number) || (number == std::floor(number) && std::fabs(number) < most_exact);
}

// As values of rules are written.
void name_numbers(FitColumn &column) {
    std::unordered_map<int64_t, int32_t> code_of;
    column.type = FitColumn::Type::level;
    column.only_texts = false;
    for (const double number : column.numbers) {
        if (std::isnan(number)) {
            column.codes.push_back(-1);
            continue;
        }
        const auto whole = static_cast<int64_t>(number);
        const auto [place, fresh] = code_of.try_emplace(whole, static_cast<int32_t>(column.levels.size()));
        if (fresh) {
            column.levels.push_back(std::to_string(whole));
        }
        column.codes.push_back(place->second);
    }
    std::vector<double>().swap(column.numbers);
}

} // namespace

void settle_references(FitTable &table, const FitSettings &settings) {
    const auto directed = [&](const std::string &field) {
        return std::any_of(settings.monotone.begin(), settings.monotone.end(), [&](const auto &m) { return m.first == field; });
    };
    const auto taken_out = [&](FitColumn &column) {
        if (column.type != FitColumn::Type::number || column.candidate >= 0 || !is_one_of(settings.references, column.field) ||
            is_one_of(settings.leave_out, column.field) || directed(column.field)) {
            return false;
        }
        if (is_one_of(settings.keep, column.field) && std::all_of(column.numbers.begin(), column.numbers.end(), can_be_named)) {
            name_numbers(column);
            return false;
        }
        table.left_out.push_back(
            {column.field, "reference",
             "its numbers name rows of another table; \"keep\" learns from the common ones, each by itself"});
        return true;
    };
    table.columns.erase(std::remove_if(table.columns.begin(), table.columns.end(), taken_out), table.columns.end());
}

} // namespace leadscore
