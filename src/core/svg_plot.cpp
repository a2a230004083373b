// An evaluation as a picture.
#include "svg_plot.hpp"

#include "evaluation.hpp"
#include "plot_points.hpp"

#include <cmath>

namespace leadscore {

namespace {

constexpr double width = 820;
constexpr double height = 450;
constexpr double side = 300; // of the square that a panel's axes make
constexpr double top = 92;
constexpr double left_panel = 80;
constexpr double right_panel = 480;

constexpr const char *ink = "#1f2933";
constexpr const char *faint = "#9aa5b1";
constexpr const char *grid = "#e4e7eb";
constexpr const char *blue = "#1f6feb";

class Svg {
public:
    Svg(const std::string &title, const std::string &description) {
        text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) + "\" height=\"" + number(height) +
                "\" viewBox=\"0 0 " + number(width) + " " + number(height) +
                "\" role=\"img\" font-family=\"system-ui, Helvetica, Arial, sans-serif\" font-size=\"12\">\n" + "<title>" +
                title + "</title>\n<desc>" + description + "</desc>\n" +
                "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
    }
    void line(double x1, double y1, double x2, double y2, const char *colour, double stroke, const char *dashes = "") {
        text_ += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
                 "\" stroke=\"" + colour + "\" stroke-width=\"" + number(stroke) + "\"" +
                 (*dashes != '\0' ? std::string(" stroke-dasharray=\"") + dashes + "\"" : "") + "/>\n";
    }
    void circle(double x, double y, double radius, const std::string &told) {
        text_ += "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"" + number(radius) + "\" fill=\"" + blue +
                 "\"><title>" + told + "</title></circle>\n";
    }
    void path(const std::string &points, const char *fill, const char *stroke) {
        text_ += "<path d=\"" + points + "\" fill=\"" + fill + "\" stroke=\"" + stroke +
                 "\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n";
    }
    // Over lines: they end where the words begin.
    void write_over(double x, double y, const std::string &words) {
        text_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" fill=\"" + ink +
                 "\" font-size=\"11\" stroke=\"#ffffff\" stroke-width=\"4\" paint-order=\"stroke\">" + words + "</text>\n";
    }
    // `anchor`: start, middle or end. Turned: read from below to above.
    void write(double x, double y, const char *anchor, const std::string &words, const char *colour, double size = 12,
               bool bold = false, bool turned = false) {
        text_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\" fill=\"" + colour +
                 "\" font-size=\"" + number(size) + "\"" + (bold ? " font-weight=\"600\"" : "") +
                 (turned ? " transform=\"rotate(-90 " + number(x) + " " + number(y) + ")\"" : "") + ">" + words + "</text>\n";
    }
    std::string finish() {
        return text_ + "</svg>";
    }
    // As short as two places allow.
    static std::string number(double value) {
        std::string text = fixed(value, 2);
        text.erase(text.find_last_not_of('0') + 1);
        return text.back() == '.' ? text.substr(0, text.size() - 1) : text;
    }

private:
    std::string text_;
};

// A square with axes from 0 to `end`, its lower left corner being 0, 0.
class Panel {
public:
    Panel(Svg &svg, double left, double end) : svg_(svg), left_(left), end_(end) {
    }
    double x(double value) const {
        return left_ + value / end_ * side;
    }
    double y(double value) const {
        return top + side - value / end_ * side;
    }
    void frame(const char *title, const char *across, const char *up) {
        svg_.write(left_, top - 14, "start", title, ink, 14, true);
        for (int fifth = 0; fifth <= 5; ++fifth) {
            const double value = end_ * fifth / 5;
            const std::string label = fixed(value * 100, end_ < 0.05 ? 1 : 0) + (fifth == 5 ? " %" : "");
            svg_.line(x(value), top, x(value), top + side, grid, 1);
            svg_.line(left_, y(value), left_ + side, y(value), grid, 1);
            svg_.write(x(value), top + side + 18, "middle", label, ink);
            svg_.write(left_ - 8, y(value) + 4, "end", label, ink);
        }
        svg_.line(left_, top + side, left_ + side, top + side, ink, 1);
        svg_.line(left_, top, left_, top + side, ink, 1);
        svg_.line(x(0), y(0), x(end_), y(end_), faint, 1.5, "5 4");
        svg_.write(left_ + side / 2, top + side + 38, "middle", across, ink);
        svg_.write(left_ - 52, top + side / 2, "middle", up, ink, 12, false, true);
    }
    void say(const std::string &words) {
        svg_.write(left_ + side / 2, top + side / 2, "middle", words, ink);
    }

private:
    Svg &svg_;
    double left_;
    double end_;
};

void draw_reliability(Svg &svg, const std::vector<ReliabilityPoint> &points) {
    Panel panel(svg, left_panel, points.empty() ? 1 : axis_end(points));
    panel.frame("Reliability", "predicted probability", "converted");
    if (points.empty()) {
        panel.say("no probability given");
    }
    for (const ReliabilityPoint &point : points) {
        const double x = panel.x(point.predicted);
        svg.line(x, panel.y(point.limits.low), x, panel.y(point.limits.high), blue, 1.5);
        svg.line(x - 4, panel.y(point.limits.low), x + 4, panel.y(point.limits.low), blue, 1.5);
        svg.line(x - 4, panel.y(point.limits.high), x + 4, panel.y(point.limits.high), blue, 1.5);
        svg.circle(x, panel.y(point.rate), 4,
                   count_leads(point.leads) + ": predicted " + percent(point.predicted, 1) + ", converted " +
                       percent(point.rate, 1) + " (" + fixed(point.limits.low * 100, 1) + " to " +
                       fixed(point.limits.high * 100, 1) + ")");
    }
}

void draw_lift(Svg &svg, const std::vector<OutcomeCell> &cells) {
    Panel panel(svg, right_panel, 1);
    panel.frame("Lift", "share of leads, the best first", "share of conversions found");
    constexpr int steps = 100;
    const std::vector<double> curve = capture_curve(cells, steps);
    if (curve.empty()) {
        panel.say(cells.empty() ? "no leads" : "none converted");
        return;
    }
    std::string points;
    for (int step = 0; step <= steps; ++step) {
        points += (step == 0 ? "M" : "L") + Svg::number(panel.x(static_cast<double>(step) / steps)) + " " +
                  Svg::number(panel.y(curve[static_cast<size_t>(step)]));
    }
    svg.path(points, "none", blue);
    for (const int step : {10, 20}) {
        const double share = step / 100.0;
        const double capture = curve[static_cast<size_t>(step)];
        svg.circle(panel.x(share), panel.y(capture), 4,
                   "the best " + percent(share, 0) + ": " + percent(capture, 1) + " of conversions");
        svg.write_over(panel.x(share) + 9, panel.y(capture) + 13, fixed(capture / share, 2) + " times");
    }
}

std::string summary_of(const Evaluation &found) {
    std::string text = count_leads(found.leads) + ", " + grouped(found.conversions) + " converted";
    if (found.leads > 0) {
        text += " (" + percent(found.rate, 1) + ")";
    }
    if (found.auc.pairs > 0) {
        text += "; AUC " + fixed(found.auc.value, 3);
        if (!std::isnan(found.auc.limits.low)) {
            text += " (" + fixed(found.auc.limits.low, 3) + " to " + fixed(found.auc.limits.high, 3) + ")";
        }
    }
    if (found.with_probability > 0) {
        text += "; calibration error " + fixed(found.calibration_error, 3) + ", log loss " + fixed(found.log_loss, 3);
    }
    return text;
}

} // namespace

std::string evaluation_svg(const std::vector<OutcomeCell> &cells) {
    const std::string summary = summary_of(evaluate(cells));
    Svg svg("Evaluation of a score", summary);
    svg.write(left_panel - 60, 30, "start", "Evaluation of a score", ink, 17, true);
    svg.write(left_panel - 60, 50, "start", summary, ink, 12);
    draw_reliability(svg, reliability_points(by_other(cells)));
    draw_lift(svg, cells);
    return svg.finish();
}

} // namespace leadscore
