"""Writes a workbook's cells the way different programs do: Excel, Strict Excel, WPS, Numbers, Google Sheets and others.

What each does is known from public descriptions of its files; nothing here was made by those programs. One writer with
switches makes all of them, so that a style is the list of what it does differently.

Limits: values, texts and dates only; no styles that would show.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from openpyxl.utils import get_column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
EXCEL_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
)
_X14 = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
#: What Excel keeps behind the cells for a drop-down list on another sheet, a conditional format and a sparkline.
EXCEL_EXTENSIONS = (
    f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" {_X14}><x14:dataValidations count="1"><x14:dataValidation type="list" '
    "allowBlank=\"1\"><x14:formula1><xm:f>regions!$A$3:$A$5</xm:f></x14:formula1><xm:sqref>A2:A504</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    f'<ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" {_X14}><x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="expression" '
    'priority="1" id="{00000000-000E-0000-0000-000001000000}"><xm:f>regions!$A$3="west"</xm:f></x14:cfRule><xm:sqref>C2:C4</xm:sqref>'
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext>"
    f'<ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" {_X14}><x14:sparklineGroups><x14:sparklineGroup><x14:sparklines><x14:sparkline>'
    "<xm:f>regions!C2:K2</xm:f><xm:sqref>Q2</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
EXCEL_TAIL = (
    '<sheetProtection sheet="0"/><conditionalFormatting sqref="A1:B2"><cfRule type="expression" dxfId="0" priority="2"><formula>$A$1=0</formula></cfRule>'
    '</conditionalFormatting><dataValidations count="1"><dataValidation type="decimal" sqref="C3:C9"><formula1>0</formula1><formula2>9</formula2>'
    '</dataValidation></dataValidations><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
)
#: A formula stands in place of a number where row + column is a multiple of this.
_EACH_FORMULA = 7

Cells = dict[str, list[list[object]]]


@dataclass(frozen=True)
class Style:
    """What a program does: see the instances below."""

    texts: str = "shared"
    strict: bool = False
    prefix: str = ""
    addresses: bool = True
    spaced: bool = False
    rich: bool = False
    number: Callable[[float], str] = lambda value: f"{value!r}".upper()
    number_type: str = ""
    formulas: bool = False
    empty_rows: int = 0
    empty_columns: int = 0
    row: str = ""
    head: str = ""
    tail: str = ""
    workbook: str = ""
    attributes: str = ""
    extra_sheet: str = ""
    encoding: str = "UTF-8"
    workbook_part: str = "xl/workbook.xml"
    sheet_part: str = "xl/worksheets/sheet{}.xml"
    texts_part: str = "xl/sharedStrings.xml"
    target: Callable[[str], str] = lambda part: part.removeprefix("xl/")
    stored_name: Callable[[str], str] = lambda part: part
    others: dict[str, str] = field(default_factory=dict)


def _plain(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value!r}".upper()


EXCEL = Style(
    rich=True, number=_plain, formulas=True, row=' spans="1:9" x14ac:dyDescent="0.25"', empty_columns=2, attributes=EXCEL_SPACES,
    head='<sheetPr><tabColor rgb="FF1F3864"/></sheetPr><dimension ref="A1"/><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><cols><col min="1" max="3" width="14" style="1" '
    'customWidth="1"/></cols>',
    tail=EXCEL_TAIL + EXCEL_EXTENSIONS,
    workbook='<fileVersion appName="xl" lastEdited="7"/><workbookPr defaultThemeVersion="166925"/><mc:AlternateContent><mc:Choice Requires="x15">'
    '<x15ac:absPath url="C:\\mine\\" xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>'
    '<bookViews><workbookView xWindow="0" yWindow="0"/></bookViews>',
    others={
        "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="C3" i="2"/></calcChain>',
        "xl/theme/theme1.xml": '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office"/>',
        "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Microsoft Excel</Application></Properties>',
    },
)  # fmt: skip
STYLES: dict[str, Style] = {
    "excel": EXCEL,
    "excel_strict": replace(EXCEL, strict=True),
    "wps": replace(
        EXCEL, rich=False, row=' spans="1:9"',
        attributes='xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"',
        head='<sheetPr/><sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetFormatPr defaultColWidth="9" defaultRowHeight="14.4"/>',
        tail='<pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" footer="0.5"/><headerFooter/><extLst><ext uri="{0}"><etc:f>C3</etc:f></ext></extLst>',
        workbook='<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/><workbookPr/>',
        others={"xl/cellimages.xml": '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>', "docProps/custom.xml": "<Properties/>"},
    ),
    "libreoffice": Style(
        number=_plain, number_type="n", formulas=True, empty_columns=1, row=' customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false"',
        head='<sheetPr filterMode="false"><pageSetUpPr fitToPage="true"/></sheetPr><sheetFormatPr defaultColWidth="11.53" defaultRowHeight="12.8"/>',
        tail='<printOptions headings="false"/><extLst><ext xmlns:loext="http://schemas.libreoffice.org/" uri="{7626C862-2A13-11E5-B345-FEFF819CDC9F}"><loext:extCalcPr/></ext></extLst>',
        workbook='<fileVersion appName="Calc"/><workbookPr backupFile="false" showObjects="all" date1904="false"/>',
    ),
    "google": Style(
        number=lambda value: f"{value!r}".upper(), empty_rows=30, empty_columns=6, head='<sheetFormatPr customHeight="1" defaultColWidth="12.63" defaultRowHeight="15.75"/>',
        row=' ht="15.75" customHeight="1"', tail='<drawing r:id="rId1"/>', attributes='xmlns:mx="http://schemas.microsoft.com/office/mac/excel/2008/main"',
        workbook="<workbookPr/>", others={"xl/drawings/drawing1.xml": "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\"/>"},
    ),
    "numbers": Style(
        number=_plain, empty_rows=3, empty_columns=1, spaced=True, extra_sheet="Export Summary",
        head='<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0" showGridLines="0" defaultGridColor="1"/></sheetViews>',
        row=' ht="20.25" customHeight="1"', tail='<pageMargins left="1" right="1" top="1" bottom="1" header="0.25" footer="0.25"/>',
    ),
    "prefixed": Style(
        texts="inline", prefix="x", number=_plain, workbook_part="xl/workbook2.xml", sheet_part="xl/worksheets/R{}f00.xml", target=lambda part: f"/{part}",
        stored_name=lambda part: f"/{part}",
    ),
    "without_addresses": Style(texts="str", addresses=False, number=_plain, target=lambda part: part.removeprefix("xl/").replace("/", "\\")),
    "utf_16": Style(number=_plain, encoding="UTF-16", texts_part="xl/SharedStrings1.XML", target=lambda part: part.removeprefix("xl/").lower()),
}  # fmt: skip


def cells_of(book: openpyxl.Workbook) -> Cells:
    """The values of a workbook as openpyxl holds them, row by row."""
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def imitate(cells: Cells, style: Style, path: Path) -> Path:
    """Write the cells in a style; returns the path."""
    pack = _Pack(style)
    for number, (name, rows) in enumerate(cells.items(), start=1):
        pack.add_sheet(number, name, rows)
    if style.extra_sheet:
        pack.add_sheet(len(cells) + 1, style.extra_sheet, [["This document was exported. Each table became a worksheet."]])
    pack.finish()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in pack.parts.items():
            declared = f'<?xml version="1.0" encoding="{style.encoding}" standalone="yes"?>\n{text}'
            archive.writestr(style.stored_name(part), declared.encode(style.encoding))
    return path


class _Pack:
    def __init__(self, style: Style) -> None:
        self.style = style
        self.parts = dict(style.others)
        self.texts: dict[str, int] = {}
        self.sheets: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.main, self.office = (STRICT_MAIN, STRICT_OFFICE) if style.strict else (MAIN, OFFICE)
        self.tag = f"{style.prefix}:" if style.prefix else ""
        self.space = f"xmlns:{style.prefix}" if style.prefix else "xmlns"

    def root(self, name: str, content: str) -> str:
        start = f'<{self.tag}{name} {self.space}="{self.main}" xmlns:r="{self.office}" {self.style.attributes}>'
        return f"{start}{content}</{self.tag}{name}>"

    def add_sheet(self, number: int, name: str, rows: list[list[object]]) -> None:
        part = self.style.sheet_part.format(number)
        state = ' state="visible"' if self.style.strict else ""
        self.sheets.append(f'<{self.tag}sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>')
        self.links.append(("worksheet", part))
        data = "".join(self.row(number, row) for number, row in enumerate(rows, start=1))
        width = max(map(len, rows), default=0)
        data += "".join(self.row(len(rows) + 1 + i, [None] * width) for i in range(self.style.empty_rows))
        self.parts[part] = self.root("worksheet", f"{self.style.head}<{self.tag}sheetData>{data}</{self.tag}sheetData>{self.style.tail}")

    def row(self, number: int, values: list[object]) -> str:
        address = f' r="{number}"' if self.style.addresses else ""
        gap = "\n  " if self.style.spaced else ""
        cells = "".join(gap + self.cell(number, column, value) for column, value in enumerate([*values, *[None] * self.style.empty_columns], start=1))
        return f"{gap}<{self.tag}row{address}{self.style.row}>{cells}{gap}</{self.tag}row>"

    def cell(self, row: int, column: int, value: object) -> str:
        tag, style = self.tag, self.style
        address = f' r="{get_column_letter(column)}{row}"' if style.addresses else ""
        start = f'<{tag}c{address} s="1"'
        if value is None or value == "":
            return f"{start}/>"
        if isinstance(value, bool):
            return f'{start} t="b"><{tag}v>{int(value)}</{tag}v></{tag}c>'
        if isinstance(value, int | float):
            kind = f' t="{style.number_type}"' if style.number_type else ""
            formula = f"<{tag}f>0+{style.number(float(value))}</{tag}f>" if style.formulas and (row + column) % _EACH_FORMULA == 0 else ""
            return f"{start}{kind}>{formula}<{tag}v>{style.number(float(value))}</{tag}v></{tag}c>"
        return self.text(start, str(value), row, column)

    def text(self, start: str, text: str, row: int, column: int) -> str:
        tag, style = self.tag, self.style
        if style.texts == "inline":
            return f'{start} t="inlineStr"><{tag}is><{tag}t xml:space="preserve">{escape(text)}</{tag}t></{tag}is></{tag}c>'
        if style.texts == "str" or (style.formulas and (row + column) % _EACH_FORMULA == 0):
            return f'{start} t="str"><{tag}f>T("x")</{tag}f><{tag}v>{escape(text)}</{tag}v></{tag}c>'
        index = self.texts.setdefault(text, len(self.texts))
        return f'{start} t="s"><{tag}v>{index}</{tag}v></{tag}c>'

    def shared(self, text: str) -> str:
        """An entry of the shared texts; a rich one also has a reading, which is no part of it."""
        if self.style.rich and len(text) > 1 and not text.isdecimal():
            runs = "".join(f'<r><rPr><b/></rPr><t xml:space="preserve">{escape(part)}</t></r>' for part in (text[:1], text[1:]))
            return f'<si>{runs}<rPh sb="0" eb="1"><t>reading</t></rPh><phoneticPr fontId="1" type="noConversion"/></si>'
        return f'<si><t xml:space="preserve">{escape(text)}</t></si>'

    def finish(self) -> None:
        style = self.style
        self.parts[style.workbook_part] = self.root(
            "workbook", f"{style.workbook}<{self.tag}sheets>{''.join(self.sheets)}</{self.tag}sheets><{self.tag}calcPr calcId=\"191029\"/>"
        )
        if self.texts:
            entries = "".join(map(self.shared, self.texts))
            self.parts[style.texts_part] = f'<sst xmlns="{self.main}" count="{len(self.texts)}" uniqueCount="{len(self.texts)}">{entries}</sst>'
        formats = '<numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00&quot; d/m&quot;"/></numFmts>'
        faces = '<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        self.parts["xl/styles.xml"] = f'<styleSheet xmlns="{self.main}">{formats}{faces}<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
        links = [*self.links, ("styles", "xl/styles.xml"), *([("sharedStrings", style.texts_part)] if self.texts else [])]
        folder, _, base = style.workbook_part.rpartition("/")
        self.parts[f"{folder}/_rels/{base}.rels"] = self.relations([(kind, style.target(part)) for kind, part in links])
        self.parts["_rels/.rels"] = self.relations([("extended-properties", "docProps/app.xml"), ("officeDocument", style.workbook_part)])
        self.parts["[Content_Types].xml"] = f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>{self.types()}</Types>'

    def types(self) -> str:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        named = [(self.style.workbook_part, "sheet.main"), ("xl/styles.xml", "styles"), (self.style.texts_part, "sharedStrings")]
        named += [(part, "worksheet") for _, part in self.links]
        others = "".join(f'<Override PartName="/{part}" ContentType="{kind}.{name}+xml"/>' for part, name in named)
        return f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{others}'

    def relations(self, links: list[tuple[str, str]]) -> str:
        made = "".join(f'<Relationship Id="rId{i}" Type="{self.office}/{kind}" Target={quoteattr(target)}/>' for i, (kind, target) in enumerate(links, start=1))
        return f'<Relationships xmlns="{PACKAGE}/relationships">{made}</Relationships>'
