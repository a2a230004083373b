// Bytes of stored values: all of them, or of a row only what is asked for.
#pragma once

#include "server.hpp"

#include <string_view>

namespace leadscore {

// Of a bytea or text, in the value or in the current memory context; none for NULL.
std::string_view bytes_of(Datum datum, bool is_null);
std::string_view bytes_argument(FunctionCallInfo fcinfo, int argument);

// A bytea of which parts may be read. Plain data. What is read lives in the current memory context.
struct StoredBytes {
    struct varlena *stored; // null: none
    size_t size;
    const char *whole; // once it was read
};

StoredBytes stored_bytes(Datum datum, bool is_null);

// From inside core. Parts of what lies out of line and is not compressed are read alone.
std::string_view all_of(StoredBytes *bytes);
std::string_view part_of(StoredBytes *bytes, size_t from, size_t size);

} // namespace leadscore
