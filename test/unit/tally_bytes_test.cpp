// The stored form of a tally: round trips, damaged bytes, one sequence of bytes for one tally, and a stored fixture.
#include "tally_support.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

namespace leadscore {
namespace {

using namespace tally_support;

// One of everything: counts of both signs, a sum, values short and long, rules and a moment.
Tally sample() {
    Tally tally = empty_tally(six_ids());
    tally.counts = {{0, -3, 1}, {0, 9801, 200}, {3, 9801, -5}};
    tally.sums = {{1, 0, 12500000}, {1, 1, -1}};
    tally.values = {{2, value_key(ValueType::text, "mail-1"), 9801, 1},
                    {2, value_key(ValueType::text, "mail-1"), 9805, 2},
                    {2, value_key(ValueType::text, "a text of more than fifteen bytes"), 9801, 1},
                    {5, value_key(ValueType::boolean, "t"), 7, 3}};
    tally.has_rules = true;
    tally.as_of = 846936000000000;
    tally.rules = "{\"rules\":[]}";
    check_tally(tally);
    return tally;
}

// Reads and checks; what was accepted is the one form of it.
bool accepted(std::string_view bytes) {
    // Memory of its own, so that a sanitizer sees its end.
    const std::unique_ptr<char[]> exact(new char[bytes.size() + (bytes.empty() ? 1 : 0)]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    Tally tally;
    try {
        read_tally_bytes({exact.get(), bytes.size()}, tally);
        check_tally(tally);
    } catch (const Problem &) {
        return false;
    }
    EXPECT_EQ(hex(write_tally_bytes(tally)), hex(bytes));
    return true;
}

TEST(TallyBytes, RoundTrip) {
    std::mt19937_64 random(21);
    for (int round = 0; round < 3000; ++round) {
        Tally tally = random_tally(random);
        if (random() % 4 == 0) {
            tally.has_rules = true;
            tally.as_of = static_cast<int64_t>(random()) / 3;
            tally.rules = std::string(random() % 300, '{');
        }
        check_tally(tally);
        const std::string bytes = write_tally_bytes(tally);
        const Tally read = tally_from(bytes);
        check_tally(read);
        ASSERT_EQ(read.ids, tally.ids);
        ASSERT_EQ(read.digest, tally.digest);
        ASSERT_EQ(read.counts.size(), tally.counts.size());
        ASSERT_EQ(read.sums.size(), tally.sums.size());
        ASSERT_EQ(read.values.size(), tally.values.size());
        ASSERT_EQ(read.has_rules, tally.has_rules);
        ASSERT_EQ(read.rules, tally.rules);
        ASSERT_TRUE(!read.has_rules || read.as_of == tally.as_of);
        ASSERT_EQ(hex(write_tally_bytes(read)), hex(bytes));
    }
}

TEST(TallyBytes, EndsOfTheRanges) {
    Tally tally = empty_tally(six_ids());
    tally.counts = {{0, least_tick, most_cell_count}, {0, most_tick, -most_cell_count}};
    tally.sums = {{1, least_tick, -most_cell_sum}, {1, most_tick, most_cell_sum}};
    tally.values = {{2, value_key(ValueType::text, ""), least_tick, most_value_count}};
    check_tally(tally);
    EXPECT_TRUE(accepted(write_tally_bytes(tally)));
    const Tally read = tally_from(write_tally_bytes(tally));
    EXPECT_EQ(read.counts[0].count, most_cell_count);
    EXPECT_TRUE(read.sums[0].sum == -most_cell_sum);
    EXPECT_EQ(read.counts[1].tick, most_tick);
}

TEST(TallyBytes, EveryByteMayBeWrong) {
    const std::string good = write_tally_bytes(sample());
    ASSERT_TRUE(accepted(good));
    size_t survivors = 0;
    for (size_t i = 0; i < good.size(); ++i) {
        for (int value = 0; value < 256; ++value) {
            std::string bad = good;
            bad[i] = static_cast<char>(value);
            survivors += bad != good && accepted(bad) ? 1 : 0;
        }
    }
    EXPECT_GT(survivors, 0U); // another count is another tally
}

TEST(TallyBytes, EveryCutIsRefused) {
    const std::string good = write_tally_bytes(sample());
    for (size_t length = 0; length < good.size(); ++length) {
        EXPECT_FALSE(accepted(std::string_view(good).substr(0, length))) << length;
    }
    EXPECT_FALSE(accepted(good + std::string(1, '\0')));
    EXPECT_FALSE(accepted(good + good));
}

TEST(TallyBytes, BytesMayGoMissingOrDouble) {
    const std::string good = write_tally_bytes(sample());
    for (size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        accepted(bad.erase(i, 1));
        bad = good;
        accepted(bad.insert(i, 1, good[i]));
        bad = good;
        accepted(bad.insert(i, 1, '\x80'));
    }
}

// Head, digest and ids of six_ids(), then these bytes.
bool accepts_sections(const std::string &in_hex) {
    const std::string empty = write_tally_bytes(empty_tally(six_ids()));
    return accepted(empty.substr(0, empty.size() - 1) + unhex(in_hex));
}

TEST(TallyBytes, OneFormOnly) {
    EXPECT_TRUE(accepts_sections("00"));
    EXPECT_TRUE(accepts_sections("0101020200"));      // evidence 0, one cell, tick 1, count 1
    EXPECT_FALSE(accepts_sections("8000"));           // an end of two bytes
    EXPECT_FALSE(accepts_sections("018100020200"));   // a length of two bytes
    EXPECT_FALSE(accepts_sections("010182000200"));   // a tick of two bytes
    EXPECT_FALSE(accepts_sections("010102820000"));   // a count of two bytes
    EXPECT_FALSE(accepts_sections("0101020000"));     // a count of zero
    EXPECT_FALSE(accepts_sections("010000"));         // a section without cells
    EXPECT_FALSE(accepts_sections("01020202000200")); // the same tick twice
    EXPECT_TRUE(accepts_sections("01020202010200"));
    EXPECT_FALSE(accepts_sections("0701020200"));                 // evidence 6 of 6
    EXPECT_TRUE(accepts_sections("0301116101020200"));            // evidence 2: value "a" on one tick
    EXPECT_TRUE(accepts_sections("03021161020202010200"));        // on two ticks
    EXPECT_FALSE(accepts_sections("03021161010202116101040200")); // the same in two parts
    EXPECT_TRUE(accepts_sections("03021161010202116201040200"));
    EXPECT_FALSE(accepts_sections("03021162010202116101040200")); // values out of order
    EXPECT_FALSE(accepts_sections("0301116103020200"));           // more ticks than cells
    EXPECT_FALSE(accepts_sections("0301116100020200"));
    EXPECT_FALSE(accepts_sections("030110000102020000"));
    EXPECT_FALSE(accepts_sections("0101ffffffffff7f0200")); // a tick far out of range
    EXPECT_FALSE(accepts_sections("01ffffffffff0f020200")); // a length that promises more than there is
    EXPECT_FALSE(accepts_sections("010102ffffffffffffffffff7f00"));
}

TEST(TallyBytes, VersionsAndFlags) {
    std::string bytes = write_tally_bytes(empty_tally({}));
    ASSERT_TRUE(accepted(bytes));
    bytes[2] = 2;
    Tally tally;
    EXPECT_EQ(trouble_of([&] { read_tally_bytes(bytes, tally); }), Trouble::unsupported);
    bytes[2] = 1;
    bytes[3] = 4;
    EXPECT_EQ(trouble_of([&] { read_tally_bytes(bytes, tally); }), Trouble::bytes);
    bytes[3] = 1;
    EXPECT_TRUE(accepted(bytes));
    read_tally_bytes(bytes, tally);
    EXPECT_TRUE(tally.unset);
    EXPECT_FALSE(accepted(""));
    EXPECT_FALSE(accepted("LT"));
    EXPECT_EQ(trouble_of([&] { read_tally_bytes("LT", tally); }), Trouble::bytes);
}

TEST(TallyBytes, IdsAreLeftOutForAKnownDigest) {
    const Tally given = sample();
    const std::string bytes = write_tally_bytes(given);
    Tally tally;
    read_tally_bytes(bytes, tally, &given.digest);
    EXPECT_EQ(tally.digest, given.digest);
    EXPECT_FALSE(tally.unset);
    EXPECT_TRUE(tally.ids.empty());
    EXPECT_EQ(tally.counts.size(), given.counts.size());
    EXPECT_EQ(tally.values.size(), given.values.size());
    const SetDigest other{};
    read_tally_bytes(bytes, tally, &other);
    EXPECT_EQ(tally.ids, given.ids);
    EXPECT_EQ(tally.counts.size(), given.counts.size()); // cleared before
}

// Format version 1 as it was first stored. This must stay readable for ever.
TEST(TallyBytes, StoredFixture) {
    const std::string stored = // head and digest, ids, sections, rules
        "4c5401022bfec34edb9325653613831a6b1c6a12"
        "0614000000000000001500000000000000160000000000000000000000000010000100000000001000feffffffffffffff"
        "01020502cc4c9003010200c0f0f50b0101010316"
        "6d61696c2d3102929901020404f1b08450c2634639e60ceaf37f774f89019299010201019299010902013174010e060080c0ebf6"
        "949281030c7b2272756c6573223a5b5d7d";
    EXPECT_EQ(hex(write_tally_bytes(sample())), stored);
    const Tally tally = tally_from(unhex(stored));
    check_tally(tally);
    EXPECT_EQ(tally.ids, six_ids());
    ASSERT_EQ(tally.counts.size(), 3U);
    EXPECT_EQ(tally.counts[1].tick, 9801);
    EXPECT_EQ(tally.counts[1].count, 200);
    ASSERT_EQ(tally.sums.size(), 2U);
    EXPECT_TRUE(tally.sums[0].sum == 12500000);
    ASSERT_EQ(tally.values.size(), 4U);
    EXPECT_EQ(tally.values[1].value, value_key(ValueType::text, "mail-1"));
    EXPECT_EQ(tally.values[2].value, value_key(ValueType::text, "a text of more than fifteen bytes"));
    EXPECT_EQ(tally.as_of, 846936000000000);
    EXPECT_EQ(tally.rules, "{\"rules\":[]}");
}

} // namespace
} // namespace leadscore
