// What became of leads, counted by a text.
#include "text_outcomes.hpp"

#include <algorithm>

namespace leadscore {

void TextOutcomes::add(std::string_view text, bool converted) {
    all_.add(converted);
    if (too_many_) {
        return;
    }
    const auto known = places_.find(text);
    if (known != places_.end()) {
        entries_[known->second].count.add(converted);
        return;
    }
    bytes_ += text.size();
    if (entries_.size() == most_texts || bytes_ > most_bytes) {
        too_many_ = true;
        places_.clear();
        entries_.clear();
        return;
    }
    entries_.push_back({std::string(text), {}});
    entries_.back().count.add(converted);
    places_.emplace(entries_.back().text, entries_.size() - 1);
}

std::vector<TextOutcomes::Entry> TextOutcomes::by_leads() const {
    std::vector<Entry> entries(entries_.begin(), entries_.end());
    std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
        return a.count.leads != b.count.leads ? a.count.leads > b.count.leads : a.text < b.text;
    });
    return entries;
}

} // namespace leadscore
