// checked_points(): what a score row should know of the points of its rules, for verify().
#include "../core/adjustment.hpp"
#include "../core/packed_tally.hpp"
#include "../core/tally_bytes.hpp"

#include "call_site.hpp"
#include "guard.hpp"
#include "score_result.hpp"
#include "stored_bytes.hpp"
#include "tally_value.hpp"

namespace leadscore {

namespace {

// Plain data.
struct CheckArguments {
    Program *program;
    std::string_view source; // a tally of the evidence
    std::string_view tally;  // packed
    std::string_view recent;
    std::string_view points;
    std::string_view adjustments; // JSON; empty for none
    int64_t as_of;
};

// None if there should be no points.
std::string corrected(const CheckArguments &given) {
    Tally set;
    read_tally_bytes(given.source, set);
    if (set.digest != given.program->evidence.digest) {
        return {};
    }
    KnownPoints known;
    read_known_points(given.points, known);
    known.sections.clear();
    Tally tally;
    Tally recent;
    read_packed_tally(given.tally, set.ids, set.digest, tally, nullptr, &known.sections);
    read_packed_tally(given.recent, set.ids, set.digest, recent);
    const Adjustments adjustments = given.adjustments.empty() ? Adjustments() : read_adjustments(given.adjustments);
    given.program->scores->correct(known, add_tallies(tally, recent, 1), given.program->attribute_surroundings(given.as_of),
                                   &adjustments);
    return write_known_points(known);
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_checked_points);

Datum leadscore_checked_points(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(4)) {
        PG_RETURN_NULL();
    }
    CheckArguments given = {CallSite::of(fcinfo, 0)->rules(PG_GETARG_DATUM(0))->program,
                            tally_bytes_of(PG_GETARG_DATUM(1)),
                            bytes_argument(fcinfo, 2),
                            bytes_argument(fcinfo, 3),
                            bytes_argument(fcinfo, 4),
                            {},
                            moment_argument(fcinfo, 6)};
    if (!PG_ARGISNULL(5)) {
        Jsonb *json = PG_GETARG_JSONB_P(5);
        given.adjustments = JsonbToCString(nullptr, &json->root, VARSIZE(json));
    }
    char *points = nullptr;
    size_t size = 0;
    Failure failure;
    // Bytes that cannot be read are wrong, too.
    const bool readable = try_core(
        [&given, &points, &size] {
            const std::string bytes = corrected(given);
            size = bytes.size();
            points = copy_out(bytes, VARHDRSZ);
        },
        failure);
    if (!readable || size == 0) {
        PG_RETURN_NULL();
    }
    SET_VARSIZE(points, size + VARHDRSZ);
    PG_RETURN_BYTEA_P(reinterpret_cast<bytea *>(points));
}
}
