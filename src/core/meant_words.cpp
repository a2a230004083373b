// The words of other tools and languages. What is only misspelled is found by its distance, in read_values.cpp.
#include "meant_words.hpp"

#include <algorithm>

namespace leadscore {
namespace {

struct Meaning {
    std::string_view written; // as plain_word() gives it
    std::string_view meant;
};

// One word may mean several: the first that is allowed where it stands. None whose operand would then say something else.
constexpr Meaning meanings[] = {
    // operators
    {"==", "="},
    {"===", "="},
    {"is", "="},
    {"eq", "="},
    {"equal", "="},
    {"equals", "="},
    {"<>", "!="},
    {"!==", "!="},
    {"ne", "!="},
    {"neq", "!="},
    {"not", "!="},
    {"is_not", "!="},
    {"not_equal", "!="},
    {"not_equals", "!="},
    {"gt", ">"},
    {"greater", ">"},
    {"greater_than", ">"},
    {"more_than", ">"},
    {"above", ">"},
    {"after", ">"},
    {"gte", ">="},
    {"ge", ">="},
    {"=>", ">="},
    {"at_least", ">="},
    {"lt", "<"},
    {"less", "<"},
    {"less_than", "<"},
    {"below", "<"},
    {"before", "<"},
    {"lte", "<="},
    {"le", "<="},
    {"=<", "<="},
    {"at_most", "<="},
    {"any", "in"},
    {"any_of", "in"},
    {"one_of", "in"},
    {"is_in", "in"},
    {"notin", "not_in"},
    {"nin", "not_in"},
    {"none_of", "not_in"},
    {"not_any", "not_in"},
    {"range", "between"},
    {"begins_with", "starts_with"},
    {"startswith", "starts_with"},
    {"prefix", "starts_with"},
    {"endswith", "ends_with"},
    {"suffix", "ends_with"},
    {"includes", "contains"},
    {"include", "contains"},
    {"has", "contains"},
    {"substring", "contains"},
    {"~~", "like"},
    {"~", "matches"},
    {"regex", "matches"},
    {"regexp", "matches"},
    {"rlike", "matches"},
    {"not_null", "exists"},
    {"is_not_null", "exists"},
    {"present", "exists"},
    {"in_last", "within_last"},
    {"last", "within_last"},
    {"newer_than", "within_last"},
    {"within", "within_last"},
    {"older", "older_than"},
    {"in_next", "within_next"},
    {"next", "within_next"},
    // keys of rules and of the document
    {"title", "name"},
    {"label", "name"},
    {"id", "name"},
    {"note", "description"},
    {"notes", "description"},
    {"comment", "description"},
    {"comments", "description"},
    {"remark", "description"},
    {"desc", "description"},
    {"active", "enabled"},
    {"event", "on"},
    {"events", "on"},
    {"kind", "on"},
    {"kinds", "on"},
    {"type", "on"},
    {"trigger", "on"},
    {"when", "if"},
    {"where", "if"},
    {"condition", "if"},
    {"conditions", "if"},
    {"filter", "if"},
    {"criteria", "if"},
    {"field", "attribute"},
    {"column", "attribute"},
    {"score", "points"},
    {"point", "points"},
    {"pts", "points"},
    {"value", "values"},
    {"value", "points"},
    {"window", "within"},
    {"period", "within"},
    {"cap", "max"},
    {"maximum", "max"},
    {"ceiling", "max"},
    {"max_points", "max"},
    {"minimum", "min"},
    {"floor", "min"},
    {"min_points", "min"},
    {"default", "otherwise"},
    {"else", "otherwise"},
    {"other", "otherwise"},
    {"others", "otherwise"},
    {"null", "missing"},
    {"if_missing", "missing"},
    {"ranges", "bands"},
    {"buckets", "bands"},
    {"tiers", "bands"},
    {"mapping", "values"},
    {"map", "values"},
    {"lookup", "values"},
    {"half_life", "decay"},
    {"halflife", "decay"},
    {"fade", "decay"},
    {"rate_limit", "at_most"},
    {"frequency", "at_most"},
    {"metric", "measure"},
    {"aggregate", "measure"},
    {"time_zone", "timezone"},
    {"tz", "timezone"},
    {"exclusions", "exclude"},
    {"excluded", "exclude"},
    {"disqualify", "exclude"},
    {"thresholds", "stages"},
    {"grades", "labels"},
    // inside of them
    {"halflife", "half_life"},
    {"per", "every"},
    {"interval", "every"},
    {"rate", "lose"},
    {"percent", "lose"},
    {"by", "lose"},
    {"count", "hits"},
    {"times", "hits"},
    {"events", "hits"},
    {"max", "hits"},
    {"every", "per"},
    {"within", "per"},
    {"unique", "distinct"},
    {"count_distinct", "distinct"},
    {"total", "sum"},
    {"ratio", "ratio_to"},
    {"share", "ratio_to"},
    {"recency", "idle"},
    {"inactive", "idle"},
    {"mode", "take"},
    {"method", "take"},
    {"combine", "take"},
    {"aggregate", "take"},
    {"min", "from"},
    {"start", "from"},
    {"above", "from"},
    {"threshold", "from"},
    {">=", "from"},
    {"requires", "needs"},
    {"require", "needs"},
    {"factor", "weight"},
    {"multiplier", "weight"},
    {"decimal", "decimals"},
    {"round", "decimals"},
    {"bands", "levels"},
    {"stages", "levels"},
};

} // namespace

std::string plain_word(std::string_view word) {
    std::string plain(word);
    for (char &c : plain) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        } else if (c == ' ' || c == '-') {
            c = '_';
        }
    }
    return plain;
}

std::string_view meant_word(std::string_view word, const std::vector<std::string_view> &allowed) {
    const std::string plain = plain_word(word);
    const auto find = [&](std::string_view name) {
        const auto found = std::find(allowed.begin(), allowed.end(), name);
        return found == allowed.end() ? std::string_view() : *found;
    };
    std::string_view meant = find(plain);
    for (const Meaning &meaning : meanings) {
        if (!meant.empty()) {
            break;
        }
        if (meaning.written == plain) {
            meant = find(meaning.meant);
        }
    }
    return meant;
}

size_t letters_apart(std::string_view a, std::string_view b) {
    std::vector<std::vector<size_t>> table(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = 0; i <= a.size(); ++i) {
        for (size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                table[i][j] = i + j;
                continue;
            }
            const size_t replaced = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
            }
        }
    }
    return table[a.size()][b.size()];
}

} // namespace leadscore
