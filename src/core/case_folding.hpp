#pragma once

#ifdef POSTGRES_H
#error "src/core knows no server header"
#endif

namespace leadscore {

// Unicode simple case folding (statuses C and S of CaseFolding.txt); the same on every machine and locale.
char32_t fold_case(char32_t c) noexcept;

} // namespace leadscore
