//! Tiles: a service to begin, a number to watch.

use crate::markup::Markup;
use crate::reply::Tone;
use askama::Template;
use kernel::Say;

/// A way in: icon, name, what it is about. A link.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<a class=\"tile\" href=\"{{ href }}\">{{ crate::icons::icon(icon_name) }}<b>{{ title }}</b><span>{{ text }}</span></a>",
    ext = "html"
)]
pub struct Tile {
    icon_name: String,
    title: String,
    text: String,
    href: String,
}

impl Tile {
    /// A tile.
    pub fn new(
        icon: &str,
        title: impl AsRef<str>,
        text: impl AsRef<str>,
        href: impl AsRef<str>,
    ) -> Self {
        Self {
            icon_name: icon.to_owned(),
            title: title.as_ref().to_owned(),
            text: text.as_ref().to_owned(),
            href: href.as_ref().to_owned(),
        }
    }
}

/// A number to watch: name, value, unit, time of the reading, change, target.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/metric.html")]
pub struct Metric {
    say: Say,
    id: String,
    name: String,
    value: String,
    unit: String,
    change: Option<(Tone, String)>,
    target: String,
    as_of: String,
    source: String,
    chart: Markup,
    href: Option<String>,
    stale: bool,
    loading: bool,
    level: u8,
}

impl Metric {
    /// A number under its name, written as people read it (`1.284`, `99,7 %`).
    pub fn new(say: &Say, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        Self {
            say: say.clone(),
            id: String::new(),
            name: name.as_ref().to_owned(),
            value: value.as_ref().to_owned(),
            unit: String::new(),
            change: None,
            target: String::new(),
            as_of: String::new(),
            source: String::new(),
            chart: Markup::default(),
            href: None,
            stale: false,
            loading: false,
            level: 3,
        }
    }
    /// With an element id, so that live news can replace it.
    #[must_use]
    pub fn id(mut self, id: impl AsRef<str>) -> Self {
        id.as_ref().clone_into(&mut self.id);
        self
    }
    /// Which heading its name is: 2 on a wall, 3 (the usual) inside a section.
    #[must_use]
    pub fn heading_level(mut self, level: u8) -> Self {
        self.level = level.clamp(2, 6);
        self
    }
    /// The unit.
    #[must_use]
    pub fn unit(mut self, unit: impl AsRef<str>) -> Self {
        unit.as_ref().clone_into(&mut self.unit);
        self
    }
    /// How it moved, in words: «cao hơn hôm qua 0,4».
    #[must_use]
    pub fn change(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        self.change = Some((tone, text.as_ref().to_owned()));
        self
    }
    /// What it should be.
    #[must_use]
    pub fn target(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.target);
        self
    }
    /// The time of the reading, and where it comes from.
    #[must_use]
    pub fn as_of(mut self, when: impl AsRef<str>, source: impl AsRef<str>) -> Self {
        when.as_ref().clone_into(&mut self.as_of);
        source.as_ref().clone_into(&mut self.source);
        self
    }
    /// A small chart.
    #[must_use]
    pub fn chart(mut self, chart: Markup) -> Self {
        self.chart = chart;
        self
    }
    /// Where the numbers behind it are.
    #[must_use]
    pub fn href(mut self, href: impl AsRef<str>) -> Self {
        self.href = Some(href.as_ref().to_owned());
        self
    }
    /// The reading is older than it should be: it looks so, and says so.
    #[must_use]
    pub fn stale(mut self) -> Self {
        self.stale = true;
        self
    }
    /// The first reading has not come yet.
    #[must_use]
    pub fn loading(mut self) -> Self {
        self.loading = true;
        self
    }
}
