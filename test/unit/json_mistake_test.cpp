// Where a text stops being JSON, and what is said about it.
#include "core/json_tree.hpp"
#include "core/problem.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace leadscore {
namespace {

struct NoJson {
    std::string text;
    const char *place; // and what stands around it
    const char *hint;
};

void PrintTo(const NoJson &bad, std::ostream *out) {
    *out << bad.text;
}

const NoJson texts[] = {
    {R"j()j", R"j(line 1, column 1: it ends too early)j", R"j()j"},
    {R"j({)j", R"j(line 1, column 2: it ends too early)j", R"j(The "{" of line 1, column 1 is still open.)j"},
    {R"j({"rules":[])j", R"j(line 1, column 12: it ends too early)j", R"j(The "{" of line 1, column 1 is still open.)j"},
    {R"j({"rules":[]} x)j", R"j(line 1, column 14: {"rules":[]} <here> x)j", R"j(The document ends before this.)j"},
    {R"j({"rules":[]}})j", R"j(line 1, column 13: {"rules":[]} <here> })j", R"j(The document ends before this.)j"},
    {R"j({"rules":[]} // end)j", R"j(line 1, column 14: {"rules":[]} <here> // end)j",
     R"j(JSON has no comments; a rule may have a "description".)j"},
    {R"j({"rules":[,]})j", R"j(line 1, column 11: {"rules":[ <here> ,]})j", R"j(Remove this comma.)j"},
    {R"j({'rules':[]})j", R"j(line 1, column 2: { <here> 'rules':[]})j",
     R"j(Keys and texts stand in plain double quotes: "points".)j"},
    {R"j({"rules":[01]})j", R"j(line 1, column 11: {"rules":[ <here> 01]})j", R"j(Numbers have no zeros in front.)j"},
    {R"j({"rules":tru})j", R"j(line 1, column 10: {"rules": <here> tru})j", R"j(Keys and texts stand in double quotes.)j"},
    {R"j({"rules":True})j", R"j(line 1, column 10: {"rules": <here> True})j", R"j(They are written true, false and null.)j"},
    {R"j({"rules":[NaN]})j", R"j(line 1, column 11: {"rules":[ <here> NaN]})j", R"j(Keys and texts stand in double quotes.)j"},
    {R"j({"rules":[],})j", R"j(line 1, column 13: {"rules":[], <here> })j",
     R"j(Remove the comma before it: none stands behind the last entry.)j"},
    {"{\"rules\":[],\n\n}", R"j(line 3, column 1: {"rules":[], <here> })j",
     R"j(Remove the comma before it: none stands behind the last entry.)j"},
    {R"j({"rules":[1,]})j", R"j(line 1, column 13: {"rules":[1, <here> ]})j",
     R"j(Remove the comma before it: none stands behind the last entry.)j"},
    {R"j({"rules":[] /* no */})j", R"j(line 1, column 13: {"rules":[] <here> /* no */})j",
     R"j(JSON has no comments; a rule may have a "description".)j"},
    {"{\"rules\":[1 // no\n]}", R"j(line 1, column 13: {"rules":[1 <here> // no ]})j",
     R"j(JSON has no comments; a rule may have a "description".)j"},
    {"{\"rules\":[1//no\n]}", R"j(line 1, column 12: {"rules":[1 <here> //no ]})j",
     R"j(JSON has no comments; a rule may have a "description".)j"},
    {"{\"rules\":[1# no\n]}", R"j(line 1, column 11: {"rules":[ <here> 1# no ]})j",
     R"j(A number is written like 5, -5 or 2.5.)j"},
    {R"j({"name":"\ud800","rules":[]})j", R"j(line 1, column 16: {"name":"\ud800 <here> ","rules":[]})j", R"j()j"},
    {R"j({"name":"\d+","rules":[]})j", R"j(line 1, column 10: {"name":" <here> \d+","rules":[]})j",
     R"j(A backslash in a text is written twice: \\.)j"},
    {R"j({"name":"\é","rules":[]})j", R"j(line 1, column 10: {"name":" <here> \é","rules":[]})j",
     R"j(A backslash in a text is written twice: \\.)j"},
    {"{\"name\":\"tab\there\",\"rules\":[]}", R"j(line 1, column 13: {"name":"tab <here> here","rules":[]})j",
     R"j(A tab in a text is written \t.)j"},
    {"{\"name\":\"é\n\",\"rules\":[]}", R"j(line 1, column 11: {"name":"é <here> ","rules":[]})j",
     R"j(A line break in a text is written \n. Is a double quote missing?)j"},
    {"{\n  \"rules\": [\n    {\"name\": \"größe\", \"points\": 5 \"if\": {}}\n  ]\n}",
     R"j(line 3, column 35: ... ": "größe", "points": 5 <here> "if": {}} ] })j", R"j(A comma is missing before it.)j"},
    {"{\n  \"rules\": [\n    {\"name\": \"größe\"\n     \"points\": 5}\n  ]\n}",
     R"j(line 4, column 6: ... {"name": "größe" <here> "points": 5} ] })j", R"j(A comma is missing before it.)j"},
    {R"j({"rules":[{"name":"a","points":1,5,"if":{}}]})j",
     R"j(line 1, column 34: ... [{"name":"a","points":1, <here> 5,"if":{}}]})j", R"j(Numbers have a decimal point: 1.5.)j"},
    {R"j({"rules":[{"name":"a","points":+5}]})j", R"j(line 1, column 32: ... ":[{"name":"a","points": <here> +5}]})j",
     R"j(Numbers have no plus sign in front.)j"},
    {R"j({"rules":[{"name":"a","points":5%}]})j", R"j(line 1, column 32: ... ":[{"name":"a","points": <here> 5%}]})j",
     R"j(Numbers stand without a percent sign.)j"},
    {R"j({"rules":[{"name":"a","points":−5}]})j", R"j(line 1, column 32: ... ":[{"name":"a","points": <here> −5}]})j",
     R"j(Here stands the character U+2212; the minus sign of numbers is the hyphen of the keyboard, as in -5.)j"},
    {R"j({"rules":[{"name":"a","points":.5}]})j", R"j(line 1, column 32: ... ":[{"name":"a","points": <here> .5}]})j",
     R"j(A number has digits on both sides of its decimal point.)j"},
    {R"j({"rules":[{"name":"a","points":5.}]})j", R"j(line 1, column 32: ... ":[{"name":"a","points": <here> 5.}]})j",
     R"j(A number has digits on both sides of its decimal point.)j"},
    {R"j({"rules":[{"name":"a","points":1.2.3}]})j", R"j(line 1, column 32: ... ":[{"name":"a","points": <here> 1.2.3}]})j",
     R"j(A number is written like 5, -5 or 2.5.)j"},
    {"{\"rules\":[{\"name\":\"a\",\u00a0\"points\":5}]}",
     "line 1, column 23: {\"rules\":[{\"name\":\"a\", <here> \u00a0\"points\":5}]}",
     R"j(Here stands the character U+00A0, which looks like a blank; replace it by a plain one.)j"},
    {"{\"rules\":[{\"name\":\"a\",\"points\":5\u00a0}]}",
     "line 1, column 33: ... :[{\"name\":\"a\",\"points\":5 <here> \u00a0}]}",
     R"j(Here stands the character U+00A0, which looks like a blank; replace it by a plain one.)j"},
    {R"j({"rules":[{“name”:"a"}]})j", R"j(line 1, column 12: {"rules":[{ <here> “name”:"a"}]})j",
     R"j(Keys and texts stand in plain double quotes: "points".)j"},
    {R"j({"rules":[{"name”:"a"}]})j", R"j(line 1, column 20: {"rules":[{"name”:" <here> a"}]})j",
     R"j(Keys and texts stand in plain double quotes: "points".)j"},
    {R"j({"rules":[{"name":"a" "points":5}]})j", R"j(line 1, column 23: {"rules":[{"name":"a" <here> "points":5}]})j",
     R"j(A comma is missing before it.)j"},
    {R"j({"rules":[{"name":"a":5}]})j", R"j(line 1, column 22: {"rules":[{"name":"a" <here> :5}]})j", R"j()j"},
    {R"j({"rules":[{"name" "a"}]})j", R"j(line 1, column 19: {"rules":[{"name" <here> "a"}]})j",
     R"j(A colon belongs between a key and its value.)j"},
    {R"j({"rules"=[]})j", R"j(line 1, column 9: {"rules" <here> =[]})j", R"j(A colon belongs between a key and its value.)j"},
    {R"j({"rules":[{"name":}]})j", R"j(line 1, column 19: {"rules":[{"name": <here> }]})j", R"j(A value is missing before it.)j"},
    {R"j({"rules":[{"name":"a",,"b":1}]})j", R"j(line 1, column 23: {"rules":[{"name":"a", <here> ,"b":1}]})j",
     R"j(Remove this comma.)j"},
    {R"j({"rules":[{"name":"a"]})j", R"j(line 1, column 22: {"rules":[{"name":"a" <here> ]})j",
     R"j(The "{" of line 1, column 11 is still open.)j"},
    {R"j({"rules":[{"name":"say "hi""}]})j", R"j(line 1, column 25: {"rules":[{"name":"say " <here> hi""}]})j",
     R"j(Is a double quote missing before it? Inside a text it is written \".)j"},
    {R"j({"rules":[{"name":"a}]})j", R"j(line 1, column 24: it ends too early)j",
     R"j(The text of line 1, column 19 has no double quote at its end.)j"},
    {R"j({"rules":[{name:"a"}]})j", R"j(line 1, column 12: {"rules":[{ <here> name:"a"}]})j",
     R"j(Keys and texts stand in double quotes.)j"},
    {R"j({"rules":[{5:"a"}]})j", R"j(line 1, column 12: {"rules":[{ <here> 5:"a"}]})j",
     R"j(Here belongs a key, in double quotes.)j"},
    {R"j({"rules":[{"country":US}]})j", R"j(line 1, column 22: {"rules":[{"country": <here> US}]})j",
     R"j(Keys and texts stand in double quotes.)j"},
    {R"j("x)j", R"j(line 1, column 3: it ends too early)j", R"j(The text of line 1, column 1 has no double quote at its end.)j"},
    {R"j([1 2])j", R"j(line 1, column 4: [1 <here> 2])j", R"j(A comma is missing before it.)j"},
    {R"j({"日本":"日本語日本語日本語日本語日本語日本語日本語日本語日本語","x":5 "日本語日本語日本語日本語日本語日本語日本語日本語日本語":1})j",
     R"j(line 1, column 43: ... 語日本語日本語日本語日本語日本語","x":5 <here> "日本語日本語日本語日本語日本語日本語日本語日本 ...)j",
     R"j(A comma is missing before it.)j"},
};

std::string message_of(const std::string &json, std::string &hint) {
    try {
        parse_json(json);
    } catch (const Problem &problem) {
        EXPECT_EQ(problem.trouble(), Trouble::syntax);
        hint = problem.hint();
        return problem.what();
    }
    return "was accepted";
}

class NoJsonTexts : public testing::TestWithParam<NoJson> {};

TEST_P(NoJsonTexts, AreExplained) {
    std::string hint;
    EXPECT_EQ(message_of(GetParam().text, hint), std::string("not valid JSON at ") + GetParam().place);
    EXPECT_EQ(hint, GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(All, NoJsonTexts, testing::ValuesIn(texts));

// Whatever byte is taken out, put in or cut off behind: a message, short and in whole characters.
TEST(JsonMistake, MessagesAreShortAndWhole) {
    const std::string good = R"({"größe": [1, -2.5e3, "日\n\"本", {"a": {"=": true}}, null], "x": "“y”"})";
    std::string hint;
    EXPECT_EQ(message_of(good, hint), "was accepted");
    const char *const strewn[] = {"", ",", "\"", "\\", "}", "]", "{", ":", "'", "5", "\n", "\x01", "−", "\u00a0", "//", "+"};
    for (const bool cut : {false, true}) {
        for (size_t at = 0; at < good.size(); ++at) {
            if ((good[at] & 0xc0) == 0x80) {
                continue; // only whole characters are taken out
            }
            size_t next = at + 1;
            while (next < good.size() && (good[next] & 0xc0) == 0x80) {
                ++next;
            }
            for (const std::string bytes : strewn) {
                const std::string bad = good.substr(0, at) + bytes + (cut ? std::string() : good.substr(next));
                const std::string message = message_of(bad, hint);
                EXPECT_LT(message.size(), 300u) << bad;
                EXPECT_EQ(message.find('\n'), std::string::npos) << bad;
                // Text that is no UTF-8 would be refused as such.
                std::string quoted = message;
                for (char &c : quoted) {
                    c = c == '"' || c == '\\' ? '.' : c;
                }
                EXPECT_EQ(message_of("\"" + quoted + "\"", hint), "was accepted") << bad;
            }
        }
    }
}

} // namespace
} // namespace leadscore
