// Regular expressions: the server's own, in the C collation.
#include "host_regex.hpp"

namespace leadscore {

namespace {

// Compiles in the current context; plain data only, for it runs inside protect(). Returns false and a message if the pattern is
// bad.
bool compile_regex(regex_t *regex, const char *pattern, size_t length, char *message, size_t message_size) {
    auto *wide = static_cast<pg_wchar *>(palloc((length + 1) * sizeof(pg_wchar)));
    const int wide_length = pg_mb2wchar_with_len(pattern, wide, static_cast<int>(length));
    const int result = pg_regcomp(regex, wide, static_cast<size_t>(wide_length), REG_ADVANCED, C_COLLATION_OID);
    pfree(wide);
    if (result == REG_OKAY) {
        return true;
    }
    CHECK_FOR_INTERRUPTS(); // up to 15 a cancelled compilation comes back as an error code
    pg_regerror(result, regex, message, message_size);
    return false;
}

} // namespace

void check_server_regex(const std::string &place, const std::string &pattern) {
    char message[128] = "";
    bool good = false;
    const char *text = pattern.data();
    const size_t length = pattern.size();
    protect([&good, &message, text, length] {
        regex_t regex;
        good = compile_regex(&regex, text, length, message, sizeof message);
        if (good) {
            pg_regfree(&regex);
        }
    });
    if (!good) {
        throw Problem(Trouble::regex, place, std::string("invalid regular expression: ") + message);
    }
}

void ServerRegexes::compile(const std::vector<std::string> &patterns) {
    MemoryContext context = context_;
    compiled_.reserve(patterns.size());
    for (const std::string &pattern : patterns) {
        regex_t regex;
        bool good = false;
        const char *text = pattern.data();
        const size_t length = pattern.size();
        protect([&regex, &good, text, length, context] {
            char message[128];
            MemoryContext old = MemoryContextSwitchTo(context);
            good = compile_regex(&regex, text, length, message, sizeof message);
            MemoryContextSwitchTo(old);
        });
        if (!good) {
            throw Problem(Trouble::regex, "", "invalid regular expression: " + pattern);
        }
        compiled_.push_back(regex);
    }
}

ServerRegexes::~ServerRegexes() {
    for (regex_t &regex : compiled_) {
        pg_regfree(&regex);
    }
}

int ServerRegexes::match(size_t pattern, std::string_view text) {
    regex_t *regex = &compiled_[pattern];
    int result = REG_NOMATCH;
    protect([this, regex, text, &result] {
        if (wide_size_ < text.size() + 1) {
            const size_t size = (text.size() + 1) * 2;
            if (wide_ != nullptr) {
                pfree(wide_);
                wide_ = nullptr;
                wide_size_ = 0;
            }
            wide_ = static_cast<pg_wchar *>(MemoryContextAllocExtended(context_, size * sizeof(pg_wchar), MCXT_ALLOC_HUGE));
            wide_size_ = size;
        }
        const int length = pg_mb2wchar_with_len(text.data(), wide_, static_cast<int>(text.size()));
        result = pg_regexec(regex, wide_, static_cast<size_t>(length), 0, nullptr, 0, nullptr, 0);
        if (result != REG_OKAY && result != REG_NOMATCH) {
            char message[128];
            CHECK_FOR_INTERRUPTS();
            pg_regerror(result, regex, message, sizeof message);
            ereport(ERROR, (errcode(ERRCODE_INVALID_REGULAR_EXPRESSION), errmsg("regular expression failed: %s", message)));
        }
    });
    return result == REG_OKAY ? 1 : 0;
}

} // namespace leadscore
