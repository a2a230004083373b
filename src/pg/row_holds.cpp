// row_holds(): whether a row of a score table holds what its lead's events and attributes give, for verify(). It looks at bytes:
// where it says yes, nothing differs; where it says no, verify() looks closely.
#include "../core/packed_tally.hpp"
#include "../core/tally_bytes.hpp"
#include "../core/tally_days.hpp"

#include "score_inputs.hpp"
#include "score_result.hpp"
#include "stored_bytes.hpp"
#include "tally_value.hpp"

namespace leadscore {

namespace {

constexpr int source_argument = 3;
constexpr int packed_argument = 4;
constexpr int recent_argument = 5;
constexpr int as_of_argument = 6;
constexpr int until_argument = 7;
constexpr int score_argument = 8;
constexpr int stage_argument = 9;
constexpr int probability_argument = 10;
constexpr int dimensions_argument = 11;
constexpr int labels_argument = 12;
constexpr int last_event_argument = 13;

constexpr ScoreArguments arguments = {-1, as_of_argument, stage_argument};

// Plain data: the tally of a row, and what was counted.
struct TallyPair {
    const EvidenceSet *evidence; // of the rules, which it was counted for
    std::string_view counted;    // bytes of a lead_tally; empty for none
    std::string_view source;     // of a tally of the row's evidence
    std::string_view packed;
    std::string_view recent;
};

// The sum of both parts, of the evidence that the rules need, packed.
std::string packed_sum(const TallyPair &pair) {
    Tally source;
    read_tally_bytes(pair.source, source);
    Tally tally;
    Tally recent;
    read_packed_tally(pair.packed, source.ids, source.digest, tally);
    read_packed_tally(pair.recent, source.ids, source.digest, recent);
    tally = add_tallies(tally, recent, 1);
    return write_packed_tally(
        tally.digest == pair.evidence->digest ? tally : project_tally(tally, pair.evidence->ids, pair.evidence->digest));
}

bool same_evidence(const TallyPair &pair) {
    if (pair.recent.empty() && tally_digest(pair.source) == pair.evidence->digest) {
        return pair.counted.empty() ? pair.packed.empty() : is_packed_from(pair.packed, pair.counted);
    }
    const std::string sum = packed_sum(pair);
    return pair.counted.empty() ? sum.empty() : is_packed_from(sum, pair.counted);
}

bool same_bytes(FunctionCallInfo fcinfo, int argument, Datum value, bool is_null) {
    if (is_null || PG_ARGISNULL(argument)) {
        return is_null && PG_ARGISNULL(argument);
    }
    const struct varlena *stored = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(argument));
    const auto *given = reinterpret_cast<struct varlena *>(DatumGetPointer(value));
    const size_t size = VARSIZE_ANY_EXHDR(stored);
    return size == VARSIZE_ANY_EXHDR(given) && memcmp(VARDATA_ANY(stored), VARDATA_ANY(given), size) == 0;
}

bool is_stored(FunctionCallInfo fcinfo, const Datum *values, const bool *nulls) {
    const bool same_probability = nulls[3] == PG_ARGISNULL(probability_argument) &&
                                  (nulls[3] || DatumGetFloat8(values[3]) == PG_GETARG_FLOAT8(probability_argument));
    const bool same_last_event = nulls[7] == PG_ARGISNULL(last_event_argument) &&
                                 (nulls[7] || DatumGetDateADT(values[7]) == PG_GETARG_DATEADT(last_event_argument));
    return same_probability && same_last_event && same_bytes(fcinfo, score_argument, values[0], nulls[0]) &&
           same_bytes(fcinfo, stage_argument, values[1], nulls[1]) &&
           same_bytes(fcinfo, dimensions_argument, values[4], nulls[4]) &&
           same_bytes(fcinfo, labels_argument, values[5], nulls[5]);
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_row_holds);

Datum leadscore_row_holds(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(rules_argument) || PG_ARGISNULL(attributes_argument) || PG_ARGISNULL(source_argument)) {
        PG_RETURN_NULL();
    }
    CallSite *site = CallSite::of(fcinfo, rules_argument, attributes_argument);
    const ScoreInputs inputs = read_score_inputs(fcinfo, site, arguments);
    const TallyPair pair = {&inputs.program->evidence,
                            PG_ARGISNULL(tally_argument) ? std::string_view() : tally_bytes_of(PG_GETARG_DATUM(tally_argument)),
                            tally_bytes_of(PG_GETARG_DATUM(source_argument)), bytes_argument(fcinfo, packed_argument),
                            bytes_argument(fcinfo, recent_argument)};
    const bool later = !PG_ARGISNULL(until_argument);
    const int64_t until = later ? moment_argument(fcinfo, until_argument) : 0;
    const Scored *scored = nullptr;
    Calendar calendar = {};
    bool rests = true;
    Failure failure;
    // What cannot be read does not hold.
    const bool readable = try_core(
        [&] {
            if (!same_evidence(pair)) {
                return;
            }
            Program &program = *inputs.program;
            ScoreProgram &scores = *program.scores;
            scored =
                &scores.score(inputs.values, inputs.tally, program.attribute_surroundings(inputs.as_of), inputs.stage_before());
            if (later) {
                const Scored first = *scored;
                rests = show_the_same(first, scores.score_again(inputs.values, inputs.tally,
                                                                program.attribute_surroundings(until), inputs.stage_before()));
            }
            if (inputs.tally != nullptr) {
                const std::optional<int64_t> day = newest_day(*inputs.tally, program.evidence, program.events->zone());
                calendar.has_last_event = day.has_value();
                calendar.last_event = day.value_or(0);
            }
        },
        failure);
    if (!readable || scored == nullptr || !rests) {
        PG_RETURN_BOOL(false);
    }
    Datum values[maintained_columns] = {};
    bool nulls[maintained_columns] = {};
    maintained_values(*inputs.program, *scored, calendar, values, nulls);
    PG_RETURN_BOOL(is_stored(fcinfo, values, nulls));
}
}
