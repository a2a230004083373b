// src/core is plain C++17: it must build, be tested and be fuzzed without a server.
#pragma once
#ifdef POSTGRES_H
#error "src/core knows no server header: include core headers before postgres.h"
#endif
