// Leads put into the columns of a table, value by value.
#include "core/fit_collect.hpp"
#include "core/fit_references.hpp"
#include "core/fit_settings.hpp"
#include "core/problem.hpp"
#include "value_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace {

using namespace leadscore;
using value_support::boolean;
using value_support::number;
using value_support::of_type;
using value_support::text;

const FitColumn *column_of(const FitTable &table, const std::string &field) {
    const auto place = std::find_if(table.columns.begin(), table.columns.end(), [&](const auto &c) { return c.field == field; });
    return place == table.columns.end() ? nullptr : &*place;
}

std::string reason_for(const FitTable &table, const std::string &field) {
    const auto place =
        std::find_if(table.left_out.begin(), table.left_out.end(), [&](const auto &l) { return l.field == field; });
    return place == table.left_out.end() ? "" : place->reason;
}

TEST(FitCollect, ValuesStandInTheRowOfTheirLead) {
    FitCollector collector(2);
    const size_t size = collector.column("size");
    const size_t land = collector.column("land");
    const size_t mail = collector.column("mail");
    collector.begin_lead(true, false);
    collector.add(land, text("DE"));
    collector.add(mail, boolean(true));
    collector.begin_lead(false, true);
    collector.add(size, number("0.1"));
    collector.begin_lead(false, false);
    collector.add(land, text("AT"));
    collector.add(land, of_type(Value::Type::null));
    collector.add(mail, boolean(false));
    const FitTable table = collector.finish();
    EXPECT_EQ(table.converted, (std::vector<uint8_t>{1, 0, 0}));
    EXPECT_EQ(table.test, (std::vector<uint8_t>{0, 1, 0}));
    const FitColumn *sizes = column_of(table, "size");
    ASSERT_NE(sizes, nullptr);
    EXPECT_TRUE(std::isnan(sizes->numbers[0]));
    EXPECT_EQ(sizes->numbers[1], 0.1);
    EXPECT_TRUE(std::isnan(sizes->numbers[2]));
    const FitColumn *lands = column_of(table, "land");
    EXPECT_EQ(lands->levels, (std::vector<std::string>{"DE", "AT"}));
    EXPECT_EQ(lands->codes, (std::vector<int32_t>{0, -1, 1}));
    EXPECT_TRUE(lands->only_texts);
    const FitColumn *mails = column_of(table, "mail");
    EXPECT_EQ(mails->type, FitColumn::Type::boolean);
    EXPECT_EQ(mails->levels, (std::vector<std::string>{"false", "true"}));
    EXPECT_EQ(mails->codes, (std::vector<int32_t>{1, -1, 0}));
}

TEST(FitCollect, WhatScoringWouldTakeForSomethingElseIsLeftOut) {
    FitCollector collector(2);
    const size_t list = collector.column("list");
    const size_t moment = collector.column("moment");
    const size_t mixed = collector.column("mixed");
    const size_t mostly = collector.column("mostly numbers");
    const size_t range = collector.column("range");
    collector.column("empty");
    const size_t flags = collector.column("texts and flags");
    const size_t any = collector.column("any");
    for (int i = 0; i < 3; ++i) {
        collector.begin_lead(i == 0, false);
        collector.add(list, i == 0 ? of_type(Value::Type::array) : text("a"));
        collector.add(moment, of_type(Value::Type::instant));
        collector.add(mixed, i == 0 ? number("1") : text("a"));
        collector.add(mostly, i == 0 ? text("a") : number("1"));
        collector.add(range, of_type(Value::Type::other));
        collector.add(flags, i == 0 ? boolean(true) : text("a"));
        collector.add(any, text("a"));
    }
    const FitTable table = collector.finish();
    EXPECT_EQ(reason_for(table, "list"), "list");
    EXPECT_EQ(reason_for(table, "moment"), "moment");
    EXPECT_EQ(reason_for(table, "mixed"), "mixed");
    EXPECT_EQ(reason_for(table, "range"), "type");
    EXPECT_EQ(reason_for(table, "empty"), "missing");
    EXPECT_EQ(reason_for(table, "any"), "name");
    ASSERT_EQ(table.columns.size(), 2U);
    EXPECT_TRUE(std::isnan(column_of(table, "mostly numbers")->numbers[0]));
    EXPECT_EQ(column_of(table, "mostly numbers")->numbers[1], 1);
    EXPECT_FALSE(column_of(table, "texts and flags")->only_texts);
}

TEST(FitCollect, MembersAreFieldsOfTheirOwn) {
    FitCollector collector(2);
    const size_t data = collector.column("data");
    const size_t taken = collector.column("data.taken");
    collector.begin_lead(true, false);
    collector.add_object(data);
    collector.add(collector.member(data, "data.size"), number("3"));
    EXPECT_EQ(collector.member(data, "data.taken"), FitCollector::no_field);
    collector.add(taken, text("column"));
    collector.add(collector.member(data, "data.a.b"), number("3"));
    collector.begin_lead(false, false);
    collector.add_object(data);
    collector.add(collector.member(data, "data.a.b", true), number("4"));
    const FitTable table = collector.finish();
    EXPECT_EQ(column_of(table, "data.size")->numbers[0], 3);
    EXPECT_EQ(reason_for(table, "data.a.b"), "name");
    EXPECT_EQ(reason_for(table, "data"), "");
    EXPECT_EQ(column_of(table, "data.taken")->levels[0], "column");
}

TEST(FitCollect, TooManyMembersOrValuesEndAColumn) {
    FitCollector collector(2);
    const size_t data = collector.column("data");
    const size_t few = collector.column("few");
    const size_t name = collector.column("name");
    for (size_t i = 0; i <= most_collected_levels; ++i) {
        collector.begin_lead(i % 2 == 0, false);
        collector.add_object(data);
        if (i <= most_members) {
            const size_t member = collector.member(data, "data." + std::to_string(i));
            EXPECT_EQ(member == FitCollector::no_field, i == most_members);
            if (member != FitCollector::no_field) {
                collector.add(member, number("1"));
            }
        }
        collector.add(few, text(i % 2 == 0 ? "a" : "b"));
        const std::string value = "name " + std::to_string(i);
        collector.add(name, text(value));
    }
    const FitTable table = collector.finish();
    EXPECT_EQ(reason_for(table, "data"), "members");
    EXPECT_EQ(reason_for(table, "name"), "identifier");
    ASSERT_EQ(table.columns.size(), 1U);
    EXPECT_EQ(table.columns[0].codes.size(), most_collected_levels + 1);
}

TEST(FitCollect, LongTextsStayTooLongForARule) {
    FitCollector collector(2);
    const size_t field = collector.column("text");
    const std::string same(300, 'x');
    for (const char *end : {"", "a", "b", ""}) {
        collector.begin_lead(true, false);
        const std::string value = same + end;
        collector.add(field, text(value));
    }
    const FitTable table = collector.finish();
    EXPECT_EQ(table.columns[0].codes, (std::vector<int32_t>{0, 1, 2, 0}));
    EXPECT_GT(table.columns[0].levels[0].size(), 200U);
}

TEST(FitCollect, NumbersBecomeTheNearestDouble) {
    for (const char *written : {"0", "-2.5", "0.1", "1234567.891", "9007199254740993", "0.30000000000000004",
                                "123456789012345678.9", "1e300", "-4.9e-320"}) {
        EXPECT_EQ(nearest_double(number(written).number), std::strtod(written, nullptr)) << written;
    }
    EXPECT_EQ(nearest_double(number("1e400").number), DBL_MAX);
    EXPECT_EQ(nearest_double(number("-1e400").number), -DBL_MAX);
    EXPECT_EQ(nearest_double(number("1e-400").number), 0);
}

TEST(FitReferences, AreNoQuantities) {
    FitCollector collector(3);
    std::vector<size_t> fields;
    for (const char *name : {"dropped", "kept", "directed", "asked", "huge", "size", "country"}) {
        fields.push_back(collector.column(name));
    }
    for (const char *value : {"12", "7", "12"}) {
        collector.begin_lead(false, false);
        for (const size_t field : fields) {
            if (field < 4) {
                collector.add(field, number(value));
            }
        }
        collector.add(fields[4], number("9007199254740993"));
        collector.add(fields[5], number(value));
        collector.add(fields[6], text("DE"));
    }
    collector.begin_lead(true, false);
    FitTable table = collector.finish();
    FitSettings settings;
    settings.references = {"dropped", "kept", "directed", "asked", "huge", "country"};
    settings.keep = {"kept", "huge", "size"};
    settings.leave_out = {"asked"};
    settings.monotone = {{"directed", FitDirection::rising}};
    settle_references(table, settings);
    EXPECT_EQ(reason_for(table, "dropped"), "reference");
    EXPECT_EQ(reason_for(table, "huge"), "reference"); // another row might have the same double
    EXPECT_EQ(column_of(table, "dropped"), nullptr);
    const FitColumn *kept = column_of(table, "kept");
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->type, FitColumn::Type::level);
    EXPECT_FALSE(kept->only_texts);
    EXPECT_EQ(kept->levels, (std::vector<std::string>{"12", "7"}));
    EXPECT_EQ(kept->codes, (std::vector<int32_t>{0, 1, 0, -1}));
    for (const char *number : {"directed", "asked", "size"}) {
        ASSERT_NE(column_of(table, number), nullptr) << number;
        EXPECT_EQ(column_of(table, number)->type, FitColumn::Type::number) << number;
    }
    EXPECT_EQ(column_of(table, "country")->levels, std::vector<std::string>{"DE"});
}

TEST(FitSettings, AreReadAndChecked) {
    const FitSettings settings = read_fit_settings(
        R"({"name":"b2b","horizon":"90 days","doubling":20,"least_conversions":10,"most_pairs":0,"monotone":{"size":"rising"},"keep":["tags"],"leave_out":["id"],"references":["owner"]})");
    EXPECT_EQ(settings.name, "b2b");
    EXPECT_EQ(settings.horizon->hours(), 90 * 24);
    EXPECT_EQ(settings.doubling, 20);
    EXPECT_EQ(settings.least_conversions, 10);
    EXPECT_EQ(settings.least_others, 40);
    EXPECT_EQ(settings.most_pairs, 0);
    EXPECT_EQ(settings.monotone[0].second, FitDirection::rising);
    EXPECT_EQ(settings.keep, std::vector<std::string>{"tags"});
    EXPECT_EQ(settings.references, std::vector<std::string>{"owner"});
    for (const char *wrong : {R"({"doublin":20})", R"({"doubling":0})", R"({"doubling":"x"})", R"({"monotone":{"size":"up"}})",
                              R"({"keep":"tags"})", R"([])", R"({"most_pairs":33})"}) {
        EXPECT_THROW(read_fit_settings(wrong), Problem) << wrong;
    }
    // What people may give: test_share is, though SQL reads it; references and horizon come from elsewhere.
    try {
        read_fit_settings(R"({"colour":1})");
        ADD_FAILURE();
    } catch (const Problem &problem) {
        EXPECT_EQ(problem.hint(),
                  "Allowed here: name, timezone, doubling, least_conversions, least_others, most_pairs, test_share, "
                  "monotone, keep, leave_out.");
    }
}

} // namespace
