//! `/design`: every component with its options and examples (demo only). The same list feeds the
//! snapshot tests and the accessibility run, so a component that is not here does not exist.

mod pages;
mod parts_forms;
mod parts_lists;
mod parts_show;

#[cfg(test)]
mod tests;

use crate::markup::Markup;
use crate::routes::Pages;
use kernel::Say;

/// One component as it is shown.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its anchor on the page and its snapshot's name.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub what: &'static str,
    /// How it is written in a handler or a template.
    pub code: &'static str,
    /// Its options: name and meaning.
    pub options: &'static [(&'static str, &'static str)],
    /// Its states and variants.
    pub examples: Vec<Example>,
}

/// One state of a component.
#[derive(Clone, Debug)]
pub struct Example {
    /// Which: `mặc định`, `lỗi`, `trống`…
    pub name: &'static str,
    /// How it looks.
    pub html: Markup,
}

impl Example {
    pub(crate) fn new(name: &'static str, html: impl Into<Markup>) -> Self {
        Self { name, html: html.into() }
    }
}

/// Every component.
pub fn catalogue(say: &Say) -> Vec<Component> {
    let mut all = parts_forms::list(say);
    all.extend(parts_show::list(say));
    all.extend(parts_lists::list(say));
    all
}

/// The routes of the gallery: the list, and whole sample pages.
pub fn routes() -> Pages {
    pages::routes()
}

/// The addresses of the gallery, for the accessibility run.
pub const ADDRESSES: &[&str] = &[
    "/design",
    "/design/mau/cau-hoi",
    "/design/mau/loi-nhap",
    "/design/mau/kiem-tra",
    "/design/mau/ho-so",
    "/design/mau/ban-lam-viec",
    "/design/mau/man-hinh",
    "/design/mau/giay-in",
    "/design/mau/trong",
    "/design/loi/khong-tim-thay",
    "/design/loi/chua-duoc-phep",
    "/design/loi/loi-he-thong",
    "/design/loi/dang-ban",
];
