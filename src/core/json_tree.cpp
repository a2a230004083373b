// Builds the tree from the events of nlohmann's parser, which keeps no stack of calls however deep the document.
#include "json_tree.hpp"

#include "json_mistake.hpp"
#include "problem.hpp"
#include "rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <set>

namespace leadscore {
namespace {

// A longer key is cut in messages.
constexpr size_t most_key_shown = 200;
// So is a name behind a place.
constexpr size_t most_name_shown = 60;

// Position (from 1) of the first byte that is not UTF-8, or 0.
size_t find_bad_utf8(std::string_view text) noexcept {
    size_t at = 0;
    while (at < text.size()) {
        const uint8_t lead = static_cast<uint8_t>(text[at]);
        const size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        if (length == 0 || length > text.size() - at) {
            return at + 1;
        }
        for (size_t i = 1; i < length; ++i) {
            const uint8_t next = static_cast<uint8_t>(text[at + i]);
            // The second byte shuts out overlong forms, surrogates and what is past U+10FFFF.
            const uint8_t least = i == 1 && lead == 0xe0 ? 0xa0 : i == 1 && lead == 0xf0 ? 0x90 : 0x80;
            const uint8_t most = i == 1 && lead == 0xed ? 0x9f : i == 1 && lead == 0xf4 ? 0x8f : 0xbf;
            if (next < least || next > most) {
                return at + 1;
            }
        }
        at += length;
    }
    return 0;
}

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit TreeBuilder(std::string_view json) : json_(json) {
    }

    JsonNode take_root() {
        return std::move(root_);
    }

    bool null() override {
        add(JsonNode::Kind::null);
        return true;
    }
    bool boolean(bool value) override {
        add(JsonNode::Kind::boolean).boolean = value;
        return true;
    }
    bool number_integer(number_integer_t value) override {
        add(JsonNode::Kind::number).text = std::to_string(value);
        return true;
    }
    bool number_unsigned(number_unsigned_t value) override {
        add(JsonNode::Kind::number).text = std::to_string(value);
        return true;
    }
    bool number_float(number_float_t value, const string_t &raw) override {
        std::string text = raw;
        // The parser writes the point of the process's locale into its raw text.
        const size_t point = text.find_first_not_of("0123456789+-eE");
        if (point != std::string::npos) {
            text[point] = '.';
        }
        if (value == 0 && text.substr(0, text.find_first_of("eE")).find_first_of("123456789") != std::string::npos) {
            throw Problem(Trouble::value, place(), "number out of range");
        }
        add(JsonNode::Kind::number).text = std::move(text);
        return true;
    }
    bool string(string_t &value) override {
        refuse_nul(value);
        add(JsonNode::Kind::text).text = std::move(value);
        return true;
    }
    bool binary(binary_t & /*value*/) override {
        return false;
    }
    bool start_object(std::size_t /*elements*/) override {
        open(JsonNode::Kind::object);
        return true;
    }
    bool key(string_t &value) override {
        Frame &frame = frames_.back();
        frame.key = std::move(value);
        refuse_nul(frame.key);
        if (!frame.seen.insert(frame.key).second) {
            throw Problem(Trouble::syntax, place(), "repeated key");
        }
        return true;
    }
    bool end_object() override {
        close();
        return true;
    }
    bool start_array(std::size_t /*elements*/) override {
        open(JsonNode::Kind::array);
        return true;
    }
    bool end_array() override {
        close();
        return true;
    }
    bool parse_error(std::size_t position, const std::string & /*token*/, const nlohmann::json::exception &error) override {
        constexpr int number_overflow = 406;
        if (error.id == number_overflow) {
            throw Problem(Trouble::value, place(), "number out of range");
        }
        throw json_mistake(json_, position);
    }

private:
    // One open array or object.
    struct Frame {
        JsonNode node;
        std::string key; // the one read last
        std::set<std::string> seen;
    };

    // Where the next value stands.
    std::string place() const {
        std::string text;
        for (const Frame &frame : frames_) {
            if (frame.node.kind == JsonNode::Kind::object) {
                append_key(text, frame.key);
            } else {
                append_index(text, frame.node.items.size());
            }
        }
        return text + name_behind(owner_name());
    }

    // Of the rule, exclusion or stage that is being read, if its name was.
    std::string owner_name() const {
        if (frames_.size() < 3 || frames_[0].node.kind != JsonNode::Kind::object ||
            frames_[1].node.kind != JsonNode::Kind::array) {
            return {};
        }
        for (const JsonNode &entry : frames_[2].node.items) {
            if (entry.key == "name" && entry.kind == JsonNode::Kind::text) {
                return entry.text;
            }
        }
        return {};
    }

    void refuse_nul(const std::string &text) const {
        if (text.find('\0') != std::string::npos) {
            throw Problem(Trouble::nul_character, place(), "\\u0000 cannot be stored as text");
        }
    }

    JsonNode &place_node(JsonNode &&node) {
        if (frames_.empty()) {
            root_ = std::move(node);
            return root_;
        }
        Frame &frame = frames_.back();
        node.key = frame.key;
        frame.node.items.push_back(std::move(node));
        return frame.node.items.back();
    }

    JsonNode &add(JsonNode::Kind kind) {
        JsonNode node;
        node.kind = kind;
        return place_node(std::move(node));
    }

    void open(JsonNode::Kind kind) {
        if (frames_.size() == static_cast<size_t>(most_document_depth)) {
            throw Problem(Trouble::limit, place(), "nested deeper than " + std::to_string(most_document_depth) + " levels");
        }
        frames_.emplace_back();
        frames_.back().node.kind = kind;
    }

    void close() {
        JsonNode node = std::move(frames_.back().node);
        frames_.pop_back();
        place_node(std::move(node));
    }

    std::string_view json_;
    JsonNode root_;
    std::vector<Frame> frames_;
};

bool is_identifier(std::string_view key) noexcept {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto fits = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; };
    return !key.empty() && !is_digit(key[0]) && std::all_of(key.begin(), key.end(), fits);
}

} // namespace

void append_key(std::string &place, std::string_view key) {
    if (!place.empty()) {
        place.push_back('.');
    }
    if (is_identifier(key) && key.size() <= most_key_shown) {
        place.append(key);
        return;
    }
    if (key.size() <= most_key_shown) {
        place.append(json_string(key));
        return;
    }
    size_t end = most_key_shown;
    while ((static_cast<uint8_t>(key[end]) & 0xc0) == 0x80) {
        --end;
    }
    place.append(json_string(std::string(key.substr(0, end)) + "…"));
}

void append_index(std::string &place, size_t index) {
    place.append("[").append(std::to_string(index)).append("]");
}

std::string shortened(std::string_view text, size_t most) {
    if (text.size() <= most) {
        return std::string(text);
    }
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) {
        --most;
    }
    return std::string(text.substr(0, most)) + "...";
}

std::string name_behind(std::string_view name) {
    return name.empty() ? std::string() : " (" + json_string(shortened(name, most_name_shown)) + ")";
}

std::string without_blanks(std::string_view json) {
    std::string compact;
    compact.reserve(json.size());
    bool in_string = false;
    for (size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (!in_string && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
            continue;
        }
        compact.push_back(c);
        if (in_string && c == '\\' && i + 1 < json.size()) {
            compact.push_back(json[++i]);
        } else if (c == '"') {
            in_string = !in_string;
        }
    }
    return compact;
}

JsonNode parse_json(std::string_view json) {
    if (json.size() > most_document_bytes) {
        throw Problem(Trouble::limit, "", "the document is larger than " + std::to_string(most_document_bytes) + " bytes");
    }
    // The parser would take a zero byte for the end, and skip a byte order mark.
    const size_t nul = json.find('\0');
    if (nul != std::string_view::npos) {
        throw Problem(Trouble::syntax, "", "not valid JSON at " + line_and_column(json, nul) + ": a zero byte");
    }
    if (json.substr(0, 3) == "\xEF\xBB\xBF") {
        throw Problem(Trouble::syntax, "", "not valid JSON at line 1, column 1: a byte order mark",
                      "Remove the byte order mark.");
    }
    const size_t bad = find_bad_utf8(json);
    if (bad != 0) {
        throw Problem(Trouble::syntax, "", "not valid UTF-8 at byte " + std::to_string(bad));
    }
    TreeBuilder builder(json);
    nlohmann::json::sax_parse(json.begin(), json.end(), &builder);
    return builder.take_root();
}

} // namespace leadscore
