// The packed form of a tally, in which score tables keep the evidence of a lead.
//
// Byte 1 (version), then the sections as in the bytes of lead_tally. Ids and digest are left out: all leads of a model have the
// same evidence set, which stands elsewhere once. A tally without cells is no bytes at all. Canonical: one tally has one sequence
// of bytes.
#pragma once

#include "no_postgres.hpp"
#include "known_points.hpp"
#include "tally.hpp"

#include <string>
#include <string_view>

namespace leadscore {

// Tells in `sections`, if that is not null, how many bytes each evidence takes.
std::string write_packed_tally(const Tally &tally, std::vector<SectionSize> *sections = nullptr);

// Reads into `tally` (cleared first) what was packed from a tally of evidence `ids` with that digest. The ids are copied too, but
// for a digest that is `known`: whoever scores by the very rules the tally was counted for does not need them. Throws
// Problem(Trouble::bytes); never reads past the end.
void read_packed_tally(std::string_view bytes, EvidenceIds ids, const SetDigest &digest, Tally &tally,
                       const SetDigest *known = nullptr, std::vector<SectionSize> *sections = nullptr);

// Whether packing the tally gives these bytes, by its own (tally_bytes.hpp), which carry no rules.
bool is_packed_from(std::string_view packed, std::string_view tally_bytes);

// Where the bytes of an evidence begin in a packed tally whose sections are known, and how many they are.
struct SectionPlace {
    size_t from;
    size_t bytes;
    int64_t before; // the evidence in front of it; -1: none
};
// Of size 0 if it has no bytes.
SectionPlace place_of_section(const std::vector<SectionSize> &sections, uint32_t evidence) noexcept;

// Adds the cells of one evidence to those of `tally`, which all belong to lower ones, from its bytes alone. Counts and sums of
// ticks before `first` are left out.
void read_packed_section(std::string_view bytes, int64_t before, uint32_t evidence, Kept kept, Tally &tally, int64_t first);

// The part of a tally (whose ids are there) that counts for some of its evidence, with these ids and this digest. Throws
// no_evidence if it was not counted for all of them.
Tally project_tally(const Tally &tally, EvidenceIds ids, const SetDigest &digest);

} // namespace leadscore
