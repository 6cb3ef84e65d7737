"""The command line of ``solve.py``: options, progress, exit codes. Solving itself lives in ``model.run``.

Limits: none.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from .core.declare.lines import line
from .exits import EXIT_DEFECT, EXIT_INPUT, EXIT_INTERRUPTED
from .screen.usage import asked_language, refused_call
from .version import __version__
from .workbook.messages import LANGUAGES

EXAMPLES = """Examples:
  python solve.py                        solve inputs/three_regions.xlsx
  python solve.py my.xlsx --check        read and validate only
  python solve.py --scenario reference --lang zh
  python solve.py --set "settings!B7=0.04"      one-off change of a cell
Exit codes: 0 solved; 2 input wrong; 3 infeasible or unbounded;
            4 stopped by a limit; 1 defect of the program."""


def _application(home: Path) -> typer.Typer:
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

    @app.command(help="Solve the regional carbon-neutrality pathway of a workbook and write its reports.", epilog=None)
    def solve(
        workbook: Annotated[Path | None, typer.Argument(help="Workbook to solve.", show_default="inputs/three_regions.xlsx")] = None,
        check: Annotated[bool, typer.Option("--check", help="Read and validate only.")] = False,
        every: Annotated[bool, typer.Option("--all", help="With --check: every scenario in full.")] = False,
        scenario: Annotated[list[str] | None, typer.Option("--scenario", metavar="NAME", help="Scenario to run; repeatable.")] = None,
        analysis: Annotated[list[str] | None, typer.Option("--analysis", metavar="NAME", help="Analysis to run, or none; repeatable.")] = None,
        set_: Annotated[list[str] | None, typer.Option("--set", metavar="SHEET!CELL=VALUE", help="One-off change; repeatable.")] = None,
        out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder of the reports.", show_default="reports/")] = None,
        lang: Annotated[str | None, typer.Option("--lang", metavar="en|zh", help="Language of reports and messages.")] = None,
        workers: Annotated[int | None, typer.Option("--workers", metavar="N", help="Processes for scenarios and members of ensembles.")] = None,
        scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Dask cluster for members of ensembles.")] = None,
        solver_option: Annotated[list[str] | None, typer.Option("--solver-option", metavar="KEY=VALUE", help="Passed to HiGHS; repeatable.")] = None,
        cold: Annotated[bool, typer.Option("--cold", help="Do not start from the basis of an earlier plan.")] = False,
        time_limit: Annotated[float | None, typer.Option("--time-limit", metavar="S", min=0.0, help="Seconds for the solver.")] = None,
        write_model: Annotated[Path | None, typer.Option("--write-model", metavar="FILE", help="Also write the matrix (.mps or .lp).")] = None,
        apply: Annotated[bool, typer.Option("--apply", help="When infeasible, write a copy with the first suggestion.")] = False,
        quiet: Annotated[bool, typer.Option("--quiet", help="Print only errors.")] = False,
        verbose: Annotated[bool, typer.Option("--verbose", help="Print infos and the largest identity errors.")] = False,
        version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    ) -> int:
        if version:
            print(f"carbon-neutrality-pathway {__version__}")
            return 0
        from .run import Request, run

        if lang not in (None, "en", "zh"):
            raise SystemExit(_usage(line("language", "en", given=lang)))
        if every and not check:
            raise SystemExit(_usage(line("all_without_check", lang)))
        if write_model is not None and write_model.suffix.lower() not in (".mps", ".lp"):
            raise SystemExit(_usage(line("model_name", lang, name=write_model.name)))
        pairs = [text.partition("=") for text in solver_option or []]
        for name, sign, _ in pairs:
            if not sign:
                raise SystemExit(_usage(line("option_form", lang, name=name)))
        if workers is not None and workers < 1:
            raise SystemExit(_usage(line("workers_number", lang, given=workers)))
        if workers is not None and scheduler is not None:
            raise SystemExit(_usage(line("workers_and_scheduler", lang)))
        return run(
            Request(
                workbook=workbook or home / "inputs" / "three_regions.xlsx",
                out=out or home / "reports",
                check=check,
                every=every,
                scenarios=tuple(scenario or ()),
                analyses=tuple(analysis or ()),
                overrides=tuple(set_ or ()),
                lang=lang,
                solver={name: value for name, _, value in pairs},
                time_limit=time_limit,
                write_model=write_model,
                quiet=quiet,
                verbose=verbose,
                apply=apply,
                cold=cold,
                workers=workers or 1,
                scheduler=scheduler,
            )
        )

    return app


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return EXIT_INPUT


def main(arguments: Sequence[str], home: Path) -> int:
    """Run the command line; ``home`` is the folder of solve.py, beside which the defaults lie. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # names and findings may hold Chinese while the console's encoding is ASCII: never die of a message
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if "--help" in arguments:
        _print_help(home)
        return 0
    try:
        command = typer.main.get_command(_application(home))
        result = command.main(args=list(arguments), prog_name="solve.py", standalone_mode=False)
        return int(result or 0)
    except TyperException as error:
        return _usage(refused_call(error, "solve.py", asked_language(arguments)))
    except SystemExit as stop:
        return int(stop.code) if isinstance(stop.code, int) else EXIT_INPUT
    except KeyboardInterrupt:
        asked = asked_language(arguments)
        print("; ".join(line("interrupted", lang) for lang in ([asked] if asked else LANGUAGES)), file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return EXIT_DEFECT


def _print_help(home: Path) -> None:
    command = typer.main.get_command(_application(home))
    with contextlib.suppress(SystemExit):
        command.main(args=["--help"], prog_name="solve.py", standalone_mode=False)
    print(EXAMPLES)
