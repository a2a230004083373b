// Bytes of stored values.
#include "guard.hpp"

#include "stored_bytes.hpp"

namespace leadscore {

std::string_view bytes_of(Datum datum, bool is_null) {
    if (is_null) {
        return {};
    }
    const auto *flat = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(datum));
    return {VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)};
}

std::string_view bytes_argument(FunctionCallInfo fcinfo, int argument) {
    return bytes_of(PG_GETARG_DATUM(argument), PG_ARGISNULL(argument));
}

StoredBytes stored_bytes(Datum datum, bool is_null) {
    StoredBytes bytes = {};
    if (!is_null) {
        bytes.stored = reinterpret_cast<struct varlena *>(DatumGetPointer(datum));
        bytes.size = toast_raw_datum_size(datum) - VARHDRSZ;
    }
    return bytes;
}

std::string_view all_of(StoredBytes *bytes) {
    if (bytes->size == 0) {
        return {};
    }
    if (bytes->whole == nullptr) {
        protect([bytes] { bytes->whole = VARDATA_ANY(PG_DETOAST_DATUM_PACKED(PointerGetDatum(bytes->stored))); });
    }
    return {bytes->whole, bytes->size};
}

std::string_view part_of(StoredBytes *bytes, size_t from, size_t size) {
    if (from > bytes->size || size > bytes->size - from) {
        throw Problem(Trouble::bytes, "", "invalid points: they are of another tally");
    }
    if (bytes->whole != nullptr || !VARATT_IS_EXTERNAL_ONDISK(bytes->stored)) {
        return all_of(bytes).substr(from, size);
    }
    struct varatt_external pointer;
    VARATT_EXTERNAL_GET_POINTER(pointer, bytes->stored);
    if (VARATT_EXTERNAL_IS_COMPRESSED(pointer)) {
        return all_of(bytes).substr(from, size);
    }
    const char *part = nullptr;
    protect([bytes, from, size, &part] {
        part = VARDATA_ANY(
            PG_DETOAST_DATUM_SLICE(PointerGetDatum(bytes->stored), static_cast<int32>(from), static_cast<int32>(size)));
    });
    return {part, size};
}

} // namespace leadscore
