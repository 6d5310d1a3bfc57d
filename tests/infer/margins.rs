//! Exports with more than rows in them, documents around lists, and folders of many files.

use insta::assert_snapshot;

use super::{accepted, folder, inferred, read, resolved, types};

const QUALTRICS: &str = "\u{feff}StartDate,ResponseId,Q1_NPS,Q2_TEXT\r\n\
    \"Start Date\",\"Response ID\",\"How likely are you to\r\nrecommend us?\",\"Why, in a \"\"few\"\" words?\"\r\n\
    \"{\"\"ImportId\"\":\"\"startDate\"\",\"\"timeZone\"\":\"\"America/Denver\"\"}\",\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",\"{\"\"ImportId\"\":\"\"QID2_TEXT\"\"}\"\r\n";

#[test]
fn header_texts_of_surveys_are_no_answers() {
    let first = format!(
        "{QUALTRICS}2025-12-01 10:00:00,R_a1,9,\"quick, \"\"nice\"\"\"\r\n2025-12-02 11:00:00,R_a2,5,\"two\r\nlines\"\r\n"
    );
    let second = format!("{QUALTRICS}2025-12-03 12:00:00,R_b1,7,\r\n");
    let folder = folder(&[("survey/a.csv", first.as_bytes()), ("survey/b.csv", second.as_bytes())]);
    let block = inferred(&folder, "survey").unwrap();
    assert_eq!(accepted(&folder, &block), 3);
    assert_snapshot!(block, @r"
    # Inferred from 3 rows of 2 of 2 files. Look at what the comments say is unsure.
    raw_survey:
      location: survey/*.csv
      format: csv
      header_rows: 3  # leaves out Start Date Response ID How likely are yo
      # event_time: start_date  # rows at or after as-of are then not used
      columns:
        start_date: {type: timestamp, required: true, from: StartDate}  # never empty in 3 rows
        response_id: {type: string, required: true, from: ResponseId}  # never empty in 3 rows
        q1_nps: {type: int32, required: true, from: Q1_NPS}  # never empty in 3 rows
        q2_text: {type: string, from: Q2_TEXT}  # empty in 1 of 3 rows
    ");
}

#[test]
fn a_second_row_of_choices_is_part_of_the_names() {
    let text = "Respondent ID,Start Date,How likely?,What did you like?,,\n\
                ,,Response,Price,Quality,Other (please specify)\n\
                118,05/13/2026 10:00:00 AM,9,Price,,\n\
                119,05/14/2026 11:30:00 PM,5,,Quality,none\n";
    let folder = folder(&[("monkey.csv", text.as_bytes())]);
    let block = inferred(&folder, "monkey.csv").unwrap();
    assert_eq!(accepted(&folder, &block), 2);
    assert_snapshot!(block, @r#"
    # Inferred from 2 rows of 1 file. Look at what the comments say is unsure.
    raw_monkey:
      location: monkey.csv
      format: csv
      header_rows: 2
      names_row: [1, 2]
      # event_time: start_date  # rows at or after as-of are then not used
      columns:
        respondent_id: {type: int64, required: true, from: Respondent ID}  # never empty in 2 rows
        start_date: {type: timestamp, required: true, from: Start Date, format: "%m/%d/%Y %I:%M:%S %p"}  # never empty in 2 rows
        how_likely_response: {type: int32, required: true, from: "How likely? Response"}  # never empty in 2 rows
        what_did_you_like_price: {type: string, from: "What did you like? Price"}  # empty in 1 of 2 rows
        what_did_you_like_quality: {type: string, from: "What did you like? Quality"}  # empty in 1 of 2 rows
        what_did_you_like_other_please_specify: {type: string, from: "What did you like? Other (please specify)"}  # empty in 1 of 2 rows
    "#);
}

#[test]
fn titles_and_totals_of_reports_are_left_out() {
    let report = |day: &str| {
        format!(
            "Campaign report\n\"January 1, 2026 - January 31, 2026\"\nDay,Campaign,Clicks,Cost\n\
                 {day},a,3,1.50\n{day},b,4,\"1,002.50-\"\nTotal: Account, --,7,4.00\n"
        )
    };
    let (one, other) = (report("2026-01-01"), report("2026-01-02"));
    let folder = folder(&[("ads/1.csv", one.as_bytes()), ("ads/2.csv", other.as_bytes())]);
    let block = inferred(&folder, "ads").unwrap();
    assert_eq!(accepted(&folder, &block), 4);
    assert_snapshot!(block, @r#"
    # Inferred from 4 rows of 2 of 2 files. Look at what the comments say is unsure.
    raw_ads:
      location: ads/*.csv
      format: csv
      skip_rows: 2  # leaves out Campaign report
      footer_rows: 1  # leaves out "Total: Account -- 7 4.00"
      # event_time: day  # rows at or after as-of are then not used
      columns:
        day: {type: date, required: true, from: Day}  # never empty in 4 rows
        campaign: {type: string, required: true, from: Campaign}  # never empty in 4 rows
        clicks: {type: int32, required: true, from: Clicks}  # never empty in 4 rows
        cost: {type: "decimal(18,2)", required: true, from: Cost, thousands_mark: ",", trailing_minus: true}  # up to 2 decimals; a minus behind a number makes it negative; never empty in 4 rows
    "#);
}

#[test]
fn a_page_of_rows_is_read_at_its_list() {
    let page = |id: u32| {
        format!(
            r#"{{"tickets":[{{"id":{id},"score":"good"}},{{"id":{},"score":"bad"}}],"next_page":null,"count":2}}"#,
            id + 1
        )
    };
    let folder =
        folder(&[("pages/1.json", page(1).as_bytes()), ("pages/2.json", page(3).as_bytes())]);
    let block = inferred(&folder, "pages").unwrap();
    assert_eq!(resolved(&block).record_path.as_deref(), Some("tickets"));
    assert_eq!(types(&block), "id int64, score string");
    assert_eq!(accepted(&folder, &block), 4);
}

#[test]
fn a_document_that_goes_on_beyond_the_sample_is_read_at_its_list_too() {
    let rows: Vec<String> = (0..60_000).map(|id| format!(r#"{{"id":{id},"t":"{id}"}}"#)).collect();
    let text = format!("{{\"data\":{{\n\"items\":[{}]}}}}\n", rows.join(",\n"));
    let folder = folder(&[("long.json", text.as_bytes())]);
    let block = inferred(&folder, "long.json").unwrap();
    assert_eq!(resolved(&block).record_path.as_deref(), Some("data.items"));
    assert_eq!(accepted(&folder, &block), 60_000);
}

#[test]
fn what_only_one_of_many_files_has_is_found() {
    let plain = |at: usize| (format!("many/{at:04}.csv"), format!("id,n\n{at},1\n"));
    let mut files: Vec<(String, String)> = (0..300).map(plain).collect();
    files[137].1 = "id,n,discount\n137,1.5,x\n".to_owned();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let folder = folder(&files);
    let block = inferred(&folder, "many").unwrap();
    assert_eq!(types(&block), "id int64, n decimal(18,2), discount string");
    assert!(block.contains("missing_columns: null"), "{block}");
    assert!(block.contains("in 1 of 300 files"), "{block}");
    assert_eq!(read(&block, folder.path()).iter().map(|it| it.rejected).sum::<u64>(), 0);
}

#[test]
fn files_that_were_not_opened_are_told() {
    let files: Vec<String> = (0..1_100).map(|at| format!("many/{at:04}.csv")).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|name| (name.as_str(), &b"id,n\n1,2\n"[..])).collect();
    let folder = folder(&files);
    let block = inferred(&folder, "many").unwrap();
    assert!(block.contains("of 1008 of 1100 files"), "{block}");
    assert!(block.contains("92 files were not opened, such as "), "{block}");
}

/// The comments and settings of what is inferred of files, without its columns.
fn told(files: &[(&str, &str)], location: &str) -> String {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, it)| (*name, it.as_bytes())).collect();
    let block = inferred(&folder(&files), location).unwrap();
    let kept = |line: &&str| {
        let line = line.trim();
        !line.starts_with("# event_time") && !line.starts_with("# Inferred")
    };
    let lines = block.lines().take_while(|line| line.trim() != "columns:").filter(kept);
    let lines = lines.filter(|line| !line.contains("location:") && !line.contains("format:"));
    lines.skip_while(|line| line.trim_start().starts_with("raw_")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_full_row_of_totals_is_told_from_rows_by_its_label_or_its_sums() {
    let month: Vec<String> = (1..29).map(|day| format!("2024-02-{day:02},{day},2\n")).collect();
    let month = month.concat();
    let titled = format!("Sales of February\nd,n,c\n{month}Total,406,56\n");
    for text in [
        "d,n,c\n2024-01-01,1200,10\n2024-01-02,300,3\nTotal,1500,13\n",
        "d,n,c\n2024-01-01,\"1,200\",10.50\n2024-01-02,300,3.25\nTotal,\"1,500\",13.75\n",
        "d;n;c\n2024-01-01;1.200;10,50\n2024-01-02;300;3,25\nTotal;1.500;13,75\n",
        "shop,n,c\nx,\"1,200\",10\ny,300,3\nTotal,\"1,500\",13\n",
        &titled,
    ] {
        let said = told(&[("t.csv", text)], "t.csv");
        assert!(said.contains("footer_rows: 1  # leaves out"), "{text}\n{said}");
        let folder = folder(&[("t.csv", text.as_bytes())]);
        let block = inferred(&folder, "t.csv").unwrap();
        assert_eq!(accepted(&folder, &block), if text == titled { 28 } else { 2 }, "{block}");
        assert!(text.starts_with("shop") || types(&block).starts_with("d date"), "{block}");
    }
    let unsure = told(&[("t.csv", "shop,n,c\nx,1,10\ny,300,3\nTotal,7,13.5\n")], "t.csv");
    assert_snapshot!(unsure, @r#"
    # The last row of "t.csv" may be a total, and is taken for a row: "Total 7 13.5"; `footer_rows: 1` leaves it out.
    raw_t:
    "#);
}

#[test]
fn headers_that_differ_between_files_are_told() {
    let three = "ResponseId,Q1\nResponse ID,How satisfied?\n\
        \"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\"\n\
        R_1,Very satisfied\nR_2,Neutral\n";
    let one = "ResponseId,Q1\nR_9,Neutral\n";
    let said = told(&[("s/a.csv", three), ("s/b.csv", one)], "s");
    assert_snapshot!(said, @r#"
    # "s/a.csv" has 3 rows in its header, "s/b.csv" has 1 row: make several sources of them.
    raw_s:
    "#);
    let more = "ResponseId,Q1\nR_9,Neutral\nR_10,Neutral\nR_11,Neutral\n";
    assert_eq!(told(&[("s/a.csv", three), ("s/b.csv", more)], "s"), said);
    let said = told(&[("s/a.csv", three), ("s/b.csv", three), ("s/c.csv", one)], "s");
    assert_snapshot!(said, @r#"
    # "s/a.csv" has 3 rows in its header, "s/c.csv" has 1 row: make several sources of them.
    raw_s:
      header_rows: 3  # leaves out "Response ID How satisfied?"
    "#);
}

#[test]
fn second_header_rows_of_text_are_no_answers() {
    let rows: Vec<String> =
        (0..20).map(|at| format!("Price,{},x{at}\n", ["Quality", ""][at % 2])).collect();
    let rows = rows.concat();
    let monkey =
        format!("What do you like?,,Any comments?\nPrice,Quality,Open-Ended Response\n{rows}");
    let folder = folder(&[
        ("monkey.csv", monkey.as_bytes()),
        ("q.csv", b"ResponseId,Q1\nResponse ID,How satisfied?\nR_1,Very\nR_2,Not\nR_3,Very\n"),
        ("plain.csv", b"name,,note\nada,x,p\neve,y,q\n"),
    ]);
    let block = inferred(&folder, "monkey.csv").unwrap();
    assert_eq!(accepted(&folder, &block), 20, "{block}");
    assert_eq!(
        types(&block),
        "what_do_you_like_price string, what_do_you_like_quality string, \
         any_comments_open_ended_response string"
    );
    let block = inferred(&folder, "q.csv").unwrap();
    assert_eq!(accepted(&folder, &block), 3, "{block}");
    let block = inferred(&folder, "plain.csv").unwrap();
    assert_eq!(accepted(&folder, &block), 2, "{block}");
    assert!(block.contains("looks like a second header"), "{block}");
    let unsure = told(&[("t.csv", "who,why\nName,What for?\nada,fun\neve,work\n")], "t.csv");
    assert!(
        unsure.contains("looks like a second header, and is taken for a row: \"Name What for?\"")
    );
}

#[test]
fn what_is_said_to_be_left_out_is_what_does_not_name() {
    let titled = "Day Q1,\nd,n\n2024-01-01,1\n2024-01-02,3\n";
    let separated = "sep=;\nid;v\n1;2\n2;3\n";
    for (text, title) in [(titled, "leaves out Day Q1"), (separated, "leaves out \"sep=\"")] {
        let said = told(&[("t.csv", text)], "t.csv");
        assert!(said.contains(title), "{said}");
        assert_eq!(said.matches("leaves out").count(), 1, "{said}");
    }
}

#[test]
fn files_whose_headers_start_elsewhere_are_told_as_such() {
    let table = "d,n,c\n2024-01-01,1,2\n2024-01-02,3,4\n";
    let (one, two) = (format!("Title\n{table}"), format!("Title\nof all\n{table}"));
    let folder = folder(&[("r/a.csv", one.as_bytes()), ("r/b.csv", two.as_bytes())]);
    let error = inferred(&folder, "r").unwrap_err();
    assert_snapshot!(error, @"`r/a.csv` and `r/b.csv` are not read alike: 1 and 2 lines come before their headers");
    assert!(error.help().unwrap().contains("skip_rows"));
}
