// Pairs the parts of two documents by name, then by content, and finds a longest run that kept its order.
#include "diff_pairs.hpp"

#include "rules.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace leadscore {

namespace {

void append_node(std::string &text, const JsonNode &node, bool skip_name) {
    const bool object = node.kind == JsonNode::Kind::object;
    switch (node.kind) {
    case JsonNode::Kind::null:
        text += "null";
        return;
    case JsonNode::Kind::boolean:
        text += node.boolean ? "true" : "false";
        return;
    case JsonNode::Kind::number:
        text += node.text;
        return;
    case JsonNode::Kind::text:
        text += json_string(node.text);
        return;
    case JsonNode::Kind::array:
    case JsonNode::Kind::object:
        break;
    }
    text += object ? '{' : '[';
    bool first = true;
    for (const JsonNode &item : node.items) {
        if (skip_name && item.key == "name") {
            continue;
        }
        text += first ? "" : ",";
        first = false;
        if (object) {
            text += json_string(item.key) + ":";
        }
        append_node(text, item, false);
    }
    text += object ? '}' : ']';
}

} // namespace

std::string node_text(const JsonNode &node) {
    std::string text;
    append_node(text, node, false);
    return text;
}

std::vector<NamedPart> named_parts(const JsonNode &list) {
    std::vector<NamedPart> parts;
    for (const JsonNode &item : list.items) {
        NamedPart part;
        part.name = item.key;
        if (list.kind == JsonNode::Kind::array) {
            for (const JsonNode &inner : item.items) {
                part.name = inner.key == "name" ? inner.text : part.name;
            }
        }
        part.text = node_text(item);
        append_node(part.content, item, true);
        parts.push_back(std::move(part));
    }
    return parts;
}

Pairs pair_parts(const std::vector<NamedPart> &before, const std::vector<NamedPart> &after, bool may_rename) {
    std::map<std::string, size_t> names;
    for (size_t i = 0; i < before.size(); ++i) {
        names.emplace(before[i].name, i);
    }
    Pairs pairs;
    pairs.old_of.resize(after.size());
    std::vector<bool> paired(before.size());
    const auto pair = [&](size_t now, size_t then) {
        pairs.old_of[now] = then;
        paired[then] = true;
    };
    for (size_t i = 0; i < after.size(); ++i) {
        const auto found = names.find(after[i].name);
        if (found != names.end()) {
            pair(i, found->second);
        }
    }
    std::map<std::string, std::deque<size_t>> left;
    for (size_t i = 0; i < before.size() && may_rename; ++i) {
        if (!paired[i]) {
            left[before[i].content].push_back(i);
        }
    }
    for (size_t i = 0; i < after.size() && may_rename; ++i) {
        const auto found = left.find(after[i].content);
        if (!pairs.old_of[i] && found != left.end() && !found->second.empty()) {
            pair(i, found->second.front());
            found->second.pop_front();
        }
    }
    for (size_t i = 0; i < before.size(); ++i) {
        if (!paired[i]) {
            pairs.removed.push_back(i);
        }
    }
    return pairs;
}

// A longest increasing run of old positions stayed; `ends[k]` is the new part that ends the best run of k + 1 parts so far.
std::vector<bool> moved_parts(const std::vector<std::optional<size_t>> &old_of) {
    std::vector<size_t> ends;
    std::vector<std::optional<size_t>> previous(old_of.size());
    std::vector<bool> moved(old_of.size());
    for (size_t i = 0; i < old_of.size(); ++i) {
        if (!old_of[i]) {
            continue;
        }
        moved[i] = true;
        const auto place =
            std::lower_bound(ends.begin(), ends.end(), *old_of[i], [&](size_t part, size_t old) { return *old_of[part] < old; });
        if (place != ends.begin()) {
            previous[i] = *(place - 1);
        }
        if (place == ends.end()) {
            ends.push_back(i);
        } else {
            *place = i;
        }
    }
    for (std::optional<size_t> i = ends.empty() ? std::nullopt : std::optional<size_t>(ends.back()); i; i = previous[*i]) {
        moved[*i] = false;
    }
    return moved;
}

} // namespace leadscore
