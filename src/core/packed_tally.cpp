// The packed form of a tally.
#include "packed_tally.hpp"

#include "problem.hpp"
#include "tally_bytes.hpp"
#include "tally_sections.hpp"

#include <algorithm>
#include <iterator>

namespace leadscore {

namespace {

constexpr unsigned char version = 1;
constexpr std::string_view nothing("\0", 1); // sections of a tally without cells

template <typename Cell> std::vector<Cell> project_cells(const std::vector<Cell> &cells, const std::vector<int64_t> &places) {
    std::vector<Cell> projected;
    for (const Cell &cell : cells) {
        if (cell.evidence < places.size() && places[cell.evidence] >= 0) {
            projected.push_back(cell);
            projected.back().evidence = static_cast<uint32_t>(places[cell.evidence]);
        }
    }
    return projected;
}

} // namespace

std::string write_packed_tally(const Tally &tally, std::vector<SectionSize> *sections) {
    if (tally.counts.empty() && tally.sums.empty() && tally.values.empty()) {
        return {};
    }
    ByteWriter out(1 + expected_section_bytes(tally));
    out.number(version);
    write_tally_sections(out, tally, sections);
    return out.take();
}

void read_packed_tally(std::string_view bytes, EvidenceIds ids, const SetDigest &digest, Tally &tally, const SetDigest *known,
                       std::vector<SectionSize> *sections) {
    tally.clear();
    tally.digest = digest;
    if (known == nullptr || *known != digest) {
        tally.ids.assign(ids.begin(), ids.end());
    }
    if (bytes.empty()) {
        return;
    }
    ByteReader in(bytes);
    const auto found = static_cast<unsigned char>(*in.raw(1));
    if (found != version) {
        throw Problem(Trouble::bytes, "", "invalid lead_tally: packed version " + std::to_string(found) + " cannot be read here",
                      "It was written by a newer leadscore, or it is no packed tally.");
    }
    read_tally_sections(
        in, ids.count, [&ids](size_t i) { return ids.first[i]; }, tally, sections);
    if (in.left() > 0) {
        reject_tally_bytes("there is something behind its end");
    }
    if (tally.counts.empty() && tally.sums.empty() && tally.values.empty()) {
        reject_tally_bytes("an empty tally has no bytes");
    }
    check_amounts(tally);
}

bool is_packed_from(std::string_view packed, std::string_view tally_bytes) {
    const std::optional<std::string_view> sections = tally_section_bytes(tally_bytes);
    if (!sections || packed.empty() || *sections == nothing) {
        return sections && packed.empty() && *sections == nothing;
    }
    return static_cast<unsigned char>(packed[0]) == version && packed.substr(1) == *sections;
}

SectionPlace place_of_section(const std::vector<SectionSize> &sections, uint32_t evidence) noexcept {
    SectionPlace place{1, 0, -1};
    for (const SectionSize &section : sections) {
        if (section.evidence >= evidence) {
            place.bytes = section.evidence == evidence ? section.bytes : 0;
            break;
        }
        place.from += section.bytes;
        place.before = section.evidence;
    }
    return place;
}

void read_packed_section(std::string_view bytes, int64_t before, uint32_t evidence, Kept kept, Tally &tally, int64_t first) {
    ByteReader in(bytes);
    if (before + static_cast<int64_t>(in.size_number()) != static_cast<int64_t>(evidence)) {
        reject_tally_bytes("a section lies elsewhere");
    }
    read_tally_section(in, kept, evidence, tally, first);
    if (in.left() > 0) {
        reject_tally_bytes("there is something behind its end");
    }
}

Tally project_tally(const Tally &tally, EvidenceIds ids, const SetDigest &digest) {
    if (!covers(tally.ids, ids)) {
        std::vector<EvidenceId> lacking;
        std::set_difference(ids.begin(), ids.end(), tally.ids.begin(), tally.ids.end(), std::back_inserter(lacking));
        throw Problem(Trouble::no_evidence, "",
                      "the tally was not counted for evidence " + evidence_id_text(lacking[0]) +
                          (lacking.size() > 1 ? " and " + std::to_string(lacking.size() - 1) + " more" : ""),
                      "leadscore.evidence_of(rules) tells which evidence an id stands for.");
    }
    std::vector<int64_t> places; // index in the tally's set -> index in the new one, or -1
    const EvidenceId *next = ids.begin();
    for (const EvidenceId id : tally.ids) {
        const bool wanted = next != ids.end() && *next == id;
        places.push_back(wanted ? next - ids.begin() : -1);
        next += wanted ? 1 : 0;
    }
    Tally part;
    part.ids.assign(ids.begin(), ids.end());
    part.digest = digest;
    part.counts = project_cells(tally.counts, places);
    part.sums = project_cells(tally.sums, places);
    part.values = project_cells(tally.values, places);
    return part;
}

} // namespace leadscore
