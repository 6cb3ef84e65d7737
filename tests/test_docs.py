"""The documentation holds: generated pages are fresh, links resolve, commands stand as promised, nothing private leaks."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import model
from model.closing.target_table import CARBON_TARGETS
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.solve.solver import solve
from model.reporting.files.datapackage import words_of
from model.reporting.files.doc_pages import generated_pages, split_doc, stale_pages, write_pages
from model.reporting.files.result_pages import signature
from model.reporting.tables.columns import TABLES
from model.reporting.words.texts import label
from model.verbs import main as verbs
from model.workbook.dictionary import dictionary_markdown
from tests.levers.toy import toy_frame
from tests.workbook.fuzz_checks import small_workbook as grass_workbook

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("inputs/**/*.md"), *ROOT.glob("reports/*.md")])
SOLVE = "python3 -m venv .venv && .venv/bin/python -m pip install . && .venv/bin/python solve.py"
TEST = 'python3 -m venv .venv && .venv/bin/python -m pip install ".[test]" && .venv/bin/python -m pytest'
WINDOWS = r"py -m venv .venv && .venv\Scripts\python -m pip install . && .venv\Scripts\python solve.py"
CHINESE = re.compile(r"[一-鿿]")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
#: Absolute paths of a machine, and names of hosts that packages are fetched from.
PRIVATE = re.compile(r"(?<![\w.])/(?:home|work|tmp|root|Users|mnt)/|[A-Z]:\\Users|localhost|pypi|artifactory", re.IGNORECASE)


def name_of(page: Path) -> str:
    """The page below the root, with forward slashes."""
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The generated pages as the command makes them from the shipped workbook."""
    data = model.read(ROOT / "inputs" / "three_regions.xlsx").data("reference")
    public = {name: getattr(model, name) for name in model.__all__ if name != "__version__"}
    return generated_pages(dictionary_markdown(registry.schema()), data, public)


def test_the_committed_generated_pages_are_what_the_command_writes(pages: dict[str, str]) -> None:
    assert stale_pages(pages, ROOT / "docs") == []


def test_a_changed_or_missing_page_is_found_stale(tmp_path: Path) -> None:
    texts = {"a.md": "one\n", "b.md": "zwei 二\n"}
    assert stale_pages(texts, tmp_path) == ["a.md", "b.md"]
    write_pages(texts, tmp_path)
    assert stale_pages(texts, tmp_path) == []
    (tmp_path / "b.md").write_text("drei\n", encoding="utf-8")
    assert stale_pages(texts, tmp_path) == ["b.md"]


def test_the_verb_writes_pages_and_checks_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--check before writing: exit 1 and the names; after writing: exit 0. The workbook is one whose posts are soon listed."""
    workbook = str(grass_workbook(ROOT / "inputs" / "three_regions.xlsx", tmp_path / "grass.xlsx"))
    assert verbs(["docs", str(tmp_path), "--workbook", workbook, "--check"]) == 1
    assert "variables.md" in capsys.readouterr().err
    assert verbs(["docs", str(tmp_path), "--workbook", workbook]) == 0
    assert verbs(["docs", str(tmp_path), "--workbook", workbook, "--check"]) == 0


def test_every_variable_constraint_and_balance_stands_on_its_page(pages: dict[str, str]) -> None:
    text = pages["variables.md"]
    names = [*registry.variables(), *(info.name for info in registry.constraints())]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_result_table_and_column_stands_on_its_page(pages: dict[str, str]) -> None:
    sections = {part.split("`")[0]: part for part in pages["results.md"].split("\n## `")[1:]}
    assert list(TABLES) == list(sections)
    columns = [(table.name, field.name) for table in TABLES.values() for field in table.fields]
    assert [] == [(table, column) for table, column in columns if f"\n| `{column}` |" not in sections[table]]


def test_every_result_table_says_what_it_holds_in_both_languages() -> None:
    """A sentence each; the English one ends in a full stop, the Chinese one in its own."""
    sentences = {table.name: (table.en.endswith("."), table.zh.endswith("。")) for table in TABLES.values()}
    wrong = [name for name, ends in sentences.items() if not all(ends) or not CHINESE.search(label(name, "zh"))]
    assert [] == wrong, "a sentence in each language: ResultTable(name, en, zh, ...); the name of the table alone stands in model/reporting/words/labels.py"


def test_every_column_of_a_result_table_has_words_in_both_languages() -> None:
    """Words that only repeat the name would be told by nobody: the Chinese ones are Chinese."""
    columns = [(table.name, field) for table in TABLES.values() for field in table.fields]
    words = {f"{name}.{field.name}": (words_of(field, "en"), words_of(field, "zh")) for name, field in columns}
    wrong = [name for name, (en, zh) in words.items() if CHINESE.search(en) or not CHINESE.search(zh)]
    assert [] == wrong, "say what the column holds: number(name, unit, en, zh), text(name, en, zh), Field(..., said=(en, zh)), or for every table in model/reporting/words/labels.py"


def test_every_number_of_a_result_table_has_a_unit_a_column_that_holds_it_or_words_on_it() -> None:
    wrong = []
    for table in TABLES.values():
        for field in table.fields:
            told = [bool(field.unit), field.beside in table.columns, all(field.told)]
            wrong += [f"{table.name}.{field.name}"] if sum(told) != (field.type == "number") else []
    assert [] == wrong


def test_every_public_name_stands_on_the_page_of_python_with_its_docstring(pages: dict[str, str]) -> None:
    sections = {part.split("`")[0]: part for part in pages["api.md"].split("\n## `")[1:]}
    public = [name for name in model.__all__ if name != "__version__"]
    assert set(public) == set(sections)
    assert [] == [name for name in public if (getattr(model, name).__doc__ or "").strip().splitlines()[0] not in sections[name]]
    assert "`limits`" in sections["Plan"]
    assert "`prices`" in sections["Plan"]


def test_a_signature_is_written_as_a_call() -> None:
    def call(self: object, one: int, two: str = "a", *, three: float | None = None) -> list[str]:
        return [two, str(one), str(three)]

    assert "(one: int, two: str = 'a', *, three: float | None = None) -> list[str]" == signature(call)


def test_every_constraint_says_its_equation_its_range_its_dual_and_its_data() -> None:
    """The page is only as good as the docstrings: each must hold an equation and the lines For, Dual, Data."""
    wrong = []
    for info in registry.constraints():
        sentence, equation, _, facts = split_doc(info.doc)
        if not sentence or not equation or not {"For", "Dual", "Data"} <= set(facts):
            wrong.append(info.name)
    assert wrong == []


def test_a_docstring_is_split_into_sentence_equation_remark_and_facts() -> None:
    doc = """No more than all.

        x[t] <= a
                + b

        This is said besides.

        For: every t. Unit: Mha. Dual: its worth
        in one line. Data: table a.
        """
    expected = (
        "No more than all.",
        "x[t] <= a\n        + b",
        "This is said besides.",
        {"For": "every t", "Unit": "Mha", "Dual": "its worth in one line", "Data": "table a"},
    )
    assert expected == split_doc(doc)


def test_the_lever_of_the_how_to_page_works_as_it_stands() -> None:
    """Straw: 2,000 kha at 0.5 t CO2/ha are 1 Mt CO2 a year; net emissions of at most -1 Mt make the plan take all of it.
    A year costs 2 Mha x 300 CNY/ha = 0.6 bn CNY, the period at its factor of 5 costs 3."""
    page = (ROOT / "docs" / "how-to" / "add_a_lever.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    scope: dict[str, object] = {"__name__": "model.levers.straw", "__package__": "model.levers"}
    exec(compile(code, "add_a_lever.md", "exec"), scope)
    straw = scope["Straw"]
    assert isinstance(straw, type)
    assert issubclass(straw, Lever)
    solution = solve(assemble(straw_data(), [straw], registry.closings()))
    assert "optimal" == solution.status
    assert [2.0] == pytest.approx(solution.values("straw_returned")["value"].tolist())
    assert pytest.approx(3.0) == solution.objective


def test_the_lever_of_the_how_to_page_ends_in_a_whole_report(tmp_path: Path) -> None:
    """The file stands in a copy of the package, as the page says, and nothing else is changed: 1 Mt of sink, 0.6 bn CNY a year, in every
    output; 2,000 kha are what to do, no more pays, and nothing is left to declare."""
    page = (ROOT / "docs" / "how-to" / "add_a_lever.md").read_text(encoding="utf-8")
    shutil.copytree(ROOT / "model", tmp_path / "model", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "model" / "levers" / "straw.py").write_text(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    (tmp_path / "job.py").write_text(STRAW_JOB, encoding="utf-8")
    done = subprocess.run([sys.executable, "job.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, encoding="utf-8", check=False)
    assert (0, "") == (done.returncode, done.stderr)
    for lang in ("en", "zh"):
        report = tmp_path / lang
        assert [] == [name for name in ("report.xlsx", "report.html", "iamc.csv", "run.json") if not (report / name).is_file()]
        run = json.loads((report / "run.json").read_text(encoding="utf-8"))
        assert "straw_returned" not in " ".join(run["warnings"])
        assert all(identity["ok"] for identity in run["identities"])
        tables = {name: pd.read_csv(report / "tables" / f"{name}.csv") for name in ("carbon", "additionality", "money", "allocation", "gaps", "limits")}
        assert [("straw", 1.0)] == list(tables["carbon"][["category", "value"]].itertuples(index=False, name=None))
        assert [(1.0, 0.0)] == list(tables["additionality"][["with_plan", "without_levers"]].itertuples(index=False, name=None))
        told = ["lever", "region", "item", "value", "unit"]
        assert [("straw", "west", "straw_returned", 2000.0, "kha")] == list(tables["allocation"][told].itertuples(index=False, name=None))
        assert [("straw", "straw_returned", 0.0, "CNY/ha")] == list(tables["gaps"][["lever", "item", "gap", "unit"]].itertuples(index=False, name=None))
        exported = pd.read_csv(report / "iamc.csv").set_index(["region", "variable"])["value"]
        assert 1.0 == exported["China", "Carbon Removal|Land Use|Straw"]
        page_text = (report / "report.html").read_text(encoding="utf-8")
        assert {"en": "Straw in the soil", "zh": "秸秆还田固碳"}[lang] in page_text
        assert {"en": "Cropland that can take straw", "zh": "可还田耕地"}[lang] in page_text
        area = tables["limits"].set_index("name").loc["straw_area", ["sheet", "limit", "unit"]]
        assert ["straw", 2000.0, "kha"] == area.tolist()
        assert pytest.approx(0.6) == tables["money"].set_index("item").loc["straw_cost", "value"]


#: What a reader of the page would write to try the lever: the data of ``straw_data`` in workbook units.
STRAW_JOB = """
import pandas as pd
import model

book = model.book({
    "regions": pd.DataFrame({"region": ["west"], "region_group": ["west"], "name_en": ["West"], "name_zh": ["西部"]}),
    "periods": pd.DataFrame({"year": [2020, 2025], "cost_factor": [1.0, 5.0]}),
    "straw": pd.DataFrame({"region": ["west"], "area": [2000.0], "gain": [0.5], "cost": [300.0]}),
    "carbon_targets": pd.DataFrame({"target": ["net"], "kind": ["net_limit"], "scope": ["nation"], "year": [2025], "value": [-1.0]}),
})
plan = model.solve(book)
for lang in ("en", "zh"):
    plan.write(lang, lang)
"""


def straw_data() -> Data:
    """One region, one period of five years that are not discounted, straw on 2 Mha, a target that needs all of it."""
    tables = {
        "regions": pd.DataFrame({"region": ["west"], "region_group": ["west"]}),
        "periods": pd.DataFrame({"year": [2020, 2025], "cost_factor": [1.0, 1.0]}),
        "straw": pd.DataFrame({"region": ["west"], "area": [2.0], "gain": [0.5], "cost": [0.3]}),
        "carbon_targets": toy_frame(CARBON_TARGETS, [{"target": "net", "kind": "net_limit", "scope": "nation", "year": 2025, "value": -1.0}]),
    }
    settings: dict[str, float | str] = {name: setting.default for name, setting in registry.schema().settings.items() if setting.default is not None}
    return Data(tables, settings)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_resolves(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for markdown, html in LINK.findall(text):
        target, _, anchor = (markdown or html).partition("#")
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        found = page if not target else (page.parent / target).resolve()
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in anchors(found)):
            broken.append(markdown or html)
    assert broken == []


def test_the_map_lists_every_page_of_docs_once_with_a_sentence() -> None:
    """A line of a table each: the link, then what the page holds. Pictures and the files of the sample are no pages."""
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[[^\]]+\]\(([^)]+)\) \| (.{15,}) \|$", text, re.MULTILINE)
    pages = [name_of(page).removeprefix("docs/") for page in PAGES if page.is_relative_to(ROOT / "docs") and page != ROOT / "docs" / "README.md"]
    assert sorted(pages) == sorted(link for link, _ in listed if link.endswith(".md"))


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_both_readmes_lead_to_the_map_and_to_the_tutorial(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    tutorial = "docs/tutorial/first_plan.zh.md" if name == "README.zh.md" else "docs/tutorial/first_plan.md"
    assert [] == [link for link in ("docs/README.md", tutorial) if f"({link})" not in text]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_path_or_host_of_one_machine(page: Path) -> None:
    assert PRIVATE.findall(page.read_text(encoding="utf-8")) == []


def test_the_search_for_private_paths_sees_one() -> None:
    assert PRIVATE.search("see /home/someone/model") is not None
    assert PRIVATE.search(r"C:\Users\someone") is not None
    assert PRIVATE.search("inputs/data/energy and docs/tmp.md") is None


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_both_readmes_name_the_two_commands_and_the_windows_twin(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [command for command in (SOLVE, TEST, WINDOWS) if command not in text] == []


def test_the_changelog_opens_each_release_with_the_numbers_that_move() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    firsts = [re.findall(r"^### (.+)$", release, re.MULTILINE)[:1] for release in releases]
    assert [["Numbers that move"]] * len(releases) == firsts
    assert f"## {model.__version__}" in text


def test_a_block_of_the_changelog_has_at_most_ten_lines() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for block in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name, *lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        assert len(lines) <= 10, name
        assert all(line.startswith("- ") for line in lines), name


def test_the_readme_is_the_page_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["readme"] == "README.md"
