"""Labels that mean something to some tool, or are written in another script, are drawn and written as they came."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from nbconvert.filters.markdown_mistune import markdown2html_mistune as markdown2html

from customer_segments.base import words
from customer_segments.base.params import load_params
from customer_segments.pages.plots import inline, palette, style
from customer_segments.pages.plots.eda import revenue_bars
from customer_segments.pages.report import publication
from customer_segments.pages.report.signs import with_its_signs
from customer_segments.run.publish import results
from tests.labelled import CATEGORIES, COLUMNS, NAMES, TITLE, Shown, customers, lines, study
from tests.plots.texts import text_boxes
from tests.report.shop import finished_study, profiles_of_two
from tests.support import PROJECT

PICTURES = {"format": "png", "ppi": 60}  # one a page
FENCES = re.compile("[\u2068\u2069]")  # around labels from right to left; nothing of them is seen


@pytest.fixture(scope="module", params=["a customers list", "with lines"])
def shown(request, tmp_path_factory) -> Shown:
    folder = tmp_path_factory.mktemp("labels")
    if request.param == "with lines":
        return study(folder, "$", {"customers": customers(), "transactions": lines()})
    return study(folder, "د.إ", {"customers": customers()})


class Page(HTMLParser):
    """The texts of a page: all it says, its cells, its text alternatives, what is bold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells, self.alternatives, self.text, self.addresses = [], [], "", []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.inside.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")
        if tag == "svg" and "aria-hidden" not in found:
            self.alternatives.append(_bare(found["aria-label"]))
        self.addresses += [found[key] for key in ("src", "href") if found.get(key)]

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if {"style", "script"} & set(self.inside):
            return
        self.text += _bare(data)
        if {"td", "th"} & set(self.inside):
            self.cells[-1] += _bare(data)


def _bare(text: str) -> str:
    return FENCES.sub("", text)


def _on_one_line(text: str) -> str:
    return " ".join(_bare(text).split())


def _drawings(shown: Shown) -> list[Figure]:
    """The figures that are drawn; others are tables, whose texts are asked for as those of all tables."""
    return [drawing for drawing, *_ in shown.figures if isinstance(drawing, Figure)]


def _drawn(shown: Shown) -> str:
    """Every text of every figure, each on one line."""
    texts = [text.get_text() for drawing in _drawings(shown) for text in drawing.findobj(Text)]
    return "\n".join(map(_on_one_line, texts))


@pytest.fixture
def pages(shown) -> dict[str, Page]:
    return {name: Page(text) for name, text in shown.pages.items()}


def test_every_category_is_drawn_literally_or_cut_with_dots(shown):
    drawn = _drawn(shown)
    for label in CATEGORIES:
        assert _on_one_line(style.short(label)) in drawn, label


def test_every_name_of_a_segment_is_drawn_literally_or_cut_with_dots(shown):
    drawn, given = _drawn(shown), set(shown.profiles["name"]) & set(NAMES)
    assert len(given) >= 2
    for name in given:
        assert _on_one_line(style.folded(name, 22, 3)) in drawn, name


def test_nothing_drawn_is_read_as_mathematics(shown):
    texts = [text for drawing in _drawings(shown) for text in drawing.findobj(Text) if text.get_text()]
    assert not {text.get_text() for text in texts if text.get_parse_math()}


def test_every_sign_drawn_is_in_a_font(shown):
    files = [palette.DEJAVU / "DejaVuSans.ttf", *palette.FONTS.glob("*.[ot]tf")]
    held = set().union(*(FT2Font(str(file)).get_charmap() for file in files))
    signs = {sign for drawing in _drawings(shown) for text in drawing.findobj(Text) for sign in text.get_text()}
    assert {sign for sign in signs if ord(sign) not in held and sign not in "\n\u2068\u2069"} == set()


def test_no_text_of_a_figure_runs_over_its_edge(shown):
    for drawing in _drawings(shown):
        width, height = drawing.get_size_inches() * drawing.dpi
        for text, box in text_boxes(drawing):
            inside = box.x0 > -2 and box.y0 > -2 and box.x1 < width + 2 and box.y1 < height + 2
            assert inside, (text, drawing.name)
            assert "\\mathdefault" not in text


def test_every_source_column_and_all_categories_that_are_told_stand_literally_in_the_tables(shown, pages):
    assert {_on_one_line(name) for name in customers()} <= {_on_one_line(cell) for cell in pages["01_eda.html"].cells}
    everything = "\n".join(_on_one_line(cell) for page in pages.values() for cell in page.cells)
    missing = {label for label in CATEGORIES if _on_one_line(label) not in everything}
    without_lines = shown.workspace.has("data/raw/transactions.parquet") is False
    assert len(missing) <= (len(COLUMNS) if without_lines else 0), missing  # chapter 1 tells three of the four of each


def test_every_category_is_whole_in_the_text_in_place_of_the_figure(pages):
    alternatives = "\n".join(map(_on_one_line, pages["01_eda.html"].alternatives))
    for label in CATEGORIES:
        assert _on_one_line(label) in alternatives, label


def test_names_and_title_are_written_literally_in_chapter_front_page_and_findings(shown, pages):
    for name in set(shown.profiles["name"]) & set(NAMES):
        assert name in pages["08_profiling.html"].cells
        assert name in pages["index.html"].text
    assert all(TITLE in page.text for page in pages.values())


def test_no_label_becomes_markup_or_an_address(pages):
    for name, page in pages.items():
        for address in page.addresses:
            assert "x.y" not in address, (name, address)
            assert address not in ("z", "m"), name
        assert "**" not in page.text.replace("**two** __x__", "").replace("*more*", ""), name


def test_a_currency_of_dollars_leaves_emphasis_alone(shown):
    for (sentences,) in shown.sentences:
        for sentence in sentences:
            assert "$" not in sentence, sentence


def test_pages_carry_the_signs_that_a_machine_may_lack(shown):
    page = shown.pages["01_eda.html"]
    reach = {int(sign, 16) for sign in re.findall(r"U\+([0-9A-F]+)", page.split("</style>")[0])}
    assert set(map(ord, "日本語中文한국어हिन्दीไทย🛍")) <= reach
    assert "url(" not in shown.pages["04_validation.html"].split("<body", 1)[0].split("Further signs")[0]


def test_the_brief_says_names_and_title_literally(shown):
    told = publication.content(shown.workspace.params(), results(shown.workspace))
    assert _bare(told["title"]) == TITLE
    assert [_bare(card["name"]) for card in told["cards"]] == shown.profiles["name"].tolist()
    assert len(publication.brief(told, PICTURES)) == 2


@pytest.mark.parametrize(
    ("one", "other"), [("日本語", "中文中"), ("😀", "🎉"), ("हिन्दी", "बिन्दी"), ("ไทย", "ไหย"), ("한국", "중국")]
)
def test_the_brief_draws_every_script(told, one, other):
    """Signs without a glyph would look alike."""
    first, second = (publication.brief(told | {"title": title}, PICTURES)[0] for title in (one, other))
    assert first != second


@pytest.mark.parametrize(
    "label", ["プラン: \u2068עסקי\u2069", "हिन्दी: שלום", "\u2068متجر 12\u2069: ไทย & 😀", "שלום हिन्दी 中文"]
)
def test_the_brief_draws_figures_with_words_of_several_scripts(told, label):
    drawing, (axes,) = style.new_figure(2)
    with style.house_style():
        axes.set_title(label)
    figure = told["map"]._replace(content=style.svg(drawing))
    assert publication.brief(told | {"map": figure}).startswith(b"%PDF-")


def test_the_words_of_a_figure_stand_in_the_brief_where_the_figure_has_them():
    drawing, (axes,) = style.new_figure(2)
    drawing.set_layout_engine(None)
    axes.set_axis_off()
    axes.text(
        0.5, 0.5, "A & <b>", ha="right", fontsize=8, fontweight="bold", color="#1f2a37", transform=drawing.transFigure
    )
    drawn, (word,) = inline.apart(style.svg(drawing).decode())
    assert "<text" not in drawn
    assert word == {
        "text": "A & <b>",
        "x": 0.5 * 72 * style.WIDTH,
        "y": 72,
        "before": 1,
        "size": 8,
        "weight": 700,
        "fill": "#1f2a37",
    }


@pytest.fixture
def told(tmp_path) -> dict:
    return publication.content(
        load_params(PROJECT / "params.yaml"), results(finished_study(tmp_path, profiles_of_two()))
    )


@pytest.mark.parametrize(
    ("label", "most", "cut"),
    [
        ("short enough", 12, "short enough"),
        ("one too many", 11, "one too ma…"),
        ("cut at blank", 5, "cut…"),
        ("日本語中文", 10, "日本語中文"),
        ("日本語中文", 9, "日本語中…"),
        ("e\u0301" * 5, 5, "e\u0301" * 5),
        ("e\u0301" * 5, 4, "e\u0301" * 3 + "…"),
        ("👩\u200d👩\u200d👧", 5, "👩\u200d👩…"),
        ("two\r\nlines\tand\x00more", 30, "two lines and more"),
        ("A column with a long name: its answer", 20, "A column…: its answ…"),
        ("A column: an answer that is long", 20, "A column: an answer…"),
    ],
)
def test_a_label_is_cut_by_the_room_that_its_signs_take(label, most, cut):
    assert style.short(label, most) == cut


def test_a_label_from_right_to_left_is_fenced_where_other_words_follow():
    assert words.isolated("שלום 12") == "\u2068שלום 12\u2069"
    assert words.isolated("\u202eturned") == "\u2068\u202eturned\u2069"
    assert words.isolated("日本 Zoë 12") == "日本 Zoë 12"


def test_a_sign_that_no_font_has_is_drawn_without_a_warning(recwarn):
    by_value = pd.DataFrame({"value": ["𓀀", "b"], "revenue": [1.0, 2.0]})
    assert style.svg(revenue_bars(by_value, "category", "€"))
    assert [str(each.message) for each in recwarn.list if not issubclass(each.category, ResourceWarning)] == []


def test_a_page_of_ordinary_signs_carries_no_letters():
    page = "<style>body {}</style> Zoë – “→” שלום"
    assert with_its_signs(page) == page


def test_an_address_in_a_label_becomes_no_link():
    assert "<a" not in markdown2html(f"- {words.escaped('http://x.y/z <me@x.de> www.x.y')}")


def test_a_page_is_given_its_signs_without_the_libraries_that_draw():
    program = (
        "import sys; from customer_segments.pages.report import chapters, publication, signs; "
        "print('@font-face' in signs.with_its_signs('<style></style>漢'), {'matplotlib', 'seaborn'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "True set()\n"
