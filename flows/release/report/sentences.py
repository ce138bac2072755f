"""The sentences of a report, from templates: their words may be edited, their numbers are marked and may not."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.columns import SHELTER_GROUPS
from flows.release.report.asking import Answer
from flows.release.report.tables import POPULATIONS
from flows.release.report.words import Said, day, plain, say
from flows.release.words import word

_TOP = 3
_SEPARATOR = {"en": ", ", "ar": "، "}


class Sentences:
    """Sentences in a language.

    Args:
        answers: of the queries, by name.
        language: en or ar.
        names: governorate -> its name in the language.
    """

    def __init__(self, answers: Mapping[str, Answer], language: str, names: Mapping[str, str]) -> None:
        self._answers, self._language, self._names = answers, language, names

    def headline(self, population: str) -> str:
        """Who was identified, where, and on which day."""
        answer = self._answers["headline"]
        (row,) = answer.of(population=population)
        measures = ("individuals", "households", "governorates", "districts", "locations")
        figures = {measure: answer.figure(row, measure) for measure in measures}
        return self._said(f"headline_{population}", date=day(row["list_date"], self._language), **figures)

    def net_change(self) -> str:
        """The net change beside that at matched locations; of the first round held, that there is none."""
        answer, said = self._answers["change_part"], []
        for population in POPULATIONS:
            name = word(population, self._language)
            parts = {row["part"]: row for row in answer.of(population=population)}
            if parts:
                figures = {part: answer.figure(parts[part], "households") for part in ("net", "matched")}
                said.append(self._said("net_sentence", population=name, previous=str(parts["net"]["previous_round"]), **figures))
            elif self._answers["headline"].of(population=population):
                said.append(self._said("first_round", population=name))
        return "".join(said)

    def top_governorates(self) -> str:
        """The three governorates with the most individuals of each population, and their shares."""
        answer, said = self._answers["governorate"], []
        for population in POPULATIONS:
            rows = answer.of(population=population)
            items = [
                say(
                    "top_item",
                    self._language,
                    governorate=self._names.get(row["governorate"], row["governorate"]),
                    individuals=answer.figure(row, "individuals"),
                    share=answer.figure(row, "share"),
                )
                for row in rows
                if row["rank"] is not None and row["rank"] <= _TOP
            ]
            if items:
                said.append(self._said("top_sentence", population=word(population, self._language), list=self._listed(items)))
        is_partly = any(row["rank"] is None for row in answer.rows)
        return "".join(said) + (self._said("of_given") if is_partly else "")

    def shelter(self, population: str) -> str:
        """The groups of shelter with their shares."""
        answer = self._answers["shelter_group"]
        own = {row["shelter_group"]: row for row in answer.of(population=population)}
        items = [
            say(
                "shelter_item",
                self._language,
                group=plain(group, self._language),
                households=answer.figure(own[group], "households"),
                share=answer.figure(own[group], "share"),
            )
            for group in SHELTER_GROUPS
            if group in own and own[group]["households"] is not None
        ]
        return (
            self._said("shelter_sentence", population=word(population, self._language), list=self._listed(items)) if items else ""
        )

    def camps(self) -> str:
        """IDPs in camps, and what changed since the round held before."""
        answer = self._answers["in_camp"]
        if not answer.rows:
            return ""
        (row,) = answer.rows
        figures = {measure: answer.figure(row, measure) for measure in ("households_in_camp", "individuals_in_camp")}
        if row["previous_round"] is None:
            return self._said("camps_first", **figures)
        change = answer.figure(row, "households_change")
        return self._said("camps_sentence", previous=str(row["previous_round"]), households_change=change, **figures)

    def arrivals(self) -> str:
        """How many locations reported arrivals."""
        answer = self._answers["new_arrival"]
        return "".join(
            self._said("reporting_locations", reporting_locations=answer.figure(row, "reporting_locations"))
            for row in answer.rows
        )

    def left_out_of_map(self) -> str:
        """How many listed locations are not on the map."""
        answer, said = self._answers["map_left_out"], []
        for population in POPULATIONS:
            for row in answer.of(population=population):
                if row["locations"]:
                    name = word(population, self._language)
                    said.append(self._said("map_left_out", population=name, locations=answer.figure(row, "locations")))
        return "".join(said)

    def multipliers(self) -> str:
        """Persons per household by which individuals are derived, of all rounds up to this one."""
        answer, said = self._answers["multiplier"], []
        for row in answer.rows:
            names = {"population": word(row["population"], self._language), "setting": word(row["setting"], self._language)}
            edge = "first_round" if row["last_round"] is None else "last_round"
            figures = {measure: answer.figure(row, measure) for measure in ("persons_per_household", edge)}
            said.append(self._said("multiplier_since" if row["last_round"] is None else "multiplier_until", **names, **figures))
        return "".join(said)

    def editions(self) -> str:
        """The lists of which the round consists."""
        answer, said = self._answers["edition"], []
        for population in POPULATIONS:
            for row in answer.of(population=population):
                whole = say(row["completeness"], self._language, rows_quarantined=answer.figure(row, "rows_quarantined"))
                dates = {"date": day(row["list_date"], self._language), "vintage": day(row["vintage_date"], self._language)}
                said.append(self._said("edition", population=word(population, self._language), completeness=whole, **dates))
        return "".join(said)

    def no_list(self, population: str) -> str:
        """That there is no list of a population."""
        return self._said("no_list", population=word(population, self._language))

    def plain(self, key: str, **names: object) -> str:
        """A sentence without numbers of the data."""
        return self._said(key, **{name: str(value) for name, value in names.items()})

    def _listed(self, items: list[str]) -> Said:
        return Said(_SEPARATOR[self._language].join(items))

    def _said(self, key: str, **parts: object) -> str:
        return f"<p class='said'>{say(key, self._language, **parts)}</p>"
