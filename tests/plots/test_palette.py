"""Colours that everyone tells apart, by the formulas of Machado et al. (2009), CIEDE2000 and WCAG."""

from itertools import combinations

import numpy as np
import pytest

from customer_segments.pages.plots import palette, shaded

# How colours look to people without one kind of cones, in linear RGB.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
APART, READABLE, SEEN = 20, 4.5, 3
SIDES = {"light": 0, "dark": 1}


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(light, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000 of two colours in CIELAB."""
    mean_chroma = (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    stretched = 1.5 - 0.5 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7))
    (l1, a1, b1), (l2, a2, b2) = ((light, a * stretched, b) for light, a, b in (one, other))
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63)
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    bend = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    r_t = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(np.radians(bend))
    d_l, d_c = (l2 - l1) / s_l, (c2 - c1) / s_c
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / s_h
    return float(np.sqrt(d_l**2 + d_c**2 + d_h**2 + r_t * d_c * d_h))


def cos(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    darker, lighter = sorted(float(TO_XYZ[1] @ linear(colour)) + 0.05 for colour in (one, other))
    return lighter / darker


def mixed(colour: str, paper: str, share: float) -> str:
    pairs = ((int(each[place : place + 2], 16) for each in (colour, paper)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in pairs)


def tone(name: str, side: str) -> str:
    return palette.COLOURS[name][SIDES[side]]


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_are_those_of_the_published_pairs(one, other, known):
    """Of Sharma, Wu and Dalal (2005)."""
    assert difference(np.array(one), np.array(other)) == pytest.approx(known, abs=1e-4)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("side", SIDES)
def test_segments_are_told_apart_by_all_eyes(eyes, side):
    colours = (palette.SEGMENTS, palette.DARK_SEGMENTS)[SIDES[side]][: palette.SURE]
    seen = {colour: lab(np.array(EYES[eyes]) @ linear(colour)) for colour in colours}
    near = {pair: difference(*(seen[colour] for colour in pair)) for pair in combinations(colours, 2)}
    assert {pair: apart for pair, apart in near.items() if apart < APART} == {}


@pytest.mark.parametrize("side", SIDES)
def test_segments_are_seen_on_their_paper(side):
    colours = (palette.SEGMENTS, palette.DARK_SEGMENTS)[SIDES[side]]
    assert [colour for colour in colours if contrast(colour, tone("paper", side)) < SEEN] == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "muted", "accent", "lost") for ground in ("paper", "wash")),
        ("paper", "accent"),  # the share of those who are safe, in its bar
        ("ink", "risk"),
        ("ink", "beside"),
    ],
)
def test_text_can_be_read_on_its_ground(text, ground, side):
    assert contrast(tone(text, side), tone(ground, side)) >= READABLE


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("colour", ["accent", "below"])
def test_text_can_be_read_on_the_darkest_cell(colour, side):
    ground = mixed(tone(colour, side), tone("paper", side), shaded.strength(1.0))
    assert contrast(tone("ink", side), ground) >= READABLE


def test_no_two_meanings_share_a_colour():
    for side in SIDES:
        told = [pair[SIDES[side]] for pair in palette.COLOURS.values()]
        assert len(set(told)) == len(told)


def test_each_of_a_dozen_segments_has_a_colour_of_its_own():
    for colours in (palette.SEGMENTS, palette.DARK_SEGMENTS):
        seen = [lab(linear(colours[place % len(colours)])) for place in range(12)]
        assert min(difference(*pair) for pair in combinations(seen, 2)) > APART / 2


def test_only_a_colour_of_ours_is_called_by_its_name():
    assert palette.themed("#1f2a37 #0c9e92 #123456") == "var(--ink) var(--segment-1) #123456"
