// Which part of one document is which part of another: by name, renamed, or moved.
#pragma once

#include "no_postgres.hpp"
#include "json_tree.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadscore {

// One entry of a list or object of a canonical document.
struct NamedPart {
    std::string name;
    std::string text;    // canonical JSON
    std::string content; // the same without the name
};

// The canonical text of a part of a canonical document.
std::string node_text(const JsonNode &node);

// Elements of an array are named by their `name`, entries of an object by their key.
std::vector<NamedPart> named_parts(const JsonNode &list);

struct Pairs {
    std::vector<std::optional<size_t>> old_of; // for each new part
    std::vector<size_t> removed;               // old parts without a new one
};

// By name; with `may_rename`, what is left is paired by equal content.
Pairs pair_parts(const std::vector<NamedPart> &before, const std::vector<NamedPart> &after, bool may_rename);

// The fewest paired parts that must have moved for the others to have kept their order.
std::vector<bool> moved_parts(const std::vector<std::optional<size_t>> &old_of);

} // namespace leadscore
