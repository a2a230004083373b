// Packed tallies: round trips, any bytes, parts of the evidence; and what tallies say about the calendar.
#include "core/packed_tally.hpp"
#include "core/tally_days.hpp"
#include "study_support.hpp"
#include "tally_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using namespace tally_support;

Tally unpacked(std::string_view bytes, const Tally &of, const SetDigest *known = nullptr) {
    Tally tally;
    read_packed_tally(bytes, of.ids, of.digest, tally, known);
    return tally;
}

TEST(PackedTally, IsWhatItWas) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 500; ++i) {
        const Tally tally = random_tally(random);
        const std::string bytes = write_packed_tally(tally);
        const Tally again = unpacked(bytes, tally);
        EXPECT_EQ(write_tally_bytes(again), write_tally_bytes(tally));
        EXPECT_EQ(write_packed_tally(again), bytes);
    }
}

TEST(PackedTally, IsTheBytesWithoutIds) {
    Tally tally = empty_tally(six_ids());
    tally.counts = {{0, 7, 2}, {3, -1, 1}};
    tally.values = {{2, value_key(ValueType::text, "a"), 5, 1}};
    EXPECT_EQ(hex(write_packed_tally(tally)), "0101010e0402011161010a020101010200");
    EXPECT_EQ(write_packed_tally(tally).size() - 1, write_tally_bytes(tally).size() - 20 - 1 - 6 * 8);
}

TEST(PackedTally, NothingIsNoBytes) {
    const Tally nothing = empty_tally(six_ids());
    EXPECT_EQ(write_packed_tally(nothing), "");
    EXPECT_EQ(write_packed_tally(Tally()), "");
    EXPECT_EQ(write_tally_bytes(unpacked("", nothing)), write_tally_bytes(nothing));
    EXPECT_EQ(trouble_of([&] { unpacked(std::string("\1\0", 2), nothing); }), Trouble::bytes);
}

TEST(PackedTally, IsKnownByTheBytesOfItsTally) {
    std::mt19937_64 random(4);
    for (int i = 0; i < 300; ++i) {
        const Tally tally = random_tally(random);
        const std::string bytes = write_tally_bytes(tally);
        const std::string packed = write_packed_tally(tally);
        EXPECT_EQ(tally_digest(bytes), tally.digest);
        EXPECT_TRUE(is_packed_from(packed, bytes));
        const Tally other = random_tally(random);
        EXPECT_EQ(is_packed_from(packed, write_tally_bytes(other)), packed == write_packed_tally(other));
        if (!packed.empty()) {
            EXPECT_FALSE(is_packed_from("", bytes));
            EXPECT_FALSE(is_packed_from(packed + '\0', bytes));
            EXPECT_FALSE(is_packed_from(packed.substr(0, packed.size() - 1), bytes));
            EXPECT_FALSE(is_packed_from('\2' + packed.substr(1), bytes));
        }
    }
    const std::string nothing = write_tally_bytes(empty_tally(six_ids()));
    EXPECT_TRUE(is_packed_from("", nothing));
    EXPECT_FALSE(is_packed_from("\1", nothing)); // no bytes is the only form of nothing
    Tally with_rules = empty_tally(six_ids());
    with_rules.has_rules = true;
    EXPECT_FALSE(is_packed_from("", write_tally_bytes(with_rules)));
    EXPECT_EQ(trouble_of([] { is_packed_from("", "no tally, but long enough"); }), Trouble::bytes);
}

TEST(PackedTally, CopiesIdsUnlessTheyAreKnown) {
    std::mt19937_64 random(2);
    const Tally tally = random_tally(random);
    const std::string bytes = write_packed_tally(tally);
    const SetDigest other{};
    EXPECT_EQ(unpacked(bytes, tally).ids, tally.ids);
    EXPECT_EQ(unpacked(bytes, tally, &other).ids, tally.ids);
    EXPECT_TRUE(unpacked(bytes, tally, &tally.digest).ids.empty());
    EXPECT_EQ(unpacked(bytes, tally, &tally.digest).digest, tally.digest);
    EXPECT_EQ(unpacked(bytes, tally, &tally.digest).counts.size(), tally.counts.size());
}

TEST(PackedTally, SpoiltBytesAreRefusedOrCanonical) {
    std::mt19937_64 random(3);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        const Tally tally = random_tally(random, 4);
        std::string bytes = write_packed_tally(tally);
        if (bytes.empty()) {
            continue;
        }
        const size_t place = random() % bytes.size();
        switch (random() % 4) {
        case 0:
            bytes.resize(place);
            break;
        case 1:
            bytes[place] = static_cast<char>(random());
            break;
        case 2:
            bytes.insert(place, 1, static_cast<char>(random()));
            break;
        default:
            bytes.erase(place, 1);
            break;
        }
        // On the heap and of just that size, so that the sanitizer sees a read past the end.
        const std::vector<char> exact(bytes.begin(), bytes.end());
        Tally read;
        const auto trouble = trouble_of([&] { read_packed_tally({exact.data(), exact.size()}, tally.ids, tally.digest, read); });
        if (trouble) {
            EXPECT_EQ(*trouble, Trouble::bytes);
            ++refused;
        } else {
            EXPECT_EQ(write_packed_tally(read), bytes);
            EXPECT_EQ(trouble_of([&] { check_tally(read); }), std::nullopt);
        }
    }
    EXPECT_GT(refused, 1000);
}

TEST(PackedTally, RefusesWhatBelongsToNoEvidence) {
    const Tally none = empty_tally({});
    const Tally one = empty_tally({id_of(1, Kept::count)});
    const auto message = [](const char *bytes, const Tally &of) { return message_of([&] { unpacked(unhex(bytes), of); }); };
    EXPECT_EQ(message("0101010e0400", one), "");
    EXPECT_EQ(message("0101010e0400", none), "invalid lead_tally: a section belongs to no evidence");
    EXPECT_EQ(message("0102010e0400", one), "invalid lead_tally: a section belongs to no evidence");
    EXPECT_EQ(message("0201010e0400", one), "invalid lead_tally: packed version 2 cannot be read here");
    EXPECT_EQ(message("0101010e0000", one), "invalid lead_tally: a cell is zero");
    EXPECT_EQ(message("0101010e040000", one), "invalid lead_tally: there is something behind its end");
    EXPECT_EQ(message("0101010e", one), "invalid lead_tally: it ends too early");
}

TEST(PackedSection, GivesTheCellsFromATickOn) {
    Tally tally = tally_support::empty_tally({4, 8, 13});
    tally.counts = {{0, 3, 1}, {1, -5, 2}, {1, 7, 3}, {1, 9, 4}};
    tally.sums = {{2, 1, 50}, {2, 2, 60}};
    std::vector<SectionSize> sections;
    const std::string bytes = write_packed_tally(tally, &sections);
    const auto read = [&](uint32_t evidence, Kept kept, int64_t first) {
        const SectionPlace place = place_of_section(sections, evidence);
        Tally part = tally_support::empty_tally({4, 8, 13});
        read_packed_section(std::string_view(bytes).substr(place.from, place.bytes), place.before, evidence, kept, part, first);
        return part;
    };
    EXPECT_EQ(read(1, Kept::count, least_tick).counts.size(), 3u);
    EXPECT_EQ(read(1, Kept::count, 7).counts.size(), 2u);
    EXPECT_EQ(read(1, Kept::count, 7).counts[0].count, 3);
    EXPECT_EQ(read(1, Kept::count, 10).counts.size(), 0u);
    EXPECT_EQ(read(2, Kept::sum, 2).sums.size(), 1u);
    EXPECT_EQ(read(2, Kept::sum, 2).sums[0].sum, 60);
}

TEST(ProjectTally, KeepsTheCellsOfTheEvidence) {
    std::mt19937_64 random(4);
    for (int i = 0; i < 200; ++i) {
        const Tally tally = random_tally(random);
        std::vector<EvidenceId> some;
        std::copy_if(tally.ids.begin(), tally.ids.end(), std::back_inserter(some), [&](EvidenceId) { return random() % 2 == 0; });
        const Tally part = project_tally(tally, some, digest_of(some.data(), some.size()));
        check_tally(part);
        EXPECT_EQ(part.ids, some);
        const auto amount = [](const Tally &of) {
            int128 all = 0;
            for (const CountCell &cell : of.counts) {
                all += of.ids[cell.evidence] % 1000003 * static_cast<uint64_t>(cell.tick + 5000000000) % 1009 + 1;
            }
            return all;
        };
        Tally wanted = tally;
        wanted.counts.erase(std::remove_if(wanted.counts.begin(), wanted.counts.end(),
                                           [&](const CountCell &cell) {
                                               return !std::binary_search(some.begin(), some.end(), tally.ids[cell.evidence]);
                                           }),
                            wanted.counts.end());
        EXPECT_TRUE(amount(part) == amount(wanted));
        // Projecting and adding are one.
        const Tally other = random_tally(random);
        EXPECT_EQ(write_tally_bytes(project_tally(add_tallies(tally, other, 1), some, part.digest)),
                  write_tally_bytes(add_tallies(part, project_tally(other, some, part.digest), 1)));
    }
}

TEST(ProjectTally, RefusesEvidenceThatIsNotThere) {
    const Tally tally = empty_tally({id_of(1, Kept::count), id_of(2, Kept::sum)});
    const std::vector<EvidenceId> wanted{id_of(2, Kept::sum), id_of(3, Kept::count), id_of(4, Kept::count)};
    const auto project = [&] { project_tally(tally, wanted, digest_of(wanted.data(), wanted.size())); };
    EXPECT_EQ(trouble_of(project), Trouble::no_evidence);
    EXPECT_EQ(message_of(project), "the tally was not counted for evidence 000000000000000c and 1 more");
    EXPECT_TRUE(covers(tally.ids, std::vector<EvidenceId>()));
    EXPECT_TRUE(covers(tally.ids, tally.ids));
    EXPECT_FALSE(covers(tally.ids, wanted));
    EXPECT_FALSE(covers(std::vector<EvidenceId>(), tally.ids));
}

TEST(MergeIds, IsTheUnion) {
    const auto ids_of = [](const char *rules) { return evidence_of(study_support::with_rules(rules)).ids; };
    const std::vector<EvidenceId> a = ids_of(R"({"name":"1","on":"x","points":1},{"name":"2","on":"y","points":1})");
    const std::vector<EvidenceId> b = ids_of(R"({"name":"1","on":"y","points":7},{"name":"2","on":"z","measure":{"sum":"p"},"points":1})");
    const std::vector<EvidenceId> both = merge_ids(a, b);
    EXPECT_EQ(both.size(), 3U);
    EXPECT_EQ(merge_ids(b, a), both);
    EXPECT_EQ(merge_ids(a, a), a);
    EXPECT_TRUE(covers(both, a) && covers(both, b) && !covers(a, b));
}

TEST(NewestDay, OfWhatCounts) {
    const Rules rules = study_support::with_rules(R"({"name":"d","on":"x","points":1},
        {"name":"h","on":"y","points":1,"within":"5 hours"},{"name":"s","on":"x","measure":{"sum":"p"},"points":1})");
    const EvidenceSet set = evidence_of(rules);
    const auto index = [&](size_t rule) { return static_cast<uint32_t>(set.uses[rule].main); };
    const Zone zone({{0, 3600}});
    Tally tally = empty_tally(set.ids);
    EXPECT_EQ(newest_day(tally, set, zone), std::nullopt);
    tally.counts = {{index(0), 9, -1}};
    EXPECT_EQ(newest_day(tally, set, zone), std::nullopt);
    tally.counts = {{index(0), 7, 1}, {index(0), 9, -1}};
    EXPECT_EQ(newest_day(tally, set, zone), 7);
    tally.sums = {{index(2), 8, -5}};
    EXPECT_EQ(newest_day(tally, set, zone), 8);
    tally.counts.push_back({index(1), 8 * 24 + 22, 1});
    std::sort(tally.counts.begin(), tally.counts.end(), [](auto &a, auto &b) { return a.evidence < b.evidence; });
    EXPECT_EQ(newest_day(tally, set, zone), 8);
    tally.counts.clear();
    tally.counts.push_back({index(1), 8 * 24 + 23, 1}); // midnight in the zone
    EXPECT_EQ(newest_day(tally, set, zone), 9);
    // Extremes of a hostile tally.
    tally.counts.back().tick = most_tick;
    EXPECT_TRUE(newest_day(tally, set, zone).has_value());
    tally.counts.back().tick = least_tick;
    EXPECT_EQ(newest_day(tally, set, zone), 8);
}

TEST(NewestDay, IsADateOfTheServer) {
    const EvidenceSet set = evidence_of(study_support::with_rules(R"({"name":"d","on":"x","points":1})"));
    const Zone zone({{0, -5 * 3600}});
    constexpr int64_t first_date = -2451545; // 4714-11-24 BC
    Tally tally = empty_tally(set.ids);
    tally.counts = {{0, first_date - 1, 1}};
    EXPECT_EQ(newest_day(tally, set, zone), first_date);
    EXPECT_TRUE(has_day(tally, set, zone, first_date));
    EXPECT_FALSE(has_day(tally, set, zone, first_date - 1));
}

TEST(NewestDay, LooksAtTheEvidenceOfTheRulesOnly) {
    const EvidenceSet wide = evidence_of(study_support::with_rules(
        R"({"name":"1","on":"x","points":1},{"name":"2","on":"y","points":1},{"name":"3","on":"z","points":1})"));
    const EvidenceSet narrow = evidence_of(study_support::with_rules(R"({"name":"1","on":"y","points":1})"));
    Tally tally = empty_tally(wide.ids);
    for (uint32_t e = 0; e < 3; ++e) {
        tally.counts.push_back({e, wide.ids[e] == narrow.ids[0] ? 3 : 5, 1});
    }
    EXPECT_EQ(newest_day(tally, wide, Zone()), 5);
    EXPECT_EQ(newest_day(tally, narrow, Zone()), 3);
    EXPECT_EQ(newest_day(project_tally(tally, narrow.ids, narrow.digest), narrow, Zone()), 3);
}

} // namespace
} // namespace leadscore
