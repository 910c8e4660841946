//! Components: each a Rust type with builders and one template under `templates/ui/`. They escape
//! what they are given and print as HTML, so a page's template writes `{{ form.text("line", …) }}`
//! or `{{ table }}`. The same ones as macros: `{% import "components.html" as c %}`.

mod address;
mod lists;
mod overlay;
mod questions;
mod show;
mod tiles;

pub use address::{Address, ErrorSummary, FileQuestion};
pub use lists::{
    Cell, Column, Filter, FilterBar, Pagination, QueueRow, Row, Sorted, Tab, Table, Tabs,
};
pub use overlay::{CopyCode, Dialog, DraftState, LiveBadge, Toast, desk_keys};
pub use questions::{Choice, Choices, DateQuestion, Select, Text};
pub use show::{
    Answer, Answers, Banner, Deadline, Empty, Fact, Facts, Moment, MomentState, Panel, Sheet, Step,
    StepBar, Tag, Timeline, drawing, moment_words,
};
pub use tiles::{Metric, Tile};

use crate::markup::Markup;

/// The components hold escaped HTML: templates put them in as they are.
macro_rules! html_safe {
    ($($name:ident),+ $(,)?) => {$(
        impl askama::filters::HtmlSafe for $name {}
        impl From<&$name> for Markup {
            fn from(component: &$name) -> Markup {
                // Writing our own templates into memory does not fail.
                Markup::trusted(askama::Template::render(component).unwrap_or_default())
            }
        }
    )+};
}
html_safe!(
    Address,
    Answers,
    Banner,
    Choices,
    CopyCode,
    DateQuestion,
    Dialog,
    DraftState,
    Empty,
    ErrorSummary,
    Facts,
    FileQuestion,
    FilterBar,
    LiveBadge,
    Metric,
    Pagination,
    Panel,
    QueueRow,
    Select,
    Sheet,
    StepBar,
    Table,
    Tabs,
    Tag,
    Text,
    Tile,
    Timeline,
    Toast,
);

/// The element id of a form field: `until.day` and `until` are the same box.
pub fn field_id(field: &str) -> String {
    let own = [".day", ".commune", ".code"].iter().find_map(|part| field.strip_suffix(part));
    format!("f-{}", own.unwrap_or(field).replace('.', "-"))
}

/// The ids that describe a box to a screen reader: its hint and its mistake.
pub(crate) fn described_by(id: &str, hint: bool, error: bool) -> String {
    let mut ids = Vec::new();
    if hint {
        ids.push(format!("{id}-hint"));
    }
    if error {
        ids.push(format!("{id}-error"));
    }
    ids.join(" ")
}
