"""The tables of a report as HTML: a name, then numbers, each of them marked with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from expectations.columns import SHELTER_GROUPS
from flows.page import named, table
from flows.release.report.asking import Answer, Figure
from flows.release.report.marking import CHANGE, COUNT, SHARE, SIGNED, marked
from flows.release.report.words import plain, shelter, wave
from flows.release.words import word

POPULATIONS = ("returnee", "idp")  # in the order of reports
PARTS = ("net", "matched", "new", "back", "no_longer_listed")
ARRIVALS = ("new_arrivals", "arrivals_between_displacement", "arrivals_from_camp", "arrivals_redisplaced", "arrivals_first_time")
_COLUMNS = 9  # more than these have their heads on end
_SEVERITY = ("high", "medium", "low", "unclassified")


class Tables:
    """Tables in a language.

    Args:
        answers: of the queries, by name.
        language: en or ar.
        signature: the line under each table.
        names: governorate -> its name in the language; another name stays as it is.
    """

    def __init__(self, answers: Mapping[str, Answer], language: str, signature: str, names: Mapping[str, str]) -> None:
        self._answers, self._language, self._signature, self._names = answers, language, signature, names

    def trend(self) -> str:
        """Every round held with both populations beside each other."""
        answer = self._answers["trend"]
        rows = {}
        for row in answer.rows:
            rows.setdefault((row["round"], row["list_date"]), {})[row["population"]] = row
        measures = (("individuals", COUNT), ("individuals_change", CHANGE), ("households", COUNT), ("households_change", CHANGE))
        heads = [self._word("round"), self._plain("date")]
        for population in POPULATIONS:
            name = word(population, self._language)
            heads += [f"{name}: {self._head(measure)}" for measure, _ in measures]
        lines = []
        for (number, date), own in sorted(rows.items(), reverse=True):
            cells = [f"<td>R{number}</td><td class='day'>{date.isoformat()}</td>"]
            for population in POPULATIONS:
                row = own.get(population)
                cells += [self._number(answer.figure(row, measure), form) if row else _blank() for measure, form in measures]
            lines.append("".join(cells))
        return self._table(heads, lines, 2 * len(measures), kind="trend")

    def breaks(self) -> str:
        """The breaks of method, newest first; what changed stays in the words of its source."""
        heads = [self._word("round"), self._plain("concerns"), self._plain("what_changed"), self._plain("basis")]
        lines = []
        for row in reversed(self._answers["break"].rows):
            who = row["affected_population"]
            concerned = self._plain("both") if who == "both" else word(who, self._language)
            cells = (f"R{row['round']}", concerned, row["change"], self._plain(row["basis"]))
            lines.append("".join(f"<td>{named(cell)}</td>" for cell in cells))
        return self._table(heads, lines, 0)

    def changes(self) -> str:
        """The net change of both lists and its parts."""
        answer = self._answers["change_part"]
        there = [population for population in POPULATIONS if answer.of(population=population)]
        heads = [self._word("change")]
        for population in there:
            name = word(population, self._language)
            heads += [f"{name}: {self._word('households')}", f"{name}: {self._word('locations')}"]
        lines = []
        for part in PARTS:
            cells = [f"<td>{named(self._plain(part))}</td>"]
            for population in there:
                (row,) = answer.of(population=population, part=part)
                cells.append(self._number(answer.figure(row, "households"), SIGNED))
                cells.append(_blank() if part == "net" else self._number(answer.figure(row, "locations")))
            lines.append("".join(cells))
        return self._table(heads, lines, 2 * len(there))

    def governorates(self, population: str) -> str:
        """A population by governorate, the largest first."""
        return self._margin(
            "governorate", self._answers["governorate"].of(population=population), "governorate", "share_individuals"
        )

    def origins(self) -> str:
        """IDPs by governorate of origin."""
        return self._margin("origin", self._answers["origin"].rows, "origin_governorate", "share_households", "origin")

    def last_displacements(self) -> str:
        """Returnees by governorate of last displacement."""
        rows = self._answers["last_displacement"].rows
        return self._margin("last_displacement", rows, "last_displacement_governorate", "share_households", "last_displacement")

    def _margin(self, query: str, rows: Iterable[Mapping], column: str, share: str, head: str = "governorate") -> str:
        answer = self._answers[query]
        heads = [self._word(head), self._word("individuals"), self._word("households"), self._plain(share)]
        lines = [f"<td>{self._governorate(row[column])}</td>" + self._figures(answer, row) for row in rows]
        return self._table(heads, lines, 3)

    def _figures(self, answer: Answer, row: Mapping) -> str:
        measures = (("individuals", COUNT), ("households", COUNT), ("share", SHARE))
        return "".join(self._number(answer.figure(row, measure), form) for measure, form in measures)

    def origin_districts(self) -> str:
        """The districts of origin with most households."""
        answer = self._answers["origin_district"]
        heads = [self._word("district"), self._word("origin"), self._word("households"), self._plain("share_households")]
        lines = [
            f"<td>{self._local(row['origin_district'], row['district_ar'])}</td><td>{self._governorate(row['origin_governorate'])}</td>"
            + self._number(answer.figure(row, "households"))
            + self._number(answer.figure(row, "share"), SHARE)
            for row in answer.rows
        ]
        return self._table(heads, lines, 2)

    def shelters(self, population: str) -> str:
        """Groups of shelter, each with its types below it."""
        groups, types = self._answers["shelter_group"], self._answers["shelter_type"]
        own = {row["shelter_group"]: row for row in groups.of(population=population)}
        lines = []
        for group in (name for name in SHELTER_GROUPS if name in own):
            lines.append(f"<td class='group'>{named(self._plain(group))}</td><td></td>" + self._figures(groups, own[group]))
            for row in types.of(population=population, shelter_group=group):
                name = shelter(row["shelter_type"], row["shelter_type_en"], self._language)
                lines.append(f"<td></td><td>{named(name)}</td>" + self._figures(types, row))
        heads = [
            self._plain("group"),
            self._word("shelter"),
            self._word("individuals"),
            self._word("households"),
            self._plain("share_households"),
        ]
        return self._table(heads, lines, 3)

    def shelter_governorates(self, population: str) -> str:
        """Groups of shelter by governorate."""
        answer = self._answers["shelter_governorate"]
        cells = {(row["governorate"], row["shelter_group"]): row for row in answer.of(population=population)}
        groups = [group for group in SHELTER_GROUPS if any(key[1] == group for key in cells)]
        lines = []
        for governorate in sorted({key[0] for key in cells}):
            row = [f"<td>{self._governorate(governorate)}</td>"]
            row += [self._cell(answer, cells.get((governorate, group))) for group in groups]
            lines.append("".join(row))
        return self._table([self._word("governorate"), *(self._plain(group) for group in groups)], lines, len(groups))

    def periods(self, population: str) -> str:
        """Periods of displacement."""
        answer = self._answers["period"]
        heads = [self._word("period"), self._word("individuals"), self._word("households"), self._plain("share_households")]
        lines = [
            f"<td>{named(wave(row['wave'], row['wave_en'], self._language))}</td>" + self._figures(answer, row)
            for row in answer.of(population=population)
        ]
        return self._table(heads, lines, 3)

    def arrivals(self) -> str:
        """New arrivals and where they came from."""
        answer = self._answers["new_arrival"]
        (row,) = answer.rows
        lines = [f"<td>{named(self._plain(name))}</td>" + self._number(answer.figure(row, name)) for name in ARRIVALS]
        return self._table([self._plain("arrivals_kicker"), self._word("households")], lines, 1)

    def matrix(self, query: str, across: str, down: str) -> str:
        """A matrix of households; rows and columns are the governorates that occur."""
        answer = self._answers[query]
        cells = {(row[down], row[across]): row for row in answer.rows}
        columns, rows = (sorted({key[at] for key in cells}) for at in (1, 0))
        lines = [
            f"<td>{self._governorate(row)}</td>" + "".join(self._cell(answer, cells.get((row, column))) for column in columns)
            for row in rows
        ]
        heads = ["", *(self._names.get(column, column) for column in columns)]
        return self._table(heads, lines, len(columns), kind="matrix wide" if len(columns) > _COLUMNS else "matrix")

    def camps(self) -> str:
        """Camps that are no longer listed."""
        answer = self._answers["camp"]
        heads = [self._plain("location"), self._word("district"), self._word("governorate"), self._plain("households_before")]
        lines = []
        for row in answer.rows:
            place = self._local(row["location_name_en"] or row["place_id"], row["location_name_ar"])
            district = self._local(row["district"], row["district_ar"])
            cells = f"<td>{place}</td><td>{district}</td><td>{self._governorate(row['governorate'])}</td>"
            lines.append(cells + self._number(answer.figure(row, "households")))
        return self._table(heads, lines, 1)

    def severity(self, index_round: int, model_id: str, model_version: str) -> str:
        """Returnees by severity, of one index round and model."""
        answer = self._answers["return_index"]
        heads = [
            self._plain("area"),
            *(self._plain("no_score" if one == "unclassified" else one) for one in _SEVERITY),
            self._plain("severe_share"),
        ]
        lines = []
        for row in answer.of(index_round=index_round, model_id=model_id, model_version=model_version):
            is_nation = row["area_level"] == "national"
            name = named(self._word("iraq")) if is_nation else self._governorate(row["area"])
            cells = [self._number(answer.figure(row, f"{one}_returnees")) for one in _SEVERITY]
            lines.append(f"<td>{name}</td>" + "".join(cells) + self._number(answer.figure(row, "severe_share"), SHARE))
        return self._table(heads, lines, len(_SEVERITY) + 1)

    def rounds(self, population: str) -> str:
        """All governorates of a population in three rounds, households and individuals."""
        answer = self._answers["governorate_round"]
        own = answer.of(population=population)
        numbers = sorted({row["round"] for row in own})
        heads = [self._word("governorate"), self._plain("pcode")]
        heads += [f"R{number} {unit}" for number in numbers for unit in ("H", "I")]
        cells = {(row["governorate"], row["round"]): row for row in own}
        lines = []
        for governorate, pcode in sorted({(row["governorate"], row["governorate_pcode"]) for row in own}):
            row = [f"<td>{self._governorate(governorate)}</td><td class='code'>{named(pcode)}</td>"]
            for number in numbers:
                there = cells[governorate, number]
                row += [self._number(answer.figure(there, measure)) for measure in ("households", "individuals")]
            lines.append("".join(row))
        return self._table(heads, lines, 2 * len(numbers), kind="rounds")

    def _cell(self, answer: Answer, row: Mapping | None) -> str:
        return self._number(answer.figure(row, "households")) if row else _blank()

    def _number(self, figure: Figure, form: str = COUNT) -> str:
        return f"<td class=n>{marked(figure, self._language, form)}</td>"

    def _local(self, english: str, arabic: str | None) -> str:
        return named(arabic if self._language == "ar" and arabic else english)

    def _governorate(self, name: str) -> str:
        return named(self._names.get(name, name))

    def _head(self, measure: str) -> str:
        return self._plain(measure) if measure.endswith("_change") else self._word(measure)

    def _word(self, key: str) -> str:
        return word(key, self._language)

    def _plain(self, key: str) -> str:
        return plain(key, self._language)

    def _table(self, heads: Sequence[str], lines: Iterable[str], numbers: int, kind: str = "") -> str:
        made = table(heads, lines, self._signature, numbers=numbers)
        return f"<div class='{kind}'>{made}</div>" if kind else made


def _blank() -> str:
    return "<td class=n></td>"
