// The text form of a tally: round trips, forms it refuses, damaged text, and a stored fixture.
#include "core/tally_text.hpp"
#include "tally_support.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace leadscore {
namespace {

using namespace tally_support;

std::string again(std::string_view text) {
    return write_tally_text(read_tally_text(text));
}

std::optional<Trouble> trouble_with(const std::string &text) {
    return trouble_of([&] { read_tally_text(text); });
}

const std::string count_id = "00000000000000a4";
const std::string sum_id = "00000000000000b1";
const std::string value_id = "00000000000000c2";

TEST(TallyText, RoundTrip) {
    std::mt19937_64 random(31);
    for (int round = 0; round < 2000; ++round) {
        Tally tally = random_tally(random);
        if (random() % 4 == 0) {
            tally.has_rules = true;
            tally.as_of = static_cast<int64_t>(random()) / 3;
            tally.rules = "{\"rules\":[{\"name\":\"a rules b\"}]}";
        }
        const std::string text = write_tally_text(tally);
        ASSERT_EQ(hex(write_tally_bytes(read_tally_text(text))), hex(write_tally_bytes(tally))) << text;
        ASSERT_EQ(again(text), text);
    }
}

// Whatever a tally may hold can be dumped and restored.
TEST(TallyText, EndsOfTheRanges) {
    Tally tally = empty_tally(six_ids());
    tally.counts = {{0, least_tick, most_cell_count}, {0, most_tick, -most_cell_count}};
    tally.sums = {{1, least_tick, -most_cell_sum}, {1, most_tick, most_cell_sum}};
    tally.values = {{2, value_key(ValueType::text, ""), least_tick, most_value_count},
                    {2, value_key(ValueType::text, ""), most_tick, -most_value_count}};
    tally.has_rules = true;
    for (const int64_t as_of : {INT64_MIN + 1, INT64_MAX - 1, int64_t{0}}) {
        tally.as_of = as_of;
        check_tally(tally);
        EXPECT_EQ(hex(write_tally_bytes(read_tally_text(write_tally_text(tally)))), hex(write_tally_bytes(tally)));
    }
}

TEST(TallyText, Forms) {
    const std::string canonical[] = {"tally1",
                                     "tally1 unset",
                                     "tally1 " + count_id,
                                     "tally1 " + count_id + ":9801=2,9803=-1",
                                     "tally1 " + count_id + " " + sum_id + ":-4=12.5,9801=-0.000001",
                                     "tally1 " + count_id + ":1=1 " + sum_id + ":1=1 " + value_id +
                                         ":136d2d31@9801=1,136d2d31@9802=4",
                                     "tally1 " + value_id + ":10@0=1,3174@0=1",
                                     "tally1 as_of -5 rules {\"rules\":[]}",
                                     "tally1 " + count_id + ":1=1 as_of 0 rules "};
    for (const std::string &text : canonical) {
        EXPECT_EQ(again(text), text);
    }
    EXPECT_EQ(again("tally1 " + sum_id + ":1=001.500,2=.5,3=5."), "tally1 " + sum_id + ":1=1.5,2=0.5,3=5");
    EXPECT_EQ(again("tally1 " + count_id + ":-0=007"), "tally1 " + count_id + ":0=7");
}

TEST(TallyText, RefusesOtherText) {
    const std::string bad[] = {"",
                               " tally1",
                               "tally",
                               "tally2",
                               "tally1 ",
                               "tally1x",
                               "tally1 unset unset",
                               "tally1 Unset",
                               "tally1  " + count_id,
                               "tally1 " + count_id + " ",
                               "tally1 " + count_id + ":",
                               "tally1 " + count_id + ":1",
                               "tally1 " + count_id + ":1=",
                               "tally1 " + count_id + ":1=1,",
                               "tally1 " + count_id + ":1=1.5",
                               "tally1 " + count_id + ":1=1;2=1",
                               "tally1 " + count_id + ":=1",
                               "tally1 " + count_id + ":+1=1",
                               "tally1 " + count_id + ":--1=1",
                               "tally1 " + count_id + ":1=1e3",
                               "tally1 " + count_id + ":99999999999=1",
                               "tally1 " + count_id + ":1=1152921504606846977",
                               "tally1 " + count_id + ":1=99999999999999999999999999999999999999999999999",
                               "tally1 " + sum_id + ":1=1.2345678",
                               "tally1 " + sum_id + ":1=1.2.3",
                               "tally1 " + sum_id + ":1=-",
                               "tally1 " + sum_id + ":1=99999999999999999999999999999999999999999999999999",
                               "tally1 " + value_id + ":1@1",
                               "tally1 " + value_id + ":136d2d@1=1",
                               "tally1 " + value_id + ":136d2d3132@1=1",
                               "tally1 " + value_id + ":136D2D31@1=1",
                               "tally1 " + value_id + ":1=1",
                               "tally1 00000000000000A4",
                               "tally1 a4",
                               "tally1 00000000000000a7",
                               "tally1 00000000000000a44",
                               "tally1 as_of",
                               "tally1 as_of x rules {}",
                               "tally1 as_of 1 rule {}",
                               "tally1 as_of 9223372036854775808 rules {}"};
    for (const std::string &text : bad) {
        EXPECT_EQ(trouble_with(text), Trouble::syntax) << text;
    }
}

TEST(TallyText, RefusesWhatIsNotCanonical) {
    const std::string bad[] = {"tally1 " + sum_id + " " + count_id,
                               "tally1 " + count_id + " " + count_id,
                               "tally1 " + count_id + ":1=0",
                               "tally1 " + count_id + ":2=1,1=1",
                               "tally1 " + count_id + ":1=1,1=1",
                               "tally1 " + count_id + ":-2000000000=1",
                               "tally1 " + sum_id + ":1=.",
                               "tally1 " + sum_id + ":1=1267650600228229401496704",
                               "tally1 " + value_id + ":136d2d32@1=1,136d2d31@1=1",
                               "tally1 " + value_id + ":00@1=1",
                               "tally1 " + value_id + ":5161@1=1",
                               "tally1 unset " + count_id,
                               "tally1 unset as_of 1 rules {}",
                               "tally1 as_of 9223372036854775807 rules {}"};
    for (const std::string &text : bad) {
        EXPECT_EQ(trouble_with(text), Trouble::syntax) << text;
    }
}

TEST(TallyText, ErrorsNameTheByte) {
    EXPECT_EQ(message_of([] { read_tally_text("tally1 00x"); }), "invalid lead_tally at byte 10: expected a hexadecimal digit");
    EXPECT_EQ(message_of([] { read_tally_text("tall"); }), "invalid lead_tally at byte 1: expected \"tally1\"");
}

// Damaged text is refused, or is some tally whose text reads back.
TEST(TallyText, EveryByteMayBeWrong) {
    const std::string good =
        "tally1 " + count_id + ":-3=1,9801=2 " + sum_id + ":1=-12.5 " + value_id + ":136d2d31@9801=1 as_of 7 rules {}";
    const auto check = [](const std::string &text) {
        const std::unique_ptr<char[]> exact(new char[text.size() + (text.empty() ? 1 : 0)]);
        std::copy(text.begin(), text.end(), exact.get());
        std::string written;
        try {
            written = write_tally_text(read_tally_text({exact.get(), text.size()}));
        } catch (const Problem &) {
            return;
        }
        EXPECT_EQ(again(written), written);
    };
    for (size_t i = 0; i < good.size(); ++i) {
        check(good.substr(0, i));
        for (int value = 0; value < 256; value += value == 0 || value > 126 ? 43 : 1) {
            std::string bad = good;
            bad[i] = static_cast<char>(value);
            check(bad);
        }
        std::string bad = good;
        check(bad.erase(i, 1));
        bad = good;
        check(bad.insert(i, 1, good[i]));
    }
}

TEST(TallyText, StoredFixture) {
    const std::string stored = "tally1 0edbab7223ff4bb8:9801=2,9803=1 7c839e5c92bbc406:126d31@235224=1,"
                               "f1143993129e506c4136c61ba11c833a@235225=2 fdb9203ce742c269:9801=12.5";
    EXPECT_EQ(again(stored), stored);
    const Tally tally = read_tally_text(stored);
    ASSERT_EQ(tally.values.size(), 2U);
    EXPECT_EQ(tally.values[0].value, value_key(ValueType::text, "m1"));
    EXPECT_EQ(tally.values[1].value, value_key(ValueType::text, "https://example.com/pricing"));
    EXPECT_EQ(tally.values[1].tick, 235225);
    EXPECT_TRUE(tally.sums[0].sum == 12500000);
}

} // namespace
} // namespace leadscore
