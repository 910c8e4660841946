//! Which nodes a statement reaches: the one that its shard key names, all of them, or several groups of
//! tables at once.

use sqlparser::ast::{
    AssignmentTarget, BinaryOperator, Expr, FromTable, FunctionArg, FunctionArgExpr,
    FunctionArguments, InTarget, JoinConstraint, JoinOperator, ObjectName, Query, Select,
    SelectItem, SetExpr, Statement, TableFactor, TableObject, TableWithJoins,
};
use sqlparser::{dialect::SQLiteDialect, parser::Parser};
use std::collections::BTreeMap;
use store::schema::{Shard, Table};

/// From the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// No distributed table.
    Nowhere,
    /// The nodes that its keys name.
    Keys,
    /// All of them, each for itself.
    All,
    /// Tables that are not spread alike meet in it, or it would move a row.
    Across,
}

/// All tables by name.
pub type Tables = BTreeMap<String, Table>;

/// What was found in a statement.
#[derive(Clone, Debug)]
pub struct Found {
    pub reach: Reach,
    /// It takes whatever columns there are.
    pub star: bool,
    /// A table that the program puts in.
    pub hole: bool,
}

/// Reads a statement and says whom it reaches. A hole that may be nothing is tried as nothing too.
pub fn judge(sql: &str, tables: &Tables) -> Result<Found, String> {
    let parse = |text: &str| Parser::parse_sql(&SQLiteDialect {}, text).map_err(|e| e.to_string());
    let read =
        parse(sql).or_else(|e| parse(&format!("{sql} ").replace(" hole ", " ")).map_err(|_| e))?;
    let mut judge =
        Judge { tables, found: Found { reach: Reach::Nowhere, star: false, hole: false } };
    for statement in &read {
        judge.statement(statement)?;
    }
    Ok(judge.found)
}

/// The tables of one SELECT, UPDATE or DELETE, by the names they have in it.
#[derive(Default)]
struct Scope<'t> {
    tables: Vec<(String, Option<&'t Table>)>,
    conditions: Vec<Expr>,
}

struct Judge<'t> {
    tables: &'t Tables,
    found: Found,
}

type Read = Result<(), String>;

impl<'t> Judge<'t> {
    fn reaches(&mut self, reach: Reach) {
        self.found.reach = self.found.reach.max(reach);
    }

    fn statement(&mut self, statement: &Statement) -> Read {
        match statement {
            Statement::Query(q) => self.query(q, &[]),
            Statement::Insert(i) => {
                let TableObject::TableName(name) = &i.table else { return Err("no table".into()) };
                let columns: Vec<String> = i.columns.iter().map(last).collect();
                if let Some((column, _)) = self.key(name)? {
                    let bound = columns.contains(&column);
                    self.reaches(if bound { Reach::Keys } else { Reach::Across });
                }
                i.source.as_ref().map_or(Ok(()), |q| self.query(q, &[]))
            }
            Statement::Update(u) => {
                let mut scope = Scope::default();
                self.from(std::slice::from_ref(&u.table), &mut scope, &[])?;
                if u.from.is_some() {
                    return Err("UPDATE … FROM".into());
                }
                for assignment in &u.assignments {
                    let AssignmentTarget::ColumnName(name) = &assignment.target else {
                        return Err("a tuple is set".into());
                    };
                    let column = last(name);
                    let moved = scope
                        .tables
                        .iter()
                        .any(|(_, t)| t.and_then(shard).is_some_and(|k| k.0 == column));
                    if moved {
                        self.reaches(Reach::Across);
                    }
                    self.inside(&assignment.value, &[&scope])?;
                }
                self.select_of(scope, u.selection.as_ref(), &[])
            }
            Statement::Delete(d) => {
                let FromTable::WithFromKeyword(from) = &d.from else {
                    return Err("no FROM".into());
                };
                let mut scope = Scope::default();
                self.from(from, &mut scope, &[])?;
                self.select_of(scope, d.selection.as_ref(), &[])
            }
            other => Err(format!("a statement of another kind: {other}")),
        }
    }

    fn query(&mut self, q: &Query, outer: &[&Scope<'t>]) -> Read {
        if q.with.is_some() {
            return Err("WITH is not read here yet".into());
        }
        self.set(&q.body, outer)
    }

    fn set(&mut self, body: &SetExpr, outer: &[&Scope<'t>]) -> Read {
        match body {
            SetExpr::Select(s) => self.select(s, outer),
            SetExpr::Query(q) => self.query(q, outer),
            SetExpr::SetOperation { left, right, .. } => {
                self.set(left, outer)?;
                self.set(right, outer)
            }
            SetExpr::Values(v) => v
                .rows
                .iter()
                .try_for_each(|r| r.content.iter().try_for_each(|e| self.inside(e, outer))),
            other => Err(format!("not read here: {other}")),
        }
    }

    fn select(&mut self, s: &Select, outer: &[&Scope<'t>]) -> Read {
        let mut scope = Scope::default();
        self.from(&s.from, &mut scope, outer)?;
        for item in &s.projection {
            match item {
                SelectItem::UnnamedExpr(e) | SelectItem::ExprWithAlias { expr: e, .. } => {
                    let mut scopes = outer.to_vec();
                    scopes.push(&scope);
                    self.inside(e, &scopes)?;
                }
                _ => self.found.star = true,
            }
        }
        self.select_of(scope, s.selection.as_ref(), outer)
    }

    /// The tables of FROM, with the conditions of their joins.
    fn from(
        &mut self,
        from: &[TableWithJoins],
        scope: &mut Scope<'t>,
        outer: &[&Scope<'t>],
    ) -> Read {
        for with in from {
            self.factor(&with.relation, scope, outer)?;
            for join in &with.joins {
                self.factor(&join.relation, scope, outer)?;
                let (JoinOperator::Join(on)
                | JoinOperator::Inner(on)
                | JoinOperator::Left(on)
                | JoinOperator::LeftOuter(on)) = &join.join_operator
                else {
                    return Err("a join of another kind".into());
                };
                match on {
                    JoinConstraint::On(e) => conditions(e, &mut scope.conditions),
                    JoinConstraint::None => {}
                    _ => return Err("USING".into()),
                }
            }
        }
        Ok(())
    }

    fn factor(&mut self, f: &TableFactor, scope: &mut Scope<'t>, outer: &[&Scope<'t>]) -> Read {
        match f {
            TableFactor::Table { name, alias, .. } => {
                let named = alias.as_ref().map_or_else(|| last(name), |a| a.name.value.clone());
                let table = self.tables.get(&last(name));
                if last(name) == super::source::HOLE {
                    self.found.hole = true;
                }
                scope.tables.push((named, table));
                Ok(())
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let named = alias.as_ref().map(|a| a.name.value.clone()).unwrap_or_default();
                scope.tables.push((named, None));
                self.query(subquery, outer)
            }
            other => Err(format!("not a table: {other}")),
        }
    }

    fn key(&mut self, name: &ObjectName) -> Result<Option<(String, String)>, String> {
        if last(name) == super::source::HOLE {
            self.found.hole = true;
        }
        Ok(self.tables.get(&last(name)).and_then(shard))
    }

    /// Judges a scope whose tables are known, and what stands inside of its conditions.
    fn select_of(
        &mut self,
        mut scope: Scope<'t>,
        filter: Option<&Expr>,
        outer: &[&Scope<'t>],
    ) -> Read {
        if let Some(e) = filter {
            conditions(e, &mut scope.conditions);
        }
        self.reaches(reach(&scope, outer));
        let mut scopes = outer.to_vec();
        scopes.push(&scope);
        scope.conditions.iter().try_for_each(|e| self.inside(e, &scopes))
    }

    /// Subqueries within an expression.
    fn inside(&mut self, e: &Expr, scopes: &[&Scope<'t>]) -> Read {
        match e {
            Expr::Subquery(q) | Expr::Exists { subquery: q, .. } => self.query(q, scopes),
            Expr::In { expr, target, .. } => {
                self.inside(expr, scopes)?;
                match target {
                    InTarget::Subquery(q) => self.query(q, scopes),
                    _ => Ok(()),
                }
            }
            Expr::BinaryOp { left, right, .. } => {
                self.inside(left, scopes)?;
                self.inside(right, scopes)
            }
            Expr::Nested(e)
            | Expr::UnaryOp { expr: e, .. }
            | Expr::IsNull(e)
            | Expr::IsNotNull(e)
            | Expr::Cast { expr: e, .. } => self.inside(e, scopes),
            Expr::Function(f) => {
                let FunctionArguments::List(list) = &f.args else { return Ok(()) };
                list.args.iter().try_for_each(|a| match a {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => self.inside(e, scopes),
                    _ => Ok(()),
                })
            }
            other if other.to_string().contains("SELECT ") => {
                Err(format!("a query inside of {other}"))
            }
            _ => Ok(()),
        }
    }
}

fn last(name: &ObjectName) -> String {
    name.0.last().and_then(|p| p.as_ident()).map(|i| i.value.clone()).unwrap_or_default()
}

/// Column and group of a distributed table.
fn shard(table: &Table) -> Option<(String, String)> {
    match &table.shard {
        Shard::Key { column, group } => Some((column.clone(), group.clone())),
        _ => None,
    }
}

/// What holds for every row: the parts between ANDs.
fn conditions(e: &Expr, out: &mut Vec<Expr>) {
    match e {
        Expr::Nested(e) => conditions(e, out),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conditions(left, out);
            conditions(right, out);
        }
        other => out.push(other.clone()),
    }
}

/// What one side of an equality is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Side {
    /// A shard key: of a table of this scope (its place), of which group.
    Key(usize, String),
    /// A shard key of a scope around, of which group.
    Outer(String),
    /// Nothing of any row: a parameter, a constant.
    Value,
    Other,
}

fn side(e: &Expr, scope: &Scope<'_>, outer: &[&Scope<'_>]) -> Side {
    let (table, column) = match e {
        Expr::Nested(e) | Expr::Cast { expr: e, .. } => return side(e, scope, outer),
        Expr::Value(_) => return Side::Value,
        Expr::Identifier(column) => (None, &column.value),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, column] => (Some(&table.value), &column.value),
            _ => return Side::Other,
        },
        _ => return Side::Other,
    };
    let place = |scope: &Scope<'_>| {
        scope.tables.iter().position(|(name, t)| match table {
            Some(table) => name == table,
            None => t.is_some_and(|t| t.columns.iter().any(|c| c.name == *column)),
        })
    };
    let key = |scope: &Scope<'_>, at: usize| {
        scope.tables[at].1.and_then(shard).filter(|(k, _)| k == column).map(|(_, group)| group)
    };
    if let Some(at) = place(scope) {
        return key(scope, at).map_or(Side::Other, |group| Side::Key(at, group));
    }
    let around = outer.iter().rev().find_map(|s| place(s).map(|at| key(s, at)));
    around.flatten().map_or(Side::Other, Side::Outer)
}

/// Whom the tables of a scope reach.
fn reach(scope: &Scope<'_>, outer: &[&Scope<'_>]) -> Reach {
    let spread: Vec<usize> =
        (0..scope.tables.len()).filter(|i| scope.tables[*i].1.and_then(shard).is_some()).collect();
    let Some(first) = spread.first() else { return Reach::Nowhere };
    let (mut bound, mut joined) =
        (vec![false; scope.tables.len()], vec![false; scope.tables.len()]);
    let mut pairs = Vec::new();
    for e in &scope.conditions {
        match e {
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
                pairs.push((side(left, scope, outer), side(right, scope, outer)));
            }
            Expr::In { expr, target: InTarget::List(_), negated: false, .. } => {
                pairs.push((side(expr, scope, outer), Side::Value));
            }
            _ => {}
        }
    }
    joined[*first] = true;
    for _ in 0..=scope.tables.len() {
        for (a, b) in &pairs {
            match (a, b) {
                (Side::Key(i, _), Side::Value) | (Side::Value, Side::Key(i, _)) => bound[*i] = true,
                (Side::Key(i, g), Side::Outer(h)) | (Side::Outer(h), Side::Key(i, g)) if g == h => {
                    bound[*i] = true;
                }
                (Side::Key(i, g), Side::Key(j, h)) if g == h => {
                    (bound[*i], bound[*j]) = (bound[*i] || bound[*j], bound[*i] || bound[*j]);
                    (joined[*i], joined[*j]) = (joined[*i] || joined[*j], joined[*i] || joined[*j]);
                }
                _ => {}
            }
        }
    }
    let groups: std::collections::BTreeSet<String> =
        spread.iter().filter_map(|i| scope.tables[*i].1.and_then(shard)).map(|(_, g)| g).collect();
    if spread.iter().any(|i| !joined[*i]) || groups.len() > 1 {
        return Reach::Across;
    }
    // A query inside of another one that names no key of it is a question of its own.
    if spread.iter().all(|i| bound[*i]) { Reach::Keys } else { Reach::All }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Schema;

    #[test]
    fn whom_statements_reach() {
        let files = &["
            -- shard key: pid
            CREATE TABLE person (pid TEXT PRIMARY KEY, name TEXT, house TEXT);
            -- shard key: pid
            CREATE TABLE act (pid TEXT, n BIGINT, PRIMARY KEY (pid, n));
            -- shard key: id as house
            CREATE TABLE house (id TEXT PRIMARY KEY, head TEXT);
            -- reference table
            CREATE TABLE agency (code TEXT PRIMARY KEY);
            -- shard key: none: one row
            CREATE TABLE one (n BIGINT PRIMARY KEY);
        "];
        let tables: Tables = store::schema::tables(&[Schema { name: "x", files }])
            .into_iter()
            .map(|t| (t.name.clone(), t))
            .collect();
        for (reach, sql) in [
            (Reach::Nowhere, "SELECT n FROM one"),
            (Reach::Nowhere, "UPDATE agency SET code = ?1"),
            (Reach::Keys, "SELECT name FROM person WHERE pid = ?1 AND (name = ?2 OR name = ?3)"),
            (Reach::Keys, "SELECT name FROM person WHERE pid IN (?1, ?2)"),
            (Reach::Keys, "SELECT a.n FROM person p JOIN act a ON a.pid = p.pid WHERE p.pid = ?1"),
            (
                Reach::Keys,
                "SELECT g.code FROM person p LEFT JOIN agency g ON g.code = p.name WHERE p.pid = ?1",
            ),
            (
                Reach::Keys,
                "DELETE FROM act WHERE pid = ?1 AND n NOT IN (SELECT n FROM act WHERE pid = ?1)",
            ),
            (
                Reach::Keys,
                "INSERT INTO act (pid, n) SELECT ?1, COALESCE(MAX(n), 0) FROM act WHERE pid = ?1",
            ),
            (
                Reach::Keys,
                "SELECT name FROM person p WHERE p.pid = ?1 AND EXISTS (SELECT 1 FROM act a WHERE a.pid = p.pid)",
            ),
            (Reach::All, "SELECT name FROM person WHERE name = ?1"),
            (Reach::All, "SELECT name FROM person WHERE pid = ?1 OR name = ?2"),
            (Reach::All, "SELECT name FROM person WHERE pid <> ?1"),
            (Reach::All, "SELECT name FROM person WHERE NOT pid = ?1"),
            (Reach::All, "SELECT COUNT(*) FROM act a JOIN person p ON p.pid = a.pid"),
            (
                Reach::All,
                "DELETE FROM act WHERE pid = ?1 AND n IN (SELECT n FROM act WHERE n > ?2)",
            ),
            (
                Reach::Across,
                "SELECT name FROM person p JOIN house h ON h.id = p.house WHERE p.pid = ?1",
            ),
            (Reach::Across, "SELECT name FROM person p JOIN act a ON a.n = p.name"),
            (Reach::Across, "UPDATE person SET pid = ?2 WHERE pid = ?1"),
            (Reach::Across, "INSERT INTO act (n) VALUES (?1)"),
        ] {
            let found = judge(sql, &tables).unwrap();
            assert_eq!(found.reach, reach, "{sql}");
            assert!(!found.star && !found.hole);
        }
        assert!(judge("SELECT * FROM one", &tables).unwrap().star);
        assert!(judge("SELECT n FROM hole ", &tables).unwrap().hole);
        assert!(judge("SELECT FROM WHERE", &tables).is_err());
    }
}
