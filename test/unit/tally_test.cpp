// Adding and subtracting tallies: laws on random ones, ranges, different evidence; checks; keys of distinct values.
#include "tally_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using namespace tally_support;

std::string bytes(const Tally &tally) {
    return write_tally_bytes(tally);
}

TEST(Tally, AdditionObeysItsLaws) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 1500; ++round) {
        const Tally a = random_tally(random);
        const Tally b = random_tally(random);
        const Tally c = random_tally(random);
        const Tally sum = add_tallies(a, b, 1);
        check_tally(sum);
        ASSERT_EQ(bytes(sum), bytes(add_tallies(b, a, 1)));
        ASSERT_EQ(bytes(add_tallies(sum, c, 1)), bytes(add_tallies(a, add_tallies(b, c, 1), 1)));
        ASSERT_EQ(bytes(add_tallies(sum, b, -1)), bytes(a));
        ASSERT_EQ(bytes(add_tallies(sum, a, -1)), bytes(b));
        ASSERT_EQ(bytes(add_tallies(a, a, -1)), bytes(empty_tally(six_ids())));
        ASSERT_EQ(bytes(add_tallies(a, empty_tally(six_ids()), 1)), bytes(a));
        const Tally minus_b = add_tallies(empty_tally(six_ids()), b, -1);
        ASSERT_EQ(bytes(add_tallies(a, b, -1)), bytes(add_tallies(a, minus_b, 1)));
    }
}

TEST(Tally, ATallyOfNoRulesIsNeutral) {
    std::mt19937_64 random(2);
    Tally unset = empty_tally({});
    unset.unset = true;
    const Tally a = random_tally(random);
    EXPECT_EQ(bytes(add_tallies(unset, a, 1)), bytes(a));
    EXPECT_EQ(bytes(add_tallies(a, unset, 1)), bytes(a));
    EXPECT_EQ(bytes(add_tallies(a, unset, -1)), bytes(a));
    EXPECT_EQ(bytes(add_tallies(unset, a, -1)), bytes(add_tallies(empty_tally(six_ids()), a, -1)));
    EXPECT_EQ(bytes(add_tallies(unset, unset, 1)), bytes(unset));
    EXPECT_EQ(bytes(add_tallies(unset, unset, -1)), bytes(unset));
}

// A cell that would leave its range is an error; the last amount inside is not.
TEST(Tally, RangesHold) {
    const auto count_of = [](int64_t count) {
        Tally tally = empty_tally(six_ids());
        tally.counts = {{0, 7, count}};
        return tally;
    };
    const auto sum_of = [](int128 sum) {
        Tally tally = empty_tally(six_ids());
        tally.sums = {{1, 7, sum}};
        return tally;
    };
    const auto value_of = [](int64_t count) {
        Tally tally = empty_tally(six_ids());
        tally.values = {{2, value_key(ValueType::text, "x"), 7, count}};
        return tally;
    };
    const auto expect_limit = [](const Tally &most, const Tally &one) {
        const Tally zero = empty_tally(six_ids());
        check_tally(most);
        check_tally(add_tallies(zero, most, -1));
        check_tally(add_tallies(add_tallies(most, one, -1), one, 1));
        EXPECT_EQ(trouble_of([&] { add_tallies(most, one, 1); }), Trouble::limit);
        EXPECT_EQ(trouble_of([&] { add_tallies(add_tallies(zero, most, -1), one, -1); }), Trouble::limit);
        EXPECT_EQ(trouble_of([&] { add_tallies(most, most, 1); }), Trouble::limit);
    };
    expect_limit(count_of(most_cell_count), count_of(1));
    expect_limit(sum_of(most_cell_sum), sum_of(1));
    expect_limit(value_of(most_value_count), value_of(1));
    EXPECT_EQ(trouble_of([&] { check_tally(count_of(most_cell_count + 1)); }), Trouble::bytes);
    EXPECT_EQ(trouble_of([&] { check_tally(count_of(-most_cell_count - 1)); }), Trouble::bytes);
    EXPECT_EQ(trouble_of([&] { check_tally(sum_of(most_cell_sum + 1)); }), Trouble::bytes);
    EXPECT_EQ(trouble_of([&] { check_tally(sum_of(-most_cell_sum - 1)); }), Trouble::bytes);
    EXPECT_EQ(trouble_of([&] { check_tally(value_of(most_value_count + 1)); }), Trouble::bytes);
    EXPECT_EQ(trouble_of([&] { check_tally(value_of(-most_value_count - 1)); }), Trouble::bytes);
}

TEST(Tally, DifferentEvidenceIsNamed) {
    const EvidenceId one = id_of(1, Kept::count);
    const EvidenceId two = id_of(2, Kept::sum);
    const EvidenceId three = id_of(3, Kept::count);
    const Tally left = empty_tally({one, two});
    const Tally right = empty_tally({one, three});
    EXPECT_EQ(trouble_of([&] { add_tallies(left, right, 1); }), Trouble::no_evidence);
    const std::string message = message_of([&] { add_tallies(left, right, -1); });
    EXPECT_EQ(message.find(evidence_id_text(one)), std::string::npos) << message;
    EXPECT_NE(message.find(evidence_id_text(two)), std::string::npos) << message;
    EXPECT_NE(message.find(evidence_id_text(three)), std::string::npos) << message;
    EXPECT_EQ(trouble_of([&] { add_tallies(left, empty_tally({}), 1); }), Trouble::no_evidence);
    std::vector<EvidenceId> many;
    for (uint64_t i = 1; i <= 20; ++i) {
        many.push_back(id_of(i, Kept::count));
    }
    EXPECT_NE(message_of([&] { check_same_evidence(many, {}); }).find("\u2026"), std::string::npos);
    EXPECT_EQ(trouble_of([&] { check_same_evidence(many, many); }), std::nullopt);
}

TEST(Tally, RulesAndMomentMustAgree) {
    Tally a = empty_tally(six_ids());
    a.has_rules = true;
    a.as_of = 5;
    a.rules = "{\"rules\":[]}";
    Tally b = a;
    EXPECT_EQ(bytes(add_tallies(a, b, 1)), bytes(a));
    b.as_of = 6;
    EXPECT_EQ(trouble_of([&] { add_tallies(a, b, 1); }), Trouble::value);
    b = a;
    b.rules = "{}";
    EXPECT_EQ(trouble_of([&] { add_tallies(a, b, 1); }), Trouble::value);
    EXPECT_EQ(trouble_of([&] { add_tallies(a, empty_tally(six_ids()), 1); }), Trouble::value);
}

TEST(CheckTally, RefusesWhatIsNotCanonical) {
    std::mt19937_64 random(4);
    Tally good = random_tally(random);
    good.counts = {{0, 1, 1}, {0, 2, 1}, {3, 1, 1}};
    good.values = {{2, value_key(ValueType::text, "a"), 1, 1}, {2, value_key(ValueType::text, "a"), 2, 1}};
    check_tally(good);
    const auto refused = [&good](const auto &change) {
        Tally tally = good;
        change(tally);
        return trouble_of([&] { check_tally(tally); }) == Trouble::bytes;
    };
    EXPECT_TRUE(refused([](Tally &t) { std::swap(t.counts[0], t.counts[1]); }));
    EXPECT_TRUE(refused([](Tally &t) { t.counts[1] = t.counts[0]; }));
    EXPECT_TRUE(refused([](Tally &t) { t.counts[1].count = 0; }));
    EXPECT_TRUE(refused([](Tally &t) { t.counts[2].evidence = 6; }));
    EXPECT_TRUE(refused([](Tally &t) { t.counts[2].evidence = 4; })); // evidence of a sum
    EXPECT_TRUE(refused([](Tally &t) { t.counts[2].tick = most_tick + 1; }));
    EXPECT_TRUE(refused([](Tally &t) { t.counts[0].tick = least_tick - 1; }));
    EXPECT_TRUE(refused([](Tally &t) { std::swap(t.values[0], t.values[1]); }));
    EXPECT_TRUE(refused([](Tally &t) { t.values[1].value[0] = 0; }));
    EXPECT_TRUE(refused([](Tally &t) { t.values[1].value[9] = 1; }));
    EXPECT_TRUE(refused([](Tally &t) { std::swap(t.ids[0], t.ids[1]); }));
    EXPECT_TRUE(refused([](Tally &t) { t.ids[0] |= 3; }));
    EXPECT_TRUE(refused([](Tally &t) { t.ids[1] = t.ids[0]; }));
    EXPECT_TRUE(refused([](Tally &t) { t.digest[3] ^= 1; }));
    EXPECT_TRUE(refused([](Tally &t) { t.unset = true; }));
    EXPECT_TRUE(refused([](Tally &t) {
        t.has_rules = true;
        t.as_of = INT64_MAX;
    }));
    Tally wide = empty_tally(std::vector<EvidenceId>());
    for (uint64_t i = 1; i <= most_evidence + 1; ++i) {
        wide.ids.push_back(id_of(i, Kept::count));
    }
    wide.digest = digest_of(wide.ids.data(), wide.ids.size());
    EXPECT_EQ(trouble_of([&] { check_tally(wide); }), Trouble::bytes);
    wide.ids.pop_back();
    wide.digest = digest_of(wide.ids.data(), wide.ids.size());
    EXPECT_EQ(trouble_of([&] { check_tally(wide); }), std::nullopt);
}

TEST(ValueKey, ShortOnesAreThemselves) {
    const ValueKey key = value_key(ValueType::text, "abc");
    EXPECT_EQ(hex({reinterpret_cast<const char *>(key.data()), key.size()}), "13616263000000000000000000000000");
    EXPECT_EQ(stored_length(key), 4U);
    EXPECT_EQ(stored_length(value_key(ValueType::text, "")), 1U);
    EXPECT_EQ(stored_length(value_key(ValueType::number, "123456789012345")), 16U);
    EXPECT_EQ(stored_length(value_key(ValueType::number, "1234567890123456")), 16U);
}

TEST(ValueKey, TellsValuesApart) {
    const std::string lengths[] = {
        "", "1", "12", "123456789012345", "1234567890123456", "1234567890123457", std::string(5000, 'x')};
    std::vector<ValueKey> keys;
    for (const ValueType type : {ValueType::text, ValueType::number, ValueType::instant}) {
        for (const std::string &each : lengths) {
            keys.push_back(value_key(type, each));
            EXPECT_TRUE(is_value_key(keys.back())) << each;
            EXPECT_EQ(keys.back(), value_key(type, each));
        }
    }
    keys.push_back(value_key(ValueType::boolean, "t"));
    keys.push_back(value_key(ValueType::boolean, "f"));
    std::sort(keys.begin(), keys.end());
    EXPECT_EQ(std::unique(keys.begin(), keys.end()), keys.end());
}

// Hashed keys are stored, so they must stay as they are.
TEST(ValueKey, LongOnesAreFixed) {
    const ValueKey key = value_key(ValueType::text, "https://example.com/pricing");
    EXPECT_EQ(hex({reinterpret_cast<const char *>(key.data()), key.size()}), "f1143993129e506c4136c61ba11c833a");
}

TEST(ValueKey, RefusesOtherBytes) {
    EXPECT_FALSE(is_value_key(ValueKey{0x01}));
    EXPECT_FALSE(is_value_key(ValueKey{0x51}));
    EXPECT_FALSE(is_value_key(ValueKey{0xF0}));
    EXPECT_FALSE(is_value_key(ValueKey{0xF3}));
    EXPECT_FALSE(is_value_key(ValueKey{0xF5}));
    EXPECT_FALSE(is_value_key(ValueKey{0x11, 'a', 'b'}));
    EXPECT_TRUE(is_value_key(ValueKey{0x12, 'a', 'b'}));
    EXPECT_TRUE(is_value_key(ValueKey{0x12, 0, 0}));
    EXPECT_TRUE(is_value_key(ValueKey{0xF1}));
    EXPECT_TRUE(is_value_key(ValueKey{0xF4}));
}

} // namespace
} // namespace leadscore
