"""How figures are shown: a line each, name and value in columns."""

from collections.abc import Sequence

_ENOUGH_FOR_P99 = 100


def figure(name: str, value: float, unit: str, digits: int = 1) -> None:
    """Print one figure."""
    print(f"  {name:<76} {value:>9,.{digits}f} {unit}", flush=True)


def spread(name: str, seconds: Sequence[float]) -> None:
    """Print the median, the 99th percentile (of a hundred or more) and the longest of some durations."""
    ordered = sorted(seconds)
    shares = {"p50": 0.50, "p99": 0.99, "longest": 1.0}
    for label, share in shares.items():
        if label != "p99" or len(ordered) >= _ENOUGH_FOR_P99:
            place = round(share * (len(ordered) - 1))
            figure(f"{name}, {label} of {len(ordered)}", ordered[place] * 1000, "ms")
