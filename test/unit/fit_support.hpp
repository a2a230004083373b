// What tests of fitting share: tables of made-up leads, and their values as scoring reads them.
#pragma once

#include "core/fit_document.hpp"
#include "core/fit_learn.hpp"
#include "core/fit_rows.hpp"
#include "core/fit_screen.hpp"
#include "core/fit_table.hpp"
#include "score_support.hpp"

#include <cmath>
#include <random>

namespace fit_support {

using namespace leadscore;

// Leads with values as text; empty: missing.
class Leads {
public:
    void number(const std::string &field, int candidate = -1) {
        add(field, FitColumn::Type::number, candidate);
    }
    void level(const std::string &field) {
        add(field, FitColumn::Type::level, -1);
    }
    void boolean(const std::string &field) {
        add(field, FitColumn::Type::boolean, -1);
        table.columns.back().levels = {"false", "true"};
    }
    void lead(bool converted, const std::vector<std::string> &values, bool test = false) {
        table.converted.push_back(converted ? 1 : 0);
        table.test.push_back(test ? 1 : 0);
        for (size_t i = 0; i < values.size(); ++i) {
            add_value(table.columns[i], values[i]);
        }
        rows.push_back(values);
    }
    // As scoring is given the lead.
    score_support::Attributes attributes(size_t row) const {
        score_support::Attributes given;
        for (size_t i = 0; i < rows[row].size(); ++i) {
            const std::string &value = rows[row][i];
            if (value.empty()) {
                continue;
            }
            switch (table.columns[i].type) {
            case FitColumn::Type::number:
                given.emplace_back(table.columns[i].field, value_support::number(value));
                break;
            case FitColumn::Type::level:
                given.emplace_back(table.columns[i].field, value_support::text(value));
                break;
            case FitColumn::Type::boolean:
                given.emplace_back(table.columns[i].field, value_support::boolean(value == "true"));
                break;
            }
        }
        return given;
    }
    FitTable table;
    std::vector<std::vector<std::string>> rows;

private:
    void add(const std::string &field, FitColumn::Type type, int candidate) {
        FitColumn column;
        column.field = field;
        column.type = type;
        column.candidate = candidate;
        table.columns.push_back(column);
    }
    static void add_value(FitColumn &column, const std::string &value) {
        if (column.type == FitColumn::Type::number) {
            column.numbers.push_back(value.empty() ? NAN : std::stod(value));
            return;
        }
        const auto place = std::find(column.levels.begin(), column.levels.end(), value);
        column.codes.push_back(value.empty() ? -1 : static_cast<int32_t>(place - column.levels.begin()));
        if (!value.empty() && place == column.levels.end()) {
            column.levels.push_back(value);
        }
    }
};

// The steps of fit_table, kept.
struct Fitted {
    explicit Fitted(const FitTable &table, const FitSettings &settings = {}) {
        const FitRows rows = order_rows(table, settings);
        for (const uint32_t row : rows.training) {
            converted.push_back(table.converted[row]);
        }
        model = learn(screen(table, settings, rows, converted, left_out), table, settings, rows, converted, left_out);
        document = document_of(model, table, settings, totals_of(model, table, rows.training));
    }
    int64_t points(const FitTable &table, uint32_t row) const {
        return totals_of(model, table, {row}).begin()->first;
    }
    std::vector<uint8_t> converted;
    std::vector<FitLeftOut> left_out;
    FitModel model;
    FitDocument document;
};

// Is what the report says of a key, up to the next comma or bracket.
inline std::string said(const std::string &report, const std::string &part, const std::string &key) {
    const size_t at = report.find("\"" + key + "\":", report.find("\"" + part + "\":")) + key.size() + 3;
    return report.substr(at, report.find_first_of(",}]", at) - at);
}

inline std::string reason_for(const std::string &report, const std::string &field) {
    const std::string before = "{\"field\":\"" + field + "\",\"reason\":\"";
    const size_t at = report.find(before);
    return at == std::string::npos ? ""
                                   : report.substr(at + before.size(), report.find('"', at + before.size()) - at - before.size());
}

inline double chance(double odds) {
    return 1 / (1 + std::exp(-odds));
}

// A number, two texts and a flag that matter, alone and together, and one text that does not.
inline Leads some_leads(uint64_t seed, size_t count) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> share;
    Leads leads;
    leads.number("size");
    leads.level("source");
    leads.level("land");
    leads.boolean("mail");
    leads.level("noise");
    constexpr const char *sources[] = {"web", "fair", "call", "", "ad", "rare a", "rare b"};
    constexpr const char *lands[] = {"DE", "AT", "CH", "FR", "NL", "\"quoted\" & <odd>"};
    for (size_t i = 0; i < count; ++i) {
        const double size = std::exp(share(random) * 9);
        const std::string written = share(random) < 0.1 ? "" : micro_text(static_cast<int128>(std::round(size * 100)) * 10000);
        const size_t source = share(random) < 0.01 ? 5 + random() % 2 : random() % 5;
        const size_t land = random() % 6;
        const bool mail = share(random) < 0.4;
        const double odds = -1.5 + std::log(size) * 0.25 + (source == 1 ? 1.2 : 0) - (source == 3 ? 0.8 : 0) + (mail ? 0.7 : 0) +
                            ((land < 2) == (source < 2) ? 0.9 : -0.9);
        leads.lead(share(random) < chance(odds),
                   {written, sources[source], lands[land], mail ? "true" : "false", std::to_string(random() % 8) + "x"},
                   share(random) < 0.25);
    }
    return leads;
}

} // namespace fit_support
