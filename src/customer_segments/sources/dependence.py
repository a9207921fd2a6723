"""What one column's cells say of another's, row by row: a product its price, an order the number of its first line."""

from collections import defaultdict

from customer_segments.sources import figures, looks


def tells(one: looks.Cells, other: looks.Cells, fewest: int) -> bool:
    """Whether what one column holds says what the other holds, as a product does its price, of many rows each."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
    told = {a for a, _ in pairs}
    enough = len(told) >= fewest and len({b for _, b in pairs}) >= fewest and len(pairs) >= 2 * len(told)
    return enough and len(pairs) >= looks.ENOUGH and len(set(pairs)) == len(told)


def number_lines(orders: looks.Cells, cells: looks.Cells) -> bool:
    """Whether a column counts the lines of each order anew, from the same number on."""
    lines = defaultdict(list)
    for order, number in zip(orders, figures.values_of(cells), strict=True):
        lines[order].append(number)
    several = [numbers for numbers in lines.values() if len(numbers) > 1]
    if len(several) < looks.FEWEST_ORDERS or any(None in numbers for numbers in lines.values()):
        return False
    firsts = {numbers[0] for numbers in lines.values()}
    return len(firsts) == 1 and all(numbers == sorted(set(numbers)) for numbers in several)
