// Whether the tables and columns of a source still serve: somebody may have dropped them or given them other types. What does not
// is left out until it does again; model_status tells. usable_events() and usable_attributes() in SQL draw the same line.
#pragma once

#include "model.hpp"

namespace leadscore {

bool can_use_events(const Model *model, const EventSource *source);
bool can_use_attributes(const Model *model, const AttributeSource *source);

} // namespace leadscore
