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


def word(key: str, language: str) -> str:
    """A word in a language."""
    return _WORDS[key][LANGUAGES.index(language)]
