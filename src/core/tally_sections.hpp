// The sections of a tally in bytes: the part that its stored form and its packed form share.
//
// For each evidence that has any cells: index (as a difference, from -1 on), number of cells, cells; at the end a 0. Ticks are
// differences, numbers zigzag varints.
#pragma once

#include "no_postgres.hpp"
#include "known_points.hpp"
#include "tally.hpp"

#include <cstring>
#include <string>
#include <string_view>

namespace leadscore {

[[noreturn]] void reject_tally_bytes(const char *what);

// Bytes are written behind each other into room made ahead; take() cuts off what is left of it.
class ByteWriter {
public:
    explicit ByteWriter(size_t expected) : out_(expected, '\0') {
    }
    void raw(const void *data, size_t size) {
        need(size);
        if (size > 0) {
            std::memcpy(&out_[at_], data, size);
        }
        at_ += size;
    }
    void number(uint128 value) {
        need(most_number_bytes);
        // Most numbers are one byte.
        if (value < 0x80) {
            out_[at_++] = static_cast<char>(value);
            return;
        }
        while (value >= 0x80) {
            out_[at_++] = static_cast<char>(value | 0x80);
            value >>= 7;
        }
        out_[at_++] = static_cast<char>(value);
    }
    void signed_number(int128 value) {
        number(static_cast<uint128>(value) << 1 ^ static_cast<uint128>(value >> 127));
    }
    size_t size() const noexcept {
        return at_;
    }
    // For loops that write many numbers: where to write up to `size` bytes, and then where they ended.
    char *room(size_t size) {
        need(size);
        return &out_[at_];
    }
    void wrote_up_to(const char *end) noexcept {
        at_ = static_cast<size_t>(end - out_.data());
    }
    std::string take() {
        out_.resize(at_);
        return std::move(out_);
    }

private:
    static constexpr size_t most_number_bytes = 19;

    void need(size_t size) {
        if (size > out_.size() - at_) {
            out_.resize(out_.size() * 2 + size);
        }
    }

    std::string out_;
    size_t at_ = 0;
};

class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {
    }
    const char *raw(size_t size) {
        if (size > bytes_.size() - at_) {
            reject_tally_bytes("it ends too early");
        }
        const char *data = bytes_.data() + at_;
        at_ += size;
        return data;
    }
    uint128 number(int most_bits) {
        return read_groups<uint128>(most_bits);
    }
    int128 signed_number(int most_bits) {
        const uint128 value = number(most_bits);
        return static_cast<int128>(value >> 1) ^ -static_cast<int128>(value & 1);
    }
    size_t size_number() {
        return static_cast<size_t>(short_number(40));
    }
    // number() and signed_number() of at most 64 bits.
    uint64_t short_number(int most_bits) {
        return read_groups<uint64_t>(most_bits);
    }
    int64_t short_signed_number(int most_bits) {
        const uint64_t value = short_number(most_bits);
        return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
    }
    size_t left() const {
        return bytes_.size() - at_;
    }
    // For loops that read many numbers: the next byte, and then where reading goes on.
    const char *next() const noexcept {
        return bytes_.data() + at_;
    }
    void go_on_at(const char *next) noexcept {
        at_ = static_cast<size_t>(next - bytes_.data());
    }

private:
    // Shortest form only: no trailing zero group.
    template <typename Number> Number read_groups(int most_bits) {
        // Most numbers are one byte.
        if (at_ < bytes_.size() && static_cast<unsigned char>(bytes_[at_]) < 0x80) {
            return static_cast<unsigned char>(bytes_[at_++]);
        }
        // The first tick of a section, a day of our times, is three.
        if (left() >= 3 && most_bits >= 21) {
            const auto *byte = reinterpret_cast<const unsigned char *>(next());
            if (byte[1] >= 0x80 && byte[2] < 0x80 && byte[2] != 0) {
                at_ += 3;
                return static_cast<Number>((byte[0] & 0x7F) | (byte[1] & 0x7F) << 7 | byte[2] << 14);
            }
        }
        Number value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = static_cast<unsigned char>(*raw(1));
            const Number group = byte & 0x7F;
            if (shift >= most_bits || (shift + 7 > most_bits && group >> (most_bits - shift) != 0)) {
                reject_tally_bytes("a number is too large");
            }
            value |= group << shift;
            if (byte < 0x80) {
                if (byte == 0 && shift > 0) {
                    reject_tally_bytes("a number is not in its shortest form");
                }
                return value;
            }
        }
    }

    std::string_view bytes_;
    size_t at_ = 0;
};

// What the sections will take, about: usual cells take two or three bytes, and a wrong guess costs an allocation.
size_t expected_section_bytes(const Tally &tally) noexcept;

// Both tell in `sections`, if that is not null, how many bytes each evidence takes.
void write_tally_sections(ByteWriter &out, const Tally &tally, std::vector<SectionSize> *sections = nullptr);

// One section behind its index; appends to the cells of `tally`, without counts and sums of ticks before `first`.
void read_tally_section(ByteReader &in, Kept kept, uint32_t evidence, Tally &tally, int64_t first = least_tick);

// Reads all of them; `id_at` tells the id of an index below `evidence_count`.
template <typename IdAt> void read_tally_sections(ByteReader &in, size_t evidence_count, IdAt id_at, Tally &tally,
                                                  std::vector<SectionSize> *sections = nullptr) {
    int64_t evidence = -1;
    size_t left = in.left();
    for (size_t step = in.size_number(); step != 0; step = in.size_number()) {
        evidence += static_cast<int64_t>(step);
        if (evidence >= static_cast<int64_t>(evidence_count)) {
            reject_tally_bytes("a section belongs to no evidence");
        }
        const EvidenceId id = id_at(static_cast<size_t>(evidence));
        if (!is_evidence_id(id)) {
            reject_tally_bytes("evidence ids are not in order");
        }
        read_tally_section(in, kept_by(id), static_cast<uint32_t>(evidence), tally);
        if (sections != nullptr) {
            sections->push_back({static_cast<uint32_t>(evidence), left - in.left()});
            left = in.left();
        }
    }
}

} // namespace leadscore
