// Typed access to a JSON tree that knows its place, so every mistake can be named where it stands.
#pragma once

#include "no_postgres.hpp"
#include "json_tree.hpp"
#include "problem.hpp"
#include "rules.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadscore {

// A node and the way to it. It points to its parent, which must outlive it.
class JsonValue {
public:
    explicit JsonValue(const JsonNode &root) noexcept : node_(&root) {
    }
    const JsonNode &node() const noexcept {
        return *node_;
    }
    JsonNode::Kind kind() const noexcept {
        return node_->kind;
    }
    size_t count() const noexcept {
        return node_->items.size();
    }
    const std::string &key() const noexcept {
        return node_->key;
    }
    // The index-th element or entry.
    JsonValue item(size_t index) const noexcept {
        return JsonValue(node_->items[index], this, index);
    }
    // The entry of that key; only for objects whose keys were checked, for it looks at all of them.
    std::optional<JsonValue> find(std::string_view key) const noexcept;
    bool has(std::string_view key) const noexcept {
        return find(key).has_value();
    }
    // As find(), but it is a mistake if there is none.
    JsonValue require(std::string_view key) const;

    std::string place() const;
    // The place of an entry that would be here, as named_place().
    std::string named_place_of(std::string_view key) const;
    // The place, and behind it in brackets the name of the rule, exclusion or stage that it is in, if it has one.
    std::string named_place() const;
    [[noreturn]] void fail(Trouble trouble, const std::string &message, const std::string &hint = {}) const;
    [[noreturn]] void wrong_type(const std::string &expected, const std::string &hint = {}) const {
        fail(Trouble::syntax, "expected " + expected, hint);
    }
    [[noreturn]] void refuse(const std::string &message, const std::string &hint = {}) const {
        fail(Trouble::value, message, hint);
    }

private:
    std::string owner_name() const;
    std::string owner_behind() const; // " (name)"
    JsonValue(const JsonNode &node, const JsonValue *parent, size_t index) noexcept
        : node_(&node), parent_(parent), index_(index) {
    }
    const JsonNode *node_;
    const JsonValue *parent_ = nullptr;
    size_t index_ = 0;
};

using Keys = std::initializer_list<std::string_view>;

// An object with no other keys than these.
void expect_object(const JsonValue &value, Keys keys);
void expect_object(const JsonValue &value);
void expect_array(const JsonValue &value);
// The word nearest to a mistyped one; empty if none is near.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view> &words);
// The key that is meant by another one, or the nearest to a mistyped one, as a hint; else all of them.
std::string hint_for(std::string_view key, const std::vector<std::string_view> &keys);

const std::string &read_text(const JsonValue &value);
bool read_boolean(const JsonValue &value);
// Not empty, at most 1,024 bytes.
std::string read_name(const JsonValue &value);
void check_name(const JsonValue &value, const std::string &name);
// A decimal with at most 6 places within ±bound.
int128 read_micro(const JsonValue &value, int128 bound);
int64_t read_points(const JsonValue &value);
int64_t read_whole(const JsonValue &value, int64_t least, int64_t most);
// Canonical text of a number.
std::string read_number_text(const JsonValue &value);
Duration read_duration(const JsonValue &value);

// Entries that may be missing.
std::string read_optional_text(const JsonValue &object, std::string_view key);
std::optional<int64_t> read_optional_points(const JsonValue &object, std::string_view key);
bool read_optional_boolean(const JsonValue &object, std::string_view key, bool otherwise);
// `min` and `max`, in that order.
void read_bounds(const JsonValue &object, std::optional<int64_t> &min, std::optional<int64_t> &max);

} // namespace leadscore
