// Weights against values computed with 80 digits.
#include "core/decay.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace leadscore {
namespace {

Decay decay_of(Decay::Type type, int64_t count, DurationUnit unit = DurationUnit::day, int64_t lose = 0) {
    Decay decay;
    decay.type = type;
    decay.duration = {count, unit};
    decay.lose = lose;
    return decay;
}

struct Known {
    int64_t half_life;
    int64_t age;
    int64_t weight;
};

// Ties among whole halvings first, then close calls, then any.
const Known known_weights[] = {{2, 20, 976563},
                               {3, 30, 976563},
                               {7, 7, 500000000},
                               {7, 63, 1953125},
                               {7, 77, 488281},
                               {5, 150, 1},
                               {5, 155, 0},
                               {64, 686, 593382},
                               {6008, 157731, 13},
                               {11056929, 185310163, 9012},
                               {18348, 142802, 4540372},
                               {127, 3307, 15},
                               {331, 10227, 1},
                               {8005512, 224874719, 4},
                               {183, 3701, 817},
                               {67, 162, 187126989},
                               {2511529, 2540681, 495993365},
                               {23488100, 361695501, 23142},
                               {5, 97, 1445},
                               {130, 2522, 1445},
                               {153, 4198, 6},
                               {322, 9949, 0},
                               {347, 6214, 4066},
                               {48566, 77985, 328564156},
                               {322, 4468, 66524},
                               {95644, 688112, 6827092},
                               {7466, 101178, 83271},
                               {7432447, 143616691, 1525},
                               {14168395, 224561529, 16937},
                               {19476343, 205688767, 661966},
                               {6458727, 19035006, 129661662},
                               {382, 332, 547484510},
                               {169, 2934, 5941},
                               {175, 94, 689134334},
                               {330, 1798, 22900377},
                               {860035, 14773643, 6744},
                               {659262, 1216820, 278214491},
                               {23, 614, 9},
                               {14972959, 278733382, 2489},
                               {4457677, 52613114, 279898},
                               {372, 6391, 6734},
                               {73, 1060, 42548},
                               {10, 190, 1907}};

TEST(HalfLife, IsCorrectlyRounded) {
    for (const Known &known : known_weights) {
        const Decay decay = decay_of(Decay::Type::half_life, known.half_life, DurationUnit::hour);
        EXPECT_EQ(decay_weight(decay, true, known.age), known.weight) << known.half_life << " " << known.age;
    }
}

TEST(HalfLife, StartsWholeAndNeverRises) {
    for (const int64_t half_life : {1, 2, 3, 7, 14, 365, 1000, 24000000}) {
        const Decay decay = decay_of(Decay::Type::half_life, half_life, DurationUnit::hour);
        EXPECT_EQ(decay_weight(decay, true, 0), whole_weight);
        EXPECT_EQ(decay_weight(decay, true, half_life), whole_weight / 2);
        int64_t before = whole_weight;
        for (int64_t age = 1; age <= 32 * half_life; age += 1 + half_life / 50) {
            const int64_t weight = decay_weight(decay, true, age);
            ASSERT_LE(weight, before) << half_life << " " << age;
            before = weight;
        }
        EXPECT_EQ(before, 0);
        EXPECT_EQ(decay_weight(decay, true, std::numeric_limits<int64_t>::max()), 0);
    }
}

TEST(Decay, CountsTheDurationInTicks) {
    const Decay decay = decay_of(Decay::Type::half_life, 2, DurationUnit::week);
    EXPECT_EQ(decay_weight(decay, false, 14), whole_weight / 2);
    EXPECT_EQ(decay_weight(decay, true, 14 * 24), whole_weight / 2);
    EXPECT_EQ(decay_weight(decay, true, 24), 951695153);
    EXPECT_EQ(decay_weight(decay, false, 1), 951695153);
}

TEST(Decay, OfNoneIsWhole) {
    EXPECT_EQ(decay_weight(Decay(), false, 0), whole_weight);
    EXPECT_EQ(decay_weight(Decay(), false, 1000000), whole_weight);
    EXPECT_EQ(decay_end(Decay(), false), -1);
}

TEST(Linear, IsRoundedHalfUp) {
    const Decay decay = decay_of(Decay::Type::linear, 3);
    EXPECT_EQ(decay_weight(decay, false, 0), whole_weight);
    EXPECT_EQ(decay_weight(decay, false, 1), 666666667);
    EXPECT_EQ(decay_weight(decay, false, 2), 333333333);
    EXPECT_EQ(decay_weight(decay, false, 3), 0);
    EXPECT_EQ(decay_weight(decay, false, std::numeric_limits<int64_t>::max()), 0);
    // 1/1024 = 0.0009765625
    EXPECT_EQ(decay_weight(decay_of(Decay::Type::linear, 1024), false, 1023), 976563);
    EXPECT_EQ(decay_weight(decay_of(Decay::Type::linear, 1000000), true, 23999999), 42);
}

TEST(Every, LosesInSteps) {
    const Decay decay = decay_of(Decay::Type::every, 30, DurationUnit::day, 300000);
    EXPECT_EQ(decay_weight(decay, false, 0), whole_weight);
    EXPECT_EQ(decay_weight(decay, false, 29), whole_weight);
    EXPECT_EQ(decay_weight(decay, false, 30), 700000000);
    EXPECT_EQ(decay_weight(decay, false, 119), 100000000);
    EXPECT_EQ(decay_weight(decay, false, 120), 0);
    EXPECT_EQ(decay_weight(decay, false, std::numeric_limits<int64_t>::max()), 0);
    const Decay slow = decay_of(Decay::Type::every, 1, DurationUnit::day, 1);
    EXPECT_EQ(decay_weight(slow, false, 999999), 1000);
    EXPECT_EQ(decay_weight(slow, false, 1000000), 0);
}

TEST(DecayEnd, IsTheFirstAgeWithoutWeight) {
    for (const int64_t count : {1, 2, 3, 7, 14, 30, 365, 999983, 1000000}) {
        for (const bool hours : {false, true}) {
            for (const Decay &decay : {decay_of(Decay::Type::half_life, count), decay_of(Decay::Type::linear, count),
                                       decay_of(Decay::Type::every, count, DurationUnit::day, 1000000),
                                       decay_of(Decay::Type::every, count, DurationUnit::day, 300000),
                                       decay_of(Decay::Type::every, count, DurationUnit::day, 1)}) {
                const int64_t end = decay_end(decay, hours);
                EXPECT_EQ(decay_weight(decay, hours, end), 0) << count;
                EXPECT_GT(decay_weight(decay, hours, end - 1), 0) << count;
            }
        }
    }
}

} // namespace
} // namespace leadscore
