//! People who use the program over HTTP: somebody of the demo's cast signs in, opens pages, fills
//! forms, files, consents, decides. Forms are read out of the pages, as a browser does it.

use crate::{
    forms::{self, Form},
    http::{Answer, Client, File},
    program::Program,
};
use std::{fmt, io};

/// Đăng ký tạm trú: where the form is.
pub const TEMPORARY_RESIDENCE: &str = "/cu-tru/dang-ky-tam-tru";
/// Khai báo tạm vắng.
pub const ABSENCE: &str = "/cu-tru/khai-bao-tam-vang";
/// The stage of the demo: xã Trần Thương.
pub const STAGE: &str = "13594";
/// Those of the cast who may file for an abode in [`STAGE`]: they live in other communes.
pub const NEWCOMERS: [&str; 6] =
    ["citizen", "parent", "next-door", "auditor", "viewer", "operator"];

/// Redirects that are followed.
const REDIRECTS_MAX: usize = 5;
/// Times a form may come back with further questions.
const ROUNDS_MAX: usize = 4;

/// Why a walk did not go on.
pub enum Wrong {
    /// The connection failed: nobody knows whether the program did what it was asked.
    Broken(io::Error),
    /// Not the answer that was to come.
    Answer {
        /// What was tried.
        what: String,
        /// What came.
        answer: Box<Answer>,
    },
    /// The page has no such thing.
    Missing(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(e) => write!(f, "broken: {e}"),
            Self::Missing(what) => write!(f, "missing: {what}"),
            Self::Answer { what, answer } => {
                let text = forms::words(&answer.text());
                let to = answer.header("location").unwrap_or_default();
                write!(f, "{what}: {} {to}\n{}", answer.status, cut(&text, 1_500))
            }
        }
    }
}

impl fmt::Debug for Wrong {
    /// As it is shown: the page in words, not in bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Wrong {}

impl From<io::Error> for Wrong {
    fn from(e: io::Error) -> Self {
        Self::Broken(e)
    }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The answer, if it has this status.
pub fn expect(what: &str, status: u16, answer: Answer) -> Result<Answer, Wrong> {
    if answer.status == status {
        return Ok(answer);
    }
    Err(Wrong::Answer { what: what.to_owned(), answer: Box::new(answer) })
}

/// Somebody at a browser.
#[derive(Clone, Debug)]
pub struct Walker {
    /// The browser.
    pub client: Client,
}

impl Walker {
    /// Somebody who has not signed in.
    pub fn stranger(program: &Program) -> Self {
        Self { client: program.client().lasting() }
    }

    /// One of the cast: `citizen`, `parent`, `owner`, `officer`, `head`, `clerk`, `next-door`,
    /// `auditor`, `viewer`, `operator`. Those with a post begin at work in it.
    pub fn as_role(program: &Program, role: &str) -> Result<Self, Wrong> {
        let mut walker = Self::stranger(program);
        let page = walker.open("/trinh-dien")?;
        let html = page.text();
        let card =
            html.split("<form").find(|c| c.contains(&format!("data-demo-person=\"{role}\"")));
        let card = card.ok_or_else(|| Wrong::Missing(format!("{role} in the cast")))?;
        let form = forms::all(&format!("<form{card}")).into_iter().next().unwrap_or_default();
        let answer = walker.client.post("/trinh-dien", &form.pairs())?;
        expect(role, 303, answer)?;
        Ok(walker)
    }

    /// One of the cast, about their own matters.
    pub fn as_citizen(program: &Program, role: &str) -> Result<Self, Wrong> {
        let mut walker = Self::as_role(program, role)?;
        walker.leave_work()?;
        Ok(walker)
    }

    /// Somebody who signs in with number and password.
    pub fn sign_in(program: &Program, number: &str, password: &str) -> Result<Self, Wrong> {
        let mut walker = Self::stranger(program);
        let page = walker.open("/dang-nhap")?;
        let fields = [("pid", number), ("password", password)];
        let answer = walker.send(&page, "/dang-nhap", &fields)?;
        expect("sign in", 303, answer)?;
        Ok(walker)
    }

    /// Stops working in a post.
    pub fn leave_work(&mut self) -> Result<(), Wrong> {
        let page = self.open("/vai-tro")?;
        if Form::of(&page, "/vai-tro").is_none_or(|f| f.value("post") == Some("citizen")) {
            return Ok(());
        }
        let answer = self.send(&page, "/vai-tro", &[("post", "citizen")])?;
        expect("leave work", 303, answer).map(drop)
    }

    /// Begins to work in the post whose name holds these words.
    pub fn work_as(&mut self, post: &str) -> Result<(), Wrong> {
        let page = self.open("/vai-tro")?;
        let chosen = forms::choice(&page.text(), "post", post);
        let chosen = chosen.ok_or_else(|| Wrong::Missing(format!("the post {post}")))?;
        let answer = self.send(&page, "/vai-tro", &[("post", &chosen)])?;
        expect("begin to work", 303, answer).map(drop)
    }

    /// A page, whatever it answers.
    pub fn get(&mut self, path: &str) -> Result<Answer, Wrong> {
        Ok(self.client.get(path)?)
    }

    /// A page that is to be there; redirects are followed.
    pub fn open(&mut self, path: &str) -> Result<Answer, Wrong> {
        let mut at = path.to_owned();
        for _ in 0..REDIRECTS_MAX {
            let answer = self.client.get(&at)?;
            match answer.header("location") {
                Some(to) if answer.status == 303 => to.clone_into(&mut at),
                _ => return expect(&format!("GET {at}"), 200, answer),
            }
        }
        Err(Wrong::Missing(format!("an end of the redirects of {path}")))
    }

    /// Goes where an answer leads, once; what comes there, or the answer itself.
    pub fn follow(&mut self, answer: Answer) -> Result<Answer, Wrong> {
        match answer.header("location").map(str::to_owned) {
            Some(to) => self.get(&to),
            None => Ok(answer),
        }
    }

    /// The form of a page, ready to be filled.
    pub fn form(page: &Answer, action: &str) -> Result<Form, Wrong> {
        Form::of(page, action).ok_or_else(|| Wrong::Answer {
            what: format!("a form to {action}"),
            answer: Box::new(page.clone()),
        })
    }

    /// Sends a form of a page with some fields filled; the answer as it came.
    pub fn send(
        &mut self,
        page: &Answer,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Wrong> {
        let mut form = Self::form(page, action)?;
        fields.iter().for_each(|(name, value)| form.set(name, value));
        Ok(self.client.post(action, &form.pairs())?)
    }

    /// As [`Walker::send`], for a form with files.
    pub fn send_files(
        &mut self,
        page: &Answer,
        action: &str,
        fields: &[(&str, &str)],
        files: &[File<'_>],
    ) -> Result<Answer, Wrong> {
        let mut form = Self::form(page, action)?;
        fields.iter().for_each(|(name, value)| form.set(name, value));
        Ok(self.client.post_files(action, &form.pairs(), files)?)
    }

    /// The person's own number.
    pub fn number(&mut self) -> Result<String, Wrong> {
        let text = forms::words(&self.open("/du-lieu-cua-toi")?.text());
        let digits = |c: char| c.is_ascii_digit() || c == ' ';
        let numbers = text.split(|c| !digits(c)).map(|n| n.replace(' ', ""));
        let found = numbers.into_iter().find(|n| n.len() == 12);
        found.ok_or_else(|| Wrong::Missing("a personal number".into()))
    }
}

/// Where somebody will live: commune and the line before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abode {
    /// Five digits.
    pub commune: String,
    /// House, hamlet.
    pub line: String,
}

/// The home of the demo's owner, out of the owner's household book.
pub fn home_of(owner: &mut Walker) -> Result<Abode, Wrong> {
    let page = owner.open("/so-ho-khau")?.text();
    let address = page.split("<dd>").find_map(|dd| {
        let text = forms::words(&format!("<dd>{}", dd.split("</dd>").next()?));
        let marks = [", xã ", ", phường ", ", đặc khu "];
        marks.iter().find_map(|mark| text.find(mark)).map(|at| text[..at].to_owned())
    });
    let line = address.ok_or_else(|| Wrong::Missing("an address in the household book".into()))?;
    Ok(Abode { commune: STAGE.to_owned(), line })
}

/// Whether sent answers lead back to the questions because of a mistake in them.
pub fn is_wrong(location: &str) -> bool {
    location.ends_with("/khai?xem=loi")
}

/// Answers a procedure's questions until the page with the answers to be checked stands; gives that
/// page. Questions that an answer uncovers are answered from the same list.
pub fn answer(walker: &mut Walker, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Wrong> {
    let action = format!("{path}/khai");
    let mut page = walker.open(&action)?;
    for _ in 0..ROUNDS_MAX {
        let asked = Walker::form(&page, &action)?;
        let asks = |name: &str| {
            asked.fields.iter().any(|(n, v)| n == "_asked" && name.split('.').next() == Some(v))
        };
        let known: Vec<_> = fields.iter().copied().filter(|(n, _)| asks(n)).collect();
        let answer = walker.send(&page, &action, &known)?;
        let to = answer.header("location").unwrap_or_default().to_owned();
        page = walker.follow(answer)?;
        if page.status != 200 || is_wrong(&to) {
            let what = format!("the answers to {path}");
            return Err(Wrong::Answer { what, answer: Box::new(page) });
        }
        if to == format!("{path}/kiem-tra") {
            return Ok(page);
        }
    }
    Err(Wrong::Missing(format!("an end of the questions of {path}")))
}

/// Answers the questions of a temporary residence in an existing household.
pub fn answer_temporary_residence(walker: &mut Walker, at: &Abode) -> Result<Answer, Wrong> {
    let fields = [
        ("abode.commune", at.commune.as_str()),
        ("abode.line", at.line.as_str()),
        ("join", "join"),
        ("relation", "not_related"),
    ];
    answer(walker, TEMPORARY_RESIDENCE, &fields)
}

/// Sends what [`answer`] led to; gives the dossier's code.
pub fn send(walker: &mut Walker, path: &str, check: &Answer) -> Result<String, Wrong> {
    let answer = walker.send_files(check, &format!("{path}/gui"), &[], &[])?;
    code_of(&expect("send", 303, answer)?)
}

/// The dossier's code in the address that a sent form leads to.
pub fn code_of(answer: &Answer) -> Result<String, Wrong> {
    let to = answer.header("location").unwrap_or_default();
    let code = to.strip_prefix("/ho-so/").and_then(|t| t.split('?').next());
    code.map(str::to_owned).ok_or_else(|| Wrong::Answer {
        what: "a dossier's code".into(),
        answer: Box::new(answer.clone()),
    })
}

/// Files a temporary residence in the owner's household; gives the dossier's code.
pub fn file_temporary_residence(walker: &mut Walker, at: &Abode) -> Result<String, Wrong> {
    let check = answer_temporary_residence(walker, at)?;
    send(walker, TEMPORARY_RESIDENCE, &check)
}

/// The applicant pays the fee through the demo's bank.
pub fn pay(applicant: &mut Walker, code: &str) -> Result<(), Wrong> {
    let page = applicant.open(&format!("/ho-so/{code}/nop-phi"))?;
    let answer = applicant.send(&page, &format!("/ho-so/{code}/nop-phi/mo-phong"), &[])?;
    expect("pay", 303, answer).map(drop)
}

/// The unread requests for consent in somebody's inbox, newest first.
pub fn consents_asked(person: &mut Walker) -> Result<Vec<String>, Wrong> {
    let page = person.open("/hop-thu")?.text();
    let fresh = page.split("<li").filter(|li| li.starts_with(" class=\"fresh\""));
    let links = fresh.flat_map(forms::links).filter(|l| l.starts_with("/y-kien/"));
    Ok(links.collect())
}

/// Answers one request for consent.
pub fn consent(person: &mut Walker, link: &str, yes: bool) -> Result<(), Wrong> {
    let page = person.open(link)?;
    let answer = person.send(&page, link, &[("answer", if yes { "yes" } else { "no" })])?;
    expect("consent", 303, answer).map(drop)
}

/// Says yes to every open request in the inbox; gives how many there were.
pub fn consent_to_all(person: &mut Walker) -> Result<usize, Wrong> {
    let mut given = 0;
    for link in consents_asked(person)? {
        let page = person.open(&link)?;
        if Form::of(&page, &link).is_some() {
            consent(person, &link, true)?;
            given += 1;
        }
    }
    Ok(given)
}

/// An officer takes a step of a dossier at the desk: `propose`, `approve`, `refuse`, `ask-more`, …
pub fn decide(
    officer: &mut Walker,
    code: &str,
    action: &str,
    words: &[(&str, &str)],
) -> Result<(), Wrong> {
    let path = format!("/ban-lam-viec/{code}");
    let page = officer.open(&path)?;
    let mut fields = vec![("action", action)];
    fields.extend_from_slice(words);
    let answer = officer.send(&page, &path, &fields)?;
    expect(action, 303, answer).map(drop)
}

/// The operator appoints a person to a post from today on.
pub fn appoint(operator: &mut Walker, number: &str, agency: &str, post: &str) -> Result<(), Wrong> {
    const PATH: &str = "/quan-tri/nhan-su/phan-cong";
    let page = operator.open(PATH)?;
    let fields = [("person", number), ("agency", agency), ("post", post)];
    expect("appoint", 303, operator.send(&page, PATH, &fields)?).map(drop)
}

/// The operator ends every appointment on the page of people that holds this name, right now.
pub fn dismiss(operator: &mut Walker, name: &str) -> Result<(), Wrong> {
    let page = operator.open("/quan-tri/nhan-su")?.text();
    // The last row ends with the table: behind it are links of the page.
    let rows = page.split("<tr").map(|row| row.split("</tr").next().unwrap_or_default());
    let rows = rows.filter(|row| forms::words(row).contains(name));
    let links: Vec<String> = rows.flat_map(forms::links).collect();
    if links.is_empty() {
        return Err(Wrong::Missing(format!("an appointment of {name}")));
    }
    for link in links {
        let page = operator.open(&link)?;
        expect("dismiss", 303, operator.send(&page, &link, &[("when", "now")])?)?;
    }
    Ok(())
}

/// The whole cast of one life of a dossier.
#[derive(Debug)]
pub struct Cast {
    /// Files.
    pub citizen: Walker,
    /// Heads the household and owns the dwelling.
    pub owner: Walker,
    /// Proposes.
    pub officer: Walker,
    /// Approves.
    pub head: Walker,
    /// The owner's home.
    pub home: Abode,
}

impl Cast {
    /// Signs everybody in.
    pub fn of(program: &Program) -> Result<Self, Wrong> {
        let mut owner = Walker::as_role(program, "owner")?;
        Ok(Self {
            home: home_of(&mut owner)?,
            owner,
            citizen: Walker::as_role(program, "citizen")?,
            officer: Walker::as_role(program, "officer")?,
            head: Walker::as_role(program, "head")?,
        })
    }

    /// A dossier that is complete and waits for the officer.
    pub fn accepted(&mut self) -> Result<String, Wrong> {
        let code = file_temporary_residence(&mut self.citizen, &self.home)?;
        pay(&mut self.citizen, &code)?;
        consent_to_all(&mut self.owner)?;
        Ok(code)
    }

    /// A dossier that waits for the head.
    pub fn proposed(&mut self) -> Result<String, Wrong> {
        let code = self.accepted()?;
        decide(&mut self.officer, &code, "propose", &[])?;
        Ok(code)
    }

    /// A dossier from filing to the result.
    pub fn done(&mut self) -> Result<String, Wrong> {
        let code = self.proposed()?;
        decide(&mut self.head, &code, "approve", &[])?;
        Ok(code)
    }
}
