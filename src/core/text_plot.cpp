// Plots of an evaluation as text.
#include "text_plot.hpp"

#include "evaluation.hpp"
#include "plot_points.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {

namespace {

constexpr int plot_width = 50; // from one end of the axis to the other

std::string right(const std::string &text, size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// A line of the plot: marks on an axis from 0 to `end`. The first column is 0.
class Strip {
public:
    explicit Strip(double end) : end_(end), line_(plot_width + 1, ' ') {
    }
    void mark(double value, char sign) {
        line_[at(value)] = sign;
    }
    void stretch(double from, double to, char sign) {
        std::fill(line_.begin() + static_cast<std::ptrdiff_t>(at(from)), line_.begin() + static_cast<std::ptrdiff_t>(at(to)) + 1,
                  sign);
    }
    bool same_place(double a, double b) const {
        return at(a) == at(b);
    }
    std::string text() const {
        const size_t last = line_.find_last_not_of(' ');
        return last == std::string::npos ? "" : line_.substr(0, last + 1);
    }

private:
    size_t at(double value) const {
        return static_cast<size_t>(std::lround(std::clamp(value / end_, 0.0, 1.0) * plot_width));
    }

    double end_;
    std::string line_;
};

// The percents below a plot, at each fifth of the axis.
std::string axis(double end) {
    std::string line(plot_width + 8, ' ');
    for (int fifth = 0; fifth <= 5; ++fifth) {
        std::string label = fixed(end * 100 * fifth / 5, end < 0.05 ? 1 : 0);
        label += fifth == 5 ? " %" : "";
        line.replace(static_cast<size_t>(fifth * plot_width / 5), label.size(), label);
    }
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

int64_t leads_of(const std::vector<OutcomeCell> &cells) {
    int64_t leads = 0;
    for (const OutcomeCell &cell : cells) {
        leads += cell.leads;
    }
    return leads;
}

} // namespace

std::string reliability_text(const std::vector<OutcomeCell> &cells) {
    const std::vector<ReliabilityPoint> points = reliability_points(cells);
    if (points.empty()) {
        return "no leads with a probability and an outcome";
    }
    const double end = axis_end(points);
    const int places = end < 0.1 ? 2 : 1;
    std::string text = "   leads  predicted  converted       95 % limits  " + axis(end) + "\n";
    for (const ReliabilityPoint &point : points) {
        Strip strip(end);
        strip.stretch(point.limits.low, point.limits.high, '-');
        strip.mark(point.predicted, 'o');
        strip.mark(point.rate, strip.same_place(point.predicted, point.rate) ? '#' : '*');
        text += right(grouped(point.leads), 8) + right(percent(point.predicted, places), 11) +
                right(percent(point.rate, places), 11) +
                right(fixed(point.limits.low * 100, places) + " to " + fixed(point.limits.high * 100, places) + " %", 18) + "  " +
                strip.text() + "\n";
    }
    text += "o predicted, * converted, # both, - limits; calibration error " + fixed(calibration_error_of(cells), 4) + ", " +
            count_leads(leads_of(cells));
    return text;
}

std::string lift_text(const std::vector<OutcomeCell> &cells) {
    constexpr int steps = 10;
    const std::vector<double> curve = capture_curve(cells, steps);
    if (curve.empty()) {
        return cells.empty() ? "no leads with a score and an outcome" : "none of " + count_leads(leads_of(cells)) + " converted";
    }
    std::string text = "  best   lift  conversions  " + axis(1) + "\n";
    for (int step = 1; step <= steps; ++step) {
        const double share = static_cast<double>(step) / steps;
        const double capture = curve[static_cast<size_t>(step)];
        Strip strip(1);
        strip.stretch(0, capture, '=');
        strip.mark(share, '|');
        text += right(percent(share, 0), 6) + right(fixed(capture / share, 2), 7) + right(percent(capture, 1), 13) + "  " +
                strip.text() + "\n";
    }
    const Auc auc = auc_of(cells);
    text += "= conversions found among the best leads, | by chance; ";
    text += auc.pairs > 0 ? "AUC " + fixed(auc.value, 4) : "all converted";
    if (!std::isnan(auc.limits.low)) {
        text += " (" + fixed(auc.limits.low, 4) + " to " + fixed(auc.limits.high, 4) + ")";
    }
    return text + ", " + count_leads(leads_of(cells));
}

} // namespace leadscore
