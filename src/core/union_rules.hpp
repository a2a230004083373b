// A document that only tells which evidence two others need together.
#pragma once

#include "no_postgres.hpp"
#include "rules.hpp"

namespace leadscore {

// Event rules whose evidence is just that of both documents; names and points mean nothing. Throws unsupported when their days are
// of different time zones, for one document has one, and limit when it would have too many rules.
Rules union_rules(const Rules &left, const Rules &right);

} // namespace leadscore
