// scoring_rules: text, binary, json and jsonb in and out; comparison.
#include "../core/hash.hpp"
#include "../core/json_tree.hpp"

#include "rules_value.hpp"

#include "guard.hpp"
#include "host_regex.hpp"
#include "host_zone.hpp"

namespace leadscore {

namespace {

constexpr char rules_version = 1;

// Answers the reader's questions from the server.
class ServerDocumentHost : public DocumentHost {
public:
    std::optional<std::string> time_zone_name(const std::string &name) override {
        const char *found = nullptr;
        const char *wanted = name.c_str();
        protect([&found, wanted] { found = server_zone_name(wanted); });
        return found == nullptr ? std::nullopt : std::optional<std::string>(found);
    }
    void check_regex(const std::string &place, const std::string &pattern) override {
        check_server_regex(place, pattern);
    }
};

// Text is compared by code point, which the database must store as UTF-8.
void require_utf8() {
    if (GetDatabaseEncoding() != PG_UTF8) {
        ereport(ERROR,
                (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("leadscore needs a database in encoding UTF8"),
                 errhint("This one is in %s. Create one WITH ENCODING 'UTF8' TEMPLATE template0.", GetDatabaseEncodingName())));
    }
}

int compare_rules(FunctionCallInfo fcinfo) {
    struct varlena *left = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    struct varlena *right = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
    const std::string_view a = rules_text(left);
    const std::string_view b = rules_text(right);
    const int order = a.compare(b);
    PG_FREE_IF_COPY(left, 0);
    PG_FREE_IF_COPY(right, 1);
    return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

} // namespace

std::string_view rules_text(const struct varlena *value) {
    const char *data = VARDATA_ANY(value);
    const size_t size = VARSIZE_ANY_EXHDR(value);
    if (size < rules_head || data[0] != 'L' || data[1] != 'R' || data[2] != rules_version || data[3] != 0) {
        ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("not a scoring_rules value")));
    }
    return {data + rules_head, size - rules_head};
}

RulesDigest rules_digest(const struct varlena *value) {
    RulesDigest digest;
    rules_text(value);
    memcpy(digest.data(), VARDATA_ANY(value) + 4, digest.size());
    return digest;
}

struct varlena *make_rules_value(const std::string &canonical) {
    char *memory = copy_out(canonical, VARHDRSZ + rules_head);
    SET_VARSIZE(memory, VARHDRSZ + rules_head + canonical.size());
    char *head = memory + VARHDRSZ;
    head[0] = 'L';
    head[1] = 'R';
    head[2] = rules_version;
    head[3] = 0;
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits(canonical.data(), canonical.size()));
    memcpy(head + 4, digest.digest, sizeof(RulesDigest));
    return reinterpret_cast<struct varlena *>(memory);
}

struct varlena *read_rules_value(const char *json, size_t size, Node *escontext, bool printed_by_server) {
    require_utf8();
    struct varlena *value = nullptr;
    const bool good = call_core(
        [&value, json, size, printed_by_server] {
            ServerDocumentHost host;
            const std::string_view given(json, size);
            const Rules rules = printed_by_server ? read_rules(without_blanks(given), host) : read_rules(given, host);
            value = make_rules_value(write_rules(rules));
        },
        escontext);
    return good ? value : nullptr;
}

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_rules_in);
LEADSCORE_FUNCTION(leadscore_rules_out);
LEADSCORE_FUNCTION(leadscore_rules_recv);
LEADSCORE_FUNCTION(leadscore_rules_send);
LEADSCORE_FUNCTION(leadscore_rules_from_text);
LEADSCORE_FUNCTION(leadscore_rules_from_jsonb);
LEADSCORE_FUNCTION(leadscore_rules_to_text);
LEADSCORE_FUNCTION(leadscore_rules_to_jsonb);
LEADSCORE_FUNCTION(leadscore_rules_eq);
LEADSCORE_FUNCTION(leadscore_rules_ne);
LEADSCORE_FUNCTION(leadscore_rules_lt);
LEADSCORE_FUNCTION(leadscore_rules_le);
LEADSCORE_FUNCTION(leadscore_rules_gt);
LEADSCORE_FUNCTION(leadscore_rules_ge);
LEADSCORE_FUNCTION(leadscore_rules_cmp);
LEADSCORE_FUNCTION(leadscore_rules_hash);
LEADSCORE_FUNCTION(leadscore_rules_hash_extended);

Datum leadscore_rules_in(PG_FUNCTION_ARGS) {
    const char *text = PG_GETARG_CSTRING(0);
    struct varlena *value = read_rules_value(text, strlen(text), LEADSCORE_ESCONTEXT(fcinfo));
    if (value == nullptr) {
        PG_RETURN_NULL();
    }
    PG_RETURN_POINTER(value);
}

Datum leadscore_rules_out(PG_FUNCTION_ARGS) {
    struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    const std::string_view text = rules_text(value);
    PG_RETURN_CSTRING(pnstrdup(text.data(), text.size()));
}

// Wire form: version byte 1, then the text.
Datum leadscore_rules_recv(PG_FUNCTION_ARGS) {
    auto buffer = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    const int version = pq_getmsgbyte(buffer);
    if (version != 1) {
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("unsupported version %d of scoring_rules", version)));
    }
    int size = 0;
    const char *text = pq_getmsgtext(buffer, buffer->len - buffer->cursor, &size);
    PG_RETURN_POINTER(read_rules_value(text, static_cast<size_t>(size), nullptr));
}

Datum leadscore_rules_send(PG_FUNCTION_ARGS) {
    struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    const std::string_view text = rules_text(value);
    StringInfoData buffer;
    pq_begintypsend(&buffer);
    pq_sendbyte(&buffer, 1);
    pq_sendtext(&buffer, text.data(), static_cast<int>(text.size()));
    PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

// json is text inside.
Datum leadscore_rules_from_text(PG_FUNCTION_ARGS) {
    struct varlena *json = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    PG_RETURN_POINTER(read_rules_value(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), nullptr));
}

Datum leadscore_rules_from_jsonb(PG_FUNCTION_ARGS) {
    Jsonb *json = PG_GETARG_JSONB_P(0);
    StringInfoData text;
    initStringInfo(&text);
    JsonbToCString(&text, &json->root, static_cast<int>(VARSIZE(json)));
    PG_RETURN_POINTER(read_rules_value(text.data, static_cast<size_t>(text.len), nullptr, true));
}

Datum leadscore_rules_to_text(PG_FUNCTION_ARGS) {
    struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    const std::string_view text = rules_text(value);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

Datum leadscore_rules_to_jsonb(PG_FUNCTION_ARGS) {
    struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    const std::string_view text = rules_text(value);
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(pnstrdup(text.data(), text.size())));
}

Datum leadscore_rules_eq(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(compare_rules(fcinfo) == 0);
}
Datum leadscore_rules_ne(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(compare_rules(fcinfo) != 0);
}
Datum leadscore_rules_lt(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(compare_rules(fcinfo) < 0);
}
Datum leadscore_rules_le(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(compare_rules(fcinfo) <= 0);
}
Datum leadscore_rules_gt(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(compare_rules(fcinfo) > 0);
}
Datum leadscore_rules_ge(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(compare_rules(fcinfo) >= 0);
}
Datum leadscore_rules_cmp(PG_FUNCTION_ARGS) {
    PG_RETURN_INT32(compare_rules(fcinfo));
}

Datum leadscore_rules_hash(PG_FUNCTION_ARGS) {
    struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    const RulesDigest digest = rules_digest(value);
    uint64 hash = 0;
    memcpy(&hash, digest.data(), sizeof hash);
    PG_RETURN_INT32(static_cast<int32>(hash));
}

// With seed 0 the low half must be the plain hash.
Datum leadscore_rules_hash_extended(PG_FUNCTION_ARGS) {
    struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
    const auto seed = static_cast<uint64>(PG_GETARG_INT64(1));
    const RulesDigest digest = rules_digest(value);
    uint64 hash = 0;
    memcpy(&hash, digest.data(), sizeof hash);
    if (seed != 0) {
        hash = XXH3_64bits_withSeed(digest.data(), digest.size(), seed);
    }
    PG_RETURN_INT64(static_cast<int64>(hash));
}
}
