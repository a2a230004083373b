// Factors of columns, none below zero.
#include "fit_garrote.hpp"

#include "fit_weights.hpp"

#include <algorithm>
#include <cmath>

namespace leadscore {
namespace {

// A factor costs so much of the ridge, however small it is: what hardly helps falls out.
constexpr double share_for_any = 0.1;
constexpr double precision = 1e-4;
constexpr int most_steps = 30;
constexpr int most_rounds = 200;
constexpr double least_curvature = 1e-6;

double cost_of(const Eigen::VectorXd &odds, const std::vector<uint8_t> &converted, double ridge, const Eigen::VectorXd &factors) {
    double cost = ridge * (0.5 * factors.squaredNorm() + share_for_any * factors.sum());
    for (Eigen::Index i = 0; i < odds.size(); ++i) {
        cost += log_loss(odds(i), converted[static_cast<size_t>(i)] != 0);
    }
    return cost;
}

// The least of ½ f'Qf - b'f with f >= 0, one factor after the other.
void descend(const Eigen::MatrixXd &square, const Eigen::VectorXd &linear, Eigen::VectorXd &factors) {
    for (int round = 0; round < most_rounds; ++round) {
        double farthest = 0;
        for (Eigen::Index f = 0; f < factors.size(); ++f) {
            const double slope = linear(f) - square.col(f).dot(factors) + square(f, f) * factors(f);
            const double next = std::max(slope / square(f, f), 0.0);
            farthest = std::max(farthest, std::fabs(next - factors(f)));
            factors(f) = next;
        }
        if (farthest < precision / 10) {
            break;
        }
    }
}

} // namespace

void fit_factors(const Eigen::MatrixXd &alone, const std::vector<uint8_t> &converted, double ridge, GoOn go_on,
                 FitFactors &factors) {
    const Eigen::Index leads = alone.rows();
    Eigen::VectorXd odds = (alone * factors.of).array() + factors.intercept;
    double cost = cost_of(odds, converted, ridge, factors.of);
    for (int step = 0; step < most_steps; ++step) {
        ask(go_on);
        Eigen::VectorXd curvature(leads);
        Eigen::VectorXd wanted(leads);
        for (Eigen::Index i = 0; i < leads; ++i) {
            const double probability = 1 / (1 + std::exp(-odds(i)));
            curvature(i) = std::max(probability * (1 - probability), least_curvature);
            wanted(i) = odds(i) + ((converted[static_cast<size_t>(i)] != 0 ? 1 : 0) - probability) / curvature(i);
        }
        // The intercept is free: it follows from the weighted means.
        const double all = curvature.sum();
        const Eigen::RowVectorXd means = curvature.transpose() * alone / all;
        const double mean = curvature.dot(wanted) / all;
        const Eigen::MatrixXd weighted = (alone.rowwise() - means).array().colwise() * curvature.array().sqrt();
        Eigen::MatrixXd square = weighted.transpose() * weighted;
        square.diagonal().array() += ridge;
        const Eigen::VectorXd rest = ((wanted.array() - mean) * curvature.array().sqrt()).matrix();
        const Eigen::VectorXd linear = (weighted.transpose() * rest).array() - ridge * share_for_any;
        Eigen::VectorXd next = factors.of;
        descend(square, linear, next);
        Eigen::VectorXd move = next - factors.of;
        double shift = mean - means.dot(next) - factors.intercept;
        const Eigen::VectorXd change = (alone * move).array() + shift;
        // Too far: half of the step.
        double length = 1;
        double reached = cost_of(odds + change, converted, ridge, next);
        while (reached > cost + 1e-9 * std::fabs(cost) && length > 1e-3) {
            length /= 2;
            reached = cost_of(odds + length * change, converted, ridge, factors.of + length * move);
        }
        if (reached > cost) {
            break;
        }
        factors.of += length * move;
        factors.intercept += length * shift;
        odds += length * change;
        cost = reached;
        if (std::max(move.cwiseAbs().maxCoeff(), std::fabs(shift)) < precision) {
            break;
        }
    }
}

} // namespace leadscore
