// Dimensions and labels of a score as jsonb.
#include "score_json.hpp"

#include "score_result.hpp"

#include <algorithm>

namespace leadscore {

namespace {

// Views the text.
JsonbValue jsonb_string(const std::string &text) {
    JsonbValue value;
    value.type = jbvString;
    value.val.string.val = const_cast<char *>(text.data());
    value.val.string.len = static_cast<int>(text.size());
    return value;
}

void push_key(JsonbParseState **parse, const std::string &name) {
    JsonbValue key = jsonb_string(name);
    pushJsonbValue(parse, WJB_KEY, &key);
}

Jsonb *make_dimensions(const Rules &rules, const Datum *numbers) {
    JsonbParseState *parse = nullptr;
    pushJsonbValue(&parse, WJB_BEGIN_OBJECT, nullptr);
    for (size_t d = 0; d < rules.dimensions.size(); ++d) {
        push_key(&parse, rules.dimensions[d].name);
        JsonbValue value;
        value.type = jbvNumeric;
        value.val.numeric = DatumGetNumeric(numbers[d]);
        pushJsonbValue(&parse, WJB_VALUE, &value);
    }
    return JsonbValueToJsonb(pushJsonbValue(&parse, WJB_END_OBJECT, nullptr));
}

Jsonb *make_labels(const Rules &rules, const Scored &scored) {
    JsonbParseState *parse = nullptr;
    pushJsonbValue(&parse, WJB_BEGIN_OBJECT, nullptr);
    for (size_t l = 0; l < rules.labels.size(); ++l) {
        push_key(&parse, rules.labels[l].name);
        JsonbValue value;
        value.type = jbvNull;
        if (scored.levels[l] >= 0) {
            value = jsonb_string(rules.labels[l].levels[static_cast<size_t>(scored.levels[l])].name);
        }
        pushJsonbValue(&parse, WJB_VALUE, &value);
    }
    return JsonbValueToJsonb(pushJsonbValue(&parse, WJB_END_OBJECT, nullptr));
}

// Puts a copy of an object in the place of an older one.
void keep(MemoryContext memory, Jsonb *&kept, const Jsonb *fresh) {
    const Size size = VARSIZE(fresh);
    auto *copy = static_cast<Jsonb *>(MemoryContextAlloc(memory, size));
    memcpy(copy, fresh, size);
    if (kept != nullptr) {
        pfree(kept);
    }
    kept = copy;
}

void remake_dimensions(ScoreJson &last, const Rules &rules, const Datum *numbers) {
    const size_t count = rules.dimensions.size();
    if (last.places == nullptr) {
        last.places = static_cast<size_t *>(MemoryContextAlloc(last.memory, sizeof(size_t) * (count + 1)));
    }
    keep(last.memory, last.dimensions, make_dimensions(rules, numbers));
    for (size_t d = 0; d < count; ++d) {
        const std::string &name = rules.dimensions[d].name;
        JsonbValue found;
        getKeyJsonValueFromContainer(&last.dimensions->root, name.data(), static_cast<int>(name.size()), &found);
        last.places[d] = static_cast<size_t>(reinterpret_cast<char *>(found.val.numeric) - reinterpret_cast<char *>(last.dimensions));
    }
}

} // namespace

Datum dimensions_jsonb(ScoreJson &last, const Rules &rules, const Scored &scored) {
    const size_t count = rules.dimensions.size();
    auto *numbers = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    bool fits = last.dimensions != nullptr;
    for (size_t d = 0; d < count; ++d) {
        numbers[d] = micro_numeric(scored.dimensions[d]);
        fits = fits && VARSIZE(DatumGetPointer(numbers[d])) == VARSIZE(reinterpret_cast<char *>(last.dimensions) + last.places[d]);
    }
    if (!fits) {
        remake_dimensions(last, rules, numbers);
    }
    for (size_t d = 0; d < count; ++d) {
        const char *number = DatumGetPointer(numbers[d]);
        memcpy(reinterpret_cast<char *>(last.dimensions) + last.places[d], number, VARSIZE(number));
    }
    return JsonbPGetDatum(last.dimensions);
}

Datum labels_jsonb(ScoreJson &last, const Rules &rules, const Scored &scored) {
    const size_t count = rules.labels.size();
    if (last.labels == nullptr || !std::equal(scored.levels.begin(), scored.levels.end(), last.levels)) {
        if (last.levels == nullptr) {
            last.levels = static_cast<int *>(MemoryContextAlloc(last.memory, sizeof(int) * (count + 1)));
        }
        keep(last.memory, last.labels, make_labels(rules, scored));
        std::copy(scored.levels.begin(), scored.levels.end(), last.levels);
    }
    return JsonbPGetDatum(last.labels);
}

} // namespace leadscore
