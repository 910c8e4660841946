//! Lists: tables that sort and become cards on a phone, filters, queue rows, tabs, pages.

use super::{Choice, Empty, Tag};
use crate::markup::{Markup, escape};
use crate::req::Req;
use askama::Template;
use kernel::Say;

/// How a column is sorted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorted {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    text: String,
    sort: Option<String>,
    sorted: Option<Sorted>,
    number: bool,
    hidden: bool,
}

impl Column {
    /// A column with this heading.
    pub fn new(text: impl AsRef<str>) -> Self {
        let text = text.as_ref().to_owned();
        Self { text, sort: None, sorted: None, number: false, hidden: false }
    }
    /// Whose heading is for screen readers only (actions, tags).
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.hidden = true;
        self
    }
    /// Of numbers: digits of one width, to the right.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }
    /// Sortable by a link that sets `?xep=KEY` (or `-KEY` for the other way). The present order is
    /// read from the request.
    #[must_use]
    pub fn sortable(mut self, req: &Req, key: &str) -> Self {
        let (up, down) = (key.to_owned(), format!("-{key}"));
        let now = req.query("xep").unwrap_or_default();
        self.sorted = if now == up {
            Some(Sorted::Up)
        } else if now == down {
            Some(Sorted::Down)
        } else {
            None
        };
        let next = if self.sorted == Some(Sorted::Up) { down } else { up };
        self.sort = Some(req.with_query("xep", Some(&next)));
        self
    }
    /// Sortable by a given link.
    #[must_use]
    pub fn sort_link(mut self, href: &str, sorted: Option<Sorted>) -> Self {
        (self.sort, self.sorted) = (Some(href.to_owned()), sorted);
        self
    }
    fn aria_sort(&self) -> &'static str {
        match self.sorted {
            Some(Sorted::Up) => "ascending",
            Some(Sorted::Down) => "descending",
            None => "none",
        }
    }
    fn arrow(&self) -> &'static str {
        match self.sorted {
            Some(Sorted::Up) => "arrow-up",
            Some(Sorted::Down) => "arrow-down",
            None => "sort",
        }
    }
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell(Markup);

impl Cell {
    /// Plain text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self(Markup::text(text.as_ref()))
    }
    /// A strong line with a smaller one under it.
    pub fn two(strong: impl AsRef<str>, small: impl AsRef<str>) -> Self {
        let (a, b) = (escape(strong.as_ref()), escape(small.as_ref()));
        Self(Markup::trusted(format!("<b>{a}</b><br><span class=\"small muted\">{b}</span>")))
    }
    /// A link.
    pub fn link(text: impl AsRef<str>, href: impl AsRef<str>) -> Self {
        let (t, h) = (escape(text.as_ref()), escape(href.as_ref()));
        Self(Markup::trusted(format!("<a href=\"{h}\">{t}</a>")))
    }
    /// A component.
    pub fn with(inner: impl Into<Markup>) -> Self {
        Self(inner.into())
    }
}
impl From<&str> for Cell {
    fn from(t: &str) -> Self {
        Self::text(t)
    }
}
impl From<String> for Cell {
    fn from(t: String) -> Self {
        Self::text(t)
    }
}
impl From<Tag> for Cell {
    fn from(t: Tag) -> Self {
        Self(Markup::from(&t))
    }
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    id: String,
    tone: &'static str,
    cells: Vec<Cell>,
}

impl Row {
    /// A row of cells, as many as there are columns.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { id: String::new(), tone: "", cells }
    }
    /// With an element id, so that live news can replace it.
    #[must_use]
    pub fn id(mut self, id: impl AsRef<str>) -> Self {
        id.as_ref().clone_into(&mut self.id);
        self
    }
    /// New since the page was opened.
    #[must_use]
    pub fn fresh(mut self) -> Self {
        self.tone = "fresh";
        self
    }
}

/// A table: sticky head, sortable by links, cards on a phone.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/table.html")]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    empty: Option<Empty>,
    plain: bool,
    body_id: String,
}

impl Table {
    /// A table; `caption` is read by screen readers.
    pub fn new(caption: impl AsRef<str>, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        Self {
            caption: caption.as_ref().to_owned(),
            columns,
            rows,
            empty: None,
            plain: false,
            body_id: String::new(),
        }
    }
    /// What stands there when there is no row.
    #[must_use]
    pub fn empty(mut self, empty: Empty) -> Self {
        self.empty = Some(empty);
        self
    }
    /// Stays a table on a phone too: for two narrow columns.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.plain = true;
        self
    }
    /// An element id for the rows, so that live news can be put in.
    #[must_use]
    pub fn body_id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.body_id);
        self
    }
    /// What a cell is called where rows are cards; nothing where the column has no heading to see.
    fn heading(&self, index: &usize) -> &str {
        self.columns.get(*index).filter(|c| !c.hidden).map_or("", |c| c.text.as_str())
    }
    fn is_number(&self, index: &usize) -> bool {
        self.columns.get(*index).is_some_and(|c| c.number)
    }
}

/// One thing to filter by.
#[derive(Clone, Debug)]
pub struct Filter {
    name: String,
    label: String,
    options: Vec<Choice>,
    chosen: String,
}

impl Filter {
    /// A list; its first line means «tất cả».
    pub fn new(name: &str, label: impl AsRef<str>, options: Vec<Choice>) -> Self {
        let (name, label) = (name.to_owned(), label.as_ref().to_owned());
        Self { name, label, options, chosen: String::new() }
    }
    /// Chosen now.
    #[must_use]
    pub fn chosen(mut self, value: impl AsRef<str>) -> Self {
        value.as_ref().clone_into(&mut self.chosen);
        self
    }
}

/// Search and filters over a list. A GET form: the address can be kept and shared.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/filters.html")]
pub struct FilterBar {
    say: Say,
    action: String,
    query: Option<(String, String)>,
    filters: Vec<Filter>,
    active: bool,
}

impl FilterBar {
    /// A bar that leads to `action`.
    pub fn new(say: &Say, action: &str) -> Self {
        Self {
            say: say.clone(),
            action: action.to_owned(),
            query: None,
            filters: Vec::new(),
            active: false,
        }
    }
    /// With a box for words, `?q=`.
    #[must_use]
    pub fn search(mut self, label: impl AsRef<str>, typed: &str) -> Self {
        self.active |= !typed.is_empty();
        self.query = Some((label.as_ref().to_owned(), typed.to_owned()));
        self
    }
    /// With a list.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.active |= !filter.chosen.is_empty();
        self.filters.push(filter);
        self
    }
}

/// One dossier in an officer's queue: an element `<li>`.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/queue_row.html")]
pub struct QueueRow {
    say: Say,
    id: String,
    href: String,
    name: String,
    about: String,
    when: String,
    tag: Option<Tag>,
    selected: bool,
    fresh: bool,
}

impl QueueRow {
    /// A row: element id, where it leads, who, what about.
    pub fn new(
        say: &Say,
        id: impl AsRef<str>,
        href: impl AsRef<str>,
        name: impl AsRef<str>,
        about: impl AsRef<str>,
    ) -> Self {
        Self {
            say: say.clone(),
            id: id.as_ref().to_owned(),
            href: href.as_ref().to_owned(),
            name: name.as_ref().to_owned(),
            about: about.as_ref().to_owned(),
            when: String::new(),
            tag: None,
            selected: false,
            fresh: false,
        }
    }
    /// When it came.
    #[must_use]
    pub fn when(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.when);
        self
    }
    /// How long is left, or its state.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self
    }
    /// Open beside the queue.
    #[must_use]
    pub fn selected(mut self, is: bool) -> Self {
        self.selected = is;
        self
    }
    /// Not opened by anybody yet.
    #[must_use]
    pub fn fresh(mut self, is: bool) -> Self {
        self.fresh = is;
        self
    }
}

/// One tab: a link.
#[derive(Clone, Debug)]
pub struct Tab {
    text: String,
    href: String,
    here: bool,
    count: Option<i64>,
}

/// Views of one thing, as links.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/tabs.html")]
pub struct Tabs {
    label: String,
    tabs: Vec<Tab>,
}

impl Tabs {
    /// Tabs; `label` is read by screen readers.
    pub fn new(label: impl AsRef<str>) -> Self {
        Self { label: label.as_ref().to_owned(), tabs: Vec::new() }
    }
    /// Adds one.
    #[must_use]
    pub fn tab(mut self, text: impl AsRef<str>, href: impl AsRef<str>, here: bool) -> Self {
        let (text, href) = (text.as_ref().to_owned(), href.as_ref().to_owned());
        self.tabs.push(Tab { text, href, here, count: None });
        self
    }
    /// Puts a number on the last one.
    #[must_use]
    pub fn count(mut self, n: i64) -> Self {
        if let Some(tab) = self.tabs.last_mut() {
            tab.count = Some(n);
        }
        self
    }
}

/// Pages of a list: before, after, where one is. Nothing when there is one page only.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/pages.html")]
pub struct Pagination {
    say: Say,
    page: i64,
    pages: Option<i64>,
    before: Option<String>,
    after: Option<String>,
    label: String,
}

impl Pagination {
    /// Of a list whose length is known.
    pub fn of(req: &Req, rows: i64, per_page: i64) -> Self {
        let page = req.page_number();
        let pages = ((rows + per_page - 1) / per_page.max(1)).max(1);
        Self { pages: Some(pages), ..Self::open(req, page < pages) }
    }
    /// Of a list of which one knows only whether there is more.
    pub fn open(req: &Req, more: bool) -> Self {
        let page = req.page_number();
        let link = |p: i64| req.with_query("trang", (p > 1).then(|| p.to_string()).as_deref());
        Self {
            label: req.say.t("web-pages"),
            say: req.say.clone(),
            page,
            pages: None,
            before: (page > 1).then(|| link(page - 1)),
            after: more.then(|| link(page + 1)),
        }
    }
    /// For the page of components.
    pub(crate) fn sample(say: &Say, page: i64, pages: Option<i64>) -> Self {
        let link = |p: i64| format!("#trang-{p}");
        let before = (page > 1).then(|| link(page - 1));
        let label = format!("{} ({page})", say.t("web-pages"));
        Self { say: say.clone(), page, pages, before, after: Some(link(page + 1)), label }
    }
    fn needed(&self) -> bool {
        self.before.is_some() || self.after.is_some()
    }
    fn words(&self) -> String {
        match self.pages {
            Some(pages) => self.say.t2("web-page-of", "page", self.page, "pages", pages),
            None => self.say.t1("web-page", "page", self.page),
        }
    }
}
