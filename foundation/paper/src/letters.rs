//! The letters that come with the program, and what each says it needs.

/// One letter: `data/letters/NAME.typ`.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// Its name, as procedure files give it.
    pub name: &'static str,
    /// Its Typst source.
    pub source: &'static str,
    /// Synthetic data that it can be set with.
    pub example: &'static str,
}

macro_rules! letters {
    ($($name:literal),+ $(,)?) => {
        /// All letters, by name.
        pub const LETTERS: &[Template] = &[$(Template {
            name: $name,
            source: include_str!(concat!("../../../data/letters/", $name, ".typ")),
            example: include_str!(concat!("../../../data/letters/", $name, ".example.json")),
        }),+];
    };
}

letters! {
    "bien-nhan",
    "khai-bao-tam-vang",
    "thong-bao-dieu-chinh",
    "thong-bao-ket-qua",
    "tiep-nhan-hen-tra",
    "tiep-nhan-luu-tru",
    "trich-so-ho-khau",
    "tu-choi",
    "xac-nhan-cu-tru",
    "xin-loi-hen-lai",
    "yeu-cau-bo-sung",
}

/// The page frame all letters import as `/frame.typ`.
pub const FRAME: &str = include_str!("../../../data/letters/frame.typ");

/// The letter of this name; a trailing `.typ` is allowed.
pub fn template(name: &str) -> Option<&'static Template> {
    let name = name.strip_suffix(".typ").unwrap_or(name);
    LETTERS.iter().find(|t| t.name == name)
}

/// What a template reads from its data: dotted paths, such as `result.until`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// `// uses:` lines: without one of these the letter cannot be set.
    pub needs: Vec<String>,
    /// `// may-use:` lines: left out of the letter when absent.
    pub may: Vec<String>,
}

/// Reads the header of a template: the comment lines before its first line of code.
pub fn uses(source: &str) -> Uses {
    let mut found = Uses::default();
    for line in source.lines().map_while(|l| l.strip_prefix("//")) {
        let line = line.trim();
        let (list, names) = if let Some(names) = line.strip_prefix("uses:") {
            (&mut found.needs, names)
        } else if let Some(names) = line.strip_prefix("may-use:") {
            (&mut found.may, names)
        } else {
            continue;
        };
        list.extend(names.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read_up_to_the_first_line_of_code() {
        let u = uses(
            "// A letter\n// uses: a.b, c\n// uses: d\n// may-use: e.f\n#let x = 1\n// uses: no",
        );
        assert_eq!(u.needs, ["a.b", "c", "d"]);
        assert_eq!(u.may, ["e.f"]);
    }

    #[test]
    fn every_file_in_the_folder_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/letters");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|f| {
                f.unwrap().file_name().to_str()?.strip_suffix(".typ").map(str::to_owned)
            })
            .filter(|n| n != "frame")
            .collect();
        files.sort();
        assert_eq!(files, LETTERS.iter().map(|t| t.name).collect::<Vec<_>>());
    }
}
