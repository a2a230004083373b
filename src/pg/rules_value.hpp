// scoring_rules as a stored value.
//
// After the length word: 'L' 'R', version 1, flags 0, a 16-byte digest of the text, the canonical text. The digest makes equality
// of two values, and so the lookup of compiled rules, a comparison of 16 bytes. Storage is EXTERNAL: never compressed, so the
// digest can be read in place.
#pragma once

#include "../core/rules.hpp"
#include "server.hpp"

#include <array>
#include <string_view>

namespace leadscore {

using RulesDigest = std::array<unsigned char, 16>;

constexpr size_t rules_head = 4 + sizeof(RulesDigest); // without the length word

// The text inside a detoasted value; checks the head.
std::string_view rules_text(const struct varlena *value);
RulesDigest rules_digest(const struct varlena *value);

// A new value in the current context. Inside core calls only.
struct varlena *make_rules_value(const std::string &canonical);

// Reads any document, returns its value; null if `escontext` took the error. Blanks of a text made by the server do not count for
// its size.
struct varlena *read_rules_value(const char *json, size_t size, Node *escontext, bool printed_by_server = false);

} // namespace leadscore
