"""The figures of a scored round, taken from the published rows.

What the public may not see is left out here, so that no picture can show it by mistake.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from expectations.index import OVERALL, REPORT_GROUPS, Index
from flows.index.figures import (
    LOCATIONS,
    PUBLIC_LOCATIONS,
    UNCLASSIFIED,
    Category,
    Change,
    Drivers,
    Figures,
    Governorate,
    Hotspot,
    Hotspots,
    Location,
    National,
    Part,
    Point,
    Run,
    Scale,
    Split,
    Spread,
)  # fmt: skip
from flows.problem import ExitCode, Problem
from flows.show import visible

Rows = Sequence[Mapping[str, object]]
Table = Callable[[str], Rows]

_HOTSPOTS_SHOWN = 10
_SEVERE_SHOWN = 10
_TOPS = (1, 2, 3)
_SHIFT = "population_shift"
_NOT_KNOWN = "not known"


def figures(table: Table, index: Index, index_round: int, model: str | None, *, is_public: bool) -> Figures:
    """The figures of a round.

    Args:
        table: the rows of a published table by its name; of one that is cut by index rounds those of this round are enough.
        index_round: round of the index.
        model: id of the model, or its id and version; None where the round was scored with one only.
        is_public: leave out what is not for the public.

    Raises:
        Problem: the round is not held, was not scored with the model, or with several and none was named.
    """
    return _Reading(table, index, _run(table("index_run"), index, index_round, model), is_public).figures()


def _run(runs: Rows, index: Index, index_round: int, model: str | None) -> Mapping[str, object]:
    own = [row for row in runs if row["index_name"] == index.name]
    held = [row for row in own if row["index_round"] == index_round]
    if not held:
        known = ", ".join(map(str, sorted({row["index_round"] for row in own})[-12:])) or "none"
        raise Problem(
            ExitCode.USAGE,
            f"Index round {index_round} of the {index.title} is not held; held: {known}. The round of an index is not that of a master list.",
        )
    found = [row for row in held if model in (None, row["model_id"], _named(row))]
    known = ", ".join(sorted(map(_named, held)))
    if not found:
        raise Problem(ExitCode.USAGE, f"Index round {index_round} was not scored with '{visible(model or '')}'; models: {known}.")
    if len(found) > 1:
        raise Problem(
            ExitCode.USAGE, f"Index round {index_round} was scored with several models; name one, --model 'ID VERSION': {known}."
        )
    return found[0]


def _named(row: Mapping[str, object]) -> str:
    return f"{row['model_id']} {row['model_version']}"


class _Reading:
    """The published rows of one round and model."""

    def __init__(self, table: Table, index: Index, run: Mapping[str, object], is_public: bool) -> None:
        self.index, self.row, self.is_public, self.table = index, run, is_public, table
        self.summary = self._own(f"{index.name}_index_summary")
        self.country = next(row for row in self.summary if row["area_level"] == "national")
        self.is_weighted = self.country[index.people] is not None
        self.unit = index.people if self.is_weighted else LOCATIONS
        self.assessed = [row for row in self._own(f"{index.name}_index") if row["assessed"]]
        levels = self._of_model("index_model_level")
        self.labels = {row["indicator"]: str(row["indicator_en"]) for row in levels}
        self.public = {row["indicator"] for row in levels if row["sensitivity"] == "public"}
        self.run = self._described()

    def figures(self) -> Figures:
        return Figures(
            self.run, self._national(), self._governorates(), self._areas() if self.is_public else self._locations(),
            self._hotspots(), self._change(), self._drivers(), () if self.is_public else self._most_severe(),
        )  # fmt: skip

    def _of_model(self, name: str) -> Rows:
        key = (self.row["model_id"], self.row["model_version"])
        return [row for row in self.table(name) if (row["model_id"], row["model_version"]) == key]

    def _own(self, name: str) -> Rows:
        return [row for row in self._of_model(name) if row["index_round"] == self.row["index_round"]]

    def _described(self) -> Run:
        rows = self._of_model("index_model_category")
        scales = {}
        for name in (*self.index.scales, OVERALL):
            own = sorted((row for row in rows if row["scale"] == name), key=lambda row: row["category_order"])
            found = tuple(Category(row["category"], row["lower_bound"], row["report_group"]) for row in own)
            scales[name] = Scale(name, str(own[0]["scale_en"]), found)
        rounds = (row for row in self.table("index_round") if row["index_name"] == self.index.name)
        collected = next((row["collected"] for row in rounds if row["index_round"] == self.row["index_round"]), None)
        model = self._of_model("index_model")[0]
        named = tuple(scales[name] for name in self.index.scales)
        return Run(self.index, self.row, self.is_public, self.unit, named, scales[OVERALL], collected, model)

    # --- counts -----------------------------------------------------------------------------------

    def _split(self, row: Mapping[str, object], unit: str) -> Split:
        return Split(*(int(row[f"{group}_{unit}"] or 0) for group in (*REPORT_GROUPS, UNCLASSIFIED)))

    def _national(self) -> National:
        row, people = self.country, self.index.people
        reasons = Counter(str(own["weight_reason"]) for own in self.assessed if own["weight_reason"])
        return National(
            self._split(row, self.unit), self._split(row, LOCATIONS), row["assessed_share"], row[f"not_assessed_{people}"],
            row["not_assessed_locations"], row["reporting_locations"], bool(row["is_much_unclassified"]), dict(reasons),
        )  # fmt: skip

    def _governorates(self) -> tuple[Governorate, ...]:
        found = [
            Governorate(
                row["governorate"] or f"Governorate {_NOT_KNOWN}",
                self._split(row, self.unit),
                row["rank_by_share"],
                bool(row["is_few_classified"]),
            )
            for row in self.summary
            if row["area_level"] == "governorate" and row["locations"]
        ]
        return tuple(sorted(found, key=lambda own: (-own.split.high, -own.split.total, own.name)))

    # --- points -----------------------------------------------------------------------------------

    def _locations(self) -> Spread:
        points = [
            Point(
                _name(row), _path(row), tuple(row[scale] for scale in self.index.scales), row["overall"], row["report_group"],
                row[self.index.people], 1,
            )
            for row in self.assessed
            if row["overall"] is not None and all(row[scale] is not None for scale in self.index.scales)
        ]  # fmt: skip
        return Spread(_largest_first(points), sum(row["overall"] is not None for row in self.assessed) - len(points))

    def _areas(self) -> Spread:
        """Sub-districts with enough locations; a district where none of its sub-districts has."""
        mean = "weighted_mean" if self.is_weighted else "mean"
        enough = {area for area, count in self._contributing().items() if count >= PUBLIC_LOCATIONS}
        rows = {row["area_level"]: [] for row in self.summary} | {"district": [], "subdistrict": []}
        for row in self.summary:
            rows[row["area_level"]].append(row)
        shown = [row for row in rows["subdistrict"] if row["subdistrict"] is not None and _path(row) in enough]
        covered = {_path(row)[:2] for row in shown}
        shown += [row for row in rows["district"] if _path(row)[:2] in enough and _path(row)[:2] not in covered]
        points = []
        for row in shown:
            scores = tuple(row[f"{scale}_{mean}"] for scale in self.index.scales)
            overall = row[f"overall_{mean}"]
            if overall is not None and None not in scores:
                group = self.run.overall.category(overall).group
                classified = row["locations"] - row["unclassified_locations"]
                path = _path(row) if row["area_level"] == "subdistrict" else _path(row)[:2]
                points.append(Point(" › ".join(path[1:]), path, scores, overall, group, row[self.index.people], classified))
        classified = sum(row["report_group"] is not None for row in self.assessed)
        return Spread(_largest_first(points), classified - sum(point.locations for point in points))

    def _contributing(self) -> Mapping[tuple[str, ...], int]:
        """Locations that move the mean of a sub-district or district: classified, and not empty where people weigh."""
        found: Counter[tuple[str, ...]] = Counter()
        for row in self.assessed:
            moves = row["report_group"] is not None and (not self.is_weighted or bool(row[self.index.households]))
            for path in {_path(row), _path(row)[:2]}:
                found[path] += moves
        return found

    # --- hotspots ---------------------------------------------------------------------------------

    def _hotspots(self) -> Hotspots:
        rows = sorted(
            self._own(f"{self.index.name}_index_hotspot"), key=lambda row: (-(row[self.index.people] or 0), row["area"])
        )
        found = [row for row in rows if row["hotspot_status"] == "hotspot"]
        near = tuple((_unit(row), row[self.index.people]) for row in rows if row["hotspot_status"] == "near")
        unknown = sum(row["hotspot_status"] == "not_assessable" for row in rows)
        # which sub-districts a model joins to a unit is not published: all that is known of such a one are its locations
        contributing = {" > ".join(path): count for path, count in self._contributing().items()}
        small = [row for row in found if self.is_public and contributing.get(row["area"], row["locations"]) < PUBLIC_LOCATIONS]
        listed = [row for row in found if row not in small]
        return Hotspots(
            tuple(self._hotspot(row) for row in listed[:_HOTSPOTS_SHOWN]), near, len(small), len(found), len(rows), unknown,
            sum(row[self.index.people] or 0 for row in found),
        )  # fmt: skip

    def _hotspot(self, row: Mapping[str, object]) -> Hotspot:
        tops = [(row[f"top_{at}"], row[f"top_{at}_points"]) for at in _TOPS if row[f"top_{at}"] is not None]
        rules = tuple(tuple(rule.split(":", 1)) for rule in str(row["hotspot_rules"]).split(";"))
        return Hotspot(
            _unit(row),
            rules,
            self._reasons(row),
            row[self.index.people],
            row["locations"],
            self._parts(tops),
        )

    def _reasons(self, row: Mapping[str, object]) -> str:
        """Scores and categories of a unit."""
        said = []
        for scale in self.run.scales:
            score, category = row[scale.name], row[f"{scale.name}_category"]
            if category is not None:
                said.append(f"{scale.label} {category.replace('_', ' ')}" + (f" ({score:.1f})" if score is not None else ""))
        return ", ".join(said) + "."

    def _parts(self, named: Sequence[tuple[str, float]]) -> tuple[Part, ...]:
        return tuple(Part(self.labels[name], points) for name, points in named)

    # --- change -----------------------------------------------------------------------------------

    def _change(self) -> Change | None:
        measures = {
            row["index_measure"]: row for row in self._own(f"{self.index.name}_index_change") if row["area_level"] == "national"
        }
        unit = self.index.people if f"severe_{self.index.people}" in measures else LOCATIONS
        row = measures.get(f"severe_{unit}")
        if row is None:
            return None
        columns = ("previous_value", "became_severe", "stopped_severe", "stayed_severe", "newly_assessed", "newly_classifiable",
                   "no_longer_assessed", "no_longer_classifiable", "emptied", "value", "like_for_like", "plain_change")  # fmt: skip
        return Change(row["previous_index_round"], unit, *(row[column] for column in columns))

    def _drivers(self) -> Drivers | None:
        rows = [row for row in self._own(f"{self.index.name}_index_driver") if row["area_level"] == "national"]
        if not rows:
            return None
        both = sum(row["locations"] for row in self._own(f"{self.index.name}_index_transition"))
        is_open = not self.is_public or both >= PUBLIC_LOCATIONS
        own = sorted((row for row in rows if row["driver"] != _SHIFT), key=lambda row: (-row["driver_points"], row["driver"]))
        shown = [row for row in own if is_open or row["driver"] in self.public]
        return Drivers(
            rows[0]["previous_overall_weighted_mean"], rows[0]["overall_weighted_mean"],
            self._parts([(row["driver"], row["driver_points"]) for row in shown]),
            sum(row["driver_points"] for row in rows if row["driver"] == _SHIFT),
            math.fsum(row["coverage_points"] for row in own), len(own) - len(shown),
        )  # fmt: skip

    # --- the most severe --------------------------------------------------------------------------

    def _most_severe(self) -> tuple[Location, ...]:
        people = self.index.people
        scored = [row for row in self.assessed if row["overall"] is not None]
        scored.sort(key=lambda row: (-row["overall"], -(row[people] or 0), row["place_id"]))
        return tuple(
            Location(
                row["place_id"], row["location_name_en"] or "", row["location_name_ar"] or "", _path(row), row[people], row["overall"],
                row["category"], self._parts([(row[f"top_{at}"], row[f"top_{at}_points"]) for at in _TOPS if row[f"top_{at}"] is not None]),
            )
            for row in scored[:_SEVERE_SHOWN]
        )  # fmt: skip


def _name(row: Mapping[str, object]) -> str:
    return str(row["location_name_en"] or row["location_name_ar"] or f"place {row['place_id']}")


def _path(row: Mapping[str, object]) -> tuple[str, ...]:
    """Governorate, district and, where known, sub-district."""
    known = [row["governorate"] or _NOT_KNOWN, row["district"] or _NOT_KNOWN]
    return tuple(map(str, [*known, row["subdistrict"]] if row["subdistrict"] is not None else known))


def _unit(row: Mapping[str, object]) -> tuple[str, ...]:
    """Where a unit is; one that spans several districts has only its own name."""
    return tuple(str(part) for part in (row["governorate"], row["district"], row["unit_name"]) if part is not None)


def _largest_first(points: list[Point]) -> tuple[Point, ...]:
    """The order of drawing: small points lie on large ones."""
    return tuple(sorted(points, key=lambda point: (-(point.people or 0), point.path, point.name, point.scores)))
