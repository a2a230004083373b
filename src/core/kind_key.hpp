// The name of a kind as it is looked up, once per event: short names are compared as two numbers.
#pragma once

#include "no_postgres.hpp"
#include "decimal.hpp"
#include "hash.hpp"

#include <cstring>
#include <string_view>

namespace leadscore {

class KindKey {
public:
    KindKey() = default;
    explicit KindKey(std::string_view kind) noexcept : kind_(kind) {
        const char *first = kind.data();
        const size_t size = kind.size();
        // The two numbers overlap, so that they hold all bytes of a short name.
        if (size > most_short) {
            head_ = XXH3_64bits(first, size);
        } else if (size >= 8) {
            head_ = load<uint64_t>(first);
            tail_ = load<uint64_t>(first + size - 8);
        } else if (size >= 4) {
            head_ = load<uint32_t>(first);
            tail_ = load<uint32_t>(first + size - 4);
        } else {
            for (size_t i = 0; i < size; ++i) {
                head_ = head_ << 8 | static_cast<unsigned char>(first[i]);
            }
        }
    }

    uint64_t hash() const noexcept {
        const uint128 product = static_cast<uint128>(head_ ^ 0x9E3779B97F4A7C15 ^ kind_.size()) * (tail_ ^ 0xD1B54A32D192ED03);
        return static_cast<uint64_t>(product >> 64) ^ static_cast<uint64_t>(product);
    }

    friend bool operator==(const KindKey &a, const KindKey &b) noexcept {
        return a.head_ == b.head_ && a.tail_ == b.tail_ && a.kind_.size() == b.kind_.size() &&
               (a.kind_.size() <= most_short || a.kind_ == b.kind_);
    }

private:
    static constexpr size_t most_short = 16;

    template <typename Number> static Number load(const char *from) noexcept {
        Number number = 0;
        std::memcpy(&number, from, sizeof number);
        return number;
    }

    uint64_t head_ = 0;
    uint64_t tail_ = 0;
    std::string_view kind_; // lives elsewhere
};

} // namespace leadscore
