"""`python -m tests.torture kill|faults|together`: the long versions, and their summary tables."""

import argparse
import sys
import time

from tests.torture.processes import warm


def main() -> int:
    """Run what is asked; 1 where anything was lost or mixed."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    kill = commands.add_parser("kill", help="writers killed at random moments and at every step")
    kill.add_argument("--trials", type=int, default=200)
    kill.add_argument("--move", action="append", default=[])
    kill.add_argument("--no-steps", action="store_true")
    kill.set_defaults(run=_kill)
    options = parser.parse_args()
    warm()
    return int(options.run(options))


def _kill(options: argparse.Namespace) -> int:
    from tests.torture.kill import torment
    from tests.torture.scenes import MOVES

    begun = time.monotonic()
    moves = [move for move in MOVES if not options.move or move.name in options.move]
    tally = torment(options.trials, moves, steps=not options.no_steps)
    for line in [*dict.fromkeys(tally.losses), *dict.fromkeys(tally.mixtures)]:
        print(line)
    rows = (
        ("trials", tally.trials), ("of them killed before the end", tally.killed), ("survivors", tally.survivors),
        ("  the old version answered", tally.old), ("  the new version answered", tally.new),
        ("answers read meanwhile", tally.asked), ("losses", len(tally.losses)), ("mixtures", len(tally.mixtures)),
        *((f"healed by `{remedy}`", times) for remedy, times in sorted(tally.healed.items())),
    )  # fmt: skip
    for name, value in rows:
        print(f"{name:<45} {value:>7}")
    print(f"{'seconds':<45} {time.monotonic() - begun:>7.0f}")
    return 1 if tally.losses or tally.mixtures else 0


if __name__ == "__main__":
    sys.exit(main())
