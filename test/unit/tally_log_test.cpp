// The working form of a tally against a std::map: random hits, negative counts, counts and sums of any size, room.
#include "core/tally_log.hpp"
#include "tally_support.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace leadscore {
namespace {

using namespace tally_support;

// Logs in memory of exactly their capacity, so that a sanitizer sees an entry too many.
class Logs {
public:
    Logs(uint32_t counts, uint32_t wides, uint32_t values)
        : counts_(new CountEntry[counts]), wides_(new WideEntry[wides]),
          values_(new ValueEntry[values]), logs{
                                               {counts_.get(), 0, counts}, {wides_.get(), 0, wides}, {values_.get(), 0, values}} {
    }

private:
    std::unique_ptr<CountEntry[]> counts_;
    std::unique_ptr<WideEntry[]> wides_;
    std::unique_ptr<ValueEntry[]> values_;

public:
    TallyLogs logs;
};

// The same hits in maps.
struct Model {
    std::map<std::pair<uint32_t, int64_t>, int128> plain;
    std::map<std::tuple<uint32_t, ValueKey, int64_t>, int64_t> values;

    Tally tally() const {
        Tally tally = empty_tally(six_ids());
        for (const auto &[place, amount] : plain) {
            if (amount != 0 && kept_by(tally.ids[place.first]) == Kept::sum) {
                tally.sums.push_back({place.first, place.second, amount});
            } else if (amount != 0) {
                tally.counts.push_back({place.first, place.second, static_cast<int64_t>(amount)});
            }
        }
        for (const auto &[place, count] : values) {
            if (count != 0) {
                tally.values.push_back({std::get<0>(place), std::get<1>(place), std::get<2>(place), count});
            }
        }
        return tally;
    }
};

std::string bytes_of(TallyLogs &logs) {
    Tally tally = empty_tally(six_ids());
    read_logs(logs, tally);
    check_tally(tally);
    return hex(write_tally_bytes(tally));
}

template <typename Entry> void order_and_check(Log<Entry> &log) {
    const uint32_t before = log.used;
    order(log);
    ASSERT_LE(log.used, before);
    const std::vector<Entry> once(log.entries, log.entries + log.used);
    order(log);
    ASSERT_EQ(log.used, once.size()); // ordered twice is ordered once
}

void append_one(std::mt19937_64 &random, TallyLogs &logs, Model &model) {
    const uint32_t shift = random() % 2 == 0 ? 0 : 3;
    const int64_t tick = some_tick(random);
    switch (random() % 4) {
    case 0: {
        const int64_t sign = random() % 3 == 0 ? -1 : 1;
        append_count(logs, shift, tick, sign);
        model.plain[{shift, tick}] += sign;
        break;
    }
    case 1: {
        const auto count = static_cast<int64_t>(some_amount(random, random() % 2 == 0 ? 300000 : most_cell_count / 1024));
        append_count(logs, shift, tick, count);
        model.plain[{shift, tick}] += count;
        break;
    }
    case 2: {
        const int128 sum = some_amount(random, most_cell_sum / 1024);
        append_sum(logs, shift + 1, tick, sum);
        model.plain[{shift + 1, tick}] += sum;
        break;
    }
    default: {
        const ValueKey value = some_value(random);
        const auto count = random() % 8 == 0 ? static_cast<int64_t>(some_amount(random, 2000000)) : (random() % 3 == 0 ? -1 : 1);
        append_value(logs, shift + 2, value, tick, count);
        model.values[{shift + 2, value, tick}] += count;
        break;
    }
    }
}

TEST(TallyLog, EqualsAMap) {
    std::mt19937_64 random(41);
    for (int round = 0; round < 400; ++round) {
        Logs held(300, 300, 3000);
        Model model;
        for (size_t i = random() % 250; i > 0; --i) {
            append_one(random, held.logs, model);
            if (random() % 40 == 0) {
                order_and_check(held.logs.counts);
                order_and_check(held.logs.wides);
                order_and_check(held.logs.values);
            }
        }
        ASSERT_EQ(bytes_of(held.logs), hex(write_tally_bytes(model.tally())));
        ASSERT_EQ(bytes_of(held.logs), hex(write_tally_bytes(model.tally()))); // reading leaves it whole
    }
}

// From few hits to more than are sorted by digits, on days from one to more than two digits hold.
TEST(TallyLog, HitsOfOneLeadEqualAMap) {
    std::mt19937_64 random(43);
    for (int round = 0; round < 600; ++round) {
        Logs held(1500, 1, 1);
        Model model;
        const int64_t first = random() % 3 == 0 ? most_tick - 40000 : static_cast<int64_t>(random() % 20000) - 10000;
        const uint64_t days = 1 + random() % (static_cast<uint64_t>(1) << random() % 16);
        for (size_t i = random() % (random() % 8 == 0 ? 1500 : 80); i > 0; --i) {
            const uint32_t evidence = random() % 2 == 0 ? 0 : 3;
            const int64_t tick = first + static_cast<int64_t>(random() % days);
            const int64_t count = random() % 8 == 0 ? -1 : random() % 50 == 0 ? 262143 : 1;
            append_count(held.logs, evidence, tick, count);
            model.plain[{evidence, tick}] += count;
        }
        ASSERT_EQ(bytes_of(held.logs), hex(write_tally_bytes(model.tally())));
    }
}

TEST(TallyLog, OppositesLeaveNoTrace) {
    Logs held(4, 4, 40);
    TallyLogs &logs = held.logs;
    const ValueKey value = value_key(ValueType::text, "a");
    append_count(logs, 0, 5, 1);
    append_count(logs, 0, 5, -1);
    append_count(logs, 3, 5, 400000); // wide
    append_count(logs, 3, 5, -200000);
    append_count(logs, 3, 5, -200000);
    append_sum(logs, 1, 5, most_cell_sum);
    append_sum(logs, 1, 5, -most_cell_sum);
    append_value(logs, 2, value, 5, 3000000);
    append_value(logs, 2, value, 5, -3000000);
    EXPECT_EQ(bytes_of(logs), hex(write_tally_bytes(empty_tally(six_ids()))));
    order(logs.values);
    order(logs.wides);
    EXPECT_EQ(logs.values.used, 0U);
}

// Counts of one place may stand in both logs; the wide one's share may be what makes them zero or negative.
TEST(TallyLog, BothLogsAreOneCell) {
    Logs held(8, 8, 1);
    append_count(held.logs, 0, 5, 7);
    append_count(held.logs, 0, 5, most_cell_count - 7);
    append_count(held.logs, 0, 6, 1);
    append_count(held.logs, 0, 7, -most_cell_count);
    Tally tally = empty_tally(six_ids());
    read_logs(held.logs, tally);
    check_tally(tally);
    ASSERT_EQ(tally.counts.size(), 3U);
    EXPECT_EQ(tally.counts[0].count, most_cell_count);
    EXPECT_EQ(tally.counts[1].tick, 6);
    EXPECT_EQ(tally.counts[2].count, -most_cell_count);
}

TEST(TallyLog, OutOfRangeIsAnError) {
    for (const int times : {2, 16, 32}) { // 16 and 32 of them are 0 in 64 bits
        Logs counts(1, 40, 1);
        for (int i = 0; i < times; ++i) {
            append_count(counts.logs, 0, 5, most_cell_count);
        }
        Tally tally = empty_tally(six_ids());
        EXPECT_EQ(trouble_of([&] { read_logs(counts.logs, tally); }), Trouble::limit) << times;
        Logs sums(1, 40, 1);
        for (int i = 0; i < times; ++i) {
            append_sum(sums.logs, 1, 5, -most_cell_sum);
        }
        EXPECT_EQ(trouble_of([&] { read_logs(sums.logs, tally); }), Trouble::limit) << times;
    }
    Logs values(1, 1, 2);
    append_value(values.logs, 2, value_key(ValueType::text, "a"), 5, most_value_count);
    append_value(values.logs, 2, value_key(ValueType::text, "a"), 5, 1);
    Tally tally = empty_tally(six_ids());
    EXPECT_EQ(trouble_of([&] { read_logs(values.logs, tally); }), Trouble::limit);
}

// One cell takes one entry, however large its count.
TEST(TallyLog, OneEntryHoldsAnyCount) {
    const int64_t edge = 1 << 18;
    for (const int64_t count : {int64_t{1}, int64_t{-1}, edge - 2, edge - 1, edge, edge + 1, -edge + 1, -edge, -edge - 1,
                                2 * edge - 2, 2 * edge - 1, 2 * edge, 5 * edge, -5 * edge, most_value_count, -most_value_count}) {
        Logs held(1, 1, 1);
        append_value(held.logs, 2, value_key(ValueType::text, "a"), 5, count);
        EXPECT_EQ(held.logs.values.used, 1U) << count;
        order_and_check(held.logs.values);
        append_count(held.logs, 0, 5, count);
        EXPECT_EQ(held.logs.wides.used, is_wide_count(count) ? 1U : 0U) << count;
        EXPECT_EQ(held.logs.counts.used, is_wide_count(count) ? 0U : 1U) << count;
        Tally tally = empty_tally(six_ids());
        read_logs(held.logs, tally);
        ASSERT_EQ(tally.counts.size(), 1U);
        EXPECT_EQ(tally.counts[0].count, count);
        ASSERT_EQ(tally.values.size(), 1U);
        EXPECT_EQ(tally.values[0].count, count);
    }
}

// Order of appending leaves no trace.
TEST(TallyLog, OrderLeavesNoTrace) {
    std::mt19937_64 random(43);
    struct Hit {
        uint32_t evidence;
        int64_t tick;
        int64_t count;
    };
    std::vector<Hit> hits;
    for (int i = 0; i < 200; ++i) {
        hits.push_back({random() % 2 == 0 ? 0U : 3U, some_tick(random), static_cast<int64_t>(some_amount(random, 500000))});
    }
    std::string first;
    for (int round = 0; round < 20; ++round) {
        Logs held(200, 200, 1);
        for (const Hit &hit : hits) {
            append_count(held.logs, hit.evidence, hit.tick, hit.count);
        }
        const std::string bytes = bytes_of(held.logs);
        first = first.empty() ? bytes : first;
        ASSERT_EQ(bytes, first);
        std::shuffle(hits.begin(), hits.end(), random);
    }
}

TEST(TallyLog, LastEvidenceFitsAnEntry) {
    Tally tally;
    for (uint64_t i = 0; i < most_evidence; ++i) {
        tally.ids.push_back(id_of(i + 1, i % 2 == 0 ? Kept::count : Kept::sum));
    }
    tally.digest = digest_of(tally.ids.data(), tally.ids.size());
    Logs held(2, 2, 1);
    const uint32_t last = most_evidence - 1;
    append_count(held.logs, last - 1, most_tick, -1);
    append_count(held.logs, 0, least_tick, 1);
    append_sum(held.logs, last, most_tick, 5);
    read_logs(held.logs, tally);
    check_tally(tally);
    EXPECT_EQ(tally.counts[1].evidence, last - 1);
    EXPECT_EQ(tally.counts[1].tick, most_tick);
    EXPECT_EQ(tally.sums[0].evidence, last);
}

} // namespace
} // namespace leadscore
