// The stored form of a tally.
#include "tally_bytes.hpp"

#include "problem.hpp"

#include <cstring>

namespace leadscore {

namespace {

constexpr unsigned char version = 1;
constexpr unsigned char flag_unset = 1;
constexpr unsigned char flag_rules = 2;
constexpr size_t head_bytes = 4 + std::tuple_size<SetDigest>::value;

[[noreturn]] void reject(const char *what) {
    throw Problem(Trouble::bytes, "", std::string("invalid lead_tally: ") + what);
}

class Writer {
public:
    explicit Writer(size_t expected) {
        out_.reserve(expected);
    }
    void raw(const void *data, size_t size) {
        out_.append(static_cast<const char *>(data), size);
    }
    void number(uint128 value) {
        while (value >= 0x80) {
            out_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        out_.push_back(static_cast<char>(value));
    }
    void signed_number(int128 value) {
        number(static_cast<uint128>(value) << 1 ^ static_cast<uint128>(value >> 127));
    }
    std::string take() {
        return std::move(out_);
    }

private:
    std::string out_;
};

void write_ids(Writer &out, const std::vector<EvidenceId> &ids) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    out.raw(ids.data(), ids.size() * sizeof(EvidenceId));
#else
    for (const EvidenceId id : ids) {
        const EvidenceId little = __builtin_bswap64(id);
        out.raw(&little, sizeof little);
    }
#endif
}

class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {
    }
    const char *raw(size_t size) {
        if (size > bytes_.size() - at_) {
            reject("it ends too early");
        }
        const char *data = bytes_.data() + at_;
        at_ += size;
        return data;
    }
    // Shortest form only: no trailing zero group.
    uint128 number(int most_bits) {
        // Most numbers are one byte.
        if (at_ < bytes_.size() && static_cast<unsigned char>(bytes_[at_]) < 0x80) {
            return static_cast<unsigned char>(bytes_[at_++]);
        }
        uint128 value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = static_cast<unsigned char>(*raw(1));
            const uint128 group = byte & 0x7F;
            if (shift >= most_bits || (shift + 7 > most_bits && group >> (most_bits - shift) != 0)) {
                reject("a number is too large");
            }
            value |= group << shift;
            if (byte < 0x80) {
                if (byte == 0 && shift > 0) {
                    reject("a number is not in its shortest form");
                }
                return value;
            }
        }
    }
    int128 signed_number(int most_bits) {
        const uint128 value = number(most_bits);
        return static_cast<int128>(value >> 1) ^ -static_cast<int128>(value & 1);
    }
    size_t size_number() {
        return static_cast<size_t>(number(40));
    }
    size_t left() const {
        return bytes_.size() - at_;
    }

private:
    std::string_view bytes_;
    size_t at_ = 0;
};

// Ticks ascend, so after the first each is a difference of at least 1.
class TickWriter {
public:
    void write(Writer &out, int64_t tick) {
        if (first_) {
            out.signed_number(tick);
        } else {
            out.number(static_cast<uint128>(tick - last_));
        }
        first_ = false;
        last_ = tick;
    }

private:
    bool first_ = true;
    int64_t last_ = 0;
};

class TickReader {
public:
    int64_t read(Reader &in) {
        if (first_) {
            last_ = static_cast<int64_t>(in.signed_number(40));
        } else {
            const auto step = static_cast<int64_t>(in.number(40));
            if (step == 0) {
                reject("cells are not in order");
            }
            last_ += step;
        }
        first_ = false;
        if (last_ < least_tick || last_ > most_tick) {
            reject("a tick is out of range");
        }
        return last_;
    }

private:
    bool first_ = true;
    int64_t last_ = 0;
};

// Cells [from, end) of one evidence.
template <typename Cell> size_t end_of_evidence(const std::vector<Cell> &cells, size_t from) {
    size_t end = from;
    while (end < cells.size() && cells[end].evidence == cells[from].evidence) {
        ++end;
    }
    return end;
}

void write_amounts(Writer &out, const std::vector<CountCell> &cells, size_t from, size_t end) {
    TickWriter ticks;
    for (size_t i = from; i < end; ++i) {
        ticks.write(out, cells[i].tick);
        out.signed_number(cells[i].count);
    }
}

void write_amounts(Writer &out, const std::vector<SumCell> &cells, size_t from, size_t end) {
    TickWriter ticks;
    for (size_t i = from; i < end; ++i) {
        ticks.write(out, cells[i].tick);
        out.signed_number(cells[i].sum);
    }
}

// By value: its key, the number of its ticks, the ticks.
void write_amounts(Writer &out, const std::vector<ValueCell> &cells, size_t from, size_t end) {
    for (size_t i = from; i < end;) {
        size_t next = i;
        while (next < end && cells[next].value == cells[i].value) {
            ++next;
        }
        out.raw(cells[i].value.data(), stored_length(cells[i].value));
        out.number(next - i);
        TickWriter ticks;
        for (; i < next; ++i) {
            ticks.write(out, cells[i].tick);
            out.signed_number(cells[i].count);
        }
    }
}

ValueKey read_value_key(Reader &in) {
    ValueKey key{};
    key[0] = static_cast<unsigned char>(*in.raw(1));
    const size_t length = stored_length(key);
    std::memcpy(key.data() + 1, in.raw(length - 1), length - 1);
    return key;
}

void read_section(Reader &in, Kept kept, uint32_t evidence, Tally &tally) {
    const size_t count = in.size_number();
    if (count == 0 || count > in.left()) {
        reject("a section has a wrong length");
    }
    if (kept == Kept::distinct) {
        size_t read = 0;
        while (read < count) {
            const ValueKey key = read_value_key(in);
            if (read > 0 && key <= tally.values.back().value) {
                reject("cells are not in order"); // else one value could stand in two parts
            }
            const size_t ticks_of_value = in.size_number();
            if (ticks_of_value == 0 || ticks_of_value > count - read) {
                reject("a section has a wrong length");
            }
            TickReader ticks;
            for (size_t i = 0; i < ticks_of_value; ++i) {
                const int64_t tick = ticks.read(in);
                tally.values.push_back({evidence, key, tick, static_cast<int64_t>(in.signed_number(64))});
            }
            read += ticks_of_value;
        }
        return;
    }
    TickReader ticks;
    for (size_t i = 0; i < count; ++i) {
        const int64_t tick = ticks.read(in);
        if (kept == Kept::count) {
            tally.counts.push_back({evidence, tick, static_cast<int64_t>(in.signed_number(64))});
        } else {
            tally.sums.push_back({evidence, tick, in.signed_number(128)});
        }
    }
}

unsigned char read_head(Reader &in, SetDigest &digest) {
    const char *head = in.raw(head_bytes);
    if (head[0] != 'L' || head[1] != 'T') {
        reject("it is not one");
    }
    const auto found = static_cast<unsigned char>(head[2]);
    if (found != version) {
        throw Problem(Trouble::unsupported, "", "lead_tally of version " + std::to_string(found) + " cannot be read here",
                      "It was written by a newer leadscore.");
    }
    const auto flags = static_cast<unsigned char>(head[3]);
    if ((flags & ~(flag_unset | flag_rules)) != 0) {
        reject("unknown flags");
    }
    std::memcpy(digest.data(), head + 4, digest.size());
    return flags;
}

} // namespace

std::string write_tally_bytes(const Tally &tally) {
    // Usual cells take two or three bytes; a wrong guess costs an allocation.
    Writer out(head_bytes + 8 + tally.ids.size() * sizeof(EvidenceId) + tally.counts.size() * 3 + tally.sums.size() * 8 +
               tally.values.size() * 12 + 64);
    const auto flags = static_cast<unsigned char>((tally.unset ? flag_unset : 0) | (tally.has_rules ? flag_rules : 0));
    const unsigned char head[] = {'L', 'T', version, flags};
    out.raw(head, sizeof head);
    out.raw(tally.digest.data(), tally.digest.size());
    out.number(tally.ids.size());
    write_ids(out, tally.ids);
    // The three lists ascend by evidence and never share one, so merging them ascends too.
    size_t c = 0;
    size_t s = 0;
    size_t v = 0;
    int64_t last = -1;
    while (c < tally.counts.size() || s < tally.sums.size() || v < tally.values.size()) {
        const uint32_t count_evidence = c < tally.counts.size() ? tally.counts[c].evidence : UINT32_MAX;
        const uint32_t sum_evidence = s < tally.sums.size() ? tally.sums[s].evidence : UINT32_MAX;
        const uint32_t value_evidence = v < tally.values.size() ? tally.values[v].evidence : UINT32_MAX;
        const uint32_t evidence = std::min(count_evidence, std::min(sum_evidence, value_evidence));
        out.number(static_cast<uint128>(evidence - last));
        last = evidence;
        const auto section = [&out](const auto &cells, size_t &at) {
            const size_t end = end_of_evidence(cells, at);
            out.number(end - at);
            write_amounts(out, cells, at, end);
            at = end;
        };
        if (count_evidence == evidence) {
            section(tally.counts, c);
        } else if (sum_evidence == evidence) {
            section(tally.sums, s);
        } else {
            section(tally.values, v);
        }
    }
    out.number(0);
    if (tally.has_rules) {
        out.signed_number(tally.as_of);
        out.number(tally.rules.size());
        out.raw(tally.rules.data(), tally.rules.size());
    }
    return out.take();
}

void read_tally_bytes(std::string_view bytes, Tally &tally, const SetDigest *known) {
    tally.clear();
    Reader in(bytes);
    const unsigned char flags = read_head(in, tally.digest);
    tally.unset = (flags & flag_unset) != 0;
    tally.has_rules = (flags & flag_rules) != 0;
    const size_t evidence_count = in.size_number();
    if (evidence_count > most_evidence) {
        reject("too much evidence");
    }
    const char *ids = in.raw(evidence_count * sizeof(EvidenceId));
    const auto id_at = [ids](size_t i) {
        EvidenceId id = 0;
        std::memcpy(&id, ids + i * sizeof id, sizeof id);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
        id = __builtin_bswap64(id);
#endif
        return id;
    };
    if (known == nullptr || *known != tally.digest) {
        for (size_t i = 0; i < evidence_count; ++i) {
            tally.ids.push_back(id_at(i));
        }
    }
    int64_t evidence = -1;
    for (size_t step = in.size_number(); step != 0; step = in.size_number()) {
        evidence += static_cast<int64_t>(step);
        if (evidence >= static_cast<int64_t>(evidence_count)) {
            reject("a section belongs to no evidence");
        }
        const EvidenceId id = id_at(static_cast<size_t>(evidence));
        if (!is_evidence_id(id)) {
            reject("evidence ids are not in order");
        }
        read_section(in, kept_by(id), static_cast<uint32_t>(evidence), tally);
    }
    if (tally.has_rules) {
        tally.as_of = static_cast<int64_t>(in.signed_number(64));
        const size_t size = in.size_number();
        if (size > most_document_bytes) {
            reject("its rules are too long");
        }
        tally.rules.assign(in.raw(size), size);
    }
    if (in.left() > 0) {
        reject("there is something behind its end");
    }
}

} // namespace leadscore
