"""What the columns of a customer list hold, by their names."""

import pytest

from customer_segments.base.params import Play
from customer_segments.base.registry import label, wording
from customer_segments.sources.columns import ours_for
from customer_segments.steps.profiling import kinds


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Spending Score (1-100)", ("spending_score", "")),
        ("Annual Income (k$)", ("income", "")),
        ("MntWines", ("spend_on_*", "wines")),
        ("NumWebPurchases", ("bought_by_*", "web")),
        ("NumDealsPurchases", ("deals", "")),
        ("NumWebVisitsMonth", ("visits", "")),
        ("AcceptedCmp3", ("campaigns", "")),
        ("MonthlyCharges", ("charges", "")),
        ("tenure", ("tenure", "")),
        ("Credit_Limit", ("credit_limit", "")),
        ("Umsatz", ("total_spend", "")),
        ("Anzahl Bestellungen", ("purchase_count", "")),
        ("xq7", None),
    ],
)
def test_a_column_is_known_by_what_its_name_says(name, kind):
    assert kinds.kind_of(ours_for(name)) == kind


@pytest.mark.parametrize(("answer", "kind"), [("Month-to-month", "contract_short"), ("Two year", "contract_long")])
def test_a_contract_is_known_by_its_term(answer, kind):
    assert kinds.kind_of(f"contract={answer}") == (kind, "")


def test_a_play_for_any_of_a_kind_becomes_one_for_each_column():
    keen = Play(name="Keen buyers of *", when={"spend_on_*": "high", "total_spend": "high"}, do="Show * first.")
    told = kinds.in_these_words([keen], ["mnt_wines", "mnt_fish", "umsatz"])
    assert [(play.name, play.when, play.do) for play in told] == [
        ("Keen buyers of wines", ({"mnt_wines": "high", "umsatz": "high"},), "Show wines first."),
        ("Keen buyers of fish", ({"mnt_fish": "high", "umsatz": "high"},), "Show fish first."),
    ]
    assert kinds.in_these_words([keen], ["orders"]) == ()


def test_a_star_in_another_name_stays():
    told = kinds.in_these_words([Play(name="**Stars**", when={"orders": "high"}, do="Say *thanks*.")], ["orders"])
    assert [(play.name, play.do) for play in told] == [("**Stars**", "Say *thanks*.")]


def test_a_column_that_the_study_calls_so_itself_needs_no_kind():
    assert kinds.kinds(["total_spend", "umsatz"]) == {}


def test_columns_are_spelt_out():
    names = {
        "mnt_wines": "spend more on wines",
        "num_web_purchases": "make more web purchases",
        "income": "have a higher income",
        "monthly_charges": "have higher monthly charges",
        "contract=Two year": "more often have contract Two year",
    }
    assert {name: wording(name).above for name in names} == names
    assert label("kidhome") == "Children at home"
    assert label("spending_score_1_100") == "Spending score"
    assert wording("complaint", is_share=True).below == "less often say yes to “complaint”"
