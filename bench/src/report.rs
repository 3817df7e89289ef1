//! The report, as Markdown.

use std::fmt::Write;

use crate::measure::{Cell, Measured, Mode};

/// A table for each database.
pub fn table(measured: &[Measured]) -> String {
    let mut text = String::new();
    for of_database in measured {
        // Text takes all that is written into it.
        section(&mut text, of_database).ok();
    }
    text
}

fn section(text: &mut String, measured: &Measured) -> std::fmt::Result {
    writeln!(text, "### {}, {} events\n", measured.database, measured.events)?;
    writeln!(
        text,
        "| query | conn. | KB | SQL | constant /s | flat /s | miss /s | hit /s | miss ÷ flat | hit ÷ constant | \
         flat p50, p99 ms | miss p50, p99 ms | hit p50, p99 ms | CPU ms: constant, flat, miss, hit |"
    )?;
    writeln!(text, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for cells in measured.cells.chunk_by(|one, other| (one.query, one.connections) == (other.query, other.connections))
    {
        let [constant, flat, miss, hit] = cells else { continue };
        write!(text, "| `{}` | {} | {:.1} ", miss.query, miss.connections, kilobytes(miss.bytes))?;
        write!(text, "| {} ", miss.statements.map_or_else(String::new, |number| number.to_string()))?;
        for cell in cells {
            write!(text, "| {:.0} ", cell.rate)?;
        }
        write!(text, "| {:.3} | {:.3} ", miss.rate / flat.rate, hit.rate / constant.rate)?;
        for cell in [flat, miss, hit] {
            write!(text, "| {:.2}, {:.2} ", cell.p50, cell.p99)?;
        }
        let processor: Vec<String> = cells.iter().map(|cell: &Cell| format!("{:.2}", cell.processor)).collect();
        writeln!(text, "| {} |", processor.join(", "))?;
    }
    let memory: Vec<String> =
        measured.memory.iter().map(|(mode, bytes)| format!("{} {} MB", name(*mode), bytes / 1_000_000)).collect();
    writeln!(text, "\nPrivate memory at the end: {}.\n", memory.join(", "))
}

const fn name(mode: Mode) -> &'static str {
    match mode {
        Mode::Constant => "constant",
        Mode::Flat => "flat",
        Mode::Miss => "miss",
        Mode::Hit => "hit",
    }
}

#[expect(clippy::cast_precision_loss, reason = "no answer is so long")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}
