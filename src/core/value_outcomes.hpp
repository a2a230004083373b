// What became of leads, counted by the values of their attributes: in one pass, whatever the values are.
//
// Memory is bounded by the number of fields. Which values are told apart at the end depends on the leads alone, not on their order.
#pragma once

#include "no_postgres.hpp"
#include "value.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadscore {

struct OutcomeCount {
    int64_t leads = 0;
    int64_t conversions = 0;

    void add(bool converted) noexcept {
        ++leads;
        conversions += converted ? 1 : 0;
    }
    void add(const OutcomeCount &more) noexcept {
        leads += more.leads;
        conversions += more.conversions;
    }
};

// By number. Numbers that are too many to be told apart share a cell with their neighbours; no two cells overlap, so counts
// between the lowest numbers of two cells are exact.
class NumberOutcomes {
public:
    static constexpr size_t most_cells = 2048;

    struct Cell {
        double lowest;
        double highest;
        OutcomeCount count;
    };
    void add(double number, bool converted);

    // In bands of about equally many leads, ascending; a number of its own for each if there are no more than `bands`.
    std::vector<Cell> bands(size_t bands) const;

private:
    // Open addressing, at most half full: one look at memory for most numbers. A slot without leads is free.
    struct Slot {
        int64_t key;
        Cell cell;
    };
    std::vector<Cell> sorted() const;
    Slot &slot_for(int64_t key) noexcept;
    void rebuild(size_t capacity, int more_dropped);

    std::vector<Slot> slots_; // by the order of numbers, its last bits dropped
    size_t used_ = 0;
    int shift_ = 64; // of a hash, to a slot
    int dropped_ = 0;
};

// By text. Too many different ones, or too long ones, are not told apart.
class TextOutcomes {
public:
    static constexpr size_t most_texts = 10000;
    static constexpr size_t most_bytes = 1 << 20;

    struct Entry {
        std::string text;
        OutcomeCount count;
    };
    void add(std::string_view text, bool converted);

    bool too_many() const noexcept {
        return too_many_;
    }
    const OutcomeCount &all() const noexcept {
        return all_;
    }
    // Most leads first.
    std::vector<Entry> by_leads() const;

private:
    std::unordered_map<std::string_view, size_t> places_; // in entries_
    std::deque<Entry> entries_;
    OutcomeCount all_;
    size_t bytes_ = 0;
    bool too_many_ = false;
};

// One attribute of one lead. Members of jsonb have a name with a dot, and all those of one column the same group.
struct FieldValue {
    static constexpr int column = -1;

    std::string_view name;
    int group = column;
    bool is_days = false; // a time, as whole days before the moment of the lead
    int64_t days = 0;
    Value value;
};

class ValueOutcomes {
public:
    static constexpr size_t most_members = 500; // of one jsonb column

    // The attributes that are not missing, and all columns in every lead.
    void add_lead(const FieldValue *values, size_t count, bool converted);

    // A JSON array of objects: field, part (band, days, value, element, others, present, missing), value, lowest, leads,
    // conversions, note. The first one, of part "all", counts all leads.
    std::string rows(size_t bands, size_t most_values) const;

private:
    struct Field {
        std::string name;
        int group = FieldValue::column;
        int64_t last_lead = 0;
        OutcomeCount there;
        NumberOutcomes numbers;
        NumberOutcomes days;
        TextOutcomes texts;
        TextOutcomes elements;
        OutcomeCount others; // there, and no rule can tell what
    };
    Field *field_for(const FieldValue &value, size_t place);
    void count(Field &field, const FieldValue &value, bool converted);
    std::vector<const Field *> in_order() const;
    bool is_closed(int group) const noexcept;

    OutcomeCount all_;
    std::deque<Field> fields_;
    std::unordered_map<std::string_view, Field *> by_name_;
    std::vector<Field *> places_;      // where the values of the lead before stood
    std::vector<size_t> group_sizes_;  // members by group
};

} // namespace leadscore
