// What the plots of an evaluation show, in numbers.
#include "plot_points.hpp"

#include <algorithm>
#include <charconv>

namespace leadscore {

std::vector<ReliabilityPoint> reliability_points(const std::vector<OutcomeCell> &cells) {
    std::vector<ReliabilityPoint> points;
    for (const ScoreBand &band : score_bands(cells, 10)) {
        const auto leads = static_cast<double>(band.leads);
        points.push_back({band.score_sum / leads, static_cast<double>(band.conversions) / leads,
                          wilson_limits(band.conversions, band.leads), band.leads});
    }
    std::reverse(points.begin(), points.end());
    return points;
}

double axis_end(const std::vector<ReliabilityPoint> &points) {
    double highest = 0;
    for (const ReliabilityPoint &point : points) {
        highest = std::max({highest, point.predicted, point.limits.high});
    }
    for (const double end : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5}) {
        if (highest <= end) {
            return end;
        }
    }
    return 1;
}

std::vector<double> capture_curve(const std::vector<OutcomeCell> &cells, int steps) {
    double leads = 0;
    double conversions = 0;
    for (const OutcomeCell &cell : cells) {
        leads += static_cast<double>(cell.leads);
        conversions += static_cast<double>(cell.conversions);
    }
    std::vector<double> curve;
    if (conversions == 0) {
        return curve;
    }
    double leads_above = 0;
    double found_above = 0;
    for (size_t end = cells.size(); end > 0;) {
        double tied = 0;
        double found = 0;
        const double score = cells[end - 1].score;
        for (; end > 0 && cells[end - 1].score == score; --end) {
            tied += static_cast<double>(cells[end - 1].leads);
            found += static_cast<double>(cells[end - 1].conversions);
        }
        const auto wanted = [&] { return leads * static_cast<double>(curve.size()) / steps; };
        while (curve.size() < static_cast<size_t>(steps) && wanted() <= leads_above + tied) {
            curve.push_back((found_above + found * (wanted() - leads_above) / tied) / conversions);
        }
        leads_above += tied;
        found_above += found;
    }
    curve.resize(static_cast<size_t>(steps), 1);
    curve.push_back(1);
    return curve;
}

std::string fixed(double number, int places) {
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number + 0.0, std::chars_format::fixed, places).ptr;
    std::string text(buffer, end);
    return text.find_first_of("123456789") == std::string::npos && text[0] == '-' ? text.substr(1) : text;
}

std::string percent(double share, int places) {
    return fixed(share * 100, places) + " %";
}

std::string grouped(int64_t number) {
    std::string text = std::to_string(number);
    const size_t first = text[0] == '-' ? 1 : 0;
    for (size_t place = text.size(); place > first + 3;) {
        place -= 3;
        text.insert(place, ",");
    }
    return text;
}

std::string count_leads(int64_t leads) {
    return grouped(leads) + (leads == 1 ? " lead" : " leads");
}

} // namespace leadscore
