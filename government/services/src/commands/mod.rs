//! The verbs: each decides by pure rules and writes new state and journal entries in one
//! transaction.

mod act;
mod consent;
mod course;
mod draft;
mod extract;
mod finish;
mod letters;
mod machine;
mod pay;
mod remind;
mod submit;
mod tick;

pub use act::{Decision, act};
pub use consent::answer_consent;
pub use draft::{discard_draft, save_draft, save_draft_of};
pub use extract::{Asker, issue_extract};
pub use letters::{LETTER_JOB, note_handed_out, set_letter};
pub use pay::{Payment, pay};
pub use remind::remind;
pub use submit::{NewFile, Submission, Submitted, file_count, submit};
pub use tick::tick;
