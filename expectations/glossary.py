"""The words first: what each term of the field means in every name and sentence of this project."""

from __future__ import annotations

from expectations.contract import Term

DTM = "IOM DTM Iraq, report and portal methodology texts"

GLOSSARY: tuple[Term, ...] = (
    Term(
        "household",
        "The unit that key informants count; DTM texts say 'family'. Households are the recorded fact, "
        "individuals are always derived from them.",
        "IOM DTM Iraq, Master List Report 117",
    ),
    Term(
        "individual",
        "A person, derived as households x a multiplier: 6, and 5 for IDPs in camps from round 117 on. "
        "The rule is a table (multiplier_rule), never a constant in code.",
        "IOM DTM Iraq, Master List Reports 117 and 118",
    ),
    Term(
        "location",
        "An area that corresponds to a village (rural) or a neighbourhood (urban); camps and sites are "
        "locations too. No officially endorsed national list of locations exists.",
        DTM,
    ),
    Term(
        "place_id",
        "The permanent key of a location: text, the same in every round and in both lists, never recycled. "
        "location_id is DTM's 7-digit code, an attribute that is never parsed for the district.",
        "measured on the portal export of 2021",
    ),
    Term(
        "round",
        "One update of the master lists, numbered by DTM (R1 = April 2014). The length of a round changed "
        "over time, so changes per round are not rates. An index has its own index_round.",
        DTM,
    ),
    Term(
        "list date",
        "The date as of which a list counts; the evidence that ties a file to its round.",
        "measured on file names and date columns",
    ),
    Term(
        "IDP",
        "Internally displaced person: displaced after January 2014 and living away from the place of origin. "
        "The geography of an IDP row is where the IDPs live now; origin_ columns say where they come from.",
        "IOM DTM Iraq, report texts R74-R107",
    ),
    Term(
        "returnee",
        "A person displaced since January 2014 and now back in the location of origin. The geography of a "
        "returnee row is the place of return; last_displacement_ columns say where they were displaced before.",
        DTM,
    ),
    Term(
        "place of last displacement",
        "The governorate where returnees lived as IDPs just before they returned. Never called origin: the "
        "origin of a returnee is the row's own location.",
        "IOM DTM Iraq, returnee master lists",
    ),
    Term(
        "stock and flow",
        "Stock: households present at a location on the list date. Flow: households that moved during a period. "
        "Both lists are stocks, and their change is net; new arrivals are gross and are never reconciled with it.",
        "EGRISS, IRIS 2020; IOM DTM Iraq, Master List Report 114",
    ),
    Term(
        "camp",
        "A formal site; the shelter category from which in-camp households come. A location is a camp when all "
        "its households are in the camp category (measured to hold from R94 on).",
        "measured on the portal export of 2021",
    ),
    Term(
        "margin",
        "A list gives shelter, period and origin (or last displacement) as three separate totals per location. "
        "Their cross table is not known and cannot be recovered.",
        "measured on the portal export of 2021",
    ),
    Term(
        "wave",
        "A period of displacement with a name. A wave stays open until the next one opens; adding a wave does not "
        "rewrite older rows.",
        "measured on the portal export of 2021",
    ),
    Term(
        "vintage",
        "The date on which the publisher exported a list. One round can be exported more than once, with revised "
        "counts, names, districts or coordinates. Products take the newest vintage of each round; all stay queryable.",
        "measured on two exports of R111",
    ),
    Term(
        "edition",
        "One list of one population and round in one vintage: what a file holds.",
        "this project",
    ),
    Term(
        "key informant",
        "A community leader, mukhtar, local authority or member of the security forces who reports the households "
        "of a location to a Rapid Assessment and Response Team (RART).",
        DTM,
    ),
    Term(
        "known exception",
        "A row of a published list that breaks a rule because its publisher released it so: counted per round in a "
        "table; one more or one fewer stops the run.",
        "this project",
    ),
    Term(
        "quarantine",
        "Rows set aside with their reasons. Rows read = rows kept + rows in quarantine, always.",
        "this project",
    ),
    Term(
        "submission",
        "One interview as the collecting tool sent it. Edited versions of it are one submission; all are kept, the newest "
        "counts.",
        "KoboToolbox and ODK Central",
    ),
    Term(
        "frame",
        "What a round expects: the register and the lists before it, frozen when the round is opened, and what is planned.",
        "this project",
    ),
    Term(
        "finding",
        "What a check found: block keeps a record out of every list until it is corrected, removed or explained; review needs "
        "a decision before the list is final; info is shown.",
        "this project",
    ),
    Term(
        "cleaning log",
        "The decisions on findings, in IMPACT's columns and change types: append-only, guarded by the old value, replayed in "
        "every build.",
        "IMPACT Initiatives, cleaningtools",
    ),
    Term(
        "carried forward",
        "A location that the round has no usable record of keeps the counts of the list before, with their age in rounds, "
        "where the policy of the round says so.",
        "inferred from IOM DTM Iraq, R124 and R132 dataset pages",
    ),
    Term(
        "partial and final",
        "A partial list may use records that wait for their supervisor; a final list takes approved records only and needs "
        "every finding decided.",
        "IOM DTM Iraq, portal methodology; this project",
    ),
    Term(
        "Return Index",
        "Severity of conditions where people returned: 16 indicators (18 in rounds 1 and 2) in two scales, livelihoods and basic "
        "services, and social cohesion and safety perceptions. 0: all conditions are met, 100: none. Its weights and cut-offs are "
        "not published; a figure always names the model that made it.",
        "IOM DTM Iraq, Return Index reports, rounds 1 to 16",
    ),
    Term(
        "Displacement Index",
        "Severity of conditions where IDPs live out of camps: 17 indicators in five domains, answers valued 0 to 5. Shown beside "
        "the Return Index, never added to it.",
        "IOM DTM Iraq, Displacement Index, Methodological Overview, January 2022",
    ),
    Term(
        "index round",
        "A round of an index, numbered on its own; index_round says with which master-list round its people are counted.",
        "IOM DTM Iraq, Return Index reports",
    ),
    Term(
        "severe conditions",
        "The report group high, which includes very high.",
        "IOM DTM Iraq, Return Index rounds 4 and 6",
    ),
    Term(
        "hotspot",
        "A sub-district that is high on a scale, or medium with a relatively large number of returnees; how large is not published "
        "and stands in the model.",
        "IOM DTM Iraq, Returns in Iraq: 2020 Overview",
    ),
    Term(
        "like-for-like",
        "Change at locations assessed in both rounds; plain change is the difference of the two totals. Both are shown, named.",
        "IOM DTM Iraq, Return Index rounds 5, 6 and 8",
    ),
    Term(
        "place of no return",
        "Displacement was recorded and no return, or all who returned were displaced again. Never assessed, never in a denominator.",
        "IOM DTM Iraq, Returns in Iraq: 2020 and 2021 Overview",
    ),
    Term(
        "crossing point",
        "A place where people and vehicles cross the border and are observed. Figures from there are never part of IDP or returnee stock.",
        "IOM DTM Iraq, cross-border flow monitoring, 2019",
    ),
    Term(
        "headcount",
        "The travellers or vehicles counted at a crossing point on a day in one direction: a flow. The survey beside it is a sample, and never scaled up to headcounts.",
        "IOM DTM Iraq, cross-border flow monitoring, 2019",
    ),
    Term(
        "point of entry",
        "A way into the country whose status is reported for a reference window: open, partially open, open for commercial traffic only, closed.",
        "IOM DTM Iraq, points of entry and mobility restrictions, 2020",
    ),
    Term(
        "emergency event",
        "What one emergency tracker is about: its own start, area, cadence, counting rule and closing date. Figures of two "
        "events are never added, and none is added to a master list.",
        "IOM DTM Iraq, emergency tracking factsheets and reports, 2015-2022",
    ),
    Term(
        "movement",
        "A row of the ledger of an event: households that left, arrived, moved on or returned, with the day on which they moved "
        "and the day on which it was recorded. A correction is a row of its own.",
        "this project, after IOM DTM Iraq, emergency tracking",
    ),
    Term(
        "as of, known at",
        "The two dates of a snapshot: movements until the first count, by what was recorded until the second.",
        "this project",
    ),
    Term(
        "cumulative, current, returned",
        "All people displaced by an event up to a day; of these, those still displaced; of these, those back at their place of "
        "origin. Cumulative = current + returned.",
        "IOM DTM Iraq, emergency tracking factsheets and reports, 2015-2022",
    ),
    Term(
        "secondary displacement",
        "A household that arrived but did not reach its village or neighbourhood of origin: an out-of-camp IDP, even inside its "
        "district of origin.",
        "IOM DTM Iraq, emergency tracking factsheets and reports, 2015-2022",
    ),
    Term(
        "period of a snapshot",
        "As printed: rows recorded since the snapshot before. In truth: what moved since, as known now. Late rows and corrections "
        "make the difference.",
        "this project, measured on published trackers",
    ),
    Term(
        "release",
        "The files of a round for a tier in a version, made together, cleared by a named person and never changed: partial is 0.x, "
        "final 1.0, a correction 1.1 and on.",
        "this project, after the release states of DTM's Methodological Framework",
    ),
    Term(
        "tier",
        "For whom a release is: internal; partner, under agreement; public. Its policy names tables, columns, precision and threshold.",
        "this project, after DTM's data sharing classes",
    ),
    Term(
        "suppressed",
        "A value that exists and is withheld by the policy of a tier: empty with the status suppressed, never zero.",
        "OECD glossary of statistical terms",
    ),
    Term(
        "complementary suppression",
        "Withholding further values, because a sum would otherwise give away one that is withheld.",
        "SDC Handbook, chapter 5",
    ),
    Term(
        "as first published",
        "A list as the first release of its round had it; latest is what the newest release says of the same round.",
        "this project",
    ),
)
