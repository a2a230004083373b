// Builds the JSON array of row objects that every study of a document returns.
#pragma once

#include "no_postgres.hpp"

#include <string>
#include <string_view>

namespace leadscore {

class StudyRows {
public:
    StudyRows &row();
    StudyRows &text(std::string_view key, std::string_view value);
    StudyRows &text_or_null(std::string_view key, std::string_view value); // empty: null
    StudyRows &json(std::string_view key, std::string_view fragment);      // empty: null
    std::string finish();

private:
    void key(std::string_view name);

    std::string out_ = "[";
    bool in_row_ = false;
    bool first_key_ = true;
};

} // namespace leadscore
