"""On which days the usual week does not hold in the customers' countries: by rule, and in China as announced."""

from collections.abc import Iterator
from datetime import date, timedelta

from rapport.demo.days import Window
from rapport.demo.records import ExportFile, Record, Table

CALENDAR = Table("canonical", "calendar", ("country", "day", "is_business_day", "name"))

_FIXED = {
    "AT": {(1, 1): "Neujahr", (1, 6): "Heilige Drei Könige", (5, 1): "Staatsfeiertag", (8, 15): "Mariä Himmelfahrt",
           (10, 26): "Nationalfeiertag", (11, 1): "Allerheiligen", (12, 8): "Mariä Empfängnis", (12, 25): "Christtag",
           (12, 26): "Stefanitag"},
    "CZ": {(1, 1): "Nový rok", (5, 1): "Svátek práce", (5, 8): "Den vítězství", (7, 5): "Cyril a Metoděj", (7, 6): "Jan Hus",
           (9, 28): "Den české státnosti", (10, 28): "Vznik Československa", (11, 17): "Den boje za svobodu",
           (12, 24): "Štědrý den", (12, 25): "1. svátek vánoční", (12, 26): "2. svátek vánoční"},
    "DE": {(1, 1): "Neujahr", (5, 1): "Tag der Arbeit", (10, 3): "Tag der Deutschen Einheit", (12, 25): "1. Weihnachtstag",
           (12, 26): "2. Weihnachtstag"},
    "DK": {(1, 1): "Nytårsdag", (6, 5): "Grundlovsdag", (12, 24): "Juleaftensdag", (12, 25): "1. juledag",
           (12, 26): "2. juledag"},
    "FR": {(1, 1): "Jour de l'an", (5, 1): "Fête du Travail", (5, 8): "Victoire 1945", (7, 14): "Fête nationale",
           (8, 15): "Assomption", (11, 1): "Toussaint", (11, 11): "Armistice", (12, 25): "Noël"},
    "NL": {(1, 1): "Nieuwjaarsdag", (4, 27): "Koningsdag", (12, 25): "Eerste Kerstdag", (12, 26): "Tweede Kerstdag"},
    "PL": {(1, 1): "Nowy Rok", (1, 6): "Trzech Króli", (5, 1): "Święto Pracy", (5, 3): "Święto Konstytucji",
           (8, 15): "Wniebowzięcie NMP", (11, 1): "Wszystkich Świętych", (11, 11): "Święto Niepodległości",
           (12, 25): "Boże Narodzenie", (12, 26): "Drugi dzień świąt"},
}  # fmt: skip
"""Holidays of the whole country on the same day each year."""

_AFTER_EASTER = {
    "AT": {1: "Ostermontag", 39: "Christi Himmelfahrt", 50: "Pfingstmontag", 60: "Fronleichnam"},
    "CZ": {-2: "Velký pátek", 1: "Velikonoční pondělí"},
    "DE": {-2: "Karfreitag", 1: "Ostermontag", 39: "Christi Himmelfahrt", 50: "Pfingstmontag"},
    "DK": {-3: "Skærtorsdag", -2: "Langfredag", 1: "2. påskedag", 39: "Kristi himmelfartsdag", 50: "2. pinsedag"},
    "FR": {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"},
    "NL": {1: "Tweede Paasdag", 39: "Hemelvaartsdag", 50: "Tweede Pinksterdag"},
    "PL": {1: "Poniedziałek Wielkanocny", 60: "Boże Ciało"},
}
"""Holidays by their distance from Easter Sunday, in days."""

_CHINA = {
    2023: (
        {"元旦": "01-01..01-02", "春节": "01-21..01-27", "清明节": "04-05..04-05", "劳动节": "04-29..05-03",
         "端午节": "06-22..06-24", "中秋节、国庆节": "09-29..10-06"},
        ("01-28", "01-29", "04-23", "05-06", "06-25", "10-07", "10-08"),
    ),
    2024: (
        {"元旦": "01-01..01-01", "春节": "02-10..02-17", "清明节": "04-04..04-06", "劳动节": "05-01..05-05",
         "端午节": "06-10..06-10", "中秋节": "09-15..09-17", "国庆节": "10-01..10-07"},
        ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    ),
    2025: (
        {"元旦": "01-01..01-01", "春节": "01-28..02-04", "清明节": "04-04..04-06", "劳动节": "05-01..05-05",
         "端午节": "05-31..06-02", "国庆节、中秋节": "10-01..10-08"},
        ("01-26", "02-08", "04-27", "09-28", "10-11"),
    ),
    2026: (
        {"元旦": "01-01..01-03", "春节": "02-15..02-23", "清明节": "04-04..04-06", "劳动节": "05-01..05-05",
         "端午节": "06-19..06-21", "中秋节": "09-25..09-27", "国庆节": "10-01..10-07"},
        ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
    ),
}  # fmt: skip
"""As the State Council announced them: stretches of holidays, and the weekend days that are worked in their place."""


def calendar_files(window: Window) -> list[ExportFile]:
    """A calendar of all countries for each year of the window, as it was known in the December before."""
    return [_file(year) for year in range(window.first.year, window.last.year + 1)]


def _file(year: int) -> ExportFile:
    known_on = date(year - 1, 12, 15)
    records = [
        Record(known_on, f"{country} {day}", (country, f"{day}", "true" if is_worked else "false", name))
        for country, day, is_worked, name in sorted(exceptions(year))
    ]
    return ExportFile(CALENDAR, f"calendar_{known_on}.csv", records)


def exceptions(year: int) -> Iterator[tuple[str, date, bool, str]]:
    """(country, day, whether it is worked, name) of a year, weekends included where they have a name."""
    sunday = easter(year)
    for country, days in _FIXED.items():
        moving = {sunday + timedelta(days=distance): name for distance, name in _AFTER_EASTER[country].items()}
        fixed = {date(year, month, day): name for (month, day), name in days.items()}
        for day, name in (moving | fixed).items():
            yield country, day, False, name
    holidays, worked = _CHINA.get(year, ({}, ()))
    for name, stretch in holidays.items():
        first, last = (date.fromisoformat(f"{year}-{part}") for part in stretch.split(".."))
        for place in range((last - first).days + 1):
            yield "CN", first + timedelta(days=place), False, name
    for day in worked:
        yield "CN", date.fromisoformat(f"{year}-{day}"), True, "调休上班"


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap, skipped = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * skipped + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
