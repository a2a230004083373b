// Any bytes as a stored tally: refused with a Problem, or the only form of it, which its text form and sums agree with.
#include "core/problem.hpp"
#include "core/tally_bytes.hpp"
#include "core/tally_text.hpp"

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

// Adding it to itself stays inside the ranges or says that it does not; taking it away again leaves it.
void add_and_subtract(const Tally &tally, std::string_view bytes) {
    Tally twice;
    try {
        twice = add_tallies(tally, tally, 1);
    } catch (const Problem &problem) {
        expect(problem.trouble() == Trouble::limit);
        return;
    }
    check_tally(twice);
    expect(write_tally_bytes(add_tallies(twice, tally, -1)) == bytes);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    Tally tally;
    try {
        read_tally_bytes(bytes, tally);
        check_tally(tally);
    } catch (const Problem &) {
        return 0;
    }
    // From here on a Problem ends the run.
    expect(write_tally_bytes(tally) == bytes);
    expect(write_tally_bytes(read_tally_text(write_tally_text(tally))) == bytes);
    add_and_subtract(tally, bytes);
    Tally without_ids;
    read_tally_bytes(bytes, without_ids, &tally.digest);
    expect(without_ids.ids.empty() && without_ids.counts.size() == tally.counts.size());
    return 0;
}
