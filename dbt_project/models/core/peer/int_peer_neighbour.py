# One row per set of peers, municipality and rank: one of its ten nearest, the distance, the share
# of each variable in it, and how often the neighbour stays when the variables are weighed anew
#
# SQL would compare every municipality with every other; a k-d tree finds the ten nearest.
# Distances are root mean squares of weighted differences in standard deviations.

PEERS = 10
DRAWS = 20
SEED = 2023


def nearest(points, codes, peers):
    """The nearest rows of each row by distance, then code, and their distances."""
    import numpy as np
    from scipy.spatial import cKDTree

    # Some more than asked for, so that places of equal distance are told apart by their code.
    asked = min(len(points), peers + 3)
    distance, index = cKDTree(points).query(points, k=asked)
    distance = np.where(index == np.arange(len(points))[:, None], np.inf, distance.round(9))
    order = np.lexsort((codes[index], distance), axis=1)[:, : min(peers, asked - 1)]
    return np.take_along_axis(index, order, 1), np.take_along_axis(distance, order, 1)


def kept(found, again):
    """Which of the found neighbours are still among those found again."""
    return (found[:, :, None] == again[:, None, :]).any(axis=2)


def neighbours(values, weights, codes, peers=PEERS, draws=DRAWS, seed=SEED):
    """Neighbours, distances, shares of the variables, and counts of how often each stays."""
    import numpy as np

    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)

    def search(some):
        return nearest(scaled * np.sqrt(some / some.sum()), codes, peers)

    found, distance = search(weights)
    parts = weights / weights.sum() * (scaled[found] - scaled[:, None, :]) ** 2
    total = parts.sum(axis=2, keepdims=True)
    shares = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)

    without = np.zeros(found.shape, dtype=int)
    for left_out in range(len(weights) if len(weights) > 1 else 0):
        without += kept(found, search(np.where(np.arange(len(weights)) == left_out, 0, weights))[0])
    reweighed = np.zeros(found.shape, dtype=int)
    random = np.random.default_rng(seed)
    for _ in range(draws):
        # Flat over all ways to part the weight; the declared weights scale what is drawn.
        reweighed += kept(found, search(weights * random.dirichlet(np.full(len(weights), 4.0)))[0])
    return found, distance, shares, without, reweighed


def model(dbt, session):
    dbt.config(materialized="table")

    import numpy as np
    import pandas as pd

    variables = dbt.ref("int_peer_variable").project(
        "peer_set, variable_id, position, weight, is_used"
    )
    used = [row for row in variables.order("peer_set, position").fetchall() if row[4]]
    inputs = dbt.ref("int_peer_input").project("peer_set, municipality_code, variable_id, value")
    all_values = inputs.order("peer_set, municipality_code, variable_id").df()
    names = sorted({row[1] for row in variables.fetchall()})

    tables = []
    for peer_set in sorted({row[0] for row in used}):
        columns = [row[1] for row in used if row[0] == peer_set]
        weights = np.array([float(row[3]) for row in used if row[0] == peer_set])
        own = all_values[all_values["peer_set"] == peer_set]
        wide = own.pivot(index="municipality_code", columns="variable_id", values="value")
        wide = wide.reindex(columns=columns).dropna().sort_index()
        if len(wide) < 2:
            continue
        codes = wide.index.to_numpy(dtype=str)
        found, distance, shares, without, reweighed = neighbours(wide.to_numpy(), weights, codes)
        count = found.shape[1]
        table = pd.DataFrame(
            {
                "peer_set": peer_set,
                "municipality_code": np.repeat(codes, count),
                "rank": np.tile(np.arange(1, count + 1), len(codes)),
                "peer_code": codes[found].ravel(),
                "distance": distance.ravel().round(6),
                "kept_without_one": without.ravel(),
                "without_one": len(columns) if len(columns) > 1 else 0,
                "kept_reweighed": reweighed.ravel(),
                "reweighed": DRAWS,
            }
        )
        for position, name in enumerate(columns):
            table[f"{name}_share_pct"] = (100 * shares[:, :, position]).ravel().round(4)
        tables.append(table)

    types = {"peer_set": "str", "municipality_code": "str", "rank": "int32", "peer_code": "str"}
    types |= {"distance": "float64"}
    types |= dict.fromkeys(
        ["kept_without_one", "without_one", "kept_reweighed", "reweighed"], "int32"
    )
    types |= {f"{name}_share_pct": "float64" for name in names}
    whole = pd.concat(tables) if tables else pd.DataFrame()
    return whole.reindex(columns=list(types)).astype(types)
