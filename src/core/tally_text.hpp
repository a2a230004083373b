// The text form of a tally: what dumps and distributed engines carry.
//
//     tally1 3f…0 91…4:9801=2,9803=1 c0…9:9801=12.5 ff…2:16e3432@9801=1
//
// `tally1`, then each evidence id in 16 hexadecimal digits with its cells, if any: tick=count, tick=sum, or value@tick=count (the
// value's key in hexadecimal). `tally1 unset` is a tally of no rules yet. The state of lead_score() ends in `as_of <microseconds>
// rules <document>`.
#pragma once

#include "no_postgres.hpp"
#include "tally.hpp"

#include <string>
#include <string_view>

namespace leadscore {

std::string write_tally_text(const Tally &tally);

// Throws Problem(Trouble::syntax) with the byte at fault; what it returns has passed check_tally().
Tally read_tally_text(std::string_view text);

} // namespace leadscore
