// Where a value stands among literals.
#include "field_places.hpp"

#include <algorithm>
#include <cstring>

namespace leadscore {

namespace {

// Places of values that are neither number nor text; then those of numbers: before, at and behind each of them.
enum Place : size_t { missing_place, null_place, false_place, true_place, other_place, first_number_place };

constexpr size_t head_bytes = sizeof(uint64_t);

// Bytes as a number that is ordered like them.
uint64_t ordered(uint64_t bytes) noexcept {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap64(bytes);
#else
    return bytes;
#endif
}
uint32_t ordered(uint32_t bytes) noexcept {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap32(bytes);
#else
    return bytes;
#endif
}

// A number whose highest bytes are those at `bytes`.
template <typename Number> uint64_t top_bytes(const char *bytes) noexcept {
    Number number = 0;
    std::memcpy(&number, bytes, sizeof number);
    return static_cast<uint64_t>(ordered(number)) << 8 * (head_bytes - sizeof number);
}
uint64_t top_byte(char byte) noexcept {
    return static_cast<uint64_t>(static_cast<unsigned char>(byte)) << 8 * (head_bytes - 1);
}

// The first eight bytes as a number that is ordered like them; a shorter text ends in zeros. Lengths that often come together go
// one way, for which of two it will be is not to be guessed.
uint64_t head_of(std::string_view text) noexcept {
    const char *bytes = text.data();
    const size_t size = text.size();
    if (size > head_bytes) {
        return top_bytes<uint64_t>(bytes);
    }
    if (size >= sizeof(uint32_t)) {
        const size_t second = size - sizeof(uint32_t); // it may overlap the first four
        return top_bytes<uint32_t>(bytes) | top_bytes<uint32_t>(bytes + second) >> 8 * second;
    }
    if (size == 0) {
        return 0;
    }
    const size_t middle = size / 2;
    const size_t last = size - 1;
    return top_byte(bytes[0]) | top_byte(bytes[middle]) >> 8 * middle | top_byte(bytes[last]) >> 8 * last;
}

// The head of what stands behind `start` (fewer than eight) bytes of a text that has them, and has that head.
uint64_t head_behind(std::string_view text, uint64_t head, size_t start) noexcept {
    return text.size() <= head_bytes ? head << 8 * start : head_of(text.substr(start));
}

// The first text behind all that begin with `start`; empty if there is none.
std::string end_of_beginning(std::string start) {
    while (!start.empty() && static_cast<unsigned char>(start.back()) == 0xFF) {
        start.pop_back();
    }
    if (!start.empty()) {
        start.back() = static_cast<char>(static_cast<unsigned char>(start.back()) + 1);
    }
    return start;
}

// How many of a list that is not empty are below `bound`. Which half it is in is not to be guessed, so no branch depends on it.
template <typename Number> size_t count_below(const std::vector<Number> &ascending, Number bound) noexcept {
    const Number *first = ascending.data();
    size_t left = ascending.size();
    while (left > 1) {
        const size_t half = left / 2;
        first += first[half - 1] < bound ? half : 0;
        left -= half;
    }
    return static_cast<size_t>(first - ascending.data()) + (*first < bound ? 1 : 0);
}

// How many of a list that is not empty are below `number`, twice, and one more if it is among them.
inline size_t twice_below(const std::vector<int64_t> &ascending, int64_t number) noexcept {
    const size_t before = count_below(ascending, number);
    return 2 * before + (before < ascending.size() && ascending[before] == number ? 1 : 0);
}

size_t shared_bytes(std::string_view a, std::string_view b) noexcept {
    const size_t most = std::min(a.size(), b.size());
    size_t shared = 0;
    while (shared < most && a[shared] == b[shared]) {
        ++shared;
    }
    return shared;
}

} // namespace

bool FieldPlaces::is_answered_by_place(Operator op) noexcept {
    switch (op) {
    case Operator::equal:
    case Operator::not_equal:
    case Operator::in:
    case Operator::not_in:
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal:
    case Operator::between:
    case Operator::starts_with:
    case Operator::exists:
        return true;
    default:
        return false;
    }
}

FieldPlaces::FieldPlaces(const std::vector<const Test *> &tests) {
    for (const Test *test : tests) {
        add(*test);
    }
    finish_texts();
    finish_numbers();
    first_text_ = first_number_place + 2 * numbers_.size() + 1;
}

void FieldPlaces::add(const Test &test) {
    for (const Literal &literal : test.operands) {
        if (literal.type == Literal::Type::number) {
            numbers_.emplace_back(literal.text);
        } else if (literal.type == Literal::Type::text) {
            texts_.push_back(literal.text);
        }
        if (test.op == Operator::starts_with) {
            texts_.push_back(end_of_beginning(literal.text));
        }
    }
}

void FieldPlaces::finish_texts() {
    std::sort(texts_.begin(), texts_.end());
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
    if (texts_.empty()) {
        return;
    }
    start_ = shared_bytes(texts_.front(), texts_.back());
    start_head_ = head_of(std::string_view(texts_.front()).substr(0, start_));
    are_short_ = true;
    for (const std::string_view text : texts_) {
        const uint64_t head = head_of(text.substr(start_));
        are_short_ = are_short_ && text.size() <= start_ + head_bytes && (heads_.empty() || heads_.back() != head);
        heads_.push_back(head);
        sizes_.push_back(text.size());
    }
}

void FieldPlaces::finish_numbers() {
    std::sort(numbers_.begin(), numbers_.end(),
              [](const StoredNumber &a, const StoredNumber &b) { return compare(a.number, b.number) < 0; });
    const auto same = [](const StoredNumber &a, const StoredNumber &b) { return compare(a.number, b.number) == 0; };
    numbers_.erase(std::unique(numbers_.begin(), numbers_.end(), same), numbers_.end());
    for (const StoredNumber &literal : numbers_) {
        scale_ = std::max<int>(scale_, literal.number.scale);
    }
    for (const StoredNumber &literal : numbers_) {
        int64_t scaled = 0;
        if (!scale_number(literal.number, scale_, scaled)) {
            scaled_.clear();
            return;
        }
        scaled_.push_back(scaled);
    }
}

// Where a text with that head stands to all that begin like the literals; 0: it is one of them.
int FieldPlaces::order_of_start(std::string_view text, uint64_t head) const noexcept {
    if (start_ >= head_bytes || text.size() < start_) {
        return text.substr(0, start_).compare(std::string_view(texts_.front()).substr(0, start_));
    }
    const uint64_t start = start_ == 0 ? 0 : head >> 8 * (head_bytes - start_) << 8 * (head_bytes - start_);
    return (start > start_head_) - (start < start_head_);
}

size_t FieldPlaces::text_place(std::string_view text) const noexcept {
    if (texts_.empty()) {
        return first_text_;
    }
    const uint64_t first_head = head_of(text);
    const int order = order_of_start(text, first_head);
    if (order != 0) {
        return first_text_ + (order < 0 ? 0 : 2 * texts_.size());
    }
    const uint64_t head = start_ < head_bytes ? head_behind(text, first_head, start_) : head_of(text.substr(start_));
    size_t at = count_below(heads_, head);
    if (are_short_) { // then sizes tell apart what has the same head
        const size_t near = std::min(at, heads_.size() - 1);
        const size_t side = 1 + static_cast<size_t>(text.size() > sizes_[near]) - static_cast<size_t>(text.size() < sizes_[near]);
        return first_text_ + 2 * at + (heads_[near] == head ? side : 0);
    }
    if (at == heads_.size() || heads_[at] != head) {
        return first_text_ + 2 * at;
    }
    if (at + 1 < heads_.size() && heads_[at + 1] == head) { // texts that differ further behind
        const auto end = texts_.begin() + (std::upper_bound(heads_.begin(), heads_.end(), head) - heads_.begin());
        const auto found = std::lower_bound(texts_.begin() + static_cast<std::ptrdiff_t>(at), end - 1, text);
        at = static_cast<size_t>(found - texts_.begin());
    }
    const int side = text.compare(texts_[at]);
    return first_text_ + 2 * at + static_cast<size_t>(1 + (side > 0) - (side < 0));
}

size_t FieldPlaces::number_place(const Number &number) const noexcept {
    int64_t scaled = 0;
    if (!scaled_.empty() && scale_number(number, scale_, scaled)) {
        return first_number_place + twice_below(scaled_, scaled);
    }
    const auto found =
        std::lower_bound(numbers_.begin(), numbers_.end(), number,
                         [](const StoredNumber &literal, const Number &wanted) { return compare(literal.number, wanted) < 0; });
    const auto before = static_cast<size_t>(found - numbers_.begin());
    return first_number_place + 2 * before + (found != numbers_.end() && compare(found->number, number) == 0 ? 1 : 0);
}

size_t FieldPlaces::place_of(const Value &value) const noexcept {
    switch (value.type) {
    case Value::Type::text:
        return text_place(value.text);
    case Value::Type::number:
        if (value.number.small && value.number.scale == scale_ && !scaled_.empty()) {
            return first_number_place + twice_below(scaled_, value.number.mantissa);
        }
        return number_place(value.number);
    case Value::Type::missing:
        return missing_place;
    case Value::Type::null:
        return null_place;
    case Value::Type::boolean:
        return value.boolean ? true_place : false_place;
    case Value::Type::other:
        return other_place;
    default:
        return nowhere;
    }
}

} // namespace leadscore
