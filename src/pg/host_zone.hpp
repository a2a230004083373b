// Time zones of the server's own tz database.
#pragma once

#include "../core/zone.hpp"
#include "server.hpp"

namespace leadscore {

// The zone's name as the database spells it, or null if there is none.
const char *server_zone_name(const char *name);

// The spans of a zone (palloc'd) up to where they repeat. Raises if there is no such zone.
Zone::Span *server_zone_spans(const char *name, size_t *count);

} // namespace leadscore
