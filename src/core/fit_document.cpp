// A model written as an ordinary document of rules.
#include "fit_document.hpp"

#include "json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace leadscore {
namespace {

// The candidates were read before, and time zone and expressions with them.
class TrustingHost : public DocumentHost {
public:
    std::optional<std::string> time_zone_name(const std::string &name) override {
        return name;
    }
    void check_regex(const std::string &, const std::string &) override {
    }
};

constexpr size_t most_readable_bytes = 200;

// Names of rules are not empty, not too long, and each is there once.
class RuleNames {
public:
    std::string unique(std::string name) {
        if (name.size() > most_readable_bytes) {
            size_t end = most_readable_bytes;
            while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0U) == 0x80U) {
                --end;
            }
            name = name.substr(0, end) + "...";
        }
        std::string tried = name;
        for (int number = 2; std::find(taken_.begin(), taken_.end(), tried) != taken_.end(); ++number) {
            tried = name + " (" + std::to_string(number) + ")";
        }
        taken_.push_back(tried);
        return tried;
    }

private:
    std::vector<std::string> taken_;
};

std::string range_text(const FitBins &bins, size_t low, size_t high) {
    const std::string from = low > 1 ? micro_text(bins.starts[low - 2]) : "";
    const std::string to = high + 1 < static_cast<size_t>(bins.count) ? micro_text(bins.starts[high - 1]) : "";
    if (from.empty() && to.empty()) {
        return "any number";
    }
    return from.empty() ? "below " + to : to.empty() ? "from " + from : "from " + from + " to below " + to;
}

const std::string &level_of(const FitColumn &column, const FitBins &bins, size_t bin) {
    return column.levels[static_cast<size_t>(bins.level_of_bin[bin])];
}

// Adds up what is written for one document.
class Writing {
public:
    Writing(const FitModel &model, const FitTable &table, FitDocument &document)
        : model_(model), table_(table), document_(document) {
    }
    void write_column(size_t c);
    void write_pair(size_t p);

private:
    struct Feature {
        const FitColumn &column;
        const FitBins &bins;
        const std::vector<int64_t> &points;
        size_t usual;
    };
    Feature feature(size_t c) const;
    void entry(size_t f, const std::string &rule, const std::string &field, const std::string &value, std::vector<bool> bins,
               int64_t points, size_t usual);
    Rule bands_rule(const Feature &feature, size_t c, const std::string &name);
    Rule values_rule(const Feature &feature, size_t c, const std::string &name);
    Condition::Entry condition(size_t c, int group) const;
    std::string group_text(size_t c, int group) const;

    const FitModel &model_;
    const FitTable &table_;
    FitDocument &document_;
    RuleNames names_;
};

Writing::Feature Writing::feature(size_t c) const {
    const FitCandidate &candidate = model_.columns[c];
    std::vector<size_t> counts(static_cast<size_t>(candidate.bins.count), 0);
    for (const uint8_t code : candidate.codes) {
        ++counts[code];
    }
    const auto usual = static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
    return {table_.columns[candidate.column], candidate.bins, model_.points[c], usual};
}

void Writing::entry(size_t f, const std::string &rule, const std::string &field, const std::string &value, std::vector<bool> bins,
                    int64_t points, size_t usual) {
    const bool holds_usual = usual < bins.size() && bins[usual];
    document_.entries.push_back({rule, field, value, f, std::move(bins), points, holds_usual});
}

Rule Writing::bands_rule(const Feature &feature, size_t c, const std::string &name) {
    Rule rule;
    rule.form = Form::attribute_bands;
    rule.attribute = feature.column.field;
    const auto count = static_cast<size_t>(feature.bins.count);
    for (size_t low = 1; low < count;) {
        size_t high = low;
        while (high + 1 < count && feature.points[high + 1] == feature.points[low]) {
            ++high;
        }
        Band band;
        if (low > 1) {
            band.from = feature.bins.starts[low - 2];
        }
        band.points = feature.points[low] * micro_per_unit;
        rule.bands.push_back(band);
        std::vector<bool> bins(count, false);
        std::fill(bins.begin() + static_cast<std::ptrdiff_t>(low), bins.begin() + static_cast<std::ptrdiff_t>(high) + 1, true);
        entry(c, name, feature.column.field, range_text(feature.bins, low, high), bins, feature.points[low], feature.usual);
        low = high + 1;
    }
    return rule;
}

Rule Writing::values_rule(const Feature &feature, size_t c, const std::string &name) {
    Rule rule;
    rule.form = Form::attribute_values;
    rule.attribute = feature.column.field;
    rule.otherwise = feature.points[1] * micro_per_unit;
    const auto count = static_cast<size_t>(feature.bins.count);
    std::vector<bool> others(count, false);
    others[1] = true;
    std::string others_text = "any other value";
    for (size_t bin = 2; bin < count; ++bin) {
        if (feature.points[bin] == feature.points[1]) {
            // Need not be written. Bins begin with the most common one.
            if (std::count(others.begin(), others.end(), true) == 1) {
                others_text += ", such as " + level_of(feature.column, feature.bins, bin);
            }
            others[bin] = true;
            continue;
        }
        const std::string &level = level_of(feature.column, feature.bins, bin);
        rule.values.emplace_back(level, feature.points[bin] * micro_per_unit);
        std::vector<bool> bins(count, false);
        bins[bin] = true;
        entry(c, name, feature.column.field, level, bins, feature.points[bin], feature.usual);
    }
    std::sort(rule.values.begin(), rule.values.end());
    entry(c, name, feature.column.field, others_text, others, feature.points[1], feature.usual);
    return rule;
}

void Writing::write_column(size_t c) {
    const Feature of = feature(c);
    if (std::all_of(of.points.begin(), of.points.end(), [](int64_t points) { return points == 0; })) {
        document_.weak.push_back(c);
        return;
    }
    const int candidate = of.column.candidate;
    const std::string name =
        names_.unique(candidate >= 0 ? table_.candidates.rules[static_cast<size_t>(candidate)].name : of.column.field);
    Rule rule = of.bins.ordered ? bands_rule(of, c, name) : values_rule(of, c, name);
    if (candidate >= 0) {
        Rule counting = table_.candidates.rules[static_cast<size_t>(candidate)];
        counting.form = Form::event_bands;
        counting.points = 0;
        counting.bands = std::move(rule.bands);
        counting.enabled = true;
        counting.group.clear();
        counting.dimension = "engagement";
        counting.min.reset();
        counting.max.reset();
        rule = std::move(counting);
    } else {
        rule.dimension = "fit";
    }
    rule.name = name;
    rule.missing = of.points[0] * micro_per_unit;
    std::vector<bool> bins(of.points.size(), false);
    bins[0] = true;
    // A lead without events has 0 of them; a time since the last one may be missing, also where none of the training part is.
    const std::vector<uint8_t> &codes = model_.columns[c].codes;
    if (candidate < 0 || table_.candidates.rules[static_cast<size_t>(candidate)].measure == Measure::idle ||
        std::find(codes.begin(), codes.end(), 0) != codes.end()) {
        entry(c, name, of.column.field, "missing", bins, of.points[0], of.usual);
    }
    document_.rules.rules.push_back(std::move(rule));
}

// Tests of a group of bins, as the tests that scoring makes on one field.
Condition::Entry Writing::condition(size_t c, int group) const {
    const FitCandidate &candidate = model_.columns[c];
    const FitColumn &column = table_.columns[candidate.column];
    const FitGroups &groups = model_.groups[c];
    Condition::Entry result;
    result.field = column.field;
    const auto exists = [&](bool yes) {
        Literal literal;
        literal.type = Literal::Type::boolean;
        literal.boolean = yes;
        result.tests.push_back({Operator::exists, {literal}, {}});
    };
    if (group == 0) {
        exists(false);
        return result;
    }
    if (candidate.bins.ordered) {
        const auto first = std::find(groups.of_bin.begin() + 1, groups.of_bin.end(), group) - groups.of_bin.begin();
        const auto end = std::find_if(groups.of_bin.begin() + first, groups.of_bin.end(), [&](uint8_t g) { return g != group; }) -
                         groups.of_bin.begin();
        const auto bound = [&](Operator op, std::ptrdiff_t bin) {
            Literal literal;
            literal.type = Literal::Type::number;
            literal.text = micro_text(candidate.bins.starts[static_cast<size_t>(bin) - 2]);
            result.tests.push_back({op, {literal}, {}});
        };
        if (end < candidate.bins.count) {
            bound(Operator::less, end);
        }
        if (first > 1) {
            bound(Operator::greater_equal, first);
        }
        if (result.tests.empty()) {
            exists(true);
        }
        return result;
    }
    const bool rest = group == groups.count - 1;
    std::vector<Literal> literals;
    for (size_t bin = 2; bin < groups.of_bin.size(); ++bin) {
        if (rest ? groups.of_bin[bin] != group : groups.of_bin[bin] == group) {
            Literal literal;
            literal.text = level_of(column, candidate.bins, bin);
            if (column.type == FitColumn::Type::boolean) {
                literal.type = Literal::Type::boolean;
                literal.boolean = literal.text == "true";
                literal.text.clear();
            }
            literals.push_back(literal);
        }
    }
    if (!literals.empty()) {
        result.tests.push_back({rest ? Operator::not_in : Operator::in, std::move(literals), {}});
    }
    if (rest) {
        exists(true);
    }
    return result;
}

std::string Writing::group_text(size_t c, int group) const {
    const FitCandidate &candidate = model_.columns[c];
    const FitGroups &groups = model_.groups[c];
    if (group == 0) {
        return "missing";
    }
    if (candidate.bins.ordered) {
        const auto first = std::find(groups.of_bin.begin() + 1, groups.of_bin.end(), group);
        const auto end = std::find_if(first, groups.of_bin.end(), [&](uint8_t g) { return g != group; });
        return range_text(candidate.bins, static_cast<size_t>(first - groups.of_bin.begin()),
                          static_cast<size_t>(end - groups.of_bin.begin()) - 1);
    }
    if (group == groups.count - 1) {
        return "any other";
    }
    const auto place = std::find(groups.of_bin.begin() + 2, groups.of_bin.end(), group);
    return level_of(table_.columns[candidate.column], candidate.bins, static_cast<size_t>(place - groups.of_bin.begin()));
}

void Writing::write_pair(size_t p) {
    const FitPair &pair = model_.pairs[p];
    const size_t f = model_.columns.size() + p;
    const std::string &field_a = table_.columns[model_.columns[pair.a].column].field;
    const std::string &field_b = table_.columns[model_.columns[pair.b].column].field;
    for (size_t cell = 0; cell < model_.points[f].size(); ++cell) {
        if (model_.points[f][cell] == 0) {
            continue;
        }
        const auto group_a = static_cast<int>(cell) / model_.groups[pair.b].count;
        const auto group_b = static_cast<int>(cell) % model_.groups[pair.b].count;
        Rule rule;
        rule.name =
            names_.unique(field_a + ": " + group_text(pair.a, group_a) + " & " + field_b + ": " + group_text(pair.b, group_b));
        rule.form = Form::condition_points;
        rule.dimension = "fit";
        rule.has_condition = true;
        rule.condition.entries = {condition(pair.a, group_a), condition(pair.b, group_b)};
        std::sort(rule.condition.entries.begin(), rule.condition.entries.end(),
                  [](const auto &a, const auto &b) { return a.field < b.field; });
        rule.points = model_.points[f][cell] * micro_per_unit;
        std::vector<bool> cells(model_.points[f].size(), false);
        cells[cell] = true;
        entry(f, rule.name, field_a + " & " + field_b, group_text(pair.a, group_a) + " & " + group_text(pair.b, group_b), cells,
              model_.points[f][cell], SIZE_MAX);
        document_.rules.rules.push_back(std::move(rule));
    }
}

// What moves scores most comes first.
std::vector<size_t> by_weight(const FitModel &model, const FitTable &table) {
    std::vector<std::pair<double, size_t>> order;
    for (size_t c = 0; c < model.columns.size(); ++c) {
        double sum = 0;
        double squares = 0;
        for (const uint8_t code : model.columns[c].codes) {
            const auto points = static_cast<double>(model.points[c][code]);
            sum += points;
            squares += points * points;
        }
        const auto leads = static_cast<double>(model.columns[c].codes.size());
        order.emplace_back(sum * sum / leads - squares, c);
    }
    std::sort(order.begin(), order.end(), [&](const auto &a, const auto &b) {
        const std::string &field_a = table.columns[model.columns[a.second].column].field;
        const std::string &field_b = table.columns[model.columns[b.second].column].field;
        return a.first != b.first ? a.first < b.first : field_a < field_b;
    });
    std::vector<size_t> columns;
    for (const auto &entry : order) {
        columns.push_back(entry.second);
    }
    return columns;
}

// Quarters of the leads of the training part; one that would be empty is left out.
Label priority(const FitTotals &training) {
    Label label{"priority", "score", {{"low", std::nullopt}}};
    constexpr const char *names[] = {"medium", "high", "very high"};
    int64_t leads = 0;
    for (const auto &[points, total] : training) {
        leads += total.leads;
    }
    for (int quarter = 1; quarter <= 3; ++quarter) {
        int64_t below = 0;
        for (const auto &[points, total] : training) {
            const int128 from = static_cast<int128>(points) * micro_per_unit;
            if (below * 4 >= leads * quarter && (!label.levels.back().from || *label.levels.back().from < from)) {
                label.levels.push_back({names[quarter - 1], from});
                break;
            }
            below += total.leads;
        }
    }
    return label;
}

} // namespace

std::string number_as_text(double number) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number == 0 ? 0 : number, std::chars_format::general, 9).ptr;
    return {buffer, end};
}

FitDocument document_of(const FitModel &model, const FitTable &table, const FitSettings &settings, const FitTotals &training) {
    FitDocument document;
    document.rules.name = settings.name;
    document.rules.timezone = settings.timezone.empty() ? table.candidates.timezone : settings.timezone;
    Writing writing(model, table, document);
    for (const size_t c : by_weight(model, table)) {
        writing.write_column(c);
    }
    for (size_t p = 0; p < model.pairs.size(); ++p) {
        writing.write_pair(p);
    }
    document.rules.labels.push_back(priority(training));
    Probability probability;
    probability.intercept = number_as_text(model.line.intercept);
    probability.slope = number_as_text(model.line.slope);
    probability.horizon = settings.horizon;
    document.rules.probability = probability;
    // Read back, it is checked, and canonical.
    TrustingHost host;
    document.rules = read_rules(write_rules(document.rules), host);
    document.text = write_rules(document.rules);
    return document;
}

} // namespace leadscore
