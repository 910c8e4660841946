use crate::{Engine, SCHEMA};
use kernel::{Actor, Error, Result, error};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Entry, Rows, Store, Value, WriteTx, params};

fn put(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    tx.execute("INSERT INTO account (id, amount, version) VALUES (?1, 0, 1)", params![id]).map(drop)
}

fn ids(store: &Store) -> Vec<String> {
    store.read(|tx| tx.rows("SELECT id FROM account ORDER BY id", params![], |r| r.get(0))).unwrap()
}

pub fn values_come_back_as_they_went_in(engine: Engine) {
    let store = engine.store();
    let photo: Vec<u8> = (0..=255).collect();
    let expected = photo.clone();
    store
        .write(move |tx| {
            tx.execute(
                "INSERT INTO account (id, amount, share, photo, note, version) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params!["Nguyễn Thị Lan", i64::MAX, 0.1, photo.clone(), None::<String>, 1],
            )
        })
        .unwrap();
    let row = store
        .read(|tx| {
            tx.one(
                "SELECT id, amount, share, photo, note, version = 1, CAST(SUM(amount) AS BIGINT) \
                 FROM account WHERE amount > ?1 AND (?2 IS NULL OR note = ?2) AND ?3 IS NULL \
                 GROUP BY id, amount, share, photo, note, version",
                params![0, None::<String>, None::<i64>],
                |r| {
                    Ok((
                        r.get::<String>(0)?,
                        r.get::<i64>(1)?,
                        r.get::<f64>(2)?,
                        r.get::<Vec<u8>>(3)?,
                        r.get::<Option<String>>(4)?,
                        r.get::<bool>(5)?,
                        r.get::<i64>(6)?,
                    ))
                },
            )
        })
        .unwrap();
    assert_eq!(row, ("Nguyễn Thị Lan".into(), i64::MAX, 0.1, expected, None, true, i64::MAX));
}

pub fn a_failed_write_undoes_only_itself(engine: Engine) {
    let store = engine.store();
    let threads: Vec<_> = (0..8)
        .map(|t| {
            let store = store.clone();
            std::thread::spawn(move || {
                for n in 0..25 {
                    let id = format!("{t}-{n:02}");
                    let outcome = store.write(move |tx| {
                        put(tx, &id)?;
                        match n % 5 {
                            1 => Err(Error::new(error::NOT_ALLOWED)),
                            2 => put(tx, &id), // the same key again
                            3 => panic!("a mistake in a closure"),
                            _ => Ok(()),
                        }
                    });
                    match n % 5 {
                        1 => assert!(outcome.unwrap_err().is(error::NOT_ALLOWED)),
                        2 => assert!(outcome.unwrap_err().is(store::CONSTRAINT)),
                        3 => assert!(outcome.unwrap_err().is(error::BUG)),
                        _ => outcome.unwrap(),
                    }
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    assert_eq!(ids(&store).len(), 8 * 10);
}

pub fn a_swallowed_failure_is_the_outcome_unless_it_was_an_attempt(engine: Engine) {
    let store = engine.store();
    store.write(|tx| put(tx, "a")).unwrap();
    let swallowed = store.write(|tx| {
        put(tx, "b")?;
        let _ = put(tx, "a");
        Ok(())
    });
    assert!(swallowed.unwrap_err().is(store::CONSTRAINT));
    store
        .write(|tx| {
            put(tx, "c")?;
            let tried = tx.attempt(|tx| {
                put(tx, "d")?;
                tx.record(Entry::new("test.undone", &Actor::system("test")))?;
                put(tx, "a")
            });
            assert!(tried.unwrap_err().is(store::CONSTRAINT));
            tx.attempt(|tx| put(tx, "e"))
        })
        .unwrap();
    store.settle().unwrap();
    assert_eq!(ids(&store), ["a", "c", "e"]);
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), 0);
}

pub fn of_two_who_change_the_same_version_one_is_told(engine: Engine) {
    let store = engine.store();
    store.write(|tx| put(tx, "a")).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            std::thread::spawn(move || {
                store.write(|tx| {
                    tx.execute_one(
                        "UPDATE account SET amount = amount + 1, version = 2 \
                         WHERE id = ?1 AND version = 1",
                        params!["a"],
                    )
                })
            })
        })
        .collect();
    let outcomes: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1);
    let told = |o: &Result<()>| o.as_ref().is_err_and(|e| e.is(error::CHANGED_MEANWHILE));
    assert_eq!(outcomes.iter().filter(|o| told(o)).count(), 7);
}

pub fn reading_and_adding_one_at_a_time_loses_nothing(engine: Engine) {
    let store = engine.store();
    store.write(|tx| put(tx, "a")).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            std::thread::spawn(move || {
                for _ in 0..20 {
                    store
                        .write(|tx| {
                            let n: i64 = tx.one(
                                "SELECT amount FROM account WHERE id = 'a'",
                                params![],
                                |r| r.get(0),
                            )?;
                            tx.execute_one(
                                "UPDATE account SET amount = ?1 WHERE id = 'a'",
                                params![n + 1],
                            )
                        })
                        .unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    let n: i64 =
        store.read(|tx| tx.one("SELECT amount FROM account", params![], |r| r.get(0))).unwrap();
    assert_eq!(n, 160);
}

pub fn a_snapshot_does_not_move_and_a_bad_read_breaks_nothing(engine: Engine) {
    let store = engine.store();
    let count = "SELECT COUNT(*) FROM account";
    store
        .read(|tx| {
            let before: i64 = tx.one(count, params![], |r| r.get(0))?;
            store.write(|tx| put(tx, "a"))?;
            let after: i64 = tx.one(count, params![], |r| r.get(0))?;
            assert_eq!((before, after), (0, 0));
            Ok(())
        })
        .unwrap();
    for _ in 0..40 {
        assert!(
            store.read(|tx| tx.rows("SELECT nothing", params![], |r| r.get::<i64>(0))).is_err()
        );
        let gone = catch_unwind(AssertUnwindSafe(|| {
            store.read(|tx| -> Result<()> { tx.one(count, params![], |_| panic!("in a read")) })
        }));
        assert!(gone.is_err());
        let wrong = store.read(|tx| tx.one(count, params![], |r| r.get::<String>(0)));
        assert!(wrong.unwrap_err().is(error::BUG));
    }
    assert_eq!(ids(&store), ["a"]);
}

pub fn a_write_inside_a_write_is_refused_instead_of_waiting_for_ever(engine: Engine) {
    let store = engine.store();
    let again = store.clone();
    let nested = store.write(move |_| again.write(|tx| put(tx, "a")));
    assert!(nested.unwrap_err().is(error::BUG));
    let again = store.clone();
    let nested = store.write_here(|_| again.write_here(|tx| put(tx, "a")));
    assert!(nested.unwrap_err().is(error::BUG));
    store.write(|tx| put(tx, "b")).unwrap();
    assert_eq!(ids(&store), ["b"]);
}

pub fn a_borrowing_write_commits_undoes_and_survives_a_panic(engine: Engine) {
    let store = engine.store();
    let id = String::from("a");
    store.write_here(|tx| put(tx, &id)).unwrap();
    let failed = store.write_here(|tx| {
        put(tx, "b")?;
        put(tx, &id)
    });
    assert!(failed.unwrap_err().is(store::CONSTRAINT));
    let gone = catch_unwind(AssertUnwindSafe(|| {
        store.write_here(|tx| -> Result<()> {
            put(tx, "c")?;
            panic!("in a borrowing write")
        })
    }));
    assert!(gone.is_err());
    store.write(|tx| put(tx, "d")).unwrap();
    assert_eq!(ids(&store), ["a", "d"]);
}

pub fn time_stands_still_in_a_transaction_and_rows_can_be_stopped(engine: Engine) {
    let store = engine.store();
    store
        .write(|tx| {
            let before = tx.now();
            (0..100).try_for_each(|n| put(tx, &format!("{n:03}")))?;
            assert_eq!(tx.now(), before);
            assert_ne!(tx.new_id()?, tx.new_id()?);
            let mut met = 0;
            tx.each("SELECT id FROM account ORDER BY id", params![], |_| {
                met += 1;
                Ok(met < 10)
            })?;
            assert_eq!(met, 10);
            let missing = tx.row("SELECT id FROM account WHERE id = 'x'", params![], |_| Ok(()))?;
            assert_eq!(missing, None);
            tx.execute("DELETE FROM account", params![])
        })
        .unwrap();
    assert!(matches!(Value::from(None::<i64>), Value::Null));
    assert_eq!(store::schema::check(&[SCHEMA]), Vec::<String>::new());
}

pub fn texts_are_compared_byte_by_byte(engine: Engine) {
    let store = engine.store();
    let names = ["b", "A", "á", "a", "Đ", "D", "_", "B%"];
    for name in names {
        store.write(move |tx| put(tx, name)).unwrap();
    }
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    assert_eq!(ids(&store), sorted);
    let like = |pattern: &'static str| -> Vec<String> {
        let sql = "SELECT id FROM account WHERE id LIKE ?1 ORDER BY id";
        store.read(|tx| tx.rows(sql, params![pattern], |r| r.get(0))).unwrap()
    };
    assert_eq!(like("a%"), ["a"]);
    assert_eq!(like("B%"), ["B%"]);
    let above: i64 = store
        .read(|tx| tx.one("SELECT COUNT(*) FROM account WHERE id > ?1", params!["a"], |r| r.get(0)))
        .unwrap();
    assert_eq!(above, 3);
}

pub fn a_column_takes_only_its_own_type(engine: Engine) {
    let store = engine.store();
    let wrong: [(&str, Value); 3] = [
        ("INSERT INTO account (id, amount, version) VALUES ('a', ?1, 1)", "twelve".into()),
        ("INSERT INTO account (id, amount, share, version) VALUES ('a', 1, ?1, 1)", "x".into()),
        ("INSERT INTO account (id, amount, photo, version) VALUES ('a', 1, ?1, 1)", 1.5.into()),
    ];
    for (sql, value) in wrong {
        let refused = store.write(move |tx| tx.execute(sql, std::slice::from_ref(&value)));
        assert!(refused.is_err(), "{sql}");
    }
    assert_eq!(ids(&store).len(), 0);
}

pub fn many_rows_go_in_at_once(engine: Engine) {
    let store = engine.store();
    let rows = |n: usize| -> Vec<Vec<Value>> {
        (0..n)
            .map(|i| {
                let note = (i % 2 == 0).then(|| format!("note {i}"));
                vec![format!("{i:04}").into(), i.into(), note.into(), 1.into()]
            })
            .collect()
    };
    const INSERT: &str = "INSERT INTO account (id, amount, note, version)";
    store.write(move |tx| tx.insert_many(INSERT, rows(1000))).unwrap();
    let (n, notes): (i64, i64) = store
        .read(|tx| {
            tx.one("SELECT COUNT(*), COUNT(note) FROM account", params![], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
        })
        .unwrap();
    assert_eq!((n, notes), (1000, 500));
    let again = store.write(move |tx| tx.insert_many(INSERT, rows(1)));
    assert!(again.unwrap_err().is(store::CONSTRAINT));
    store.write(|tx| tx.insert_many(INSERT, Vec::new())).unwrap();
    let uneven = store.write(|tx| tx.insert_many(INSERT, vec![vec!["x".into()], vec![]]));
    assert!(uneven.unwrap_err().is(error::BUG));
}

pub fn packed_rows_go_in_and_those_that_are_there_may_be_left_out(engine: Engine) {
    const PUT: &str = "INSERT INTO account (id, amount, share, photo, note, version)";
    let store = engine.store();
    fn rows(from: i64, to: i64, note: Option<&str>) -> Rows {
        let mut rows = Rows::new(6);
        for n in from..to {
            rows.text(&format!("r{n}"));
            rows.int(n);
            rows.value(&0.5.into());
            rows.blob(&[1, 2]);
            rows.maybe(note);
            rows.int(1);
        }
        rows
    }
    store.write(|tx| tx.insert_rows(PUT, "", &Rows::new(6))).unwrap();
    store.write(|tx| tx.insert_rows(PUT, "", &rows(0, 150, Some("first")))).unwrap();
    let again = store.write(|tx| tx.insert_rows(PUT, "", &rows(149, 151, None)));
    assert!(again.unwrap_err().is(store::CONSTRAINT));
    let tail = "ON CONFLICT (id) DO NOTHING";
    store.write(move |tx| tx.insert_rows(PUT, tail, &rows(100, 200, None))).unwrap();
    let uneven = store.write(|tx| {
        let mut rows = rows(300, 301, None);
        rows.int(1);
        tx.insert_rows(PUT, "", &rows)
    });
    assert!(uneven.is_err());
    let sql = "SELECT COUNT(*), COUNT(note), SUM(share) FROM account WHERE photo = ?1";
    let sums = store
        .read(|tx| {
            tx.one(sql, params![vec![1u8, 2]], |r| {
                Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<f64>(2)?))
            })
        })
        .unwrap();
    assert_eq!(sums, (200, 150, 100.0));
}

pub fn a_bulk_of_rows_keeps_every_value_and_rule(engine: Engine) {
    let store = engine.store();
    let odd = ["", "a\tb\\N\r\n\\", "\\.", "Nguyễn Thị Ổi", "'\"", "\\N"];
    const COLUMNS: &str = "id, amount, share, photo, note, version";
    let mut rows = store::Rows::new(6);
    for (i, note) in odd.iter().enumerate() {
        rows.build(|o| o.push_str(&format!("{i:02}")));
        rows.int(i64::MIN + i64::try_from(i).unwrap());
        rows.value(&Value::Real(1e-300 * i as f64));
        rows.value(&Value::Blob(vec![0, 92, 255]));
        rows.text(note);
        rows.int(1);
    }
    rows.row(&["last".into(), 1.into(), Value::Null, Value::Null, Value::Null, 1.into()]);
    assert_eq!(rows.len(), 7);
    store.write_here(|tx| tx.bulk("account", COLUMNS, &rows)).unwrap();
    let back = store
        .read(|tx| {
            tx.rows("SELECT note, amount, share, photo FROM account ORDER BY id", params![], |r| {
                let of: (Option<String>, i64) = (r.get(0)?, r.get(1)?);
                Ok((of, r.get::<Option<f64>>(2)?, r.get::<Option<Vec<u8>>>(3)?))
            })
        })
        .unwrap();
    for (i, note) in odd.iter().enumerate() {
        let amount = i64::MIN + i64::try_from(i).unwrap();
        let wanted = ((Some((*note).to_owned()), amount), Some(1e-300 * i as f64));
        assert_eq!((back[i].0.clone(), back[i].1), wanted);
        assert_eq!(back[i].2.as_deref(), Some(&[0, 92, 255][..]));
    }
    assert_eq!(back[6], ((None, 1), None, None));
    // The same rules as for any other insert; and a failure undoes all of it.
    let again = store.write_here(|tx| {
        put(tx, "z")?;
        tx.bulk("account", COLUMNS, &rows)
    });
    assert!(again.unwrap_err().is(store::CONSTRAINT));
    let mut wrong = store::Rows::new(3);
    wrong.row(&["y".into(), "twelve".into(), 1.into()]);
    assert!(store.write_here(|tx| tx.bulk("account", "id, amount, version", &wrong)).is_err());
    assert_eq!(ids(&store).len(), 7);
    // A row that is not whole, and columns that are not those of the rows.
    wrong.int(1);
    for columns in ["id, amount, version", "id, amount"] {
        let uneven = store.write_here(|tx| tx.bulk("account", columns, &wrong));
        assert!(uneven.unwrap_err().is(error::BUG));
    }
    let none = store::Rows::new(2);
    store.write_here(|tx| tx.bulk("account", "id, amount", &none)).unwrap();
    let loading = store.loading().unwrap();
    store.write_here(|tx| put(tx, "loaded")).unwrap();
    drop(loading);
    store.refresh_statistics().unwrap();
    assert_eq!(ids(&store).len(), 8);
}

pub fn a_rehearsal_keeps_its_outcome_and_undoes_the_rest(engine: Engine) {
    let store = engine.store();
    let seen = store.write(|tx| {
        put(tx, "kept")?;
        let there = tx.rehearse(|tx| {
            put(tx, "tried")?;
            tx.record(Entry::new("test.tried", &Actor::system("test")))?;
            tx.rows("SELECT id FROM account ORDER BY id", params![], |r| r.get::<String>(0))
        })?;
        let again = tx.rehearse(|tx| put(tx, "kept"));
        assert!(again.unwrap_err().is(store::CONSTRAINT));
        put(tx, "kept too")?;
        Ok(there)
    });
    assert_eq!(seen.unwrap(), ["kept", "tried"]);
    assert_eq!(ids(&store), ["kept", "kept too"]);
    store.settle().unwrap();
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), 0);
}

/// Eight threads that all want the same row as well: on PostgreSQL most transactions run more than once.
pub fn a_number_is_drawn_once_and_kept(engine: Engine) {
    const NEXT: &str = "INSERT INTO account (id, amount, version) VALUES (?1, 1, 1) \
        ON CONFLICT (id) DO UPDATE SET amount = account.amount + 1 RETURNING amount";
    let store = engine.store();
    store.write(|tx| put(tx, "wanted by all")).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|t| {
            let store = store.clone();
            std::thread::spawn(move || {
                for n in 0..10 {
                    let of = format!("{t}-{n}");
                    let write = store.write(move |tx| {
                        let wanted = "wanted by all";
                        let version: i64 = tx.one(
                            "SELECT version FROM account WHERE id = ?1",
                            params![wanted],
                            |r| r.get(0),
                        )?;
                        let first = tx.draw(NEXT, params!["counter"])?;
                        let second = tx.draw(NEXT, params!["counter"])?;
                        tx.execute_one(
                            "UPDATE account SET version = ?2 WHERE id = ?1 AND version = ?3",
                            params![wanted, version + 1, version],
                        )?;
                        put(tx, &format!("drawn {first:03}"))?;
                        put(tx, &format!("drawn {second:03} by {of}"))
                    });
                    write.unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    let drawn: Vec<i64> = ids(&store)
        .iter()
        .filter_map(|id| id.strip_prefix("drawn ")?.get(..3)?.parse().ok())
        .collect();
    // Dense: a transaction that ran again had its numbers already.
    assert_eq!(drawn, (1..=160).collect::<Vec<_>>());

    let undone = store.write(|tx| {
        tx.draw(NEXT, params!["counter"])?;
        Err::<(), _>(Error::new(error::NOT_ALLOWED))
    });
    assert!(undone.unwrap_err().is(error::NOT_ALLOWED));
    let next = store.write(|tx| tx.draw(NEXT, params!["counter"])).unwrap();
    assert_eq!(next, if store.engine() == "SQLite" { 161 } else { 162 });
}

/// Rows of every number and with every pattern of NULLs, through few statements.
pub fn rows_of_any_number_and_with_any_nulls_go_in(engine: Engine) {
    let store = engine.store();
    let mut wanted = Vec::new();
    for count in [1, 2, 3, 9, 15, 64, 65, 130, 200] {
        let mut rows = Rows::new(4);
        for n in 0..count {
            let id = format!("{count:03}-{n:03}");
            rows.text(&id);
            rows.int(n);
            rows.int(1);
            let note = (n % 3 == count % 3).then_some("a note");
            rows.maybe(note);
            wanted.push((id, n, note.map(str::to_owned)));
        }
        store
            .write(move |tx| {
                let insert = "INSERT INTO account (id, amount, version, note)";
                tx.insert_rows(insert, "ON CONFLICT (id) DO NOTHING", &rows)?;
                // Again, with nothing left to do.
                tx.insert_rows(insert, "ON CONFLICT (id) DO NOTHING", &rows)
            })
            .unwrap();
    }
    wanted.sort();
    let found = store.read(|tx| {
        tx.rows("SELECT id, amount, note FROM account ORDER BY id", params![], |r| {
            Ok((r.get::<String>(0)?, r.get::<i64>(1)?, r.get::<Option<String>>(2)?))
        })
    });
    assert_eq!(found.unwrap(), wanted);
}

pub fn an_index_goes_and_comes_back(engine: Engine) {
    let store = engine.store();
    let indexes = store::schema::indexes(&SCHEMA);
    assert_eq!(indexes.len(), 1);
    let there = |store: &store::Store| {
        let sql = match store.engine() {
            "SQLite" => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'account_note'",
            _ => "SELECT COUNT(*) FROM pg_indexes WHERE indexname = 'account_note'",
        };
        store.read(|tx| tx.one(sql, params![], |r| r.get::<i64>(0))).unwrap()
    };
    assert_eq!(there(&store), 1);
    for _ in 0..2 {
        store.write_here(|tx| tx.drop_index(&indexes[0])).unwrap();
        assert_eq!(there(&store), 0);
    }
    for _ in 0..2 {
        store.write_here(|tx| tx.create_index(&indexes[0])).unwrap();
        assert_eq!(there(&store), 1);
    }
}

pub fn a_read_cannot_write(engine: Engine) {
    let store = engine.store();
    let wrote = store.read(|tx| {
        let sql = "INSERT INTO account (id, amount, version) VALUES ('a', 0, 1) RETURNING id";
        tx.one(sql, params![], |r| r.get::<String>(0))
    });
    assert!(wrote.is_err());
    let id = store.write(|tx| {
        let sql = "INSERT INTO account (id, amount, version) VALUES ('b', 0, 1) RETURNING id";
        tx.one(sql, params![], |r| r.get::<String>(0))
    });
    assert_eq!(id.unwrap(), "b");
    assert_eq!(ids(&store), ["b"]);
}
