// Any bytes as a packed tally of some evidence: refused as bad bytes, or the only form of a canonical tally, which its parts
// agree with.
#include "core/packed_tally.hpp"
#include "core/problem.hpp"
#include "core/tally_bytes.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace leadscore;

void expect(bool held) {
    if (!held) {
        std::abort();
    }
}

// Of each kind of evidence three, so that indexes and kinds can be wrong.
std::vector<EvidenceId> nine_ids() {
    std::vector<EvidenceId> ids;
    for (EvidenceId number = 1; number <= 3; ++number) {
        for (const Kept kept : {Kept::count, Kept::sum, Kept::distinct}) {
            ids.push_back(number << 2 | static_cast<EvidenceId>(kept));
        }
    }
    return ids;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const std::vector<EvidenceId> ids = nine_ids();
    static const SetDigest digest = digest_of(ids.data(), ids.size());
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    Tally tally;
    try {
        read_packed_tally(bytes, ids, digest, tally);
    } catch (const Problem &problem) {
        expect(problem.trouble() == Trouble::bytes);
        return 0;
    }
    // From here on a Problem ends the run.
    check_tally(tally);
    expect(write_packed_tally(tally) == bytes);
    Tally without_ids;
    read_packed_tally(bytes, ids, digest, without_ids, &digest);
    expect(without_ids.ids.empty() && write_packed_tally(without_ids) == bytes);
    // Two parts of the evidence are together the whole.
    std::vector<EvidenceId> parts[2];
    for (size_t i = 0; i < ids.size(); ++i) {
        parts[i % 2].push_back(ids[i]);
    }
    size_t cells = 0;
    for (const std::vector<EvidenceId> &part : parts) {
        const Tally projected = project_tally(tally, part, digest_of(part.data(), part.size()));
        check_tally(projected);
        cells += projected.counts.size() + projected.sums.size() + projected.values.size();
    }
    expect(cells == tally.counts.size() + tally.sums.size() + tally.values.size());
    return 0;
}
