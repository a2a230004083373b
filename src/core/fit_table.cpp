// Rules learned from a table of past leads.
#include "fit_table.hpp"

#include "fit_document.hpp"
#include "fit_learn.hpp"
#include "fit_report.hpp"
#include "fit_rows.hpp"
#include "fit_screen.hpp"
#include "problem.hpp"

#include <algorithm>
#include <charconv>

namespace leadscore {
namespace {

const FitColumn *find_column(const FitTable &table, const std::string &field) {
    for (const FitColumn &column : table.columns) {
        if (column.field == field) {
            return &column;
        }
    }
    return nullptr;
}

void check_field(const FitTable &table, const char *setting, const std::string &field) {
    const bool left_out =
        std::any_of(table.left_out.begin(), table.left_out.end(), [&](const auto &l) { return l.field == field; });
    if (find_column(table, field) == nullptr && !left_out) {
        throw Problem(Trouble::value, setting, "there is no field \"" + field + "\"");
    }
}

void check_settings(const FitTable &table, const FitSettings &settings) {
    if (settings.doubling < 1 || settings.doubling > 1000) {
        throw Problem(Trouble::value, "doubling", "must be between 1 and 1000");
    }
    if (settings.most_pairs < 0 || settings.most_pairs > 32) {
        throw Problem(Trouble::value, "most_pairs", "must be between 0 and 32");
    }
    for (const std::string &field : settings.keep) {
        check_field(table, "keep", field);
    }
    for (const std::string &field : settings.leave_out) {
        check_field(table, "leave_out", field);
    }
    for (const auto &entry : settings.monotone) {
        check_field(table, "monotone", entry.first);
        const FitColumn *column = find_column(table, entry.first);
        if (column != nullptr && column->type != FitColumn::Type::number) {
            throw Problem(Trouble::value, "monotone", "\"" + entry.first + "\" is no number");
        }
    }
}

void check_size(const FitRows &rows, const FitSettings &settings) {
    const auto conversions = static_cast<int64_t>(rows.conversions);
    const int64_t others = static_cast<int64_t>(rows.training.size()) - conversions;
    // Without one of each there is nothing to tell apart, whatever the settings say.
    const int64_t least = std::max<int64_t>(settings.least_conversions, 1);
    const int64_t least_others = std::max<int64_t>(settings.least_others, 1);
    if (conversions >= least && others >= least_others) {
        return;
    }
    std::string missing;
    if (conversions < least) {
        missing += std::to_string(least - conversions) + " more that converted";
    }
    if (others < least_others) {
        missing += (missing.empty() ? "" : " and ") + std::to_string(least_others - others) + " more that did not";
    }
    throw Problem(Trouble::value, "", "too few leads to learn from",
                  "At least " + std::to_string(least) + " leads that converted and " + std::to_string(least_others) +
                      " that did not are needed in the training part.",
                  "The training part has " + std::to_string(conversions) + " that converted and " + std::to_string(others) +
                      " that did not; missing are " + missing + ".");
}

// What is written is what counts.
double as_written(double number) {
    const std::string text = number_as_text(number);
    double read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    return read;
}

} // namespace

FitResult fit_table(const FitTable &table, const FitSettings &settings) {
    check_settings(table, settings);
    const FitRows rows = order_rows(table, settings);
    check_size(rows, settings);
    std::vector<uint8_t> converted;
    for (const uint32_t row : rows.training) {
        converted.push_back(table.converted[row] != 0 ? 1 : 0);
    }
    std::vector<FitLeftOut> left_out = table.left_out;
    FitModel model = learn(screen(table, settings, rows, converted, left_out), table, settings, rows, converted, left_out);
    model.line = {as_written(model.line.intercept), as_written(model.line.slope)};

    const FitTotals training = totals_of(model, table, rows.training);
    FitDocument document = document_of(model, table, settings, training);
    for (const size_t c : document.weak) {
        left_out.push_back(
            {table.columns[model.columns[c].column].field, "weak", "beside the other columns it adds less than a point"});
    }
    const FitMeasures on_training = measures_of(training, model.line);
    const FitMeasures on_test = measures_of(totals_of(model, table, rows.test), model.line);
    FitResult result;
    result.report = report_of({model, document, training, on_training, on_test, left_out, converted}, settings);
    result.rules = std::move(document.rules);
    result.document = std::move(document.text);
    return result;
}

} // namespace leadscore
