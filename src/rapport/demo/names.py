"""Names of people, firms and places, each in its own script."""

PLACES = {
    "DE": [
        ("Hamburg", "North"), ("Bremen", "North"), ("Kiel", "North"), ("Hannover", "North"), ("Rostock", "North"),
        ("Berlin", "East"), ("Leipzig", "East"), ("Dresden", "East"),
        ("Köln", "West"), ("Dortmund", "West"), ("Münster", "West"), ("Düsseldorf", "West"), ("Mainz", "West"),
        ("München", "South"), ("Nürnberg", "South"), ("Stuttgart", "South"), ("Tübingen", "South"), ("Würzburg", "South"),
    ],
    "AT": [("Wien", "South"), ("Graz", "South"), ("Linz", "South")],
    "NL": [("Rotterdam", "Benelux"), ("Utrecht", "Benelux"), ("Groningen", "Benelux")],
    "DK": [("København", "Nordics"), ("Aarhus", "Nordics"), ("Odense", "Nordics")],
    "PL": [("Gdańsk", "Central Europe"), ("Poznań", "Central Europe"), ("Łódź", "Central Europe")],
    "CZ": [("Praha", "Central Europe"), ("Brno", "Central Europe"), ("Plzeň", "Central Europe")],
    "FR": [("Lyon", "France"), ("Strasbourg", "France"), ("Besançon", "France")],
    "CN": [("上海", "China"), ("苏州", "China"), ("宁波", "China"), ("青岛", "China")],
}  # fmt: skip
SHARES = {"DE": 60, "AT": 7, "NL": 7, "DK": 5, "PL": 6, "CZ": 4, "FR": 5, "CN": 6}
NORTH_DEPOT = {"North", "East", "West", "Benelux", "Nordics"}

FAMILIES = {
    "DE": "Brückner Petersen Lüders Hansen Schröder Vogt Wulff Albrecht Böhm Krämer Jäger Köster Reimann Seidel Thiele Ziegler "
    "Lorenz Engel Münch Harms Behrens Osterkamp Grothe Heller Sander Winkler Pohlmann Römer Dörfler Stahl",
    "AT": "Gruber Pichler Steiner Moser Hofer Leitner Eder Wallner Brandstätter",
    "NL": "De Vries|Van Dijk|Bakker|Visser|Meijer|De Boer|Mulder|Kuipers",
    "DK": "Møller Sørensen Nørgaard Kjær Østergaard Lund Bæk",
    "PL": "Kowalczyk Wiśniewski Wójcik Zieliński Dąbrowski Jabłoński Król",
    "CZ": "Novák Dvořák Černý Procházka Kučera Veselý",
    "FR": "Lefèvre Rousseau Garnier Chevalier Mercier Dubois Faure",
    "CN": "王 李 张 刘 陈 杨 赵 周",
}
GIVEN = {
    "DE": "Anna Jürgen Sabine Stefan Claudia Jörg Katrin Matthias Birgit Uwe Heike Thorsten",
    "AT": "Eva Johannes Elisabeth Florian",
    "NL": "Sanne Jeroen Femke Bas",
    "DK": "Mette Søren Kirsten Lars",
    "PL": "Agnieszka Paweł Małgorzata Łukasz",
    "CZ": "Jana Tomáš Lenka Jiří",
    "FR": "Hélène François Amélie Benoît",
    "CN": "伟 芳 娜 敏 静 磊 洋 艳",
}
FORMS = {
    "DE": ["GmbH", "GmbH & Co. KG", "AG", "KG"],
    "AT": ["GmbH", "KG"],
    "NL": ["B.V."],
    "DK": ["A/S", "ApS"],
    "PL": ["Sp. z o.o.", "S.A."],
    "CZ": ["s.r.o.", "a.s."],
    "FR": ["SARL", "SAS"],
}
TRADES = {  # industry → the trade in a firm's name, by language
    "construction": {"DE": "Bau", "NL": "Bouw", "DK": "Byg", "PL": "Budownictwo", "CZ": "Stavby", "FR": "Bâtiment",
                     "CN": "建材"},
    "food": {"DE": "Feinkost", "NL": "Voeding", "DK": "Fødevarer", "PL": "Spożywcze", "CZ": "Potraviny", "FR": "Traiteur",
             "CN": "食品"},
    "machinery": {"DE": "Maschinenbau", "NL": "Machines", "DK": "Maskiner", "PL": "Maszyny", "CZ": "Strojírny",
                  "FR": "Mécanique", "CN": "机械"},
    "hospitality": {"DE": "Hotels", "NL": "Horeca", "DK": "Hoteller", "PL": "Hotele", "CZ": "Hotely", "FR": "Hôtellerie",
                    "CN": "酒店"},
    "healthcare": {"DE": "Medizintechnik", "NL": "Zorg", "DK": "Pleje", "PL": "Medyczne", "CZ": "Zdraví", "FR": "Santé",
                   "CN": "医疗"},
    "logistics": {"DE": "Spedition", "NL": "Transport", "DK": "Fragt", "PL": "Spedycja", "CZ": "Doprava", "FR": "Transports",
                  "CN": "物流"},
    "retail": {"DE": "Handel", "NL": "Handel", "DK": "Handel", "PL": "Handel", "CZ": "Obchod", "FR": "Négoce", "CN": "贸易"},
}  # fmt: skip
BRANDS_CN = ["华泰", "恒远", "金盛", "瑞丰", "永达", "鼎信", "海润", "东方", "新宇", "德胜"]


def people_of(country: str, names: dict[str, str]) -> list[str]:
    """The names that a country has in `FAMILIES` or `GIVEN`."""
    text = names[country]
    return text.split("|") if "|" in text else text.split()


def person(country: str, given: str, family: str) -> str:
    """A person's full name in the order that the country writes it."""
    return f"{family}{given}" if country == "CN" else f"{given} {family}"
