// Many conditions at once.
#include "condition_table.hpp"

#include <algorithm>

namespace leadscore {

// About, and rather too much; without the rows, which come as they are worked out.
size_t ConditionTable::size_of(const std::vector<const SplitCondition *> &conditions) noexcept {
    constexpr size_t bytes_of_literal = 256;
    constexpr size_t bytes_of_part = 512;
    size_t size = 1024;
    for (const SplitCondition *condition : conditions) {
        size += sizeof(condition);
        if (condition == nullptr) {
            continue;
        }
        for (const SplitCondition::Part &part : condition->parts()) {
            size += bytes_of_part;
            for (const Test *test : part.tests) {
                size += bytes_of_literal * test->operands.size();
                for (const Literal &literal : test->operands) {
                    size += 2 * literal.text.size();
                }
            }
        }
    }
    return size;
}

std::unique_ptr<ConditionTable> ConditionTable::make(std::vector<const SplitCondition *> conditions, size_t &room) {
    const size_t size = size_of(conditions);
    if (size > room) {
        return nullptr;
    }
    room -= size;
    return std::unique_ptr<ConditionTable>(new ConditionTable(std::move(conditions), room));
}

ConditionTable::ConditionTable(std::vector<const SplitCondition *> conditions, size_t &room)
    : conditions_(std::move(conditions)), width_((conditions_.size() + word_bits - 1) / word_bits), room_(room),
      all_(width_, ~static_cast<uint64_t>(0)), with_rest_(width_), possible_(width_), fresh_(width_) {
    if (conditions_.size() % word_bits != 0) {
        all_.back() >>= word_bits - conditions_.size() % word_bits;
    }
    std::vector<PartOf> parts;
    for (size_t c = 0; c < conditions_.size(); ++c) {
        if (conditions_[c] == nullptr) {
            continue;
        }
        if (conditions_[c]->has_rest()) {
            has_rest_ = true;
            with_rest_[c / word_bits] |= static_cast<uint64_t>(1) << c % word_bits;
        }
        for (const SplitCondition::Part &part : conditions_[c]->parts()) {
            parts.push_back({c, &part});
        }
    }
    std::stable_sort(parts.begin(), parts.end(), [](const PartOf &a, const PartOf &b) { return a.part->field < b.part->field; });
    for (auto from = parts.begin(); from != parts.end();) {
        const size_t field = from->part->field;
        const auto end = std::find_if(from, parts.end(), [field](const PartOf &other) { return other.part->field != field; });
        add_field(field, {from, end});
        from = end;
    }
}

void ConditionTable::add_field(size_t number, std::vector<PartOf> parts) {
    std::vector<const Test *> tests;
    for (const PartOf &each : parts) {
        tests.insert(tests.end(), each.part->tests.begin(), each.part->tests.end());
    }
    FieldPlaces places(tests);
    std::vector<uint32_t> rows(places.count());
    // Most of the room is for rows.
    constexpr size_t most_texts = 256;
    constexpr size_t least_rest = 16;
    const size_t size = TextMemo::size_of(most_texts);
    const bool keeps_texts = places.compares_texts() && size <= room_ / least_rest;
    room_ -= keeps_texts ? size : 0;
    fields_.push_back(
        {number, std::move(places), std::move(parts), std::move(rows), TextMemo(keeps_texts ? most_texts : 0)});
}

void ConditionTable::find_possible(const Value *values, const Surroundings &around) {
    // What is known is found here, for a call costs as much.
    const auto find_row = [&](Field &field) {
        const Value &value = values[field.number];
        uint32_t row = 0;
        if (value.type == Value::Type::text && field.texts.takes(value.text)) {
            row = field.texts.find(value.text);
        } else if (const size_t place = field.places.place_of(value); place != FieldPlaces::nowhere) {
            row = field.rows[place];
        }
        return row != 0 ? rows_.data() + (row - 1) * width_ : row_of(field, values, around);
    };
    if (width_ == 1) {
        uint64_t possible = all_[0];
        for (Field &field : fields_) {
            possible &= *find_row(field);
        }
        possible_[0] = possible;
        return;
    }
    possible_ = all_;
    for (Field &field : fields_) {
        const uint64_t *row = find_row(field);
        for (size_t w = 0; w < width_; ++w) {
            possible_[w] &= row[w];
        }
    }
}

void ConditionTable::test_rest(const Value *values, const Surroundings &around) {
    for (size_t w = 0; w < width_; ++w) {
        for (uint64_t left = possible_[w] & with_rest_[w]; left != 0; left &= left - 1) {
            if (!conditions_[w * word_bits + static_cast<size_t>(__builtin_ctzll(left))]->rest_holds(values, around)) {
                possible_[w] &= ~(left & -left);
            }
        }
    }
}

// 0: it is in fresh_ alone.
uint32_t ConditionTable::row_at(Field &field, const Value *values, const Surroundings &around) {
    const size_t place = field.places.place_of(values[field.number]);
    if (place != FieldPlaces::nowhere && field.rows[place] != 0) {
        return field.rows[place];
    }
    std::fill(fresh_.begin(), fresh_.end(), ~static_cast<uint64_t>(0));
    for (const auto &[condition, part] : field.parts) {
        if (!part->program.holds(values, around)) {
            fresh_[condition / word_bits] &= ~(static_cast<uint64_t>(1) << condition % word_bits);
        }
    }
    const size_t size = width_ * sizeof(uint64_t);
    if (place == FieldPlaces::nowhere || size > room_) {
        return 0;
    }
    rows_.insert(rows_.end(), fresh_.begin(), fresh_.end());
    field.rows[place] = static_cast<uint32_t>(rows_.size() / width_);
    room_ -= size;
    return field.rows[place];
}

const uint64_t *ConditionTable::row_of(Field &field, const Value *values, const Surroundings &around) {
    const uint32_t row = row_at(field, values, around);
    if (row == 0) {
        return fresh_.data();
    }
    const Value &value = values[field.number];
    if (value.type == Value::Type::text && field.texts.takes(value.text)) {
        field.texts.keep(value.text, row);
    }
    return rows_.data() + (row - 1) * width_;
}

} // namespace leadscore
