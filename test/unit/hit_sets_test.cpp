// Sets of hits in a log against the same hits one by one; numbers of sets; what is known by the bits of conditions.
#include "core/hit_sets.hpp"
#include "core/log_sort.hpp"
#include "core/met_sets.hpp"
#include "core/tally_log.hpp"
#include "tally_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using namespace tally_support;

// Twenty kinds of counts.
std::vector<EvidenceId> twenty_ids() {
    std::vector<EvidenceId> ids;
    for (uint64_t i = 0; i < 20; ++i) {
        ids.push_back(id_of(i + 1, Kept::count));
    }
    return ids;
}

struct Log {
    std::vector<CountEntry> counts;
    std::vector<WideEntry> wides;

    std::string bytes(const HitSets *sets) {
        const auto used = static_cast<uint32_t>(counts.size());
        const auto wide = static_cast<uint32_t>(wides.size());
        TallyLogs logs = {{counts.data(), used, used}, {wides.data(), wide, wide}, {nullptr, 0, 0}};
        Tally tally = empty_tally(twenty_ids());
        read_logs(logs, tally, sets);
        check_tally(tally);
        counts.resize(logs.counts.used);
        wides.resize(logs.wides.used);
        return hex(write_tally_bytes(tally));
    }
    void add_wide(uint32_t evidence, int64_t tick, int64_t count) {
        WideEntry entry = {};
        TallyLogs logs = {{nullptr, 0, 0}, {&entry, 0, 1}, {nullptr, 0, 0}};
        append_sum(logs, evidence, tick, count);
        wides.push_back(entry);
    }
};

// Some sets of evidence, ascending.
std::vector<std::vector<uint32_t>> some_sets(std::mt19937_64 &random, size_t count) {
    std::vector<std::vector<uint32_t>> sets;
    while (sets.size() < count) {
        std::vector<uint32_t> set;
        for (uint32_t e = 0; e < 20; ++e) {
            if (random() % 4 == 0) {
                set.push_back(e);
            }
        }
        if (set.size() > 1) {
            sets.push_back(set);
        }
    }
    return sets;
}

// Ticks near each other, over a year, or anywhere.
int64_t tick_of(std::mt19937_64 &random, int spread) {
    return spread == 0   ? static_cast<int64_t>(random() % 12)
           : spread == 1 ? static_cast<int64_t>(random() % 400) - 200
                         : some_tick(random);
}

TEST(HitSets, LogOfSetsIsLogOfHits) {
    std::mt19937_64 random(20261129);
    for (int round = 0; round < 400; ++round) {
        HitSets sets(20);
        const std::vector<std::vector<uint32_t>> lists = some_sets(random, 1 + random() % 30);
        for (size_t i = 0; i < lists.size(); ++i) {
            ASSERT_EQ(sets.add(lists[i]), 20 + i);
        }
        Log of_sets;
        Log of_hits;
        const bool some_taken_back = round % 4 == 0;
        const int events = round % 10 == 9 ? 1500 : static_cast<int>(random() % 70);
        for (int event = 0; event < events; ++event) {
            const auto number = static_cast<uint32_t>(random() % sets.count());
            const int64_t tick = tick_of(random, round % 3);
            const int64_t count = some_taken_back && random() % 8 == 0 ? -1 : random() % 20 == 0 ? 200000 : 1;
            of_sets.counts.push_back(count_entry(number, tick, count));
            for (const uint32_t *evidence = sets.begin_of(number); evidence != sets.end_of(number); ++evidence) {
                of_hits.counts.push_back(count_entry(*evidence, tick, count));
            }
            if (round % 5 == 0 && event % 10 == 0) { // as merged tallies bring them
                of_sets.add_wide(3, tick, 1000000);
                of_hits.add_wide(3, tick, 1000000);
            }
        }
        const std::string expected = of_hits.bytes(nullptr);
        ASSERT_EQ(of_sets.bytes(&sets), expected) << round;
        ASSERT_EQ(of_sets.bytes(&sets), expected) << round; // reading leaves no trace
    }
}

// Sets of one number and tick add up when a log is put in order.
TEST(HitSets, OrderedLogOfSets) {
    HitSets sets(20);
    const uint32_t number = sets.add({1, 2, 5});
    Log log;
    for (int i = 0; i < 100; ++i) {
        log.counts.push_back(count_entry(number, i % 2, 1));
    }
    const std::string before = log.bytes(&sets);
    leadscore::Log<CountEntry> counts = {log.counts.data(), 100, 100};
    order(counts);
    EXPECT_EQ(counts.used, 2U);
    log.counts.resize(counts.used);
    EXPECT_EQ(log.bytes(&sets), before);
}

TEST(HitSets, AsManyAsEntriesHold) {
    HitSets sets(most_evidence - 2);
    EXPECT_EQ(sets.add({0, 1}), most_evidence - 2);
    EXPECT_EQ(sets.add({0, 2}), most_evidence - 1);
    EXPECT_EQ(sets.add({0, 3}), HitSets::none);
    EXPECT_EQ(sets.count(), most_evidence);
    EXPECT_EQ(std::vector<uint32_t>(sets.begin_of(most_evidence - 1), sets.end_of(most_evidence - 1)),
              (std::vector<uint32_t>{0, 2}));
    EXPECT_EQ(std::vector<uint32_t>(sets.begin_of(7), sets.end_of(7)), (std::vector<uint32_t>{7}));
}

TEST(MetSets, KnownByTheirBits) {
    for (const size_t width : {0U, 1U, 3U}) {
        MetSets sets(width);
        std::mt19937_64 random(width);
        std::map<std::vector<uint64_t>, uint32_t> expected;
        for (uint32_t i = 0; i < 2000; ++i) {
            std::vector<uint64_t> bits(width);
            for (uint64_t &word : bits) {
                word = random() % 8 << (random() % 2 == 0 ? 0 : 61);
            }
            const MetSet *known = sets.find(bits.data());
            const auto [place, is_new] = expected.emplace(bits, i);
            ASSERT_EQ(known == nullptr, is_new);
            if (is_new) {
                MetSet fresh;
                fresh.others = {i};
                known = sets.add(bits.data(), fresh);
            }
            ASSERT_EQ(known->others, (std::vector<uint32_t>{place->second}));
        }
    }
}

} // namespace
} // namespace leadscore
