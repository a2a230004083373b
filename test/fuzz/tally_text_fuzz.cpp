// Any bytes as the text of a tally: refused with a Problem, or written, read back and written the same.
#include "core/problem.hpp"
#include "core/tally_bytes.hpp"
#include "core/tally_text.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    using namespace leadscore;
    Tally tally;
    try {
        tally = read_tally_text({reinterpret_cast<const char *>(data), size});
    } catch (const Problem &) {
        return 0;
    }
    // What was accepted is canonical in both forms: a Problem now ends the run.
    check_tally(tally);
    const std::string text = write_tally_text(tally);
    const std::string bytes = write_tally_bytes(tally);
    Tally stored;
    read_tally_bytes(bytes, stored);
    check_tally(stored);
    if (write_tally_text(stored) != text || write_tally_bytes(read_tally_text(text)) != bytes) {
        std::abort();
    }
    return 0;
}
