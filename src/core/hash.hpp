// xxHash, compiled in: no library to load, no symbol to clash.
#pragma once

#include "no_postgres.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>
