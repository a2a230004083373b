// lead_tally: text and binary in and out, comparison, addition.
#include "../core/hash.hpp"
#include "../core/tally_bytes.hpp"
#include "../core/tally_text.hpp"

#include "tally_value.hpp"

#include "call_site.hpp"
#include "guard.hpp"
#include "tally_state.hpp"

namespace leadscore {

void read_tally(Datum datum, Tally &tally, const SetDigest *known) {
    if (TallyState *state = state_of(datum); state != nullptr) {
        hand_over(state->site->waiting);
        call_core([state, &tally, known] {
            read_state(state, tally, known);
            read_rules_of_state(state, tally);
        });
        return;
    }
    auto *flat = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(datum));
    const char *data = VARDATA_ANY(flat);
    const size_t size = VARSIZE_ANY_EXHDR(flat);
    call_core([data, size, &tally, known] { read_tally_bytes({data, size}, tally, known); });
}

std::string_view tally_bytes_of(Datum datum) {
    auto *flat = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(datum));
    return {VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)};
}

struct varlena *make_tally_value(const Tally &tally) {
    const std::string bytes = write_tally_bytes(tally);
    char *flat = copy_out(bytes, VARHDRSZ);
    SET_VARSIZE(flat, bytes.size() + VARHDRSZ);
    return reinterpret_cast<struct varlena *>(flat);
}

namespace {

// A tally from outside may carry anything for rules: they must be canonical, and those whose evidence it holds.
void check_carried_rules(const Tally &tally, Trouble trouble) {
    if (!tally.has_rules) {
        return;
    }
    const Rules rules = read_stored_rules(tally.rules);
    if (write_rules(rules) != tally.rules || evidence_of(rules).ids != tally.ids) {
        throw Problem(trouble, "", "invalid lead_tally: its rules are not those it was counted for");
    }
}

bool equal_tallies(FunctionCallInfo fcinfo) {
    return tally_bytes_of(PG_GETARG_DATUM(0)) == tally_bytes_of(PG_GETARG_DATUM(1));
}

Datum combine_values(FunctionCallInfo fcinfo, int sign) {
    const std::string_view left = tally_bytes_of(PG_GETARG_DATUM(0));
    const std::string_view right = tally_bytes_of(PG_GETARG_DATUM(1));
    struct varlena *result = nullptr;
    call_core([&left, &right, &result, sign] {
        Tally a;
        Tally b;
        read_tally_bytes(left, a);
        read_tally_bytes(right, b);
        result = make_tally_value(add_tallies(a, b, sign));
    });
    return PointerGetDatum(result);
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_tally_in);
LEADSCORE_FUNCTION(leadscore_tally_out);
LEADSCORE_FUNCTION(leadscore_tally_recv);
LEADSCORE_FUNCTION(leadscore_tally_send);
LEADSCORE_FUNCTION(leadscore_tally_eq);
LEADSCORE_FUNCTION(leadscore_tally_ne);
LEADSCORE_FUNCTION(leadscore_tally_hash);
LEADSCORE_FUNCTION(leadscore_tally_add);
LEADSCORE_FUNCTION(leadscore_tally_subtract);

Datum leadscore_tally_in(PG_FUNCTION_ARGS) {
    const char *text = PG_GETARG_CSTRING(0);
    struct varlena *value = nullptr;
    const bool good = call_core(
        [text, &value] {
            const Tally tally = read_tally_text(text);
            check_carried_rules(tally, Trouble::syntax);
            value = make_tally_value(tally);
        },
        LEADSCORE_ESCONTEXT(fcinfo));
    if (!good) {
        PG_RETURN_NULL();
    }
    PG_RETURN_POINTER(value);
}

Datum leadscore_tally_out(PG_FUNCTION_ARGS) {
    const std::string_view bytes = tally_bytes_of(PG_GETARG_DATUM(0));
    char *text = nullptr;
    call_core([&bytes, &text] {
        Tally tally;
        read_tally_bytes(bytes, tally);
        text = copy_out(write_tally_text(tally), 0);
    });
    PG_RETURN_CSTRING(text);
}

// Wire form: the stored bytes, which are the same on every machine. They are read, checked and written anew.
Datum leadscore_tally_recv(PG_FUNCTION_ARGS) {
    auto buffer = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    const int size = buffer->len - buffer->cursor;
    const char *bytes = pq_getmsgbytes(buffer, size);
    struct varlena *value = nullptr;
    call_core([bytes, size, &value] {
        Tally tally;
        const std::string_view given(bytes, static_cast<size_t>(size));
        read_tally_bytes(given, tally);
        check_tally(tally);
        check_carried_rules(tally, Trouble::bytes);
        value = make_tally_value(tally);
    });
    PG_RETURN_POINTER(value);
}

Datum leadscore_tally_send(PG_FUNCTION_ARGS) {
    const std::string_view bytes = tally_bytes_of(PG_GETARG_DATUM(0));
    StringInfoData buffer;
    pq_begintypsend(&buffer);
    pq_sendbytes(&buffer, bytes.data(), static_cast<int>(bytes.size()));
    PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

Datum leadscore_tally_eq(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(equal_tallies(fcinfo));
}

Datum leadscore_tally_ne(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(!equal_tallies(fcinfo));
}

Datum leadscore_tally_hash(PG_FUNCTION_ARGS) {
    const std::string_view bytes = tally_bytes_of(PG_GETARG_DATUM(0));
    PG_RETURN_INT32(static_cast<int32>(XXH3_64bits(bytes.data(), bytes.size())));
}

Datum leadscore_tally_add(PG_FUNCTION_ARGS) {
    return combine_values(fcinfo, 1);
}

Datum leadscore_tally_subtract(PG_FUNCTION_ARGS) {
    return combine_values(fcinfo, -1);
}
}
