// What can be said of conditions alone: always, never, or in conflict with themselves.
#include "core/truth.hpp"
#include "study_support.hpp"

#include <gtest/gtest.h>

namespace leadscore {
namespace {

using study_support::with_rules;

// Verdict and severity of the first contradiction: "never", "array", or "-".
std::string truth_of(const std::string &condition) {
    const Rules rules = with_rules(R"({"name":"a","if":)" + condition + R"(,"points":1})");
    const Condition &read = rules.rules.front().condition;
    const std::vector<Contradiction> found = contradictions(read, "if");
    const Verdict truth = verdict(read);
    const std::string first = found.empty() ? "-" : found.front().arrays_may ? "array" : "never";
    return (truth == Verdict::always ? "always " : truth == Verdict::never ? "never " : "depends ") + first;
}

TEST(Truth, ConflictsOfOneField) {
    EXPECT_EQ(truth_of(R"({"x":{">":5,"<":3}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{">":3,"<":5}})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{">=":5,"<=":5.0}})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{">":5,"<=":5}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{">":"b","<":"a"}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{">":"2026-11-02","<":"2026-11-01"}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{">":"2026-11-02T00:00+14","<":"2026-11-01T23:00"}})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{"=":4,">":5}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{"in":[4,6],">":5}})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{"in":["ab","b"],"starts_with":"c"}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{"=":"4",">":3}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{"in":[1,2],"not_in":[1,2,3]}})"), "never never");
    EXPECT_EQ(truth_of(R"({"x":{"in":[1,2],"not_in":[1,3]}})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{"exists":false,"!=":3}})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{"exists":false,">":3}})"), "never never");
    EXPECT_EQ(truth_of(R"({"x":{"within_last":"7 days","older_than":"1 week"}})"), "depends array");
    EXPECT_EQ(truth_of(R"({"x":{"within_last":"8 days","older_than":"1 week"}})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{"within_last":"8 days","within_next":"1 week"}})"), "depends array");
}

TEST(Truth, Connectives) {
    EXPECT_EQ(truth_of("{}"), "always -");
    EXPECT_EQ(truth_of(R"({"all":[]})"), "always -");
    EXPECT_EQ(truth_of(R"({"any":[]})"), "never never");
    EXPECT_EQ(truth_of(R"({"not":{"any":[]}})"), "always never");
    EXPECT_EQ(truth_of(R"({"not":{}})"), "never -");
    EXPECT_EQ(truth_of(R"({"any":[{"x":1},{}]})"), "always -");
    EXPECT_EQ(truth_of(R"({"any":[{"x":1},{"any":[]}]})"), "depends never");
    EXPECT_EQ(truth_of(R"({"any":[{"x":1},{"x":2}]})"), "depends -");
    EXPECT_EQ(truth_of(R"({"x":{"!=":1},"all":[{"all":[{"x":1}]}]})"), "never never");
    EXPECT_EQ(truth_of(R"({"x":null,"not":{"x":null}})"), "depends -"); // true, but too deep for a look at single fields
}

} // namespace
} // namespace leadscore
