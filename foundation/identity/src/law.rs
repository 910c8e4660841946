//! Law as data: posts and what they may do, ages, lifetimes of codes, passwords everybody tries.

use kernel::{AgencyCode, Error, Level, Localized, PostCode, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

/// What a post reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// One commune: five digits.
    Commune,
    /// The province: two digits.
    Province,
}

impl Reach {
    /// Whether a place code has this shape.
    pub fn fits(self, place: &str) -> bool {
        let digits = match self {
            Self::Commune => 5,
            Self::Province => 2,
        };
        place.len() == digits && place.bytes().all(|b| b.is_ascii_digit())
    }
}

/// What identity itself lets a post do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum May {
    /// Grant level 2 to the person present.
    Level2,
    /// Issue a recovery code to the person present.
    Recovery,
    /// Act for a person at the counter.
    Help,
    /// Appoint people and end appointments.
    Appoint,
}

/// Chức vụ: a post, to which rights belong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// `area.what`
    pub code: PostCode,
    /// Its name.
    pub name: Localized,
    /// Kinds of agency that have it.
    pub agency: Vec<String>,
    /// What it reaches.
    pub place: Reach,
    /// What identity lets it do.
    pub may: Vec<May>,
}

/// A kind of agency.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyKind {
    /// `commune-police`, `one-stop`…
    pub code: String,
    /// Its name.
    pub name: Localized,
    /// What such an agency reaches.
    pub place: Reach,
}

/// Cơ quan: an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// For example `CA.13594`. Ours: the official codes after the 2025 reform are unknown.
    pub code: AgencyCode,
    /// Its name.
    pub name: Localized,
    /// Its kind, from `posts.toml`.
    pub kind: String,
    /// A commune code of 5 digits or a province code of 2.
    pub place: String,
}

/// Who asks for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asks {
    /// The person.
    #[serde(rename = "self")]
    Oneself,
    /// A parent or guardian.
    Guardian,
}

/// Levels from one age to the next.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeBand {
    /// Full years.
    pub from: i32,
    /// Which levels exist.
    pub levels: Vec<i64>,
    /// Who asks.
    pub asks: Asks,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Codes {
    activate_hours: i64,
    recover_minutes: i64,
    help_minutes: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActingFile {
    minor_under: i32,
    family_hours: i64,
    counter_hours: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostsFile {
    post: Vec<Post>,
    agency_kind: Vec<AgencyKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LawFile {
    ages: Vec<AgeBand>,
    codes: Codes,
    acting: ActingFile,
}

/// Everything this crate takes from data files, read once at start.
#[derive(Debug)]
pub struct IdentityLaw {
    posts: BTreeMap<PostCode, Post>,
    kinds: BTreeMap<String, AgencyKind>,
    ages: Vec<AgeBand>,
    common: HashSet<String>,
    /// Life of an activation code, seconds.
    pub activate_s: i64,
    /// Life of a recovery code, seconds.
    pub recover_s: i64,
    /// Life of a person's consent code for the counter, seconds.
    pub help_s: i64,
    /// Chưa thành niên: under this age, full years.
    pub minor_under: i32,
    /// How long one choice to act for a child lasts, seconds.
    pub family_s: i64,
    /// How long a clerk may act for a person, seconds.
    pub counter_s: i64,
}

impl IdentityLaw {
    /// Reads the embedded files (once; later calls share the answer).
    pub fn load() -> Result<Arc<Self>> {
        static LAW: OnceLock<Result<Arc<IdentityLaw>>> = OnceLock::new();
        LAW.get_or_init(|| {
            Self::from_texts(
                include_str!("../../../data/identity/posts.toml"),
                include_str!("../../../data/identity/law.toml"),
                include_str!("../../../data/identity/passwords-common.txt"),
            )
        })
        .clone()
    }

    fn from_texts(posts: &str, law: &str, common: &str) -> Result<Arc<Self>> {
        let posts: PostsFile =
            toml::from_str(posts).map_err(|e| Error::bug(format_args!("posts.toml: {e}")))?;
        let law: LawFile =
            toml::from_str(law).map_err(|e| Error::bug(format_args!("law.toml: {e}")))?;
        let kinds: BTreeMap<_, _> =
            posts.agency_kind.into_iter().map(|k| (k.code.clone(), k)).collect();
        for p in &posts.post {
            let fits = |k: &String| kinds.get(k).is_some_and(|kind| kind.place == p.place);
            if !p.agency.iter().all(fits) {
                return Err(Error::bug(format_args!("posts.toml: agency kinds of {}", p.code)));
            }
        }
        if !law.ages.is_sorted_by_key(|b| b.from) || law.ages.first().is_none_or(|b| b.from != 0) {
            return Err(Error::bug("law.toml: ages must start at 0 and rise"));
        }
        let lines = common.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        Ok(Arc::new(Self {
            posts: posts.post.into_iter().map(|p| (p.code.clone(), p)).collect(),
            kinds,
            ages: law.ages,
            common: lines.map(str::to_owned).collect(),
            activate_s: law.codes.activate_hours * 3600,
            recover_s: law.codes.recover_minutes * 60,
            help_s: law.codes.help_minutes * 60,
            minor_under: law.acting.minor_under,
            family_s: law.acting.family_hours * 3600,
            counter_s: law.acting.counter_hours * 3600,
        }))
    }

    /// A post by its code.
    pub fn post(&self, code: &PostCode) -> Option<&Post> {
        self.posts.get(code)
    }
    /// All posts, by code.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.posts.values()
    }
    /// A kind of agency.
    pub fn kind(&self, code: &str) -> Option<&AgencyKind> {
        self.kinds.get(code)
    }
    /// Whether identity lets a post do this.
    pub fn may(&self, post: &PostCode, what: May) -> bool {
        self.posts.get(post).is_some_and(|p| p.may.contains(&what))
    }
    /// The posts that may do this.
    pub fn posts_that_may(&self, what: May) -> impl Iterator<Item = &Post> {
        self.posts.values().filter(move |p| p.may.contains(&what))
    }
    /// What the law says at an age.
    pub fn band(&self, age: i32) -> Option<&AgeBand> {
        self.ages.iter().rev().find(|b| b.from <= age)
    }
    /// Whether a level exists at an age.
    pub fn level_at(&self, age: i32, level: Level) -> bool {
        self.band(age).is_some_and(|b| b.levels.contains(&level.number()))
    }
    /// Whether a folded password is one that everybody tries.
    pub fn is_common(&self, folded: &str) -> bool {
        self.common.contains(folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_load_and_agree() {
        let law = IdentityLaw::load().unwrap();
        assert_eq!(law.posts().count(), 6);
        assert!(law.may(&"commune-police.officer".into(), May::Level2));
        assert!(!law.may(&"one-stop.clerk".into(), May::Level2), "the law names the police");
        assert!(law.may(&"one-stop.clerk".into(), May::Recovery));
        assert!(!law.may(&"auditor".into(), May::Appoint));
        assert!(law.is_common("matkhau123") && !law.is_common("# Passwords"));
    }

    #[test]
    fn ages_of_the_decree() {
        let law = IdentityLaw::load().unwrap();
        let at = |age| {
            (
                law.level_at(age, Level::One),
                law.level_at(age, Level::Two),
                law.band(age).unwrap().asks,
            )
        };
        assert_eq!(at(5), (true, false, Asks::Guardian));
        assert_eq!(at(6), (true, true, Asks::Guardian));
        assert_eq!(at(13), (true, true, Asks::Guardian));
        assert_eq!(at(14), (true, true, Asks::Oneself));
        assert!(law.band(-1).is_none());
    }

    #[test]
    fn a_post_in_a_kind_of_agency_that_reaches_elsewhere_is_refused() {
        let posts = r#"
            [[post]]
            code = "a"
            name = { vi = "a", en = "a" }
            agency = ["k"]
            place = "province"
            may = []
            [[agency_kind]]
            code = "k"
            name = { vi = "k", en = "k" }
            place = "commune"
        "#;
        let law = include_str!("../../../data/identity/law.toml");
        assert!(IdentityLaw::from_texts(posts, law, "").is_err());
    }
}
