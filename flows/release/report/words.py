"""What a report says, in English and Arabic: working translations that a native speaker has to check.

A text may hold places for numbers and names: ``{name}``, ``{name:signed}`` for a number in another form, and
``{name|one|many}`` for a word that goes with it. Arabic sentences name a thing and give its number, so that no word has to agree.
"""

from __future__ import annotations

import datetime
import re

from flows.drawing import safe
from flows.page import named
from flows.release.report.asking import Figure
from flows.release.report.marking import COUNT, marked
from flows.release.words import LANGUAGES, SHELTER_TYPES, WAVES

_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "ar": ("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
}  # fmt: skip

TEXTS = {
    # --- the page ---
    "title": ("Master list report, round {round}", "تقرير القوائم الرئيسية، الجولة {round}"),
    "about": (
        "Displacement Tracking Matrix (DTM), Iraq. Lists of {dates}.",
        "مصفوفة تتبع النزوح في العراق. تاريخ القوائم: {dates}.",
    ),
    "signature": ("DTM Iraq, round {round}, version {version} ({kind})", "مصفوفة تتبع النزوح في العراق، الجولة {round}، الإصدار {version} ({kind})"),
    "tier_public": ("public", "للعموم"),
    "tier_partner": ("for partners under agreement", "للشركاء بموجب اتفاق"),
    "tier_internal": ("internal: not for distribution", "داخلي: غير مخصص للتوزيع"),
    "kind_partial": ("partial: collection of this round was not complete", "جزئي: لم يكتمل جمع بيانات هذه الجولة"),
    "kind_final": ("final", "نهائي"),
    "kind_correction": ("correction of an earlier version", "تصحيح لإصدار سابق"),
    "draft_prose": (
        "Sentences are made from templates and may be edited; numbers are bound to queries and may not.",
        "صيغت الجمل من قوالب ويمكن تحريرها، أما الأرقام فمرتبطة باستعلامات ولا يجوز تغييرها.",
    ),
    "page_of": ("page", "صفحة"),
    "not_in_release": ("Not in this release: the tier does not hold these tables.", "غير متضمن في هذا الإصدار: لا تتضمن هذه الفئة تلك الجداول."),
    "no_list": ("The release holds no list of {population} of this round.", "لا يتضمن هذا الإصدار قائمة {population} لهذه الجولة."),
    "partly_withheld": (
        "withheld: fewer than {threshold} households, or a figure from which one such could be worked out. Sums with a withheld part are not made.",
        "محجوب: أقل من {threshold} أسر، أو رقم يمكن أن يُستنتج منه مثل ذلك. لا تُجمع المجاميع التي حُجب جزء منها.",
    ),
    # --- headline ---
    "at_a_glance": ("At a glance", "لمحة عامة"),
    "returnees_then_idps": ("Returnees and IDPs", "العائدون والنازحون"),
    "governorates": ("Governorates", "المحافظات"),
    "districts": ("Districts", "الأقضية"),
    "headline_returnee": (
        "As of {date}, DTM identified {individuals} returnees ({households} households) in {governorates} {governorates|governorate|governorates}, {districts} {districts|district|districts} and {locations} {locations|location|locations}.",
        "حتى {date}، سجلت مصفوفة تتبع النزوح من العائدين: عدد الأفراد {individuals}، عدد الأسر {households}، عدد المحافظات {governorates}، عدد الأقضية {districts}، عدد المواقع {locations}.",
    ),
    "headline_idp": (
        "As of {date}, DTM identified {individuals} IDPs ({households} households) in {governorates} {governorates|governorate|governorates}, {districts} {districts|district|districts} and {locations} {locations|location|locations}.",
        "حتى {date}، سجلت مصفوفة تتبع النزوح من النازحين: عدد الأفراد {individuals}، عدد الأسر {households}، عدد المحافظات {governorates}، عدد الأقضية {districts}، عدد المواقع {locations}.",
    ),
    "apart": (
        "Returnees and IDPs are two lists; they are never added to each other.",
        "العائدون والنازحون قائمتان منفصلتان لا تُجمعان معاً.",
    ),
    # --- trend ---
    "trend": ("Figure 1", "الشكل 1"),
    "trend_heading": ("IDPs and returnees, all rounds held", "النازحون والعائدون، جميع الجولات المتاحة"),
    "trend_note": (
        "Individuals on the date of the list. Dashed lines are breaks of method, listed below. Rounds differ in length: rates of change are not comparable across periods of unequal length. Each change is from the round held before, which is not always the round just before.",
        "الأفراد في تاريخ القائمة. الخطوط المتقطعة تدل على تغيرات في المنهجية مدرجة أدناه. تختلف الجولات في طولها، فلا تُقارن معدلات التغيير بين فترات غير متساوية. يُحسب كل تغيير مقارنة بالجولة المتاحة السابقة، وليست دائماً الجولة التي تسبقها مباشرة.",
    ),
    "households_change": ("Change in households", "التغيير في الأسر"),
    "individuals_change": ("Change in individuals", "التغيير في الأفراد"),
    "date": ("Date", "التاريخ"),
    "breaks": ("Breaks of method", "تغيرات المنهجية"),
    "concerns": ("Concerns", "يخص"),
    "what_changed": ("What changed", "ما الذي تغير"),
    "basis": ("Basis", "الأساس"),
    "both": ("both", "كلاهما"),
    "published": ("published", "منشور"),
    "measured": ("measured", "مقيس"),
    "inferred": ("inferred", "مستنتج"),
    # --- change ---
    "net_change": ("Change", "التغيير"),
    "net_heading": ("Net change, and where it comes from", "صافي التغيير ومصدره"),
    "net": ("Net change", "صافي التغيير"),
    "matched": ("Locations in both lists", "مواقع في كلتا القائمتين"),
    "new": ("Locations listed for the first time", "مواقع أُدرجت لأول مرة"),
    "back": ("Locations listed again", "مواقع أُدرجت من جديد"),
    "no_longer_listed": ("Locations no longer listed", "مواقع لم تعد مدرجة"),
    "net_sentence": (
        "{population}: households changed by {net:signed} against round {previous}; at locations in both lists the change is {matched:signed}.",
        "{population}: صافي التغيير في عدد الأسر مقارنة بالجولة {previous} هو {net:signed}، وفي المواقع المدرجة في كلتا القائمتين {matched:signed}.",
    ),
    "first_round": ("{population}: this is the first round held, so there is no change to tell.", "{population}: هذه أول جولة متاحة، فلا تغيير يُذكر."),
    "net_note": (
        "Households. Change at locations in both lists is movement or correction there; the rest comes from coverage: locations listed for the first time, again, or no longer. Arrivals are gross and are not reconciled with these figures.",
        "الأسر. التغيير في المواقع المدرجة في كلتا القائمتين يعبر عن حركة أو تصحيح فيها، والباقي ناتج عن التغطية: مواقع أُدرجت لأول مرة أو من جديد أو لم تعد مدرجة. أرقام الوافدين إجمالية ولا تُطابق مع هذه الأرقام.",
    ),
    "top_sentence": ("{population}: the governorates with the most individuals are {list}.", "{population}: المحافظات ذات العدد الأكبر من الأفراد: {list}."),
    "top_item": ("{governorate} with {individuals} ({share:share})", "{governorate} {individuals} ({share:share})"),
    "of_given": ("Governorates whose figures are withheld are not ranked.", "لا تُرتب المحافظات المحجوبة أرقامها."),
    # --- origin ---
    "origin_kicker": ("Origin", "الأصل"),
    "origin_heading": ("Districts of origin", "أقضية الأصل"),
    "origin_not_published": (
        "Not published: the master list of this round does not carry districts of origin.",
        "غير منشور: لا تتضمن القائمة الرئيسية لهذه الجولة أقضية الأصل.",
    ),
    "origin_governorates": ("IDPs by governorate of origin", "النازحون بحسب محافظة الأصل"),
    "share_households": ("Share of households", "النسبة من الأسر"),
    "share_individuals": ("Share of individuals", "النسبة من الأفراد"),
    # --- shelter, period ---
    "shelter_kicker": ("Shelter", "المأوى"),
    "shelter_heading": ("Shelter groups and types", "فئات المأوى وأنواعه"),
    "shelter_sentence": ("{population}, by shelter, in households: {list}.", "{population} بحسب المأوى، بالأسر: {list}."),
    "shelter_item": ("{group} {households} ({share:share})", "{group} {households} ({share:share})"),
    "shelter_note": (
        "Shelter, period and origin are three separate totals: their cross table is not known. Groups: camp, private, critical, unknown; a type whose group is not stated is unclassified.",
        "المأوى والفترة والأصل ثلاثة مجاميع منفصلة، والجدول المتقاطع بينها غير معروف. الفئات: مخيم، خاص، حرج، غير معروف؛ والنوع الذي لم تُذكر فئته غير مصنف.",
    ),
    "shelter_governorates": ("{population}: shelter groups by governorate, households", "{population}: فئات المأوى بحسب المحافظة، الأسر"),
    "group": ("Group", "الفئة"),
    "camp": ("camp", "مخيم"),
    "private": ("private", "خاص"),
    "critical": ("critical", "حرج"),
    "unknown": ("unknown", "غير معروف"),
    "unclassified": ("unclassified", "غير مصنف"),
    "period_kicker": ("Period", "الفترة"),
    "period_heading": ("Period of displacement", "فترة النزوح"),
    "no_margin": ("The list of {population} of this round does not carry it.", "لا تتضمن قائمة {population} لهذه الجولة هذه البيانات."),
    # --- arrivals ---
    "arrivals_kicker": ("Arrivals", "الوافدون"),
    "arrivals_heading": ("New arrivals and secondary displacement", "الوافدون الجدد والنزوح الثانوي"),
    "arrivals_none": (
        "The lists of this round do not carry new arrivals or secondary displacement.",
        "لا تتضمن قوائم هذه الجولة الوافدين الجدد أو النزوح الثانوي.",
    ),
    "arrivals_note": (
        "Gross arrivals of IDP households since the round before, at the locations that reported any; they do not add up to the net change.",
        "إجمالي الأسر النازحة الوافدة منذ الجولة السابقة في المواقع التي أبلغت عنها، ولا يساوي مجموعها صافي التغيير.",
    ),
    "new_arrivals": ("New arrivals", "الوافدون الجدد"),
    "arrivals_between_displacement": ("of which between places of displacement (secondary displacement)", "منها بين أماكن النزوح (نزوح ثانوي)"),
    "arrivals_from_camp": ("of these, from camps", "منها من المخيمات"),
    "arrivals_redisplaced": ("of which displaced again after return", "منها نزحت من جديد بعد العودة"),
    "arrivals_first_time": ("of which displaced for the first time", "منها نزحت لأول مرة"),
    "reporting_locations": (
        "{reporting_locations} {reporting_locations|location|locations} reported arrivals.",
        "عدد المواقع التي أبلغت عن وافدين: {reporting_locations}.",
    ),
    # --- returns, matrices, map ---
    "returns_kicker": ("Returns", "العودة"),
    "returns_heading": ("By governorate, and by governorate of last displacement", "بحسب المحافظة وبحسب محافظة النزوح الأخير"),
    "returns_by_governorate": ("Returnees by governorate of return", "العائدون بحسب محافظة العودة"),
    "returns_by_last_displacement": ("Returnees by governorate of last displacement", "العائدون بحسب محافظة النزوح الأخير"),
    "idps_by_governorate": ("IDPs by governorate of displacement", "النازحون بحسب محافظة النزوح"),
    "matrix_kicker": ("From where to where", "من أين إلى أين"),
    "matrix_idp": ("IDP households by governorate of origin (across) and of displacement (down)", "الأسر النازحة بحسب محافظة الأصل (أفقياً) ومحافظة النزوح (عمودياً)"),
    "matrix_returnee": ("Returnee households by governorate of return (across) and of last displacement (down)", "الأسر العائدة بحسب محافظة العودة (أفقياً) ومحافظة النزوح الأخير (عمودياً)"),
    "matrix_note": ("Households. An empty cell: none recorded.", "الأسر. الخلية الفارغة: لم يُسجل شيء."),
    "map_kicker": ("Map", "الخريطة"),
    "map_heading": ("Where returnees and IDPs live", "أماكن وجود العائدين والنازحين"),
    "map_note": (
        "Points: listed locations, to a hundredth of a degree. Circles: individuals by governorate, in the middle of its listed locations; their area goes with the number. No boundaries are drawn.",
        "النقاط: المواقع المدرجة بدقة جزء من مئة من الدرجة. الدوائر: الأفراد بحسب المحافظة في وسط مواقعها المدرجة، ومساحتها تتناسب مع العدد. لا تُرسم حدود.",
    ),
    "map_left_out": (
        "{population}: {locations} listed {locations|location is|locations are} not on the map, for want of coordinates in Iraq.",
        "{population}: عدد المواقع المدرجة غير الظاهرة على الخريطة لعدم وجود إحداثيات داخل العراق: {locations}.",
    ),
    # --- camps ---
    "camps_kicker": ("Camps", "المخيمات"),
    "camps_heading": ("Camps no longer listed", "مخيمات لم تعد مدرجة"),
    "camps_sentence": (
        "In camps: {households_in_camp} households ({individuals_in_camp} individuals); change against round {previous}: {households_change:signed} households.",
        "داخل المخيمات: عدد الأسر {households_in_camp}، عدد الأفراد {individuals_in_camp}؛ التغيير في عدد الأسر مقارنة بالجولة {previous}: {households_change:signed}.",
    ),
    "camps_first": (
        "In camps: {households_in_camp} households ({individuals_in_camp} individuals). No earlier list of IDPs is held.",
        "داخل المخيمات: عدد الأسر {households_in_camp}، عدد الأفراد {individuals_in_camp}. لا تتوفر قائمة سابقة للنازحين.",
    ),
    "camps_none": ("No camp of the round before is missing from this list.", "لا يغيب عن هذه القائمة أي مخيم من الجولة السابقة."),
    "camps_note": (
        "A camp that is no longer listed was not always closed: it may have been classified anew, merged, or not reached.",
        "المخيم الذي لم يعد مدرجاً لم يُغلق بالضرورة: فقد يكون أعيد تصنيفه أو دُمج أو تعذر الوصول إليه.",
    ),
    "location": ("Location", "الموقع"),
    "households_before": ("Households in the round before", "الأسر في الجولة السابقة"),
    # --- Return Index ---
    "index_kicker": ("Return Index", "مؤشر العودة"),
    "index_heading": ("Severity of conditions in locations of return", "شدة الظروف في مواقع العودة"),
    "index_none": ("No round of the Return Index belongs to this round of the lists.", "لا توجد جولة من مؤشر العودة تخص هذه الجولة من القوائم."),
    "index_unrated": ("Of returnees at assessed locations.", "من العائدين في المواقع المقيّمة."),
    "area": ("Area", "المنطقة"),
    "high": ("high", "مرتفعة"),
    "medium": ("medium", "متوسطة"),
    "low": ("low", "منخفضة"),
    "no_score": ("no score", "بلا درجة"),
    "severe_share": ("Share in high", "النسبة في الشدة المرتفعة"),
    "index_round": ("Index round {index_round}, model {model}: returnees", "جولة المؤشر {index_round}، النموذج {model}: العائدون"),
    # --- three rounds ---
    "rounds_kicker": ("Governorates", "المحافظات"),
    "rounds_heading": ("All governorates in this round and the two held before", "جميع المحافظات في هذه الجولة والجولتين المتاحتين قبلها"),
    "rounds_note": (
        "– : no location listed there in that round, or no list of that round. H: households, I: individuals.",
        "– : لا يوجد موقع مدرج هناك في تلك الجولة أو لا توجد قائمة لتلك الجولة. H: الأسر، I: الأفراد.",
    ),
    "pcode": ("P-code", "الرمز"),
    # --- methodology ---
    "method_kicker": ("Methodology", "المنهجية"),
    "method_heading": ("How these figures come about", "كيف تُجمع هذه الأرقام"),
    "method_unit": (
        "Key informants count households, location by location. Individuals are derived, never counted.",
        "يُحصي المخبرون الرئيسيون الأسر في كل موقع على حدة. أما الأفراد فيُشتقون ولا يُحصون.",
    ),
    "multiplier_since": (
        "{population} – {setting}: {persons_per_household} persons per household from round {first_round} on.",
        "{population} – {setting}: عدد الأفراد لكل أسرة {persons_per_household} ابتداءً من الجولة {first_round}.",
    ),
    "multiplier_until": (
        "{population} – {setting}: {persons_per_household} persons per household up to round {last_round}.",
        "{population} – {setting}: عدد الأفراد لكل أسرة {persons_per_household} حتى الجولة {last_round}.",
    ),
    "edition": (
        "{population}: list of {date}, as exported on {vintage}; {completeness}.",
        "{population}: قائمة {date}، بحسب تصدير {vintage}؛ {completeness}.",
    ),
    "complete": ("complete", "كاملة"),
    "incomplete": ("incomplete, rows were set aside: {rows_quarantined}", "غير كاملة، عدد الصفوف المستبعدة: {rows_quarantined}"),
    "stock": (
        "Both lists are stocks: people present on the date of the list. A change between two lists is net and is no count of movements.",
        "القائمتان تعبران عن أرصدة: الأشخاص الموجودون في تاريخ القائمة. والتغيير بين قائمتين صافٍ وليس عدداً للتحركات.",
    ),
    "unequal": (
        "Rounds cover periods of unequal length; changes per round are not comparable across them.",
        "تغطي الجولات فترات غير متساوية الطول، فلا تُقارن التغييرات بينها.",
    ),
    "empty": ("Not known is not zero, and withheld is not zero.", "غير المعروف ليس صفراً، والمحجوب ليس صفراً."),
    "notes": ("About this release", "عن هذا الإصدار"),
    "translation": ("", "هذه الصفحة ترجمة عمل يجب أن يراجعها ناطق بالعربية. الملاحظات المنقولة عن المصادر باقية بالإنكليزية."),
}  # fmt: skip

_PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<form>\w+))?(?:\|(?P<one>[^|}]*)\|(?P<many>[^}]*))?\}")

# Shelter types as the portal names them; those of other vocabularies stay in English.


def plain(key: str, language: str, **names: object) -> str:
    """A text without numbers of the data, as plain text."""
    return TEXTS[key][LANGUAGES.index(language)].format(**names)


def say(key: str, language: str, **parts: Figure | str) -> str:
    """A text as HTML: numbers marked, names set apart, everything escaped.

    Args:
        parts: what stands in its places: figures, names of the data, or HTML made by this function, as :class:`Said`.
    """
    text = TEXTS[key][LANGUAGES.index(language)]
    made, at = [], 0
    for place in _PLACE.finditer(text):
        made.append(safe(text[at : place.start()]))
        made.append(_filled(parts[place["name"]], place, language))
        at = place.end()
    return Said("".join([*made, safe(text[at:])]))


class Said(str):
    """Text that is HTML already."""


def _filled(part: Figure | str, place: re.Match, language: str) -> str:
    if isinstance(part, Figure):
        if place["many"] is not None:
            return safe(place["one"] if part.value == 1 else place["many"])
        return marked(part, language, place["form"] or COUNT)
    return part if isinstance(part, Said) else named(part)


def day(date: datetime.date, language: str) -> str:
    """A day in words: 28 February 2021."""
    return f"{date.day} {_MONTHS[language][date.month - 1]} {date.year}"


def shelter(code: str, english: str, language: str) -> str:
    """The name of a shelter type; in English where there is no translation."""
    return SHELTER_TYPES.get(code, english) if language == "ar" else english


def wave(code: str, english: str, language: str) -> str:
    """The name of a period of displacement; in English where there is no translation."""
    return WAVES.get(code, english) if language == "ar" else english
