//! Workbooks as a spreadsheet writes them: a zip file of a few XML files.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// Styles: 0 as it is, 1 a day, 2 a moment.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>"#;

/// A cell of a test: text, number, number with a style, truth value, error, formula without a value.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'a> {
    Nothing,
    Text(&'a str),
    Number(&'a str),
    Styled(&'a str, u8),
    Truth(bool),
    Error(&'a str),
    Formula(&'a str),
}

/// A row with its place in the sheet, from 1.
pub(crate) type Row<'a> = (usize, Vec<Cell<'a>>);

/// A workbook of these sheets.
pub(crate) fn workbook(sheets: &[(&str, &[Row])], is_1904: bool) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    put("[Content_Types].xml", TYPES);
    put("_rels/.rels", RELATIONS);
    put("xl/styles.xml", STYLES);
    let named = sheets.iter().enumerate();
    let listed: Vec<String> = named
        .clone()
        .map(|(at, (name, _))| {
            format!(r#"<sheet name="{name}" sheetId="{0}" r:id="rId{0}"/>"#, at + 1)
        })
        .collect();
    let listed = listed.concat();
    let epoch = if is_1904 { r#"<workbookPr date1904="1"/>"# } else { "" };
    put(
        "xl/workbook.xml",
        &format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{epoch}<sheets>{listed}</sheets></workbook>"#
        ),
    );
    let related: Vec<String> = named.clone().map(|(at, _)| format!(r#"<Relationship Id="rId{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{0}.xml"/>"#, at + 1)).collect();
    let related = related.concat();
    put(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{related}<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#
        ),
    );
    for (at, (_, rows)) in named {
        let rows: String = rows.iter().map(row).collect();
        put(
            &format!("xl/worksheets/sheet{}.xml", at + 1),
            &format!(
                r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        );
    }
    archive.finish().unwrap().into_inner()
}

fn row((line, cells): &Row) -> String {
    let cells =
        cells.iter().zip('A'..).map(|(cell, letter)| xml(*cell, &format!("{letter}{line}")));
    format!(r#"<row r="{line}">{}</row>"#, cells.collect::<String>())
}

fn xml(cell: Cell, place: &str) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => {
            let text = escaped(text);
            format!(
                r#"<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#
            )
        }
        Cell::Number(number) => format!(r#"<c r="{place}"><v>{number}</v></c>"#),
        Cell::Styled(number, style) => {
            format!(r#"<c r="{place}" s="{style}"><v>{number}</v></c>"#)
        }
        Cell::Truth(truth) => format!(r#"<c r="{place}" t="b"><v>{}</v></c>"#, u8::from(truth)),
        Cell::Formula(text) => format!(r#"<c r="{place}"><f>{text}</f><v></v></c>"#),
        Cell::Error(error) => format!(r#"<c r="{place}" t="e"><v>{error}</v></c>"#),
    }
}
