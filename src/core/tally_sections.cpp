// The sections of a tally in bytes.
#include "tally_sections.hpp"

#include "problem.hpp"

#include <algorithm>
#include <cstring>

namespace leadscore {

void reject_tally_bytes(const char *what) {
    throw Problem(Trouble::bytes, "", std::string("invalid lead_tally: ") + what);
}

namespace {

// Ticks ascend, so after the first each is a difference of at least 1.
class TickWriter {
public:
    void write(ByteWriter &out, int64_t tick) {
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
    int64_t read(ByteReader &in) {
        return first_ ? checked(in.short_signed_number(40)) : behind(in.short_number(40));
    }
    int64_t behind(uint64_t step) {
        if (step == 0) {
            reject_tally_bytes("cells are not in order");
        }
        return checked(last_ + static_cast<int64_t>(step));
    }

private:
    int64_t checked(int64_t tick) {
        first_ = false;
        last_ = tick;
        if (last_ < least_tick || last_ > most_tick) {
            reject_tally_bytes("a tick is out of range");
        }
        return last_;
    }

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

char *write_short_number(char *to, uint64_t value) {
    while (value >= 0x80) {
        *to++ = static_cast<char>(value | 0x80);
        value >>= 7;
    }
    *to++ = static_cast<char>(value);
    return to;
}

uint64_t zigzag(int64_t value) {
    return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

void write_amounts(ByteWriter &out, const std::vector<CountCell> &cells, size_t from, size_t end) {
    constexpr size_t most_cell_bytes = 6 + 10;
    char *to = out.room((end - from) * most_cell_bytes);
    int64_t last = 0;
    for (size_t i = from; i < end; ++i) {
        const int64_t tick = cells[i].tick;
        to = write_short_number(to, i == from ? zigzag(tick) : static_cast<uint64_t>(tick - last));
        to = write_short_number(to, zigzag(cells[i].count));
        last = tick;
    }
    out.wrote_up_to(to);
}

void write_amounts(ByteWriter &out, const std::vector<SumCell> &cells, size_t from, size_t end) {
    TickWriter ticks;
    for (size_t i = from; i < end; ++i) {
        ticks.write(out, cells[i].tick);
        out.signed_number(cells[i].sum);
    }
}

// By value: its key, the number of its ticks, the ticks.
void write_amounts(ByteWriter &out, const std::vector<ValueCell> &cells, size_t from, size_t end) {
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

// Most cells but the first are two bytes; bytes are looked at one by one where they are more.
void read_count_cells(ByteReader &in, size_t count, uint32_t evidence, std::vector<CountCell> &cells, int64_t first) {
    TickReader ticks;
    const char *at = in.next();
    const char *const end = at + in.left();
    for (size_t i = 0; i < count; ++i) {
        int64_t tick = 0;
        int64_t amount = 0;
        if (i > 0 && end - at >= 2 && ((at[0] | at[1]) & 0x80) == 0) {
            tick = ticks.behind(static_cast<uint64_t>(at[0]));
            amount = (at[1] >> 1) ^ -(at[1] & 1);
            at += 2;
        } else {
            in.go_on_at(at);
            tick = ticks.read(in);
            amount = in.short_signed_number(64);
            at = in.next();
        }
        if (tick >= first) {
            cells.push_back({evidence, tick, amount});
        }
    }
    in.go_on_at(at);
}

ValueKey read_value_key(ByteReader &in) {
    ValueKey key{};
    key[0] = static_cast<unsigned char>(*in.raw(1));
    const size_t length = stored_length(key);
    std::memcpy(key.data() + 1, in.raw(length - 1), length - 1);
    return key;
}

} // namespace

size_t expected_section_bytes(const Tally &tally) noexcept {
    return tally.counts.size() * 3 + tally.sums.size() * 8 + tally.values.size() * 12 + 64;
}

void write_tally_sections(ByteWriter &out, const Tally &tally, std::vector<SectionSize> *sections) {
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
        const size_t start = out.size();
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
        if (sections != nullptr) {
            sections->push_back({evidence, out.size() - start});
        }
    }
    out.number(0);
}

void read_tally_section(ByteReader &in, Kept kept, uint32_t evidence, Tally &tally, int64_t first) {
    const size_t count = in.size_number();
    if (count == 0 || count > in.left()) {
        reject_tally_bytes("a section has a wrong length");
    }
    if (kept == Kept::distinct) {
        size_t read = 0;
        while (read < count) {
            const ValueKey key = read_value_key(in);
            if (read > 0 && key <= tally.values.back().value) {
                reject_tally_bytes("cells are not in order"); // else one value could stand in two parts
            }
            const size_t ticks_of_value = in.size_number();
            if (ticks_of_value == 0 || ticks_of_value > count - read) {
                reject_tally_bytes("a section has a wrong length");
            }
            TickReader ticks;
            for (size_t i = 0; i < ticks_of_value; ++i) {
                const int64_t tick = ticks.read(in);
                tally.values.push_back({evidence, key, tick, in.short_signed_number(64)});
            }
            read += ticks_of_value;
        }
        return;
    }
    if (kept == Kept::count) {
        read_count_cells(in, count, evidence, tally.counts, first);
        return;
    }
    TickReader ticks;
    for (size_t i = 0; i < count; ++i) {
        const int64_t tick = ticks.read(in);
        const int128 amount = in.signed_number(128);
        if (tick >= first) {
            tally.sums.push_back({evidence, tick, amount});
        }
    }
}

} // namespace leadscore
