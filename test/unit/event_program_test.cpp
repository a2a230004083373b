// What events count for: kinds, '*', conditions, the fields to fetch, ticks, distinct values, odd values of sums.
#include "core/event_program.hpp"
#include "tally_support.hpp"
#include "value_support.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace leadscore {
namespace {

using namespace value_support;
using tally_support::empty_tally;

// Logs of one lead.
class Logs {
public:
    Logs()
        : counts_(64), wides_(64), values_(64), logs{{counts_.data(), 0, 64}, {wides_.data(), 0, 64}, {values_.data(), 0, 64}} {
    }

private:
    std::vector<CountEntry> counts_;
    std::vector<WideEntry> wides_;
    std::vector<ValueEntry> values_;

public:
    TallyLogs logs;
};

// A program with logs of one lead: of single hits, and of what aggregates keep.
class Counting {
public:
    explicit Counting(const std::string &rules, Zone zone = Zone(), const std::string &rest = "")
        : program(evidence_of(study_support::with_rules(rules, rest)), std::move(zone)) {
    }
    // Returns how many kinds of evidence the event met.
    size_t add(const std::string &kind, const char *moment, const std::vector<std::pair<std::string, Value>> &given = {},
               int sign = 1) {
        const KindPlan *plan = program.plan_for(kind);
        if (plan == nullptr) {
            return 0;
        }
        std::vector<Value> values(program.field_names().size());
        EXPECT_EQ(program.looks_at_fields(*plan), !program.fields_for(*plan).empty());
        for (const size_t field : program.fields_for(*plan)) { // what the plan does not ask for is not fetched
            for (const auto &[name, value] : given) {
                values[field] = program.field_names()[field] == name ? value : values[field];
            }
        }
        EqualRegex regex;
        regex.patterns = program.patterns();
        const Surroundings around = {0, &program.zone(), &regex, go_on};
        for (const MetSet *set : sets_of(*plan, values.data(), around)) {
            for (size_t i = 0; i < set->entry_count && sign > 0; ++i) {
                sets_.logs.counts.entries[sets_.logs.counts.used++] = program.entry_of(set->entries[i], at(moment));
            }
            program.append(set->others.data(), set->others.size(), at(moment), values.data(), sign, sets_.logs);
            for (size_t i = 0; i < set->entry_count && sign < 0; ++i) { // aggregates take back hit by hit
                const uint32_t *first = program.hit_sets().begin_of(set->entries[i].number);
                const uint32_t *end = program.hit_sets().end_of(set->entries[i].number);
                program.append(first, static_cast<size_t>(end - first), at(moment), values.data(), sign, sets_.logs);
            }
        }
        const Met met = program.match(*plan, values.data(), around);
        const EventProgram::Room room = program.room_for(met.evidence, met.count, values.data());
        const TallyLogs before = hits_.logs;
        program.append(met.evidence, met.count, at(moment), values.data(), sign, hits_.logs);
        EXPECT_LE(hits_.logs.counts.used, before.counts.used + room.counts);
        EXPECT_LE(hits_.logs.wides.used, before.wides.used + room.wides);
        EXPECT_LE(hits_.logs.values.used, before.values.used + room.values);
        return met.count;
    }
    Tally tally() {
        Tally tally = empty_tally(program.evidence().ids);
        read_logs(hits_.logs, tally);
        check_tally(tally);
        Tally of_sets = empty_tally(program.evidence().ids);
        read_logs(sets_.logs, of_sets, &program.hit_sets());
        EXPECT_EQ(write_tally_bytes(of_sets), write_tally_bytes(tally));
        return tally;
    }
    std::vector<std::string> fields_of(const std::string &kind) const {
        std::vector<std::string> names;
        const KindPlan *plan = program.plan_for(kind);
        for (const size_t field : plan != nullptr ? program.fields_for(*plan) : std::vector<size_t>()) {
            names.push_back(program.field_names()[field]);
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    EventProgram program;

    size_t entries_of_hits() const {
        return hits_.logs.counts.used;
    }
    size_t entries_of_sets() const {
        return sets_.logs.counts.used;
    }

private:
    std::vector<const MetSet *> sets_of(const KindPlan &plan, const Value *values, const Surroundings &around) const {
        const MetOfPlans met = program.match_sets(plan, values, around);
        const MetOfPlans again = program.match_sets(plan, values, around);
        EXPECT_EQ(again.count, met.count);
        for (size_t i = 0; i < met.count; ++i) {
            EXPECT_EQ(again.sets[i], met.sets[i]); // known by now
        }
        return {met.sets, met.sets + met.count};
    }

    Logs hits_;
    Logs sets_;
};

using Names = std::vector<std::string>;

std::string rule(const std::string &name, const std::string &parts) {
    return "{\"name\":\"" + name + "\",\"points\":1," + parts + "}";
}

TEST(EventProgram, KindsFindTheirEvidence) {
    Counting counting(rule("a", R"("on":"visit")") + "," + rule("b", R"("on":["visit","form"])") + "," +
                      rule("c", R"("on":"*")"));
    EXPECT_EQ(counting.add("visit", "2026-11-01"), 3U);
    EXPECT_EQ(counting.add("form", "2026-11-01"), 2U);
    EXPECT_EQ(counting.add("other", "2026-11-01"), 1U);
    EXPECT_EQ(counting.add("", "2026-11-01"), 1U);
    EXPECT_EQ(counting.add("Visit", "2026-11-01"), 1U); // byte by byte
    EXPECT_EQ(counting.add("visit ", "2026-11-01"), 1U);
    EXPECT_EQ(counting.add("*", "2026-11-01"), 1U);
    // Evidence of every kind stands apart: it takes no memory in the plans of the kinds.
    EXPECT_EQ(counting.program.plan_for("visit")->evidence.size(), 2U);
}

TEST(EventProgram, ManyKinds) {
    std::string rules;
    for (int i = 0; i < 300; ++i) {
        rules += (i > 0 ? "," : "") + rule("r" + std::to_string(i), "\"on\":\"kind " + std::to_string(i) + "\"");
    }
    const Counting counting(rules);
    for (int i = 0; i < 300; ++i) {
        const KindPlan *plan = counting.program.plan_for("kind " + std::to_string(i));
        ASSERT_EQ(plan->evidence.size(), 1U);
        ASSERT_EQ(counting.program.evidence().items[plan->evidence[0]].kinds.names[0], "kind " + std::to_string(i));
        ASSERT_EQ(counting.program.plan_for("no kind " + std::to_string(i)), nullptr);
    }
}

// Short names are looked up as numbers: each byte and the length must count.
TEST(EventProgram, KindsOfEveryLength) {
    std::string rules;
    for (size_t size = 1; size <= 40; ++size) {
        rules += (size > 1 ? "," : "") + rule("r" + std::to_string(size), "\"on\":\"" + std::string(size, 'k') + "\"");
    }
    const Counting counting(rules);
    for (size_t size = 1; size <= 40; ++size) {
        std::string kind(size, 'k');
        const KindPlan *plan = counting.program.plan_for(kind);
        ASSERT_NE(plan, nullptr);
        ASSERT_EQ(counting.program.evidence().items[plan->evidence[0]].kinds.names[0], kind);
        for (size_t at = 0; at < size; ++at) {
            kind[at] = at % 2 == 0 ? 'j' : '\0';
            ASSERT_EQ(counting.program.plan_for(kind), nullptr);
            kind[at] = 'k';
        }
    }
    EXPECT_EQ(counting.program.plan_for(""), nullptr);
    EXPECT_EQ(counting.program.plan_for(std::string(1, '\0')), nullptr);
    EXPECT_EQ(counting.program.plan_for(std::string(41, 'k')), nullptr);
}

TEST(EventProgram, NoEventRules) {
    Counting counting("");
    EXPECT_EQ(counting.program.plan_for("visit"), nullptr);
    EXPECT_EQ(counting.add("visit", "2026-11-01"), 0U);
}

TEST(EventProgram, OnlyTheFieldsOfAKind) {
    const Counting counting(rule("a", R"("on":"visit","if":{"url":"x","any":[{"ref":"y"},{"url":{"!=":"z"}}]})") + "," +
                            rule("b", R"("on":"visit","measure":{"sum":"seconds"})") + "," +
                            rule("c", R"("on":"form","if":{"url":"x","any":[{"ref":"y"},{"url":{"!=":"z"}}]})") + "," +
                            rule("d", R"("on":"*","measure":{"distinct":"page"})") + "," + rule("e", R"("on":"mail")"));
    EXPECT_EQ(counting.fields_of("visit"), (Names{"page", "ref", "seconds", "url"}));
    EXPECT_EQ(counting.fields_of("form"), (Names{"page", "ref", "url"}));
    EXPECT_EQ(counting.fields_of("mail"), (Names{"page"}));
    EXPECT_EQ(counting.fields_of("other"), (Names{"page"}));
    EXPECT_EQ(counting.program.field_names().size(), 4U);
}

TEST(EventProgram, ConditionsDecide) {
    Counting counting(rule("a", R"("on":"visit","if":{"url":{"starts_with":"/pricing"}})") + "," +
                      rule("b", R"("on":"*","if":{"url":{"starts_with":"/pricing"}})") + "," +
                      rule("c", R"("on":"visit","if":{"url":{"matches":"/pricing/x"}})"));
    EXPECT_EQ(counting.program.patterns().size(), 1U);
    EXPECT_EQ(counting.add("visit", "2026-11-01", {{"url", text("/pricing/x")}}), 3U);
    EXPECT_EQ(counting.add("visit", "2026-11-01", {{"url", text("/pricing/y")}}), 2U);
    EXPECT_EQ(counting.add("form", "2026-11-01", {{"url", text("/pricing/x")}}), 1U);
    EXPECT_EQ(counting.add("visit", "2026-11-01", {{"url", text("/home")}}), 0U);
    EXPECT_EQ(counting.add("visit", "2026-11-01"), 0U);
    int64_t hits = 0;
    for (const CountCell &cell : counting.tally().counts) {
        EXPECT_EQ(cell.tick, 9801);
        hits += cell.count;
    }
    EXPECT_EQ(hits, 6);
}

// Equal conditions of different evidence run as one program.
TEST(EventProgram, EqualConditionsAreShared) {
    const std::string shared = R"("if":{"u":{"matches":"p"}})";
    const Counting counting(rule("a", "\"on\":\"visit\"," + shared) + "," + rule("b", "\"on\":\"form\"," + shared) + "," +
                            rule("c", "\"on\":\"visit\",\"measure\":{\"sum\":\"s\"}," + shared));
    EXPECT_EQ(counting.program.evidence().ids.size(), 3U);
    EXPECT_EQ(counting.program.patterns().size(), 1U);
}

TEST(EventProgram, DaysAreLocalHoursAreUtc) {
    Counting counting(rule("days", R"("on":"x")") + "," + rule("hours", R"("on":"x","within":"5 hours")"), Zone({{0, 5 * 3600}}),
                      R"("timezone":"Asia/Karachi")");
    counting.add("x", "2026-11-01T18:59:59.999999");
    counting.add("x", "2026-11-01T19:00");
    std::vector<int64_t> ticks;
    for (const CountCell &cell : counting.tally().counts) {
        ticks.push_back(cell.tick);
    }
    std::sort(ticks.begin(), ticks.end());
    EXPECT_EQ(ticks, (std::vector<int64_t>{9801, 9802, 9801 * 24 + 18, 9801 * 24 + 19}));
    Counting early(rule("hours", R"("on":"x","within":"5 hours")"));
    early.add("x", "1999-12-31T23:30");
    EXPECT_EQ(early.tally().counts[0].tick, -1);
}

TEST(EventProgram, TakenBackLeavesNoTrace) {
    Counting counting(rule("a", R"("on":"x")") + "," + rule("b", R"("on":"x","measure":{"sum":"s"})") + "," +
                      rule("c", R"("on":"x","measure":{"distinct":"s"})"));
    for (const int sign : {1, -1}) {
        counting.add("x", "2026-11-01T10:00", {{"s", number("2.5")}}, sign);
        counting.add("x", "2026-11-02", {{"s", text("y")}}, sign);
    }
    EXPECT_EQ(write_tally_bytes(counting.tally()), write_tally_bytes(empty_tally(counting.program.evidence().ids)));
}

std::string sum_of(const Value &value) {
    Counting counting(rule("a", R"("on":"x","measure":{"sum":"s"})"));
    counting.add("x", "2026-11-01", {{"s", value}});
    const Tally tally = counting.tally();
    return tally.sums.empty() ? "0" : micro_text(tally.sums[0].sum);
}

// However many hits an event brings, it is one entry for those of days and one for those of hours.
TEST(EventProgram, OneEntryForAllHits) {
    Counting counting(rule("a", R"("on":"x","if":{"s":{">":1}})") + "," + rule("b", R"("on":"x","if":{"s":{">":2}})") + "," +
                      rule("c", R"("on":"x","if":{"s":{">":3}})") + "," + rule("d", R"("on":"x","measure":{"sum":"s"})") + "," +
                      rule("e", R"("on":"x","within":"5 hours","if":{"s":{">":4}})") + "," +
                      rule("f", R"("on":"x","within":"5 hours","if":{"s":{">":5}})") + "," + rule("g", R"("on":"*")") + "," +
                      rule("h", R"("on":"*","if":{"t":"u"})"));
    EXPECT_EQ(counting.add("x", "2026-11-01T10:00", {{"s", number("6")}, {"t", text("u")}}), 8U);
    EXPECT_EQ(counting.entries_of_hits(), 7U);
    EXPECT_EQ(counting.entries_of_sets(), 3U); // days and hours of "x", days of "*"
    EXPECT_EQ(counting.add("x", "2026-11-01T10:10", {{"s", number("6")}, {"t", text("u")}}), 8U);
    EXPECT_EQ(counting.add("x", "2026-11-02T11:00", {{"s", number("2.5")}}), 4U);
    EXPECT_EQ(counting.add("x", "2026-11-02T12:00", {{"s", number("0")}, {"t", text("u")}}), 3U);
    EXPECT_EQ(counting.entries_of_hits(), 7U + 7U + 3U + 2U);
    EXPECT_EQ(counting.entries_of_sets(), 3U + 3U + 2U + 1U);
    EXPECT_EQ(counting.tally().counts.size(), 11U);
    EXPECT_EQ(counting.add("x", "2026-11-02T11:00", {{"s", number("2.5")}}, -1), 4U); // some hits are taken back
    EXPECT_EQ(counting.tally().counts.size(), 9U);
}

TEST(EventProgram, OddValuesOfASum) {
    EXPECT_EQ(sum_of(number("12.5")), "12.5");
    EXPECT_EQ(sum_of(number("-1.0000005")), "-1.000001"); // half away from zero
    EXPECT_EQ(sum_of(number("0.0000004")), "0");
    EXPECT_EQ(sum_of(number("1e15")), "1000000000000000");
    EXPECT_EQ(sum_of(number("1000000000000000.0000001")), "0"); // over the bound
    EXPECT_EQ(sum_of(number("-1e300")), "0");
    EXPECT_EQ(sum_of(text("5")), "0");
    EXPECT_EQ(sum_of(boolean(true)), "0");
    EXPECT_EQ(sum_of(Value()), "0");
    EXPECT_EQ(sum_of(of_type(Value::Type::null)), "0");
    EXPECT_EQ(sum_of(of_type(Value::Type::other)), "0"); // NaN and infinities
    EXPECT_EQ(sum_of(instant("2026-11-01")), "0");
    const std::vector<Value> list = {number("5")};
    EXPECT_EQ(sum_of(array(list)), "0");
}

// How many distinct values these are, all on one tick.
size_t distinct(const std::vector<Value> &values) {
    Counting counting(rule("a", R"("on":"x","measure":{"distinct":"s"})"), Zone({{0, 3600}}));
    for (const Value &value : values) {
        counting.add("x", "2026-11-01", {{"s", value}});
    }
    return counting.tally().values.size();
}

TEST(EventProgram, DistinctValues) {
    EXPECT_EQ(distinct({text("a"), text("a"), text("A")}), 2U);
    EXPECT_EQ(distinct({number("1"), number("1.0"), number("10e-1"), text("1")}), 2U);
    EXPECT_EQ(distinct({boolean(true), boolean(false), text("t"), text("true")}), 4U);
    EXPECT_EQ(distinct({text("")}), 1U);
    EXPECT_EQ(distinct({Value(), of_type(Value::Type::null), of_type(Value::Type::other)}), 0U);
    EXPECT_EQ(distinct({number("1e300"), number("1e301"), number("10e300")}), 2U);
    // Times are moments, whatever their type; years far from 2000 have longer keys.
    EXPECT_EQ(distinct({date("2026-11-01"), local_time("2026-11-01"), instant("2026-10-31T23:00"), text("2026-11-01")}), 2U);
    EXPECT_EQ(distinct({instant("1899-12-31"), instant("1900-01-01"), instant("2031-09-09T01:46:40"), instant("2099-01-01"),
                        date("9999-12-31")}),
              5U);
}

TEST(EventProgram, ElementsOfAnArrayAreValuesOfTheirOwn) {
    const std::vector<Value> inner = {text("z")};
    const std::vector<Value> list = {text("a"), text("b"), text("a"), of_type(Value::Type::null), array(inner), number("1")};
    EXPECT_EQ(distinct({array(list)}), 3U);
    EXPECT_EQ(distinct({array(list), text("b")}), 3U);
    EXPECT_EQ(distinct({of_type(Value::Type::array)}), 0U);
    Counting counting(rule("a", R"("on":"x","measure":{"distinct":"s"})"));
    counting.add("x", "2026-11-01", {{"s", array(list)}});
    EXPECT_EQ(counting.tally().values[0].count, 2); // "a" stood twice
}

} // namespace
} // namespace leadscore
