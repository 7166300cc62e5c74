"""What Nordhaven Supply sells: seventy products in seven categories, dearer each January."""

from dataclasses import dataclass

from rapport.demo.days import stream
from rapport.demo.story import list_price

_RANGE = {  # category → subcategories; kinds of things; cheapest and dearest list price in cents
    "Hygiene": (["Paper", "Soap"], ["Handtuchrolle", "Seifenspender", "Putztuch", "Desinfektion", "Papierrolle"], 450, 6_900),
    "Packaging": (["Boxes", "Film"], ["Faltkarton", "Stretchfolie", "Polsterpapier", "Klebeband", "Palettenbox"], 600, 8_900),
    "Tools": (["Hand", "Power"], ["Schraubendreher", "Akkuschrauber", "Zange", "Winkelschleifer", "Säge"], 1_900, 34_900),
    "Safety": (["Head", "Hands"], ["Schutzhelm", "Handschuh", "Gehörschutz", "Warnweste", "Schutzbrille"], 900, 15_900),
    "Fasteners": (["Screws", "Anchors"], ["Schraube", "Dübel", "Mutter", "Bolzen", "Niete"], 350, 5_900),
    "Electrical": (["Cable", "Light"], ["Kabeltrommel", "LED-Leuchte", "Steckdose", "Verteiler", "Sensor"], 1_200, 28_900),
    "Machinery": (["Pumps", "Drives"], ["Pumpe", "Kompressor", "Getriebe", "Ventil", "Elektromotor"], 9_900, 89_900),
}  # fmt: skip
PAIR = (0, 31)
"""Places of the two products that are bought together on purpose; no other two are."""
_BRANDS = ["Nordwerk", "Alster", "Førde", "海工", "Kantig"]


@dataclass(frozen=True)
class Product:
    """One product; prices in cents as of 2022."""

    product_no: str
    name: str
    category: str
    subcategory: str
    brand: str
    base_price: int
    base_cost: int

    def price(self, year: int) -> int:
        """List price in cents."""
        return list_price(self.base_price, year)

    def cost(self, year: int) -> int:
        """Cost of a piece in cents."""
        return list_price(self.base_cost, year)


def make_products(seed: int) -> list[Product]:
    """All products, in the order of their numbers."""
    return [_make(seed, category, place) for category in _RANGE for place in range(10)]


def _make(seed: int, category: str, place: int) -> Product:
    subcategories, kinds, cheapest, dearest = _RANGE[category]
    chance = stream(seed, "product", category, place)
    price = round(cheapest * (dearest / cheapest) ** chance.random() / 10) * 10
    brand = chance.choice(_BRANDS)
    return Product(
        product_no=f"P{list(_RANGE).index(category) + 1}{place + 1:02d}",
        name=f"{kinds[place // 2]} {brand} {'ABCDEFGHIJ'[place]}{chance.randint(1, 9)}0",
        category=category,
        subcategory=subcategories[place % 2],
        brand=brand,
        base_price=price,
        base_cost=round(price * chance.uniform(0.55, 0.78)),
    )
