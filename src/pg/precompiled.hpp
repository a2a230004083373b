// What most files of the glue include: compiled once. Nothing includes it by name.
#include "pg/program.hpp"
#include "pg/score_json.hpp"

#include <algorithm>
