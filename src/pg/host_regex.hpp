// Regular expressions: the server's own, in the C collation.
#pragma once

#include "../core/condition_program.hpp"
#include "guard.hpp"

namespace leadscore {

// Raises nothing: throws Problem(regex, place, …) if the pattern is bad.
void check_server_regex(const std::string &place, const std::string &pattern);

// Compiled patterns of one document. Made and used inside core calls.
class ServerRegexes : public RegexHost {
public:
    // `context` must outlive it.
    explicit ServerRegexes(MemoryContext context) : context_(context) {
    }
    // Apart from the constructor, so that what is compiled is freed when a later pattern fails or is cancelled.
    void compile(const std::vector<std::string> &patterns);
    ~ServerRegexes() override;
    ServerRegexes(const ServerRegexes &) = delete;
    ServerRegexes &operator=(const ServerRegexes &) = delete;

    int match(size_t pattern, std::string_view text) override;

private:
    MemoryContext context_;
    std::vector<regex_t> compiled_;
    pg_wchar *wide_ = nullptr; // scratch, in context_
    size_t wide_size_ = 0;
};

} // namespace leadscore
