"""A round from what was received to its list: versions, cleaning log, locations, checks, informants, the list and its checks.

Pure: the same inputs give the same tables, whatever the order in which they came. ``sql/field`` holds the steps,
``sql/checks`` the checks.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes, form
from expectations.checks import BY_ID, CHECKS, Check
from expectations.columns import PRODUCT_DIMENSIONS
from expectations.policy import ZONE, Policy
from expectations.schema import schema
from expectations.tables import TABLES
from transforms import query, reference, warehouse
from transforms.field import cleaning_log
from transforms.field.boundaries import Boundaries
from transforms.field.decision import BLANK, CHANGE, KEEP, REVIEW_STATE, Decision
from transforms.field.matching import match

Kind = Literal["partial", "final"]
_BEFORE_DECISIONS = ("version", "anonymous")
_INTERVIEWS = ("interview", "judged_problem", "cell")
_LIST = ("set_aside", "usable", "candidate", "selection", "record", "list_row", "list_cell")
COMPARED, KEEP_OURS = "c29", "keep_ours"
_FINDING = ("check_id", "check_severity", "check_binding", "uuid", "population", "place_id", "question", "old_value", "issue")
_FINDING_SCHEMA = pa.schema([(name, pa.string()) for name in _FINDING])


@dataclass(frozen=True)
class Export:
    """What was kept of one export: its entry in the journal, its hash, its neutral name, the tables ``received_*``."""

    journal_number: int
    sha256: str
    name: str
    tables: dict[str, pa.Table]


@dataclass(frozen=True)
class Frame:
    """The register and the lists before the round, as they were when it was opened."""

    place: pa.Table
    count: pa.Table
    cell: pa.Table


@dataclass(frozen=True)
class Inputs:
    """All that a list is made of.

    ``kind``: a final list takes approved records only, a partial one also those that wait for their supervisor.
    ``takes_late``: with the submissions sent after the cutoff, to see what they would change. ``takes_broken``: decisions that
    no longer fit the data become findings, for a person to decide again, instead of an error.
    ``work_plans`` and ``figures`` (comparisons) are in the order of the journal; a later one takes the place of an
    earlier one for the same location or area. ``boundaries`` of the governorates, where they are at hand.
    """

    round: int
    list_date: datetime.date
    cutoff: datetime.date | None
    policy: Policy
    kind: Kind
    frame: Frame
    takes_late: bool = False
    takes_broken: bool = False
    exports: Sequence[Export] = ()
    decisions: Sequence[Decision] = ()
    work_plans: Sequence[pa.Table] = ()
    figures: Sequence[pa.Table] = ()
    boundaries: Boundaries | None = None


class BrokenLog(Exception):
    """Decisions no longer fit the data: ``sentences`` says which, one each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(sentences[0])
        self.sentences = tuple(sentences)


class Evaluation:
    """One round evaluated; every table is made once, when it is first asked for."""

    def __init__(self, inputs: Inputs) -> None:
        """Run all steps.

        Raises:
            BrokenLog: a decision of the cleaning log no longer fits the data.
        """
        self.inputs = inputs
        self._connection = warehouse.connect()
        # the steps are short: a second thread takes as much from the process of the suites as it gives here
        self._connection.execute("set threads = 1")
        self._made: set[str] = set()
        self._register_inputs()
        for name in _BEFORE_DECISIONS:
            self._make(name)
        self._replay()
        self._make("reading")
        self._match()
        for name in _INTERVIEWS:
            self._make(name)
        found = self._checked("submission")
        self._set("open_finding", self._open(found))
        for name in _LIST:
            self._make(name)
        self.findings = found
        if not inputs.takes_late:  # of which only the records are asked
            self._compare()
            self.findings = pa.concat_tables([found, self._checked("list")])
        self.open_findings = self._open(self.findings)
        gates = pa.array([BY_ID[check].gate for check in self.findings["check_id"].to_pylist()], pa.string())
        self._set("finding", self.findings.append_column("check_gate", gates))

    # --- steps ---------------------------------------------------------------------------------------

    def _make(self, name: str) -> None:
        self._made.add(name)
        self._connection.execute(warehouse.parsed(f"create table {name} as ({query.field_query(name)})"))

    def _set(self, name: str, data: pa.Table) -> None:
        self._made.add(name)
        self._connection.register("_new", data)
        self._connection.execute(f"create or replace table {name} as from _new")
        self._connection.unregister("_new")

    def table(self, name: str) -> pa.Table:
        """A table of the evaluation."""
        return self._connection.sql(f"from {name}").to_arrow_table()

    def _rows(self, text: str) -> pa.Table:
        return warehouse.rows_of(self._connection, text)

    def _register_inputs(self) -> None:
        given = self.inputs
        for name in ("received_submission", "received_problem"):
            own = [_with_source(export, name) for export in given.exports]
            self._set(name, pa.concat_tables(own) if own else _with_source(_no_export(), name))
        answers = [export.tables["received_answer"] for export in given.exports]
        self._set("received_answer", pa.concat_tables([schema(TABLES["received_answer"]).empty_table(), *answers]))
        for name, data in (
            ("frame_place", given.frame.place),
            ("frame_count", given.frame.count),
            ("frame_cell", given.frame.cell),
        ):
            self._set(name, data)
        self._set("work_plan", _latest(given.work_plans, "work_plan", ("population", "place_id")))
        self._set("comparison_figure", _newest(given.figures))
        settings = asdict(given.policy) | {
            "round": given.round,
            "list_date": given.list_date,
            "cutoff": last_moment(given.cutoff) if given.cutoff else None,
            "takes_pending": given.kind == "partial",
            "takes_late": given.takes_late,
        }
        types = {"cutoff": pa.string()}
        self._set("policy", pa.table({name: pa.array([value], types.get(name)) for name, value in settings.items()}))
        listed = reference.tables([])
        for name in ("governorate", "multiplier_rule", "shelter_type"):
            self._set(name, listed[name])
        self._set("district_code", warehouse.district_codes())
        self._set("cell_question", _cell_questions())
        self._set("asked_cell", _asked_cells(given.round))
        self._set("question_population", _question_populations())
        self._set("count_question", pa.table({"question": sorted(_count_questions())}))
        dimensions = {
            population: (*own, *(["origin_district"] if population == "idp" else []))
            for population, own in PRODUCT_DIMENSIONS.items()
        }
        pairs = [(population, dimension) for population, own in dimensions.items() for dimension in own]
        self._set("asked_dimension", pa.table({"population": [p for p, _ in pairs], "dimension": [d for _, d in pairs]}))

    def _replay(self) -> None:
        """The answers after the cleaning log, and what it removed, changed and kept."""
        received = self._rows(
            f"""
            select v.uuid, a.question, a.answer
            from version v
            join (select distinct version_sha256, question, answer from received_answer) a on a.version_sha256 = v.version_sha256
            where v.is_current_version
            union all
            select v.uuid, '{REVIEW_STATE}', v.review_state
            from version v
            where v.is_current_version
            """
        )
        self.replayed = cleaning_log.replay(received, self.inputs.decisions)
        if self.replayed.broken and not self.inputs.takes_broken:
            raise BrokenLog([broken.sentence for broken in self.replayed.broken])
        self._set("answer", self.replayed.answers)
        broken = [(one.uuid, one.question, one.found, one.sentence) for one in self.replayed.broken]
        self._set("broken_decision", _texts(("uuid", "question", "old_value", "issue"), broken))
        self._set("removed", pa.table({"uuid": pa.array(sorted(self.replayed.removed), pa.string())}))
        changed = sorted({(d.uuid, d.question) for d in self.inputs.decisions if d.change_type in (CHANGE, BLANK)})
        self._set("decided_answer", _texts(("uuid", "question"), changed))
        latest = cleaning_log.tracking(d for d in self.inputs.decisions if d.change_type)
        kept = sorted({(d.uuid, d.check_id or "", d.old_value or "") for d in latest.values() if d.change_type == KEEP})
        self._set("kept_finding", _texts(("uuid", "check_id", "old_value"), kept))

    def _match(self) -> None:
        matched = match(self.table("reading"), self.inputs.frame.place)
        self._set("matched", matched.interview)
        self._set("new_place", matched.new_place)
        boundaries = self.inputs.boundaries
        kilometres = self.inputs.policy.coordinates_kilometres
        elsewhere = boundaries.elsewhere(self.table("reading"), kilometres) if boundaries else _texts(("uuid", "governorate"), [])
        self._set("position_governorate", elsewhere)

    def _checked(self, gate: str) -> pa.Table:
        """The findings of the checks of a gate, all in one query; where only the records are asked, those that block one."""
        asked = [check for check in CHECKS if check.gate == gate and (check.severity == "block" or not self.inputs.takes_late)]
        each = " union all ".join(_finding_query(check) for check in asked)
        columns = ", ".join(_FINDING)
        return self._rows(f"select {columns} from ({each}) order by check_id, check_binding, uuid, question").cast(
            _FINDING_SCHEMA
        )

    def _open(self, found: pa.Table) -> pa.Table:
        resolved = cleaning_log.resolved_bindings(found, self.inputs.decisions)
        if "comparison_verdict" in self._made:  # theirs taken, or a visit to come: open until the figures agree
            verdicts = self.table("comparison_verdict").to_pylist()
            resolved = resolved - {row["check_binding"] for row in verdicts if row["decision"] != KEEP_OURS}
        return found.filter(pc.invert(pc.is_in(found["check_binding"], pa.array(sorted(resolved), pa.string()))))

    def _compare(self) -> None:
        """``comparison``: ours against other sources, with the decisions taken on them."""
        decided = [d for d in self.inputs.decisions if d.check_id == COMPARED and d.change_type]
        rows = [
            (d.check_binding, d.new_value, d.comment, d.reviewer, d.decided_at) for d in cleaning_log.tracking(decided).values()
        ]
        names = ("check_binding", "decision", "comment", "reviewer", "decided_at")
        self._set("comparison_verdict", _texts(names, list({row[0]: row for row in rows}.values())))
        self.comparison = self._out("comparison")
        self._set("comparison", self.comparison)

    # --- what comes out ----------------------------------------------------------------------------------

    def blocking(self) -> pa.Table:
        """The findings that stand between the round and its final list: open ones to correct, explain or decide."""
        return self.open_findings.filter(pc.not_equal(self.open_findings["check_severity"], "info"))

    def current_answers(self) -> pa.Table:
        """uuid, question, answer of the newest versions, as the cleaning log left them."""
        return self.table("answer")

    @cached_property
    def submissions(self) -> pa.Table:
        """``clean_submission``: every submission, what is known of it and what became of it."""
        self._make_texts()
        return self._out("submission")

    @cached_property
    def queue(self) -> pa.Table:
        """``clean_review_item``: every finding with what was decided on it."""
        tracked = cleaning_log.tracking(self.inputs.decisions)
        open_bindings = set(self.open_findings["check_binding"].to_pylist())
        own = ("change_type", "new_value", "comment", "query_status", "assigned_team", "due_at", "reviewer", "decided_at")
        rows = []
        for row in self.findings.select(["check_binding", "uuid", "question"]).to_pylist():
            decision = tracked.get((row["check_binding"], row["uuid"], row["question"]))
            said = {name: getattr(decision, name, None) for name in own}
            if row["check_binding"] not in open_bindings:
                said["query_status"] = "decided"
            elif said["query_status"] in (None, "decided"):
                said["query_status"] = "open"
            rows.append(row | said)
        columns = pa.schema([(name, pa.string()) for name in ("check_binding", "uuid", "question", *own)])
        self._set("tracked", pa.Table.from_pylist(rows, columns))
        return self._out("review_item")

    @cached_property
    def records(self) -> pa.Table:
        """``clean_location_record``: every location expected or recorded."""
        return self._out("location_record")

    def log(self) -> pa.Table:
        """``clean_cleaning_log_entry``: the log with what each decision does now."""
        moot = {(d.batch, d.row) for d in self.replayed.moot}
        standing = {(d.batch, d.row) for d in cleaning_log.tracking(d for d in self.inputs.decisions if d.change_type).values()}
        rows = []
        for d in sorted(self.inputs.decisions, key=lambda one: (one.batch, one.row)):
            key = (d.batch, d.row)
            effect = "tracking" if not d.change_type else "moot" if key in moot else "applied" if key in standing else "void"
            said = {name: value for name, value in asdict(d).items() if name not in ("batch", "row")}
            rows.append(said | {"round": self.inputs.round, "journal_number": d.batch, "log_row": d.row, "effect": effect})
        return pa.Table.from_pylist(rows, _plain_schema("clean_cleaning_log_entry"))

    def _make_texts(self) -> None:
        """The answers as texts, which only some of what comes out needs."""
        if "answers_text" not in self._made:
            self._make("answers_text")

    def _out(self, name: str) -> pa.Table:
        return _as_clean(name, self._rows(query.field_query(f"out_{name}")))

    def list_sha256(self) -> str:
        """What tells one list from another: its rows and breakdowns, not how they are described."""
        return self._rows(query.field_query("list_sha256")).to_pylist()[0]["list_sha256"]

    def edition(self, vintage: datetime.date) -> dict[str, pa.Table]:
        """The clean tables of the lists of both populations, as :func:`transforms.clean.clean` gives those of a file."""
        self._make_texts()
        tables = {name: [] for name in ("clean_edition", "clean_record", "clean_cell", "clean_category", "clean_quarantine")}
        for population in PRODUCT_DIMENSIONS:
            rows = self._rows(f"from list_row where population = '{population}'")
            counted = self._rows(query.field_query("out_conservation").replace("{population}", population)).to_pylist()[0]
            if not rows.num_rows and not counted["rows_quarantined"]:
                continue
            identity = hashlib.sha256(
                f"field round {self.inputs.round} {population} {vintage} {self.inputs.kind}".encode()
            ).hexdigest()
            edition = {
                "sha256": identity,
                "source_file": f"R{self.inputs.round} submissions",
                "source_sheet": "",
                "layout": "field_round",
                "population": population,
                "round": self.inputs.round,
                "round_basis": "given",
                "list_date": self.inputs.list_date,
                "list_date_basis": "registry" if self.inputs.round in codes.rounds() else "given",
                "vintage_date": vintage,
                "vintage_basis": "round_event",
                "unit_as_provided": "households",
                "release_kind": self.inputs.kind,
                "completeness": "incomplete" if counted["rows_quarantined"] else "complete",
                "locations": rows.num_rows,
                "other_sheets": None,
                **counted,
            }
            tables["clean_edition"].append(_as_clean("edition", pa.Table.from_pylist([edition])))
            for name in ("record", "cell", "category", "quarantine"):
                made = self._rows(query.field_query(f"out_{name}").replace("{population}", population))
                made = made.append_column(
                    "sha256", pa.repeat(identity, made.num_rows) if made.num_rows else pa.array([], pa.string())
                )
                tables[f"clean_{name}"].append(_as_clean(name, made))
        return {name: pa.concat_tables([_plain_schema(name).empty_table(), *parts]) for name, parts in tables.items()}


def last_moment(day: datetime.date) -> str:
    """The end of a day in Iraq, as submissions carry their time: ISO text in UTC."""
    end = datetime.datetime.combine(day, datetime.time(23, 59, 59), ZoneInfo(ZONE))
    return end.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def late_effect(without: Evaluation, late: Evaluation) -> pa.Table:
    """``clean_late_effect``: what the list would be with the submissions that came too late, by governorate."""
    with warehouse.connect() as connection:
        return _late_effect(connection, without, late)


def _late_effect(connection: duckdb.DuckDBPyConnection, without: Evaluation, late: Evaluation) -> pa.Table:
    connection.register("frozen", without.table("record"))
    connection.register("with_late", late.table("record"))
    connection.register("interview", late.table("interview"))
    connection.register("known", without.table("version").select(["uuid", "version_sha256"]))
    connection.register("version", late.table("version"))
    connection.register("policy", without.table("policy"))
    made = warehouse.rows_of(connection, query.field_query("late_effect"))
    return _as_clean("late_effect", made)


def with_late(frozen: pa.Table, late: pa.Table) -> pa.Table:
    """``clean_submission`` of a list, and the submissions that came too late for it."""
    new = late.filter(pc.invert(pc.is_in(late["uuid"], frozen["uuid"])))
    for name, value in (("submission_use", "late"), ("is_late", True)):
        new = new.set_column(new.column_names.index(name), name, pa.array([value] * new.num_rows, new.schema.field(name).type))
    return pa.concat_tables([frozen, new])


def _finding_query(check: Check) -> str:
    return f"""
        select '{check.id}' as check_id, '{check.severity}' as check_severity,
            '{check.id}: ' || coalesce(group_key, question || ' ~/~ ' || case when uuid = 'all' then coalesce(population || ' ' || place_id, '') else uuid end) as check_binding,
            uuid, population, place_id, question, old_value, issue
        from ({query.check_query(check.id)})
    """


def _as_clean(name: str, rows: pa.Table) -> pa.Table:
    """``rows`` in the columns and types of the clean table of that name."""
    return rows.select(TABLES[f"clean_{name}"].columns).cast(_plain_schema(f"clean_{name}"))


def _plain_schema(name: str) -> pa.Schema:
    return pa.schema([pa.field(f.name, f.type) for f in schema(TABLES[name])])


def _with_source(export: Export, name: str) -> pa.Table:
    own, count = export.tables[name], export.tables[name].num_rows
    for column, value in (("journal_number", export.journal_number), ("sha256", export.sha256), ("source_file", export.name)):
        kind = pa.int64() if isinstance(value, int) else pa.string()
        own = own.append_column(column, pa.array([value] * count, kind))
    return own


def _no_export() -> Export:
    names = ("received_submission", "received_problem")
    return Export(1, "", "", {name: schema(TABLES[name]).empty_table() for name in names})


def _latest(parts: Sequence[pa.Table], name: str, key: tuple[str, ...]) -> pa.Table:
    """The rows of the last part that has them."""
    rows = {tuple(row[column] for column in key): row for part in parts for row in part.to_pylist()}
    return pa.Table.from_pylist(list(rows.values()), _plain_schema(name))


def _newest(figures: Sequence[pa.Table]) -> pa.Table:
    """The figures of the last list of each source and level: what an earlier one had and it does not is gone."""
    last = {
        (row["comparison_source"], row["comparison_level"]): at for at, part in enumerate(figures) for row in part.to_pylist()
    }
    rows = [
        row
        for at, part in enumerate(figures)
        for row in part.to_pylist()
        if last[row["comparison_source"], row["comparison_level"]] == at
    ]
    return pa.Table.from_pylist(rows, _plain_schema("comparison_figure"))


def _texts(names: tuple[str, ...], rows: Sequence[tuple]) -> pa.Table:
    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})


def _cell_questions() -> pa.Table:
    cells = [(q.name, *q.cell) for q in form.known().values() if q.cell]
    cells += [(name, "origin_district", code) for name, code in form.origin_district_counts().items()]
    return _texts(("question", "dimension", "category"), cells)


def _question_populations() -> pa.Table:
    """Which population each cell is asked of, in any round."""
    pairs = [(q.name, population) for q in form.known().values() if q.cell for population in q.populations]
    return _texts(("question", "population"), [*pairs, *((name, "idp") for name in form.origin_district_counts())])


def _asked_cells(round_number: int) -> pa.Table:
    asked = [(population, *q.cell) for q in form.questions(round_number) if q.cell for population in q.populations]
    return _texts(("population", "dimension", "category"), asked)


def _count_questions() -> set[str]:
    counts = {q.name for q in form.known().values() if q.kind == "integer"}
    return counts | set(form.origin_district_counts())
