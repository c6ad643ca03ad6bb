# One row per municipality, year, variant and index: how many re-draws gave it that index
#
# SQL cannot draw from the gamma and beta distributions; this one step is Python and yields counts
# of draws, and SQL decides in which band they lie.
#
# `posterior` draws the level behind the counts: a proportion from a beta, benefits from a
# gamma distribution, with a prior worth `prior_cases` cases at the level of the reference. `jeffreys`
# has the same with Jeffreys' prior. `dispersion` is the variance against that of independent cases.
# `plain` draws counts around the observed ones (binomial, Poisson): there a zero stays a zero.
# Every draw has its own references, the sums of the drawn counts; who borrows has its donor's draw.

DRAWS = 1000
SEED = 20160101
MOST_POINTS = 30
# Municipalities are drawn in blocks, so that a block and its scores stay in the processor's cache.
BLOCK = 256
THREADS = 2
# A level is never taken for nothing, nor for more than this when a prior is made of it.
TINY, MOST_LEVEL = 1e-9, 0.9


def model(dbt, session):
    dbt.config(materialized="table")

    import pandas as pd

    rows = dbt.ref("int_index_draw_input").order("year, indicator_id, municipality_code").df()
    variants = dbt.ref("index_stability_variant").order("variant").df()
    found = [
        simulate(of_year, variants, int(year), DRAWS)
        for year, of_year in rows.groupby("year", sort=True)
        if of_year["has_index"].any()
    ]
    columns = {
        "municipality_code": "str",
        "year": "int32",
        "variant": "str",
        "index_points": "int32",
        "draws": "int32",
    }
    nothing = pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in columns.items()})
    return pd.concat([nothing, *found], ignore_index=True).astype(columns)


def simulate(rows, variants, year, draws):
    """Draws of one year by variant; the rows are sorted by indicator and municipality."""
    from concurrent.futures import ThreadPoolExecutor
    from functools import partial

    import numpy as np
    import pandas as pd

    inputs = [of_input for _, of_input in rows.groupby("indicator_id", sort=True)]
    codes = inputs[0]["municipality_code"].to_numpy(dtype=str)
    has_index = inputs[0]["has_index"].to_numpy(dtype=bool)
    donors = [np.searchsorted(codes, i["donor_code"].to_numpy(dtype=str)) for i in inputs]
    fixed = [i["points"].fillna(0).to_numpy(dtype=np.int8)[:, None] for i in inputs]
    found = []
    models = ["model", "prior_cases", "dispersion"]
    for order, (how, same) in enumerate(variants.groupby(models, sort=True, dropna=False)):
        # Each input has a stream of its own: what a thread draws depends on no other thread.
        streams = [np.random.default_rng([SEED, year, order, n]) for n in range(len(inputs))]
        with ThreadPoolExecutor(THREADS) as pool:
            drawn = list(pool.map(partial(draw_points, how, draws), inputs, streams))
        # Variants that differ only in their donors share their draws.
        for name, is_redrawn in zip(same["variant"], same["is_donor_redrawn"], strict=True):
            total = np.zeros((len(codes), draws), dtype=np.int8)
            for own, donor, as_published in zip(drawn, donors, fixed, strict=True):
                if is_redrawn:
                    total += own[donor]
                else:
                    borrows = (donor != np.arange(len(codes)))[:, None]
                    total += np.where(borrows, as_published, own)
            found.append(tally(codes, has_index, total).assign(year=year, variant=name))
    return pd.concat(found, ignore_index=True)


def tally(codes, has_index, total):
    """How many draws gave each municipality each index."""
    import numpy as np
    import pandas as pd

    size = MOST_POINTS + 1
    cells = np.arange(len(codes))[:, None] * size + total
    counts = np.bincount(cells.ravel(), minlength=len(codes) * size).reshape(len(codes), size)
    unit, points = np.nonzero(counts * has_index[:, None])
    drawn = counts[unit, points]
    return pd.DataFrame({"municipality_code": codes[unit], "index_points": points, "draws": drawn})


def draw_points(how, draws, rows, random):
    """The points of one input, municipality by draw; where nobody is there are none."""
    import numpy as np

    first = rows.iloc[0]
    points = np.zeros((len(rows), draws), dtype=np.int8)
    inhabited = np.flatnonzero(rows["denominator"].to_numpy() > 0)
    rows = rows.iloc[inhabited]
    if not len(rows):
        return points
    cases = rows["numerator_parts"].to_numpy(dtype=float) / first["parts_per_unit"]
    base = rows["denominator"].to_numpy(dtype=float)
    _, region = np.unique(rows["region_code"].to_numpy(dtype=str), return_inverse=True)
    regional_base = np.bincount(region, weights=base)
    weights = first["region_weight"], first["country_weight"]

    def reference(regional):
        """What each region is measured against, given the cases of all regions."""
        country = regional.sum(axis=0) / base.sum()
        share = (regional.T / regional_base).T
        return (weights[0] * share + weights[1] * country) / sum(weights)

    level = reference(np.bincount(region, weights=cases))[region]
    drawn = np.empty((len(rows), draws), dtype=np.float32)
    for part in blocks(len(rows)):
        drawn[part] = draw_cases(
            how, cases[part], base[part], level[part], first["is_proportion"], draws, random
        )
    # Sums in one fixed order, so that the same seed gives the same table anywhere.
    regional = np.zeros((len(regional_base), draws))
    for row, number in enumerate(region):
        regional[number] += drawn[row]
    against = np.maximum(reference(regional), TINY).astype(np.float32)
    for part in blocks(len(rows)):
        own = np.zeros((len(base[part]), draws), dtype=np.int8)
        share = drawn[part] / base[part, None].astype(np.float32)
        lq = share / against[region[part]]
        for measure, value in (("count", drawn[part]), ("share", share), ("lq", lq)):
            scale = first["multiplier"] if measure == "share" else 1
            own += value >= np.float32(first[f"{measure}_low"] / scale)
            own += value > np.float32(first[f"{measure}_high"] / scale)
        points[inhabited[part]] = own
    return points


def blocks(rows):
    return [slice(start, start + BLOCK) for start in range(0, rows, BLOCK)]


def draw_cases(how, cases, base, level, is_proportion, draws, random):
    """Drawn cases of some municipalities."""
    import numpy as np

    model_name, prior_cases, dispersion = how
    size = (len(cases), draws)
    if model_name == "plain":
        if not is_proportion:
            return random.poisson(cases[:, None], size)
        share = np.minimum(cases / base, 1.0)
        return random.binomial(base.astype(np.int64)[:, None], share[:, None], size)
    # The more dispersed the counts, the fewer independent cases they are worth.
    seen, among = cases / dispersion, base / dispersion
    if model_name == "jeffreys":
        prior, prior_base = 0.5, 1.0 if is_proportion else 0.0
    else:
        prior, prior_base = prior_cases, prior_cases / np.clip(level, TINY, MOST_LEVEL)
    if is_proportion:
        others = np.maximum(among - seen, 0.0) + prior_base - prior
        share = random.beta((seen + prior)[:, None], others[:, None], size)
    else:
        share = random.standard_gamma((seen + prior)[:, None], size)
        share /= (among + prior_base)[:, None]
    return share * base[:, None]
