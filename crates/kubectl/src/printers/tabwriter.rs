//! Columns as Go's text/tabwriter lays them out.
//!
//! *Models*: Go's `text/tabwriter` and `github.com/liggitt/tabwriter` (remembered widths).
//! *Invariants*: the last cell of a line is not padded.
//! *Not modelled*: tabs as padding, right alignment.

/// Smallest column of a table of `get`, padding included. kubernetes: cli-runtime/pkg/printers/tabwriter.go
pub const TABLE_WIDTH_MIN: usize = 6;
/// Spaces between the columns of a table of `get`.
pub const TABLE_PADDING: usize = 3;

/// Lays out text whose cells are separated by tabs. A form feed ends a block: what follows is laid out anew.
///
/// Neighbouring lines with a cell in a column share its width, as in Go. Fixture tables: `describe.*`.
pub fn elastic(text: &str, width_min: usize, padding: usize) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for block in text.split('\u{c}') {
        let lines: Vec<Vec<&str>> = block
            .split_inclusive('\n')
            .map(|line| line.trim_end_matches('\n').split('\t').collect())
            .collect();
        let widths = column_widths(&lines, width_min, padding);
        for (line, widths) in lines.iter().zip(&widths) {
            write_line(&mut out, line, widths);
        }
        if !block.ends_with('\n') && !lines.is_empty() {
            out.pop();
        }
    }
    out
}

/// The width of every cell but the last of each line.
fn column_widths(lines: &[Vec<&str>], width_min: usize, padding: usize) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = lines
        .iter()
        .map(|line| vec![0; line.len().saturating_sub(1)])
        .collect();
    let columns = widths.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..columns {
        let mut at = 0;
        while at < lines.len() {
            let block = widths[at..]
                .iter()
                .take_while(|cells| cells.len() > column)
                .count();
            let width = lines[at..at + block]
                .iter()
                .map(|line| line[column].chars().count() + padding)
                .fold(width_min, usize::max);
            for cells in &mut widths[at..at + block] {
                cells[column] = width;
            }
            at += block.max(1);
        }
    }
    widths
}

fn write_line(out: &mut String, cells: &[&str], widths: &[usize]) {
    for (at, cell) in cells.iter().enumerate() {
        out.push_str(cell);
        if let Some(width) = widths.get(at) {
            let padding = width.saturating_sub(cell.chars().count());
            out.extend(std::iter::repeat_n(' ', padding));
        }
    }
    out.push('\n');
}

/// A table of equal rows. `remembered` keeps the widths from one batch of rows to the next.
pub fn table(rows: &[Vec<String>], remembered: &mut Vec<usize>) -> String {
    for row in rows {
        for (at, cell) in row.iter().enumerate().take(row.len().saturating_sub(1)) {
            let width = (cell.chars().count() + TABLE_PADDING).max(TABLE_WIDTH_MIN);
            match remembered.get_mut(at) {
                Some(have) => *have = (*have).max(width),
                None => remembered.push(width),
            }
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        let padded = row.len().saturating_sub(1).min(remembered.len());
        write_line(&mut out, &cells, &remembered[..padded]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_a_column_end_where_a_line_lacks_it() {
        let text = "Name:\tweb\nLabels:\t<none>\nEvents:\n  Type\tReason\n  ----\t------\n";
        assert_eq!(
            elastic(text, 0, 2),
            "Name:    web\nLabels:  <none>\nEvents:\n  Type  Reason\n  ----  ------\n"
        );
        assert_eq!(elastic("a\tb\tc\nlong\tb\n", 0, 2), "a     b  c\nlong  b\n");
    }

    #[test]
    fn tables_remember_widths() {
        let row = |cells: &[&str]| cells.iter().map(|cell| cell.to_string()).collect();
        let mut widths = Vec::new();
        assert_eq!(
            table(&[row(&["NAME", "AGE"]), row(&["web-1", "5s"])], &mut widths),
            "NAME    AGE\nweb-1   5s\n"
        );
        assert_eq!(table(&[row(&["w", "6s"])], &mut widths), "w       6s\n");
    }
}
