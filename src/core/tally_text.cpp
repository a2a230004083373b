// The text form of a tally.
#include "tally_text.hpp"

#include "number.hpp"
#include "problem.hpp"

#include <algorithm>

namespace leadscore {

namespace {

std::string value_text(const ValueKey &key) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (size_t i = 0; i < stored_length(key); ++i) {
        text += digits[key[i] >> 4];
        text += digits[key[i] & 15];
    }
    return text;
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {
    }
    [[noreturn]] void reject(const std::string &expected) const {
        throw Problem(Trouble::syntax, "", "invalid lead_tally at byte " + std::to_string(at_ + 1) + ": expected " + expected);
    }
    bool at_end() const {
        return at_ == text_.size();
    }
    bool take(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) {
            return false;
        }
        at_ += word.size();
        return true;
    }
    void expect(std::string_view word) {
        if (!take(word)) {
            reject("\"" + std::string(word) + "\"");
        }
    }
    int hex_digit() {
        const char c = at_ < text_.size() ? text_[at_] : ' ';
        const int digit = c >= '0' && c <= '9' ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
        if (digit < 0) {
            reject("a hexadecimal digit");
        }
        ++at_;
        return digit;
    }
    int64_t integer(int64_t most) {
        const bool negative = take("-");
        uint128 value = 0;
        const size_t start = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
            value = value * 10 + static_cast<uint128>(text_[at_] - '0');
            ++at_;
            if (value > static_cast<uint128>(most)) {
                reject("a smaller number");
            }
        }
        if (at_ == start) {
            reject("a number");
        }
        return negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
    }
    // A decimal with at most 6 places, in micro units.
    int128 sum() {
        const size_t start = at_;
        const bool negative = take("-");
        uint128 value = 0;
        int places = -1;
        while (at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || (text_[at_] == '.' && places < 0))) {
            if (text_[at_] == '.') {
                places = 0;
            } else {
                if (value > (~static_cast<uint128>(0) >> 1) / 20) {
                    reject("a smaller number");
                }
                value = value * 10 + static_cast<uint128>(text_[at_] - '0');
                places += places >= 0 ? 1 : 0;
            }
            ++at_;
        }
        if (at_ == start + (negative ? 1 : 0) || places > 6) {
            reject("a number with at most 6 places");
        }
        for (int place = std::max(places, 0); place < 6; ++place) {
            if (value > (~static_cast<uint128>(0) >> 1) / 20) {
                reject("a smaller number");
            }
            value *= 10;
        }
        return negative ? -static_cast<int128>(value) : static_cast<int128>(value);
    }
    ValueKey value() {
        ValueKey key{};
        key[0] = static_cast<unsigned char>(hex_digit() << 4);
        key[0] = static_cast<unsigned char>(key[0] | hex_digit());
        for (size_t i = 1; i < stored_length(key); ++i) {
            const int high = hex_digit();
            key[i] = static_cast<unsigned char>(high << 4 | hex_digit());
        }
        return key;
    }
    std::string_view rest() {
        const std::string_view rest = text_.substr(at_);
        at_ = text_.size();
        return rest;
    }

private:
    std::string_view text_;
    size_t at_ = 0;
};

void read_cells(Reader &in, uint32_t evidence, Kept kept, Tally &tally) {
    do {
        switch (kept) {
        case Kept::count: {
            const int64_t tick = in.integer(most_tick);
            in.expect("=");
            tally.counts.push_back({evidence, tick, in.integer(most_cell_count)});
            break;
        }
        case Kept::sum: {
            const int64_t tick = in.integer(most_tick);
            in.expect("=");
            tally.sums.push_back({evidence, tick, in.sum()});
            break;
        }
        case Kept::distinct: {
            const ValueKey value = in.value();
            in.expect("@");
            const int64_t tick = in.integer(most_tick);
            in.expect("=");
            tally.values.push_back({evidence, value, tick, in.integer(most_value_count)});
            break;
        }
        }
    } while (in.take(","));
}

} // namespace

std::string write_tally_text(const Tally &tally) {
    std::string text = "tally1";
    if (tally.unset) {
        text += " unset";
    }
    size_t c = 0;
    size_t s = 0;
    size_t v = 0;
    for (uint32_t e = 0; e < tally.ids.size(); ++e) {
        text += " " + evidence_id_text(tally.ids[e]);
        char before = ':';
        for (; c < tally.counts.size() && tally.counts[c].evidence == e; ++c, before = ',') {
            text += before + std::to_string(tally.counts[c].tick) + "=" + std::to_string(tally.counts[c].count);
        }
        for (; s < tally.sums.size() && tally.sums[s].evidence == e; ++s, before = ',') {
            text += before + std::to_string(tally.sums[s].tick) + "=" + micro_text(tally.sums[s].sum);
        }
        for (; v < tally.values.size() && tally.values[v].evidence == e; ++v, before = ',') {
            const ValueCell &cell = tally.values[v];
            text += before + value_text(cell.value) + "@" + std::to_string(cell.tick) + "=" + std::to_string(cell.count);
        }
    }
    if (tally.has_rules) {
        text += " as_of " + std::to_string(tally.as_of) + " rules " + tally.rules;
    }
    return text;
}

Tally read_tally_text(std::string_view text) {
    Tally tally;
    Reader in(text);
    in.expect("tally1");
    tally.unset = in.take(" unset");
    while (!in.at_end()) {
        if (in.take(" as_of ")) {
            tally.has_rules = true;
            tally.as_of = in.integer(INT64_MAX);
            in.expect(" rules ");
            tally.rules = in.rest();
            break;
        }
        in.expect(" ");
        EvidenceId id = 0;
        for (int i = 0; i < 16; ++i) {
            id = id << 4 | static_cast<EvidenceId>(in.hex_digit());
        }
        if (tally.ids.size() == most_evidence) {
            in.reject("less evidence");
        }
        if (!is_evidence_id(id)) {
            in.reject("an evidence id");
        }
        tally.ids.push_back(id);
        if (in.take(":")) {
            read_cells(in, static_cast<uint32_t>(tally.ids.size() - 1), kept_by(id), tally);
        }
    }
    tally.digest = digest_of(tally.ids.data(), tally.ids.size());
    check_tally(tally, Trouble::syntax);
    return tally;
}

} // namespace leadscore
