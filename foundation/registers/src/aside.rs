//! Places and households during a run into an empty register (SQLite). A list by number names them in any
//! order: every commit would change nearly every page of their tables, and of ten million people that is
//! most of the work. So rows of dwellings and households are set aside in tables without keys, and brought over
//! in the order of their keys when all are there. How a household began and who belongs to it is not written
//! at all until then: it follows from the households and the registrations. What is set aside stands with the
//! indexes that are away, so that a run that was cut off can be finished by whoever opens the register next.

use crate::indexes;
use crate::packed::{DWELLING_ROW, EVENT_ROW, HOUSEHOLD_ROW, MEMBER_ROW};
use crate::residence::file_number;
use kernel::Result;
use store::{ReadTx, Store, WriteTx, params};

/// Dwellings.
pub(crate) const DWELLINGS: &str = "aside_dwelling";
/// Households, and what later rows of a list say of them: a line with the head or the number alone.
pub(crate) const HOUSEHOLDS: &str = "aside_household";
/// How households began.
const EVENTS: &str = "aside_household_event";
/// Members.
const MEMBERS: &str = "aside_household_member";

/// In the order in which they come over.
const ALL: [&str; 4] = [DWELLINGS, HOUSEHOLDS, EVENTS, MEMBERS];

/// Columns of a table of rows set aside.
fn columns(aside: &str) -> String {
    match aside {
        DWELLINGS => DWELLING_ROW.to_owned(),
        // What a later row said its number is, and the commune that a number was drawn for.
        _ => format!("{HOUSEHOLD_ROW}, said, drawn"),
    }
}

/// All of it was begun by the one run, and everybody in a household is registered there.
const BEGUN: &str = "SELECT id AS household, 1 AS version, \
    (SELECT recorded_at FROM residence LIMIT 1) AS at, 'opened' AS kind, '{}' AS detail FROM household";
const BELONG: &str = "SELECT household, 1 AS n, pid, kind, detail ->> 'relation' AS relation, since, \
    recorded_at FROM residence WHERE household IS NOT NULL";

fn bring(aside: &str) -> String {
    match aside {
        DWELLINGS => format!(
            "INSERT INTO dwelling ({DWELLING_ROW}) SELECT {DWELLING_ROW} FROM aside_dwelling ORDER BY id"
        ),
        HOUSEHOLDS => format!(
            "INSERT INTO household ({HOUSEHOLD_ROW}) SELECT id, MAX(dwelling), \
             COALESCE(MAX(said), MAX(file)), MAX(kind), MAX(head), MAX(opened_on), MAX(version) \
             FROM aside_household GROUP BY id ORDER BY id"
        ),
        EVENTS => format!(
            "INSERT INTO household_event ({EVENT_ROW}) SELECT {EVENT_ROW} FROM aside_household_event \
             ORDER BY household, version"
        ),
        _ => format!(
            "INSERT INTO household_member ({MEMBER_ROW}) SELECT {MEMBER_ROW} FROM aside_household_member \
             ORDER BY household, n, pid"
        ),
    }
}

/// The index by which a number is looked for.
const BY_FILE: &str = "household_file";

/// From now on such rows can be set aside.
pub(crate) fn begin(tx: &mut WriteTx) -> Result<()> {
    for aside in ALL {
        indexes::note(tx, aside)?;
        match aside {
            EVENTS => tx.tell_aside(aside, BEGUN)?,
            MEMBERS => tx.tell_aside(aside, BELONG)?,
            _ => tx.make_aside(aside, &columns(aside))?,
        }
    }
    indexes::put_away_some(tx, &[BY_FILE])
}

/// Brings over what is set aside; nothing to do in any other case. Each table is a transaction of its own.
pub fn restore(store: &Store) -> Result<()> {
    let away = store.read(indexes::away)?;
    for aside in ALL.into_iter().filter(|a| away.iter().any(|name| name == a)) {
        store.write_here(|tx| {
            tx.bring_over(&bring(aside))?;
            if aside == HOUSEHOLDS {
                indexes::make_one(tx, BY_FILE)?;
                redraw(tx)?;
            }
            tx.drop_aside(aside)?;
            indexes::forget(tx, aside)
        })?;
    }
    Ok(())
}

/// Whether something is set aside.
pub fn is_any(tx: &mut ReadTx) -> Result<bool> {
    Ok(indexes::away(tx)?.iter().any(|name| ALL.contains(&name.as_str())))
}

/// A number that was drawn for a household, and that the list gives to another one, is drawn again.
fn redraw(tx: &mut WriteTx) -> Result<()> {
    let clashes: Vec<(String, String)> = tx.rows(
        "SELECT h.id, a.drawn FROM aside_household a JOIN household h ON h.id = a.id \
         WHERE a.drawn IS NOT NULL AND h.file = a.file AND EXISTS \
         (SELECT 1 FROM household o WHERE o.file = a.file AND o.id <> a.id)",
        params![],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    for (household, commune) in clashes {
        let number = file_number(tx, &commune)?;
        tx.execute("UPDATE household SET file = ?1 WHERE id = ?2", params![number, household])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Rows;

    fn told(store: &Store, sql: &str) -> Vec<String> {
        store.read(|tx| tx.rows(sql, params![], |r| r.get(0))).unwrap()
    }

    #[test]
    fn what_is_set_aside_comes_over_once_and_numbers_are_told_apart() {
        let store = Store::open("sqlite::memory:", &[crate::SCHEMA]).unwrap();
        assert!(!store.read(is_any).unwrap());
        store.write_here(begin).unwrap();
        assert!(store.read(is_any).unwrap());
        let file = "13594-00000007";
        // The lodgers of H1 and H2 came first; of H2 the family's number was said later.
        let lines = [("H2", "13594-00000001"), ("H1", file), ("H3", file)];
        store
            .write_here(|tx| {
                let mut rows = Rows::new(6);
                for (id, file) in lines {
                    [id, "D1", file, "family", "2020-01-01"].iter().for_each(|t| rows.text(t));
                    rows.int(1);
                }
                tx.bulk(HOUSEHOLDS, "id, dwelling, file, kind, opened_on, version", &rows)?;
                let sql = "INSERT INTO aside_household (id, file, drawn) VALUES \
                    ('H1', '13594-00000007', '13594'), ('H2', '13594-00000001', '13594')";
                tx.execute(sql, params![])?;
                let sql = "INSERT INTO aside_household (id, head, said) VALUES \
                    ('H2', NULL, '13594-00000002'), ('H3', '037070000104', NULL)";
                tx.execute(sql, params![])?;
                let sql = "INSERT INTO residence (pid, id, kind, household, since, detail, recorded_at, \
                    version) VALUES ('037070000104', 'P', 'permanent', 'H3', '2020-01-01', \
                    '{\"relation\":\"head\"}', 5, 1), ('037070000112', 'A', 'absence', NULL, '2020-01-01', '{}', 5, 1)";
                tx.execute(sql, params![])
            })
            .unwrap();
        assert!(told(&store, "SELECT id FROM household").is_empty());
        restore(&store).unwrap();
        let known = "SELECT id || ' ' || COALESCE(head, '-') || ' ' || file FROM household \
            WHERE id <> 'H1' ORDER BY id";
        assert_eq!(told(&store, known), ["H2 - 13594-00000002", "H3 037070000104 13594-00000007"]);
        let drawn = told(&store, "SELECT file FROM household WHERE id = 'H1'");
        assert!(drawn[0].starts_with("13594-") && drawn[0] != file, "{drawn:?}");
        let members = "SELECT household || ' ' || n || ' ' || pid || ' ' || relation || ' ' || recorded_at \
            FROM household_member";
        assert_eq!(told(&store, members), ["H3 1 037070000104 head 5"]);
        let begun = "SELECT household || ' ' || version || ' ' || at || ' ' || kind || ' ' || detail \
            FROM household_event ORDER BY household";
        assert_eq!(
            told(&store, begun),
            ["H1 1 5 opened {}", "H2 1 5 opened {}", "H3 1 5 opened {}"]
        );
        assert!(!store.read(is_any).unwrap());
        let left = "SELECT name FROM sqlite_schema WHERE name LIKE 'aside%' \
            UNION ALL SELECT name FROM index_away";
        assert!(told(&store, left).is_empty());
        restore(&store).unwrap();
        assert_eq!(told(&store, "SELECT id FROM household ORDER BY id"), ["H1", "H2", "H3"]);
    }

    #[test]
    fn rows_that_the_version_before_set_aside_in_tables_come_over() {
        let store = Store::open("sqlite::memory:", &[crate::SCHEMA]).unwrap();
        store
            .write_here(|tx| {
                begin(tx)?;
                for (aside, columns) in [(EVENTS, EVENT_ROW), (MEMBERS, MEMBER_ROW)] {
                    tx.drop_aside(aside)?;
                    tx.make_aside(aside, columns)?;
                }
                let sql = "INSERT INTO aside_household_member VALUES \
                    ('H3', 1, '037070000104', 'permanent', 'head', '2020-01-01', 5)";
                tx.execute(sql, params![])?;
                let sql = "INSERT INTO aside_household_event VALUES ('H3', 1, 5, 'opened', '{}')";
                tx.execute(sql, params![])
            })
            .unwrap();
        restore(&store).unwrap();
        assert_eq!(told(&store, "SELECT household FROM household_member"), ["H3"]);
        assert_eq!(told(&store, "SELECT household FROM household_event"), ["H3"]);
        assert!(!store.read(is_any).unwrap());
    }
}
