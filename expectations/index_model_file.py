"""Model files of the indices (schema ``index-model/1``): read, validated, and the ones that are shipped."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from expectations import codes
from expectations.index import INDICES, MODEL_STATUSES, NOT_APPLICABLE, OVERALL, REPORT_GROUPS, Index, of_model
from expectations.index_model import (
    AGGREGATIONS,
    EVIDENCE,
    LARGE_MODES,
    RULES,
    SENSITIVITIES,
    WEIGHT_MAXIMUM,
    WEIGHT_PLACES,
    Category,
    Hotspot,
    IndexModel,
    Indicator,
    Label,
    Level,
    Scale,
)

SCHEMA = "index-model/1"
FOLDER = Path(__file__).parent / "models"
_NUMBER_MAXIMUM = 1e9
_ROUND_MAXIMUM = 999
_LABEL_MAXIMUM = 500  # letters; people read it on a telephone, and exports may carry it as a header
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_INDICATOR = re.compile(r"[a-z][a-z0-9_]{0,59}")
_VERSION = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}")
_SIZE_MAXIMUM = 5_000_000
# Names that columns of answers and rows of results have already.
_RESERVED = frozenset({
    "index_round", "round", "place_id", "indicator", "answer", "governorate", "district", "subdistrict", "location_name_en",
    "location_name_ar", "location_type", "latitude", "longitude", "replaces", "row", "overall", "category", "population_shift",
    *(scale for index in INDICES.values() for scale in index.scales),
})  # fmt: skip
_LEVELS_MAXIMUM = 30
_INDICATORS_MAXIMUM = 50  # which were answered is kept as one number with a bit for each


class ModelError(Exception):
    """A model file cannot be used; ``sentences`` says every reason, each with its place in the file."""

    def __init__(self, name: str, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(f"{name} is no valid index model: {self.sentences[0]}")


@cache
def shipped() -> dict[str, IndexModel]:
    """The models that come with the project, by id."""
    found = [parse(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.json"))]
    return {model.id: model for model in found}


def parse(text: str, name: str) -> IndexModel:
    """A model from the text of its file, known to people as ``name``.

    Raises:
        ModelError: it is not valid; every reason is said.
    """
    if len(text) > _SIZE_MAXIMUM:
        raise ModelError(name, [f"it is larger than {_SIZE_MAXIMUM:,} characters."])
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ModelError(name, ["a text holds half of a character (a lone surrogate)."]) from None
    except (ValueError, RecursionError) as error:
        why = "a number has too many digits" if "digits" in str(error) else error
        raise ModelError(name, [f"it is no JSON: {why}."]) from None
    return from_document(document, name)


def from_document(document: object, name: str) -> IndexModel:
    """A model from its parsed JSON. Raises as :func:`parse`."""
    return _Reader(document, name).model()


def _once(pairs: list[tuple[str, object]]) -> dict:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key '{_shown(key)}' stands twice in one object")
        found[key] = value
    return found


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text if len(text) <= 40 else text[:39] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class _Reader:
    """Reads one document and collects what is wrong with it."""

    def __init__(self, document: object, name: str) -> None:
        self.name, self.wrong, self.warnings = name, [], []
        self.document = document

    def say(self, sentence: str) -> None:
        self.wrong.append(sentence)

    def model(self) -> IndexModel:
        document = self.document
        if not isinstance(document, dict):
            raise ModelError(self.name, ["the file holds no object."])
        if document.get("schema") != SCHEMA:
            raise ModelError(self.name, [f"schema is '{_shown(document.get('schema'))}', expected '{SCHEMA}'."])
        self._keys(
            document,
            "",
            "schema id version status title rounds provenance scales indicators normalisation combination categories hotspot",
            "index",
        )
        if self.wrong:
            raise ModelError(self.name, self.wrong)
        index = self._index(document)
        made = self._parts(document, index) if index else {}
        if self.wrong or index is None:
            raise ModelError(self.name, self.wrong)
        content = json.dumps(document, ensure_ascii=False, sort_keys=True)
        sha256 = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        return IndexModel(index=index, warnings=tuple(self.warnings), document=document, sha256=sha256, **made)

    # --- parts ------------------------------------------------------------------------------------

    def _index(self, document: dict) -> Index | None:
        said = document.get("index")
        if said is not None and not isinstance(said, str):
            self.say(f"index is {_shown(said)}, expected return or displacement.")
            return None
        name = said or (of_model(document["id"]) if isinstance(document["id"], str) else None)
        if name not in INDICES:
            self.say(
                f'id \'{_shown(document["id"])}\' begins with neither ri- nor di-: say which index it is of, "index": "return" or "displacement".'
            )
            return None
        return INDICES[name]

    def _parts(self, document: dict, index: Index) -> dict[str, object]:
        first, last = self._rounds(document["rounds"])
        self._provenance(document["provenance"], document["status"])
        rule, shares = self._combination(document["combination"], index)
        scales = self._scales(document["scales"], index, shares)
        indicators = self._indicators(document["indicators"], index)
        self._maxima(index, indicators)
        order, categories = self._categories(document["categories"], index)
        share, applicable = self._normalisation(document["normalisation"])
        return {
            "id": self._text(document["id"], "id", _CODE.fullmatch, "letters, digits, '.', '_' and '-'"),
            "version": self._text(document["version"], "version", _VERSION.fullmatch, "three numbers such as 1.0.0"),
            "status": self._one_of(document["status"], "status", MODEL_STATUSES),
            "title": self._label(document["title"], "title", needs_english=True),
            "first_round": first, "last_round": last, "scales": scales, "indicators": indicators,
            "min_answered_share": share, "min_applicable_indicators": applicable, "rule": rule, "categories": categories,
            "hotspot": self._hotspot(document["hotspot"], order),
        }  # fmt: skip

    def _rounds(self, given: object) -> tuple[int, int | None]:
        if not self._keys(given, "rounds", "from to"):
            return 1, None
        first, last = given["from"], given["to"]
        if not _is_whole(first) or first < 1:
            self.say(f"rounds.from is {_shown(first)}, expected an index round, a whole number from 1 on.")
        elif last is not None and (not _is_whole(last) or last < first):
            self.say(f"rounds.to is {_shown(last)}, expected null or an index round not before {first}.")
        return (first, last) if _is_whole(first) else (1, None)

    def _provenance(self, given: object, status: object) -> None:
        if not isinstance(given, dict) or not isinstance(given.get("method"), str):
            self.say("provenance has no method: say how the numbers were found.")
        elif status == "official" and not any(
            isinstance(given.get(key), str) and given[key] for key in ("citation", "note", "data")
        ):
            self.say("status is official, but provenance cites no publication of the owner of the index.")

    def _combination(self, given: object, index: Index) -> tuple[str, dict[str, float]]:
        equal = dict.fromkeys(index.scales, 1.0)
        if not self._keys(given, "combination", "rule", "weights"):
            return RULES[0], equal
        rule = self._one_of(given["rule"], "combination.rule", RULES)
        weights = given.get("weights")
        if rule != "weighted_mean":
            if weights is not None:
                self.say(f"combination.weights stands beside the rule {_shown(rule)}, which has none.")
            return rule, equal
        if not isinstance(weights, dict) or set(weights) != set(index.scales):
            self.say(f"combination.weights names {_shown(weights)}, expected a number for each of {', '.join(index.scales)}.")
            return rule, equal
        if not all(_is_number(weight) and weight >= 0 for weight in weights.values()) or not sum(weights.values()) > 0:
            self.say("combination.weights holds something else than numbers from 0 on, or 0 only.")
            return rule, equal
        return rule, {scale: float(weight) for scale, weight in weights.items()}

    def _scales(self, given: object, index: Index, weights: dict[str, float]) -> tuple[Scale, ...]:
        listed = self._objects(given, "scales", "id label")
        found = [scale["id"] for scale in listed]
        if sorted(map(str, found)) != sorted(index.scales):
            self.say(
                f"scales are {', '.join(map(_shown, found)) or 'none'}; the {index.title} has {', '.join(index.scales)}, each once."
            )
            return ()
        total = sum(weights.values())
        return tuple(
            Scale(
                scale["id"], self._label(scale["label"], f"scale {scale['id']}", needs_english=True), weights[scale["id"]] / total
            )
            for scale in listed
        )

    def _indicators(self, given: object, index: Index) -> tuple[Indicator, ...]:
        found: list[Indicator] = []
        for own in self._objects(
            given, "indicators", "id scale label levels", "question wording_status allow_not_applicable sensitivity"
        ):
            where = f"indicator {_shown(own['id'])}"
            if not isinstance(own["id"], str) or not _INDICATOR.fullmatch(own["id"]):
                self.say(f"{where}: its id is no name of small letters, digits and '_'.")
                continue
            if own["id"] in _RESERVED:
                self.say(f"{where}: this name is taken by a column; choose another id.")
            if any(own["id"] == known.id for known in found):
                self.say(f"{where} stands twice.")
            if own["scale"] not in index.scales:
                self.say(f"{where}: scale '{_shown(own['scale'])}' is none of {', '.join(index.scales)}.")
            may_not_apply = own.get("allow_not_applicable", False)
            if not isinstance(may_not_apply, bool):
                self.say(f"{where}: allow_not_applicable is {_shown(may_not_apply)}, expected true or false.")
            status = own.get("wording_status", "illustrative")
            found.append(
                Indicator(
                    own["id"], own["scale"], self._label(own["label"], where, needs_english=True),
                    self._label(own.get("question") or {}, f"{where}, question"),
                    self._text(status, f"{where}: wording_status", bool, "a text"), bool(may_not_apply),
                    self._levels(own["levels"], where), self._sensitivity(own, where),
                )
            )  # fmt: skip
        if len(found) > _INDICATORS_MAXIMUM:
            self.say(f"there are {len(found)} indicators, at most {_INDICATORS_MAXIMUM} are possible.")
        return tuple(found)

    def _sensitivity(self, own: dict, where: str) -> str:
        said = own.get("sensitivity")
        if said is not None:
            self._one_of(said, f"{where}: sensitivity", SENSITIVITIES)
        listed = {row["indicator"]: row["sensitivity"] for row in codes.rows("index_sensitivity")}
        known = listed.get(own["id"])
        if known == "sensitive" and said == "public":
            self.say(f"{where}: sensitivity is public, but expectations/codes/index_sensitivity.csv says that it is sensitive.")
        return "sensitive" if "sensitive" in (known, said) else said or known or "sensitive"

    def _levels(self, given: object, where: str) -> tuple[Level, ...]:
        levels: list[Level] = []
        for own in self._objects(given, f"{where}, levels", "code label weight", "met evidence"):
            code = own["code"]
            at = f"{where}, level {_shown(code)}"
            if not isinstance(code, str) or not _CODE.fullmatch(code):
                self.say(f"{at}: its code is no text of letters, digits, '.', '_' and '-'.")
                continue
            if code == NOT_APPLICABLE:
                self.say(f"{at}: the code {NOT_APPLICABLE} is taken for questions that do not apply.")
            if any(code == known.code for known in levels):
                self.say(f"{at} stands twice.")
            met, weight = own.get("met", math.nan), own["weight"]
            if not _is_number(weight) or not 0 <= weight <= WEIGHT_MAXIMUM:
                self.say(f"{at}: weight is {_shown(weight)}, expected a number from 0 to {WEIGHT_MAXIMUM:,.0f}.")
                continue
            if "met" in own and not (_is_number(met) and 0 <= met <= 1):
                self.say(f"{at}: met is {_shown(met)}, expected a share from 0 to 1.")
                continue
            evidence = self._one_of(own.get("evidence", "hand-set"), f"{at}: evidence", EVIDENCE)
            levels.append(Level(code, self._label(own["label"], at, needs_english=True), float(met), float(weight), evidence))
        if len(levels) > _LEVELS_MAXIMUM:
            self.say(f"{where} has {len(levels)} answer levels, at most {_LEVELS_MAXIMUM} are possible.")
        if len(levels) < 2:
            self.say(f"{where} has fewer than two answer levels that can be used.")
            return tuple(levels)
        if levels[0].weight != 0:
            self.say(
                f"{where}: its first level {levels[0].code} has the weight {levels[0].weight:g}, expected 0 (condition met)."
            )
        for before, after in pairwise(levels):
            if after.weight < before.weight:
                self.say(
                    f"{where}: weight falls from {before.weight:g} ({before.code}) to {after.weight:g} ({after.code}); levels go from met to worst."
                )
            if after.met > before.met:
                self.say(
                    f"{where}: met rises from {before.met:g} ({before.code}) to {after.met:g} ({after.code}); levels go from met to worst."
                )
        return tuple(levels)

    def _maxima(self, index: Index, indicators: tuple[Indicator, ...]) -> None:
        for scale in index.scales:
            own = [indicator for indicator in indicators if indicator.scale == scale and indicator.levels]
            total = sum(indicator.maximum for indicator in own)
            if not own:
                self.say(f"scale {scale} has no indicator.")
            elif round(total, WEIGHT_PLACES) == 0:
                self.say(f"scale {scale}: every weight is 0.")
            elif index.name == "return" and abs(total - 100) > 1e-9:
                self.warnings.append(f"The largest weights of scale {scale} sum to {total:g}, not 100; scores are normalised.")

    def _categories(self, given: object, index: Index) -> tuple[tuple[str, ...], tuple[Category, ...]]:
        if not self._keys(given, "categories", "order lower_bounds report_groups"):
            return (), ()
        order, bounds, groups = given["order"], given["lower_bounds"], given["report_groups"]
        if (
            not isinstance(order, list)
            or len(order) < 2
            or not all(isinstance(c, str) and _INDICATOR.fullmatch(c) for c in order)
            or len(set(order)) != len(order)
        ):
            self.say(f"categories.order is {_shown(order)}, expected at least two names, each once, from the best to the worst.")
            return (), ()
        group_of = self._groups(groups, order)
        scales = (*index.scales, OVERALL)
        if not isinstance(bounds, dict) or set(bounds) != set(scales):
            self.say(
                f"categories.lower_bounds has {_shown(sorted(bounds) if isinstance(bounds, dict) else bounds)}, expected {', '.join(scales)}."
            )
            return tuple(order), ()
        found: list[Category] = []
        for scale in scales:
            own = bounds[scale]
            if not isinstance(own, list) or len(own) != len(order) - 1 or not all(map(_is_number, own)):
                self.say(
                    f"categories.lower_bounds.{scale} is {_shown(own)}, expected {len(order) - 1} numbers for {len(order)} categories."
                )
                continue
            if any(not 0 < bound < 100 for bound in own) or any(a >= b for a, b in pairwise(own)):
                self.say(f"categories.lower_bounds.{scale} is {_shown(own)}, expected rising numbers between 0 and 100.")
                continue
            found += [
                Category(scale, category, at, float(bound), group_of.get(category, ""))
                for at, (category, bound) in enumerate(zip(order, [0.0, *own], strict=True), start=1)
            ]
        return tuple(order), tuple(found)

    def _groups(self, groups: object, order: list[str]) -> dict[str, str]:
        if (
            not isinstance(groups, dict)
            or set(groups) != set(REPORT_GROUPS)
            or not all(isinstance(own, list) for own in groups.values())
        ):
            self.say(
                f"categories.report_groups is {_shown(groups)}, expected lists of categories for {', '.join(REPORT_GROUPS)}."
            )
            return {}
        listed = [(category, group) for group, own in groups.items() for category in own]
        for category in order:
            count = sum(1 for own, _ in listed if own == category)
            if count != 1:
                self.say(f"category {_shown(category)} stands in {count} of the report groups, expected one.")
        for category, group in listed:
            if category not in order:
                self.say(f"report group {group} names '{_shown(category)}', which is no category.")
        return {category: group for category, group in listed if isinstance(category, str)}

    def _normalisation(self, given: object) -> tuple[float, int]:
        if not self._keys(given, "normalisation", "min_answered_share min_applicable_indicators"):
            return 1.0, 1
        share, applicable = given["min_answered_share"], given["min_applicable_indicators"]
        if not _is_number(share) or not 0 < share <= 1:
            self.say(f"normalisation.min_answered_share is {_shown(share)}, expected a share above 0 and at most 1.")
        if not _is_whole(applicable, _INDICATORS_MAXIMUM) or applicable < 1:
            self.say(
                f"normalisation.min_applicable_indicators is {_shown(applicable)}, expected a whole number from 1 to {_INDICATORS_MAXIMUM}."
            )
        return (share, applicable) if not self.wrong else (1.0, 1)

    def _hotspot(self, given: object, order: tuple[str, ...]) -> Hotspot | None:
        if given is None or not self._keys(
            given, "hotspot", "unit aggregation high_from medium_from large_returnees", "unit_overrides"
        ):
            return None
        if given["unit"] != "subdistrict":
            self.say(f"hotspot.unit is '{_shown(given['unit'])}', expected subdistrict; unit_overrides says which are joined.")
        aggregation = self._one_of(given["aggregation"], "hotspot.aggregation", AGGREGATIONS)
        high, medium = (self._one_of(given[key], f"hotspot.{key}", order) for key in ("high_from", "medium_from"))
        if high in order and medium in order and order.index(medium) >= order.index(high):
            self.say(f"hotspot.medium_from {medium} does not come before high_from {high}.")
        large = given["large_returnees"]
        if not self._keys(large, "hotspot.large_returnees", "mode value"):
            return None
        mode = self._one_of(large["mode"], "hotspot.large_returnees.mode", LARGE_MODES)
        top = 100 if mode == "percentile" else math.inf
        if not _is_number(large["value"]) or not 0 < large["value"] <= top:
            self.say(
                f"hotspot.large_returnees.value is {_shown(large['value'])}, expected a number above 0"
                + (" and at most 100." if mode == "percentile" else ".")
            )
            return None
        overrides = given.get("unit_overrides", {})
        if not isinstance(overrides, dict) or not all(isinstance(unit, str) and unit for unit in overrides.values()):
            self.say("hotspot.unit_overrides is no list of sub-districts with the unit of each.")
            overrides = {}
        return Hotspot(aggregation, high, medium, mode, float(large["value"]), overrides)

    # --- values -----------------------------------------------------------------------------------

    def _keys(self, given: object, where: str, required: str, optional: str = "") -> bool:
        """Whether ``given`` is an object with all required keys and no unknown one."""
        what = where or "the file"
        if not isinstance(given, dict):
            self.say(f"{what} is {_shown(given)}, expected an object.")
            return False
        missing = [key for key in required.split() if key not in given]
        unknown = [key for key in given if key not in (*required.split(), *optional.split())]
        if missing:
            self.say(f"{what} lacks {', '.join(missing)}.")
        if unknown:
            self.say(f"{what} has {', '.join(map(_shown, unknown))}, which {SCHEMA} does not know.")
        return not missing

    def _objects(self, given: object, where: str, required: str, optional: str = "") -> list[dict]:
        if not isinstance(given, list) or not given:
            self.say(f"{where} is no list with at least one entry.")
            return []
        return [own for at, own in enumerate(given, start=1) if self._keys(own, f"{where} {at}", required, optional)]

    def _text(self, given: object, where: str, fits: Callable, expected: str) -> str:
        if not isinstance(given, str) or not fits(given):
            self.say(f"{where} is '{_shown(given)}', expected {expected}.")
        return given if isinstance(given, str) else ""

    def _one_of(self, given: object, where: str, known: tuple[str, ...]) -> str:
        if given not in known:
            self.say(f"{where} is '{_shown(given)}', expected one of {', '.join(known)}.")
        return given if isinstance(given, str) else ""

    def _label(self, given: object, where: str, *, needs_english: bool = False) -> Label:
        if not isinstance(given, dict) or not all(value is None or isinstance(value, str) for value in given.values()):
            self.say(f"{where} has no label with texts en and ar.")
            return Label(None, None)
        en, ar = (given.get(language) for language in ("en", "ar"))
        if any(text and len(text) > _LABEL_MAXIMUM for text in (en, ar)):
            self.say(f"{where} has a label of more than {_LABEL_MAXIMUM} letters.")
        if needs_english and not en:
            self.say(f"{where} has no English label.")
        return Label(en or None, ar or None)


def _is_number(value: object) -> bool:
    """A number of a size that stands for something; whole ones have no limit of their own in JSON."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -_NUMBER_MAXIMUM <= value <= _NUMBER_MAXIMUM


def _is_whole(value: object, maximum: int = _ROUND_MAXIMUM) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value <= maximum
