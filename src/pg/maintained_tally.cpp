// Tallies as score tables keep them: packed, without the ids that all leads of a model share.
#include "../core/packed_tally.hpp"
#include "../core/tally_bytes.hpp"

#include "call_site.hpp"
#include "guard.hpp"
#include "tally_value.hpp"

namespace leadscore {

namespace {

// The bytes of a bytea argument; none for NULL.
std::string_view packed_argument(FunctionCallInfo fcinfo, int argument) {
    if (PG_ARGISNULL(argument)) {
        return {};
    }
    const bytea *bytes = PG_GETARG_BYTEA_PP(argument);
    return {VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)};
}

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

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_empty_tally);
LEADSCORE_FUNCTION(leadscore_merge_evidence);
LEADSCORE_FUNCTION(leadscore_evidence_covers);
LEADSCORE_FUNCTION(leadscore_pack_tally);
LEADSCORE_FUNCTION(leadscore_unpack_tally);

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
    const std::string_view target = tally_bytes_of(PG_GETARG_DATUM(0));
    const std::string_view source = tally_bytes_of(PG_GETARG_DATUM(1));
    const std::string_view packed = packed_argument(fcinfo, 2);
    const std::string_view recent = packed_argument(fcinfo, 3);
    struct varlena *value = nullptr;
    call_core([&target, &source, &packed, &recent, &value] {
        const Tally counted_for = tally_from(source);
        const Tally wanted = tally_from(target);
        Tally tally;
        Tally part;
        read_packed_tally(packed, counted_for.ids, counted_for.digest, tally);
        read_packed_tally(recent, counted_for.ids, counted_for.digest, part);
        value = make_tally_value(project_tally(add_tallies(tally, part, 1), wanted.ids, wanted.digest));
    });
    PG_RETURN_POINTER(value);
}
}
