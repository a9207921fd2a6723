"""Which customers, which features, on which scale?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveFloat, model_validator

from customer_segments.base.params.section import Day, Section, Share, Texts

# What invoices charge beside goods, in words and in the codes of Online Retail; compared as a whole, in any case.
SERVICE_WORDS = (
    *("postage", "post", "dotcom postage", "dot", "carriage", "c2", "shipping", "shipping costs", "delivery"),
    *("delivery fee", "delivery charge", "freight", "handling fee", "packaging", "pads", "samples", "s", "b", "m", "d"),
    *("manual", "discount", "voucher", "gift card", "bank charges", "amazon fee", "amazonfee", "cruk"),
    *("cruk commission", "adjust bad debt", "versand", "versandkosten", "porto", "rabatt", "frais de port"),
    *("livraison", "spedizione", "gastos de envío"),
)
ServiceWords = Annotated[Texts, BeforeValidator(lambda words: SERVICE_WORDS if words is None else words)]


class CleaningParams(Section):
    """What is repaired, rejected or kept; every rule writes to the ledger."""

    first_day: Day | None = None
    last_day: Day | None = None
    service_lines: Literal["reject", "keep"] = "reject"
    service_words: ServiceWords = SERVICE_WORDS
    duplicates: Literal["reject", "keep"] = "reject"
    zero_quantities: Literal["reject", "keep"] = "reject"
    zero_prices: Literal["reject", "keep"] = "reject"
    negative_prices: Literal["reject", "keep"] = "reject"
    returns: Literal["net", "drop", "keep"] = "net"
    lowest_age: Annotated[int, Field(ge=0, le=120)] = 16
    highest_age: Annotated[int, Field(ge=0, le=120)] = 100
    missing_cells: Literal["keep", "reject", "reject_unexplained"] = "keep"
    customers_without_orders: Literal["reject", "keep"] = "reject"
    outliers: Literal["keep", "winsorise", "set_aside"] = "keep"
    outlier_fence: PositiveFloat = 3.0

    @model_validator(mode="after")
    def _ages_in_order(self) -> CleaningParams:
        if self.lowest_age >= self.highest_age:
            raise ValueError("lowest_age must be below highest_age")
        return self

    @model_validator(mode="after")
    def _days_in_order(self) -> CleaningParams:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError("first_day must not be after last_day")
        return self


class FeatureParams(Section):
    """Which columns make the segments, and how they are put on one scale."""

    use: Texts | None = None
    leave_out: Texts = ("location", "signed_up_on", "left_on", "active")
    recency: Literal["calendar", "elapsed"] = "calendar"
    impute: Literal["median", "mean"] = "median"
    skew: Literal["log", "yeo_johnson", "none"] = "log"
    skewed_above: PositiveFloat = 1.0
    encode: Literal["one_hot", "ordinal", "alphabetical"] = "one_hot"
    rarest_category: Share = 0.01
    scale: Literal["standard", "robust", "min_max", "none"] = "standard"
    collinear_above: Annotated[float, Field(gt=0, le=1)] | None = 0.9


class PreprocessingParams(Section):
    """Which customers, which features, on which scale?"""

    as_of: Day | None = None
    cleaning: CleaningParams = CleaningParams()
    features: FeatureParams = FeatureParams()
