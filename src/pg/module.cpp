// The library's magic block.
#include "server.hpp"

extern "C" {
LEADSCORE_MODULE_MAGIC;
}
