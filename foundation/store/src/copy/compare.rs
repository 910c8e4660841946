//! Whether two databases hold the same rows.

use super::Copying;
use crate::{Cell, Row, Store, errors, params, schema::Table};
use aws_lc_rs::digest::{SHA256, digest};
use kernel::{Error, Result};

/// Rows between two words about how far it is.
const TOLD_ROWS: u64 = 20_000;

/// The rows of a table, whatever their order: how many, and the sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    hashes: u128,
}

/// Reads every row of both sides; an error names the first table that differs. Gives how many rows.
pub(super) fn tables(
    from: &Store,
    to: &Store,
    tables: &[Table],
    told: &mut dyn FnMut(Copying, u64, u64),
) -> Result<u64> {
    let (mut all, of) = (0, super::count(to, tables)?);
    for table in tables {
        let (source, copy) = std::thread::scope(|scope| {
            let source = scope.spawn(|| sum(from, table, &mut |_| {}));
            let copy = sum(to, table, &mut |n| told(Copying::Comparing, all + n, of));
            (source.join().unwrap_or_else(|_| Err(Error::bug("the reader panicked"))), copy)
        });
        let (source, copy) = (source?, copy?);
        if source != copy {
            return Err(Error::new(errors::COPY_DIFFERS)
                .arg("table", &table.name)
                .number("source", source.rows)
                .number("copy", copy.rows));
        }
        all += copy.rows;
    }
    Ok(all)
}

fn sum(store: &Store, table: &Table, told: &mut dyn FnMut(u64)) -> Result<Sum> {
    let sql = format!("SELECT {} FROM {}", table.list(), table.name);
    let (mut sum, mut bytes) = (Sum::default(), Vec::new());
    store.read(|tx| {
        tx.each(&sql, params![], |row| {
            bytes.clear();
            write(row, table.columns.len(), &mut bytes)?;
            let mut first = [0; 16];
            first.copy_from_slice(&digest(&SHA256, &bytes).as_ref()[..16]);
            sum.hashes = sum.hashes.wrapping_add(u128::from_be_bytes(first));
            sum.rows += 1;
            if sum.rows.is_multiple_of(TOLD_ROWS) {
                told(sum.rows);
            }
            Ok(true)
        })
    })?;
    told(sum.rows);
    Ok(sum)
}

/// A row as bytes: no two rows have the same.
fn write(row: &Row<'_>, width: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut long = |kind: u8, bytes: &[u8]| {
        out.push(kind);
        out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        out.extend_from_slice(bytes);
    };
    for i in 0..width {
        match row.cell(i)? {
            Cell::Null => long(b'n', &[]),
            Cell::Int(n) => long(b'i', &n.to_be_bytes()),
            Cell::Real(n) => long(b'r', &n.to_bits().to_be_bytes()),
            Cell::Text(t) => long(b't', t.as_bytes()),
            Cell::Blob(b) => long(b'b', b),
        }
    }
    Ok(())
}
