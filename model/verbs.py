"""``python -m model VERB``: template, dictionary, generate, aggregate, docs, explain. Solving is ``solve.py``.

Limits: comparing finished runs belongs to a later release.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from .core.spec import InputError
from .exits import EXIT_DEFECT, EXIT_INPUT, EXIT_SOLVED

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Everything that is not solving. Example: python -m model explain inputs/three_regions.xlsx --balance land --region west --year 2040",
)

#: Milestone years of an empty template.
TEMPLATE_YEARS = tuple(range(2020, 2061, 5))


@app.command()
def template(out: Annotated[Path, typer.Argument(help="Workbook to write.")]) -> None:
    """Write an empty, fully annotated workbook."""
    from .core.aside import require_folder
    from .core.registry import schema
    from .workbook.writer import write_template

    require_folder(out)
    write_template(out, schema(), TEMPLATE_YEARS)
    print(f"written: {out}")


@app.command()
def dictionary() -> None:
    """Print the data dictionary in Markdown."""
    from .core.registry import schema
    from .workbook.dictionary import dictionary_markdown

    print(dictionary_markdown(schema()))


@app.command()
def generate(out: Annotated[Path, typer.Argument(help="Folder of the workbooks.")] = Path("inputs")) -> None:
    """Write the shipped workbooks, provinces and three regions, from the cited tables under inputs/data."""
    from .datasets.generate import generate as write_all

    for path in write_all(out):
        print(f"written: {path}")


@app.command()
def aggregate(
    workbook: Annotated[Path, typer.Argument(help="Workbook to merge.")],
    out: Annotated[Path, typer.Argument(help="Workbook to write.")],
    by: Annotated[str, typer.Option(help="Column of the sheet regions whose words are the new regions, for instance grid_region.")],
    zones: Annotated[str, typer.Option(help="Column of the sheet water_zones whose words keep water apart inside a new region.")] = "basin",
) -> None:
    """Merge the regions of a workbook into larger ones: amounts are summed, rates averaged, what can not be kept is listed."""
    from .api import read
    from .core.aside import require_folder
    from .datasets.carried import write_merged

    require_folder(out)
    made = write_merged(read(workbook), out, by, zones)
    for remark in made.remarks:
        print(f"left out: {remark}")
    print(f"written: {out}, {len(made.whole.tables['regions'])} regions")


@app.command()
def explain(
    workbook: Annotated[Path, typer.Argument(help="Workbook to explain.")],
    balance: Annotated[str, typer.Option(help="Balance or account, for instance land.")],
    region: Annotated[str, typer.Option(help="Region or zone; empty: the first.")] = "",
    year: Annotated[int, typer.Option(help="Year; 0: the first.")] = 0,
    scenario: Annotated[str, typer.Option(help="Scenario.")] = "reference",
) -> None:
    """Print the rows of a balance with who posts what, coefficient by coefficient."""
    from .api import assemble_checked, read
    from .reporting.explain import explain_rows

    build = assemble_checked(read(workbook).data(scenario))
    for line in explain_rows(build, balance, region, year):
        print(line)


@app.command()
def docs(
    out: Annotated[Path, typer.Argument(help="Folder of the pages.")] = Path("docs"),
    workbook: Annotated[Path, typer.Option(help="Workbook whose posts are listed.")] = Path("inputs/three_regions.xlsx"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a page is out of date.")] = False,
) -> int:
    """Write the generated pages of docs: data dictionary; variables, constraints and balances."""
    from .api import read
    from .core.registry import schema
    from .reporting.doc_pages import generated_pages, stale_pages, write_pages
    from .workbook.dictionary import dictionary_markdown

    pages = generated_pages(dictionary_markdown(schema()), read(workbook).data("reference"))
    stale = stale_pages(pages, out)
    if check:
        for name in stale:
            print(f"out of date: {out / name}; run python -m model docs", file=sys.stderr)
        return EXIT_DEFECT if stale else EXIT_SOLVED
    write_pages(pages, out)
    for name in pages:
        print(f"written: {out / name}")
    return EXIT_SOLVED


def main(arguments: Sequence[str]) -> int:
    """Run a verb; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        result = typer.main.get_command(app).main(args=list(arguments), prog_name="python -m model", standalone_mode=False)
        return int(result or 0)
    except TyperException as error:
        print(f"python -m model: {error.format_message() if hasattr(error, 'format_message') else error}", file=sys.stderr)
        return EXIT_INPUT
    except InputError as error:
        print(error, file=sys.stderr)
        return EXIT_INPUT
    except OSError as error:
        print(f"can not write or read: {error}", file=sys.stderr)
        return EXIT_INPUT
