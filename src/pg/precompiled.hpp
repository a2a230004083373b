// What most files of the glue include: compiled once in builds for tests. Nothing includes it by name.
#include "pg/program.hpp"
#include "pg/score_json.hpp"

#include <algorithm>
