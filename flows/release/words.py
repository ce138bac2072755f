"""Words of the field in the languages of pages: English, and Arabic as working translations that a native speaker has to check.

Kurdish (ckb) is not offered: no verified strings are at hand.
"""

from __future__ import annotations

LANGUAGES = ("en", "ar")
DIRECTION = {"en": "ltr", "ar": "rtl"}
_WORDS = {
    "idp": ("IDPs", "النازحون"),
    "returnee": ("Returnees", "العائدون"),
    "households": ("Households", "الأسر"),
    "individuals": ("Individuals", "الأفراد"),
    "locations": ("Locations", "المواقع"),
    "governorate": ("Governorate", "المحافظة"),
    "district": ("District", "القضاء"),
    "round": ("Round", "الجولة"),
    "shelter": ("Shelter type", "نوع المأوى"),
    "period": ("Period of displacement", "فترة النزوح"),
    "origin": ("Governorate of origin", "محافظة الأصل"),
    "last_displacement": ("Governorate of last displacement", "محافظة النزوح الأخير"),
    "in_camp": ("In camps", "داخل المخيمات"),
    "out_of_camp": ("Out of camps", "خارج المخيمات"),
    "change": ("Change", "التغيير"),
    "total": ("Total", "المجموع"),
    "iraq": ("Iraq", "العراق"),
    "suppressed": ("withheld", "محجوب"),
    "missing": ("not known", "غير معروف"),
    "source": ("Source", "المصدر"),
    "licence": ("Licence", "شروط الاستخدام"),
    "contact": ("Contact", "للتواصل"),
    "version": ("Version", "الإصدار"),
    "partial": ("partial", "جزئي"),
    "final": ("final", "نهائي"),
    "correction": ("correction", "تصحيح"),
}


# Arabic of the shelter types and periods of the portal's lists; others are shown in English.
SHELTER_TYPES = {
    "camp": "مخيم",
    "host_family": "أسر مضيفة",
    "hotel_motel": "فندق/موتيل",
    "informal_settlement": "مستوطنات غير رسمية",
    "own_property": "ملك خاص",
    "other": "نوع مأوى آخر",
    "religious_building": "مبنى ديني",
    "rented": "مساكن مستأجرة",
    "rented_habitable": "مستأجر (صالح للسكن)",
    "rented_uninhabitable": "مستأجر (غير صالح للسكن)",
    "school_building": "مبنى مدرسي",
    "unfinished_building": "مبنى غير مكتمل/مهجور",
    "unknown": "نوع مأوى غير معروف",
    "habitual_residence": "محل الإقامة المعتاد",
    "habitual_residence_habitable": "محل الإقامة المعتاد (صالح للسكن)",
    "habitual_residence_uninhabitable": "محل الإقامة المعتاد (غير صالح للسكن)",
}
WAVES = {
    "pre_june_2014": "قبل حزيران 2014",
    "june_july_2014": "حزيران-تموز 2014",
    "august_2014": "آب 2014",
    "post_august_2014": "بعد آب 2014",
    "post_september_2014": "بعد أيلول 2014",
    "post_april_2015": "بعد نيسان 2015",
    "post_march_2016": "بعد آذار 2016",
    "post_17_october_2016": "بعد 17 تشرين الأول 2016",
    "july_2017": "تموز 2017",
    "january_2019": "كانون الثاني 2019",
    "january_2020": "كانون الثاني 2020",
    "january_2021": "كانون الثاني 2021",
    "january_2022": "كانون الثاني 2022",
    "january_2023": "كانون الثاني 2023",
    "january_2024": "كانون الثاني 2024",
}


def word(key: str, language: str) -> str:
    """A word in a language."""
    return _WORDS[key][LANGUAGES.index(language)]
