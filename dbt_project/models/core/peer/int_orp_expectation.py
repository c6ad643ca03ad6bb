# One row per ORP and indicator: what its structure lets one expect, judged by all other ORP
#
# SQL has no regression of several variables. Each ORP is left out in turn and foretold by a ridge
# regression over the others, so that its own figure never vouches for itself.

RIDGE = 1.0
FEWEST = 30


def foretell(structure, count, base, is_proportion, level, ridge=RIDGE):
    """For each row the rate foretold by all others, and the prediction interval of its own."""
    import numpy as np
    from scipy.stats import t

    # Half a case is added, so that none at all has a logarithm. More cases than the base holds are
    # an error of the source, which the checks on it tell; here they count as all.
    whole = np.minimum(count, base) if is_proportion else count
    rate = (whole + 0.5) / (base + 1)
    outcome = np.log(rate / (1 - rate)) if is_proportion else np.log(rate)

    def chance(some, bases):
        """Variance of the outcome by chance alone: large where few cases are expected."""
        return 1 / ((bases + 1) * some * ((1 - some) if is_proportion else 1))

    def back(part):
        return 1 / (1 + np.exp(-part)) if is_proportion else np.exp(part)

    rows, variables = structure.shape
    freedom = rows - 2 - variables
    expected, lower, upper = (np.empty(rows) for _ in range(3))
    for row in range(rows):
        others = np.arange(rows) != row
        spread = structure[others].std(axis=0)
        scaled = (structure - structure[others].mean(axis=0)) / np.where(spread > 0, spread, 1)
        gram = scaled[others].T @ scaled[others] + ridge * np.eye(variables)
        middle = outcome[others].mean()
        slope = np.linalg.solve(gram, scaled[others].T @ (outcome[others] - middle))
        fitted = middle + scaled @ slope
        rest = (outcome - fitted)[others]
        by_chance = chance(back(fitted), base)
        # What chance does not explain is how much places of one structure differ.
        between = max(rest @ rest / freedom - by_chance[others].mean(), 0)
        leverage = 1 / (rows - 1) + scaled[row] @ np.linalg.solve(gram, scaled[row])
        error = np.sqrt((between + by_chance[others].mean()) * leverage + between + by_chance[row])
        reach = t.ppf((1 + level) / 2, freedom) * error
        expected[row] = back(fitted[row])
        lower[row], upper[row] = back(fitted[row] - reach), back(fitted[row] + reach)

    # The half case is taken off again: an interval that allows for half a case allows for none.
    lower, upper = (((base + 1) * part - 0.5) / base for part in (lower, upper))
    return expected, np.maximum(lower, 0), upper


def model(dbt, session):
    dbt.config(materialized="table")

    import pandas as pd

    level = float(dbt.config.get("prediction_level"))
    structure = dbt.ref("int_orp_structure").order("orp_code, variable_id").df()
    figures = dbt.ref("int_orp_figure").order("indicator_id, orp_code").df()
    wide = structure.pivot(index="orp_code", columns="variable_id", values="value").dropna()
    types = {"orp_code": "str", "indicator_id": "str"}
    types |= dict.fromkeys(["expected", "lower", "upper"], "float64")
    tables = []
    for indicator, own in figures.groupby("indicator_id", sort=True):
        known = own[own["orp_code"].isin(wide.index)]
        if len(known) < FEWEST:
            continue
        foretold = foretell(
            wide.loc[known["orp_code"]].to_numpy(),
            known["numerator"].to_numpy(dtype=float),
            known["denominator"].to_numpy(dtype=float),
            bool(known["is_proportion"].iloc[0]),
            level,
        )
        scale = float(known["multiplier"].iloc[0])
        table = pd.DataFrame({"orp_code": known["orp_code"].to_numpy(), "indicator_id": indicator})
        for name, part in zip(["expected", "lower", "upper"], foretold, strict=True):
            table[name] = (scale * part).round(6)
        tables.append(table)
    whole = pd.concat(tables) if tables else pd.DataFrame()
    return whole.reindex(columns=list(types)).astype(types)
