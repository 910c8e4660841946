//! Components that show: facts, answers, what happened, how far along, what is left.

use crate::markup::Markup;
use crate::reply::Tone;
use askama::Template;
use kernel::{Instant, Say, time};

/// A status in a word. Colour repeats it and an icon can; neither says it alone.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<span class=\"tag {{ class }}\">{% if icon_name.len() > 0 %}{{ crate::icons::icon(icon_name) }}{% endif %}{{ text }}</span>",
    ext = "html"
)]
pub struct Tag {
    class: &'static str,
    icon_name: &'static str,
    /// The word.
    pub text: String,
}

impl Tag {
    /// A tag of this tone.
    pub fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Self { class: tone.class(), icon_name: "", text: text.as_ref().to_owned() }
    }
    /// Without colour: waiting, withdrawn, closed.
    pub fn plain(text: impl AsRef<str>) -> Self {
        Self { class: "", icon_name: "", text: text.as_ref().to_owned() }
    }
    /// With the tone's icon.
    #[must_use]
    pub fn with_icon(mut self) -> Self {
        self.icon_name = match self.class {
            "good" => "check",
            "warn" => "warning",
            "bad" => "cross",
            "info" => "info",
            _ => "",
        };
        self
    }
}

/// How long is left, in words and colour: «còn 2 ngày», «hôm nay», «quá hạn 1 ngày».
#[derive(Clone, Copy, Debug)]
pub struct Deadline;

impl Deadline {
    /// The tag for a thing due at `due`, seen at `now`. Days are calendar days in Viet Nam.
    pub fn tag(due: Instant, now: Instant, say: &Say) -> Tag {
        let left = due.seconds_since(now);
        let day = |i: Instant| i64::from(time::days_from_epoch(i.date()));
        let days = day(due) - day(now);
        let late_days = day(now) - day(due);
        let (tone, text) = if left < 0 && late_days >= 1 {
            (Tone::Bad, say.count("web-late-days", late_days))
        } else if left < -3600 {
            (Tone::Bad, say.count("web-late-hours", -left / 3600))
        } else if left < 0 {
            (Tone::Bad, say.count("web-late-minutes", (-left / 60).max(1)))
        } else if left < 3600 {
            (Tone::Warn, say.count("web-left-minutes", (left / 60).max(1)))
        } else if days == 0 {
            (Tone::Warn, say.t("web-left-today"))
        } else if days == 1 {
            (Tone::Warn, say.count("web-left-days", 1))
        } else {
            (Tone::Info, say.count("web-left-days", days))
        };
        Tag::new(tone, text)
    }
}

/// A message across the page: maintenance, a demo, a draft that waits.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/banner.html")]
pub struct Banner {
    tone: Tone,
    title: String,
    text: String,
    action: Option<(String, String)>,
}

impl Banner {
    /// A message.
    pub fn new(tone: Tone, title: impl AsRef<str>, text: impl AsRef<str>) -> Self {
        let (title, text) = (title.as_ref().to_owned(), text.as_ref().to_owned());
        Self { tone, title, text, action: None }
    }
    /// With a link.
    #[must_use]
    pub fn link(mut self, text: impl AsRef<str>, href: impl AsRef<str>) -> Self {
        self.action = Some((text.as_ref().to_owned(), href.as_ref().to_owned()));
        self
    }
}

/// One step of a journey.
#[derive(Clone, Debug)]
pub struct Step {
    text: String,
    href: Option<String>,
}

/// How far along a journey is.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/steps.html")]
pub struct StepBar {
    say: Say,
    steps: Vec<Step>,
    at: usize,
}

impl StepBar {
    /// The steps, standing at the one of this index (from 0).
    pub fn new(say: &Say, steps: &[&str], at: usize) -> Self {
        let step = |s: &&str| Step { text: (*s).to_owned(), href: None };
        Self { say: say.clone(), steps: steps.iter().map(step).collect(), at }
    }
    /// Steps whose words are made at run time.
    pub fn of(say: &Say, steps: Vec<String>, at: usize) -> Self {
        let steps = steps.into_iter().map(|text| Step { text, href: None }).collect();
        Self { say: say.clone(), steps, at }
    }
    /// Where a step that is done can be changed.
    #[must_use]
    pub fn link(mut self, index: usize, href: &str) -> Self {
        if let Some(step) = self.steps.get_mut(index) {
            step.href = Some(href.to_owned());
        }
        self
    }
    fn done(&self, index: &usize) -> bool {
        *index < self.at
    }
    fn here(&self, index: &usize) -> bool {
        *index == self.at
    }
}

/// One fact: its name and its value.
#[derive(Clone, Debug)]
pub struct Fact {
    name: String,
    value: Markup,
    small: String,
}

impl Fact {
    /// A fact in plain text.
    pub fn new(name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref().to_owned(), Markup::text(value.as_ref()));
        Self { name, value, small: String::new() }
    }
    /// A fact whose value is a component (a tag, a link).
    pub fn with(name: impl AsRef<str>, value: impl Into<Markup>) -> Self {
        Self { name: name.as_ref().to_owned(), value: value.into(), small: String::new() }
    }
    /// With a smaller line under the value.
    #[must_use]
    pub fn small(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.small);
        self
    }
}

/// What is known already, with its source and a way to say that it is wrong.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/facts.html")]
pub struct Facts {
    label: String,
    items: Vec<Fact>,
    lead: Option<Markup>,
    source: String,
    wrong: Option<(String, String)>,
    tone: &'static str,
}

impl Facts {
    /// Facts; `label` is read by screen readers.
    pub fn new(label: impl AsRef<str>, items: Vec<Fact>) -> Self {
        Self {
            label: label.as_ref().to_owned(),
            items,
            lead: None,
            source: String::new(),
            wrong: None,
            tone: "",
        }
    }
    /// A sentence instead of, or above, the facts.
    #[must_use]
    pub fn lead(mut self, sentence: impl Into<Markup>) -> Self {
        self.lead = Some(sentence.into());
        self
    }
    /// «Theo Cơ sở dữ liệu dân cư, đọc lúc 09:42».
    #[must_use]
    pub fn source(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.source);
        self
    }
    /// «Có gì chưa đúng?»
    #[must_use]
    pub fn wrong(mut self, say: &Say, href: impl AsRef<str>) -> Self {
        self.wrong = Some((say.t("web-facts-wrong"), href.as_ref().to_owned()));
        self
    }
    /// Coloured for a state other than «known».
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone.class();
        self
    }
}

/// One line of «kiểm tra câu trả lời».
#[derive(Clone, Debug)]
pub struct Answer {
    question: String,
    answer: Markup,
    change: Option<String>,
}

impl Answer {
    /// What was asked and what was answered.
    pub fn new(question: impl AsRef<str>, answer: impl AsRef<str>) -> Self {
        let answer = Markup::text(answer.as_ref());
        Self { question: question.as_ref().to_owned(), answer, change: None }
    }
    /// With a component as the answer.
    pub fn with(question: impl AsRef<str>, answer: impl Into<Markup>) -> Self {
        Self { question: question.as_ref().to_owned(), answer: answer.into(), change: None }
    }
    /// Where it can be changed.
    #[must_use]
    pub fn change(mut self, href: impl AsRef<str>) -> Self {
        self.change = Some(href.as_ref().to_owned());
        self
    }
}

/// The answers given, each with a way to change it.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/answers.html")]
pub struct Answers {
    say: Say,
    items: Vec<Answer>,
}

impl Answers {
    /// The list.
    pub fn new(say: &Say, items: Vec<Answer>) -> Self {
        Self { say: say.clone(), items }
    }
}

/// «Xong»: the code, the date, what comes next.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/panel.html")]
pub struct Panel {
    title: String,
    code_label: String,
    code: String,
    lines: Vec<String>,
    copy: Option<(String, String)>,
}

impl Panel {
    /// Something has been done.
    pub fn new(title: impl AsRef<str>) -> Self {
        Self {
            title: title.as_ref().to_owned(),
            code_label: String::new(),
            code: String::new(),
            lines: Vec::new(),
            copy: None,
        }
    }
    /// The code to keep, with a button that copies it.
    #[must_use]
    pub fn code(mut self, say: &Say, label: impl AsRef<str>, code: impl AsRef<str>) -> Self {
        label.as_ref().clone_into(&mut self.code_label);
        code.as_ref().clone_into(&mut self.code);
        self.copy = Some((say.t("web-copy"), say.t("web-copied")));
        self
    }
    /// A sentence under it.
    #[must_use]
    pub fn line(mut self, text: impl AsRef<str>) -> Self {
        self.lines.push(text.as_ref().to_owned());
        self
    }
}

/// Where one moment of a timeline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentState {
    /// Done.
    Done,
    /// Going on.
    Now,
    /// Still to come.
    Next,
    /// Refused, late.
    Bad,
}

/// One moment of a timeline.
#[derive(Clone, Debug)]
pub struct Moment {
    state: MomentState,
    title: String,
    detail: String,
    when: String,
    datetime: String,
    link: Option<(String, String)>,
}

impl Moment {
    /// A moment in this state.
    pub fn new(state: MomentState, title: impl AsRef<str>) -> Self {
        Self {
            state,
            title: title.as_ref().to_owned(),
            detail: String::new(),
            when: String::new(),
            datetime: String::new(),
            link: None,
        }
    }
    /// Done.
    pub fn done(title: impl AsRef<str>) -> Self {
        Self::new(MomentState::Done, title)
    }
    /// Going on.
    pub fn now(title: impl AsRef<str>) -> Self {
        Self::new(MomentState::Now, title)
    }
    /// Still to come.
    pub fn next(title: impl AsRef<str>) -> Self {
        Self::new(MomentState::Next, title)
    }
    /// Words that follow the title.
    #[must_use]
    pub fn detail(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.detail);
        self
    }
    /// When, as people say it.
    #[must_use]
    pub fn when(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.when);
        self
    }
    /// When, from an instant: «09:44 hôm nay», «15:10 20/11/2026».
    #[must_use]
    pub fn at(mut self, at: Instant, now: Instant, say: &Say) -> Self {
        self.when = crate::ui::show::moment_words(at, now, say);
        self.datetime = at.rfc3339();
        self
    }
    /// A link beside the time.
    #[must_use]
    pub fn link(mut self, text: impl AsRef<str>, href: impl AsRef<str>) -> Self {
        self.link = Some((text.as_ref().to_owned(), href.as_ref().to_owned()));
        self
    }
    fn class(&self) -> &'static str {
        match self.state {
            MomentState::Done => "done",
            MomentState::Now => "now",
            MomentState::Next => "next",
            MomentState::Bad => "bad",
        }
    }
    fn word(&self) -> &'static str {
        match self.state {
            MomentState::Done => "web-moment-done",
            MomentState::Now => "web-moment-now",
            MomentState::Next => "web-moment-next",
            MomentState::Bad => "web-moment-bad",
        }
    }
}

/// An instant as people say it beside today: «09:44 hôm nay», «09:44 hôm qua», «09:44 20/11/2026».
pub fn moment_words(at: Instant, now: Instant, say: &Say) -> String {
    let days = time::days_from_epoch(now.date()) - time::days_from_epoch(at.date());
    match days {
        0 => say.t1("web-today-at", "time", at.clock()),
        1 => say.t1("web-yesterday-at", "time", at.clock()),
        _ => at.clock_and_day(),
    }
}

/// What happened, what is going on, what comes.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/timeline.html")]
pub struct Timeline {
    say: Say,
    items: Vec<Moment>,
}

impl Timeline {
    /// The moments in order.
    pub fn new(say: &Say, items: Vec<Moment>) -> Self {
        Self { say: say.clone(), items }
    }
}

/// Nothing here yet: a small drawing, a sentence, a way on.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/empty.html")]
pub struct Empty {
    picture: Markup,
    title: String,
    text: String,
    action: Option<(String, String)>,
}

impl Empty {
    /// `picture` is one of `inbox`, `queue`, `search`, `document`, `lost`, `closed`, `pause`, `broken`.
    pub fn new(picture: &str, title: impl AsRef<str>, text: impl AsRef<str>) -> Self {
        Self {
            picture: drawing(picture),
            title: title.as_ref().to_owned(),
            text: text.as_ref().to_owned(),
            action: None,
        }
    }
    /// With a way on.
    #[must_use]
    pub fn action(mut self, text: impl AsRef<str>, href: impl AsRef<str>) -> Self {
        self.action = Some((text.as_ref().to_owned(), href.as_ref().to_owned()));
        self
    }
}

/// A small line drawing for empty and error pages.
pub fn drawing(name: &str) -> Markup {
    let inner = match name {
        "inbox" => {
            "<path d=\"M18 62V34l12-16h60l12 16v28z\"/><path d=\"M18 40h26l6 10h20l6-10h26\"/><path class=\"a\" d=\"M52 28h16M52 22h16\"/>"
        }
        "queue" => {
            "<rect x=\"24\" y=\"16\" width=\"72\" height=\"14\" rx=\"3\"/><rect x=\"24\" y=\"36\" width=\"72\" height=\"14\" rx=\"3\"/><rect x=\"24\" y=\"56\" width=\"72\" height=\"14\" rx=\"3\"/><path class=\"a\" d=\"M31 43l4 4 8-8M31 23l4 4 8-8M31 63l4 4 8-8\"/>"
        }
        "search" => {
            "<circle cx=\"54\" cy=\"38\" r=\"22\"/><path d=\"M70 54l20 20\"/><path class=\"a\" d=\"M44 38h20\"/>"
        }
        "lost" => {
            "<path d=\"M20 66l20-40 20 26 16-18 24 32z\"/><circle cx=\"84\" cy=\"20\" r=\"8\"/><path class=\"a\" d=\"M56 70c0-8 8-8 8-16M60 76h.1\"/>"
        }
        "closed" => {
            "<rect x=\"36\" y=\"36\" width=\"48\" height=\"36\" rx=\"4\"/><path d=\"M44 36v-8a16 16 0 0 1 32 0v8\"/><path class=\"a\" d=\"M60 50v8\"/>"
        }
        "pause" => "<circle cx=\"60\" cy=\"44\" r=\"28\"/><path class=\"a\" d=\"M60 28v16l10 8\"/>",
        "broken" => {
            "<rect x=\"22\" y=\"18\" width=\"76\" height=\"50\" rx=\"4\"/><path d=\"M22 30h76\"/><path class=\"a\" d=\"M46 58c6-8 22-8 28 0M50 42h.1M70 42h.1\"/>"
        }
        _ => {
            "<path d=\"M38 12h30l16 16v46H38z\"/><path d=\"M68 12v16h16\"/><path class=\"a\" d=\"M48 42h26M48 52h26M48 62h14\"/>"
        }
    };
    Markup::trusted(format!(
        "<svg class=\"drawing\" width=\"120\" height=\"84\" fill=\"none\" stroke=\"currentColor\" viewBox=\"0 0 120 84\" aria-hidden=\"true\">{inner}</svg>"
    ))
}

/// A sheet to print: the national heading, the agency, the number, a title, a body.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/sheet.html")]
pub struct Sheet {
    say: Say,
    agency_above: String,
    agency: String,
    number: String,
    place_and_date: String,
    title: String,
    subtitle: String,
    body: Markup,
    qr: Option<(Markup, String)>,
}

impl Sheet {
    /// A sheet with this body.
    pub fn new(say: &Say, title: impl AsRef<str>, body: impl Into<Markup>) -> Self {
        Self {
            say: say.clone(),
            agency_above: String::new(),
            agency: String::new(),
            number: String::new(),
            place_and_date: String::new(),
            title: title.as_ref().to_owned(),
            subtitle: String::new(),
            body: body.into(),
            qr: None,
        }
    }
    /// The agency and the one above it.
    #[must_use]
    pub fn agency(mut self, above: impl AsRef<str>, agency: impl AsRef<str>) -> Self {
        above.as_ref().clone_into(&mut self.agency_above);
        agency.as_ref().clone_into(&mut self.agency);
        self
    }
    /// Số, and the place with the date.
    #[must_use]
    pub fn number(mut self, number: impl AsRef<str>, place_and_date: impl AsRef<str>) -> Self {
        number.as_ref().clone_into(&mut self.number);
        place_and_date.as_ref().clone_into(&mut self.place_and_date);
        self
    }
    /// A line under the title.
    #[must_use]
    pub fn subtitle(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.subtitle);
        self
    }
    /// A QR code to an address, with the words under it.
    #[must_use]
    pub fn qr(mut self, address: &str, words: impl AsRef<str>) -> Self {
        let words = words.as_ref();
        self.qr = Some((crate::qr::svg(address, words), words.to_owned()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, say};

    #[test]
    fn a_deadline_says_how_long_is_left() {
        let tag = |seconds: i64| {
            let t = Deadline::tag(NOW.plus_seconds(seconds), NOW, &say());
            (t.class, t.text)
        };
        const H: i64 = 3600;
        assert_eq!(tag(4 * 24 * H), ("info", "còn 4 ngày".to_owned()));
        assert_eq!(tag(24 * H), ("warn", "còn 1 ngày".to_owned()));
        assert_eq!(tag(5 * H), ("warn", "hôm nay".to_owned()));
        assert_eq!(tag(41 * 60), ("warn", "còn 41 phút".to_owned()));
        assert_eq!(tag(20), ("warn", "còn 1 phút".to_owned()));
        assert_eq!(tag(-20), ("bad", "quá hạn 1 phút".to_owned()));
        assert_eq!(tag(-3 * H), ("bad", "quá hạn 3 giờ".to_owned()));
        assert_eq!(tag(-12 * H), ("bad", "quá hạn 1 ngày".to_owned()));
    }

    #[test]
    fn moments_are_told_from_today() {
        let words = |s: i64| moment_words(NOW.plus_seconds(s), NOW, &say());
        assert_eq!(words(-60), "09:41 hôm nay");
        assert_eq!(words(-86_400), "09:42 hôm qua");
        assert_eq!(words(-3 * 86_400), "09:42 20/11/2026");
    }

    #[test]
    fn what_data_give_is_escaped() {
        let facts = Facts::new("x", vec![Fact::new("Tên", "<b>Lan</b>")]).to_string();
        assert!(facts.contains("&lt;b&gt;Lan"));
        let tag = Tag::new(Tone::Good, "<i>").to_string();
        assert!(tag.contains("&#60;i&#62;"));
    }
}
