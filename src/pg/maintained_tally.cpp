// Tallies as score tables keep them: packed, without the ids that all leads of a model share.
#include "../core/adjustment.hpp"
#include "../core/packed_tally.hpp"
#include "../core/tally_bytes.hpp"

#include "call_site.hpp"
#include "guard.hpp"
#include "stored_bytes.hpp"
#include "tally_value.hpp"

namespace leadscore {

namespace {

Tally empty_tally(std::vector<EvidenceId> ids) {
    Tally tally;
    tally.ids = std::move(ids);
    tally.digest = digest_of(tally.ids.data(), tally.ids.size());
    return tally;
}

Tally tally_from(std::string_view bytes) {
    Tally tally;
    read_tally_bytes(bytes, tally);
    return tally;
}

struct Packed {
    std::string_view target;
    std::string_view source;
    std::string_view tally;
    std::string_view recent;
};

Packed packed_arguments(FunctionCallInfo fcinfo) {
    return {tally_bytes_of(PG_GETARG_DATUM(0)), tally_bytes_of(PG_GETARG_DATUM(1)), bytes_argument(fcinfo, 2),
            bytes_argument(fcinfo, 3)};
}

struct varlena *unpacked_tally(const Packed &packed) {
    const Tally counted_for = tally_from(packed.source);
    const Tally wanted = tally_from(packed.target);
    Tally tally;
    Tally part;
    read_packed_tally(packed.tally, counted_for.ids, counted_for.digest, tally);
    read_packed_tally(packed.recent, counted_for.ids, counted_for.digest, part);
    return make_tally_value(project_tally(add_tallies(tally, part, 1), wanted.ids, wanted.digest));
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_empty_tally);
LEADSCORE_FUNCTION(leadscore_merge_evidence);
LEADSCORE_FUNCTION(leadscore_evidence_covers);
LEADSCORE_FUNCTION(leadscore_pack_tally);
LEADSCORE_FUNCTION(leadscore_unpack_tally);
LEADSCORE_FUNCTION(leadscore_unpack_readable_tally);
LEADSCORE_FUNCTION(leadscore_readable_adjustments);

Datum leadscore_empty_tally(PG_FUNCTION_ARGS) {
    const CompiledRules *rules = CallSite::of(fcinfo, 0)->rules(PG_GETARG_DATUM(0));
    struct varlena *value = nullptr;
    call_core([rules, &value] { value = make_tally_value(empty_tally(rules->program->evidence.ids)); });
    PG_RETURN_POINTER(value);
}

Datum leadscore_merge_evidence(PG_FUNCTION_ARGS) {
    const std::string_view left = tally_bytes_of(PG_GETARG_DATUM(0));
    const std::string_view right = tally_bytes_of(PG_GETARG_DATUM(1));
    struct varlena *value = nullptr;
    call_core([&left, &right, &value] {
        std::vector<EvidenceId> ids = merge_ids(tally_from(left).ids, tally_from(right).ids);
        if (ids.size() > most_evidence) {
            throw Problem(Trouble::limit, "",
                          "two sets of evidence have more than " + std::to_string(most_evidence) + " together");
        }
        value = make_tally_value(empty_tally(std::move(ids)));
    });
    PG_RETURN_POINTER(value);
}

Datum leadscore_evidence_covers(PG_FUNCTION_ARGS) {
    const std::string_view source = tally_bytes_of(PG_GETARG_DATUM(0));
    const std::string_view target = tally_bytes_of(PG_GETARG_DATUM(1));
    bool good = false;
    call_core([&source, &target, &good] { good = covers(tally_from(source).ids, tally_from(target).ids); });
    PG_RETURN_BOOL(good);
}

Datum leadscore_pack_tally(PG_FUNCTION_ARGS) {
    const std::string_view bytes = tally_bytes_of(PG_GETARG_DATUM(0));
    char *packed = nullptr;
    size_t size = 0;
    call_core([&bytes, &packed, &size] {
        const std::string written = write_packed_tally(tally_from(bytes));
        size = written.size();
        packed = copy_out(written, VARHDRSZ);
    });
    if (size == 0) {
        PG_RETURN_NULL();
    }
    SET_VARSIZE(packed, size + VARHDRSZ);
    PG_RETURN_BYTEA_P(reinterpret_cast<bytea *>(packed));
}

Datum leadscore_unpack_tally(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) {
        PG_RETURN_NULL();
    }
    const Packed packed = packed_arguments(fcinfo);
    struct varlena *value = nullptr;
    call_core([&packed, &value] { value = unpacked_tally(packed); });
    PG_RETURN_POINTER(value);
}

Datum leadscore_unpack_readable_tally(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) {
        PG_RETURN_NULL();
    }
    const Packed packed = packed_arguments(fcinfo);
    struct varlena *value = nullptr;
    Failure failure;
    if (!try_core([&packed, &value] { value = unpacked_tally(packed); }, failure)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_POINTER(value);
}

Datum leadscore_readable_adjustments(PG_FUNCTION_ARGS) {
    const std::string_view json = DatumGetCString(DirectFunctionCall1(jsonb_out, PG_GETARG_DATUM(0)));
    Failure failure;
    if (!try_core([&json] { static_cast<void>(read_adjustments(json)); }, failure)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}
}
