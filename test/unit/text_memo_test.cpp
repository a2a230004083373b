// Texts that look alike are told apart, whatever was kept before.
#include "core/text_memo.hpp"
#include "random_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

namespace leadscore {
namespace {

using random_cases::below;
using random_cases::Random;

// In memory of just its size, so that a sanitizer sees a byte too many.
class Exact {
public:
    explicit Exact(const std::string &text) : bytes_(std::make_unique<char[]>(text.size())), size_(text.size()) {
        std::copy(text.begin(), text.end(), bytes_.get());
    }
    std::string_view text() const {
        return {bytes_.get(), size_};
    }

private:
    std::unique_ptr<char[]> bytes_;
    size_t size_;
};

TEST(TextMemo, TellsTextsApart) {
    TextMemo memo(256);
    for (size_t size = 0; size <= TextMemo::most_size; ++size) {
        const std::string text(size, 'a');
        EXPECT_TRUE(memo.takes(text));
        memo.keep(Exact(text).text(), 7);
        EXPECT_EQ(memo.find(Exact(text).text()), 7U) << size;
        for (size_t at = 0; at < size; ++at) {
            for (const char other : {'b', '\0', '\xE1'}) {
                std::string changed = text;
                changed[at] = other;
                EXPECT_EQ(memo.find(Exact(changed).text()), 0U) << size << " at " << at;
            }
        }
        EXPECT_EQ(memo.find(Exact(text + '\0').text().substr(0, TextMemo::most_size)), size < TextMemo::most_size ? 0U : 7U);
    }
    EXPECT_FALSE(memo.takes(std::string(TextMemo::most_size + 1, 'a')));
}

// What it finds was kept last for that text; more texts than it has room for.
TEST(TextMemo, FindsWhatWasKept) {
    Random random(20261130);
    for (const size_t size : {2U, 16U, 256U}) {
        TextMemo memo(size);
        std::map<std::string, uint32_t> kept;
        size_t found = 0;
        for (int i = 0; i < 20000; ++i) {
            std::string text(static_cast<size_t>(below(random, 17)), 'a');
            for (char &each : text) {
                each = static_cast<char>(below(random, 20) > 0 ? 'a' : below(random, 256));
            }
            const uint32_t number = memo.find(Exact(text).text());
            if (number != 0) {
                ASSERT_EQ(number, kept[text]);
                ++found;
            }
            kept[text] = static_cast<uint32_t>(1 + below(random, 1000000));
            memo.keep(Exact(text).text(), kept[text]);
            ASSERT_EQ(memo.find(text), kept[text]);
        }
        EXPECT_GT(found, 100U) << size;
    }
    EXPECT_FALSE(TextMemo(0).takes("a"));
}

} // namespace
} // namespace leadscore
