// Short texts seen before, each with a number: values of a field repeat.
#pragma once

#include "no_postgres.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace leadscore {

class TextMemo {
public:
    static constexpr size_t most_size = 16;

    // Of so many texts at most (a power of two, 2 to 4096); 0: of none.
    explicit TextMemo(size_t texts) : slots_(texts), shift_(key_bits) {
        for (; texts > 1; texts /= 2) {
            --shift_;
        }
    }
    static constexpr size_t size_of(size_t texts) noexcept {
        return texts * sizeof(Slot);
    }
    bool takes(std::string_view text) const noexcept {
        return text.size() <= most_size && !slots_.empty();
    }

    // The number of a text that it takes; 0 if it is not there.
    uint32_t find(std::string_view text) const noexcept {
        const Key key = key_of(text);
        const Slot &slot = slots_[place_of(key)];
        return slot.key.first == key.first && slot.key.last == key.last && slot.key.size == key.size ? slot.number : 0;
    }
    // Instead of another text.
    void keep(std::string_view text, uint32_t number) noexcept {
        const Key key = key_of(text);
        slots_[place_of(key)] = {key, number};
    }

private:
    static constexpr unsigned key_bits = 64;

    // All that tells texts apart.
    struct Key {
        uint64_t first = 0;
        uint64_t last = 0;
        uint64_t size = 0;
    };
    struct Slot {
        Key key;
        uint32_t number = 0; // 0: no text yet
    };

    static uint64_t four_bytes(const char *at) noexcept {
        uint32_t bytes = 0;
        std::memcpy(&bytes, at, sizeof bytes);
        return bytes;
    }
    static uint64_t byte(char at) noexcept {
        return static_cast<unsigned char>(at);
    }
    // Pieces that may overlap, and leave no byte out. Lengths that often come together go one way.
    static Key key_of(std::string_view text) noexcept {
        const char *begin = text.data();
        const size_t size = text.size();
        Key key;
        key.size = size;
        if (size >= 4) {
            const size_t inner = size / 8 * 4;
            const char *last = begin + size - 4;
            key.first = four_bytes(begin) << 32 | four_bytes(begin + inner);
            key.last = four_bytes(last) << 32 | four_bytes(last - inner);
        } else if (size > 0) {
            key.first = byte(begin[0]) << 16 | byte(begin[size / 2]) << 8 | byte(begin[size - 1]);
        }
        return key;
    }
    size_t place_of(const Key &key) const noexcept {
        return (key.first * 0x9E3779B97F4A7C15 ^ (key.last + key.size) * 0xC2B2AE3D27D4EB4F) >> shift_;
    }

    std::vector<Slot> slots_;
    unsigned shift_;
};

} // namespace leadscore
