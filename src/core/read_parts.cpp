// Reads what several rules share: kinds, bands, decay.
#include "reader.hpp"

#include <algorithm>

namespace leadscore {
namespace {

void add_kind(Kinds &kinds, const JsonValue &value) {
    std::string name = read_name(value);
    if (name == "*") {
        kinds.every = true;
    } else {
        kinds.names.push_back(std::move(name));
    }
}

} // namespace

Kinds read_kinds(const JsonValue &value) {
    Kinds kinds;
    if (value.kind() == JsonNode::Kind::text) {
        add_kind(kinds, value);
    } else if (value.kind() == JsonNode::Kind::array) {
        if (value.count() == 0) {
            value.refuse("must name at least one kind", "\"*\" stands for every kind.");
        }
        for (size_t i = 0; i < value.count(); ++i) {
            add_kind(kinds, value.item(i));
        }
    } else {
        value.wrong_type("a string or an array of strings");
    }
    if (kinds.every) {
        kinds.names.clear();
    }
    std::sort(kinds.names.begin(), kinds.names.end());
    kinds.names.erase(std::unique(kinds.names.begin(), kinds.names.end()), kinds.names.end());
    return kinds;
}

std::vector<Band> read_bands(const JsonValue &value) {
    expect_array(value);
    if (value.count() == 0) {
        value.refuse("must not be empty");
    }
    std::vector<Band> bands;
    bands.reserve(value.count());
    for (size_t i = 0; i < value.count(); ++i) {
        const JsonValue item = value.item(i);
        expect_object(item, {"from", "points"});
        Band band;
        if (const std::optional<JsonValue> from = item.find("from")) {
            band.from = read_micro(*from, most_from_micro);
            if (i > 0 && bands.back().from && *band.from <= *bands.back().from) {
                from->refuse("must be greater than the one before");
            }
        } else if (i > 0) {
            item.refuse("only the first may have no \"from\"");
        }
        band.points = read_points(item.require("points"));
        bands.push_back(band);
    }
    return bands;
}

Decay read_decay(const JsonValue &value) {
    if (value.kind() != JsonNode::Kind::object) {
        value.wrong_type("an object", "For example {\"half_life\": \"30 days\"}, or {\"every\": \"30 days\", \"lose\": 0.25}.");
    }
    expect_object(value, {"half_life", "linear", "every", "lose"});
    struct Shape {
        const char *key;
        Decay::Type type;
    };
    Decay decay;
    for (const Shape shape :
         {Shape{"half_life", Decay::Type::half_life}, Shape{"linear", Decay::Type::linear}, Shape{"every", Decay::Type::every}}) {
        if (const std::optional<JsonValue> duration = value.find(shape.key)) {
            if (decay.type != Decay::Type::none) {
                duration->refuse("only one of \"half_life\", \"linear\" and \"every\" is allowed");
            }
            decay.type = shape.type;
            decay.duration = read_duration(*duration);
        }
    }
    if (decay.type == Decay::Type::none) {
        value.refuse("needs one of \"half_life\", \"linear\" and \"every\"");
    }
    const std::optional<JsonValue> lose = value.find("lose");
    if (decay.type != Decay::Type::every) {
        if (lose) {
            lose->refuse("allowed beside \"every\" only");
        }
        return decay;
    }
    const JsonValue share = value.require("lose");
    decay.lose = read_points(share);
    if (decay.lose <= 0 || decay.lose > micro_per_unit) {
        share.refuse("must be greater than 0 and at most 1");
    }
    return decay;
}

} // namespace leadscore
