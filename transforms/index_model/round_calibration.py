"""The calibration of the rows of one index round, or of rounds that are alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from expectations.index import OVERALL
from expectations.index_model import IndexModel
from transforms.index_model.calibration_result import CalibrateOptions, RoundCalibration
from transforms.index_model.coding import EstimationError, terms
from transforms.index_model.combination import NOT_IDENTIFIED, ROOT_MEAN_SQUARE, Combination, combination
from transforms.index_model.cutoffs import CutOffs, cutoffs
from transforms.index_model.identified_weights import findings, lacks_worst, obstacles
from transforms.index_model.missing_rule import RENORMALISE, UNKNOWN, MissingRule, missing_rules
from transforms.index_model.published_scores import PublishedScores
from transforms.index_model.rounding import roundings
from transforms.index_model.scale_weights import ScaleWeights, recover
from transforms.index_model.score_alternatives import JOINT, RESCALED, Alternatives, ScoredRows, alternatives
from transforms.index_model.value_ratios import value_ratios

_LISTED = 10


def round_calibration(
    rows: PublishedScores, base: IndexModel, options: CalibrateOptions, order: tuple[str, ...], index_rounds: int
) -> RoundCalibration:
    """Everything that some rows tell of weights, missing answers, combination and cut-offs.

    ``order`` are the categories of the dataset, ``index_rounds`` how many rounds it holds.
    """
    return _Rows(rows, base, options, order, index_rounds).calibration()


class _Rows:
    """The rows in hand, and what was found so far."""

    def __init__(
        self, rows: PublishedScores, base: IndexModel, options: CalibrateOptions, order: tuple[str, ...], index_rounds: int
    ) -> None:
        self.rows, self.base, self.order, self.index_rounds = rows, base, order, index_rounds
        self.roundings = roundings(rows.printed, rows.scores, options.decimals)
        self.findings: list[str] = []
        self.obstacles: list[str] = []

    def calibration(self) -> RoundCalibration:
        scales = [scale.id for scale in self.base.scales]
        published = [scale for scale in scales if scale in self.rows.scores]
        found = {scale: own for scale in published if (own := self._recovered(scale)) is not None}
        overall = self._recovered(OVERALL) if not published else None
        if overall is not None:
            self.obstacles.append(
                "Only the overall score is published: the points of every answer in it are reported, but to which scale an answer "
                "belongs is not identified."
            )
        self.obstacles += [
            f"The dataset has no score of scale {scale}, and a model needs the weights of every scale; add the column {scale}."
            for scale in scales
            if published and scale not in published
        ]
        every = {**found, **({OVERALL: overall} if overall is not None else {})}
        for own in every.values():
            self.findings += findings(own)
            self.obstacles += obstacles(own) if own is not overall or not own.is_additive else ()
            if self.base.index.name == "displacement" and own is not overall and own.is_additive:
                self.findings += value_ratios(own, self.base.of(own.scale))
        others = {name: self._alternatives(own) for name, own in every.items() if _is_doubtful(own)}
        self.findings += [sentence for name, own in others.items() for sentence in _about_alternatives(own, every[name])]
        missing = tuple(rule for own in found.values() if own.is_additive for rule in self._missing(own))
        self.findings += [sentence for rule in missing for sentence in _about_missing(rule)]
        together = self._combination(found)
        bounds = self._cutoffs()
        return RoundCalibration(
            index_rounds=self.rows.rounds(),
            rows=len(self.rows.places),
            roundings=self.roundings,
            scales=found,
            overall_points=overall,
            alternatives=others,
            missing=missing,
            combination=together,
            cutoffs=bounds,
            findings=tuple(self.findings),
            obstacles=tuple(self.obstacles),
        )

    # --- weights ----------------------------------------------------------------------------------

    def _recovered(self, score: str) -> ScaleWeights | None:
        """The weights behind a score from its complete rows; None, with an obstacle, where there are too few."""
        answers = self.rows.answers if score == OVERALL else self.rows.answers.of(score)
        scores = self.rows.scores[score]
        mask = answers.complete & np.isfinite(scores)
        listed = terms(answers.indicators)
        try:
            return recover(score, listed, answers.rows(mask).dummies(listed), scores[mask], self.roundings[score])
        except EstimationError as error:
            self.obstacles.append(str(error))
            return None

    def _alternatives(self, found: ScaleWeights) -> Alternatives:
        answers = self.rows.answers if found.scale == OVERALL else self.rows.answers.of(found.scale)
        scores = self.rows.scores[found.scale]
        mask = answers.complete & np.isfinite(scores)
        every = terms(self.base.indicators)
        is_joint = found.scale != OVERALL and len(self.base.scales) > 1
        scored = ScoredRows(
            scale=found.scale,
            terms=found.terms,
            matrix=answers.rows(mask).dummies(found.terms),
            joint=self.rows.answers.rows(mask).dummies(every) if is_joint else None,
            joint_rows=self.rows.answers.complete[mask],
            scores=scores[mask],
            rounding=found.rounding,
            splits={name: own[mask] for name, own in self.rows.splits.items()},
            places=self.rows.places[mask],
        )
        return alternatives(scored, self.index_rounds)

    def _points(self, found: ScaleWeights) -> dict[str, np.ndarray]:
        """The points of all levels of a scale; those of a level that never occurs are those of the next less severe one."""
        return {own.id: _filled(found, own.id) for own in self.base.of(found.scale)}

    def _missing(self, found: ScaleWeights) -> tuple[MissingRule, ...]:
        answers = self.rows.answers.of(found.scale)
        scores = self.rows.scores[found.scale]
        return missing_rules(found.scale, answers, scores, self._points(found), found.rounding)

    # --- combination and cut-offs -----------------------------------------------------------------

    def _combination(self, found: dict[str, ScaleWeights]) -> Combination | None:
        scales = [scale.id for scale in self.base.scales]
        if OVERALL not in self.rows.scores or any(scale not in self.rows.scores for scale in scales):
            return None
        is_known = all(scale in found and found[scale].is_additive and not lacks_worst(found[scale]) for scale in scales)
        points = {name: own for scale in scales for name, own in self._points(found[scale]).items()} if is_known else None
        made = combination(
            {scale: self.rows.scores[scale] for scale in scales},
            self.rows.scores[OVERALL],
            self.roundings,
            self.roundings[OVERALL],
            self.rows.answers,
            points,
        )
        if made is not None:
            self.findings += _about_combination(made)
            self.obstacles += _against_combination(made, self.base)
        return made

    def _cutoffs(self) -> dict[str, CutOffs]:
        made = {}
        for name, scores in self.rows.scores.items():
            if name not in self.rows.categories:
                continue
            kept = [category.lower_bound for category in self.base.bounds(name)][1 : len(self.order)]
            own = cutoffs(name, scores, self.rows.categories[name], self.order, self.roundings[name], self.rows.places, kept)
            if own is not None:
                made[name] = own
                self.findings += _about_cutoffs(own)
                self.obstacles += _against_cutoffs(own)
        return made


def _is_doubtful(found: ScaleWeights) -> bool:
    return not found.is_additive or bool(found.negative or found.falling)


def _filled(found: ScaleWeights, indicator: str) -> np.ndarray:
    filled = [0.0]
    for at, term in enumerate(found.terms):
        if term.indicator == indicator:
            filled.append(float(found.weights[at]) if found.counts[at] else filled[-1])
    return np.array(filled)


def _about_alternatives(own: Alternatives, found: ScaleWeights) -> Iterator[str]:
    accepted = [form for form in own.tried if form.is_accepted]
    # A sum of points is also one with an offset, and one of the answers of all scales.
    nested = {RESCALED, JOINT} if found.is_additive else {JOINT} if any(form.name == RESCALED for form in accepted) else set()
    for form in accepted:
        if form.name not in nested:
            detail = f" ({form.detail})" if form.detail else ""
            yield (
                f"{own.scale}: the scores fit another form, {form.name}{detail}, with a residual of {form.residual:.2g}. It is reported "
                "only: a model file holds one set of points, in the order of its levels."
            )


def _about_missing(rule: MissingRule) -> Iterator[str]:
    if not rule.rows:
        return
    if rule.rule == UNKNOWN:
        yield f"{rule.scale}: how answers that are {rule.kind} are treated is unknown; no rule, or more than one, gives the scores."
    elif rule.rule != RENORMALISE:
        yield (
            f"{rule.scale}: an answer that is {rule.kind} {rule.rule}. A model file leaves it out of the score and its maximum, so its "
            "scores of such rows differ from the published ones."
        )


def _about_combination(made: Combination) -> Iterator[str]:
    if made.collinear:
        yield "One scale is a linear function of the others in the data, so the rule that combines them is not identified."
    elif made.also:
        yield (
            f"The overall score is taken to be {made.rule}; in these rows {' and '.join(made.also)} would give it as well. Rows with "
            "unanswered questions could tell them apart."
        )


def _against_combination(made: Combination, base: IndexModel) -> Iterator[str]:
    if made.rule == ROOT_MEAN_SQUARE:
        yield "The overall score is the root mean square of the scales, which a model file cannot say; leave out the column overall."
    elif made.rule == NOT_IDENTIFIED and not (made.collinear and base.rule in made.also):
        yield (
            "The overall score follows from the scales by none of the rules of a model file; check the scores, or leave out the "
            "column overall to calibrate the scales alone."
        )


def _about_cutoffs(own: CutOffs) -> Iterator[str]:
    for name in own.empty:
        yield f"{own.scale}: no row has the category {name}; the bracket of its bound spans to the next category that occurs."


def _against_cutoffs(own: CutOffs) -> Iterator[str]:
    if own.overlaps:
        listed = "; ".join(f"{place} {score:.6g} {category}" for place, score, category in own.overlaps[:_LISTED])
        more = f" and {len(own.overlaps) - _LISTED:,} more" if len(own.overlaps) > _LISTED else ""
        yield (
            f"The category of {own.scale} is not a function of its score, see {listed}{more}; correct the rows, or leave out the "
            "column of categories."
        )
