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
    kill.add_argument("--pause", type=float, default=0.001, help="seconds between two questions of the reader")
    kill.set_defaults(run=_kill)
    together = commands.add_parser("together", help="16 reader threads, 2 reader processes and a writer")
    together.add_argument("--seconds", type=float, default=300.0)
    together.set_defaults(run=_together)
    faults = commands.add_parser("faults", help="disks, folders and files that fail")
    faults.add_argument("--fault", action="append", default=[])
    faults.add_argument("--sections", type=int, default=1_100)
    faults.set_defaults(run=_faults)
    short = commands.add_parser("short", help="a little of each, for every run of the tests")
    short.set_defaults(run=_short)
    options = parser.parse_args()
    warm()
    return int(options.run(options))


def _kill(options: argparse.Namespace) -> int:
    from tests.torture.kill import torment
    from tests.torture.scenes import MOVES

    begun = time.monotonic()
    moves = [move for move in MOVES if not options.move or move.name in options.move]
    tally = torment(options.trials, moves, steps=not options.no_steps, pause=options.pause)
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


def _short(options: argparse.Namespace) -> int:
    return max(
        _kill(argparse.Namespace(trials=6, move=["model change"], no_steps=True, pause=0.05)),
        _together(argparse.Namespace(seconds=1.0)),
        _faults(argparse.Namespace(fault=["disk full (RLIMIT_FSIZE)"], sections=20)),
    )


def _together(options: argparse.Namespace) -> int:
    from tests.torture.together import talk

    begun = time.monotonic()
    got = talk(options.seconds)
    for line in [*dict.fromkeys(got.errors), *dict.fromkeys(got.mixtures)][:20]:
        print(line)
    rows = (
        ("changes published", got.changes), ("answers read", got.asked),
        *((f"  as a serial run gives them in state {n}", got.by_state[n]) for n in sorted(got.by_state)),
        ("errors", len(got.errors)), ("mixtures", len(got.mixtures)),
    )  # fmt: skip
    for name, value in rows:
        print(f"{name:<45} {value:>7}")
    print(f"{'seconds':<45} {time.monotonic() - begun:>7.0f}")
    return 1 if got.errors or got.mixtures else 0


def _faults(options: argparse.Namespace) -> int:
    from tests.torture.faults import FAULTS, can_mount, table

    names = [name for name in FAULTS if not options.fault or name in options.fault]
    if not can_mount():
        print("nothing can be mounted here: the faults of a whole file system are left out")
        names = [name for name in names if name not in ("disk full (a small tmpfs)", "read-only folder")]
    rows = table(names, options.sections)
    print("fault | message | healed by | answers during | answers after")
    for row in rows:
        print(f"{row.fault} | {row.message} | {row.healed_by} | {row.during} | {row.after}")
    bad = [row.fault for row in rows if not row.is_well]
    print(f"{len(rows)} faults, {len(bad)} not well: {', '.join(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
