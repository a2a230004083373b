// A JSON document as a small tree: numbers keep the text they were written in, objects the order of their keys.
#pragma once

#include "no_postgres.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

struct JsonNode {
    enum class Kind { null, boolean, number, text, array, object };
    Kind kind = Kind::null;
    bool boolean = false;
    std::string key;             // if it stands in an object
    std::string text;            // of a text or a number
    std::vector<JsonNode> items; // of an array or an object
};

// Adds `.key` (quoted unless it is an identifier) or `[index]` to a place such as `rules[3].bands`.
void append_key(std::string &place, std::string_view key);
void append_index(std::string &place, size_t index);

// At most so many bytes of a text in UTF-8, and dots where some are missing.
std::string shortened(std::string_view text, size_t most);
// ` ("pricing page")`, which stands behind a place that only counts; nothing for an empty name.
std::string name_behind(std::string_view name);

// Parses a document within the limits of size and depth; throws Problem. No two keys of an object are equal, no text
// holds a zero byte.
JsonNode parse_json(std::string_view json);

// The same document without blanks outside strings: jsonb prints one behind every comma and colon, which must not count for the
// limit.
std::string without_blanks(std::string_view json);

} // namespace leadscore
