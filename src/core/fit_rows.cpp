// The leads of a table in an order of their own.
#include "fit_rows.hpp"

#include "problem.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace leadscore {
namespace {

uint64_t mixed(uint64_t hash, uint64_t word) noexcept {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 29);
}

uint64_t hash_of(const std::string &text) noexcept {
    uint64_t hash = text.size();
    for (const char c : text) {
        hash = mixed(hash, static_cast<unsigned char>(c));
    }
    return hash;
}

void check_column(const FitColumn &column, size_t leads) {
    const bool number = column.type == FitColumn::Type::number;
    bool fits = (number ? column.numbers.size() : column.codes.size()) == leads;
    for (size_t i = 0; fits && !number && i < leads; ++i) {
        fits = column.codes[i] >= -1 && column.codes[i] < static_cast<int64_t>(column.levels.size());
    }
    if (!fits) {
        throw Problem(Trouble::value, column.field, "the column does not fit the table of leads");
    }
}

void add_column(const FitColumn &column, std::vector<uint64_t> &hashes) {
    if (column.type == FitColumn::Type::number) {
        for (size_t i = 0; i < hashes.size(); ++i) {
            // All that is not a number is missing, and both zeros are one.
            const double value = std::isfinite(column.numbers[i]) ? column.numbers[i] + 0.0 : HUGE_VAL;
            uint64_t bits = 0;
            std::memcpy(&bits, &value, sizeof bits);
            hashes[i] = mixed(hashes[i], bits);
        }
        return;
    }
    std::vector<uint64_t> of_level{1};
    for (const std::string &level : column.levels) {
        of_level.push_back(hash_of(level));
    }
    for (size_t i = 0; i < hashes.size(); ++i) {
        hashes[i] = mixed(hashes[i], of_level[static_cast<size_t>(column.codes[i] + 1)]);
    }
}

} // namespace

FitRows order_rows(const FitTable &table, const FitSettings &settings) {
    const size_t leads = table.converted.size();
    std::vector<uint64_t> hashes(leads, 0);
    for (const FitColumn &column : table.columns) {
        ask(settings.go_on);
        check_column(column, leads);
        add_column(column, hashes);
    }
    FitRows rows;
    for (size_t i = 0; i < leads; ++i) {
        (table.test[i] != 0 ? rows.test : rows.training).push_back(static_cast<uint32_t>(i));
        rows.conversions += table.test[i] == 0 && table.converted[i] != 0 ? 1 : 0;
    }
    const auto before = [&](uint32_t a, uint32_t b) {
        const bool converted_a = table.converted[a] != 0;
        const bool converted_b = table.converted[b] != 0;
        return converted_a != converted_b ? converted_a < converted_b : hashes[a] < hashes[b];
    };
    ask(settings.go_on);
    std::sort(rows.training.begin(), rows.training.end(), before);
    ask(settings.go_on);
    std::sort(rows.test.begin(), rows.test.end(), before);
    return rows;
}

} // namespace leadscore
