// diff_rules: what changed between two documents, part by part, found in their canonical text.
#include "study.hpp"

#include "diff_pairs.hpp"
#include "json_tree.hpp"
#include "study_rows.hpp"

namespace leadscore {

namespace {

const JsonNode *entry(const JsonNode &object, std::string_view key) {
    for (const JsonNode &item : object.items) {
        if (item.key == key) {
            return &item;
        }
    }
    return nullptr;
}

std::string fragment(const JsonNode *node) {
    return node == nullptr ? std::string() : node_text(*node);
}

class Comparison {
public:
    Comparison(const Rules &before, const Rules &after)
        : before_(parse_json(write_rules(before))), after_(parse_json(write_rules(after))) {
    }

    std::string rows() {
        compare_single("document", "name", "name");
        compare_single("document", "description", "description");
        compare_timezone();
        compare_single("score", "score", {});
        compare_named("dimension", "dimensions", false);
        compare_named("group", "groups", false);
        compare_named("exclusion", "exclude", true);
        compare_named("rule", "rules", true);
        compare_named("stage", "stages", false); // their order is that of `from`
        compare_named("label", "labels", false);
        compare_single("probability", "probability", {});
        return rows_.finish();
    }

private:
    void add(const char *part, const std::string &name, const char *change, const std::string &before, const std::string &after) {
        rows_.row().text("part", part).text_or_null("name", name).text("change", change);
        rows_.json("before", before).json("after", after);
    }

    void compare_texts(const char *part, const std::string &name, const std::string &before, const std::string &after) {
        if (before != after) {
            add(part, name, before.empty() ? "added" : after.empty() ? "removed" : "changed", before, after);
        }
    }

    void compare_single(const char *part, std::string_view key, const std::string &name) {
        compare_texts(part, name, fragment(entry(before_, key)), fragment(entry(after_, key)));
    }

    // Left out where it is UTC; it is there all the same.
    void compare_timezone() {
        const auto zone = [](const JsonNode &document) {
            const JsonNode *written = entry(document, "timezone");
            return written == nullptr ? json_string("UTC") : node_text(*written);
        };
        compare_texts("document", "timezone", zone(before_), zone(after_));
    }

    void compare_named(const char *part, const char *key, bool ordered) {
        const JsonNode *before = entry(before_, key);
        const JsonNode *after = entry(after_, key);
        const std::vector<NamedPart> old_parts = before == nullptr ? std::vector<NamedPart>() : named_parts(*before);
        const std::vector<NamedPart> new_parts = after == nullptr ? std::vector<NamedPart>() : named_parts(*after);
        if (old_parts.empty() && new_parts.empty()) { // an empty list and none
            compare_texts("document", key, fragment(before), fragment(after));
            return;
        }
        const bool may_rename = std::string_view(part) == "rule";
        const Pairs pairs = pair_parts(old_parts, new_parts, may_rename);
        for (const size_t gone : pairs.removed) {
            add(part, old_parts[gone].name, "removed", old_parts[gone].text, {});
        }
        const std::vector<bool> moved = ordered ? moved_parts(pairs.old_of) : std::vector<bool>(new_parts.size());
        for (size_t i = 0; i < new_parts.size(); ++i) {
            const NamedPart &now = new_parts[i];
            if (!pairs.old_of[i]) {
                add(part, now.name, "added", {}, now.text);
                continue;
            }
            const NamedPart &then = old_parts[*pairs.old_of[i]];
            if (then.text != now.text) {
                add(part, now.name, then.name != now.name ? "renamed" : "changed", then.text, now.text);
            }
            if (moved[i]) {
                add(part, now.name, "moved", std::to_string(*pairs.old_of[i] + 1), std::to_string(i + 1));
            }
        }
    }

    JsonNode before_;
    JsonNode after_;
    StudyRows rows_;
};

} // namespace

std::string list_differences(const Rules &before, const Rules &after) {
    return Comparison(before, after).rows();
}

} // namespace leadscore
