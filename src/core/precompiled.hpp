// What most files of the core include: compiled once. Nothing includes it by name.
#include "core/rules.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
