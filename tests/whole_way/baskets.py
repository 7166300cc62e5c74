"""How often chance alone would bring two products together, counted again in plain Python."""

from collections import defaultdict
from itertools import combinations


def together(baskets: list[list[str]]) -> dict[tuple[str, str], int]:
    """Pair of products, the lower number first → orders that hold both."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for products in baskets:
        for pair in combinations(sorted(products), 2):
            counts[pair] += 1
    return counts


def expected(baskets: list[list[str]], pair: tuple[str, str]) -> float:
    """Orders that would hold both by chance: in orders of each size, the pair's share of all pairs that could meet in them."""
    of_size = defaultdict(list)
    for products in baskets:
        of_size[len(products)].append(products)
    by_chance = 0.0
    for size, held in of_size.items():
        holding: dict[str, int] = defaultdict(int)
        for products in held:
            for product in products:
                holding[product] += 1
        weights = sum(one * other for one, other in combinations(holding.values(), 2))
        if weights:
            by_chance += holding[pair[0]] * holding[pair[1]] * len(held) * size * (size - 1) / 2 / weights
    return by_chance
