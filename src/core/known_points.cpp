// Known points in bytes: byte 1 (version), the moment, restarts, rules, sections; each list behind its length. Indexes and
// moments are differences.
#include "known_points.hpp"

#include "problem.hpp"
#include "tally_sections.hpp"

namespace leadscore {

namespace {

constexpr unsigned char version = 1;
constexpr int64_t never = INT64_MAX;

[[noreturn]] void reject(const char *what) {
    throw Problem(Trouble::bytes, "", std::string("invalid points: ") + what);
}

// Indexes ascend, so each is written as what it is more than the one before.
class IndexReader {
public:
    uint32_t read(ByteReader &in) {
        const size_t step = in.size_number();
        last_ += static_cast<int64_t>(step);
        if (step == 0 || last_ > INT32_MAX) {
            reject("a list is not in order");
        }
        return static_cast<uint32_t>(last_);
    }

private:
    int64_t last_ = -1;
};

class IndexWriter {
public:
    void write(ByteWriter &out, uint32_t index) {
        out.number(static_cast<uint128>(index - last_));
        last_ = index;
    }

private:
    int64_t last_ = -1;
};

size_t read_length(ByteReader &in) {
    const size_t length = in.size_number();
    if (length > in.left()) {
        reject("it ends too early");
    }
    return length;
}

} // namespace

bool operator==(const KnownRestart &a, const KnownRestart &b) noexcept {
    return a.dimension == b.dimension && a.day == b.day && a.hour == b.hour;
}

std::string write_known_points(const KnownPoints &known) {
    ByteWriter out(16 + known.restarts.size() * 8 + known.rules.size() * 8 + known.sections.size() * 4);
    out.number(version);
    out.signed_number(known.day);
    out.signed_number(known.hour);
    out.number(known.restarts.size());
    IndexWriter dimensions;
    for (const KnownRestart &restart : known.restarts) {
        dimensions.write(out, restart.dimension);
        out.signed_number(restart.day);
        out.signed_number(restart.hour);
    }
    out.number(known.rules.size());
    IndexWriter rules;
    for (const KnownRule &rule : known.rules) {
        rules.write(out, rule.rule);
        out.signed_number(rule.points);
        // The unit of a rule that stays as it is does not matter.
        out.number(rule.next == never
                       ? 0
                       : (static_cast<uint128>(rule.next - known.tick(rule.hours)) << 1 | static_cast<uint128>(rule.hours)));
    }
    out.number(known.sections.size());
    IndexWriter sections;
    for (const SectionSize &section : known.sections) {
        sections.write(out, section.evidence);
        out.number(section.bytes);
    }
    return out.take();
}

void read_known_points(std::string_view bytes, KnownPoints &known) {
    known = {};
    ByteReader in(bytes);
    if (static_cast<unsigned char>(*in.raw(1)) != version) {
        reject("another version");
    }
    known.day = static_cast<int64_t>(in.signed_number(48));
    known.hour = static_cast<int64_t>(in.signed_number(48));
    IndexReader dimensions;
    for (size_t left = read_length(in); left > 0; --left) {
        const uint32_t dimension = dimensions.read(in);
        const auto day = static_cast<int64_t>(in.signed_number(48));
        known.restarts.push_back({dimension, day, static_cast<int64_t>(in.signed_number(48))});
    }
    IndexReader rules;
    for (size_t left = read_length(in); left > 0; --left) {
        const uint32_t rule = rules.read(in);
        const int128 points = in.signed_number(128);
        const auto step = static_cast<int64_t>(in.number(62));
        if (step == 1) {
            reject("a rule changes at once");
        }
        const bool hours = (step & 1) != 0;
        known.rules.push_back({rule, points, hours, step == 0 ? never : known.tick(hours) + step / 2});
    }
    IndexReader sections;
    for (size_t left = read_length(in); left > 0; --left) {
        const uint32_t evidence = sections.read(in);
        known.sections.push_back({evidence, in.size_number()});
    }
    if (in.left() > 0) {
        reject("there is something behind its end");
    }
}

} // namespace leadscore
