// One attribute or property as the glue hands it over: plain data that points into the caller's memory.
#pragma once

#include "no_postgres.hpp"
#include "number.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadscore {

// Times count microseconds (dates: days) from 2000-01-01, the server's own epoch, so its whole range fits.
struct Value {
    enum class Type : uint8_t {
        missing, // no such field
        null,
        boolean,
        number,
        text,
        date,       // `time` in days, without zone
        local_time, // `time` in microseconds, without zone
        instant,    // `time` in microseconds of UTC
        array,
        other // there, but of a type no test knows; NaN and infinities too
    };
    Type type = Type::missing;
    bool boolean = false;
    uint32_t count = 0;              // array
    const Value *elements = nullptr; // array
    int64_t time = 0;
    std::string_view text;
    Number number;

    bool is_there() const noexcept {
        return type != Type::missing && type != Type::null;
    }
};

} // namespace leadscore
