"""The published series of emergency trackers, replayed household by household: rows are delivered in the order in which they were
recorded, and a snapshot is published on each date. What the reports print, gaps and revisions, must come out of the ledger."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path

import pytest

from expectations import codes
from flows.emergency import events, life, printed, snapshots, statement
from flows.published import Published
from tests.emergencyworld import day, headline, write
from tests.flows.builds import build, quickly

_BY = snapshots.Clearance("A. Officer", "information manager")


def spread(households: int, individuals: int) -> list[int]:
    """The sizes of so many households that have so many individuals together."""
    size, more = divmod(individuals, households)
    return [size + 1] * more + [size] * (households - more)


class Series:
    """One event and its rows, each of which is one household."""

    def __init__(self, data: Path, event_id: str, trigger: str, start: str, rule: str = "counted", **settings: object) -> None:
        self.data, self.event_id, self.ids = data, event_id, count(1)
        self.waiting: list[dict] = []
        self.held: list[dict] = []
        life.opened(data, event_id, life.Opening(event_id, trigger, day(start), rule, **settings))

    def record(
        self, on: str, sizes: list[int | None], kind: str = "arrival", moved: str | None = None, **fields: object
    ) -> list[str]:
        """Record households of these sizes on a day; they moved on that day or on another. Gives back their ids."""
        made = [
            {"movement_id": f"{self.event_id}-{next(self.ids)}", "kind": kind, "moved_on": moved or on, "recorded_on": on, "households": 1,
             "individuals": size, **fields}
            for size in sizes
        ]  # fmt: skip
        self.waiting += made
        self.held += made
        return [row["movement_id"] for row in made]

    def cancel(self, on: str, households: int, individuals: int) -> None:
        """Cancel so many earlier households with so many individuals, by corrections."""
        wanted = spread(households, individuals)
        for size in wanted:
            row = next(
                row for row in self.held if row["individuals"] == size and not row.get("gone") and row["kind"] != "correction"
            )
            row["gone"] = True
            self.record(on, [0], "correction", row["moved_on"], corrects=row["movement_id"])
            self.waiting[-1]["households"] = self.held[-1]["households"] = 0

    def deliver(self) -> None:
        """Deliver what was recorded and not delivered yet; every row is taken."""
        path = write(
            self.data.parent / f"{self.event_id}.csv", [{k: v for k, v in row.items() if k != "gone"} for row in self.waiting]
        )
        ingested = life.ingest(self.data, self.event_id, path, path.name)
        assert (ingested.taken.kept.num_rows, ingested.taken.rows_set_aside) == (len(self.waiting), 0), ingested.taken.problems()[
            :3
        ]
        self.waiting = []

    def publish(self, on: str, side: str | None = None) -> dict:
        """Deliver, and publish the snapshot of a day as known on it; gives it back as it is told."""
        if self.waiting:
            self.deliver()
        held = events.held(self.data, self.event_id)
        asked = snapshots.asked(self.data, held, day(on), day(on), side)
        one = snapshots.draft(self.data, held, asked)
        one = snapshots.check(self.data, held, one)
        one = snapshots.clear(self.data, held, one, _BY)
        snapshots.publish(self.data, held, one)
        return statement.told(
            asked,
            snapshots.frozen(self.data, one),
            snapshots.NO_FINDINGS,
            "published",
            snapshots.before(self.data, held, asked.previous),
        )

    def told(self, on: str, since: str, side: str | None = None) -> dict:
        """A day as known on it, against the ledger of another day."""
        held = events.held(self.data, self.event_id)
        asked = snapshots.asked(self.data, held, day(on), day(on), side, day(since))
        return statement.told(asked, snapshots.figures(self.data, held, asked, is_deep=False), snapshots.NO_FINDINGS, "told")


def _both(said: dict, name: str) -> tuple[int, int]:
    return said[name]["households"], said[name]["individuals"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replay") / "data"


@pytest.fixture(scope="module")
def camps(data: Path) -> dict[str, dict]:
    """Departures from camps from 18 October 2020, arrivals from the end of November on."""
    own = Series(data, "camps-2020", "camp_closure", "2020-10-18")
    left = {"kind": "departure", "camp_left": "a camp"}
    said = {}
    own.record("2020-11-07", spread(1392, 6684), **left)
    said["2020-11-08"] = own.publish("2020-11-08")
    own.record("2020-11-14", spread(4965 - 1392, 23988 - 6684), **left)
    said["2020-11-15"] = own.publish("2020-11-15")
    own.record("2020-11-20", spread(334, 1928), moved="2020-11-18", **left)
    own.cancel("2020-11-21", 28, 130)
    said["2020-11-22"] = own.publish("2020-11-22")
    own.record("2020-11-21", spread(17, 81), moved="2020-11-20", **left)  # bears an earlier day, and comes a week late
    own.record("2020-11-28", spread(1161, 6225), moved="2020-11-25", **left)
    came = spread(3565, 18929)
    own.record("2020-11-28", came[:2576], moved="2020-11-26", reached_origin="true", destination_governorate="Ninewa")
    stayed = own.record("2020-11-28", came[2576:], moved="2020-11-26", reached_origin="false", destination_governorate="Ninewa")
    said["2020-11-29"] = own.publish("2020-11-29")
    more = spread(7204 - 242 - 3565, 36666 - 1286 - 18929)
    back = 5165 - 2576 - 170
    own.record("2021-02-06", more[:back], reached_origin="true", destination_governorate="Ninewa")
    stayed += own.record("2021-02-06", more[back:], reached_origin="false", destination_governorate="Erbil")
    said["2021-02-07"] = own.publish("2021-02-07", "arrivals")
    new = spread(242, 1286)
    own.record("2021-02-20", new[:170], reached_origin="true", destination_governorate="Ninewa")
    own.record("2021-02-20", new[170:], reached_origin="false", destination_governorate="Erbil")
    for movement, size in zip(stayed, spread(654, 3255), strict=False):
        own.record("2021-02-20", [size], "onward", destination_governorate="Kirkuk", reached_origin="false", onward_from=movement)
    said["2021-02-21"] = own.publish("2021-02-21", "arrivals")
    return said


def test_departures_from_camps_come_out_with_the_gap_between_the_period_and_the_totals(camps: dict[str, dict]) -> None:
    totals = {at: _both(said, "departed") for at, said in camps.items() if at < "2020-12"}
    assert totals == {
        "2020-11-08": (1392, 6684),
        "2020-11-15": (4965, 23988),
        "2020-11-22": (5271, 25786),
        "2020-11-29": (6449, 32092),
    }
    period = camps["2020-11-22"]["period"]
    assert _both(period, "as_printed") == (334, 1928)
    assert _both(period, "net_change") == _both(period, "change_from_published") == (306, 1798)
    assert _both(period, "corrected") == (-28, -130)
    late = camps["2020-11-29"]["period"]
    assert _both(late, "as_printed") == (1161, 6225)
    assert _both(late, "received_late") == (17, 81)
    assert _both(late, "change_from_published") == (6449 - 5271, 32092 - 25786)


def test_departures_and_arrivals_do_not_balance(camps: dict[str, dict]) -> None:
    said = camps["2020-11-29"]
    assert _both(said, "arrived") == (3565, 18929) and said["gap"]["households"] == 6449 - 3565
    assert headline(said) == (6449, 6449 - 2576, 2576) and said["secondary"]["households"] == 989


def test_arrivals_from_camps(camps: dict[str, dict]) -> None:
    said = camps["2021-02-21"]
    assert _both(said, "cumulative") == (7204, 36666)
    assert headline(said) == (7204, 2039, 5165) and said["secondary"]["households"] == 2039
    assert _both(said, "onward") == (654, 3255)
    assert _both(said["period"], "as_printed") == (242, 1286)


# date, cumulative, the printed period and the day before it, where one is printed
SINJAR = (
    ("2020-06-14", (85, 543), None),
    ("2020-06-26", (687, 3829), ((415, 2282), "2020-06-20")),
    ("2020-08-21", (2850, 15469), ((132, 716), "2020-08-06")),
    ("2020-09-02", (3366, 18214), ((431, 2258), "2020-08-21")),
    ("2020-09-17", (4153, 22263), ((644, 3278), "2020-09-02")),
    ("2020-10-16", (5736, 30706), ((752, 4042), "2020-10-01")),
    ("2020-10-29", (6405, 34164), ((546, 2803), "2020-10-16")),
    ("2020-11-21", (7650, 40724), ((1191, 6287), "2020-10-29")),
)


@pytest.fixture(scope="module")
def sinjar(data: Path) -> tuple[dict[str, dict], dict[str, dict]]:
    """Returns to Sinjar and Al-Ba'aj. What a total has more than its period was recorded earlier and came late, or lies between."""
    own = Series(data, "sinjar-2020", "other", "2020-06-08")
    said: dict[str, dict] = {}
    printed_as: dict[str, dict] = {}
    own.record(
        "2020-06-13", spread(60, 370), reached_origin="true", destination_governorate="Ninewa", destination_district="Sinjar"
    )
    own.record("2020-06-13", spread(25, 173), reached_origin="false", destination_governorate="Ninewa", destination_district="Sinjar",
               origin_governorate="Ninewa", origin_district="Sinjar")  # fmt: skip
    said[SINJAR[0][0]] = own.publish(SINJAR[0][0])
    for (_, before, _), (on, now, period) in pairwise(SINJAR):
        (new, since) = period
        own.record(
            since,
            spread(now[0] - before[0] - new[0], now[1] - before[1] - new[1]),
            reached_origin="true",
            destination_governorate="Ninewa",
        )
        own.record(on, spread(*new), reached_origin="true", destination_governorate="Ninewa")
        said[on] = own.publish(on)
        printed_as[on] = own.told(on, since)["period"]
    return said, printed_as


def test_the_arrival_test_counts_families_from_the_district_itself_as_displaced(sinjar: tuple) -> None:
    said = sinjar[0]["2020-06-14"]
    assert (_both(said, "cumulative"), _both(said, "returned"), _both(said, "current"), _both(said, "secondary")) == (
        (85, 543), (60, 370), (25, 173), (25, 173),
    )  # fmt: skip


def test_totals_of_sinjar_are_more_than_the_sum_of_the_printed_periods(sinjar: tuple) -> None:
    said, printed_as = sinjar
    for on, cumulative, period in SINJAR:
        assert _both(said[on], "cumulative") == cumulative
        if period:
            assert _both(printed_as[on], "as_printed") == period[0]
    gap = said["2020-09-02"]["period"]
    assert gap["received_late"]["individuals"] == 18214 - 15469 - 2258 == 487
    assert gap["change_from_published"]["individuals"] == 18214 - 15469


@pytest.fixture(scope="module")
def multiplied(data: Path) -> dict[str, dict[str, dict]]:
    """The trackers with individuals that are households x 6."""
    said: dict[str, dict[str, dict]] = {}
    mosul = Series(data, "mosul-2016", "conflict", "2016-10-17", "x6")
    # current, returned: what is not printed of the returned lies between
    printed_so = (("2016-11-25", 11906, 900), ("2016-12-22", 18104, 1916), ("2016-12-27", 19207, 2300), ("2017-01-19", 26488, 3882),
                  ("2017-04-06", 52378, 14383), ("2017-05-30", 62992, 20000))  # fmt: skip
    current = returned = 0
    for on, still, back in printed_so:
        mosul.record(
            on,
            [None] * (still + back - current - returned),
            origin_governorate="Ninewa",
            origin_district="Mosul",
            destination_governorate="Ninewa",
        )
        mosul.record(
            on,
            [None] * (back - returned),
            "return",
            origin_governorate="Ninewa",
            origin_district="Mosul",
            destination_governorate="Ninewa",
            destination_district="Mosul",
        )
        current, returned = still, back
    mosul.deliver()
    said["mosul"] = {on: mosul.publish(on) for on, _, _ in printed_so}
    fallujah = Series(data, "fallujah-2016", "conflict", "2016-05-22", "x6")
    totals = {"2016-06-09": 4230, "2016-06-11": 7245 - 1758, "2016-06-13": 7245, "2016-06-15": 8854, "2016-06-20": 14229}
    before = 0
    for on, families in totals.items():
        fallujah.record(on, [None] * (families - before), destination_governorate="Anbar")
        before = families
    fallujah.deliver()
    said["fallujah"] = {on: fallujah.publish(on) for on in totals}
    climate = Series(data, "climate-south", "drought", "2018-06-01", "x6")
    origins = {"2022-03-15": (("Thi-Qar", 1542), ("Missan", 733), ("Qadissiya", 326), ("Basrah", 246)),
               # not printed: some lie between
        "2022-06-15": (("Thi-Qar", 2400), ("Missan", 1500), ("Qadissiya", 800), ("Muthanna", 300)), "2022-09-15": (("Thi-Qar", 3387), ("Missan", 2912), ("Qadissiya", 1438), ("Muthanna", 1131))}  # fmt: skip
    stock = {"2022-03-15": (3358, 2152), "2022-06-15": (5767, 2693), "2022-09-15": (10464, 3854)}
    held: dict[str, int] = {}
    total = inside = 0
    for on, (families, same) in stock.items():
        new = {name: families_of - held.get(name, 0) for name, families_of in origins[on]}
        held |= dict(origins[on])
        rows = [name for name, more in new.items() for _ in range(more)]
        rows += [None] * (families - total - len(rows))
        for at, origin in enumerate(rows):
            if at < same - inside:  # moved within their district
                home = {"governorate": origin, "district": codes.districts()[origin].codes[0]}
                places = {f"{side}_{part}": name for side in ("origin", "destination") for part, name in home.items()}
            else:
                places = {"origin_governorate": origin, "destination_governorate": "Basrah"}
            climate.record(on, [None], reached_origin="false", **places)
        total, inside = families, same
    climate.deliver()
    said["climate"] = {on: climate.publish(on) for on in stock}
    ninewa = Series(data, "climate-ninewa", "drought", "2021-06-01", "x6", population="returnee")
    for district, families in (("Al-Ba'aj", 169 + 24), ("Hatra", 80 + 30)):
        ninewa.record(
            "2021-11-15",
            [None] * families,
            destination_governorate="Ninewa",
            destination_district=district,
            reached_origin="false",
        )
    said["ninewa"] = {"2021-11-15": ninewa.publish("2021-11-15")}
    return said


def test_trackers_that_multiply(multiplied: dict[str, dict[str, dict]]) -> None:
    mosul = multiplied["mosul"]
    assert headline(mosul["2016-12-22"], "individuals") == (120120, 108624, 11496)
    assert headline(mosul["2017-04-06"], "individuals") == (400566, 314268, 86298)
    assert {on: _both(said, "current") for on, said in mosul.items()} == {
        "2016-11-25": (11906, 71436), "2016-12-22": (18104, 108624), "2016-12-27": (19207, 115242), "2017-01-19": (26488, 158928),
        "2017-04-06": (52378, 314268), "2017-05-30": (62992, 377952),
    }  # fmt: skip
    fallujah = multiplied["fallujah"]
    assert {on: _both(said, "current") for on, said in fallujah.items() if on != "2016-06-11"} == {
        "2016-06-09": (4230, 25380), "2016-06-13": (7245, 43470), "2016-06-15": (8854, 53124), "2016-06-20": (14229, 85374),
    }  # fmt: skip
    assert _both(fallujah["2016-06-13"]["period"], "as_printed") == (1758, 10548)


def test_climate_trackers(multiplied: dict[str, dict[str, dict]]) -> None:
    climate = multiplied["climate"]
    assert {on: _both(said, "current") for on, said in climate.items()} == {
        "2022-03-15": (3358, 20148), "2022-06-15": (5767, 34602), "2022-09-15": (10464, 62784),
    }  # fmt: skip
    within = {
        on: sum(
            row["current"]["households"]
            for row in said["origin_to_destination"]
            if row["level"] == "district" and " > not stated" not in row["area"] and len(set(row["area"].split(" -> "))) == 1
        )
        for on, said in climate.items()
    }
    assert within == {"2022-03-15": 2152, "2022-06-15": 2693, "2022-09-15": 3854}
    by_origin = {
        row["area"]: row["current"]["households"] for row in climate["2022-09-15"]["origin"] if row["level"] == "governorate"
    }
    assert {name: by_origin[name] for name in ("Thi-Qar", "Missan", "Qadissiya", "Muthanna")} == {
        "Thi-Qar": 3387,
        "Missan": 2912,
        "Qadissiya": 1438,
        "Muthanna": 1131,
    }
    districts = {
        row["area"]: row["current"]["households"]
        for row in multiplied["ninewa"]["2021-11-15"]["destination"]
        if row["level"] == "district"
    }
    assert sum(districts.values()) == 303 and set(districts.values()) == {193, 110}


@pytest.fixture(scope="module")
def partly_counted(data: Path) -> dict[str, dict]:
    """Trackers that print households only, or individuals only."""
    camps = Series(data, "camps-2019", "camp_closure", "2019-08-15")
    camps.record("2019-10-22", [None] * 16636, "departure", camp_left="a camp")
    syria = Series(data, "syria-2019", "conflict", "2019-10-14", population="any")
    syria.record("2019-10-26", [1] * (12014 - 374), households=None, destination_governorate="Dahuk")
    syria.record("2019-10-27", [1] * 374, households=None, destination_governorate="Ninewa")
    sinjar = Series(data, "sinjar-2015", "conflict", "2015-11-12")
    sinjar.record("2015-12-12", [1] * 15054, households=None, destination_governorate="Ninewa", destination_district="Sinjar")
    syria.deliver()
    said = {"syria before": syria.publish("2019-10-26"), "syria": syria.publish("2019-10-27")}
    return said | {"camps": camps.publish("2019-10-22"), "sinjar": sinjar.publish("2015-12-12")}


def test_what_a_tracker_does_not_count_stays_unknown(partly_counted: dict[str, dict]) -> None:
    assert _both(partly_counted["camps"], "departed") == (16636, None)
    assert _both(partly_counted["syria"], "cumulative") == (None, 12014)
    assert partly_counted["syria"]["period"]["as_printed"]["individuals"] == 374
    assert partly_counted["sinjar"]["current"]["individuals"] == 15054


EVENTS = {
    "Sinjar operations (Ninewa)": "sinjar-2015", "Fallujah": "fallujah-2016", "Mosul operations": "mosul-2016", "Camp departures 2019": "camps-2019",
    "Syria arrivals": "syria-2019", "Returns to Sinjar and Al-Ba'aj": "sinjar-2020", "Camp departures 2020-21": "camps-2020",
    "Climate (Ninewa returnees)": "climate-ninewa", "Climate (central and south)": "climate-south",
}  # fmt: skip


def _printed_rows(published: list[dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """The published figures as files of printed figures."""
    for row in published:
        for measure in ("current", "cumulative", "returned"):
            households, individuals = row[f"{measure}_families"], row[f"{measure}_individuals"]
            if households or individuals:
                yield (
                    EVENTS[row["event"]],
                    {
                        "report": row["product"] or row["event"],
                        "as_of": row["as_of"],
                        "measure": measure,
                        "households": households,
                        "individuals": individuals,
                    },
                )


@pytest.mark.usefixtures("camps", "sinjar", "multiplied", "partly_counted")
def test_every_printed_figure_stands_beside_the_ledger_and_printed_errors_do_not_bend_it(
    data: Path, reference: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.judging.beside", quickly)
    with open(reference / "reference" / "published_et.csv", encoding="utf-8", newline="") as handle:
        published = list(csv.DictReader(handle))
    by_event: dict[str, list[dict]] = {}
    for event_id, row in _printed_rows(published):
        by_event.setdefault(event_id, []).append(row)
    for event_id, rows in by_event.items():
        path = data.parent / "printed.csv"
        with open(path, "w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        assert printed.receive(data, event_id, path, path.name) == len(rows)
    build(data)
    held = Published(data)
    rows = held.table("emergency_printed").to_pylist()
    assert (
        len(rows) == sum(map(len, by_event.values()))
        and len({(row["event_id"], row["as_of"]) for row in rows}) == len(published) == 30
    )
    different = [row for row in rows if row["printed_status"] != "equal"]
    (error,) = different
    assert (error["event_id"], error["as_of"], error["printed_individuals"], error["published_individuals"]) == (
        "mosul-2016",
        datetime.date(2017, 1, 19),
        32292,
        23292,
    )
    assert error["printed_households"] == error["published_households"] == 3882
    _revisions(held)


def _revisions(held: Published) -> None:
    """What became known after publishing is named, and what was published stands."""
    rows = [
        row
        for row in held.table("emergency_figure").to_pylist()
        if (row["event_id"], row["figure_dimension"], row["emergency_measure"]) == ("camps-2020", "total", "cumulative")
    ]
    of = {row["as_of"].isoformat(): row for row in rows}
    assert of["2020-11-15"]["published_households"] == 4965 and of["2020-11-15"]["known_households"] == 4965 - 28
    assert of["2020-11-22"]["published_households"] == 5271 and of["2020-11-22"]["known_households"] == 5271 + 17
    named: dict[tuple[int, str], int] = {}
    for row in held.table("emergency_revision").to_pylist():
        if row["event_id"] == "camps-2020":
            key = (row["snapshot_number"], row["revision"])
            named[key] = named.get(key, 0) + row["revised_households"]
    assert {key: value for key, value in named.items() if key[0] in (2, 3)} == {(2, "corrected"): -28, (3, "received_late"): 17}
