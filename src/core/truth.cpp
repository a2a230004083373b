// What can be said of a condition without looking at any lead: entries that must all hold are gathered field by field.
#include "truth.hpp"

#include "field_conflict.hpp"
#include "json_tree.hpp"

#include <algorithm>
#include <map>

namespace leadscore {

namespace {

using Connective = Condition::Connective;

struct Field {
    std::string place;
    std::vector<const Test *> tests;
};
using Fields = std::map<std::string, Field>;

std::string place_of(std::string place, const std::string &key) {
    append_key(place, key);
    return place;
}

std::string place_of(std::string place, const std::string &key, size_t index) {
    append_key(place, key);
    append_index(place, index);
    return place;
}

const char *key_of(Connective connective) {
    return connective == Connective::all ? "all" : connective == Connective::any ? "any" : "not";
}

// All fields that must hold at once: of the condition and of every `all` in it.
void gather(const Condition &condition, const std::string &place, Fields &fields) {
    for (const Condition::Entry &entry : condition.entries) {
        if (entry.connective == Connective::field) {
            Field &field = fields[entry.field];
            field.place = place_of(place, entry.field);
            for (const Test &test : entry.tests) {
                field.tests.push_back(&test);
            }
        } else if (entry.connective == Connective::all) {
            for (size_t i = 0; i < entry.children.size(); ++i) {
                gather(entry.children[i], place_of(place, "all", i), fields);
            }
        }
    }
}

Verdict both(Verdict a, Verdict b) {
    if (a == Verdict::never || b == Verdict::never) {
        return Verdict::never;
    }
    return a == Verdict::always ? b : a;
}

Verdict opposite(Verdict verdict) {
    return verdict == Verdict::depends ? verdict : verdict == Verdict::always ? Verdict::never : Verdict::always;
}

Verdict entry_verdict(const Condition::Entry &entry) {
    Verdict result = Verdict::always;
    switch (entry.connective) {
    case Connective::field:
        return entry.tests.empty() ? Verdict::always : Verdict::depends;
    case Connective::all:
        for (const Condition &child : entry.children) {
            result = both(result, verdict(child));
        }
        return result;
    case Connective::any:
        for (const Condition &child : entry.children) {
            result = both(result, opposite(verdict(child)));
        }
        return opposite(result);
    case Connective::negation:
        return opposite(verdict(entry.children.front()));
    }
    return Verdict::depends;
}

void find(const Condition &condition, const std::string &place, bool gathered, std::vector<Contradiction> &found) {
    if (!gathered) {
        Fields fields;
        gather(condition, place, fields);
        for (const auto &field : fields) {
            if (const std::optional<FieldConflict> conflict = field_conflict(field.second.tests)) {
                found.push_back({field.second.place, conflict->message, conflict->arrays_may});
            }
        }
    }
    for (const Condition::Entry &entry : condition.entries) {
        if (entry.connective == Connective::any && entry.children.empty()) {
            found.push_back({place_of(place, "any"), "an empty \"any\" never holds", false});
        }
        for (size_t i = 0; i < entry.children.size(); ++i) {
            const std::string key = key_of(entry.connective);
            const bool negation = entry.connective == Connective::negation;
            find(entry.children[i], negation ? place_of(place, key) : place_of(place, key, i),
                 entry.connective == Connective::all, found);
        }
    }
}

} // namespace

Verdict verdict(const Condition &condition) {
    Verdict result = Verdict::always;
    for (const Condition::Entry &entry : condition.entries) {
        result = both(result, entry_verdict(entry));
    }
    if (result != Verdict::depends) {
        return result;
    }
    Fields fields;
    gather(condition, {}, fields);
    for (const auto &field : fields) {
        const std::optional<FieldConflict> conflict = field_conflict(field.second.tests);
        if (conflict && !conflict->arrays_may) {
            return Verdict::never;
        }
    }
    return result;
}

std::vector<Contradiction> contradictions(const Condition &condition, const std::string &place) {
    std::vector<Contradiction> found;
    find(condition, place, false, found);
    return found;
}

} // namespace leadscore
