// The stored form of a tally.
//
// Bytes 'L' 'T', version 1, flags (1: of no rules yet, 2: carries rules and a moment), then the 16-byte digest of the evidence
// set, the number of evidence ids and the ids (8 bytes each, little end first, ascending). Then the sections of the evidence that
// has any cells (tally_sections.hpp): a usual cell takes two bytes, a lead with a thousand events on fifty days a few hundred.
// The last part, with flag 2: moment and canonical text of the rules. Canonical: one tally has one sequence of bytes, and `a + b
// - b = a` holds for the bytes too.
#pragma once

#include "no_postgres.hpp"
#include "tally.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadscore {

std::string write_tally_bytes(const Tally &tally);

// Reads into `tally` (cleared first). With `known` the ids are not read if the digest is that one: scoring a million leads by the
// rules they were counted for need not look at a thousand ids each. Throws Problem(Trouble::bytes); never reads past the end.
void read_tally_bytes(std::string_view bytes, Tally &tally, const SetDigest *known = nullptr);

// Of the evidence it was counted for.
SetDigest tally_digest(std::string_view bytes);

// Where the sections stand in the bytes of a tally; nothing if it is of no rules yet, or carries some.
std::optional<std::string_view> tally_section_bytes(std::string_view bytes);

} // namespace leadscore
