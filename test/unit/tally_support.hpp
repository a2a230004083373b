// What tests of tallies share: random tallies, and which kind of Problem something throws.
#pragma once

#include "core/problem.hpp"
#include "core/tally.hpp"
#include "core/tally_bytes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace tally_support {

using namespace leadscore;

inline Tally empty_tally(std::vector<EvidenceId> ids) {
    Tally tally;
    std::sort(ids.begin(), ids.end());
    tally.ids = std::move(ids);
    tally.digest = digest_of(tally.ids.data(), tally.ids.size());
    return tally;
}

inline EvidenceId id_of(uint64_t number, Kept kept) {
    return number << 2 | static_cast<EvidenceId>(kept);
}

// Two of each kind of evidence: counts at 0 and 3, sums at 1 and 4, values at 2 and 5.
inline std::vector<EvidenceId> six_ids() {
    return {id_of(5, Kept::count),          id_of(5, Kept::sum),          id_of(5, Kept::distinct),
            id_of(1ULL << 50, Kept::count), id_of(1ULL << 50, Kept::sum), id_of((1ULL << 62) - 1, Kept::distinct)};
}

inline ValueKey some_value(std::mt19937_64 &random) {
    switch (random() % 5) {
    case 0:
        return value_key(ValueType::text, std::string(random() % 40, 'x'));
    case 1:
        return value_key(ValueType::number, std::to_string(random() % 100));
    case 2:
        return value_key(ValueType::boolean, random() % 2 == 0 ? "t" : "f");
    case 3:
        return value_key(ValueType::instant, std::to_string(random() % 100 * 1000000000000000));
    default:
        return value_key(ValueType::text, std::string(1, static_cast<char>('a' + random() % 6)));
    }
}

inline int64_t some_tick(std::mt19937_64 &random) {
    switch (random() % 12) {
    case 0:
        return least_tick + static_cast<int64_t>(random() % 3);
    case 1:
        return most_tick - static_cast<int64_t>(random() % 3);
    default:
        return static_cast<int64_t>(random() % 12) - 4;
    }
}

// Amounts of any size up to `most`, of both signs, never 0.
inline int128 some_amount(std::mt19937_64 &random, int128 most) {
    const int128 wide = (static_cast<int128>(random() >> 1) << 64 | static_cast<int128>(random())) >> (random() % 126);
    const int128 amount = wide % most + 1;
    return random() % 3 == 0 ? -amount : amount;
}

// A canonical tally of six_ids() with cells up to a quarter of what a cell may hold, so that a few of them can be added.
inline Tally random_tally(std::mt19937_64 &random, size_t most_cells = 12) {
    Tally tally = empty_tally(six_ids());
    std::map<std::pair<uint32_t, int64_t>, int64_t> counts;
    std::map<std::pair<uint32_t, int64_t>, int128> sums;
    std::map<std::pair<std::pair<uint32_t, ValueKey>, int64_t>, int64_t> values;
    for (size_t i = random() % (most_cells + 1); i > 0; --i) {
        const uint32_t shift = random() % 2 == 0 ? 0 : 3;
        counts[{shift, some_tick(random)}] = static_cast<int64_t>(some_amount(random, most_cell_count / 4));
        sums[{shift + 1, some_tick(random)}] = some_amount(random, most_cell_sum / 4);
        values[{{shift + 2, some_value(random)}, some_tick(random)}] =
            static_cast<int64_t>(some_amount(random, most_value_count / 4));
    }
    for (const auto &[place, count] : counts) {
        tally.counts.push_back({place.first, place.second, count});
    }
    for (const auto &[place, sum] : sums) {
        tally.sums.push_back({place.first, place.second, sum});
    }
    for (const auto &[place, count] : values) {
        tally.values.push_back({place.first.first, place.first.second, place.second, count});
    }
    return tally;
}

// The kind of Problem that a call throws; nothing if it throws none.
template <typename Call> std::optional<Trouble> trouble_of(const Call &call) {
    try {
        call();
    } catch (const Problem &problem) {
        return problem.trouble();
    }
    return std::nullopt;
}

// What a call's Problem says; empty if it throws none.
template <typename Call> std::string message_of(const Call &call) {
    try {
        call();
    } catch (const Problem &problem) {
        return problem.what();
    }
    return "";
}

inline Tally tally_from(std::string_view bytes) {
    Tally tally;
    read_tally_bytes(bytes, tally);
    return tally;
}

inline std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

inline std::string unhex(std::string_view text) {
    std::string bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

} // namespace tally_support
