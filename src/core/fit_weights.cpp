// Penalised logistic regression on bins.
#include "fit_weights.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace leadscore {

double log_loss(double odds, bool converted) noexcept {
    const double against = converted ? -odds : odds;
    return against > 0 ? against + std::log1p(std::exp(-against)) : std::log1p(std::exp(against));
}

std::vector<size_t> leads_by_bin(const FitFeature &feature) {
    std::vector<size_t> counts(static_cast<size_t>(feature.bins), 0);
    for (const uint8_t code : feature.codes) {
        ++counts[code];
    }
    return counts;
}

size_t most_common(const std::vector<size_t> &counts) noexcept {
    return static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

// First and second derivatives; the last place is the intercept's.
struct FitMatrix::Slopes {
    explicit Slopes(Eigen::Index size) : gradient(size), hessian(size, size) {
    }
    double loss = 0;
    Eigen::VectorXd gradient;
    Eigen::MatrixXd hessian;
};

namespace {

Eigen::MatrixXd penalties(const std::vector<FitFeature> &features, Eigen::Index size) {
    Eigen::MatrixXd penalty = Eigen::MatrixXd::Zero(size, size);
    Eigen::Index at = 0;
    for (const FitFeature &feature : features) {
        for (int bin = 0; bin < feature.bins; ++bin) {
            // A smooth run of bins needs little else to hold it.
            penalty(at + bin, at + bin) += feature.fuse.empty() || bin == 0 ? feature.ridge : feature.ridge * 0.1;
        }
        for (size_t i = 0; i < feature.fuse.size(); ++i) {
            const Eigen::Index low = at + 1 + static_cast<Eigen::Index>(i);
            penalty(low, low) += feature.fuse[i];
            penalty(low + 1, low + 1) += feature.fuse[i];
            penalty(low, low + 1) -= feature.fuse[i];
            penalty(low + 1, low) -= feature.fuse[i];
        }
        at += feature.bins;
    }
    return penalty;
}

constexpr size_t rows_between_questions = 4096;
constexpr int most_steps = 30;

} // namespace

FitMatrix::FitMatrix(const std::vector<FitFeature> &features, const std::vector<uint8_t> &converted, size_t stride, GoOn go_on)
    : features_(features.size()), go_on_(go_on) {
    offsets_.push_back(0);
    for (const FitFeature &feature : features) {
        usual_.push_back(offsets_.back() + static_cast<uint32_t>(most_common(leads_by_bin(feature))));
        offsets_.push_back(offsets_.back() + static_cast<uint32_t>(feature.bins));
    }
    cells_.reserve((converted.size() / stride + 1) * features_);
    for (size_t row = 0; row < converted.size(); row += stride) {
        converted_.push_back(converted[row]);
        for (size_t f = 0; f < features_; ++f) {
            cells_.push_back(static_cast<uint16_t>(offsets_[f] + features[f].codes[row]));
        }
    }
}

// Only bins that are not their feature's usual one are added up row by row: there are far fewer pairs of those.
void FitMatrix::slopes_of(const std::vector<double> &flat, size_t fold, Slopes &slopes) const {
    const Eigen::Index last = offsets_.back();
    Eigen::MatrixXd &hessian = slopes.hessian;
    Eigen::VectorXd &gradient = slopes.gradient;
    slopes.loss = 0;
    gradient.setZero();
    hessian.setZero();
    std::vector<uint16_t> unusual(features_);
    for (size_t row = 0; row < converted_.size(); ++row) {
        if (row % rows_between_questions == 0) {
            ask(go_on_);
        }
        if (in_fold(row, fold)) {
            continue;
        }
        const uint16_t *cells = cells_.data() + row * features_;
        double odds = flat.back();
        size_t found = 0;
        for (size_t f = 0; f < features_; ++f) {
            odds += flat[cells[f]];
            unusual[found] = cells[f];
            found += cells[f] != usual_[f] ? 1 : 0;
        }
        const double probability = 1 / (1 + std::exp(-odds));
        const double curvature = probability * (1 - probability);
        const double rest = (converted_[row] != 0 ? 1 : 0) - probability;
        slopes.loss += log_loss(odds, converted_[row] != 0);
        gradient(last) += rest;
        hessian(last, last) += curvature;
        for (size_t i = 0; i < found; ++i) {
            gradient(unusual[i]) += rest;
            // Eigen stores columns: the entries (place, earlier place) are found side by side as (earlier place, place).
            double *column = &hessian(0, unusual[i]);
            for (size_t j = 0; j <= i; ++j) {
                column[unusual[j]] += curvature;
            }
        }
    }
    // The other triangle, then sums over a feature, which are those of all leads: what is missing there is the usual bin's.
    for (Eigen::Index a = 0; a < last; ++a) {
        for (Eigen::Index b = 0; b < a; ++b) {
            hessian(a, b) = hessian(b, a);
        }
        hessian(a, last) = hessian(last, a) = hessian(a, a);
    }
    for (size_t f = 0; f < features_; ++f) {
        const Eigen::Index usual = usual_[f];
        const Eigen::Index first = offsets_[f];
        const Eigen::Index count = static_cast<Eigen::Index>(offsets_[f + 1]) - first;
        gradient(usual) = gradient(last) - gradient.segment(first, count).sum();
        Eigen::VectorXd column = hessian.col(last) - hessian.middleCols(first, count).rowwise().sum();
        column.segment(first, count).setZero();
        column(usual) = column(last);
        hessian.col(usual) = column;
        hessian.row(usual) = column.transpose();
    }
}

std::vector<double> FitMatrix::flat(const FitWeights &weights) const {
    std::vector<double> flat;
    for (const std::vector<double> &of : weights.of) {
        flat.insert(flat.end(), of.begin(), of.end());
    }
    flat.resize(offsets_.back(), 0.0);
    flat.push_back(weights.intercept);
    return flat;
}

FitWeights FitMatrix::fit(const std::vector<FitFeature> &features, size_t fold, const FitWeights &start, double precision) const {
    const Eigen::Index size = static_cast<Eigen::Index>(offsets_.back()) + 1;
    const Eigen::MatrixXd penalty = penalties(features, size);
    std::vector<double> now = flat(start);
    std::vector<double> before = now;
    Slopes slopes(size);
    double best = HUGE_VAL;
    for (int step = 0; step < most_steps; ++step) {
        slopes_of(now, fold, slopes);
        const Eigen::Map<const Eigen::VectorXd> at(now.data(), size);
        const double cost = slopes.loss + 0.5 * at.dot(penalty * at);
        if (cost > best + 1e-9 * std::fabs(best)) {
            // Too far: half of the step.
            for (size_t i = 0; i < now.size(); ++i) {
                now[i] = (now[i] + before[i]) / 2;
            }
            continue;
        }
        best = cost;
        slopes.gradient -= penalty * at;
        slopes.hessian += penalty;
        slopes.hessian(size - 1, size - 1) += 1e-9;
        const Eigen::VectorXd move = slopes.hessian.selfadjointView<Eigen::Lower>().llt().solve(slopes.gradient);
        ask(go_on_);
        before = now;
        double farthest = 0;
        for (size_t i = 0; i < now.size(); ++i) {
            const double length = move(static_cast<Eigen::Index>(i));
            now[i] += length;
            farthest = std::max(farthest, std::fabs(length));
        }
        if (farthest < precision) {
            break;
        }
    }
    FitWeights weights;
    weights.intercept = now.back();
    for (size_t f = 0; f < features_; ++f) {
        weights.of.emplace_back(now.begin() + offsets_[f], now.begin() + offsets_[f + 1]);
    }
    return weights;
}

double FitMatrix::odds(const FitWeights &weights, size_t row) const noexcept {
    double odds = weights.intercept;
    for (size_t f = 0; f < features_; ++f) {
        odds += weights.of[f][cells_[row * features_ + f] - offsets_[f]];
    }
    return odds;
}

std::vector<std::vector<double>> FitMatrix::curvature(const FitWeights &weights) const {
    std::vector<std::vector<double>> sums;
    for (const std::vector<double> &of : weights.of) {
        sums.emplace_back(of.size(), 0.0);
    }
    for (size_t row = 0; row < converted_.size(); ++row) {
        const double probability = 1 / (1 + std::exp(-odds(weights, row)));
        for (size_t f = 0; f < features_; ++f) {
            sums[f][cells_[row * features_ + f] - offsets_[f]] += probability * (1 - probability);
        }
    }
    return sums;
}

} // namespace leadscore
