// lead_tally values: flat bytes or an aggregate's state, read alike.
#pragma once

#include "../core/tally.hpp"
#include "server.hpp"

namespace leadscore {

// Reads a lead_tally datum of any form; `known` as in read_tally_bytes(). Raises if the bytes are no tally.
void read_tally(Datum datum, Tally &tally, const SetDigest *known);

// The canonical bytes of a lead_tally datum of any form: equal tallies have equal bytes.
std::string_view tally_bytes_of(Datum datum);

// A flat value in the current context. Inside core calls only.
struct varlena *make_tally_value(const Tally &tally);

} // namespace leadscore
