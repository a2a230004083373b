// Builds the JSON array of row objects that every study of a document returns.
#include "study_rows.hpp"

#include "rules.hpp"

namespace leadscore {

StudyRows &StudyRows::row() {
    out_ += in_row_ ? "},{" : "{";
    in_row_ = true;
    first_key_ = true;
    return *this;
}

void StudyRows::key(std::string_view name) {
    if (!first_key_) {
        out_ += ',';
    }
    first_key_ = false;
    out_ += json_string(name);
    out_ += ':';
}

StudyRows &StudyRows::text(std::string_view name, std::string_view value) {
    key(name);
    out_ += json_string(value);
    return *this;
}

StudyRows &StudyRows::text_or_null(std::string_view name, std::string_view value) {
    return value.empty() ? json(name, {}) : text(name, value);
}

StudyRows &StudyRows::json(std::string_view name, std::string_view fragment) {
    key(name);
    out_ += fragment.empty() ? std::string_view("null") : fragment;
    return *this;
}

std::string StudyRows::finish() {
    out_ += in_row_ ? "}]" : "]";
    return std::move(out_);
}

} // namespace leadscore
